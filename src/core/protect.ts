import {
  type Address,
  type Family,
  FULL,
  formatNetwork,
  type Network,
  networkOf,
  parseNetwork,
  words,
} from "./address.ts";
import { Prefixes } from "./prefixes.ts";

/** Who asks for a ban. What a jail accuses is a log's word; a command is an admin's; restored ones were checked as either. */
export type BanOrigin = "jail" | "command" | "restore";

/** Fixed words, told to admins and grepped by them. */
export type ProtectRule =
  | "own address"
  | "own broadcast"
  | "default gateway"
  | "resolver"
  | "management session"
  | "ignoreip"
  | "loopback"
  | "unspecified"
  | "multicast"
  | "link-local"
  | "broadcast"
  | "NAT64"
  | "prefix too short";

export interface Protected {
  readonly rule: ProtectRule;
  /** What of the target is protected, or what would be allowed: "192.0.2.1", "at most /24 from a jail". */
  readonly detail: string;
}

export interface ProtectInput {
  readonly own: readonly { readonly address: Address; readonly subnet: Network }[];
  readonly gateways: readonly Address[];
  readonly resolvers: readonly Address[];
  /** Peers of live management connections. */
  readonly sessions: readonly Address[];
  readonly ignore: readonly Network[];
}

/** Why this target must not be banned; undefined when it may be. */
export type Protection = (target: Network, origin: BanOrigin) => Protected | undefined;

// A log line can name any address; a prefix this wide would be somebody's whole network. An admin may mean it.
const SHORTEST: Readonly<Record<BanOrigin, Readonly<Record<Family, number>>>> = {
  jail: { ip: 24, ip6: 48 },
  command: { ip: 8, ip6: 19 },
  restore: { ip: 8, ip6: 19 },
};

/** RFC 6890 and its kin. The local-use NAT64 prefix is RFC 8215's. */
const FIXED: readonly (readonly [ProtectRule, string])[] = [
  ["unspecified", "0.0.0.0/8"],
  ["loopback", "127.0.0.0/8"],
  ["link-local", "169.254.0.0/16"],
  ["multicast", "224.0.0.0/4"],
  ["broadcast", "255.255.255.255/32"],
  ["unspecified", "::/128"],
  ["loopback", "::1/128"],
  // An IPv4 client behind a translator shares this prefix with all others.
  ["NAT64", "64:ff9b::/96"],
  ["NAT64", "64:ff9b:1::/48"],
  ["link-local", "fe80::/10"],
  ["multicast", "ff00::/8"],
];

/**
 * The last gate before any firewall. A target is refused when it lies in something protected, and when something protected
 * lies in it. Made anew when the surroundings change; a check costs a few look-ups, however much is protected.
 */
export function protection(input: ProtectInput): Protection {
  const networks = new Prefixes<Protected>();
  const add = (rule: ProtectRule, network: Network): void =>
    networks.add(network, { rule, detail: formatNetwork(network) });
  const addAll = (rule: ProtectRule, addresses: readonly Address[]): void => {
    for (const address of addresses) add(rule, networkOf(address, FULL[address.family]));
  };
  // The first rule that protects something names it, so what an admin can do least about comes first.
  for (const [rule, text] of FIXED) {
    const network = parseNetwork(text);
    if (network) add(rule, network);
  }
  addAll(
    "own address",
    input.own.map((one) => one.address),
  );
  for (const { subnet } of input.own) {
    const broadcast = lastOf(subnet);
    if (broadcast) add("own broadcast", broadcast);
  }
  addAll("default gateway", input.gateways);
  addAll("resolver", input.resolvers);
  addAll("management session", input.sessions);
  for (const network of input.ignore) add("ignoreip", network);

  return (target, origin) => {
    const shortest = SHORTEST[origin][target.family];
    if (target.length < shortest) {
      const who = origin === "jail" ? "from a jail" : "at all";
      return { rule: "prefix too short", detail: `/${target.length} is wider than /${shortest}, the widest ${who}` };
    }
    return networks.around(target) ?? networks.inside(target);
  };
}

/** Directed broadcast of an IPv4 subnet; a /31 and a /32 have none (RFC 3021), and IPv6 knows none. */
function lastOf(subnet: Network): Network | undefined {
  if (subnet.family !== "ip" || subnet.length > 30) return undefined;
  const [high = 0, low = 0] = words(subnet);
  const last = (high * 65_536 + low + 2 ** (32 - subnet.length) - 1) >>> 0;
  return parseNetwork([last >>> 24, (last >>> 16) & 255, (last >>> 8) & 255, last & 255].join("."));
}
