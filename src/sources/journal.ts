import type { Entry } from "../core/entry.ts";
import { type Duration, FOREVER, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
import { type Child, findProgram, start } from "../system/exec.ts";
import { LineSplitter } from "../system/lines.ts";
import { overtaken, writingBoot } from "./journal-boots.ts";
import { type Beginning, checkIdentifiers, followArguments, printArguments, type Wanted } from "./journal-command.ts";
import { type Cursor, cursorBoot, cursorMicros, parseCursor, sameEntry } from "./journal-cursor.ts";
import { type Decoded, decodeEntry, type Reading } from "./journal-entry.ts";
import { broken, garbage, halted, noJournalctl } from "./journal-error.ts";
import { folder, hasActiveFile, livePlace, localDirectories, type Place } from "./journal-place.ts";
import { JournalReport } from "./journal-report.ts";
import { findLive, findPlace, type Reader, type Resume } from "./journal-resume.ts";
import type { Source, SourceStatus } from "./source.ts";

export interface JournalOptions {
  readonly name: string;
  /** A directory of journal files; absent: the journal that this machine's journald writes. */
  readonly directory?: string;
  /** Only these files of the directory; asked again from time to time, for a writer that begins a new file. */
  readonly files?: () => Promise<Place>;
  /** The LogNamespace= whose journal of this machine is read; absent: the default one. Not with `directory`. */
  readonly namespace?: string;
  /** SYSLOG_IDENTIFIERs to ask journalctl for. With a `*` in any of them, everything is read: globs cannot be asked for. */
  readonly identifiers: readonly string[];
  /** Ask for the kernel's messages too. */
  readonly kernel: boolean;
  /** Some jail believes containers. */
  readonly containers?: boolean;
  readonly trust: "local" | "remote";
  /** How far back to begin where there is nothing to resume from. */
  readonly lookBack: Duration;
  /** How far before the cursor `recall` begins; none when absent. */
  readonly recall?: Duration;
  readonly clock: Clock;
  /** Absolute path of journalctl, where it is not where programs are. */
  readonly journalctl?: string;
}

/** journalctl's JSON for 20 fields of less than 4 kB each, sixfold for bytes that are written as numbers. */
const MAX_LINE_BYTES = 256 * 1024;
const MAX_BATCH = 2000;
/** So many lines in a row that are no entries are not journalctl's. */
const MAX_GARBAGE = 1000;
/** Nor is a line of so many bytes, whose end nobody has seen: an entry has 1024 fields at the most. */
const MAX_SKIPPED_BYTES = 64 * 1024 * 1024;
/** Streams remembered as cut in mid-line; a service has one or two per process. */
const MAX_CUT_STREAMS = 4096;
/** Times in a row that reading begins anew because files were finished meanwhile. */
const MOST_OUTRUN = 20;
const CHECK = seconds(10);
const NAMESPACE = /^[A-Za-z0-9:_-][A-Za-z0-9:_.-]{0,63}$/;

/**
 * One journal, read by one journalctl for all filters, in order, exactly once after the cursor: across restarts,
 * boots and rotations. What was rotated away or vacuumed before it could be read is told in `status`.
 *
 * Throws CONFIG_INVALID here; its entries throw SOURCE_BROKEN (no journal, no journalctl, it died) or JOURNAL_REFUSED.
 */
export function journal(options: JournalOptions): Source {
  checkIdentifiers(options.identifiers);
  if (options.namespace !== undefined && (options.directory !== undefined || !NAMESPACE.test(options.namespace))) {
    throw new BailiffError(
      "CONFIG_INVALID",
      `the journal namespace ${JSON.stringify(options.namespace)} cannot be read`,
      {
        hint: "a namespace is the name in a unit's LogNamespace=, and is read without a directory",
      },
    );
  }
  return new Journal(options);
}

class Journal implements Source {
  readonly name: string;
  readonly #options: JournalOptions;
  readonly #report: JournalReport;
  readonly #reading: Reading;
  /** Streams whose last line was cut, oldest first: what comes next begins in the middle of somebody's text. */
  readonly #cut = new Set<string>();
  /** Of the last entry that journalctl printed: where to go on when journald moves. */
  #at: string | undefined;
  #outrun = 0;
  /** Counted to tell whether journalctl is still at it. */
  #chunks = 0;

  constructor(options: JournalOptions) {
    this.name = options.name;
    this.#options = options;
    this.#report = new JournalReport(options.clock);
    this.#reading = { source: options.name, trust: options.trust };
  }

  status(): SourceStatus {
    const { directory, namespace, trust } = this.#options;
    const description =
      directory !== undefined
        ? `${trust === "remote" ? "remote journals" : "journal"} in ${directory}`
        : `journal of this machine${namespace === undefined ? "" : `, namespace ${namespace}`}`;
    const report = this.#report;
    return { description, counters: report.counters(), troubles: report.troubles(), losses: report.losses() };
  }

  async *entries(from: {
    cursor?: string;
    recall?: boolean;
    signal: AbortSignal;
  }): AsyncGenerator<readonly Entry[], void> {
    const journalctl = this.#options.journalctl ?? findProgram("journalctl");
    if (journalctl === undefined) throw noJournalctl();
    const { signal } = from;
    this.#at = from.cursor;
    let moved = false;
    do {
      const reader = { journalctl, signal, places: () => this.#places(), report: this.#report };
      const resume: Resume = (await findPlace(reader, this.#at, moved)) ?? (await this.#begin(reader));
      if (signal.aborted) return;
      if (from.recall && !moved && resume.seen) yield* this.#recall(reader, resume.place, resume.seen);
      if (resume.rest) yield* this.#finish(reader, resume, resume.rest);
      if (signal.aborted) return;
      moved = yield* this.#follow(reader, resume);
    } while (moved);
  }

  /** What was read before, up to `seen`. Should it end early, less is remembered. */
  async *#recall(reader: Reader, place: Place, seen: Cursor): AsyncGenerator<readonly Entry[], void> {
    const length = this.#options.recall;
    if (length === undefined) return;
    const stop = new AbortController();
    const signal = AbortSignal.any([reader.signal, stop.signal]);
    const since = { kind: "since", micros: Math.max(0, seen.micros - length * 1000) } as const;
    const child = start(reader.journalctl, printArguments(place, since, this.#wanted()), signal);
    // One that is halted would be waited for without end.
    void this.#watch(child, { place }, signal).finally(() => stop.abort());
    try {
      const splitter = new LineSplitter(MAX_LINE_BYTES);
      const progress = { garbage: 0 };
      for await (const chunk of child.stdout) {
        const { batch, reached } = this.#decodePast(splitter.push(chunk), seen, progress);
        if (batch.length > 0) yield batch;
        if (reached || signal.aborted) return;
        if (splitter.skippedBytes > MAX_SKIPPED_BYTES || progress.garbage >= MAX_GARBAGE) return;
      }
    } finally {
      stop.abort();
      await child.done;
    }
  }

  #decodePast(
    lines: readonly string[],
    seen: Cursor,
    progress: Pick<Progress, "garbage">,
  ): { batch: Entry[]; reached: boolean } {
    const batch: Entry[] = [];
    for (const line of lines) {
      const decoded = decodeEntry(line, this.#reading);
      progress.garbage = decoded.cursor === undefined ? progress.garbage + 1 : 0;
      if (decoded.cursor === undefined) continue;
      // The entry itself may no longer be among those asked for.
      if ((cursorMicros(decoded.cursor) ?? 0) > seen.micros) return { batch, reached: true };
      const continued = this.#continues(decoded);
      if (decoded.kind === "entry") {
        const { cursor: _, ...entry } = continued ? continuation(decoded.entry) : decoded.entry;
        batch.push({ ...entry, past: true });
      }
      if (sameEntry(seen, decoded.cursor)) return { batch, reached: true };
    }
    return { batch, reached: false };
  }

  /** What boots before the one of `resume` logged and was not read. Throws when it was not all. */
  async *#finish(reader: Reader, resume: Resume, rest: Beginning): AsyncGenerator<readonly Entry[], void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([reader.signal, stop.signal]);
    const child = start(reader.journalctl, printArguments(resume.place, rest, this.#wanted()), signal);
    const over = this.#watch(child, resume, signal).finally(() => stop.abort());
    const progress: Progress = { seen: resume.seen, upTo: undefined, except: resume.boot, garbage: 0 };
    try {
      yield* this.#batches(child, progress, signal);
    } finally {
      stop.abort();
      await child.done;
    }
    if (reader.signal.aborted) return;
    if ((await over) === "halted") throw halted();
    const outcome = await child.done;
    if (outcome.exitCode !== 0) throw broken(outcome, resume.place);
  }

  async *#batches(child: Child, progress: Progress, signal: AbortSignal): AsyncGenerator<readonly Entry[], void> {
    const splitter = new LineSplitter(MAX_LINE_BYTES);
    let first = true;
    for await (const chunk of child.stdout) {
      this.#chunks += 1;
      if (first && progress.stale && (await progress.stale())) return;
      first = false;
      const before = splitter.skipped;
      const lines = splitter.push(chunk);
      if (splitter.skipped > before) this.#report.count("linetoolong", splitter.skipped - before);
      if (splitter.skippedBytes > MAX_SKIPPED_BYTES) throw garbage("a line without an end");
      for (let at = 0; at < lines.length; at += MAX_BATCH) {
        const batch = this.#decode(lines.slice(at, at + MAX_BATCH), progress);
        if (batch.length > 0) yield batch;
      }
      if (signal.aborted) break;
    }
  }

  #wanted(boot?: string): Wanted {
    const { identifiers, kernel, containers = false, directory } = this.#options;
    const wanted = { identifiers, kernel, containers, hosts: directory !== undefined };
    return boot === undefined ? wanted : { ...wanted, boot };
  }

  async #places(): Promise<Place[]> {
    const { directory, files, namespace } = this.#options;
    if (files) return [await files()];
    return (directory === undefined ? await localDirectories(namespace) : [directory]).map(folder);
  }

  async #begin(reader: Reader): Promise<Resume> {
    const place = await findLive(reader);
    const { clock, lookBack } = this.#options;
    // What a slow clock dates would never come after a time by ours.
    const now = Math.min(clock.now(), place.newest ?? Infinity);
    const beginning: Beginning =
      lookBack === FOREVER ? { kind: "oldest" } : { kind: "since", micros: Math.max(0, now - lookBack) * 1000 };
    const boot = await overtaken(place);
    return boot === undefined ? { place, beginning } : { place, beginning, boot, rest: beginning };
  }

  /**
   * Whether files were finished between the time when they were listed and now, when journalctl has opened them by their
   * names: one that had the writer's name first and another one after may be missing, and what it holds would be passed over.
   */
  async #isOutrun(place: Place): Promise<boolean> {
    const { files } = this.#options;
    if (files === undefined) return false;
    const now = await files();
    if (now.arguments.join("\0") === place.arguments.join("\0")) {
      this.#outrun = 0;
      return false;
    }
    // From a writer that is faster than that every time, something is better than nothing.
    this.#outrun += 1;
    return this.#outrun <= MOST_OUTRUN;
  }

  /** Resolves to true when another place is to be read, or the same anew, to false when `signal` aborted. */
  async *#follow(reader: Reader, resume: Resume): AsyncGenerator<readonly Entry[], boolean> {
    const stop = new AbortController();
    const signal = AbortSignal.any([reader.signal, stop.signal]);
    const child = start(
      reader.journalctl,
      followArguments(resume.place, resume.beginning, this.#wanted(resume.boot)),
      signal,
    );
    const over = this.#watch(child, resume, signal).finally(() => stop.abort());
    let outrun = false;
    const stale = async (): Promise<boolean> => {
      outrun = await this.#isOutrun(resume.place);
      return outrun;
    };
    try {
      const { seen, upTo } = resume;
      yield* this.#batches(child, { seen, upTo, except: undefined, stale, garbage: 0 }, signal);
      if (outrun) return true;
      // The end of its output is the end of it; if not, it is killed.
      await Promise.race([child.done, this.#options.clock.sleep(seconds(2), signal)]);
    } finally {
      stop.abort();
      await child.done;
    }
    if (reader.signal.aborted) return false;
    const why = await over;
    if (why === "moved") return true;
    if (why === "halted") throw halted();
    throw broken(await child.done, resume.place);
  }

  /**
   * Resolves to "moved" when journald writes elsewhere, but not before journalctl has fallen silent: what is left in the
   * old directory is read to its end first. To "halted" when journalctl is stopped and stays so, which looks like a quiet
   * journal and is none. To undefined on abort.
   */
  async #watch(
    child: Child,
    { place, boot }: Pick<Resume, "place" | "boot">,
    signal: AbortSignal,
  ): Promise<"moved" | "halted" | undefined> {
    let stopped = false;
    while (!signal.aborted) {
      const before = this.#chunks;
      await this.#options.clock.sleep(CHECK, signal);
      if (signal.aborted) return undefined;
      const stoppedBefore = stopped;
      stopped = child.stopped();
      if (stopped && stoppedBefore) return "halted";
      if (this.#chunks !== before) continue;
      try {
        const live = await livePlace(await this.#places());
        if (live !== undefined && live.id !== place.id) return "moved";
        if (boot !== undefined && (await writingBoot(place.path)) !== boot) return "moved";
        if (this.#options.directory === undefined) {
          this.#report.activeFile(place.path, await hasActiveFile(place.path));
        }
      } catch {
        // No longer readable: as long as journalctl goes on with its open files, so do we.
      }
    }
    return undefined;
  }

  #decode(lines: readonly string[], progress: Progress): Entry[] {
    const batch: Entry[] = [];
    for (const line of lines) {
      const decoded = decodeEntry(line, this.#reading);
      if (decoded.cursor === undefined) {
        this.#report.count("malformed");
        progress.garbage += 1;
        if (progress.garbage >= MAX_GARBAGE) throw garbage(`${MAX_GARBAGE} lines that are no journal entries`);
        continue;
      }
      progress.garbage = 0;
      if (progress.except !== undefined && isOfBoot(decoded.cursor, progress.except)) continue;
      this.#at = decoded.cursor;
      // Of every line, repeated or too long: it says whether the next one of its stream is whole.
      const continued = this.#continues(decoded);
      if (isRepeated(decoded.cursor, progress)) continue;
      if (decoded.kind === "entry") {
        const entry = continued ? continuation(decoded.entry) : decoded.entry;
        this.#report.read(entry.origin);
        batch.push(entry);
      } else if (decoded.kind === "suppressed") this.#report.suppressed(decoded.unit, decoded.count);
      else this.#report.count(decoded.reason);
    }
    return batch;
  }

  /** Does this line go on in the middle of one that journald cut? */
  #continues({ stream, cut }: Decoded): boolean {
    if (stream === undefined) return false;
    const continued = this.#cut.delete(stream);
    if (cut) {
      this.#cut.add(stream);
      if (this.#cut.size > MAX_CUT_STREAMS) for (const oldest of this.#cut.values().take(1)) this.#cut.delete(oldest);
    }
    return continued;
  }
}

interface Progress {
  seen: Cursor | undefined;
  upTo: number | undefined;
  /** The boot whose entries are passed over. */
  readonly except: string | undefined;
  /** Asked before anything of it is read. */
  readonly stale?: () => Promise<boolean>;
  garbage: number;
}

function isRepeated(cursor: string, progress: Progress): boolean {
  const { seen, upTo } = progress;
  progress.seen = undefined;
  if (seen && sameEntry(seen, cursor)) return true;
  if (upTo === undefined) return false;
  if ((cursorMicros(cursor) ?? 0) <= upTo) return true;
  progress.upTo = undefined;
  return false;
}

function isOfBoot(text: string, boot: string): boolean {
  const cursor = parseCursor(text);
  return cursor !== undefined && cursorBoot(cursor) === boot;
}

function continuation(entry: Entry): Entry {
  return entry.origin.kind === "journal" ? { ...entry, origin: { ...entry.origin, continuation: true } } : entry;
}
