import type { Ban, Change, Held, Scope } from "./ban.ts";
import { Targets } from "./targets.ts";
import { type Duration, type Instant, seconds } from "./time.ts";

/** An element as it ought to be, and when its latest ban began. */
export interface Wanted extends Held {
  readonly from: Instant;
}

export interface ReconcileOptions {
  readonly now: Instant;
  /** Ends that differ by no more are the same: kernels count in ticks, and reading takes time. Default 2 s. */
  readonly tolerance?: Duration;
  /** Asked about wanted elements that are held: those it bars are taken out. */
  readonly barred?: (element: Wanted) => boolean;
}

/** Bans of one scope: of one jail, all different; of several, some may be of one target. */
interface Pile {
  readonly jail: string;
  readonly bans: Ban[];
  shared: boolean;
}

/**
 * The kernel's elements for a set of bans, of which a jail has one for a target: bans of one target in one scope are one
 * element, until the last of them ends. Bans that are over, and bans of jails without a scope (removed, or dry), want
 * nothing. Hottest first, by the second: the element whose latest ban began last is the likeliest to be knocking now.
 */
export function wanted(bans: Iterable<Ban>, scopeOf: (jail: string) => Scope | undefined, now: Instant): Wanted[] {
  const piles = new Map<string, Pile>();
  for (const ban of bans) {
    if (ban.until !== undefined && ban.until <= now) continue;
    const scope = scopeOf(ban.jail)?.name;
    if (scope === undefined) continue;
    const pile = piles.get(scope);
    if (pile === undefined) piles.set(scope, { jail: ban.jail, bans: [ban], shared: false });
    else {
      pile.bans.push(ban);
      if (ban.jail !== pile.jail) pile.shared = true;
    }
  }
  const list: Wanted[] = [];
  for (const [scope, pile] of piles) {
    if (pile.shared) for (const element of united(scope, pile.bans)) list.push(element);
    else for (const ban of pile.bans) list.push(union(undefined, scope, ban));
  }
  return hottestFirst(list);
}

function united(scope: string, bans: readonly Ban[]): Iterable<Wanted> {
  const elements = new Targets<Wanted>();
  for (const ban of bans) elements.set(scope, ban.target, union(elements.get(scope, ban.target), scope, ban));
  return elements.values();
}

/** Longer ago is all the same: so keys stay whole numbers, up to 2^53. */
const LONG_AGO_S = 2 ** 31;

/** Numbers are sorted in a fraction of the time that as many elements take; and of very many, each start waits for it. */
function hottestFirst(elements: readonly Wanted[]): Wanted[] {
  const count = elements.length;
  const latest = elements.reduce((most, { from }) => Math.max(most, from), Number.NEGATIVE_INFINITY);
  const keys = Float64Array.from(elements, ({ from }, at) => {
    return Math.min(Math.floor((latest - from) / 1000), LONG_AGO_S) * count + at;
  });
  return Array.from(keys.sort(), (key) => elements[key % count]).filter((element) => element !== undefined);
}

/**
 * What must change so that what is held becomes what is wanted: first the bans, in the order they are wanted, then the
 * unbans of what nobody wants. An element about to end by itself is left to do so.
 */
export function* changes(
  want: readonly Wanted[],
  held: readonly Held[],
  options: ReconcileOptions,
): Generator<Change, undefined> {
  const tolerance = options.tolerance ?? seconds(2);
  const holding = new Targets<Held>();
  for (const element of held) holding.set(element.scope, element.target, element);
  for (const element of want) {
    const { scope, target, until } = element;
    const same = holding.get(scope, target);
    if (same !== undefined && options.barred?.(element)) continue;
    holding.delete(scope, target);
    if (same !== undefined && alike(same, element, tolerance)) continue;
    yield banOf(scope, target, until);
  }
  for (const { scope, target, until } of holding.values()) {
    if (until !== undefined && until - options.now <= tolerance) continue;
    yield { kind: "unban", scope, target };
  }
}

/**
 * Bans for elements that the kernel holds and no ban wants: for when the store lost what it knew, and the kernel
 * remembers better. Each becomes a ban of the first jail with that scope. Those that are `known` to have ended are left out.
 */
export function adopt(
  want: readonly Wanted[],
  held: readonly Held[],
  options: ReconcileOptions & {
    readonly jailOf: (scope: string) => string | undefined;
    readonly known: (element: Held) => boolean;
  },
): Ban[] {
  const known = new Targets<true>();
  for (const { scope, target } of want) known.set(scope, target, true);
  const bans: Ban[] = [];
  for (const element of held) {
    if (known.has(element.scope, element.target)) continue;
    const jail = options.jailOf(element.scope);
    if (jail === undefined || (element.until !== undefined && element.until <= options.now)) continue;
    if (options.known(element)) continue;
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
  const seen = new Targets<true>();
  const list: Change[] = [];
  for (const { scope, target } of touched) {
    if (seen.has(scope, target)) continue;
    seen.set(scope, target, true);
    let element: Wanted | undefined;
    for (const ban of left(target)) {
      const stands = ban.until === undefined || ban.until > context.now;
      if (stands && context.scopeOf(ban.jail)?.name === scope) element = union(element, scope, ban);
    }
    list.push(element === undefined ? { kind: "unban", scope, target } : banOf(scope, target, element.until));
  }
  return list;
}

/** The change that makes an element as it is wanted. */
export function banOf(scope: string, target: Ban["target"], until: Instant | undefined): Change {
  return until === undefined ? { kind: "ban", scope, target } : { kind: "ban", scope, target, until };
}

/** An element that lasts as long as the longer of what it has and another ban of its target. */
function union(element: Wanted | undefined, scope: string, { target, from, until }: Ban): Wanted {
  if (element === undefined) return until === undefined ? { scope, target, from } : { scope, target, until, from };
  const latest = element.from > from ? element.from : from;
  if (element.until === undefined || until === undefined) return { scope, target, from: latest };
  return { scope, target, until: element.until > until ? element.until : until, from: latest };
}

function alike(a: Held, b: Held, tolerance: Duration): boolean {
  if (a.until === undefined || b.until === undefined) return a.until === b.until;
  return Math.abs(a.until - b.until) <= tolerance;
}

function ending(of: { readonly until?: Instant }): { until?: Instant } {
  return of.until === undefined ? {} : { until: of.until };
}
