import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, heldIn, logUdp, SYSLOG, times, until, wrongPassword } from "./agent.ts";
import { labMissing, makeHost, type Namespace } from "./namespaces.ts";

const noLab = labMissing();

async function sparing(
  t: TestContext,
  sshd: Readonly<Record<string, unknown>>,
): Promise<{ agent: Agent; host: Namespace }> {
  const host = await makeHost();
  t.after(() => host.close());
  const folder = mkdtempSync(join(tmpdir(), "bailiff-names-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const resolver = join(folder, "resolv.conf");
  writeFileSync(resolver, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  const agent = new Agent({
    config: { sources: [SYSLOG], jails: { sshd: { maxretry: 2, ...sshd } } },
    // Names are asked for in this network and nowhere else.
    prefix: [
      ...host.prefix,
      ...["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolver],
    ],
  });
  t.after(() => agent.remove());
  return { agent, host };
}

/** What the program of an ignorecommand was given, a line each. */
function runs(agent: Agent): string[] {
  const file = join(agent.folder, "runs");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

function fail(host: Namespace, address: string): Promise<void> {
  return logUdp(
    host,
    times(2, (at) => wrongPassword(address, at)),
  );
}

describe("the agent spares", { skip: noLab === undefined ? false : `MISSING: ${noLab}` }, () => {
  for (const { family, inside, outside, element } of [
    { family: "IPv4", inside: "192.0.2.7", outside: "198.51.100.7", element: "198.51.100.7" },
    { family: "IPv6", inside: "2001:db8:1::7", outside: "2001:db8:2::7", element: "2001:db8:2::" },
  ]) {
    it(`who is in a file, and lifts the bans of who comes into it (${family})`, async (t) => {
      const { agent, host } = await sparing(t, {});
      const list = join(agent.folder, "friends.txt");
      writeFileSync(list, `# the office\n${inside}\nno address\n`);
      agent.configure({ sources: [SYSLOG], jails: { sshd: { maxretry: 2, ignoreip: [`file:${list}`] } } });
      await agent.start();
      await fail(host, inside);
      await agent.said(/spared .* reason=ignored rule=".*friends\.txt\)"/);
      await fail(host, outside);
      await until(async () => (await heldIn(host)).has(element), "the other is banned");
      assert.equal((await agent.banned()).length, 1);
      writeFileSync(list, `${inside}\n${outside} # at home\n`);
      await until(async () => (await agent.banned()).length === 0, "the ban is lifted");
      await until(async () => !(await heldIn(host)).has(element), "the kernel let go");
      assert.match(agent.log, /unban .* why="ignored now: .*file:/);
    });

    it(`who is in a file once it was reloaded, however lately it was read (${family})`, async (t) => {
      const { agent, host } = await sparing(t, {});
      const list = join(agent.folder, "friends.txt");
      writeFileSync(list, "");
      agent.configure({ sources: [SYSLOG], jails: { sshd: { maxretry: 2, ignoreip: [`file:${list}`] } } });
      await agent.start();
      await fail(host, outside);
      await until(async () => (await heldIn(host)).has(element), "he is banned");
      writeFileSync(list, `${outside}\n`);
      assert.equal((await agent.cli("reload")).code, 0);
      assert.deepEqual(await agent.banned(), []);
      assert.deepEqual([...(await heldIn(host)).keys()], []);
    });
  }

  it("a /64 that holds somebody ignored, bans who fails in it alone, and says so", async (t) => {
    const { agent, host } = await sparing(t, { ignoreip: ["2001:db8:1::7"] });
    await agent.start();
    await fail(host, "2001:db8:1::7");
    await agent.said(/spared 2001:db8:1::\/64 .* reason=ignored rule="2001:db8:1::7 \(ignoreip\)"/);
    await fail(host, "2001:db8:1::8");
    await agent.bans(["2001:db8:1::8"]);
    const said = await agent.said(/ban 2001:db8:1::8 /);
    assert.match(said, /insteadof=2001:db8:1::\/64 because="2001:db8:1::7 \(ignoreip\)"/);
    await until(async () => [...(await heldIn(host)).keys()].join() === "2001:db8:1::8", "the kernel holds it alone");
  });

  it("who has a host name of ignoreip, and says which names nobody knows", async (t) => {
    // The machine's own hosts file knows localhost; nothing leaves this network.
    const { agent } = await sparing(t, { ignoreip: ["localhost", "nobody-knows.example.org"] });
    await agent.start();
    await agent.said(/trouble nobody-knows\.example\.org/);
    await until(async () => (await agent.jail("sshd")).ignoreip.includes("127.0.0.1"), "localhost is known");
    const { stdout } = await agent.cli("status");
    assert.match(stdout, /nobody-knows\.example\.org: nobody knows the name; 0 addresses/);
  });

  it("who has a name now or had it last, in whatever family is not answered for, and lifts his ban", async (t) => {
    const { agent, host } = await sparing(t, {});
    const dns = await host
      .load<typeof import("./dns.ts")>(new URL("./dns.ts", import.meta.url))
      .then(({ call }) => call);
    await dns.serve();
    const both = { A: ["192.0.2.10"], AAAA: ["2001:db8:10::1"] };
    for (const name of ["moves", "fails", "half", "gone"]) await dns.put(`${name}.example.org`, both);
    await dns.put("many.example.org", { A: times(300, (at) => `10.99.${at >> 8}.${at & 255}`), AAAA: [] });
    await dns.put("odd.example.org", { A: ["0.0.0.0", "127.0.0.1", "224.0.0.1"], AAAA: ["::", "::1", "ff02::1"] });
    const names = ["moves", "fails", "half", "gone", "many", "odd"].map((name) => `${name}.example.org`);
    // A jail for each name, by the same lines.
    const jail = { filter: "sshd", maxretry: 2 };
    const own = (at: number): Readonly<Record<string, unknown>> => ({ ...jail, ignoreip: [names[at]] });
    agent.configure({
      sources: [SYSLOG],
      jails: { moves: own(0), fails: own(1), half: own(2), gone: own(3), many: own(4), odd: own(5) },
    });
    await agent.start();
    const ignored = async (name: string): Promise<string> => (await agent.jail(name)).ignoreip.toSorted().join(" ");
    const first = "192.0.2.10 2001:db8:10::1";
    for (const name of ["moves", "fails", "half", "gone"]) assert.equal(await ignored(name), first);
    assert.equal((await agent.jail("many")).ignoreip.length, 256);
    assert.match(
      (await agent.cli("status")).stdout,
      /many\.example\.org: it has 300 addresses: the first 256 are taken/,
    );

    // Addresses that nobody has spare nobody.
    for (const address of ["192.0.2.20", "2001:db8:20::1"]) await fail(host, address);
    await agent.bans(["192.0.2.20", "2001:db8:20::/64"], "odd");
    await agent.bans(["192.0.2.20", "2001:db8:20::/64"], "moves");

    await dns.put("moves.example.org", { A: ["192.0.2.20"], AAAA: ["2001:db8:20::1"] });
    await dns.put("fails.example.org", { A: "servfail", AAAA: "servfail" });
    await dns.put("half.example.org", { A: ["192.0.2.20"], AAAA: "servfail" });
    await dns.put("gone.example.org", { A: "nxdomain", AAAA: "nxdomain" });
    const before = await dns.questions("moves.example.org");
    // No sooner than half a minute later, whatever the TTL.
    await delay(20_000);
    assert.equal(await dns.questions("moves.example.org"), before);
    await agent.said(/unban 192\.0\.2\.20 jail=moves why="ignored now: 192\.0\.2\.20 \(moves\.example\.org\)"/);
    await agent.said(/unban 2001:db8:20::\/64 jail=moves/);
    await until(async () => (await agent.banned("moves")).length === 0, "his bans are lifted");
    assert.equal(await ignored("moves"), "192.0.2.20 2001:db8:20::1");
    await agent.said(/trouble gone\.example\.org .*nobody knows the name/);
    await agent.said(/trouble fails\.example\.org .*nobody knows the name/);
    await agent.said(/trouble half\.example\.org .*nobody answers for its AAAA records/);
    for (const name of ["fails", "gone"]) assert.equal(await ignored(name), first);
    assert.equal(await ignored("half"), "192.0.2.20 2001:db8:10::1");
    assert.deepEqual(await agent.banned("half"), ["2001:db8:20::/64"]);
    assert.match((await agent.cli("status")).stdout, /gone\.example\.org: nobody knows the name; 2 addresses/);

    // As after a reboot, before there is a network.
    for (const name of names) await dns.put(name, { A: "servfail", AAAA: "servfail" });
    await agent.kill("SIGKILL");
    await agent.start();
    for (const name of ["fails", "gone"]) assert.equal(await ignored(name), first);
    assert.equal(await ignored("moves"), "192.0.2.20 2001:db8:20::1");
    assert.equal((await agent.jail("many")).ignoreip.length, 256);
  });

  it("whom a program spares, bans whom it does not, and is not stopped by one that hangs", async (t) => {
    const { agent, host } = await sparing(t, {});
    const program = join(agent.folder, "ask");
    writeFileSync(
      program,
      '#!/bin/sh\n[ "$2" = 203.0.113.9 ] && exec sleep 60\n[ "$1" = now ] && [ "$2" = 192.0.2.7 ]\n',
    );
    chmodSync(program, 0o755);
    agent.configure({ sources: [SYSLOG], jails: { sshd: { maxretry: 2, ignorecommand: [program, "now", "<ip>"] } } });
    await agent.start();
    for (const address of ["203.0.113.9", "192.0.2.7", "198.51.100.7", "2001:db8:1::7"]) await fail(host, address);
    await agent.said(/spared 192\.0\.2\.7 .* rule=ignorecommand/);
    await until(async () => (await agent.banned()).length === 3, "the others are banned, the one it hangs on too");
    await agent.said(/trouble ignorecommand .*took too long/);
    assert.deepEqual([...(await agent.banned())].sort(), ["198.51.100.7", "2001:db8:1::/64", "203.0.113.9"]);
  });

  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    it(`nobody whom the program was still asked about when the agent ended by ${signal}: it asks again`, async (t) => {
      const { agent, host } = await sparing(t, {});
      const program = join(agent.folder, "ask");
      writeFileSync(
        program,
        `#!/bin/sh\necho $1 >> ${agent.folder}/runs\n[ -e ${agent.folder}/go ] || sleep 4\nexit 1\n`,
      );
      chmodSync(program, 0o755);
      agent.configure({ sources: [SYSLOG], jails: { sshd: { maxretry: 2, ignorecommand: [program, "<ip>"] } } });
      await agent.start();
      for (const address of ["192.0.2.7", "2001:db8:1::7"]) await fail(host, address);
      await until(() => runs(agent).length === 2, "the program is asked");
      await agent.kill(signal);
      assert.deepEqual(agent.log.match(/ ban /g), null);
      writeFileSync(join(agent.folder, "go"), "");
      await agent.start();
      await agent.bans(["192.0.2.7", "2001:db8:1::/64"]);
      assert.equal(runs(agent).length, 4);
      assert.equal((await agent.jail("sshd")).bannedTotal, 2);
      await agent.kill();
      await agent.start();
      assert.equal(runs(agent).length, 4);
    });
  }

  it("nobody while a program is asked, then whom it spares: once each, whatever it prints or leaves running", async (t) => {
    const { agent, host } = await sparing(t, {});
    const program = join(agent.folder, "ask");
    const script = [
      "#!/bin/sh",
      `echo "$# $1 $2" >> ${agent.folder}/runs`,
      'case "$2" in',
      // Waits for a word of the test.
      `192.0.2.7) while ! [ -e ${agent.folder}/go ]; do sleep 0.1; done; exit 1 ;;`,
      // Prints much more than anybody reads, and spares.
      "2001:db8:1::/64) yes '\x1b[31m garbage' | head -c 10000000; exit 0 ;;",
      // Its child keeps its output open.
      "192.0.2.9) sleep 300 & exit 0 ;;",
      // Hangs with a child of its own, which a kill leaves behind.
      "192.0.2.10) sleep 300; exit 0 ;;",
      "192.0.2.11) kill -9 $$ ;;",
      "*) exit 3 ;;",
      "esac",
    ];
    writeFileSync(program, script.join("\n"));
    chmodSync(program, 0o755);
    const jail = { filter: "sshd", maxretry: 2, ports: "all" };
    agent.configure({
      sources: [SYSLOG],
      jails: {
        asks: { ...jail, ignorecommand: [program, "a b;$(reboot)", "<ip>"] },
        missing: { ...jail, ignorecommand: [join(agent.folder, "nosuch"), "<ip>"] },
      },
    });
    await agent.start();
    await fail(host, "192.0.2.7");
    await agent.bans(["192.0.2.7"], "missing");
    await agent.said(/trouble ignorecommand .*nosuch: .*nobody is spared for it/);
    await until(() => runs(agent).length === 1, "it is asked");
    assert.deepEqual(await agent.banned("asks"), []);
    assert.equal((await heldIn(host)).size, 1);
    for (const address of ["2001:db8:1::7", "192.0.2.9", "192.0.2.10", "192.0.2.11", "192.0.2.12"])
      await fail(host, address);
    await agent.said(/spared 2001:db8:1::\/64 .*jail=asks.* rule=ignorecommand/);
    await agent.said(/spared 192\.0\.2\.9 .*jail=asks.* rule=ignorecommand/);
    await agent.said(/ban 192\.0\.2\.12 jail=asks/);
    await agent.said(/trouble ignorecommand .*ask: it died by SIGKILL/);
    writeFileSync(join(agent.folder, "go"), "");
    await agent.bans(["192.0.2.7", "192.0.2.10", "192.0.2.11", "192.0.2.12"], "asks");
    await agent.said(/trouble ignorecommand .*ask: it took too long/);
    // Answers hold: who is asked about was asked about once.
    await fail(host, "2001:db8:1::8");
    await until(() => agent.count(/spared 2001:db8:1::\/64 .*jail=asks/) === 2, "he is spared again");
    assert.deepEqual(
      runs(agent).toSorted(),
      ["192.0.2.10", "192.0.2.11", "192.0.2.12", "192.0.2.7", "192.0.2.9", "2001:db8:1::/64"].map(
        (address) => `2 a b;$(reboot) ${address}`,
      ),
    );
  });

  it("no prefix, and nobody in it, before a program was asked about the prefix", async (t) => {
    const { agent, host } = await sparing(t, {});
    const program = join(agent.folder, "ask");
    const script = `#!/bin/sh\necho "$1" >> ${agent.folder}/runs\n[ "$1" = 203.0.113.0/24 ]\n`;
    writeFileSync(program, script);
    chmodSync(program, 0o755);
    const spread = { spread4: { count: 3, length: 24 }, spread6: { count: 3, length: 56 } };
    const sshd = { maxretry: 9, ignorecommand: [program, "<ip>"], ...spread };
    agent.configure({ sources: [SYSLOG], jails: { sshd } });
    await agent.start();
    const sources = times(3, (at) => [`192.0.2.${at + 1}`, `2001:db8:0:${at + 1}::1`, `203.0.113.${at + 1}`]).flat();
    await logUdp(
      host,
      sources.map((source) => wrongPassword(source, 1)),
    );
    // Of the prefix that is spared, the last is banned alone, as of one that holds somebody ignored.
    await agent.bans(["192.0.2.0/24", "2001:db8::/56", "203.0.113.3"]);
    assert.deepEqual(runs(agent).toSorted(), ["192.0.2.0/24", "2001:db8::/56", "203.0.113.0/24", "203.0.113.3"]);
  });

  it("nobody for the number of those it would have to ask about", async (t) => {
    const { agent, host } = await sparing(t, {});
    const program = join(agent.folder, "ask");
    writeFileSync(program, "#!/bin/sh\nexec sleep 300\n");
    chmodSync(program, 0o755);
    agent.configure({ sources: [SYSLOG], jails: { sshd: { maxretry: 1, ignorecommand: [program, "<ip>"] } } });
    await agent.start();
    const flood = times(60, (at) => (at % 2 ? `198.51.100.${at}` : `2001:db8:${at.toString(16)}::1`));
    await logUdp(
      host,
      flood.map((address) => wrongPassword(address)),
    );
    // Four at a time for five seconds each would take more than a minute.
    await until(async () => (await agent.banned()).length === flood.length, "all are banned");
    await agent.said(/trouble ignorecommand .*too slow for so many/);
    assert.equal(agent.count(/too slow for so many/), 1);
  });
});
