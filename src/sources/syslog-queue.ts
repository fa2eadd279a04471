/**
 * First in, first out, within a number of messages and of bytes. Over either, the oldest go and are counted.
 *
 * The bytes are copied into one piece of memory, used as a ring: a buffer that came from the socket, 64 KiB however
 * small its datagram, is free again at once and not as old as the queue is long.
 */
export class DropQueue<About> {
  readonly #abouts: (About | undefined)[];
  readonly #offsets: Uint32Array;
  readonly #sizes: Uint32Array;
  readonly #ringBytes: number;
  /** Made when first needed; pages never written to cost nothing. */
  #ring: Buffer | undefined;
  #first = 0;
  #length = 0;
  #bytes = 0;
  /** Where the next message goes, if there is room up to the end. */
  #tail = 0;
  #dropped = 0;

  constructor(capacity: number, ringBytes: number) {
    this.#abouts = new Array<About | undefined>(capacity).fill(undefined);
    this.#offsets = new Uint32Array(capacity);
    this.#sizes = new Uint32Array(capacity);
    this.#ringBytes = ringBytes;
  }

  get length(): number {
    return this.#length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Three quarters full: whoever can wait should. */
  get crowded(): boolean {
    return this.#length * 4 >= this.#abouts.length * 3 || this.#bytes * 4 >= this.#ringBytes * 3;
  }

  /** `bytes` no longer than the ring; what is longer is dropped itself. */
  push(about: About, bytes: Buffer): void {
    if (bytes.length > this.#ringBytes) {
      this.#dropped += 1;
      return;
    }
    let offset = this.#length < this.#abouts.length ? this.#place(bytes.length) : -1;
    while (offset < 0) {
      this.#forget();
      this.#dropped += 1;
      offset = this.#place(bytes.length);
    }
    this.#ring ??= Buffer.allocUnsafeSlow(this.#ringBytes);
    bytes.copy(this.#ring, offset);
    const at = (this.#first + this.#length) % this.#abouts.length;
    this.#abouts[at] = about;
    this.#offsets[at] = offset;
    this.#sizes[at] = bytes.length;
    this.#tail = offset + Math.max(1, bytes.length);
    this.#length += 1;
    this.#bytes += bytes.length;
  }

  /** The oldest message; its bytes are valid until the next push. */
  shift(): { readonly about: About; readonly bytes: Buffer } | undefined {
    const about = this.#abouts[this.#first];
    if (this.#length === 0 || about === undefined || !this.#ring) return undefined;
    const offset = this.#offsets[this.#first] ?? 0;
    const bytes = this.#ring.subarray(offset, offset + (this.#sizes[this.#first] ?? 0));
    this.#forget();
    return { about, bytes };
  }

  clear(): void {
    while (this.#length > 0) this.#forget();
  }

  #forget(): void {
    this.#abouts[this.#first] = undefined;
    this.#bytes -= this.#sizes[this.#first] ?? 0;
    this.#first = (this.#first + 1) % this.#abouts.length;
    this.#length -= 1;
  }

  /** Where `bytes` in a row are free; -1 when nowhere. Empty, it begins anew, so that few pages are ever used. */
  #place(bytes: number): number {
    if (this.#length === 0) return 0;
    // An empty message takes a byte: no two are at one place, and so their places tell whether the ring has wrapped.
    const size = Math.max(1, bytes);
    const head = this.#offsets[this.#first] ?? 0;
    const newest = this.#offsets[(this.#first + this.#length - 1) % this.#abouts.length] ?? 0;
    if (newest < head) return size <= head - this.#tail ? this.#tail : -1;
    if (size <= this.#ringBytes - this.#tail) return this.#tail;
    return size <= head ? 0 : -1;
  }
}
