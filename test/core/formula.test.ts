import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileFormula } from "../../src/core/formula.ts";
import { BailiffError } from "../../src/errors.ts";

const input = { count: 3, time: 600, factor: 2 };

describe("compileFormula", () => {
  const table: [string, number][] = [
    ["600", 600],
    ["1.5e2", 150],
    [".5 + 2.", 2.5],
    ["time * count + factor", 1802],
    ["ban.Time * ban.Count + banFactor", 1802],
    ["2 + 3 * 4", 14],
    ["(2 + 3) * 4", 20],
    ["10 - 3 - 2", 5],
    ["-2 ** 2", -4],
    ["2 ** 3 ** 2", 512],
    ["2 ** -1", 0.5],
    ["- -3", 3],
    ["7 // 2", 3],
    ["-7 // 2", -4],
    ["-7 % 3", 2],
    ["1 << 3", 8],
    ["1 << 2 + 1", 8],
    ["1 << 40", 2 ** 40],
    ["17 >> 2", 4],
    ["min(3, 1, 2) + max(4, 5)", 6],
    ["floor(2.7) + ceil(2.2) + round(2.5)", 8],
    ["1 if count < 3 else 2", 2],
    ["1 if count >= 3 else 2", 1],
    ["1 if count < 1 else 2 if count < 5 else 3", 2],
    ["(count == 3) + (count != 3) + (count <= 3)", 2],
    ["1 if count > 2 and not count > 5 or 0 else 9", 1],
    ["int(2.9) + float(1)", 3],
    ["math.exp(0) + sqrt(16) + pow(2, 5)", 37],
    // The examples of fail2ban's jail.conf.
    ["ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor", 600 * 8 * 2],
    ["ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)", (600 * Math.exp(8)) / Math.exp(2)],
  ];
  for (const [text, expected] of table) {
    it(`computes ${text}`, () => {
      const value = compileFormula(text).evaluate(input);
      assert.ok(Math.abs(value - expected) <= Math.abs(expected) * 1e-12, `${value} is not ${expected}`);
    });
  }

  const wrong: [string, number][] = [
    ["", 1],
    ["time *", 7],
    ["time time", 6],
    ["(time", 6],
    ["time)", 5],
    ["tiem", 1],
    ["time + process.exit(1)", 8],
    ["__proto__", 1],
    ["constructor", 1],
    ["toString(1)", 1],
    ["min()", 5],
    ["floor(1, 2)", 1],
    ["1 < 2 < 3", 7],
    ["1 if 2", 7],
    ["time; 1", 5],
    ["time = 1", 6],
    ["[1][0]", 1],
    ["'a'", 1],
    ["time.constructor", 1],
    ["0x10", 2],
  ];
  for (const [text, character] of wrong) {
    it(`refuses ${JSON.stringify(text)} at character ${character}`, () => {
      assert.throws(
        () => compileFormula(text),
        (error) =>
          error instanceof BailiffError &&
          error.code === "FORMULA_INVALID" &&
          error.message.startsWith(`formula, character ${character}:`),
      );
    });
  }

  it("refuses what is too long or too deep", () => {
    for (const text of [`${"1+".repeat(300)}1`, `${"(".repeat(100)}1${")".repeat(100)}`, `${"2**".repeat(100)}1`]) {
      assert.throws(() => compileFormula(text), BailiffError);
    }
  });
});
