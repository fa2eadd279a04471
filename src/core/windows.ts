import type { Bits } from "./bits.ts";

/** Times per link of a source's chain: with maxretry 5, four are kept (the fifth bans), and a source has one link. */
const PER_LINK = 4;
const NONE = 0;

/** Numbers of a slot, side by side: looking for a key and making it the latest touch one line of the processor's cache. */
const FIELDS = 8;
/** The first four are the bits. */
const TAG = 4;
/** Neighbours by when they were last seen; slot 0 is the ring's anchor: its next is the latest, its previous the oldest. */
const NEXT = 5;
const PREVIOUS = 6;
/** The first link. */
const CHAIN = 7;

/** What `strike` saw in the window around a time: the sum of marks, or the number of them where each is distinct. */
export interface Seen {
  readonly sum: number;
  readonly records: number;
}

/**
 * Which times each key was seen at lately, for a fixed number of keys: the least recently seen makes room. Keys are four
 * numbers (the bits of a prefix) and one more that the caller makes up (the tag: jail, sender, prefix length).
 * All in typed arrays, taken at once and touched only as they fill: 90 bytes a key with up to four times (100,000 keys), and nothing
 * for the garbage collector to walk.
 */
export class Windows {
  readonly capacity: number;
  /** Keys that had to make room before their time. */
  evicted = 0;
  #size = 0;

  /** Open addressing: each place holds a slot and the hash of its key, so that only the key's own slot need be looked at. */
  readonly #index: Uint32Array;
  readonly #indexMask: number;
  readonly #seed: number;

  readonly #slots: Uint32Array;
  readonly #records: Uint16Array;
  readonly #notes: Uint8Array;
  #freeSlot = NONE;
  #usedSlots = 0;

  readonly #times: Float64Array;
  readonly #marks: Uint32Array | Uint16Array;
  readonly #link: Uint32Array;
  readonly #links: number;
  #freeLink = NONE;
  #usedLinks = 0;

  /**
   * @param capacity keys.
   * @param links groups of four times, over all keys: 2 × capacity unless told. When they run out, keys make room.
   * @param wide marks of 32 bits, not 16.
   * @param seed of the hash, so that nobody outside can make keys collide.
   */
  constructor(options: { capacity: number; links?: number; wide?: boolean; seed?: number }) {
    this.capacity = options.capacity;
    this.#links = options.links ?? 2 * options.capacity;
    this.#seed = options.seed ?? 0;
    let size = 16;
    while (size < options.capacity * 1.25) size *= 2;
    this.#index = new Uint32Array(size * 2);
    this.#indexMask = size - 1;
    const slots = options.capacity + 1;
    this.#slots = new Uint32Array(slots * FIELDS);
    this.#records = new Uint16Array(slots);
    this.#notes = new Uint8Array(slots);
    this.#times = new Float64Array((this.#links + 1) * PER_LINK);
    this.#marks = options.wide
      ? new Uint32Array((this.#links + 1) * PER_LINK)
      : new Uint16Array((this.#links + 1) * PER_LINK);
    this.#link = new Uint32Array(this.#links + 1);
  }

  get size(): number {
    return this.#size;
  }

  /** Slot of a key, or 0. */
  find(bits: Bits, tag: number): number {
    // Not destructured: that would go through the iterator, five times as slow.
    const a = bits[0] ?? 0;
    const b = bits[1] ?? 0;
    const c = bits[2] ?? 0;
    const d = bits[3] ?? 0;
    const slots = this.#slots;
    const hash = this.#hash(a, b, c, d, tag);
    for (let at = hash & this.#indexMask; ; at = (at + 1) & this.#indexMask) {
      const slot = this.#index[at * 2] ?? NONE;
      if (slot === NONE) return NONE;
      if (this.#index[at * 2 + 1] !== hash) continue;
      const from = slot * FIELDS;
      if (
        slots[from + TAG] === tag &&
        slots[from] === a &&
        slots[from + 1] === b &&
        slots[from + 2] === c &&
        slots[from + 3] === d
      ) {
        return slot;
      }
    }
  }

  /** A slot for a key that has none; the key seen longest ago makes room when all are taken. */
  add(bits: Bits, tag: number): number {
    if (this.#size === this.capacity) this.#evict(NONE);
    let slot = this.#freeSlot;
    if (slot === NONE) {
      this.#usedSlots += 1;
      slot = this.#usedSlots;
    } else {
      this.#freeSlot = this.#get(slot, NEXT);
    }
    for (let word = 0; word < 4; word += 1) this.#set(slot, word, bits[word] ?? 0);
    this.#set(slot, TAG, tag);
    this.#set(slot, CHAIN, NONE);
    this.#records[slot] = 0;
    this.#notes[slot] = 0;
    this.#linkFirst(slot);
    const hash = this.#hashOf(slot);
    let at = hash & this.#indexMask;
    while (this.#index[at * 2] !== NONE) at = (at + 1) & this.#indexMask;
    this.#index[at * 2] = slot;
    this.#index[at * 2 + 1] = hash;
    this.#size += 1;
    return slot;
  }

  /** Now it is the one seen last. */
  touch(slot: number): void {
    if (this.#get(0, NEXT) === slot) return;
    this.#unlink(slot);
    this.#linkFirst(slot);
  }

  remove(slot: number): void {
    this.#unindex(slot);
    this.#unlink(slot);
    this.#freeChain(slot);
    this.#set(slot, NEXT, this.#freeSlot);
    this.#freeSlot = slot;
    this.#size -= 1;
  }

  tag(slot: number): number {
    return this.#get(slot, TAG);
  }

  bits(slot: number): Bits {
    return this.#slots.subarray(slot * FIELDS, slot * FIELDS + TAG);
  }

  /** A small number of the caller's, 0 … 255. */
  note(slot: number): number {
    return this.#notes[slot] ?? 0;
  }

  setNote(slot: number, note: number): void {
    this.#notes[slot] = note;
  }

  /** Slots from the one seen longest ago to the latest. Not to be changed meanwhile, but for removing the one at hand. */
  *slots(): Generator<number> {
    let slot = this.#get(0, PREVIOUS);
    while (slot !== NONE) {
      const next = this.#get(slot, PREVIOUS);
      yield slot;
      slot = next;
    }
  }

  /** Times and marks of a slot, in the order they are kept. */
  records(slot: number): { time: number; mark: number }[] {
    const list: { time: number; mark: number }[] = [];
    let left = this.#records[slot] ?? 0;
    for (let at = this.#first(slot); left > 0; at = this.#after(at), left -= 1) {
      list.push({ time: this.#times[at] ?? 0, mark: this.#marks[at] ?? 0 });
    }
    return list;
  }

  /** Latest time of a slot; -Infinity when it has none. */
  latest(slot: number): number {
    let latest = Number.NEGATIVE_INFINITY;
    let left = this.#records[slot] ?? 0;
    for (let at = this.#first(slot); left > 0; at = this.#after(at), left -= 1) {
      latest = Math.max(latest, this.#times[at] ?? latest);
    }
    return latest;
  }

  /**
   * The largest sum of marks (and number of them) over all windows of `length` that contain `time`, without `time`
   * itself. In order, that is simply the last `length` up to and including `time`.
   */
  around(slot: number, time: number, length: number): Seen {
    let sum = 0;
    let records = 0;
    const from = time - length;
    let left = this.#records[slot] ?? 0;
    for (let at = this.#first(slot); left > 0; at = this.#after(at), left -= 1) {
      const seen = this.#times[at] ?? 0;
      if (seen > time) return this.#anyWindow(slot, time, length);
      if (seen < from) continue;
      sum += this.#marks[at] ?? 0;
      records += 1;
    }
    return { sum, records };
  }

  /**
   * Keeps a time. Of more than `most`, the one farthest from it goes: in order, that is the oldest, which no window with
   * a later time can need.
   */
  keep(slot: number, record: { time: number; mark: number }, most: number): void {
    const count = this.#records[slot] ?? 0;
    if (count >= most) {
      const at = this.#farthest(slot, record.time);
      this.#times[at] = record.time;
      this.#marks[at] = record.mark;
      return;
    }
    if (count % PER_LINK === 0) this.#grow(slot);
    const at = this.#place(slot, count);
    this.#times[at] = record.time;
    this.#marks[at] = record.mark;
    this.#records[slot] = count + 1;
  }

  /** Takes a time out again; false when it is not kept. */
  take(slot: number, record: { time: number; mark: number }): boolean {
    let found = NONE;
    let left = this.#records[slot] ?? 0;
    for (let at = this.#first(slot); left > 0; at = this.#after(at), left -= 1) {
      if (this.#times[at] === record.time && this.#marks[at] === record.mark) found = at;
    }
    if (found === NONE) return false;
    left = (this.#records[slot] ?? 0) - 1;
    const last = this.#place(slot, left);
    this.#times[found] = this.#times[last] ?? 0;
    this.#marks[found] = this.#marks[last] ?? 0;
    this.#records[slot] = left;
    if (left % PER_LINK === 0) this.#shrink(slot);
    return true;
  }

  /** For marks that are names: the time kept for `mark` becomes `time` if that is later. False when there is none. */
  renew(slot: number, record: { time: number; mark: number }): boolean {
    let found = false;
    let left = this.#records[slot] ?? 0;
    for (let at = this.#first(slot); left > 0; at = this.#after(at), left -= 1) {
      if (this.#marks[at] !== record.mark) continue;
      this.#times[at] = Math.max(this.#times[at] ?? 0, record.time);
      found = true;
    }
    return found;
  }

  clear(): void {
    this.#index.fill(0);
    this.#set(0, NEXT, NONE);
    this.#set(0, PREVIOUS, NONE);
    this.#freeSlot = NONE;
    this.#usedSlots = 0;
    this.#freeLink = NONE;
    this.#usedLinks = 0;
    this.#size = 0;
  }

  #get(slot: number, field: number): number {
    return this.#slots[slot * FIELDS + field] ?? 0;
  }

  #set(slot: number, field: number, value: number): void {
    this.#slots[slot * FIELDS + field] = value;
  }

  /** Where the first time of a slot lies, if it has any. */
  #first(slot: number): number {
    return this.#get(slot, CHAIN) * PER_LINK;
  }

  /** Where the time after the one at `at` lies, if the slot has any more. */
  #after(at: number): number {
    const next = at + 1;
    return next % PER_LINK === 0 ? (this.#link[next / PER_LINK - 1] ?? NONE) * PER_LINK : next;
  }

  /** Entries out of order: slide a window over all that could share one with `time`. */
  #anyWindow(slot: number, time: number, length: number): Seen {
    const near = this.records(slot)
      .filter((record) => Math.abs(record.time - time) <= length)
      .sort((a, b) => a.time - b.time);
    let best: Seen = { sum: 0, records: 0 };
    for (let first = 0; first < near.length; first += 1) {
      const start = near[first]?.time ?? 0;
      let sum = 0;
      let records = 0;
      // A window that begins after `time` would not contain it.
      for (const record of near) {
        if (record.time < Math.min(start, time) || record.time > Math.min(start, time) + length) continue;
        sum += record.mark;
        records += 1;
      }
      if (sum > best.sum || records > best.records) {
        best = { sum: Math.max(sum, best.sum), records: Math.max(records, best.records) };
      }
    }
    return best;
  }

  #farthest(slot: number, time: number): number {
    let best = 0;
    let distance = -1;
    let left = this.#records[slot] ?? 0;
    for (let at = this.#first(slot); left > 0; at = this.#after(at), left -= 1) {
      const away = Math.abs((this.#times[at] ?? 0) - time);
      if (away <= distance) continue;
      distance = away;
      best = at;
    }
    return best;
  }

  #place(slot: number, index: number): number {
    let link = this.#get(slot, CHAIN);
    for (let skip = Math.floor(index / PER_LINK); skip > 0; skip -= 1) link = this.#link[link] ?? NONE;
    return link * PER_LINK + (index % PER_LINK);
  }

  #grow(slot: number): void {
    while (this.#freeLink === NONE && this.#usedLinks === this.#links) this.#evict(slot);
    let link = this.#freeLink;
    if (link === NONE) {
      this.#usedLinks += 1;
      link = this.#usedLinks;
    } else {
      this.#freeLink = this.#link[link] ?? NONE;
    }
    this.#link[link] = NONE;
    let last = this.#get(slot, CHAIN);
    if (last === NONE) {
      this.#set(slot, CHAIN, link);
      return;
    }
    while (this.#link[last] !== NONE) last = this.#link[last] ?? NONE;
    this.#link[last] = link;
  }

  /** Gives back the last link of a chain. */
  #shrink(slot: number): void {
    let link = this.#get(slot, CHAIN);
    let before = NONE;
    while (this.#link[link] !== NONE) {
      before = link;
      link = this.#link[link] ?? NONE;
    }
    if (before === NONE) this.#set(slot, CHAIN, NONE);
    else this.#link[before] = NONE;
    this.#link[link] = this.#freeLink;
    this.#freeLink = link;
  }

  #evict(keep: number): void {
    let slot = this.#get(0, PREVIOUS);
    if (slot === keep) slot = this.#get(slot, PREVIOUS);
    // Only `keep` is left: it cannot need more links than there are, see the bound in Tally.
    if (slot === NONE) throw new RangeError("windows: no link left");
    this.remove(slot);
    this.evicted += 1;
  }

  #freeChain(slot: number): void {
    let link = this.#get(slot, CHAIN);
    while (link !== NONE) {
      const next = this.#link[link] ?? NONE;
      this.#link[link] = this.#freeLink;
      this.#freeLink = link;
      link = next;
    }
    this.#set(slot, CHAIN, NONE);
  }

  #linkFirst(slot: number): void {
    const first = this.#get(0, NEXT);
    this.#set(slot, NEXT, first);
    this.#set(slot, PREVIOUS, NONE);
    this.#set(first, PREVIOUS, slot);
    this.#set(0, NEXT, slot);
  }

  #unlink(slot: number): void {
    const next = this.#get(slot, NEXT);
    const previous = this.#get(slot, PREVIOUS);
    this.#set(previous, NEXT, next);
    this.#set(next, PREVIOUS, previous);
  }

  #hashOf(slot: number): number {
    return this.#hash(
      this.#get(slot, 0),
      this.#get(slot, 1),
      this.#get(slot, 2),
      this.#get(slot, 3),
      this.#get(slot, TAG),
    );
  }

  /** Linear probing without gravestones: whoever was pushed on by the one that goes moves back. */
  #unindex(slot: number): void {
    let hole = this.#hashOf(slot) & this.#indexMask;
    while (this.#index[hole * 2] !== slot) hole = (hole + 1) & this.#indexMask;
    for (let at = (hole + 1) & this.#indexMask; ; at = (at + 1) & this.#indexMask) {
      const other = this.#index[at * 2] ?? NONE;
      if (other === NONE) break;
      const hash = this.#index[at * 2 + 1] ?? 0;
      if (((at - hash) & this.#indexMask) < ((at - hole) & this.#indexMask)) continue;
      this.#index[hole * 2] = other;
      this.#index[hole * 2 + 1] = hash;
      hole = at;
    }
    this.#index[hole * 2] = NONE;
  }

  #hash(a: number, b: number, c: number, d: number, tag: number): number {
    let h = this.#seed ^ tag;
    h = Math.imul(h ^ a, 0x9e3779b1);
    h ^= h >>> 15;
    h = Math.imul(h ^ b, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h ^ c, 0xc2b2ae35);
    h ^= h >>> 16;
    h = Math.imul(h ^ d, 0x27d4eb2f);
    h ^= h >>> 15;
    h = Math.imul(h, 0x85ebca6b);
    return (h ^ (h >>> 13)) >>> 0;
  }
}
