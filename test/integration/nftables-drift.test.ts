/** Others change or delete what is ours: it is noticed, and the same bans are in force again, with the same ends. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Change } from "../../src/core/ban.ts";
import { findProgram } from "../../src/system/exec.ts";
import { ALL, ban, eventually, LAYOUT, names, SSH, WEB } from "../contract/firewall.ts";
import { ATTACKER, CONTAINER, HOST_SEEN_BY_BYSTANDER, publish, readByNft } from "./namespaces.ts";
import { BOTH, fails, NFT, onNftablesHost } from "./nftables-host.ts";

onNftablesHost("nftables when others meddle", (on) => {
  const { done, isShutOut, listens, reaches, program, start } = on;

  const wanted = (): Change[] => [
    ban(ALL, ATTACKER.ip, 600),
    ban(ALL, ATTACKER.ip6, 600),
    ban(SSH, ATTACKER.elsewhere),
    ban(WEB, "2001:db8:7::/48", 7200),
  ];
  const kept = [
    `all ${ATTACKER.ip}`,
    `all ${ATTACKER.ip6}`,
    `tcp_22 ${ATTACKER.elsewhere}`,
    "tcp_80_443 2001:db8:7::/48",
  ];

  for (const [name, command] of [
    ["flushes the whole ruleset", "flush ruleset"],
    ["deletes the table", "delete table inet bailiff"],
    ["empties the table", "flush table inet bailiff"],
    ["empties the chain", "flush chain inet bailiff pre"],
    ["empties the verdict", "flush chain inet bailiff verdict_drop"],
    ["empties a set", "flush set inet bailiff all_4_32; flush set inet bailiff all_6_128"],
    ["deletes an element", `delete element inet bailiff all_4_32 { ${ATTACKER.ip} }`],
    [
      "bans everybody by one element",
      "add element inet bailiff all_4_32 { * }; add element inet bailiff all_6_64 { * }",
    ],
    ["accepts everything first", "insert rule inet bailiff pre accept"],
    ["lets a network pass", "add element inet bailiff allow_4 { 10.77.0.0/16 }"],
    ["makes the chain drop all that is left", "chain inet bailiff pre { policy drop; }"],
    ["puts the table to sleep", "add table inet bailiff { flags dormant; }"],
    ["deletes the table and makes another of its name", "delete table inet bailiff; add table inet bailiff"],
    [
      "makes a set of another kind in its place",
      [
        "flush chain inet bailiff pre; delete set inet bailiff all_4_32",
        "add set inet bailiff all_4_32 { type ipv4_addr; flags interval; }",
      ].join("; "),
    ],
  ] as const) {
    test(`restores everything, ends included, when somebody ${name}`, async () => {
      const changes = wanted();
      await done(...changes);
      const before = new Map((await on.firewall.call.held()).map((element) => [names([element])[0], element.until]));
      await on.firewall.call.watch({ layout: LAYOUT, wanted: changes });
      await listens();
      const nat = name === "flushes the whole ruleset";
      await on.lab.host.run(readByNft(), `${command}\n`);
      const sentence = await on.firewall.call.disturbance(10_000);
      assert.match(sentence ?? "", /^process \d+ \(nft\) (?:deleted|changed) table inet bailiff/);
      await isShutOut(ATTACKER.ip);
      await isShutOut(ATTACKER.ip6);
      await isShutOut(ATTACKER.elsewhere);
      await reaches(ATTACKER.elsewhere, 80);
      assert.equal(await on.bystander.connect({ to: HOST_SEEN_BY_BYSTANDER.ip, port: 22, waitMs: 8000 }), "open");
      const now = await on.firewall.call.held();
      assert.deepEqual(names(now), kept.toSorted());
      for (const element of now) {
        const was = before.get(names([element])[0]);
        if (was === undefined) assert.equal(element.until, undefined);
        else assert.ok(Math.abs((element.until ?? 0) - was) < 2500, `${names([element])[0]} kept its end`);
      }
      // Its own repair is not another disturbance: otherwise it would repair for ever.
      let more = await on.firewall.call.disturbance(500);
      // Only the first look, a second after the watch began, may have seen the same.
      if (/^table inet bailiff is /.test(more ?? "")) more = await on.firewall.call.disturbance(500);
      assert.equal(more, undefined);
      await on.firewall.call.unwatch();
      if (nat) await publish(on.lab);
    });
  }

  test("says whose its table is when another program keeps it to itself, and bans once that one ends", async () => {
    await done(...wanted());
    const [program = "", ...words] = [...on.lab.host.prefix, NFT, "-i"];
    const owner = spawn(program, words, { stdio: "pipe" });
    try {
      owner.stdin.write("delete table inet bailiff\nadd table inet bailiff { flags owner; }\nlist tables\n");
      await once(owner.stdout, "data");
      const theirs = /inet bailiff is another program's/;
      await fails(on.firewall.call.prepare(LAYOUT), "FIREWALL_BROKEN", theirs);
      await fails(on.firewall.call.apply([ban(ALL, ATTACKER.ip6, 600)]), "FIREWALL_BROKEN", theirs);
    } finally {
      owner.kill();
    }
    await once(owner, "exit");
    await on.firewall.call.prepare(LAYOUT);
    await done(...wanted());
    for (const from of [ATTACKER.ip, ATTACKER.ip6]) await isShutOut(from);
  });

  test("restores 20,000 bans after a flush, and sees them all again", async () => {
    const many = Array.from({ length: 10_000 }, (_, at) => [
      ban(ALL, `198.${18 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`, 6000),
      ban(ALL, `2001:db8:${at.toString(16)}::/64`, 6000),
    ]).flat();
    many[100] = ban(ALL, ATTACKER.ip, 6000);
    await done(...many);
    await on.firewall.call.watch({ layout: LAYOUT, wanted: many });
    // Should it not listen yet, its first look tells the same.
    await on.firewall.call.disturbance(1000);
    await on.lab.host.run([NFT, "flush", "ruleset"]);
    const noticed = async (): Promise<boolean> =>
      /deleted table inet bailiff|is gone|lost some/.test((await on.firewall.call.disturbance(2000)) ?? "");
    await eventually("the flush is noticed", noticed, 60_000);
    await isShutOut();
    await eventually("all are back", async () => (await on.firewall.call.held()).length === many.length);
    await on.firewall.call.unwatch();
    await publish(on.lab);
  });

  test("notices changes that the monitor did not see, by looking from time to time", async () => {
    await on.firewall.close();
    const nft = await program(`test "$1" != monitor || exec sleep 3600\nexec ${NFT} "$@"`);
    on.firewall = await start({ nft, checkEvery: 300 });
    await on.firewall.call.prepare(LAYOUT);
    await on.firewall.call.watch();
    assert.equal(await on.firewall.call.disturbance(400), undefined);
    await on.lab.host.run([NFT, "insert", "rule", "inet", "bailiff", "pre", "accept"]);
    assert.match((await on.firewall.call.disturbance(10_000)) ?? "", /not as it was laid out/);
    await on.firewall.call.prepare(LAYOUT);
    await on.lab.host.run([NFT, "delete", "table", "inet", "bailiff"]);
    await eventually("it says so", async () => /is gone/.test((await on.firewall.call.disturbance(2000)) ?? ""));
    await on.firewall.call.unwatch();
  });

  test("takes out what others put into its table, and has peace then", async () => {
    const theirs = `
      table inet bailiff {
        counter theirs_packets { }
        set theirs { type ipv4_addr; elements = { 192.0.2.7 } }
        chain theirs_act { counter name theirs_packets; drop; }
        map theirs_verdicts { type inet_service : verdict; elements = { 80 : goto theirs_act } }
        chain theirs { type filter hook prerouting priority -400; ip saddr @theirs tcp dport vmap @theirs_verdicts; }
      }`;
    await on.lab.host.run(readByNft(), theirs);
    const changes = wanted();
    await done(...changes);
    await on.firewall.call.prepare(LAYOUT);
    assert.doesNotMatch(await on.lab.host.run([NFT, "list", "table", "inet", "bailiff"]), /theirs/);
    assert.deepEqual(names(await on.firewall.call.held()), kept.toSorted());
    await on.firewall.call.watch({ layout: LAYOUT, wanted: changes });
    assert.equal(await on.firewall.call.disturbance(1500), undefined);
    await on.lab.host.run(readByNft(), theirs);
    assert.match((await on.firewall.call.disturbance(10_000)) ?? "", /changed table inet bailiff/);
    assert.doesNotMatch(await on.lab.host.run([NFT, "list", "table", "inet", "bailiff"]), /theirs/);
    await on.firewall.call.unwatch();
  });

  test("takes back what an earlier run laid out for options that are no longer set", async () => {
    await on.firewall.close();
    on.firewall = await start({ egress: true, logPerMinute: 10 });
    await on.firewall.call.prepare(LAYOUT);
    await done(...wanted());
    assert.match(await on.lab.host.run([NFT, "list", "table", "inet", "bailiff"]), /chain out/);
    await on.firewall.close();
    on.firewall = await start();
    await on.firewall.call.prepare(LAYOUT);
    assert.doesNotMatch(await on.lab.host.run([NFT, "list", "table", "inet", "bailiff"]), /chain out|log prefix/);
    assert.deepEqual(names(await on.firewall.call.held()), kept.toSorted());
    await on.firewall.call.watch();
    assert.equal(await on.firewall.call.disturbance(1500), undefined);
    await on.firewall.call.unwatch();
  });

  test("says that the monitor does not stay up, and does not start it over and over", async () => {
    await on.firewall.close();
    const nft = await program(
      `echo "$1" >> ${on.folder}/runs\ntest "$1" != monitor || { echo no monitor >&2; exit 1; }\nexec ${NFT} "$@"`,
    );
    on.firewall = await start({ nft });
    await on.firewall.call.prepare(LAYOUT);
    await on.firewall.call.watch();
    assert.match((await on.firewall.call.disturbance(5000)) ?? "", /nft monitor ended \(no monitor\)/);
    await on.firewall.call.disturbance(3000);
    await on.firewall.call.disturbance(3000);
    await on.firewall.call.unwatch();
    const starts = (await readFile(join(on.folder, "runs"), "utf8"))
      .split("\n")
      .filter((word) => word === "monitor").length;
    assert.ok(starts >= 2 && starts <= 4, `${starts} starts`);
  });

  test("repairs what happened while it could not listen", async () => {
    const changes = wanted();
    await done(...changes);
    await on.firewall.call.watch({ layout: LAYOUT, wanted: changes });
    await listens();
    on.firewall.kill("SIGSTOP");
    const batch = Array.from({ length: 10_000 }, (_, at) => `198.18.${at >> 8}.${at & 255}`).join(", ");
    await on.lab.host.run(readByNft(), "table ip noise {\nset s { type ipv4_addr; }\n}\n");
    for (let at = 0; at < 10; at += 1) {
      await on.lab.host.run(readByNft(), `add element ip noise s { ${batch} }\nflush set ip noise s\n`);
    }
    await on.lab.host.run([NFT, "flush", "ruleset"]);
    await reaches();
    on.firewall.kill("SIGCONT");
    assert.notEqual(await on.firewall.call.disturbance(30_000), undefined);
    await isShutOut();
    assert.deepEqual(names(await on.firewall.call.held()), kept.toSorted());
    await on.firewall.call.unwatch();
    await publish(on.lab);
  });

  test("lays out again what it finds gone when it bans, and says so", async () => {
    await done(ban(ALL, "192.0.2.7", 600));
    await on.lab.host.run([NFT, "delete", "table", "inet", "bailiff"]);
    await on.firewall.call.watch();
    await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
    await isShutOut(ATTACKER.ip);
    await isShutOut(ATTACKER.ip6);
    assert.match((await on.firewall.call.disturbance(5000)) ?? "", /found gone or damaged/);
    await on.firewall.call.unwatch();
  });

  test("does not take its own changes for others' in a pid namespace", async () => {
    await on.firewall.close();
    on.firewall = await start({}, ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]);
    await on.firewall.call.prepare(LAYOUT);
    assert.match((await on.firewall.call.limits()).join("\n"), /pid namespace/);
    await on.firewall.call.watch();
    await on.firewall.call.disturbance(400);
    await done(ban(ALL, ATTACKER.ip, 600));
    await on.firewall.call.prepare(LAYOUT);
    assert.equal(await on.firewall.call.disturbance(700), undefined);
    await on.lab.host.run([NFT, "flush", "chain", "inet", "bailiff", "pre"]);
    assert.match((await on.firewall.call.disturbance(10_000)) ?? "", /not as it was laid out/);
    await on.firewall.call.unwatch();
  });

  test("wins over others that accept everything, before and after it, in both variants of iptables", async (t) => {
    const commands: string[][] = [];
    for (const variant of ["iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy"]) {
      if (findProgram(variant) === undefined || (await on.lab.host.attempt([variant, "-t", "raw", "-S"])).code !== 0) {
        t.diagnostic(`MISSING: ${variant} with a raw table; the test goes on without`);
        continue;
      }
      commands.push(
        [variant, "-t", "raw", "-I", "PREROUTING", "-j", "ACCEPT"],
        [variant, "-I", "INPUT", "-j", "ACCEPT"],
      );
      commands.push([variant, "-I", "FORWARD", "-j", "ACCEPT"]);
    }
    for (const words of commands) await on.lab.host.run(words);
    await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
    for (const [, from] of BOTH) {
      await isShutOut(from);
      await isShutOut(from, CONTAINER.published);
    }
    for (const words of commands) await on.lab.host.run(words.map((word) => (word === "-I" ? "-D" : word)));
  });
});
