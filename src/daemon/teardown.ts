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
  for (const backend of ["nftables", "ipset", "iptables"] as const) {
    const { firewall } = await probe({ backend }).catch(() => ({ firewall: "none" as const }));
    // A backend that cannot be used here cannot hold anything of ours either.
    if (firewall !== backend) continue;
    const options = { clock, log: false, counters: false, egress: false, userNamespace: false, tell: () => {} };
    await makeFirewall(backend, options).remove();
    cleared.push(backend);
  }
  return cleared;
}
