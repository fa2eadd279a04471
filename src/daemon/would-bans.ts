import { formatNetwork } from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
import type { Instant } from "../core/time.ts";

/** Kept for each jail; beyond, those that would have begun first are forgotten. */
const MOST = 1000;

/** Whom dry jails would have banned and would still be banned, by jail and target. */
export class WouldBans {
  readonly #jails = new Map<string, Map<string, Ban>>();

  /** False when the target would be banned already. */
  add(ban: Ban, now: Instant): boolean {
    const bans = this.#jails.get(ban.jail) ?? new Map<string, Ban>();
    this.#jails.set(ban.jail, bans);
    const key = formatNetwork(ban.target);
    const standing = bans.get(key);
    if (standing && stands(standing, now)) return false;
    bans.delete(key);
    bans.set(key, ban);
    const [oldest] = bans.keys();
    if (bans.size > MOST && oldest !== undefined) bans.delete(oldest);
    return true;
  }

  of(jail: string, now: Instant): readonly Ban[] {
    return [...(this.#jails.get(jail)?.values() ?? [])].filter((ban) => stands(ban, now));
  }

  drop(jail: string): void {
    this.#jails.delete(jail);
  }
}

function stands(ban: Ban, now: Instant): boolean {
  return ban.from <= now && (ban.until === undefined || ban.until > now);
}
