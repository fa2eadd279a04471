/**
 * Finds out about the patterns of the shipped filters, once and for all starts, what src/core/pattern.ts must know of them:
 * `node packaging/patterns.ts FOLDER`, which gets a file for each filter.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeChecker } from "../src/config/check.ts";
import { FilterLibrary } from "../src/config/filters.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: patterns.ts FOLDER");
mkdirSync(folder, { recursive: true });

const options = {
  shipped: join(import.meta.dirname, "..", "src", "filters"),
  checker: makeChecker(),
  users: new Map<string, number>(),
  // Asked of the runtime that runs them, at each start.
  whyNotLinear: () => undefined,
};
for (const name of new FilterLibrary(options).names()) {
  const library = new FilterLibrary(options);
  for (const mode of library.definition(name).modes) library.compile(name, { mode });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ filter: name, patterns: library.proofs() }));
}
