import type { Ban } from "./ban.ts";
import { type Duration, duration, type Instant, instant, seconds } from "./time.ts";

/** Less than this is the ticking of two clocks, not somebody setting one. */
const TOLERANCE = seconds(1);

/** Tells when the wall clock was set, by comparing it with one that nobody sets. */
export class ClockStep {
  #wall: Instant;
  #elapsed: Duration;

  /** @param elapsed since an arbitrary start, time asleep included (the kernel's boot time: first number of /proc/uptime). */
  constructor(wall: Instant, elapsed: Duration) {
    this.#wall = wall;
    this.#elapsed = elapsed;
  }

  /** By how much the wall clock was set since the last look: forward is positive; 0 when it was not. */
  look(wall: Instant, elapsed: Duration): Duration {
    const step = wall - this.#wall - (elapsed - this.#elapsed);
    this.#wall = wall;
    this.#elapsed = elapsed;
    return duration(Math.abs(step) > TOLERANCE ? Math.round(step) : 0);
  }
}

/** Bans as they are to be written after the clock was set by `step`: what is left of them stays the same. */
export function shifted(bans: readonly Ban[], step: Duration): Ban[] {
  return bans.map((ban) => moved(ban, step));
}

/**
 * Bans that begin in the future, as they are to be written: the clock was ahead when they were made, and no one saw it
 * set back. They begin now and last no longer than they were to.
 */
export function settled(bans: readonly Ban[], now: Instant): Ban[] {
  return bans.filter((ban) => ban.from - now > TOLERANCE).map((ban) => moved(ban, duration(now - ban.from)));
}

function moved(ban: Ban, by: Duration): Ban {
  const from = instant(ban.from + by);
  return ban.until === undefined ? { ...ban, from } : { ...ban, from, until: instant(ban.until + by) };
}
