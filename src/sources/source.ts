import type { Entry } from "../core/entry.ts";

/** Where entries come from. */
export interface Source {
  /** Unique in the configuration; the key of its cursor in the store. */
  readonly name: string;
  /**
   * Yields entries in order, in batches as they arrive, after `cursor` where the source can resume. Ends without error
   * when `signal` aborts; throws a BailiffError when the source breaks. It never retries: the supervisor does that, for
   * every source alike. With `recall`, what came shortly before the cursor comes first, marked `past` and without its
   * cursor, where the source can read it again.
   */
  entries(from: {
    readonly cursor?: string;
    readonly recall?: boolean;
    readonly signal: AbortSignal;
  }): AsyncIterable<readonly Entry[]>;
  /** What `bailiff status` shows of it. Cheap; may be called at any time. */
  status(): SourceStatus;
}

export interface SourceStatus {
  /** In the admin's words: "journal of this machine", "syslog udp 127.0.0.1:5514". */
  readonly description: string;
  /** Numbers since the start, by name: `read`, `malformed`, `oversize`, `dropped`, `denied`, … */
  readonly counters: Readonly<Record<string, number>>;
  /** What is not as it should be, a sentence each with its cure; empty when healthy. */
  readonly troubles: readonly string[];
  /** Those of them that concern the entries of one unit; its name is empty where it is not known. */
  readonly losses?: readonly { readonly unit: string; readonly what: string }[];
}
