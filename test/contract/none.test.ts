import { firewallContract } from "./firewall.ts";

firewallContract({ name: "none", module: "none.ts", maker: "none", stopsPackets: false });
