import { formatNetwork, type Network } from "../core/address.ts";
import type { Ban, Scope } from "../core/ban.ts";
import { type Ignores, ruleOf } from "../core/ignores.ts";
import { Prefixes } from "../core/prefixes.ts";

/** What of a configuration says whether a ban may stand. */
export interface Grounds {
  /** Undefined for jails that ban nobody. */
  readonly scopeOf: (jail: string) => Scope | undefined;
  readonly ignores: ReadonlyMap<string, Ignores>;
  /** Who passes before any ban is looked at. */
  readonly allow: readonly Network[];
}

/** A ban that ends before its time. */
export interface Ending {
  readonly ban: Ban;
  readonly why: string;
  /** It was a mistake: see Unban. */
  readonly forget: boolean;
}

/** Bans that a configuration would not make: of jails that ban nobody, and of those who are ignored. */
export function unwanted(bans: readonly Ban[], { scopeOf, ignores, allow }: Grounds): Ending[] {
  const passing = new Prefixes<string>();
  for (const network of allow) passing.add(network, formatNetwork(network));
  const rule = ({ jail, target, cause }: Ban): string | undefined => {
    const whole = passing.around(target);
    // A ban by hand of a network stays, for those in it who are spared pass before it is looked at.
    if (cause.kind === "manual" && whole === undefined && passing.inside(target) !== undefined) return undefined;
    // Whoever passes must not be listed as if he did not.
    return ruleOf(ignores, jail, target) ?? whole;
  };
  return bans.flatMap((ban): Ending[] => {
    if (scopeOf(ban.jail) === undefined) return [{ ban, why: "its jail bans nobody", forget: false }];
    const why = rule(ban);
    return why === undefined ? [] : [{ ban, why: `ignored now: ${why}`, forget: true }];
  });
}
