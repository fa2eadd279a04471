import type { Duration, Instant } from "../core/time.ts";
import type { StateFile } from "./state-file.ts";

/** Rows looked at for being purged, per call. */
const ROWS = 400;
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
  #offendersFrom = { target: "", jail: "" };
  /** Fiftieths of halvings of the age. */
  #tightness = 0;

  constructor(age: Duration, maxBytes: number) {
    this.#age = age;
    this.#maxBytes = maxBytes;
  }

  /** @throws what SQLite throws; nothing is half done then. */
  run(file: StateFile, at: Instant): void {
    const free = pragma(file, "freelist_count");
    const used = pragma(file, "page_count") - free;
    if (used * PAGE_BYTES > this.#maxBytes) this.#tightness += 1;
    else if (this.#tightness > 0) this.#tightness -= 1;
    const before = at - this.#age / 2 ** Math.min(this.#tightness / 50, 30);
    file.transaction(() => {
      this.#history(file, before);
      this.#offenders(file, before);
    });
    if (free > 256 && free > used / 4) file.exec(`PRAGMA incremental_vacuum(${PAGES})`);
  }

  #history(file: StateFile, before: number): void {
    const sql = "SELECT id * 1.0 AS id, began * 1.0 AS began FROM history WHERE id > ? ORDER BY id LIMIT ?";
    const rows = file.all(sql, this.#historyFrom, ROWS);
    const first = rows[0];
    const last = rows.at(-1);
    // Bans come in the order of their ids: what follows is younger still.
    if (first === undefined || last === undefined || Number(first.began) >= before) {
      this.#historyFrom = 0;
      return;
    }
    const bounds = [Number(first.id), Number(last.id)] as const;
    file.run("DELETE FROM history WHERE id >= ? AND id <= ? AND coalesce(lifted, ends) < ?", ...bounds, before);
    this.#historyFrom = Number(last.id);
  }

  #offenders(file: StateFile, before: number): void {
    const { target, jail } = this.#offendersFrom;
    const sql = "SELECT target, jail FROM offenders WHERE (target, jail) > (?, ?) ORDER BY target, jail LIMIT ?";
    const last = file.all(sql, target, jail, ROWS).at(-1);
    if (last === undefined) {
      this.#offendersFrom = { target: "", jail: "" };
      return;
    }
    const to = { target: String(last.target), jail: String(last.jail) };
    file.run(
      `DELETE FROM offenders WHERE (target, jail) > (?, ?) AND (target, jail) <= (?, ?) AND ends < ? AND last < ?`,
      target,
      jail,
      to.target,
      to.jail,
      before,
      before,
    );
    this.#offendersFrom = to;
  }
}

function pragma(file: StateFile, name: "freelist_count" | "page_count"): number {
  return Number(file.all(`PRAGMA ${name}`)[0]?.[name] ?? 0);
}
