import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { BailiffError } from "../errors.ts";
import { looksLikeIni } from "./fail2ban.ts";

/** One thing wrong with a file, as the admin reads it. */
export interface Problem {
  /** "FILE:LINE:COLUMN", or the file alone. */
  readonly where: string;
  readonly what: string;
  readonly hint?: string;
}

/** A merged document, and where each of its values was written. */
export interface Document {
  readonly value: unknown;
  /** JSON pointer → "FILE:LINE:COLUMN" of the value; of the nearest value around it where it was not written. */
  readonly locate: (pointer: string) => string;
  readonly problems: readonly Problem[];
  readonly files: readonly string[];
}

interface Place {
  readonly file: string;
  readonly text: string;
  readonly offset: number;
}

/** No file of configuration is larger; a pattern of 10 MB is a mistake or an attack. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Reads a file and the *.json files of the folder `conf.d` beside it, in the order of their names. */
export function loadDocument(file: string, options: { readonly confd: boolean }): Document {
  const files = [file, ...(options.confd ? confd(file) : [])];
  const problems: Problem[] = [];
  const places = new Map<string, Place>();
  let value: unknown = Object.create(null);
  for (const name of files) {
    const text = readText(name, { regular: name !== file });
    const tree = parse(name, text, problems);
    if (!tree) continue;
    if (tree.type !== "object") {
      problems.push({
        where: position({ file: name, text, offset: tree.offset }),
        what: "the file is not an object",
        hint: "begin with {",
      });
      continue;
    }
    findTwins(tree, { file: name, text, offset: 0 }, problems);
    value = merge(value, plain(tree, "", { file: name, text, offset: 0 }, places));
  }
  const locate = (pointer: string): string => {
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf("/"))) {
      const place = places.get(at);
      if (place) return position(place);
      if (at === "") return file;
    }
  };
  return { value, locate, problems, files };
}

/** A file of our own, in which nothing is expected to be wrong: what was written where is looked up when it is asked. */
export function loadOwn(file: string): Document {
  const read = (): Document => loadDocument(file, { confd: false });
  const value = quickly(readText(file));
  return value === undefined
    ? read()
    : { value, locate: (pointer) => read().locate(pointer), problems: [], files: [file] };
}

/** The value of one file, for who will not tell what is wrong with it; undefined when something is. */
export function loadValue(file: string): unknown {
  const { value, problems } = loadOwn(file);
  return problems.length > 0 ? undefined : value;
}

/**
 * By the engine's own parser, which takes a tenth of the time; undefined when it cannot. No text in JSON goes on over the
 * end of a line, so a line that begins with // is a comment, or in one.
 */
function quickly(text: string): unknown {
  try {
    return JSON.parse(text.replaceAll(/^[ \t]*\/\/.*$/gm, ""));
  } catch {
    // Another kind of comment, a comma too many, or a fault: the parser that takes or names them has the word.
    return undefined;
  }
}

export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** What lies in conf.d and is not read, for its name: whoever put it there may think that it is. */
export function passedOver(file: string): string[] {
  return inConfd(file, (name) => !isRead(name));
}

function confd(file: string): string[] {
  return inConfd(file, isRead);
}

function isRead(name: string): boolean {
  return name.endsWith(".json") && !name.startsWith(".");
}

function inConfd(file: string, wanted: (name: string) => boolean): string[] {
  const folder = join(dirname(file), "conf.d");
  try {
    return readdirSync(folder)
      .filter(wanted)
      .sort()
      .map((name) => join(folder, name));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw unreadable(folder, cause);
  }
}

/** `regular`: only a file will do; a pipe that somebody left in a folder would be waited for without end. */
function readText(file: string, { regular }: { readonly regular: boolean } = { regular: false }): string {
  try {
    const stats = statSync(file);
    if (regular && !stats.isFile() && !stats.isDirectory()) {
      throw new BailiffError("CONFIG_UNREADABLE", `cannot read ${file}: it is no file`, {
        hint: "put a file in its place, or take it out",
      });
    }
    if (stats.size > MAX_BYTES) {
      throw new BailiffError("CONFIG_INVALID", `${file} is larger than ${MAX_BYTES / 1024 / 1024} MB`, {
        hint: "split it, or take out what does not belong there",
      });
    }
    return readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof BailiffError) throw cause;
    throw unreadable(file, cause);
  }
}

const WHY_UNREADABLE: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["ENOENT", ["it does not exist", "give the file with --config FILE; what points nowhere, take out"]],
  ["EACCES", ["permission denied", "run as root, or as a member of the file's group"]],
  ["EISDIR", ["it is a folder", "a file is read here; take the folder out, or name it otherwise"]],
]);

function unreadable(file: string, cause: unknown): BailiffError {
  const { code } = cause as NodeJS.ErrnoException;
  const [why, hint] = WHY_UNREADABLE.get(code ?? "") ?? [String(code ?? cause), "see the cause"];
  return new BailiffError("CONFIG_UNREADABLE", `cannot read ${file}: ${why}`, { hint, cause });
}

function parse(file: string, text: string, problems: Problem[]): Node | undefined {
  const errors: ParseError[] = [];
  const source = text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text;
  const tree = parseTree(source, errors, { allowTrailingComma: true });
  // After the first syntax error the rest are guesses.
  const [first] = errors;
  if (first) {
    const words = printParseErrorCode(first.error)
      .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
      .toLowerCase();
    problems.push({
      where: position({ file, text, offset: first.offset }),
      what: `this is not JSON: ${words}`,
      hint: looksLikeIni(text)
        ? "jail.local says it in sections: `bailiff jail import` makes a file for here of it"
        : "look at this line and the one before: a comma, quote or bracket is missing or too many",
    });
    return undefined;
  }
  return tree;
}

function findTwins(node: Node, place: Place, problems: Problem[]): void {
  if (node.type === "object") {
    const seen = new Set<string>();
    for (const property of node.children ?? []) {
      const key = property.children?.[0];
      const name = String(key?.value);
      if (seen.has(name)) {
        problems.push({
          where: position({ ...place, offset: property.offset }),
          what: `"${name}" is given twice`,
          hint: "keep one: of two, only the last would count",
        });
      }
      seen.add(name);
    }
  }
  for (const child of node.children ?? []) findTwins(child, place, problems);
}

/** The tree's value in objects without a prototype, so that "__proto__" is a key like any other. */
function plain(node: Node, pointer: string, place: Place, places: Map<string, Place>): unknown {
  places.set(pointer, { ...place, offset: node.offset });
  if (node.type === "array") {
    for (const known of places.keys()) if (known.startsWith(`${pointer}/`)) places.delete(known);
    return (node.children ?? []).map((child, at) => plain(child, `${pointer}/${at}`, place, places));
  }
  if (node.type !== "object") return getNodeValue(node);
  const object = Object.create(null) as Record<string, unknown>;
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (!key || !value) continue;
    const name = String(key.value);
    const at = pointer + pointerOf([name]);
    object[name] = plain(value, at, place, places);
    // Errors point at the key, which is what the admin looks for.
    places.set(at, { ...place, offset: property.offset });
  }
  return object;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merge(below: unknown, above: unknown): unknown {
  if (!isObject(below) || !isObject(above)) return above;
  const merged = Object.assign(Object.create(null) as Record<string, unknown>, below);
  for (const [key, value] of Object.entries(above)) merged[key] = merge(merged[key], value);
  return merged;
}

function position({ file, text, offset }: Place): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `${file}:${line}:${offset - before.lastIndexOf("\n")}`;
}
