/**
 * Cuts a stream of bytes into lines of UTF-8 text, without the newline. A line longer than `maxBytes` is skipped to its
 * end and counted: memory stays below `maxBytes` and one chunk, whatever arrives.
 */
export class LineSplitter {
  /** Lines that were too long, since the start. */
  skipped = 0;
  readonly #maxBytes: number;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #skipping = false;
  #skippedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of the line that is being skipped, so far. */
  get skippedBytes(): number {
    return this.#skipping ? this.#skippedBytes : 0;
  }

  /** The complete lines that end in `chunk`; the last piece waits for the next. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let at = 0;
    for (;;) {
      const end = chunk.indexOf(0x0a, at);
      if (end < 0) break;
      // Each line is text of its own: a slice of one long text would keep all of it alive for one kept field.
      if (this.#skipping) this.#skipping = false;
      else if (this.#restBytes + end - at > this.#maxBytes) this.skipped += 1;
      else if (this.#restBytes === 0) lines.push(chunk.toString("utf8", at, end));
      else lines.push(Buffer.concat([...this.#rest, chunk.subarray(at, end)]).toString("utf8"));
      this.#forget();
      at = end + 1;
    }
    if (this.#skipping) this.#skippedBytes += chunk.length;
    else if (at < chunk.length) this.#keep(chunk.subarray(at));
    return lines;
  }

  #keep(piece: Buffer): void {
    if (this.#restBytes + piece.length > this.#maxBytes) {
      this.skipped += 1;
      this.#skipping = true;
      this.#skippedBytes = this.#restBytes + piece.length;
      this.#forget();
    } else {
      this.#rest.push(piece);
      this.#restBytes += piece.length;
    }
  }

  #forget(): void {
    if (this.#restBytes === 0) return;
    this.#rest = [];
    this.#restBytes = 0;
  }
}
