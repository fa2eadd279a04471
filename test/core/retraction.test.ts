import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Filter, type FilterRules, type Finding } from "../../src/core/filter.ts";
import { Tally } from "../../src/core/tally.ts";
import { seconds } from "../../src/core/time.ts";
import { address, at, attack, failure, jail, numbers, sender } from "./fixtures.ts";

const RULES: FilterRules = {
  name: "door",
  provenance: { identifiers: ["door"], units: [], uids: [0], transports: ["syslog"] },
  variables: {},
  patterns: [
    { role: "failure", regex: "^pam: failure rhost=<HOST>(?: user=(?<user>.*))?$", stage: 3, provisional: true },
    { role: "failure", regex: "^Failed for (?<user>.*) from <HOST>$", stage: 5 },
    { role: "success", regex: "^Accepted(?: (?<user>[^ ]*))?(?: from <HOST>)?$" },
    { role: "helper", regex: "^asks as (?<user>.*)$" },
    { role: "forget", regex: "^closed$" },
  ],
  ignoreregex: [],
  session: { key: "pid", timeout: seconds(600) },
  maxText: 1000,
};

/** What lines of one process, or of those named, give; a second after each other. */
function hear(lines: readonly (string | readonly [pid: string, message: string])[]): Finding[] {
  const filter = new Filter(RULES);
  return lines.map((line, second) => {
    const [pid, message] = typeof line === "string" ? ["1", line] : line;
    const origin = { kind: "journal", trust: "local" } as const;
    return filter.examineText({ time: at(second), source: "journal", pid, message, origin });
  });
}

/** Seconds of the failures that the last line takes back. */
function takenBack(lines: Parameters<typeof hear>[0]): readonly number[] {
  const last = hear(lines).at(-1);
  assert.equal(last?.kind, "success");
  return (last?.kind === "success" ? (last.retracts ?? []) : []).map(({ time }) => (time - at(0)) / 1000);
}

for (const peer of ["192.0.2.7", "2001:db8::7"]) {
  const other = peer.includes(":") ? "2001:db8:1::7" : "192.0.2.8";
  const pam = `pam: failure rhost=${peer} user=bob`;
  const failed = `Failed for bob from ${peer}`;
  const accepted = `Accepted bob from ${peer}`;

  describe(`A login of ${peer}`, () => {
    it("takes back the failure of the module that was asked before", () => {
      assert.equal(hear([pam])[0]?.kind, "match");
      const [, found] = hear([pam, accepted]);
      const expected = [{ address: address(peer), time: at(0), attempts: 1 }];
      assert.deepEqual(found, { kind: "success", pattern: 2, address: address(peer), user: "bob", retracts: expected });
      assert.deepEqual(takenBack([pam, pam, accepted]), [0, 1]);
      assert.deepEqual(takenBack([pam, "Accepted bob"]), [0]);
    });

    it("takes back nothing that the service itself told", () => {
      assert.deepEqual(takenBack([pam, failed, accepted]), []);
      assert.deepEqual(takenBack([pam, pam, failed, accepted]), []);
      assert.deepEqual(takenBack([failed, accepted]), []);
      assert.deepEqual(takenBack([pam, failed, pam, accepted]), [2]);
    });

    it("takes back nothing of another session or another peer", () => {
      assert.deepEqual(
        takenBack([
          ["1", pam],
          ["2", accepted],
        ]),
        [],
      );
      assert.deepEqual(takenBack([pam, `Accepted bob from ${other}`]), []);
      assert.deepEqual(takenBack([`pam: failure rhost=${other}`, pam, accepted]), [1]);
      assert.deepEqual(takenBack([pam, "closed", accepted]), []);
      assert.deepEqual(takenBack([pam, accepted, accepted]), []);
    });
  });

  describe(`A login of ${peer} as somebody`, () => {
    const guess = (user: string): string => `pam: failure rhost=${peer} user=${user}`;
    const unnamed = `pam: failure rhost=${peer}`;

    it("takes back nothing that was tried as somebody else", () => {
      assert.deepEqual(takenBack([guess("root"), "Accepted bob"]), []);
      assert.deepEqual(takenBack([guess("root"), guess("alice"), accepted]), []);
      assert.deepEqual(takenBack([guess("root"), pam, guess("alice"), pam, accepted]), [1, 3]);
      const found = hear([guess("root"), accepted]).at(-1);
      assert.deepEqual(found, { kind: "success", pattern: 2, address: address(peer), user: "bob" });
    });

    it("takes back what was tried under another form of the name", () => {
      assert.deepEqual(
        takenBack([guess("CORP\\bob"), guess("Bob"), guess("bob@corp.example.org"), accepted]),
        [0, 1, 2],
      );
      assert.deepEqual(takenBack([guess("CORP\\bob"), "Accepted CORP\\\\bob"]), [0]);
      assert.deepEqual(takenBack([guess("CORP\\root"), guess("bob@"), guess("bob."), accepted]), []);
    });

    it("takes back what nobody gave a name", () => {
      assert.deepEqual(takenBack([unnamed, accepted]), [0]);
      assert.deepEqual(takenBack([`${unnamed} user=`, accepted]), [0]);
      assert.deepEqual(takenBack([unnamed, "Accepted"]), [0]);
      // Of the session, the name is known for what came after it.
      assert.deepEqual(takenBack([unnamed, guess("root"), unnamed, accepted]), [0]);
    });

    it("knows the name that a line before told", () => {
      assert.deepEqual(takenBack(["asks as bob", unnamed, accepted]), [1]);
      assert.deepEqual(takenBack(["asks as root", unnamed, accepted]), []);
      assert.deepEqual(takenBack(["asks as root", `${unnamed} user=`, accepted]), []);
      assert.deepEqual(takenBack([pam, "Accepted"]), [0]);
      assert.deepEqual(takenBack([guess("root"), "asks as bob", "Accepted"]), []);
      assert.deepEqual(takenBack([pam, "asks as root", `Accepted from ${peer}`]), []);
      assert.deepEqual(takenBack([pam, "asks as root", accepted]), [0]);
    });

    it("knows no name that another peer told", () => {
      assert.deepEqual(takenBack([`pam: failure rhost=${other} user=root`, unnamed, accepted]), [1]);
    });

    it("takes back the latest failures of a user, however many others there are", () => {
      const many = Array.from({ length: 20 }, (_, place) => guess(place % 2 === 0 ? "root" : "bob"));
      assert.deepEqual(takenBack([...many, accepted]), [13, 15, 17, 19]);
    });
  });

  describe(`A failure of ${peer} that is taken back`, () => {
    const strike = (counting: Tally, second: number): number => counting.strike("sshd", failure(peer, second)).length;
    const { origin } = failure(peer, 0).entry;
    const back = (counting: Tally, second: number, from = origin): boolean =>
      counting.retract("sshd", { address: address(peer), time: at(second), attempts: 1 }, from);
    const tally = (changes = {}): Tally => {
      const counting = new Tally();
      counting.setJails([jail({ maxretry: 3, ...changes })]);
      return counting;
    };

    it("counts no more, once", () => {
      const counting = tally();
      strike(counting, 0);
      strike(counting, 1);
      assert.equal(back(counting, 1), true);
      assert.equal(back(counting, 1), false);
      assert.equal(strike(counting, 2), 0);
      assert.equal(strike(counting, 3), 1);
    });

    it("leaves nothing behind when it was the only one", () => {
      const counting = tally();
      strike(counting, 0);
      assert.equal(back(counting, 0), true);
      assert.equal(counting.counts().sources, 0);
      assert.equal(back(counting, 0), false);
    });

    it("changes nothing for what it filled, for others' counts, or for a sender that is counted apart", () => {
      const counting = tally();
      for (const second of [0, 1]) strike(counting, second);
      assert.equal(back(counting, 1, sender("web", "limited")), false);
      assert.equal(back(counting, 7), false);
      assert.equal(counting.retract("web", { address: address(peer), time: at(1), attempts: 1 }, origin), false);
      assert.equal(counting.retract("sshd", { address: address(other), time: at(1), attempts: 1 }, origin), false);
      assert.equal(strike(counting, 2), 1);
      assert.equal(back(counting, 2), false);
    });

    it("is not among the lines of a later offence", () => {
      const counting = tally();
      for (const second of [0, 1, 2]) {
        strike(counting, second);
        if (second === 1) back(counting, 1);
      }
      const [offence] = counting.strike("sshd", failure(peer, 3));
      assert.deepEqual(
        offence?.matches.map(({ entry }) => (entry.time - at(0)) / 1000),
        [0, 2, 3],
      );
    });

    it("does not count for the wider prefix, unless its network failed before", () => {
      const wide = { maxretry: 9, spread: { ip: { count: 2, length: 16 }, ip6: { count: 2, length: 32 } } };
      const alone = tally(wide);
      strike(alone, 0);
      back(alone, 0);
      assert.equal(alone.counts().prefixes, 0);
      assert.equal(alone.strike("sshd", failure(other, 1)).length, 0);
      const again = tally({ ...wide, findtime: seconds(100) });
      strike(again, 0);
      strike(again, 90);
      back(again, 90);
      assert.equal(again.counts().prefixes, 1);
      // The failure that is left is too long ago for this one.
      assert.equal(again.strike("sshd", failure(other, 120)).length, 0);
    });
  });
}

describe("A session tied by process id and by what is captured besides", () => {
  const SERVICES: FilterRules = {
    ...RULES,
    patterns: [
      { role: "failure", regex: "^(?<session>\\w+): refused (?<user>\\w+) from <HOST>$", provisional: true },
      { role: "success", regex: "^(?:(?<session>\\w+): )?let in (?<user>\\w+)$" },
    ],
  };
  const taken = (lines: readonly (readonly [pid: string | undefined, message: string])[]): number => {
    const filter = new Filter(SERVICES);
    const found = lines.map(([pid, message], second) => {
      const origin = { kind: "journal", trust: "local" } as const;
      const entry = { time: at(second), source: "journal", message, origin };
      return filter.examineText(pid === undefined ? entry : { ...entry, pid });
    });
    const last = found.at(-1);
    return last?.kind === "success" ? (last.retracts?.length ?? 0) : assert.fail();
  };

  for (const peer of ["192.0.2.7", "2001:db8::7"]) {
    it(`is that of one process and one service: ${peer}`, () => {
      const refused = `ftp: refused bob from ${peer}`;
      const times = (first: string | undefined, second: string | undefined, message: string): number =>
        taken([
          [first, refused],
          [second, message],
        ]);
      assert.equal(times("1", "1", "ftp: let in bob"), 1);
      assert.equal(times("1", "1", "cron: let in bob"), 0);
      assert.equal(times("1", "1", "let in bob"), 0);
      assert.equal(times("1", "2", "ftp: let in bob"), 0);
      assert.equal(times(undefined, undefined, "ftp: let in bob"), 0);
    });
  }
});

describe("Tally with failures taken back at once", () => {
  for (const seed of [1, 2, 3]) {
    it(`finds what it would have found without them, after crashes at any point too (seed ${seed})`, () => {
      const random = numbers(seed + 7);
      const made = (): Tally => {
        const counting = new Tally();
        counting.setJails([jail({ maxretry: 6, maxmatches: 0 })]);
        return counting;
      };
      const plain = made();
      let mixed = made();
      let parts = [mixed.whole()];
      let taken = 0;
      const told = (counting: Tally, match: ReturnType<typeof failure>): string[] =>
        counting.strike("sshd", match).map(({ target, failures, time }) => `${target.text} ${failures} ${time}`);
      let second = 0;
      for (const each of attack(seed, 4000)) {
        second += 5 * random();
        // In order: of times out of order a full window may have had to let one go.
        const match = { ...each, entry: { ...each.entry, time: at(Math.floor(second)) } };
        if (random() < 0.5) {
          const { address: who, attempts, entry } = match;
          if (mixed.strike("sshd", match).length > 0) plain.strike("sshd", { ...match, attempts: 6 });
          else {
            assert.equal(mixed.retract("sshd", { address: who, attempts, time: entry.time }, entry.origin), true);
            taken += 1;
          }
          if (random() < 0.5) {
            const step = mixed.step();
            if (step) parts.push(step);
          }
          continue;
        }
        assert.deepEqual(told(mixed, match), told(plain, match));
        if (random() < 0.1) {
          const step = mixed.step();
          if (step) parts.push(step);
          mixed = made();
          assert.ok(mixed.restore(parts));
          parts = [mixed.whole()];
        }
      }
      assert.ok(taken > 500, `only ${taken} taken back`);
    });
  }
});

/** Lines that have only their user in common, as Dovecot's. */
const BY_USER: FilterRules = {
  ...RULES,
  patterns: [
    { role: "failure", regex: "^pam: (?<session>(?<user>.*)) from <HOST>$", stage: 1, provisional: true },
    { role: "failure", regex: "^closed: (?<session>(?<user>.*)) from <HOST>$", stage: 2 },
    { role: "success", regex: "^login: (?<session>(?<user>.*)) from <HOST>$" },
  ],
  session: { key: "peer", timeout: seconds(180) },
};

describe("Where the user and the address make a session", () => {
  const [one, two, three] = ["192.0.2.7", "2001:db8::7", "host.example.org"];

  function kinds(messages: readonly string[]): readonly string[] {
    const filter = new Filter(BY_USER);
    const origin = { kind: "journal", trust: "local" } as const;
    return messages.map((message, second) => {
      const found = filter.examineText({ time: at(second), source: "journal", message, origin });
      return found.kind === "success" ? `success ${found.retracts?.length ?? 0}` : found.kind;
    });
  }

  it("each of many addresses that try one user at a time makes its own attempt", () => {
    const tried = [
      `pam: bob from ${one}`,
      `pam: bob from ${two}`,
      `closed: bob from ${one}`,
      `closed: bob from ${two}`,
    ];
    assert.deepEqual(kinds(tried), ["match", "match", "helper", "helper"]);
  });

  it("a login takes back its own address's failure, whoever else tries its user", () => {
    const tried = [`pam: bob from ${one}`, `pam: bob from ${two}`, `login: bob from ${one}`, `closed: bob from ${two}`];
    assert.deepEqual(kinds(tried), ["match", "match", "success 1", "helper"]);
  });

  it("a name in place of an address has no session", () => {
    assert.deepEqual(kinds([`pam: bob from ${three}`, `login: bob from ${three}`]), ["named", "success 0"]);
  });
});
