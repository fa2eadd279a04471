import { BailiffError } from "../errors.ts";
import { makeFirewall } from "../firewalls/index.ts";
import { probe } from "../firewalls/probe.ts";
import type { Clock } from "../system/clock.ts";

/**
 * Takes out of the kernel all that bailiff laid out, in every backend that works here: for removal of the package, and
 * for admins who want to be rid of it at once. Gives the backends that were cleared. The agent must not be running. Needs no
 * configuration: a broken one must not keep the bans of a removed package in force.
 */
export async function teardown(clock: Clock): Promise<readonly string[]> {
  const cleared: string[] = [];
  const unusable: string[] = [];
  for (const backend of ["nftables", "ipset", "iptables"] as const) {
    const { firewall } = await probe({ backend }).catch((error: unknown) => {
      if (!(error instanceof BailiffError)) throw error;
      unusable.push(error.message);
      return { firewall: "none" as const };
    });
    // A backend that is missing here cannot hold anything of ours either.
    if (firewall !== backend) continue;
    const options = { clock, log: false, counters: false, egress: false, userNamespace: false, tell: () => {} };
    await makeFirewall(backend, options).remove();
    cleared.push(backend);
  }
  if (cleared.length === 0 && unusable.some((why) => why.includes("no permission"))) {
    throw new BailiffError("FIREWALL_REFUSED", "nothing was taken out: no permission to change the firewall", {
      hint: "run it as root",
    });
  }
  return cleared;
}
