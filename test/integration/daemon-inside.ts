/** The whole daemon with clocks that a test sets, in the network namespace of whoever loads this: see worker.ts. */
import { readConfig } from "../../src/config/resolve.ts";
import { duration, instant } from "../../src/core/time.ts";
import { Daemon } from "../../src/daemon/daemon.ts";
import { LineLog } from "../../src/log/log.ts";
import { bootId, type Clock, sinceBoot, systemClock } from "../../src/system/clock.ts";
import { guardRegexps, whyNotLinear } from "../../src/system/regexp.ts";
import { readServices } from "../../src/system/services.ts";
import { FILTERS } from "../filters/samples.ts";

let set = 0;
let slept = 0;
const clock: Clock = {
  now: () => instant(systemClock.now() + set + slept),
  monotonic: () => systemClock.monotonic(),
  sleep: async (length, signal) => {
    const { promise: passed, resolve } = Promise.withResolvers<void>();
    if (length >= HOUR) hours.add(resolve);
    await Promise.race([systemClock.sleep(length, signal), passed]);
    hours.delete(resolve);
  },
};
/** Ends what sleeps for an hour or longer. */
const hours = new Set<() => void>();
const HOUR = 3_600_000;

/** Somebody sets the wall clock. */
export function setClock(bySeconds: number): void {
  set += bySeconds * 1000;
}

/** The machine sleeps, and nothing in it but the clocks that count that. */
export function sleep(seconds: number): void {
  slept += seconds * 1000;
}

let boots = 0;

/** The next start is after a reboot. */
export function reboot(): void {
  boots += 1;
}

/** Whoever waits for an hour or longer has waited long enough. */
export function passHours(): void {
  for (const each of hours) each();
}

let trouble: string | undefined;

/** What goes wrong from now on when the daemon looks for what else the machine needs; nothing when absent. */
export function disturb(what?: string): void {
  trouble = what;
}

let stop = new AbortController();
let running: Promise<void> = Promise.resolve();
let told = "";

export async function start(file: string): Promise<void> {
  guardRegexps();
  const reread = () => readConfig(file, { shipped: FILTERS, services: readServices(), users: new Map(), whyNotLinear });
  const write = (line: string): void => {
    told += line;
  };
  const daemon = await Daemon.open({
    config: reread(),
    reread,
    version: "0",
    dryRun: false,
    log: new LineLog({ style: "text", level: "info", write, now: () => clock.now() }),
    setLogLevel: () => {},
    clock,
    notify: { watchdogMs: undefined, send: () => {} },
    sockets: [],
    known: () => {
      if (trouble !== undefined) throw new Error(trouble);
      return [];
    },
    random: Math.random,
    sinceBoot: () => duration(sinceBoot() + slept),
    bootId: bootId() + boots,
  });
  stop = new AbortController();
  running = daemon.run(stop.signal);
}

export async function end(): Promise<void> {
  stop.abort();
  await running;
}

export function log(): string {
  return told;
}
