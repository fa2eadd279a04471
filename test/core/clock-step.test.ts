import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Ban } from "../../src/core/ban.ts";
import { ClockStep, settled, shifted } from "../../src/core/clock-step.ts";
import { duration, seconds } from "../../src/core/time.ts";
import { at, network } from "./fixtures.ts";

function ban(target: string, from: number, until?: number): Ban {
  const end = until === undefined ? {} : { until: at(until) };
  return { jail: "sshd", target: network(target), from: at(from), ...end, cause: { kind: "restored" } };
}

describe("ClockStep", () => {
  const table: [string, [wall: number, boot: number, awake: number], [step: number, asleep: number]][] = [
    ["is not bothered by time going by", [3600, 3600, 3600], [0, 0]],
    ["is not bothered by less than a second", [10.9, 10, 9.1], [0, 0]],
    ["sees the clock set forward", [3610, 10, 10], [3600, 0]],
    ["sees the clock set back", [-3590, 10, 10], [-3600, 0]],
    ["sees that the machine slept, and that nobody set the clock", [3610, 3610, 10], [0, 3600]],
    ["sees both at once", [10, 3610, 10], [-3600, 3600]],
  ];
  for (const [name, [wall, boot, awake], [step, asleep]] of table) {
    it(name, () => {
      const clocks = (more: number) => ({
        wall: at(wall + more),
        boot: seconds(500 + boot + more),
        awake: seconds(40 + awake + more),
      });
      const watch = new ClockStep({ wall: at(0), boot: seconds(500), awake: seconds(40) });
      assert.deepEqual(watch.look(clocks(0)), { step: step * 1000, asleep: asleep * 1000 });
      assert.deepEqual(watch.look(clocks(1)), { step: 0, asleep: 0 });
    });
  }
});

describe("shifted", () => {
  it("leaves of every ban what was left, for steps of an hour either way", () => {
    for (const step of [3600, -3600]) {
      const [four, six, forever] = shifted(
        [ban("192.0.2.7", 0, 600), ban("2001:db8::/64", 5, 300), ban("192.0.2.8", 5)],
        duration(step * 1000),
      );
      assert.deepEqual([four?.from, four?.until], [at(step), at(600 + step)]);
      assert.deepEqual([six?.from, six?.until], [at(5 + step), at(300 + step)]);
      assert.deepEqual([forever?.from, forever && "until" in forever], [at(5 + step), false]);
    }
  });
});

describe("settled", () => {
  it("has bans from the future begin now and last no longer than they were to", () => {
    const list = [
      ban("192.0.2.7", 3600, 4200),
      ban("2001:db8::/64", 100, 700),
      ban("192.0.2.8", 100.5),
      ban("192.0.2.9", 9000),
    ];
    assert.deepEqual(settled(list, at(100)), [ban("192.0.2.7", 100, 700), ban("192.0.2.9", 100)]);
  });
});
