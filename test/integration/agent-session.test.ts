import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { it } from "node:test";
import { Agent, heldIn, logUdp, SYSLOG, times, until, wrongPassword } from "./agent.ts";
import { ATTACKER, HOST, labMissing, makeLab } from "./namespaces.ts";

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
