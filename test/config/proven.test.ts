import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeChecker } from "../../src/config/check.ts";
import { FilterLibrary, PROVEN } from "../../src/config/filters.ts";
import type { Entry } from "../../src/core/entry.ts";
import { instant } from "../../src/core/time.ts";

const ROOT = join(import.meta.dirname, "../..");
const FILTERS = join(ROOT, "src/filters");
let folder = "";

before(() => {
  folder = mkdtempSync(join(tmpdir(), "bailiff-proven-"));
  for (const file of readdirSync(FILTERS)) copyFileSync(join(FILTERS, file), join(folder, file));
  execFileSync(process.execPath, [join(ROOT, "packaging/patterns.ts"), join(folder, PROVEN)]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

function library(shipped: string): FilterLibrary {
  return new FilterLibrary({ shipped, checker: makeChecker(), users: new Map(), whyNotLinear: () => undefined });
}

function entry(message: string): Entry {
  const origin = { kind: "syslog", protocol: "udp", sender: "local", trust: "full" } as const;
  return { time: instant(0), source: "syslog", identifier: "sshd", pid: "1", message, origin };
}

test("what the build found out about the patterns of every shipped filter is what the start would find out", () => {
  const [fresh, believing] = [library(FILTERS), library(folder)];
  for (const name of fresh.names()) {
    for (const mode of fresh.definition(name).modes) {
      const [mine, theirs] = [fresh.compile(name, { mode }), believing.compile(name, { mode })];
      assert.deepEqual(theirs.expressions, mine.expressions, `${name} ${mode}`);
      assert.deepEqual(theirs.rules, mine.rules, `${name} ${mode}`);
    }
  }
  const order = (a: [string, unknown], b: [string, unknown]) => (a[0] < b[0] ? -1 : 1);
  assert.deepEqual(Object.entries(believing.proofs()).sort(order), Object.entries(fresh.proofs()).sort(order));
});

test("with it, failures are found as without it, IPv4 and IPv6", () => {
  const filter = library(folder).compile("sshd");
  for (const address of ["192.0.2.7", "2001:db8::7"]) {
    const found = filter.examine(entry(`Failed password for root from ${address} port 4242 ssh2`));
    assert.equal(found.kind === "match" && found.match.address.text, address);
    assert.equal(filter.examine(entry(`Accepted password for ${address}`)).kind, "nomatch");
  }
});

test("a shipped filter that somebody made unsafe is refused, whatever was found out about it before", () => {
  const changed = mkdtempSync(join(tmpdir(), "bailiff-proven-"));
  try {
    mkdirSync(join(changed, PROVEN));
    copyFileSync(join(folder, PROVEN, "sshd.json"), join(changed, PROVEN, "sshd.json"));
    const text = readFileSync(join(FILTERS, "sshd.json"), "utf8");
    writeFileSync(join(changed, "sshd.json"), text.replace(/"failregex": \[/, '"failregex": ["^.* from <HOST> .*$",'));
    assert.throws(() => library(changed).definition("sshd"), {
      code: "FILTER_INVALID",
      message: /sshd\.json:\d+:\d+: /,
    });
  } finally {
    rmSync(changed, { recursive: true, force: true });
  }
});

test("a filter with other comments, or a comma too many, is read all the same", () => {
  const odd = mkdtempSync(join(tmpdir(), "bailiff-proven-"));
  try {
    const body =
      '"description": "d // no comment", "identifiers": ["d"],\n  // a comment\n  "failregex": ["^no <HOST>$"]';
    for (const [name, text] of [
      ["plain", `{ ${body} }`],
      ["block", `/* { */ { ${body} }`],
      ["comma", `{ ${body}, }`],
    ] as const) {
      writeFileSync(join(odd, `${name}.json`), text);
      assert.equal(library(odd).outline(name)?.description, "d // no comment", name);
      assert.equal(library(odd).definition(name).file.failregex?.length, 1, name);
    }
    writeFileSync(join(odd, "broken.json"), `{ ${body}`);
    assert.equal(library(odd).outline("broken"), undefined);
    assert.throws(() => library(odd).definition("broken"), { code: "FILTER_INVALID" });
  } finally {
    rmSync(odd, { recursive: true, force: true });
  }
});
