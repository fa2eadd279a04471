import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contains, formatNetwork, type Network } from "../../src/core/address.ts";
import type { Ban } from "../../src/core/ban.ts";
import { Ignores } from "../../src/core/ignores.ts";
import type { Jail } from "../../src/core/jail.ts";
import type { Escalation } from "../../src/core/judge.ts";
import type { Match } from "../../src/core/match.ts";
import { type Decision, Policy } from "../../src/core/policy.ts";
import { Tally } from "../../src/core/tally.ts";
import { type Instant, instant, seconds } from "../../src/core/time.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { at, attack, failure, jail, network, numbers, sender } from "./fixtures.ts";

const GROWING = { increment: true, factor: 1, overalljails: false };

interface Bench {
  readonly policy: Policy;
  readonly store: MemoryStore;
  readonly tally: Tally;
  readonly ignores: Ignores;
}

function bench(jails: readonly Jail[], more: { escalation?: Escalation; protected?: readonly Network[] } = {}): Bench {
  const store = new MemoryStore();
  const tally = new Tally({ capacity: 40, priors: (name, target) => store.history(name, target).priors });
  const ignores = new Ignores();
  const policy = new Policy({
    tally,
    past: store,
    ignored: (_, target) => ignores.rule(target),
    protected: (target) => {
      const found = more.protected?.find((one) => contains(one, target) || contains(target, one));
      return found && `own address ${formatNetwork(found)}`;
    },
    random: () => 0.25,
  });
  policy.setJails(jails, more.escalation);
  return { policy, store, tally, ignores };
}

function tell(decision: Decision): string {
  const { offence, verdict, escalated } = decision;
  const part = (of: Decision["verdict"]) =>
    of.kind === "spare"
      ? `${of.reason}${of.rule ? `: ${of.rule}` : ""}`
      : `${of.kind} ${of.narrowed ? `${formatNetwork(of.ban.target)} (${of.narrowed.rule}) ` : ""}${((of.ban.until ?? 0) - of.ban.from) / 1000}`;
  return `${formatNetwork(offence.target)} ${part(verdict)}${escalated ? `, ${part(escalated)}` : ""}`;
}

/** So many failures of an address, a second apart, from `second` on; told when the clock is at the last. */
function attempts(on: Bench, text: string, [second, count]: readonly [number, number], name = "sshd"): string[] {
  return Array.from({ length: count }, (_, index) =>
    on.policy.failure(name, failure(text, second + index), at(second + index)).map(tell),
  ).flat();
}

describe("Policy", () => {
  for (const [text, target] of [
    ["192.0.2.7", "192.0.2.7"],
    ["2001:db8::7", "2001:db8::/64"],
  ] as const) {
    it(`bans ${target} longer and after fewer failures each time it comes back`, () => {
      const on = bench([jail({ growth: GROWING, knownOffenders: true })]);
      assert.deepEqual(attempts(on, text, [0, 5]), [`${target} ban 600`]);
      assert.deepEqual(attempts(on, text, [5, 2]), []);
      assert.deepEqual(attempts(on, text, [7, 1]), [`${target} already-banned`]);
      assert.deepEqual(attempts(on, text, [700, 3]), [`${target} ban 1200`]);
      assert.deepEqual(attempts(on, text, [2000, 2]), [`${target} ban 2400`]);
      assert.deepEqual(attempts(on, text, [5000, 1]), [`${target} ban 4800`]);
    });

    it(`shuts ${target} out everywhere when it was banned often enough in any jails`, () => {
      const escalation = {
        jail: jail({ name: "recidive" }),
        bans: 3,
        findtime: seconds(86_400),
        bantime: seconds(604_800),
      };
      const on = bench([jail({ maxretry: 1 }), jail({ name: "web", maxretry: 1 }), escalation.jail], { escalation });
      assert.deepEqual(attempts(on, text, [0, 1]), [`${target} ban 600`]);
      assert.deepEqual(attempts(on, text, [1, 1], "web"), [`${target} ban 600`]);
      assert.deepEqual(attempts(on, text, [700, 1]), [`${target} ban 600, ban 604800`]);
      assert.deepEqual(attempts(on, text, [1400, 1]), [`${target} ban 600`]);
      assert.deepEqual(
        on.store
          .bansOf(network(target), at(1401))
          .map((ban) => ban.jail)
          .sort(),
        ["recidive", "sshd"],
      );
    });

    it(`never escalates ${target} on the word of a limited sender`, () => {
      const escalation = {
        jail: jail({ name: "recidive" }),
        bans: 2,
        findtime: seconds(86_400),
        bantime: seconds(604_800),
      };
      const on = bench([jail({ maxretry: 1, growth: GROWING, knownOffenders: true }), escalation.jail], { escalation });
      const told = [0, 700, 1400, 2100].flatMap((second) =>
        on.policy.failure("sshd", failure(text, second, { origin: sender("web1", "limited") }), at(second)).map(tell),
      );
      assert.deepEqual(told, new Array(4).fill(`${target} ban 600`));
      assert.deepEqual(attempts(on, text, [2800, 1]), [`${target} ban 600`]);
    });
  }

  it("spares the ignored, and bans no prefix that holds one, but whoever in it filled the measure", () => {
    const on = bench([jail({ maxretry: 2, spread: { ip: { count: 3, length: 24 }, ip6: { count: 3, length: 56 } } })]);
    on.ignores.put("ignoreip", [network("192.0.2.200"), network("2001:db8:0:9::/64")]);
    assert.deepEqual(attempts(on, "192.0.2.200", [0, 2]), ["192.0.2.200 ignored: 192.0.2.200 (ignoreip)"]);
    for (const [texts, told] of [
      [["192.0.2.1", "192.0.2.2"], "192.0.2.0/24 ban 192.0.2.2 (192.0.2.200 (ignoreip)) 600"],
      [
        ["2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:2::1"],
        "2001:db8::/56 ban 2001:db8:0:2::/64 (2001:db8:0:9::/64 (ignoreip)) 600",
      ],
    ] as const) {
      assert.deepEqual(
        texts.flatMap((text, index) => attempts(on, text, [index, 1])),
        [told],
      );
    }
    const banned = on.store.activeBans(at(9)).map(({ target }) => formatNetwork(target));
    assert.deepEqual(banned, ["192.0.2.2", "2001:db8:0:2::/64"]);
    on.ignores.put("ignoreip", []);
    assert.deepEqual(attempts(on, "192.0.2.200", [10, 2]), ["192.0.2.200 ban 600"]);
  });

  for (const [family, rules, innocent, texts, told] of [
    ["IPv6 by its /64", {}, "2001:db8::1", ["2001:db8::2"], "2001:db8::/64 ban 2001:db8::2 (RULE) 600"],
    [
      "IPv4 by a /24",
      { lengths: { ip: 24, ip6: 64 } },
      "192.0.2.200",
      ["192.0.2.2"],
      "192.0.2.0/24 ban 192.0.2.2 (RULE) 600",
    ],
    [
      "IPv6 by a /56 that is spread over",
      { spread: { ip6: { count: 2, length: 56 } } },
      "2001:db8:0:2::1",
      ["2001:db8:0:1::2", "2001:db8:0:2::2"],
      "2001:db8::/56 ban 2001:db8:0:2::2 (RULE) 600",
    ],
  ] as const) {
    for (const kind of ["ignored", "protected"] as const) {
      it(`bans one address alone where its neighbour is ${kind}: ${family}`, () => {
        const isProtected = kind === "protected";
        const on = bench([jail({ maxretry: 2, ...rules })], isProtected ? { protected: [network(innocent)] } : {});
        if (!isProtected) on.ignores.put("ignoreip", [network(innocent)]);
        const rule = isProtected ? `own address ${innocent}` : `${innocent} (ignoreip)`;
        const each = texts.length > 1 ? 1 : 2;
        const seen = texts.flatMap((text, index) => attempts(on, text, [10 * index, each]));
        assert.deepEqual(seen, [told.replace("RULE", rule)]);
        const [last = ""] = texts.slice(-1);
        assert.deepEqual(
          on.store.activeBans(at(50)).map(({ target }) => formatNetwork(target)),
          [last],
        );
        assert.match(attempts(on, last, [60, 4]).join(), /already-banned/);
        // The neighbour's own failures ban nobody, not even by the prefix.
        assert.match(attempts(on, innocent, [90, 2]).at(-1) ?? "", new RegExp(kind));
        assert.equal(on.store.activeBans(at(99)).length, 1);
      });
    }
  }

  it("treats an address in a banned prefix as banned", () => {
    const on = bench([jail({ maxretry: 3, spread: { ip: { count: 2, length: 24 } } })]);
    attempts(on, "192.0.2.1", [0, 1]);
    assert.deepEqual(attempts(on, "192.0.2.2", [1, 1]), ["192.0.2.0/24 ban 600"]);
    assert.deepEqual(attempts(on, "192.0.2.2", [2, 2]), ["192.0.2.2 already-banned"]);
    assert.deepEqual(attempts(on, "192.0.3.2", [2, 3]), ["192.0.3.2 ban 600"]);
  });

  it("users behind one address share its count, and its first ban is short", () => {
    const on = bench([jail({ growth: GROWING })]);
    const users = ["alice", "bob", "carol"].map((user, index) => ({ ...failure("192.0.2.7", index), user }));
    const told = [...users, ...users].flatMap((match, index) => on.policy.failure("sshd", match, at(index)).map(tell));
    assert.deepEqual(told, ["192.0.2.7 ban 600"]);
  });

  it("judges an offence of a jail that is gone as nobody's", () => {
    const on = bench([jail({ maxretry: 2 })]);
    attempts(on, "192.0.2.7", [0, 1]);
    on.policy.setJails([]);
    assert.deepEqual(attempts(on, "192.0.2.7", [1, 5]), []);
  });
});

const JAILS = [
  jail({
    growth: { ...GROWING, overalljails: true, rndtime: seconds(60), maxtime: seconds(7200) },
    knownOffenders: true,
    bantime: seconds(60),
    spread: { ip: { count: 4, length: 24 }, ip6: { count: 4, length: 56 } },
  }),
  jail({ name: "recidive" }),
];
const ESCALATION: Escalation = {
  jail: jail({ name: "recidive" }),
  bans: 5,
  findtime: seconds(86_400),
  bantime: seconds(86_400),
};
const OWN = ["198.51.1.1", "2001:db8:0:2::/64"].map(network);

/** Bans of a stream read in batches: each batch is decided when the clock is at its end, or `late` after all of it. */
function decide(
  stream: readonly Match[],
  options: { batch: () => number; late: number },
): { store: MemoryStore; bans: Ban[] } {
  const on = bench(JAILS, { escalation: ESCALATION, protected: OWN });
  const end = stream.reduce((latest, match) => Math.max(latest, match.entry.time), 0);
  let now: Instant = at(0);
  const bans: Ban[] = [];
  for (let from = 0; from < stream.length; ) {
    const batch = stream.slice(from, from + options.batch());
    for (const match of batch) now = instant(Math.max(now, match.entry.time));
    const when = instant((options.late > 0 ? end : now) + options.late);
    for (const match of batch) {
      for (const { verdict, escalated } of on.policy.failure("sshd", match, when)) {
        for (const one of [verdict, escalated]) if (one !== undefined && one.kind !== "spare") bans.push(one.ban);
      }
    }
    on.store.save({ at: when });
    from += batch.length;
  }
  return { store: on.store, bans };
}

const show = (ban: Ban) => JSON.stringify({ ...ban, target: formatNetwork(ban.target) });

describe("Policy, over any stream", () => {
  for (const seed of [21, 22, 23]) {
    const stream = attack(seed, 3000);
    const one = decide(stream, { batch: () => 1, late: 0 });

    it(`decides the same in batches of any size, and read late (seed ${seed})`, () => {
      assert.ok(one.bans.length > 50, `only ${one.bans.length} bans`);
      const random = numbers(seed);
      for (const options of [
        { batch: () => 2000, late: 0 },
        { batch: () => 1 + Math.floor(random() * 90), late: 0 },
        { batch: () => 1 + Math.floor(random() * 90), late: 3_600_000 },
        { batch: () => 500, late: 30 * 86_400_000 },
      ]) {
        assert.deepEqual(decide(stream, options).bans.map(show), one.bans.map(show));
      }
    });

    it(`bans nobody longer than allowed, and nothing protected (seed ${seed})`, () => {
      for (const ban of one.bans) {
        const length = (ban.until ?? Number.POSITIVE_INFINITY) - ban.from;
        const most = ban.jail === "recidive" ? 86_400 : 7260;
        assert.ok(length >= 60_000 && length <= most * 1000, show(ban));
        for (const own of OWN) {
          assert.ok(!contains(own, ban.target) && !contains(ban.target, own), show(ban));
        }
      }
      assert.ok(
        one.bans.some((ban) => ban.target.length < 32),
        "no prefix was banned at all",
      );
    });

    it(`has no ban outlive its end (seed ${seed})`, () => {
      const latest = Math.max(...one.bans.map((ban) => ban.until ?? 0));
      for (const ban of one.bans) {
        const end = ban.until ?? instant(0);
        const stands = one.store.activeBans(end).filter((other) => other.jail === ban.jail && other.until === end);
        assert.deepEqual(stands, []);
      }
      assert.deepEqual(one.store.activeBans(instant(latest)), []);
    });
  }
});
