import { readdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
import { type Outcome, run } from "../system/exec.ts";
import { type Listed, parseListing, showsOurChain, TABLE } from "./nftables-ruleset.ts";

/**
 * How nft failed, by what is to be done about it:
 * `garbled` its JSON breaks off, as nft 1.0.6 has it at a table with flags: ask for less;
 * `vanished` table or set gone: lay out again; `full`: a set has no room; `long`: too much at once, or nowhere to put it;
 * `differs`: what is there cannot become what is wanted; `overlaps`: networks of the same set overlap; `other`: some command
 * in it is bad.
 */
export type Failure = "garbled" | "vanished" | "full" | "long" | "differs" | "overlaps" | "other";

export type Answer =
  | { readonly kind: "done"; readonly listing: readonly Listed[] }
  | { readonly kind: "failed"; readonly failure: Failure; readonly said: string };

interface Bounds {
  readonly timeoutMs: number;
  /** In characters. */
  readonly maxOutput: number;
  readonly onStart?: (pid: number) => void;
}

/** Longer words go by file: the kernel takes 128 KiB for one argument. */
const ARGUMENT_BYTES = 100_000;
/** Of a change. Its answer lists the chains, of which a host with thousands of containers has as many. */
const CHANGE: Bounds = { timeoutMs: 30_000, maxOutput: 16 * 1024 * 1024 };
/** Of a listing: a million elements take more than a minute. What prints more is not nft, and would fill our memory. */
const LIST: Bounds = { timeoutMs: 180_000, maxOutput: 128 * 1024 * 1024 };
/**
 * How long a pid counts as ours, unless the monitor told of it: a change that failed is never told of, and one of a hundred
 * thousand elements on a busy machine many seconds later.
 */
const OWN_PID_MS = 600_000;

/**
 * Runs nft. Never through standard input: nft opens /dev/stdin anew in JSON mode, which fails on the socket
 * that Node makes for it, and some versions take a truncated input for an empty one and exit with 0.
 */
export class NftProgram {
  readonly path: string;
  readonly #directory: string | undefined;
  readonly #clock: Clock;
  /** When each of our changes was begun that the monitor has not told of; in that order. */
  readonly #ownPids = new Map<number, number>();
  #files = 0;
  #directoryTrouble: string | undefined;

  constructor(path: string, directory: string | undefined, clock: Clock) {
    this.path = path;
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Why large transactions cannot go by file; undefined while they can, or were never tried. */
  get directoryTrouble(): string | undefined {
    return this.#directory === undefined ? "no runtime directory is set" : this.#directoryTrouble;
  }

  /** Whether the kernel's word of a change by a process means one of ours; asked once for each, for each run makes one. */
  tellsOfOwn(pid: number): boolean {
    return this.#ownPids.delete(pid);
  }

  /**
   * Carries out what `transaction` made: all or nothing; done only when nft says so and shows our chain (unless `gone`:
   * when it must not be there). `onStart` is called as soon as nft runs, if it comes to that.
   */
  async change(
    words: string,
    { gone = false, onStart }: { readonly gone?: boolean; readonly onStart?: () => void } = {},
  ): Promise<Answer> {
    const bounds: Bounds = {
      ...CHANGE,
      onStart: (pid) => {
        this.#remember(pid);
        onStart?.();
      },
    };
    if (Buffer.byteLength(words) <= ARGUMENT_BYTES)
      return await this.#judge(await this.#run(["-j", words], bounds), gone);
    const file = await this.#write(words);
    if (file === undefined) return failed("long", `no place for a large transaction: ${this.directoryTrouble}`);
    try {
      return await this.#judge(await this.#run(["-j", "-f", file], bounds), gone);
    } finally {
      // It was ours a moment ago; should it be gone, nothing is left to do.
      await unlink(file).catch(() => undefined);
    }
  }

  /** Lists as JSON. Failed only where what is asked for may not be there; throws when nft cannot be understood. */
  async list(what: readonly string[]): Promise<Answer> {
    const outcome = await this.#run(["-j", ...what], LIST);
    const failure = failureOf(outcome);
    if (failure === "vanished") return failed(failure, saidBy(outcome));
    if (failure !== undefined) throw broken(`"${saidBy(outcome)}"`);
    const listing = parseListing(outcome.stdout);
    if (listing) return { kind: "done", listing };
    if (outcome.stdout.startsWith('{"nftables":')) return failed("garbled", "what breaks off in the middle");
    throw broken(outcome.stdout.trim() === "" ? "nothing, though it exited with 0" : "what is not JSON");
  }

  /** Takes away what a run that was killed left in the runtime directory. */
  async clean(): Promise<void> {
    if (this.#directory === undefined) return;
    try {
      for (const name of await readdir(this.#directory)) {
        if (/^nft-\d+-\d+\.json$/.test(name)) await unlink(join(this.#directory, name));
      }
    } catch {
      // Unreadable or being emptied by somebody else: writing to it will tell what matters.
    }
  }

  #remember(pid: number): void {
    const now = this.#clock.monotonic();
    for (const [old, began] of this.#ownPids) {
      if (now - began <= OWN_PID_MS) break;
      this.#ownPids.delete(old);
    }
    // Should the number be an old one's: the latest come last.
    this.#ownPids.delete(pid);
    this.#ownPids.set(pid, now);
  }

  async #run(args: readonly string[], bounds: Bounds): Promise<Outcome> {
    const outcome = await run(this.path, args, bounds);
    if (Math.max(outcome.stdout.length, outcome.stderr.length) >= bounds.maxOutput) throw broken("far too much");
    return outcome;
  }

  async #write(words: string): Promise<string | undefined> {
    if (this.#directory === undefined) return undefined;
    this.#files += 1;
    const file = join(this.#directory, `nft-${process.pid}-${this.#files}.json`);
    try {
      await writeFile(file, words, { mode: 0o600, flag: "wx" });
      this.#directoryTrouble = undefined;
      return file;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
      this.#directoryTrouble = `${this.#directory} cannot be written (${code})`;
      // Half of it may be there: no room is a reason to give it back.
      if (code !== "EEXIST") await unlink(file).catch(() => undefined);
      return undefined;
    }
  }

  /** Refused, though we may look, which takes the same capability: the table has the flag `owner`, of another program. */
  async #isOwned({ stderr }: Outcome): Promise<boolean> {
    if (!REFUSED.test(stderr)) return false;
    const { exitCode, stdout } = await this.#run(["-t", "list", "table", "inet", TABLE], CHANGE);
    return exitCode === 0 && /^\s*flags .*owner/m.test(stdout);
  }

  async #judge(outcome: Outcome, gone: boolean): Promise<Answer> {
    const failure = failureOf(outcome, await this.#isOwned(outcome));
    if (failure !== undefined) return failed(failure, saidBy(outcome));
    const listing = parseListing(outcome.stdout);
    if (!listing) throw broken(outcome.stdout.trim() === "" ? "nothing, though it exited with 0" : "what is not JSON");
    if (showsOurChain(listing) === gone) {
      return failed("vanished", gone ? "the table is still there" : "the table is not there after the change");
    }
    return { kind: "done", listing };
  }
}

const REFUSED = /Operation not permitted|Permission denied/;

/** Throws where no other transaction could do better: no nft, no permission, no sense in what it does. */
function failureOf(outcome: Outcome, owned = false): Failure | undefined {
  const { startError, stderr } = outcome;
  if (startError === "E2BIG") return "long";
  if (startError === "ENOENT" || startError === "EACCES") {
    throw new BailiffError("FIREWALL_MISSING", `nft cannot be started (${startError})`, {
      hint: "install the package nftables, or choose another firewall.backend",
    });
  }
  if (startError !== undefined) throw broken(`nothing: it could not be started (${startError})`);
  if (outcome.timedOut) throw broken("nothing, and did not end in time");
  // nft 0.9 dies by SIGSEGV when a table or set is not there.
  if (outcome.signal !== undefined) return "vanished";
  if (outcome.exitCode === 0) return undefined;
  if (/JSON support not compiled/.test(stderr)) {
    throw new BailiffError("FIREWALL_MISSING", "this nft was built without JSON", {
      hint: "install the nftables package of your distribution, or choose another firewall.backend",
    });
  }
  if (owned) {
    throw new BailiffError("FIREWALL_BROKEN", "table inet bailiff is another program's, which lets nobody change it", {
      hint: "the second line of `nft list table inet bailiff` names that program; the table is free when it ends",
    });
  }
  if (REFUSED.test(stderr)) {
    throw new BailiffError("FIREWALL_REFUSED", `cannot change the firewall: nft said "${saidBy(outcome)}"`, {
      hint: "start it with `systemctl start bailiff`, or as root; the unit grants CAP_NET_ADMIN",
    });
  }
  if (/Message too long|No buffer space/.test(stderr)) return "long";
  if (/Too many open files in system/.test(stderr)) return "full";
  // Both may come at once, and then nothing can be added to a table that is gone.
  if (/No such file or directory/.test(stderr)) return "vanished";
  if (/interval overlaps|conflicting intervals/.test(stderr)) return "overlaps";
  if (/File exists|Device or resource busy|Operation not supported/.test(stderr)) return "differs";
  return "other";
}

function failed(failure: Failure, said: string): Answer {
  return { kind: "failed", failure, said };
}

function broken(said: string): BailiffError {
  return new BailiffError("FIREWALL_BROKEN", `cannot work the firewall: nft said ${said}`, {
    hint: "run `nft list table inet bailiff` by hand, and see whether that works",
  });
}

/** The program's own words: its first line of errors, bounded and printable. */
function saidBy(outcome: Outcome): string {
  const line = outcome.stderr.split("\n").find((text) => text.trim() !== "") ?? "";
  const words = line.replace(/^(?:\S+: )?Error: /, "").replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
  if (words !== "") return words.slice(0, 300).trim();
  return outcome.signal === undefined
    ? `nothing, with status ${outcome.exitCode}`
    : `nothing, ended by ${outcome.signal}`;
}

/** What was to be done failed for good. */
export function cannot(what: string, said: string): BailiffError {
  return new BailiffError("FIREWALL_BROKEN", `cannot ${what}: nft said "${said}"`, {
    hint: "`bailiff firewall check` says what is in the way; `nft list table inet bailiff` shows what is there",
  });
}
