import { formatNetwork, type Network, networkOf, parseNetwork } from "../core/address.ts";
import { type Ban, countsLater } from "../core/ban.ts";
import type { History } from "../core/growth.ts";
import { type Duration, type Instant, instant } from "../core/time.ts";
import { Actives, banKey, GRACE, MAX_ACTIVE, SWEEP } from "./actives.ts";
import { Purge } from "./purge.ts";
import { banReader, isCount, type Row, readBan } from "./rows.ts";
import { StateFile } from "./state-file.ts";
import type { Counts, Opened, PastBan, RuntimeIgnore, Step, Store, Totals, Unban } from "./store.ts";
import { endOf, NEVER, type OffenderRecord, Unwritten } from "./unwritten.ts";

export interface SqliteOptions {
  /** Its directory is made when missing. */
  readonly file: string;
  readonly now: Instant;
  /** How long bans that are over are remembered: dbpurgeage. */
  readonly purgeAge: Duration;
  /** What the file may hold before bans are forgotten sooner than that. Default 256 MB. */
  readonly maxBytes?: number;
  /** Bans at once. Default 500,000: some 200 MB of memory. */
  readonly maxActive?: number;
}

type Staged = Pick<Step, "at" | "bans" | "unbans" | "moved">;

/** Steps of the counts gather up to twice the last whole, and at least so much, before a whole takes their place. */
const LEAST_STEPS_BYTES = 1_048_576;

/** One SQLite file. Answers what a running agent needs from memory, and goes on in memory when the disk does not. */
export class SqliteStore implements Store {
  readonly #file: StateFile;
  readonly #purge: Purge;
  readonly #maxActive: number;
  #now: Instant;

  readonly #active = new Actives();
  readonly #cursors = new Map<string, string>();
  readonly #ignores = new Map<string, RuntimeIgnore>();
  readonly #facts = new Map<string, string>();
  readonly #totals = new Map<string, Totals>();

  readonly #unwritten = new Unwritten();
  readonly #newCursors = new Set<string>();
  readonly #newTotals = new Set<string>();
  readonly #newFacts = new Set<string>();
  #newIgnores = false;

  /** The last answer, as long as nothing is written. */
  #asked: { readonly text: string; readonly rows: readonly Row[] } | undefined;
  #counter: Counts | undefined;
  /** Steps would follow on nothing: at the start, and after something was not written. */
  #needWhole = true;
  /** What made no sense or could not be read at the start. */
  #odd = 0;
  /** Nothing of the counts in the file is good. */
  #startingOver = false;
  #wholeBytes = 0;
  #stepBytes = 0;
  /** The last step could not be written. */
  #behind = false;

  /** @throws BailiffError STORE_NEWER; anything else about the file is told by `opened` and `troubles`. */
  constructor(options: SqliteOptions) {
    this.#now = options.now;
    this.#purge = new Purge(options.purgeAge, options.maxBytes ?? 268_435_456);
    this.#maxActive = options.maxActive ?? MAX_ACTIVE;
    this.#file = new StateFile(options.file, options.now, (file) => this.#load(file));
  }

  get opened(): Opened {
    const { opened } = this.#file;
    return opened.kind === "existing" && this.#odd > 0 ? { kind: "partial" } : opened;
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

  bansOn(target: Network, at: Instant): readonly Ban[] {
    return this.#active.on(target, at);
  }

  history(jail: string, target: Network): History {
    const records = this.#records(target);
    let overall = 0;
    let endsOverall: number | undefined;
    for (const { bans, ends } of records.values()) {
      overall += bans;
      endsOverall = Math.max(ends, endsOverall ?? ends);
    }
    const own = records.get(jail);
    return {
      priors: own?.bans ?? 0,
      overall,
      ...(own === undefined ? {} : { began: instant(own.last), ends: endOf(own.ends) }),
      ...(endsOverall === undefined ? {} : { endsOverall: endOf(endsOverall) }),
    };
  }

  bansSince(target: Network, since: Instant): number {
    const text = formatNetwork(target);
    const changes = [...this.#unwritten.changesOf(text)];
    const forgotten = changes.filter((change) => change.forgotten).map((change) => change.jail);
    const sql =
      "SELECT jail, count(*) AS count FROM history WHERE target = ? AND began >= ? AND counts = 1 GROUP BY jail";
    let count = 0;
    for (const row of this.#read(sql, text, since)) {
      if (!forgotten.includes(String(row.jail))) count += Number(row.count);
    }
    for (const change of changes) count += change.began.filter((began) => began >= since).length;
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
    const written = rows.reverse().flatMap((row) => {
      const ban = readBan(row);
      if (ban === undefined) return [];
      return typeof row.lifted === "number" ? [{ ...ban, lifted: instant(row.lifted) }] : [ban];
    });
    return this.#unwritten.past(written, new Set(texts)).reverse().slice(0, limit);
  }

  cursor(source: string): string | undefined {
    return this.#cursors.get(source);
  }

  counts(): readonly Uint8Array[] {
    try {
      const rows = this.#file.readable ? this.#file.all("SELECT part FROM counts ORDER BY id") : [];
      return rows.flatMap((row) => (row.part instanceof Uint8Array ? [row.part] : []));
    } catch (error) {
      this.#file.failed(error, this.#now);
      this.#odd += 1;
      return [];
    }
  }

  startOver(): void {
    for (const source of this.#cursors.keys()) this.#newCursors.add(source);
    this.#cursors.clear();
    this.#startingOver = true;
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

  stage(changes: Staged): void {
    for (const ban of changes.moved ?? []) this.#move(ban);
    for (const unban of changes.unbans ?? []) this.#unban(unban, changes.at);
    for (const ban of changes.bans ?? []) this.#ban(ban);
  }

  save(step: Step): boolean {
    this.#now = step.at;
    this.stage(step);
    for (const [source, at] of Object.entries(step.cursors ?? {})) {
      this.#cursors.set(source, at);
      this.#newCursors.add(source);
    }
    for (const [jail, failures] of Object.entries(step.failures ?? {})) this.#total(jail, { failures, bans: 0 });
    for (const ignore of step.ignores?.add ?? []) this.#ignores.set(banKey(ignore.jail, ignore.network), ignore);
    for (const ignore of step.ignores?.remove ?? []) this.#ignores.delete(banKey(ignore.jail, ignore.network));
    if (step.ignores) this.#newIgnores = true;
    for (const [name, text] of Object.entries(step.facts ?? {})) {
      this.#facts.set(name, text);
      this.#newFacts.add(name);
    }
    this.#counter = step.counts ?? this.#counter;
    this.#letGo(step.at);
    const { length } = this.#unwritten.notes;
    // A damaged file is replaced at once: the second try writes to the new one.
    const written = this.#write(step) || (!this.#file.intact && this.#write(step));
    this.#behind = !written;
    this.#asked = undefined;
    if (written) this.#tidy(step.at, length);
    else {
      this.#unwritten.bound();
      // Not to gather in memory meanwhile: a later write takes the whole.
      step.counts?.step();
    }
    return written;
  }

  catchUp(at: Instant): boolean {
    const ready = this.#file.ready(at);
    if (ready && this.#file.intact && !this.#behind) return true;
    return this.save({ at });
  }

  troubles(): readonly string[] {
    return this.#file.troubles;
  }

  close(): void {
    this.#file.close();
  }

  #ban(ban: Ban): void {
    // The one whose place it takes ends with that: one without end would be remembered for ever.
    this.#unban({ jail: ban.jail, target: ban.target }, ban.from);
    this.#unwritten.ban(ban, () => this.#records(ban.target).get(ban.jail));
    this.#active.put(ban);
    this.#total(ban.jail, { failures: 0, bans: 1 });
  }

  #move(ban: Ban): void {
    if (this.#active.get(ban.jail, ban.target) === undefined) return;
    this.#unwritten.move(ban, () => this.#records(ban.target).get(ban.jail));
    this.#active.put(ban);
  }

  #unban(unban: Unban, at: Instant): void {
    const ban = this.#active.delete(unban.jail, unban.target);
    if (ban !== undefined) this.#unwritten.touch(unban.jail, unban.target);
    this.#noteEnd(ban, unban, at);
  }

  #noteEnd(ban: Ban | undefined, unban: Unban, at: Instant): void {
    // One that is over by itself was not ended by anybody.
    const lifted = ban !== undefined && (ban.until === undefined || ban.until > at);
    if (!lifted && !unban.forget) return;
    this.#unwritten.unban(unban, { at, lifted }, () => this.#records(unban.target).get(unban.jail));
  }

  #total(jail: string, more: Totals): void {
    const known = this.#totals.get(jail) ?? { failures: 0, bans: 0 };
    this.#totals.set(jail, { failures: known.failures + more.failures, bans: known.bans + more.bans });
    this.#newTotals.add(jail);
  }

  /** An offender's record by jail: what is written, and what is not yet. */
  #records(target: Network): Map<string, OffenderRecord> {
    const text = formatNetwork(target);
    const records = new Map<string, OffenderRecord>();
    for (const { jail, bans, last, ends } of this.#offender(text)) {
      if (typeof jail !== "string" || !isCount(bans)) continue;
      if (typeof last === "number" && typeof ends === "number") records.set(jail, { bans, last, ends });
    }
    for (const { jail, forgotten, bans, last, ends } of this.#unwritten.changesOf(text)) {
      const before = forgotten ? 0 : (records.get(jail)?.bans ?? 0);
      records.set(jail, { bans: before + bans, last, ends });
    }
    return records;
  }

  /** What is written of an offender. Each decision asks several times. */
  #offender(text: string): readonly Row[] {
    if (this.#asked?.text === text) return this.#asked.rows;
    const sql =
      "SELECT jail, bans * 1.0 AS bans, last * 1.0 AS last, ends * 1.0 AS ends FROM offenders WHERE target = ?";
    const rows = this.#read(sql, text);
    this.#asked = { text, rows };
    return rows;
  }

  /** Bans that were over long ago, and those that are too many. */
  #letGo(at: Instant): void {
    for (const ban of this.#active.sweep(at - GRACE, SWEEP)) this.#unwritten.touch(ban.jail, ban.target);
    const gone = this.#active.overflow(this.#maxActive);
    for (const ban of gone) {
      this.#unwritten.touch(ban.jail, ban.target);
      this.#noteEnd(ban, { jail: ban.jail, target: ban.target }, at);
    }
    if (gone.length === 0) return;
    this.#file.remark(`there were more than ${this.#maxActive} bans at once: those that ended soonest were let go`);
  }

  // The file.

  /** At the start; or later, when the file could not be read until then: memory knows better. */
  #load(file: StateFile): void {
    let odd = 0;
    const isFirst = this.#active.size === 0;
    const read = banReader();
    for (const row of file.each("SELECT target, jail, began * 1.0, ends * 1.0, cause FROM active")) {
      const ban = read(row);
      if (ban === undefined) odd += 1;
      else if (isFirst || this.#active.get(ban.jail, ban.target) === undefined) this.#active.put(ban);
    }
    for (const { source, at } of file.all("SELECT source, at FROM cursors")) {
      if (typeof source !== "string" || typeof at !== "string") odd += 1;
      else if (!this.#cursors.has(source)) this.#cursors.set(source, at);
    }
    for (const { jail, network: text } of file.all("SELECT jail, network FROM ignores")) {
      const network = typeof text === "string" ? parseNetwork(text) : undefined;
      if (typeof jail !== "string" || network === undefined) odd += 1;
      else this.#ignores.set(banKey(jail, network), { jail, network });
    }
    for (const { jail, failures, bans } of file.all(
      "SELECT jail, failures * 1.0 AS failures, bans * 1.0 AS bans FROM totals",
    )) {
      if (typeof jail !== "string" || !isCount(failures) || !isCount(bans)) odd += 1;
      else this.#totals.set(jail, { failures, bans });
    }
    // Not there when a file of the version before cannot be brought up to date, on a disk that cannot be written.
    const hasFacts = file.all("SELECT 1 FROM sqlite_schema WHERE name = 'facts'").length > 0;
    for (const { name, value } of hasFacts ? file.all("SELECT name, value FROM facts") : []) {
      if (typeof name !== "string" || typeof value !== "string") odd += 1;
      else if (!this.#facts.has(name)) this.#facts.set(name, value);
    }
    if (odd === 0) return;
    this.#odd = odd;
    file.remark(`the state file held ${odd} rows that make no sense: they were passed over`);
    file.distrust();
  }

  #read(sql: string, ...values: (string | number)[]): Row[] {
    try {
      return this.#file.readable ? this.#file.all(sql, ...values) : [];
    } catch (error) {
      this.#file.failed(error, this.#now);
      return [];
    }
  }

  #write(step: Step): boolean {
    if (!this.#file.ready(step.at)) {
      this.#needWhole = true;
      return false;
    }
    // Another file, perhaps, than the steps before went to.
    if (!this.#file.intact) this.#needWhole = true;
    let bytes: { whole: number } | { step: number } = { step: 0 };
    try {
      this.#file.transaction(() => {
        this.#writeLists(!this.#file.intact || this.#unwritten.overflown);
        this.#writeNotes();
        bytes = this.#writeCounts(step.counts);
      });
    } catch (error) {
      // What was taken from the counts went with the transaction.
      this.#needWhole = true;
      this.#file.failed(error, step.at);
      return false;
    }
    this.#written(bytes);
    return true;
  }

  #writeLists(all: boolean): void {
    const file = this.#file;
    if (all) {
      for (const table of ["active", "cursors", "totals", "facts"]) file.run(`DELETE FROM ${table}`);
      for (const ban of this.#active.all(instant(Number.NEGATIVE_INFINITY))) this.#writeActive(ban);
    } else {
      for (const { jail, target } of this.#unwritten.touched.values()) {
        const ban = this.#active.get(jail, target);
        if (ban) this.#writeActive(ban);
        else file.run("DELETE FROM active WHERE target = ? AND jail = ?", formatNetwork(target), jail);
      }
    }
    for (const source of all ? this.#cursors.keys() : this.#newCursors) {
      const at = this.#cursors.get(source);
      if (at === undefined) file.run("DELETE FROM cursors WHERE source = ?", source);
      else file.run("INSERT OR REPLACE INTO cursors VALUES (?, ?)", source, at);
    }
    for (const jail of all ? this.#totals.keys() : this.#newTotals) {
      const { failures, bans } = this.#totals.get(jail) ?? { failures: 0, bans: 0 };
      file.run("INSERT OR REPLACE INTO totals VALUES (?, ?, ?)", jail, failures, bans);
    }
    for (const name of all ? this.#facts.keys() : this.#newFacts) {
      file.run("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, this.#facts.get(name) ?? "");
    }
    if (!all && !this.#newIgnores) return;
    file.run("DELETE FROM ignores");
    for (const { jail, network } of this.#ignores.values()) {
      file.run("INSERT INTO ignores VALUES (?, ?)", jail, formatNetwork(network));
    }
  }

  #writeActive(ban: Ban): void {
    this.#file.run(
      "INSERT OR REPLACE INTO active VALUES (?, ?, ?, ?, ?)",
      formatNetwork(ban.target),
      ban.jail,
      Math.round(ban.from),
      ending(ban),
      JSON.stringify(ban.cause),
    );
  }

  #writeNotes(): void {
    const file = this.#file;
    const latest = "(SELECT max(id) FROM history WHERE target = ? AND jail = ?)";
    for (const note of this.#unwritten.notes) {
      const { jail, target } = note.kind === "lift" ? note.of : note.ban;
      const text = formatNetwork(target);
      if (note.kind === "ban") {
        const { ban } = note;
        file.run(
          "INSERT INTO history (target, jail, began, ends, counts, cause) VALUES (?, ?, ?, ?, ?, ?)",
          text,
          jail,
          Math.round(ban.from),
          ending(ban),
          countsLater(ban.cause) ? 1 : 0,
          JSON.stringify(ban.cause),
        );
      } else if (note.kind === "move") {
        const sql = `UPDATE history SET began = ?, ends = ? WHERE id = ${latest}`;
        file.run(sql, Math.round(note.ban.from), ending(note.ban), text, jail);
      } else {
        if (note.lifted)
          file.run(`UPDATE history SET lifted = ? WHERE id = ${latest}`, Math.round(note.at), text, jail);
        if (note.of.forget) file.run("UPDATE history SET counts = 0 WHERE target = ? AND jail = ?", text, jail);
      }
    }
    for (const { jail, target, forgotten, bans, last, ends } of this.#unwritten.changes.values()) {
      if (forgotten) file.run("DELETE FROM offenders WHERE target = ? AND jail = ?", target, jail);
      file.run(
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

  #writeCounts(counts: Counts | undefined): { whole: number } | { step: number } {
    if (this.#startingOver) this.#file.run("DELETE FROM counts");
    const due = this.#needWhole || this.#stepBytes > Math.max(LEAST_STEPS_BYTES, 2 * this.#wholeBytes);
    if (due && this.#counter) {
      const whole = this.#counter.whole();
      this.#file.run("DELETE FROM counts");
      this.#file.run("INSERT INTO counts (part) VALUES (?)", whole);
      return { whole: whole.length };
    }
    const step = counts?.step();
    if (step === undefined) return { step: 0 };
    this.#file.run("INSERT INTO counts (part) VALUES (?)", step);
    return { step: step.length };
  }

  #written(bytes: { whole: number } | { step: number }): void {
    if ("whole" in bytes) {
      this.#wholeBytes = bytes.whole;
      this.#stepBytes = 0;
      this.#needWhole = false;
    } else {
      this.#stepBytes += bytes.step;
    }
    const { lost } = this.#unwritten;
    if (lost > 0)
      this.#file.remark(`${lost} bans are missing from the history: too many while it could not be written`);
    this.#startingOver = false;
    this.#unwritten.clear();
    this.#newCursors.clear();
    this.#newTotals.clear();
    this.#newFacts.clear();
    this.#newIgnores = false;
    this.#file.written();
  }

  #tidy(at: Instant, written: number): void {
    try {
      this.#purge.run(this.#file, at, written);
    } catch (error) {
      this.#file.failed(error, at);
    }
  }
}

function ending(ban: Ban): number | null {
  return ban.until === undefined ? null : Math.round(ban.until);
}
