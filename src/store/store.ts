import type { Network } from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
import type { History } from "../core/growth.ts";
import type { Instant } from "../core/time.ts";

/** An end to a ban before its time. */
export interface Unban {
  readonly jail: string;
  readonly target: Network;
  /** The ban was a mistake: earlier bans of the target in this jail no longer count when it comes back. */
  readonly forget?: boolean;
}

/** Counts that can be written down as changes or as a whole: a Tally. */
export interface Counts {
  step(): Uint8Array | undefined;
  whole(): Uint8Array;
}

/** An ignore entry added at run time. */
export interface RuntimeIgnore {
  readonly jail: string;
  readonly network: Network;
}

/** What is written in one transaction. */
export interface Step {
  readonly at: Instant;
  readonly bans?: readonly Ban[];
  readonly unbans?: readonly Unban[];
  /** Bans that stand already, with other times, as after the clock was set: they are not counted again. */
  readonly moved?: readonly Ban[];
  /** By source: where to resume. */
  readonly cursors?: Readonly<Record<string, string>>;
  readonly counts?: Counts;
  /** Failures found since the last step, by jail. */
  readonly failures?: Readonly<Record<string, number>>;
  /** Short texts by name, in place of those that were kept: see `fact`. */
  readonly facts?: Readonly<Record<string, string>>;
  readonly ignores?: { readonly add?: readonly RuntimeIgnore[]; readonly remove?: readonly RuntimeIgnore[] };
}

/** A ban of the past or present, for `bailiff history`. */
export interface PastBan extends Ban {
  /** When it was ended before its time. */
  readonly lifted?: Instant;
}

/** Since the store was begun. */
export interface Totals {
  readonly failures: number;
  readonly bans: number;
}

/** How the store was found at the start. Unless `existing`, what the kernel still holds is worth adopting. */
export type Opened =
  | { readonly kind: "existing" }
  | { readonly kind: "fresh" }
  /** Some of it made no sense or could not be read: bans, counts and places may be missing. */
  | { readonly kind: "partial" }
  /** Was damaged: it lies at `path` now. */
  | { readonly kind: "set-aside"; readonly path: string; readonly reason: string }
  /** Cannot be used at present; everything is kept in memory. */
  | { readonly kind: "unusable"; readonly reason: string };

/**
 * What must outlive a restart. Synchronous on purpose: a decision and its record are one step, with no await between.
 * Whatever happens to the disk, a store answers from memory and goes on; `troubles` says what is wrong. Only `close` ends it.
 */
export interface Store {
  readonly opened: Opened;
  /** Not yet over at `at`; in no order. */
  activeBans(at: Instant): readonly Ban[];
  /** The jail's ban that shuts the target out at `at`: its own or one of a wider prefix. */
  current(jail: string, target: Network, at: Instant): Ban | undefined;
  /** The bans of all jails of exactly this target: what `changesOf` asks for. */
  bansOn(target: Network, at: Instant): readonly Ban[];
  /** The bans of all jails that shut the target out, or a part of it. Looks at every ban for a prefix: for commands. */
  bansOf(target: Network, at: Instant): readonly Ban[];
  history(jail: string, target: Network, at: Instant): History;
  /** Bans of the target for offences, in all jails, that began at `since` or after. */
  bansSince(target: Network, since: Instant): number;
  /** Bans of the target and of the prefixes around it, latest first, at most `limit`. */
  past(target: Network, limit: number): readonly PastBan[];
  cursor(source: string): string | undefined;
  /** What `Tally.restore` takes; nothing when it was lost, of which `opened` tells from then on. */
  counts(): readonly Uint8Array[];
  /** Forgets the counts and where sources were: they look back as at a first start, and what they find is counted anew. */
  startOver(): void;
  ignores(): readonly RuntimeIgnore[];
  /** A short text that the agent wrote down for its next start. */
  fact(name: string): string | undefined;
  totals(): ReadonlyMap<string, Totals>;
  /** Takes note in memory, so that the next decision of the same batch knows; `save` writes it. */
  stage(changes: Pick<Step, "at" | "bans" | "unbans" | "moved">): void;
  /**
   * Writes what was staged and what comes with the step, in one transaction: a cursor never moves past a ban that was
   * not written. False when it could not be written; it is kept, merged and bounded, and goes with a later save.
   */
  save(step: Step): boolean;
  /**
   * Writes what could not be written before, and all of it where the file was taken away; else nothing. For when nobody
   * has anything new to write. False when something is unwritten still.
   */
  catchUp(at: Instant): boolean;
  /** Sentences with their cure; empty when healthy. */
  troubles(): readonly string[];
  close(): void;
}
