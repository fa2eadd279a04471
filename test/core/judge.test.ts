import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatNetwork } from "../../src/core/address.ts";
import type { Ban, Offence } from "../../src/core/ban.ts";
import type { History } from "../../src/core/growth.ts";
import { Ignores } from "../../src/core/ignores.ts";
import type { Jail } from "../../src/core/jail.ts";
import { type Escalation, escalate, type Grounds, judge } from "../../src/core/judge.ts";
import { FOREVER, seconds } from "../../src/core/time.ts";
import { address, at, jail, network } from "./fixtures.ts";

const TARGETS = ["192.0.2.7", "2001:db8::/64"];

function offence(target: string, changes: Partial<Offence> = {}): Offence {
  const { text } = network(target);
  return {
    jail: "sshd",
    target: network(target),
    address: address(text === "2001:db8::" ? "2001:db8::7" : text.replace(/0$/, "7")),
    time: at(0),
    failures: 5,
    matches: [],
    ...changes,
  };
}

function grounds(changes: Partial<Grounds> = {}, rules: Partial<Jail> = {}): Grounds {
  return {
    jail: jail(rules),
    now: at(1),
    history: () => ({ priors: 0, overall: 0 }),
    current: () => undefined,
    ignored: () => undefined,
    protected: () => undefined,
    random: () => 0,
    ...changes,
  };
}

for (const target of TARGETS) {
  describe(`judge, of ${target}`, () => {
    it("bans from the moment of the offence for the jail's bantime", () => {
      assert.deepEqual(judge(offence(target), grounds()), {
        kind: "ban",
        ban: {
          jail: "sshd",
          target: network(target),
          from: at(0),
          until: at(600),
          cause: { kind: "offence", failures: 5 },
        },
      });
    });

    it("takes a ban from the kernel for the offence's own where both end alike, and for another where not", () => {
      const restored: Ban = { jail: "sshd", target: network(target), from: at(100), cause: { kind: "restored" } };
      const judged = (current: Ban, time = 0) =>
        judge(offence(target, { time: at(time) }), grounds({ now: at(101), current: () => current })).kind;
      assert.equal(judged({ ...restored, until: at(601) }), "ban");
      assert.equal(judged({ ...restored, until: at(620) }), "spare");
      assert.equal(judged(restored), "spare");
      // Whoever is taken over and fails on has the ban he has.
      assert.equal(judged({ ...restored, until: at(701) }, 101), "spare");
      const known: Ban = { ...restored, until: at(601), cause: { kind: "offence", failures: 5 } };
      assert.equal(judged(known), "spare");
      const wider = network(target.includes(":") ? "2001:db8::/56" : "192.0.2.0/24");
      assert.equal(judged({ ...restored, target: wider, until: at(601) }), "spare");
    });

    it("bans forever when told", () => {
      const verdict = judge(offence(target), grounds({}, { bantime: FOREVER }));
      assert.equal(verdict.kind, "ban");
      assert.ok(verdict.kind === "ban" && !("until" in verdict.ban));
    });

    it("bans for what is left when the entry is read late", () => {
      const verdict = judge(offence(target), grounds({ now: at(500) }));
      assert.ok(verdict.kind === "ban" && verdict.ban.until === at(600));
    });

    it("records a ban that would be over as past", () => {
      for (const now of [600, 601, 86_400]) {
        const verdict = judge(offence(target), grounds({ now: at(now) }));
        assert.ok(verdict.kind === "past" && verdict.ban.until === at(600));
      }
    });

    it("takes an entry from the future, or told by a foreign clock, as of now", () => {
      const future = judge(offence(target, { time: at(86_400) }), grounds());
      assert.ok(future.kind === "ban" && future.ban.until === at(601));
      for (const time of [at(-7200), at(7200)]) {
        const foreign = judge(offence(target, { time, foreignClock: true }), grounds());
        assert.ok(foreign.kind === "ban" && foreign.ban.from === at(1) && foreign.ban.until === at(601));
      }
    });

    it("grows with what went before, and asks for it at the moment of the offence", () => {
      const asked: [string, string, number][] = [];
      const history = (name: string, of: Offence["target"], when: number): History => {
        asked.push([name, formatNetwork(of), when]);
        return { priors: 2, overall: 2, ends: at(-100) };
      };
      const growth = { increment: true, factor: 1, overalljails: false };
      const verdict = judge(offence(target), grounds({ history, now: at(30) }, { growth }));
      assert.ok(verdict.kind === "ban" && verdict.ban.until === at(2400));
      assert.ok(asked.length > 0);
      for (const question of asked) assert.deepEqual(question, ["sshd", target, at(0)]);
    });

    it("spares whom a ban of the wider prefix shut out as of the entry", () => {
      const spread = { ip: { count: 3, length: 24 }, ip6: { count: 3, length: 56 } };
      const wide = ["192.0.2.0/24", "2001:db8::/56"];
      const history = (_: string, of: Offence["target"]): History =>
        wide.includes(formatNetwork(of))
          ? { priors: 1, overall: 1, began: at(-9), ends: at(1) }
          : { priors: 0, overall: 0 };
      assert.equal(judge(offence(target), grounds({ history }, { spread })).kind, "spare");
      assert.equal(judge(offence(target, { time: at(1) }), grounds({ history }, { spread })).kind, "ban");
      assert.equal(judge(offence(target), grounds({ history })).kind, "ban");
    });

    it("spares whom a ban already shuts out, now or as of the entry", () => {
      const ban: Ban = { jail: "sshd", target: network(target), from: at(-1), cause: { kind: "restored" } };
      const spared = { kind: "spare", reason: "already-banned" };
      assert.deepEqual(judge(offence(target), grounds({ current: () => ban })), spared);
      const history = (ends: number) => () => ({ priors: 1, overall: 1, began: at(-1), ends: at(ends) });
      assert.deepEqual(judge(offence(target), grounds({ history: history(1) })), spared);
      assert.equal(judge(offence(target), grounds({ history: history(0) })).kind, "ban");
    });

    it("bans whom the history believes shut out and no ban does: the clock was ahead, or the ban had to make room", () => {
      for (const [began, ends] of [
        [9000, 9600],
        [-1, 2],
        [-1, Number.POSITIVE_INFINITY],
      ] as const) {
        const history = () => ({ priors: 1, overall: 1, began: at(began), ends: at(ends) });
        assert.equal(judge(offence(target), grounds({ history })).kind, "ban", `${began} to ${ends}`);
      }
    });

    it("spares the ignored with the rule, and the protected first of all", () => {
      const ignored = () => "the rule";
      assert.deepEqual(judge(offence(target), grounds({ ignored })), {
        kind: "spare",
        reason: "ignored",
        rule: "the rule",
        target: network(target === "192.0.2.7" ? target : "2001:db8::7"),
      });
      assert.deepEqual(judge(offence(target), grounds({ ignored, protected: () => "gateway" })), {
        kind: "spare",
        reason: "protected",
        rule: "gateway",
        target: network(target === "192.0.2.7" ? target : "2001:db8::7"),
      });
    });

    it("spares in a dry run, and tells what would have been", () => {
      const verdict = judge(offence(target), grounds({}, { dryRun: true }));
      assert.ok(verdict.kind === "spare" && verdict.reason === "dry-run" && verdict.ban?.until === at(600));
    });

    it("bans briefly and without growth on the word of a limited sender", () => {
      const growth = { increment: true, factor: 1, overalljails: false };
      const history = () => ({ priors: 9, overall: 9 });
      for (const [bantime, expected] of [
        [seconds(600), 600],
        [seconds(86_400), 3600],
        [FOREVER, 3600],
      ] as const) {
        const verdict = judge(offence(target, { limited: true }), grounds({ history }, { growth, bantime }));
        assert.ok(verdict.kind === "ban" && verdict.ban.until === at(expected));
        assert.deepEqual(verdict.ban.cause, { kind: "offence", failures: 5, limited: true });
      }
    });

    it("bans briefly whoever logged in from there lately", () => {
      const verdict = judge(offence(target, { loggedIn: true }), grounds());
      assert.ok(verdict.kind === "ban" && verdict.ban.until === at(60));
      const forever = judge(offence(target, { loggedIn: true }), grounds({}, { bantime: FOREVER }));
      assert.ok(forever.kind === "ban" && forever.ban.until === at(3600));
    });
  });

  describe(`escalate, of ${target}`, () => {
    const escalation: Escalation = {
      jail: jail({ name: "recidive" }),
      bans: 3,
      findtime: seconds(86_400),
      bantime: seconds(604_800),
    };
    const ban: Ban = {
      jail: "sshd",
      target: network(target),
      from: at(0),
      until: at(600),
      cause: { kind: "offence", failures: 5 },
    };

    it("shuts out for long who was banned often enough within findtime", () => {
      const asked: number[] = [];
      const counted = (count: number) => ({
        ...grounds(),
        bansSince: (_: unknown, since: number) => {
          asked.push(since);
          return count;
        },
      });
      assert.equal(escalate(ban, escalation, counted(2)), undefined);
      assert.deepEqual(escalate(ban, escalation, counted(3)), {
        kind: "ban",
        ban: {
          jail: "recidive",
          target: network(target),
          from: at(0),
          until: at(604_800),
          cause: { kind: "escalation", bans: 3 },
        },
      });
      assert.deepEqual(asked, [at(-86_400), at(-86_400)]);
    });

    it("does so for no other kind of ban, not twice, and not for the spared", () => {
      const often = { ...grounds(), bansSince: () => 99 };
      assert.equal(escalate({ ...ban, cause: { kind: "manual", by: "root" } }, escalation, often), undefined);
      const limited: Ban = { ...ban, cause: { kind: "offence", failures: 5, limited: true } };
      assert.equal(escalate(limited, escalation, often), undefined);
      const current = (name: string) => (name === "recidive" ? ban : undefined);
      assert.equal(escalate(ban, escalation, { ...often, current }), undefined);
      const ignored = (name: string) => (name === "recidive" ? "rule" : undefined);
      assert.deepEqual(escalate(ban, escalation, { ...often, ignored }), {
        kind: "spare",
        reason: "ignored",
        rule: "rule",
        target: network(target),
      });
    });

    it("records what would be over as past", () => {
      const late = { ...grounds({ now: at(700_000) }), bansSince: () => 99 };
      assert.equal(escalate(ban, escalation, late)?.kind, "past");
    });
  });
}

describe("Ignores", () => {
  it("spares addresses in a network, and prefixes that hold or touch one", () => {
    const ignores = new Ignores();
    ignores.put("ignoreip", ["192.0.2.0/24", "198.51.100.7", "2001:db8:1::/48", "2001:db8:2::7"].map(network));
    const table: [string, string | undefined][] = [
      ["192.0.2.7", "192.0.2.0/24 (ignoreip)"],
      ["192.0.3.7", undefined],
      ["192.0.2.128/25", "192.0.2.0/24 (ignoreip)"],
      ["192.0.0.0/16", "192.0.2.0/24 (ignoreip)"],
      ["198.51.100.7", "198.51.100.7 (ignoreip)"],
      ["198.51.100.8", undefined],
      ["198.51.100.0/24", "198.51.100.7 (ignoreip)"],
      ["198.51.101.0/24", undefined],
      ["2001:db8:1:2::/64", "2001:db8:1::/48 (ignoreip)"],
      ["2001:db8:2::/64", "2001:db8:2::7 (ignoreip)"],
      ["2001:db8:2:1::/64", undefined],
      ["2001:db8::/32", "2001:db8:1::/48 (ignoreip)"],
      ["0.0.0.0/0", "192.0.2.0/24 (ignoreip)"],
      ["::/0", "2001:db8:1::/48 (ignoreip)"],
    ];
    for (const [target, expected] of table) assert.equal(ignores.rule(network(target)), expected, target);
  });

  it("replaces a part as a whole, and says where a rule is from", () => {
    const ignores = new Ignores();
    ignores.put("home.example.org", [network("192.0.2.7"), network("2001:db8::7")]);
    ignores.put("ignoreip", [network("203.0.113.0/24")]);
    assert.equal(ignores.rule(network("192.0.2.7")), "192.0.2.7 (home.example.org)");
    ignores.put("home.example.org", [network("192.0.2.8")]);
    assert.equal(ignores.rule(network("192.0.2.7")), undefined);
    assert.equal(ignores.rule(network("2001:db8::/64")), undefined);
    assert.equal(ignores.rule(network("192.0.2.8")), "192.0.2.8 (home.example.org)");
    ignores.put("home.example.org", []);
    assert.deepEqual([...ignores.parts.keys()], ["ignoreip"]);
    assert.equal(ignores.rule(network("203.0.113.9")), "203.0.113.0/24 (ignoreip)");
  });

  it("agrees with looking at every network, for any target", () => {
    const ignores = new Ignores();
    const list = ["10.0.0.0/8", "10.77.1.0/24", "192.0.2.1", "fd77::/16", "2001:db8::1"].map(network);
    ignores.put("all", list);
    for (const text of [
      "10.1.2.3",
      "11.0.0.0/8",
      "8.0.0.0/6",
      "192.0.2.1",
      "192.0.2.0/31",
      "fd77:1::/64",
      "2001::/16",
    ]) {
      const target = network(text);
      const plain = list.some((one) => {
        if (one.family !== target.family) return false;
        const [wide, narrow] = one.length < target.length ? [one, target] : [target, one];
        return formatNetwork(network(`${narrow.text}/${wide.length}`)) === formatNetwork(wide);
      });
      assert.equal(ignores.rule(target) !== undefined, plain, text);
    }
  });
});
