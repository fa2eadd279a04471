import assert from "node:assert/strict";
import { test } from "node:test";
import type { Origin } from "../../src/core/entry.ts";
import { gateOf } from "../../src/core/gate.ts";
import { compilePattern, type Pattern } from "../../src/core/pattern.ts";
import { plainText } from "../../src/core/patterns.ts";
import { instant } from "../../src/core/time.ts";
import { CONTROLS, readSamples, sampledNames, shippedLibrary } from "../filters/samples.ts";

/** Gates and shortened searches only save work: what they let through and what they refuse is told by the patterns. */

const library = shippedLibrary();
const origin: Origin = { kind: "journal", trust: "local" };

/** The text as it is, cut, run together with another, doubled, and with single characters changed or missing. */
function variants(text: string, other: string): string[] {
  const half = text.length >> 1;
  const found = [
    text,
    ` ${text}`,
    text + text,
    text.slice(0, half),
    text.slice(half),
    text.slice(0, half) + other.slice(half),
  ];
  for (const mark of [...CONTROLS, " ", ":", "a", "7", "\u00e9", ""]) {
    for (const part of [0.1, 0.6]) {
      const at = Math.floor(text.length * part);
      found.push(text.slice(0, at) + mark + text.slice(at + 1), text.slice(0, at) + mark + text.slice(at));
    }
  }
  return found;
}

function written(
  patterns: readonly string[],
  options: { prefix?: string; variables?: Record<string, string> } = {},
): Pattern[] {
  return patterns.map((pattern) => compilePattern(pattern, { variables: {}, ...options }));
}

test("a gate lets every text through that one of the shipped patterns matches", () => {
  let gates = 0;
  let matched = 0;
  let refused = 0;
  for (const name of sampledNames()) {
    const texts = readSamples(name, []).map(({ message }) => message);
    const all = texts.flatMap((text, at) => variants(text, texts[(at + 1) % texts.length] ?? ""));
    for (const mode of library.definition(name).modes) {
      const rules = library.rules(name, { mode });
      const patterns = rules.patterns.flatMap(({ regex }) => (regex === undefined ? [] : compilePattern(regex, rules)));
      // Groups as small as they come: the fewer patterns, the less a gate may let through by another's doing.
      for (let from = 0; from + 3 <= patterns.length; from += 3) {
        const group = patterns.slice(from, from + 3);
        const gate = gateOf(group);
        if (gate === undefined) continue;
        gates += 1;
        for (const text of all) {
          const hit = group.find(({ regexp }) => regexp.test(text));
          if (hit) matched += 1;
          if (gate.test(text)) continue;
          refused += 1;
          assert.equal(hit, undefined, `${name}, ${mode}: the gate ${gate.source} stops ${JSON.stringify(text)}`);
        }
      }
    }
  }
  assert.ok(
    gates > 100 && matched > 1000 && refused > matched,
    `${gates} gates, ${matched} matches, ${refused} refused`,
  );
});

test("a filter finds what its patterns find one after the other", () => {
  let matched = 0;
  for (const name of sampledNames()) {
    const texts = readSamples(name, []).map(({ message }) => message);
    const all = texts.flatMap((text, at) => variants(text, texts[(at + 1) % texts.length] ?? ""));
    for (const mode of library.definition(name).modes) {
      const filter = library.compile(name, { mode });
      const { rules } = filter;
      const patterns = rules.patterns.map((rule) =>
        rule.regex === undefined ? undefined : compilePattern(rule.regex, rules),
      );
      for (const message of all) {
        // Its text is another matter; and what a captured session knows may be told at a later line.
        if (message.startsWith("{") || message.length > rules.maxText) continue;
        const text = plainText(message, rules.maxText);
        const expected = patterns.findIndex((pattern) => pattern?.regexp.test(text));
        const found = filter.examineText({ time: instant(0), source: "x", message, origin });
        if (expected >= 0) matched += 1;
        const what = `${name}, ${mode}: ${JSON.stringify(message)}`;
        if (expected < 0 || found.kind === "nomatch") assert.equal(found.kind === "nomatch", expected < 0, what);
        else if (found.kind === "match" && rules.session.key !== "captured") {
          assert.equal(found.match.pattern, expected, what);
        } else if (found.kind !== "match" && found.kind !== "untrusted" && found.kind !== "ignored") {
          assert.equal(found.pattern, expected, what);
        }
      }
    }
  }
  assert.ok(matched > 5000, `${matched} matches`);
});

test("an exception that is only searched for is found in the same texts", () => {
  let found = 0;
  for (const name of sampledNames()) {
    const texts = readSamples(name, []).map(({ message }) => message);
    const all = texts.flatMap((text, at) => variants(text, texts[(at + 1) % texts.length] ?? ""));
    for (const mode of library.definition(name).modes) {
      const { ignoreregex, variables } = library.rules(name, { mode });
      for (const source of ignoreregex) {
        const whole = compilePattern(source, { variables, unanchored: true }).regexp;
        const search = compilePattern(source, { variables, unanchored: true, search: true }).regexp;
        for (const text of all) {
          const expected = whole.test(text);
          if (expected) found += 1;
          assert.equal(search.test(text), expected, `${name}: ${source}: ${JSON.stringify(text)}`);
        }
      }
    }
  }
  assert.ok(found > 1000, `${found} found`);
});

test("a search keeps what an empty beginning asserts", () => {
  const options = { variables: {}, unanchored: true, search: true };
  assert.equal(compilePattern("(?:^|x)login of <HOST>", options).regexp.test("no login of 192.0.2.7"), false);
  assert.equal(compilePattern("(?:^|x)login of <HOST>", options).regexp.test("login of 2001:db8::7"), true);
  assert.equal(compilePattern("(?:a|)\\Bb", options).regexp.test("ab"), true);
  assert.equal(compilePattern("(?:a+: )?\\w*b?bot", options).regexp.source, "bot");
  assert.equal(compilePattern("(?:a+: )?|x", options).regexp.test(""), true);
});

test("a gate ends where free text begins, and writes a common beginning once", () => {
  const gate = gateOf(
    written(["Failed \\w+ for (?<user>.*) from <HOST>$", "Failed (?<user>\\w+)$", "Foul .*$"], { prefix: "^(?:a: )?" }),
  );
  assert.equal(gate?.source, "^(?:a: )?F(?:ailed (?:\\w+ for |(?:\\w+)$)|oul )");
  for (const text of ["Failed x for  from 192.0.2.7", "a: Failed x for [2001:db8::7]", "Foul anything"]) {
    assert.equal(gate?.test(text), true, text);
  }
  assert.equal(gate?.test("Accepted x for y from 192.0.2.7"), false);
});

test("no gate is made that could refuse nothing, or would not pay", () => {
  assert.equal(gateOf(written(["^a <HOST>$", "^b <HOST>$"])), undefined);
  assert.equal(gateOf(written(["^a <HOST>$", "^b <HOST>$", "^(?:x: )?.* of <ADDR>$"])), undefined);
  assert.notEqual(gateOf(written(["^a <HOST>$", "^b <HOST>$", "^(?:x: )?y.* of <ADDR>$"])), undefined);
});
