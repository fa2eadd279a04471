import type { Address, Network } from "./address.ts";
import { formatNetwork } from "./address.ts";
import type { Match } from "./match.ts";
import { type Instant, seconds } from "./time.ts";

/** The kernel tells whole seconds, and some time passes while it does: so far off an element's end may be read. */
export const KERNEL_SLACK = seconds(5);

/** Enough failures within findtime. */
export interface Offence {
  readonly jail: string;
  readonly target: Network;
  /** Whose failure filled the measure: what is left to ban where the target as a whole may not be. */
  readonly address: Address;
  /** Time of the failure that filled the measure, by the entry's own clock. */
  readonly time: Instant;
  readonly failures: number;
  /** The latest of them, at most the jail's maxmatches; fewer after a restart, or when very many sources fail at once. */
  readonly matches: readonly Match[];
  /** How many networks of the jail's own length failed, where `target` is a wider prefix that holds them. */
  readonly spread?: number;
  /** All on the word of one syslog sender of limited trust. */
  readonly limited?: boolean;
  /** Told by another machine's clock. */
  readonly foreignClock?: boolean;
  /** The same address logged in within findtime, in a jail that shortens bans for that. */
  readonly loggedIn?: boolean;
}

export type Cause =
  /** With `spread`: so many networks in the target failed, and each is one of the failures. */
  | { readonly kind: "offence"; readonly failures: number; readonly spread?: number; readonly limited?: boolean }
  /** Banned again and again in `jails`: shut out for all of them. */
  | { readonly kind: "escalation"; readonly bans: number }
  | { readonly kind: "manual"; readonly by: string; readonly reason?: string }
  | { readonly kind: "restored" };

/** A ban that the jail decided, that counts when the source comes back; not an admin's own, nor one on doubtful word. */
export function countsLater(cause: Cause): boolean {
  return cause.kind === "offence" && !cause.limited;
}

/** What is wanted: `target` shut out for `jail` from `from` to `until`. Without `until`: forever. */
export interface Ban {
  readonly jail: string;
  readonly target: Network;
  readonly from: Instant;
  readonly until?: Instant;
  readonly cause: Cause;
}

export type SpareReason = "ignored" | "protected" | "already-banned" | "dry-run" | "forgiven";

/** A wider target that could not be banned, for what it holds. */
export interface Narrowed {
  readonly from: Network;
  readonly rule: string;
}

export type Verdict =
  | { readonly kind: "ban"; readonly ban: Ban; readonly narrowed?: Narrowed }
  /** Would be over by now: the entry is old. It goes into the history, never to the firewall. */
  | { readonly kind: "past"; readonly ban: Ban; readonly narrowed?: Narrowed }
  /** `ban` is what would have been, in a dry run; `target` is whom the rule spares, the narrowest that was tried. */
  | {
      readonly kind: "spare";
      readonly reason: SpareReason;
      readonly rule?: string;
      readonly target?: Network;
      readonly ban?: Ban;
    };

export type Protocol = "tcp" | "udp" | "sctp" | "dccp" | "udplite";

/** First and last port, inclusive; equal for a single port. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Which packets of an offender a ban stops. Jails with equal scopes share the kernel's sets.
 * `name` is derived from the rest, stable across restarts, and fit for a set name: [a-z][a-z0-9_]{0,20}.
 */
export interface Scope {
  readonly name: string;
  /** Empty: every protocol and port. */
  readonly protocols: readonly Protocol[];
  readonly ports: readonly PortRange[];
  readonly action: "drop" | "reject";
}

/** One element of a kernel set: the union of all bans of one target in one scope. Without `until`: forever. */
export interface Held {
  readonly scope: string;
  readonly target: Network;
  readonly until?: Instant;
}

export type Change =
  | { readonly kind: "ban"; readonly scope: string; readonly target: Network; readonly until?: Instant }
  | { readonly kind: "unban"; readonly scope: string; readonly target: Network };

/** Key of a held element, for maps. */
export function heldKey(of: { readonly scope: string; readonly target: Network }): string {
  return `${of.scope} ${formatNetwork(of.target)}`;
}
