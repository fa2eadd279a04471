import { layForeignTables } from "../integration/foreign.ts";
import { debian13Nft } from "../integration/other-nft.ts";
import { firewallContract } from "./firewall.ts";

const nft = await debian13Nft();
const path = "path" in nft ? nft.path : "";
firewallContract({
  name: "nftables with the nft of Debian 13",
  module: "nftables.ts",
  maker: "nftables",
  options: { nft: path },
  stopsPackets: true,
  foreign: (lab) => layForeignTables(lab, path),
  // An older nft may crash on what a newer one laid out, so the same one has to list it.
  everything: [[path, "-s", "list", "ruleset"]],
  missing: "missing" in nft ? nft.missing : undefined,
});
