import type { Address } from "./address.ts";
import type { Entry } from "./entry.ts";

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
