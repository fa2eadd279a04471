declare const unit: unique symbol;

/** Milliseconds since the epoch. Made only at the edges: by a source, or by the system clock. */
export type Instant = number & { readonly [unit]: "instant" };
/** Milliseconds. Forever is Infinity. */
export type Duration = number & { readonly [unit]: "duration" };

export const FOREVER = Number.POSITIVE_INFINITY as Duration;

export function instant(epochMs: number): Instant {
  return epochMs as Instant;
}

export function duration(ms: number): Duration {
  return ms as Duration;
}

export function seconds(count: number): Duration {
  return (count * 1000) as Duration;
}

/** The moment `length` after `at`; undefined when it never comes. */
export function after(at: Instant, length: Duration): Instant | undefined {
  return length === FOREVER ? undefined : ((at + length) as Instant);
}

const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
  ["w", 604_800],
  // fail2ban's: a month is 1/12 of a Julian year, a year 365.25 days.
  ["mo", 2_629_800],
  ["y", 31_557_600],
]);

/**
 * "90", "10m", "1h30m", "7d", "forever", "-1" → Duration; a number is seconds, -1 is forever.
 * Undefined for anything else, zero included. Bounded to 100 years, past which it is forever in all but name.
 */
export function parseDuration(value: string | number): Duration | undefined {
  if (typeof value === "number") {
    if (value === -1) return FOREVER;
    return Number.isFinite(value) && value > 0 ? bounded(value) : undefined;
  }
  const text = value.trim().toLowerCase();
  if (text === "forever" || text === "-1") return FOREVER;
  if (/^\d{1,12}(?:\.\d{1,3})?$/.test(text)) return Number(text) > 0 ? bounded(Number(text)) : undefined;
  if (!/^(?:\d{1,9}(?:mo|[smhdwy])\s?){1,7}$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, name] of text.matchAll(/(\d+)(mo|[smhdwy])/g)) {
    total += Number(count) * (UNIT_SECONDS.get(name ?? "") ?? Number.NaN);
  }
  return total > 0 ? bounded(total) : undefined;
}

function bounded(count: number): Duration | undefined {
  return count <= 3_155_760_000 ? seconds(count) : undefined;
}

/** Duration → "10m", "1h30m", "forever": at most two units, rounded down; what parseDuration reads back. */
export function formatDuration(length: Duration): string {
  if (length === FOREVER) return "forever";
  let rest = Math.max(0, Math.floor(length / 1000));
  if (rest === 0) return "0s";
  const parts: string[] = [];
  for (const name of ["w", "d", "h", "m", "s"]) {
    const size = UNIT_SECONDS.get(name) ?? 1;
    // Weeks only where they come out even: "10d" reads better than "1w3d".
    if (name === "w" && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) {
      parts.push(`${count}${name}`);
      rest -= count * size;
      if (parts.length === 2) break;
    }
  }
  return parts.join("");
}
