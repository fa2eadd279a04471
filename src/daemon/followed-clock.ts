import { ClockStep, type Clocks, type Jump } from "../core/clock-step.ts";
import type { Duration, Instant } from "../core/time.ts";
import type { Clock } from "../system/clock.ts";

export interface FollowedParts {
  readonly clock: Clock;
  /** Since boot, time asleep included. */
  readonly sinceBoot: () => Duration;
  readonly jumped: (jump: Jump, now: Instant) => void;
}

/** Clocks read further apart than this say nothing of each other: somebody else had the processor. */
const READ_WITHIN_MS = 200;

/**
 * The clock by which decisions are made. Whoever reads it can rely on bans having been moved: that the clock was set is told
 * before anybody learns the new time.
 */
export class FollowedClock implements Clock {
  readonly #parts: FollowedParts;
  readonly #step: ClockStep;

  constructor(parts: FollowedParts) {
    this.#parts = parts;
    this.#step = new ClockStep(this.#read());
  }

  now(): Instant {
    const clocks = this.#read();
    if (this.monotonic() - clocks.awake <= READ_WITHIN_MS) {
      const jump = this.#step.look(clocks);
      if (jump.step !== 0 || jump.asleep !== 0) this.#parts.jumped(jump, clocks.wall);
    }
    return clocks.wall;
  }

  monotonic(): Duration {
    return this.#parts.clock.monotonic();
  }

  sleep(length: Duration, signal?: AbortSignal): Promise<void> {
    return this.#parts.clock.sleep(length, signal);
  }

  #read(): Clocks {
    const { clock, sinceBoot } = this.#parts;
    return { awake: clock.monotonic(), wall: clock.now(), boot: sinceBoot() };
  }
}
