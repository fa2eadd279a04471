import type { DatabaseSync, StatementSync } from "node:sqlite";
import { formatNetwork, type Network, networkOf, parseNetwork } from "../core/address.ts";
import { type Ban, type Cause, countsLater } from "../core/ban.ts";
import type { History } from "../core/growth.ts";
import { type Duration, type Instant, instant, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import { Actives, banKey, GRACE, SWEEP } from "./actives.ts";
import { cureOf, faultOf, inodeOf, openDatabase, openForReading, reasonOf, setAside } from "./database.ts";
import type { Counts, Opened, PastBan, RuntimeIgnore, Step, Store, Totals, Unban } from "./store.ts";

export interface SqliteOptions {
  /** Its directory is made when missing. */
  readonly file: string;
  readonly now: Instant;
  /** How long bans that are over are remembered: dbpurgeage. */
  readonly purgeAge: Duration;
  /** What the file may hold before bans are forgotten sooner than that. Default 256 MB. */
  readonly maxBytes?: number;
}

/** A ban or an end of one, on its way into the history. */
type Note =
  | { readonly kind: "ban"; readonly ban: Ban }
  | { readonly kind: "lift"; readonly of: Unban; readonly at: Instant; readonly lifted: boolean };

/** An offender's bans in one jail: how many, when the last began, and when it ended or ends. */
interface Past {
  bans: number;
  last: number;
  ends: number;
}

/** What became of an offender since the last write; `bans` are those that came to it. */
interface Change extends Past {
  readonly jail: string;
  readonly target: string;
  forgotten: boolean;
  /** Beginnings of the bans that count, for bansSince. */
  readonly began: number[];
}

/** Beyond so many unwritten notes the oldest are dropped; active bans, cursors and counts never are. */
const MAX_NOTES = 20_000;
const MAX_CHANGES = 100_000;
/** Rows looked at for being purged, per save. */
const PURGE = 400;
const REOPEN_AFTER: Duration = seconds(10);
const LOOK_EVERY: Duration = seconds(10);
/** An end that never comes, as a number that SQLite compares. */
const NEVER = 9_000_000_000_000_000;
const LEAST_STEPS_BYTES = 262_144;
const PAGE = 4096;

/** One SQLite file. Answers what a running agent needs from memory, and goes on in memory when the disk does not. */
export class SqliteStore implements Store {
  readonly opened: Opened;
  readonly #options: SqliteOptions;
  readonly #active = new Actives();
  readonly #cursors = new Map<string, string>();
  readonly #ignores = new Map<string, RuntimeIgnore>();
  readonly #totals = new Map<string, Totals>();

  #database: DatabaseSync | undefined;
  /** Opened on a file that cannot be written: good for what went before. */
  #readOnly = false;
  #statements = new Map<string, StatementSync>();
  #trouble: string | undefined;
  #lasting: string[] = [];
  #nextOpen = 0;
  #inode: bigint | undefined;
  #nextLook = 0;
  #closed = false;

  /** Not yet written. */
  #notes: Note[] = [];
  readonly #changes = new Map<string, Change>();
  readonly #dirty = new Map<string, { readonly jail: string; readonly target: Network }>();
  readonly #dirtyCursors = new Set<string>();
  readonly #dirtyTotals = new Set<string>();
  #dirtyIgnores = false;
  /** The file's lists are not known to be those in memory: all of them are written anew. */
  #rewrite = false;
  #lost = 0;

  #counter: Counts | undefined;
  #needWhole = true;
  #wholeBytes = 0;
  #stepBytes = 0;

  #purgeHistoryFrom = 0;
  #purgeOffendersFrom = { target: "", jail: "" };
  /** How many times the purge age was halved because the file grew too large. */
  #tightness = 0;

  /** @throws BailiffError STORE_NEWER; anything else about the file is told by `opened` and `troubles`. */
  constructor(options: SqliteOptions) {
    this.#options = options;
    this.opened = this.#open(options.now);
  }

  activeBans(at: Instant): readonly Ban[] {
    return this.#active.all(at);
  }

  current(jail: string, target: Network, at: Instant): Ban | undefined {
    return this.#active.current(jail, target, at);
  }

  bansOf(target: Network, at: Instant): readonly Ban[] {
    return this.#active.of(target, at);
  }

  history(jail: string, target: Network): History {
    const text = formatNetwork(target);
    const known = new Map<string, Past>();
    const rows = this.#read(
      "SELECT jail, bans * 1.0 AS bans, last * 1.0 AS last, ends * 1.0 AS ends FROM offenders WHERE target = ?",
      text,
    );
    for (const row of rows) {
      if (typeof row.jail !== "string" || !isCount(row.bans)) continue;
      if (typeof row.last === "number" && typeof row.ends === "number") {
        known.set(row.jail, { bans: row.bans, last: row.last, ends: row.ends });
      }
    }
    for (const name of this.#changedJails(text)) {
      const change = this.#changes.get(`${name} ${text}`);
      if (change === undefined) continue;
      const before = change.forgotten ? 0 : (known.get(name)?.bans ?? 0);
      known.set(name, { bans: before + change.bans, last: change.last, ends: change.ends });
    }
    let overall = 0;
    let endsOverall: number | undefined;
    for (const { bans, ends } of known.values()) {
      overall += bans;
      endsOverall = Math.max(ends, endsOverall ?? ends);
    }
    const own = known.get(jail);
    return {
      priors: own?.bans ?? 0,
      overall,
      ...(own === undefined ? {} : { began: instant(own.last), ends: end(own.ends) }),
      ...(endsOverall === undefined ? {} : { endsOverall: end(endsOverall) }),
    };
  }

  bansSince(target: Network, since: Instant): number {
    const text = formatNetwork(target);
    const sql = "SELECT count(*) AS count FROM history WHERE target = ? AND began >= ? AND counts = 1";
    let count = Number(this.#read(sql, text, since)[0]?.count ?? 0);
    for (const name of this.#changedJails(text)) {
      for (const began of this.#changes.get(`${name} ${text}`)?.began ?? []) if (began >= since) count += 1;
    }
    return count;
  }

  past(target: Network, limit: number): readonly PastBan[] {
    const texts = Array.from({ length: target.length + 1 }, (_, length) => formatNetwork(networkOf(target, length)));
    const rows = this.#read(
      `SELECT target, jail, began * 1.0 AS began, ends * 1.0 AS ends, lifted * 1.0 AS lifted, cause FROM history
       WHERE target IN (${texts.map(() => "?").join(",")}) ORDER BY id DESC LIMIT ?`,
      ...texts,
      limit,
    );
    const written = rows.flatMap((row) => {
      const ban = readBan(row);
      if (ban === undefined) return [];
      return typeof row.lifted === "number" ? [{ ...ban, lifted: instant(row.lifted) }] : [ban];
    });
    return [...this.#unwrittenPast(new Set(texts)), ...written].slice(0, limit);
  }

  cursor(source: string): string | undefined {
    return this.#cursors.get(source);
  }

  counts(): readonly Uint8Array[] {
    const rows = this.#read("SELECT part FROM counts ORDER BY id");
    return rows.flatMap((row) => (row.part instanceof Uint8Array ? [row.part] : []));
  }

  ignores(): readonly RuntimeIgnore[] {
    return [...this.#ignores.values()];
  }

  totals(): ReadonlyMap<string, Totals> {
    return this.#totals;
  }

  stage(changes: Pick<Step, "at" | "bans" | "unbans">): void {
    for (const unban of changes.unbans ?? []) this.#unban(unban, changes.at);
    for (const ban of changes.bans ?? []) this.#ban(ban);
  }

  save(step: Step): boolean {
    this.stage(step);
    for (const [source, at] of Object.entries(step.cursors ?? {})) {
      this.#cursors.set(source, at);
      this.#dirtyCursors.add(source);
    }
    for (const [jail, failures] of Object.entries(step.failures ?? {})) this.#total(jail, { failures, bans: 0 });
    for (const ignore of step.ignores?.add ?? []) this.#ignores.set(banKey(ignore.jail, ignore.network), ignore);
    for (const ignore of step.ignores?.remove ?? []) this.#ignores.delete(banKey(ignore.jail, ignore.network));
    if (step.ignores) this.#dirtyIgnores = true;
    this.#counter = step.counts ?? this.#counter;
    const written = this.#write(step.at, step.counts);
    this.#sweep(step.at);
    return written;
  }

  troubles(): readonly string[] {
    return this.#trouble === undefined ? this.#lasting : [...this.#lasting, this.#trouble];
  }

  close(): void {
    this.#closed = true;
    this.#release();
  }

  // Opening and losing the file.

  #open(now: Instant): Opened {
    const { file } = this.#options;
    try {
      return this.#load(file);
    } catch (error) {
      if (error instanceof BailiffError) throw error;
      this.#release();
      if (faultOf(error) !== "corrupt") {
        return this.#openForReading(error, now);
      }
      return this.#replace(error, now);
    }
  }

  #load(file: string): Opened {
    const { database, existed } = openDatabase(file);
    this.#hold(database);
    this.#loadLists(file);
    return { kind: existed ? "existing" : "fresh" };
  }

  #openForReading(error: unknown, now: number): Opened {
    this.#nextOpen = now + REOPEN_AFTER;
    this.#rewrite = true;
    this.#tell(error);
    this.#database = openForReading(this.#options.file);
    this.#readOnly = this.#database !== undefined;
    try {
      if (this.#readOnly) this.#loadLists(this.#options.file);
    } catch {
      // Damaged besides: it will be set aside once it can be written. What was read up to here is good.
      this.#release();
    }
    return { kind: "unusable", reason: reasonOf(error) };
  }

  #loadLists(file: string): void {
    let odd = 0;
    for (const row of this.#all("SELECT target, jail, began * 1.0 AS began, ends * 1.0 AS ends, cause FROM active")) {
      const ban = readBan(row);
      if (ban === undefined) odd += 1;
      else this.#active.put(ban);
    }
    for (const row of this.#all("SELECT source, at FROM cursors")) {
      if (typeof row.source === "string" && typeof row.at === "string") this.#cursors.set(row.source, row.at);
    }
    for (const row of this.#all("SELECT jail, network FROM ignores")) {
      const network = parseNetwork(String(row.network));
      if (typeof row.jail !== "string" || network === undefined) odd += 1;
      else this.#ignores.set(banKey(row.jail, network), { jail: row.jail, network });
    }
    for (const row of this.#all("SELECT jail, failures * 1.0 AS failures, bans * 1.0 AS bans FROM totals")) {
      if (typeof row.jail === "string" && isCount(row.failures) && isCount(row.bans)) {
        this.#totals.set(row.jail, { failures: row.failures, bans: row.bans });
      }
    }
    if (odd > 0) this.#lasting.push(`${file} held ${odd} rows that make no sense; they were passed over`);
  }

  /** Sets a damaged file aside and begins another with what memory knows. */
  #replace(error: unknown, now: number): Opened {
    const { file } = this.#options;
    const reason = reasonOf(error);
    this.#release();
    try {
      const path = setAside(file, now);
      this.#hold(openDatabase(file).database);
      this.#rewrite = true;
      this.#needWhole = true;
      this.#lasting.push(`the state file was damaged (${reason}): it was moved to ${path}, and a new one begun`);
      return { kind: "set-aside", path, reason };
    } catch (second) {
      this.#nextOpen = now + REOPEN_AFTER;
      this.#rewrite = true;
      this.#tell(second);
      return { kind: "unusable", reason: `${reason}; ${reasonOf(second)}` };
    }
  }

  #reopen(now: number): void {
    if (this.#closed || now < this.#nextOpen) return;
    this.#nextOpen = now + REOPEN_AFTER;
    try {
      const { database } = openDatabase(this.#options.file);
      this.#release();
      this.#hold(database);
      this.#needWhole = true;
    } catch (error) {
      this.#failed(error, now);
    }
  }

  #hold(database: DatabaseSync): void {
    this.#database = database;
    this.#inode = inodeOf(this.#options.file);
  }

  /** SQLite writes on to a file that was moved or deleted, and no error tells. */
  #look(at: Instant): void {
    if (this.#database === undefined || this.#readOnly || at < this.#nextLook) return;
    this.#nextLook = at + LOOK_EVERY;
    if (inodeOf(this.#options.file) === this.#inode) return;
    this.#release();
    this.#rewrite = true;
    this.#needWhole = true;
    this.#nextOpen = 0;
    this.#lasting.push(`the state file ${this.#options.file} was taken away; it was written anew`);
  }

  #release(): void {
    this.#statements = new Map();
    this.#readOnly = false;
    const database = this.#database;
    this.#database = undefined;
    try {
      database?.close();
    } catch (error) {
      this.#tell(error);
    }
  }

  #failed(error: unknown, now: number): void {
    // Whatever was taken from the counts is lost with the transaction.
    this.#needWhole = true;
    const fault = error instanceof BailiffError ? "temporary" : faultOf(error);
    if (fault === "corrupt") {
      this.#replace(error, now);
      return;
    }
    this.#tell(error);
  }

  #tell(error: unknown): void {
    const cure = error instanceof BailiffError ? (error.hint ?? "") : cureOf(error);
    this.#trouble = `the state file ${this.#options.file} cannot be used (${reasonOf(error)}); decisions are kept in memory until it can: ${cure}`;
  }

  // Memory.

  #ban(ban: Ban): void {
    this.#active.put(ban);
    this.#touch(ban.jail, ban.target);
    this.#total(ban.jail, { failures: 0, bans: 1 });
    this.#note({ kind: "ban", ban });
    const change = this.#change(ban.jail, ban.target);
    change.last = ban.from;
    change.ends = ban.until ?? NEVER;
    if (!countsLater(ban.cause)) return;
    change.bans += 1;
    change.began.push(ban.from);
  }

  #unban(unban: Unban, at: Instant): void {
    const ban = this.#active.delete(unban.jail, unban.target);
    if (ban !== undefined) {
      this.#touch(unban.jail, unban.target);
    }
    if (ban === undefined && !unban.forget) return;
    this.#note({ kind: "lift", of: unban, at, lifted: ban !== undefined });
    const change = this.#change(unban.jail, unban.target);
    change.ends = at;
    if (!unban.forget) return;
    change.forgotten = true;
    change.bans = 0;
    change.began.length = 0;
  }

  #touch(jail: string, target: Network): void {
    this.#dirty.set(banKey(jail, target), { jail, target });
    if (this.#dirty.size <= MAX_CHANGES) return;
    this.#dirty.clear();
    this.#rewrite = true;
  }

  #note(note: Note): void {
    this.#notes.push(note);
    if (this.#notes.length <= MAX_NOTES) return;
    this.#lost += this.#notes.splice(0, MAX_NOTES / 10).length;
  }

  #change(jail: string, target: Network): Change {
    const text = formatNetwork(target);
    const key = `${jail} ${text}`;
    const known = this.#changes.get(key);
    if (known) return known;
    const { began, ends } = this.history(jail, target);
    const change = { jail, target: text, forgotten: false, bans: 0, last: began ?? 0, ends: ends ?? 0, began: [] };
    this.#changes.set(key, change);
    if (!this.#totals.has(jail)) this.#total(jail, { failures: 0, bans: 0 });
    if (this.#changes.size > MAX_CHANGES) {
      for (const oldest of this.#changes.keys()) {
        this.#changes.delete(oldest);
        break;
      }
    }
    return change;
  }

  /** Jails that may have changed something of a target: jails are few. */
  #changedJails(_target: string): Iterable<string> {
    return this.#changes.size === 0 ? [] : this.#totals.keys();
  }

  #total(jail: string, more: Totals): void {
    const known = this.#totals.get(jail) ?? { failures: 0, bans: 0 };
    this.#totals.set(jail, { failures: known.failures + more.failures, bans: known.bans + more.bans });
    this.#dirtyTotals.add(jail);
  }

  #unwrittenPast(texts: ReadonlySet<string>): PastBan[] {
    const found: PastBan[] = [];
    for (const note of this.#notes) {
      if (note.kind === "ban") {
        if (texts.has(formatNetwork(note.ban.target))) found.push(note.ban);
      } else if (note.lifted) {
        const { jail, target } = note.of;
        const index = found.findLastIndex(
          (ban) => ban.jail === jail && formatNetwork(ban.target) === formatNetwork(target),
        );
        const ban = found[index];
        if (ban) found[index] = { ...ban, lifted: note.at };
      }
    }
    return found.reverse();
  }

  // The disk.

  #read(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    if (this.#database === undefined) return [];
    try {
      return this.#all(sql, ...values);
    } catch (error) {
      this.#failed(error, this.#options.now);
      return [];
    }
  }

  #all(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.#statement(sql).all(...values);
  }

  #run(sql: string, ...values: (string | number | null | Uint8Array)[]): void {
    this.#statement(sql).run(...values);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    if (this.#database === undefined) throw new BailiffError("STORE_BROKEN", "the state file is not open");
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #write(at: Instant, counts: Counts | undefined): boolean {
    this.#look(at);
    // A damaged file is replaced at once: the second try writes to the new one.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (this.#database === undefined || this.#readOnly) this.#reopen(at);
      if (this.#database === undefined || this.#readOnly) break;
      const database: DatabaseSync = this.#database;
      try {
        this.#transaction(database, counts);
        this.#trouble = undefined;
      } catch (error) {
        this.#failed(error, at);
        if (this.#database === database) break;
        continue;
      }
      this.#tidy(at, database);
      return true;
    }
    // Not to gather in memory meanwhile: a later write takes the whole.
    counts?.step();
    this.#needWhole = true;
    return false;
  }

  #transaction(database: DatabaseSync, counts: Counts | undefined): void {
    database.exec("BEGIN IMMEDIATE");
    try {
      this.#writeLists();
      this.#writeNotes();
      const bytes = this.#writeCounts(counts);
      database.exec("COMMIT");
      this.#written(bytes);
    } catch (error) {
      // Some errors have rolled back already.
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }

  #writeLists(): void {
    const all = this.#rewrite;
    if (all) {
      for (const table of ["active", "cursors", "totals"]) this.#run(`DELETE FROM ${table}`);
      for (const ban of this.#active.all(instant(0))) this.#writeActive(ban);
    } else {
      for (const { jail, target } of this.#dirty.values()) {
        const ban = this.#active.get(jail, target);
        if (ban) this.#writeActive(ban);
        else this.#run("DELETE FROM active WHERE target = ? AND jail = ?", formatNetwork(target), jail);
      }
    }
    for (const source of all ? this.#cursors.keys() : this.#dirtyCursors) {
      this.#run("INSERT OR REPLACE INTO cursors VALUES (?, ?)", source, this.#cursors.get(source) ?? "");
    }
    for (const jail of all ? this.#totals.keys() : this.#dirtyTotals) {
      const { failures, bans } = this.#totals.get(jail) ?? { failures: 0, bans: 0 };
      this.#run("INSERT OR REPLACE INTO totals VALUES (?, ?, ?)", jail, failures, bans);
    }
    if (!all && !this.#dirtyIgnores) return;
    this.#run("DELETE FROM ignores");
    for (const { jail, network } of this.#ignores.values()) {
      this.#run("INSERT INTO ignores VALUES (?, ?)", jail, formatNetwork(network));
    }
  }

  #writeActive(ban: Ban): void {
    const ends = ban.until ?? null;
    const sql = "INSERT OR REPLACE INTO active VALUES (?, ?, ?, ?, ?)";
    this.#run(
      sql,
      formatNetwork(ban.target),
      ban.jail,
      Math.round(ban.from),
      ends === null ? null : Math.round(ends),
      JSON.stringify(ban.cause),
    );
  }

  #writeNotes(): void {
    for (const note of this.#notes) {
      if (note.kind === "ban") {
        const { target, jail, from, until, cause } = note.ban;
        this.#run(
          "INSERT INTO history (target, jail, began, ends, counts, cause) VALUES (?, ?, ?, ?, ?, ?)",
          formatNetwork(target),
          jail,
          Math.round(from),
          until === undefined ? null : Math.round(until),
          countsLater(cause) ? 1 : 0,
          JSON.stringify(cause),
        );
      } else {
        const text = formatNetwork(note.of.target);
        if (note.lifted) {
          this.#run(
            "UPDATE history SET lifted = ? WHERE id = (SELECT max(id) FROM history WHERE target = ? AND jail = ?)",
            Math.round(note.at),
            text,
            note.of.jail,
          );
        }
        if (note.of.forget)
          this.#run("UPDATE history SET counts = 0 WHERE target = ? AND jail = ?", text, note.of.jail);
      }
    }
    for (const { jail, target, forgotten, bans, last, ends } of this.#changes.values()) {
      if (forgotten) this.#run("DELETE FROM offenders WHERE target = ? AND jail = ?", target, jail);
      this.#run(
        `INSERT INTO offenders VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         bans = bans + excluded.bans, last = excluded.last, ends = excluded.ends`,
        target,
        jail,
        bans,
        Math.round(last),
        Math.round(Math.min(ends, NEVER)),
      );
    }
  }

  /** Bytes written: positive for a step, negative for a whole. */
  #writeCounts(counts: Counts | undefined): number {
    const due = this.#needWhole || this.#stepBytes > Math.max(LEAST_STEPS_BYTES, 2 * this.#wholeBytes);
    if (due && this.#counter) {
      const whole = this.#counter.whole();
      this.#run("DELETE FROM counts");
      this.#run("INSERT INTO counts (part) VALUES (?)", whole);
      return -whole.length;
    }
    const step = counts?.step();
    if (step === undefined) return 0;
    this.#run("INSERT INTO counts (part) VALUES (?)", step);
    return step.length;
  }

  #written(countsBytes: number): void {
    if (countsBytes < 0) {
      this.#wholeBytes = -countsBytes;
      this.#stepBytes = 0;
      this.#needWhole = false;
    } else {
      this.#stepBytes += countsBytes;
    }
    if (this.#lost > 0) {
      this.#lasting.push(
        `${this.#lost} bans are missing from the history: too many came while it could not be written`,
      );
      this.#lost = 0;
    }
    this.#rewrite = false;
    this.#notes = [];
    this.#changes.clear();
    this.#dirty.clear();
    this.#dirtyCursors.clear();
    this.#dirtyTotals.clear();
    this.#dirtyIgnores = false;
  }

  #sweep(at: Instant): void {
    for (const ban of this.#active.sweep(at - GRACE, SWEEP)) this.#touch(ban.jail, ban.target);
  }

  /** Purges a few rows and gives a few free pages back; a little at every save, so that none takes long. */
  #tidy(at: Instant, database: DatabaseSync): void {
    try {
      this.#purge(at, database);
    } catch (error) {
      this.#failed(error, at);
    }
  }

  #purge(at: Instant, database: DatabaseSync): void {
    const free = Number(this.#all("PRAGMA freelist_count")[0]?.freelist_count ?? 0);
    const used = Number(this.#all("PRAGMA page_count")[0]?.page_count ?? 0) - free;
    if (used * PAGE > (this.#options.maxBytes ?? 268_435_456)) this.#tightness += 1;
    else if (this.#tightness > 0) this.#tightness -= 1;
    const before = at - this.#options.purgeAge / 2 ** Math.min(this.#tightness / 50, 30);
    database.exec("BEGIN IMMEDIATE");
    try {
      this.#purgeHistory(before);
      this.#purgeOffenders(before);
      database.exec("COMMIT");
    } finally {
      if (database.isTransaction) database.exec("ROLLBACK");
    }
    if (free > 256 && free > used / 4) database.exec("PRAGMA incremental_vacuum(64)");
  }

  #purgeHistory(before: number): void {
    const rows = this.#all(
      "SELECT id, began * 1.0 AS began FROM history WHERE id > ? ORDER BY id LIMIT ?",
      this.#purgeHistoryFrom,
      PURGE,
    );
    const last = rows.at(-1);
    const first = rows[0];
    if (last === undefined || first === undefined || Number(first.began) >= before) {
      this.#purgeHistoryFrom = 0;
      return;
    }
    this.#run(
      "DELETE FROM history WHERE id >= ? AND id <= ? AND coalesce(lifted, ends) < ?",
      Number(first.id),
      Number(last.id),
      before,
    );
    this.#purgeHistoryFrom = Number(last.id);
  }

  #purgeOffenders(before: number): void {
    const { target, jail } = this.#purgeOffendersFrom;
    const sql = "SELECT target, jail FROM offenders WHERE (target, jail) > (?, ?) ORDER BY target, jail LIMIT ?";
    const last = this.#all(sql, target, jail, PURGE).at(-1);
    const to = last === undefined ? undefined : { target: String(last.target), jail: String(last.jail) };
    if (to !== undefined) {
      this.#run(
        "DELETE FROM offenders WHERE (target, jail) > (?, ?) AND (target, jail) <= (?, ?) AND ends < ? AND last < ?",
        target,
        jail,
        to.target,
        to.jail,
        before,
        before,
      );
    }
    this.#purgeOffendersFrom = to ?? { target: "", jail: "" };
  }
}

function readBan(row: Record<string, unknown>): Ban | undefined {
  const target = typeof row.target === "string" ? parseNetwork(row.target) : undefined;
  if (target === undefined || typeof row.jail !== "string" || typeof row.began !== "number") return undefined;
  if (row.ends !== null && typeof row.ends !== "number") return undefined;
  return {
    jail: row.jail,
    target,
    from: instant(row.began),
    ...(row.ends === null ? {} : { until: instant(row.ends) }),
    cause: readCause(row.cause),
  };
}

function readCause(text: unknown): Cause {
  try {
    const cause: unknown = JSON.parse(String(text));
    if (isCause(cause)) return cause;
  } catch {
    // Not what we write: the ban still stands.
  }
  return { kind: "restored" };
}

function isCause(value: unknown): value is Cause {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  switch (value.kind) {
    case "offence":
      return "failures" in value && typeof value.failures === "number";
    case "escalation":
      return "bans" in value && typeof value.bans === "number";
    case "manual":
      return "by" in value && typeof value.by === "string";
    default:
      return value.kind === "restored";
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function end(ends: number): Instant {
  return instant(ends >= NEVER ? Number.POSITIVE_INFINITY : ends);
}
