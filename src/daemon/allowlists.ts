import { readFile, stat } from "node:fs/promises";
import { FULL, formatNetwork, type Network, networkOf, parseNetwork } from "../core/address.ts";
import { duration, seconds } from "../core/time.ts";
import * as tell from "../log/event.ts";
import type { Log } from "../log/log.ts";
import type { Clock } from "../system/clock.ts";
import { resolveName } from "../system/names.ts";

export interface AllowlistsParts {
  readonly log: Log;
  readonly clock: Clock;
  /** What a name stood for when it was last known, in the run before. */
  readonly remembered: (name: string) => readonly Network[];
  /** The networks of a name or file changed. */
  readonly changed: (origin: string, networks: readonly Network[]) => void;
}

const LOOK_EVERY = seconds(10);
/** Names are asked for again no sooner and no later than this, whatever their TTL. */
const LEAST_TTL = 30;
const MOST_TTL = 3600;
const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** Addresses of one name: whoever answers for it must not fill the memory. */
const MAX_ADDRESSES = 256;

interface List {
  readonly origin: string;
  /** Monotonic time when it is due to be looked at again. */
  due: number;
  stamp: string;
  networks: readonly Network[];
}

/**
 * The entries of ignoreip that are no addresses: host names, asked for again by their TTL, and `file:PATH` lists, read
 * again when they change. When a name is not found or a file not readable, the last good answer stays.
 */
export class Allowlists {
  readonly #parts: AllowlistsParts;
  readonly #lists = new Map<string, List>();
  /** Origin → what is wrong. */
  readonly #faulty = new Map<string, string>();

  constructor(parts: AllowlistsParts) {
    this.#parts = parts;
  }

  /** What is known of an origin now. */
  networks(origin: string): readonly Network[] {
    return this.#lists.get(origin)?.networks ?? [];
  }

  /** Origins that could not be read or resolved, a sentence each. */
  troubles(): readonly string[] {
    return [...this.#faulty].map(
      ([origin, why]) => `ignoreip ${origin}: ${why}; ${this.networks(origin).length} addresses are known and hold`,
    );
  }

  configure(origins: ReadonlySet<string>): void {
    for (const origin of this.#lists.keys()) {
      if (origins.has(origin)) continue;
      this.#lists.delete(origin);
      this.#faulty.delete(origin);
    }
    this.#add(origins);
  }

  /** Looks at what may be configured next, besides what is. With `anew`, also at files that were looked at just now. */
  async learn(origins: ReadonlySet<string>, { anew }: { readonly anew: boolean }): Promise<void> {
    this.#add(origins);
    if (anew) for (const list of this.#lists.values()) if (isFile(list.origin)) list.due = 0;
    await this.look();
  }

  /** Names and what they stand for, for the next run: at its start, perhaps nobody answers yet. */
  written(): string {
    const names = [...this.#lists.values()].filter(({ origin }) => !isFile(origin));
    return JSON.stringify(
      Object.fromEntries(names.map(({ origin, networks }) => [origin, networks.map(formatNetwork)])),
    );
  }

  #add(origins: ReadonlySet<string>): void {
    for (const origin of origins) {
      if (this.#lists.has(origin)) continue;
      const networks = isFile(origin) ? [] : this.#parts.remembered(origin);
      this.#lists.set(origin, { origin, due: 0, stamp: "", networks });
    }
  }

  /** Looks at everything that is due. */
  async look(): Promise<void> {
    const now = this.#parts.clock.monotonic();
    const due = [...this.#lists.values()].filter((list) => list.due <= now);
    await Promise.all(due.map((list) => (isFile(list.origin) ? this.#readFile(list) : this.#resolve(list))));
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look();
      await this.#parts.clock.sleep(LOOK_EVERY, signal);
    }
  }

  async #readFile(list: List): Promise<void> {
    const path = list.origin.slice("file:".length);
    list.due = this.#parts.clock.monotonic() + LOOK_EVERY;
    try {
      const { mtimeMs, size, ino } = await stat(path);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (stamp === list.stamp) return;
      if (size > MAX_FILE_BYTES) throw new Error(`larger than ${MAX_FILE_BYTES} bytes`);
      const lines = (await readFile(path, "utf8")).split("\n").map((line) => line.replace(/[#;].*/, "").trim());
      list.stamp = stamp;
      const wrong = lines.findIndex((line) => line !== "" && !parseNetwork(line));
      if (wrong >= 0)
        this.#parts.log.tell(
          tell.trouble(list.origin, `line ${wrong + 1} and perhaps others are no addresses, and are passed over`),
        );
      this.#take(
        list,
        lines.flatMap((line) => parseNetwork(line) ?? []),
      );
    } catch (error) {
      this.#failed(list, error instanceof Error ? error.message : String(error));
    }
  }

  async #resolve(list: List): Promise<void> {
    const found = await resolveName(list.origin);
    // Not asked for any more since.
    if (this.#lists.get(list.origin) !== list) return;
    const ttl = Math.min(MOST_TTL, Math.max(LEAST_TTL, found?.ttlSeconds ?? LEAST_TTL));
    list.due = this.#parts.clock.monotonic() + duration(ttl * 1000);
    if (!found || found.addresses.length === 0) {
      this.#failed(list, "nobody knows the name");
      return;
    }
    const { addresses, unanswered } = found;
    const networks = addresses.slice(0, MAX_ADDRESSES).map((address) => networkOf(address, FULL[address.family]));
    this.#take(list, [...networks, ...list.networks.filter(({ family }) => family === unanswered)]);
    if (unanswered !== undefined)
      this.#failed(list, `nobody answers for its ${unanswered === "ip" ? "A" : "AAAA"} records`);
    else if (addresses.length > MAX_ADDRESSES)
      this.#failed(list, `it has ${addresses.length} addresses: the first ${MAX_ADDRESSES} are taken`);
  }

  #take(list: List, networks: readonly Network[]): void {
    this.#faulty.delete(list.origin);
    const key = (all: readonly Network[]): string =>
      all
        .map(({ text, length }) => `${text}/${length}`)
        .sort()
        .join(" ");
    if (key(networks) === key(list.networks)) return;
    list.networks = networks;
    this.#parts.changed(list.origin, networks);
  }

  #failed(list: List, why: string): void {
    if (this.#faulty.get(list.origin) !== why)
      this.#parts.log.tell(tell.trouble(list.origin, `${why}; the last good answer holds`));
    this.#faulty.set(list.origin, why);
  }
}

function isFile(origin: string): boolean {
  return origin.startsWith("file:");
}

/** What `written` gave; what of it makes no sense is passed over. */
export function readNames(text: string | undefined): ReadonlyMap<string, readonly Network[]> {
  if (text === undefined) return new Map();
  try {
    const names = Object.entries(JSON.parse(text) as Record<string, readonly string[]>);
    return new Map(names.map(([name, list]) => [name, list.flatMap((each) => parseNetwork(each) ?? [])]));
  } catch {
    // Not what we write: then a name is nobody's until somebody answers for it.
    return new Map();
  }
}
