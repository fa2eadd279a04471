import { formatNetwork, type Network } from "./address.ts";
import { Prefixes } from "./prefixes.ts";

/**
 * Who is never banned by a jail, by where it is written: the configuration's own list, one part for each host name or
 * file, and what was added at run time. A part is replaced as a whole when its name resolves anew or its file changes.
 */
export class Ignores {
  readonly #parts = new Map<string, readonly Network[]>();
  #rules: Prefixes<string> | undefined;

  /** @param origin in the admin's words: "ignoreip", "home.example.org", "file:/etc/…", "added by hand". */
  put(origin: string, networks: readonly Network[]): void {
    if (networks.length === 0) this.#parts.delete(origin);
    else this.#parts.set(origin, networks);
    this.#rules = undefined;
  }

  get parts(): ReadonlyMap<string, readonly Network[]> {
    return this.#parts;
  }

  /** The rule that spares a target, or any part of it: "192.0.2.0/24 (home.example.org)". */
  rule(target: Network): string | undefined {
    this.#rules ??= this.#index();
    return this.#rules.around(target) ?? this.#rules.inside(target);
  }

  #index(): Prefixes<string> {
    const rules = new Prefixes<string>();
    const list = [...this.#parts].flatMap(([origin, networks]) => networks.map((network) => ({ network, origin })));
    // Of several that spare somebody, the widest is told.
    list.sort((a, b) => a.network.length - b.network.length);
    for (const { network, origin } of list) rules.add(network, `${formatNetwork(network)} (${origin})`);
    return rules;
  }
}

/**
 * The rule by which the jail may not ban the target. Bans that none of these jails makes (by hand, of the escalation) close
 * all ports, so what any of them must not ban they must not either.
 */
export function ruleOf(lists: ReadonlyMap<string, Ignores>, jail: string, target: Network): string | undefined {
  const own = lists.get(jail);
  if (own) return own.rule(target);
  for (const ignores of lists.values()) {
    const rule = ignores.rule(target);
    if (rule !== undefined) return rule;
  }
  return undefined;
}
