import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { networkOf, words } from "../../src/core/address.ts";
import { maskBits, readBits } from "../../src/core/bits.ts";
import { Windows } from "../../src/core/windows.ts";
import { address, numbers } from "./fixtures.ts";

describe("readBits", () => {
  const samples = [
    "0.0.0.0",
    "192.0.2.7",
    "255.255.255.255",
    "::",
    "::1",
    "1::",
    "2001:db8::7",
    "2001:db8:1:2:3:4:5:6",
    "2001:db8::1:0:0:7",
    "fe80::ffff:0:1",
    "1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8",
  ];
  for (const text of samples) {
    it(`reads ${text} as the slow way does, at every length`, () => {
      const parsed = address(text);
      const bits = new Uint32Array(4).fill(7);
      const full = parsed.family === "ip" ? 32 : 128;
      for (let length = 0; length <= full; length += 1) {
        readBits(parsed, bits);
        maskBits(bits, length);
        const slow = words(networkOf(parsed, length));
        const expected = [0, 1, 2, 3].map((at) => (slow[at * 2] ?? 0) * 65_536 + (slow[at * 2 + 1] ?? 0));
        assert.deepEqual([...bits], expected, `/${length}`);
      }
    });
  }
});

describe("Windows", () => {
  it("takes out what was kept, and nothing else, across links that others then use", () => {
    const random = numbers(5);
    // As few links as the times need: what is given back must be used again.
    const windows = new Windows({ capacity: 4, links: 16, seed: 1 });
    const kept = new Map<number, { time: number; mark: number }[]>();
    for (let host = 1; host <= 4; host += 1) kept.set(windows.add(Uint32Array.of(host, 0, 0, 0), 1), []);
    const sorted = (list: readonly { time: number; mark: number }[]): string =>
      list
        .map(({ time, mark }) => `${time} ${mark}`)
        .sort()
        .join();
    for (let turn = 0; turn < 3000; turn += 1) {
      const [slot, list] = [...kept][Math.floor(random() * kept.size)] ?? assert.fail();
      const grow = random() < 0.5 && list.length < 16;
      const record = grow ? { time: turn, mark: turn % 7 } : list.splice(Math.floor(random() * list.length), 1)[0];
      if (record === undefined) continue;
      if (grow) {
        windows.keep(slot, record, 16);
        list.push(record);
      } else {
        assert.equal(windows.take(slot, { ...record, mark: 9 }), false);
        assert.equal(windows.take(slot, record), true);
        assert.equal(windows.take(slot, record), false);
      }
      for (const [each, expected] of kept) assert.equal(sorted(windows.records(each)), sorted(expected));
    }
    assert.equal(windows.evicted, 0);
  });

  function key(number: number): Uint32Array {
    return new Uint32Array([number, 0, 0, number * 7]);
  }

  it("finds what a plain map finds, through random additions, touches and removals", () => {
    const random = numbers(7);
    const windows = new Windows({ capacity: 50, links: 200, seed: 99 });
    // A map iterates from the least recently set: the same order of eviction.
    const plain = new Map<number, number[]>();
    for (let step = 0; step < 20_000; step += 1) {
      const id = Math.floor(random() * 120);
      const time = step * 10;
      const slot = windows.find(key(id), 1);
      const known = plain.get(id);
      assert.equal(slot !== 0, known !== undefined, `step ${step}: key ${id}`);
      if (random() < 0.2) {
        if (slot !== 0) windows.remove(slot);
        plain.delete(id);
        continue;
      }
      let to = slot;
      if (to === 0) to = windows.add(key(id), 1);
      else windows.touch(to);
      windows.keep(to, { time, mark: 1 }, 9);
      const times = known ?? [];
      plain.delete(id);
      plain.set(id, [...times, time].slice(-9));
      if (plain.size > 50) plain.delete([...plain.keys()][0] ?? -1);
      assert.equal(windows.size, plain.size);
    }
    assert.ok(windows.evicted > 100, "nothing was evicted");
    for (const [id, times] of plain) {
      const kept = windows.records(windows.find(key(id), 1)).map((record) => record.time);
      assert.deepEqual(
        kept.sort((a, b) => a - b),
        times,
      );
    }
    const order = [...windows.slots()].map((slot) => windows.bits(slot)[0]);
    assert.deepEqual(order, [...plain.keys()]);
  });

  it("lets the least recently seen make room when times run out", () => {
    const windows = new Windows({ capacity: 100, links: 10 });
    for (let id = 1; id <= 20; id += 1) windows.keep(windows.add(key(id), 1), { time: id, mark: 1 }, 4);
    assert.equal(windows.size, 10);
    assert.equal(windows.evicted, 10);
    assert.equal(windows.find(key(10), 1), 0);
    assert.notEqual(windows.find(key(11), 1), 0);
  });

  it("tells keys of different tags apart", () => {
    const windows = new Windows({ capacity: 4 });
    windows.add(key(1), 1);
    assert.equal(windows.find(key(1), 2), 0);
  });

  it("finds the fullest window around a time among entries out of order", () => {
    const windows = new Windows({ capacity: 4, links: 10 });
    const slot = windows.add(key(1), 1);
    for (const time of [100, 109, 250, 91]) windows.keep(slot, { time, mark: 2 }, 16);
    // Times, sorted: 91 100 109 250; windows of 10.
    assert.equal(windows.around(slot, 101, 10).sum, 4);
    assert.equal(windows.around(slot, 100, 10).sum, 4);
    assert.equal(windows.around(slot, 96, 10).sum, 4);
    assert.equal(windows.around(slot, 110, 10).sum, 4);
    assert.equal(windows.around(slot, 120, 10).sum, 0);
    assert.equal(windows.around(slot, 240, 10).sum, 2);
    assert.equal(windows.around(slot, 239, 10).sum, 0);
  });

  it("counts up to and including the length of the window", () => {
    const windows = new Windows({ capacity: 4 });
    const slot = windows.add(key(1), 1);
    windows.keep(slot, { time: 100, mark: 1 }, 16);
    assert.equal(windows.around(slot, 110, 10).sum, 1);
    assert.equal(windows.around(slot, 110.5, 10).sum, 0);
  });
});
