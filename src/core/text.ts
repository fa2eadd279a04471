/** Longer, and what is cut out of a text and kept should not keep it. */
const LONG = 500;

/**
 * A part of a text that is kept when the text is not: the engine makes of a part a mere view of the whole, and a name of
 * twenty characters in a table would hold the eight kilobytes of the line that it stood in.
 */
export function keepable(part: string, whole: string): string {
  return whole.length > LONG ? detached(part) : part;
}

/** The same text in memory of its own. */
export function detached(text: string): string {
  // Joined and cut again: a view of what was joined, which is a character longer.
  return ` ${text}`.slice(1);
}
