import type { FilterLibrary } from "../config/filters.ts";
import type { Filter, FilterRules, Finding } from "../core/filter.ts";
import { matchesGlob } from "../core/provenance.ts";
import { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
import { type Format, guessFormat, readLines, type Tried, toEntry } from "./lines.ts";
import { type Output, printable, table } from "./print.ts";

/** `bailiff filter list`. */
export function listFilters(library: FilterLibrary, options: { json: boolean }, out: Output): void {
  const rows = library.names().map((name) => {
    const { file, modes, shipped } = library.definition(name);
    return {
      name,
      service: file.service ?? "",
      description: file.description,
      ports: file.ports ?? "all",
      protocols: file.protocols ?? ["tcp"],
      modes,
      identifiers: file.identifiers,
      units: file.units ?? [],
      sources: file.sources ?? ["journal", "syslog"],
      shipped,
    };
  });
  if (options.json) {
    out.json(rows);
    return;
  }
  const cells = rows.map((row) => [
    row.name,
    row.service,
    Array.isArray(row.ports) ? row.ports.join(",") : row.ports,
    row.modes.length > 1 ? row.modes.join(",") : "",
    `${row.sources.join("+")}${row.shipped ? "" : " (own)"}`,
  ]);
  out.line(
    printable(
      table([["NAME", "SERVICE", "PORTS", "MODES", "READS"], ...cells]).replaceAll("\n", "\u0000"),
      1e6,
    ).replaceAll("\\x00", "\n"),
  );
}

/** `bailiff filter show NAME`. */
export function showFilter(
  library: FilterLibrary,
  name: string,
  options: { mode?: string; json: boolean },
  out: Output,
): void {
  const definition = library.definition(name);
  const mode = options.mode ?? definition.defaultMode;
  const rules = library.rules(name, { mode });
  const { file } = definition;
  if (options.json) {
    out.json({ name, mode, files: definition.files, modes: definition.modes, definition: file, rules });
    return;
  }
  const lines: string[] = [
    `${name}: ${file.description}`,
    `  file:        ${definition.files.join(", extends ")}`,
    `  ports:       ${Array.isArray(file.ports) ? file.ports.join(", ") : "all"} (${(file.protocols ?? ["tcp"]).join(", ")})`,
    `  identifiers: ${rules.provenance.identifiers.map((text) => text || '""').join(", ")}`,
    `  units:       ${rules.provenance.units.join(", ") || "-"}`,
    `  users:       ${(file.uids ?? [0]).join(", ")}`,
    `  transports:  ${rules.provenance.transports.join(", ")}`,
    `  sources:     ${(file.sources ?? ["journal", "syslog"]).join(", ")}`,
    ...definition.modes.map((each) => {
      const what = file.modes?.[each]?.description ?? "the patterns of every mode";
      return `  mode ${each}${each === mode ? " (shown)" : ""}: ${what}`;
    }),
    ...patternLines(rules),
  ];
  for (const line of lines) out.line(printable(line, 8192));
}

function patternLines(rules: FilterRules): string[] {
  const titles = {
    failure: "failregex",
    success: "successregex",
    forget: "forgetregex",
    helper: "helperregex",
  } as const;
  const lines: string[] = [];
  if (rules.prefix !== undefined) lines.push(`  prefix: ${rules.prefix}`);
  for (const [name, value] of Object.entries(rules.variables)) lines.push(`  %{${name}} = ${value}`);
  let role = "";
  for (const [at, rule] of rules.patterns.entries()) {
    if (rule.role !== role) lines.push(`  ${titles[rule.role]}:`);
    role = rule.role;
    lines.push(`    ${String(at).padStart(3)}  ${patternText(rules, at)}`);
  }
  for (const name of ["ignoreregex", "endregex"] as const) {
    const given = rules[name] ?? [];
    if (given.length > 0) lines.push(`  ${name}:`, ...given.map((text) => `         ${text}`));
  }
  return lines;
}

function patternText(rules: FilterRules, at: number): string {
  const rule = rules.patterns[at];
  return rule?.regex ?? JSON.stringify(rule?.json ?? {});
}

export interface TestOptions {
  readonly mode?: string;
  readonly format?: Format;
  readonly json: boolean;
  readonly all: boolean;
  readonly missed: boolean;
  readonly explain: boolean;
}

interface Row {
  readonly line: number;
  readonly verdict: "match" | "nomatch" | "ignored" | "helper" | "untrusted";
  readonly address: string | null;
  readonly user: string | null;
  readonly pattern: string | null;
  readonly filter?: string | null;
  readonly reason?: string;
}

/** `bailiff filter test NAME|--all|--jail JAIL [FILE]`. */
export async function testFilter(
  library: FilterLibrary,
  what: { name?: string; jail?: Filter; file: string; clock: Clock },
  options: TestOptions,
  out: Output,
): Promise<void> {
  const filters = what.jail === undefined ? pick(library, what.name, options) : [what.jail];
  const lines = await readLines(what.file);
  const format =
    options.format ?? guessFormat(lines, (identifier) => filters.some(({ rules }) => reads(rules, identifier)));
  const rows: Row[] = [];
  const entries: (Tried | undefined)[] = [];
  const missed: string[] = [];
  for (const [at, line] of lines.entries()) {
    const tried = toEntry(line, format, what.clock);
    entries.push(tried);
    const row = judgeLine(at + 1, tried, { filters, format, all: options.all });
    if (options.json) out.json(row);
    else if (options.explain) explainLine(at + 1, line, { tried, filters, format, row }, out);
    rows.push(row);
    if (row.verdict === "nomatch") missed.push(line);
  }
  if (options.json) return;
  summary(filters, { rows, missed, format, showMissed: options.missed }, out);
  const [only, ...others] = filters;
  if (missed.length === 0 || only === undefined || others.length > 0) return;
  const found = foundInOtherModes(library, only.name, { entries, rows, format });
  if (found.length === 0) return;
  out.line(`Failures in other modes, of those missed: ${found.map(([mode, count]) => `${mode} ${count}`).join(", ")}`);
}

/** How many of the lines that nothing matched would be failures in the filter's other modes. */
function foundInOtherModes(
  library: FilterLibrary,
  name: string,
  tested: { entries: readonly (Tried | undefined)[]; rows: readonly Row[]; format: Format },
): [string, number][] {
  const { entries, rows, format } = tested;
  return library.definition(name).modes.flatMap((mode): [string, number][] => {
    const filters = [library.compile(name, { mode })];
    // All lines again: of a connection, one may tell the address and another the failure.
    const then = entries.map((tried, at) => judgeLine(at + 1, tried, { filters, format, all: false }));
    const count = then.filter(({ verdict }, at) => verdict === "match" && rows[at]?.verdict === "nomatch").length;
    return count === 0 ? [] : [[mode, count]];
  });
}

function pick(library: FilterLibrary, name: string | undefined, options: TestOptions): Filter[] {
  const { mode } = options;
  if (!options.all) {
    if (name === undefined) {
      throw new BailiffError("USAGE", "which filter?", { hint: "give its name, or --all" });
    }
    return [library.compile(name, mode === undefined ? {} : { mode })];
  }
  const having = library.names().filter((each) => mode !== undefined && library.definition(each).modes.includes(mode));
  if (mode !== undefined && having.length === 0) {
    throw new BailiffError("USAGE", `no filter has a mode ${JSON.stringify(mode)}`, {
      hint: "`bailiff filter list` shows the modes of each",
    });
  }
  return library
    .names()
    .map((each) => library.compile(each, mode !== undefined && having.includes(each) ? { mode } : {}));
}

/** Which gate a line passed, which pattern it matched, and where the closest one stopped. */
function explainLine(
  number: number,
  line: string,
  seen: { tried: Tried | undefined; filters: readonly Filter[]; format: Format; row: Row },
  out: Output,
): void {
  const { tried, filters, format, row } = seen;
  out.line(printable(`${number}: ${line}`, 500));
  if (!tried) {
    out.line("   this is no journal entry with a message");
    return;
  }
  const { identifier, message } = tried.entry;
  const readers = filters.filter(({ rules }) => format === "message" || reads(rules, identifier));
  if (readers.length === 0) {
    out.line(
      printable(
        `   identifier ${JSON.stringify(identifier ?? "")} is read by ${filters.length === 1 ? `nothing of ${filters[0]?.name}` : "no filter"}`,
      ),
    );
    return;
  }
  const who = row.filter === undefined || row.filter === null ? "" : `${row.filter}: `;
  if (row.verdict === "untrusted") out.line(`   ${who}its origin is not believed: ${row.reason}`);
  else if (row.pattern !== null) {
    const whom = row.verdict === "match" ? (row.address ?? "a name, which accuses nobody") : "nobody is accused";
    out.line(printable(`   ${who}${row.verdict} by ${row.pattern}`, 8192));
    out.line(printable(`   ${whom}${row.user === null ? "" : `, user ${row.user}`}`));
  } else {
    const reached = readers.flatMap((filter) => {
      const found = filter.closest(message);
      return found ? [{ filter, ...found }] : [];
    });
    const [best] = reached.sort((a, b) => b.characters - a.characters);
    if (!best) return;
    out.line(
      printable(
        `   no pattern matches; the closest is ${best.filter.name}'s number ${best.pattern}: ${patternText(best.filter.rules, best.pattern)}`,
        8192,
      ),
    );
    out.line(printable(`   it matches up to: ${message.slice(0, best.characters)}`));
    out.line(printable(`   and stops before: ${message.slice(best.characters, best.characters + 60)}`));
    out.line(printable(`   where it wants:   ${best.stoppedAt || "the end"}`));
  }
}

function reads(rules: FilterRules, identifier: string | undefined): boolean {
  return rules.provenance.identifiers.some((glob) => matchesGlob(glob, identifier ?? ""));
}

const RANK = { match: 5, untrusted: 4, ignored: 3, helper: 2, nomatch: 1 } as const;

function judgeLine(
  line: number,
  tried: Tried | undefined,
  how: { filters: readonly Filter[]; format: Format; all: boolean },
): Row {
  let best: Row = { line, verdict: "nomatch", address: null, user: null, pattern: null };
  for (const filter of tried ? how.filters : []) {
    if (!tried) break;
    const row = tryFilter(line, tried, filter, how.format);
    if (RANK[row.verdict] > RANK[best.verdict]) best = how.all ? { ...row, filter: filter.name } : row;
    if (best.verdict === "match" && how.format === "message") break;
  }
  return how.all && best.filter === undefined ? { ...best, filter: null } : best;
}

function tryFilter(line: number, { entry, judged }: Tried, filter: Filter, format: Format): Row {
  const { rules } = filter;
  // A bare message is taken as the service's own; a line that names its program must name one of the filter's.
  const identifier = rules.provenance.identifiers[0];
  const asked = format === "message" && identifier !== undefined ? { ...entry, identifier } : entry;
  if (format !== "message" && !rules.provenance.identifiers.some((glob) => matchesGlob(glob, asked.identifier ?? ""))) {
    return { line, verdict: "nomatch", address: null, user: null, pattern: null };
  }
  return toRow(line, judged ? filter.examine(asked) : filter.examineText(asked), rules);
}

function toRow(line: number, finding: Finding, rules: FilterRules): Row {
  const none = { line, address: null, user: null, pattern: null } as const;
  switch (finding.kind) {
    case "match": {
      const { address, user, pattern } = finding.match;
      return {
        line,
        verdict: "match",
        address: address.text,
        user: user ?? null,
        pattern: patternText(rules, pattern),
      };
    }
    case "named":
      return {
        line,
        verdict: "match",
        address: null,
        user: finding.user ?? null,
        pattern: patternText(rules, finding.pattern),
      };
    case "ignored":
      return { ...none, verdict: "ignored", pattern: rules.ignoreregex[finding.pattern] ?? null };
    case "untrusted":
      return { ...none, verdict: "untrusted", reason: finding.reason };
    case "helper":
    case "success":
      return { ...none, verdict: "helper", pattern: patternText(rules, finding.pattern) };
    case "nomatch":
      return { ...none, verdict: "nomatch" };
  }
}

function summary(
  filters: readonly Filter[],
  result: { rows: readonly Row[]; missed: readonly string[]; format: Format; showMissed: boolean },
  out: Output,
): void {
  const count = (verdict: Row["verdict"]): number => result.rows.filter((row) => row.verdict === verdict).length;
  out.line(
    `Filter: ${filters.length === 1 ? filters[0]?.name : `all ${filters.length}`}, lines read as: ${result.format}`,
  );
  out.line("");
  const hits = new Map<string, number>();
  for (const { pattern, filter } of result.rows) {
    if (pattern !== null)
      hits.set(
        filter ? `${filter}: ${pattern}` : pattern,
        (hits.get(filter ? `${filter}: ${pattern}` : pattern) ?? 0) + 1,
      );
  }
  if (hits.size > 0) out.line("Hits by pattern:");
  for (const [pattern, number] of [...hits].sort((a, b) => b[1] - a[1])) {
    out.line(`  ${String(number).padStart(6)}  ${printable(pattern, 400)}`);
  }
  const offenders = new Map<string, number>();
  for (const { address } of result.rows)
    if (address !== null) offenders.set(address, (offenders.get(address) ?? 0) + 1);
  if (offenders.size > 0) out.line("Failures by address:");
  const top = [...offenders].sort((a, b) => b[1] - a[1]);
  for (const [address, number] of top.slice(0, 20)) out.line(`  ${String(number).padStart(6)}  ${address}`);
  if (top.length > 20) out.line(`          and ${top.length - 20} more`);
  const named = result.rows.filter(({ verdict, address }) => verdict === "match" && address === null).length;
  if (named > 0) out.line(`${named} of the matched lines give a name in place of an address, which accuses nobody.`);
  for (const [reason, number] of reasons(result.rows)) out.line(`${number} lines are not believed: ${reason}`);
  if (hits.size > 0 || offenders.size > 0) out.line("");
  if (result.showMissed && result.missed.length > 0) {
    out.line("Missed lines:");
    for (const line of result.missed) out.line(`  ${printable(line, 1000)}`);
    out.line("");
  }
  out.line(
    `Lines: ${result.rows.length}, ${count("match")} matched, ${count("ignored")} ignored, ${count("helper")} understood (no failure), ` +
      `${count("untrusted")} untrusted, ${count("nomatch")} missed`,
  );
}

function reasons(rows: readonly Row[]): [string, number][] {
  const found = new Map<string, number>();
  for (const { reason } of rows) if (reason !== undefined) found.set(reason, (found.get(reason) ?? 0) + 1);
  return [...found];
}
