import { type Instant, instant } from "../core/time.ts";

const HOUR_MS = 3_600_000;

/** How many bans each syslog sender may cause in an hour: whoever forges its datagrams can do no more harm than that. */
export class Budgets {
  #most: ReadonlyMap<string, number> = new Map();
  readonly #spent = new Map<string, { begun: Instant; count: number; told: boolean }>();
  readonly #exhausted: (sender: string, most: number) => void;
  #changed = false;

  constructor(exhausted: (sender: string, most: number) => void) {
    this.#exhausted = exhausted;
  }

  /** @param most bans an hour, by sender; senders not in it have no limit. */
  configure(most: ReadonlyMap<string, number>): void {
    this.#most = most;
    for (const [sender, spent] of this.#spent) {
      const limit = most.get(sender);
      if (limit === undefined) this.#spent.delete(sender);
      // It may have been given more: then it is believed again, and is told of again when that is used up.
      else if (spent.count < limit) spent.told = false;
    }
  }

  /** Whether the sender may cause one more ban. */
  has(sender: string, now: Instant): boolean {
    const most = this.#most.get(sender);
    if (most === undefined) return true;
    const spent = this.#current(sender, now);
    if (spent.count < most) return true;
    if (!spent.told) {
      this.#exhausted(sender, most);
      spent.told = true;
      this.#changed = true;
    }
    return false;
  }

  spend(sender: string, now: Instant): void {
    if (!this.#most.has(sender)) return;
    this.#current(sender, now).count += 1;
    this.#changed = true;
  }

  /** What is spent, to be kept for the next start; undefined when it is the same as the last time. */
  written(): string | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    return JSON.stringify([...this.#spent].map(([sender, { begun, count, told }]) => [sender, begun, count, told]));
  }

  /** Takes up what `written` gave: a restart gives nobody a new hour. What of it makes no sense is passed over. */
  restore(text: string | undefined): void {
    if (text === undefined) return;
    try {
      for (const [sender, begun, count, told] of JSON.parse(text) as unknown[][]) {
        if (typeof sender !== "string" || typeof begun !== "number" || typeof count !== "number") continue;
        const most = this.#most.get(sender);
        if (most !== undefined)
          this.#spent.set(sender, { begun: instant(begun), count, told: told === true && count >= most });
      }
    } catch {
      // Not what we write: everybody begins with a new hour.
    }
  }

  #current(sender: string, now: Instant): { begun: Instant; count: number; told: boolean } {
    let spent = this.#spent.get(sender);
    // A clock set back begins a new hour too: it must not make the old one last longer.
    if (spent === undefined || now - spent.begun >= HOUR_MS || now < spent.begun) {
      spent = { begun: now, count: 0, told: false };
      this.#spent.set(sender, spent);
    }
    return spent;
  }

  /** Senders that are not believed at the moment. */
  quarantined(now: Instant): readonly string[] {
    return [...this.#spent].flatMap(([sender, { begun, told }]) => (told && now - begun < HOUR_MS ? sender : []));
  }
}
