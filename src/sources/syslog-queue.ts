/** First in, first out, within a number of items and of bytes. Over either, the oldest go and are counted. */
export class DropQueue<Item> {
  readonly #items: (Item | undefined)[];
  readonly #sizes: Uint32Array;
  readonly #maxBytes: number;
  #first = 0;
  #length = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(capacity: number, maxBytes: number) {
    this.#items = new Array<Item | undefined>(capacity).fill(undefined);
    this.#sizes = new Uint32Array(capacity);
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Three quarters full: whoever can wait should. */
  get crowded(): boolean {
    return this.#length * 4 >= this.#items.length * 3 || this.#bytes * 4 >= this.#maxBytes * 3;
  }

  push(item: Item, bytes: number): void {
    while (this.#length > 0 && (this.#length === this.#items.length || this.#bytes + bytes > this.#maxBytes)) {
      this.shift();
      this.#dropped += 1;
    }
    const at = (this.#first + this.#length) % this.#items.length;
    this.#items[at] = item;
    this.#sizes[at] = bytes;
    this.#length += 1;
    this.#bytes += bytes;
  }

  shift(): Item | undefined {
    if (this.#length === 0) return undefined;
    const at = this.#first;
    const item = this.#items[at];
    this.#items[at] = undefined;
    this.#bytes -= this.#sizes[at] ?? 0;
    this.#first = (at + 1) % this.#items.length;
    this.#length -= 1;
    return item;
  }

  clear(): void {
    while (this.#length > 0) this.shift();
  }
}
