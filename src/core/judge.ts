import { FULL, type Network, networkOf } from "./address.ts";
import { type Ban, type Cause, KERNEL_SLACK, type Narrowed, type Offence, type Verdict } from "./ban.ts";
import { banLength, type History } from "./growth.ts";
import type { Jail } from "./jail.ts";
import { after, type Duration, duration, type Instant, instant } from "./time.ts";

/** What a decision rests on besides the offence. */
export interface Grounds {
  readonly jail: Jail;
  readonly now: Instant;
  /** What this jail, and all, did to the target before `at`. */
  readonly history: (jail: string, target: Network, at: Instant) => History;
  /** The ban of this jail that shuts the target out at `at`: its own, or one of a wider prefix. */
  readonly current: (jail: string, target: Network, at: Instant) => Ban | undefined;
  /** The rule of the jail's ignore list that the target, or any part of it, falls under. */
  readonly ignored: (jail: string, target: Network) => string | undefined;
  /** The rule by which nobody may ever ban the target or any part of it. */
  readonly protected: (target: Network) => string | undefined;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Those who are banned so often, in whatever jails, are shut out by a jail of its own: fail2ban's recidive. */
export interface Escalation {
  /** A jail that reads nothing; its scope says what is shut: as a rule, everything. */
  readonly jail: Jail;
  readonly bans: number;
  readonly findtime: Duration;
  readonly bantime: Duration;
}

/** The rule of those whom a program is still asked about. */
export const UNDECIDED = "ignorecommand has not answered yet";

/** After a login from the same address, a ban lasts this part of what it would, and never longer than `limitedBantime`. */
const SHORTENED = 10;

/**
 * What becomes of an offence. A ban lasts from the moment of the offence, by the entry's own time, so that entries read
 * late (after a crash, or an hour's downtime) have the outcome they would have had: a ban for what is left of it, or a
 * `past` one for the history. An entry from the future, or told by another machine's clock, counts as of now.
 *
 * A prefix that holds somebody who must not be banned is not: then whoever filled the measure is banned alone. As long as
 * that is not known of the prefix, nothing is decided.
 */
export function judge(offence: Offence, grounds: Grounds): Verdict {
  const { target, address } = offence;
  let spared = spare(target, grounds);
  if (spared === undefined) return sentence(offence, grounds);
  const narrowed = { from: target, rule: spared.rule };
  let { length } = target;
  for (const narrower of [grounds.jail.lengths[target.family], FULL[target.family]]) {
    if (narrower <= length || spared.rule === UNDECIDED) continue;
    length = narrower;
    const part = networkOf(address, length);
    spared = spare(part, grounds);
    if (spared === undefined) return sentence({ ...offence, target: part }, grounds, narrowed);
  }
  return spared;
}

function sentence(offence: Offence, grounds: Grounds, narrowed?: Narrowed): Verdict {
  const { jail, now } = grounds;
  const { target } = offence;
  const at = moment(offence, now);
  const standing = barring(target, at, grounds);
  const restored = standing && isRestored(standing, target, at) ? standing : undefined;
  if (standing && !restored) return { kind: "spare", reason: "already-banned" };
  const history = grounds.history(jail.name, target, at);
  if (wasBarred(target, at, grounds, history)) return { kind: "spare", reason: "already-banned" };
  const until = after(at, length(offence, grounds, history));
  if (restored && !endsAlike(restored.until, until)) return { kind: "spare", reason: "already-banned" };
  const cause = causeOf(offence);
  const endless: Ban = { jail: jail.name, target, from: at, cause };
  const ban = until === undefined ? endless : { ...endless, until };
  if (jail.dryRun) return { kind: "spare", reason: "dry-run", ban };
  const kind = until !== undefined && until <= now ? "past" : "ban";
  return narrowed ? { kind, ban, narrowed } : { kind, ban };
}

function causeOf({ failures, spread, limited }: Offence): Cause {
  return {
    kind: "offence",
    failures,
    ...(spread === undefined ? {} : { spread }),
    ...(limited ? { limited } : {}),
  };
}

/**
 * Whether a ban just decided was one too many: `bansSince` counts the target's bans for offences in all jails that began
 * at or after a moment, this one included. Undefined when it was not, or when the target is shut out already.
 */
export function escalate(
  ban: Ban,
  escalation: Escalation,
  grounds: Grounds & { readonly bansSince: (target: Network, since: Instant) => number },
): Verdict | undefined {
  if (ban.cause.kind !== "offence" || ban.cause.limited) return undefined;
  const bans = grounds.bansSince(ban.target, (ban.from - escalation.findtime) as Instant);
  if (bans < escalation.bans) return undefined;
  const { jail } = escalation;
  // A prefix that this jail banned may have been escalated before.
  const { spread } = grounds.jail;
  const before = { ...grounds, jail: { ...jail, spread } };
  if (barred(ban.target, ban.from, before)) return undefined;
  if (wasBarred(ban.target, ban.from, before, grounds.history(jail.name, ban.target, ban.from))) return undefined;
  const spared = spare(ban.target, { ...grounds, jail });
  if (spared) return spared;
  const until = after(ban.from, escalation.bantime);
  const wider: Ban = {
    jail: jail.name,
    target: ban.target,
    from: ban.from,
    ...(until === undefined ? {} : { until }),
    cause: { kind: "escalation", bans },
  };
  if (jail.dryRun) return { kind: "spare", reason: "dry-run", ban: wider };
  return until !== undefined && until <= grounds.now ? { kind: "past", ban: wider } : { kind: "ban", ban: wider };
}

/** The moment that an offence counts as of; in whole milliseconds, as stores keep it. */
export function moment(offence: Offence, now: Instant): Instant {
  return instant(Math.floor(offence.foreignClock || offence.time > now ? now : offence.time));
}

interface Spared {
  readonly kind: "spare";
  readonly reason: "protected" | "ignored";
  readonly rule: string;
  readonly target: Network;
}

/** The jail's own rule or the machine's, if the target or a part of it falls under one. */
function spare(target: Network, grounds: Grounds): Spared | undefined {
  const rule = grounds.protected(target);
  if (rule !== undefined) return { kind: "spare", reason: "protected", rule, target };
  const ignored = grounds.ignored(grounds.jail.name, target);
  if (ignored !== undefined) return { kind: "spare", reason: "ignored", rule: ignored, target };
  return undefined;
}

/** Whether a ban of the jail shuts the target out at `at`, as far as bans that stand now tell. */
function barred(target: Network, at: Instant, grounds: Grounds): boolean {
  return barring(target, at, grounds) !== undefined;
}

function barring(target: Network, at: Instant, { jail, now, current }: Grounds): Ban | undefined {
  const ban = current(jail.name, target, at);
  return ban !== undefined && ban.from <= now ? ban : undefined;
}

/**
 * A ban that was taken over from the kernel, for want of a record, after the offence: when it ends as the offence's own
 * would, it is that, and its place is taken by one that has all there is to it.
 */
function isRestored({ cause, from, target: { length } }: Ban, target: Network, at: Instant): boolean {
  return cause.kind === "restored" && at < from && length === target.length;
}

function endsAlike(a: Instant | undefined, b: Instant | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Math.abs(a - b) <= KERNEL_SLACK;
}

/** For an entry read late, the ban that shut the target out may be long over: then only the history knows. */
function wasBarred(target: Network, at: Instant, { jail, now, history }: Grounds, own: History): boolean {
  if (standing(own, at, now)) return true;
  const spread = jail.spread[target.family];
  if (spread === undefined || spread.length >= target.length) return false;
  return standing(history(jail.name, networkOf(target, spread.length), at), at, now);
}

/**
 * Whether the last ban, over by now, shut the target out at `at`. One that begins or ends in the future and does not stand was
 * made when the clock was ahead, or had to make room.
 */
function standing(history: History, at: Instant, now: Instant): boolean {
  const { began, ends } = history;
  return began !== undefined && ends !== undefined && began <= now && ends <= now && ends > at;
}

function length(offence: Offence, grounds: Grounds, history: History): Duration {
  const { jail } = grounds;
  // Anybody who can forge that sender's datagrams can accuse anybody: short, and never growing.
  if (offence.limited) return shorter(jail.bantime, jail.limitedBantime);
  const whole = banLength(jail, history, moment(offence, grounds.now), grounds.random);
  // Somebody behind this address has a key or a password here: perhaps the admin and a guesser share a router.
  return offence.loggedIn ? shorter(duration(Math.round(whole / SHORTENED)), jail.limitedBantime) : whole;
}

function shorter(a: Duration, b: Duration): Duration {
  return a < b ? a : b;
}
