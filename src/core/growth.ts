import type { Growth, Jail } from "./jail.ts";
import { type Duration, duration, FOREVER, type Instant } from "./time.ts";

/** What is remembered of a source when it offends again. */
export interface History {
  /** Bans for offences in this jail; those on the word of a sender of limited trust are not among them. */
  readonly priors: number;
  /** The same over all jails. */
  readonly overall: number;
  /** When the last ban in this jail began. */
  readonly began?: Instant;
  /** When it ended, was lifted, or will end; `Infinity`: never. */
  readonly ends?: Instant;
  /** When the last of all jails ended, likewise. */
  readonly endsOverall?: Instant;
}

/** 100 years: a formula that overflows does not make a ban that never ends, nor a time that no kernel takes. */
const LONGEST = duration(3_155_760_000_000);

/**
 * How long the next ban lasts, after fail2ban's rules: `bantime` the first time. With n earlier bans
 * max(bantime, formula), or with multipliers bantime × factor × multipliers[n]; at most maxtime; and up to rndtime
 * more at random. Without `increment`, or when bantime is forever, it is bantime.
 * @param random from 0 to below 1.
 */
export function banLength(jail: Jail, history: History, at: Instant, random: () => number): Duration {
  const growth = jail.growth;
  const count = growth.increment ? remembered(growth, history, at) : 0;
  if (count === 0 || jail.bantime === FOREVER) return jail.bantime;
  const grown = growth.multipliers?.length
    ? jail.bantime * growth.factor * (growth.multipliers[Math.min(count, growth.multipliers.length - 1)] ?? 1)
    : Math.max(jail.bantime, byFormula(growth, jail.bantime, count));
  // What makes no sense as a time (0/0, a negative multiplier) is not a reason to ban anybody for less.
  const sound = Number.isNaN(grown) || grown <= 0 ? jail.bantime : Math.min(grown, LONGEST);
  const capped = Math.min(sound, growth.maxtime ?? LONGEST);
  return duration(Math.round(capped + random() * (growth.rndtime ?? 0)));
}

/** How many times a failure counts for somebody with so many bans behind him: 1, 2, 3, 5, 9, 17 … as fail2ban's observer. */
export function offenderWeight(priors: number): number {
  return priors === 0 ? 1 : 2 ** Math.min(priors, 20) / 2 + 1;
}

/** Bans in this jail that an offender still has behind him: what `decay` forgot makes no known offender. */
export function knownPriors(growth: Growth, history: History, at: Instant): number {
  return remembered({ ...growth, overalljails: false }, history, at);
}

function remembered(growth: Growth, history: History, at: Instant): number {
  const bans = growth.overalljails ? history.overall : history.priors;
  const ends = growth.overalljails ? history.endsOverall : history.ends;
  if (growth.decay === undefined || ends === undefined) return bans;
  return Math.max(0, bans - Math.max(0, Math.floor((at - ends) / growth.decay)));
}

function byFormula(growth: Growth, bantime: Duration, count: number): number {
  if (growth.formula === undefined) return bantime * 2 ** Math.min(count, 20) * growth.factor;
  return growth.formula.evaluate({ count, time: bantime / 1000, factor: growth.factor }) * 1000;
}
