import type { Family, Network } from "./address.ts";

/** What one name has of one prefix length, by the text of the address. */
export interface Shelf<V> {
  readonly family: Family;
  readonly length: number;
  readonly items: ReadonlyMap<string, V>;
}

interface OwnShelf<V> extends Shelf<V> {
  readonly items: Map<string, V>;
}

/**
 * A map by a name and a network: bans by jail, elements by scope. It makes no keys of its own: of a hundred thousand bans
 * they would take more memory than the bans.
 */
export class Targets<V> {
  /** Shelves that have become empty stay: there are no more than names and lengths. */
  readonly #names = new Map<string, OwnShelf<V>[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(name: string, target: Network): V | undefined {
    return this.#shelf(name, target)?.items.get(target.text);
  }

  has(name: string, target: Network): boolean {
    return this.#shelf(name, target)?.items.has(target.text) ?? false;
  }

  set(name: string, target: Network, value: V): void {
    const shelf = this.#shelf(name, target) ?? this.#add(name, target);
    const before = shelf.items.size;
    shelf.items.set(target.text, value);
    this.#size += shelf.items.size - before;
  }

  delete(name: string, target: Network): boolean {
    const gone = this.#shelf(name, target)?.items.delete(target.text) ?? false;
    if (gone) this.#size -= 1;
    return gone;
  }

  clear(): void {
    this.#names.clear();
    this.#size = 0;
  }

  /** Every name that ever had something. */
  names(): Iterable<string> {
    return this.#names.keys();
  }

  shelves(name: string): readonly Shelf<V>[] {
    return this.#names.get(name) ?? [];
  }

  /** In the order they were put in, name by name and length by length. What is deleted or added meanwhile does no harm. */
  *values(): Generator<V, undefined> {
    for (const shelves of this.#names.values()) for (const { items } of shelves) yield* items.values();
  }

  #shelf(name: string, { family, length }: Network): OwnShelf<V> | undefined {
    const shelves = this.#names.get(name);
    if (shelves === undefined) return undefined;
    for (const shelf of shelves) if (shelf.length === length && shelf.family === family) return shelf;
    return undefined;
  }

  #add(name: string, { family, length }: Network): OwnShelf<V> {
    const shelf: OwnShelf<V> = { family, length, items: new Map() };
    const shelves = this.#names.get(name);
    if (shelves === undefined) this.#names.set(name, [shelf]);
    else shelves.push(shelf);
    return shelf;
  }
}
