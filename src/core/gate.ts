import type { Pattern } from "./pattern.ts";

/** Fewer patterns than this are tried as fast one by one. */
const WORTH = 3;
/** Characters; nothing shipped comes near it. */
const MAX_LENGTH = 16_384;

/** What may come next, by its expression; nothing at the end of a head. */
interface Branches extends Map<string, Branches> {}

/**
 * One expression that matches every text that any of the patterns matches, and few others: most lines of a service are
 * nobody's failure, and are done with at once. It is made of what the patterns begin with, up to the free text in them,
 * each common beginning written once. Undefined when it would not pay, or could not tell anything.
 */
export function gateOf(patterns: readonly Pattern[]): RegExp | undefined {
  if (patterns.length < WORTH) return undefined;
  const root: Branches = new Map();
  for (const { heads } of patterns) {
    if (heads === undefined) return undefined;
    for (const head of heads) plant(root, head);
  }
  const source = write(root);
  return source.length > MAX_LENGTH ? undefined : new RegExp(source);
}

function plant(root: Branches, head: readonly string[]): void {
  let at = root;
  for (const part of [...head, ""]) {
    const next = at.get(part) ?? new Map();
    at.set(part, next);
    at = next;
  }
}

/** A head that ends here makes what others go on with needless: the gate need not tell them apart. */
function write(branches: Branches): string {
  if (branches.has("")) return "";
  const written = [...branches].map(([part, next]) => part + write(next));
  return written.length > 1 ? `(?:${written.join("|")})` : written.join("");
}
