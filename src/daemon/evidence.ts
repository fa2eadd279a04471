import { formatNetwork, type Network } from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
import type { Match } from "../core/match.ts";
import type { Instant } from "../core/time.ts";

/** Bans whose lines are remembered: the latest. */
const MOST = 1_000;

/** A log line that led to a ban. */
export interface Line {
  readonly at: Instant;
  readonly text: string;
}

/** The log lines behind the latest bans, as many of each as its jail keeps. In memory: a restart forgets them. */
export class Evidence {
  readonly #lines = new Map<string, readonly Line[]>();

  put(ban: Ban, matches: readonly Match[]): void {
    const key = keyOf(ban.jail, ban.target);
    this.#lines.delete(key);
    if (matches.length === 0) return;
    this.#lines.set(
      key,
      matches.map(({ entry }) => ({ at: entry.time, text: entry.message })),
    );
    if (this.#lines.size <= MOST) return;
    const [oldest = ""] = this.#lines.keys();
    this.#lines.delete(oldest);
  }

  of(jail: string, target: Network): readonly Line[] {
    return this.#lines.get(keyOf(jail, target)) ?? [];
  }
}

function keyOf(jail: string, target: Network): string {
  return `${jail} ${formatNetwork(target)}`;
}
