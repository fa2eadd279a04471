import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: {
  readonly type: "major";
  readonly execution: "sync";
  readonly flavor: "last-resort";
}) => void;

/**
 * Gives back to the system what a start or a reload took and nobody needs any more: code that ran once, and room that the
 * heap grew by. Otherwise it stays until the heap is full again, which takes a quiet agent days. Stops the program for some
 * 50 ms.
 */
export function giveBackMemory(): void {
  setFlagsFromString("--expose-gc");
  // The function is put into contexts made from then on.
  const collect = runInNewContext("globalThis.gc") as Collect | undefined;
  collect?.({ type: "major", execution: "sync", flavor: "last-resort" });
}
