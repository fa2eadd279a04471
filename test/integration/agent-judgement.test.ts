/** What offenders get over time, as lines come in and as the kernel, the commands and the log have it. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { BanReport } from "../../src/control/report.ts";
import { Agent, heldIn, logUdp, SYSLOG, times, until, wrongPassword } from "./agent.ts";
import { labMissing, makeHost, type Namespace } from "./namespaces.ts";

const noLab = labMissing();

type Told = BanReport & { readonly lifted?: string };

async function judging(
  t: TestContext,
  config: Readonly<Record<string, unknown>>,
): Promise<{ agent: Agent; host: Namespace }> {
  const host = await makeHost();
  t.after(() => host.close());
  const agent = new Agent({ config: { sources: [SYSLOG], ...config }, prefix: host.prefix });
  t.after(() => agent.remove());
  return { agent, host };
}

function fail(host: Namespace, addresses: readonly string[], count: number): Promise<void> {
  return logUdp(
    host,
    addresses.flatMap((address) => times(count, (at) => wrongPassword(address, at))),
  );
}

/** Seconds that a ban was made for. */
function lasts({ from, until: end }: BanReport): number {
  return end === undefined ? Number.POSITIVE_INFINITY : (Date.parse(end) - Date.parse(from)) / 1000;
}

const OFFENDERS = [
  { address: "192.0.2.7", target: "192.0.2.7" },
  { address: "2001:db8:1:2::7", target: "2001:db8:1:2::/64" },
] as const;
const ADDRESSES = OFFENDERS.map(({ address }) => address);
const TARGETS = OFFENDERS.map(({ target }) => target);

describe("the agent judges", { skip: noLab === undefined ? false : `MISSING: ${noLab}` }, () => {
  it("who comes back by ever longer bans, at fewer failures, up to maxtime, over a restart too", async (t) => {
    const { agent, host } = await judging(t, {
      jails: { sshd: { maxretry: 2, bantime: "1s", "bantime.increment": true, "bantime.maxtime": "3s" } },
    });
    await agent.start();
    await fail(host, ADDRESSES, 2);
    await agent.bans(TARGETS);
    await agent.bans([]);
    // With one ban behind him, a failure counts twice.
    await fail(host, ADDRESSES, 1);
    await agent.bans(TARGETS);
    await agent.bans([]);
    await agent.kill();
    await agent.start();
    await fail(host, ADDRESSES, 1);
    await agent.bans(TARGETS);
    for (const { address } of OFFENDERS) {
      const bans = await agent.json<Told[]>("history", address);
      assert.deepEqual(bans.map(lasts), [3, 2, 1], address);
      assert.deepEqual(
        bans.map(({ failures }) => failures),
        [1, 1, 2],
      );
    }
  });

  it("nobody by fewer failures for bans that are long enough ago to be forgotten", async (t) => {
    const { agent, host } = await judging(t, {
      jails: { sshd: { maxretry: 2, bantime: "1s", "bantime.increment": true, "bantime.decay": "1s" } },
    });
    await agent.start();
    await fail(host, ADDRESSES, 2);
    await agent.bans(TARGETS);
    await agent.bans([]);
    await delay(1100);
    await fail(host, ADDRESSES, 1);
    await until(() => agent.count(/ found /) === 6, "the failures are counted");
    assert.deepEqual(await agent.banned(), []);
    await fail(host, ADDRESSES, 1);
    await agent.bans(TARGETS);
    for (const address of ADDRESSES) {
      const bans = await agent.json<Told[]>("history", address);
      assert.deepEqual(bans.map(lasts), [1, 1], address);
    }
  });

  it("with the lines that led to it, as many as are kept", async (t) => {
    const { agent, host } = await judging(t, {
      jails: { sshd: { maxmatches: 2 }, quiet: { filter: "sshd", maxmatches: 0 } },
    });
    await agent.start();
    await fail(host, ADDRESSES, 5);
    await agent.bans(TARGETS, "sshd");
    await agent.bans(TARGETS, "quiet");
    for (const { address, target } of OFFENDERS) {
      const bans = await agent.json<BanReport[]>("banned", address);
      const of = (jail: string): readonly string[] | undefined =>
        bans.find((ban) => ban.jail === jail)?.matches?.map(({ line }) => line);
      assert.deepEqual(of("sshd"), [wrongPassword(address, 3), wrongPassword(address, 4)]);
      assert.equal(of("quiet"), undefined);
      const { stdout } = await agent.cli("banned", address);
      assert.ok(stdout.includes(`What led to the ban of ${target} in sshd:\n`), stdout);
      assert.ok(stdout.includes(wrongPassword(address, 4)), stdout);
    }
  });

  it("many sources of one prefix by banning the prefix, but never over who is ignored or protected", async (t) => {
    const { agent, host } = await judging(t, {
      jails: {
        sshd: {
          spread4: { count: 3, length: 24 },
          spread6: { count: 3, length: 56 },
          ignoreip: ["203.0.113.200", "2001:db8:0:900::1"],
        },
      },
    });
    // The machine's own.
    await host.run(["ip", "address", "add", "192.0.2.1/32", "dev", "lo"]);
    await host.run(["ip", "address", "add", "2001:db8:0:a00::1/128", "dev", "lo"]);
    await agent.start();
    // Two of a prefix are not three, however often they fail, nor is one source of it three.
    await fail(host, ["198.51.100.1", "198.51.100.1", "198.51.100.2"], 1);
    await fail(host, ["2001:db8:0:100::1", "2001:db8:0:100::2", "2001:db8:0:101::1"], 1);
    // The third, of another prefix.
    await fail(host, ["198.51.101.3", "2001:db8:0:200::1"], 1);
    await until(async () => (await agent.jail("sshd")).failuresTotal === 8, "all are counted");
    assert.deepEqual(await agent.banned(), []);
    await fail(host, ["198.51.100.3", "2001:db8:0:1ff::1"], 1);
    await agent.bans(["198.51.100.0/24", "2001:db8:0:100::/56"]);
    await until(async () => (await heldIn(host)).size === 2, "the kernel holds them");
    for (const inside of ["198.51.100.250", "2001:db8:0:1ab::9"])
      assert.equal((await agent.cli("banned", inside)).code, 0, inside);
    assert.match(
      (await agent.cli("banned", "198.51.100.250")).stdout,
      /^198\.51\.100\.0\/24 +sshd .* spread: 3 sources /m,
    );
    assert.match(await agent.said(/ban 2001:db8:0:100::\/56 jail=sshd/), / sources=3 for=/);
    for (const outside of ["198.51.101.3", "2001:db8:0:200::1"])
      assert.equal((await agent.cli("banned", outside)).code, 1, outside);

    // Whose failure filled the measure is banned alone; the others of his prefix are not.
    for (const [net, alone, rule] of [
      [
        ["203.0.113.1", "203.0.113.2", "203.0.113.3"],
        "203.0.113.3",
        /insteadof=203\.0\.113\.0\/24 because="203\.0\.113\.200 /,
      ],
      [["192.0.2.11", "192.0.2.12", "192.0.2.13"], "192.0.2.13", /insteadof=192\.0\.2\.0\/24 because="/],
      [
        ["2001:db8:0:901::1", "2001:db8:0:902::1", "2001:db8:0:903::1"],
        "2001:db8:0:903::/64",
        /insteadof=2001:db8:0:900::\/56 because="2001:db8:0:900::1 /,
      ],
      [
        ["2001:db8:0:a01::1", "2001:db8:0:a02::1", "2001:db8:0:a03::1"],
        "2001:db8:0:a03::/64",
        /insteadof=2001:db8:0:a00::\/56 because="/,
      ],
    ] as const) {
      await fail(host, net, 1);
      assert.match(await agent.said(new RegExp(`ban ${alone} jail=sshd`)), rule);
    }
    await agent.bans([
      ...["192.0.2.13", "198.51.100.0/24", "203.0.113.3"],
      ...["2001:db8:0:100::/56", "2001:db8:0:903::/64", "2001:db8:0:a03::/64"],
    ]);
  });

  it("whom several jails banned again and again by recidive and by escalation, and tells of it", async (t) => {
    const short = { filter: "sshd", maxretry: 2, bantime: "1s" };
    const { agent, host } = await judging(t, {
      escalation: { bans: 4 },
      jails: { first: short, second: { ...short, ports: "all" }, recidive: {} },
    });
    await agent.start();
    let told = 0;
    for (const round of [1, 2, 3]) {
      await fail(host, ADDRESSES, 2);
      await until(() => agent.count(/ ban \S+ jail=(first|second)/) === 4 * round, `round ${round} is judged`);
      await until(
        async () => (await agent.banned("first")).length + (await agent.banned("second")).length === 0,
        "over",
      );
      // As a machine whose journal goes to syslog hears of its own bans, and of recidive's too.
      const lines = agent.log.split("\n").flatMap((line) => / (ban \S+ jail=.*)$/.exec(line)?.[1] ?? []);
      await logUdp(host, lines.slice(told), { tag: "bailiff" });
      told = lines.length;
      await until(async () => (await agent.jail("recidive")).entries === told, "they were heard");
      assert.deepEqual((await agent.banned("escalation")).length, round < 2 ? 0 : 2);
    }
    await agent.bans(TARGETS, "recidive");
    await agent.bans(TARGETS, "escalation");
    // Its own ban is none that recidive counts.
    const own = agent.log.split("\n").flatMap((line) => / (ban \S+ jail=recidive.*)$/.exec(line)?.[1] ?? []);
    assert.equal(own.length, 2);
    await logUdp(host, times(5, () => own).flat(), { tag: "bailiff" });
    await until(async () => (await agent.jail("recidive")).ignored >= 10, "they were heard");
    assert.equal((await agent.jail("recidive")).bannedTotal, 2);

    // The kernel counts in whole seconds, and may hold the short bans of port 22 a moment longer than they last.
    await until(async () => {
      const left = [...(await heldIn(host)).values()];
      return left.length === 2 && left.every((seconds) => seconds !== undefined && seconds > 6 * 86_400);
    }, "only the long bans are held");
    for (const { address, target } of OFFENDERS) {
      const now = await agent.json<BanReport[]>("banned", address);
      assert.deepEqual(now.map(({ jail }) => jail).sort(), ["escalation", "recidive"]);
      for (const ban of now) assert.deepEqual([ban.address, lasts(ban)], [target, 7 * 86_400]);
      assert.equal(now.find(({ jail }) => jail === "escalation")?.bans, 4);
      const past = await agent.json<Told[]>("history", address);
      assert.deepEqual(past.map(({ jail }) => jail).sort(), [
        "escalation",
        "first",
        "first",
        "first",
        "recidive",
        "second",
        "second",
        "second",
      ]);
      assert.match((await agent.cli("history", address)).stdout, /escalation +6d\S+ +escalation: 4 bans/);
    }
    assert.match((await agent.cli("status", "escalation")).stdout, /Bans: +all ports, 4 bans in 1d for 1w/);
    assert.match((await agent.cli("status", "recidive")).stdout, /Bans: +all ports, 5 failures in 1d for 1w/);
    assert.match((await agent.cli("pause", "escalation")).stderr, /reads nothing that could be paused/);
  });

  it("who logs in as each jail says, and nobody guesses without end by one good account", async (t) => {
    const jail = { filter: "sshd", maxretry: 3, bantime: "1h" };
    const { agent, host } = await judging(t, {
      // Whoever logged in a moment ago is otherwise spared altogether.
      protect: { sessions: false },
      jails: { no: jail, forget: { ...jail, forgive: "forget" }, shorten: { ...jail, forgive: "shorten" } },
    });
    await agent.start();
    const accepted = (address: string): string => `Accepted password for alice from ${address} port 50000 ssh2`;
    const wrong = (address: string): string[] => times(2, (at) => wrongPassword(address, at));
    for (const { address } of OFFENDERS) await logUdp(host, [...wrong(address), accepted(address), ...wrong(address)]);
    await agent.bans(TARGETS, "no");
    await agent.bans(TARGETS, "shorten");
    for (const { address } of OFFENDERS) {
      const bans = await agent.json<BanReport[]>("banned", address);
      const length = Object.fromEntries(bans.map((ban) => [ban.jail, lasts(ban)]));
      // His mistakes before the login are forgotten in one jail, and cost a tenth in the other.
      assert.deepEqual(length, { no: 3600, shorten: 360 });
    }
    // The second login forgets nothing.
    for (const { address } of OFFENDERS)
      await logUdp(host, [accepted(address), wrongPassword(address, 9), ...times(9, () => accepted(address))]);
    await agent.bans(TARGETS, "forget");
    for (const ban of await agent.json<BanReport[]>("banned", "--jail", "forget"))
      assert.deepEqual([lasts(ban), ban.failures], [3600, 3]);
  });
});
