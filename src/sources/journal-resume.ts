import { run } from "../system/exec.ts";
import { crossing } from "./journal-boots.ts";
import { type Beginning, lookArguments } from "./journal-command.ts";
import { type Cursor, cursorMicros, instantOf, parseCursor, sameEntry } from "./journal-cursor.ts";
import { decodeEntry } from "./journal-entry.ts";
import { broken, noFiles } from "./journal-error.ts";
import { checkReadable, livePlace, type Place } from "./journal-place.ts";
import type { JournalReport } from "./journal-report.ts";

/** What it takes to ask journalctl. */
export interface Reader {
  readonly journalctl: string;
  readonly signal: AbortSignal;
  /** In which the journal may lie; journald writes to one of them at a time. */
  readonly places: () => Promise<readonly Place[]>;
  readonly report: JournalReport;
}

export interface Resume {
  readonly place: Place;
  readonly beginning: Beginning;
  /** Already read; --cursor repeats it when it is still there. */
  readonly seen?: Cursor;
  /** Microseconds; entries up to then are already read. --since knows whole seconds. */
  readonly upTo?: number;
  /** Entries of this boot alone: those of others lie in between by their times, and are read or in `rest`. */
  readonly boot?: string;
  /** Where entries of other boots begin that are to be read first. */
  readonly rest?: Beginning;
}

const LOOK_TIMEOUT_MS = 60_000;

/** Where journald writes to. Throws a BailiffError when it does not, or nothing there may be read. */
export async function findLive(reader: Reader): Promise<Place> {
  const places = await reader.places();
  const place = await livePlace(places);
  if (place === undefined) throw noFiles(places.map(({ path }) => path));
  await checkReadable(place.path);
  return place;
}

/**
 * Where to read on after what was saved as a cursor; undefined when nothing in it can be found. A gap is told.
 * `moved`: journald has moved, and the directory that the cursor's entry lies in has been read to its end.
 */
export async function findPlace(
  reader: Reader,
  saved: string | undefined,
  moved: boolean,
): Promise<Resume | undefined> {
  if (saved === undefined) return undefined;
  const live = await findLive(reader);
  const cursor = parseCursor(saved);
  const home = cursor && (await findHome(reader, live, cursor));
  if (cursor && home !== undefined) {
    const place = moved ? live : home;
    const beginning = { kind: "cursor", cursor: saved } as const;
    const over = await crossing(reader, place, cursor);
    if (over === undefined) return { place, beginning, seen: cursor };
    if (!over.unread) return { place, beginning, seen: cursor, boot: over.boot };
    return { place, beginning: { kind: "oldest" }, seen: cursor, boot: over.boot, rest: beginning };
  }
  // journalctl does not know it: no cursor at all, or one of another version. Its time is as good, within a second.
  const upTo = cursorMicros(saved);
  reader.report.lostPlace(upTo === undefined ? undefined : instantOf(upTo));
  return upTo === undefined ? undefined : { place: live, beginning: { kind: "since", micros: upTo }, upTo };
}

/**
 * The directory that the cursor's entry lies in: `live`, or the one that journald has left since, where more may follow
 * it. An entry that is gone is known by its times in `live`; that is a gap, and told. Undefined when journalctl refuses
 * the cursor.
 */
async function findHome(reader: Reader, live: Place, cursor: Cursor): Promise<Place | undefined> {
  const first = await look(reader, live, cursor);
  if (first === "refused") return undefined;
  if (first !== undefined && sameEntry(cursor, first)) return live;
  for (const place of await reader.places()) {
    const other = place.id === live.id ? undefined : await look(reader, place, cursor);
    if (other !== undefined && other !== "refused" && sameEntry(cursor, other)) return place;
  }
  if (reader.signal.aborted) return live;
  const next = first === undefined ? undefined : cursorMicros(first);
  reader.report.gap(instantOf(cursor.micros), next === undefined ? undefined : instantOf(next));
  return live;
}

/**
 * Cursor of the entry at `cursor` or, when that is gone, of the next, if any. Whatever its identifier: an entry that the
 * filters no longer ask for is not a gap.
 */
async function look(reader: Reader, place: Place, cursor: Cursor): Promise<string | undefined | "refused"> {
  const outcome = await run(reader.journalctl, lookArguments(place, cursor.text), {
    timeoutMs: LOOK_TIMEOUT_MS,
    maxOutput: 1024 * 1024,
    signal: reader.signal,
  });
  if (reader.signal.aborted) return undefined;
  // Without its message, which was not asked for; the cursor is all that counts.
  if (outcome.exitCode === 0) return decodeEntry(outcome.stdout.trimEnd(), { source: "", trust: "local" }).cursor;
  if (/seek to cursor/i.test(outcome.stderr)) return "refused";
  // A directory that journald has left, or has not come to.
  if (/no journal files were found|no such file/i.test(outcome.stderr)) return undefined;
  throw broken(outcome, place);
}
