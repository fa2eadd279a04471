import { type Duration, seconds } from "../core/time.ts";
import type { Clock } from "../system/clock.ts";

const FIRST = seconds(1);
const LONGEST = seconds(60);
/** A run that lasted so long was a success; the next failure begins with the shortest pause again. */
const GOOD_RUN = seconds(60);

export interface Supervision {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told each time it broke, with the pause before the next try. */
  readonly broke: (error: unknown, retryIn: Duration) => void;
}

/**
 * Runs something that should run until the signal aborts, again and again when it breaks or ends: after 1 s, 2 s, 4 s …
 * 60 s. The only place that retries; never a spin, for the shortest pause is a second. Never rejects.
 */
export async function supervise(
  run: (signal: AbortSignal) => Promise<void>,
  { clock, signal, broke }: Supervision,
): Promise<void> {
  let pause = FIRST;
  while (!signal.aborted) {
    const begun = clock.monotonic();
    let error: unknown = new Error("it ended by itself");
    try {
      await run(signal);
    } catch (thrown) {
      error = thrown;
    }
    if (signal.aborted) return;
    if (clock.monotonic() - begun > GOOD_RUN) pause = FIRST;
    broke(error, pause);
    await clock.sleep(pause, signal);
    pause = Math.min(pause * 2, LONGEST) as Duration;
  }
}
