import type { Bits } from "./bits.ts";

export interface TallyFailure {
  readonly tag: number;
  /** Masked to the length that is counted by. */
  readonly bits: Bits;
  readonly attempts: number;
  readonly time: number;
}

/** One counted failure, as Tally writes it down. */
export interface TallyRecord extends TallyFailure {
  /** Bans behind a known offender. */
  readonly note: number;
}

export type TallyOp =
  | { readonly op: "name"; readonly kind: "jail" | "sender"; readonly id: number; readonly name: string }
  | ({ readonly op: "strike"; readonly filled: boolean; readonly spreadFilled: boolean } & TallyRecord)
  | { readonly op: "forget"; readonly tag: number; readonly bits: Bits }
  | ({ readonly op: "retract" } & TallyFailure)
  | { readonly op: "drop"; readonly jail: number }
  | { readonly op: "login"; readonly key: string; readonly time: number }
  | ({ readonly op: "source" } & TallySlot)
  | ({ readonly op: "prefix" } & TallySlot);

/** All that is kept for one key. */
export interface TallySlot {
  readonly tag: number;
  readonly bits: Bits;
  readonly note: number;
  readonly records: readonly { readonly time: number; readonly mark: number }[];
}

/** Parts of version 1, whose sum goes byte by byte, are still read. */
const VERSION = 2;
/** Version in front, checksum behind. */
const FRAME = 5;

/** Codes below 4 are strikes: bit 0 the source's measure was full, bit 1 the prefix's. */
const NAME_JAIL = 4;
const NAME_SENDER = 5;
const FORGET = 6;
const DROP = 7;
const LOGIN = 8;
const SOURCE = 9;
const PREFIX = 10;
const RETRACT = 11;

/** Changes of a tally as bytes: 20 (IPv4) or 24 (a /64) for a failure. */
export class TallyLog {
  #buffer = new Uint8Array(4096);
  #view = new DataView(this.#buffer.buffer);
  #at = 1;

  strike(record: TallyRecord, filled: boolean, spreadFilled: boolean): void {
    this.#room(32);
    this.#u8((filled ? 1 : 0) | (spreadFilled ? 2 : 0));
    this.#key(record.tag, record.bits);
    this.#u8(record.note);
    this.#u16(record.attempts);
    this.#f64(record.time);
  }

  write(op: Exclude<TallyOp, { readonly op: "strike" }>): void {
    switch (op.op) {
      case "name": {
        const text = Buffer.from(op.name);
        this.#room(text.length + 8);
        this.#u8(op.kind === "jail" ? NAME_JAIL : NAME_SENDER);
        this.#u16(op.id);
        this.#text(text);
        break;
      }
      case "forget":
        this.#room(24);
        this.#u8(FORGET);
        this.#key(op.tag, op.bits);
        break;
      case "retract":
        this.#room(32);
        this.#u8(RETRACT);
        this.#key(op.tag, op.bits);
        this.#u16(op.attempts);
        this.#f64(op.time);
        break;
      case "drop":
        this.#room(4);
        this.#u8(DROP);
        this.#u16(op.jail);
        break;
      case "login": {
        const text = Buffer.from(op.key);
        this.#room(text.length + 16);
        this.#u8(LOGIN);
        this.#f64(op.time);
        this.#text(text);
        break;
      }
      default:
        this.#room(32 + op.records.length * 12);
        this.#u8(op.op === "source" ? SOURCE : PREFIX);
        this.#key(op.tag, op.bits);
        this.#u8(op.note);
        this.#u16(op.records.length);
        for (const { time, mark } of op.records) {
          this.#f64(time);
          this.#u32(mark);
        }
    }
  }

  /** What was written since the last `take`, framed; undefined when nothing was. */
  take(): Uint8Array | undefined {
    if (this.#at === 1) return undefined;
    this.#buffer[0] = VERSION;
    this.#room(4);
    this.#u32(checksum(this.#view, this.#at));
    const taken = this.#buffer.slice(0, this.#at);
    this.restart();
    return taken;
  }

  restart(): void {
    this.#at = 1;
    if (this.#buffer.length <= 1_000_000) return;
    this.#buffer = new Uint8Array(4096);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** Visits what a part holds, in order; false, and nothing visited, when it is damaged or of another make. */
  static read(part: Uint8Array, visit: (op: TallyOp) => void): boolean {
    if (part.length === 0) return true;
    if (part.length < FRAME) return false;
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
    const end = part.length - 4;
    const sum = part[0] === VERSION ? checksum(view, end) : part[0] === 1 ? oldChecksum(part, end) : undefined;
    if (view.getUint32(end) !== sum) return false;
    const reader = new Reader(part, view);
    try {
      while (reader.at < end) visit(reader.next());
      return reader.at === end;
    } catch (error) {
      // Past the end of the part, or more than the tally holds: not what a tally writes, though its sum is right.
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#at + bytes));
    larger.set(this.#buffer);
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }

  #key(tag: number, bits: Bits): void {
    this.#u32(tag);
    for (let word = 0; word < wordsOf(tag); word += 1) this.#u32(bits[word] ?? 0);
  }

  #text(text: Uint8Array): void {
    this.#u16(text.length);
    this.#buffer.set(text, this.#at);
    this.#at += text.length;
  }

  #u8(value: number): void {
    this.#view.setUint8(this.#at, value);
    this.#at += 1;
  }

  #u16(value: number): void {
    this.#view.setUint16(this.#at, value);
    this.#at += 2;
  }

  #u32(value: number): void {
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }

  #f64(value: number): void {
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
  }
}

class Reader {
  at = 1;
  readonly #part: Uint8Array;
  readonly #view: DataView;

  constructor(part: Uint8Array, view: DataView) {
    this.#part = part;
    this.#view = view;
  }

  next(): TallyOp {
    const code = this.#u8();
    switch (code) {
      case NAME_JAIL:
      case NAME_SENDER:
        return { op: "name", kind: code === NAME_JAIL ? "jail" : "sender", id: this.#u16(), name: this.#text() };
      case FORGET:
        return { op: "forget", ...this.#key() };
      case RETRACT:
        return { op: "retract", ...this.#key(), attempts: this.#u16(), time: this.#f64() };
      case DROP:
        return { op: "drop", jail: this.#u16() };
      case LOGIN:
        return { op: "login", time: this.#f64(), key: this.#text() };
      case SOURCE:
      case PREFIX: {
        const key = this.#key();
        const note = this.#u8();
        const records = Array.from({ length: this.#u16() }, () => ({ time: this.#f64(), mark: this.#u32() }));
        const slot = { ...key, note, records };
        return code === SOURCE ? { op: "source", ...slot } : { op: "prefix", ...slot };
      }
      default:
        if (code > 3) throw new RangeError(`unknown operation ${code}`);
        return {
          op: "strike",
          filled: (code & 1) !== 0,
          spreadFilled: (code & 2) !== 0,
          ...this.#key(),
          note: this.#u8(),
          attempts: this.#u16(),
          time: this.#f64(),
        };
    }
  }

  #key(): { tag: number; bits: Bits } {
    const tag = this.#u32();
    const bits = new Uint32Array(4);
    for (let word = 0; word < wordsOf(tag); word += 1) bits[word] = this.#u32();
    return { tag, bits };
  }

  #text(): string {
    const length = this.#u16();
    if (this.at + length > this.#part.length) throw new RangeError("text past the end");
    this.at += length;
    return Buffer.from(this.#part.buffer, this.#part.byteOffset + this.at - length, length).toString();
  }

  #u8(): number {
    this.at += 1;
    return this.#view.getUint8(this.at - 1);
  }

  #u16(): number {
    this.at += 2;
    return this.#view.getUint16(this.at - 2);
  }

  #u32(): number {
    this.at += 4;
    return this.#view.getUint32(this.at - 4);
  }

  #f64(): number {
    this.at += 8;
    return this.#view.getFloat64(this.at - 8);
  }
}

/** How many of the four words of a key are not zero by its length: the low 9 bits of a tag, see Tally. */
function wordsOf(tag: number): number {
  const length = tag & 511;
  return length > 32 ? Math.min(4, Math.ceil((length - 128) / 32)) : Math.ceil(length / 32);
}

/** By words, as every failure that is counted comes through here. No single word can change without it. */
function checksum(view: DataView, end: number): number {
  let h = 0x811c9dc5;
  let at = 0;
  for (; at + 4 <= end; at += 4) {
    h = Math.imul(h ^ view.getInt32(at), 0x01000193);
    h = (h << 13) | (h >>> 19);
  }
  for (; at < end; at += 1) h = Math.imul(h ^ view.getUint8(at), 0x01000193);
  return h >>> 0;
}

function oldChecksum(bytes: Uint8Array, end: number): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < end; at += 1) h = Math.imul(h ^ (bytes[at] ?? 0), 0x01000193);
  return h >>> 0;
}
