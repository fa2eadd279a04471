import { type AST, RegExpParser } from "@eslint-community/regexpp";
import type { Pattern } from "./pattern.ts";

/** How far a pattern that did not match came. */
export interface Reach {
  /** Characters of the text that its beginning matched. */
  readonly characters: number;
  /** The part of the pattern that matched nothing from there on; "" when only the end was missing. */
  readonly stoppedAt: string;
}

/**
 * Finds the longest beginning of a pattern, cut between its outermost elements, that the text begins with. For people who
 * write filters: it shows where a line and a pattern part.
 */
export function reach(pattern: Pattern, text: string): Reach {
  const { source } = pattern.regexp;
  const ast = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(source);
  let best: Reach = { characters: 0, stoppedAt: source };
  for (const alternative of ast.alternatives) {
    const found = reachOf(alternative, text);
    if (found.characters >= best.characters) best = found;
  }
  return best;
}

function reachOf({ elements, raw, start }: AST.Alternative, text: string): Reach {
  for (let count = elements.length; count > 0; count -= 1) {
    const end = elements[count - 1]?.end ?? start;
    const head = raw.slice(0, end - start);
    const match = new RegExp(head).exec(text);
    if (match) return { characters: match.index + match[0].length, stoppedAt: raw.slice(end - start) };
  }
  return { characters: 0, stoppedAt: raw };
}
