import { type Family, FULL, formatNetwork, type Network, parseAddress, words } from "../core/address.ts";
import type { Change, Scope } from "../core/ban.ts";
import { SCOPE_NAME } from "../core/scope.ts";
import type { Instant } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Layout } from "./firewall.ts";

/** Ten years, in seconds. Kernels and tools differ in what they make of more (an error, or another number). */
export const LONGEST_TIMEOUT = 315_360_000;

/** Nothing wider is ever banned, whoever asks: it would be a good part of the internet. */
export const SHORTEST: Readonly<Record<Family, number>> = { ip: 8, ip6: 19 };

/**
 * Why this change must not reach the kernel; undefined when it may. The last door before programs that resolve host names,
 * read "*" as everybody and a broken timeout as forever: types promise all of this, and a cast would break the promise.
 */
export function objection(change: Change, scopes: ReadonlyMap<string, unknown>): string | undefined {
  if (change.kind !== "ban" && change.kind !== "unban") return "it is neither a ban nor an unban";
  if (typeof change.scope !== "string" || !scopes.has(change.scope)) return "its scope is not laid out";
  if (!isNetwork(change.target)) return "its target is not an address or network in canonical form";
  if (change.target.length < SHORTEST[change.target.family]) {
    return `its network is wider than /${SHORTEST[change.target.family]}`;
  }
  if (change.kind === "ban" && change.until !== undefined && !Number.isFinite(change.until)) {
    return "the end of the ban is not a moment";
  }
  return undefined;
}

/**
 * Canonical text, host bits zero, the family it says: what parseNetwork makes, and nothing else. A third of parseNetwork's
 * time, for a hundred thousand bans come by here at a start.
 */
export function isNetwork(value: Network): boolean {
  if (typeof value !== "object" || value === null || typeof value.text !== "string") return false;
  const { length } = value;
  const address = parseAddress(value.text);
  if (address?.text !== value.text || address.family !== value.family) return false;
  if (!Number.isInteger(length) || length < 0 || length > FULL[address.family]) return false;
  return length === FULL[address.family] || hasNoHostBits(words(address), length);
}

function hasNoHostBits(of: readonly number[], length: number): boolean {
  for (let at = length >> 4; at < of.length; at += 1) {
    const bits = Math.max(0, length - at * 16);
    if (((of[at] ?? 0) & (0xffff >> bits)) !== 0) return false;
  }
  return true;
}

/** Whole seconds from `now` to `until`, 1…LONGEST_TIMEOUT; undefined for forever. Rounded up: no ban ends too early. */
export function timeout(until: Instant | undefined, now: Instant): number | undefined {
  if (until === undefined) return undefined;
  const left = Math.ceil((until - now) / 1000);
  if (!Number.isSafeInteger(left)) throw new RangeError(`no timeout: ${left}`);
  return Math.min(LONGEST_TIMEOUT, Math.max(1, left));
}

/** Scopes by name. Throws when a layout could not have come from makeScope and parseNetwork. */
export function checkLayout(layout: Layout): ReadonlyMap<string, Scope> {
  const scopes = new Map<string, Scope>();
  for (const scope of layout.scopes) {
    const known = scopes.get(scope.name);
    if (known && JSON.stringify(known) !== JSON.stringify(scope)) throw wrong(`two scopes are called ${scope.name}`);
    if (!SCOPE_NAME.test(scope.name)) throw wrong("a scope's name is not [a-z][a-z0-9_]{0,20}");
    for (const { first, last } of scope.ports) {
      if (!(Number.isInteger(first) && Number.isInteger(last) && first >= 1 && first <= last && last <= 65_535)) {
        throw wrong(`scope ${scope.name} has a range that is no range`);
      }
    }
    scopes.set(scope.name, scope);
  }
  for (const network of layout.allow) {
    if (!isNetwork(network)) throw wrong("an allowed network is not in canonical form");
  }
  for (const family of ["ip", "ip6"] as const) {
    for (const length of layout.lengths[family]) {
      if (!Number.isInteger(length) || length < SHORTEST[family] || length > (family === "ip" ? 32 : 128)) {
        throw wrong(`no prefix of ${family} is ${length} bits long`);
      }
    }
  }
  return scopes;
}

/** In the admin's words: "ban of 192.0.2.7 in tcp_22". */
export function describe(change: Change): string {
  return `${change.kind} of ${formatNetwork(change.target)} in ${change.scope}`;
}

function wrong(what: string): BailiffError {
  return new BailiffError("INTERNAL", `the firewall was asked for something impossible: ${what}`);
}
