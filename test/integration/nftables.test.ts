/** What nftables must stand beyond the contract of every firewall: floods, drift, broken programs, full sets and disks. */
import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import type { Change, Held } from "../../src/core/ban.ts";
import { makeScope } from "../../src/core/scope.ts";
import { BailiffError } from "../../src/errors.ts";
import { findProgram } from "../../src/system/exec.ts";
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
import type * as inside from "./firewall-inside.ts";
import {
  ATTACKER,
  CONTAINER,
  HOST,
  HOST_SEEN_BY_BYSTANDER,
  type Lab,
  labMissing,
  makeLab,
  publish,
} from "./namespaces.ts";
import type * as peer from "./peer.ts";
import { capable, noCapability } from "./privileges.ts";
import type { Called, Remote } from "./remote.ts";

const missing = labMissing();
const NFT = findProgram("nft") ?? "";
const BOTH = [
  ["IPv4", ATTACKER.ip, HOST.ip],
  ["IPv6", ATTACKER.ip6, HOST.ip6],
] as const;

describe("nftables", { skip: missing === undefined ? false : `MISSING: ${missing}` }, () => {
  let lab: Lab;
  let host: Called<typeof peer>;
  let attacker: Called<typeof peer>;
  let bystander: Called<typeof peer>;
  let firewall: Remote<typeof inside>;
  /** For fake programs and large transactions; nobody else's. */
  let folder: string;
  const opened: Remote<typeof inside>[] = [];
  let hanging: Promise<void>;
  let hangingFolder: string;

  /** A backend in a process of its own, inside the host. */
  async function start(options: object = {}, through: readonly string[] = []): Promise<Remote<typeof inside>> {
    const made = await lab.host.load<typeof inside>(new URL("firewall-inside.ts", import.meta.url), through);
    opened.push(made);
    await made.call.open({
      module: "nftables.ts",
      maker: "nftables",
      options: { runtimeDirectory: folder, ...options },
    });
    return made;
  }

  async function done(...changes: readonly Change[]): Promise<void> {
    assert.deepEqual(await firewall.call.apply(changes), []);
  }

  async function holds(...expected: readonly string[]): Promise<void> {
    assert.deepEqual(names(await firewall.call.held()), expected.toSorted());
  }

  async function isShutOut(from: string = ATTACKER.ip, port = 22): Promise<void> {
    const to = from.includes(":") ? HOST.ip6 : HOST.ip;
    assert.equal(await attacker.connect({ from, to, port }), "silent", `${from} → port ${port}`);
  }

  async function reaches(from: string = ATTACKER.ip, port = 22): Promise<void> {
    const to = from.includes(":") ? HOST.ip6 : HOST.ip;
    assert.equal(await attacker.connect({ from, to, port, waitMs: 8000 }), "open", `${from} → port ${port}`);
  }

  /** An executable of our own, in the place of nft. */
  async function program(script: string, name = "fake-nft"): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }

  /** The real nft that notes the words of every run; `monitor` apart. */
  async function counting(): Promise<{ path: string; runs(): Promise<number>; monitors(): Promise<number> }> {
    const path = await program(`echo "$1" >> ${folder}/runs; exec ${NFT} "$@"`, "counting-nft");
    const words = async (): Promise<string[]> =>
      (await readFile(join(folder, "runs"), "utf8").catch(() => "")).split("\n").filter((word) => word !== "");
    return {
      path,
      runs: async () => (await words()).filter((word) => word !== "monitor").length,
      monitors: async () => (await words()).filter((word) => word === "monitor").length,
    };
  }

  /** A ban with an nft that hangs, in a namespace of its own while the other tests run: it takes half a minute. */
  async function hang(): Promise<void> {
    hangingFolder = await mkdtemp(join(tmpdir(), "bailiff-test-"));
    const nft = join(hangingFolder, "nft");
    await writeFile(nft, `#!/bin/sh\ntest ! -e ${hangingFolder}/broken || exec sleep 3600\nexec ${NFT} "$@"\n`);
    await chmod(nft, 0o755);
    const made = await lab.container.load<typeof inside>(new URL("firewall-inside.ts", import.meta.url));
    await made.call.open({ module: "nftables.ts", maker: "nftables", options: { nft } });
    await made.call.prepare(LAYOUT);
    await writeFile(join(hangingFolder, "broken"), "");
    await made.call.apply([ban(ALL, "192.0.2.7", 60)]);
  }

  async function fails(work: Promise<unknown>, code: string, said: RegExp): Promise<void> {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof BailiffError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, said);
      assert.match(error.hint ?? "", /\w{3}/);
      return true;
    });
  }

  before(async () => {
    lab = await makeLab();
    await publish(lab);
    [host, attacker, bystander] = await Promise.all([lab.host.peer(), lab.attacker.peer(), lab.bystander.peer()]);
    for (const port of [22, 80]) await host.serveTcp(port);
    for (const port of [53, 5060]) await host.serveUdp(port);
    await attacker.serveUdp(7000);
    await (await lab.container.peer()).serveTcp(CONTAINER.port);
    hanging = hang();
    hanging.catch(() => undefined); // The test that waits for it looks at it.
  });
  after(async () => {
    await lab?.close();
    if (hangingFolder) await rm(hangingFolder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "bailiff-test-"));
    await lab.host.run([NFT, "add table inet bailiff; delete table inet bailiff"]);
    firewall = await start();
    await firewall.call.prepare(LAYOUT);
  });
  afterEach(async () => {
    await attacker?.calm();
    await Promise.all(opened.splice(0).map((made) => made.close()));
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  describe("under a flood", () => {
    /** Floods while `work` is done; the flood lasts well before and after it. No packet may arrive. */
    async function noneLeaks(from: string, to: string, work: () => Promise<unknown>): Promise<void> {
      const before = await host.received(53);
      await attacker.flood({ from, to, port: 53 });
      await eventually("the flood began", async () => (await attacker.flooded()) > 200);
      await work();
      const during = await attacker.flooded();
      await eventually("the flood went on", async () => (await attacker.flooded()) > during + 200);
      await attacker.calm();
      assert.ok(during > 400, `only ${during} packets were sent meanwhile`);
      assert.equal((await host.received(53)) - before, 0, "leaked packets");
    }

    test("a flood does arrive without a ban", async () => {
      for (const [, from, to] of BOTH) {
        const before = await host.received(53);
        await attacker.flood({ from, to, port: 53 });
        await eventually("packets arrive", async () => (await host.received(53)) > before + 100);
        await attacker.calm();
      }
    });

    for (const [family, from, to] of BOTH) {
      test(`lets no packet through while an ${family} ban is extended 100 times`, async () => {
        await done(ban(ALL, from, 60));
        await noneLeaks(from, to, async () => assert.deepEqual(await firewall.call.extend("all", net(from), 100), []));
        await holds(`all ${from}`);
      });

      test(`lets no packet of ${family} through while it is laid out 50 times, in changing shape`, async () => {
        await done(ban(ALL, from, 600));
        await noneLeaks(from, to, async () => {
          for (let at = 0; at < 25; at += 1) {
            await firewall.call.prepare({ ...LAYOUT, scopes: [SSH, ALL], allow: [net(`192.0.2.${at}`)] });
            await firewall.call.prepare(LAYOUT);
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
            await firewall.call.prepare(LAYOUT);
          }
        });
        const held = await firewall.call.held();
        assert.deepEqual(names(held), [`all ${from}`, `tcp_22 ${from}`, "tcp_80_443 2001:db8:1::/48"].toSorted());
        const until = held.find((element) => element.scope === "all")?.until ?? 0;
        assert.ok(until > Date.now() + 540_000 && until < Date.now() + 601_000, "it kept its end");
        assert.equal(held.find((element) => element.scope === "tcp_22")?.until, undefined);
      });

      test(`lets no packet of ${family} through while its process is killed and started again`, async () => {
        await done(ban(ALL, from, 600));
        await noneLeaks(from, to, async () => {
          for (let at = 0; at < 2; at += 1) {
            firewall.kill("SIGKILL");
            firewall = await start();
            await firewall.call.prepare(LAYOUT);
            await done(ban(ALL, from, 600));
          }
        });
        await holds(`all ${from}`);
        assert.equal(
          (await lab.host.run([NFT, "-n", "list", "chain", "inet", "bailiff", "pre"])).match(/iif "lo"/g)?.length,
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

  describe("when others meddle", () => {
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
        const before = new Map((await firewall.call.held()).map((element) => [names([element])[0], element.until]));
        await firewall.call.watch({ layout: LAYOUT, wanted: changes });
        await firewall.call.disturbance(400);
        const nat = name === "flushes the whole ruleset";
        await lab.host.run([NFT, "-f", "-"], `${command}\n`);
        const sentence = await firewall.call.disturbance(10_000);
        assert.match(sentence ?? "", /^process \d+ \(nft\) (?:deleted|changed) table inet bailiff/);
        await isShutOut(ATTACKER.ip);
        await isShutOut(ATTACKER.ip6);
        await isShutOut(ATTACKER.elsewhere);
        await reaches(ATTACKER.elsewhere, 80);
        assert.equal(await bystander.connect({ to: HOST_SEEN_BY_BYSTANDER.ip, port: 22, waitMs: 8000 }), "open");
        const now = await firewall.call.held();
        assert.deepEqual(names(now), kept.toSorted());
        for (const element of now) {
          const was = before.get(names([element])[0]);
          if (was === undefined) assert.equal(element.until, undefined);
          else assert.ok(Math.abs((element.until ?? 0) - was) < 2500, `${names([element])[0]} kept its end`);
        }
        // Its own repair is not another disturbance: otherwise it would repair for ever.
        assert.equal(await firewall.call.disturbance(500), undefined);
        await firewall.call.unwatch();
        if (nat) await publish(lab);
      });
    }

    test("restores 20,000 bans after a flush, and sees them all again", async () => {
      const many = Array.from({ length: 10_000 }, (_, at) => [
        ban(ALL, `198.${18 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`, 6000),
        ban(ALL, `2001:db8:${at.toString(16)}::/64`, 6000),
      ]).flat();
      many[100] = ban(ALL, ATTACKER.ip, 6000);
      await done(...many);
      await firewall.call.watch({ layout: LAYOUT, wanted: many });
      await firewall.call.disturbance(400);
      await lab.host.run([NFT, "flush", "ruleset"]);
      assert.match((await firewall.call.disturbance(20_000)) ?? "", /deleted table inet bailiff/);
      await isShutOut();
      await eventually("all are back", async () => (await firewall.call.held()).length === many.length);
      await firewall.call.unwatch();
      await publish(lab);
    });

    test("notices changes that the monitor did not see, by looking from time to time", async () => {
      await firewall.close();
      const nft = await program(`test "$1" != monitor || exec sleep 3600\nexec ${NFT} "$@"`);
      firewall = await start({ nft, checkEvery: 300 });
      await firewall.call.prepare(LAYOUT);
      await firewall.call.watch();
      assert.equal(await firewall.call.disturbance(400), undefined);
      await lab.host.run([NFT, "insert", "rule", "inet", "bailiff", "pre", "accept"]);
      assert.match((await firewall.call.disturbance(10_000)) ?? "", /not as it was laid out/);
      await firewall.call.prepare(LAYOUT);
      await lab.host.run([NFT, "delete", "table", "inet", "bailiff"]);
      await eventually("it says so", async () => /is gone/.test((await firewall.call.disturbance(2000)) ?? ""));
      await firewall.call.unwatch();
    });

    test("says that the monitor does not stay up, and does not start it over and over", async () => {
      await firewall.close();
      const nft = await program(
        `echo "$1" >> ${folder}/runs\ntest "$1" != monitor || { echo no monitor >&2; exit 1; }\nexec ${NFT} "$@"`,
      );
      firewall = await start({ nft });
      await firewall.call.prepare(LAYOUT);
      await firewall.call.watch();
      assert.match((await firewall.call.disturbance(5000)) ?? "", /nft monitor ended \(no monitor\)/);
      await firewall.call.disturbance(3000);
      await firewall.call.disturbance(3000);
      await firewall.call.unwatch();
      const starts = (await readFile(join(folder, "runs"), "utf8"))
        .split("\n")
        .filter((word) => word === "monitor").length;
      assert.ok(starts >= 2 && starts <= 4, `${starts} starts`);
    });

    test("repairs what happened while it could not listen", async () => {
      const changes = wanted();
      await done(...changes);
      await firewall.call.watch({ layout: LAYOUT, wanted: changes });
      await firewall.call.disturbance(400);
      firewall.kill("SIGSTOP");
      const batch = Array.from({ length: 10_000 }, (_, at) => `198.18.${at >> 8}.${at & 255}`).join(", ");
      await lab.host.run([NFT, "-f", "-"], "table ip noise {\nset s { type ipv4_addr; }\n}\n");
      for (let at = 0; at < 10; at += 1) {
        await lab.host.run([NFT, "-f", "-"], `add element ip noise s { ${batch} }\nflush set ip noise s\n`);
      }
      await lab.host.run([NFT, "flush", "ruleset"]);
      await reaches();
      firewall.kill("SIGCONT");
      assert.notEqual(await firewall.call.disturbance(30_000), undefined);
      await isShutOut();
      assert.deepEqual(names(await firewall.call.held()), kept.toSorted());
      await firewall.call.unwatch();
      await publish(lab);
    });

    test("lays out again what it finds gone when it bans, and says so", async () => {
      await done(ban(ALL, "192.0.2.7", 600));
      await lab.host.run([NFT, "delete", "table", "inet", "bailiff"]);
      await firewall.call.watch();
      await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
      await isShutOut(ATTACKER.ip);
      await isShutOut(ATTACKER.ip6);
      assert.match((await firewall.call.disturbance(5000)) ?? "", /found gone or damaged/);
      await firewall.call.unwatch();
    });

    test("does not take its own changes for others' in a pid namespace", async () => {
      await firewall.close();
      firewall = await start({}, ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]);
      await firewall.call.prepare(LAYOUT);
      assert.match((await firewall.call.limits()).join("\n"), /pid namespace/);
      await firewall.call.watch();
      await firewall.call.disturbance(400);
      await done(ban(ALL, ATTACKER.ip, 600));
      await firewall.call.prepare(LAYOUT);
      assert.equal(await firewall.call.disturbance(700), undefined);
      await lab.host.run([NFT, "flush", "chain", "inet", "bailiff", "pre"]);
      assert.match((await firewall.call.disturbance(10_000)) ?? "", /not as it was laid out/);
      await firewall.call.unwatch();
    });

    test("wins over others that accept everything, before and after it, in both variants of iptables", async (t) => {
      const commands: string[][] = [];
      for (const variant of ["iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy"]) {
        if (findProgram(variant) === undefined || (await lab.host.attempt([variant, "-t", "raw", "-S"])).code !== 0) {
          t.diagnostic(`MISSING: ${variant} with a raw table; the test goes on without`);
          continue;
        }
        commands.push(
          [variant, "-t", "raw", "-I", "PREROUTING", "-j", "ACCEPT"],
          [variant, "-I", "INPUT", "-j", "ACCEPT"],
        );
        commands.push([variant, "-I", "FORWARD", "-j", "ACCEPT"]);
      }
      for (const words of commands) await lab.host.run(words);
      await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
      for (const [, from] of BOTH) {
        await isShutOut(from);
        await isShutOut(from, CONTAINER.published);
      }
      for (const words of commands) await lab.host.run(words.map((word) => (word === "-I" ? "-D" : word)));
    });
  });

  describe("with much to do", () => {
    for (const count of [1, 1000, 20_000]) {
      test(`takes ${count} at once, of each family, by argument or by file`, async () => {
        const changes = Array.from({ length: count }, (_, at) => [
          ban(ALL, `198.18.${at >> 8}.${at & 255}`, 6000),
          ban(ALL, `2001:db8:0:${at.toString(16)}::/64`, 6000),
        ]).flat();
        await done(...changes);
        assert.deepEqual(names(await firewall.call.held()), names(changes as Held[]));
        assert.deepEqual(
          (await readdir(folder)).filter((name) => name.startsWith("nft-")),
          [],
        );
        await done(...changes.map((change): Change => ({ kind: "unban", scope: "all", target: change.target })));
        await holds();
      });
    }

    test("carries out 5000 bans that come one by one with at most ten runs of nft", async () => {
      await firewall.close();
      const { path, runs } = await counting();
      firewall = await start({ nft: path });
      await firewall.call.prepare(LAYOUT);
      const before = await runs();
      const batches = Array.from({ length: 5000 }, (_, at) => [ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600)]);
      assert.deepEqual(await firewall.call.applyAll(batches), []);
      assert.ok((await runs()) - before <= 10, `${(await runs()) - before} runs`);
      assert.equal((await firewall.call.held()).length, 5000);
    });

    test("lets a change that is asked later win over one that waits", async () => {
      const batches = Array.from({ length: 200 }, (_, at) => [
        at % 2 === 0 ? ban(ALL, ATTACKER.ip, 60 + at) : unban(ALL, ATTACKER.ip),
      ]);
      assert.deepEqual(await firewall.call.applyAll(batches), []);
      await holds();
      assert.deepEqual(
        await firewall.call.applyAll([...batches, [ban(ALL, ATTACKER.ip6, 60)], [ban(ALL, ATTACKER.ip, 60)]]),
        [],
      );
      await holds(`all ${ATTACKER.ip}`, `all ${ATTACKER.ip6}`);
    });

    test("goes in small pieces where there is no room for large files", async () => {
      await firewall.close();
      const small = join(folder, "small");
      await program(`mkdir ${small} && mount -t tmpfs -o size=16k tmpfs ${small} && exec "$@"`, "with-a-small-disk");
      firewall = await start({ runtimeDirectory: small }, [
        "unshare",
        "--mount",
        "--propagation",
        "private",
        "sh",
        join(folder, "with-a-small-disk"),
      ]);
      await firewall.call.prepare(LAYOUT);
      const changes = Array.from({ length: 5000 }, (_, at) => ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600));
      await done(...changes);
      assert.equal((await firewall.call.held()).length, 5000);
      assert.match((await firewall.call.limits()).join("\n"), /cannot be written \(ENOSPC\)/);
    });

    test("goes in small pieces where the runtime directory is missing or refused", async () => {
      await firewall.close();
      firewall = await start({ runtimeDirectory: join(folder, "nowhere") });
      await firewall.call.prepare(LAYOUT);
      await done(...Array.from({ length: 3000 }, (_, at) => ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600)));
      assert.equal((await firewall.call.held()).length, 3000);
      assert.match((await firewall.call.limits()).join("\n"), /cannot be written \(ENOENT\)/);
    });

    test("does not follow a link that lies where its file should be, and takes away old files", async () => {
      await firewall.close();
      const victim = join(folder, "victim");
      await writeFile(victim, "precious");
      await writeFile(join(folder, "nft-1-1.json"), "left by a run that was killed");
      await writeFile(join(folder, "nft-is-not-ours.json"), "stays");
      firewall = await start();
      await firewall.call.prepare(LAYOUT);
      assert.deepEqual((await readdir(folder)).toSorted(), ["nft-is-not-ours.json", "victim"]);
      for (let at = 1; at <= 3; at += 1) {
        await lab.host.run(["ln", "-s", victim, join(folder, `nft-${firewall.pid}-${at}.json`)]);
      }
      await done(...Array.from({ length: 3000 }, (_, at) => ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600)));
      assert.equal((await firewall.call.held()).length, 3000);
      assert.equal(await readFile(victim, "utf8"), "precious");
    });

    test("says which set is full, bans in the others, and bans again when there is room", async () => {
      await firewall.close();
      await lab.host.run([NFT, "delete", "table", "inet", "bailiff"]);
      firewall = await start({ setSize: 4 });
      await firewall.call.prepare(LAYOUT);
      await done(ban(ALL, "192.0.2.1", 1), ban(ALL, "192.0.2.2", 600), ban(ALL, "192.0.2.3", 600));
      const late = ["192.0.2.4", "192.0.2.5", ATTACKER.ip].map((address) => ban(ALL, address, 600));
      const extended = ban(ALL, "192.0.2.2", 900);
      const refusals = await firewall.call.apply([
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
      const held = names(await firewall.call.held());
      for (const name of [`tcp_22 ${ATTACKER.ip}`, `all ${ATTACKER.ip6}`, "all 192.0.2.2"])
        assert.ok(held.includes(name), name);
      await done(unban(ALL, "192.0.2.98"));
      await eventually("there is room", async () => !names(await firewall.call.held()).includes("all 192.0.2.1"));
      await done(unban(ALL, "192.0.2.4"), unban(ALL, "192.0.2.5"), ban(ALL, ATTACKER.ip, 600));
      await isShutOut(ATTACKER.ip, 80);
    });

    test("gives up on a full set after a bounded number of runs", async () => {
      await firewall.close();
      await lab.host.run([NFT, "delete", "table", "inet", "bailiff"]);
      const { path, runs } = await counting();
      firewall = await start({ setSize: 4, nft: path });
      await firewall.call.prepare(LAYOUT);
      const before = await runs();
      const refusals = await firewall.call.apply(
        Array.from({ length: 500 }, (_, at) => ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600)),
      );
      assert.equal(refusals.length, 496);
      assert.equal((await firewall.call.held()).length, 4);
      assert.ok((await runs()) - before < 400, `${(await runs()) - before} runs`);
    });
  });

  describe("with a broken nft", () => {
    const one = (): Change[] => [ban(ALL, "192.0.2.7", 60), ban(ALL, "2001:db8::7", 60)];

    /** The real one until the folder holds a file "broken", then the script. */
    async function breaking(script: string): Promise<() => Promise<void>> {
      await firewall.close();
      const nft = await program(`test ! -e ${folder}/broken || {\n${script}\n}\nexec ${NFT} "$@"`);
      firewall = await start({ nft });
      await firewall.call.prepare(LAYOUT);
      return () => writeFile(join(folder, "broken"), "");
    }

    for (const [name, script, said] of [
      ["that exits with 0 and says nothing", "exit 0", /said nothing, though it exited with 0/],
      ["that says what is not JSON", "echo garbage; exit 0", /said what is not JSON/],
      ["that says half an answer", `echo '{"nftables": [{"metainfo"'; exit 0`, /said what is not JSON/],
      ["that says JSON of something else", `echo '[]'; exit 0`, /said what is not JSON/],
      ["that shows a ruleset without our table", `echo '{"nftables": []}'; exit 0`, /not there after the change/],
      ["that dies by SIGSEGV", "kill -SEGV $$", /SIGSEGV/],
      ["that fails without a word", "exit 1", /status 1/],
      ["that was built without JSON", "echo 'Error: JSON support not compiled-in' >&2; exit 1", /without JSON/],
    ] as const) {
      test(`does not take for a success the answer of an nft ${name}`, async () => {
        const breakIt = await breaking(script);
        await breakIt();
        const code = name.includes("without JSON") ? "FIREWALL_MISSING" : "FIREWALL_BROKEN";
        const outcome = firewall.call.apply(one());
        if (name === "that fails without a word") {
          // It could be any one of them, so each was tried alone and refused alone.
          assert.deepEqual(
            (await outcome).map(({ reason }) => reason),
            Array(2).fill('nft said "nothing, with status 1"'),
          );
        } else await fails(outcome, code, said);
        await rm(join(folder, "broken"));
        await holds();
        await done(...one());
        await holds("all 192.0.2.7", "all 2001:db8::7");
      });
    }

    for (const [name, script] of [
      ["dies by SIGSEGV", "kill -SEGV $$"],
      ["says nothing", "exit 0"],
      ["says garbage", "echo garbage"],
      ["fails", "echo 'Error: Protocol error' >&2; exit 1"],
    ] as const) {
      test(`does not take for an empty firewall that an nft ${name} when asked what is held`, async () => {
        const breakIt = await breaking(script);
        await done(...one());
        await breakIt();
        await fails(firewall.call.held(), "FIREWALL_BROKEN", /nft said/);
        await fails(firewall.call.prepare(LAYOUT), "FIREWALL_BROKEN", /nft said/);
        await rm(join(folder, "broken"));
        await holds("all 192.0.2.7", "all 2001:db8::7");
      });
    }

    test("survives one death by signal: lays out again and bans", async () => {
      const breakIt = await breaking(`rm ${folder}/broken; kill -SEGV $$`);
      await breakIt();
      await done(...one());
      await holds("all 192.0.2.7", "all 2001:db8::7");
    });

    test("kills an nft that floods its output, and fails", { timeout: 120_000 }, async () => {
      const breakIt = await breaking("exec yes");
      await breakIt();
      await fails(firewall.call.apply(one()), "FIREWALL_BROKEN", /said far too much/);
    });

    test("kills an nft that hangs after half a minute, and fails", async () => {
      await fails(hanging, "FIREWALL_BROKEN", /did not end in time/);
    });

    test("leaves out alone the elements that the kernel refuses, and does all the others", async () => {
      await firewall.close();
      // Refuses whatever mentions one of two addresses, by argument or file.
      const nft = await program(
        `for word in "$@"; do\n  case "$word" in\n    /*) words=$(cat "$word") ;;\n    *) words=$word ;;\n  esac
  case "$words" in\n    *198.18.3.7\\"*|*2001:db8:0:200::*)\n      echo 'internal:0:0-0: Error: Could not process rule: Invalid argument' >&2; exit 1 ;;\n  esac\ndone
exec ${NFT} "$@"`,
      );
      firewall = await start({ nft });
      await firewall.call.prepare(LAYOUT);
      const changes = Array.from({ length: 1000 }, (_, at) => [
        ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600),
        ban(ALL, `2001:db8:0:${at.toString(16)}::/64`, 600),
      ]).flat();
      const refusals = await firewall.call.apply(changes);
      assert.deepEqual(refusals.map(({ change }) => change.target.text).toSorted(), ["198.18.3.7", "2001:db8:0:200::"]);
      for (const { reason } of refusals) assert.match(reason, /Invalid argument/);
      assert.equal((await firewall.call.held()).length, 1998);
    });

    test("says that nft is not installed", async () => {
      await firewall.close();
      firewall = await start({ nft: "/nonexistent/nft" });
      await fails(firewall.call.prepare(LAYOUT), "FIREWALL_MISSING", /nft cannot be started \(ENOENT\)/);
      await fails(firewall.call.held(), "FIREWALL_MISSING", /nft cannot be started/);
    });

    test("says that it may not, without the capability", async (t) => {
      const why = capable();
      if (why !== undefined) return t.skip(`MISSING: ${why}`);
      await firewall.close();
      firewall = await start({}, noCapability());
      await fails(firewall.call.prepare(LAYOUT), "FIREWALL_REFUSED", /Operation not permitted/);
      await fails(firewall.call.remove(), "FIREWALL_REFUSED", /Operation not permitted/);
    });
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
    assert.equal((await firewall.call.apply(odd as Change[])).length, odd.length);
    await done(
      ban(ALL, "192.0.2.2", 0.001),
      ban(ALL, "192.0.2.3", -1e9),
      ban(ALL, "192.0.2.4", 1.0001),
      ban(ALL, "2001:db8::4", 1e12),
    );
    const table = await lab.host.run([NFT, "-n", "list", "table", "inet", "bailiff"]);
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
      await assert.rejects(firewall.call.prepare(layout as typeof LAYOUT), /something impossible/);
    }
    await done(ban(ALL, ATTACKER.ip, 60));
    await isShutOut();
  });

  test("lets everybody pass whom an allowed network of all addresses names", async () => {
    await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
    await firewall.call.prepare({ ...LAYOUT, allow: [net("0.0.0.0/0"), net("10.77.0.0/16"), net("::/0"), net("::1")] });
    await reaches(ATTACKER.ip);
    await reaches(ATTACKER.ip6);
  });

  test("answers a rejected connection with a reset and without ICMP", async () => {
    const icmp = async (): Promise<string[]> =>
      (await lab.host.run(["cat", "/proc/net/snmp", "/proc/net/snmp6"]))
        .split("\n")
        .filter((line) => /^(?:Icmp: \d|Icmp6OutDestUnreachs)/.test(line))
        .map((line) => line.replace(/^Icmp: (?:\d+ ){13}/, ""));
    const sent = await icmp();
    for (const [, from, to] of BOTH) {
      await done(ban(REJECT, from, 600));
      for (let at = 0; at < 5; at += 1) {
        assert.equal(await attacker.connect({ from, to, port: 22, waitMs: 8000 }), "refused");
      }
    }
    assert.deepEqual(await icmp(), sent);
  });

  test("tells a rejected datagram's sender that the port is unreachable, but not every time", async () => {
    const scope = makeScope({ protocols: ["udp"], ports: [{ first: 5060, last: 5060 }], action: "reject" });
    await firewall.call.prepare({ ...LAYOUT, scopes: [scope] });
    for (const [family, from, to] of BOTH) {
      const name = family === "IPv4" ? /^IcmpOutDestUnreachs\s+(\d+)/m : /^Icmp6OutDestUnreachs\s+(\d+)/m;
      const answers = async (): Promise<number> =>
        Number(name.exec(await lab.host.run(["nstat", "-asz", "IcmpOutDestUnreachs", "Icmp6OutDestUnreachs"]))?.[1]);
      const before = await answers();
      await done(ban(scope, from, 600));
      await attacker.flood({ from, to, port: 5060 });
      await eventually("much was sent", async () => (await attacker.flooded()) > 1000);
      await attacker.calm();
      assert.ok((await answers()) - before >= 1, "no answer at all");
      assert.ok((await answers()) - before < 500, "an answer to nearly each");
    }
  });

  test("stops what the host sends to an offender where that is asked for", async () => {
    await firewall.close();
    for (const [family, to] of [
      ["IPv4", ATTACKER.ip],
      ["IPv6", ATTACKER.ip6],
    ] as const) {
      const arrives = async (): Promise<boolean> => {
        const before = await attacker.received(7000);
        for (let at = 0; at < 5; at += 1) await host.datagram({ to, port: 7000, waitMs: 50 });
        return (await attacker.received(7000)) > before;
      };
      firewall = await start();
      await firewall.call.prepare(LAYOUT);
      await done(ban(ALL, to, 600));
      assert.equal(await arrives(), true, `${family} without`);
      firewall = await start({ egress: true });
      await firewall.call.prepare(LAYOUT);
      assert.equal(await arrives(), false, `${family} with`);
      await firewall.call.prepare({ ...LAYOUT, allow: [net(to)] });
      assert.equal(await arrives(), true, `${family} allowed`);
      await firewall.call.remove();
    }
  });

  test("counts what it drops, by scope and where asked by address, and logs with a limit", async () => {
    await firewall.close();
    firewall = await start({ elementCounters: true, logPerMinute: 7 });
    await firewall.call.prepare(LAYOUT);
    await done(ban(ALL, ATTACKER.ip, 600), ban(PHONE, ATTACKER.ip6, 600), ban(PUBLISHED, ATTACKER.ip6));
    await isShutOut();
    assert.equal(await attacker.datagram({ from: ATTACKER.ip6, to: HOST.ip6, port: 5060 }), false);
    const table = await lab.host.run([NFT, "list", "table", "inet", "bailiff"]);
    assert.match(table, /counter all_drops \{\s+packets [1-9]/);
    assert.match(table, new RegExp(`${ATTACKER.ip} counter packets [1-9]\\d* bytes \\d+ timeout`));
    assert.match(table, new RegExp(`${ATTACKER.ip6} counter packets [1-9]\\d* bytes \\d+ timeout`));
    assert.match(table, /limit rate 7\/minute log prefix "bailiff drop: "/);
    await holds(`all ${ATTACKER.ip}`, `tcp_8080 ${ATTACKER.ip6}`, `${PHONE.name} ${ATTACKER.ip6}`);
  });

  test("can be saved as text and loaded again, as distributions do", async () => {
    await done(
      ban(ALL, ATTACKER.ip, 600),
      ban(SSH, ATTACKER.ip6),
      ban(WEB, "2001:db8:7::/48", 7200),
      ban(REJECT, "192.0.2.0/24"),
    );
    const saved = await lab.host.run([NFT, "list", "table", "inet", "bailiff"]);
    await lab.host.run([NFT, "delete", "table", "inet", "bailiff"]);
    await reaches();
    await lab.host.run([NFT, "-f", "-"], saved);
    await isShutOut();
    await holds(
      `all ${ATTACKER.ip}`,
      `reject_tcp_22 192.0.2.0/24`,
      `tcp_22 ${ATTACKER.ip6}`,
      "tcp_80_443 2001:db8:7::/48",
    );
  });
});
