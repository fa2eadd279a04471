import { existsSync, readdirSync, readFileSync } from "node:fs";

/** What of the machine decides whether packets come by our hooks, and no ruleset tells. */
export interface Surroundings {
  /** Bridges with a port to the world: what they bring to guests does not pass the host's IP layer. */
  readonly bridges: readonly { readonly name: string; readonly port: string }[];
  /** br_netfilter hands bridged packets to the IP hooks. */
  readonly bridgesAreFiltered: boolean;
  /** Tables that iptables-legacy has in the kernel: "filter", "nat (IPv6)". */
  readonly legacyTables: readonly string[];
  /** IPv6 is on for some interface besides loopback, or would be for a new one. */
  readonly ip6: boolean;
}

/** Reads /proc and /sys under `root`. What is missing there is off. */
export function readSurroundings(root = ""): Surroundings {
  const net = `${root}/sys/class/net`;
  const interfaces = names(net);
  const bridges = interfaces
    .filter((name) => existsSync(`${net}/${name}/bridge`))
    .flatMap((name) => {
      // A port with a device behind it is a real one; those of guests and containers have none.
      const port = names(`${net}/${name}/brif`).find((one) => existsSync(`${net}/${one}/device`));
      return port === undefined ? [] : [{ name, port }];
    });
  const filtered = ["iptables", "ip6tables"].every(
    (which) => text(`${root}/proc/sys/net/bridge/bridge-nf-call-${which}`) === "1",
  );
  const legacy = (file: string, tail: string): string[] =>
    text(`${root}/proc/net/${file}`)
      .split("\n")
      .filter((name) => /^[a-z]+$/.test(name))
      .map((name) => name + tail);
  return {
    bridges,
    bridgesAreFiltered: filtered,
    legacyTables: [...legacy("ip_tables_names", ""), ...legacy("ip6_tables_names", " (IPv6)")],
    ip6: ["default", ...interfaces.filter((name) => name !== "lo")].some(
      (name) => text(`${root}/proc/sys/net/ipv6/conf/${name}/disable_ipv6`) === "0",
    ),
  };
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
