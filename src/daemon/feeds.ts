import { setImmediate as turn } from "node:timers/promises";
import type { Entry } from "../core/entry.ts";
import { type Duration, duration } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import * as tell from "../log/event.ts";
import type { Log } from "../log/log.ts";
import type { Source } from "../sources/source.ts";
import type { Clock } from "../system/clock.ts";
import type { Opened } from "./sources.ts";
import { supervise } from "./supervise.ts";

export interface FeedsParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly cursor: (source: string) => string | undefined;
  /** Synchronous: when it returns, the batch is decided and written. */
  readonly take: (source: string, batch: readonly Entry[]) => void;
}

/** How a source is doing. */
export interface Feed {
  readonly source: Source;
  readonly key: string;
  state: "starting" | "reading" | "broken";
  /** Why it broke, while it is broken. */
  trouble: string | undefined;
  /** When the batch under way was begun; undefined between batches. */
  taking: Duration | undefined;
  /** When the latest batch came that was not small. */
  many: number;
  readonly stop: AbortController;
  done: Promise<void>;
}

/** A source that has not broken within this time reads, however little there is to read. */
const SETTLED_MS = 2000;
/**
 * After a small batch, what comes next gathers: each batch is a transaction, and journalctl prints a few entries at a time.
 * Longer, and the pipe from journalctl would be full.
 */
const PAUSE = duration(5);
/** A batch of so many entries is no small one: what follows it has gathered already. */
const MANY = 32;
/** After the last of them, a source may have had all that there was. */
const CALM_MS = 1000;

/** The sources, each read by a loop of its own that is begun again when it breaks. */
export class Feeds {
  readonly #parts: FeedsParts;
  readonly #feeds = new Map<string, Feed>();
  /** Sources of which something new was read since the start: their filters know who is connected. */
  readonly #heard = new Set<string>();
  /** What each source last broke with: the same again is not news. */
  readonly #faults = new Map<string, string>();

  constructor(parts: FeedsParts) {
    this.#parts = parts;
  }

  list(): readonly Feed[] {
    return [...this.#feeds.values()];
  }

  /** Starts these; those that run already and are the same go on, all others are stopped. */
  async change(opened: readonly Opened[], signal: AbortSignal): Promise<void> {
    const wanted = new Set(opened.map(({ source, key }) => `${source.name} ${key}`));
    const gone = this.list().filter(({ source, key }) => !wanted.has(`${source.name} ${key}`));
    for (const feed of gone) feed.stop.abort();
    await Promise.all(gone.map(({ done }) => done));
    for (const { source } of gone) this.#feeds.delete(source.name);
    for (const each of opened) if (!this.#feeds.has(each.source.name)) this.#start(each, signal);
  }

  async ended(): Promise<void> {
    await Promise.all(this.list().map(({ done }) => done));
  }

  /** Whether no batch has been under way for longer than `most` milliseconds. */
  moving(most: number): boolean {
    const now = this.#parts.clock.monotonic();
    return this.list().every(({ taking }) => taking === undefined || now - taking < most);
  }

  /** Whether some source has more to give than comes of itself: what gathered while nobody read, or an attack. */
  get crowded(): boolean {
    const now = this.#parts.clock.monotonic();
    return this.list().some(({ many }) => now - many < CALM_MS);
  }

  #start({ source, key }: Opened, signal: AbortSignal): void {
    const { clock, log } = this.#parts;
    const stop = new AbortController();
    const feed: Feed = {
      source,
      key,
      state: "starting",
      trouble: undefined,
      taking: undefined,
      many: Number.NEGATIVE_INFINITY,
      stop,
      done: Promise.resolve(),
    };
    this.#feeds.set(source.name, feed);
    log.tell(tell.reading(source.status().description));
    feed.done = supervise((inner) => this.#read(feed, inner), {
      clock,
      signal: AbortSignal.any([stop.signal, signal]),
      broke: (error, retry) => this.#broke(feed, error, retry),
    });
  }

  async #read(feed: Feed, signal: AbortSignal): Promise<void> {
    const { source } = feed;
    const cursor = this.#parts.cursor(source.name);
    const settled = setTimeout(() => this.#works(feed), SETTLED_MS);
    try {
      const from = { signal, recall: !this.#heard.has(source.name), ...(cursor === undefined ? {} : { cursor }) };
      for await (const batch of source.entries(from)) {
        this.#works(feed);
        feed.taking = this.#parts.clock.monotonic();
        this.#parts.take(source.name, batch);
        if (batch.some(({ past }) => past === undefined)) this.#heard.add(source.name);
        feed.taking = undefined;
        // Other sources, the socket and the firewall have their turn, however fast this one is.
        if (batch.length < MANY) await this.#parts.clock.sleep(PAUSE, signal);
        else {
          feed.many = this.#parts.clock.monotonic();
          await turn();
        }
      }
    } finally {
      clearTimeout(settled);
      feed.taking = undefined;
    }
  }

  #works(feed: Feed): void {
    if (feed.state === "reading") return;
    if (feed.state === "broken") this.#parts.log.tell(tell.sourceWorks(feed.source.name));
    feed.state = "reading";
    feed.trouble = undefined;
    this.#faults.delete(feed.source.name);
  }

  #broke(feed: Feed, error: unknown, retry: Duration): void {
    const { name } = feed.source;
    const message = error instanceof Error ? error.message : String(error);
    const event = tell.sourceBroke(name, message, retry, error instanceof BailiffError ? error.hint : undefined);
    this.#parts.log.tell(this.#faults.get(name) === message ? { ...event, level: "debug" } : event);
    this.#faults.set(name, message);
    feed.state = "broken";
    feed.trouble = message;
  }
}
