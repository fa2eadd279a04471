import { readlinkSync } from "node:fs";
import { type Duration, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
import { monitor } from "./nftables-monitor.ts";
import type { NftProgram } from "./nftables-program.ts";
import { TABLE } from "./nftables-ruleset.ts";

const MONITOR_REST: readonly [Duration, Duration] = [seconds(1), seconds(60)];
/** A monitor that ran this long was healthy. */
const MONITOR_HEALTHY = seconds(60);
/** Sentences that wait for the daemon; it reconciles everything at the first, so more are only words. */
const MAILBOX = 20;

export interface DriftParts {
  readonly program: NftProgram;
  readonly clock: Clock;
  /** How often the table is looked at whatever the monitor says. */
  readonly checkEvery: Duration;
  /** Why the table is not what should be laid out; undefined when it is. */
  readonly fault: () => Promise<string | undefined>;
}

/** Notices what others do to our table: as the monitor tells it, and by a look now and then. */
export class Drift {
  readonly #program: NftProgram;
  readonly #clock: Clock;
  readonly #checkEvery: Duration;
  readonly #fault: () => Promise<string | undefined>;
  /** Whether the kernel tells other process numbers than ours: in a pid namespace nobody's changes are known to be own. */
  readonly #blind = inPidNamespace();
  readonly #mailbox: string[] = [];
  #wake: (() => void) | undefined;

  constructor(parts: DriftParts) {
    this.#program = parts.program;
    this.#clock = parts.clock;
    this.#checkEvery = parts.checkEvery;
    this.#fault = parts.fault;
  }

  get blind(): boolean {
    return this.#blind;
  }

  /** See Firewall.disturbed. */
  async *disturbed(signal: AbortSignal): AsyncIterable<string> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const wake = (): void => this.#wake?.();
    both.addEventListener("abort", wake, { once: true });
    const watching = Promise.all([this.#watch(both), this.#checkAgainAndAgain(both)]);
    // A failure of either ends the wait; it is thrown by the await below.
    watching.catch(() => stop.abort());
    try {
      while (!both.aborted) {
        // All that gathered while the last was looked after is looked after at once.
        const sentences = this.#mailbox.splice(0);
        if (sentences.length > 0) yield sentences.join("; ");
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.#wake = undefined;
      stop.abort();
      await watching;
    }
  }

  /** Keeps a monitor running, with longer and longer rests while it does not stay up. */
  async #watch(signal: AbortSignal): Promise<void> {
    let [rest] = MONITOR_REST;
    while (!signal.aborted) {
      const began = this.#clock.monotonic();
      const ended = await this.#listen(signal);
      if (signal.aborted) return;
      if (this.#clock.monotonic() - began >= MONITOR_HEALTHY) [rest] = MONITOR_REST;
      this.tell(`nft monitor ended (${ended}): changes by others may have been missed`);
      await this.#clock.sleep(rest, signal);
      rest = Math.min(rest * 2, MONITOR_REST[1]) as Duration;
    }
  }

  async #listen(signal: AbortSignal): Promise<string | undefined> {
    const events = monitor(this.#program.path, (pid) => this.#program.tellsOfOwn(pid), signal);
    for (;;) {
      const next = await events.next();
      if (next.done === true) return next.value;
      const { sentence, skeleton } = next.value;
      if (!this.#blind) this.tell(sentence);
      // Perhaps we did it ourselves: only what is wrong now counts.
      else if (skeleton) await this.#check();
    }
  }

  async #checkAgainAndAgain(signal: AbortSignal): Promise<void> {
    // A first look soon after the monitor started: it may have missed what happened before it listened.
    await this.#clock.sleep(seconds(1), signal);
    while (!signal.aborted) {
      await this.#check();
      await this.#clock.sleep(this.#checkEvery, signal);
    }
  }

  /** Tells when what is laid out is not what should be. */
  async #check(): Promise<void> {
    try {
      const fault = await this.#fault();
      if (fault !== undefined) this.tell(fault);
    } catch (error) {
      if (!(error instanceof BailiffError)) throw error;
      this.tell(`table inet ${TABLE} cannot be looked at: ${error.message}`);
    }
  }

  /** For the daemon, which looks after all that gathers at once. */
  tell(sentence: string): void {
    if (this.#mailbox.includes(sentence) || this.#mailbox.length >= MAILBOX) return;
    this.#mailbox.push(sentence);
    this.#wake?.();
  }
}

/** The kernel gives the first pid namespace this fixed number (PROC_PID_INIT_INO). */
function inPidNamespace(): boolean {
  try {
    return readlinkSync("/proc/self/ns/pid") !== "pid:[4026531836]";
  } catch {
    // No /proc to ask: the careful answer, with which only single elements of others go unnoticed.
    return true;
  }
}
