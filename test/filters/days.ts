import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Entry, JournalOrigin } from "../../src/core/entry.ts";
import { instant } from "../../src/core/time.ts";
import { uidOf } from "./samples.ts";

/** Ordinary days: what real services logged while nobody did anything bad. README.md beside this file tells the format. */

const DAYS = fileURLToPath(new URL("benign", import.meta.url));

export interface Line {
  /** "FILE:LINE". */
  readonly where: string;
  readonly entry: Entry;
  /** "strikes" or "unbelieved", filter and number: everything that may come of the line. */
  readonly expected: readonly string[];
}

export function dayNames(): readonly string[] {
  return readdirSync(DAYS).flatMap((file) => (file.endsWith(".log") ? [file.slice(0, -4)] : []));
}

const START = Date.parse("2026-11-22T00:00:00Z");

/** Throws on a line that says nothing known: a test file is written by hand. */
export function readDay(name: string): readonly Line[] {
  const lines: Line[] = [];
  let from: Pick<Entry, "identifier" | "pid" | "origin"> | undefined;
  let expected: string[] = [];
  let json = false;
  for (const [at, text] of readFileSync(`${DAYS}/${name}.log`, "utf8").split("\n").entries()) {
    const where = `test/filters/benign/${name}.log:${at + 1}`;
    if (text === "#: json") json = true;
    else if (text.startsWith("#: from ")) from = origin(text.slice(8), where);
    else if (/^#= (?:strikes|unbelieved) /.test(text)) expected.push(...expectations(text.slice(3), where));
    else if (/^#[:=]/.test(text)) throw new Error(`${where}: not known: ${text}`);
    else if (text !== "" && !text.startsWith("#")) {
      if (from === undefined) throw new Error(`${where}: nothing says where this line comes from`);
      const message = json ? String(JSON.parse(text)) : text;
      const entry = { ...from, time: instant(START + lines.length * 1000), source: "day", message };
      lines.push({ where, entry, expected: expected.sort() });
      expected = [];
      json = false;
    }
  }
  return lines;
}

/** `strikes sshd 1, pam-generic 1` */
function expectations(text: string, where: string): string[] {
  const found = /^(strikes|unbelieved) ([a-z0-9-]+ \d+(?:, [a-z0-9-]+ \d+)*)$/.exec(text);
  if (!found) throw new Error(`${where}: not an expectation: ${text}`);
  const [, kind = "", list = ""] = found;
  return list.split(", ").map((each) => `${kind} ${each}`);
}

/** Identifier (a JSON string where it holds a blank), process id, user, unit, transport; `-` for none. */
function origin(text: string, where: string): Pick<Entry, "identifier" | "pid" | "origin"> {
  const found = /^("(?:[^"\\]|\\.)*"|\S+) (\d+|-) (\S+) (\S+) ([a-z]+)$/.exec(text);
  if (!found) throw new Error(`${where}: not an origin: ${text}`);
  const [, tag = "", pid = "", user = "", unit = "", transport = ""] = found;
  const identifier = tag.startsWith('"') ? String(JSON.parse(tag)) : tag;
  const journal: JournalOrigin = {
    kind: "journal",
    trust: "local",
    transport,
    ...(user === "-" ? {} : { uid: uidOf(user) }),
    ...(unit === "-" ? {} : { unit }),
  };
  return {
    origin: journal,
    ...(identifier === "-" ? {} : { identifier }),
    ...(pid === "-" ? {} : { pid }),
  };
}
