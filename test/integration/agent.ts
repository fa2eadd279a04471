/** The whole agent as a process of its own, bundled as it is shipped, in whatever namespace a test puts it. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { buildSync } from "esbuild";
import { ask } from "../../src/control/client.ts";
import type { Request } from "../../src/control/protocol.ts";
import type { BanReport, JailReport, SourceReport, StatusReport, UntrustedReport } from "../../src/control/report.ts";
import type { Namespace, Result } from "./namespaces.ts";
import type { PrivateJournald } from "./private-journald.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** As packaging/launcher.sh has them. */
const FLAGS = ["--max-semi-space-size=2"];

let built: string | undefined;

/** The program made from the sources as they are now, once in a test file: it starts in a fifth of the time. */
export function program(): string {
  if (built !== undefined) return built;
  const folder = mkdtempSync(join(tmpdir(), "bailiff-test-program-"));
  // For nobody too.
  chmodSync(folder, 0o755);
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  buildSync({
    entryPoints: [join(ROOT, "src/main.ts")],
    outfile: join(folder, "bailiff.mjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    logLevel: "warning",
    banner: { js: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);" },
  });
  cpSync(join(ROOT, "src/filters"), join(folder, "filters"), { recursive: true });
  built = join(folder, "bailiff.mjs");
  return built;
}

export interface AgentOptions {
  /** Put before the agent's words, it runs the agent where the test wants it: a namespace's prefix, setpriv. */
  readonly prefix?: readonly string[];
  /** What an admin would write; state and control socket are added, in the agent's own folder. */
  readonly config: Readonly<Record<string, unknown>>;
  /** More words after `run`. */
  readonly args?: readonly string[];
}

/** Make one, `start()` it, and `remove()` it in the end, come what may. */
export class Agent {
  readonly folder = mkdtempSync(join(tmpdir(), "bailiff-agent-"));
  readonly #prefix: readonly string[];
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #log = "";
  #gone: Promise<Ended> = Promise.resolve({ code: null, signal: null });

  constructor(options: AgentOptions) {
    this.#prefix = options.prefix ?? [];
    this.#args = options.args ?? [];
    this.configure(options.config);
  }

  get configFile(): string {
    return join(this.folder, "bailiff.json");
  }

  get socket(): string {
    return join(this.folder, "control.sock");
  }

  get state(): string {
    return join(this.folder, "state");
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("the agent is not running");
    return pid;
  }

  /** All that the agent said since it was made, over restarts. */
  get log(): string {
    return this.#log;
  }

  /** Writes the configuration; a running agent reads it when it is told to. */
  configure(config: Readonly<Record<string, unknown>>): void {
    const own = {
      state: { directory: "state" },
      control: { socket: "control.sock", statussocket: "status.sock" },
      filters: { directory: "filters" },
    };
    this.write(JSON.stringify({ ...own, ...config }, null, 1));
  }

  write(text: string): void {
    writeFileSync(this.configFile, text);
  }

  /** Resolves when it answers and hears. Fails with what it said when it ends before. */
  async start(): Promise<void> {
    this.spawn();
    await until(async () => {
      if (this.#ended()) throw new Error(`the agent did not start: ${this.#log}`);
      return this.answers();
    }, "the agent answers");
    const { sources = [] } = JSON.parse(readFileSync(this.configFile, "utf8")) as { sources?: ConfiguredSource[] };
    const ports = sources.flatMap(({ listen }) => (listen ?? []).map(({ port }) => port));
    await until(() => ports.every((port) => this.#listens(port)), `it listens on ${ports.join(", ")}`);
  }

  /** Whether anybody in its network namespace does. */
  #listens(port: number): boolean {
    const hex = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
    return ["udp", "udp6", "tcp", "tcp6"].some((name) =>
      readFileSync(`/proc/${this.pid}/net/${name}`, "utf8").includes(hex),
    );
  }

  /** Runs it without waiting for anything. */
  spawn(): void {
    const [name = "", ...args] = [
      ...this.#prefix,
      // With this process, however it ends, the agent ends too.
      ...["setpriv", "--pdeathsig", "KILL", process.execPath, ...FLAGS, program()],
      ...["run", "--config", this.configFile, "--log", "text", ...this.#args],
    ];
    const child = spawn(name, args, { stdio: ["ignore", "ignore", "pipe"], env: ENVIRONMENT });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#log += text;
    });
    this.#gone = once(child, "close").then(([code, signal]) => ({ code, signal }));
    this.#child = child;
  }

  async answers(): Promise<boolean> {
    try {
      await ask(this.socket, { command: "ping" }, 5000);
      return true;
    } catch {
      // Not yet, or no more.
      return false;
    }
  }

  /** How it ended. */
  async ended(): Promise<Ended> {
    return this.#gone;
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Ends it by a signal, and waits until it is gone. */
  async kill(name: NodeJS.Signals = "SIGKILL"): Promise<Ended> {
    this.signal(name);
    return this.#gone;
  }

  /** Whether it runs, or how it ended; for what a failed test says. */
  get fate(): string {
    return this.#ended() ? `ended: ${this.#child?.signalCode ?? this.#child?.exitCode}` : "running";
  }

  /** What it has in memory. */
  residentBytes(): number {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  }

  async remove(): Promise<void> {
    if (this.#child && !this.#ended()) await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #ended(): boolean {
    return this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits for a line of the log that fits, after the first `from` characters, and gives it. */
  async said(pattern: RegExp, from = 0): Promise<string> {
    const find = (): string | undefined =>
      this.#log
        .slice(from)
        .split("\n")
        .find((line) => pattern.test(line));
    await until(
      () => find() !== undefined,
      `the log says ${pattern}`,
      () => this.#log.slice(-3000),
    );
    return find() ?? "";
  }

  /** How many lines of the log fit. */
  count(pattern: RegExp): number {
    return this.#log.split("\n").filter((line) => pattern.test(line)).length;
  }

  async ask<T>(request: Request): Promise<T> {
    return (await ask(this.socket, request)) as T;
  }

  status(): Promise<StatusReport> {
    return this.ask({ command: "status" });
  }

  jail(name: string): Promise<JailReport> {
    return this.ask({ command: "status", jail: name });
  }

  untrusted(): Promise<UntrustedReport[]> {
    return this.ask({ command: "untrusted" });
  }

  async source(name: string): Promise<SourceReport> {
    const found = (await this.status()).sources.find((source) => source.name === name);
    if (!found) throw new Error(`there is no source ${name}`);
    return found;
  }

  /** Addresses that are banned now, sorted. */
  async banned(jail?: string): Promise<string[]> {
    const bans = await this.ask<BanReport[]>({ command: "banned", ...(jail === undefined ? {} : { jail }) });
    return bans.map(({ address }) => address).sort();
  }

  /** Waits until exactly these are banned. */
  async bans(addresses: readonly string[], jail?: string): Promise<void> {
    let found: string[] = [];
    const wanted = [...addresses].sort().join(" ");
    await until(
      async () => {
        found = await this.banned(jail);
        return found.join(" ") === wanted;
      },
      `${wanted.slice(0, 300)} are banned`,
      () => `banned: ${found.join(" ").slice(0, 2000)}\n${this.#log.slice(-3000)}`,
    );
  }

  /** Runs a command of the program that asks this agent. */
  cli(...words: readonly string[]): Promise<Result> {
    return runProgram([...words, "--config", this.configFile]);
  }

  /** The same with --json, its answer read. Fails unless its exit status is 0. */
  async json<T>(...words: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.cli(...words, "--json");
    if (code !== 0) throw new Error(`${words.join(" ")}: status ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }
}

interface ConfiguredSource {
  readonly listen?: readonly { readonly port: number }[];
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Not the runner's own settings, and no JOURNAL_STREAM. */
const ENVIRONMENT = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/", LC_ALL: "C.UTF-8" };

/** Runs the program, whatever it is told, to its end. */
export function runProgram(words: readonly string[], prefix: readonly string[] = []): Promise<Result> {
  const [name = "", ...args] = [...prefix, process.execPath, ...FLAGS, program(), ...words];
  return new Promise((resolve) => {
    const options = { env: ENVIRONMENT, timeout: 60_000, killSignal: "SIGKILL", cwd: "/" } as const;
    execFile(name, args, { ...options, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : -1, stdout, stderr });
    });
  });
}

/** Waits until it holds; half a minute at the most, for machines that do a great deal else. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  instead: () => string = () => "",
): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}; ${instead()}`);
    await delay(50);
  }
}

/** Elements of bailiff's sets in a namespace: address or prefix, and seconds that are left. */
export async function heldIn(place: Namespace): Promise<Map<string, number | undefined>> {
  const { code, stdout } = await place.attempt(["nft", "-j", "list", "table", "inet", "bailiff"]);
  const held = new Map<string, number | undefined>();
  if (code !== 0) return held;
  const items = (JSON.parse(stdout) as { nftables: { set?: NftSet }[] }).nftables;
  for (const { set } of items) {
    if (set === undefined || set.name.startsWith("allow")) continue;
    for (const item of set.elem ?? []) {
      if (typeof item === "string") held.set(item, undefined);
      else held.set(item.elem.val, item.elem.expires ?? item.elem.timeout);
    }
  }
  return held;
}

interface NftSet {
  readonly name: string;
  readonly elem?: readonly (
    | string
    | { readonly elem: { readonly val: string; readonly timeout?: number; readonly expires?: number } }
  )[];
}

/** As a service on this host logs to syslog: one datagram for each line, by the real logger. */
export async function logUdp(
  place: Namespace,
  lines: readonly string[],
  options: { readonly port?: number; readonly to?: string; readonly tag?: string } = {},
): Promise<void> {
  const { port = 5514, to = "127.0.0.1", tag = "sshd" } = options;
  const words = ["logger", "--udp", "--server", to, "--port", String(port), "--tag", tag, "--priority", "auth.info"];
  await place.run(words, `${lines.join("\n")}\n`);
}

/** A line that sshd logs for a wrong password. */
export function wrongPassword(address: string, at = 0): string {
  return `Failed password for root from ${address} port ${40_000 + at} ssh2`;
}

export function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

export const SYSLOG = { type: "syslog", listen: [{ protocol: "udp", address: "127.0.0.1", port: 5514 }] } as const;

/** Where a private journald is the journal of the machine, in the network of `place`. */
export function beside(place: Namespace, journald: PrivateJournald): string[] {
  return [...place.prefix, "nsenter", ...journald.insideArguments([])];
}
