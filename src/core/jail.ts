import type { Address, Network } from "./address.ts";
import { networkOf } from "./address.ts";
import type { Scope } from "./ban.ts";
import type { Formula } from "./formula.ts";
import type { Duration } from "./time.ts";

/** How bans grow for those who come back: fail2ban's `bantime.*`. See growth.ts for what they do. */
export interface Growth {
  /** Off: every ban lasts `bantime`, whatever went before. */
  readonly increment: boolean;
  /** fail2ban's banFactor. */
  readonly factor: number;
  /** In place of the formula: the n-th entry for a source with n bans behind it, the last one for all further. */
  readonly multipliers?: readonly number[];
  /** Without it, and without multipliers: bantime × 2^bans × factor. */
  readonly formula?: Formula;
  readonly maxtime?: Duration;
  /** Up to this much is added to grown bans at random, so that their end cannot be calculated. */
  readonly rndtime?: Duration;
  /** Bans of every jail count, not only of this one. */
  readonly overalljails: boolean;
  /** For each such time without a ban since the last one ended, one earlier ban is forgotten. */
  readonly decay?: Duration;
}

/** So many different counted networks of one wider prefix within findtime ban the prefix. */
export interface Spread {
  /** How many of them: 2 or more. */
  readonly count: number;
  /** Length of the wider prefix: less than the jail's own length. */
  readonly length: number;
}

/**
 * What a success ("Accepted publickey …") does for failures of the same address: nothing; makes them forgotten; or makes
 * a ban within findtime of it short.
 */
export type Forgiveness = "no" | "forget" | "shorten";

/** The jail of bans by hand that name none, and that of bans for many bans. No configuration has jails of these names. */
export const MANUAL = "manual";
export const ESCALATION = "escalation";

/** What is watched and what is deserved. Resolved: every default is filled in. */
export interface Jail {
  /** Without blanks: it is part of keys. */
  readonly name: string;
  readonly enabled: boolean;
  /** Failures within findtime that make an offence, 1 … 65535. */
  readonly maxretry: number;
  /** Up to and including this long between the first failure and the last. */
  readonly findtime: Duration;
  readonly bantime: Duration;
  readonly growth: Growth;
  /** fail2ban's observer: a failure of somebody with n bans behind him counts 2^n/2 + 1 times. */
  readonly knownOffenders: boolean;
  /** Log lines kept with an offence; 0: none. */
  readonly maxmatches: number;
  /** Prefix lengths that are counted and banned by. */
  readonly lengths: { readonly ip: number; readonly ip6: number };
  readonly spread: { readonly ip?: Spread; readonly ip6?: Spread };
  readonly scope: Scope;
  /** The configured networks; see Ignores for names, lists in files and what is added at run time. */
  readonly ignore: readonly Network[];
  readonly ignoreself: boolean;
  readonly forgive: Forgiveness;
  /** Counts and judges, and bans nobody. */
  readonly dryRun: boolean;
  /** The longest ban on the word of a syslog sender of limited trust, and the longest that `shorten` leaves. */
  readonly limitedBantime: Duration;
}

/** The prefix that an address is counted and banned by. */
export function counted(jail: Jail, address: Address): Network {
  return networkOf(address, jail.lengths[address.family]);
}
