import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { findProgram } from "../../src/system/exec.ts";
import { Agent, type AgentOptions, heldIn, logUdp, runProgram, SYSLOG, times, until, wrongPassword } from "./agent.ts";
import { labMissing, makeHost, type Namespace } from "./namespaces.ts";
import type * as peer from "./peer.ts";

const noLab = labMissing();

/** An agent in a network of its own, removed when the test ends. */
async function aloneWith(
  t: TestContext,
  options: Omit<AgentOptions, "prefix">,
): Promise<{ agent: Agent; host: Namespace }> {
  const host = await makeHost();
  t.after(() => host.close());
  const agent = new Agent({ ...options, prefix: host.prefix });
  t.after(() => agent.remove());
  return { agent, host };
}

const SSHD_BY_SYSLOG = { sources: [SYSLOG], jails: { sshd: {} } };

describe("the agent", { skip: noLab === undefined ? false : `MISSING: ${noLab}` }, () => {
  for (const { family, address, banned, element } of [
    { family: "IPv4", address: "192.0.2.7", banned: "192.0.2.7", element: "192.0.2.7" },
    { family: "IPv6", address: "2001:db8:1:2::7", banned: "2001:db8:1:2::/64", element: "2001:db8:1:2::" },
  ]) {
    it(`bans after five lines over UDP: in the log, in status, in the kernel with its timeout (${family})`, async (t) => {
      const { agent, host } = await aloneWith(t, { config: SSHD_BY_SYSLOG });
      await agent.start();
      await logUdp(
        host,
        times(4, (at) => wrongPassword(address, at)),
      );
      await until(async () => (await agent.jail("sshd")).failuresTotal === 4, "four failures are counted");
      assert.deepEqual(await agent.banned(), []);
      await logUdp(host, [wrongPassword(address, 4)]);
      const line = await agent.said(/ ban /);
      assert.match(line, new RegExp(` ban ${banned} jail=sshd failures=5 for=10m until=\\S+$`));
      assert.equal(agent.count(/ found /), 5);
      const { stdout } = await agent.cli("status", "sshd");
      assert.match(
        stdout,
        new RegExp(`Total failed: +5\n[\\s\\S]*Currently banned: +1\n[\\s\\S]*Banned IP list: +${banned}\n`),
      );
      const report = await agent.jail("sshd");
      assert.equal(report.bans[0]?.failures, 5);
      await until(async () => (await heldIn(host)).has(element), "the kernel holds it");
      const left = (await heldIn(host)).get(element) ?? 0;
      assert.ok(left > 500 && left <= 600, `left: ${left}`);
    });
  }

  it("lets the kernel end a ban by itself after kill -9", async (t) => {
    const config = { ...SSHD_BY_SYSLOG, defaults: { bantime: "20s" } };
    const { agent, host } = await aloneWith(t, { config });
    await agent.start();
    const addresses = ["192.0.2.7", "2001:db8:1:2::7"];
    await logUdp(
      host,
      addresses.flatMap((address) => failures(address)),
    );
    await until(async () => (await heldIn(host)).size === 2, "the kernel holds both");
    await agent.kill("SIGKILL");
    assert.equal((await heldIn(host)).size, 2);
    await until(async () => (await heldIn(host)).size === 0, "both have ended");
  });

  it("restores bans with what is left of them, and counts nothing twice", async (t) => {
    const { agent, host } = await aloneWith(t, { config: SSHD_BY_SYSLOG });
    await agent.start();
    await logUdp(host, [
      ...failures("192.0.2.7"),
      ...failures("2001:db8:1:2::7"),
      ...times(4, (at) => wrongPassword("192.0.2.8", at)),
    ]);
    await until(async () => (await agent.jail("sshd")).failuresTotal === 14, "all are counted");
    const first = await agent.jail("sshd");
    await agent.kill("SIGKILL");
    // As a reboot does.
    await host.run(["nft", "flush", "ruleset"]);
    await agent.start();
    const again = await agent.jail("sshd");
    assert.deepEqual(
      again.bans.map(({ address, from, until }) => ({ address, from, until })).sort(byAddress),
      first.bans.map(({ address, from, until }) => ({ address, from, until })).sort(byAddress),
    );
    assert.equal(again.failuresTotal, 14);
    assert.equal(again.bannedTotal, 2);
    await until(async () => (await heldIn(host)).size === 2, "the kernel holds both again");
    for (const left of (await heldIn(host)).values()) assert.ok(left !== undefined && left < 600, `left: ${left}`);
    // The counts were kept too: the fifth failure is one too many.
    await logUdp(host, [wrongPassword("192.0.2.8", 4)]);
    await agent.bans(["192.0.2.7", "192.0.2.8", "2001:db8:1:2::/64"]);
  });

  it("leaves with status 78 and every error of a broken configuration, with its place", async (t) => {
    const { agent, host } = await aloneWith(t, { config: {} });
    agent.write(
      '{\n "jails": { "sshd": { "maxretyr": 3, "bantime": "10 apples" }, "nosuch": {} },\n "firewal": {}\n}\n',
    );
    agent.spawn();
    assert.deepEqual(await agent.ended(), { code: 78, signal: null });
    for (const place of ["2:23: ", "3:2: "]) assert.ok(agent.log.includes(`bailiff.json:${place}`), agent.log);
    assert.match(agent.log, /did you mean `maxretry`/);
    assert.match(agent.log, /CONFIG_INVALID/);
    const checked = await runProgram(["check", "--config", agent.configFile], host.prefix);
    assert.equal(checked.code, 78);
    // What the schema cannot see is told as well, all at once.
    agent.write(
      '{\n "jails": { "sshd": { "bantime": "10 apples" }, "nosuch": {} },\n "defaults": { "ignoreip": ["10.0.0.0/33"] } }\n',
    );
    agent.spawn();
    assert.deepEqual(await agent.ended(), { code: 78, signal: null });
    for (const words of ["10 apples", "nosuch", "10.0.0.0/33"]) assert.ok(agent.log.includes(words), agent.log);
    assert.equal((await heldIn(host)).size, 0);
  });

  it("keeps the old configuration when the new one is broken, and takes a good one, by signal and by command", async (t) => {
    const { agent, host } = await aloneWith(t, { config: SSHD_BY_SYSLOG });
    await agent.start();
    await logUdp(
      host,
      times(3, (at) => wrongPassword("192.0.2.7", at)),
    );
    await until(async () => (await agent.jail("sshd")).failuresTotal === 3, "three are counted");
    agent.write("{ not JSON");
    agent.signal("SIGHUP");
    const told = await agent.said(/configuration not loaded/);
    assert.match(told, /bailiff\.json:1:3: .*; hint: /);
    const refused = await agent.cli("reload", "--socket", agent.socket);
    assert.equal(refused.code, 78);
    assert.match(refused.stderr, /bailiff\.json:1:3/);
    // Nobody sees what `systemctl reload` could not do, and the next start would fail: status tells until it is mended.
    const broken = async (): Promise<boolean> =>
      (await agent.status()).troubles.some((each) => /^the configuration was refused.*bailiff\.json:1:3/.test(each));
    assert.equal(await broken(), true);
    // The jail still has its old rules and its counts.
    await logUdp(
      host,
      times(2, (at) => wrongPassword("192.0.2.7", 3 + at)),
    );
    await agent.bans(["192.0.2.7"]);

    agent.configure({ ...SSHD_BY_SYSLOG, jails: { sshd: {}, other: { filter: "sshd", ports: "all", maxretry: 50 } } });
    const diff = await agent.ask<{ applied: boolean; added: string[] }>({ command: "reload", diff: true });
    assert.deepEqual([diff.applied, diff.added], [false, ["other"]]);
    assert.equal((await agent.status()).jails.length, 1);
    agent.signal("SIGHUP");
    await until(async () => (await agent.status()).jails.length === 2, "the new jail is there");
    await until(async () => !(await broken()), "nothing is refused any more");
    const report = await agent.json<{ applied: boolean; unchanged: string[] }>("reload");
    assert.deepEqual([report.applied, report.unchanged], [true, ["sshd", "other"]]);
    assert.deepEqual(await agent.banned(), ["192.0.2.7"]);
  });

  it("refuses to be the second one on a socket, and leaves the first alone", async (t) => {
    const { agent, host } = await aloneWith(t, { config: SSHD_BY_SYSLOG });
    await agent.start();
    await logUdp(host, failures("192.0.2.7"));
    await agent.bans(["192.0.2.7"]);
    const second = await runProgram(["run", "--config", agent.configFile], host.prefix);
    assert.equal(second.code, 69);
    assert.match(second.stderr, /another bailiff is running.*\n.*hint: .*ALREADY_RUNNING/);
    assert.ok(await agent.answers());
    assert.equal((await heldIn(host)).size, 1);
    // Nor on another socket, with the same state.
    const config = JSON.parse(readFileSync(agent.configFile, "utf8")) as object;
    const beside = join(agent.folder, "beside.json");
    writeFileSync(beside, JSON.stringify({ ...config, control: { socket: "beside.sock" } }));
    const third = await runProgram(["run", "--config", beside], host.prefix);
    assert.equal(third.code, 69);
    assert.match(third.stderr, /another bailiff is running: it has the state in .*\n.*hint: .*ALREADY_RUNNING/);
    await agent.kill();
    await agent.start();
    assert.deepEqual(await agent.banned(), ["192.0.2.7"]);
  });

  it("goes on in memory, and says so, where its state cannot be kept", async (t) => {
    const { agent, host } = await aloneWith(t, { config: SSHD_BY_SYSLOG });
    writeFileSync(agent.state, "no directory");
    await agent.start();
    await logUdp(host, [...failures("192.0.2.7"), ...failures("2001:db8:1:2::7")]);
    await agent.bans(["192.0.2.7", "2001:db8:1:2::/64"]);
    await until(async () => (await heldIn(host)).size === 2, "the kernel holds both");
    assert.match((await agent.status()).troubles.join("\n"), /state: .*cannot be written .*its directory must be one/);
  });

  it("stops in order on SIGTERM within two seconds of work, and leaves the bans", async (t) => {
    const { agent, host } = await aloneWith(t, { config: { sources: [SYSLOG], jails: { sshd: {} } } });
    await agent.start();
    await logUdp(host, failures("192.0.2.7"));
    await until(async () => (await heldIn(host)).size === 1, "the kernel holds it");
    const begun = performance.now();
    assert.deepEqual(await agent.kill("SIGTERM"), { code: 0, signal: null });
    t.diagnostic(`stopped after ${Math.round(performance.now() - begun)} ms`);
    assert.match(agent.log, /stopping signal=SIGTERM bans=stay/);
    assert.equal((await heldIn(host)).size, 1);
    // Its socket is gone with it, and the next one starts on the same state.
    await agent.start();
    assert.deepEqual(await agent.banned(), ["192.0.2.7"]);
  });

  it("decides on all datagrams that came before it was told to stop", async (t) => {
    const { agent, host } = await aloneWith(t, { config: { sources: [SYSLOG], jails: { sshd: {} } } });
    await agent.start();
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const before = (await agent.jail("sshd")).failuresTotal;
      agent.signal("SIGSTOP");
      const sources = times(20, (at) => (at % 2 === 0 ? `192.0.2.${at}` : `2001:db8:${at}::7`));
      await logUdp(host, times(10, (at) => sources.map((address) => wrongPassword(address, at))).flat());
      agent.signal(signal);
      agent.signal("SIGCONT");
      assert.deepEqual(await agent.ended(), { code: 0, signal: null });
      await agent.start();
      assert.equal((await agent.jail("sshd")).failuresTotal, before + 200);
      assert.equal((await agent.banned()).length, 20);
      await until(async () => (await heldIn(host)).size === 20, "the kernel holds all");
    }
  });

  it("goes on, degraded, without a journal, with a busy port, and takes the port when it is free", async (t) => {
    const host = await makeHost();
    t.after(() => host.close());
    const squatter = await host.load<typeof peer>(new URL("peer.ts", import.meta.url));
    await squatter.call.serveUdp(5515);
    const agent = new Agent({
      prefix: host.prefix,
      config: {
        sources: [
          { type: "journal", directory: "no-such-folder" },
          { ...SYSLOG, name: "free" },
          { type: "syslog", name: "taken", listen: [{ protocol: "udp", address: "127.0.0.1", port: 5515 }] },
        ],
        jails: { sshd: {} },
      },
    });
    t.after(() => agent.remove());
    await agent.start();
    await until(async () => (await agent.source("taken")).state === "broken", "the busy port is told");
    const told = async (): Promise<string> => (await agent.status()).troubles.join("\n");
    await until(async () => /no-such-folder/.test(await told()), "the missing folder is told");
    const status = await agent.status();
    assert.equal(status.health, "degraded");
    assert.ok(
      status.troubles.some((trouble) => /5515/.test(trouble)),
      status.troubles.join("\n"),
    );
    assert.ok(
      status.troubles.some((trouble) => /no-such-folder/.test(trouble)),
      status.troubles.join("\n"),
    );
    const printed = await agent.cli("status");
    assert.match(printed.stdout, /degraded\n {2}! /);
    await logUdp(host, failures("192.0.2.7"));
    await agent.bans(["192.0.2.7"]);
    await squatter.close();
    await until(async () => (await agent.source("taken")).state === "reading", "it listens there now");
    await logUdp(host, failures("192.0.2.8"), { port: 5515 });
    await agent.bans(["192.0.2.7", "192.0.2.8"]);
  });

  it("runs dry where the kernel refuses nft, and says so", async (t) => {
    const host = await makeHost();
    t.after(() => host.close());
    const weak = new Agent({
      prefix: [...host.prefix, "setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"],
      config: SSHD_BY_SYSLOG,
    });
    t.after(() => weak.remove());
    await weak.start();
    const status = await weak.status();
    assert.equal(status.firewall.name, "none");
    assert.equal(status.health, "degraded");
    assert.match(status.troubles.join("\n"), /^firewall: /m);
    await logUdp(host, failures("192.0.2.7"));
    await weak.bans(["192.0.2.7"]);
    assert.equal((await heldIn(host)).size, 0);
    const byHand = await weak.cli("ban", "192.0.2.9", "2001:db8:9::1");
    assert.equal(byHand.code, 0);
    assert.match(byHand.stderr, /^bailiff: not all in the kernel yet, and tried again: NOBODY IS STOPPED, .*\n$/);
    assert.match(
      (await weak.cli("why", "192.0.2.9")).stdout,
      /is banned\.\n.*\n {2}Not all in the kernel yet: NOBODY IS/,
    );
  });

  it("says that a ban by hand stops nobody where no firewall is wanted", async (t) => {
    const { agent } = await aloneWith(t, { config: { ...SSHD_BY_SYSLOG, firewall: { backend: "none" } } });
    await agent.start();
    const byHand = await agent.cli("ban", "192.0.2.9", "2001:db8:9::1");
    assert.equal(byHand.code, 0);
    assert.equal(byHand.stderr, "bailiff: nobody is stopped: no firewall carries bans out, see bailiff status\n");
    assert.match((await agent.cli("why", "192.0.2.9")).stdout, /is banned\.\n {2}There is no firewall/);
  });

  it("counts malformed datagrams and goes on", async (t) => {
    const { agent, host } = await aloneWith(t, { config: SSHD_BY_SYSLOG });
    await agent.start();
    const peer = await host.peer();
    await peer.datagram({ to: "127.0.0.1", port: 5514, waitMs: 10 }, 60_000);
    await peer.datagram({ to: "127.0.0.1", port: 5514, waitMs: 10 }, 0);
    await logUdp(host, ["Failed password for root from 192.0.2.7 port 1 ssh2 and more", "\u001b[2J", "x".repeat(4000)]);
    await logUdp(host, failures("192.0.2.7"));
    await agent.bans(["192.0.2.7"]);
    assert.equal((await agent.jail("sshd")).failuresTotal, 5);
  });

  it("is never fed by its own lines", async (t) => {
    // Own lines that hold an accusation: recidive reads bans of other jails, everything else must not read ours at all.
    const { agent, host } = await aloneWith(t, {
      config: { ...SSHD_BY_SYSLOG, jails: { sshd: { identifiers: ["bailiff"] } } },
    });
    await agent.start();
    await logUdp(
      host,
      times(5, (at) => `found 192.0.2.7 jail=sshd user="x" ${wrongPassword("192.0.2.9", at)}`),
      { tag: "bailiff" },
    );
    await logUdp(
      host,
      times(5, (at) => `ban 192.0.2.9 jail=sshd failures=${at}`),
      { tag: "bailiff" },
    );
    await logUdp(host, failures("192.0.2.7"));
    await agent.bans(["192.0.2.7"]);
  });

  it("widens a ban for those who come again and again, and a dry jail bans nobody", async (t) => {
    const sshd = { filter: "sshd", maxretry: 2 };
    const { agent, host } = await aloneWith(t, {
      config: {
        sources: [SYSLOG],
        escalation: { bans: 2 },
        jails: { first: sshd, second: { ...sshd, ports: "all" }, dry: { ...sshd, dryrun: true } },
      },
    });
    await agent.start();
    for (const address of ["192.0.2.7", "2001:db8:1:2::7"]) {
      await logUdp(
        host,
        times(2, (at) => wrongPassword(address, at)),
      );
    }
    await agent.bans(["192.0.2.7", "2001:db8:1:2::/64"], "escalation");
    assert.match(await agent.said(/would ban 192\.0\.2\.7/), /jail=dry/);
    assert.match(await agent.said(/would ban 2001:db8:1:2::/), /jail=dry/);
    assert.deepEqual(await agent.banned("dry"), []);
    const report = await agent.jail("dry");
    assert.deepEqual([report.dryRun, report.spared["dry-run"], report.bannedTotal], [true, 2, 0]);
    const would = ["192.0.2.7", "2001:db8:1:2::/64"];
    assert.deepEqual(
      report.wouldBan.map(({ address }) => address),
      would,
    );
    assert.match((await agent.cli("status", "dry")).stdout, new RegExp(`Would be banned: +${would.join(" ")}\n$`));
    // Who would be banned already is not told again.
    await logUdp(
      host,
      times(2, (at) => wrongPassword("192.0.2.7", 2 + at)),
    );
    await until(async () => (await agent.jail("dry")).spared["already-banned"] === 1, "it is counted");
    assert.equal(agent.count(/would ban 192\.0\.2\.7/), 1);
    await until(async () => (await heldIn(host)).size > 0, "the kernel holds bans");
  });

  it("repairs what another program flushed, with what is left of the bans", async (t) => {
    const { agent, host } = await aloneWith(t, { config: SSHD_BY_SYSLOG });
    await agent.start();
    await logUdp(
      host,
      ["192.0.2.7", "2001:db8:1:2::7"].flatMap((address) => failures(address)),
    );
    await until(async () => (await heldIn(host)).size === 2, "the kernel holds both");
    await host.run(["nft", "flush", "ruleset"]);
    await until(async () => (await heldIn(host)).size === 2, "the kernel holds both again");
    for (const left of (await heldIn(host)).values()) assert.ok(left !== undefined && left <= 600, `left: ${left}`);
    await agent.said(/firewall repaired/);
    assert.equal((await agent.status()).firewall.repairs, 1);
    await agent.said(/firewall changed by another program/);
  });

  it("keeps wanting what the firewall refuses for a while, and carries it out later", async (t) => {
    const host = await makeHost();
    t.after(() => host.close());
    const folder = mkdtempSync(join(tmpdir(), "bailiff-fickle-nft-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const refuse = join(folder, "refuse");
    writeFileSync(join(folder, "real-nft"), "");
    writeFileSync(
      join(folder, "nft"),
      `#!/bin/sh\n[ -e ${refuse} ] && { echo "Error: Operation not permitted" >&2; exit 1; }\nexec ${folder}/real-nft "$@"\n`,
    );
    chmodSync(join(folder, "nft"), 0o755);
    const nft = findProgram("nft") ?? "";
    const inside = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", FICKLE_NFT, "sh", nft, folder];
    const agent = new Agent({ prefix: [...host.prefix, ...inside], config: SSHD_BY_SYSLOG });
    t.after(() => agent.remove());
    await agent.start();
    await logUdp(host, failures("192.0.2.7"));
    await until(async () => (await heldIn(host)).size === 1, "the kernel holds the first");
    writeFileSync(refuse, "");
    await logUdp(host, [...failures("192.0.2.8"), ...failures("2001:db8:1:2::7")]);
    await agent.bans(["192.0.2.7", "192.0.2.8", "2001:db8:1:2::/64"]);
    await agent.said(/firewall refused/);
    const status = await agent.status();
    assert.equal(status.health, "degraded");
    assert.match(status.troubles.join("\n"), /firewall: .*Operation not permitted/);
    assert.equal((await heldIn(host)).size, 1);
    rmSync(refuse);
    await until(async () => (await heldIn(host)).size === 3, "the kernel holds all");
    await agent.said(/firewall works again/);
    await until(async () => (await agent.status()).health === "ok", "all is well again");
  });

  describe("started by systemd's sockets", {
    skip: findProgram("systemd-socket-activate") === undefined ? "MISSING: systemd-socket-activate" : false,
  }, () => {
    /** One socket unit with two addresses: both sockets have its name. The first connection starts the agent. */
    async function activated(t: TestContext, protocol: "tcp" | "udp"): Promise<{ agent: Agent; host: Namespace }> {
      const host = await makeHost();
      t.after(() => host.close());
      const listen = ["127.0.0.1:5514", "[::1]:5514"].map((place) => `--listen=${place}`);
      const agent = new Agent({
        prefix: [...host.prefix, "systemd-socket-activate", ...listen, "--fdname=syslog:syslog"],
        config: { sources: [{ type: "syslog", listen: [{ protocol, socket: "syslog" }] }], jails: { sshd: {} } },
      });
      t.after(() => agent.remove());
      agent.spawn();
      await until(async () => (await say(host, "127.0.0.1", ["hello"])) === 0, "somebody listens");
      return { agent, host };
    }

    async function say(host: Namespace, to: string, lines: readonly string[]): Promise<number | null> {
      const words = ["logger", "--tcp", "--server", to, "--port", "5514", "--tag", "sshd", "--priority", "auth.info"];
      return (await host.attempt(words, `${lines.join("\n")}\n`)).code;
    }

    it("hears each of several sockets of one name", async (t) => {
      const { agent, host } = await activated(t, "tcp");
      await until(() => agent.answers(), "the agent answers");
      const lines = (address: string) => times(5, (at) => wrongPassword(address, at));
      assert.equal(await say(host, "127.0.0.1", lines("192.0.2.7")), 0);
      assert.equal(await say(host, "::1", lines("2001:db8:1:2::7")), 0);
      await agent.bans(["192.0.2.7", "2001:db8:1:2::/64"]);
    });

    it("ends at once, and says why, when none of them is of the protocol", async (t) => {
      const { agent } = await activated(t, "udp");
      assert.equal((await agent.ended()).code, 78);
      assert.match(agent.log, /the socket syslog of systemd is tcp, not udp/);
    });
  });
});

/** The real nft is put aside, and one that may be told to refuse in its place; for this agent alone. */
const FICKLE_NFT =
  'nft=$1; folder=$2; shift 2; mount --bind "$nft" "$folder/real-nft"; mount --bind "$folder/nft" "$nft"; exec "$@"';

/** As many as it takes. */
function failures(address: string): string[] {
  return times(5, (at) => wrongPassword(address, at));
}

function byAddress(a: { address: string }, b: { address: string }): number {
  return a.address.localeCompare(b.address);
}
