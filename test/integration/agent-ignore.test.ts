import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Agent, heldIn, logUdp, SYSLOG, times, until, wrongPassword } from "./agent.ts";
import { labMissing, makeHost, type Namespace } from "./namespaces.ts";

const noLab = labMissing();

async function sparing(
  t: TestContext,
  sshd: Readonly<Record<string, unknown>>,
): Promise<{ agent: Agent; host: Namespace }> {
  const host = await makeHost();
  t.after(() => host.close());
  const agent = new Agent({
    config: { sources: [SYSLOG], jails: { sshd: { maxretry: 2, ...sshd } } },
    prefix: host.prefix,
  });
  t.after(() => agent.remove());
  return { agent, host };
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
    assert.match(stdout, /nobody-knows\.example\.org: not found/);
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
});
