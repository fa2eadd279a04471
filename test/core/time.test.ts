import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, FOREVER, formatDuration, parseDuration, seconds } from "../../src/core/time.ts";

test("durations are seconds or texts of units", () => {
  const table: readonly (readonly [string | number, number | undefined])[] = [
    [600, 600],
    [1.5, 1.5],
    ["600", 600],
    ["10m", 600],
    ["1h30m", 5400],
    ["1h 30m", 5400],
    ["7d", 604_800],
    ["2w", 1_209_600],
    ["1mo", 2_629_800],
    ["1y", 31_557_600],
    ["1y6mo2w3d4h5m6s", 31_557_600 + 6 * 2_629_800 + 2 * 604_800 + 3 * 86_400 + 4 * 3600 + 5 * 60 + 6],
    [0, undefined],
    ["0", undefined],
    [-2, undefined],
    ["", undefined],
    ["m", undefined],
    ["10x", undefined],
    ["1e9", undefined],
    ["99999999999", undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ["10m; drop", undefined],
  ];
  for (const [text, expected] of table) {
    assert.equal(parseDuration(text), expected === undefined ? undefined : seconds(expected), String(text));
  }
});

test("-1 and forever never end", () => {
  for (const text of [-1, "-1", "forever", "Forever"]) assert.equal(parseDuration(text), FOREVER);
});

test("durations are printed in two units at the most", () => {
  const table: readonly (readonly [number, string])[] = [
    [0, "0s"],
    [0.5, "0s"],
    [59, "59s"],
    [600, "10m"],
    [5400, "1h30m"],
    [5461, "1h31m"],
    [604_800, "1w"],
    [864_000, "10d"],
    [90_061, "1d1h"],
  ];
  for (const [count, expected] of table) assert.equal(formatDuration(duration(count * 1000)), expected);
  assert.equal(formatDuration(FOREVER), "forever");
});
