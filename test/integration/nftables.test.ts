/** What nftables must do beyond the contract of every firewall: much at once, full sets and disks, and its own options. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Change, Held, Scope } from "../../src/core/ban.ts";
import { makeScope } from "../../src/core/scope.ts";
import {
  ALL,
  ban,
  eventually,
  LAYOUT,
  names,
  net,
  PHONE,
  PUBLISHED,
  REJECT,
  SSH,
  unban,
  WEB,
} from "../contract/firewall.ts";
import { ATTACKER, CONTAINER, HOST, readByNft } from "./namespaces.ts";
import { BOTH, NFT, onNftablesHost } from "./nftables-host.ts";

onNftablesHost("nftables", (on) => {
  const { done, holds, isShutOut, reaches, program, counting, start } = on;

  for (const count of [1, 1000, 20_000]) {
    test(`takes ${count} at once, of each family, by argument or by file`, async () => {
      const changes = Array.from({ length: count }, (_, at) => [
        ban(ALL, `198.18.${at >> 8}.${at & 255}`, 6000),
        ban(ALL, `2001:db8:0:${at.toString(16)}::/64`, 6000),
      ]).flat();
      await done(...changes);
      assert.deepEqual(names(await on.firewall.call.held()), names(changes as Held[]));
      assert.deepEqual(
        (await readdir(on.folder)).filter((name) => name.startsWith("nft-")),
        [],
      );
      await done(...changes.map((change): Change => ({ kind: "unban", scope: "all", target: change.target })));
      await holds();
    });
  }

  test("lets the last change of an element win though very many others stand between", async () => {
    const { ip, ip6 } = ATTACKER;
    const between = Array.from({ length: 11_000 }, (_, at) => ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600));
    await done(ban(ALL, ip, 60), ban(ALL, ip6, 60), ...between, ban(ALL, ip, 6000), unban(ALL, ip6));
    const held = await on.firewall.call.held();
    assert.equal(held.length, between.length + 1);
    const until = held.find(({ target }) => target.text === ip)?.until ?? 0;
    assert.ok(until > Date.now() + 3_000_000, String(until));
    // The other way round, with what is there already.
    await done(unban(ALL, ip), ban(ALL, ip6, 60), ...between, ban(ALL, ip, 60), ban(ALL, ip6, 6000));
    const again = await on.firewall.call.held();
    assert.equal(again.length, between.length + 2);
    const ends = again.flatMap(({ target, until }) => (target.text === ip6 ? [until ?? 0] : []));
    assert.ok((ends[0] ?? 0) > Date.now() + 3_000_000, String(ends));
  });

  test("carries out 5000 bans that come one by one with at most ten runs of nft", async () => {
    await on.firewall.close();
    const { path, runs } = await counting();
    on.firewall = await start({ nft: path });
    await on.firewall.call.prepare(LAYOUT);
    const before = await runs();
    const batches = Array.from({ length: 5000 }, (_, at) => [ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600)]);
    assert.deepEqual(await on.firewall.call.applyAll(batches), []);
    assert.ok((await runs()) - before <= 10, `${(await runs()) - before} runs`);
    assert.equal((await on.firewall.call.held()).length, 5000);
  });

  test("lets a change that is asked later win over one that waits", async () => {
    const batches = Array.from({ length: 200 }, (_, at) => [
      at % 2 === 0 ? ban(ALL, ATTACKER.ip, 60 + at) : unban(ALL, ATTACKER.ip),
    ]);
    assert.deepEqual(await on.firewall.call.applyAll(batches), []);
    await holds();
    assert.deepEqual(
      await on.firewall.call.applyAll([...batches, [ban(ALL, ATTACKER.ip6, 60)], [ban(ALL, ATTACKER.ip, 60)]]),
      [],
    );
    await holds(`all ${ATTACKER.ip}`, `all ${ATTACKER.ip6}`);
  });

  test("tells ends as they were when it asked, however long nft takes to put them into words", async () => {
    const until = Date.now() + 600_000;
    await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
    const slow = await on.start({ nft: await on.program(`${NFT} "$@"\nstatus=$?\nsleep 4\nexit $status`) });
    const held = await slow.call.held();
    assert.equal(held.length, 2);
    for (const element of held) assert.ok(Math.abs((element.until ?? 0) - until) < 2500, `${element.until} ${until}`);
  });

  test("goes in small pieces where there is no room for large files", async () => {
    await on.firewall.close();
    const small = join(on.folder, "small");
    await program(`mkdir ${small} && mount -t tmpfs -o size=16k tmpfs ${small} && exec "$@"`, "with-a-small-disk");
    on.firewall = await start({ runtimeDirectory: small }, [
      "unshare",
      "--mount",
      "--propagation",
      "private",
      "sh",
      join(on.folder, "with-a-small-disk"),
    ]);
    await on.firewall.call.prepare(LAYOUT);
    const changes = Array.from({ length: 5000 }, (_, at) => ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600));
    await done(...changes);
    assert.equal((await on.firewall.call.held()).length, 5000);
    assert.match((await on.firewall.call.limits()).join("\n"), /cannot be written \(ENOSPC\)/);
  });

  test("goes in small pieces where the runtime directory is missing or refused", async () => {
    await on.firewall.close();
    on.firewall = await start({ runtimeDirectory: join(on.folder, "nowhere") });
    await on.firewall.call.prepare(LAYOUT);
    await done(...Array.from({ length: 3000 }, (_, at) => ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600)));
    assert.equal((await on.firewall.call.held()).length, 3000);
    assert.match((await on.firewall.call.limits()).join("\n"), /cannot be written \(ENOENT\)/);
  });

  test("does not follow a link that lies where its file should be, and takes away old files", async () => {
    await on.firewall.close();
    const victim = join(on.folder, "victim");
    await writeFile(victim, "precious");
    await writeFile(join(on.folder, "nft-1-1.json"), "left by a run that was killed");
    await writeFile(join(on.folder, "nft-is-not-ours.json"), "stays");
    on.firewall = await start();
    await on.firewall.call.prepare(LAYOUT);
    assert.deepEqual((await readdir(on.folder)).toSorted(), ["nft-is-not-ours.json", "victim"]);
    for (let at = 1; at <= 3; at += 1) {
      await on.lab.host.run(["ln", "-s", victim, join(on.folder, `nft-${on.firewall.pid}-${at}.json`)]);
    }
    await done(...Array.from({ length: 3000 }, (_, at) => ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600)));
    assert.equal((await on.firewall.call.held()).length, 3000);
    assert.equal(await readFile(victim, "utf8"), "precious");
  });

  test("says which set is full, bans in the others, and bans again when there is room", async () => {
    await on.firewall.close();
    await on.lab.host.run([NFT, "delete", "table", "inet", "bailiff"]);
    on.firewall = await start({ setSize: 4 });
    await on.firewall.call.prepare(LAYOUT);
    await done(ban(ALL, "192.0.2.1", 1), ban(ALL, "192.0.2.2", 600), ban(ALL, "192.0.2.3", 600));
    const late = ["192.0.2.4", "192.0.2.5", ATTACKER.ip].map((address) => ban(ALL, address, 600));
    const extended = ban(ALL, "192.0.2.2", 900);
    const refusals = await on.firewall.call.apply([
      unban(ALL, "192.0.2.99"),
      ...late,
      extended,
      ban(SSH, ATTACKER.ip, 600),
      ban(ALL, ATTACKER.ip6, 600),
    ]);
    assert.ok(refusals.length >= 1 && refusals.length <= 2, `${refusals.length} refusals`);
    for (const { change, reason } of refusals) {
      assert.ok(
        late.some((one) => one.target.text === change.target.text),
        change.target.text,
      );
      assert.match(reason, /all_4_32 is full/);
    }
    const held = names(await on.firewall.call.held());
    for (const name of [`tcp_22 ${ATTACKER.ip}`, `all ${ATTACKER.ip6}`, "all 192.0.2.2"])
      assert.ok(held.includes(name), name);
    await done(unban(ALL, "192.0.2.98"));
    await eventually("there is room", async () => !names(await on.firewall.call.held()).includes("all 192.0.2.1"));
    await done(unban(ALL, "192.0.2.4"), unban(ALL, "192.0.2.5"), ban(ALL, ATTACKER.ip, 600));
    await isShutOut(ATTACKER.ip, 80);
  });

  test("gives up on a full set after a bounded number of runs", async () => {
    await on.firewall.close();
    await on.lab.host.run([NFT, "delete", "table", "inet", "bailiff"]);
    const { path, runs } = await counting();
    on.firewall = await start({ setSize: 4, nft: path });
    await on.firewall.call.prepare(LAYOUT);
    const before = await runs();
    const refusals = await on.firewall.call.apply(
      Array.from({ length: 500 }, (_, at) => ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600)),
    );
    assert.equal(refusals.length, 496);
    assert.equal((await on.firewall.call.held()).length, 4);
    assert.ok((await runs()) - before < 400, `${(await runs()) - before} runs`);
  });

  test("never puts in an element that is not exactly the network that was asked for", async () => {
    const texts = [
      "*",
      "localhost",
      "1.2.3",
      "0x7f000001",
      "::ffff:1.2.3.4",
      "fe80::1%eth0",
      "0.0.0.0/0",
      "1.2.3.4-1.2.3.9",
    ];
    const lengths = [32, 0, -1, 33, 24.5, Number.NaN, Number.POSITIVE_INFINITY, "24", null, 128];
    const ends = [Number.NaN, "10m", Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, {}, null];
    const odd: unknown[] = texts.flatMap((text) =>
      lengths.flatMap((length) =>
        ["ip", "ip6", "inet", 4].map((family) => ({ kind: "ban", scope: "all", target: { family, text, length } })),
      ),
    );
    odd.push(...ends.map((until) => ({ kind: "ban", scope: "all", target: net("192.0.2.1"), until })));
    odd.push(
      ...["ALL", "all ", "all;", "all_4_32", "verdict_drop", "", "a".repeat(40), "__proto__", 7, null].map((scope) => ({
        kind: "ban",
        scope,
        target: net("192.0.2.1"),
      })),
    );
    odd.push({ kind: "flush", scope: "all", target: net("192.0.2.1") }, { kind: "ban", scope: "all", target: null });
    assert.equal((await on.firewall.call.apply(odd as Change[])).length, odd.length);
    await done(
      ban(ALL, "192.0.2.2", 0.001),
      ban(ALL, "192.0.2.3", -1e9),
      ban(ALL, "192.0.2.4", 1.0001),
      ban(ALL, "2001:db8::4", 1e12),
    );
    const table = await on.lab.host.run([NFT, "-n", "list", "table", "inet", "bailiff"]);
    assert.match(table, /2001:db8::4 timeout 315360000s expires/);
    const elements = (table.match(/elements = \{[^}]*\}/g) ?? []).flatMap((text) => text.slice(12, -1).split(","));
    for (const element of elements) {
      assert.match(element.trim(), /^(?:192\.0\.2\.[234] timeout [12]s|2001:db8::4 timeout 315360000s) expires \d+s$/);
    }
    await reaches();
  });

  test("refuses a layout that could not be one", async () => {
    const wrong = [
      { ...LAYOUT, scopes: [{ ...ALL, name: "drop all" }] },
      { ...LAYOUT, scopes: [ALL, { ...SSH, name: "all" }] },
      { ...LAYOUT, scopes: [{ ...SSH, ports: [{ first: 0, last: 70_000 }] }] },
      { ...LAYOUT, lengths: { ip: [0], ip6: [] } },
      { ...LAYOUT, lengths: { ip: [32], ip6: [129] } },
      { ...LAYOUT, allow: [{ family: "ip", text: "localhost", length: 32 }] },
    ];
    for (const layout of wrong) {
      await assert.rejects(on.firewall.call.prepare(layout as typeof LAYOUT), /something impossible/);
    }
    await done(ban(ALL, ATTACKER.ip, 60));
    await isShutOut();
  });

  test("lets everybody pass whom an allowed network of all addresses names", async () => {
    await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
    await on.firewall.call.prepare({
      ...LAYOUT,
      allow: [net("0.0.0.0/0"), net("10.77.0.0/16"), net("::/0"), net("::1")],
    });
    await reaches(ATTACKER.ip);
    await reaches(ATTACKER.ip6);
  });

  test("writes many allowed networks anew only where they are not as they were", async () => {
    const log = join(on.folder, "words");
    const nft = await program(
      `for word; do case $word in /*.json) cat "$word";; *) echo "$word";; esac; done >>${log}\nexec ${NFT} "$@"`,
    );
    const written = async (): Promise<number> =>
      (await readFile(log, "utf8")).split('{"flush":{"set":{"family":"inet","table":"bailiff","name":"allow_4"}}}')
        .length - 1;
    const allow = Array.from({ length: 600 }, (_, at) => [
      net(`198.18.${at >> 8}.${(at & 127) * 2}/31`),
      net(`2001:db8:${at.toString(16)}::/${at % 2 === 0 ? 48 : 128}`),
    ]).flat();
    await on.firewall.close();
    on.firewall = await start({ nft });
    await on.firewall.call.prepare({ ...LAYOUT, allow });
    await on.firewall.call.prepare({ ...LAYOUT, allow });
    // Of another length than those laid out.
    await done(ban(ALL, "10.77.1.0/25", 600));
    assert.equal(await written(), 1);
    await isShutOut();
    for (const odd of [
      "delete element inet bailiff allow_4 { 198.18.0.2/31 }",
      "add element inet bailiff allow_6 { fd77::/16 }",
    ]) {
      const before = await written();
      await on.lab.host.run([NFT, odd]);
      await on.firewall.call.prepare({ ...LAYOUT, allow });
      assert.equal(await written(), before + 1, odd);
    }
    const before = await written();
    await on.firewall.call.prepare({ ...LAYOUT, allow: [...allow, net(ATTACKER.ip)] });
    assert.equal(await written(), before + 1);
    await reaches();
  });

  test("stops what only looks like neighbour discovery: a router has passed it on", async () => {
    const { attacker } = on.lab;
    const stopped = async (): Promise<number> =>
      Number(
        /packets (\d+)/.exec(await on.lab.host.run([NFT, "list", "counter", "inet", "bailiff", "all_drops"]))?.[1],
      );
    // To somebody who is not there, so that nothing follows the question where he is.
    const solicit = (): Promise<string> => attacker.run(["bash", "-c", "echo >/dev/udp/fd77:0:0:1::99/9; sleep 0.5"]);
    await done(ban(ALL, "fd77:0:0:1::/64", 600));
    const before = await stopped();
    await solicit();
    assert.equal(await stopped(), before, "a neighbour was stopped");
    await attacker.run([NFT, "add table ip6 odd; add chain ip6 odd out { type filter hook output priority 0; }"]);
    await attacker.run([NFT, "add rule ip6 odd out icmpv6 type nd-neighbor-solicit ip6 hoplimit set 64"]);
    await solicit();
    assert.ok((await stopped()) > before, "it passed");
    await attacker.run([NFT, "delete table ip6 odd"]);
  });

  test("answers a rejected connection with a reset and without ICMP", async () => {
    const icmp = async (): Promise<string[]> =>
      (await on.lab.host.run(["cat", "/proc/net/snmp", "/proc/net/snmp6"]))
        .split("\n")
        .filter((line) => /^(?:Icmp: \d|Icmp6OutDestUnreachs)/.test(line))
        .map((line) => line.replace(/^Icmp: (?:\d+ ){13}/, ""));
    const sent = await icmp();
    for (const [, from, to] of BOTH) {
      await done(ban(REJECT, from, 600));
      for (let at = 0; at < 5; at += 1) {
        assert.equal(await on.attacker.connect({ from, to, port: 22, waitMs: 8000 }), "refused");
      }
    }
    assert.deepEqual(await icmp(), sent);
  });

  test("tells a rejected datagram's sender that the port is unreachable, but not every time", async () => {
    const scope = makeScope({ protocols: ["udp"], ports: [{ first: 5060, last: 5060 }], action: "reject" });
    await on.firewall.call.prepare({ ...LAYOUT, scopes: [scope] });
    for (const [family, from, to] of BOTH) {
      const name = family === "IPv4" ? /^IcmpOutDestUnreachs\s+(\d+)/m : /^Icmp6OutDestUnreachs\s+(\d+)/m;
      const answers = async (): Promise<number> =>
        Number(name.exec(await on.lab.host.run(["nstat", "-asz", "IcmpOutDestUnreachs", "Icmp6OutDestUnreachs"]))?.[1]);
      const before = await answers();
      await done(ban(scope, from, 600));
      await on.attacker.flood({ from, to, port: 5060 });
      await eventually("much was sent", async () => (await on.attacker.flooded()) > 1000);
      await on.attacker.calm();
      assert.ok((await answers()) - before >= 1, "no answer at all");
      assert.ok((await answers()) - before < 500, "an answer to nearly each");
    }
  });

  test("stops what the host sends to an offender where that is asked for", async () => {
    await on.firewall.close();
    for (const [family, to] of [
      ["IPv4", ATTACKER.ip],
      ["IPv6", ATTACKER.ip6],
    ] as const) {
      const arrives = async (): Promise<boolean> => {
        const before = await on.attacker.received(7000);
        for (let at = 0; at < 5; at += 1) await on.host.datagram({ to, port: 7000, waitMs: 50 });
        return (await on.attacker.received(7000)) > before;
      };
      on.firewall = await start();
      await on.firewall.call.prepare(LAYOUT);
      await done(ban(ALL, to, 600));
      assert.equal(await arrives(), true, `${family} without`);
      on.firewall = await start({ egress: true });
      await on.firewall.call.prepare(LAYOUT);
      assert.equal(await arrives(), false, `${family} with`);
      await on.firewall.call.prepare({ ...LAYOUT, allow: [net(to)] });
      assert.equal(await arrives(), true, `${family} allowed`);
      await on.firewall.call.remove();
    }
  });

  test("stops what a container sends from its published port, where what goes out is stopped", async () => {
    const { port, published, ip, ip6 } = CONTAINER;
    const container = await on.lab.container.peer();
    await container.serveUdp(port);
    for (const [family, to] of [
      ["ip", ip],
      ["ip6", `[${ip6}]`],
    ] as const) {
      await on.lab.host.run([NFT, `add rule ${family} engine pre udp dport ${published} dnat to ${to}:${port}`]);
    }
    const [outer, inner] = [published, port].map((one) =>
      makeScope({ protocols: ["udp"], ports: [{ first: one, last: one }], action: "drop" }),
    );
    assert.ok(outer && inner);
    await on.firewall.close();
    on.firewall = await start({ egress: true });
    await on.firewall.call.prepare({ ...LAYOUT, scopes: [outer, inner] });
    const stopped = async (of: Scope): Promise<number> =>
      Number(
        /packets (\d+)/.exec(
          await on.lab.host.run([NFT, "list", "counter", "inet", "bailiff", `${of.name}_drops`]),
        )?.[1],
      );
    for (const [, from, to] of BOTH) {
      const before = await stopped(outer);
      assert.equal(await on.attacker.datagram({ from, to, port: published, waitMs: 8000 }), true);
      await done(ban(outer, from, 600), ban(inner, from, 600));
      await container.answerAgain(port);
      await eventually(`an answer to ${from} is stopped`, async () => (await stopped(outer)) > before);
    }
    assert.equal(await stopped(inner), 0);
  });

  test("counts what it drops, by scope and where asked by address, and logs with a limit", async () => {
    await on.firewall.close();
    on.firewall = await start({ elementCounters: true, logPerMinute: 7 });
    await on.firewall.call.prepare(LAYOUT);
    await done(ban(ALL, ATTACKER.ip, 600), ban(PHONE, ATTACKER.ip6, 600), ban(PUBLISHED, ATTACKER.ip6));
    await isShutOut();
    assert.equal(await on.attacker.datagram({ from: ATTACKER.ip6, to: HOST.ip6, port: 5060 }), false);
    const table = await on.lab.host.run([NFT, "list", "table", "inet", "bailiff"]);
    assert.match(table, /counter all_drops \{\s+packets [1-9]/);
    assert.match(table, new RegExp(`${ATTACKER.ip} counter packets [1-9]\\d* bytes \\d+ timeout`));
    assert.match(table, new RegExp(`${ATTACKER.ip6} counter packets [1-9]\\d* bytes \\d+ timeout`));
    assert.match(table, /limit rate 7\/minute (?:burst 5 packets )?log prefix "bailiff drop: "/);
    await holds(`all ${ATTACKER.ip}`, `tcp_8080 ${ATTACKER.ip6}`, `${PHONE.name} ${ATTACKER.ip6}`);
  });

  test("can be saved as text and loaded again, as distributions do", async () => {
    await done(
      ban(ALL, ATTACKER.ip, 600),
      ban(SSH, ATTACKER.ip6),
      ban(WEB, "2001:db8:7::/48", 7200),
      ban(REJECT, "192.0.2.0/24"),
    );
    const saved = await on.lab.host.run([NFT, "list", "table", "inet", "bailiff"]);
    await on.lab.host.run([NFT, "delete", "table", "inet", "bailiff"]);
    await reaches();
    await on.lab.host.run(readByNft(), saved);
    await isShutOut();
    await holds(
      `all ${ATTACKER.ip}`,
      `reject_tcp_22 192.0.2.0/24`,
      `tcp_22 ${ATTACKER.ip6}`,
      "tcp_80_443 2001:db8:7::/48",
    );
  });
});
