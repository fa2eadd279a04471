import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Dispatch } from "../../src/core/dispatch.ts";
import type { Entry } from "../../src/core/entry.ts";
import { detached, keepable } from "../../src/core/text.ts";
import { NOON } from "./fixtures.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const LINES = 2000;

/** A line of eight kilobytes, with something to be kept in it. */
function line(at: number): string {
  return Buffer.from(`sshd-session-of-${at}: ${"x".repeat(8000)}`).toString();
}

/** Megabytes that are left of what was made. */
function kept(make: () => unknown): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  const made = make();
  collect();
  const after = process.memoryUsage().heapUsed;
  assert.ok(made);
  return (after - before) / 1e6;
}

test("a part of a long line is the same text, and does not keep the line", () => {
  const part = (text: string): string => text.slice(0, 20);
  assert.equal(keepable(part(line(7)), line(7)), part(line(7)));
  assert.equal(keepable("ann", "Invalid user ann"), "ann");
  assert.equal(detached(""), "");
  const cut = (keep: (text: string) => string) => () => Array.from({ length: LINES }, (_, at) => keep(line(at)));
  // What this is for: a mere part keeps all of them.
  assert.ok(kept(cut(part)) > 10);
  assert.ok(kept(cut((text) => keepable(part(text), text))) < 2);
});

test("identifiers are remembered without the lines they stood in", () => {
  const dispatch = new Dispatch([{ accepts: () => true }]);
  const origin = { kind: "syslog", protocol: "udp", sender: "local", trust: "full" } as const;
  const fill = () => {
    for (let at = 0; at < LINES; at += 1) {
      const message = line(at);
      const entry: Entry = { time: NOON, source: "syslog", identifier: message.slice(0, 20), message, origin };
      assert.equal(dispatch.for(entry).length, 1);
    }
    return dispatch;
  };
  assert.ok(kept(fill) < 2);
});
