import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { capable, onlyCapability } from "../integration/privileges.ts";
import { firewallContract } from "./firewall.ts";

const nftables = { module: "nftables.ts", maker: "nftables", stopsPackets: true, brief: true } as const;

firewallContract({
  ...nftables,
  name: "nftables as nobody with CAP_NET_ADMIN alone",
  through: onlyCapability("net_admin"),
  missing: capable(),
});

const runtimeDirectory = mkdtempSync(join(tmpdir(), "bailiff-test-"));
after(() => rmSync(runtimeDirectory, { recursive: true }));
firewallContract({
  ...nftables,
  name: "nftables in a user namespace",
  options: { userNamespace: true, runtimeDirectory },
  userNamespace: true,
});
