import type { Bits } from "./bits.ts";

/** Times per link of a source's chain: with maxretry 5, four are kept (the fifth bans), and a source has one link. */
const PER_LINK = 4;
const NONE = 0;

/** What `strike` saw in the window around a time: the sum of marks, or the number of them where each is distinct. */
export interface Seen {
  readonly sum: number;
  readonly records: number;
}

/**
 * Which times each key was seen at lately, for a fixed number of keys: the least recently seen makes room. Keys are four
 * numbers (the bits of a prefix) and one more that the caller makes up (the tag: jail, sender, prefix length).
 * All in typed arrays, taken at once and touched only as they fill: 82 bytes a key with up to four times, and nothing
 * for the garbage collector to walk.
 */
export class Windows {
  readonly capacity: number;
  /** Keys that had to make room before their time. */
  evicted = 0;
  #size = 0;

  readonly #index: Uint32Array;
  readonly #indexMask: number;
  readonly #seed: number;

  readonly #bits: Uint32Array;
  readonly #tags: Uint32Array;
  /** Neighbours by when they were last seen; slot 0 is the ring's anchor: its next is the latest, its previous the oldest. */
  readonly #next: Uint32Array;
  readonly #previous: Uint32Array;
  readonly #chain: Uint32Array;
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
    while (size < options.capacity * 2) size *= 2;
    this.#index = new Uint32Array(size);
    this.#indexMask = size - 1;
    const slots = options.capacity + 1;
    this.#bits = new Uint32Array(slots * 4);
    this.#tags = new Uint32Array(slots);
    this.#next = new Uint32Array(slots);
    this.#previous = new Uint32Array(slots);
    this.#chain = new Uint32Array(slots);
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
    for (let at = this.#hash(a, b, c, d, tag); ; at = (at + 1) & this.#indexMask) {
      const slot = this.#index[at] ?? NONE;
      if (slot === NONE) return NONE;
      const from = slot * 4;
      if (
        this.#tags[slot] === tag &&
        this.#bits[from] === a &&
        this.#bits[from + 1] === b &&
        this.#bits[from + 2] === c &&
        this.#bits[from + 3] === d
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
      this.#freeSlot = this.#next[slot] ?? NONE;
    }
    for (let word = 0; word < 4; word += 1) this.#bits[slot * 4 + word] = bits[word] ?? 0;
    this.#tags[slot] = tag;
    this.#chain[slot] = NONE;
    this.#records[slot] = 0;
    this.#notes[slot] = 0;
    this.#linkFirst(slot);
    let at = this.#home(slot);
    while (this.#index[at] !== NONE) at = (at + 1) & this.#indexMask;
    this.#index[at] = slot;
    this.#size += 1;
    return slot;
  }

  /** Now it is the one seen last. */
  touch(slot: number): void {
    if (this.#next[0] === slot) return;
    this.#unlink(slot);
    this.#linkFirst(slot);
  }

  remove(slot: number): void {
    this.#unindex(slot);
    this.#unlink(slot);
    this.#freeChain(slot);
    this.#next[slot] = this.#freeSlot;
    this.#freeSlot = slot;
    this.#size -= 1;
  }

  tag(slot: number): number {
    return this.#tags[slot] ?? 0;
  }

  bits(slot: number): Bits {
    return this.#bits.subarray(slot * 4, slot * 4 + 4);
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
    let slot = this.#previous[0] ?? NONE;
    while (slot !== NONE) {
      const next = this.#previous[slot] ?? NONE;
      yield slot;
      slot = next;
    }
  }

  /** Times and marks of a slot, in the order they are kept. */
  records(slot: number): { time: number; mark: number }[] {
    const list: { time: number; mark: number }[] = [];
    this.#each(slot, (at) => {
      list.push({ time: this.#times[at] ?? 0, mark: this.#marks[at] ?? 0 });
    });
    return list;
  }

  /** Latest time of a slot; -Infinity when it has none. */
  latest(slot: number): number {
    let latest = Number.NEGATIVE_INFINITY;
    this.#each(slot, (at) => {
      latest = Math.max(latest, this.#times[at] ?? latest);
    });
    return latest;
  }

  /**
   * The largest sum of marks (and number of them) over all windows of `length` that contain `time`, without `time`
   * itself. In order, that is simply the last `length` up to and including `time`.
   */
  around(slot: number, time: number, length: number): Seen {
    let sum = 0;
    let records = 0;
    let later = false;
    const from = time - length;
    let left = this.#records[slot] ?? 0;
    for (let link = this.#chain[slot] ?? NONE; link !== NONE; link = this.#link[link] ?? NONE) {
      const end = Math.min(PER_LINK, left);
      for (let at = link * PER_LINK; at < link * PER_LINK + end; at += 1) {
        const seen = this.#times[at] ?? 0;
        if (seen > time) later = true;
        else if (seen >= from) {
          sum += this.#marks[at] ?? 0;
          records += 1;
        }
      }
      left -= end;
    }
    return later ? this.#anyWindow(slot, time, length) : { sum, records };
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
    this.#each(slot, (at) => {
      if (this.#times[at] === record.time && this.#marks[at] === record.mark) found = at;
    });
    if (found === NONE) return false;
    const left = (this.#records[slot] ?? 0) - 1;
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
    this.#each(slot, (at) => {
      if (this.#marks[at] !== record.mark) return;
      this.#times[at] = Math.max(this.#times[at] ?? 0, record.time);
      found = true;
    });
    return found;
  }

  clear(): void {
    this.#index.fill(0);
    this.#next[0] = NONE;
    this.#previous[0] = NONE;
    this.#freeSlot = NONE;
    this.#usedSlots = 0;
    this.#freeLink = NONE;
    this.#usedLinks = 0;
    this.#size = 0;
  }

  #each(slot: number, visit: (at: number) => void): void {
    let left = this.#records[slot] ?? 0;
    for (let link = this.#chain[slot] ?? NONE; link !== NONE && left > 0; link = this.#link[link] ?? NONE) {
      for (let at = 0; at < PER_LINK && left > 0; at += 1, left -= 1) visit(link * PER_LINK + at);
    }
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
    this.#each(slot, (at) => {
      const away = Math.abs((this.#times[at] ?? 0) - time);
      if (away > distance) {
        distance = away;
        best = at;
      }
    });
    return best;
  }

  #place(slot: number, index: number): number {
    let link = this.#chain[slot] ?? NONE;
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
    let last = this.#chain[slot] ?? NONE;
    if (last === NONE) {
      this.#chain[slot] = link;
      return;
    }
    while (this.#link[last] !== NONE) last = this.#link[last] ?? NONE;
    this.#link[last] = link;
  }

  /** Gives back the last link of a chain. */
  #shrink(slot: number): void {
    let link = this.#chain[slot] ?? NONE;
    let before = NONE;
    while (this.#link[link] !== NONE) {
      before = link;
      link = this.#link[link] ?? NONE;
    }
    if (before === NONE) this.#chain[slot] = NONE;
    else this.#link[before] = NONE;
    this.#link[link] = this.#freeLink;
    this.#freeLink = link;
  }

  #evict(keep: number): void {
    let slot = this.#previous[0] ?? NONE;
    if (slot === keep) slot = this.#previous[slot] ?? NONE;
    // Only `keep` is left: it cannot need more links than there are, see the bound in Tally.
    if (slot === NONE) throw new RangeError("windows: no link left");
    this.remove(slot);
    this.evicted += 1;
  }

  #freeChain(slot: number): void {
    let link = this.#chain[slot] ?? NONE;
    while (link !== NONE) {
      const next = this.#link[link] ?? NONE;
      this.#link[link] = this.#freeLink;
      this.#freeLink = link;
      link = next;
    }
    this.#chain[slot] = NONE;
  }

  #linkFirst(slot: number): void {
    const first = this.#next[0] ?? NONE;
    this.#next[slot] = first;
    this.#previous[slot] = NONE;
    this.#previous[first] = slot;
    this.#next[0] = slot;
  }

  #unlink(slot: number): void {
    const next = this.#next[slot] ?? NONE;
    const previous = this.#previous[slot] ?? NONE;
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  #home(slot: number): number {
    const from = slot * 4;
    return this.#hash(
      this.#bits[from] ?? 0,
      this.#bits[from + 1] ?? 0,
      this.#bits[from + 2] ?? 0,
      this.#bits[from + 3] ?? 0,
      this.#tags[slot] ?? 0,
    );
  }

  /** Linear probing without gravestones: whoever was pushed on by the one that goes moves back. */
  #unindex(slot: number): void {
    let hole = this.#home(slot);
    while (this.#index[hole] !== slot) hole = (hole + 1) & this.#indexMask;
    for (let at = (hole + 1) & this.#indexMask; ; at = (at + 1) & this.#indexMask) {
      const other = this.#index[at] ?? NONE;
      if (other === NONE) break;
      const home = this.#home(other);
      if (((at - home) & this.#indexMask) >= ((at - hole) & this.#indexMask)) {
        this.#index[hole] = other;
        hole = at;
      }
    }
    this.#index[hole] = NONE;
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
    return (h ^ (h >>> 13)) & this.#indexMask;
  }
}
