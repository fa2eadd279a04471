import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Jump } from "../../src/core/clock-step.ts";
import { duration, type Instant, instant, seconds } from "../../src/core/time.ts";
import { FollowedClock } from "../../src/daemon/followed-clock.ts";
import { systemClock } from "../../src/system/clock.ts";
import { at } from "../core/fixtures.ts";

/** Clocks that the test sets, in seconds; each look at the wall takes `slow`. */
function followed() {
  const time = { wall: 0, boot: 100, awake: 50, slow: 0 };
  const seen: (Jump & { readonly now: Instant })[] = [];
  const clock = new FollowedClock({
    clock: {
      now: () => {
        time.awake += time.slow;
        time.boot += time.slow;
        return at(time.wall);
      },
      monotonic: () => seconds(time.awake),
      sleep: systemClock.sleep,
    },
    sinceBoot: () => seconds(time.boot),
    jumped: (jump, now) => seen.push({ ...jump, now }),
  });
  const pass = (wall: number, boot = wall, awake = boot): void => {
    time.wall += wall;
    time.boot += boot;
    time.awake += awake;
  };
  return { clock, seen, pass, time };
}

describe("FollowedClock", () => {
  for (const step of [3600, -3600]) {
    it(`tells once that the clock was set by ${step} s, before anybody reads it`, () => {
      const { clock, seen, pass } = followed();
      pass(10);
      assert.equal(clock.now(), at(10));
      pass(step, 0);
      assert.deepEqual(seen, []);
      assert.equal(clock.now(), at(10 + step));
      pass(1);
      assert.equal(clock.now(), at(11 + step));
      assert.deepEqual(seen, [{ step: step * 1000, asleep: 0, now: at(10 + step) }]);
    });
  }

  it("tells how long the machine slept", () => {
    const { clock, seen, pass } = followed();
    pass(3610, 3610, 10);
    clock.now();
    assert.deepEqual(seen, [{ step: 0, asleep: 3_600_000, now: at(3610) }]);
  });

  it("takes nothing from clocks that were read far apart, and misses nothing for that", () => {
    const { clock, seen, pass, time } = followed();
    time.slow = 5;
    clock.now();
    assert.deepEqual(seen, []);
    time.slow = 0;
    pass(3600, 0);
    time.wall += 5;
    assert.equal(clock.now(), instant(at(3605)));
    assert.deepEqual(
      seen.map(({ step }) => step),
      [duration(3_600_000)],
    );
  });
});
