import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Scope } from "../../src/core/ban.ts";
import { makeScope } from "../../src/core/scope.ts";
import { BailiffError } from "../../src/errors.ts";
import { parseRule } from "../../src/firewalls/iptables.ts";
import { admit, scopeMatches, toolSaid } from "../../src/firewalls/xtables.ts";

const port = (first: number, last = first) => ({ first, last });

describe("rules of a scope", () => {
  test("match everything for all, and a protocol for all its ports", () => {
    assert.deepEqual(scopeMatches(makeScope({ protocols: [], ports: [], action: "drop" })), [""]);
    assert.deepEqual(scopeMatches(makeScope({ protocols: ["udp", "sctp"], ports: [], action: "drop" })), [
      "-p 17",
      "-p 132",
    ]);
  });

  test("name ports and ranges, of each protocol", () => {
    const scope = makeScope({ protocols: ["tcp", "udp"], ports: [port(22), port(6000, 6010)], action: "drop" });
    assert.deepEqual(scopeMatches(scope), [
      "-p 6 -m multiport --dports 22,6000:6010",
      "-p 17 -m multiport --dports 22,6000:6010",
    ]);
  });

  test("never put more than fifteen ports into one rule, a range being two", () => {
    const ports = Array.from({ length: 40 }, (_, at) =>
      at % 3 === 0 ? port(at * 10 + 1, at * 10 + 5) : port(at * 10 + 1),
    );
    const matches = scopeMatches({ name: "x", protocols: ["tcp"], ports, action: "drop" });
    const lists = matches.map((match) => match.replace("-p 6 -m multiport --dports ", "").split(","));
    assert.deepEqual(
      lists.flat(),
      ports.map(({ first, last }) => (first === last ? `${first}` : `${first}:${last}`)),
    );
    for (const list of lists) assert.ok(list.join(",").split(/[,:]/).length <= 15, list.join(","));
  });

  test("know the published port too where addresses have been translated", () => {
    const scope = makeScope({ protocols: ["tcp"], ports: [port(8080)], action: "reject" });
    assert.deepEqual(scopeMatches(scope, "after"), [
      "-p 6 -m multiport --dports 8080",
      "-p 6 -m conntrack --ctdir ORIGINAL --ctorigdstport 8080",
    ]);
  });

  test("are not made of anything that is no scope", () => {
    const sound: Scope = { name: "tcp_22", protocols: ["tcp"], ports: [port(22)], action: "drop" };
    const layout = (scope: object) => ({ scopes: [{ ...sound, ...scope }], lengths: { ip: [], ip6: [] }, allow: [] });
    assert.equal(admit(layout({})).size, 1);
    for (const odd of [
      { name: "x; drop" },
      { name: "TCP" },
      { name: "-x" },
      { name: "" },
      { name: "a".repeat(22) },
      { name: "__proto__" },
      { protocols: ["icmp"] },
      { protocols: ["constructor"] },
      { protocols: ["tcp -j ACCEPT"] },
      { ports: [port(0.5)] },
      { ports: [port(65_536)] },
      { ports: [port(23, 22)] },
      { ports: [{ first: "22\nCOMMIT", last: 22 }] },
      { action: "accept" },
    ]) {
      assert.throws(() => admit(layout(odd)), BailiffError, JSON.stringify(odd));
    }
  });
});

describe("a rule as iptables-save prints it", () => {
  const read = (rule: string, family: "ip" | "ip6" = "ip") => {
    const found = parseRule(rule, family);
    return found && [`${found.target.text}/${found.target.length}`, found.until];
  };

  test("is read back with its target and its end", () => {
    assert.deepEqual(read("-s 192.0.2.7/32 -j BAILIFF-ACT"), ["192.0.2.7/32", undefined]);
    assert.deepEqual(read("-s 2001:db8::/64 -j BAILIFF-ACT", "ip6"), ["2001:db8::/64", undefined]);
    const end = Date.UTC(2030, 0, 2, 3, 4, 6);
    assert.deepEqual(read("-s 192.0.2.0/24 -m time --datestop 2030-01-02T03:04:05 -j BAILIFF-ACT"), [
      "192.0.2.0/24",
      end,
    ]);
  });

  test("is nothing when it is not ours", () => {
    for (const rule of [
      "-s 192.0.2.7/32 -j ACCEPT",
      "-i lo -j BAILIFF-ACT",
      "-s 192.0.2.7/32 -p tcp -j BAILIFF-ACT",
      "",
    ]) {
      assert.equal(read(rule), undefined);
    }
  });
});

test("what a program said is bounded and printable", () => {
  const outcome = {
    exitCode: 1,
    signal: undefined,
    stdout: "",
    stderr: "",
    timedOut: false,
    pid: 1,
    startError: undefined,
  };
  assert.equal(
    toolSaid({ ...outcome, stderr: "# Warning: other tables\nline 3 \u001b[31mfailed\n" }),
    'said "line 3  [31mfailed"',
  );
  assert.ok(toolSaid({ ...outcome, stderr: "x".repeat(10_000) }).length < 500);
  assert.match(toolSaid({ ...outcome, exitCode: undefined, signal: "SIGSEGV" }), /SIGSEGV/);
  assert.match(toolSaid({ ...outcome, exitCode: undefined, timedOut: true, signal: "SIGKILL" }), /within its time/);
});
