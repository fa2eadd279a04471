import type { WatchedJail } from "../config/resolve.ts";
import { type Address, type Network, networkOf } from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
import { Dispatch } from "../core/dispatch.ts";
import type { Entry, Origin } from "../core/entry.ts";
import type { Finding } from "../core/filter.ts";
import { knownPriors } from "../core/growth.ts";
import { Ignores, ruleOf } from "../core/ignores.ts";
import { type Escalation, UNDECIDED } from "../core/judge.ts";
import type { Match, Retraction } from "../core/match.ts";
import { type Decision, Policy } from "../core/policy.ts";
import { vouches } from "../core/provenance.ts";
import { type Count, Tally } from "../core/tally.ts";
import { duration, FOREVER, type Instant } from "../core/time.ts";
import * as tell from "../log/event.ts";
import type { Log } from "../log/log.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../system/clock.ts";
import { Budgets } from "./budgets.ts";
import { Evidence } from "./evidence.ts";
import type { Inquiries } from "./inquiries.ts";
import { isOf } from "./sources.ts";
import { cure, isNews, Suspicions } from "./suspicions.ts";
import { type Pending, readUndecided, Undecided } from "./undecided.ts";
import { WouldBans } from "./would-bans.ts";

/** What one jail has seen since the start. */
export interface JailCounters {
  entries: number;
  failures: number;
  bans: number;
  named: number;
  ignored: number;
  readonly spared: Map<string, number>;
  readonly untrusted: Map<string, number>;
}

/** What the daemon gives the watch. */
export interface WatchParts {
  readonly store: Store;
  readonly log: Log;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly capacity: number;
  /** No firewall carries bans out: they are only told. */
  readonly idle: () => boolean;
  /** Why nobody may ever ban the target; undefined when a jail may. */
  readonly protectedBy: (target: Network) => string | undefined;
  /** Somebody logged in through a service that admins log in by. */
  readonly loggedIn: (jail: string, address: Address, at: Instant) => void;
  /** What others want written with the next step, by name. */
  readonly facts: () => Readonly<Record<string, string>>;
  /** Asks programs whether somebody is to be spared. */
  readonly inquiries: Inquiries;
  /** Networks of a name or file in ignoreip. */
  readonly listed: (origin: string) => readonly Network[];
  /** Bans were written; the kernel is to follow. */
  readonly carry: (bans: readonly Ban[]) => void;
}

/** The fact that tells how many bans senders have caused in their hour. */
const BUDGETS = "budgets";
/** The fact that tells of offences that a program is still asked about. */
const UNDECIDED_FACT = "undecided";
/** Parts of an ignore list that are no names or files. */
export const BY_HAND = "added by hand";

interface Listener extends WatchedJail {
  readonly counters: JailCounters;
  accepts(identifier: string | undefined): boolean;
}

/** Entries in; matches, offences, verdicts; bans written and handed on. Everything in `take` is synchronous. */
export class Watch {
  readonly #parts: WatchParts;
  readonly #tally: Tally;
  readonly #policy: Policy;
  readonly suspicions = new Suspicions();
  readonly wouldBans = new WouldBans();
  readonly evidence = new Evidence();
  #ignores: ReadonlyMap<string, Ignores> = new Map();
  readonly #counters = new Map<string, JailCounters>();
  readonly #paused = new Set<string>();
  readonly #budgets: Budgets;
  readonly #undecided = new Undecided();
  #listeners: readonly Listener[] = [];
  #dispatch = new Dispatch<Listener>([]);
  #escalation: Escalation | undefined;
  #byHand: readonly Network[] = [];
  /** Whether the last batch was written, or all since. */
  #saved = true;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#budgets = new Budgets((sender, most) => parts.log.tell(tell.quarantined(sender, most)));
    this.#tally = new Tally({
      capacity: parts.capacity,
      priors: (jail, target, at) => {
        const growth = this.find(jail)?.jail.growth;
        return growth === undefined ? 0 : knownPriors(growth, parts.store.history(jail, target, at), at);
      },
      seed: Math.floor(parts.random() * 2 ** 32),
    });
    this.#policy = new Policy({
      tally: this.#tally,
      past: parts.store,
      ignored: (jail, target) => this.ruleFor(jail, target) ?? this.#commandRule(jail, target),
      protected: parts.protectedBy,
      random: parts.random,
    });
  }

  /** At the start and at each reload. Jails that stay keep their counters and counts. */
  configure(config: {
    readonly jails: readonly WatchedJail[];
    readonly escalation?: Escalation;
    readonly budgets: ReadonlyMap<string, number>;
  }): void {
    this.#escalation = config.escalation;
    this.#budgets.configure(config.budgets);
    const before = new Map(this.#listeners.map((listener) => [listener.jail.name, listener]));
    this.#ignores = this.ignoresOf(config.jails);
    this.#listeners = config.jails.map((watched) => {
      const { name } = watched.jail;
      const counters = this.#counters.get(name) ?? freshCounters();
      this.#counters.set(name, counters);
      const old = before.get(name);
      // An unchanged jail keeps its filter, and with it what the filter remembers of open connections.
      const filter = old && old.fingerprint === watched.fingerprint ? old.filter : watched.filter;
      if (old && old.filter !== filter) filter.succeed(old.filter);
      return listener({ ...watched, filter }, counters);
    });
    for (const name of before.keys()) {
      if (config.jails.some(({ jail }) => jail.name === name)) continue;
      this.#paused.delete(name);
      this.#counters.delete(name);
      this.wouldBans.drop(name);
    }
    this.#dispatch = new Dispatch(this.#listeners);
    this.#policy.setJails(
      config.jails.map(({ jail }) => jail),
      config.escalation,
    );
  }

  /** Reads back the counts as the store has them. False when a part of them was damaged. */
  restoreCounts(): boolean {
    return this.#tally.restore(this.#parts.store.counts());
  }

  /** Takes up what the agent before was at when it ended: asks again about those whom it was asking about. */
  takeUp(): void {
    this.#budgets.restore(this.#parts.store.fact(BUDGETS));
    const pending = readUndecided(this.#parts.store.fact(UNDECIDED_FACT));
    for (const each of pending) this.#undecided.add(each);
    for (const each of pending) this.#judgeAgain(each);
  }

  forgetCounts(): void {
    this.#tally.restore([]);
  }

  /** One batch of a source: decided, written with the cursor in one transaction, and handed on. */
  take(source: string, batch: readonly Entry[]): void {
    const { store, clock, log } = this.#parts;
    const now = clock.now();
    const bans: Ban[] = [];
    const failures: Record<string, number> = {};
    let cursor: string | undefined;
    for (const entry of batch) {
      cursor = entry.cursor ?? cursor;
      for (const listener of this.#dispatch.for(entry)) {
        if (!this.#listens(listener, entry)) continue;
        if (entry.past) {
          listener.filter.examine(entry);
          continue;
        }
        listener.counters.entries += 1;
        const finding = listener.filter.examine(entry);
        for (const failure of listener.filter.takenBack)
          this.#takeBack(listener, entry, { failure, user: undefined, why: "the line was part of a peer's text" });
        const match = this.#interpret(listener, entry, finding);
        if (match === undefined) continue;
        const { name } = listener.jail;
        failures[name] = (failures[name] ?? 0) + 1;
        if (!this.#believed(listener, entry, now)) continue;
        for (const decision of this.#policy.failure(name, match, now))
          this.#settle(decision, entry.origin, { now, counters: listener.counters, bans });
      }
    }
    if (batch.every(({ past }) => past)) return;
    // The bans are staged already: each had to be known to the next decision.
    const saved = store.save({
      at: now,
      ...(cursor === undefined ? {} : { cursors: { [source]: cursor } }),
      counts: this.#tally,
      failures,
      facts: this.#facts(),
    });
    // Once: a disk that fails does so for every batch.
    if (!saved && this.#saved) for (const what of store.troubles()) log.tell(tell.storeTrouble(what));
    if (saved && !this.#saved) log.tell(tell.storeWorks());
    this.#saved = saved;
    const active = bans.filter((ban) => ban.until === undefined || ban.until > now);
    if (active.length > 0) this.#parts.carry(active);
  }

  /** Has what could not be written tried again, though no source says anything. That it fails still was told. */
  catchUp(): void {
    const { store, clock, log } = this.#parts;
    if (!store.catchUp(clock.now()) || this.#saved) return;
    log.tell(tell.storeWorks());
    this.#saved = true;
  }

  #listens({ jail, sources }: Listener, entry: Entry): boolean {
    if (this.#paused.size > 0 && this.#paused.has(jail.name)) return false;
    return sources === undefined || sources.some((name) => isOf(entry.source, name));
  }

  /** A syslog sender that has caused all the bans it may is not listened to until its hour is over. */
  #believed({ counters }: Listener, entry: Entry, now: Instant): boolean {
    if (entry.origin.kind !== "syslog" || this.#budgets.has(entry.origin.sender, now)) return true;
    count(counters.spared, "quarantined");
    return false;
  }

  #interpret(listener: Listener, entry: Entry, finding: Finding): Match | undefined {
    const { counters, jail, filter } = listener;
    switch (finding.kind) {
      case "match":
        counters.failures += 1;
        this.#parts.log.tell(tell.failureFound(jail.name, finding.match));
        return finding.match;
      case "untrusted":
        count(counters.untrusted, finding.reason);
        this.#suspect(filter.name, finding, entry);
        return undefined;
      case "named":
        counters.named += 1;
        return undefined;
      case "ignored":
        counters.ignored += 1;
        return undefined;
      case "success":
        for (const failure of finding.retracts ?? [])
          this.#takeBack(listener, entry, { failure, user: finding.user, why: "its user logged in" });
        if (finding.address) {
          this.#policy.success(jail.name, finding.address, entry);
          if (vouches(entry.origin)) this.#parts.loggedIn(jail.name, finding.address, entry.time);
        }
        return undefined;
      default:
        return undefined;
    }
  }

  #suspect(filter: string, finding: Extract<Finding, { kind: "untrusted" }>, entry: Entry): void {
    const suspicion = this.suspicions.note(filter, finding, entry);
    if (!finding.accuses) return;
    const { log } = this.#parts;
    log.tell(tell.untrusted(filter, finding.reason, entry.identifier));
    if (isNews(suspicion)) log.tell(tell.untrustedWarning(filter, finding.reason, suspicion.accusing, cure(suspicion)));
  }

  #takeBack(
    { jail }: Listener,
    { origin }: Entry,
    { failure, ...told }: { failure: Retraction; user: string | undefined; why: string },
  ): void {
    if (this.#policy.retract(jail.name, failure, origin))
      this.#parts.log.tell(tell.failureTakenBack(jail.name, failure.address, told));
  }

  /** The loop cannot wait for a program: until it has answered, nobody is banned, and then the offence is judged again. */
  #commandRule(jail: string, target: Network): string | undefined {
    const command = this.find(jail)?.ignoreCommand;
    if (command === undefined) return undefined;
    const answer = this.#parts.inquiries.answer(command, this.#asked(jail, target));
    if (answer === undefined) return UNDECIDED;
    return answer ? "ignorecommand" : undefined;
  }

  /** Of a source, all of it is asked about: what is said of a /64 holds for every address in it. */
  #asked(jail: string, target: Network): Network {
    const most = this.find(jail)?.jail.lengths[target.family] ?? target.length;
    return target.length > most ? networkOf(target, most) : target;
  }

  #judgeAgain(pending: Pending): void {
    const { store, clock } = this.#parts;
    const { offence, origin } = pending;
    this.#undecided.remove(pending);
    const now = clock.now();
    const bans: Ban[] = [];
    const counters = this.#counters.get(offence.jail);
    if (counters) this.#settle(this.#policy.decide(offence, now), origin, { now, counters, bans });
    store.save({ at: now, facts: this.#facts() });
    const active = bans.filter((ban) => ban.until === undefined || ban.until > now);
    if (active.length > 0) this.#parts.carry(active);
  }

  #facts(): Record<string, string> {
    const undecided = this.#undecided.written();
    const budgets = this.#budgets.written();
    return {
      ...this.#parts.facts(),
      ...(undecided === undefined ? {} : { [UNDECIDED_FACT]: undecided }),
      ...(budgets === undefined ? {} : { [BUDGETS]: budgets }),
    };
  }

  #settle(decision: Decision, origin: Origin, { now, counters, bans }: Settling): void {
    const { log } = this.#parts;
    const { offence, verdict, escalated } = decision;
    for (const each of escalated ? [verdict, escalated] : [verdict]) {
      if (each.kind === "spare") {
        const command = each.rule === UNDECIDED ? this.find(offence.jail)?.ignoreCommand : undefined;
        if (command) {
          const asked = this.#asked(offence.jail, each.target ?? offence.target);
          const pending = { offence, origin };
          this.#undecided.add(pending);
          this.#parts.inquiries.ask(command, asked, () => this.#judgeAgain(pending));
          continue;
        }
        if (each.reason === "dry-run" && each.ban) {
          const isNew = this.wouldBans.add(each.ban, now);
          count(counters.spared, isNew ? each.reason : "already-banned");
          if (isNew) log.tell(tell.wouldBan(each.ban, lengthOf(each.ban)));
          continue;
        }
        count(counters.spared, each.reason);
        log.tell(tell.spared(offence.jail, offence.target, each.reason, each.rule));
        continue;
      }
      bans.push(each.ban);
      this.evidence.put(each.ban, offence.matches);
      if (each.kind === "past") continue;
      counters.bans += 1;
      log.tell((this.#parts.idle() ? tell.wouldBan : tell.banBegun)(each.ban, lengthOf(each.ban), each.narrowed));
    }
    if (verdict.kind === "ban" && origin.kind === "syslog") this.#budgets.spend(origin.sender, now);
  }

  get listeners(): readonly (WatchedJail & { readonly counters: JailCounters })[] {
    return this.#listeners;
  }

  get escalation(): Escalation | undefined {
    return this.#escalation;
  }

  find(jail: string): (WatchedJail & { readonly counters: JailCounters }) | undefined {
    return this.#listeners.find((listener) => listener.jail.name === jail);
  }

  /** Sources with failures within findtime. */
  failing(jail: string): number {
    return this.#tally.failing(jail, this.#parts.clock.now());
  }

  /** What counts against an address in a jail now. */
  seen(jail: string, address: Address): readonly Count[] {
    return this.#tally.seen(jail, address, this.#parts.clock.now());
  }

  tracked(): { readonly sources: number; readonly evicted: number } {
    const { sources, prefixes, evicted } = this.#tally.counts();
    return { sources: sources + prefixes, evicted };
  }

  /** Syslog senders that are not believed at the moment. */
  quarantined(): readonly string[] {
    return this.#budgets.quarantined(this.#parts.clock.now());
  }

  pause(jail: string, paused: boolean): void {
    if (paused) this.#paused.add(jail);
    else this.#paused.delete(jail);
  }

  isPaused(jail: string): boolean {
    return this.#paused.has(jail);
  }

  /** Who is never banned, by jail. */
  get ignores(): ReadonlyMap<string, Ignores> {
    return this.#ignores;
  }

  /** Who would never be banned if these were the jails. */
  ignoresOf(jails: readonly WatchedJail[]): Map<string, Ignores> {
    const all = new Map<string, Ignores>();
    for (const { jail, ignoreNames } of jails) {
      const ignores = new Ignores();
      ignores.put("ignoreip", jail.ignore);
      ignores.put(BY_HAND, this.#byHand);
      for (const origin of ignoreNames) ignores.put(origin, this.#parts.listed(origin));
      all.set(jail.name, ignores);
    }
    return all;
  }

  /** The rule by which the jail may not ban the target. */
  ruleFor(jail: string, target: Network): string | undefined {
    return ruleOf(this.#ignores, jail, target);
  }

  /** Networks that no jail bans until the agent ends, in place of those before. */
  ignoreByHand(networks: readonly Network[]): void {
    this.#byHand = networks;
    for (const ignores of this.ignores.values()) ignores.put(BY_HAND, networks);
  }

  get ignoredByHand(): readonly Network[] {
    return this.#byHand;
  }
}

interface Settling {
  readonly now: Instant;
  readonly counters: JailCounters;
  /** Those decided so far. */
  readonly bans: Ban[];
}

/** Apart from where the jails before are known: what `accepts` can see lives as long as it does. */
function listener(watched: WatchedJail, counters: JailCounters): Listener {
  return { ...watched, counters, accepts: (identifier) => watched.filter.accepts(identifier) };
}

function freshCounters(): JailCounters {
  return { entries: 0, failures: 0, bans: 0, named: 0, ignored: 0, spared: new Map(), untrusted: new Map() };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

export function lengthOf(ban: Ban): typeof FOREVER {
  return ban.until === undefined ? FOREVER : duration(ban.until - ban.from);
}
