import { type Family, FULL, formatNetwork, type Network, networkOf } from "./address.ts";

/** Networks to look things up in quickly, each with a word on where it comes from. */
export class NetworkSet {
  /** By family, and by the lengths that there are, shortest first: text → origin. */
  readonly #byLength: Readonly<Record<Family, Map<number, Map<string, string>>>> = { ip: new Map(), ip6: new Map() };
  readonly #all: readonly { readonly network: Network; readonly origin: string }[];

  constructor(list: readonly { readonly network: Network; readonly origin: string }[]) {
    this.#all = list;
    for (const { network, origin } of list.toSorted((a, b) => a.network.length - b.network.length)) {
      const lengths = this.#byLength[network.family];
      const same = lengths.get(network.length) ?? new Map<string, string>();
      lengths.set(network.length, same);
      same.set(network.text, origin);
    }
  }

  get size(): number {
    return this.#all.length;
  }

  /** The first found that shares an address with `target`. */
  touching(target: Network): { readonly network: Network; readonly origin: string } | undefined {
    for (const [length, same] of this.#byLength[target.family]) {
      if (length > target.length) break;
      const network = networkOf(target, length);
      const origin = same.get(network.text);
      if (origin !== undefined) return { network, origin };
    }
    // Whole addresses have nothing inside them; wider prefixes are judged seldom.
    if (target.length === FULL[target.family]) return undefined;
    return this.#all.find(
      ({ network }) =>
        network.family === target.family &&
        network.length > target.length &&
        networkOf(network, target.length).text === target.text,
    );
  }
}

/**
 * Who is never banned by a jail, by where it is written: the configuration's own list, one part for each host name or
 * file, and what was added at run time. A part is replaced as a whole when its name resolves anew or its file changes.
 */
export class Ignores {
  readonly #parts = new Map<string, readonly Network[]>();
  #set: NetworkSet | undefined;

  /** @param origin in the admin's words: "ignoreip", "home.example.org", "file:/etc/…", "added by hand". */
  put(origin: string, networks: readonly Network[]): void {
    if (networks.length === 0) this.#parts.delete(origin);
    else this.#parts.set(origin, networks);
    this.#set = undefined;
  }

  get parts(): ReadonlyMap<string, readonly Network[]> {
    return this.#parts;
  }

  /** The rule that spares a target, or any part of it: "192.0.2.0/24 (home.example.org)". */
  rule(target: Network): string | undefined {
    this.#set ??= new NetworkSet(
      [...this.#parts].flatMap(([origin, networks]) => networks.map((network) => ({ network, origin }))),
    );
    const found = this.#set.touching(target);
    return found && `${formatNetwork(found.network)} (${found.origin})`;
  }
}
