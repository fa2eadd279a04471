import { type Change, type Held, heldKey } from "../core/ban.ts";
import type { Clock } from "../system/clock.ts";
import { checkLayout, objection, timeout } from "./admission.ts";
import type { Firewall, Layout, Refusal } from "./firewall.ts";

export interface NoneOptions {
  readonly clock: Clock;
  /** Told every change that another backend would now make. */
  readonly tell?: (change: Change) => void;
}

/**
 * Only tells: no packet is stopped. For dry runs, and the file to read first: it shows what a backend promises. What it
 * holds is in memory, and ends by the clock as kernel elements do.
 */
export function none(options: NoneOptions): Firewall {
  const { clock, tell } = options;
  let scopes: ReadonlyMap<string, unknown> = new Map();
  const elements = new Map<string, Held>();

  return {
    name: "none",
    limits: ["no packet is stopped: this backend only tells what would be banned"],

    async prepare(layout: Layout): Promise<void> {
      scopes = checkLayout(layout);
      for (const [key, element] of elements) {
        if (!scopes.has(element.scope)) elements.delete(key);
      }
    },

    async apply(changes: Iterable<Change>): Promise<readonly Refusal[]> {
      const refusals: Refusal[] = [];
      for (const change of changes) {
        const reason = objection(change, scopes);
        if (reason !== undefined) {
          refusals.push({ change, reason });
          continue;
        }
        const { scope, target } = change;
        if (change.kind === "unban") {
          elements.delete(heldKey(change));
        } else {
          const length = timeout(change.until, clock.now());
          const until =
            length === undefined ? {} : { until: (clock.now() + length * 1000) as NonNullable<Held["until"]> };
          elements.set(heldKey(change), { scope, target, ...until });
        }
        tell?.(change);
      }
      return refusals;
    },

    async held(): Promise<readonly Held[]> {
      const now = clock.now();
      for (const [key, { until }] of elements) {
        if (until !== undefined && until <= now) elements.delete(key);
      }
      return [...elements.values()];
    },

    async *disturbed(signal: AbortSignal): AsyncIterable<string> {
      // Nobody else can touch memory.
      if (signal.aborted) return;
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    },

    async remove(): Promise<boolean> {
      const any = scopes.size > 0;
      elements.clear();
      scopes = new Map();
      return any;
    },
  };
}
