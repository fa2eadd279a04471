import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { makeScope } from "../../src/core/scope.ts";
import type { Command, Listed } from "../../src/firewalls/nftables-ruleset.ts";
import { layoutCommands, layoutSets, type Skeleton, skeletonOf } from "../../src/firewalls/nftables-ruleset.ts";
import { inPlace, stops, survey } from "../../src/firewalls/nftables-survey.ts";
import { readSurroundings, type Surroundings } from "../../src/firewalls/surroundings.ts";

const ALL = makeScope({ protocols: [], ports: [], action: "drop" });
const SSH = makeScope({ protocols: ["tcp"], ports: [{ first: 22, last: 22 }], action: "drop" });
const LAYOUT = { scopes: [ALL, SSH], lengths: { ip: [32], ip6: [64] }, allow: [] };
const AROUND: Surroundings = { bridges: [], legacyTables: [], ip6: true };
/** A host with nothing but our table, as nft lists it: what is added, without the verb. */
const OURS: Listed[] = layoutCommands(LAYOUT, layoutSets(LAYOUT), {
  options: { setSize: 10, elementCounters: false, egress: false },
})
  .map((command: Command) => command.add)
  .filter((added) => added !== undefined)
  .filter((added) => added.element === undefined);

function leaks(listing: readonly Listed[], around = AROUND): string[] {
  return survey(listing, around)
    .filter(({ kind }) => kind === "leak")
    .map(({ sentence }) => sentence);
}

function chain(family: string, hook: string, prio: number, name = "early"): Listed {
  return { chain: { family, table: "other", name, type: "filter", hook, prio, policy: "accept" } };
}

function rule(family: string, statement: object, of = "early"): Listed {
  return { rule: { family, table: "other", chain: of, expr: [statement] } };
}

describe("the survey", () => {
  test("finds nothing on a host that has nothing else", () => {
    assert.deepEqual(survey(OURS, AROUND), []);
  });

  test("finds our table missing, asleep, hooked elsewhere, or without a family", () => {
    assert.match(leaks([])[0] ?? "", /not there/);
    const asleep = OURS.map((item) =>
      "table" in item ? { table: { family: "inet", name: "bailiff", flags: "dormant" } } : item,
    );
    assert.match(leaks(asleep)[0] ?? "", /dormant/);
    const moved = OURS.map((item) => {
      const pre = item.chain as { name?: string } | undefined;
      return pre?.name === "pre" ? { chain: { ...pre, hook: "input" } } : item;
    });
    assert.match(leaks(moved)[0] ?? "", /raw prerouting/);
    const without = OURS.filter((item) => !/_6_64/.test(JSON.stringify(item)));
    assert.match(leaks(without)[0] ?? "", /IPv6 offenders are not stopped/);
  });

  test("finds flowtables, and says what to do", () => {
    const [finding] = survey(
      [...OURS, { flowtable: { family: "inet", table: "fw", name: "ft", dev: ["eth0"] } }],
      AROUND,
    );
    assert.equal(finding?.kind, "leak");
    assert.match(finding?.sentence ?? "", /flowtable ft of table inet fw/);
    assert.match(finding?.cure ?? "", /conntrack -D/);
  });

  test("finds what sends packets on before us, jumps included", () => {
    assert.equal(
      leaks([...OURS, chain("netdev", "ingress", -500), rule("netdev", { fwd: { dev: "eth1" } })]).length,
      1,
    );
    const jumping = [
      chain("netdev", "ingress", 0),
      rule("netdev", { jump: { target: "more" } }),
      rule("netdev", { goto: { target: "early" } }, "more"),
      rule("netdev", { fwd: { dev: "eth1" } }, "more"),
    ];
    assert.equal(leaks([...OURS, ...jumping]).length, 1);
    assert.equal(leaks([...OURS, ...jumping.slice(0, 1), ...jumping.slice(3)]).length, 0);
  });

  test("finds what changes source addresses before us, and not after", () => {
    const mangle = (family: string) =>
      rule(family, { mangle: { key: { payload: { protocol: family, field: "saddr" } }, value: "192.0.2.1" } });
    assert.equal(leaks([...OURS, chain("ip", "prerouting", -400), mangle("ip")]).length, 1);
    assert.equal(leaks([...OURS, chain("ip6", "prerouting", -301), mangle("ip6")]).length, 1);
    assert.equal(leaks([...OURS, chain("ip", "prerouting", -150), mangle("ip")]).length, 0);
    assert.equal(leaks([...OURS, chain("ip", "output", -400), mangle("ip")]).length, 0);
  });

  test("says that an early accept saves nobody", () => {
    for (const early of [
      chain("netdev", "ingress", -500),
      chain("inet", "ingress", 0),
      chain("ip", "prerouting", -350),
    ]) {
      const family = (early.chain as { family: string }).family;
      const findings = survey([...OURS, early, rule(family, { accept: null })], AROUND);
      assert.deepEqual(
        findings.map(({ kind }) => kind),
        ["note"],
      );
      assert.match(findings[0]?.sentence ?? "", /saves none/);
    }
    assert.deepEqual(survey([...OURS, chain("ip", "input", -400), rule("ip", { accept: null })], AROUND), []);
  });

  test("finds bridges that carry the world to guests, and notes the rest; leaks first", () => {
    const bridges = [{ name: "br0", port: "eth0" }];
    assert.match(leaks(OURS, { ...AROUND, bridges })[0] ?? "", /bridge br0 .* eth0/);
    const findings = survey(OURS, { bridges, legacyTables: ["filter"], ip6: false });
    assert.deepEqual(
      findings.map(({ kind }) => kind),
      ["leak", "note", "note"],
    );
    assert.match(findings[1]?.sentence ?? "", /iptables-legacy has tables \(filter\)/);
  });

  test("prints nothing of other people's names but plain text", () => {
    const odd = { flowtable: { family: "inet", table: "x\u001b[31m", name: "y\n".repeat(500) } };
    const [sentence] = leaks([...OURS, odd]);
    assert.match(sentence ?? "", /^[ -~]{1,400}$/);
  });

  test("stands garbage", () => {
    const garbage: Listed[] = [
      {},
      { rule: { expr: 7 } },
      { chain: null },
      { table: [] },
      { rule: { family: "inet", expr: [null, 3] } },
    ];
    assert.deepEqual(survey([...OURS, ...garbage], AROUND), []);
  });
});

describe("what is in place", () => {
  test("is told by scope, with what was dropped", () => {
    const counted = OURS.map((item) =>
      (item.counter as { name?: string } | undefined)?.name === "tcp_22_drops"
        ? { counter: { family: "inet", table: "bailiff", name: "tcp_22_drops", packets: 7, bytes: 420 } }
        : item,
    );
    const skeleton: Skeleton = skeletonOf(counted);
    assert.equal(skeleton.present, true);
    const found = inPlace(counted, [ALL, SSH, makeScope({ protocols: ["udp"], ports: [], action: "drop" })]);
    assert.deepEqual(found.scopes, [
      { name: "all", stops: "all packets", lengths: { ip: [32], ip6: [64] }, packets: 0, bytes: 0 },
      { name: "tcp_22", stops: "tcp port 22", lengths: { ip: [32], ip6: [64] }, packets: 7, bytes: 420 },
    ]);
    assert.equal(found.commands[0], "nft list table inet bailiff");
    assert.deepEqual(inPlace([], [ALL]), { present: false, scopes: [], commands: [] });
  });

  test("is said in the admin's words", () => {
    const port = (first: number, last = first) => ({ first, last });
    for (const [scope, words] of [
      [makeScope({ protocols: [], ports: [], action: "reject" }), "all packets, rejected"],
      [makeScope({ protocols: ["tcp"], ports: [], action: "drop" }), "tcp to every port"],
      [makeScope({ protocols: ["tcp"], ports: [port(80), port(443)], action: "drop" }), "tcp ports 80 and 443"],
      [
        makeScope({ protocols: ["tcp", "udp"], ports: [port(25), port(53), port(6000, 6010)], action: "drop" }),
        "tcp and udp ports 25, 53 and 6000-6010",
      ],
      [makeScope({ protocols: ["udp"], ports: [port(6000, 6010)], action: "drop" }), "udp ports 6000-6010"],
    ] as const) {
      assert.equal(stops(scope), words);
    }
  });
});

describe("surroundings", () => {
  function read(files: Readonly<Record<string, string>>): Surroundings {
    const root = mkdtempSync(join(tmpdir(), "bailiff-test-"));
    try {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), text);
      }
      return readSurroundings(root);
    } finally {
      rmSync(root, { recursive: true });
    }
  }

  test("are nothing where there is nothing to read", () => {
    assert.deepEqual(read({}), { bridges: [], legacyTables: [], ip6: false });
  });

  test("tell bridges with a real port from those of containers alone", () => {
    const files = {
      "sys/class/net/br0/bridge/x": "",
      "sys/class/net/br0/brif/eth0": "",
      "sys/class/net/br0/brif/vnet0": "",
      "sys/class/net/eth0/device/x": "",
      "sys/class/net/docker0/bridge/x": "",
      "sys/class/net/docker0/brif/veth1": "",
      "sys/class/net/veth1/x": "",
      "proc/sys/net/bridge/bridge-nf-call-iptables": "1\n",
    };
    assert.deepEqual(read(files).bridges, [{ name: "br0", port: "eth0" }]);
    for (const other of [
      "proc/sys/net/bridge/bridge-nf-call-ip6tables",
      "sys/class/net/br0/bridge/nf_call_ip6tables",
    ]) {
      assert.deepEqual(read({ ...files, [other]: "1\n" }).bridges, []);
    }
  });

  test("tell bridges whose way out is a VLAN of a bond", () => {
    const files = {
      "sys/class/net/br0/bridge/nf_call_iptables": "1\n",
      "sys/class/net/br0/bridge/nf_call_ip6tables": "1\n",
      "sys/class/net/br0/brif/bond0.5": "",
      "sys/class/net/bond0.5/lower_bond0/x": "",
      "sys/class/net/bond0/lower_eth0/x": "",
      "sys/class/net/bond0/upper_bond0.5/x": "",
      "sys/class/net/eth0/device/x": "",
    };
    // Where br_netfilter is not loaded, nobody asks what a bridge wants of it.
    assert.deepEqual(read(files).bridges, [{ name: "br0", port: "bond0.5" }]);
  });

  test("tell iptables-legacy's tables and whether IPv6 is on", () => {
    const found = read({
      "proc/net/ip_tables_names": "filter\nnat\n",
      "proc/net/ip6_tables_names": "raw\n",
      "proc/sys/net/ipv6/conf/lo/disable_ipv6": "0\n",
      "proc/sys/net/ipv6/conf/default/disable_ipv6": "1\n",
      "proc/sys/net/ipv6/conf/eth0/disable_ipv6": "0\n",
      "sys/class/net/lo/x": "",
      "sys/class/net/eth0/x": "",
    });
    assert.deepEqual(found.legacyTables, ["filter", "nat", "raw (IPv6)"]);
    assert.equal(found.ip6, true);
    assert.equal(read({ "proc/sys/net/ipv6/conf/default/disable_ipv6": "1\n" }).ip6, false);
  });
});
