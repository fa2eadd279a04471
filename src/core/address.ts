declare const canonical: unique symbol;
const WORDS = Symbol("words");

export type Family = "ip" | "ip6";

/** Address in canonical text (RFC 5952), with its family: no caller can put an IPv6 address in an IPv4 set. */
export interface Address {
  readonly family: Family;
  readonly text: string;
  readonly [canonical]: true;
  /** IPv6, where it was read: what counts it, judges it and gates it need not read it again. */
  readonly [WORDS]?: readonly number[];
}

/** A prefix: host bits are zero. `length` is 0…32 (ip) or 0…128 (ip6). */
export interface Network {
  readonly family: Family;
  /** Canonical text of the first address. */
  readonly text: string;
  readonly length: number;
  readonly [canonical]: true;
}

export const FULL: Readonly<Record<Family, number>> = { ip: 32, ip6: 128 };

/**
 * The only maker of addresses. Strict: four plain decimal octets, or IPv6 without zone; no names, no octal, no short
 * forms. An IPv4-mapped IPv6 address (::ffff:a.b.c.d) is the IPv4 address: the kernel sees plain IPv4 packets.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  if (isIp4(text)) return make("ip", text);
  const words = ip6Words(text);
  if (words === undefined) return undefined;
  if (isMapped(words)) return make("ip", `${high(words, 6)}.${low(words, 6)}.${high(words, 7)}.${low(words, 7)}`);
  return { family: "ip6", text: ip6Text(words), [WORDS]: words } as unknown as Address;
}

/** "192.0.2.0/24", "2001:db8::/32", or a bare address (its full length). Host bits are cleared. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) {
    const address = parseAddress(text);
    return address && networkOf(address, FULL[address.family]);
  }
  const digits = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  const head = text.slice(0, slash);
  const address = parseAddress(head);
  if (!address) return undefined;
  // ::ffff:192.0.2.0/120 is 192.0.2.0/24.
  const length = Number(digits) - (address.family === "ip" && head.includes(":") ? 96 : 0);
  if (length < 0 || length > FULL[address.family]) return undefined;
  return networkOf(address, length);
}

/** The network of `length` bits around an address. */
export function networkOf(address: Address | Network, length: number): Network {
  if ("length" in address && address.length === length) return address;
  if (length >= FULL[address.family]) return net(address.family, address.text, FULL[address.family]);
  const masked = maskWords(words(address), length, address.family);
  return net(address.family, address.family === "ip" ? ip4Text(masked) : ip6Text(masked), length);
}

export function contains(network: Network, inner: Address | Network): boolean {
  if (network.family !== inner.family) return false;
  if ("length" in inner && inner.length < network.length) return false;
  if (network.length === 0) return true;
  return networkOf(inner, network.length).text === network.text;
}

export function overlaps(a: Network, b: Network): boolean {
  return contains(a, b) || contains(b, a);
}

export function sameNetwork(a: Network, b: Network): boolean {
  return a.text === b.text && a.length === b.length && a.family === b.family;
}

/** "192.0.2.7" for a whole address, "2001:db8::/64" for a prefix. */
export function formatNetwork(network: Network): string {
  return network.length === FULL[network.family] ? network.text : `${network.text}/${network.length}`;
}

/** The netmask of a prefix length, as nft writes it: "255.255.255.0", "ffff:ffff::". */
export function netmask(family: Family, length: number): string {
  const ones = family === "ip" ? [0xffff, 0xffff] : new Array<number>(8).fill(0xffff);
  const masked = maskWords(ones, length, family);
  return family === "ip" ? ip4Text(masked) : ip6Text(masked);
}

/** Big-endian 16-bit words: two for IPv4, eight for IPv6. For counting tables that want numbers. */
export function words(address: Address | Network): readonly number[] {
  if (address.family === "ip") return ip4Words(address.text);
  return knownWords(address) ?? ip6Words(address.text) ?? [];
}

/** Of an IPv6 address that was read; undefined for any other. */
export function knownWords(address: Address | Network): readonly number[] | undefined {
  return WORDS in address ? address[WORDS] : undefined;
}

function make(family: Family, text: string): Address {
  return { family, text } as Address;
}

function net(family: Family, text: string, length: number): Network {
  return { family, text, length } as Network;
}

function ip4Words(text: string): number[] {
  const [a, b, c, d] = text.split(".").map(Number) as [number, number, number, number];
  return [a * 256 + b, c * 256 + d];
}

function ip4Text(pair: readonly number[]): string {
  return `${high(pair, 0)}.${low(pair, 0)}.${high(pair, 1)}.${low(pair, 1)}`;
}

function high(list: readonly number[], at: number): number {
  return (list[at] ?? 0) >> 8;
}

function low(list: readonly number[], at: number): number {
  return (list[at] ?? 0) & 0xff;
}

/** By character, like IPv6: every peer that fails comes through here, and at a start every ban. */
function isIp4(text: string): boolean {
  let dots = 0;
  let digits = 0;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (digits === 0) return false;
      dots += 1;
      digits = 0;
      value = 0;
      continue;
    }
    // A zero in front would make it octal elsewhere.
    if (code < ZERO || code > NINE || (digits > 0 && value === 0)) return false;
    value = value * 10 + code - ZERO;
    digits += 1;
    if (value > 255) return false;
  }
  return dots === 3 && digits > 0;
}

/** RFC 4291 §2.2, without a zone: the eight words, or undefined when the text is no IPv6 address. */
function ip6Words(text: string): number[] | undefined {
  const list = [0, 0, 0, 0, 0, 0, 0, 0];
  let count = 0;
  let gap = -1;
  let word = 0;
  let digits = 0;
  let at = 0;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COLON) {
      if (digits > 0) {
        if (count === 8) return undefined;
        list[count] = word;
        count += 1;
        word = 0;
        digits = 0;
      } else if (at > 0 && text.charCodeAt(at - 1) === COLON) {
        if (gap >= 0) return undefined;
        gap = count;
      } else if (text.charCodeAt(at + 1) !== COLON) return undefined;
      continue;
    }
    if (code === DOT) break;
    const value = hex(code);
    if (value < 0 || digits === 4) return undefined;
    word = word * 16 + value;
    digits += 1;
  }
  if (at < text.length) {
    // The last two words may be written as IPv4.
    const tail = text.slice(at - digits);
    if (at === digits || count > 6 || !isIp4(tail)) return undefined;
    const [high = 0, low = 0] = ip4Words(tail);
    list[count] = high;
    list[count + 1] = low;
    count += 2;
  } else if (digits > 0) {
    if (count === 8) return undefined;
    list[count] = word;
    count += 1;
  } else if (gap !== count) return undefined;
  if (gap < 0) return count === 8 ? list : undefined;
  if (count === 8) return undefined;
  // What follows the gap belongs at the end.
  for (let from = count - 1, to = 7; from >= gap; from -= 1, to -= 1) {
    list[to] = list[from] ?? 0;
    list[from] = 0;
  }
  return list;
}

/** -1 when it is no hexadecimal digit. */
function hex(code: number): number {
  if (code <= NINE) return code >= ZERO ? code - ZERO : -1;
  const letter = code | LOWER;
  return letter > LETTERS + 9 && letter <= LETTERS + 15 ? letter - LETTERS : -1;
}

const DOT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;
/** The bit that tells "a" from "A". */
const LOWER = 0x20;
/** "a" stands for ten. */
const LETTERS = 0x61 - 10;

function isMapped(list: readonly number[]): boolean {
  for (let at = 0; at < 5; at += 1) if (list[at] !== 0) return false;
  return list[5] === 0xffff;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero words as "::", the first of equals. */
function ip6Text(list: readonly number[]): string {
  let bestAt = -1;
  let bestLength = 1;
  for (let at = 0; at < 8; at += 1) {
    let end = at;
    while (end < 8 && list[end] === 0) end += 1;
    if (end - at > bestLength) {
      bestAt = at;
      bestLength = end - at;
    }
    if (end > at) at = end;
  }
  // Not by join: banning a /64 comes through here.
  let text = "";
  for (let at = 0; at < 8; at += 1) {
    if (at === bestAt) {
      text += "::";
      at += bestLength - 1;
      continue;
    }
    if (at > 0 && at !== bestAt + bestLength) text += ":";
    text += (list[at] ?? 0).toString(16);
  }
  return text;
}

function maskWords(list: readonly number[], length: number, family: Family): number[] {
  const masked: number[] = family === "ip" ? [0, 0] : [0, 0, 0, 0, 0, 0, 0, 0];
  for (let at = 0; at * 16 < length; at += 1) {
    const bits = length - at * 16;
    const word = list[at] ?? 0;
    masked[at] = bits >= 16 ? word : word & ((0xffff << (16 - bits)) & 0xffff);
  }
  return masked;
}
