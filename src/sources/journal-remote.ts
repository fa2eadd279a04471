import type { Entry } from "../core/entry.ts";
import { seconds } from "../core/time.ts";
import { type JournalOptions, journal } from "./journal.ts";
import { noFiles } from "./journal-error.ts";
import { filesOf, writersIn } from "./journal-writer.ts";
import type { Source, SourceStatus } from "./source.ts";

/** How often is looked for machines that are new. */
const LOOK = seconds(2);
/** What could not be read is tried again every so many looks. */
const TRY_AGAIN = 5;
/** A journalctl of some 4 MB each. */
const MAX_WRITERS = 256;

export type RemoteJournalOptions = JournalOptions & { readonly directory: string };

/**
 * The journals that other machines uploaded into a directory: one journalctl for the files of each writer. Read together,
 * journalctl would put them in order by their clocks, and pass over whatever comes later than something newer of another
 * machine: what an upload delayed, all that a slow clock dated, and everything after one entry from the year 2100.
 *
 * Its cursor is that of every writer. Throws like `journal`; one writer's files that cannot be read are a trouble, and
 * are tried again, while the others are read.
 */
export function remoteJournals(options: RemoteJournalOptions): Source {
  return new RemoteJournals(options);
}

/** Reading the files of one writer. */
interface Writer {
  readonly stop: AbortController;
  readonly batches: AsyncIterator<readonly Entry[]>;
}

/** What a reader did: its writer's name is with it, since many are waited for at once. */
interface Step {
  readonly name: string;
  readonly batch?: readonly Entry[];
  readonly error?: unknown;
}

class RemoteJournals implements Source {
  readonly name: string;
  readonly #options: RemoteJournalOptions;
  /** Kept while their files are there, for what they count. */
  readonly #sources = new Map<string, Source>();
  readonly #faults = new Map<string, { readonly error: unknown; looks: number }>();
  #left = 0;

  constructor(options: RemoteJournalOptions) {
    this.name = options.name;
    this.#options = options;
    // What is wrong with the options is told at once.
    journal(options);
  }

  status(): SourceStatus {
    const each = [...this.#sources].map(([name, source]) => ({ name, ...source.status() }));
    const counters: Record<string, number> = Object.create(null);
    for (const status of each) {
      for (const [name, count] of Object.entries(status.counters)) counters[name] = (counters[name] ?? 0) + count;
    }
    const troubles = each.flatMap(({ name, troubles: those }) => those.map((what) => `${printable(name)}: ${what}`));
    for (const [name, { error }] of this.#faults) troubles.push(`${printable(name)}: ${(error as Error).message}`);
    if (this.#left > 0) {
      troubles.push(`${this.#left} machines' journals are not read: ${MAX_WRITERS} are the most in one directory`);
    }
    return {
      description: `remote journals in ${this.#options.directory}`,
      counters,
      troubles,
      losses: each.flatMap(({ losses }) => losses ?? []),
    };
  }

  async *entries(from: {
    cursor?: string;
    recall?: boolean;
    signal: AbortSignal;
  }): AsyncGenerator<readonly Entry[], void> {
    const { clock } = this.#options;
    const { signal } = from;
    const cursors = parseCursors(from.cursor ?? "");
    const writers = new Map<string, Writer>();
    const ending = new AbortController();
    const running = AbortSignal.any([signal, ending.signal]);
    // Not a race of promises: each would remember every race, for as long as its machine says nothing.
    const steps: Step[] = [];
    let due = true;
    let wake = (): void => {};
    const under = new Set<Promise<void>>();
    const go = (name: string, writer: Writer): void => {
      const going = step(name, writer).then((done) => {
        under.delete(going);
        steps.push(done);
        wake();
      });
      under.add(going);
    };
    this.#faults.clear();
    try {
      while (!signal.aborted) {
        if (due) {
          due = false;
          const begun = await this.#look(writers, { cursors, running, recall: from.recall ?? false });
          for (const [name, writer] of begun) go(name, writer);
          void clock.sleep(LOOK, running).then(() => {
            due = true;
            wake();
          });
        }
        const done = steps.shift();
        if (done === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const { name, batch, error } = done;
        const writer = writers.get(name);
        if (batch !== undefined && writer) {
          this.#faults.delete(name);
          yield withCursors(batch, name, cursors);
          go(name, writer);
          continue;
        }
        writers.delete(name);
        if (error === undefined || signal.aborted || !this.#sources.has(name)) continue;
        this.#faults.set(name, { error, looks: 0 });
        // No journalctl, no permission: what concerns them all is the whole source's fault.
        if (this.#faults.size === this.#sources.size) throw error;
      }
    } finally {
      ending.abort();
      // Each ends by itself, and its journalctl with it.
      await Promise.all(under);
      await Promise.all([...writers.values()].map(({ batches }) => batches.return?.()));
    }
  }

  /** Begins to read whoever is new or broke off, and forgets those whose files are gone. */
  async #look(
    writers: Map<string, Writer>,
    { cursors, running, recall }: { cursors: Map<string, string>; running: AbortSignal; recall: boolean },
  ): Promise<ReadonlyMap<string, Writer>> {
    const { directory } = this.#options;
    const found = await writersIn(directory);
    if (found.length === 0) throw noFiles([directory]);
    const names = found.slice(0, MAX_WRITERS);
    this.#left = found.length - names.length;
    for (const name of this.#sources.keys()) {
      if (names.includes(name)) continue;
      this.#sources.delete(name);
      this.#faults.delete(name);
      cursors.delete(name);
      writers.get(name)?.stop.abort();
    }
    const begun = new Map<string, Writer>();
    for (const name of names) {
      const source = this.#sources.get(name) ?? journal({ ...this.#options, files: () => filesOf(directory, name) });
      this.#sources.set(name, source);
      if (writers.has(name)) continue;
      const fault = this.#faults.get(name);
      if (fault) {
        fault.looks += 1;
        if (fault.looks < TRY_AGAIN) continue;
      }
      const stop = new AbortController();
      const cursor = cursors.get(name);
      const signal = AbortSignal.any([running, stop.signal]);
      const batches = source.entries({ ...(cursor === undefined ? {} : { cursor }), recall, signal });
      const writer = { stop, batches: batches[Symbol.asyncIterator]() };
      writers.set(name, writer);
      begun.set(name, writer);
    }
    return begun;
  }
}

async function step(name: string, { batches }: Writer): Promise<Step> {
  try {
    const { done, value } = await batches.next();
    return done ? { name } : { name, batch: value };
  } catch (error) {
    return { name, error };
  }
}

/** The batch, its last entry with the place that is reached in every journal. */
function withCursors(batch: readonly Entry[], name: string, cursors: Map<string, string>): readonly Entry[] {
  const last = batch.findLast(({ cursor }) => cursor !== undefined);
  if (last?.cursor === undefined) return batch;
  cursors.set(name, last.cursor);
  const all = [...cursors].map(([writer, cursor]) => `${encodeName(writer)} ${cursor}`).join("\n");
  return batch.map(({ cursor: _, ...entry }, at) => (at === batch.length - 1 ? { ...entry, cursor: all } : entry));
}

/** Without blanks and line ends, which tell one writer's place from the next. */
function encodeName(name: string): string {
  return name.replace(/[\0- %\x7f]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

function decodeName(name: string): string {
  return name.replace(/%([0-7][\dA-F])/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Of what is no such text, nothing: those writers are begun anew. */
function parseCursors(text: string): Map<string, string> {
  const cursors = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, name, cursor] = /^((?:[^% ]|%[0-7][\dA-F])+) (s=.+)$/.exec(line) ?? [];
    if (name !== undefined && cursor !== undefined) cursors.set(decodeName(name), cursor);
  }
  return cursors;
}

/** A file's name is its writer's to choose, who may be called as he likes. */
function printable(name: string): string {
  return name.replace(/[\x00-\x1f\x7f-\x9f]/g, "?").slice(0, 100);
}
