// Fuzzes the syslog parser and measures it: node --expose-gc test/bench/fuzz-syslog.ts [inputs] [seed].
// Ends with status 1 on a throw, or when time grows faster than the input, or memory at all.
import { instant } from "../../src/core/time.ts";
import { parseSyslog } from "../../src/sources/syslog-message.ts";
import { mutated, randomNumbers, SHAPES } from "../sources/syslog-samples.ts";

/** With what the runner itself compiles meanwhile. */
const MOST_GROWN_MIB = 4;

const inputs = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const received = instant(Date.parse("2026-11-22T12:06:00Z"));

function cpuUs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return used.user + used.system;
}

const random = randomNumbers(seed);
let slowestMs = 0;
let parsed = 0;
const heapBefore = heap();
for (; parsed < inputs; parsed += 1) {
  const bytes = mutated(random);
  const start = performance.now();
  try {
    parseSyslog(bytes, received);
  } catch (error) {
    console.error(`seed ${seed}, input ${parsed}: ${JSON.stringify(bytes.toString("latin1"))}`, error);
    process.exit(1);
  }
  slowestMs = Math.max(slowestMs, performance.now() - start);
}
const grown = (heap() - heapBefore) / 2 ** 20;
if (grown > MOST_GROWN_MIB) process.exitCode = 1;
console.log(
  `${parsed} inputs, seed ${seed}: no throw; slowest ${slowestMs.toFixed(1)} ms; heap ${grown.toFixed(0)} MiB more`,
);

// Repeats of what a regular expression or a loop might stumble over, at 1, 2, 4 and 8 KiB.
const HEADS = [
  "",
  "<38>",
  "<38>1 - h a 1 - ",
  "<38>Nov 22 11:00:00 ",
  "<38>Nov 22 11:00:00 h ",
  "<189>29: ",
  "<189>Nov 22 11:00:00 h 1: ",
];
const BODIES = [
  "a",
  " ",
  "a ",
  "[",
  "]",
  "[a ",
  '[a b="c"]',
  '[a b="\\"',
  '[a b="',
  "%",
  "%A-",
  "%A-1-B",
  ":",
  "a:",
  "1",
  "1:",
  "1: ",
  "\\",
  "\n",
  "-",
  "<",
  "é",
];
let worst = 0;
let suspicious = 0;
for (const head of HEADS) {
  for (const body of BODIES) {
    const at = (size: number) => {
      const bytes = Buffer.from(head + body.repeat(Math.ceil(size / body.length))).subarray(0, size);
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 5; round += 1) {
        best = Math.min(
          best,
          cpuUs(() => {
            for (let times = 0; times < 100; times += 1) parseSyslog(bytes, received);
          }) / 100,
        );
      }
      return best;
    };
    const small = at(1024);
    const large = at(8192);
    worst = Math.max(worst, large);
    // Eight times the bytes: quadratic would be 64 times the time.
    if (large > 30 && large / small > 24) {
      suspicious += 1;
      console.error(
        `not linear? ${JSON.stringify(head + body)}: 1 KiB ${small.toFixed(1)} us, 8 KiB ${large.toFixed(1)} us`,
      );
    }
  }
}
console.log(`worst repeat of 8 KiB: ${worst.toFixed(0)} us a message`);

for (const set of [SHAPES.slice(0, 1), SHAPES.slice(1, 2), SHAPES.slice(2, 3), SHAPES]) {
  const buffers = set.map((text) => Buffer.from(text));
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    const us = cpuUs(() => {
      for (let at = 0; at < 200_000; at += 1) parseSyslog(buffers[at % buffers.length] as Buffer, received);
    });
    best = Math.min(best, us / 200_000);
  }
  const name = set.length === 1 ? `${set[0]?.slice(0, 40)}…` : "all shapes";
  console.log(`${Math.round(1000 / best)} k messages per CPU second: ${name}`);
}
if (suspicious > 0) process.exit(1);

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
