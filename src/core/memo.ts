import type { Match } from "./match.ts";

/**
 * The log lines behind counts, for mails and `explain`. Apart from the counts and bounded on its own: in an attack by
 * very many sources, the lines of those that began longest ago are forgotten, the counts are not.
 */
export class Memo {
  readonly #most: number;
  readonly #lists = new Map<number, Match[]>();
  #kept = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#kept;
  }

  of(slot: number): readonly Match[] {
    return this.#lists.get(slot) ?? [];
  }

  /**
   * @param most lines of this source.
   * @param first the source was not known before.
   */
  add(slot: number, match: Match, { most, first }: { readonly most: number; readonly first: boolean }): void {
    if (most < 1) return;
    const list = this.#lists.get(slot);
    if (list === undefined) {
      // A flood of sources that fail once each must not push out those that fail again.
      if (first && this.#kept >= this.#most) return;
      this.#lists.set(slot, [match]);
    } else {
      list.push(match);
      if (list.length > most) {
        list.shift();
        return;
      }
    }
    this.#kept += 1;
    if (this.#kept <= this.#most) return;
    for (const oldest of this.#lists.keys()) {
      this.drop(oldest);
      break;
    }
  }

  drop(slot: number): void {
    const list = this.#lists.get(slot);
    if (list === undefined) return;
    this.#kept -= list.length;
    this.#lists.delete(slot);
  }

  clear(): void {
    this.#lists.clear();
    this.#kept = 0;
  }
}
