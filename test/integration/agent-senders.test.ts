import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it, type TestContext } from "node:test";
import { Agent, times, until, wrongPassword } from "./agent.ts";
import { labMissing, makeHost } from "./namespaces.ts";

const noLab = labMissing();
const PORT = 5514;
/** Other machines, by an IPv4 and by an IPv6 address each. */
const SENDERS = {
  web1: ["127.0.0.2", "2001:db8:5::1"],
  web2: ["127.0.0.3", "2001:db8:5::2"],
  mail: ["127.0.0.4", "2001:db8:5::3"],
  stranger: ["127.0.0.5", "2001:db8:5::4"],
} as const;

/** An agent that hears these senders; `send` speaks as one of them, over IPv4 (0) or IPv6 (1). */
async function listening(
  t: TestContext,
  config: { senders: Readonly<Record<string, object>>; jails: object; defaults?: object; inside?: string },
): Promise<{ agent: Agent; send(sender: keyof typeof SENDERS, over: 0 | 1, lines: readonly string[]): Promise<void> }> {
  const host = await makeHost();
  t.after(() => host.close());
  const all = Object.values(SENDERS).map(([, ip6]) => `addr add ${ip6}/128 dev lo nodad`);
  await host.run(["ip", "-batch", "-"], `${all.join("\n")}\n`);
  if (config.inside !== undefined) await host.run(["sh", "-ec", config.inside]);
  const senders = Object.entries(config.senders).map(([name, more]) => ({
    name,
    addresses: SENDERS[name as keyof typeof SENDERS],
    ...more,
  }));
  const listen = [{ protocol: "udp", address: "::", port: PORT }];
  const agent = new Agent({
    prefix: host.prefix,
    config: {
      defaults: config.defaults ?? {},
      jails: config.jails,
      sources: [{ type: "syslog", name: "others", listen, senders }],
    },
  });
  t.after(() => agent.remove());
  await agent.start();
  const peer = await host.peer();
  const send = (sender: keyof typeof SENDERS, over: 0 | 1, lines: readonly string[]): Promise<void> =>
    peer.sendTexts(
      { from: SENDERS[sender][over], to: over === 0 ? "127.0.0.1" : "::1", port: PORT },
      lines.map((line) => `<38>Nov 22 14:00:00 liar sshd[77]: ${line}`),
    );
  return { agent, send };
}

describe("syslog senders", { skip: noLab === undefined ? false : `MISSING: ${noLab}` }, () => {
  for (const [over, address, banned] of [
    [0, "192.0.2.7", "192.0.2.7"],
    [1, "2001:db8:1:2::7", "2001:db8:1:2::/64"],
  ] as const) {
    it(`are counted each by itself, and ban for an hour at the most, unless trusted in full (${banned})`, async (t) => {
      const { agent, send } = await listening(t, {
        senders: { web1: {}, web2: {}, mail: { trust: "full" } },
        defaults: { bantime: "1d", "bantime.increment": true },
        jails: { sshd: {} },
      });
      await send(
        "web1",
        over,
        times(4, (at) => wrongPassword(address, at)),
      );
      await send(
        "web2",
        over,
        times(4, (at) => wrongPassword(address, at)),
      );
      await send(
        "stranger",
        over,
        times(9, (at) => wrongPassword(address, at)),
      );
      await until(async () => ((await agent.source("others")).counters.denied ?? 0) === 9, "strangers are denied");
      // A stranger is refused as he is heard, the others only when their turn in the queue has come.
      await until(async () => (await agent.jail("sshd")).failuresTotal === 8, "the senders' failures are counted");
      assert.deepEqual(await agent.banned(), []);
      await send("web2", over, [wrongPassword(address, 5)]);
      // As the recidive filter knows it: it makes no longer ban of such ones.
      assert.match(await agent.said(/ ban /), /failures=5 for=1h .* trust=limited$/);
      assert.deepEqual(await agent.banned(), [banned]);
      await agent.ask({ command: "unban", all: true });
      const from = agent.log.length;
      await send(
        "mail",
        over,
        times(5, (at) => wrongPassword(address, at)),
      );
      const full = await agent.said(/ ban /, from);
      assert.match(full, /failures=5 for=1d /);
      assert.doesNotMatch(full, /trust=/);
    });
  }

  it("are heard over both families on ::, also where such sockets are for IPv6 alone unless told otherwise", async (t) => {
    const { agent, send } = await listening(t, {
      senders: { web1: {} },
      jails: { sshd: {} },
      inside: "echo 1 > /proc/sys/net/ipv6/bindv6only",
    });
    for (const [over, address] of [
      [0, "192.0.2.7"],
      [1, "2001:db8:1:2::7"],
    ] as const) {
      await send(
        "web1",
        over,
        times(5, (at) => wrongPassword(address, at)),
      );
    }
    await agent.bans(["192.0.2.7", "2001:db8:1:2::/64"]);
  });

  it("accuse only in the jails they may", async (t) => {
    const { agent, send } = await listening(t, {
      senders: { web1: { jails: ["other"] } },
      jails: { sshd: {}, other: { filter: "sshd", ports: "all" } },
    });
    await send(
      "web1",
      0,
      times(5, (at) => wrongPassword("192.0.2.7", at)),
    );
    await send(
      "web1",
      1,
      times(5, (at) => wrongPassword("2001:db8:1:2::7", at)),
    );
    await agent.bans(["192.0.2.7", "2001:db8:1:2::/64"], "other");
    assert.deepEqual(await agent.banned("sshd"), []);
    assert.deepEqual((await agent.jail("sshd")).untrusted, { sender_not_allowed: 10 });
    const [told] = await agent.untrusted();
    assert.match(told?.hint ?? "", /"jails" of sender web1/);
  });

  it("are not believed any more this hour when they caused all the bans they may", async (t) => {
    const { agent, send } = await listening(t, {
      senders: { web1: { maxBansPerHour: 2 }, web2: {} },
      jails: { sshd: { maxretry: 2 } },
    });
    const guess = (host: number): string[] => times(2, (at) => wrongPassword(`192.0.2.${host}`, at));
    await send("web1", 0, [...guess(1), ...guess(2), ...guess(3), ...guess(4)]);
    await agent.said(/sender not believed for the rest of the hour web1 maxBansPerHour=2/);
    await send("web2", 1, guess(9));
    await agent.bans(["192.0.2.1", "192.0.2.2", "192.0.2.9"]);
    assert.equal((await agent.jail("sshd")).spared.quarantined, 4);
    assert.match((await agent.status()).troubles.join("\n"), /^sender web1: .*not believed/m);
    assert.equal(agent.count(/sender not believed/), 1);
    // A restart begins no new hour.
    await agent.kill();
    await agent.start();
    assert.match((await agent.status()).troubles.join("\n"), /^sender web1: .*not believed/m);
    await send("web1", 1, [...guess(5), ...times(2, (at) => wrongPassword("2001:db8:1:5::7", at))]);
    await send("web2", 0, guess(8));
    await agent.bans(["192.0.2.1", "192.0.2.2", "192.0.2.9", "192.0.2.8"]);
    await until(async () => (await agent.jail("sshd")).spared.quarantined === 4, "web1 is not believed");
    assert.equal(agent.count(/sender not believed/), 1);
  });

  it("are believed again where they may cause more bans, and that is told when they have caused those", async (t) => {
    const { agent, send } = await listening(t, {
      senders: { web1: { maxBansPerHour: 1 } },
      jails: { sshd: { maxretry: 1 } },
    });
    await send("web1", 0, [wrongPassword("192.0.2.1"), wrongPassword("192.0.2.2")]);
    await agent.said(/sender not believed for the rest of the hour web1 maxBansPerHour=1/);
    agent.write(readFileSync(agent.configFile, "utf8").replace('"maxBansPerHour": 1', '"maxBansPerHour": 3'));
    await agent.ask({ command: "reload" });
    assert.doesNotMatch((await agent.status()).troubles.join("\n"), /^sender/m);
    const more = ["2001:db8:1:2::7", "192.0.2.3", "192.0.2.4"];
    await send(
      "web1",
      1,
      more.map((address) => wrongPassword(address)),
    );
    await agent.said(/sender not believed for the rest of the hour web1 maxBansPerHour=3/);
    await agent.bans(["192.0.2.1", "2001:db8:1:2::/64", "192.0.2.3"]);
    assert.match((await agent.status()).troubles.join("\n"), /^sender web1: .*not believed/m);
  });
});
