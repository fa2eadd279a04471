import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Network, parseNetwork } from "../../src/core/address.ts";
import { makeScope } from "../../src/core/scope.ts";
import {
  disjoint,
  elementCommands,
  elementsOf,
  layoutCommands,
  layoutSets,
  parseListing,
  parseSetName,
  type RulesetOptions,
  setName,
  showsOurChain,
  skeletonOf,
  transaction,
  versionOf,
} from "../../src/firewalls/nftables-ruleset.ts";

const OPTIONS: RulesetOptions = { setSize: 1000, elementCounters: false, egress: false };
const SSH = makeScope({ protocols: ["tcp"], ports: [{ first: 22, last: 22 }], action: "drop" });
const CALLS = makeScope({
  protocols: ["tcp", "udp"],
  ports: [
    { first: 5060, last: 5060 },
    { first: 6000, last: 6010 },
  ],
  action: "reject",
});
const LAYOUT = { scopes: [SSH, CALLS], lengths: { ip: [32, 24], ip6: [64] }, allow: [] };

function net(text: string): Network {
  const network = parseNetwork(text);
  assert.ok(network, text);
  return network;
}

describe("set names", () => {
  test("stand for scope, family and length, and come back", () => {
    for (const [key, name] of [
      [{ scope: "all", family: "ip", length: 32 }, "all_4_32"],
      [{ scope: "tcp_22", family: "ip6", length: 64 }, "tcp_22_6_64"],
      [{ scope: "a_4_32", family: "ip6", length: 128 }, "a_4_32_6_128"],
    ] as const) {
      assert.equal(setName(key), name);
      assert.deepEqual(parseSetName(name), key);
    }
  });

  test("of others are nobody's scope", () => {
    for (const name of ["allow_4", "all_4_33", "all_6_129", "all_5_32", "All_4_32", "_4_32", "all_4_", "trusted", ""]) {
      assert.equal(parseSetName(name), undefined, name);
    }
  });
});

describe("a layout", () => {
  const commands = layoutCommands(LAYOUT, layoutSets(LAYOUT), { options: OPTIONS });
  const rules = commands
    .map((command) => command.add?.rule as { chain: string; expr: unknown[] } | undefined)
    .filter((rule) => rule !== undefined);

  test("passes loopback, neighbours and the allowed before any ban is looked at", () => {
    const first = rules.filter(({ chain }) => chain === "pre").map(({ expr }) => JSON.stringify(expr));
    const verdicts = first.map((text) => (text.includes("return") ? "pass" : "ban"));
    assert.deepEqual(verdicts, [...Array(4).fill("pass"), ...Array(6).fill("ban")]);
    assert.match(first[0] ?? "", /"lo"/);
    assert.match(first[1] ?? "", /"hoplimit".*255.*nd-neighbor-solicit/);
    assert.match(first[2] ?? "", /@allow_4/);
    assert.match(first[3] ?? "", /@allow_6/);
  });

  test("writes a rule for each set, with ports, mask, counter and verdict", () => {
    const bans = rules.filter(({ chain }) => chain === "pre").slice(4);
    assert.deepEqual(bans[1]?.expr, [
      { match: { op: "==", left: { meta: { key: "l4proto" } }, right: 6 } },
      { match: { op: "==", left: { payload: { protocol: "th", field: "dport" } }, right: 22 } },
      {
        match: {
          op: "==",
          left: { "&": [{ payload: { protocol: "ip", field: "saddr" } }, "255.255.255.0"] },
          right: "@tcp_22_4_24",
        },
      },
      { counter: "tcp_22_drops" },
      { goto: { target: "verdict_drop" } },
    ]);
    assert.deepEqual(bans[5]?.expr.slice(0, 2), [
      { match: { op: "==", left: { meta: { key: "l4proto" } }, right: { set: [6, 17] } } },
      {
        match: {
          op: "==",
          left: { payload: { protocol: "th", field: "dport" } },
          right: { set: [5060, { range: [6000, 6010] }] },
        },
      },
    ]);
    assert.deepEqual(bans[5]?.expr.at(-1), { goto: { target: "verdict_reject" } });
  });

  test("never deletes or flushes a set that holds bans", () => {
    for (const command of commands) {
      assert.equal(command.delete, undefined);
      const flushed = (command.flush?.set as { name: string } | undefined)?.name;
      if (flushed !== undefined) assert.match(flushed, /^allow_[46]$/);
    }
  });

  test("takes out what is no longer wanted after its rules are gone", () => {
    const before = [
      ...[...layoutSets(LAYOUT).map(setName), "allow_4", "allow_6", "tcp_25_4_32"].map((name) => ({
        kind: "set",
        name,
      })),
      { kind: "counter", name: "tcp_25_drops" },
      { kind: "counter", name: "tcp_22_drops" },
      ...["pre", "verdict_drop", "verdict_reject", "out"].map((name) => ({ kind: "chain", name })),
      { kind: "map", name: "theirs" },
    ];
    const all = layoutCommands(LAYOUT, layoutSets(LAYOUT), { options: OPTIONS, before });
    const taken = [
      ["set", "tcp_25_4_32"],
      ["map", "theirs"],
      ["counter", "tcp_25_drops"],
      ["chain", "out"],
    ] as const;
    assert.deepEqual(
      all.slice(-4),
      taken.map(([kind, name]) => ({ delete: { [kind]: { family: "inet", table: "bailiff", name } } })),
    );
    const flushed = all.findIndex((command) => (command.flush?.chain as { name?: string })?.name === "out");
    assert.ok(flushed >= 0 && flushed < all.length - 4);
    assert.equal(all.filter((command) => command.delete !== undefined).length, 4);
  });

  test("drops outgoing packets only where asked, and lets resets leave", () => {
    const all = layoutCommands(LAYOUT, layoutSets(LAYOUT), { options: { ...OPTIONS, egress: true } });
    const out = JSON.stringify(all.filter((command) => (command.add?.rule as { chain?: string })?.chain === "out"));
    assert.match(out, /daddr/);
    assert.match(out, /"sport"/);
    assert.match(out, /@tcp_22_4_32/);
    assert.ok(!out.includes(CALLS.name));
    assert.ok(!JSON.stringify(commands).includes("daddr"));
  });
});

describe("elements", () => {
  const key = { scope: "all", family: "ip", length: 32 } as const;

  const OPERATIONS = [
    { kind: "put", target: net("192.0.2.7"), timeout: 60 },
    { kind: "take", target: net("192.0.2.8") },
    { kind: "put", target: net("192.0.2.9"), timeout: undefined },
  ] as const;

  test("are added, deleted and added again, and taken ones come first", () => {
    const commands = elementCommands(key, OPERATIONS, { options: OPTIONS });
    const steps = commands.map((command) => {
      const [verb = "", what] = Object.entries(command)[0] ?? [];
      return [verb, (what?.element as { elem: unknown } | undefined)?.elem];
    });
    const timed = (val: string, timeout: number) => ({ elem: { val, timeout } });
    assert.deepEqual(steps, [
      ["add", [timed("192.0.2.8", 1)]],
      ["delete", ["192.0.2.8"]],
      ["add", [timed("192.0.2.7", 60), timed("192.0.2.9", 1)]],
      ["delete", ["192.0.2.7", "192.0.2.9"]],
      ["add", [timed("192.0.2.7", 60), "192.0.2.9"]],
    ]);
  });

  test("are only added where the kernel updates them, as part of their set", () => {
    const commands = elementCommands(key, OPERATIONS, { options: OPTIONS, withSet: true, updates: true });
    assert.deepEqual(
      commands.map((command) => Object.entries(command).map(([verb, what]) => `${verb} ${Object.keys(what)}`)[0]),
      ["add element", "delete element", "add set"],
    );
    const { set } = commands.at(-1)?.add ?? {};
    const elem = [{ elem: { val: "192.0.2.7", timeout: 60 } }, "192.0.2.9"];
    const of = {
      family: "inet",
      table: "bailiff",
      name: "all_4_32",
      type: "ipv4_addr",
      flags: ["timeout"],
      size: 1000,
    };
    assert.deepEqual(set, { ...of, elem });
  });

  test("are only added to a set that is known to be empty", () => {
    const commands = elementCommands(
      key,
      [
        { kind: "put", target: net("192.0.2.7"), timeout: undefined },
        { kind: "take", target: net("192.0.2.8") },
      ],
      { options: OPTIONS, withSet: true, isEmpty: true },
    );
    assert.deepEqual(
      commands.map((command) => (command.add?.set as { elem: unknown } | undefined)?.elem),
      [["192.0.2.7"]],
    );
  });

  test("are added without their set for an nft that may die of it", () => {
    for (const more of [{ isEmpty: true }, { updates: true }, {}]) {
      for (const command of elementCommands(key, OPERATIONS, { options: OPTIONS, ...more })) {
        assert.deepEqual(
          Object.values(command).map((what) => Object.keys(what)),
          [["element"]],
        );
      }
    }
  });

  test("never have a timeout that nft would take for none", () => {
    for (const timeout of [0, 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      assert.throws(
        () => elementCommands(key, [{ kind: "put", target: net("192.0.2.7"), timeout }], { options: OPTIONS }),
        RangeError,
      );
    }
  });

  test("are read with what they have left, and others' odd ones are not taken for bans", () => {
    const listing = parseListing(
      JSON.stringify({
        nftables: [
          { metainfo: { version: "1.0.6" } },
          {
            set: {
              family: "inet",
              table: "bailiff",
              name: "all_4_24",
              elem: [
                "192.0.2.0",
                { elem: { val: "198.51.100.0", timeout: 60, expires: 12, counter: { packets: 1, bytes: 2 } } },
                { elem: { val: "203.0.113.0", timeout: 60 } },
                { elem: { val: "203.0.113.7", timeout: 60 } },
                "*",
                { prefix: { addr: "10.0.0.0", len: 8 } },
                { range: ["10.0.0.1", "10.0.0.9"] },
                "2001:db8::",
                7,
                null,
              ],
            },
          },
          { set: { family: "inet", table: "bailiff", name: "all_6_64", elem: [{ elem: { val: "2001:db8:1:2::" } }] } },
          { set: { family: "inet", table: "bailiff", name: "tcp_22_4_32" } },
          { set: { family: "inet", table: "filter", name: "all_4_32", elem: ["192.0.2.1"] } },
          { set: { family: "ip", table: "bailiff", name: "all_4_32", elem: ["192.0.2.1"] } },
          { set: { family: "inet", table: "bailiff", name: "allow_4", elem: ["192.0.2.1"] } },
        ],
      }),
    );
    assert.ok(listing);
    assert.deepEqual(
      elementsOf(listing).map(({ key: of, target, left }) => [setName(of), target.text, target.length, left]),
      [
        ["all_4_24", "192.0.2.0", 24, undefined],
        ["all_4_24", "198.51.100.0", 24, 12],
        ["all_4_24", "203.0.113.0", 24, 60],
        ["all_6_64", "2001:db8:1:2::", 64, undefined],
      ],
    );
  });
});

test("a transaction ends by asking for the chains", () => {
  assert.deepEqual(JSON.parse(transaction([])), { nftables: [{ list: { chains: { family: "inet" } } }] });
});

test("what is not nft's JSON is no listing", () => {
  for (const text of ["", "{", "[]", "{}", "null", '{"nftables": {}}', '{"nftables": [{"metainfo"', "garbage"]) {
    assert.equal(parseListing(text), undefined, text);
  }
  assert.deepEqual(parseListing('{"nftables": [1, null, "x", {"table": {}}]}'), [{ table: {} }]);
});

test("only our own chain is our chain", () => {
  const chain = { family: "inet", table: "bailiff", name: "pre" };
  assert.equal(showsOurChain([{ chain }]), true);
  for (const other of [{ ...chain, family: "ip" }, { ...chain, table: "x" }, { ...chain, name: "out" }, 7, null]) {
    assert.equal(showsOurChain([{ chain: other }]), false);
  }
});

describe("the skeleton", () => {
  const of = (family: string, table: string, handle: number, packets: number) => [
    { metainfo: { version: "1.0.6" } },
    { table: { family, name: table, handle } },
    {
      set: {
        ...{ family, name: "all_4_32", table, handle: handle + 1, type: "ipv4_addr", elem: [String(handle)] },
        ...(packets > 0 ? { count: packets } : {}),
      },
    },
    { counter: { family, name: "all_drops", table, handle: handle + 2, packets, bytes: packets * 60 } },
    { rule: { family, table, chain: "pre", handle: handle + 3, expr: [{ counter: "all_drops" }] } },
    { rule: { family, table, chain: "pre", handle: handle + 4, expr: [{ drop: null }] } },
  ];

  test("is the same whatever handles, counts and elements are, and whatever others have", () => {
    const one = skeletonOf(of("inet", "bailiff", 1, 0));
    const other = skeletonOf([
      ...of("inet", "filter", 50, 3),
      ...of("inet", "bailiff", 9, 7),
      ...of("ip", "bailiff", 1, 1),
    ]);
    assert.equal(one.fingerprint, other.fingerprint);
    assert.equal(one.rules, 2);
    assert.deepEqual(other.counters.get("all_drops"), { packets: 7, bytes: 420 });
    assert.deepEqual(one.sets, ["all_4_32"]);
  });

  test("differs when anything of ours is missing, added, changed or in another order", () => {
    const whole = of("inet", "bailiff", 1, 0);
    const { fingerprint } = skeletonOf(whole);
    for (let at = 1; at < whole.length; at += 1) {
      assert.notEqual(skeletonOf(whole.toSpliced(at, 1)).fingerprint, fingerprint, JSON.stringify(whole[at]));
    }
    const swapped = [...whole.slice(0, -2), ...whole.slice(-2).toReversed()];
    assert.notEqual(skeletonOf(swapped).fingerprint, fingerprint);
    const chain = { chain: { family: "inet", table: "bailiff", name: "x" } };
    assert.notEqual(skeletonOf([...whole, chain]).fingerprint, fingerprint);
  });

  test("is not there when the table is not", () => {
    assert.equal(skeletonOf(of("inet", "filter", 1, 0)).present, false);
  });
});

test("versions are read off the listing", () => {
  assert.deepEqual(versionOf([{ metainfo: { version: "1.0.6" } }]), [1, 0, 6]);
  assert.deepEqual(versionOf([{ metainfo: { version: "1.1" } }]), [1, 1, 0]);
  assert.equal(versionOf([{ metainfo: { version: "git" } }]), undefined);
  assert.equal(versionOf([]), undefined);
});

test("allowed networks that lie in others are left out", () => {
  for (const [given, kept] of [
    [
      ["192.0.2.7", "192.0.2.0/24", "192.0.2.0/25", "198.51.100.1"],
      ["192.0.2.0/24", "198.51.100.1/32"],
    ],
    [["10.0.0.0/8", "0.0.0.0/0", "192.0.2.1"], ["0.0.0.0/0"]],
    [
      ["2001:db8::1", "2001:db8::/32", "2001:db9::/32", "2001:db8::1"],
      ["2001:db8::/32", "2001:db9::/32"],
    ],
    [["192.0.2.7", "192.0.2.7"], ["192.0.2.7/32"]],
    [[], []],
  ] as const) {
    assert.deepEqual(
      disjoint(given.map(net)).map((one) => `${one.text}/${one.length}`),
      kept,
    );
  }
});

test("ten thousand allowed networks are merged at once", () => {
  const many = Array.from({ length: 10_000 }, (_, at) => net(`10.${at >> 8}.${at & 255}.0/${22 + (at % 3)}`));
  assert.equal(disjoint(many).length < many.length, true);
});
