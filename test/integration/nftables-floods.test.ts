/** An offender who never stops sending gets no packet through, whatever is done to the table meanwhile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL, ban, eventually, LAYOUT, names, net, SSH, unban, WEB } from "../contract/firewall.ts";
import { ATTACKER, HOST } from "./namespaces.ts";
import { BOTH, NFT, onNftablesHost } from "./nftables-host.ts";

onNftablesHost("nftables under a flood", (on) => {
  const { done, holds, start } = on;

  /** Floods while `work` is done; the flood lasts well before and after it. No packet may arrive. */
  async function noneLeaks(from: string, to: string, work: () => Promise<unknown>): Promise<void> {
    const before = await on.host.received(53);
    await on.attacker.flood({ from, to, port: 53 });
    await eventually("the flood began", async () => (await on.attacker.flooded()) > 200);
    await work();
    const during = await on.attacker.flooded();
    await eventually("the flood went on", async () => (await on.attacker.flooded()) > during + 200);
    await on.attacker.calm();
    assert.ok(during > 400, `only ${during} packets were sent meanwhile`);
    assert.equal((await on.host.received(53)) - before, 0, "leaked packets");
  }

  test("a flood does arrive without a ban", async () => {
    for (const [, from, to] of BOTH) {
      const before = await on.host.received(53);
      await on.attacker.flood({ from, to, port: 53 });
      await eventually("packets arrive", async () => (await on.host.received(53)) > before + 100);
      await on.attacker.calm();
    }
  });

  for (const [family, from, to] of BOTH) {
    test(`lets no packet through while an ${family} ban is extended 100 times`, async () => {
      await done(ban(ALL, from, 60));
      await noneLeaks(from, to, async () => assert.deepEqual(await on.firewall.call.extend("all", net(from), 100), []));
      await holds(`all ${from}`);
    });

    test(`lets no packet of ${family} through while it is laid out 50 times, in changing shape`, async () => {
      await done(ban(ALL, from, 600));
      await noneLeaks(from, to, async () => {
        for (let at = 0; at < 25; at += 1) {
          await on.firewall.call.prepare({ ...LAYOUT, scopes: [SSH, ALL], allow: [net(`192.0.2.${at}`)] });
          await on.firewall.call.prepare(LAYOUT);
        }
      });
    });

    test(`lets no packet of ${family} through while the table is made anew 20 times`, async () => {
      // Counters in elements make another kind of set, which the kernel will not turn the old one into.
      const other = await start({ elementCounters: true });
      await done(ban(ALL, from, 600), ban(SSH, from), ban(WEB, "2001:db8:1::/48", 60));
      await noneLeaks(from, to, async () => {
        for (let at = 0; at < 10; at += 1) {
          await other.call.prepare(LAYOUT);
          await on.firewall.call.prepare(LAYOUT);
        }
      });
      const held = await on.firewall.call.held();
      assert.deepEqual(names(held), [`all ${from}`, `tcp_22 ${from}`, "tcp_80_443 2001:db8:1::/48"].toSorted());
      const until = held.find((element) => element.scope === "all")?.until ?? 0;
      assert.ok(until > Date.now() + 540_000 && until < Date.now() + 601_000, "it kept its end");
      assert.equal(held.find((element) => element.scope === "tcp_22")?.until, undefined);
    });

    test(`lets no packet of ${family} through while its process is killed and started again`, async () => {
      await done(ban(ALL, from, 600));
      await noneLeaks(from, to, async () => {
        for (let at = 0; at < 2; at += 1) {
          on.firewall.kill("SIGKILL");
          on.firewall = await start();
          await on.firewall.call.prepare(LAYOUT);
          await done(ban(ALL, from, 600));
        }
      });
      await holds(`all ${from}`);
      assert.equal(
        (await on.lab.host.run([NFT, "-n", "list", "chain", "inet", "bailiff", "pre"])).match(/iif "lo"/g)?.length,
        1,
      );
    });
  }

  test("lets no packet through while 2000 other bans are made and lifted around it", async () => {
    await done(ban(ALL, ATTACKER.ip, 600));
    const many = Array.from({ length: 2000 }, (_, at) => `198.18.${at >> 8}.${at & 255}`);
    await noneLeaks(ATTACKER.ip, HOST.ip, async () => {
      await done(...many.map((address) => ban(ALL, address, 600)));
      await done(...many.map((address) => unban(ALL, address)));
    });
    await holds(`all ${ATTACKER.ip}`);
  });
});
