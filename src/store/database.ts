import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { BailiffError } from "../errors.ts";
import { MIGRATIONS } from "./migrations.ts";

/** What an error means for going on. */
export type Fault =
  /** Not a database, or a broken one: nothing in it can be relied on. */
  | "corrupt"
  /** Full, read-only, locked, failing: may be better later. */
  | "temporary";

const CORRUPT = 11;
const NOT_A_DATABASE = 26;
/** Ours, for what SQLite has no number. */
const NO_DIRECTORY = 255;
const KEPT_ASIDE = 3;

/** Opens the file, making or migrating it. @throws BailiffError STORE_NEWER; else what SQLite or the file system throws. */
export function openDatabase(file: string): { readonly database: DatabaseSync; readonly existed: boolean } {
  const existed = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (!existed) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o750 });
    // Made first, for its mode: the journal and the index that SQLite puts beside it get the same.
    closeSync(openSync(file, "a", 0o600));
  }
  const database = new DatabaseSync(file, { timeout: 250 });
  try {
    prepare(database, file);
  } catch (error) {
    database.close();
    throw error;
  }
  return { database, existed };
}

/**
 * Opens a file that cannot be written, for reading what it held at its last checkpoint: SQLite needs to write beside a
 * file to read the journal of what came later. Undefined when that fails too, or it is of a newer version.
 */
export function openForReading(file: string): DatabaseSync | undefined {
  try {
    const url = pathToFileURL(file);
    url.searchParams.set("immutable", "1");
    const database = new DatabaseSync(url, { readOnly: true });
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
    if (version >= 1 && version <= MIGRATIONS.length) return database;
    database.close();
    return undefined;
  } catch {
    // Then there is nothing to read; why it cannot be written has been told.
    return undefined;
  }
}

/** Which file lies at a path; undefined when none does. */
export function inodeOf(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino;
}

function prepare(database: DatabaseSync, file: string): void {
  const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
  if (version > MIGRATIONS.length) {
    throw new BailiffError(
      "STORE_NEWER",
      `${file} was written by a newer bailiff (format ${version}, known up to ${MIGRATIONS.length})`,
      {
        hint: "install that version again, or move the file away: bans that the kernel holds are taken over from there",
      },
    );
  }
  // Only takes effect before the first table; a file that has some keeps what it was made with.
  if (version === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
  // NORMAL in WAL: a power cut may take the last transactions, each as a whole; a crash of ours takes none.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 8388608");
  database.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096; PRAGMA trusted_schema = OFF");
  for (let next = version; next < MIGRATIONS.length; next += 1) {
    database.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[next] ?? ""}; PRAGMA user_version = ${next + 1}; COMMIT`);
  }
}

/**
 * Moves a damaged file, with what belongs to it, out of the way: "state.db.corrupt-20261122T133117Z". Of those, the
 * latest three are kept.
 */
export function setAside(file: string, now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  const aside = `${file}.corrupt-${stamp}`;
  renameSync(file, aside);
  for (const part of ["-wal", "-shm"]) {
    if (existsSync(file + part)) renameSync(file + part, aside + part);
  }
  const prefix = `${basename(file)}.corrupt-`;
  const old = readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && !/-(?:wal|shm)$/.test(name))
    .sort()
    .slice(0, -KEPT_ASIDE);
  for (const name of old) {
    for (const part of ["", "-wal", "-shm"]) rmSync(join(dirname(file), name + part), { force: true });
  }
  return aside;
}

export function faultOf(error: unknown): Fault {
  const primary = sqliteCode(error) & 0xff;
  // A table or column that is not there, in a file of our version, is damage as well.
  if (primary === CORRUPT || primary === NOT_A_DATABASE || primary === 1) return "corrupt";
  return "temporary";
}

/** No room, or somebody else is at it: that says nothing against the open file. */
export function isCrowded(error: unknown): boolean {
  return [5, 6, 13].includes(sqliteCode(error) & 0xff);
}

/** In a few words, for a sentence about it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("errstr" in error && typeof error.errstr === "string") return error.errstr;
  return error.message;
}

/** What to do about it. */
export function cureOf(error: unknown): string {
  switch (sqliteCode(error) & 0xff) {
    case 13:
      return "free some space on its file system";
    case 8:
      return "make its file system writable";
    case 3:
    case 14:
      return "let bailiff write to its directory";
    case NO_DIRECTORY:
      return "its directory must be one: move away what is there, or set state.directory";
    case 5:
    case 6:
      return "another program holds it locked; end that";
    default:
      return "its disk fails or was made read-only: see dmesg, then check and mount it again";
  }
}

function sqliteCode(error: unknown): number {
  if (error instanceof Error && "errcode" in error && typeof error.errcode === "number") return error.errcode;
  if (error instanceof Error && "code" in error) {
    if (error.code === "ENOSPC" || error.code === "EDQUOT") return 13;
    if (error.code === "EROFS") return 8;
    if (error.code === "ENOTDIR" || error.code === "EEXIST") return NO_DIRECTORY;
    if (error.code === "EACCES" || error.code === "EPERM") return 3;
  }
  return 10;
}
