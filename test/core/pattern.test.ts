import assert from "node:assert/strict";
import { before, test } from "node:test";
import { readAddress } from "../../src/core/filter.ts";
import { compilePattern } from "../../src/core/pattern.ts";
import { BailiffError } from "../../src/errors.ts";
import { guardRegexps, whyNotLinear } from "../../src/system/regexp.ts";

before(() => guardRegexps());

const refused: readonly (readonly [string, RegExp])[] = [
  ["from <HOST>$", /does not begin with \^/],
  ["^from <HOST>", /does not end with \$/],
  ["^a$|b <HOST>$", /does not begin with \^/],
  ["^(?=x)from <HOST>$", /look-around/],
  ["^(?<!x)from <HOST>$", /look-around/],
  ["^(a)\\1 <HOST>$", /back-reference/],
  ["^(?<x>a)\\k<x> <HOST>$", /back-reference/],
  ["^(?i:failed) <HOST>$", /flag group|Invalid group/],
  ["^a{1,17} <HOST>$", /counts above 16/],
  ["^(?:a{1,5}){1,5} <HOST>$", /counts above 16/],
  ["^(?:a+)+ <HOST>$", /repeats something that already repeats/],
  ["^(?:\\S+ ?)* <HOST>$", /repeats something that already repeats/],
  ["^<HOST> and <ADDR>$", /more than one|Duplicate capture/],
  ["^.* from <HOST>: .*$", /free text both before/],
  ["^\\S+ from <HOST> (?<x>.+)$", /free text both before/],
  ["^unclosed (<HOST>$", /not a regular expression/],
  ["^%{nothing} <HOST>$", /%\{nothing\} is not defined/],
  [`^${"x".repeat(5000)}$`, /longer than 4096/],
];

test("patterns outside the safe subset are refused, each with the construct and a rewrite", () => {
  for (const [pattern, why] of refused) {
    try {
      compilePattern(pattern, { variables: {} });
      assert.fail(`taken: ${pattern}`);
    } catch (error) {
      assert.ok(error instanceof BailiffError, `${pattern}: ${String(error)}`);
      assert.match(error.message, why, pattern);
      assert.ok(error.hint, pattern);
    }
  }
});

const fromFail2ban: readonly (readonly [string, RegExp])[] = [
  ["^%(__prefix_line)sfailed login from <HOST>$", /begin with \^/],
  ["^failed <F-USER>\\S+</F-USER> from <HOST>$", /\(\?<user>…\)/],
  ["^<F-NOFAIL>failed</F-NOFAIL> from <HOST>$", /helperregex/],
  ["^<F-MLFGAINED>accepted</F-MLFGAINED> from <HOST>$", /successregex/],
  ["^<F-MLFID>\\w+</F-MLFID> from <HOST>$", /\(\?<session>…\)/],
  ["^failed from <IP4>$", /<ADDR>/],
  ["^failed from <SUBNET>$", /<ADDR>/],
  ["^failed<SKIPLINES>from <HOST>$", /one entry/],
  ["^<known/failregex>x <HOST>$", /filter's own/],
  ["^failed (?P<user>\\S+) from <HOST>$", /\(\?<name>…\)/],
  ["^(?i)failed from <HOST>$", /\[Ff\]ailed/],
  ["^failed (?(user)a|b) from <HOST>$", /two patterns/],
  ["^failed from <HOST>\\Z$", /write \^ and \$/],
];

test("what fail2ban's patterns hold and ours do not is refused, with what to write: as plain text it would never match", () => {
  for (const [pattern, instead] of fromFail2ban) {
    assert.throws(
      () => compilePattern(pattern, { variables: {} }),
      (error) => error instanceof BailiffError && /fail2ban's/.test(error.message) && instead.test(error.hint ?? ""),
      pattern,
    );
  }
  for (const pattern of ["^DOMAIN\\\\A\\S+ from <HOST>$", "^odd\\(?P<x> from <HOST>$", "^90% \\(full\\)s <HOST>$"]) {
    assert.doesNotThrow(() => compilePattern(pattern, { variables: {} }), pattern);
  }
});

test("variables that contain each other are refused, whatever they grow to", () => {
  assert.throws(() => compilePattern("^%{a}$", { variables: { a: "%{b}", b: "%{a}" } }), { code: "FILTER_INVALID" });
  assert.throws(() => compilePattern("^%{a}$", { variables: { a: "%{b}%{b}", b: "%{c}%{c}", c: "x".repeat(4000) } }), {
    code: "FILTER_INVALID",
  });
});

test("what is accepted runs on the linear engine", () => {
  for (const pattern of [
    "^Failed \\S+ for (?<user>.*) from <HOST> port \\d+ ssh2$",
    "^<ADDR>: .*$",
    "^[\\w.-]+\\[<HOST>\\]: (?:a|b){1,16}$",
  ]) {
    assert.equal(whyNotLinear(compilePattern(pattern, { variables: {} }).regexp.source), undefined, pattern);
  }
});

test("<HOST> and <ADDR> take both families, bracketed, mapped and with a port", () => {
  const table: readonly (readonly [string, string, string | undefined])[] = [
    ["^from <HOST> port \\d+$", "from 192.0.2.7 port 22", "192.0.2.7"],
    ["^from <HOST> port \\d+$", "from 2001:db8::7 port 22", "2001:db8::7"],
    ["^from <HOST>:\\d+$", "from 192.0.2.7:22", "192.0.2.7"],
    ["^from <HOST>:\\d+$", "from [2001:db8::7]:22", "2001:db8::7"],
    ["^from <ADDR>$", "from ::ffff:192.0.2.7", "192.0.2.7"],
    ["^from <ADDR>$", "from 192.0.2.7:4711", "192.0.2.7"],
    ["^from <HOST>$", "from host.example.org", undefined],
    ["^from <ADDR>$", "from 999.0.2.7", undefined],
  ];
  for (const [pattern, text, expected] of table) {
    const written = compilePattern(pattern, { variables: {} }).regexp.exec(text)?.groups?.addr;
    assert.ok(written !== undefined, text);
    assert.equal(readAddress(written)?.text, expected, text);
  }
});

test("a pattern without ^ gets the filter's prefix; one with it stands alone", () => {
  const options = { variables: { x: "[ab]" }, prefix: "^(?:error: )?" };
  assert.ok(compilePattern("%{x} <HOST>$", options).regexp.test("error: a 192.0.2.7"));
  assert.ok(!compilePattern("^%{x} <HOST>$", options).regexp.test("error: a 192.0.2.7"));
});

test("the first characters of a pattern are known exactly", () => {
  const first = (pattern: string): string | undefined => {
    const codes = compilePattern(pattern, { variables: {} }).first;
    return codes && String.fromCharCode(...[...codes].sort((a, b) => a - b));
  };
  assert.equal(first("^Failed$"), "F");
  assert.equal(first("^(?:error: )?(?:Invalid|Illegal)$"), "Ie");
  assert.equal(first("^[ab]x$"), "ab");
  assert.equal(first("^x*y$"), "xy");
  assert.equal(first("^\\d+$"), "0123456789");
  assert.equal(first("^.x$"), undefined);
  assert.equal(first("^(?:a|.*)$"), undefined);
});

test("a line made to backtrack is done in bounded steps", () => {
  // Without the guard, 2^2000 steps.
  assert.equal(/^(?:\S+\s*)+x$/.test(`${"a ".repeat(1000)}!`), false);
});
