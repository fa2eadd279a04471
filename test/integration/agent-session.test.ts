import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, beside, heldIn, logUdp, SYSLOG, times, until, wrongPassword } from "./agent.ts";
import { ATTACKER, HOST, labMissing, makeLab } from "./namespaces.ts";
import { noPrivateJournald, PrivateJournald } from "./private-journald.ts";

const noLab = labMissing();

it("an admin who logged in before the agent was killed is as safe after it as before, for as long as he is connected", {
  skip: noLab === undefined ? false : `MISSING: ${noLab}`,
}, async (t) => {
  const lab = await makeLab();
  t.after(() => lab.close());
  const senders = [{ name: "own", addresses: ["127.0.0.1"], trust: "full" }];
  const agent = new Agent({
    prefix: lab.host.prefix,
    config: { sources: [{ ...SYSLOG, senders }], jails: { sshd: { maxretry: 2 } } },
  });
  t.after(() => agent.remove());
  await agent.start();
  await (await lab.host.peer()).serveTcp(22);
  const attacker = await lab.attacker.load<typeof import("./peer.ts")>(new URL("peer.ts", import.meta.url));
  const admins = [ATTACKER.ip, ATTACKER.ip6];
  for (const [at, to] of [HOST.ip, HOST.ip6].entries()) {
    await attacker.call.hold({ from: admins[at] ?? "", to, port: 22 });
  }
  const gone = "192.0.2.9";
  const accepted = [...admins, gone].map((one) => `Accepted password for root from ${one} port 4242 ssh2`);
  await logUdp(lab.host, accepted);
  // Entries are decided in order: when this one is banned, the logins are known.
  await logUdp(
    lab.host,
    times(2, (at) => wrongPassword("192.0.2.5", at)),
  );
  await agent.bans(["192.0.2.5"]);
  await agent.kill();
  // As if it had been long ago: who has only just logged in may not show among the connections yet.
  const database = new DatabaseSync(join(agent.state, "bailiff.sqlite"));
  const text = String(database.prepare("SELECT value FROM facts WHERE name = 'logins'").get()?.value);
  const old = (JSON.parse(text) as [string, number][]).map(([name, at]) => [name, at - 3_600_000]);
  database.prepare("UPDATE facts SET value = ? WHERE name = 'logins'").run(JSON.stringify(old));
  database.close();
  await agent.start();
  await logUdp(
    lab.host,
    [...admins, gone].flatMap((one) => times(2, (at) => wrongPassword(one, at))),
  );
  await agent.bans(["192.0.2.5", gone]);
  await until(async () => (await agent.jail("sshd")).spared.protected === 2, "the admins are spared");
  assert.deepEqual([...(await heldIn(lab.host)).keys()].sort(), ["192.0.2.5", gone]);
});

for (const [moved, port] of [
  ["", 22],
  [" by another port than sshd's own", 2222],
] as const) {
  it(`an admin who logged in${moved} is safe from jails that close all ports, and no mail user is an admin for one`, {
    skip: noLab === undefined ? false : `MISSING: ${noLab}`,
  }, async (t) => {
    const lab = await makeLab();
    t.after(() => lab.close());
    const senders = [{ name: "own", addresses: ["127.0.0.1"], trust: "full" }];
    const everything = { maxretry: 2, ports: "all" };
    const agent = new Agent({
      prefix: lab.host.prefix,
      config: {
        sources: [{ ...SYSLOG, senders }],
        protect: { sessionports: [port] },
        jails: { sshd: everything, dovecot: everything },
      },
    });
    t.after(() => agent.remove());
    await agent.start();
    await (await lab.host.peer()).serveTcp(port);
    const attacker = await lab.attacker.load<typeof import("./peer.ts")>(new URL("peer.ts", import.meta.url));
    const users = [ATTACKER.sibling, ATTACKER.elsewhere6];
    const admins = [ATTACKER.ip, ATTACKER.ip6];
    for (const from of [...users, ...admins]) {
      await attacker.call.hold({ from, to: from.includes(":") ? HOST.ip6 : HOST.ip, port });
    }
    const mail = users.map((one) => `imap-login: Login: user=<eve>, method=PLAIN, rip=${one}, lip=192.0.2.1, mpid=1`);
    await logUdp(lab.host, mail, { tag: "dovecot" });
    const accepted = admins.map((one) => `Accepted password for root from ${one} port 4242 ssh2`);
    const failed = [...users, ...admins].flatMap((one) => times(2, (at) => wrongPassword(one, at)));
    await logUdp(lab.host, [...accepted, ...failed]);
    await until(async () => (await agent.jail("sshd")).spared.protected === 2, "the admins are spared");
    await agent.bans([ATTACKER.sibling, "fd77:0:0:12::/64"]);
    assert.deepEqual([...(await heldIn(lab.host)).keys()].sort(), [ATTACKER.sibling, "fd77:0:0:12::"]);
  });
}

it("an admin whose login is read late is safe for as long as he is connected, though nobody had looked since he came", {
  skip: noLab === undefined ? noPrivateJournald : `MISSING: ${noLab}`,
}, async (t) => {
  const lab = await makeLab();
  t.after(() => lab.close());
  const journald = await PrivateJournald.make();
  t.after(() => journald.remove());
  await journald.start();
  // Both close the same: whom one shut out already is let out again when the other is told not to.
  const web = { filter: "sshd", ports: [80] };
  const jails = { sshd: { maxretry: 4 }, first: { ...web, maxretry: 2 }, second: { ...web, maxretry: 4 } };
  const agent = new Agent({ prefix: beside(lab.host, journald), config: { jails } });
  t.after(() => agent.remove());
  await agent.start();
  await (await lab.host.peer()).serveTcp(22);
  const attacker = await lab.attacker.load<typeof import("./peer.ts")>(new URL("peer.ts", import.meta.url));
  const admins = [ATTACKER.ip, ATTACKER.ip6];
  const gone = "192.0.2.9";
  const failures = [...admins, gone].flatMap((one) => times(2, (at) => wrongPassword(one, at)));
  await journald.log("sshd", failures);
  await until(async () => (await heldIn(lab.host)).size === 3, "they are held by the first");
  agent.signal("SIGSTOP");
  for (const [at, to] of [HOST.ip, HOST.ip6].entries()) {
    await attacker.call.hold({ from: admins[at] ?? "", to, port: 22 });
  }
  const accepted = [...admins, gone].map((one) => `Accepted password for root from ${one} port 4242 ssh2`);
  await journald.log("sshd", accepted);
  // Longer than a login counts of which no connection shows.
  await delay(10_500);
  await journald.log("sshd", failures);
  agent.signal("SIGCONT");
  await agent.bans([gone, gone, gone]);
  await until(async () => (await heldIn(lab.host)).size === 1, "the admins are let out");
  assert.deepEqual([...(await heldIn(lab.host)).keys()], [gone]);
});

it("an admin who logs in is let in again everywhere where a jail had shut him out", {
  skip: noLab === undefined ? false : `MISSING: ${noLab}`,
}, async (t) => {
  const lab = await makeLab();
  t.after(() => lab.close());
  const senders = [{ name: "own", addresses: ["127.0.0.1"], trust: "full" }];
  const agent = new Agent({
    prefix: lab.host.prefix,
    config: {
      sources: [{ ...SYSLOG, senders }],
      jails: { sshd: { maxretry: 4 }, web: { filter: "sshd", maxretry: 2, ports: [80] } },
    },
  });
  t.after(() => agent.remove());
  await agent.start();
  const host = await lab.host.peer();
  await host.serveTcp(22);
  await host.serveTcp(80);
  const { call } = await lab.attacker.load<typeof import("./peer.ts")>(new URL("peer.ts", import.meta.url));
  const admins = [
    { from: ATTACKER.ip, to: HOST.ip },
    { from: ATTACKER.ip6, to: HOST.ip6 },
  ];
  await logUdp(
    lab.host,
    [...admins.map(({ from }) => from), "192.0.2.9", "2001:db8:9::1"].flatMap((one) =>
      times(2, (at) => wrongPassword(one, at)),
    ),
  );
  await until(async () => (await heldIn(lab.host)).size === 4, "they are held");
  // A guesser whose last guess was right, though he had been shut out by then.
  await logUdp(
    lab.host,
    times(2, (at) => wrongPassword("192.0.2.9", at)),
  );
  await agent.said(/ ban 192\.0\.2\.9 jail=sshd /);
  await logUdp(lab.host, ["Accepted password for root from 192.0.2.9 port 4242 ssh2", wrongPassword("192.0.2.5")]);
  await agent.said(/ found 192\.0\.2\.5 /);
  assert.deepEqual(await agent.banned("sshd"), ["192.0.2.9"]);
  for (const way of admins) {
    await call.hold({ ...way, port: 22 });
    assert.equal(await call.connect({ ...way, port: 80 }), "silent");
  }
  const accepted = admins.map(({ from }) => `Accepted password for root from ${from} port 4242 ssh2`);
  await logUdp(lab.host, accepted);
  await until(async () => {
    const held = await heldIn(lab.host);
    return !held.has(ATTACKER.ip) && !held.has("fd77:0:0:11::");
  }, "they are let in again");
  for (const way of admins) assert.equal(await call.connect({ ...way, port: 80 }), "open");
  assert.ok((await agent.banned()).includes("2001:db8:9::/64"));
});
