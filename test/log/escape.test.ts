import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeControls, printableJson } from "../../src/log/escape.ts";

test("what moves a cursor, ends a line, turns its order around or is not seen is written out", () => {
  for (const [text, shown] of [
    ["a\x1b[2J\x07\x00", "a\\x1b[2J\\x07\\x00"],
    ["a\r\nban 192.0.2.1 jail=x", "a\\x0d\\x0aban 192.0.2.1 jail=x"],
    ["\x7f\x85\x9b31m", "\\x7f\\x85\\x9b31m"],
    ["a\u202eb\u2066c\u200f\u061cd", "a\\u{202e}b\\u{2066}c\\u{200f}\\u{61c}d"],
    ["ro\u200bo\u00adt\ufeff\u2060", "ro\\u{200b}o\\xadt\\u{feff}\\u{2060}"],
    ["\u2028\u2029", "\\u{2028}\\u{2029}"],
    ["a\u{e0041}\ufff9b", "a\\u{e0041}\\u{fff9}b"],
  ] as const) {
    assert.equal(escapeControls(text), shown);
  }
});

test("as JSON such text is the same to a program, and as harmless to a terminal", () => {
  for (const value of [
    { user: "a\x1b[2J\x07", list: ["\x7f\x9b31m", "ro\u200bot\u202e"], wide: "\u{e0041}\u2028" },
    "Jürgen 田中 \u{1f600}",
    [1, null, true],
    {},
  ]) {
    const text = printableJson(value);
    assert.deepEqual(JSON.parse(text), value);
    assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
  assert.equal(printableJson("Jürgen"), '"Jürgen"');
});

test("everything else stays as it is", () => {
  for (const text of ["", "Failed password for root", "Jürgen 田中 \u{1f600} e\u0301", 'a\\b"c', "ب"])
    assert.equal(escapeControls(text), text);
});
