import { formatNetwork, type Network } from "../core/address.ts";
import { type Ban, countsLater } from "../core/ban.ts";
import { type Instant, instant } from "../core/time.ts";
import { banKey } from "./actives.ts";
import type { PastBan, Unban } from "./store.ts";

/** A ban, another time for one, or an end of one, on its way into the history. */
export type Note =
  | { readonly kind: "ban"; readonly ban: Ban }
  | { readonly kind: "move"; readonly ban: Ban }
  | { readonly kind: "lift"; readonly of: Unban; readonly at: Instant; readonly lifted: boolean };

/** An offender's bans in one jail: how many, when the last began, and when it ended or ends. */
export interface OffenderRecord {
  readonly bans: number;
  readonly last: number;
  readonly ends: number;
}

/** What became of an offender since the last write; `bans` are those that came to it. */
export interface Change {
  readonly jail: string;
  readonly target: string;
  forgotten: boolean;
  bans: number;
  last: number;
  ends: number;
  /** Beginnings of the bans that count. */
  readonly began: number[];
}

/** Beyond so many the oldest notes are dropped; active bans, cursors and counts never are. */
const MAX_NOTES = 20_000;
const MAX_CHANGES = 100_000;
/** An end that never comes, as a number that SQLite compares. */
export const NEVER = 9_000_000_000_000_000;

/** What was decided since the last write. Bounded, should the disk fail for long. */
export class Unwritten {
  notes: Note[] = [];
  /** Notes that were dropped. */
  lost = 0;
  /** More targets changed than are worth listing: all active bans are to be written. */
  overflown = false;
  readonly changes = new Map<string, Change>();
  readonly touched = new Map<string, { readonly jail: string; readonly target: Network }>();
  /** Jails that ever changed anything: few. */
  readonly #jails = new Set<string>();

  /** @param known what the file says of the offender. */
  ban(ban: Ban, known: () => OffenderRecord | undefined): void {
    this.touch(ban.jail, ban.target);
    this.#note({ kind: "ban", ban });
    const change = this.#change(ban.jail, ban.target, known);
    change.last = ban.from;
    change.ends = ban.until ?? NEVER;
    if (!countsLater(ban.cause)) return;
    change.bans += 1;
    change.began.push(ban.from);
  }

  move(ban: Ban, known: () => OffenderRecord | undefined): void {
    this.touch(ban.jail, ban.target);
    this.#note({ kind: "move", ban });
    const change = this.#change(ban.jail, ban.target, known);
    change.last = ban.from;
    change.ends = ban.until ?? NEVER;
  }

  /** @param lifted whether there was a ban to end. */
  unban(
    unban: Unban,
    when: { readonly at: Instant; readonly lifted: boolean },
    known: () => OffenderRecord | undefined,
  ): void {
    if (when.lifted) this.touch(unban.jail, unban.target);
    this.#note({ kind: "lift", of: unban, ...when });
    const change = this.#change(unban.jail, unban.target, known);
    if (when.lifted || unban.forget) change.ends = when.at;
    if (!unban.forget) return;
    change.forgotten = true;
    change.bans = 0;
    change.began.length = 0;
  }

  /** The jail's ban of the target, or that there is none any more, is to be written. */
  touch(jail: string, target: Network): void {
    this.touched.set(banKey(jail, target), { jail, target });
    if (this.touched.size <= MAX_CHANGES) return;
    this.touched.clear();
    this.overflown = true;
  }

  /** Changes of a target in all jails. */
  *changesOf(target: string): Generator<Change> {
    if (this.changes.size === 0) return;
    for (const jail of this.#jails) {
      const change = this.changes.get(`${jail} ${target}`);
      if (change) yield change;
    }
  }

  /** The past of some targets as it will be when all is written; oldest first, as is `written`. */
  past(written: readonly PastBan[], targets: ReadonlySet<string>): PastBan[] {
    const list = [...written];
    for (const note of this.notes) {
      const of = note.kind === "lift" ? note.of : note.ban;
      if (!targets.has(formatNetwork(of.target))) continue;
      if (note.kind === "ban") {
        list.push(note.ban);
        continue;
      }
      const key = banKey(of.jail, of.target);
      const index = list.findLastIndex((ban) => banKey(ban.jail, ban.target) === key);
      const ban = list[index];
      if (ban === undefined) continue;
      if (note.kind === "move") list[index] = note.ban;
      else if (note.lifted) list[index] = { ...ban, lifted: note.at };
    }
    return list;
  }

  clear(): void {
    this.notes = [];
    this.lost = 0;
    this.overflown = false;
    this.changes.clear();
    this.touched.clear();
  }

  /** Forgets the oldest of too much: for when it could not be written, and more is to come. */
  bound(): void {
    const more = this.notes.length - MAX_NOTES;
    // Some more than are too many, so that not every step moves all that is kept.
    if (more > 0) this.lost += this.notes.splice(0, more + MAX_NOTES / 10).length;
    for (const oldest of this.changes.keys()) {
      if (this.changes.size <= MAX_CHANGES) break;
      this.changes.delete(oldest);
    }
  }

  #note(note: Note): void {
    this.notes.push(note);
  }

  #change(jail: string, target: Network, known: () => OffenderRecord | undefined): Change {
    const text = formatNetwork(target);
    const key = `${jail} ${text}`;
    const same = this.changes.get(key);
    if (same) return same;
    const { last = 0, ends = 0 } = known() ?? {};
    const change: Change = { jail, target: text, forgotten: false, bans: 0, last, ends, began: [] };
    this.changes.set(key, change);
    this.#jails.add(jail);
    return change;
  }
}

/** NEVER and beyond is an end that never comes. */
export function endOf(ends: number): Instant {
  return instant(ends >= NEVER ? Number.POSITIVE_INFINITY : ends);
}
