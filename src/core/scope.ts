import type { PortRange, Protocol, Scope } from "./ban.ts";

/** In this order they appear in names and rules. */
export const PROTOCOLS: readonly Protocol[] = ["tcp", "udp", "sctp", "dccp", "udplite"];

const LAST_PORT = 65_535;
/** Set names are `<scope>_6_128`, and must fit the 31 characters of an ipset name with a prefix before them. */
const NAME_LENGTH = 21;
/** Readable characters that are left of a name too long, before "_" and eight digits of its hash. */
const STEM_LENGTH = NAME_LENGTH - 9;

export const SCOPE_NAME = /^[a-z][a-z0-9_]{0,20}$/;

/**
 * The scope of these packets, in normal form: protocols without doubles and in fixed order, ports sorted and joined where
 * they touch. Equal packets make equal scopes, name included, on every run. Ports without a protocol mean TCP; ports that
 * are all ports mean no ports. Throws RangeError for a port outside 1…65535: parsePorts is the door for what people write.
 */
export function makeScope(of: {
  readonly protocols: readonly Protocol[];
  readonly ports: readonly PortRange[];
  readonly action: "drop" | "reject";
}): Scope {
  const ports = joined(of.ports);
  const named = PROTOCOLS.filter((protocol) => of.protocols.includes(protocol));
  const protocols: readonly Protocol[] = named.length === 0 && ports.length > 0 ? ["tcp"] : named;
  return { name: scopeName(protocols, ports, of.action), protocols, ports, action: of.action };
}

/**
 * "all", "tcp_22", "tcp_udp_5060_6000to6010", "reject_tcp_22"; past 21 characters its start and a hash. Every name has a
 * suffix in the kernel (`tcp_22_4_32`), and "tcp" alone never appears, so none is a keyword of nft.
 */
function scopeName(protocols: readonly Protocol[], ports: readonly PortRange[], action: Scope["action"]): string {
  const words: string[] = action === "drop" ? [] : [action];
  words.push(...protocols);
  if (ports.length === 0) words.push("all");
  for (const { first, last } of ports) words.push(first === last ? `${first}` : `${first}to${last}`);
  const name = words.join("_");
  return name.length <= NAME_LENGTH ? name : `${name.slice(0, STEM_LENGTH)}_${hash(name)}`;
}

/** For people: "all ports", "tcp 22,6000-6010"; "none" for who bans nobody. */
export function describeScope(scope: Scope | undefined): string {
  if (scope === undefined) return "none";
  const action = scope.action === "drop" ? "" : ` (${scope.action})`;
  if (scope.protocols.length === 0) return `all ports${action}`;
  const ports = scope.ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  return `${scope.protocols.join("+")} ${ports.length === 0 ? "all" : ports.join(",")}${action}`;
}

function joined(ports: readonly PortRange[]): readonly PortRange[] {
  for (const { first, last } of ports) {
    if (!isPort(first) || !isPort(last) || first > last) throw new RangeError(`no port range: ${first}-${last}`);
  }
  const sorted = ports.toSorted((a, b) => a.first - b.first || a.last - b.last);
  const result: { first: number; last: number }[] = [];
  for (const { first, last } of sorted) {
    const before = result.at(-1);
    if (before && first <= before.last + 1) before.last = Math.max(before.last, last);
    else result.push({ first, last });
  }
  const [only] = result;
  return result.length === 1 && only?.first === 1 && only.last === LAST_PORT ? [] : result;
}

/** FNV-1a of 32 bits, as eight hex digits: stable for ever, which is all that is asked of it. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return value.toString(16).padStart(8, "0");
}

/** Service name → the ports it has, of whatever protocol. */
export type Services = ReadonlyMap<string, readonly number[]>;

export type Ports =
  | { readonly kind: "ports"; readonly ports: readonly PortRange[] }
  | { readonly kind: "wrong"; readonly written: string; readonly why: string };

/**
 * What admins write for ports: 22, "22", "6000-6010", "6000:6010", "ssh", "http,https", a list of such, "all". No ports
 * in the answer means all of them. Says of the first wrong part what is wrong with it.
 */
export function parsePorts(written: number | string | readonly (number | string)[], services: Services): Ports {
  const parts = (typeof written === "object" ? written : [written]).flatMap((part) =>
    typeof part === "string" ? part.split(",").map((piece) => piece.trim()) : [String(part)],
  );
  const ports: PortRange[] = [];
  let all = false;
  for (const part of parts) {
    if (part === "all") {
      all = true;
      continue;
    }
    const found = portsOf(part, services);
    if (typeof found === "string") return { kind: "wrong", written: part, why: found };
    ports.push(...found);
  }
  if (parts.length === 0) return { kind: "wrong", written: "", why: 'no port is named; "all" is every port' };
  return { kind: "ports", ports: all ? [] : joined(ports) };
}

function portsOf(part: string, services: Services): readonly PortRange[] | string {
  const numbers = /^(\d{1,5})(?:[-:](\d{1,5}))?$/.exec(part);
  if (numbers) {
    const first = Number(numbers[1]);
    const last = Number(numbers[2] ?? first);
    if (!isPort(first) || !isPort(last)) return `ports go from 1 to ${LAST_PORT}`;
    return first <= last ? [{ first, last }] : "the range ends before it begins";
  }
  if (/^[-\d:.]*$/.test(part)) return `write a port from 1 to ${LAST_PORT}, or a range like 6000-6010`;
  const named = services.get(part);
  if (!named || named.length === 0) return "it is neither a port, a range, nor a service of /etc/services";
  return named.map((port) => ({ first: port, last: port }));
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= LAST_PORT;
}
