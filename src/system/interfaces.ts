import { readFile } from "node:fs/promises";
import { endianness, networkInterfaces } from "node:os";
import { type Address, FULL, type Network, networkOf, parseAddress, parseNetwork } from "../core/address.ts";
import { type Duration, duration, seconds } from "../core/time.ts";
import type { Clock } from "./clock.ts";
import { findProgram, run, start } from "./exec.ts";

/** An address this machine answers to. */
export interface OwnAddress {
  readonly address: Address;
  /** The subnet it lies in: its whole address for a host or point-to-point address. */
  readonly subnet: Network;
}

/** What this machine is and stands on, in the network namespace of this process. */
export interface Surroundings {
  readonly own: readonly OwnAddress[];
  /** The first hop of every default route, of all routing tables. */
  readonly gateways: readonly Address[];
  readonly resolvers: readonly Address[];
}

const IP_TIMEOUT_MS = 10_000;

// resolv.conf names the stub 127.0.0.53 where systemd-resolved runs; the servers behind it are in its own file.
const RESOLVER_FILES = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];

/**
 * Reads addresses and default routes with `ip -j`, and without iproute2 from the kernel's files, which tell IPv4 and IPv6
 * alike but not every routing table. What cannot be read is empty: at least the rest is known.
 */
export async function readSurroundings(): Promise<Surroundings> {
  const [addresses, routes, routes6, ...files] = await Promise.all([
    ip(["addr"]),
    ip(["-4", "route", "show", "table", "all", "default"]),
    ip(["-6", "route", "show", "table", "all", "default"]),
    ...RESOLVER_FILES.map(text),
  ]);
  const [table, table6] =
    routes === undefined || routes6 === undefined
      ? await Promise.all([text("/proc/net/route"), text("/proc/net/ipv6_route")])
      : ["", ""];
  const gateways = [
    ...(routes === undefined ? parseRouteTable(table, endianness()) : parseGateways(routes)),
    ...(routes6 === undefined ? parseRouteTable6(table6) : parseGateways(routes6)),
  ];
  return {
    own: addresses === undefined ? fromNode() : parseAddresses(addresses),
    gateways: unique(gateways),
    resolvers: unique(files.flatMap(parseResolvConf)),
  };
}

/**
 * Yields whenever something in the surroundings may have changed: half a second after the first of a bunch of changes, and
 * at the least every `every`, since nobody tells of a new resolver. Ends on abort.
 */
export async function* surroundingsChanges(
  clock: Clock,
  signal: AbortSignal,
  every: Duration = seconds(60),
): AsyncIterable<void> {
  const over = new AbortController();
  let changed = false;
  let nap = new AbortController();
  const listening = listen(clock, AbortSignal.any([signal, over.signal]), every, () => {
    changed = true;
    nap.abort();
  });
  try {
    while (!signal.aborted) {
      if (!changed) await clock.sleep(every, AbortSignal.any([signal, nap.signal]));
      // Addresses come in bunches: one reading after the pause sees them all.
      if (changed) await clock.sleep(duration(500), signal);
      changed = false;
      nap = new AbortController();
      if (!signal.aborted) yield;
    }
  } finally {
    over.abort();
    await listening;
  }
}

/** An address or a default route. Routers change the others many times a second. */
const CONCERNS = /\b(?:inet6?|default)\b/;

/** Without `ip` nothing is heard, and the period is all there is. */
async function listen(clock: Clock, signal: AbortSignal, again: Duration, heard: () => void): Promise<void> {
  const program = findProgram("ip");
  while (program && !signal.aborted) {
    const monitor = start(program, ["monitor", "address", "route"], signal);
    let rest = "";
    try {
      for await (const bytes of monitor.stdout) {
        const lines = (rest + bytes.toString("latin1")).split("\n");
        rest = lines.pop() ?? "";
        if (lines.some((line) => CONCERNS.test(line))) heard();
      }
    } catch (error) {
      // An aborted program's output breaks off, which is what was asked for.
      if (!signal.aborted) throw error;
    }
    await monitor.done;
    // It ends when the kernel had more to tell than it could read.
    if (!signal.aborted) heard();
    await clock.sleep(again, signal);
  }
}

/** Who is connected by TCP to one of these local ports. */
export async function readSessions(ports: ReadonlySet<number>): Promise<readonly Address[]> {
  if (ports.size === 0) return [];
  const tables = await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map(text));
  return unique(tables.flatMap((table) => parseConnections(table, ports, endianness())));
}

/** `ip -j addr` */
export function parseAddresses(json: unknown): OwnAddress[] {
  return list(json).flatMap((link) =>
    list(link.addr_info).flatMap((info) => {
      const address = typeof info.local === "string" ? parseAddress(info.local) : undefined;
      if (!address) return [];
      // A point-to-point address ("address" is the peer's) has no subnet of its own.
      const length = "address" in info ? FULL[address.family] : info.prefixlen;
      const known = typeof length === "number" && Number.isInteger(length) && length >= 0;
      return [{ address, subnet: networkOf(address, known ? length : FULL[address.family]) }];
    }),
  );
}

/** `ip -j route show default`, either family; also the hops of multipath routes and IPv6 hops of IPv4 routes. */
export function parseGateways(json: unknown): Address[] {
  return list(json).flatMap((route) => [...gatewayOf(route), ...list(route.nexthops).flatMap((hop) => gatewayOf(hop))]);
}

function gatewayOf(hop: Readonly<Record<string, unknown>>): Address[] {
  const via = hop.via;
  const texts = [hop.gateway, typeof via === "object" && via !== null ? (via as { host?: unknown }).host : undefined];
  return texts.flatMap((value) => (typeof value === "string" ? (parseAddress(value) ?? []) : []));
}

/** /proc/net/route: default routes with a gateway. Words are in the machine's own byte order. */
export function parseRouteTable(table: string, order: "LE" | "BE"): Address[] {
  return table.split("\n").flatMap((line) => {
    const [, destination, gateway = "", , , , , mask] = line.split("\t");
    if (destination !== "00000000" || mask !== "00000000" || gateway === "00000000") return [];
    return fromHex(gateway, order) ?? [];
  });
}

/** /proc/net/ipv6_route: default routes with a gateway. Addresses are in network order. */
export function parseRouteTable6(table: string): Address[] {
  return table.split("\n").flatMap((line) => {
    const [destination, length, , , gateway = ""] = line.split(/\s+/);
    if (!/^0{32}$/.test(destination ?? "") || length !== "00" || /^0{32}$/.test(gateway)) return [];
    return fromHex(gateway, "BE") ?? [];
  });
}

/** The `nameserver` lines of a resolv.conf; a zone (fe80::1%eth0) is cut off. */
export function parseResolvConf(file: string): Address[] {
  return file.split("\n").flatMap((line) => {
    const server = /^nameserver[ \t]+([0-9a-fA-F:.]+)(?:%\S*)?[ \t]*(?:[#;].*)?$/.exec(line)?.[1];
    return server === undefined ? [] : (parseAddress(server) ?? []);
  });
}

const ESTABLISHED = "01";

/** /proc/net/tcp or tcp6: peers of established connections to these local ports. IPv4 on an IPv6 socket is IPv4. */
export function parseConnections(table: string, ports: ReadonlySet<number>, order: "LE" | "BE"): Address[] {
  return table.split("\n").flatMap((line) => {
    const [, local = "", remote = "", state] = line.trimStart().split(/\s+/, 4);
    if (state !== ESTABLISHED || !ports.has(Number.parseInt(local.split(":")[1] ?? "", 16))) return [];
    return fromHex(remote.split(":")[0] ?? "", order) ?? [];
  });
}

/** Hex digits of 32-bit words in the given byte order → address. */
function fromHex(digits: string, order: "LE" | "BE"): Address | undefined {
  if (!/^(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{32})$/.test(digits)) return undefined;
  const bytes = [...Buffer.from(digits, "hex")];
  const ordered = order === "BE" ? bytes : bytes.map((_, at) => bytes[(at & ~3) + 3 - (at & 3)] ?? 0);
  if (ordered.length === 4) return parseAddress(ordered.join("."));
  const words = Array.from({ length: 8 }, (_, at) => (ordered[at * 2] ?? 0) * 256 + (ordered[at * 2 + 1] ?? 0));
  return parseAddress(words.map((word) => word.toString(16)).join(":"));
}

async function ip(args: readonly string[]): Promise<unknown> {
  const program = findProgram("ip");
  if (!program) return undefined;
  const outcome = await run(program, ["-j", ...args], { timeoutMs: IP_TIMEOUT_MS });
  if (outcome.exitCode !== 0) return undefined;
  // Some versions print nothing at all for an empty list.
  if (outcome.stdout.trim() === "") return [];
  try {
    return JSON.parse(outcome.stdout);
  } catch {
    // An `ip` without JSON (busybox): the kernel's files are read instead.
    return undefined;
  }
}

function fromNode(): OwnAddress[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ address, cidr }) => {
      const own = parseAddress(address.replace(/%.*$/, ""));
      if (!own) return [];
      return [{ address: own, subnet: parseNetwork(cidr ?? "") ?? networkOf(own, FULL[own.family]) }];
    }),
  );
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    // A kernel without IPv6, a system without resolver: nothing to protect there.
    return "";
  }
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
}

function unique(addresses: readonly Address[]): Address[] {
  return [...new Map(addresses.map((address) => [address.text, address])).values()];
}
