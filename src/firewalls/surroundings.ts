import { existsSync, readdirSync, readFileSync } from "node:fs";

/** What of the machine decides whether packets come by our hooks, and no ruleset tells. */
export interface Surroundings {
  /** Bridges with a port to the world that bring packets to guests past the host's IP hooks: no br_netfilter calls them. */
  readonly bridges: readonly { readonly name: string; readonly port: string }[];
  /** Tables that iptables-legacy has in the kernel: "filter", "nat (IPv6)". */
  readonly legacyTables: readonly string[];
  /** IPv6 is on for some interface besides loopback, or would be for a new one. */
  readonly ip6: boolean;
}

/** As br_netfilter calls the two families, of all bridges and of each. */
const IP_HOOKS = ["iptables", "ip6tables"];

/** Reads /proc and /sys under `root`. What is missing there is off. */
export function readSurroundings(root = ""): Surroundings {
  const net = `${root}/sys/class/net`;
  const interfaces = names(net);
  const all = `${root}/proc/sys/net/bridge`;
  const filters = (bridge: string): boolean =>
    existsSync(all) &&
    IP_HOOKS.every((which) =>
      [`${all}/bridge-nf-call-${which}`, `${net}/${bridge}/bridge/nf_call_${which}`].some((file) => text(file) === "1"),
    );
  const bridges = interfaces
    .filter((name) => existsSync(`${net}/${name}/bridge`) && !filters(name))
    .flatMap((name) => {
      const port = names(`${net}/${name}/brif`).find((one) => leadsOut(net, one));
      return port === undefined ? [] : [{ name, port }];
    });
  const legacy = (file: string, tail: string): string[] =>
    text(`${root}/proc/net/${file}`)
      .split("\n")
      .filter((name) => /^[a-z]+$/.test(name))
      .map((name) => name + tail);
  return {
    bridges,
    legacyTables: [...legacy("ip_tables_names", ""), ...legacy("ip6_tables_names", " (IPv6)")],
    ip6: ["default", ...interfaces.filter((name) => name !== "lo")].some(
      (name) => text(`${root}/proc/sys/net/ipv6/conf/${name}/disable_ipv6`) === "0",
    ),
  };
}

/** Has the port a device behind it, or below it, as a VLAN and a bond have? Those of guests and containers have none. */
function leadsOut(net: string, port: string): boolean {
  const below = new Set([port]);
  // The set grows while it is walked.
  for (const name of below) {
    if (existsSync(`${net}/${name}/device`)) return true;
    for (const entry of names(`${net}/${name}`))
      if (entry.startsWith("lower_")) below.add(entry.slice("lower_".length));
  }
  return false;
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // No such part of the kernel: nothing of it is there.
    return [];
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    // Absent or not ours to read: off.
    return "";
  }
}
