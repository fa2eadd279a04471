/**
 * How fast filters are: lines per second of CPU for some of them and for a mixed journal with all of them on, and the same
 * lines through fail2ban's own engine where it is installed (driven without its daemon). `node test/bench/filters.ts --worst
 * [FILTER…]` searches instead for the slowest line at the text cap for every expression.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Dispatch } from "../../src/core/dispatch.ts";
import type { Entry } from "../../src/core/entry.ts";
import { readSamples, type Sample, shippedLibrary, toEntry } from "../filters/samples.ts";
import { dovecot, type Line, nginx, postfix, sshd } from "./mix.ts";
import { number, QUICK, report, skipped, times } from "./report.ts";

const library = shippedLibrary();
const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith("--"));
const names = wanted.length > 0 ? wanted.filter((name) => library.has(name)) : library.names();

/** Seconds of CPU that each figure is taken over. */
const SECONDS = QUICK ? 0.2 : 1;

/** The samples of a filter as its service's entries; which mode they are annotated for does not matter here. */
function entriesOf(name: string): Entry[] {
  const rules = library.rules(name);
  return readSamples(name, []).map((sample, at) => toEntry(sample, rules, at));
}

/** Seconds of CPU this process has used: others on the machine do not count. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Runs `once` (which looks at `count` lines) over and over; lines per second of CPU, the best of three. */
function rate(count: number, once: () => void): number {
  once();
  let best = 0;
  for (let round = 0; round < 3; round += 1) {
    const start = cpuSeconds();
    let lines = 0;
    while (cpuSeconds() - start < SECONDS) {
      once();
      lines += count;
    }
    best = Math.max(best, lines / (cpuSeconds() - start));
  }
  return best;
}

/** Lines as a server logs them, hits and others, as entries of the filter's own service. */
function filterRate(
  name: string,
  mode: string,
  line: (at: number) => Line,
): { readonly entries: readonly Entry[]; readonly perSecond: number } {
  const rules = library.rules(name);
  const entries = Array.from({ length: 2000 }, (_, at): Entry => {
    const { identifier, pid, message } = line(at);
    const sample: Sample = { where: "", mode, identifier, pid: String(pid), message, verdict: "match", escapes: "" };
    return toEntry(sample, rules, at);
  });
  const filter = library.compile(name, { mode });
  const perSecond = rate(entries.length, () => {
    for (const entry of entries) filter.examine(entry);
  });
  return { entries, perSecond };
}

/** All filters on, each line through the dispatch as in the agent; half of the lines are of services without a filter. */
function mixedRate(): number {
  const filters = library.names().map((name) => library.compile(name));
  const dispatch = new Dispatch(filters);
  const own = library.names().flatMap(entriesOf);
  const others = own.map((entry): Entry => ({ ...entry, identifier: "systemd", message: `Started ${entry.message}` }));
  const entries = own.flatMap((entry, at) => [entry, others[at] ?? entry]);
  return rate(entries.length, () => {
    for (const entry of entries) for (const filter of dispatch.for(entry)) filter.examine(entry);
  });
}

/**
 * fail2ban's reader and engine, as its own fail2ban-regex uses them: on lines of a log file, whose date it looks for as
 * it does there, and on the same lines with the date told, as its journal reader hands them on. `found`: failures a line.
 */
const ENGINE = `
import json, sys, time, logging
logging.disable(logging.CRITICAL)
from fail2ban.client.filterreader import FilterReader
from fail2ban.server.filter import Filter
job = json.load(sys.stdin)
def made(options):
    reader = FilterReader(job["filter"], "bench", options, share_config={}, basedir="/etc/fail2ban")
    reader.read()
    reader.getOptions({})
    engine = Filter(None)
    engine.setUseDns("no")
    engine.checkFindTime = False
    for command in reader.convert():
        if command[0] not in ("set", "multi-set"): continue
        values = command[3] if command[0] == "multi-set" else command[3:4]
        for value in values:
            if command[2] == "prefregex": engine.prefRegex = value
            elif command[2] == "addfailregex": engine.addFailRegex(value)
            elif command[2] == "addignoreregex": engine.addIgnoreRegex(value)
            elif command[2] == "maxlines": engine.setMaxLines(int(value))
            elif command[2] == "datepattern": engine.setDatePattern(value)
    return engine
def rate(once, lines):
    best = 0
    found = 0
    for _ in range(3):
        start = time.process_time(); count = 0; found = 0
        while time.process_time() - start < ${SECONDS}:
            for line in lines: found += len(once(line))
            count += len(lines)
        best = max(best, count / (time.process_time() - start))
    return {"rate": best, "found": found / count}
file = made({"mode": job["mode"]})
journal = made({"mode": job["mode"], "logtype": "journal"})
now = time.time()
print(json.dumps({
    "file": rate(lambda line: file.processLine(line), job["file"]),
    "journal": rate(lambda line: journal.processLine(("", "2026-11-22T12:00:00", line), now), job["journal"]),
}))
`;

interface Job {
  readonly filter: string;
  readonly mode: string;
  /** As they stand in the file that the service's lines go to. */
  readonly file: readonly string[];
  /** Host, tag and message. */
  readonly journal: readonly string[];
}

interface Rate {
  readonly rate: number;
  readonly found: number;
}

const PYTHON = "/usr/bin/python3";

function hasFail2ban(): boolean {
  if (existsSync(PYTHON) && spawnSync(PYTHON, ["-c", "import fail2ban.server.filter"]).status === 0) return true;
  skipped("comparison of filters with fail2ban", "fail2ban (apt-get install fail2ban)");
  return false;
}

/** Lines per second of CPU through fail2ban. */
function fail2banRates(job: Job): { readonly file: Rate; readonly journal: Rate } | undefined {
  const { stdout, stderr } = spawnSync(PYTHON, ["-c", ENGINE], { input: JSON.stringify(job), encoding: "utf8" });
  try {
    return JSON.parse(stdout) as { file: Rate; journal: Rate };
  } catch {
    // It does not know the filter or the mode; its words say which.
    report({ what: `fail2ban ${job.filter} ${job.mode}`, figure: stderr.trim().split("\n").at(-1) ?? "no answer" });
    return undefined;
  }
}

/** nginx writes a file of its own, where a line begins with its date; the others' lines go through a syslog daemon. */
function jobOf(filter: string, mode: string, entries: readonly Entry[]): Job {
  const journal = entries.map(
    ({ identifier, pid, message }) => `host ${identifier ?? filter}[${pid ?? "1"}]: ${message}`,
  );
  const file = entries.map(({ message }, at) =>
    filter.startsWith("nginx") ? message : `Nov 22 12:00:00 ${journal[at] ?? ""}`,
  );
  return { filter, mode, file, journal };
}

function printRates(): void {
  const asked = [
    ["sshd", "normal", sshd],
    ["sshd", "aggressive", sshd],
    ["postfix", "normal", postfix],
    ["postfix", "aggressive", postfix],
    ["dovecot", "normal", dovecot],
    ["nginx-http-auth", "normal", nginx],
  ] as const;
  const compared = hasFail2ban();
  for (const [name, mode, line] of asked) {
    const { entries, perSecond } = filterRate(name, mode, line);
    const theirs = compared ? fail2banRates(jobOf(name, mode, entries)) : undefined;
    // A reader that finds none of the failures is no yardstick.
    const told = theirs && theirs.journal.found > 0 ? theirs.journal.rate : undefined;
    report({
      what: `filter ${name}, ${mode}: lines a CPU second`,
      figure: number(perSecond),
      ...(theirs === undefined || theirs.file.found === 0
        ? {}
        : {
            yardstick: `fail2ban ${number(theirs.file.rate)}${told ? `; told the date, ${number(told)}` : ""}`,
            ratio: times(perSecond / theirs.file.rate) + (told ? `; ${times(perSecond / told)}` : ""),
          }),
      aim: "≥ 20 ×",
    });
  }
  report({ what: `mixed journal, all ${names.length} filters: lines a CPU second`, figure: number(mixedRate()) });
}

interface Slow {
  readonly name: string;
  readonly ms: number;
  readonly source: string;
  readonly text: string;
}

/** Texts at the cap in which a piece of a sample, or a character, is repeated: whole at its end, and with a wrong end. */
function pumped(sample: string, cap: number): string[] {
  const texts: string[] = [];
  const bounds = [...sample.matchAll(/\b/g)].map(({ index }) => index).slice(0, 40);
  for (const [at, start] of bounds.entries()) {
    for (const end of [bounds[at + 1], bounds[at + 3]]) {
      if (end === undefined) continue;
      const head = sample.slice(0, end);
      const piece = sample.slice(start, end);
      const room = Math.max(0, cap - sample.length - 1);
      const body = piece.repeat(Math.ceil(room / piece.length)).slice(0, room);
      texts.push(head + body + sample.slice(end), `${head + body + sample.slice(end)}\u0001`, head + body);
    }
  }
  return texts;
}

/** Milliseconds of CPU, so that others on the machine do not count. */
function timeOf(regexp: RegExp, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const start = cpuSeconds();
    regexp.test(text);
    best = Math.min(best, (cpuSeconds() - start) * 1000);
    if (best < 0.5) return best;
  }
  return best;
}

/**
 * The slowest text found for each expression that a filter runs: patterns, exceptions and gates. Samples that another
 * one matches are tried as well.
 */
function slowest(name: string): Slow[] {
  const found = new Map<string, Slow>();
  const samples = readSamples(name, []);
  for (const mode of library.definition(name).modes) {
    const filter = library.compile(name, { mode });
    for (const source of filter.expressions) {
      if (found.has(source)) continue;
      const regexp = new RegExp(source);
      const near = samples.filter(({ message }) => regexp.test(message)).slice(0, 2);
      const far = samples.slice(0, 1);
      const texts = [...near, ...far].flatMap(({ message }: Sample) => pumped(message, filter.rules.maxText));
      let worst: Slow = { name, ms: 0, source, text: "" };
      for (const text of texts) {
        const ms = timeOf(regexp, text);
        if (ms > worst.ms) worst = { ...worst, ms, text };
      }
      found.set(source, worst);
    }
  }
  return [...found.values()];
}

/** The slowest pattern of every filter, slowest first; all that are above 5 ms are shown with what makes them slow. */
function printWorst(): void {
  const all = names.flatMap(slowest).sort((a, b) => b.ms - a.ms);
  console.log(
    `worst line at the text cap: ${all.length} expressions, ${all.filter(({ ms }) => ms > 5).length} above 5 ms`,
  );
  const told = new Set<string>();
  for (const { name, ms, source, text } of all) {
    if (ms <= 5 && told.has(name)) continue;
    told.add(name);
    console.log(`${ms.toFixed(2).padStart(7)} ms  ${name}: ${source.slice(0, 110)}`);
    if (ms > 5) console.log(`            ${JSON.stringify(text.slice(0, 90))}… (${text.length})`);
  }
}

if (args.includes("--worst")) printWorst();
else printRates();
