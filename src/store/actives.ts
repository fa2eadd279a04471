import { contains, formatNetwork, type Network, networkOf } from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
import { Targets } from "../core/targets.ts";
import type { Instant } from "../core/time.ts";

/** A ban that is over is remembered this long, should it turn out that the clock was ahead (ms). */
export const GRACE = 2 * 3_600_000;
/** Bans looked at for being over, per save. */
export const SWEEP = 2_000;
const SWEEP_EVERY = 60_000;

/** Bans at once; beyond, those that end soonest are let go. */
export const MAX_ACTIVE = 500_000;

/** Key of a ban: one jail bans a target once. */
export function banKey(jail: string, target: Network): string {
  return `${jail} ${formatNetwork(target)}`;
}

/** Bans as they stand, in memory, by jail and target. */
export class Actives {
  readonly #bans = new Targets<Ban>();
  #sweeping: Iterator<Ban, undefined> | undefined;
  /** The `before` of the last sweep that came to the end. */
  #swept = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#bans.size;
  }

  put(ban: Ban): void {
    this.#bans.set(ban.jail, ban.target, ban);
  }

  get(jail: string, target: Network): Ban | undefined {
    return this.#bans.get(jail, target);
  }

  delete(jail: string, target: Network): Ban | undefined {
    const ban = this.#bans.get(jail, target);
    this.#bans.delete(jail, target);
    return ban;
  }

  /** The jail's ban around the target, narrowest first. */
  current(jail: string, target: Network, at: Instant): Ban | undefined {
    let best: Ban | undefined;
    for (const { family, length, items } of this.#bans.shelves(jail)) {
      if (family !== target.family || length > target.length || items.size === 0) continue;
      const ban = items.get(networkOf(target, length).text);
      if (ban !== undefined && stands(ban, at) && (best === undefined || length > best.target.length)) best = ban;
    }
    return best;
  }

  /** Of all jails, of exactly this target. */
  on(target: Network, at: Instant): Ban[] {
    const list: Ban[] = [];
    for (const jail of this.#bans.names()) {
      const ban = this.#bans.get(jail, target);
      if (ban !== undefined && stands(ban, at)) list.push(ban);
    }
    return list;
  }

  /** Of all jails; also bans of parts of a prefix. */
  of(target: Network, at: Instant): Ban[] {
    const list: Ban[] = [];
    for (const jail of this.#bans.names()) {
      for (const { family, length, items } of this.#bans.shelves(jail)) {
        if (family !== target.family || items.size === 0) continue;
        if (length > target.length) {
          for (const ban of items.values()) if (stands(ban, at) && contains(target, ban.target)) list.push(ban);
        } else {
          const ban = items.get(networkOf(target, length).text);
          if (ban !== undefined && stands(ban, at)) list.push(ban);
        }
      }
    }
    return list;
  }

  all(at: Instant): Ban[] {
    const list: Ban[] = [];
    // Shelf by shelf: of very many bans, a generator takes most of the time.
    for (const jail of this.#bans.names()) {
      for (const { items } of this.#bans.shelves(jail)) {
        for (const ban of items.values()) if (stands(ban, at)) list.push(ban);
      }
    }
    return list;
  }

  /** Looks at the next `count` bans and takes out those that were over before `before`; all have their turn once a minute. */
  sweep(before: number, count: number): Ban[] {
    const gone: Ban[] = [];
    // A clock that was set back begins anew.
    if (this.#sweeping === undefined && Math.abs(before - this.#swept) < SWEEP_EVERY) return gone;
    this.#sweeping ??= this.#bans.values();
    for (let looked = 0; looked < count; looked += 1) {
      const next = this.#sweeping.next();
      if (next.done) {
        this.#sweeping = undefined;
        this.#swept = before;
        break;
      }
      const ban = next.value;
      if (ban.until !== undefined && ban.until < before) gone.push(ban);
    }
    for (const ban of gone) this.delete(ban.jail, ban.target);
    return gone;
  }

  /** When there are more than `most`: takes out a tenth, those that end soonest. */
  overflow(most: number): Ban[] {
    if (this.#bans.size <= most) return [];
    const soonest = [...this.#bans.values()].sort((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity));
    const gone = soonest.slice(0, Math.ceil(this.#bans.size - most * 0.9));
    for (const ban of gone) this.delete(ban.jail, ban.target);
    return gone;
  }
}

function stands(ban: Ban, at: Instant): boolean {
  return ban.until === undefined || ban.until > at;
}
