import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeChecker } from "../../src/config/check.ts";
import { FilterLibrary } from "../../src/config/filters.ts";
import type { Entry, JournalOrigin } from "../../src/core/entry.ts";
import type { FilterRules } from "../../src/core/filter.ts";
import { instant } from "../../src/core/time.ts";
import { guardRegexps, whyNotLinear } from "../../src/system/regexp.ts";

/** The annotated samples of shipped filters; how they are written is told in README.md beside this file. */

export const FILTERS = fileURLToPath(new URL("../../src/filters", import.meta.url));
const SAMPLES = fileURLToPath(new URL(".", import.meta.url));

export type Verdict = "match" | "named" | "helper" | "ignored" | "nomatch" | "success";

export interface Sample {
  /** "test/filters/NAME.log:LINE" of the message. */
  readonly where: string;
  readonly mode: string;
  readonly identifier?: string;
  readonly pid?: string;
  readonly message: string;
  readonly verdict: Verdict;
  readonly address?: string;
  readonly user?: string;
  readonly attempts?: number;
  /** Failures that a login takes back. */
  readonly takes?: number;
  /** Characters that the service never writes as they are in what a peer may choose. */
  readonly escapes: string;
}

/** Characters of `#: escapes controls`: what moves a cursor, ends a line or a string, or turns text around. */
export const CONTROLS = "\u0000\t\n\r\u001b\u2028\u202e";

/** Every user name is known here, so that a filter's trust does not hang on which packages are installed. */
class Everybody extends Map<string, number> {
  override get(name: string): number {
    return uidOf(name);
  }
}

/** The number of a user, of whatever machine. */
export function uidOf(name: string): number {
  if (name === "root") return 0;
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 800;
  return 100 + sum;
}

export function shippedLibrary(): FilterLibrary {
  guardRegexps();
  return new FilterLibrary({ shipped: FILTERS, checker: makeChecker(), users: new Everybody(), whyNotLinear });
}

/** Names of the sample files, without .log. */
export function sampledNames(): readonly string[] {
  return readdirSync(SAMPLES).flatMap((file) => (file.endsWith(".log") ? [file.slice(0, -4)] : []));
}

const EXPECTED =
  /^#= (match|named|helper|ignored|nomatch|success)(?: ([0-9A-Fa-f.:]+))?(?: user=("(?:[^"\\]|\\.)*"))?(?: attempts=(\d+))?(?: takes=(\d+))?$/;

/** Reads NAME.log. What is wrong with the file itself is put into `faults`. */
export function readSamples(name: string, faults: string[]): Sample[] {
  const path = `${SAMPLES}${name}.log`;
  const samples: Sample[] = [];
  if (!existsSync(path)) {
    faults.push(`test/filters/${name}.log: missing`);
    return samples;
  }
  const now = { mode: "normal", escapes: "", json: false } as {
    mode: string;
    escapes: string;
    json: boolean;
    identifier?: string;
    pid?: string;
  };
  let expected: Pick<Sample, "verdict" | "address" | "user" | "attempts" | "takes"> | undefined;
  for (const [at, line] of readFileSync(path, "utf8").split("\n").entries()) {
    const where = `test/filters/${name}.log:${at + 1}`;
    if (line === "") continue;
    if (line.startsWith("#= ")) {
      if (expected) faults.push(`${where}: no message for the expectation before this one`);
      expected = parseExpected(line);
      if (!expected) faults.push(`${where}: not an expectation: ${line}`);
    } else if (line.startsWith("#: ")) {
      if (!setDirective(line.slice(3), now)) faults.push(`${where}: unknown directive: ${line}`);
    } else if (!line.startsWith("#")) {
      if (!expected) {
        faults.push(`${where}: nothing says what is expected of this line`);
        continue;
      }
      const message = now.json ? String(JSON.parse(line)) : line;
      const { mode, escapes, identifier, pid } = now;
      samples.push({
        where,
        mode,
        escapes,
        message,
        ...(identifier === undefined ? {} : { identifier }),
        ...(pid === undefined ? {} : { pid }),
        ...expected,
      });
      expected = undefined;
      now.json = false;
    }
  }
  return samples;
}

function parseExpected(line: string): Pick<Sample, "verdict" | "address" | "user" | "attempts" | "takes"> | undefined {
  const found = EXPECTED.exec(line);
  if (!found) return undefined;
  const [, verdict, address, user, attempts, takes] = found;
  if (verdict === "match" && address === undefined) return undefined;
  if (verdict !== "success" && takes !== undefined) return undefined;
  return {
    verdict: verdict as Verdict,
    ...(address === undefined ? {} : { address }),
    ...(user === undefined ? {} : { user: String(JSON.parse(user)) }),
    ...(attempts === undefined ? {} : { attempts: Number(attempts) }),
    ...(takes === undefined ? {} : { takes: Number(takes) }),
  };
}

function setDirective(
  text: string,
  now: { mode: string; escapes: string; json: boolean; identifier?: string; pid?: string },
): boolean {
  const [word = "", ...rest] = text.split(" ");
  const value = rest.join(" ");
  switch (word) {
    case "mode":
      now.mode = value;
      delete now.pid;
      delete now.identifier;
      return value !== "";
    case "identifier":
      now.identifier = value;
      return true;
    case "pid":
      now.pid = value;
      return /^\d+$/.test(value);
    case "json":
      now.json = true;
      return value === "";
    case "escapes": {
      const found = /^(controls ?)?("(?:[^"\\]|\\.)*")?$/.exec(value);
      if (!found) return false;
      now.escapes = (found[1] ? CONTROLS : "") + (found[2] ? String(JSON.parse(found[2])) : "");
      return true;
    }
    default:
      return false;
  }
}

/** An origin that the filter believes, as its service has it; undefined when nothing could be believed. */
export function trustedOrigin(rules: FilterRules): Entry["origin"] | undefined {
  if (rules.sources !== undefined && !rules.sources.includes("journal")) {
    return { kind: "syslog", protocol: "udp", sender: "samples", trust: "full" };
  }
  const { transports, uids, units, container } = rules.provenance;
  const [transport] = transports;
  if (transport === undefined) return undefined;
  const origin: JournalOrigin = { kind: "journal", trust: "local", transport };
  if (transport === "kernel") return origin;
  const [uid] = uids;
  if (uid === undefined) return undefined;
  const [unit] = units;
  if (unit !== undefined) return { ...origin, uid, unit: unit.replaceAll("*", "x") };
  if (container !== undefined) {
    return { ...origin, uid, unit: "docker.service", container: container.replaceAll("*", "x") };
  }
  return uid === 0 ? { ...origin, uid } : undefined;
}

const START = Date.parse("2026-11-22T12:00:00Z");

/** The sample as an entry, a second after the one before it. */
export function toEntry(sample: Sample, rules: FilterRules, at: number): Entry {
  const identifier = sample.identifier ?? rules.provenance.identifiers[0]?.replaceAll("*", "x");
  return {
    time: instant(START + at * 1000),
    source: "samples",
    message: sample.message,
    ...(identifier === undefined ? {} : { identifier }),
    ...(sample.pid === undefined ? {} : { pid: sample.pid }),
    origin: trustedOrigin(rules) ?? { kind: "journal", trust: "local" },
  };
}
