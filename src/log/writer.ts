/** Characters that are not kept for the end of the turn: what tells so much has no time to spare for more. */
const MOST = 65_536;

/**
 * Lines that are told in one turn of the event loop, in one write: a batch of entries finds hundreds of failures. They are
 * out before anything else happens; `flush` is for an end in the middle of a turn.
 */
export class LineWriter {
  readonly #out: (text: string) => void;
  #gathered = "";
  #waiting = false;

  constructor(out: (text: string) => void) {
    this.#out = out;
  }

  /** @param line with its line end. */
  write(line: string): void {
    this.#gathered += line;
    if (this.#gathered.length >= MOST) {
      this.flush();
    } else if (!this.#waiting) {
      this.#waiting = true;
      queueMicrotask(() => {
        this.#waiting = false;
        this.flush();
      });
    }
  }

  flush(): void {
    const text = this.#gathered;
    if (text === "") return;
    this.#gathered = "";
    this.#out(text);
  }
}
