import type { Match } from "./match.ts";
import { detached } from "./text.ts";

/** Characters of a line that are kept. */
const MAX_LINE = 1_000;

/**
 * The log lines behind counts, for mails and `explain`: the latest so many, over all sources. Apart from the counts and
 * bounded on its own: in an attack by very many sources lines are forgotten, counts are not.
 */
export class Memo {
  readonly #most: number;
  /** A ring: line n lies at n modulo its size until line n + size comes. */
  readonly #lines: (Match | undefined)[];
  /** Number of the same source's line before; 0: none. */
  readonly #before: Float64Array;
  /** By slot: number of its last line; 0: none. */
  readonly #last: Float64Array;
  #next = 1;

  /**
   * @param most lines.
   * @param slots sources, as Windows numbers them.
   */
  constructor(most: number, slots: number) {
    this.#most = Math.max(1, most);
    this.#lines = new Array(this.#most);
    this.#before = new Float64Array(this.#most);
    this.#last = new Float64Array(slots + 1);
  }

  /** The latest lines of a source, at most `most`, oldest first. */
  of(slot: number, most: number): Match[] {
    const found: Match[] = [];
    let number = this.#last[slot] ?? 0;
    while (found.length < most && number > 0 && number >= this.#next - this.#most) {
      const line = this.#lines[number % this.#most];
      if (line === undefined) break;
      found.push(line);
      number = this.#before[number % this.#most] ?? 0;
    }
    return found.reverse();
  }

  /** @param spare lines logged after this time are not pushed out: then the new one is not kept. */
  add(slot: number, match: Match, spare: number): void {
    const at = this.#next % this.#most;
    const oldest = this.#lines[at];
    if (oldest !== undefined && oldest.entry.time > spare) return;
    this.#lines[at] = shortened(match);
    this.#before[at] = this.#last[slot] ?? 0;
    this.#last[slot] = this.#next;
    this.#next += 1;
  }

  /** Forgets the line of a source that was logged at a time. */
  forget(slot: number, time: number): void {
    let later = 0;
    let number = this.#last[slot] ?? 0;
    while (number > 0 && number >= this.#next - this.#most) {
      const at = number % this.#most;
      const before = this.#before[at] ?? 0;
      if (this.#lines[at]?.entry.time === time) {
        if (later === 0) this.#last[slot] = before;
        else this.#before[later % this.#most] = before;
        return;
      }
      later = number;
      number = before;
    }
  }

  /** The slot is another source's from now on. */
  drop(slot: number): void {
    this.#last[slot] = 0;
  }

  clear(): void {
    this.#lines.fill(undefined);
    this.#last.fill(0);
    this.#next = 1;
  }
}

/** The same, its line cut. */
export function shortened(match: Match): Match {
  const { message } = match.entry;
  if (message.length <= MAX_LINE) return match;
  const { identifier, pid, origin } = match.entry;
  const entry = {
    ...match.entry,
    message: detached(message.slice(0, MAX_LINE)),
    ...(identifier !== undefined && { identifier: detached(identifier) }),
    ...(pid !== undefined && { pid: detached(pid) }),
    ...(origin.kind === "syslog" &&
      origin.host !== undefined && { origin: { ...origin, host: detached(origin.host) } }),
  };
  return { ...match, entry };
}
