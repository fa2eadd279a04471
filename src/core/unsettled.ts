import type { Session, Unconfirmed } from "./session.ts";
import { type Instant, seconds } from "./time.ts";
import { isSameUser } from "./user.ts";

/** Longer than PAM makes a wrong password wait, or somebody takes to type a second factor. */
const MAX_AGE = seconds(60);
/** Failures remembered of one peer. */
const MAX_OF_PEER = 16;
const MAX_PEERS = 1000;

interface Open {
  readonly session: Session;
  readonly failure: Unconfirmed;
}

/**
 * Failures that a helper process told, whose attempt the connection's own process will tell the end of: for each
 * attempt by keyboard-interactive, sshd asks PAM in a process of its own. What ties the two is the address and the user.
 *
 * A line that tells an end settles one failure at the most, and a failure is settled once, by whatever line: so who
 * shares the address, or tries in several connections at once, can mix up which is whose, but not how many there are.
 *
 * What that may cost: of failed guesses, at most as many go uncounted as were told by the helper and never by the
 * connection (LoginGraceTime ended while PAM made the guesser wait, or a module had something to say to the user). Each
 * of these needs a line without a helper's failure to go with it, soon after, of the same address and user: an end that
 * PAM logged nothing about, or the user's own login. Behind one address with a user, one guess at his password can so
 * hide behind each of his logins.
 *
 * Bounded in number and in age. What is pushed out goes on counting: a failure too many for somebody, never one too few.
 */
export class Unsettled {
  /** The latest failure of each peer is last, and so is the peer that failed last. */
  readonly #peers = new Map<string, readonly Open[]>();

  /** Failures that are remembered. */
  get size(): number {
    let size = 0;
    for (const open of this.#peers.values()) size += open.length;
    return size;
  }

  /** `peer`: host and address. */
  remember(peer: string, session: Session, failure: Unconfirmed): void {
    const open = [...this.#open(peer, failure.time), { session, failure }].slice(-MAX_OF_PEER);
    this.#peers.delete(peer);
    this.#peers.set(peer, open);
    if (this.#peers.size <= MAX_PEERS) return;
    const [oldest] = this.#peers.keys();
    if (oldest !== undefined) this.#peers.delete(oldest);
  }

  /**
   * The latest failure of `user`, which is open no longer. `unnamed`: or else the latest that names nobody, as PAM does
   * not name whom it does not know.
   */
  settle(
    peer: string,
    { user, now, unnamed }: { user: string | undefined; now: Instant; unnamed: boolean },
  ): Unconfirmed | undefined {
    const open = this.#open(peer, now);
    const found =
      open.findLast(({ failure }) => failure.user && user && isSameUser(failure.user, user)) ??
      (unnamed ? open.findLast(({ failure }) => !failure.user) : undefined);
    if (found === undefined) return undefined;
    const { session, failure } = found;
    session.unconfirmed = session.unconfirmed?.filter((each) => each !== failure);
    // If that was another connection's after all, what its own lines tell from here on must count by itself.
    session.stage = 0;
    return failure;
  }

  /** What may still be settled; the rest is forgotten. A session that learns the end itself drops its failures. */
  #open(peer: string, now: Instant): readonly Open[] {
    const known = this.#peers.get(peer) ?? [];
    const open = known.filter(
      ({ session, failure }) => session.unconfirmed?.includes(failure) && Math.abs(now - failure.time) <= MAX_AGE,
    );
    if (open.length > 0) this.#peers.set(peer, open);
    else this.#peers.delete(peer);
    return open;
  }
}
