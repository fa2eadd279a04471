import { run } from "../system/exec.ts";
import { bootArguments } from "./journal-command.ts";
import { type Cursor, cursorBoot } from "./journal-cursor.ts";
import { decodeEntry } from "./journal-entry.ts";
import { broken } from "./journal-error.ts";
import { type Header, readHeader } from "./journal-header.ts";
import { journalFiles, type Place } from "./journal-place.ts";

/** How to read on across a reboot after which the clock was behind. */
export interface Crossing {
  /** The boot that journald writes for; its entries are read apart. */
  readonly boot: string;
  /** None of them is read yet, but perhaps not all of the boots before. */
  readonly unread: boolean;
}

const TIMEOUT_MS = 60_000;

/** The boot that journald writes for, by the header of its active file; undefined where several write, or none. */
export async function writingBoot(directory: string): Promise<string | undefined> {
  const active = (await journalFiles(directory)).filter((file) => /(?:^|\/)system\.journal$/.test(file));
  return active.length === 1 ? (await readHeader(`${directory}/${active[0]}`))?.boot : undefined;
}

/**
 * Files that journald did not go on with over a reboot, because it was not ended in order or they lay in memory, are put
 * in order with the later ones by the wall clock. One that was behind after the reboot makes journalctl pass over all that
 * is new, as if it lay before the cursor, or show again what was read before. Undefined where times are in order.
 */
export async function crossing(
  reader: { readonly journalctl: string; readonly signal: AbortSignal },
  place: Place,
  cursor: Cursor,
): Promise<Crossing | undefined> {
  const boot = await writingBoot(place.path);
  if (boot === undefined) return undefined;
  const others = (await headers(place.path)).filter((header) => header.boot !== boot);
  const newest = Math.max(cursor.micros, ...others.map((header) => header.newest));
  if (cursorBoot(cursor) === boot) return newest > cursor.micros ? { boot, unread: false } : undefined;
  const outcome = await run(reader.journalctl, bootArguments(place, boot, newest), {
    timeoutMs: TIMEOUT_MS,
    maxOutput: 1024 * 1024,
    signal: reader.signal,
  });
  if (reader.signal.aborted) return undefined;
  if (outcome.exitCode !== 0) throw broken(outcome, place);
  const { cursor: found } = decodeEntry(outcome.stdout.trimEnd(), { source: "", trust: "local" });
  return found === undefined ? undefined : { boot, unread: true };
}

/**
 * The boot that journald writes for, where another boot's entries reach beyond its own by their times: what it logs next
 * would come before them in journalctl's order, and so not at all. Undefined where times are in order.
 */
export async function overtaken({ path }: Place): Promise<string | undefined> {
  const boot = await writingBoot(path);
  if (boot === undefined) return undefined;
  const newest = { own: 0, others: 0 };
  for (const header of await headers(path)) {
    const whose = header.boot === boot ? "own" : "others";
    newest[whose] = Math.max(newest[whose], header.newest);
  }
  return newest.others > newest.own ? boot : undefined;
}

async function headers(directory: string): Promise<Header[]> {
  const all: Header[] = [];
  for (const file of await journalFiles(directory)) {
    const header = await readHeader(`${directory}/${file}`);
    if (header !== undefined) all.push(header);
  }
  return all;
}
