import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import type { ReloadReport } from "../../src/control/report.ts";
import { Agent, heldIn, logUdp, SYSLOG, times, until, wrongPassword } from "./agent.ts";
import { ATTACKER, HOST, type Lab, labMissing, makeHost, makeLab, type Namespace } from "./namespaces.ts";

const noLab = labMissing();
const skip = noLab === undefined ? false : `MISSING: ${noLab}`;

const V4 = "192.0.2.7";
const V6 = "2001:db8:1:2::7";
const BANNED = [V4, "2001:db8:1:2::/64"];
const HELD = [V4, "2001:db8:1:2::"];

interface Machine {
  readonly host: Namespace;
  readonly agent: Agent;
  configure(jails: object, more?: object): void;
}

async function machine(t: TestContext, jails: object): Promise<Machine> {
  const host = await makeHost();
  t.after(() => host.close());
  const agent = new Agent({ prefix: host.prefix, config: { sources: [SYSLOG], jails } });
  t.after(() => agent.remove());
  await agent.start();
  return { host, agent, configure: (next, more = {}) => agent.configure({ sources: [SYSLOG], jails: next, ...more }) };
}

/** Bans one address of each family in every jail that reads sshd's lines. */
async function offend({ host, agent }: Machine, count = 5): Promise<void> {
  const lines = [V4, V6].flatMap((address) => times(count, (at) => wrongPassword(address, at)));
  await logUdp(host, lines);
  await until(async () => (await heldIn(host)).size === 2, "the kernel holds both");
  assert.ok((await agent.banned()).length >= 2);
}

async function held(host: Namespace, expected: readonly string[]): Promise<void> {
  await until(async () => [...(await heldIn(host)).keys()].sort().join() === expected.join(), `held: ${expected}`);
}

describe("a reload", { skip }, () => {
  it("lifts the bans of who is ignored now, in store and kernel, and says so before and after", async (t) => {
    const on = await machine(t, { sshd: {} });
    const { agent, host, configure } = on;
    await offend(on);
    configure({ sshd: { ignoreip: ["192.0.2.0/24", "2001:db8:1:2::/64"], maxretry: 4 } });
    const diff = await agent.json<ReloadReport>("reload", "--diff");
    const effects = [
      "jail sshd: maxretry, ignoreip; its counts stay",
      "jail sshd: 2 bans end now, for they are ignored",
    ];
    assert.deepEqual([diff.applied, diff.changed, diff.effects], [false, ["sshd"], effects]);
    assert.equal((await heldIn(host)).size, 2);
    const { stdout } = await agent.cli("reload");
    for (const line of effects) assert.ok(stdout.includes(`  ${line}\n`), stdout);
    assert.deepEqual(await agent.banned(), []);
    await held(host, []);
    assert.equal(agent.count(/unban .* why="ignored now: .*ignoreip/), 2);
  });

  it("tells of every ban that it ends, whosever it is and however its address is ignored", async (t) => {
    const on = await machine(t, { sshd: { bantime: "1h" } });
    const { agent, host, configure } = on;
    await offend(on);
    const list = join(agent.folder, "list.txt");
    writeFileSync(list, `${V4}\n`);
    await agent.json("ban", "198.51.100.1", "2001:db8:9::1", "10.77.0.1", "fd77::1");
    const watching = { sources: [SYSLOG], defaults: { ignoreip: ["198.51.100.0/24", `file:${list}`] } };
    const jails = { other: { filter: "sshd", ignoreip: [V6, `file:${list}`, "2001:db8:9::/48"] } };
    agent.configure({ ...watching, jails, protect: { private: true } });
    const effects = [
      "jail sshd goes: 0 bans stay until they end",
      "jail sshd: 2 bans end now, for they are ignored",
      "jail manual: 1 ban ends now, for they are ignored",
      "jail manual: 2 bans end now, for they are protected",
      "protect changes",
    ];
    assert.deepEqual((await agent.json<ReloadReport>("reload", "--diff")).effects, effects);
    assert.equal((await agent.banned()).length, 6);
    assert.deepEqual((await agent.json<ReloadReport>("reload")).effects, effects);
    assert.deepEqual(await agent.banned(), ["198.51.100.1"]);
    await held(host, ["198.51.100.1"]);
    configure({ sshd: { dryrun: true } });
    const none = await agent.json<ReloadReport>("reload", "--diff", "--unban");
    assert.deepEqual(none.effects, ["jail other goes: 0 bans stay until they end", "protect changes"]);
  });

  it("tells what is in force only after a restart until there is one, also after another reload", async (t) => {
    const { agent, configure } = await machine(t, { sshd: {} });
    const notes = async (): Promise<string[]> =>
      (await agent.status()).notes.filter((note) => note.includes("only after"));
    assert.deepEqual(await notes(), []);
    configure({ sshd: {} }, { limits: { sources: 5000 } });
    const expected = ["limits.sources: only after a restart"];
    assert.deepEqual((await agent.json<ReloadReport>("reload")).notes, expected);
    assert.deepEqual((await agent.json<ReloadReport>("reload", "--diff")).notes, expected);
    assert.deepEqual(await notes(), [`the file's "limits.sources" is in force only after systemctl restart bailiff`]);
    configure({ sshd: {} });
    assert.deepEqual((await agent.json<ReloadReport>("reload")).notes, []);
    assert.deepEqual(await notes(), []);
  });

  it("lifts the bans of jails that went before, when told", async (t) => {
    const on = await machine(t, { sshd: { bantime: "1h" } });
    const { agent, host, configure } = on;
    await offend(on);
    configure({});
    await agent.json("reload");
    assert.deepEqual(await agent.banned(), BANNED);
    const { effects } = await agent.json<ReloadReport>("reload", "--unban");
    assert.deepEqual(effects, ["jail sshd: 2 bans end now"]);
    assert.deepEqual(await agent.banned(), []);
    await held(host, []);
  });

  it("does not end an agent that is still starting", async (t) => {
    const host = await makeHost();
    t.after(() => host.close());
    const agent = new Agent({ prefix: host.prefix, config: { sources: [SYSLOG], jails: { sshd: {} } } });
    t.after(() => agent.remove());
    const config = readFileSync(agent.configFile);
    rmSync(agent.configFile);
    await host.run(["mkfifo", agent.configFile]);
    agent.spawn();
    // Until there is a configuration to read, it waits; by then it must catch the signal.
    const caught = (): string => /SigCgt:\s+(\w+)/.exec(readFileSync(`/proc/${agent.pid}/status`, "utf8"))?.[1] ?? "0";
    await until(() => BigInt(`0x${caught()}`) % 2n === 1n, "it catches SIGHUP");
    agent.signal("SIGHUP");
    const pipe = await open(agent.configFile, "w");
    rmSync(agent.configFile);
    agent.configure({ sources: [SYSLOG], jails: { sshd: {}, other: { filter: "dovecot" } } });
    await pipe.write(config);
    await pipe.close();
    await until(() => agent.answers(), "it answers");
    await until(() => agent.count(/configuration reloaded/) === 1, "what was asked for meanwhile is done");
    assert.equal((await agent.jail("other")).banned, 0);
  });

  it("has whoever is ignored by hand ignored by new jails too", async (t) => {
    const { agent, host, configure } = await machine(t, { sshd: { maxretry: 50 } });
    assert.equal((await agent.cli("ignore", "add", V4, V6)).code, 0);
    configure({ sshd: { maxretry: 50 }, other: { filter: "sshd", maxretry: 2 } });
    await agent.json("reload");
    const lines = [V4, V6, "192.0.2.8"].flatMap((address) => times(2, (at) => wrongPassword(address, at)));
    await logUdp(host, lines);
    await agent.bans(["192.0.2.8"]);
    assert.equal(agent.count(/spared .* jail=other reason=ignored rule=".*added by hand/), 2);
  });

  it("keeps the bans of a jail that goes until they end, over restarts too, or lifts them when told", async (t) => {
    const on = await machine(t, { sshd: { bantime: "1h", ports: [22] } });
    const { agent, host, configure } = on;
    await offend(on);
    configure({ other: { filter: "sshd", maxretry: 50 } });
    const { effects } = await agent.json<ReloadReport>("reload");
    assert.deepEqual(effects, ["jail sshd goes: 2 bans stay until they end"]);
    for (const how of ["SIGTERM", "SIGKILL"] as const) {
      assert.deepEqual(await agent.banned(), BANNED);
      await held(host, HELD);
      await agent.kill(how);
      // As a reboot does.
      if (how === "SIGKILL") await host.run(["nft", "flush", "ruleset"]);
      await agent.start();
    }
    assert.deepEqual(await agent.banned("sshd"), BANNED);
    await held(host, HELD);
    // Whether the jail went by a reload or while no agent ran.
    configure({ sshd: { ports: [22] } });
    await agent.json("reload");
    configure({});
    const gone = await agent.json<ReloadReport>("reload", "--unban");
    assert.deepEqual(gone.effects, ["jail sshd goes: 2 bans end now"]);
    assert.deepEqual(await agent.banned(), []);
    await held(host, []);
  });

  it("ends the bans of a jail that is made dry, and a restart ends those whose configuration changed meanwhile", async (t) => {
    const on = await machine(t, { sshd: {} });
    const { agent, host, configure } = on;
    await offend(on);
    await agent.kill("SIGTERM");
    configure({ sshd: { ignoreip: [V4] } });
    await agent.start();
    await agent.bans(BANNED.slice(1));
    configure({ sshd: { dryrun: true } });
    assert.match((await agent.cli("reload")).stdout, /1 ban ends now, for it bans nobody/);
    assert.deepEqual(await agent.banned(), []);
    await held(host, []);
  });

  it("counts an attempt once whose lines come before and after it, whatever of the jail changes", async (t) => {
    const { agent, host, configure } = await machine(t, { sshd: {} });
    const changes = [{ bantime: "20m" }, { maxretry: 9 }, { findtime: "20m" }, { mode: "aggressive" }, {}];
    for (const [at, change] of changes.entries()) {
      const peers = [`192.0.2.${at}`, `2001:db8:${at}::7`].map((address, family) => ({
        address,
        pid: 100 + 2 * at + family,
      }));
      const say = async (line: (address: string) => string): Promise<void> => {
        for (const { address, pid } of peers) await logUdp(host, [line(address)], { tag: `sshd[${pid}]` });
      };
      const before = (await agent.jail("sshd")).failuresTotal;
      await say((address) => `Invalid user oracle from ${address} port 4242`);
      await until(async () => (await agent.jail("sshd")).failuresTotal === before + 2, "the first lines are counted");
      configure({ sshd: change });
      await agent.json("reload");
      await say((address) => `Failed password for invalid user oracle from ${address} port 4242 ssh2`);
      await logUdp(host, [wrongPassword(`198.51.100.${at}`)]);
      const total = async (): Promise<number> => (await agent.jail("sshd")).failuresTotal;
      await until(async () => (await total()) >= before + 3, "what came after is counted");
      assert.equal(await total(), before + 3, JSON.stringify(change));
    }
  });

  it("keeps the counts of a jail whose rules change, and changes what is told", async (t) => {
    const { agent, host, configure } = await machine(t, { sshd: { maxretry: 9 } });
    const four = [V4, V6].flatMap((address) => times(4, (at) => wrongPassword(address, at)));
    await logUdp(host, four);
    await until(async () => (await agent.jail("sshd")).failuresTotal === 8, "eight are counted");
    configure({ sshd: { maxretry: 5 } }, { log: { level: "notice" } });
    const { effects } = await agent.json<ReloadReport>("reload");
    assert.deepEqual(effects, ["jail sshd: maxretry; its counts stay", "log.level changes"]);
    const told = agent.count(/^\S+ found /);
    await logUdp(
      host,
      [V4, V6].map((address) => wrongPassword(address, 9)),
    );
    await agent.bans(BANNED);
    assert.equal(agent.count(/^\S+ found /), told);
  });
});

describe("a reload that changes ports", { skip }, () => {
  let lab: Lab;
  let agent: Agent;
  const configure = (ports: readonly number[]): void =>
    agent.configure({ sources: [SYSLOG], jails: { sshd: { ports, protocols: ["udp"] } } });

  before(async () => {
    lab = await makeLab();
    agent = new Agent({ prefix: lab.host.prefix, config: {} });
    configure([9000]);
    await agent.start();
    await (await lab.host.peer()).serveUdp(9000);
  });
  after(async () => {
    await agent?.remove();
    await lab?.close();
  });

  for (const [family, from, to] of [
    ["IPv4", ATTACKER.elsewhere, HOST.ip],
    ["IPv6", ATTACKER.elsewhere6, HOST.ip6],
  ] as const) {
    it(`lets no packet of an offender through meanwhile (${family})`, async () => {
      const [attacker, host] = [await lab.attacker.peer(), await lab.host.peer()];
      await until(() => attacker.datagram({ from, to, port: 9000 }), "packets get through");
      // Many more, so that moving them takes its time.
      const many = times(4000, (at) =>
        family === "IPv4" ? `192.0.${at >> 8}.${at & 255}` : `2001:db8:${at.toString(16)}::1`,
      );
      for (let at = 0; at < many.length; at += 500) {
        await agent.ask({ command: "ban", jail: "sshd", targets: [from, ...many.slice(at, at + 500)] });
      }
      await attacker.flood({ from, to, port: 9000 });
      try {
        await until(async () => (await attacker.flooded()) > 0, "the attacker sends");
        const before = await host.received(9000);
        for (let round = 0; round < 6; round += 1) {
          const sent = await attacker.flooded();
          configure(round % 2 === 0 ? [9000, 9001] : [9000]);
          await agent.ask({ command: "reload" });
          assert.ok((await attacker.flooded()) > sent, "nothing was sent meanwhile");
        }
        assert.equal(await host.received(9000), before);
        assert.equal((await agent.status()).firewall.held >= 4000, true);
      } finally {
        await attacker.calm();
      }
      // It was the ban that kept them out.
      await agent.ask({ command: "unban", targets: [from] });
      await until(() => attacker.datagram({ from, to, port: 9000 }), "packets get through again");
      await agent.ask({ command: "unban", all: true });
    });
  }
});
