import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Entry } from "../../src/core/entry.ts";
import { type SyslogOptions, type SyslogSource, syslog } from "../../src/sources/syslog.ts";
import { systemClock } from "../../src/system/clock.ts";

/** Starts a source on free ports, with a reader that keeps every entry. Stopped when the test ends. */
export async function started(options: Partial<SyslogOptions>) {
  const source = syslog({ name: "remote", listen: [], senders: [], clock: systemClock, ...options });
  const stop = new AbortController();
  const entries: Entry[] = [];
  const batches: number[] = [];
  const done = (async () => {
    for await (const batch of source.entries({ signal: stop.signal })) {
      entries.push(...batch);
      batches.push(batch.length);
    }
  })();
  done.catch(() => {});
  while (source.listening().length < (options.listen?.length ?? 0)) {
    await Promise.race([delay(5), done]);
  }
  return {
    source,
    entries,
    batches,
    done,
    stop: async () => {
      stop.abort();
      await done;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await done.catch(() => {});
    },
  };
}

export async function until(condition: () => boolean, what: string | (() => string)): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 20_000) assert.fail(`not within 20 s: ${typeof what === "string" ? what : what()}`);
    await delay(5);
  }
}

export function port(source: SyslogSource, at = 0): number {
  return source.listening()[at]?.port ?? assert.fail("not listening");
}
