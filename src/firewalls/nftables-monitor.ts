import { start } from "../system/exec.ts";
import { TABLE } from "./nftables-ruleset.ts";

/** A line longer than this is not kept; nothing that is asked of one is so far from its start. */
const LINE_BYTES = 4096;

/** What somebody did to our table, in one transaction. */
export interface Disturbance {
  readonly sentence: string;
  /** Table, chains, sets or rules, not just elements, nor a set by whose name elements are added. */
  readonly skeleton: boolean;
}

/**
 * Reads `nft monitor` in text and unfiltered (the filter `destroy` is a syntax error since nft 1.0.7, and only the text says
 * whose each transaction was). Pure but for its memory of the transaction that is not yet complete.
 */
export class MonitorReader {
  readonly #isOwn: (pid: number) => boolean;
  #rest = "";
  #skipping = false;
  #seen = new Set<string>();
  #count = 0;

  constructor(isOwn: (pid: number) => boolean) {
    this.#isOwn = isOwn;
  }

  /** Disturbances that are complete with these bytes. */
  read(bytes: Buffer): Disturbance[] {
    const found: Disturbance[] = [];
    const lines = (this.#rest + bytes.toString("latin1")).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      // The line's head was judged when it grew too long.
      if (!this.#skipping) this.#line(line, found);
      this.#skipping = false;
    }
    if (this.#rest.length > LINE_BYTES) {
      if (!this.#skipping) this.#line(this.#rest, found);
      this.#skipping = true;
      this.#rest = "";
    }
    return found;
  }

  #line(line: string, found: Disturbance[]): void {
    const end = /^# new generation \d+(?: by process (\d+) \(([^)]*)\))?/.exec(line);
    if (end) {
      const pid = end[1] === undefined ? undefined : Number(end[1]);
      if (this.#seen.size > 0 && (pid === undefined || !this.#isOwn(pid))) found.push(this.#tell(pid, end[2]));
      this.#seen = new Set();
      this.#count = 0;
      return;
    }
    if (line.startsWith("# ERROR")) {
      found.push({ sentence: "the kernel lost some of its messages about the firewall", skeleton: true });
      return;
    }
    const change = /^(\w+) (\w+) inet (\S+)/.exec(line);
    if (change?.[3] !== TABLE) return;
    this.#seen.add(`${change[1]} ${change[2]}`);
    this.#count += 1;
  }

  #tell(pid: number | undefined, name: string | undefined): Disturbance {
    const who = pid === undefined ? "another program" : `process ${pid} (${printable(name ?? "")})`;
    const skeleton = [...this.#seen].some((what) => !/ element$|^add set$/.test(what));
    if (this.#seen.has("delete table")) return { sentence: `${who} deleted table inet ${TABLE}`, skeleton };
    const kinds = [...this.#seen].slice(0, 4).join(", ");
    return { sentence: `${who} changed table inet ${TABLE}: ${kinds} (${this.#count} in all)`, skeleton };
  }
}

/**
 * What the running monitor sees, until it ends or `signal` aborts. Returns why it ended; undefined on abort.
 */
export async function* monitor(
  path: string,
  isOwn: (pid: number) => boolean,
  signal: AbortSignal,
): AsyncGenerator<Disturbance, string | undefined> {
  const child = start(path, ["monitor"], signal);
  const reader = new MonitorReader(isOwn);
  try {
    for await (const bytes of child.stdout) yield* reader.read(bytes);
  } catch (error) {
    // A stream cut off by the abort is its end. Anything else is told below, with what the program said.
    if (!signal.aborted && !(error instanceof Error)) throw error;
  } finally {
    child.kill();
  }
  const outcome = await child.done;
  if (signal.aborted) return undefined;
  const said = printable(outcome.stderr.trim().split("\n")[0] ?? "");
  return said || outcome.startError || outcome.signal || `status ${outcome.exitCode}`;
}

function printable(text: string): string {
  return text.replace(/[^\u0020-\u007e]/g, "?").slice(0, 200);
}
