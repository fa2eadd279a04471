import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { instant } from "../core/time.ts";
import { noFiles } from "./journal-error.ts";
import { checkReadable, journalFiles, type Place } from "./journal-place.ts";

/** "web1@0006….journal", "web1@3f….journal~": a file that its writer has finished, whatever is in the writer's name. */
const FINISHED = /^(.+)@[0-9a-f]{16,32}-[0-9a-f-]{16,40}\.journal~?$/s;
const SIGNATURE = "LPKSHHRH";
/** See "Journal File Format" of systemd, as the offsets below. */
const HEADER_BYTES = 200;

/** "remote-web1" of "remote-web1.journal" and of the files that it finished, each once. */
export async function writersIn(directory: string): Promise<string[]> {
  return [...new Set((await journalFiles(directory)).map(writerOf))].sort();
}

function writerOf(file: string): string {
  return FINISHED.exec(file)?.[1] ?? file.replace(/\.journal~?$/, "");
}

/**
 * The files of one writer, as one place. What is damaged is left out. Throws a BailiffError when nothing is left, or may be read.
 */
export async function filesOf(directory: string, name: string): Promise<Place> {
  const files = (await journalFiles(directory)).filter((file) => writerOf(file) === name);
  const sound: string[] = [];
  let id = "";
  let newest = 0;
  for (const file of files.sort()) {
    const path = `${directory}/${file}`;
    const header = await readHeader(path);
    if (header === undefined) continue;
    sound.push(path);
    newest = Math.max(newest, header.newest);
    if (file === `${name}.journal`) id = header.inode;
  }
  if (sound.length === 0) {
    await checkReadable(directory);
    throw noFiles([`${directory}/${name}.journal`]);
  }
  const args = [...sound.map((path) => `--file=${literal(path)}`), "--merge"];
  return { path: directory, id: `${name} ${id}`, newest: instant(newest), arguments: args };
}

/**
 * Undefined for a file that is none, or cut off. In a directory journalctl passes over such files; of those that are named
 * to it, one is enough to make it give up.
 */
async function readHeader(path: string): Promise<{ inode: string; newest: number } | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    // Gone since it was listed, or not to be read: journalctl could not either.
    return undefined;
  }
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const [{ bytesRead }, { ino, size }] = [await file.read(header, 0, HEADER_BYTES, 0), await file.stat()];
    if (bytesRead < HEADER_BYTES || header.toString("latin1", 0, SIGNATURE.length) !== SIGNATURE) return undefined;
    const needed = header.readBigUInt64LE(88) + header.readBigUInt64LE(96);
    if (needed > BigInt(size)) return undefined;
    return { inode: String(ino), newest: Math.floor(Number(header.readBigUInt64LE(192)) / 1000) };
  } finally {
    await file.close();
  }
}

/** journalctl takes the path of a file for a pattern. */
function literal(path: string): string {
  return path.replace(/[\\*?[\]]/g, "\\$&");
}
