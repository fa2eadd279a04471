import { layForeignTables } from "../integration/foreign.ts";
import { otherNft } from "../integration/other-nft.ts";
import { firewallContract } from "./firewall.ts";

const versions = [
  // Its kernel does not update elements; the others do as this one does.
  ["the nft of Debian 11", await otherNft("bullseye"), { updates: false }],
  ["the nft of Debian 13", await otherNft("trixie")],
  // Others that somebody has: NAME=PATH, separated by commas.
  ...(process.env.BAILIFF_TEST_NFT ?? "")
    .split(",")
    .filter((one) => one.includes("="))
    .map((one): [string, { path: string }] => {
      const [name = "", path = ""] = one.split("=");
      return [`nft ${name}`, { path }];
    }),
] as const;

for (const [name, nft, options = {}] of versions) {
  const path = "path" in nft ? nft.path : "";
  firewallContract({
    name: `nftables with ${name}`,
    module: "nftables.ts",
    maker: "nftables",
    options: { nft: path, ...options },
    stopsPackets: true,
    foreign: (lab) => layForeignTables(lab, path),
    // An older nft may crash on what a newer one laid out, so the same one has to list it.
    everything: [[path, "-s", "list", "ruleset"]],
    missing: "missing" in nft ? nft.missing : undefined,
  });
}
