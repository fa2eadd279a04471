import { setFlagsFromString } from "node:v8";
import { BailiffError } from "../errors.ts";

/** Backtracks after which V8 hands a match over to its linear engine. */
const BACKTRACKS = 2000;

/**
 * Makes V8 finish every regular expression in linear time, and proves that it does on this runtime. Must run before the
 * first pattern is compiled. Throws INTERNAL where the runtime cannot: a line made for it could then stop the agent.
 */
export function guardRegexps(): void {
  // Not by the launcher: of a runtime started with them, every module is compiled anew at every start, for its cache holds
  // for one set of flags. Expressions that ran before have no bound; none of them sees text from outside.
  setFlagsFromString("--enable-experimental-regexp-engine");
  setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
  setFlagsFromString(`--regexp-backtracks-before-fallback=${BACKTRACKS}`);
  // 2^30 ways to fail for an engine that backtracks; the linear one needs some 30 steps. Were the guard not working,
  // this would take minutes, so it is tried at a size that takes a noticeable but bounded moment first.
  for (const size of [22, 2000]) {
    const before = performance.now();
    /^(?:a|a)*b$/.test("a".repeat(size));
    if (performance.now() - before > 2000) {
      throw new BailiffError("INTERNAL", "this JavaScript runtime does not bound the time of regular expressions", {
        hint: "run bailiff by its launcher, on the Node.js it ships with",
      });
    }
  }
}

/** Undefined when V8's linear engine can run the pattern; else why not, in V8's words. */
export function whyNotLinear(source: string): string | undefined {
  try {
    // The flag `l` asks for the linear engine, and exists with --enable-experimental-regexp-engine only.
    new RegExp(source, "l");
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message.replace(/^.*\/l: /s, "") : String(cause);
  }
}
