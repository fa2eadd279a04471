import { formatNetwork, type Network, networkOf } from "../core/address.ts";
import { type Ban, countsLater } from "../core/ban.ts";
import type { History } from "../core/growth.ts";
import { type Instant, instant } from "../core/time.ts";
import { Actives, banKey, GRACE, MAX_ACTIVE, SWEEP } from "./actives.ts";
import type { Opened, PastBan, RuntimeIgnore, Step, Store, Totals, Unban } from "./store.ts";

interface Offender {
  bans: number;
  began: Instant;
  ends: Instant;
}

const UNKNOWN: History = { priors: 0, overall: 0 };
/** End of a ban that has none. */
const NEVER = instant(Number.POSITIVE_INFINITY);
/** Bans kept for `past`; older ones are dropped. */
const MAX_HISTORY = 100_000;

/** A store that forgets everything at its end: for tests and for looking at what would be. */
export class MemoryStore implements Store {
  readonly opened: Opened = { kind: "fresh" };
  readonly #active = new Actives();
  /** target → jail → what is remembered. */
  readonly #offenders = new Map<string, Map<string, Offender>>();
  readonly #history: PastBan[] = [];
  /** Bans that no longer count. */
  readonly #forgotten = new WeakSet<PastBan>();
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
    const jails = this.#offenders.get(formatNetwork(target));
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
    const text = formatNetwork(target);
    let count = 0;
    for (const ban of this.#history) {
      if (this.#forgotten.has(ban)) continue;
      if (ban.from >= since && countsLater(ban.cause) && formatNetwork(ban.target) === text) count += 1;
    }
    return count;
  }

  past(target: Network, limit: number): readonly PastBan[] {
    const texts = new Set(
      Array.from({ length: target.length + 1 }, (_, length) => formatNetwork(networkOf(target, length))),
    );
    const found = this.#history.filter((ban) => texts.has(formatNetwork(ban.target)));
    return found.reverse().slice(0, limit);
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
    this.#history.push(ban);
    if (this.#history.length > MAX_HISTORY) this.#history.splice(0, MAX_HISTORY / 10);
    const text = formatNetwork(ban.target);
    const jails = this.#offenders.get(text) ?? new Map<string, Offender>();
    this.#offenders.set(text, jails);
    jails.set(ban.jail, {
      bans: (jails.get(ban.jail)?.bans ?? 0) + (countsLater(ban.cause) ? 1 : 0),
      began: ban.from,
      ends: ban.until ?? NEVER,
    });
  }

  #move(ban: Ban): void {
    if (this.#active.get(ban.jail, ban.target) === undefined) return;
    this.#active.put(ban);
    const text = formatNetwork(ban.target);
    const index = this.#history.findLastIndex((past) => past.jail === ban.jail && formatNetwork(past.target) === text);
    if (index >= 0) this.#history[index] = ban;
    const offender = this.#offenders.get(text)?.get(ban.jail);
    if (offender) Object.assign(offender, { began: ban.from, ends: ban.until ?? NEVER });
  }

  #unban(unban: Unban, at: Instant): void {
    const ban = this.#active.delete(unban.jail, unban.target);
    const lifted = ban !== undefined && (ban.until === undefined || ban.until > at);
    const text = formatNetwork(unban.target);
    const index = this.#history.findLastIndex(
      (past) => past.jail === unban.jail && formatNetwork(past.target) === text,
    );
    const past = this.#history[index];
    if (lifted && past !== undefined) this.#history[index] = { ...past, lifted: at };
    if (unban.forget) {
      for (const one of this.#history) {
        if (one.jail === unban.jail && formatNetwork(one.target) === text) this.#forgotten.add(one);
      }
    }
    const offender = this.#offenders.get(text)?.get(unban.jail);
    if (offender === undefined) return;
    if (unban.forget) this.#offenders.get(text)?.delete(unban.jail);
    else if (lifted) offender.ends = at;
  }

  #total(jail: string, more: Totals): void {
    const known = this.#totals.get(jail) ?? { failures: 0, bans: 0 };
    this.#totals.set(jail, { failures: known.failures + more.failures, bans: known.bans + more.bans });
  }
}
