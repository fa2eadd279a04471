import assert from "node:assert/strict";
import { test } from "node:test";
import { formatNetwork } from "../../src/core/address.ts";
import { Targets } from "../../src/core/targets.ts";
import { network, numbers } from "./fixtures.ts";

test("it is a map of names and networks", () => {
  const random = numbers(3);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const texts = ["192.0.2.0", "192.0.2.0/24", "192.0.2.0/25", "2001:db8::", "2001:db8::/64", "2001:db8::/32", "::"];
  const targets = new Targets<number>();
  const plain = new Map<string, number>();
  for (let step = 0; step < 5000; step += 1) {
    const name = pick(["sshd", "postfix", "all"]);
    const target = network(pick(texts));
    const key = `${name} ${formatNetwork(target)}`;
    if (random() < 0.5) {
      targets.set(name, target, step);
      plain.set(key, step);
    } else {
      assert.equal(targets.delete(name, target), plain.delete(key));
    }
    assert.equal(targets.get(name, target), plain.get(key));
    assert.equal(targets.has(name, target), plain.has(key));
    assert.equal(targets.size, plain.size);
  }
  const byNumber = (a: number, b: number): number => a - b;
  assert.deepEqual([...targets.values()].toSorted(byNumber), [...plain.values()].toSorted(byNumber));
  assert.ok(plain.size > 0);
  targets.clear();
  assert.deepEqual([targets.size, ...targets.values()], [0]);
});

test("what is taken out and put in meanwhile does a walk through it no harm", () => {
  const targets = new Targets<string>();
  for (let at = 0; at < 100; at += 1) targets.set("sshd", network(`192.0.2.${at}`), `192.0.2.${at}`);
  targets.set("sshd", network("2001:db8::/64"), "2001:db8::/64");
  const seen: string[] = [];
  for (const value of targets.values()) {
    seen.push(value);
    targets.delete("sshd", network(value));
    if (seen.length === 50) targets.set("sshd", network("198.51.100.0/24"), "198.51.100.0/24");
  }
  assert.equal(new Set(seen).size, 102);
  assert.equal(targets.size, 0);
});
