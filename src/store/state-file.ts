import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Duration, type Instant, instant, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import { cureOf, faultOf, inodeOf, isCrowded, openDatabase, openForReading, reasonOf, setAside } from "./database.ts";
import type { Row } from "./rows.ts";
import type { Opened } from "./store.ts";

/** How long to wait before opening is tried again, and how often it is looked whether the file is still there. */
const REOPEN_AFTER: Duration = seconds(10);
const LOOK_EVERY: Duration = seconds(10);
const MAX_REMARKS = 10;
const NEVER = instant(Number.NEGATIVE_INFINITY);

type Value = string | number | null | Uint8Array;

/** The SQLite file as it comes and goes: opened, lost, damaged, set aside, begun anew. Knows nothing of what is in it. */
export class StateFile {
  readonly opened: Opened;
  readonly #path: string;
  /** Called once with what can be read, at the start or when it first can be. */
  readonly #load: (file: StateFile) => void;
  #loaded = false;
  #database: DatabaseSync | undefined;
  /** Of a file that cannot be written: good for what went before. */
  #readOnly = false;
  #statements = new Map<string, StatementSync>();
  #inode: bigint | undefined;
  #opening = NEVER;
  #looked = NEVER;
  /** What failed may lie in this handle alone: its file system was taken away, and another is mounted in its place. */
  #suspect = false;
  #closed = false;
  #trouble: string | undefined;
  #remarks: string[] = [];
  /** Whether the file holds what it held when it was last written: what it does not must be written anew. */
  #intact = true;

  /** @throws BailiffError STORE_NEWER; whatever else is wrong is told by `opened` and `troubles`. */
  constructor(path: string, now: Instant, load: (file: StateFile) => void) {
    this.#path = path;
    this.#load = load;
    this.opened = this.#start(now);
  }

  get readable(): boolean {
    return this.#database !== undefined;
  }

  get writable(): boolean {
    return this.#database !== undefined && !this.#readOnly;
  }

  /** False until `written` has been called since the file was last begun anew or opened again. */
  get intact(): boolean {
    return this.#intact;
  }

  get troubles(): readonly string[] {
    return this.#trouble === undefined ? this.#remarks : [...this.#remarks, this.#trouble];
  }

  /** Makes sure that it is the file at the path, and open, if that can be had. */
  ready(at: Instant): boolean {
    this.#look(at);
    const due = Math.abs(at - this.#opening) >= REOPEN_AFTER;
    if ((!this.writable || this.#suspect) && !this.#closed && due) this.#reopen(at);
    return this.writable;
  }

  /** The file holds all there is. */
  written(): void {
    this.#intact = true;
    this.#suspect = false;
    this.#trouble = undefined;
  }

  /** Some of what it holds is good for nothing: with the next write, all is written anew. */
  distrust(): void {
    this.#intact = false;
  }

  /** Deals with what SQLite threw. A damaged file is replaced at once: true when there is another to write to. */
  failed(error: unknown, now: Instant): boolean {
    if (faultOf(error) === "corrupt") return this.#replace(error, now).kind === "set-aside";
    this.#suspect ||= !isCrowded(error);
    this.#tell(error);
    return false;
  }

  /** Said until the next start; each sentence once. */
  remark(sentence: string): void {
    if (this.#remarks.includes(sentence)) return;
    this.#remarks = [...this.#remarks, sentence].slice(-MAX_REMARKS);
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  /** The columns of each row, one row after the other: half the work of naming them, for what is much. */
  each(sql: string): Iterable<readonly unknown[]> {
    const statement = this.#statement(sql);
    statement.setReturnArrays(true);
    // Arrays are what it gives now, whatever its type says.
    return statement.iterate() as Iterable<unknown> as Iterable<readonly unknown[]>;
  }

  run(sql: string, ...values: Value[]): void {
    this.#statement(sql).run(...values);
  }

  /** All of `body`, or none of it. */
  transaction(body: () => void): void {
    const database = this.#held();
    this.run("BEGIN IMMEDIATE");
    try {
      body();
      this.run("COMMIT");
    } finally {
      // Some errors roll back by themselves.
      if (database.isTransaction) database.exec("ROLLBACK");
    }
  }

  exec(sql: string): void {
    this.#held().exec(sql);
  }

  close(): void {
    this.#closed = true;
    this.#release();
  }

  #start(now: Instant): Opened {
    try {
      const { database, existed } = openDatabase(this.#path);
      this.#hold(database);
      this.#load(this);
      this.#loaded = true;
      return { kind: existed ? "existing" : "fresh" };
    } catch (error) {
      if (error instanceof BailiffError) throw error;
      return faultOf(error) === "corrupt" ? this.#replace(error, now) : this.#startReading(error, now);
    }
  }

  /** It cannot be written: what it held at its last checkpoint is better than nothing. */
  #startReading(error: unknown, now: Instant): Opened {
    this.#release();
    this.#opening = now;
    this.#intact = false;
    this.#tell(error);
    this.#database = openForReading(this.#path);
    this.#readOnly = this.#database !== undefined;
    if (this.#readOnly) {
      try {
        this.#load(this);
      } catch {
        // Damaged besides: it is set aside as soon as it can be. What was read up to there is good.
        this.#release();
      }
    }
    return { kind: "unusable", reason: reasonOf(error) };
  }

  #reopen(now: Instant): void {
    this.#opening = now;
    try {
      const { database } = openDatabase(this.#path);
      this.#release();
      this.#hold(database);
      this.#intact = false;
      if (!this.#loaded) this.#load(this);
      this.#loaded = true;
    } catch (error) {
      this.failed(error, now);
    }
  }

  /** Sets a damaged file aside and begins another. */
  #replace(error: unknown, now: Instant): Opened {
    const reason = reasonOf(error);
    this.#release();
    this.#intact = false;
    this.#loaded = true;
    try {
      const path = setAside(this.#path, now);
      this.#hold(openDatabase(this.#path).database);
      this.remark(`the state file was damaged (${reason}): it was moved to ${path}, and a new one begun`);
      return { kind: "set-aside", path, reason };
    } catch (second) {
      this.#opening = now;
      this.#tell(second);
      return { kind: "unusable", reason: `${reason}; ${reasonOf(second)}` };
    }
  }

  /** SQLite writes on to a file that was moved or deleted, and no error tells. */
  #look(at: Instant): void {
    if (!this.writable || Math.abs(at - this.#looked) < LOOK_EVERY) return;
    this.#looked = at;
    if (inodeOf(this.#path) === this.#inode) return;
    this.#release();
    this.#intact = false;
    this.#opening = NEVER;
    this.remark(`the state file ${this.#path} was taken away: it is written anew`);
  }

  #hold(database: DatabaseSync): void {
    this.#database = database;
    this.#inode = inodeOf(this.#path);
  }

  #release(): void {
    const database = this.#database;
    this.#statements = new Map();
    this.#database = undefined;
    this.#readOnly = false;
    try {
      database?.close();
    } catch (error) {
      this.#tell(error);
    }
  }

  #held(): DatabaseSync {
    if (this.#database === undefined)
      throw new BailiffError("STORE_BROKEN", `the state file ${this.#path} is not open`);
    return this.#database;
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#held().prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #tell(error: unknown): void {
    const cure = error instanceof BailiffError ? (error.hint ?? error.message) : cureOf(error);
    this.#trouble = `the state file ${this.#path} cannot be written (${reasonOf(error)}); decisions are kept in memory until it can: ${cure}`;
  }
}
