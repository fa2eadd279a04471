import type { TestContext } from "node:test";

/** Offenders of both families, two thousand of them, each in a prefix of its own. */
export const SOURCES: readonly string[] = [
  ...["192.0.2", "198.51.100", "203.0.113"].flatMap((net) =>
    Array.from({ length: 250 }, (_, at) => `${net}.${at + 1}`),
  ),
  ...Array.from({ length: 1250 }, (_, at) => `2001:db8:${(at + 1).toString(16)}::1`),
];

/** From the environment, for shorter and longer runs. */
export function number(name: string, usual: number): number {
  const given = Number(process.env[name]);
  return Number.isFinite(given) && given > 0 ? given : usual;
}

/** From 0 to below 1, the same for the same SOAK_SEED, which the test tells. */
export function seeded(t: TestContext): () => number {
  let state = number("SOAK_SEED", Date.now() % 2 ** 31);
  t.diagnostic(`SOAK_SEED=${state}`);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
