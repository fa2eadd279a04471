import assert from "node:assert/strict";
import { test } from "node:test";
import { loadDocument } from "../src/config/load.ts";
import { parseAddress } from "../src/core/address.ts";
import type { Entry } from "../src/core/entry.ts";
import { Filter, type FilterRules, type Finding } from "../src/core/filter.ts";
import { whyNotLinear } from "../src/system/regexp.ts";
import {
  CONTROLS,
  readSamples,
  type Sample,
  sampledNames,
  shippedLibrary,
  toEntry,
  trustedOrigin,
} from "./filters/samples.ts";
import { forgeries, oddNames, PLANTED, plantingNames, userSlot } from "./filters/twins.ts";

/** One runner for all shipped filters: src/filters/NAME.json against test/filters/NAME.log. */

const library = shippedLibrary();
const names = library.names();

/** A sample, the lines before it that its session may remember, and what was found. */
interface Tried {
  readonly sample: Sample;
  readonly rules: FilterRules;
  /** The session's lines up to and with the sample. */
  readonly lines: readonly Sample[];
  /** What was found in each of `lines`. */
  readonly findings: readonly Finding[];
  readonly finding: Finding;
}

const rulesByMode = new Map<string, FilterRules>();

function rulesOf(name: string, mode: string): FilterRules {
  const key = `${name} ${mode}`;
  const rules = rulesByMode.get(key) ?? library.rules(name, { mode });
  rulesByMode.set(key, rules);
  return rules;
}

interface Runner {
  readonly filter: Filter;
  /** Up to when it has seen lines. */
  second: number;
}

/** Filters that were compiled already: compiling is what takes long. */
const runners = new Map<FilterRules, Runner>();

function runnerOf(rules: FilterRules): Runner {
  const runner = runners.get(rules) ?? { filter: new Filter(rules), second: 0 };
  runners.set(rules, runner);
  return runner;
}

/** Runs lines through a filter that remembers nothing: so much later that all its sessions are over. */
function run(rules: FilterRules, lines: readonly Sample[]): Finding[] {
  const runner = runnerOf(rules);
  const start = runner.second;
  runner.second += lines.length + Math.ceil(rules.session.timeout / 1000) + 1;
  return lines.map((line, at) => runner.filter.examine(toEntry(line, rules, start + at)));
}

function tryAll(name: string, faults: string[]): Tried[] {
  const tried: Tried[] = [];
  let section: Sample[] = [];
  let mode: string | undefined;
  let filter: Filter | undefined;
  let findings = new Map<Sample, Finding>();
  for (const sample of readSamples(name, faults)) {
    const { modes } = library.definition(name);
    if (!modes.includes(sample.mode)) {
      faults.push(`${sample.where}: the filter has no mode ${sample.mode}`);
      continue;
    }
    const rules = rulesOf(name, sample.mode);
    if (sample.mode !== mode || filter === undefined) {
      filter = new Filter(rules);
      section = [];
      findings = new Map();
      mode = sample.mode;
    }
    if (sample.message.includes(PLANTED)) faults.push(`${sample.where}: ${PLANTED} is for hostile twins`);
    if (sample.identifier !== undefined && !filter.accepts(sample.identifier)) {
      faults.push(`${sample.where}: the filter does not read ${sample.identifier}`);
    }
    const finding = filter.examine(toEntry(sample, rules, section.length));
    section.push(sample);
    findings.set(sample, finding);
    const { key } = rules.session;
    // What it settles was told by another process.
    const before = settles(rules, finding) ? section.slice(-20) : [];
    const lines = section.filter(
      (line) =>
        line === sample ||
        before.includes(line) ||
        key === "captured" ||
        key === "peer" ||
        (key === "pid" && line.pid !== undefined && line.pid === sample.pid),
    );
    tried.push({
      sample,
      rules,
      lines,
      findings: lines.flatMap((line) => findings.get(line) ?? []),
      finding,
    });
  }
  return tried;
}

function indexOf(finding: Finding): number | undefined {
  if (finding.kind === "match") return finding.match.pattern;
  return finding.kind === "nomatch" || finding.kind === "untrusted" || finding.kind === "ignored"
    ? undefined
    : finding.pattern;
}

function settles(rules: FilterRules, finding: Finding): boolean {
  const index = indexOf(finding);
  return index !== undefined && rules.patterns[index]?.settles === true;
}

function addressOf(finding: Finding | undefined): string | undefined {
  if (finding?.kind === "match") return finding.match.address.text;
  return finding?.kind === "success" ? finding.address?.text : undefined;
}

function describe(finding: Finding | undefined): string {
  if (finding === undefined) return "nothing";
  if (finding.kind !== "match") return `${finding.kind} ${addressOf(finding) ?? ""}`.trim();
  const { address, user, attempts } = finding.match;
  return `match ${address.text} user=${JSON.stringify(user ?? "")} attempts=${attempts}`;
}

function checkSample({ sample, finding }: Tried): string | undefined {
  const { verdict, address, user, attempts, takes, where } = sample;
  const got = describe(finding);
  if (finding.kind !== verdict) return `${where}: expected ${verdict}, found ${got}`;
  const expected = address === undefined ? undefined : parseAddress(address)?.text;
  if (address !== undefined && addressOf(finding) !== expected)
    return `${where}: expected ${expected ?? address}, found ${got}`;
  const who = finding.kind === "match" ? finding.match.user : "user" in finding ? finding.user : undefined;
  if (user !== undefined && (who ?? "") !== user)
    return `${where}: expected user ${JSON.stringify(user)}, found ${got}`;
  if (attempts !== undefined && finding.kind === "match" && finding.match.attempts !== attempts) {
    return `${where}: expected ${attempts} attempts, found ${got}`;
  }
  if (takes !== undefined && takes !== takenBy(finding)) {
    return `${where}: expected ${takes} failures taken back, found ${takenBy(finding)}`;
  }
  return undefined;
}

function takenBy(finding: Finding | undefined): number {
  return finding?.kind === "success" ? (finding.retracts?.length ?? 0) : 0;
}

/** Where each pattern of the file stands: role and text → "FILE:LINE:COLUMN". */
function writtenPatterns(name: string): Map<string, string> {
  const [file = ""] = library.definition(name).files;
  const document = loadDocument(file, { confd: false });
  const found = new Map<string, string>();
  const roles = {
    failregex: "failure",
    helperregex: "helper",
    successregex: "success",
    forgetregex: "forget",
    ignoreregex: "ignore",
  } as const;
  const gather = (part: Record<string, unknown>, pointer: string): void => {
    for (const [key, role] of Object.entries(roles)) {
      const list = (part[key] ?? []) as readonly (string | { regex?: string; json?: object })[];
      for (const [at, pattern] of list.entries()) {
        const text = typeof pattern === "string" ? pattern : (pattern.regex ?? JSON.stringify(pattern.json));
        found.set(`${role} ${text}`, document.locate(`${pointer}/${key}/${at}`));
      }
    }
  };
  const value = document.value as Record<string, unknown>;
  gather(value, "");
  for (const [mode, part] of Object.entries((value.modes ?? {}) as Record<string, Record<string, unknown>>)) {
    gather(part, `/modes/${mode}`);
  }
  return found;
}

function nameOfPattern(rules: FilterRules, index: number): string {
  const rule = rules.patterns[index];
  return `${rule?.role} ${rule?.regex ?? JSON.stringify(rule?.json)}`;
}

function noFaults(faults: readonly string[]): void {
  assert.equal(faults.length, 0, `\n${faults.slice(0, 60).join("\n")}\n`);
}

test("there are shipped filters, and samples of no others", () => {
  assert.ok(names.length > 0);
  assert.deepEqual(
    sampledNames().filter((name) => !names.includes(name)),
    [],
  );
});

for (const name of names) {
  test(name, async (t) => {
    const faults: string[] = [];
    let tried: Tried[] = [];

    await t.test("every mode compiles to patterns with a bound in time", () => {
      for (const mode of library.definition(name).modes) {
        for (const source of library.compile(name, { mode }).expressions) assert.equal(whyNotLinear(source), undefined);
        assert.ok(trustedOrigin(rulesOf(name, mode)), "no entry could be believed: give units, a container or uid 0");
      }
    });

    await t.test("every sample gives its verdict", () => {
      tried = tryAll(name, faults);
      faults.push(...tried.flatMap((each) => checkSample(each) ?? []));
      noFaults(faults);
    });

    await t.test("every pattern is hit by a sample", () => {
      const hits = new Set<string>();
      for (const { finding, rules } of tried) {
        const index = indexOf(finding);
        if (index !== undefined) hits.add(nameOfPattern(rules, index));
        if (finding.kind === "ignored") hits.add(`ignore ${rules.ignoreregex[finding.pattern]}`);
      }
      noFaults(
        [...writtenPatterns(name)].flatMap(([pattern, where]) =>
          hits.has(pattern) ? [] : [`${where}: no sample hits ${pattern}`],
        ),
      );
    });

    await t.test("forged lines accuse nobody", () => noFaults(tried.flatMap(checkForgeries)));
    await t.test("the other address family is found as well", () => noFaults(checkFamilies(tried)));
    await t.test("no user name can accuse another address", () => noFaults(tried.flatMap(checkPlanting)));
    await t.test("no odd user name changes the verdict", () => noFaults(tried.flatMap(checkOddNames)));
    await t.test("a login as somebody else takes nothing back", () => noFaults(tried.flatMap(checkOthersLogins)));
    await t.test("no cut line accuses another address", () => noFaults(tried.flatMap(checkCuts)));
  });
}

/** Each line that says anything is unbelievable by its origin alone, in any session. */
function checkForgeries({ sample, rules, finding }: Tried): string[] {
  if (finding.kind === "nomatch") return [];
  // Provenance is judged before anything is remembered.
  const { filter } = runnerOf(rules);
  return forgeries(toEntry(sample, rules, 0), rules).flatMap(([reason, entry]: readonly [string, Entry]) => {
    const found = filter.examine(entry);
    if (found.kind === "untrusted" && found.reason === reason) return [];
    return [`${sample.where}: with a forged origin (${reason}): ${describe(found)}`];
  });
}

const OTHER = { ip: "2001:db8::77", ip6: "198.51.100.77" } as const;

/** The line with another address in place of its own, bracketed where a port follows. */
function readdress(message: string, address: string, other: string): string {
  const spelled = other.includes(":") ? [`::ffff:${address}`, address] : [address];
  let text = message;
  for (const old of spelled) {
    text = text
      .split(old)
      .reduce((done, part) => done + (/^:\d/.test(part) && !done.endsWith("[") ? `[${other}]` : other) + part);
  }
  return text;
}

function checkFamilies(tried: readonly Tried[]): string[] {
  const faults: string[] = [];
  /** Families that each pattern was seen to take, and a place to name. */
  const taken = new Map<string, { families: Set<string>; where: string }>();
  for (const { sample, rules, lines, finding } of tried) {
    if (finding.kind !== "match" || sample.address === undefined) continue;
    const { address, pattern } = finding.match;
    const entry = taken.get(nameOfPattern(rules, pattern)) ?? { families: new Set(), where: sample.where };
    taken.set(nameOfPattern(rules, pattern), entry);
    entry.families.add(address.family);
    const other = OTHER[address.family];
    const written = sample.address;
    const found = run(
      rules,
      lines.map((line) => ({ ...line, message: readdress(line.message, written, other) })),
    ).at(-1);
    if (addressOf(found) === other) entry.families.add(address.family === "ip" ? "ip6" : "ip");
    else if (addressOf(found) !== undefined) {
      faults.push(`${sample.where}: with ${other} in place of ${written}: ${describe(found)}`);
    }
  }
  for (const [pattern, { families, where }] of taken) {
    if (families.size < 2) faults.push(`${where}: only ${[...families].join()} is found by ${pattern}`);
  }
  return faults;
}

function excluded(text: string, escapes: string): boolean {
  for (const mark of escapes) if (text.includes(mark)) return true;
  return false;
}

/** Every line of the session whose pattern takes a user, with a user that names another address. */
function checkPlanting({ sample, rules, lines, findings, finding }: Tried): string[] {
  if (finding.kind === "nomatch" || finding.kind === "ignored") return [];
  const faults: string[] = [];
  for (const [at, line] of lines.entries()) {
    const index = indexOf(findings[at] ?? { kind: "nomatch" });
    const slot = index === undefined ? undefined : userSlot(rules, index, line.message);
    if (!slot) continue;
    for (const name of plantingNames(slot, sample.address, rules.maxText)) {
      if (excluded(name.slice(slot.user.length), line.escapes)) continue;
      const changed = lines.map((each, place) => (place === at ? { ...each, message: slot.put(name) } : each));
      if (run(rules, changed).some((found) => addressOf(found) === PLANTED)) {
        faults.push(`${line.where}: a user can accuse ${PLANTED}: ${JSON.stringify(slot.put(name)).slice(0, 400)}`);
      }
    }
  }
  return faults;
}

function checkOddNames({ sample, rules, lines, finding }: Tried): string[] {
  const index = indexOf(finding);
  if (finding.kind !== "match" || index === undefined) return [];
  const slot = userSlot(rules, index, sample.message);
  if (!slot || slot.user === "") return [];
  return oddNames(slot.user, rules.maxText).flatMap((name) => {
    if (excluded(name, sample.escapes)) return [];
    const found = run(rules, [...lines.slice(0, -1), { ...sample, message: slot.put(name) }]).at(-1);
    if (found?.kind === "match" && addressOf(found) === finding.match.address.text) return [];
    return [`${sample.where}: user ${JSON.stringify(name).slice(0, 80)}: ${describe(found)}`];
  });
}

/** Names that are not the user's, whatever the user's is, and one that differs by its end only. */
function othersOf(user: string): readonly string[] {
  return ["mallory", `${user}x`];
}

/** The same login with another name in its line, and after failures of another. */
function checkOthersLogins({ sample, rules, lines, findings, finding }: Tried): string[] {
  if (takenBy(finding) === 0) return [];
  const index = indexOf(finding);
  const slot = index === undefined ? undefined : userSlot(rules, index, sample.message);
  if (!slot) return [`${sample.where}: takes failures back without telling whose`];
  const faults: string[] = [];
  for (const name of othersOf(slot.user)) {
    const found = run(rules, [...lines.slice(0, -1), { ...sample, message: slot.put(name) }]).at(-1);
    if (found?.kind !== "success") faults.push(`${sample.where}: as ${name}: ${describe(found)}`);
    if (takenBy(found) > 0) faults.push(`${sample.where}: ${name} takes back what ${slot.user} did`);
    const others = lines.map((line, at) => {
      const pattern = line === sample ? undefined : indexOf(findings[at] ?? { kind: "nomatch" });
      const put = pattern === undefined ? undefined : userSlot(rules, pattern, line.message)?.put;
      return put ? { ...line, message: put(name) } : line;
    });
    if (takenBy(run(rules, others).at(-1)) > 0) faults.push(`${sample.where}: takes back what ${name} did`);
  }
  return faults;
}

function checkCuts({ sample, rules, lines, finding }: Tried): string[] {
  if (finding.kind !== "match" || sample.address === undefined) return [];
  // A name that holds an address, cut right behind it: nothing is left by which the cut could be seen.
  if (/\d\.\d|:\w*:/.test(finding.match.user ?? "")) return [];
  const bytes = Buffer.from(sample.message, "utf8");
  const truth = finding.match.address.text;
  for (let length = 1; length < bytes.length; length += 1) {
    const message = bytes.subarray(0, length).toString("utf8");
    const found = run(rules, [...lines.slice(0, -1), { ...sample, message }]).at(-1);
    const address = addressOf(found);
    if (address === undefined || address === truth) continue;
    // A pattern that ends with the address cannot know that a digit is missing.
    const at = sample.message.lastIndexOf(sample.address, message.length);
    if (at >= 0 && at + sample.address.length > message.length) continue;
    return [`${sample.where}: cut after ${length} bytes it accuses ${address}`];
  }
  return [];
}

test("control characters that samples may exclude are those of the odd names", () => {
  assert.ok(oddNames("x", 8192).some((name) => excluded(name, CONTROLS)));
});
