import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatNetwork } from "../../src/core/address.ts";
import type { Ban, Cause } from "../../src/core/ban.ts";
import { type Instant, instant } from "../../src/core/time.ts";
import type { Store } from "../../src/store/store.ts";
import { at, network } from "../core/fixtures.ts";

const OFFENCE: Cause = { kind: "offence", failures: 5 };

export function ban(jail: string, target: string, when: readonly [number, number?], cause: Cause = OFFENCE): Ban {
  const [from, until] = when;
  return {
    jail,
    target: network(target),
    from: at(from),
    ...(until === undefined ? {} : { until: at(until) }),
    cause,
  };
}

export function targets(bans: readonly Ban[]): string[] {
  return bans.map((one) => `${one.jail} ${formatNetwork(one.target)}`).sort();
}

/** Counts that a test can look into: each part names how often it was asked. */
export function counter() {
  let steps = 0;
  let wholes = 0;
  return {
    step: () => {
      steps += 1;
      return Buffer.from(`step ${wholes}.${steps}`);
    },
    whole: () => {
      wholes += 1;
      return Buffer.from(`whole ${wholes}`);
    },
  };
}

export interface Subject {
  readonly store: Store;
  /** Closes it and opens it again, where it outlives that; else the same one. */
  again(now: Instant): Store;
  end(): void;
}

/** What every store must do. */
export function storeContract(name: string, make: () => Subject): void {
  describe(`store: ${name}`, () => {
    function test(sentence: string, body: (subject: Subject) => void): void {
      it(sentence, () => {
        const subject = make();
        try {
          body(subject);
        } finally {
          subject.end();
        }
      });
    }

    test("begins empty and healthy", ({ store }) => {
      assert.deepEqual(store.opened, { kind: "fresh" });
      assert.deepEqual(store.activeBans(at(0)), []);
      assert.deepEqual(store.history("sshd", network("192.0.2.7"), at(0)), { priors: 0, overall: 0 });
      assert.equal(store.cursor("journal"), undefined);
      assert.deepEqual(store.counts(), []);
      assert.deepEqual(store.ignores(), []);
      assert.deepEqual([...store.totals()], []);
      assert.deepEqual(store.troubles(), []);
    });

    test("remembers bans of both families with all there is to them", (subject) => {
      const bans = [
        ban("sshd", "192.0.2.7", [0, 600]),
        ban("sshd", "2001:db8::/64", [1, 601], { kind: "offence", failures: 3, limited: true }),
        ban("web", "192.0.2.0/24", [2], { kind: "manual", by: "root", reason: 'a "word"\nand ümlaut' }),
        ban("recidive", "2001:db8::7", [3, 9999], { kind: "escalation", bans: 4 }),
        ban("web", "198.51.100.7", [4, 604], { kind: "restored" }),
      ];
      assert.equal(subject.store.save({ at: at(5), bans }), true);
      const key = (one: Ban) => `${one.jail} ${formatNetwork(one.target)}`;
      const sorted = (list: readonly Ban[]) => [...list].sort((a, b) => key(a).localeCompare(key(b)));
      assert.deepEqual(sorted(subject.store.activeBans(at(5))), sorted(bans));
      const store = subject.again(at(6));
      assert.deepEqual(sorted(store.activeBans(at(6))), sorted(bans));
    });

    test("has a ban stand until its end, to the millisecond", ({ store }) => {
      store.save({ at: at(0), bans: [ban("sshd", "192.0.2.7", [0, 600]), ban("sshd", "2001:db8::/64", [0])] });
      assert.equal(store.activeBans(instant(at(600) - 1)).length, 2);
      assert.deepEqual(targets(store.activeBans(at(600))), ["sshd 2001:db8::/64"]);
      assert.equal(store.current("sshd", network("192.0.2.7"), at(600)), undefined);
      assert.equal(store.activeBans(at(9e9)).length, 1);
    });

    test("replaces a ban of the same target in the same jail", (subject) => {
      subject.store.save({ at: at(0), bans: [ban("sshd", "192.0.2.7", [0, 600])] });
      subject.store.save({ at: at(1), bans: [ban("sshd", "192.0.2.7", [1]), ban("web", "192.0.2.7", [1, 100])] });
      const store = subject.again(at(2));
      assert.deepEqual(targets(store.activeBans(at(700))), ["sshd 192.0.2.7"]);
      assert.deepEqual(
        store.past(network("192.0.2.7"), 10).map(({ jail, from, lifted }) => [jail, from, lifted]),
        [
          ["web", at(1), undefined],
          ["sshd", at(1), undefined],
          ["sshd", at(0), at(1)],
        ],
      );
    });

    test("lifts a ban, and the absent without a word", (subject) => {
      subject.store.save({ at: at(0), bans: [ban("sshd", "192.0.2.7", [0, 600]), ban("web", "192.0.2.7", [0, 600])] });
      subject.store.save({
        at: at(9),
        unbans: [
          { jail: "sshd", target: network("192.0.2.7") },
          { jail: "sshd", target: network("2001:db8::/64") },
        ],
      });
      const store = subject.again(at(10));
      assert.deepEqual(targets(store.activeBans(at(10))), ["web 192.0.2.7"]);
      const [web, sshd] = store.past(network("192.0.2.7"), 10);
      assert.deepEqual([web?.jail, web?.lifted, sshd?.jail, sshd?.lifted], ["web", undefined, "sshd", at(9)]);
      assert.deepEqual(store.history("sshd", network("192.0.2.7"), at(10)), {
        priors: 1,
        overall: 2,
        began: at(0),
        ends: at(9),
        endsOverall: at(600),
      });
    });

    test("forgets what went before when an unban says so", (subject) => {
      for (const target of ["192.0.2.7", "2001:db8::/64"]) {
        subject.store.save({ at: at(0), bans: [ban("sshd", target, [0, 600]), ban("web", target, [0, 600])] });
        subject.store.save({ at: at(1), unbans: [{ jail: "sshd", target: network(target), forget: true }] });
      }
      const store = subject.again(at(2));
      for (const target of ["192.0.2.7", "2001:db8::/64"]) {
        const { priors, overall } = store.history("sshd", network(target), at(2));
        assert.deepEqual([priors, overall], [0, 1]);
        assert.equal(store.bansSince(network(target), at(0)), 1);
      }
      store.save({ at: at(3), bans: [ban("sshd", "192.0.2.7", [3, 600])] });
      assert.equal(store.history("sshd", network("192.0.2.7"), at(4)).priors, 1);
    });

    test("counts the bans that count, per jail and over all", (subject) => {
      const { store } = subject;
      for (const when of [0, 100, 200])
        store.save({ at: at(when), bans: [ban("sshd", "192.0.2.7", [when, when + 50])] });
      store.save({
        at: at(300),
        bans: [
          ban("web", "192.0.2.7", [300, 900]),
          ban("web", "192.0.2.8", [300, 900]),
          ban("mail", "192.0.2.7", [300, 400], { kind: "manual", by: "root" }),
          ban("ftp", "192.0.2.7", [300, 400], { kind: "offence", failures: 5, limited: true }),
          ban("recidive", "192.0.2.7", [300, 400], { kind: "escalation", bans: 3 }),
        ],
      });
      for (const reopen of [false, true]) {
        const one = reopen ? subject.again(at(301)) : store;
        const history = one.history("sshd", network("192.0.2.7"), at(301));
        assert.deepEqual(history, { priors: 3, overall: 4, began: at(200), ends: at(250), endsOverall: at(900) });
        assert.equal(one.history("mail", network("192.0.2.7"), at(301)).priors, 0);
        assert.equal(one.bansSince(network("192.0.2.7"), at(0)), 4);
        assert.equal(one.bansSince(network("192.0.2.7"), at(100)), 3);
        assert.equal(one.bansSince(network("192.0.2.7"), at(301)), 0);
      }
    });

    test("says of a ban without end that it never ends", (subject) => {
      subject.store.save({ at: at(0), bans: [ban("sshd", "2001:db8::/64", [0])] });
      for (const reopen of [false, true]) {
        const store = reopen ? subject.again(at(1)) : subject.store;
        assert.equal(store.history("sshd", network("2001:db8::/64"), at(1)).ends, Number.POSITIVE_INFINITY);
      }
    });

    test("knows what is staged before it is saved, and saves it", (subject) => {
      const { store } = subject;
      const target = network("192.0.2.7");
      store.stage({ at: at(0), bans: [ban("sshd", "192.0.2.7", [0, 600])] });
      store.stage({ at: at(1), bans: [ban("web", "192.0.2.7", [1, 601])] });
      assert.ok(store.current("sshd", target, at(1)));
      assert.deepEqual(store.history("sshd", target, at(1)), {
        priors: 1,
        overall: 2,
        began: at(0),
        ends: at(600),
        endsOverall: at(601),
      });
      assert.equal(store.bansSince(target, at(0)), 2);
      assert.equal(store.past(target, 9).length, 2);
      store.stage({ at: at(2), unbans: [{ jail: "web", target }] });
      assert.equal(store.past(target, 9)[0]?.lifted, at(2));
      store.save({ at: at(3), cursors: { journal: "c1" } });
      const later = subject.again(at(4));
      assert.deepEqual(targets(later.activeBans(at(4))), ["sshd 192.0.2.7"]);
      assert.equal(later.history("sshd", target, at(4)).overall, 2);
      assert.equal(later.past(target, 9)[0]?.lifted, at(2));
    });

    test("finds the narrowest ban around an address, and every jail's", ({ store }) => {
      store.save({
        at: at(0),
        bans: [
          ban("sshd", "192.0.2.0/24", [0, 600]),
          ban("sshd", "192.0.2.7", [0, 300]),
          ban("web", "192.0.2.7", [0, 600]),
          ban("web", "2001:db8::/56", [0, 600]),
        ],
      });
      const of = (jail: string, target: string, when: number) => {
        const found = store.current(jail, network(target), at(when));
        return found && formatNetwork(found.target);
      };
      assert.equal(of("sshd", "192.0.2.7", 1), "192.0.2.7");
      assert.equal(of("sshd", "192.0.2.7", 400), "192.0.2.0/24");
      assert.equal(of("sshd", "192.0.2.8", 1), "192.0.2.0/24");
      assert.equal(of("sshd", "192.0.3.8", 1), undefined);
      assert.equal(of("web", "192.0.2.8", 1), undefined);
      assert.equal(of("web", "2001:db8:0:7::/64", 1), "2001:db8::/56");
      assert.equal(of("sshd", "192.0.0.0/16", 1), undefined);
      const all = (target: string) => targets(store.bansOf(network(target), at(1)));
      assert.deepEqual(all("192.0.2.7"), ["sshd 192.0.2.0/24", "sshd 192.0.2.7", "web 192.0.2.7"]);
      assert.deepEqual(all("192.0.0.0/16"), ["sshd 192.0.2.0/24", "sshd 192.0.2.7", "web 192.0.2.7"]);
      assert.deepEqual(all("2001:db8::1"), ["web 2001:db8::/56"]);
      const on = (target: string) => targets(store.bansOn(network(target), at(1)));
      assert.deepEqual(on("192.0.2.7"), ["sshd 192.0.2.7", "web 192.0.2.7"]);
      assert.deepEqual(on("192.0.2.0/24"), ["sshd 192.0.2.0/24"]);
      assert.deepEqual(on("2001:db8::1"), []);
    });

    test("tells the past of an address and the prefixes around it, latest first", ({ store }) => {
      store.save({ at: at(0), bans: [ban("sshd", "2001:db8::/64", [0, 10]), ban("web", "2001:db8::/56", [1, 10])] });
      store.save({
        at: at(2),
        bans: [ban("sshd", "2001:db8:0:1::/64", [2, 10]), ban("sshd", "2001:db8::/64", [20, 30])],
      });
      assert.deepEqual(
        store.past(network("2001:db8::7"), 9).map((past) => [formatNetwork(past.target), (past.from - at(0)) / 1000]),
        [
          ["2001:db8::/64", 20],
          ["2001:db8::/56", 1],
          ["2001:db8::/64", 0],
        ],
      );
      assert.equal(store.past(network("2001:db8::7"), 2).length, 2);
    });

    test("gives a standing ban other times without counting it again, and the absent none", (subject) => {
      for (const target of ["192.0.2.7", "2001:db8::/64"]) {
        subject.store.save({ at: at(0), bans: [ban("sshd", target, [3600, 4200])] });
        const moved = [ban("sshd", target, [0, 600]), ban("web", target, [0, 600])];
        subject.store.save({ at: at(1), moved });
      }
      subject.store.save({ at: at(2), bans: [ban("mail", "192.0.2.8", [9, 99])] });
      subject.store.stage({ at: at(2), moved: [ban("mail", "192.0.2.8", [3, 93])] });
      assert.equal(subject.store.past(network("192.0.2.8"), 9)[0]?.from, at(3));
      subject.store.save({ at: at(3) });
      const store = subject.again(at(4));
      for (const target of ["192.0.2.7", "2001:db8::/64"]) {
        const history = store.history("sshd", network(target), at(2));
        assert.deepEqual(history, { priors: 1, overall: 1, began: at(0), ends: at(600), endsOverall: at(600) });
        assert.equal(store.current("sshd", network(target), at(2))?.until, at(600));
        assert.deepEqual(
          store.past(network(target), 9).map((past) => [past.jail, past.from, past.until]),
          [["sshd", at(0), at(600)]],
        );
      }
      assert.equal(store.past(network("192.0.2.8"), 9)[0]?.from, at(3));
    });

    test("forgets cursors and counts, and nothing else, when sources are to start over", (subject) => {
      const counts = counter();
      const bans = [ban("sshd", "192.0.2.7", [0, 9000]), ban("sshd", "2001:db8::/64", [0, 9000])];
      subject.store.save({ at: at(0), bans, cursors: { journal: "a", web: "b" }, counts });
      subject.store.startOver();
      subject.store.save({ at: at(1), cursors: { web: "c" } });
      for (const store of [subject.store, subject.again(at(2))]) {
        assert.deepEqual([store.cursor("journal"), store.cursor("web")], [undefined, "c"]);
        assert.deepEqual(store.counts(), []);
        assert.deepEqual(targets(store.activeBans(at(2))), ["sshd 192.0.2.7", "sshd 2001:db8::/64"]);
      }
    });

    test("remembers cursors, each source's own", (subject) => {
      subject.store.save({ at: at(0), cursors: { journal: "a", "journal of web": "b" } });
      subject.store.save({ at: at(1), cursors: { journal: "c" } });
      const store = subject.again(at(2));
      assert.deepEqual([store.cursor("journal"), store.cursor("journal of web")], ["c", "b"]);
    });

    test("adds up failures and bans", (subject) => {
      subject.store.save({ at: at(0), failures: { sshd: 7, web: 1 }, bans: [ban("sshd", "192.0.2.7", [0, 9])] });
      subject.store.save({ at: at(1), failures: { sshd: 3 }, bans: [ban("sshd", "2001:db8::/64", [1, 9])] });
      const store = subject.again(at(2));
      assert.deepEqual(Object.fromEntries(store.totals()), {
        sshd: { failures: 10, bans: 2 },
        web: { failures: 1, bans: 0 },
      });
    });

    test("remembers facts, the latest of each name", (subject) => {
      subject.store.save({ at: at(0), facts: { clock: "one", scopes: "{}" } });
      subject.store.save({ at: at(1), facts: { clock: "two" } });
      const store = subject.again(at(2));
      assert.deepEqual([store.fact("clock"), store.fact("scopes"), store.fact("none")], ["two", "{}", undefined]);
    });

    test("remembers ignore entries until they are taken out", (subject) => {
      const add = [
        { jail: "sshd", network: network("192.0.2.0/24") },
        { jail: "sshd", network: network("2001:db8::/32") },
      ];
      subject.store.save({ at: at(0), ignores: { add } });
      subject.store.save({ at: at(1), ignores: { remove: add.slice(0, 1) } });
      assert.deepEqual(subject.again(at(2)).ignores(), add.slice(1));
    });

    test("keeps counts so that they can be read back in order", (subject) => {
      const counts = counter();
      subject.store.save({ at: at(0), counts });
      subject.store.save({ at: at(1), counts });
      const parts = subject.again(at(2)).counts();
      assert.ok(parts.length > 0);
      assert.match(String(Buffer.from(parts[0] ?? [])), /^whole/);
    });
  });
}
