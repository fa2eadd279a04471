import type { Entry } from "./entry.ts";
import { detached } from "./text.ts";

interface Listener {
  accepts(identifier: string | undefined): boolean;
}

/** Identifiers remembered; whoever may log may invent them. */
const MAX_KNOWN = 4096;

/** Which of the listeners (filters of jails) an entry is for, by its identifier alone: lines of others cost a look-up. */
export class Dispatch<T extends Listener> {
  readonly #listeners: readonly T[];
  readonly #known = new Map<string, readonly T[]>();

  constructor(listeners: readonly T[]) {
    this.#listeners = listeners;
  }

  for(entry: Entry): readonly T[] {
    const key = entry.identifier ?? "";
    const known = this.#known.get(key);
    if (known) return known;
    const found = this.#listeners.filter((listener) => listener.accepts(entry.identifier));
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(detached(key), found);
    return found;
  }
}
