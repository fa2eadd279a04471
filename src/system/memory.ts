import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: {
  readonly type: "major";
  readonly execution: "sync";
  readonly flavor: "last-resort";
}) => void;

/**
 * What a start, a reload or an attack took of the heap and nobody needs any more: code that ran once, and room that it grew
 * by. Left alone, it stays until the heap is full again, which takes a quiet agent days.
 */
export class Slack {
  #least = 0;

  /** Gives it back to the system. The program stands still meanwhile: the longer, the more it holds. */
  giveBack(): void {
    setFlagsFromString("--expose-gc");
    // The function is put into contexts made from then on.
    const collect = runInNewContext("globalThis.gc") as Collect | undefined;
    collect?.({ type: "major", execution: "sync", flavor: "last-resort" });
    this.#least = process.memoryUsage().heapTotal;
  }

  /** Bytes that the heap has grown by since. */
  get grown(): number {
    return process.memoryUsage().heapTotal - this.#least;
  }
}
