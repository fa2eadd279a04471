import type { Ban } from "./ban.ts";
import { type Duration, duration, type Instant, instant, seconds } from "./time.ts";

/** Less than this is the ticking of two clocks, not somebody setting one. */
const TOLERANCE = seconds(1);

/** What three clocks tell at one moment. */
export interface Clocks {
  /** Anybody may set it. */
  readonly wall: Instant;
  /** Nobody sets it, and it goes on while the machine sleeps: the kernel's boot time. */
  readonly boot: Duration;
  /** Nobody sets it, and it stands while the machine sleeps, as the kernel's timeouts do. */
  readonly awake: Duration;
}

/** What happened between two looks; 0: nothing. */
export interface Jump {
  /** By how much the wall clock was set: forward is positive. */
  readonly step: Duration;
  /** How long the machine slept. */
  readonly asleep: Duration;
}

/** Tells when the wall clock was set and when the machine slept, by comparing clocks. */
export class ClockStep {
  #last: Clocks;

  constructor(clocks: Clocks) {
    this.#last = clocks;
  }

  /** What happened since the last look. */
  look(clocks: Clocks): Jump {
    const { wall, boot, awake } = this.#last;
    this.#last = clocks;
    const passed = clocks.boot - boot;
    return { step: jumped(clocks.wall - wall - passed), asleep: jumped(passed - (clocks.awake - awake)) };
  }
}

/** How the wall clock stands to the one of a boot. */
export interface ClockMark {
  /** The kernel's name for the boot; empty: unknown. */
  readonly boot: string;
  /** Wall clock less boot time (ms). */
  readonly offset: number;
}

/** By how much the wall clock was set since a mark was made; 0 when that cannot be told, after a reboot. */
export function stepSince(before: ClockMark | undefined, now: ClockMark): Duration {
  return duration(before?.boot === now.boot && now.boot !== "" ? jumped(now.offset - before.offset) : 0);
}

/** Undefined for anything but what was written as JSON. */
export function readMark(text: string | undefined): ClockMark | undefined {
  if (text === undefined) return undefined;
  try {
    const mark: unknown = JSON.parse(text);
    if (typeof mark !== "object" || mark === null || !("boot" in mark) || !("offset" in mark)) return undefined;
    const { boot, offset } = mark;
    if (typeof boot === "string" && typeof offset === "number" && Number.isFinite(offset)) return { boot, offset };
  } catch {
    // Not JSON, so not a mark.
  }
  return undefined;
}

function jumped(by: number): Duration {
  return duration(Math.abs(by) > TOLERANCE ? Math.round(by) : 0);
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
