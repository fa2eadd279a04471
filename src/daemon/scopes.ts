import type { Config } from "../config/resolve.ts";
import type { Network } from "../core/address.ts";
import type { Scope } from "../core/ban.ts";
import type { Ignores } from "../core/ignores.ts";
import { MANUAL } from "../core/jail.ts";
import { makeScope } from "../core/scope.ts";
import type { Layout } from "../firewalls/firewall.ts";

/** Bans given by hand without a jail close all ports. */
const MANUAL_SCOPE = makeScope({ protocols: [], ports: [], action: "drop" });

/** Which scope the bans of a jail have, and what must lie in the kernel for them. */
export class Scopes {
  #config: Config;
  /** Of the configuration's jails, and those that are always there; undefined for jails that ban nobody. */
  #own: ReadonlyMap<string, Scope | undefined>;
  /** Of jails that are gone and whose bans were to stay. */
  #retired: ReadonlyMap<string, Scope>;

  /**
   * @param before what `written` gave in the run before.
   * @param banning jails that have bans: of those that are gone, the bans stay until they end.
   */
  constructor(config: Config, before: ReadonlyMap<string, Scope>, banning: ReadonlySet<string>) {
    this.#config = config;
    this.#own = ownScopes(config);
    this.#retired = this.#gone(before, banning);
  }

  /** @param banning jails that have bans: of those that are gone, the bans stay until they end. */
  configure(next: Config, banning: ReadonlySet<string>): void {
    const before = this.#all();
    this.#config = next;
    this.#own = ownScopes(next);
    this.#retired = this.#gone(before, banning);
  }

  /** As they would be after `configure`. */
  after(next: Config, banning: ReadonlySet<string>): Scopes {
    return new Scopes(next, this.#all(), banning);
  }

  /** Undefined for jails that ban nobody. What a jail banned before it was made dry ends with that. */
  of(jail: string): Scope | undefined {
    return this.#own.has(jail) ? this.#own.get(jail) : this.#retired.get(jail);
  }

  /** A jail that bans in this scope. */
  jailOf(scope: string): string | undefined {
    const watched = this.#config.jails.find(({ jail }) => jail.scope.name === scope);
    return watched?.jail.name ?? (scope === MANUAL_SCOPE.name ? MANUAL : undefined);
  }

  layout(own: readonly Network[], ignores: Iterable<Ignores>): Layout {
    const jails = this.#config.jails.map(({ jail }) => jail).filter(({ dryRun }) => !dryRun);
    return {
      scopes: [...new Map([...this.#all().values()].map((scope) => [scope.name, scope])).values()],
      lengths: {
        ip: distinct([32, ...jails.map(({ lengths }) => lengths.ip)]),
        ip6: distinct([64, ...jails.map(({ lengths }) => lengths.ip6)]),
      },
      allow: [...own, ...ignoredByAll(ignores)],
    };
  }

  /** For the next run, by jail. */
  written(): string {
    return JSON.stringify(Object.fromEntries(this.#all()));
  }

  #all(): Map<string, Scope> {
    const all = new Map(this.#retired);
    for (const [jail, scope] of this.#own) if (scope !== undefined) all.set(jail, scope);
    return all;
  }

  #gone(before: ReadonlyMap<string, Scope>, banning: ReadonlySet<string>): Map<string, Scope> {
    return new Map([...before].filter(([jail]) => !this.#own.has(jail) && banning.has(jail)));
  }
}

/** What `written` gave; what of it makes no sense is passed over. */
export function readScopes(text: string | undefined): ReadonlyMap<string, Scope> {
  const scopes = new Map<string, Scope>();
  if (text === undefined) return scopes;
  try {
    for (const [jail, scope] of Object.entries(JSON.parse(text) as Record<string, Scope>)) {
      const made = makeScope(scope);
      if (made.name === scope.name) scopes.set(jail, made);
    }
  } catch {
    // Not what we write: without it, bans of jails that are gone end now.
  }
  return scopes;
}

function ownScopes({ jails, escalation }: Config): Map<string, Scope | undefined> {
  const scopes = new Map<string, Scope | undefined>([[MANUAL, MANUAL_SCOPE]]);
  if (escalation) scopes.set(escalation.jail.name, escalation.jail.scope);
  for (const { jail } of jails) scopes.set(jail.name, jail.dryRun ? undefined : jail.scope);
  return scopes;
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
