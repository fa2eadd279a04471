import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { run, start } from "../../src/system/exec.ts";

/** A shell that waits for a program of its own, which outlives it with the shell's output open. */
const LEAVES_ONE_BEHIND = ["-c", "echo said; sleep 30; echo never"];
/** Far more than any of it takes, and far less than what is left behind. */
const LATE = 20_000;

async function inTime<T>(work: Promise<T>): Promise<T> {
  const abort = new AbortController();
  const late = delay(LATE, undefined, { signal: abort.signal }).then(() => assert.fail("it is still waited for"));
  try {
    return await Promise.race([work, late]);
  } finally {
    abort.abort();
    late.catch(() => undefined); // Not late: the wait for it is over.
  }
}

test("a program that takes too long is given up, with whatever it started", async () => {
  const outcome = await inTime(run("/bin/sh", LEAVES_ONE_BEHIND, { timeoutMs: 300 }));
  assert.equal(outcome.timedOut, true);
  assert.equal(outcome.signal, "SIGKILL");
  assert.equal(outcome.stdout, "said\n");
});

test("a program that runs on is given up when it is told to end, with whatever it started", async () => {
  const abort = new AbortController();
  const child = start("/bin/sh", LEAVES_ONE_BEHIND, abort.signal);
  const read = (async () => {
    for await (const bytes of child.stdout) {
      assert.equal(bytes.toString(), "said\n");
      abort.abort();
    }
  })();
  // A stream that was cut off may say so.
  await inTime(read.catch((error: unknown) => assert.match(String(error), /PREMATURE_CLOSE/)));
  assert.equal((await inTime(child.done)).signal, "SIGTERM");
});
