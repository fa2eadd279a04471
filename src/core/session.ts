import type { Address } from "./address.ts";
import type { Duration, Instant } from "./time.ts";

/** What is known of one connection from the lines it has logged so far. */
export interface Session {
  address: Address | undefined;
  user: string | undefined;
  /** A failure was logged whose address is not known yet. */
  pending: { readonly pattern: number; readonly attempts: number } | undefined;
  /** Failures of this address that were counted on the word of lines that may come before a good login as well. */
  unconfirmed: readonly Unconfirmed[] | undefined;
  /** Stage of the last line of the current attempt; 0 when none. */
  stage: number;
  /** The last line that the service writes twice: what it told, as a number. Undefined when its copy came. */
  first: { readonly told: number; readonly time: Instant } | undefined;
  /** A line of the current attempt settled a failure that another process told, or looked for one. */
  settled: boolean;
  seen: Instant;
  /** When it was last put behind all others. */
  placed: Instant;
}

export interface Unconfirmed {
  readonly time: Instant;
  readonly attempts: number;
  /** As the line tells it, or a line before it in the session; "" and undefined when none does. */
  readonly user: string | undefined;
}

/** Sessions seen within this part of the timeout of each other count as seen together, when room must be made. */
const TOGETHER = 16;

/** Sessions by key, bounded in number and in age. Time is the entries' own. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #limit: number;
  readonly #timeout: Duration;

  constructor(limit: number, timeout: Duration) {
    this.#limit = limit;
    this.#timeout = timeout;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The session as it stands; undefined when unknown or too old. */
  get(key: string, now: Instant): Session | undefined {
    const session = this.#sessions.get(key);
    if (session === undefined || now - session.seen <= this.#timeout) return session;
    this.#sessions.delete(key);
    return undefined;
  }

  /** The session, made if need be, and marked as seen; the longest unseen makes room. */
  touch(key: string, now: Instant): Session {
    const known = this.get(key, now);
    const session = known ?? fresh(now);
    session.seen = now;
    // A connection's lines come close together: to put it behind all others at each of them would cost more than to know it.
    if (known && Math.abs(now - known.placed) * TOGETHER < this.#timeout) return known;
    session.placed = now;
    if (known) this.#sessions.delete(key);
    this.#sessions.set(key, session);
    if (this.#sessions.size > this.#limit) {
      const [oldest] = this.#sessions.keys();
      if (oldest !== undefined) this.#sessions.delete(oldest);
    }
    return session;
  }

  forget(key: string): void {
    const session = this.#sessions.get(key);
    if (session === undefined) return;
    // Nothing is left that could still come true of them.
    session.unconfirmed = undefined;
    this.#sessions.delete(key);
  }
}

function fresh(now: Instant): Session {
  return {
    address: undefined,
    user: undefined,
    pending: undefined,
    unconfirmed: undefined,
    stage: 0,
    first: undefined,
    settled: false,
    seen: now,
    placed: now,
  };
}
