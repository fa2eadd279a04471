import { BailiffError } from "../errors.ts";
import { makeFirewall } from "../firewalls/index.ts";
import { type Backend, probe } from "../firewalls/probe.ts";
import type { Clock } from "../system/clock.ts";

const ALL = ["nftables", "ipset", "iptables"] as const;

/** A backend that works here, and whether there was anything of bailiff's in it. */
export interface Cleared {
  readonly backend: (typeof ALL)[number];
  readonly any: boolean;
}

/**
 * Where a backend that was used before holds bans that the one in use knows nothing of, and would never lift. The two of
 * iptables share their chains: each lays out its own rules where the other's were.
 */
export function leftBehind(before: Backend, now: Backend): readonly (typeof ALL)[number][] {
  if (before === "none" || before === now) return [];
  if (before === "nftables") return [before];
  return now === "nftables" || now === "none" ? ["ipset", "iptables"] : [];
}

/**
 * Takes out of the kernel all that bailiff laid out, in every backend that works here: for removal of the package, and
 * for admins who want to be rid of it at once. Gives the backends that were cleared. The agent must not be running with one
 * of them. Needs no configuration: a broken one must not keep the bans of a removed package in force.
 */
export async function teardown(
  clock: Clock,
  backends: readonly (typeof ALL)[number][] = ALL,
): Promise<readonly Cleared[]> {
  const cleared: Cleared[] = [];
  const unusable: string[] = [];
  for (const backend of backends) {
    const { firewall } = await probe({ backend }).catch((error: unknown) => {
      if (!(error instanceof BailiffError)) throw error;
      unusable.push(error.message);
      return { firewall: "none" as const };
    });
    // A backend that is missing here cannot hold anything of ours either.
    if (firewall !== backend) continue;
    const options = { clock, log: false, counters: false, egress: false, userNamespace: false, tell: () => {} };
    cleared.push({ backend, any: await makeFirewall(backend, options).remove() });
  }
  if (cleared.length === 0 && unusable.some((why) => why.includes("no permission"))) {
    throw new BailiffError("FIREWALL_REFUSED", "nothing was taken out: no permission to change the firewall", {
      hint: "run it as root",
    });
  }
  return cleared;
}
