import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatNetwork } from "../../src/core/address.ts";
import type { Ban, Change, Held, Scope } from "../../src/core/ban.ts";
import { adopt, changes, changesOf, wanted } from "../../src/core/reconcile.ts";
import { at, network, numbers } from "./fixtures.ts";

const SSH: Scope = { name: "ssh", protocols: ["tcp"], ports: [{ first: 22, last: 22 }], action: "drop" };
const ALL: Scope = { name: "all", protocols: [], ports: [], action: "drop" };
const SCOPES: Record<string, Scope> = { sshd: SSH, sftp: SSH, recidive: ALL };
const scopeOf = (jail: string) => SCOPES[jail];

function ban(jail: string, target: string, [from, until]: readonly [number, number?]): Ban {
  return {
    jail,
    target: network(target),
    from: at(from),
    ...(until === undefined ? {} : { until: at(until) }),
    cause: { kind: "offence", failures: 5 },
  };
}

function held(scope: string, target: string, until?: number): Held {
  return { scope, target: network(target), ...(until === undefined ? {} : { until: at(until) }) };
}

function show(of: { scope: string; target: Ban["target"]; until?: number }): string {
  const end = of.until === undefined ? "forever" : String((of.until - at(0)) / 1000);
  return `${of.scope} ${formatNetwork(of.target)} ${end}`;
}

function showChange(change: Change): string {
  return change.kind === "ban" ? `+ ${show(change)}` : `- ${change.scope} ${formatNetwork(change.target)}`;
}

describe("wanted", () => {
  it("makes one element of all bans of a target in a scope, until the last of them ends", () => {
    const bans = [
      ban("sshd", "192.0.2.7", [0, 600]),
      ban("sftp", "192.0.2.7", [10, 500]),
      ban("recidive", "192.0.2.7", [5, 900]),
      ban("sshd", "2001:db8::/64", [1, 600]),
      ban("sftp", "2001:db8::/64", [2]),
    ];
    assert.deepEqual(wanted(bans, scopeOf, at(20)).map(show), [
      "ssh 192.0.2.7 600",
      "all 192.0.2.7 900",
      "ssh 2001:db8::/64 forever",
    ]);
  });

  it("wants nothing for what is over, to the millisecond, nor for jails without a scope", () => {
    const bans = [ban("sshd", "192.0.2.7", [0, 600]), ban("gone", "2001:db8::/64", [0, 900])];
    assert.equal(wanted(bans, scopeOf, at(599.999)).length, 1);
    assert.equal(wanted(bans, scopeOf, at(600)).length, 0);
  });
});

describe("changes", () => {
  const now = at(100);

  it("bans what is missing, the latest begun first, and unbans what nobody wants", () => {
    const want = wanted(
      [ban("sshd", "192.0.2.1", [1, 600]), ban("sshd", "192.0.2.2", [3, 600]), ban("sshd", "2001:db8::/64", [2, 600])],
      scopeOf,
      now,
    );
    const list = [...changes(want, [held("ssh", "192.0.2.9", 700), held("all", "2001:db8::/64")], { now })];
    assert.deepEqual(list.map(showChange), [
      "+ ssh 192.0.2.2 600",
      "+ ssh 2001:db8::/64 600",
      "+ ssh 192.0.2.1 600",
      "- ssh 192.0.2.9",
      "- all 2001:db8::/64",
    ]);
  });

  it("changes an end that differs by more than the tolerance, in either direction, and forever against any", () => {
    const want = wanted([ban("sshd", "192.0.2.7", [0, 600]), ban("sshd", "2001:db8::/64", [0])], scopeOf, now);
    const of = (four?: number, six?: number) =>
      [...changes(want, [held("ssh", "192.0.2.7", four), held("ssh", "2001:db8::/64", six)], { now })].map(showChange);
    assert.deepEqual(of(600), []);
    assert.deepEqual(of(602), []);
    assert.deepEqual(of(598), []);
    assert.deepEqual(of(602.1), ["+ ssh 192.0.2.7 600"]);
    assert.deepEqual(of(597.9), ["+ ssh 192.0.2.7 600"]);
    assert.deepEqual(of(undefined), ["+ ssh 192.0.2.7 600"]);
    assert.deepEqual(of(600, 600), ["+ ssh 2001:db8::/64 forever"]);
  });

  it("leaves an element alone that is about to end by itself", () => {
    assert.deepEqual([...changes([], [held("ssh", "192.0.2.7", 102)], { now })], []);
    assert.equal([...changes([], [held("ssh", "192.0.2.7", 103)], { now })].length, 1);
    assert.equal([...changes([], [held("ssh", "192.0.2.7")], { now })].length, 1);
  });

  it("leads from anything held to what is wanted, and then wants no more", () => {
    const random = numbers(5);
    for (let round = 0; round < 200; round += 1) {
      const pick = () =>
        random() < 0.5 ? `192.0.2.${Math.floor(random() * 9)}` : `2001:db8:0:${Math.floor(random() * 9)}::/64`;
      const jails = Object.keys(SCOPES);
      const some = Array.from({ length: 12 }, () => {
        const until = random() < 0.2 ? [] : [Math.floor(random() * 400)];
        return ban(jails[Math.floor(random() * 3)] ?? "sshd", pick(), [Math.floor(random() * 100), ...until] as [
          number,
        ]);
      });
      // A jail has one ban of a target.
      const bans = new Map(some.map((one) => [`${one.jail} ${formatNetwork(one.target)}`, one])).values();
      const kernel = new Map<string, Held>();
      const put = (element: Held) => kernel.set(`${element.scope} ${formatNetwork(element.target)}`, element);
      for (let at = 0; at < 8; at += 1) put(held(random() < 0.5 ? "ssh" : "all", pick(), 103 + random() * 300));
      const want = wanted(bans, scopeOf, now);
      for (const change of [...changes(want, [...kernel.values()], { now })]) {
        if (change.kind === "ban") put(change);
        else kernel.delete(`${change.scope} ${formatNetwork(change.target)}`);
      }
      assert.deepEqual([...changes(want, [...kernel.values()], { now })], []);
      assert.equal(kernel.size, want.length);
    }
  });
});

describe("adopt", () => {
  it("makes bans of what the kernel holds and nobody wants", () => {
    const want = wanted([ban("sshd", "192.0.2.7", [0, 600])], scopeOf, at(10));
    const kernel = [
      held("ssh", "192.0.2.7", 600),
      held("ssh", "2001:db8::/64", 900),
      held("all", "192.0.2.8"),
      held("unknown", "192.0.2.9", 900),
      held("ssh", "192.0.2.10", 10),
    ];
    const jailOf = (scope: string) => Object.keys(SCOPES).find((jail) => SCOPES[jail]?.name === scope);
    const one = { jail: "sshd", target: network("2001:db8::/64"), from: at(10), until: at(900) };
    const other = { jail: "recidive", target: network("192.0.2.8"), from: at(10) };
    const [first, second] = [one, other].map((each) => ({ ...each, cause: { kind: "restored" } as const }));
    assert.deepEqual(adopt(want, kernel, { now: at(10), jailOf, known: () => false }), [first, second]);
    assert.deepEqual(adopt(want, kernel, { now: at(10), jailOf, known: ({ scope }) => scope === "ssh" }), [second]);
  });
});

describe("changesOf", () => {
  it("leaves shut what another jail of the scope still bans, and tells each element once", () => {
    const left = [ban("sftp", "192.0.2.7", [0, 300])];
    const touched = ["192.0.2.7", "192.0.2.7", "2001:db8::/64"].map((text) => ({
      scope: "ssh",
      target: network(text),
    }));
    const of = (target: Ban["target"]) => left.filter((one) => formatNetwork(one.target) === formatNetwork(target));
    assert.deepEqual(changesOf(touched, of, { scopeOf, now: at(1) }).map(showChange), [
      "+ ssh 192.0.2.7 300",
      "- ssh 2001:db8::/64",
    ]);
  });
});
