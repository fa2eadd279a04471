import type { Retraction } from "./match.ts";
import { type Instant, seconds } from "./time.ts";

/** Between two pieces of one message: journald reads on at once. */
const MAX_PAUSE = seconds(0.005);
/** Pieces of one message, and more. */
const MAX_TOGETHER = 8;

const NONE: readonly Retraction[] = [];

/** Lines of one piece that may be ends, before they are looked at. */
const MAX_ASKED = 64;

/** A line of a standard output or a container. */
export interface Line {
  /** See Entry. */
  readonly write: string;
  readonly time: Instant;
  /** What failure it tells. */
  readonly failure: Pick<Retraction, "address" | "attempts"> | undefined;
  /** Whose failure it tells once more, which was counted already: one attempt in several lines. */
  readonly again: Retraction["address"] | undefined;
  /** Whether it ends as messages do that hold a peer's text. Asked only where that matters. */
  readonly isEnd: () => boolean;
}

export interface Weighed {
  /** Failures of lines before this one, which are none, as it shows. */
  readonly takenBack: readonly Retraction[];
  /** Of this line's failure: it counts, its piece has one that counts, or nothing in its piece is believed any more. */
  readonly verdict: "counts" | "one" | "spoilt";
}

/** Failures in lines that were received together, or one piece right after the other. */
interface Together {
  /** The latest. */
  readonly write: string;
  readonly time: Instant;
  readonly failures: readonly Retraction[];
  /** The piece of which nothing is believed any more. */
  readonly spoilt?: string;
}

/** Lines of one piece that told no failure. */
interface Quiet {
  readonly write: string;
  /** Whether one of those that were looked at is an end. */
  ended: boolean;
  /** Asks whether the others are. */
  asks: (() => boolean)[];
}

/**
 * A name with line ends in it makes lines of its own on standard output, which may look like any line of the service.
 * What its writer cannot do is to keep the message from ending as such messages do, and that end tells his own address.
 * So where a failure is followed by such an end, which tells no failure of the same address, it is none; nor is
 * anything a failure that came in one piece with both. A piece is what journald read at once: it may read a message
 * in two, one right after the other. There, an end that is a whole failure is taken for a message of its own: else two
 * guessers who work side by side would clear each other. Where a service writes the name once more behind the address
 * (`from <HOST>: no such user [name: …]`), the last line may look like a whole failure; then the end that tells the true
 * address stands before it, so that after an end which is no failure, nothing in its piece is one. Of failures in one
 * piece, some are lost.
 */
export class Pieces {
  #together: Together | undefined;
  #quiet: Quiet | undefined;

  /** Lines must come in order. */
  weigh({ write, time, failure, again, isEnd }: Line): Weighed {
    if (this.#together && !isTogether(this.#together, { write, time })) this.#together = undefined;
    const before = this.#together;
    const told = failure?.address ?? again;
    const others = before?.failures.some(({ address }) => address.text !== told?.text) ?? false;
    const isOwn = told !== undefined && before?.write !== write;
    let takenBack = NONE;
    if (before && others && !isOwn && isEnd()) {
      takenBack = before.failures;
      this.#together = { write, time, failures: [], ...(before.write === write ? { spoilt: write } : {}) };
    }
    if (failure === undefined) {
      if (again === undefined) this.#listen(write, isEnd);
      return { takenBack, verdict: "counts" };
    }
    if (this.#isAfterEnd(write)) {
      this.#together = { write, time, failures: [], spoilt: write };
      return { takenBack, verdict: "spoilt" };
    }
    if (this.#together?.spoilt === write) return { takenBack, verdict: "spoilt" };
    const known = this.#together?.failures ?? NONE;
    // Of one piece, one at the most is counted before its end is known.
    if (known.length > 0 && this.#together?.write === write) return { takenBack, verdict: "one" };
    const { address, attempts } = failure;
    this.#together = { write, time, failures: [...known, { address, time, attempts }].slice(-MAX_TOGETHER) };
    return { takenBack, verdict: "counts" };
  }

  #listen(write: string, isEnd: () => boolean): void {
    if (this.#quiet?.write !== write) this.#quiet = { write, ended: false, asks: [] };
    if (this.#quiet.ended) return;
    this.#quiet.asks.push(isEnd);
    if (this.#quiet.asks.length >= MAX_ASKED) this.#isAfterEnd(write);
  }

  /** Most pieces hold one line, and most lines no failure: nothing is looked at before it matters. */
  #isAfterEnd(write: string): boolean {
    if (this.#quiet?.write !== write) return false;
    this.#quiet.ended ||= this.#quiet.asks.some((isEnd) => isEnd());
    this.#quiet.asks = [];
    return this.#quiet.ended;
  }
}

function isTogether({ write, time }: Together, line: Pick<Line, "write" | "time">): boolean {
  if (write === line.write) return true;
  const stream = write.slice(0, write.lastIndexOf(" ") + 1);
  return line.write.startsWith(stream) && Math.abs(line.time - time) <= MAX_PAUSE;
}
