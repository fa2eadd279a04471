import { layForeignTables } from "../integration/foreign.ts";
import { firewallContract } from "./firewall.ts";

firewallContract({
  name: "nftables",
  module: "nftables.ts",
  maker: "nftables",
  stopsPackets: true,
  foreign: layForeignTables,
});
