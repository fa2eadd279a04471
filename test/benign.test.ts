import assert from "node:assert/strict";
import { test } from "node:test";
import { Dispatch } from "../src/core/dispatch.ts";
import type { Entry } from "../src/core/entry.ts";
import type { Filter } from "../src/core/filter.ts";
import { dayNames, readDay } from "./filters/days.ts";
import { shippedLibrary } from "./filters/samples.ts";

/** Ordinary days of real services through all filters at once, dispatched as in the agent. */

const library = shippedLibrary();
const names = library.names();

/** What came of an entry, in the words of the files. */
function outcome(dispatch: Dispatch<Filter>, entry: Entry): readonly string[] {
  return dispatch
    .for(entry)
    .flatMap((filter) => {
      const found = filter.examine(entry);
      if (found.kind === "match") return [`strikes ${filter.name} ${found.match.attempts}`];
      // A filter that reads every identifier says nothing about services that others know by name.
      const named = filter.rules.provenance.identifiers.includes(entry.identifier ?? "");
      return found.kind === "untrusted" && found.accuses && named ? [`unbelieved ${filter.name} 1`] : [];
    })
    .sort();
}

function compileAll(): Dispatch<Filter> {
  return new Dispatch(names.map((name) => library.compile(name)));
}

test("there are ordinary days, in both address families", () => {
  const text = dayNames()
    .flatMap((name) => readDay(name).map(({ entry }) => entry.message))
    .join("\n");
  assert.match(text, /\b198\.51\.100\.\d/);
  assert.match(text, /\b2001:db8:/);
});

for (const name of dayNames()) {
  test(`on an ordinary day nobody is accused but for what is expected: ${name}`, () => {
    const dispatch = compileAll();
    const faults = readDay(name).flatMap(({ where, entry, expected }) => {
      const found = outcome(dispatch, entry);
      if (found.join() === expected.join()) return [];
      return [
        `${where}: expected ${expected.join() || "nothing"}, found ${found.join() || "nothing"}: ${entry.message.slice(0, 200)}`,
      ];
    });
    assert.equal(faults.length, 0, `\n${faults.slice(0, 40).join("\n")}\n`);
  });
}
