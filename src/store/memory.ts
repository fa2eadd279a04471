import { formatNetwork, type Network, networkOf } from "../core/address.ts";
import { type Ban, countsLater } from "../core/ban.ts";
import type { History } from "../core/growth.ts";
import { type Instant, instant } from "../core/time.ts";
import { Actives, banKey, GRACE, MAX_ACTIVE, SWEEP } from "./actives.ts";
import type { Opened, PastBan, RuntimeIgnore, Step, Store, Totals, Unban } from "./store.ts";

/** What one jail knows of an offender. */
interface Standing {
  bans: number;
  began: Instant;
  ends: Instant;
}

/** A ban of the past. */
interface Remembered {
  /** Of those before it there are so many. */
  readonly number: number;
  ban: PastBan;
  /** It makes later ones longer. */
  counts: boolean;
}

interface Offender {
  readonly jails: Map<string, Standing>;
  /** Oldest first. */
  readonly bans: Remembered[];
}

const UNKNOWN: History = { priors: 0, overall: 0 };
/** End of a ban that has none. */
const NEVER = instant(Number.POSITIVE_INFINITY);
/** Offenders that are remembered; those that were not banned for the longest time are forgotten. */
const MAX_OFFENDERS = 100_000;
/** Bans of each. */
const MAX_PAST = 1000;

/** A store that forgets everything at its end: for tests and for looking at what would be. */
export class MemoryStore implements Store {
  readonly opened: Opened = { kind: "fresh" };
  readonly #active = new Actives();
  /** By target, in the order of their latest bans. */
  readonly #offenders = new Map<string, Offender>();
  #bans = 0;
  readonly #cursors = new Map<string, string>();
  readonly #facts = new Map<string, string>();
  readonly #ignores = new Map<string, RuntimeIgnore>();
  readonly #totals = new Map<string, Totals>();
  #counts: Uint8Array[] = [];

  activeBans(at: Instant): readonly Ban[] {
    return this.#active.all(at);
  }

  current(jail: string, target: Network, at: Instant): Ban | undefined {
    return this.#active.current(jail, target, at);
  }

  bansOf(target: Network, at: Instant): readonly Ban[] {
    return this.#active.of(target, at);
  }

  bansOn(target: Network, at: Instant): readonly Ban[] {
    return this.#active.on(target, at);
  }

  history(jail: string, target: Network): History {
    const jails = this.#offenders.get(formatNetwork(target))?.jails;
    if (jails === undefined) return UNKNOWN;
    let overall = 0;
    let endsOverall: Instant | undefined;
    for (const offender of jails.values()) {
      overall += offender.bans;
      if (endsOverall === undefined || endsOverall < offender.ends) endsOverall = offender.ends;
    }
    const own = jails.get(jail);
    return {
      priors: own?.bans ?? 0,
      overall,
      ...(own === undefined ? {} : { began: own.began, ends: own.ends }),
      ...(endsOverall === undefined ? {} : { endsOverall }),
    };
  }

  bansSince(target: Network, since: Instant): number {
    const all = this.#offenders.get(formatNetwork(target))?.bans ?? [];
    return all.filter(({ ban, counts }) => counts && ban.from >= since).length;
  }

  past(target: Network, limit: number): readonly PastBan[] {
    const found: Remembered[] = [];
    for (let length = 0; length <= target.length; length += 1) {
      found.push(...(this.#offenders.get(formatNetwork(networkOf(target, length)))?.bans ?? []));
    }
    found.sort((one, other) => other.number - one.number);
    return found.slice(0, limit).map(({ ban }) => ban);
  }

  cursor(source: string): string | undefined {
    return this.#cursors.get(source);
  }

  counts(): readonly Uint8Array[] {
    return this.#counts;
  }

  startOver(): void {
    this.#counts = [];
    this.#cursors.clear();
  }

  ignores(): readonly RuntimeIgnore[] {
    return [...this.#ignores.values()];
  }

  fact(name: string): string | undefined {
    return this.#facts.get(name);
  }

  totals(): ReadonlyMap<string, Totals> {
    return this.#totals;
  }

  stage(changes: Pick<Step, "at" | "bans" | "unbans" | "moved">): void {
    for (const ban of changes.moved ?? []) this.#move(ban);
    for (const unban of changes.unbans ?? []) this.#unban(unban, changes.at);
    for (const ban of changes.bans ?? []) this.#ban(ban);
  }

  save(step: Step): boolean {
    this.stage(step);
    for (const [name, text] of Object.entries(step.facts ?? {})) this.#facts.set(name, text);
    for (const [source, at] of Object.entries(step.cursors ?? {})) this.#cursors.set(source, at);
    if (step.counts) this.#counts = [step.counts.whole()];
    for (const [jail, failures] of Object.entries(step.failures ?? {})) this.#total(jail, { failures, bans: 0 });
    for (const ignore of step.ignores?.add ?? []) this.#ignores.set(banKey(ignore.jail, ignore.network), ignore);
    for (const ignore of step.ignores?.remove ?? []) this.#ignores.delete(banKey(ignore.jail, ignore.network));
    this.#active.sweep(step.at - GRACE, SWEEP);
    this.#active.overflow(MAX_ACTIVE);
    return true;
  }

  catchUp(): boolean {
    return true;
  }

  troubles(): readonly string[] {
    return [];
  }

  close(): void {
    // Nothing is held.
  }

  #ban(ban: Ban): void {
    this.#unban({ jail: ban.jail, target: ban.target }, ban.from);
    this.#active.put(ban);
    this.#total(ban.jail, { failures: 0, bans: 1 });
    const { jails, bans } = this.#offender(formatNetwork(ban.target));
    const counts = countsLater(ban.cause);
    bans.push({ number: this.#bans, ban, counts });
    this.#bans += 1;
    if (bans.length > MAX_PAST) bans.shift();
    jails.set(ban.jail, {
      bans: (jails.get(ban.jail)?.bans ?? 0) + (counts ? 1 : 0),
      began: ban.from,
      ends: ban.until ?? NEVER,
    });
  }

  #move(ban: Ban): void {
    if (this.#active.get(ban.jail, ban.target) === undefined) return;
    this.#active.put(ban);
    const offender = this.#offenders.get(formatNetwork(ban.target));
    const latest = offender && latestOf(offender, ban.jail);
    if (latest) latest.ban = ban;
    const standing = offender?.jails.get(ban.jail);
    if (standing) Object.assign(standing, { began: ban.from, ends: ban.until ?? NEVER });
  }

  #unban(unban: Unban, at: Instant): void {
    const ban = this.#active.delete(unban.jail, unban.target);
    const lifted = ban !== undefined && (ban.until === undefined || ban.until > at);
    const offender = this.#offenders.get(formatNetwork(unban.target));
    if (offender === undefined) return;
    const latest = lifted ? latestOf(offender, unban.jail) : undefined;
    if (latest) latest.ban = { ...latest.ban, lifted: at };
    if (unban.forget) {
      for (const one of offender.bans) if (one.ban.jail === unban.jail) one.counts = false;
      offender.jails.delete(unban.jail);
      return;
    }
    const standing = offender.jails.get(unban.jail);
    if (lifted && standing) standing.ends = at;
  }

  /** The target's record, which is the latest from now on. */
  #offender(text: string): Offender {
    const offender = this.#offenders.get(text) ?? { jails: new Map<string, Standing>(), bans: [] };
    this.#offenders.delete(text);
    this.#offenders.set(text, offender);
    if (this.#offenders.size > MAX_OFFENDERS) {
      const [oldest = ""] = this.#offenders.keys();
      this.#offenders.delete(oldest);
    }
    return offender;
  }

  #total(jail: string, more: Totals): void {
    const known = this.#totals.get(jail) ?? { failures: 0, bans: 0 };
    this.#totals.set(jail, { failures: known.failures + more.failures, bans: known.bans + more.bans });
  }
}

function latestOf({ bans }: Offender, jail: string): Remembered | undefined {
  return bans.findLast(({ ban }) => ban.jail === jail);
}
