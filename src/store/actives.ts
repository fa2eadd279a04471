import { type Family, formatNetwork, type Network, networkOf, overlaps } from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
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

/** Bans as they stand, in memory. */
export class Actives {
  readonly #bans = new Map<string, Ban>();
  /** jail → which widths its bans have. */
  readonly #widths = new Map<string, Width[]>();
  #sweeping: Iterator<[string, Ban]> | undefined;
  /** The `before` of the last sweep that came to the end. */
  #swept = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#bans.size;
  }

  put(ban: Ban): void {
    const key = banKey(ban.jail, ban.target);
    if (!this.#bans.has(key)) this.#width(ban, 1);
    this.#bans.set(key, ban);
  }

  get(jail: string, target: Network): Ban | undefined {
    return this.#bans.get(banKey(jail, target));
  }

  delete(jail: string, target: Network): Ban | undefined {
    const key = banKey(jail, target);
    const ban = this.#bans.get(key);
    if (ban === undefined) return undefined;
    this.#bans.delete(key);
    this.#width(ban, -1);
    return ban;
  }

  /** The jail's ban around the target, narrowest first. */
  current(jail: string, target: Network, at: Instant): Ban | undefined {
    let best: Ban | undefined;
    for (const { family, length } of this.#widths.get(jail) ?? []) {
      if (family !== target.family || length > target.length) continue;
      const ban = this.get(jail, networkOf(target, length));
      if (ban !== undefined && stands(ban, at) && (best === undefined || length > best.target.length)) best = ban;
    }
    return best;
  }

  /** Of all jails, of exactly this target. */
  on(target: Network, at: Instant): Ban[] {
    const list: Ban[] = [];
    for (const jail of this.#widths.keys()) {
      const ban = this.get(jail, target);
      if (ban !== undefined && stands(ban, at)) list.push(ban);
    }
    return list;
  }

  /** Of all jails; also bans of parts of a prefix. */
  of(target: Network, at: Instant): Ban[] {
    const list: Ban[] = [];
    for (const [jail, widths] of this.#widths) {
      let inside = false;
      for (const { family, length } of widths) {
        if (family !== target.family) continue;
        if (length > target.length) inside = true;
        else {
          const ban = this.get(jail, networkOf(target, length));
          if (ban !== undefined && stands(ban, at)) list.push(ban);
        }
      }
      if (!inside) continue;
      for (const ban of this.#bans.values()) {
        const narrower = ban.jail === jail && ban.target.length > target.length;
        if (narrower && stands(ban, at) && overlaps(target, ban.target)) list.push(ban);
      }
    }
    return list;
  }

  all(at: Instant): Ban[] {
    const list: Ban[] = [];
    for (const ban of this.#bans.values()) if (stands(ban, at)) list.push(ban);
    return list;
  }

  /** Looks at the next `count` bans and takes out those that were over before `before`; all have their turn once a minute. */
  sweep(before: number, count: number): Ban[] {
    const gone: Ban[] = [];
    // A clock that was set back begins anew.
    if (this.#sweeping === undefined && Math.abs(before - this.#swept) < SWEEP_EVERY) return gone;
    this.#sweeping ??= this.#bans.entries();
    for (let looked = 0; looked < count; looked += 1) {
      const next = this.#sweeping.next();
      if (next.done) {
        this.#sweeping = undefined;
        this.#swept = before;
        break;
      }
      const ban = next.value[1];
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

  #width({ jail, target: { family, length } }: Ban, by: number): void {
    const widths = this.#widths.get(jail) ?? [];
    this.#widths.set(jail, widths);
    let width: Width | undefined;
    for (const each of widths) if (each.length === length && each.family === family) width = each;
    if (width === undefined) widths.push({ family, length, bans: by });
    else {
      width.bans += by;
      if (width.bans === 0) widths.splice(widths.indexOf(width), 1);
    }
    if (widths.length === 0) this.#widths.delete(jail);
  }
}

interface Width {
  readonly family: Family;
  readonly length: number;
  bans: number;
}

function stands(ban: Ban, at: Instant): boolean {
  return ban.until === undefined || ban.until > at;
}
