/**
 * Tries the shipped filters on a file of lines with expected verdicts: `node test/bench/corpus.ts [FILTER…]`. The file is
 * ../shared/corpus/samples.jsonl beside the repository, or what CORPUS names. Prints per filter how many of the expected
 * matches were found, missed, or found with a wrong address, and how many lines matched that should not; then lists those.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAddress } from "../../src/core/address.ts";
import type { Entry } from "../../src/core/entry.ts";
import type { Filter, Finding } from "../../src/core/filter.ts";
import { instant } from "../../src/core/time.ts";
import { shippedLibrary } from "../filters/samples.ts";

interface Row {
  readonly id: string;
  readonly filter: string;
  readonly seq_key: string;
  readonly sequence: number;
  readonly line: string;
  readonly journal?: { readonly MESSAGE: string; readonly SYSLOG_IDENTIFIER?: string; readonly _PID?: string };
  readonly options?: { readonly mode?: string };
  readonly expect: { readonly match: boolean; readonly host: string | null; readonly user?: string };
}

interface Score {
  expected: number;
  matched: number;
  missed: number;
  wrong: number;
  named: number;
  false: number;
  user: number;
  users: number;
}

const file = process.env.CORPUS ?? fileURLToPath(new URL("../../../shared/corpus/samples.jsonl", import.meta.url));
if (!existsSync(file)) {
  console.log(`SKIPPED: there is no ${file}`);
  process.exit(0);
}

const library = shippedLibrary();
const wanted = process.argv.slice(2);
const rows = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Row)
  .filter((row) => wanted.length === 0 || wanted.includes(row.filter));

const sessions = new Map<string, Row[]>();
for (const row of rows) {
  const key = `${row.filter} ${row.seq_key}`;
  sessions.set(key, [...(sessions.get(key) ?? []), row]);
}

const scores = new Map<string, Score>();
const rest: string[] = [];
for (const group of sessions.values()) tryGroup(group.sort((a, b) => a.sequence - b.sequence));

function tryGroup(group: readonly Row[]): void {
  const [first] = group;
  if (!first) return;
  const label = `${first.filter}${first.options?.mode ? `[${first.options.mode}]` : ""}`;
  const score = scores.get(label) ?? {
    expected: 0,
    matched: 0,
    missed: 0,
    wrong: 0,
    named: 0,
    false: 0,
    user: 0,
    users: 0,
  };
  scores.set(label, score);
  const filter = compile(first);
  for (const [at, row] of group.entries()) {
    const entry = toEntry(row, at);
    // A row that does not tell its identifier is taken as the service's own.
    const read = entry.identifier === undefined || (filter?.accepts(entry.identifier) ?? true);
    const finding: Finding = filter && read ? filter.examineText(entry) : { kind: "nomatch" };
    judge(row, finding, { score, label, read });
  }
}

function compile(row: Row): Filter | undefined {
  if (!library.has(row.filter)) return undefined;
  const mode = row.options?.mode;
  const { modes } = library.definition(row.filter);
  return library.compile(row.filter, mode !== undefined && modes.includes(mode) ? { mode } : {});
}

function toEntry(row: Row, at: number): Entry {
  const { journal } = row;
  return {
    time: instant(Date.parse("2026-11-22T12:00:00Z") + at * 1000),
    source: "corpus",
    message: journal?.MESSAGE ?? row.line,
    ...(!journal?.SYSLOG_IDENTIFIER ? {} : { identifier: journal.SYSLOG_IDENTIFIER }),
    ...(journal?._PID === undefined ? {} : { pid: journal._PID }),
    origin: { kind: "journal", trust: "local" },
  };
}

function judge(row: Row, finding: Finding, how: { score: Score; label: string; read: boolean }): void {
  const { score, label, read } = how;
  const text = `${label} ${row.sequence}: ${JSON.stringify(row.journal?.MESSAGE ?? row.line)}`;
  const hit = finding.kind === "match" || finding.kind === "named";
  if (!row.expect.match) {
    if (finding.kind === "match") {
      score.false += 1;
      rest.push(`FALSE  ${finding.match.address.text} ${text}`);
    }
    return;
  }
  score.expected += 1;
  if (!hit) {
    score.missed += 1;
    const why = read ? finding.kind : `identifier ${row.journal?.SYSLOG_IDENTIFIER ?? "-"} is not read`;
    rest.push(`MISSED (${why}) ${text}`);
    return;
  }
  const expected = row.expect.host === null ? undefined : parseAddress(row.expect.host)?.text;
  const address = finding.kind === "match" ? finding.match.address.text : undefined;
  if (expected !== address) {
    score.wrong += 1;
    rest.push(`WRONG  ${address ?? "no address"} instead of ${expected ?? "none"} ${text}`);
    return;
  }
  score.matched += 1;
  if (address === undefined) score.named += 1;
  if (row.expect.user === undefined) return;
  score.users += 1;
  const user = finding.kind === "match" ? finding.match.user : finding.user;
  if (user === row.expect.user) score.user += 1;
  else rest.push(`user   ${JSON.stringify(user ?? null)} instead of ${JSON.stringify(row.expect.user)} ${text}`);
}

const total: Score = { expected: 0, matched: 0, missed: 0, wrong: 0, named: 0, false: 0, user: 0, users: 0 };
const lines = [...scores].sort(([a], [b]) => (a < b ? -1 : 1));
for (const [, score] of lines) for (const key of Object.keys(total) as (keyof Score)[]) total[key] += score[key];
console.log("filter                          expected  matched  missed  wrong  names  false  users");
for (const [label, score] of [...lines, ["all", total] as const]) {
  const cells = [score.expected, score.matched, score.missed, score.wrong, score.named, score.false];
  const widths = [8, 7, 6, 5, 5, 5];
  const numbers = cells.map((cell, at) => String(cell).padStart(widths[at] ?? 5)).join("  ");
  console.log(`${label.padEnd(32)}${numbers}  ${`${score.user}/${score.users}`.padStart(5)}`);
}
if (total.expected > 0) console.log(`${((100 * total.matched) / total.expected).toFixed(1)} % of the expected matches`);
for (const line of rest.sort()) console.log(line);
