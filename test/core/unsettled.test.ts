import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Filter, type FilterRules, type Finding } from "../../src/core/filter.ts";
import { type Session, Sessions } from "../../src/core/session.ts";
import { seconds } from "../../src/core/time.ts";
import { Unsettled } from "../../src/core/unsettled.ts";
import { at, numbers } from "./fixtures.ts";

/** A door whose helper processes ask PAM, one for each attempt, when the method is `kbd`. */
const RULES: FilterRules = {
  name: "door",
  provenance: { identifiers: ["door"], units: [], uids: [0], transports: ["syslog"] },
  variables: {},
  patterns: [
    { role: "failure", regex: "^Invalid user (?<user>.*) from <HOST>$", stage: 1 },
    { role: "failure", regex: "^pam: failure rhost=<HOST>(?: user=(?<user>.*))?$", stage: 3, provisional: true },
    { role: "failure", regex: "^PAM: failure for (?<user>.*) from <HOST>$", stage: 5, settles: true },
    { role: "failure", regex: "^Failed kbd for (?<user>.*) from <HOST>$", stage: 6, settles: true },
    { role: "failure", regex: "^Failed password for (?<user>.*) from <HOST>$", stage: 6 },
    { role: "success", regex: "^Accepted kbd for (?<user>.*) from <HOST>$", settles: true },
    { role: "success", regex: "^Accepted \\w+ for (?<user>.*) from <HOST>$" },
    { role: "forget", regex: "^closed by <HOST>$" },
  ],
  ignoreregex: [],
  session: { key: "pid", timeout: seconds(600) },
  maxText: 1000,
};

interface Line {
  readonly pid: string;
  readonly message: string;
  /** Seconds; by default one after the line before. */
  readonly second?: number;
  readonly machine?: string;
}

function hear(lines: readonly Line[], rules = RULES): Finding[] {
  const filter = new Filter(rules);
  return lines.map(({ pid, message, second, machine }, place) => {
    const origin = { kind: "journal", trust: "local", ...(machine ? { machine } : {}) } as const;
    return filter.examineText({ time: at(second ?? place), source: "journal", pid, message, origin });
  });
}

function takenBy(finding: Finding): number {
  if (finding.kind !== "success") return 0;
  return (finding.retracts ?? []).reduce((sum, { attempts }) => sum + attempts, 0);
}

/** What is left to count of an address once all is told. */
function strikes(findings: readonly Finding[], address?: string): number {
  const own = (text: string): boolean => address === undefined || text === address;
  return findings.reduce((sum, finding) => {
    if (finding.kind === "match") return own(finding.match.address.text) ? sum + finding.match.attempts : sum;
    return finding.kind === "success" && finding.address && own(finding.address.text) ? sum - takenBy(finding) : sum;
  }, 0);
}

for (const peer of ["192.0.2.7", "2001:db8::7"]) {
  const other = peer.includes(":") ? "2001:db8:1::7" : "192.0.2.8";
  const pam = (pid: string, user = "bob", from = peer): Line => ({
    pid,
    message: `pam: failure rhost=${from}${user === "" ? "" : ` user=${user}`}`,
  });
  const told = (pid: string, user = "bob", from = peer): Line => ({
    pid,
    message: `PAM: failure for ${user} from ${from}`,
  });
  const failed = (pid: string, user = "bob"): Line => ({ pid, message: `Failed kbd for ${user} from ${peer}` });
  const password = (pid: string, user = "bob"): Line => ({ pid, message: `Failed password for ${user} from ${peer}` });
  const accepted = (pid: string, user = "bob", from = peer): Line => ({
    pid,
    message: `Accepted kbd for ${user} from ${from}`,
  });
  const last = (lines: readonly Line[]): string => {
    const found = hear(lines).at(-1) ?? assert.fail();
    return found.kind === "success" ? `success, ${takenBy(found)} taken back` : found.kind;
  };

  describe(`An attempt of ${peer} that a helper process told of`, () => {
    it("counts once, whatever else the connection tells of it", () => {
      assert.deepEqual(
        hear([pam("2"), told("1"), failed("1"), pam("3"), told("1"), failed("1")]).map(({ kind }) => kind),
        ["match", "helper", "helper", "match", "helper", "helper"],
      );
      assert.equal(last([pam("2"), failed("1")]), "helper");
      assert.equal(strikes(hear([pam("2"), failed("1"), pam("3"), failed("1")])), 2);
    });

    it("is told by the connection alone where PAM says nothing", () => {
      assert.equal(strikes(hear([told("1"), failed("1"), told("1"), failed("1")])), 2);
      assert.equal(strikes(hear([failed("1"), failed("1")])), 2);
    });

    it("settles one line only", () => {
      assert.equal(strikes(hear([pam("2"), told("1"), told("1"), told("4")])), 3);
      assert.equal(strikes(hear([pam("2"), pam("3"), told("1"), told("4"), told("5")])), 3);
      // Each connection tells its own end, in whatever order.
      assert.equal(strikes(hear([pam("2"), pam("3"), told("4"), told("1")])), 2);
    });

    it("is not that of another user, another address or another host", () => {
      assert.equal(last([pam("2", "eve"), told("1")]), "match");
      assert.equal(last([pam("2", "bob", other), told("1")]), "match");
      assert.equal(last([{ ...pam("2"), machine: "a" }, told("1")]), "match");
      assert.equal(last([pam("2", "CORP\\bob"), told("1", "CORP\\\\bob")]), "helper");
    });

    it("is that of any name when PAM knows none", () => {
      const unknown = { pid: "1", message: `Invalid user eve from ${peer}` };
      const lines = [unknown, pam("2", ""), told("1", "eve"), failed("1", "eve")];
      // The unknown name is one failure, and each password is one.
      assert.deepEqual(
        hear([...lines, pam("3", ""), told("1", "eve"), failed("1", "eve")]).map(({ kind }) => kind),
        ["match", "match", "helper", "helper", "match", "helper", "helper"],
      );
      // Its own failure was settled by the line that was not counted anyway.
      assert.equal(last([...lines, told("4", "eve")]), "match");
      assert.equal(last([pam("2"), pam("3", ""), told("1"), told("4", "eve")]), "helper");
      assert.equal(last([pam("2", "", other), told("1", "eve")]), "match");
    });

    it("is over after a minute", () => {
      assert.equal(last([pam("2"), { ...told("1"), second: 60 }]), "helper");
      assert.equal(last([pam("2"), { ...told("1"), second: 61 }]), "match");
      assert.equal(last([pam("2"), { ...accepted("1"), second: 61 }]), "success, 0 taken back");
    });

    it("is not another's when the connection told it itself", () => {
      assert.equal(last([pam("1"), password("1"), told("2")]), "match");
      assert.equal(last([pam("1"), { pid: "1", message: `closed by ${peer}` }, told("2")]), "match");
      assert.equal(
        last([pam("1"), { pid: "1", message: `Accepted password for bob from ${peer}` }, told("2")]),
        "match",
      );
      // One process may tell all of it, and leaves others' alone.
      assert.deepEqual(
        hear([pam("2"), pam("1"), told("1"), told("3"), told("4")]).map(({ kind }) => kind),
        ["match", "match", "helper", "helper", "match"],
      );
      // A process id that is used again for another peer.
      assert.equal(last([pam("2"), pam("2", "bob", other), told("1")]), "match");
    });
  });

  describe(`A login of ${peer} that a helper process told a failure of`, () => {
    it("takes back that one failure", () => {
      assert.equal(last([pam("2"), accepted("1")]), "success, 1 taken back");
      assert.equal(last([pam("2", "CORP\\bob"), accepted("1", "CORP\\\\bob")]), "success, 1 taken back");
      assert.equal(last([pam("2"), told("1"), pam("3"), accepted("1")]), "success, 1 taken back");
      assert.equal(last([pam("2"), accepted("1"), accepted("1")]), "success, 0 taken back");
      assert.equal(last([pam("2"), pam("3"), accepted("1")]), "success, 1 taken back");
      assert.equal(strikes(hear([pam("2"), accepted("1"), pam("4"), accepted("3")])), 0);
    });

    it("takes back nothing that was refused, or of anybody else", () => {
      assert.equal(last([pam("2"), told("1"), accepted("1")]), "success, 0 taken back");
      assert.equal(last([pam("2", "eve"), accepted("1")]), "success, 0 taken back");
      assert.equal(last([pam("2", ""), accepted("1")]), "success, 0 taken back");
      assert.equal(last([pam("2"), accepted("1", "")]), "success, 0 taken back");
      assert.equal(last([pam("2", "bob", other), accepted("1")]), "success, 0 taken back");
      assert.equal(last([{ ...pam("2"), machine: "a" }, accepted("1")]), "success, 0 taken back");
      assert.equal(
        last([pam("2"), { pid: "1", message: `Accepted publickey for bob from ${peer}` }]),
        "success, 0 taken back",
      );
      assert.equal(last([pam("1"), password("1"), accepted("2")]), "success, 0 taken back");
      assert.equal(
        last([pam("1"), { pid: "1", message: `closed by ${peer}` }, accepted("2")]),
        "success, 0 taken back",
      );
    });

    it("leaves a guess that is still under way to count", () => {
      // By keyboard-interactive, and by a password in the connection's own process.
      assert.equal(strikes(hear([pam("2"), accepted("3"), told("1")])), 1);
      assert.equal(strikes(hear([pam("1"), accepted("3"), password("1")])), 1);
      assert.equal(strikes(hear([pam("1"), pam("2"), told("3"), password("1"), accepted("4")])), 2);
    });
  });

  describe(`Attempts of ${peer} in several connections at once`, () => {
    /** How an attempt goes: who tells of it, in what order. `c` and `s` stand for helper and connection. */
    const KINDS = {
      refused: ["c", "told", "failed"],
      directory: ["c", "accepted"],
      local: ["accepted"],
      password: ["own", "password"],
      /** LoginGraceTime ends while PAM lets the guesser wait. */
      killed: ["c"],
      silent: ["told", "failed"],
    } as const;
    type Kind = keyof typeof KINDS;

    function play(seed: number, kinds: readonly Kind[], users: readonly string[]): { lines: Line[]; played: Kind[] } {
      const random = numbers(seed);
      const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] ?? assert.fail();
      const waiting: Line[][] = [];
      const lines: Line[] = [];
      const played: Kind[] = [];
      for (let next = 0; next < 300 || waiting.length > 0; ) {
        // Few enough at once for what is remembered of a peer, and for a minute.
        if (next < 300 && waiting.length < 6 && random() < 0.6) {
          const kind = pick(kinds);
          const user = pick(users);
          const [connection, helper] = [`${2 * next}`, `${2 * next + 1}`];
          const made = {
            c: pam(helper, user),
            own: pam(connection, user),
            told: told(connection, user),
            failed: failed(connection, user),
            password: password(connection, user),
            accepted: accepted(connection, user),
          };
          waiting.push(KINDS[kind].map((part) => made[part]));
          played.push(kind);
          next += 1;
        }
        const attempt = waiting.length === 0 ? undefined : pick(waiting);
        const line = attempt?.shift();
        if (line) lines.push({ ...line, second: Math.floor(lines.length / 4) });
        if (attempt?.length === 0) waiting.splice(waiting.indexOf(attempt), 1);
      }
      return { lines, played };
    }

    const count = (played: readonly Kind[], kind: Kind): number => played.filter((each) => each === kind).length;

    for (const seed of [1, 2, 3, 4]) {
      it(`count one for each that is refused, and none for each that is let in (seed ${seed})`, () => {
        const { lines, played } = play(seed, ["refused", "directory", "local"], ["bob", "eve"]);
        assert.ok(count(played, "refused") > 50 && count(played, "local") > 50);
        assert.equal(strikes(hear(lines)), count(played, "refused"));
      });

      it(`hide no more guesses than were killed unheard (seed ${seed})`, () => {
        const all = Object.keys(KINDS) as Kind[];
        for (const kinds of [all, all.filter((kind) => kind !== "killed")]) {
          const { lines, played } = play(seed + 10, kinds, ["bob", "CORP\\bob", "eve"]);
          const [killed, silent, local] = [count(played, "killed"), count(played, "silent"), count(played, "local")];
          const guesses = count(played, "refused") + count(played, "password") + killed + silent;
          const left = strikes(hear(lines));
          assert.ok(left >= guesses - Math.min(killed, silent + local), `${left} of ${guesses}, ${killed} killed`);
        }
      });
    }
  });

  describe(`Failures that await their end, of ${peer}`, () => {
    const session = (): Session => new Sessions(1, seconds(600)).touch("1", at(0));
    const remember = (unsettled: Unsettled, key: string, user: string): void => {
      const made = session();
      const failure = { time: at(0), attempts: 1, user };
      made.unconfirmed = [failure];
      unsettled.remember(key, made, failure);
    };

    it("are bounded for each peer, and in all", () => {
      const unsettled = new Unsettled();
      for (let place = 0; place < 100; place += 1) remember(unsettled, peer, `user${place}`);
      assert.equal(unsettled.size, 16);
      const settle = (user: string): unknown => unsettled.settle(peer, { user, now: at(1), unnamed: false });
      assert.equal(settle("user83"), undefined);
      assert.ok(settle("user84"));
      assert.equal(settle("user84"), undefined);
      for (let place = 0; place < 3000; place += 1) remember(unsettled, `${peer} ${place}`, "bob");
      assert.equal(unsettled.size, 1000);
    });
  });

  it(`A filter that settles nothing forgets nothing of ${peer}`, () => {
    const patterns = RULES.patterns.map(({ settles: _, ...rule }) => rule);
    const kinds = hear([pam("2"), told("1"), accepted("1")], { ...RULES, patterns }).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["match", "match", "success"]);
  });
}
