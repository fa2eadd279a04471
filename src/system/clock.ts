import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { type Duration, duration, type Instant, instant } from "../core/time.ts";

export interface Clock {
  now(): Instant;
  /** Since an arbitrary start; never steps. */
  monotonic(): Duration;
  /** Resolves after `length`, or at once when `signal` aborts; never rejects. */
  sleep(length: Duration, signal?: AbortSignal): Promise<void>;
}

/** Since boot, time asleep included, and set by nobody. */
export function sinceBoot(): Duration {
  return duration(uptime() * 1000);
}

/** The kernel's name for this boot; empty where it tells none. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    // No /proc, or one that hides it: then every start is taken for one after a reboot.
    return "";
  }
}

/** The only Date.now in the program. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  monotonic: () => duration(performance.now()),
  sleep: async (length, signal) => {
    try {
      await delay(length, undefined, signal ? { signal } : {});
    } catch {
      // Aborted: the caller looks at its signal anyway.
    }
  },
};
