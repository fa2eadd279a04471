import { describe } from "node:test";
import { findProgram } from "../../src/system/exec.ts";
import { firewallContract } from "./firewall.ts";

// Without dates, counters of packets, and what ipset draws by lot.
const everything = [
  ...["iptables-nft-save", "ip6tables-nft-save", "iptables-legacy-save", "ip6tables-legacy-save"].map((program) => [
    "sh",
    "-c",
    `${program} 2>&1 | grep -v '^#' | sed 's/ \\[[0-9]*:[0-9]*\\]$//'`,
  ]),
  ["sh", "-c", "ipset save | sed 's/ initval [^ ]*//'"],
  ["nft", "-s", "list", "ruleset"],
];

/** Rules of other people in every table that ours touches, an ACCEPT of everything among them. */
const foreign = `*raw
:THEIRS - [0:0]
-A PREROUTING -p udp --dport 9 -j ACCEPT
-A PREROUTING -j ACCEPT
COMMIT
*filter
:THEIRS - [0:0]
-A INPUT -j ACCEPT
-A FORWARD -j THEIRS
-A THEIRS -j ACCEPT
COMMIT
`;

// Two at a time: most of the time is spent waiting for packets that must not come.
describe("the fallback firewalls", { concurrency: 2 }, () => {
  for (const variant of ["nft", "legacy"] as const) {
    for (const [backend, longest] of [
      ["ipset", 2_147_483],
      // Ten years, but never past what -m time can count to.
      ["iptables", Math.min(315_360_000, (Date.UTC(2038, 0, 19) - Date.now()) / 1000)],
    ] as const) {
      const needed = [`iptables-${variant}`, `ip6tables-${variant}`, ...(backend === "ipset" ? ["ipset"] : [])];
      const missing = needed.filter((program) => findProgram(program) === undefined);
      firewallContract({
        name: `${backend} with iptables-${variant}`,
        module: `${backend}.ts`,
        maker: backend,
        options: { variant, lookEvery: 100 },
        stopsPackets: true,
        longest,
        everything,
        missing: missing.length > 0 ? `not installed: ${missing.join(", ")}` : undefined,
        foreign: async (lab) => {
          for (const family of ["iptables", "ip6tables"]) {
            // Both engines: an ACCEPT in one must not rescue what the other drops.
            for (const engine of ["nft", "legacy"]) {
              await lab.host.run([`${family}-${engine}-restore`, "--noflush", "-w", "5"], foreign);
            }
          }
          await lab.host.run(["ipset", "restore"], "create theirs hash:net\nadd theirs 192.0.2.0/24\n");
        },
      });
    }
  }
});
