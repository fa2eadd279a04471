import type { Network } from "../core/address.ts";
import type { Change, Held, Scope } from "../core/ban.ts";

/** What must lie in the kernel besides the bans themselves. */
export interface Layout {
  readonly scopes: readonly Scope[];
  /** Prefix lengths that jails ban by, per family; others are laid out when a ban needs them. */
  readonly lengths: { readonly ip: readonly number[]; readonly ip6: readonly number[] };
  /** Passed before any ban is looked at. May overlap: the firewall merges them. */
  readonly allow: readonly Network[];
}

/** A change that could not be made though its neighbours were. It stays wanted. */
export interface Refusal {
  readonly change: Change;
  readonly reason: string;
}

/** Where bans are carried out. It knows scopes and elements, not jails: which bans make an element is reconcile's. */
export interface Firewall {
  readonly name: string;
  /** What this backend cannot do here, a sentence each; empty when nothing. Known after `prepare`. */
  readonly limits: readonly string[];
  /** Lays out what the jails need. Safe to repeat: elements already held stay held, nothing leaks meanwhile. */
  prepare(layout: Layout): Promise<void>;
  /**
   * Makes all the changes in as few transactions as it can, later ones of the same element winning. A change that the
   * kernel refuses is left out, told, and spoils no other. A ban ends by itself at its `until`, with no further call.
   * What gives the changes is asked for each of them shortly before the kernel is told, so it may look at it once more.
   * Throws a BailiffError when nothing could be changed.
   */
  apply(changes: Iterable<Change>): Promise<readonly Refusal[]>;
  /** As the kernel tells it; expired elements are not in it. */
  held(): Promise<readonly Held[]>;
  /** Yields a sentence whenever somebody else touched what is ours; the daemon then reconciles. Ends on abort. */
  disturbed(signal: AbortSignal): AsyncIterable<string>;
  /** Takes out everything bailiff laid out, and nothing else. True when there was any of it. */
  remove(): Promise<boolean>;
}
