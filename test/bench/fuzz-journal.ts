// Hostile input for the journal decoder and the line splitter: nothing may throw, slow down or grow, or it ends with status 1.
//   node --expose-gc test/bench/fuzz-journal.ts [INPUTS] [SEED]      default 1000000 1
import assert from "node:assert/strict";
import { decodeEntry } from "../../src/sources/journal-entry.ts";
import { LineSplitter } from "../../src/system/lines.ts";
import { LineMaker } from "../sources/journal-lines.ts";

/** With what the runner itself compiles meanwhile. */
const MOST_GROWN_MB = 4;

const total = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const reading = { source: "journal", trust: "local" } as const;
const maker = new LineMaker(seed);
const kinds = new Map<string, number>();
let slowest = 0;
let heapBefore = 0;
for (let at = 0; at < total; at += 1) {
  const line = at % 3 === 0 ? maker.wellFormed() : maker.damaged().toString("utf8");
  const start = performance.now();
  const decoded = decodeEntry(line, reading);
  slowest = Math.max(slowest, performance.now() - start);
  const kind = decoded.kind === "skip" ? decoded.reason : decoded.kind;
  kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  // The blank at the end takes the way through JSON.parse, which forbids control characters where we do not care.
  if (!/[\x00-\x1f]/.test(line)) assert.deepEqual(decoded, decodeEntry(`${line} `, reading), line);
  if (at === Math.floor(total / 10)) heapBefore = heap();
}
console.log(
  `decoder: seed ${seed}, ${total} inputs, ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(", ")}`,
);
const grown = (heap() - heapBefore) / 1e6;
console.log(`  slowest ${slowest.toFixed(1)} ms, heap grew by ${grown.toFixed(1)} MB over nine tenths`);
if (grown > MOST_GROWN_MB) process.exitCode = 1;

// Twice the length may take little more than twice the time: the best of five, against a pause in between.
for (const [name, make] of [
  ["quotes", (length: number) => `{"MESSAGE":"${'\\"'.repeat(length)}"}`],
  ["fields", (length: number) => `{${'"A":"b",'.repeat(length)}"A":"b"}`],
  ["open brackets", (length: number) => `{"MESSAGE":${"[".repeat(length)}`],
  ["bytes", (length: number) => `{"MESSAGE":[${"1,".repeat(length)}1]}`],
  ["no end", (length: number) => `{"${"x".repeat(length)}`],
] as const) {
  const best = (line: string) => {
    let least = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 5; tries += 1) {
      const start = performance.now();
      decodeEntry(line, reading);
      least = Math.min(least, performance.now() - start);
    }
    return least;
  };
  const [short, long] = [best(make(16_000)), best(make(64_000))];
  // Four times the length; sixteen would be quadratic.
  if (long / short > 10) process.exitCode = 1;
  console.log(
    `  ${name}: 16,000 in ${short.toFixed(2)} ms, 64,000 in ${long.toFixed(2)} ms, ${(long / short).toFixed(1)} times`,
  );
}

let cut = 0;
for (let round = 0; round < total / 100; round += 1) {
  const bytes = Buffer.concat(
    Array.from({ length: maker.number(8) }, () => Buffer.concat([maker.damaged(), Buffer.from("\n")])),
  );
  const max = 1 + maker.number(400);
  const expected = bytes.toString("latin1").split("\n").slice(0, -1);
  const splitter = new LineSplitter(max);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + maker.number(200);
    lines.push(...splitter.push(bytes.subarray(at, end)));
    at = end;
  }
  const fitting = expected
    .filter((line) => line.length <= max)
    .map((line) => Buffer.from(line, "latin1").toString("utf8"));
  assert.deepEqual(lines, fitting);
  assert.equal(splitter.skipped, expected.length - fitting.length);
  cut += splitter.skipped;
}
console.log(`splitter: ${Math.ceil(total / 100)} streams, ${cut} lines too long`);

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
