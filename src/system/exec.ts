import { accessSync, constants, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { execa } from "execa";

/** Where programs are looked for: never the caller's PATH, which a user may have set. */
const DIRECTORIES = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

/** Nothing of the caller's environment reaches a program: JOURNAL_*, SYSTEMD_*, LD_* and locale change what it says. */
const ENVIRONMENT = {
  LC_ALL: "C.UTF-8",
  PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
  SYSTEMD_PAGER: "",
  SYSTEMD_COLORS: "0",
};

/** Absolute path of a program; undefined when it is not installed. */
export function findProgram(name: string): string | undefined {
  for (const directory of DIRECTORIES) {
    const path = `${directory}/${name}`;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here; look on.
    }
  }
  return undefined;
}

/** From the kill of a program that took too long to the moment when nobody listens any more. */
const DEAF_AFTER_MS = 200;
/** From the polite end of a program to its kill. */
const FORCE_KILL_MS = 2000;

export interface Outcome {
  /** Undefined when a signal ended it or it could not be started. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly pid: number | undefined;
  /** Why it could not be started (ENOENT, E2BIG, …). */
  readonly startError: string | undefined;
}

export interface RunOptions {
  readonly timeoutMs: number;
  /** Standard input; a pipe that is a socketpair, which programs that re-open /dev/stdin (nft -j) cannot read. */
  readonly input?: string;
  /** Bound of stdout and of stderr, in characters; default 64 MiB. A program that prints more is killed. */
  readonly maxOutput?: number;
  /** What it prints is thrown away; so nothing that it leaves running with its output open can hold up the end. */
  readonly silent?: boolean;
  readonly signal?: AbortSignal;
  /** Told the pid as soon as the program runs. */
  readonly onStart?: (pid: number) => void;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. Never throws: what went wrong is in the outcome. `path` must be absolute. */
export async function run(path: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  if (!path.startsWith("/")) throw new TypeError(`not an absolute path: ${path}`);
  try {
    const child = execa(path, args, {
      reject: false,
      env: { ...ENVIRONMENT, ...options.env },
      extendEnv: false,
      timeout: options.timeoutMs,
      killSignal: "SIGKILL",
      stripFinalNewline: false,
      maxBuffer: options.maxOutput ?? 64 * 1024 * 1024,
      ...(options.silent ? { stdout: "ignore" as const, stderr: "ignore" as const } : {}),
      ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
      ...(options.signal ? { cancelSignal: options.signal } : {}),
    });
    if (child.pid !== undefined) options.onStart?.(child.pid);
    const deaf = setTimeout(() => hangUp(child), options.timeoutMs + DEAF_AFTER_MS);
    const result = await child.finally(() => clearTimeout(deaf));
    return {
      exitCode: result.exitCode,
      signal: result.signal,
      stdout: typeof result.stdout === "string" ? result.stdout : "",
      stderr: typeof result.stderr === "string" ? result.stderr : "",
      timedOut: result.timedOut,
      pid: child.pid,
      startError: result.failed && result.exitCode === undefined && !result.signal ? startError(result) : undefined,
    };
  } catch (cause) {
    // execa throws at once for arguments that spawn itself refuses (a NUL byte, say).
    const message = cause instanceof Error ? cause.message : String(cause);
    return {
      exitCode: undefined,
      signal: undefined,
      stdout: "",
      stderr: "",
      timedOut: false,
      pid: undefined,
      startError: message,
    };
  }
}

/** What a program started may outlive it with its output open, as a shell's last command does: nobody waits for that. */
function hangUp(child: { readonly stdout?: Readable | null; readonly stderr?: Readable | null }): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function startError(result: { readonly code?: string | undefined; readonly message?: string | undefined }): string {
  return result.code ?? result.message ?? "could not be started";
}

export interface Child {
  readonly pid: number | undefined;
  /** Raw bytes of standard output as they arrive. Ends when the program ends. */
  readonly stdout: AsyncIterable<Buffer>;
  /** Resolves when the program is gone, with the last 4 kB of standard error. Never rejects. */
  readonly done: Promise<Outcome>;
  kill(signal?: NodeJS.Signals): void;
  /** Halted by SIGSTOP or a debugger: it neither ends nor says anything until somebody lets it go on. */
  stopped(): boolean;
}

/** Starts a program that runs on (journalctl --follow, nft monitor). SIGTERM on abort, SIGKILL two seconds later. */
export function start(path: string, args: readonly string[], signal: AbortSignal): Child {
  if (!path.startsWith("/")) throw new TypeError(`not an absolute path: ${path}`);
  const child = execa(path, args, {
    reject: false,
    env: ENVIRONMENT,
    extendEnv: false,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    buffer: false,
    cancelSignal: signal,
    forceKillAfterDelay: FORCE_KILL_MS,
  });
  let deaf: NodeJS.Timeout | undefined;
  const stopListening = (): void => {
    deaf = setTimeout(() => hangUp(child), FORCE_KILL_MS + DEAF_AFTER_MS);
  };
  if (signal.aborted) stopListening();
  else signal.addEventListener("abort", stopListening, { once: true });
  let stderr = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    stderr = (stderr + text).slice(-4096);
  });
  const done = child.then((result): Outcome => {
    signal.removeEventListener("abort", stopListening);
    clearTimeout(deaf);
    const failedToStart = result.failed && result.exitCode === undefined && !result.signal && !signal.aborted;
    return {
      exitCode: result.exitCode,
      signal: result.signal,
      stdout: "",
      stderr,
      timedOut: false,
      pid: child.pid,
      startError: failedToStart ? startError(result) : undefined,
    };
  });
  return {
    pid: child.pid,
    stdout: child.stdout,
    done,
    kill: (name = "SIGTERM") => void child.kill(name),
    stopped: () => child.pid !== undefined && isStopped(child.pid),
  };
}

function isStopped(pid: number): boolean {
  try {
    // "4711 (name) T …": the name may hold anything, even parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return /^\) [Tt] /.test(stat.slice(stat.lastIndexOf(")")));
  } catch {
    // Gone, or no /proc to see it in: then nothing is known of it.
    return false;
  }
}
