import { formatNetwork, type Network } from "../core/address.ts";
import { type Duration, seconds } from "../core/time.ts";
import * as tell from "../log/event.ts";
import type { Log } from "../log/log.ts";
import type { Clock } from "../system/clock.ts";
import { run } from "../system/exec.ts";

/** A program that is asked before a ban: exit status 0 means "do not ban". */
export interface IgnoreCommand {
  /** Absolute path first; `<ip>` stands for the address or prefix, in any of the arguments. */
  readonly argv: readonly string[];
  readonly timeout: Duration;
}

const REMEMBERED = 10_000;
const GOOD_FOR = seconds(300);
/** Programs that run at the same time. */
const MOST_AT_ONCE = 4;
/** A question that has waited this long for its turn is not asked any more: offenders must not gain time by their number. */
const PATIENCE = seconds(10);
const MOST_WAITING = 10_000;

interface Question {
  readonly key: string;
  readonly command: IgnoreCommand;
  readonly target: Network;
  /** Monotonic. */
  readonly since: number;
}

/** Answers of ignorecommands, remembered for five minutes. The loop cannot wait for a program, so it asks and is told. */
export class Inquiries {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #end: AbortSignal;
  readonly #answers = new Map<string, { readonly ignore: boolean; readonly until: number }>();
  readonly #asked = new Map<string, (() => void)[]>();
  readonly #queue: Question[] = [];
  #running = 0;
  /** Said once, until the queue is empty again. */
  #overrun = false;

  /** @param end aborts when nobody waits for an answer any more. */
  constructor(log: Log, clock: Clock, end: AbortSignal) {
    this.#log = log;
    this.#clock = clock;
    this.#end = end;
  }

  /** Undefined when it has to be asked. */
  answer(command: IgnoreCommand, target: Network): boolean | undefined {
    const key = keyOf(command, target);
    const known = this.#answers.get(key);
    if (known === undefined) return undefined;
    if (known.until > this.#clock.monotonic()) return known.ignore;
    this.#answers.delete(key);
    return undefined;
  }

  /**
   * Runs the program; calls `done`, later, when `answer` knows. What fails says "ban", and so does a question too many:
   * nobody escapes by making it fail.
   */
  ask(command: IgnoreCommand, target: Network, done: () => void): void {
    const key = keyOf(command, target);
    const waiting = this.#asked.get(key);
    if (waiting) {
      waiting.push(done);
      return;
    }
    this.#asked.set(key, [done]);
    const question = { key, command, target, since: this.#clock.monotonic() };
    if (this.#queue.length >= MOST_WAITING && !this.#end.aborted) queueMicrotask(() => this.#pass(question));
    else this.#queue.push(question);
    this.#next();
  }

  #next(): void {
    if (this.#running >= MOST_AT_ONCE || this.#end.aborted) return;
    const oldest = this.#clock.monotonic() - PATIENCE;
    let question = this.#queue.shift();
    while (question && question.since < oldest) {
      this.#pass(question);
      question = this.#queue.shift();
    }
    if (question === undefined) {
      this.#overrun = false;
      return;
    }
    this.#running += 1;
    void this.#run(question).finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }

  #pass({ key, command }: Question): void {
    if (!this.#overrun)
      this.#log.tell(
        tell.trouble("ignorecommand", `${command.argv[0]}: too slow for so many; who waits too long is not spared`),
      );
    this.#overrun = true;
    this.#answered(key, false);
  }

  async #run({ key, command: { argv, timeout }, target }: Question): Promise<void> {
    const [path = "", ...args] = argv.map((part) => part.replaceAll("<ip>", formatNetwork(target)));
    const outcome = await run(path, args, { timeoutMs: timeout, silent: true, signal: this.#end });
    if (this.#end.aborted) return;
    const failed = outcome.timedOut
      ? "it took too long"
      : (outcome.startError ?? (outcome.signal ? `it died by ${outcome.signal}` : undefined));
    if (failed !== undefined)
      this.#log.tell(tell.trouble("ignorecommand", `${path}: ${failed}; nobody is spared for it`));
    this.#answered(key, outcome.exitCode === 0 && failed === undefined);
  }

  #answered(key: string, ignore: boolean): void {
    this.#answers.set(key, { ignore, until: this.#clock.monotonic() + GOOD_FOR });
    if (this.#answers.size > REMEMBERED) {
      const [oldest] = this.#answers.keys();
      if (oldest !== undefined) this.#answers.delete(oldest);
    }
    const waiting = this.#asked.get(key) ?? [];
    this.#asked.delete(key);
    for (const done of waiting) done();
  }
}

function keyOf(command: IgnoreCommand, target: Network): string {
  return JSON.stringify([command.argv, formatNetwork(target)]);
}
