import type { Config } from "../config/resolve.ts";
import type { Network } from "../core/address.ts";
import type { Scope } from "../core/ban.ts";
import type { Ignores } from "../core/ignores.ts";
import type { Layout } from "../firewalls/firewall.ts";
import { MANUAL, MANUAL_SCOPE } from "./manual.ts";

/** Which scope the bans of a jail have, and what must lie in the kernel for them. */
export class Scopes {
  #config: Config;
  /** Of jails that are gone and whose bans were to stay. */
  readonly #retired = new Map<string, Scope>();

  constructor(config: Config) {
    this.#config = config;
  }

  /** @param keep bans of jails that are gone stay in the kernel until they end or the agent does. */
  configure(next: Config, keep: boolean): void {
    for (const { jail } of this.#config.jails) if (keep && !jail.dryRun) this.#retired.set(jail.name, jail.scope);
    for (const { jail } of next.jails) this.#retired.delete(jail.name);
    this.#config = next;
  }

  /** Undefined for jails that ban nobody. */
  of(jail: string): Scope | undefined {
    const watched = this.#config.jails.find((each) => each.jail.name === jail)?.jail;
    // What a jail banned before it was made dry ends with that.
    if (watched) return watched.dryRun ? undefined : watched.scope;
    if (jail === MANUAL) return MANUAL_SCOPE;
    const { escalation } = this.#config;
    return escalation?.jail.name === jail ? escalation.jail.scope : this.#retired.get(jail);
  }

  /** A jail that bans in this scope. */
  jailOf(scope: string): string | undefined {
    const watched = this.#config.jails.find(({ jail }) => jail.scope.name === scope);
    return watched?.jail.name ?? (scope === MANUAL_SCOPE.name ? MANUAL : undefined);
  }

  layout(own: readonly Network[], ignores: Iterable<Ignores>): Layout {
    const jails = this.#config.jails.map(({ jail }) => jail).filter(({ dryRun }) => !dryRun);
    const { escalation } = this.#config;
    const scopes = [
      MANUAL_SCOPE,
      ...jails.map(({ scope }) => scope),
      ...(escalation ? [escalation.jail.scope] : []),
      ...this.#retired.values(),
    ];
    return {
      scopes: [...new Map(scopes.map((scope) => [scope.name, scope])).values()],
      lengths: {
        ip: distinct([32, ...jails.map(({ lengths }) => lengths.ip)]),
        ip6: distinct([64, ...jails.map(({ lengths }) => lengths.ip6)]),
      },
      allow: [...own, ...ignoredByAll(ignores)],
    };
  }
}

/** Networks that no jail may ban: they pass before any ban is looked at. What one jail bans, another cannot let through. */
function ignoredByAll(ignores: Iterable<Ignores>): Network[] {
  const [first, ...others] = [...ignores].map(({ parts }) => [...parts.values()].flat());
  return (first ?? []).filter((network) =>
    others.every((list) => list.some((other) => other.text === network.text && other.length === network.length)),
  );
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)];
}
