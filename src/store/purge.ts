import { type Duration, type Instant, seconds } from "../core/time.ts";
import type { StateFile } from "./state-file.ts";

/** Rows looked at for being purged per call, besides twice as many as were just written. */
const ROWS = 400;
/** Calls with too large a file that halve the age. */
const HALVING = 4;
/** A call in which so few bans were written since the last one that did anything, and so little time went by, does nothing. */
const FEW = 400;
const PAUSE = seconds(1);
/** Free pages given back to the file system, per call. */
const PAGES = 64;
const PAGE_BYTES = 4096;

/**
 * Forgets bans that were over for longer than the purge age, a few rows at a time, and gives space back a few pages at a
 * time, so that no call takes long. When the file is too large nevertheless, the age shrinks until it is not.
 */
export class Purge {
  readonly #age: Duration;
  readonly #maxBytes: number;
  #historyFrom = 0;
  #offendersFrom = "";
  #ranAt = Number.NEGATIVE_INFINITY;
  #written = 0;
  /** How often the file was too large, less how often it was not. */
  #tightness = 0;

  constructor(age: Duration, maxBytes: number) {
    this.#age = age;
    this.#maxBytes = maxBytes;
  }

  /**
   * @param written bans that were just written: purging keeps pace.
   * @throws what SQLite throws; nothing is half done then.
   */
  run(file: StateFile, at: Instant, written: number): void {
    // In a flood a step is written every few milliseconds, and to look through the offenders takes as long as it.
    this.#written += written;
    if (this.#written < FEW && Math.abs(at - this.#ranAt) < PAUSE) return;
    const rows = ROWS + 2 * this.#written;
    this.#ranAt = at;
    this.#written = 0;
    const free = pragma(file, "freelist_count");
    const used = pragma(file, "page_count") - free;
    if (used * PAGE_BYTES > this.#maxBytes) this.#tightness += 1;
    else if (this.#tightness > 0) this.#tightness -= 1;
    const before = at - this.#age / 2 ** Math.min(this.#tightness / HALVING, 30);
    file.transaction(() => {
      this.#history(file, { before, at }, rows);
      this.#offenders(file, before, rows);
    });
    if (free > 256 && free > used / 4) file.exec(`PRAGMA incremental_vacuum(${PAGES})`);
  }

  #history(file: StateFile, { before, at }: { before: number; at: Instant }, count: number): void {
    // Not "AS id": by such a name, ORDER BY would sort all rows.
    const sql = "SELECT id * 1.0 AS first, began * 1.0 AS began FROM history WHERE id > ? ORDER BY id LIMIT 1";
    const row = file.all(sql, this.#historyFrom)[0];
    const began = Number(row?.began);
    // Bans come in the order of their ids: what follows is younger still. Not after one that was made when the clock was
    // ahead: behind that everything would be kept.
    if (row === undefined || (began >= before && began <= at)) {
      this.#historyFrom = 0;
      return;
    }
    const first = Number(row.first);
    const last = first + count - 1;
    const range = "id >= ? AND id <= ?";
    file.run(`DELETE FROM history WHERE ${range} AND coalesce(lifted, ends) < ?`, first, last, before);
    this.#historyFrom = last;
  }

  /** By target alone, which the primary key begins with: of pairs, SQLite would look at every row from the first on. */
  #offenders(file: StateFile, before: number, count: number): void {
    const from = this.#offendersFrom;
    const sql = "SELECT target FROM offenders WHERE target > ? ORDER BY target LIMIT 1 OFFSET ?";
    const last = file.all(sql, from, count - 1)[0];
    const over = "target > ? AND ends < ? AND last < ?";
    if (last === undefined) {
      file.run(`DELETE FROM offenders WHERE ${over}`, from, before, before);
      this.#offendersFrom = "";
      return;
    }
    const to = String(last.target);
    file.run(`DELETE FROM offenders WHERE ${over} AND target <= ?`, from, before, before, to);
    this.#offendersFrom = to;
  }
}

function pragma(file: StateFile, name: "freelist_count" | "page_count"): number {
  return Number(file.all(`PRAGMA ${name}`)[0]?.[name] ?? 0);
}
