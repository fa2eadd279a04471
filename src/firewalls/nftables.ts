import { readlinkSync } from "node:fs";
import { release } from "node:os";
import type { Network } from "../core/address.ts";
import type { Change, Held, Scope } from "../core/ban.ts";
import { Targets } from "../core/targets.ts";
import { type Duration, instant, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
import { findProgram } from "../system/exec.ts";
import { checkLayout, objection, timeout } from "./admission.ts";
import type { Firewall, Layout, Refusal } from "./firewall.ts";
import { monitor } from "./nftables-monitor.ts";
import { type Answer, NftProgram } from "./nftables-program.ts";
import {
  ALLOW_SETS,
  AWAKE,
  type Command,
  countRules,
  elementCommands,
  elementsOf,
  FLUSH_ALLOWED,
  type Json,
  type Listed,
  layoutCommands,
  layoutSets,
  type Operation,
  parseSetName,
  REMOVE,
  type RulesetOptions,
  readElements,
  restoreCommands,
  type SetKey,
  type Skeleton,
  setName,
  showsAllowed,
  skeletonOf,
  TABLE,
  timed,
  transaction,
  versionOf,
} from "./nftables-ruleset.ts";

export interface NftablesOptions {
  readonly clock: Clock;
  /** Absolute path of nft; looked for when absent. */
  readonly nft?: string;
  /** Where transactions too large for an argument go, as files only we can read. Without it they go in small pieces. */
  readonly runtimeDirectory?: string;
  /** Elements that a set takes; default 1,048,576. Memory is used for what is in it only. */
  readonly setSize?: number;
  /** Logs at most so many dropped packets a minute to the kernel's log; default none. */
  readonly logPerMinute?: number;
  /** Counts packets of every banned address; nft ≥ 1.0.6; takes about five times the memory. Default no. */
  readonly elementCounters?: boolean;
  /** Also drops what this host sends to an offender. Default no. */
  readonly egress?: boolean;
  /** We are in a user namespace, where the kernel takes small transactions only. */
  readonly userNamespace?: boolean;
  /** Whether the kernel gives an element that is added again its new timeout; default: what its version says. */
  readonly updates?: boolean;
  /** How often the layout is looked at whatever the monitor says; default a minute. */
  readonly checkEvery?: Duration;
}

export interface Nftables extends Firewall {
  /**
   * Everybody's ruleset without elements, as `nft -j -t list ruleset` lists it. For the survey. Undefined when this nft
   * cannot list it as JSON.
   */
  ruleset(): Promise<readonly Listed[] | undefined>;
  /** A listing with all of our table, without elements, and perhaps with others'. A table of ours that sleeps is woken. */
  ours(): Promise<readonly Listed[]>;
}

/** Elements in one transaction: 10,000 take nft 30 MB and 40 ms. */
const CHUNK = 10_000;
/** In a user namespace the socket buffer cannot be forced open. */
const USER_NAMESPACE_CHUNK = 1000;
/** The first Linux that updates elements. */
const UPDATES_SINCE = [6, 12, 0] as const;
/** Transactions under way at once. */
const FLIGHTS = 2;
/** Transactions that one batch may cost while the bad among its changes are looked for. */
const SEARCH_LIMIT = 128;
/** So long after a layout, what we put in is known by heart, and adding is enough: a start with very many bans. */
const FRESH_MS = 60_000;
const MONITOR_REST: readonly [Duration, Duration] = [seconds(1), seconds(60)];
/** A monitor that ran this long was healthy. */
const MONITOR_HEALTHY = seconds(60);
/** Sentences that wait for the daemon; it reconciles everything at the first, so more are only words. */
const MAILBOX = 20;

/** Fewer are written anew with every layout, without a look at what is there. */
const MANY_ALLOWED = 1000;

const NOTHING: Layout = { scopes: [], lengths: { ip: [], ip6: [] }, allow: [] };

/** What was asked for at once. */
interface Job {
  readonly changes: Iterable<Change>;
  readonly refusals: Refusal[];
  resolve(refusals: readonly Refusal[]): void;
  reject(error: unknown): void;
}

interface Task {
  readonly change: Change;
  readonly job: Job;
}

/** Tasks for one transaction by scope and target, one for each element. */
interface Batch {
  readonly tasks: Targets<Task>;
  /** Nobody is let out by it. */
  readonly shutsOnly: boolean;
  /** None of its elements was in any transaction since the layout. */
  readonly isNew: boolean;
  /** The words for them, as long as `laidOut` is the latest layout: they rest on what is known of its sets. */
  readonly words: string;
  readonly laidOut: number;
}

/** A transaction under way. */
interface Flight {
  readonly batch: Batch;
  /** No other was under way with it, so that its answer is the last word. */
  alone: boolean;
  readonly answer: Promise<Answer>;
}

/** Bans as elements with timeouts in hash sets of table `inet bailiff`: the kernel stops them and forgets them by itself. */
export function nftables(options: NftablesOptions): Nftables {
  return new NftablesFirewall(options);
}

class NftablesFirewall implements Nftables {
  readonly name = "nftables";
  readonly #clock: Clock;
  readonly #program: NftProgram;
  readonly #ruleset: RulesetOptions;
  readonly #checkEvery: Duration;
  readonly #updates: boolean;
  /** Whether the kernel tells other process numbers than ours: in a pid namespace nobody's changes are known to be own. */
  readonly #blind: boolean;
  #chunk: number;

  #layout: Layout = NOTHING;
  #scopes: ReadonlyMap<string, Scope> = new Map();
  /** Sets that are laid out, by name. */
  #sets = new Map<string, SetKey>();
  /** What we put, or are about to put, into those that we made a moment ago: anything else is not in them. */
  readonly #fresh = new Map<string, Set<string>>();
  #freshUntil = 0;
  /** Layouts so far. */
  #laidOut = 0;
  #prepared = false;
  /** What the laid out commands look like when this nft lists them: the measure of later checks. */
  #reference: { readonly commands: string; readonly fingerprint: string } | undefined;
  #tooOldToCount = false;
  /** Whether elements go in as part of their set; until the first layout nothing goes in. */
  #withSet = false;

  #jobs: Job[] = [];
  #pumping = false;
  /** One thing at a time: a layout, a batch, a check. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #mailbox: string[] = [];
  #wake: (() => void) | undefined;

  constructor(options: NftablesOptions) {
    const path = options.nft ?? findProgram("nft") ?? "/usr/sbin/nft";
    this.#clock = options.clock;
    this.#program = new NftProgram(path, options.runtimeDirectory, options.clock);
    this.#ruleset = {
      setSize: options.setSize ?? 1_048_576,
      logPerMinute: options.logPerMinute,
      elementCounters: options.elementCounters ?? false,
      egress: options.egress ?? false,
    };
    this.#checkEvery = options.checkEvery ?? seconds(60);
    this.#updates = options.updates ?? !isOlder(kernelVersion(), UPDATES_SINCE);
    this.#chunk = options.userNamespace === true ? USER_NAMESPACE_CHUNK : CHUNK;
    this.#blind = inPidNamespace();
  }

  get limits(): readonly string[] {
    const limits: string[] = [];
    if (this.#program.directoryTrouble !== undefined) {
      limits.push(`large batches take longer: ${this.#program.directoryTrouble}`);
    }
    if (this.#tooOldToCount) limits.push("packets are not counted per address: that takes nft 1.0.6 or later");
    if (this.#blind) {
      limits.push("another program that changes single elements is not noticed at once: this is a pid namespace");
    }
    return limits;
  }

  async prepare(layout: Layout): Promise<void> {
    const scopes = checkLayout(layout);
    await this.#alone(async () => {
      if (!this.#prepared) await this.#program.clean();
      await this.#layOut(layout, scopes);
    });
  }

  apply(changes: Iterable<Change>): Promise<readonly Refusal[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Refusal[]>();
    this.#jobs.push({ changes, refusals: [], resolve, reject });
    void this.#pump();
    return promise;
  }

  async held(): Promise<readonly Held[]> {
    return await this.#alone(async () => {
      const held: Held[] = [];
      // The kernel is asked first thing; of very many, putting it into words and reading them takes seconds.
      const now = this.#clock.now();
      const { held: elements, odd } = readElements(await this.#listed());
      // What fails here was taken out or changed meanwhile, which is told, and looked at again.
      if (odd.length > 0) await this.#program.change(transaction(odd));
      for (const { key, target, left } of elements) {
        const until = left === undefined ? {} : { until: instant(now + left * 1000) };
        held.push({ scope: key.scope, target, ...until });
      }
      return held;
    });
  }

  async *disturbed(signal: AbortSignal): AsyncIterable<string> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const wake = (): void => this.#wake?.();
    both.addEventListener("abort", wake, { once: true });
    const watching = Promise.all([this.#watch(both), this.#checkAgainAndAgain(both)]);
    // A failure of either ends the wait; it is thrown by the await below.
    watching.catch(() => stop.abort());
    try {
      while (!both.aborted) {
        // All that gathered while the last was looked after is looked after at once.
        const sentences = this.#mailbox.splice(0);
        if (sentences.length > 0) yield sentences.join("; ");
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.#wake = undefined;
      stop.abort();
      await watching;
    }
  }

  async remove(): Promise<boolean> {
    return await this.#alone(async () => {
      const { present } = await this.#look();
      const answer = await this.#program.change(transaction(REMOVE), { gone: true });
      // nft 0.9.3 lists what it saw before the change, so a second look decides.
      if (answer.kind === "failed" && (await this.#look()).present) {
        throw cannot("remove table inet bailiff", answer.said);
      }
      this.#layout = NOTHING;
      this.#scopes = new Map();
      this.#sets = new Map();
      this.#prepared = false;
      return present;
    });
  }

  async ruleset(): Promise<readonly Listed[] | undefined> {
    const answer = await this.#program.list(["-t", "list", "ruleset"]);
    if (answer.kind === "done") return answer.listing;
    if (answer.failure === "garbled") return undefined;
    // There is always a ruleset, be it empty. To take a crash for one would be to forget every ban.
    throw cannot("list the ruleset", answer.said);
  }

  async ours(): Promise<readonly Listed[]> {
    const all = await this.ruleset();
    if (all !== undefined) return all;
    // Some table has flags. Where it is somebody else's, ours can still be listed; where it is ours, it is asleep.
    const ours = await this.#listOurs();
    if (ours.kind === "done") return ours.listing;
    if (ours.failure === "vanished") return [];
    await this.#program.change(transaction(AWAKE));
    const awake = await this.#listOurs();
    if (awake.kind === "failed") throw cannot("list table inet bailiff", awake.said);
    return awake.listing;
  }

  #listOurs(): Promise<Answer> {
    return this.#program.list(["-t", "list", "table", "inet", TABLE]);
  }

  // Layout -----------------------------------------------------------------------------------------------------------

  /** Lays out `layout` and the sets of other lengths that its scopes have already: elements in them stay in force. */
  async #layOut(
    layout: Layout,
    scopes: ReadonlyMap<string, Scope>,
    more: { readonly sets?: readonly SetKey[]; readonly keepAllowed?: boolean } = {},
  ): Promise<void> {
    const listing = await this.ours();
    const isOld = isOlder(versionOf(listing), [1, 0, 6]);
    this.#tooOldToCount = this.#ruleset.elementCounters && isOld;
    this.#withSet = !isOld;
    const before = skeletonOf(listing);
    const sets = new Map<string, SetKey>();
    for (const name of before.sets) {
      const key = parseSetName(name);
      if (key && scopes.has(key.scope)) sets.set(name, key);
    }
    for (const key of [...layoutSets(layout), ...this.#sets.values(), ...(more.sets ?? [])]) {
      if (scopes.has(key.scope)) sets.set(setName(key), key);
    }
    const inOrder = [...sets.values()].toSorted(
      (a, b) => order(a.scope, b.scope) || order(a.family, b.family) || b.length - a.length,
    );
    const plain = layoutCommands(layout, inOrder, { options: this.#ruleset });
    const keepAllowed = before.present && (more.keepAllowed ?? (await this.#hasAllowed(layout.allow)));
    const commands = layoutCommands(layout, inOrder, { options: this.#ruleset, before: before.things, keepAllowed });
    let answer = await this.#program.change(transaction(commands));
    if (answer.kind === "failed" && answer.failure === "overlaps") {
      // Before 0.9.8, nft compares new networks with those that the same transaction flushes. Whether this worked shows next.
      await this.#program.change(transaction(FLUSH_ALLOWED));
      answer = await this.#program.change(transaction(commands));
    }
    this.#laidOut += 1;
    this.#fresh.clear();
    this.#freshUntil = this.#clock.monotonic() + FRESH_MS;
    if (answer.kind === "failed") await this.#layOutAfresh(plain, inOrder, answer);
    else for (const name of sets.keys()) if (!before.sets.includes(name)) this.#fresh.set(name, new Set());
    this.#layout = layout;
    this.#scopes = scopes;
    this.#sets = sets;
    this.#prepared = true;
    await this.#remember(plain);
  }

  /**
   * Whether they need not be written anew. Of many, that takes nft seconds, and tells all the world of each of them: so
   * much that the monitor loses some of it, which would be a reason to lay out once more.
   */
  async #hasAllowed(allow: readonly Network[]): Promise<boolean> {
    if (allow.length <= MANY_ALLOWED) return false;
    const listing: Listed[] = [];
    for (const name of ALLOW_SETS) {
      const answer = await this.#program.list(["list", "set", "inet", TABLE, name]);
      if (answer.kind === "failed") return false;
      listing.push(...answer.listing);
    }
    return showsAllowed(listing, allow);
  }

  /** What is there cannot become what is wanted (an older bailiff's, a damaged one): replaced in one go, bans included. */
  async #layOutAfresh(
    plain: readonly Command[],
    sets: readonly SetKey[],
    why: Answer & { kind: "failed" },
  ): Promise<void> {
    if (why.failure === "long") throw cannot("lay out table inet bailiff", why.said);
    const wanted = new Set(sets.map(setName));
    const elements = new Map<string, Json[]>();
    for (const { key, target, left } of elementsOf(await this.#listed())) {
      const name = setName(key);
      if (!wanted.has(name)) continue;
      const list = elements.get(name) ?? [];
      list.push(left === undefined ? target.text : timed(target.text, Math.max(1, left)));
      elements.set(name, list);
    }
    const all = await this.#program.change(transaction([...REMOVE, ...plain, ...restoreCommands(elements)]));
    if (all.kind === "done") return;
    // Too much for one transaction, or its elements are the trouble: the layout first, then the daemon puts back the rest.
    const bare = await this.#program.change(transaction([...REMOVE, ...plain]));
    if (bare.kind === "failed") throw cannot("lay out table inet bailiff", bare.said);
    this.#tell(`table inet ${TABLE} had to be laid out anew, without what it held: ${why.said}`);
  }

  /** Keeps how a layout is listed. It depends on the commands only, so the same commands need no second look. */
  async #remember(plain: readonly Command[]): Promise<void> {
    const commands = JSON.stringify(plain);
    if (this.#reference?.commands === commands) return;
    this.#reference = undefined;
    const skeleton = await this.#look();
    if (skeleton.rules !== countRules(plain)) {
      this.#tell(`table inet ${TABLE} was changed while it was laid out`);
      return;
    }
    this.#reference = { commands, fingerprint: skeleton.fingerprint };
  }

  async #look(): Promise<Skeleton> {
    return skeletonOf(await this.ours());
  }

  /** Our table, elements included; nothing when it is not there. */
  async #listed(): Promise<readonly Listed[]> {
    const answer = await this.#program.list(["list", "table", "inet", TABLE]);
    if (answer.kind === "done") return answer.listing;
    // nft 0.9 crashes where others say that there is no such table. Only when there is none nothing is held.
    if ((await this.#look()).present) throw cannot("list table inet bailiff", answer.said);
    return [];
  }

  // Changes ----------------------------------------------------------------------------------------------------------

  /** Carries out what has gathered, again and again until there is nothing: what comes meanwhile goes together. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#jobs.length > 0) {
        // All that is asked in this turn of the event loop goes into the first transaction.
        await new Promise<void>((resolve) => setImmediate(resolve));
        const jobs = this.#jobs;
        this.#jobs = [];
        try {
          await this.#alone(() => this.#carryOut(jobs));
        } catch (error) {
          for (const job of jobs) job.reject(error);
        }
      }
    } finally {
      this.#pumping = false;
    }
  }

  /**
   * In transactions of bounded size. While nft works at one, the next is made ready; and started beside it where their order
   * cannot matter, for most of what nft does is not the kernel's: of very many bans, two cores are done in half the time.
   */
  async #carryOut(jobs: readonly Job[]): Promise<void> {
    const tasks = this.#sound(jobs);
    const search: Search = { left: SEARCH_LIMIT, repaired: false, changed: false };
    const flights: Flight[] = [];
    let batch: Batch | undefined;
    try {
      for (;;) {
        batch = this.#next(tasks);
        if (batch === undefined) break;
        const most = this.#missing(batch.tasks) === undefined && canJoin(batch, flights) ? FLIGHTS - 1 : 0;
        while (flights.length > most) await this.#land(flights, search);
        await this.#launch(batch, flights);
      }
      while (flights.length > 0) await this.#land(flights, search);
    } catch (error) {
      const open = batch === undefined || flights.some((flight) => flight.batch === batch) ? [] : [batch];
      for (const flight of flights) {
        if (await isDone(flight)) search.changed = true;
        else open.push(flight.batch);
      }
      if (!search.changed || !(error instanceof BailiffError)) throw error;
      // Some of it is done, so the batch did not fail; the rest stays wanted.
      for (const list of [open.flatMap((one) => [...one.tasks.values()]), tasks]) {
        for (const { change, job } of list) job.refusals.push({ change, reason: error.message });
      }
    }
    for (const job of jobs) job.resolve(job.refusals);
  }

  /** Resolves when nft runs, or will not. */
  async #launch(batch: Batch, flights: Flight[]): Promise<void> {
    const missing = this.#missing(batch.tasks);
    if (missing !== undefined)
      await this.#layOut(this.#layout, this.#scopes, { sets: missing, keepAllowed: this.#prepared });
    const works = Promise.withResolvers<void>();
    const answer = this.#program.change(this.#wordsOf(batch), { onStart: works.resolve });
    for (const other of flights) other.alone = false;
    flights.push({ batch, alone: flights.length === 0, answer });
    // Whoever waits for its end is told of a failure.
    await Promise.race([works.promise, answer.catch(() => undefined)]);
  }

  /** Waits for the first of them. If it failed, it is tried again once nothing else is under way. */
  async #land(flights: Flight[], search: Search): Promise<void> {
    const [flight] = flights;
    if (flight === undefined) return;
    const answer = await flight.answer;
    if (answer.kind === "done") search.changed = true;
    else {
      for (const other of flights) await isDone(other);
      await this.#transact(flight.batch, search, flight.alone ? answer : undefined);
    }
    flights.shift();
  }

  /** What may reach the kernel, one by one as it is asked for; the rest is refused. */
  *#sound(jobs: readonly Job[]): Generator<Task, undefined> {
    for (const job of jobs) {
      for (const change of job.changes) {
        const reason = objection(change, this.#scopes);
        if (reason === undefined) yield { change, job };
        else job.refusals.push({ change, reason });
      }
    }
  }

  /** The next transaction; undefined when there is nothing left. Of several tasks of one element the last one counts. */
  #next(from: Iterator<Task, undefined>): Batch | undefined {
    const tasks = new Targets<Task>();
    while (tasks.size < this.#chunk) {
      const { value: task } = from.next();
      if (task === undefined) break;
      tasks.set(task.change.scope, task.change.target, task);
    }
    return tasks.size === 0 ? undefined : this.#batch(tasks);
  }

  /** Sets of lengths that the layout did not tell of; undefined where all is laid out that they need. */
  #missing(tasks: Targets<Task>): SetKey[] | undefined {
    const missing = setsOf(tasks).filter((key) => !this.#sets.has(setName(key)));
    return missing.length > 0 || !this.#prepared ? missing : undefined;
  }

  #wordsOf(batch: Batch): string {
    return (batch.laidOut === this.#laidOut ? batch : this.#batch(batch.tasks)).words;
  }

  /**
   * All of them in one transaction; if it fails, in halves, so that the bad ones are left alone in the end. `tried`: how it
   * failed just now.
   */
  async #transact(batch: Batch, search: Search, tried?: Answer): Promise<void> {
    const { tasks } = batch;
    const answer = tried ?? (await this.#program.change(this.#wordsOf(batch)));
    if (answer.kind === "done") {
      search.changed = true;
      return;
    }
    if (answer.failure === "vanished") {
      if (search.repaired) throw cannot("change table inet bailiff", answer.said);
      search.repaired = true;
      await this.#layOut(this.#layout, this.#scopes, { sets: setsOf(tasks) });
      this.#tell(`table inet ${TABLE} was found gone or damaged, and laid out again`);
      await this.#transact(batch, search);
      return;
    }
    const list = [...tasks.values()];
    const [only] = list;
    if (list.length === 1 && only) {
      if (answer.failure === "long") throw cannot("change table inet bailiff", answer.said);
      const { change, job } = only;
      // Putting in an element that is there takes no room: what finds the set full on its way out is not in it.
      if (answer.failure === "full" && change.kind === "unban") return;
      job.refusals.push({ change, reason: refusedBecause(setKeyOf(change), answer) });
      return;
    }
    // No failure of any of them, so these halves do not count.
    if (answer.failure === "long") this.#chunk = Math.max(1, Math.min(this.#chunk, Math.ceil(list.length / 2)));
    else search.left -= 1;
    if (search.left < 0) {
      const reason = `not tried alone after ${SEARCH_LIMIT} transactions of this batch were refused: ${answer.said}`;
      for (const { change, job } of list) job.refusals.push({ change, reason });
      return;
    }
    const middle = Math.ceil(list.length / 2);
    for (const half of [list.slice(0, middle), list.slice(middle)]) {
      const part = new Targets<Task>();
      for (const task of half) part.set(task.change.scope, task.change.target, task);
      await this.#transact(this.#batch(part), search);
    }
  }

  #batch(tasks: Targets<Task>): Batch {
    const now = this.#clock.now();
    if (this.#clock.monotonic() > this.#freshUntil) this.#fresh.clear();
    const commands: Command[] = [];
    let shutsOnly = true;
    let isNew = true;
    for (const scope of tasks.names()) {
      for (const { family, length, items } of tasks.shelves(scope)) {
        const key = { scope, family, length };
        const put = this.#fresh.get(setName(key));
        let isEmpty = put !== undefined;
        const operations: Operation[] = [];
        for (const { change } of items.values()) {
          const { kind, target } = change;
          if (kind === "ban") operations.push({ kind: "put", target, timeout: timeout(change.until, now) });
          else {
            operations.push({ kind: "take", target });
            shutsOnly = false;
          }
          if (put === undefined) continue;
          const before = put.size;
          // Even if it should fail: then it is only put in with more care the next time.
          if (put.add(target.text).size === before) isEmpty = false;
        }
        const how = { options: this.#ruleset, withSet: this.#withSet, isEmpty, updates: this.#updates };
        commands.push(...elementCommands(key, operations, how));
        if (!isEmpty) isNew = false;
      }
    }
    return { tasks, shutsOnly, isNew, words: transaction(commands), laidOut: this.#laidOut };
  }

  // Drift ------------------------------------------------------------------------------------------------------------

  /** Keeps a monitor running, with longer and longer rests while it does not stay up. */
  async #watch(signal: AbortSignal): Promise<void> {
    let [rest] = MONITOR_REST;
    while (!signal.aborted) {
      const began = this.#clock.monotonic();
      const ended = await this.#listen(signal);
      if (signal.aborted) return;
      if (this.#clock.monotonic() - began >= MONITOR_HEALTHY) [rest] = MONITOR_REST;
      this.#tell(`nft monitor ended (${ended}): changes by others may have been missed`);
      await this.#clock.sleep(rest, signal);
      rest = Math.min(rest * 2, MONITOR_REST[1]) as Duration;
    }
  }

  async #listen(signal: AbortSignal): Promise<string | undefined> {
    const events = monitor(this.#program.path, (pid) => this.#program.tellsOfOwn(pid), signal);
    for (;;) {
      const next = await events.next();
      if (next.done === true) return next.value;
      const { sentence, skeleton } = next.value;
      if (!this.#blind) this.#tell(sentence);
      // Perhaps we did it ourselves: only what is wrong now counts.
      else if (skeleton) await this.#check();
    }
  }

  async #checkAgainAndAgain(signal: AbortSignal): Promise<void> {
    // A first look soon after the monitor started: it may have missed what happened before it listened.
    await this.#clock.sleep(seconds(1), signal);
    while (!signal.aborted) {
      await this.#check();
      await this.#clock.sleep(this.#checkEvery, signal);
    }
  }

  /** Tells when what is laid out is not what should be. */
  async #check(): Promise<void> {
    try {
      await this.#alone(async () => {
        if (!this.#prepared || !this.#reference) return;
        const skeleton = await this.#look();
        if (!skeleton.present) this.#tell(`table inet ${TABLE} is gone`);
        else if (skeleton.fingerprint !== this.#reference.fingerprint) {
          this.#tell(`table inet ${TABLE} is not as it was laid out`);
        }
      });
    } catch (error) {
      if (!(error instanceof BailiffError)) throw error;
      this.#tell(`table inet ${TABLE} cannot be looked at: ${error.message}`);
    }
  }

  #tell(sentence: string): void {
    if (this.#mailbox.includes(sentence) || this.#mailbox.length >= MAILBOX) return;
    this.#mailbox.push(sentence);
    this.#wake?.();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    // The next in line waits for the end of this one, whichever it is; whoever asked gets the failure.
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

/** What a batch may still spend on finding the bad among its changes. */
interface Search {
  left: number;
  repaired: boolean;
  /** Some transaction of it was done. */
  changed: boolean;
}

/** Whether its order to those under way cannot matter: nobody is let out who is shut in by another, no element is in two. */
function canJoin(batch: Batch, flights: readonly Flight[]): boolean {
  return flights.every(({ batch: other }) => {
    if (!batch.shutsOnly || !other.shutsOnly) return false;
    if (batch.isNew) return true;
    for (const { change } of batch.tasks.values()) {
      if (other.tasks.get(change.scope, change.target) !== undefined) return false;
    }
    return true;
  });
}

/** Waits for its end. */
async function isDone({ answer }: Flight): Promise<boolean> {
  try {
    return (await answer).kind === "done";
  } catch {
    // Whoever lands it is told why.
    return false;
  }
}

function refusedBecause(set: SetKey, answer: Answer & { readonly kind: "failed" }): string {
  return answer.failure === "full" ? `the set ${setName(set)} is full` : `nft said "${answer.said}"`;
}

function setKeyOf({ scope, target: { family, length } }: Change): SetKey {
  return { scope, family, length };
}

function setsOf(tasks: Targets<Task>): SetKey[] {
  return [...tasks.names()].flatMap((scope) =>
    tasks.shelves(scope).map(({ family, length }): SetKey => ({ scope, family, length })),
  );
}

function cannot(what: string, said: string): BailiffError {
  return new BailiffError("FIREWALL_BROKEN", `cannot ${what}: nft said "${said}"`, {
    hint: "`bailiff firewall check` says what is in the way; `nft list table inet bailiff` shows what is there",
  });
}

/** By code unit: localeCompare would load the tables of all languages. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isOlder(
  version: readonly [number, number, number] | undefined,
  than: readonly [number, number, number],
): boolean {
  if (!version) return true;
  const at = version.findIndex((part, index) => part !== than[index]);
  return at >= 0 && (version[at] ?? 0) < (than[at] ?? 0);
}

function kernelVersion(): readonly [number, number, number] | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release()) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), 0];
}

/** The kernel gives the first pid namespace this fixed number (PROC_PID_INIT_INO). */
function inPidNamespace(): boolean {
  try {
    return readlinkSync("/proc/self/ns/pid") !== "pid:[4026531836]";
  } catch {
    // No /proc to ask: the careful answer, with which only single elements of others go unnoticed.
    return true;
  }
}
