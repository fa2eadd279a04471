import { type Family, FULL, type Network } from "./address.ts";
import { type Bits, readBits } from "./bits.ts";

/** A network's bits as four signed 32-bit numbers, which cost no more than the places they take. */
interface Item<V> {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly length: number;
  /** Of those that fit, the one that was added first is told. */
  readonly rank: number;
  readonly value: V;
}

/** Items of one prefix length, by a number made of their bits; those whose numbers are equal are in one list. */
type Shelf<V> = Map<number, Item<V>[]>;

/**
 * Networks of both families with a value each, to look targets up in. Nothing is made for a look-up but the answer: every
 * decision comes through here, and at a start each of a hundred thousand bans.
 */
export class Prefixes<V> {
  readonly #items: Record<Family, Item<V>[]> = { ip: [], ip6: [] };
  readonly #byLength: Record<Family, Map<number, Shelf<V>>> = { ip: new Map(), ip6: new Map() };
  /** By family and by lengths of targets seen so far: what lies inside such a target. Dropped when something is added. */
  #inside: Record<Family, Map<number, Shelf<V>>> = { ip: new Map(), ip6: new Map() };
  readonly #target: Bits = new Uint32Array(4);
  /** Whose bits these are: who is asked about is asked about twice. */
  #read: Network | undefined;

  /** Of equal networks, the first stays. */
  add(network: Network, value: V): void {
    const { family, length } = network;
    this.#readBits(network);
    const items = this.#items[family];
    const [a = 0, b = 0, c = 0, d = 0] = this.#target;
    const item = { a: a | 0, b: b | 0, c: c | 0, d: d | 0, length, rank: items.length, value };
    items.push(item);
    put(this.#byLength[family], length, item);
    this.#inside = { ip: new Map(), ip6: new Map() };
  }

  /** The first added that contains all of the target. */
  around(target: Network): V | undefined {
    const { family, length } = target;
    this.#readBits(target);
    let best: Item<V> | undefined;
    for (const [shorter, shelf] of this.#byLength[family]) {
      if (shorter > length) continue;
      const found = this.#find(shelf, shorter);
      if (found !== undefined && (best === undefined || found.rank < best.rank)) best = found;
    }
    return best?.value;
  }

  /** The first added that lies inside the target and is not all of it. */
  inside(target: Network): V | undefined {
    const { family, length } = target;
    // Whole addresses have nothing inside them.
    if (length === FULL[family] || this.#items[family].length === 0) return undefined;
    this.#readBits(target);
    return this.#find(this.#shelfInside(family, length), length)?.value;
  }

  #readBits(target: Network): void {
    if (target === this.#read) return;
    readBits(target, this.#target);
    this.#read = target;
  }

  #find(shelf: Shelf<V>, length: number): Item<V> | undefined {
    const bits = this.#target;
    const a = first(bits[0] ?? 0, length);
    const b = first(bits[1] ?? 0, length - 32);
    const c = first(bits[2] ?? 0, length - 64);
    const d = first(bits[3] ?? 0, length - 96);
    const list = shelf.get(fold(a, b, c, d));
    if (list === undefined) return undefined;
    for (const item of list) if (item.a === a && item.b === b && item.c === c && item.d === d) return item;
    return undefined;
  }

  #shelfInside(family: Family, length: number): Shelf<V> {
    const known = this.#inside[family].get(length);
    if (known) return known;
    const made = new Map<number, Shelf<V>>([[length, new Map()]]);
    for (const item of this.#items[family]) {
      if (item.length <= length) continue;
      const a = first(item.a, length);
      const b = first(item.b, length - 32);
      const c = first(item.c, length - 64);
      const d = first(item.d, length - 96);
      put(made, length, { ...item, a, b, c, d });
    }
    const shelf = made.get(length) ?? new Map();
    this.#inside[family].set(length, shelf);
    return shelf;
  }
}

function put<V>(into: Map<number, Shelf<V>>, length: number, item: Item<V>): void {
  const shelf: Shelf<V> = into.get(length) ?? new Map();
  into.set(length, shelf);
  const { a, b, c, d } = item;
  const key = fold(a, b, c, d);
  const list = shelf.get(key);
  if (list === undefined) shelf.set(key, [item]);
  else if (!list.some((other) => other.a === a && other.b === b && other.c === c && other.d === d)) list.push(item);
}

function fold(a: number, b: number, c: number, d: number): number {
  return Math.imul(Math.imul(Math.imul(a, ODD) ^ b, ODD) ^ c, ODD) ^ d;
}

/** Spreads: the golden ratio's share of 2^32. */
const ODD = 0x9e3779b1;

/** Of 32 bits, the first `keep`; signed. */
function first(word: number, keep: number): number {
  if (keep >= 32) return word | 0;
  return keep <= 0 ? 0 : word & (-1 << (32 - keep));
}
