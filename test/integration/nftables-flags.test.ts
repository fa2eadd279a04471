/**
 * Tables with flags. nft 1.0.6 lists their flags as whatever lies in memory: a word by chance, or its JSON ends in the
 * middle (`"flags": `), with status 0. So it is where such a table is the first of the ruleset.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL, ban, LAYOUT, names } from "../contract/firewall.ts";
import { ATTACKER, publish, readByNft } from "./namespaces.ts";
import { NFT, onNftablesHost } from "./nftables-host.ts";

onNftablesHost("nftables among tables with flags", (on) => {
  const { done, isShutOut } = on;

  test("wakes its table when it sleeps, alone in the ruleset", async () => {
    await on.lab.host.run([NFT, "flush", "ruleset"]);
    await on.firewall.call.prepare(LAYOUT);
    await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
    await on.lab.host.run(readByNft(), "add table inet bailiff { flags dormant; }\n");
    await on.firewall.call.prepare(LAYOUT);
    for (const from of [ATTACKER.ip, ATTACKER.ip6]) await isShutOut(from);
    assert.deepEqual(names(await on.firewall.call.held()), [`all ${ATTACKER.ip}`, `all ${ATTACKER.ip6}`].toSorted());
    await publish(on.lab);
  });

  test("bans beside somebody else's table with flags", async () => {
    await on.lab.host.run([NFT, "flush", "ruleset"]);
    await on.lab.host.run(readByNft(), "add table inet theirs { flags dormant; }\n");
    await on.firewall.close();
    on.firewall = await on.start();
    await on.firewall.call.prepare(LAYOUT);
    await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
    for (const from of [ATTACKER.ip, ATTACKER.ip6]) await isShutOut(from);
    await on.firewall.call.remove();
    assert.match(await on.lab.host.run([NFT, "list", "tables"]), /^table inet theirs\n$/);
    await publish(on.lab);
  });
});
