import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../../src/core/entry.ts";
import { type Duration, duration } from "../../src/core/time.ts";
import { Feeds } from "../../src/daemon/feeds.ts";
import type { Source } from "../../src/sources/source.ts";
import type { Clock } from "../../src/system/clock.ts";
import { at } from "../core/fixtures.ts";

const SMALL = 3;
const LARGE = 100;

function batch(count: number): readonly Entry[] {
  return Array.from({ length: count }, () => ({
    time: at(0),
    source: "journal",
    message: "Connection closed by 192.0.2.1 port 50022",
    origin: { kind: "journal", trust: "local" },
  }));
}

/** What is taken of a source that gives these batches and then waits, by a clock that the test moves. */
async function read(sizes: readonly number[]) {
  const stop = new AbortController();
  const pauses: Duration[] = [];
  let now = 0;
  let taken = 0;
  const given = Promise.withResolvers<void>();
  const clock: Clock = {
    now: () => at(0),
    monotonic: () => duration(now),
    sleep: async (length) => {
      pauses.push(length);
    },
  };
  const source: Source = {
    name: "journal",
    status: () => ({ description: "", counters: {}, troubles: [] }),
    async *entries({ signal }) {
      for (const size of sizes) yield batch(size);
      given.resolve();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  };
  const feeds = new Feeds({
    clock,
    log: { tell: () => {} },
    cursor: () => undefined,
    take: (_, entries) => {
      taken += entries.length;
    },
  });
  await feeds.change([{ source, key: "" }], stop.signal);
  await given.promise;
  return {
    feeds,
    pauses,
    taken: () => taken,
    pass: (ms: number) => {
      now += ms;
    },
    end: async () => {
      stop.abort();
      await feeds.ended();
    },
  };
}

test("what comes after a small batch gathers for a moment; after a large one it has gathered already", async () => {
  const { pauses, taken, end } = await read([SMALL, LARGE, LARGE, SMALL]);
  assert.equal(taken(), 2 * (SMALL + LARGE));
  assert.deepEqual(pauses, [5, 5]);
  await end();
});

test("a source is crowded while it gives much, and for a second more", async () => {
  const { feeds, pass, end } = await read([LARGE]);
  assert.equal(feeds.crowded, true);
  pass(1000);
  assert.equal(feeds.crowded, false);
  await end();
  const calm = await read([SMALL, SMALL]);
  assert.equal(calm.feeds.crowded, false);
  await calm.end();
});
