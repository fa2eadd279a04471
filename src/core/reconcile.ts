import { formatNetwork } from "./address.ts";
import { type Ban, type Change, type Held, heldKey, type Scope } from "./ban.ts";
import { type Duration, type Instant, seconds } from "./time.ts";

/** An element as it ought to be, and when its latest ban began. */
export interface Wanted extends Held {
  readonly from: Instant;
}

export interface ReconcileOptions {
  readonly now: Instant;
  /** Ends that differ by no more are the same: kernels count in ticks, and reading takes time. Default 2 s. */
  readonly tolerance?: Duration;
}

/**
 * The kernel's elements for a set of bans: bans of one target in one scope are one element, until the last of them ends.
 * Bans that are over, and bans of jails without a scope (removed, or dry), want nothing. Hottest first: the element
 * whose latest ban began last is the likeliest to be knocking now.
 */
export function wanted(bans: Iterable<Ban>, scopeOf: (jail: string) => Scope | undefined, now: Instant): Wanted[] {
  const elements = new Map<string, Wanted>();
  for (const ban of bans) {
    if (ban.until !== undefined && ban.until <= now) continue;
    const scope = scopeOf(ban.jail)?.name;
    if (scope === undefined) continue;
    const key = heldKey({ scope, target: ban.target });
    const same = elements.get(key);
    elements.set(key, same ? union(same, ban) : { scope, target: ban.target, ...ending(ban), from: ban.from });
  }
  return [...elements.values()].sort((a, b) => b.from - a.from);
}

/**
 * What must change so that what is held becomes what is wanted: first the bans, in the order they are wanted, then the
 * unbans of what nobody wants. An element about to end by itself is left to do so.
 */
export function changes(want: readonly Wanted[], held: readonly Held[], options: ReconcileOptions): Change[] {
  const tolerance = options.tolerance ?? seconds(2);
  const holding = new Map(held.map((element) => [heldKey(element), element]));
  const list: Change[] = [];
  for (const element of want) {
    const key = heldKey(element);
    const same = holding.get(key);
    holding.delete(key);
    if (same !== undefined && alike(same, element, tolerance)) continue;
    list.push({ kind: "ban", scope: element.scope, target: element.target, ...ending(element) });
  }
  for (const { scope, target, until } of holding.values()) {
    if (until !== undefined && until - options.now <= tolerance) continue;
    list.push({ kind: "unban", scope, target });
  }
  return list;
}

/**
 * Bans for elements that the kernel holds and no ban wants: for when the store lost what it knew, and the kernel
 * remembers better. Each becomes a ban of the first jail with that scope.
 */
export function adopt(
  want: readonly Wanted[],
  held: readonly Held[],
  options: ReconcileOptions & { readonly jailOf: (scope: string) => string | undefined },
): Ban[] {
  const known = new Set(want.map(heldKey));
  const bans: Ban[] = [];
  for (const element of held) {
    if (known.has(heldKey(element))) continue;
    const jail = options.jailOf(element.scope);
    if (jail === undefined || (element.until !== undefined && element.until <= options.now)) continue;
    bans.push({ jail, target: element.target, from: options.now, ...ending(element), cause: { kind: "restored" } });
  }
  return bans;
}

/** What a batch of new bans and unbans means for the kernel, knowing all bans that are left: the wanted elements of their targets. */
export function changesOf(
  touched: readonly { readonly scope: string; readonly target: Ban["target"] }[],
  left: (target: Ban["target"]) => Iterable<Ban>,
  context: { readonly scopeOf: (jail: string) => Scope | undefined; readonly now: Instant },
): Change[] {
  const seen = new Set<string>();
  const list: Change[] = [];
  for (const { scope, target } of touched) {
    const key = heldKey({ scope, target });
    if (seen.has(key)) continue;
    seen.add(key);
    const element = wanted(left(target), context.scopeOf, context.now).find(
      (candidate) => candidate.scope === scope && formatNetwork(candidate.target) === formatNetwork(target),
    );
    if (element === undefined) list.push({ kind: "unban", scope, target });
    else list.push({ kind: "ban", scope, target, ...ending(element) });
  }
  return list;
}

function union(element: Wanted, ban: Ban): Wanted {
  const from = element.from > ban.from ? element.from : ban.from;
  const { scope, target } = element;
  if (element.until === undefined || ban.until === undefined) return { scope, target, from };
  return { scope, target, from, until: element.until > ban.until ? element.until : ban.until };
}

function alike(a: Held, b: Held, tolerance: Duration): boolean {
  if (a.until === undefined || b.until === undefined) return a.until === b.until;
  return Math.abs(a.until - b.until) <= tolerance;
}

function ending(of: { readonly until?: Instant }): { until?: Instant } {
  return of.until === undefined ? {} : { until: of.until };
}
