/** Bytes of one frame of a stream, octet count not included. */
export const MAX_FRAME_BYTES = 65_536;

/** `oversize`: no end within the limit. `count`: an octet count that is zero, padded with zeros or over the limit. */
export type FrameFault = "oversize" | "count";

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0;
const SP = 0x20;
const LT = 0x3c;
/** More digits than this are no count, but text. */
const MAX_DIGITS = 20;

/**
 * Cuts a TCP or TLS stream into syslog frames (RFC 6587, RFC 5425). Each frame for itself is octet-counted if it begins
 * with digits, a space and "<", or else ends at a line feed or a NUL (python, OpenWrt). With the latter a sender that does not
 * escape line feeds (syslog-ng's network()) lets its clients begin a frame: octet-counting senders do not.
 *
 * Holds at most one unfinished frame and what was pushed last; work is linear in the bytes, however they arrive.
 * After a fault nothing more comes out: where the next frame begins is not known.
 */
export class FrameReader {
  readonly #limit: number;
  #store = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** Up to here no end of line was found. */
  #scanned = 0;
  /** No line feed stands before this: many frames that end at a NUL do not have the next line feed looked for each. */
  #noLf = 0;
  #fault: FrameFault | undefined;

  constructor(limit: number = MAX_FRAME_BYTES) {
    this.#limit = limit;
  }

  get fault(): FrameFault | undefined {
    return this.#fault;
  }

  /** Bytes held. */
  get pending(): number {
    return this.#end - this.#start;
  }

  /**
   * What is left when a stream ends in order: a last line need not be ended, neither for rsyslog nor for syslog-ng.
   * Undefined for what is no whole frame, or only the beginning of a count.
   */
  rest(): Buffer | undefined {
    if (this.#fault || this.#start >= this.#end || this.#countEnd() !== undefined) return undefined;
    return this.#store.subarray(this.#start, this.#end);
  }

  push(chunk: Buffer): void {
    if (this.#fault) return;
    const room = this.#store.length - this.#end;
    if (chunk.length > room) this.#makeRoom(chunk.length);
    chunk.copy(this.#store, this.#end);
    this.#end += chunk.length;
  }

  /** The next whole frame, without its count or end; valid until the next push. */
  next(): Buffer | undefined {
    if (this.#fault) return undefined;
    while (this.#start < this.#end && isBetween(this.#store[this.#start])) this.#start += 1;
    if (this.#start >= this.#end) {
      this.#release();
      return undefined;
    }
    const body = this.#countEnd();
    if (body === "unknown") return undefined;
    return body === undefined ? this.#line() : this.#counted(body);
  }

  /** Index of the "<" after a count; undefined when the frame is a line; "unknown" while too little has come. */
  #countEnd(): number | "unknown" | undefined {
    let at = this.#start;
    const stop = this.#start + MAX_DIGITS;
    while (at < this.#end && isDigit(this.#store[at])) {
      at += 1;
      if (at > stop) return undefined;
    }
    if (at === this.#start) return undefined;
    if (at === this.#end) return "unknown";
    if (this.#store[at] !== SP) return undefined;
    if (at + 1 === this.#end) return "unknown";
    return this.#store[at + 1] === LT ? at + 1 : undefined;
  }

  #counted(body: number): Buffer | undefined {
    const count = Number(this.#store.toString("latin1", this.#start, body - 1));
    if (this.#store[this.#start] === 0x30 || count > this.#limit) {
      this.#fault = "count";
      return undefined;
    }
    if (this.#end - body < count) return undefined;
    this.#start = body + count;
    this.#scanned = this.#start;
    return this.#store.subarray(body, body + count);
  }

  #line(): Buffer | undefined {
    const from = Math.max(this.#start, this.#scanned);
    const held = this.#store.subarray(0, this.#end);
    const lf = held.indexOf(LF, Math.max(from, this.#noLf));
    this.#noLf = lf < 0 ? this.#end : lf;
    const nul = held.subarray(0, lf < 0 ? this.#end : lf).indexOf(NUL, from);
    const at = nul < 0 ? lf : nul;
    if ((at < 0 ? this.#end : at) - this.#start > this.#limit) {
      this.#fault = "oversize";
      return undefined;
    }
    if (at < 0) {
      this.#scanned = this.#end;
      return undefined;
    }
    const frame = this.#store.subarray(this.#start, at);
    this.#start = at + 1;
    this.#scanned = this.#start;
    return frame;
  }

  #makeRoom(bytes: number): void {
    const held = this.#end - this.#start;
    let target = this.#store;
    // Twice what is needed, so that a byte at a time does not copy everything each time.
    if (held + bytes > this.#store.length / 2) target = Buffer.allocUnsafeSlow(Math.max(1024, 2 * (held + bytes)));
    this.#store.copy(target, 0, this.#start, this.#end);
    this.#scanned = Math.max(0, this.#scanned - this.#start);
    this.#noLf = Math.max(0, this.#noLf - this.#start);
    this.#start = 0;
    this.#end = held;
    this.#store = target;
  }

  /** Nothing is held: an idle connection should not keep what a burst needed. */
  #release(): void {
    this.#start = 0;
    this.#end = 0;
    this.#scanned = 0;
    this.#noLf = 0;
    if (this.#store.length > 16_384) this.#store = Buffer.alloc(0);
  }
}

function isBetween(byte: number | undefined): boolean {
  return byte === LF || byte === CR || byte === NUL;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
