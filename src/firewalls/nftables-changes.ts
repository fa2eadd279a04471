import type { Change } from "../core/ban.ts";
import { Targets } from "../core/targets.ts";
import { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
import { objection, timeout } from "./admission.ts";
import type { Refusal } from "./firewall.ts";
import { type Answer, cannot, type NftProgram } from "./nftables-program.ts";
import {
  type Command,
  elementCommands,
  type Operation,
  type RulesetOptions,
  type SetKey,
  setName,
  TABLE,
  transaction,
} from "./nftables-ruleset.ts";
import type { Table } from "./nftables-table.ts";

/** Elements in one transaction: 10,000 take nft 30 MB and 40 ms. */
const CHUNK = 10_000;
/** In a user namespace the socket buffer cannot be forced open. */
const USER_NAMESPACE_CHUNK = 1000;
/** Transactions under way at once. */
const FLIGHTS = 2;
/** Transactions that one batch may cost while the bad among its changes are looked for. */
const SEARCH_LIMIT = 128;

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

/** What a batch may still spend on finding the bad among its changes. */
interface Search {
  left: number;
  repaired: boolean;
  /** Some transaction of it was done. */
  changed: boolean;
}

export interface ChangesParts {
  readonly program: NftProgram;
  readonly table: Table;
  readonly clock: Clock;
  readonly options: RulesetOptions;
  /** Whether the kernel gives an element that is added again its new timeout. */
  readonly updates: boolean;
  /** We are in a user namespace, where the kernel takes small transactions only. */
  readonly userNamespace: boolean;
  /** Runs nothing else of ours meanwhile. */
  readonly alone: <Result>(task: () => Promise<Result>) => Promise<Result>;
  /** Takes what the daemon is to look after. */
  readonly tell: (sentence: string) => void;
}

/** Changes of elements on their way into the table: gathered, in transactions of bounded size, the bad ones told from the good. */
export class Changes {
  readonly #program: NftProgram;
  readonly #table: Table;
  readonly #clock: Clock;
  readonly #options: RulesetOptions;
  readonly #updates: boolean;
  readonly #alone: ChangesParts["alone"];
  readonly #tell: (sentence: string) => void;
  #chunk: number;
  #jobs: Job[] = [];
  #pumping = false;

  constructor(parts: ChangesParts) {
    this.#program = parts.program;
    this.#table = parts.table;
    this.#clock = parts.clock;
    this.#options = parts.options;
    this.#updates = parts.updates;
    this.#alone = parts.alone;
    this.#tell = parts.tell;
    this.#chunk = parts.userNamespace ? USER_NAMESPACE_CHUNK : CHUNK;
  }

  /** See Firewall.apply. */
  apply(changes: Iterable<Change>): Promise<readonly Refusal[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Refusal[]>();
    this.#jobs.push({ changes, refusals: [], resolve, reject });
    void this.#pump();
    return promise;
  }

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
    if (missing !== undefined) await this.#table.layOutAgain(missing, { keepAllowed: this.#table.prepared });
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
        const reason = objection(change, this.#table.scopes);
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
    const missing = setsOf(tasks).filter((key) => !this.#table.hasSet(key));
    return missing.length > 0 || !this.#table.prepared ? missing : undefined;
  }

  #wordsOf(batch: Batch): string {
    return (batch.laidOut === this.#table.layouts ? batch : this.#batch(batch.tasks)).words;
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
      await this.#table.layOutAgain(setsOf(tasks));
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
    const commands: Command[] = [];
    let shutsOnly = true;
    let isNew = true;
    for (const scope of tasks.names()) {
      for (const { family, length, items } of tasks.shelves(scope)) {
        const key = { scope, family, length };
        const put = this.#table.fresh(setName(key));
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
        const how = { options: this.#options, withSet: this.#table.takesWithSet, isEmpty, updates: this.#updates };
        commands.push(...elementCommands(key, operations, how));
        if (!isEmpty) isNew = false;
      }
    }
    return { tasks, shutsOnly, isNew, words: transaction(commands), laidOut: this.#table.layouts };
  }
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
