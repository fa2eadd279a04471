import { constants } from "node:fs";
import { access, readdir, readFile, stat } from "node:fs/promises";
import type { Instant } from "../core/time.ts";
import { noFiles, noMachineId, refused } from "./journal-error.ts";

const ACTIVE = "system.journal";

/** Files that one journalctl reads as one journal. */
export interface Place {
  /** The directory they lie in. */
  readonly path: string;
  /** Equal as long as journalctl sees by itself what is new. */
  readonly id: string;
  /** When the newest entry was logged, by the clock of who wrote it; absent: not known. */
  readonly newest?: Instant;
  /** Which tell journalctl. */
  readonly arguments: readonly string[];
}

/** All of a directory. Across boots, hence --merge: see followArguments. */
export function folder(directory: string): Place {
  return { path: directory, id: directory, arguments: [`--directory=${directory}`, "--merge"] };
}

/**
 * The directories in which journald of this machine keeps a journal, persistent and volatile. It writes to one of them
 * at a time. Never /var/log/journal itself: other machines' journals lie there too.
 */
export async function localDirectories(namespace: string | undefined): Promise<string[]> {
  const machine = await machineId();
  const name = namespace === undefined ? machine : `${machine}.${namespace}`;
  return [`/var/log/journal/${name}`, `/run/log/journal/${name}`];
}

async function machineId(): Promise<string> {
  const text = await readFile("/etc/machine-id", "utf8").then(
    (content) => content.trim(),
    () => "",
  );
  if (/^[0-9a-f]{32}$/.test(text)) return text;
  throw noMachineId();
}

/**
 * The directory that journald writes to now: the one whose active file changed last. When journald moves (flushed from
 * /run to /var, or Storage= changed), the other one becomes it. Undefined when none holds journal files.
 */
export async function liveDirectory(directories: readonly string[]): Promise<string | undefined> {
  let live: string | undefined;
  let latest = Number.NEGATIVE_INFINITY;
  for (const directory of directories) {
    const changed = await lastChange(directory);
    if (changed !== undefined && changed > latest) {
      live = directory;
      latest = changed;
    }
  }
  return live;
}

/** The place that journald writes to now; the only one there is. */
export async function livePlace(places: readonly Place[]): Promise<Place | undefined> {
  if (places.length === 1) return places[0];
  const live = await liveDirectory(places.map(({ path }) => path));
  return places.find(({ path }) => path === live);
}

async function lastChange(directory: string): Promise<number | undefined> {
  const active = await changeOf(`${directory}/${ACTIVE}`);
  if (active !== undefined) return active;
  // Without an active file, archived ones are still worth reading; any directory with one that is written to wins.
  return (await journalFiles(directory)).length > 0 ? 0 : undefined;
}

async function changeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (info) => info.mtimeMs,
    () => undefined,
  );
}

/** Is the file that journald writes to in its place? Deleted by hand, it goes on unseen until the next rotation. */
export async function hasActiveFile(directory: string): Promise<boolean> {
  return (await changeOf(`${directory}/${ACTIVE}`)) !== undefined;
}

/** Throws a BailiffError that says what to do where `directory` cannot be read as a journal. */
export async function checkReadable(directory: string): Promise<void> {
  const files = await journalFiles(directory);
  if (files.length === 0) throw noFiles([directory]);
  // With nothing but a user's own files readable, journalctl would show those and say nothing of the rest.
  const needed = files.includes(ACTIVE) ? [ACTIVE] : files;
  for (const file of needed) {
    if (await isReadable(`${directory}/${file}`)) return;
  }
  throw refused(directory);
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** Journal files directly in a directory, or one machine's directory below it, as journalctl looks for them. */
export async function journalFiles(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const item of await list(directory)) {
    if (isJournal(item)) found.push(item);
    else if (/^[0-9a-f]{32}(?:\.|$)/.test(item)) {
      for (const file of await list(`${directory}/${item}`)) if (isJournal(file)) found.push(`${item}/${file}`);
    }
  }
  return found;
}

function isJournal(name: string): boolean {
  return name.endsWith(".journal") || name.endsWith(".journal~");
}

async function list(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") throw refused(directory);
    // Absent, or no directory: there are no journal files in it.
    return [];
  }
}
