import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileFormula } from "../../src/core/formula.ts";
import { banLength, type History, offenderWeight } from "../../src/core/growth.ts";
import type { Growth } from "../../src/core/jail.ts";
import { duration, FOREVER, seconds } from "../../src/core/time.ts";
import { at, jail } from "./fixtures.ts";

const growing: Growth = { increment: true, factor: 1, overalljails: false };

function minutes(growth: Partial<Growth>, history: Partial<History>, random = 0): number {
  const length = banLength(
    jail({ growth: { ...growing, ...growth } }),
    { priors: 0, overall: 0, ...history },
    at(0),
    () => random,
  );
  return length / 60_000;
}

describe("banLength", () => {
  const table: [string, Partial<Growth>, Partial<History>, number][] = [
    ["is bantime the first time", {}, {}, 10],
    ["is bantime without increment", { increment: false }, { priors: 5 }, 10],
    ["doubles for each ban behind", {}, { priors: 1 }, 20],
    ["doubles for the third", {}, { priors: 3 }, 80],
    ["stops doubling at twenty", { maxtime: FOREVER }, { priors: 25 }, 10 * 2 ** 20],
    ["multiplies by the factor", { factor: 3 }, { priors: 1 }, 60],
    ["is never less than bantime by formula", { factor: 0.01 }, { priors: 1 }, 10],
    ["takes the multiplier of the count", { multipliers: [1, 2, 4, 8] }, { priors: 2 }, 40],
    ["repeats the last multiplier", { multipliers: [1, 2, 4, 8] }, { priors: 9 }, 80],
    ["takes the first multiplier for nobody who comes back", { multipliers: [7, 2] }, { priors: 0 }, 10],
    ["multiplies multipliers by the factor", { multipliers: [1, 2], factor: 2 }, { priors: 1 }, 40],
    ["computes the formula in seconds", { formula: compileFormula("time + 60 * count") }, { priors: 2 }, 12],
    ["takes a formula without sense for bantime", { formula: compileFormula("0 / 0") }, { priors: 2 }, 10],
    ["bounds a formula that overflows", { formula: compileFormula("10 ** 400") }, { priors: 2 }, 52_596_000],
    ["grows no longer than maxtime", { maxtime: seconds(1800) }, { priors: 9 }, 30],
    ["does not count other jails", {}, { priors: 1, overall: 5 }, 20],
    ["counts all jails when told", { overalljails: true }, { priors: 1, overall: 3 }, 80],
    ["forgets one ban per quiet time", { decay: seconds(3600) }, { priors: 3, ends: at(-2 * 3600) }, 20],
    [
      "forgets nothing before the first quiet time is over",
      { decay: seconds(3600) },
      { priors: 1, ends: at(-3599) },
      20,
    ],
    ["forgets all after long", { decay: seconds(3600) }, { priors: 3, ends: at(-90 * 3600) }, 10],
    ["forgets nothing while a ban stands", { decay: seconds(3600) }, { priors: 1, ends: at(9999) }, 20],
    [
      "takes quiet over all jails when they all count",
      { decay: seconds(3600), overalljails: true },
      { priors: 1, overall: 2, ends: at(-9 * 3600), endsOverall: at(-10) },
      40,
    ],
  ];
  for (const [name, growth, history, expected] of table) {
    it(name, () => assert.equal(minutes(growth, history), expected));
  }

  it("is what fail2ban 1.0 computes for 1, 2, 3, 4, 5 and 25 earlier bans", () => {
    // Seconds, from fail2ban's own getBanTimeExtra("evformula") with a bantime of 600.
    const exp = "ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)";
    const shift = "ban.Time * (1<<(ban.Count if ban.Count<3 else 3)) * banFactor";
    const theirs: [Partial<Growth>, readonly number[]][] = [
      [{}, [1200, 2400, 4800, 9600, 19_200, 629_145_600]],
      [{ factor: 2 }, [2400, 4800, 9600, 19_200, 38_400, 1_258_291_200]],
      [{ multipliers: [1, 2, 4, 8] }, [1200, 2400, 4800, 4800, 4800, 4800]],
      [{ multipliers: [5, 30, 60], factor: 0.5 }, [9000, 18_000, 18_000, 18_000, 18_000, 18_000]],
      [{ maxtime: seconds(3600) }, [1200, 2400, 3600, 3600, 3600, 3600]],
      [
        { formula: compileFormula(exp), factor: 0.5 },
        [989.233, 1630.969, 2689.013, 4433.434, 7309.496, 161_002_371.913],
      ],
      [{ formula: compileFormula("ban.Time / 2") }, [600, 600, 600, 600, 600, 600]],
      [{ formula: compileFormula(shift) }, [1200, 2400, 4800, 4800, 4800, 4800]],
    ];
    for (const [growth, expected] of theirs) {
      const found = [1, 2, 3, 4, 5, 25].map((priors) => Math.round(minutes(growth, { priors }) * 60_000) / 1000);
      assert.deepEqual(found, expected);
    }
  });

  it("adds up to rndtime to grown bans, also at maxtime, and never to the first", () => {
    const growth = { rndtime: seconds(600), maxtime: seconds(1200) };
    assert.equal(minutes(growth, { priors: 5 }, 0.5), 25);
    assert.equal(minutes(growth, { priors: 5 }, 0), 20);
    assert.equal(minutes(growth, { priors: 0 }, 0.5), 10);
  });

  it("keeps forever forever", () => {
    const forever = jail({ bantime: FOREVER, growth: { ...growing, maxtime: seconds(60) } });
    assert.equal(
      banLength(forever, { priors: 4, overall: 4 }, at(0), () => 0.5),
      FOREVER,
    );
  });

  it("is a whole number of milliseconds", () => {
    const odd = jail({ bantime: duration(1001), growth: { ...growing, factor: 1.3337 } });
    assert.ok(
      Number.isInteger(banLength(odd, { priors: 1, overall: 1 }, at(0), () => 0.123)),
      "a fraction of a millisecond",
    );
  });
});

describe("offenderWeight", () => {
  it("is one for strangers, then 2, 3, 5, 9 as fail2ban counts, and bounded", () => {
    assert.deepEqual([0, 1, 2, 3, 4, 20, 400].map(offenderWeight), [1, 2, 3, 5, 9, 524_289, 524_289]);
  });
});
