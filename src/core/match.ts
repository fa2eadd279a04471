import type { Address } from "./address.ts";
import type { Entry } from "./entry.ts";
import type { Instant } from "./time.ts";

/**
 * A failure that was counted and is to count no more: its user logged in before anything confirmed it, or its line turned
 * out to be part of a peer's text.
 */
export interface Retraction {
  readonly address: Address;
  /** When the failure was logged. */
  readonly time: Instant;
  readonly attempts: number;
}

/** A filter found a failure and who caused it. */
export interface Match {
  readonly filter: string;
  readonly address: Address;
  readonly user?: string;
  /** Failures that this one line stands for, 1 or more ("message repeated 3 times", "3 attempts"). */
  readonly attempts: number;
  /** Index of the pattern among the filter's failregex, in the order `bailiff filter show` prints. */
  readonly pattern: number;
  readonly entry: Entry;
}
