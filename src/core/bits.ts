import { type Address, knownWords, type Network } from "./address.ts";

/** An address as four 32-bit numbers, most significant first; an IPv4 address is the first of them. */
export type Bits = Uint32Array;

/** Writes the bits of a canonical address. For hot loops: no strings, no arrays. */
export function readBits(address: Address | Network, into: Bits): void {
  if (address.family === "ip") {
    into[0] = ip4(address.text, 0);
    into[1] = 0;
    into[2] = 0;
    into[3] = 0;
    return;
  }
  const known = knownWords(address);
  if (known === undefined) {
    ip6(address.text, into);
    return;
  }
  for (let at = 0; at < 4; at += 1) into[at] = ((known[2 * at] ?? 0) << 16) | (known[2 * at + 1] ?? 0);
}

/** Clears all but the first `length` bits. */
export function maskBits(bits: Bits, length: number): void {
  for (let at = 0; at < 4; at += 1) {
    const keep = length - at * 32;
    if (keep <= 0) bits[at] = 0;
    else if (keep < 32) bits[at] = ((bits[at] ?? 0) & (0xffffffff << (32 - keep))) >>> 0;
  }
}

function ip4(text: string, from: number): number {
  let value = 0;
  let octet = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x2e) {
      value = value * 256 + octet;
      octet = 0;
    } else {
      octet = octet * 10 + code - 0x30;
    }
  }
  return value * 256 + octet;
}

function ip6(text: string, into: Bits): void {
  into[0] = 0;
  into[1] = 0;
  into[2] = 0;
  into[3] = 0;
  let index = 0;
  let gap = -1;
  let at = 0;
  while (at < text.length && index < 8) {
    if (text.charCodeAt(at) === 0x3a) {
      // A colon where a word should begin: "::".
      gap = index;
      at += at === 0 ? 2 : 1;
      continue;
    }
    let word = 0;
    let code = text.charCodeAt(at);
    while (at < text.length && code !== 0x3a) {
      word = word * 16 + (code < 0x3a ? code - 0x30 : (code | 0x20) - 0x57);
      at += 1;
      code = text.charCodeAt(at);
    }
    put(into, index, word);
    index += 1;
    at += 1;
  }
  if (gap < 0) return;
  // Words after the gap belong at the end.
  const move = 8 - index;
  for (let from = index - 1; from >= gap && move > 0; from -= 1) {
    put(into, from + move, wordAt(into, from));
    put(into, from, 0);
  }
}

function wordAt(bits: Bits, index: number): number {
  const pair = bits[index >> 1] ?? 0;
  return index & 1 ? pair & 0xffff : pair >>> 16;
}

function put(bits: Bits, index: number, word: number): void {
  const pair = bits[index >> 1] ?? 0;
  bits[index >> 1] = (index & 1 ? (pair & 0xffff0000) | word : (pair & 0xffff) | (word << 16)) >>> 0;
}
