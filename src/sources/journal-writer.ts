import { instant } from "../core/time.ts";
import { noFiles } from "./journal-error.ts";
import { readHeader } from "./journal-header.ts";
import { checkReadable, journalFiles, type Place } from "./journal-place.ts";

/** "web1@0006….journal", "web1@3f….journal~": a file that its writer has finished, whatever is in the writer's name. */
const FINISHED = /^(.+)@[0-9a-f]{16,32}-[0-9a-f-]{16,40}\.journal~?$/s;

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
    newest = Math.max(newest, Math.floor(header.newest / 1000));
    if (file === `${name}.journal`) id = header.inode;
  }
  if (sound.length === 0) {
    await checkReadable(directory);
    throw noFiles([`${directory}/${name}.journal`]);
  }
  const args = [...sound.map((path) => `--file=${literal(path)}`), "--merge"];
  return { path: directory, id: `${name} ${id}`, newest: instant(newest), arguments: args };
}

/** journalctl takes the path of a file for a pattern. */
function literal(path: string): string {
  return path.replace(/[\\*?[\]]/g, "\\$&");
}
