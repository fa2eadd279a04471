import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatNetwork, networkOf } from "../../src/core/address.ts";
import type { Offence } from "../../src/core/ban.ts";
import type { Entry, Origin } from "../../src/core/entry.ts";
import type { Jail } from "../../src/core/jail.ts";
import type { Match } from "../../src/core/match.ts";
import { Tally, type TallyOptions } from "../../src/core/tally.ts";
import { seconds } from "../../src/core/time.ts";
import { address, at, attack, failure, jail, type MatchChanges, numbers, sender } from "./fixtures.ts";

function tally(rules: Partial<Jail> = {}, options: TallyOptions = {}): Tally {
  const counting = new Tally(options);
  counting.setJails([jail(rules)]);
  return counting;
}

/** "target after so many failures at second s", of failures [address, second, changes?] in order. */
function run(counting: Tally, stream: readonly (readonly [string, number, MatchChanges?])[]): string[] {
  return stream.flatMap(([text, second, changes]) =>
    counting.strike("sshd", failure(text, second, changes)).map(describeOffence),
  );
}

function describeOffence(offence: Offence): string {
  return `${formatNetwork(offence.target)} ${offence.failures} @${(offence.time - at(0)) / 1000}`;
}

/** A login at so many seconds after noon. */
function login(second: number, origin?: Origin): Pick<Entry, "time" | "origin"> {
  return failure("192.0.2.1", second, origin === undefined ? {} : { origin }).entry;
}

const A = "192.0.2.7";
const B = "2001:db8::7";

describe("Tally", () => {
  const table: [string, Partial<Jail>, (readonly [string, number, MatchChanges?])[], string[]][] = [
    [
      "tells the failure that fills the measure",
      {},
      [0, 1, 2, 3, 4].map((second) => [A, second] as const),
      [`${A} 5 @4`],
    ],
    [
      "counts IPv6 by the prefix",
      { maxretry: 2 },
      [
        [B, 0],
        ["2001:db8::8", 1],
      ],
      ["2001:db8::/64 2 @1"],
    ],
    [
      "keeps neighbouring prefixes apart",
      { maxretry: 2 },
      [
        [B, 0],
        ["2001:db8:0:1::7", 1],
      ],
      [],
    ],
    [
      "keeps IPv4 addresses apart",
      { maxretry: 2 },
      [
        [A, 0],
        ["192.0.2.8", 1],
      ],
      [],
    ],
    [
      "counts by the lengths of the jail",
      { maxretry: 2, lengths: { ip: 24, ip6: 128 } },
      [
        [A, 0],
        [B, 0],
        ["192.0.2.8", 1],
        ["2001:db8::8", 1],
      ],
      ["192.0.2.0/24 2 @1"],
    ],
    [
      "counts the whole window",
      { maxretry: 2 },
      [
        [A, 0],
        [A, 600],
      ],
      [`${A} 2 @600`],
    ],
    [
      "counts only within findtime",
      { maxretry: 2 },
      [
        [A, 0],
        [A, 601],
        [A, 1202],
      ],
      [],
    ],
    [
      "slides: old failures go one by one",
      { maxretry: 3 },
      [
        [A, 0],
        [A, 500],
        [A, 700],
        [A, 900],
      ],
      [`${A} 3 @900`],
    ],
    [
      "begins anew after an offence",
      { maxretry: 2 },
      [
        [A, 0],
        [A, 1],
        [A, 2],
      ],
      [`${A} 2 @1`],
    ],
    [
      "bans at once with maxretry 1",
      { maxretry: 1 },
      [
        [A, 0],
        [B, 0],
      ],
      [`${A} 1 @0`, "2001:db8::/64 1 @0"],
    ],
    [
      "counts what a line stands for",
      {},
      [
        [A, 0, { attempts: 3 }],
        [A, 1, { attempts: 2 }],
      ],
      [`${A} 5 @1`],
    ],
    ["bans on one line that stands for enough", {}, [[A, 0, { attempts: 50 }]], [`${A} 50 @0`]],
    [
      "counts failures of one moment",
      { maxretry: 3 },
      [
        [A, 5],
        [A, 5],
        [A, 5],
      ],
      [`${A} 3 @5`],
    ],
    [
      "counts entries out of order",
      { maxretry: 3 },
      [
        [A, 300],
        [A, 100],
        [A, 200],
      ],
      [`${A} 3 @200`],
    ],
    [
      "does not take failures on both sides of a moment for one window",
      { maxretry: 3 },
      [
        [A, 0],
        [A, 1100],
        [A, 550],
      ],
      [],
    ],
    [
      "counts on after the clock was set back",
      { maxretry: 3 },
      [
        [A, 7200],
        [A, 7201],
        [A, 0],
        [A, 1],
        [A, 2],
      ],
      [`${A} 3 @2`],
    ],
    [
      "counts on after an entry from the future",
      { maxretry: 3 },
      [
        [A, 86_400],
        [A, 0],
        [A, 1],
        [A, 2],
      ],
      [`${A} 3 @2`],
    ],
    [
      "keeps the word of each sender of limited trust apart",
      { maxretry: 2 },
      [
        [A, 0, { origin: sender("web1", "limited") }],
        [A, 1, { origin: sender("web2", "limited") }],
        [A, 2],
        [A, 3, { origin: sender("web1", "limited") }],
      ],
      [`${A} 2 @3`],
    ],
    [
      "adds up senders of full trust and the journal",
      { maxretry: 3 },
      [
        [A, 0, { origin: sender("web1", "full") }],
        [A, 1, { origin: sender("web2", "full") }],
        [A, 2],
      ],
      [`${A} 3 @2`],
    ],
    [
      "finds spread over a wider prefix",
      { maxretry: 9, spread: { ip: { count: 3, length: 24 }, ip6: { count: 2, length: 56 } } },
      [
        [A, 0],
        [A, 1],
        ["192.0.2.8", 2],
        ["198.51.100.1", 2],
        ["192.0.2.9", 3],
        [B, 4],
        ["2001:db8:0:1::7", 5],
      ],
      ["192.0.2.0/24 3 @3", "2001:db8::/56 2 @5"],
    ],
    [
      "counts spread only within findtime, and a source that goes on as of its latest",
      { maxretry: 9, spread: { ip: { count: 3, length: 24 } } },
      [
        [A, 0],
        ["192.0.2.8", 1],
        [A, 500],
        ["192.0.2.9", 700],
        ["192.0.2.10", 701],
      ],
      ["192.0.2.0/24 3 @701"],
    ],
    [
      "tells a source and its prefix at once",
      { maxretry: 1, spread: { ip: { count: 2, length: 24 } } },
      [
        [A, 0],
        ["192.0.2.8", 1],
      ],
      [`${A} 1 @0`, "192.0.2.8 1 @1", "192.0.2.0/24 2 @1"],
    ],
    [
      "ignores a spread that is not wider than what is counted",
      { maxretry: 9, spread: { ip: { count: 1, length: 32 }, ip6: { count: 1, length: 64 } } },
      [
        [A, 0],
        [B, 0],
      ],
      [],
    ],
  ];
  for (const [name, rules, stream, expected] of table) {
    it(name, () => assert.deepEqual(run(tally(rules), stream), expected));
  }

  it("counts more for those who were banned before", () => {
    const priors = new Map([
      ["192.0.2.1", 0],
      ["192.0.2.2", 1],
      ["192.0.2.3", 2],
      ["2001:db8::/64", 3],
    ]);
    const counting = tally({ knownOffenders: true }, { priors: (_, target) => priors.get(formatNetwork(target)) ?? 0 });
    const stream = [0, 1, 2, 3, 4].flatMap((second) =>
      ["192.0.2.1", "192.0.2.2", "192.0.2.3", B].map((text) => [text, second] as const),
    );
    assert.deepEqual(run(counting, stream), [
      "2001:db8::/64 1 @0",
      "192.0.2.3 2 @1",
      "2001:db8::/64 1 @1",
      "192.0.2.2 3 @2",
      "2001:db8::/64 1 @2",
      "192.0.2.3 2 @3",
      "2001:db8::/64 1 @3",
      "192.0.2.1 5 @4",
      "2001:db8::/64 1 @4",
    ]);
  });

  it("does not count more for known offenders on the word of a limited sender, or when told not to", () => {
    const known = { priors: () => 9 };
    const limited = { origin: sender("web1", "limited") };
    assert.deepEqual(run(tally({ knownOffenders: true }, known), [[A, 0, limited]]), []);
    assert.deepEqual(run(tally({ knownOffenders: false }, known), [[A, 0]]), []);
  });

  it("says whose word it was and whose clock", () => {
    const counting = tally({ maxretry: 1 });
    const [limited] = counting.strike("sshd", failure(A, 0, { origin: sender("web1", "limited") }));
    assert.equal(limited?.limited, true);
    const [remote] = counting.strike("sshd", failure(A, 0, { origin: { kind: "journal", trust: "remote" } }));
    assert.equal(remote?.foreignClock, true);
    const [local] = counting.strike("sshd", failure(A, 0));
    assert.deepEqual([local?.limited, local?.foreignClock], [false, false]);
  });

  it("hands on the latest lines, at most maxmatches", () => {
    const stream = [0, 1, 2, 3].map((second) => failure(A, second));
    for (const [maxmatches, expected] of [
      [10, [0, 1, 2, 3]],
      [2, [2, 3]],
      [0, []],
    ] as const) {
      const counting = tally({ maxretry: 4, maxmatches });
      const [offence] = stream.flatMap((match) => counting.strike("sshd", match));
      assert.deepEqual(
        offence?.matches.map((match) => (match.entry.time - at(0)) / 1000),
        expected,
      );
    }
  });

  it("never hands on another source's lines, whoever had to make room", () => {
    const counting = tally({ maxretry: 2 }, { capacity: 3, matches: 5 });
    for (let round = 0; round < 200; round += 1) {
      const text = `198.51.100.${(round * 7) % 11}`;
      for (const offence of counting.strike("sshd", failure(text, round))) {
        assert.ok(offence.matches.length > 0);
        for (const match of offence.matches) assert.equal(match.address.text, text);
      }
    }
  });

  it("keeps the lines of those who fail again in a flood of those who fail once, and long lines in part", () => {
    const counting = tally({ maxretry: 3 }, { matches: 20 });
    for (let host = 0; host < 5; host += 1) counting.strike("sshd", failure(`192.0.2.${100 + host}`, 0));
    const long = failure(A, 0);
    counting.strike("sshd", { ...long, entry: { ...long.entry, message: "x".repeat(100_000) } });
    for (let host = 0; host < 250; host += 1) counting.strike("sshd", failure(`198.51.100.${host}`, 1));
    counting.strike("sshd", failure(A, 2));
    for (let host = 0; host < 250; host += 1) counting.strike("sshd", failure(`203.0.113.${host}`, 3));
    const [offence] = counting.strike("sshd", failure(A, 4));
    assert.deepEqual(
      offence?.matches.map((match) => match.entry.message.length),
      [1000, 39, 39],
    );
  });

  it("forgets an address when told, in one jail and for every sender", () => {
    const counting = tally({ maxretry: 2 });
    run(counting, [
      [A, 0],
      [A, 0, { origin: sender("web1", "limited") }],
      [B, 0],
    ]);
    counting.forget("sshd", address(A));
    assert.deepEqual(
      run(counting, [
        [A, 1],
        [A, 1, { origin: sender("web1", "limited") }],
        [B, 1],
      ]),
      ["2001:db8::/64 2 @1"],
    );
  });

  it("does after a success what the jail says", () => {
    const outcomes = (["no", "forget", "shorten"] as const).map((forgive) => {
      const counting = tally({ maxretry: 2, forgive });
      counting.strike("sshd", failure(A, 0));
      counting.success("sshd", address(A), login(1));
      const [offence] = [2, 3].flatMap((second) => counting.strike("sshd", failure(A, second)));
      return [(offence?.time ?? 0) - at(0), offence?.loggedIn];
    });
    assert.deepEqual(outcomes, [
      [2000, false],
      [3000, false],
      [2000, true],
    ]);
  });

  it("forgets failures after a success once within findtime, and not for nothing", () => {
    for (const [text, prefix] of [
      [A, A],
      [B, "2001:db8::/64"],
    ] as const) {
      const counting = tally({ maxretry: 3, forgive: "forget" });
      // Nothing was forgotten yet: the next success may still forget.
      counting.success("sshd", address(text), login(0));
      assert.deepEqual(
        run(counting, [
          [text, 1],
          [text, 2],
        ]),
        [],
      );
      counting.success("sshd", address(text), login(3));
      assert.deepEqual(
        run(counting, [
          [text, 4],
          [text, 5],
        ]),
        [],
      );
      counting.success("sshd", address(text), login(6));
      assert.deepEqual(run(counting, [[text, 7]]), [`${prefix} 3 @7`], text);
      assert.deepEqual(
        run(counting, [
          [text, 601],
          [text, 602],
        ]),
        [],
      );
      counting.success("sshd", address(text), login(604));
      assert.deepEqual(
        run(counting, [
          [text, 605],
          [text, 606],
        ]),
        [],
      );
    }
  });

  it("takes no limited sender's word for a login but for the failures that it told of itself", () => {
    for (const text of [A, B]) {
      const [web1, web2] = [{ origin: sender("web1", "limited") }, { origin: sender("web2", "limited") }];
      const web3 = { origin: sender("web3", "full") };
      const counting = tally({ maxretry: 2, forgive: "forget" });
      for (const changes of [{}, web1, web2]) counting.strike("sshd", failure(text, 0, changes));
      counting.success("sshd", address(text), login(1, web1.origin));
      const offended = (changes: MatchChanges) => counting.strike("sshd", failure(text, 2, changes)).length > 0;
      assert.deepEqual([{}, web1, web2].map(offended), [true, false, true], text);
      // One that is trusted in full says it for all.
      for (const changes of [{}, web2]) counting.strike("sshd", failure(text, 3, changes));
      counting.success("sshd", address(text), login(4, web3.origin));
      assert.deepEqual([{}, web1, web2].map(offended), [false, false, false], text);

      const shortened = (origin: Origin | undefined) => {
        const shortening = tally({ maxretry: 1, forgive: "shorten" });
        shortening.success("sshd", address(text), login(0, origin));
        return shortening.strike("sshd", failure(text, 1))[0]?.loggedIn;
      };
      assert.deepEqual([undefined, web1.origin, web3.origin].map(shortened), [true, false, true], text);
    }
  });

  it("does not remember a success for longer than findtime", () => {
    const counting = tally({ maxretry: 1, forgive: "shorten" });
    counting.success("sshd", address(A), login(0));
    assert.equal(counting.strike("sshd", failure(A, 600))[0]?.loggedIn, true);
    assert.equal(counting.strike("sshd", failure(A, 601))[0]?.loggedIn, false);
    assert.equal(counting.strike("sshd", failure("192.0.2.8", 1))[0]?.loggedIn, false);
  });

  it("keeps the counts of a jail whose rules change, and drops those of a jail that goes", () => {
    const counting = tally({ maxretry: 5 });
    run(counting, [
      [A, 0],
      [A, 1],
      [B, 0],
    ]);
    counting.setJails([jail({ maxretry: 3 })]);
    assert.deepEqual(run(counting, [[A, 2]]), [`${A} 3 @2`]);
    counting.setJails([jail({ name: "web" })]);
    counting.setJails([jail({ maxretry: 2 }), jail({ name: "web" })]);
    assert.deepEqual(run(counting, [[B, 3]]), []);
    assert.equal(counting.counts().sources, 1);
  });

  it("counts for one jail apart from another, and for an unknown one not at all", () => {
    const counting = new Tally();
    counting.setJails([jail({ maxretry: 2 }), jail({ name: "web", maxretry: 2 })]);
    assert.equal(counting.strike("sshd", failure(A, 0)).length, 0);
    assert.equal(counting.strike("web", failure(A, 1)).length, 0);
    assert.equal(counting.strike("nowhere", failure(A, 1)).length, 0);
    assert.equal(counting.strike("web", failure(A, 2)).length, 1);
    assert.equal(counting.failing("sshd", at(600)), 1);
    assert.equal(counting.failing("sshd", at(601)), 0);
    assert.equal(counting.failing("web", at(3)), 0);
  });

  it("stays within its capacity and counts who had to make room", () => {
    const counting = tally({ maxretry: 2, spread: { ip: { count: 9, length: 24 } } }, { capacity: 100 });
    for (let round = 0; round < 5000; round += 1) {
      counting.strike("sshd", failure(`10.${round >> 8}.${round & 255}.1`, round / 100));
      counting.strike("sshd", failure(`2001:db8:${round.toString(16)}::1`, round / 100));
    }
    assert.deepEqual(counting.counts(), { sources: 100, prefixes: 100, evicted: 9900 + 4900 });
    assert.deepEqual(run(counting, [["10.19.135.1", 51]]), ["10.19.135.1 2 @51"]);
    assert.deepEqual(run(counting, [["10.0.0.1", 52]]), []);
  });

  it("counts large measures with weights, across many links", () => {
    const counting = tally({ maxretry: 1000, findtime: seconds(10_000) });
    let offences: string[] = [];
    for (let second = 0; second < 500; second += 1)
      offences = [...offences, ...run(counting, [[A, second, { attempts: 2 }]])];
    assert.deepEqual(offences, [`${A} 1000 @499`]);
  });
});

/** What Tally does, with lists and text, for entries in order. */
function plainly(rules: Jail, stream: readonly Match[]): string[] {
  const sources = new Map<string, { time: number; attempts: number }[]>();
  const prefixes = new Map<string, Map<string, number>>();
  return stream.flatMap(({ address: who, attempts, entry: { time, origin } }) => {
    const told = origin.kind === "syslog" && origin.trust !== "full" ? origin.sender : "";
    const target = formatNetwork(networkOf(who, rules.lengths[who.family]));
    const second = (time - at(0)) / 1000;
    const found: string[] = [];
    const recent = (sources.get(`${told} ${target}`) ?? []).filter((one) => time - one.time <= rules.findtime);
    recent.push({ time, attempts });
    const failures = recent.reduce((sum, one) => sum + one.attempts, 0);
    const filled = failures >= rules.maxretry;
    sources.set(`${told} ${target}`, filled ? [] : recent);
    if (filled) found.push(`${target} ${failures} @${second}`);
    const spread = rules.spread[who.family];
    if (spread === undefined || spread.length >= rules.lengths[who.family]) return found;
    const wide = formatNetwork(networkOf(who, spread.length));
    const seen = prefixes.get(`${told} ${wide}`) ?? new Map<string, number>();
    seen.set(target, time);
    const distinct = [...seen.values()].filter((one) => time - one <= rules.findtime).length;
    prefixes.set(`${told} ${wide}`, distinct >= spread.count ? new Map() : seen);
    if (distinct >= spread.count) found.push(`${wide} ${distinct} @${second}`);
    return found;
  });
}

describe("Tally, asked about one address", () => {
  const told = (counting: Tally, text: string, second: number): unknown[] =>
    counting
      .seen("sshd", address(text), at(second))
      .map(({ of, failures, weight, sender: by, matches }) => [
        formatNetwork(of),
        failures,
        weight,
        by,
        matches.map(({ entry }) => (entry.time - at(0)) / 1000),
      ]);

  it("tells what counts at the moment, by the prefix that it is counted by", () => {
    const counting = tally({ findtime: seconds(600), maxmatches: 2 });
    run(counting, [
      [A, 0],
      [A, 300],
      [A, 301, { attempts: 1 }],
      [B, 5],
    ]);
    assert.deepEqual(told(counting, A, 302), [[A, 3, 1, undefined, [300, 301]]]);
    assert.deepEqual(told(counting, A, 700), [[A, 2, 1, undefined, [300, 301]]]);
    assert.deepEqual(told(counting, A, 2000), []);
    assert.deepEqual(told(counting, "2001:db8::99", 6), [["2001:db8::/64", 1, 1, undefined, [5]]]);
    assert.deepEqual(told(counting, "192.0.2.8", 302), []);
    assert.deepEqual(counting.seen("nosuch", address(A), at(0)), []);
  });

  it("tells what a sender of limited trust says apart, and how much each counts for who was banned before", () => {
    const counting = tally({ knownOffenders: true, maxretry: 10 }, { priors: () => 2 });
    const { origin } = failure(A, 0, { origin: sender("web1", "limited") }).entry;
    run(counting, [
      [A, 0],
      [A, 1, { origin }],
      [A, 2, { origin }],
    ]);
    assert.deepEqual(
      told(counting, A, 3).map((count) => (count as unknown[]).slice(0, 4)),
      [
        [A, 1, 3, undefined],
        [A, 2, 1, "web1"],
      ],
    );
  });

  it("leaves counts as they were", () => {
    const counting = tally({ maxretry: 2 });
    run(counting, [[A, 0]]);
    told(counting, A, 1);
    told(counting, A, 1);
    assert.deepEqual(run(counting, [[A, 2]]), [`${A} 2 @2`]);
  });
});

describe("Tally, beside lists and text", () => {
  const lengths = [
    { ip: 32, ip6: 128 },
    { ip: 32, ip6: 64 },
    { ip: 28, ip6: 56 },
    { ip: 25, ip6: 65 },
    { ip: 1, ip6: 1 },
  ];
  const spreads: Jail["spread"][] = [
    {},
    { ip: { count: 4, length: 24 }, ip6: { count: 3, length: 48 } },
    // As wide as a source, or narrower: looks for nothing.
    { ip: { count: 2, length: 28 }, ip6: { count: 2, length: 64 } },
    { ip: { count: 2, length: 0 }, ip6: { count: 2, length: 33 } },
  ];
  for (const length of lengths) {
    for (const spread of spreads) {
      it(`finds the same by ${JSON.stringify(length)} with spread ${JSON.stringify(spread)}`, () => {
        const rules = jail({ lengths: length, spread, maxretry: 4 });
        const stream = attack(5, 3000).sort((a, b) => a.entry.time - b.entry.time);
        const counting = new Tally({ seed: 3 });
        counting.setJails([jail({ name: "ftp" }), rules]);
        const found = stream.flatMap((match) => counting.strike("sshd", match).map(describeOffence));
        const expected = plainly(rules, stream);
        assert.ok(expected.length > 50, `only ${expected.length} offences`);
        assert.deepEqual(found, expected);
      });
    }
  }
});

const RULES: Partial<Jail> = {
  spread: { ip: { count: 4, length: 24 }, ip6: { count: 3, length: 56 } },
  knownOffenders: true,
  forgive: "shorten",
  maxmatches: 0,
};

/** As a store would: bans are known as soon as they are made, by whoever asks. */
function known(): { options: TallyOptions; learn(offence: Offence): void; bans: Map<string, number> } {
  const bans = new Map<string, number>();
  return {
    bans,
    options: { capacity: 25, priors: (_, target) => bans.get(formatNetwork(target)) ?? 0 },
    learn: ({ target }) => {
      bans.set(formatNetwork(target), (bans.get(formatNetwork(target)) ?? 0) + 1);
    },
  };
}

/** Now and then, a failure of a little while ago was none. */
function takeBack(counting: Tally, stream: readonly Match[], index: number): void {
  const match = index % 13 === 7 ? stream[index - 1 - (index % 5)] : undefined;
  if (match === undefined) return;
  const { address: who, attempts, entry } = match;
  counting.retract("sshd", { address: who, attempts, time: entry.time }, entry.origin);
}

function feed(counting: Tally, matches: readonly Match[], learn: (offence: Offence) => void): string[] {
  return matches.flatMap((match, index) => {
    if (index % 17 === 3) counting.success("sshd", match.address, match.entry);
    if (index % 41 === 5) counting.forget("sshd", match.address);
    takeBack(counting, matches, index);
    const offences = counting.strike("sshd", match);
    for (const offence of offences) learn(offence);
    return offences.map((offence) => `${describeOffence(offence)} ${offence.limited} ${offence.loggedIn}`);
  });
}

describe("Tally, written down and read back", () => {
  for (const [seed, forgive] of [
    [1, "shorten"],
    [2, "shorten"],
    [3, "forget"],
  ] as const) {
    it(`finds the same offences after a crash at any point (seed ${seed})`, () => {
      const stream = attack(seed, 4000);
      const memory = known();
      const expected = feed(tally({ ...RULES, forgive }, memory.options), stream, memory.learn);
      assert.ok(expected.length > 100, `only ${expected.length} offences`);
      assert.ok(expected.some((line) => line.includes("/24")) && expected.some((line) => line.includes("/56")));

      const random = numbers(seed + 100);
      const mine = known();
      let counting = tally({ ...RULES, forgive }, mine.options);
      let parts: Uint8Array[] = [counting.whole()];
      let bans = new Map(mine.bans);
      const found: string[] = [];
      for (let from = 0; from < stream.length; ) {
        const to = Math.min(stream.length, from + 1 + Math.floor(random() * 120));
        // success and forget go by the index within the stream.
        const offences = feedFrom(counting, stream, { from, to, learn: mine.learn });
        if (random() < 0.3) {
          // Killed before this was saved: what was saved last is all there is, under another order of jails.
          mine.bans.clear();
          for (const [key, value] of bans) mine.bans.set(key, value);
          counting = new Tally({ ...mine.options, seed: from });
          counting.setJails([jail({ name: "web" }), jail({ ...RULES, forgive })]);
          assert.ok(counting.restore(parts));
          parts = [counting.whole()];
          continue;
        }
        found.push(...offences);
        const step = counting.step();
        if (step) parts.push(step);
        if (random() < 0.2) parts = [counting.whole()];
        bans = new Map(mine.bans);
        from = to;
      }
      assert.deepEqual(found, expected);
    });
  }

  it("drops a jail that is gone since", () => {
    const counting = new Tally();
    counting.setJails([jail({ maxretry: 2 }), jail({ name: "web", maxretry: 2 })]);
    counting.strike("sshd", failure(A, 0));
    counting.strike("web", failure(B, 0));
    const parts = [counting.whole()];
    const later = new Tally();
    later.setJails([jail({ name: "web", maxretry: 2 })]);
    assert.ok(later.restore(parts));
    assert.equal(later.counts().sources, 1);
    assert.equal(later.strike("web", failure(B, 1)).length, 1);
  });

  it("follows a jail through being removed and made again", () => {
    const counting = tally({ maxretry: 2 });
    const parts = [counting.whole()];
    counting.strike("sshd", failure(A, 0));
    counting.setJails([]);
    counting.setJails([jail({ name: "web", maxretry: 2 })]);
    counting.setJails([jail({ name: "web", maxretry: 2 }), jail({ maxretry: 2 })]);
    counting.strike("web", failure(A, 0));
    parts.push(counting.step() ?? new Uint8Array());
    const later = tally({ maxretry: 2 });
    later.setJails([jail({ maxretry: 2 }), jail({ name: "web", maxretry: 2 })]);
    assert.ok(later.restore(parts));
    assert.equal(later.strike("sshd", failure(A, 1)).length, 0);
    assert.equal(later.strike("web", failure(A, 1)).length, 1);
  });

  it("notices damage of any byte, and any shortening, and keeps what came before", () => {
    const counting = tally({ maxretry: 3 });
    counting.strike("sshd", failure(A, 0));
    const whole = counting.whole();
    counting.strike("sshd", failure(A, 1));
    counting.strike("sshd", failure(B, 1));
    const step = counting.step() ?? new Uint8Array();
    for (let at = 0; at < step.length; at += 1) {
      const bent = step.slice();
      bent[at] = (bent[at] ?? 0) ^ 0x10;
      for (const part of [bent, step.subarray(0, at || 1)]) {
        const later = tally({ maxretry: 3 });
        assert.equal(later.restore([whole, part, step]), false, `byte ${at}`);
        assert.equal(later.counts().sources, 1);
      }
    }
  });

  it("reads what was written before sums went by words", () => {
    const counting = tally({ maxretry: 3 });
    const parts = [counting.whole()];
    counting.strike("sshd", failure(A, 0));
    counting.strike("sshd", failure(B, 0));
    parts.push(counting.step() ?? new Uint8Array());
    const later = tally({ maxretry: 3 });
    assert.ok(later.restore(parts.map(asVersion1)));
    assert.equal(later.counts().sources, 2);
    const [whole = new Uint8Array(), step = new Uint8Array()] = parts.map(asVersion1);
    step[2] = (step[2] ?? 0) ^ 1;
    assert.equal(tally({ maxretry: 3 }).restore([whole, step]), false);
  });

  it("writes nothing when nothing happened, and few bytes a failure", () => {
    const counting = tally();
    counting.whole();
    assert.equal(counting.step(), undefined);
    for (let host = 0; host < 200; host += 1)
      counting.strike("sshd", failure(`2001:db8:0:${host.toString(16)}::1`, host));
    assert.ok((counting.step()?.length ?? 0) <= 200 * 24 + 5, "more than 24 bytes a failure");
    assert.ok(counting.whole().length <= 200 * 35, "more than 35 bytes a source");
  });
});

/** The same with the sum of version 1: FNV-1a, of which the last four bytes are the result. */
function asVersion1(part: Uint8Array): Uint8Array {
  const old = part.slice();
  old[0] = 1;
  const sum = old.subarray(0, -4).reduce((h, byte) => Math.imul(h ^ byte, 0x01000193), 0x811c9dc5);
  new DataView(old.buffer).setUint32(old.length - 4, sum >>> 0);
  return old;
}

function feedFrom(
  counting: Tally,
  stream: readonly Match[],
  range: { from: number; to: number; learn(offence: Offence): void },
): string[] {
  const found: string[] = [];
  for (let index = range.from; index < range.to; index += 1) {
    const match = stream[index];
    if (match === undefined) break;
    if (index % 17 === 3) counting.success("sshd", match.address, match.entry);
    if (index % 41 === 5) counting.forget("sshd", match.address);
    takeBack(counting, stream, index);
    for (const offence of counting.strike("sshd", match)) {
      range.learn(offence);
      found.push(`${describeOffence(offence)} ${offence.limited} ${offence.loggedIn}`);
    }
  }
  return found;
}
