import type { Ban } from "../core/ban.ts";
import { duration } from "../core/time.ts";
import type { Clock } from "../system/clock.ts";

/** After a hand-over, so many times as long as it took goes by before the next one, and never more than this. */
const REST = 4;
const LONGEST_MS = 50;
/** When no ban came for so long, the wave is over, and those that gathered need not wait for more. */
const STILL_MS = 10;

export interface WavesParts {
  readonly clock: Clock;
  /** Resolves when they are in force, or have to wait for longer than anybody should. */
  readonly carry: (bans: readonly Ban[]) => Promise<void>;
}

/**
 * Bans on their way from decision to kernel. The first goes at once; those that follow gather while it is carried out, and,
 * when they are several, a little longer: each hand-over starts a program, which costs more than deciding on hundreds of
 * bans, and the source that is flooded is read by the same process. So a wave takes a fifth of the time at the most, and a
 * ban in the middle of one waits a twentieth of a second for it, one at its end less.
 */
export class Waves {
  readonly #parts: WavesParts;
  #gathered: Ban[] = [];
  #rolling = false;
  #cameAt = Number.NEGATIVE_INFINITY;

  constructor(parts: WavesParts) {
    this.#parts = parts;
  }

  /** Decided, written, and not handed on yet. */
  get pending(): number {
    return this.#gathered.length;
  }

  add(bans: readonly Ban[]): void {
    for (const ban of bans) this.#gathered.push(ban);
    this.#cameAt = this.#parts.clock.monotonic();
    if (!this.#rolling) void this.#roll();
  }

  async #roll(): Promise<void> {
    const { clock, carry } = this.#parts;
    this.#rolling = true;
    while (this.#gathered.length > 0) {
      const began = clock.monotonic();
      const bans = this.#gathered;
      this.#gathered = [];
      await carry(bans);
      const ended = clock.monotonic();
      // One alone is no wave, and the next one must not wait for it.
      if (bans.length > 1) await this.#rest(ended + Math.min((ended - began) * REST, LONGEST_MS));
    }
    this.#rolling = false;
  }

  async #rest(until: number): Promise<void> {
    const { clock } = this.#parts;
    for (;;) {
      const left = Math.min(until, this.#cameAt + STILL_MS) - clock.monotonic();
      if (left <= 0) return;
      await clock.sleep(duration(left));
    }
  }
}
