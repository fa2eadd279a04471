import { createReadStream } from "node:fs";
import type { Entry } from "../core/entry.ts";
import { instant } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import { decodeEntry } from "../sources/journal-entry.ts";
import { parseSyslog } from "../sources/syslog-message.ts";
import type { Clock } from "../system/clock.ts";

/** Lines of a log in a file or on standard input, as entries for trying out filters. */

export type Format = "journal" | "syslog" | "message";

/** The time of a line does not matter to who wrote it. */
const NEVER = instant(0);

/** A file larger than this is not read as a whole. */
const MAX_BYTES = 512 * 1024 * 1024;

const WHY_UNREADABLE: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "it does not exist"],
  ["EACCES", "permission denied"],
  ["EISDIR", "it is a folder"],
]);

/** @param what the lines are, for who named the wrong file. */
export async function readLines(file: string, what = "log lines"): Promise<string[]> {
  const name = file === "-" ? "standard input" : file;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of file === "-" ? process.stdin : createReadStream(file)) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > MAX_BYTES) break;
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new BailiffError("FILE_UNREADABLE", `cannot read ${name}: ${WHY_UNREADABLE.get(code ?? "") ?? code}`, {
      cause,
      hint: `give a file of ${what}, or - for standard input`,
    });
  }
  if (size > MAX_BYTES) {
    throw new BailiffError("INPUT_INVALID", `${name} is larger than ${MAX_BYTES / 1024 / 1024} MB`, {
      hint: "give a part of it",
    });
  }
  const lines = Buffer.concat(chunks).toString("utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The beginning of a line of /var/log/auth.log, or of `journalctl`: a time, a host, and the program with a colon. */
const OF_A_FILE = /^(?:[A-Z][a-z]{2} [ \d]\d |\d{4}-\d\d-\d\d[T ])\d\d:\d\d:\d\d\S* \S+ [^\s:[\]]{1,100}(?:\[\d+\])?: /;

/**
 * Journal lines begin with {, syslog with a priority, or as lines of a log file do when one of them is of a program that
 * `reads` knows: services' own messages may begin with a time, too. All else is taken for bare messages.
 */
export function guessFormat(lines: readonly string[], reads: (identifier: string | undefined) => boolean): Format {
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  if (/^\{.*"(?:MESSAGE|__CURSOR|SYSLOG_IDENTIFIER)"/.test(first)) return "journal";
  if (/^<\d{1,3}>/.test(first)) return "syslog";
  const known = lines.some((line) => OF_A_FILE.test(line) && reads(parseSyslog(Buffer.from(line, "utf8"), NEVER).app));
  return known ? "syslog" : "message";
}

/** An entry, and whether its origin says anything that can be judged. Undefined when the line is none. */
export interface Tried {
  readonly entry: Entry;
  readonly judged: boolean;
}

export function toEntry(line: string, format: Format, clock: Clock): Tried | undefined {
  const now = clock.now();
  if (format === "journal") return journalLine(line, now);
  if (format === "syslog") {
    const { app, pid, host, message } = parseSyslog(Buffer.from(line, "utf8"), now);
    return {
      judged: false,
      entry: {
        time: now,
        source: "test",
        message,
        ...(app === undefined ? {} : { identifier: app }),
        ...(pid === undefined ? {} : { pid }),
        origin: {
          kind: "syslog",
          protocol: "udp",
          sender: "test",
          trust: "full",
          ...(host === undefined ? {} : { host }),
        },
      },
    };
  }
  return {
    judged: false,
    entry: { time: now, source: "test", message: line, origin: { kind: "journal", trust: "local" } },
  };
}

function journalLine(line: string, now: number): Tried | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    // Told as a line that is no entry.
    return undefined;
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return undefined;
  // journalctl --output-fields leaves the rest out; an entry without any trusted field cannot be judged by them.
  const judged = "_TRANSPORT" in fields || "_UID" in fields;
  const whole = { __CURSOR: "s=0", __REALTIME_TIMESTAMP: String(Math.floor(now) * 1000), ...fields };
  const decoded = decodeEntry(JSON.stringify(whole), { source: "test", trust: "local" });
  return decoded.kind === "entry" ? { entry: decoded.entry, judged } : undefined;
}
