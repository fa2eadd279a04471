import assert from "node:assert/strict";
import { test } from "node:test";
import { contains, FULL, formatNetwork, type Network, networkOf, parseAddress } from "../../src/core/address.ts";
import { Prefixes } from "../../src/core/prefixes.ts";
import { network, numbers } from "./fixtures.ts";

const random = numbers(7);

function pick(below: number): number {
  return Math.floor(random() * below);
}

/** Few bits differ, so that they meet often: at both ends of the address, and at the borders of its 32-bit parts. */
function some(): Network {
  const ip = random() < 0.5;
  const text = ip
    ? `${pick(2) * 128 + pick(2)}.0.${pick(2)}.${pick(4)}`
    : `${pick(2) ? "2001" : "a001"}:${pick(2)}:${pick(2) * 8000}::${pick(2)}:${pick(2)}:${pick(4)}`;
  const address = parseAddress(text);
  assert.ok(address);
  const full = FULL[address.family];
  const lengths = ip ? [0, 1, 8, 23, 24, 31, 32] : [0, 1, 19, 32, 33, 47, 48, 64, 65, 96, 97, 127, 128];
  return networkOf(address, lengths[pick(lengths.length)] ?? full);
}

test("what is looked up is what comparing with every network gives, first added first", () => {
  let around = 0;
  let inside = 0;
  for (let round = 0; round < 300; round += 1) {
    const list: Network[] = [];
    const prefixes = new Prefixes<string>();
    for (let at = 0; at < 30; at += 1) {
      const one = some();
      list.push(one);
      prefixes.add(one, formatNetwork(one));
      // In between too: what was found out about lengths must not outlive the next addition.
      const target = some();
      const wide = list.find((each) => contains(each, target));
      const narrow = list.find((each) => each.length > target.length && contains(target, each));
      assert.equal(prefixes.around(target), wide && formatNetwork(wide));
      assert.equal(prefixes.inside(target), narrow && formatNetwork(narrow));
      if (wide) around += 1;
      if (narrow) inside += 1;
    }
  }
  assert.ok(around > 1000 && inside > 1000, `${around} and ${inside} were found`);
});

test("of equal networks the first stays", () => {
  for (const text of ["192.0.2.0/24", "2001:db8::/32"]) {
    const prefixes = new Prefixes<number>();
    prefixes.add(network(text), 1);
    prefixes.add(network(text), 2);
    assert.equal(prefixes.around(network(text)), 1);
    assert.equal(prefixes.inside(network(text)), undefined);
  }
});

test("families do not meet, though their bits do", () => {
  const prefixes = new Prefixes<string>();
  prefixes.add(network("32.1.13.184"), "4");
  assert.equal(prefixes.around(network("2001:db8::/32")), undefined);
  assert.equal(prefixes.around(network("2001:db8::/64")), undefined);
  prefixes.add(network("2001:db8::/32"), "6");
  assert.equal(prefixes.around(network("32.1.13.184")), "4");
  assert.equal(prefixes.around(network("2001:db8::/64")), "6");
});
