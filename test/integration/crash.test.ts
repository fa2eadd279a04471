import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { BanReport } from "../../src/control/report.ts";
import { findProgram } from "../../src/system/exec.ts";
import { Agent, beside, heldIn, logUdp, SYSLOG, times, until, wrongPassword } from "./agent.ts";
import { labMissing, makeHost, type Namespace } from "./namespaces.ts";
import { noPrivateJournald, PrivateJournald } from "./private-journald.ts";

const noLab = labMissing();

interface Machine {
  readonly host: Namespace;
  readonly journald: PrivateJournald;
  readonly agent: Agent;
}

/** A host with a journal and an agent that is not yet started. `through`: words put before the agent's. */
async function machine(t: TestContext, through: readonly string[] = [], config: object = {}): Promise<Machine> {
  const host = await makeHost();
  t.after(() => host.close());
  const journald = await PrivateJournald.make();
  t.after(() => journald.remove());
  await journald.start();
  const agent = new Agent({
    prefix: [...beside(host, journald), ...through],
    config: { jails: { sshd: {} }, ...config },
  });
  t.after(() => agent.remove());
  return { host, journald, agent };
}

const V4 = "192.0.2.7";
const V6 = "2001:db8:1:2::7";
const BANNED = [V4, "2001:db8:1:2::/64"];
const HELD = [V4, "2001:db8:1:2::"];
/** `count` failures of an IPv4 and of an IPv6 address each. */
const both = (count: number): string[] => times(count, (at) => [wrongPassword(V4, at), wrongPassword(V6, at)]).flat();

/** What a ban is, apart from what is left of it. */
function lasting({ address, from, until: end, cause, failures }: BanReport): unknown {
  return [address, from, end, cause, failures];
}

describe("an agent killed with kill -9", {
  skip: noLab === undefined ? noPrivateJournald : `MISSING: ${noLab}`,
}, () => {
  it("before it read the entries: reads them after the restart", async (t) => {
    const { agent, journald, host } = await machine(t);
    await agent.start();
    await journald.log("sshd", both(2));
    await until(async () => (await agent.jail("sshd")).failuresTotal === 4, "four are counted");
    agent.signal("SIGSTOP");
    await journald.log("sshd", both(3));
    await agent.kill();
    await journald.log("sshd", ["Server listening on 0.0.0.0 port 22."]);
    await agent.start();
    await agent.bans(BANNED);
    assert.equal((await agent.jail("sshd")).failuresTotal, 10);
    await until(async () => (await heldIn(host)).size === 2, "the kernel holds both");
  });

  it("after it counted them and before they were enough: goes on counting, with none twice", async (t) => {
    const { agent, journald } = await machine(t);
    await agent.start();
    for (let count = 1; count <= 5; count += 1) {
      await journald.log("sshd", both(1));
      await until(async () => (await agent.jail("sshd")).failuresTotal === 2 * count, `${2 * count} are counted`);
      assert.deepEqual(await agent.banned(), count < 5 ? [] : BANNED);
      await agent.kill();
      await agent.start();
      assert.equal((await agent.jail("sshd")).failuresTotal, 2 * count);
    }
    assert.deepEqual(await agent.banned(), BANNED);
    assert.equal((await agent.jail("sshd")).bannedTotal, 2);
  });

  it("while nft works on its bans: carries them out after the restart", async (t) => {
    const folder = join("/tmp", `bailiff-hanging-nft-${process.pid}`);
    mkdirSync(folder);
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "real-nft"), "");
    // Of what runs on, nothing is done: it is killed with the agent, or finds its standard output closed.
    const wait = `while [ -e ${folder}/hang ]; do sleep 0.1; kill -0 $PPID || exit 1; done`;
    writeFileSync(
      join(folder, "nft"),
      `#!/bin/sh\n[ "$1" = monitor ] || { touch ${folder}/called; ${wait}; }\nexec ${folder}/real-nft "$@"\n`,
    );
    chmodSync(join(folder, "nft"), 0o755);
    const inside =
      'nft=$1; folder=$2; shift 2; mount --bind "$nft" "$folder/real-nft"; mount --bind "$folder/nft" "$nft"; exec "$@"';
    const through = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", inside, "sh"];
    const { agent, journald, host } = await machine(t, [...through, findProgram("nft") ?? "", folder]);
    await agent.start();
    writeFileSync(join(folder, "hang"), "");
    rmSync(join(folder, "called"));
    await journald.log("sshd", both(5));
    await agent.bans(BANNED);
    await until(() => existsSync(join(folder, "called")), "nft is at work");
    await agent.kill();
    rmSync(join(folder, "hang"));
    assert.equal((await heldIn(host)).size, 0);
    await agent.start();
    assert.deepEqual(await agent.banned(), BANNED);
    assert.deepEqual([...(await heldIn(host)).keys()].sort(), HELD);
    assert.equal((await agent.jail("sshd")).bannedTotal, 2);
  });

  it("in the middle of a connection's lines: takes what is still to come for the same attempt", async (t) => {
    const { agent, journald } = await machine(t);
    await agent.start();
    // Both lines are one process's, and one attempt.
    const words = ["logger", "--socket", "/run/systemd/journal/dev-log", "--tag", "sshd", "--priority", "auth.info"];
    for (const address of [V4, V6]) {
      const before = (await agent.jail("sshd")).failuresTotal;
      const sshd = spawn("nsenter", journald.insideArguments(words), { stdio: ["pipe", "ignore", "inherit"] });
      t.after(() => sshd.kill("SIGKILL"));
      sshd.stdin.write(`Invalid user oracle from ${address} port 4242\n`);
      await until(async () => (await agent.jail("sshd")).failuresTotal === before + 1, "the first line is counted");
      await agent.kill();
      await agent.start();
      sshd.stdin.end(`Failed password for invalid user oracle from ${address} port 4242 ssh2\n`);
      await journald.log("sshd", wrongPassword("192.0.2.99"));
      await until(async () => (await agent.jail("sshd")).failuresTotal >= before + 2, "what came after is counted");
      assert.equal((await agent.jail("sshd")).failuresTotal, before + 2);
    }
  });

  it("again and again while failures pour in: bans whom an undisturbed agent bans, and counts each failure once", async (t) => {
    const { agent, journald, host } = await machine(t);
    const sources = times(40, (at) => (at % 2 === 0 ? `192.0.2.${at}` : `2001:db8:7:${at}::1`));
    // The last ten never have enough.
    const lines = times(6, (round) =>
      sources.slice(0, round < 4 ? 40 : 30).map((address) => wrongPassword(address, round)),
    ).flat();
    const expected = sources
      .slice(0, 30)
      .map((address) => (address.includes(":") ? address.replace(/::1$/, "::/64") : address));
    await agent.start();
    let state = 7;
    const random = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state / 2 ** 32;
    };
    for (let at = 0; at < lines.length; at += 24) {
      await journald.log("sshd", lines.slice(at, at + 24));
      await delay(random() * 200);
      await agent.kill();
      if (at === 96) await journald.rotate();
      await agent.start();
    }
    await agent.bans(expected);
    await until(async () => (await agent.jail("sshd")).failuresTotal >= lines.length, "all are counted");
    const report = await agent.jail("sshd");
    assert.equal(report.failuresTotal, lines.length);
    assert.equal(report.bannedTotal, expected.length);
    assert.deepEqual((await agent.status()).troubles, []);
    await until(async () => (await heldIn(host)).size === expected.length, "the kernel holds them");
  });
});

describe("a state file", { skip: noLab === undefined ? noPrivateJournald : `MISSING: ${noLab}` }, () => {
  it("that is damaged is set aside, and bans are taken over from the kernel; status tells", async (t) => {
    const { agent, journald, host } = await machine(t);
    await agent.start();
    await journald.log("sshd", both(5));
    await until(async () => (await heldIn(host)).size === 2, "the kernel holds both");
    const [first] = (await agent.jail("sshd")).bans;
    const file = join(agent.state, "bailiff.sqlite");
    const damages: readonly (readonly [string, () => void])[] = [
      ["nothing left", () => truncateSync(file, 0)],
      ["100 bytes left", () => truncateSync(file, 100)],
      ["4 kB left", () => truncateSync(file, 4096)],
      ["half left", () => truncateSync(file, Math.floor(statSync(file).size / 8192) * 4096)],
      [
        "random bytes",
        () => writeFileSync(file, times(20_000, (at) => String.fromCharCode(33 + ((at * 7919) % 90))).join("")),
      ],
    ];
    for (const [what, damage] of damages) {
      // In order, so that all of it is in the file itself.
      await agent.kill("SIGTERM");
      damage();
      await agent.start();
      await agent.bans(BANNED);
      assert.deepEqual([...(await heldIn(host)).keys()].sort(), HELD, what);
      const [ban] = (await agent.jail("sshd")).bans;
      const drift = Math.abs(Date.parse(ban?.until ?? "") - Date.parse(first?.until ?? ""));
      assert.ok(drift <= 5000, `${what}: the ban ends ${drift} ms off`);
      if (what === "nothing left") continue;
      const { troubles } = await agent.status();
      assert.match(troubles.join("\n"), /state: .*damaged.*moved to/, what);
    }
    const aside = readdirSync(agent.state).filter((name) => /\.corrupt-[^-]*$/.test(name));
    assert.ok(aside.length >= 1 && aside.length <= 3, aside.join(" "));
    await agent.said(/bans taken over from the kernel count=2/);
  });

  it("that was deleted, or put back from a copy, is made good from the journal, and lets nobody in meanwhile", async (t) => {
    const { agent, journald, host } = await machine(t);
    await agent.start();
    await journald.log(
      "sshd",
      ["192.0.2.9", "2001:db8:1:9::9"].flatMap((one) => times(2, (at) => wrongPassword(one, at))),
    );
    await until(async () => (await agent.jail("sshd")).failuresTotal === 4, "four are counted");
    await agent.kill("SIGTERM");
    cpSync(agent.state, join(journald.root, "copy"), { recursive: true });
    await agent.start();
    await journald.log("sshd", both(5));
    await until(async () => (await heldIn(host)).size === 2, "the kernel holds both");
    const before = (await agent.jail("sshd")).bans;
    for (const what of ["deleted", "put back"]) {
      await agent.kill();
      rmSync(agent.state, { recursive: true });
      if (what === "put back") cpSync(join(journald.root, "copy"), agent.state, { recursive: true });
      const { length } = agent.log;
      await agent.start();
      await agent.said(/bans taken over from the kernel count=2/, length);
      await until(
        async () => (await agent.jail("sshd")).bans.every(({ cause }) => cause === "offence"),
        "all is known",
      );
      assert.deepEqual((await agent.jail("sshd")).bans.map(lasting), before.map(lasting), what);
      assert.equal((await heldIn(host)).size, 2);
    }
    await journald.log(
      "sshd",
      ["192.0.2.9", "2001:db8:1:9::9"].flatMap((one) => times(3, (at) => wrongPassword(one, at))),
    );
    await agent.bans([...BANNED, "192.0.2.9", "2001:db8:1:9::/64"]);
    await agent.cli("unban", "192.0.2.9");
    await agent.kill("SIGKILL");
    await agent.start();
    assert.equal((await agent.banned()).length, 3);
    assert.equal((await heldIn(host)).size, 3);
  });

  it("that is put back from a copy keeps the bans that no journal tells of", async (t) => {
    const host = await makeHost();
    t.after(() => host.close());
    const agent = new Agent({ prefix: host.prefix, config: { sources: [SYSLOG], jails: { sshd: {} } } });
    t.after(() => agent.remove());
    await agent.start();
    await logUdp(
      host,
      times(5, (at) => wrongPassword("192.0.2.5", at)),
    );
    await agent.bans(["192.0.2.5"]);
    await agent.kill("SIGTERM");
    const copy = join(agent.folder, "copy");
    cpSync(agent.state, copy, { recursive: true });
    await agent.start();
    await logUdp(host, both(5));
    await agent.bans(["192.0.2.5", ...BANNED]);
    await until(async () => (await heldIn(host)).size === 3, "the kernel holds all");
    await agent.kill();
    rmSync(agent.state, { recursive: true });
    cpSync(copy, agent.state, { recursive: true });
    await agent.start();
    assert.deepEqual(await agent.banned(), ["192.0.2.5", ...BANNED].sort());
    assert.equal((await heldIn(host)).size, 3);
  });

  it("that another program locked has all of it by the stop, though nothing more is logged", async (t) => {
    const { agent, journald, host } = await machine(t);
    await agent.start();
    await journald.log("sshd", wrongPassword("192.0.2.5"));
    await journald.log("sshd", times(5, () => wrongPassword("2001:db8:1:5::5")).concat(both(5)));
    await agent.bans([...BANNED, "2001:db8:1:5::/64"]);
    const admin = new DatabaseSync(join(agent.state, "bailiff.sqlite"));
    t.after(() => admin.close());
    admin.exec("BEGIN IMMEDIATE");
    await journald.log(
      "sshd",
      times(4, (at) => wrongPassword("192.0.2.5", at)),
    );
    await agent.said(/state not written .*locked/);
    await agent.bans([...BANNED, "192.0.2.5", "2001:db8:1:5::/64"]);
    assert.equal((await agent.cli("unban", V4, V6)).code, 0);
    admin.exec("ROLLBACK");
    await agent.kill("SIGTERM");
    // What the kernel holds would be taken over: here it holds nothing.
    await host.run(["nft", "delete", "table", "inet", "bailiff"]);
    const { length } = agent.log;
    await agent.start();
    assert.deepEqual(await agent.banned(), ["192.0.2.5", "2001:db8:1:5::/64"]);
    await until(async () => (await heldIn(host)).size === 2, "the kernel holds both");
    assert.doesNotMatch(agent.log.slice(length), / found | ban | trouble /);
    assert.equal((await agent.jail("sshd")).failuresTotal, 20);
  });

  it("that cannot grow stops no ban: they go on from memory and kernel, and are written when there is room", async (t) => {
    const through = [
      "unshare",
      "--mount",
      "--propagation",
      "private",
      "sh",
      "-ec",
      'mount -t tmpfs -o size=400k tmpfs "$1"; shift; exec "$@"',
      "sh",
    ];
    const host = await makeHost();
    t.after(() => host.close());
    const journald = await PrivateJournald.make();
    t.after(() => journald.remove());
    await journald.start();
    const state = join(journald.root, "state");
    mkdirSync(state);
    const config = { jails: { sshd: {} }, state: { directory: state } };
    const agent = new Agent({ prefix: [...beside(host, journald), ...through, state], config });
    t.after(() => agent.remove());
    await agent.start();
    const inside = `/proc/${agent.pid}/root${state}`;
    assert.ok(existsSync(join(inside, "bailiff.sqlite")));
    const fill = join(inside, "fill");
    assert.throws(() => writeFileSync(fill, Buffer.alloc(1_000_000)), { code: "ENOSPC" });
    const lines = times(100, (at) => times(5, (port) => wrongPassword(`2001:db8:9:${at}::1`, port))).flat();
    await journald.log("sshd", lines);
    await until(async () => (await heldIn(host)).size === 100, "the kernel holds all");
    const status = await agent.status();
    assert.equal(status.health, "degraded");
    assert.match(status.troubles.join("\n"), /state: .*free some space/);
    await agent.said(/state not written/);
    rmSync(fill);
    await journald.log("sshd", both(5));
    // Whatever is written next brings all to the disk, these or something before them.
    await until(async () => (await agent.banned()).length === 102, "they are banned too");
    await until(async () => (await agent.status()).health === "ok", "it is written");
    assert.equal(readFileSync(join(inside, "bailiff.sqlite")).subarray(0, 6).toString(), "SQLite");
  });

  it("whose file system fails and cannot be written any more stops no ban, and is written when it is mounted anew", async (t) => {
    if (findProgram("mke2fs") === undefined) return t.skip("MISSING: mke2fs (package e2fsprogs)");
    const { agent, journald, host } = await machine(t);
    const [image = "", copy = "", state = ""] = ["image", "copy", "state"].map((name) => join(journald.root, name));
    mkdirSync(state);
    agent.configure({ jails: { sshd: {} }, state: { directory: state } });
    const inside = async (...words: string[]): Promise<string> => {
      const { code, stdout, stderr } = await journald.run(words);
      assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
      return stdout.trim();
    };
    const mount = ["mount", "-o", "loop,errors=remount-ro"];
    await inside("truncate", "-s", "16M", image);
    await inside("mke2fs", "-q", "-F", "-t", "ext4", image);
    // The namespace has a /dev of its own.
    const loops = "mknod /dev/loop-control c 10 237; for at in $(seq 0 63); do mknod /dev/loop$at b 7 $at; done";
    await journald.run(["sh", "-c", loops]);
    const { code, stderr } = await journald.run([...mount, image, state]);
    if (code !== 0) return t.skip(`NOT TESTED: no file in a loop can be mounted here: ${stderr.trim()}`);
    const device = await inside("findmnt", "-no", "SOURCE", state);
    const trigger = `/sys/fs/ext4/${device.replace("/dev/", "")}/trigger_fs_error`;
    if (!existsSync(trigger)) return t.skip(`NOT TESTED: this kernel has no ${trigger}`);
    await agent.start();
    await journald.log("sshd", both(5));
    await until(async () => (await heldIn(host)).size === 2, "the kernel holds both");
    await inside("sync");
    writeFileSync(trigger, "1");
    // Some to be banned, and one of each family whose failures are not yet enough.
    const lines = (count: number, of: readonly string[]): string[] =>
      of.flatMap((address) => times(count, (at) => wrongPassword(address, at)));
    const patient = ["192.0.2.9", "2001:db8:1:9::9"];
    await journald.log("sshd", [...lines(5, ["192.0.2.8", "2001:db8:1:8::8"]), ...lines(4, patient)]);
    await until(async () => (await heldIn(host)).size === 4, "the kernel holds the new ones too");
    const { health, troubles } = await agent.status();
    assert.equal(health, "degraded");
    assert.match(
      troubles.join("\n"),
      /state: the state file .* cannot be written .*kept in memory.*(make its file system writable|mount it again)/,
    );
    assert.equal(agent.count(/state not written/), 1);
    // What an admin does: checks it, and mounts it again.
    await inside("cp", image, copy);
    await inside("umount", "--lazy", state);
    await journald.run(["e2fsck", "-y", "-f", copy]);
    await inside(...mount, copy, state);
    await until(async () => {
      await journald.log("sshd", ["Server listening on 0.0.0.0 port 22."]);
      return (await agent.status()).health === "ok";
    }, "it is written again");
    await agent.said(/state written again/);
    await agent.kill();
    await agent.start();
    assert.equal((await agent.banned()).length, 4);
    assert.equal((await agent.jail("sshd")).failuresTotal, 28);
    await journald.log("sshd", lines(1, patient));
    await until(async () => (await heldIn(host)).size === 6, "the fifth failure is one too many");
    assert.equal((await agent.jail("sshd")).failuresTotal, 30);
    assert.equal((await agent.jail("sshd")).bannedTotal, 6);
  });
});
