/** The whole agent, as `make build` leaves it in dist/, as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ask } from "../../src/control/client.ts";
import type { Request } from "../../src/control/protocol.ts";

/** Another build than this checkout's, to compare: `BAILIFF=/elsewhere/dist/bailiff`. */
export const PROGRAM = process.env.BAILIFF ?? join(import.meta.dirname, "../../dist/bailiff");

const PATIENCE_MS = 300_000;

/** Make one, `start()` it, `remove()` it come what may. */
export class Agent {
  readonly folder = mkdtempSync(join(tmpdir(), "bailiff-bench-"));
  readonly socket = join(this.folder, "control.sock");
  readonly #prefix: readonly string[];
  #child: ChildProcess | undefined;
  #starts = 0;

  constructor(config: Readonly<Record<string, unknown>>, prefix: readonly string[] = []) {
    this.#prefix = prefix;
    const own = { state: { directory: "state" }, control: { socket: this.socket }, filters: { directory: "filters" } };
    writeFileSync(join(this.folder, "bailiff.json"), JSON.stringify({ ...own, ...config }));
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** Everything it said since it was started. */
  get log(): string {
    return readFileSync(this.#logFile, "utf8");
  }

  /** Its own for each start. A file and no pipe: nobody reads along and takes the agent's time. */
  get #logFile(): string {
    return join(this.folder, `log-${this.#starts}`);
  }

  /** Resolves with the milliseconds until it reads: the last thing before it tells systemd that it is ready. */
  async start(): Promise<number> {
    if (!existsSync(PROGRAM)) throw new Error(`there is no ${PROGRAM}: run make build`);
    const began = performance.now();
    const words = [...this.#prefix, PROGRAM, "run", "--config", join(this.folder, "bailiff.json"), "--log", "text"];
    const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/", LC_ALL: "C.UTF-8" };
    this.#starts += 1;
    const log = openSync(this.#logFile, "a");
    const child = spawn("setpriv", ["--pdeathsig", "KILL", ...words], { stdio: ["ignore", "ignore", log], env });
    closeSync(log);
    this.#child = child;
    await this.until("its start", 2, () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the agent ended:\n${this.log}`);
      return / reading /.test(this.log);
    });
    return performance.now() - began;
  }

  async ask<T>(request: Request): Promise<T> {
    return (await ask(this.socket, request)) as T;
  }

  /** Waits until it holds, looking every `pause` milliseconds; five minutes at the most. */
  async until(what: string, pause: number, holds: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!(await holds())) {
      if (performance.now() > end) throw new Error(`waited in vain for ${what}:\n${this.log.slice(-3000)}`);
      await delay(pause);
    }
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }

  async remove(): Promise<void> {
    await this.stop("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Jails fed by UDP from the agent's own host, on port 5514. */
export function udp(jails: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const addresses = ["127.0.0.1"];
  const sender = { name: "local", addresses, trust: "full", ratePerSecond: 1_000_000, maxBansPerHour: 100_000 };
  const listen = ["udp", "tcp"].map((protocol) => ({ protocol, address: "127.0.0.1", port: 5514 }));
  return { sources: [{ type: "syslog", listen, senders: [sender] }], jails };
}

/** The `at`th of many addresses; IPv4 and IPv6 in turn, no two IPv6 addresses in one /64. */
export function offender(at: number): string {
  const id = at >> 1;
  return at % 2 === 0
    ? `${20 + (id >> 16)}.77.${(id >> 8) & 255}.${id & 255}`
    : `2001:db8:${(id >> 16).toString(16)}:${(id & 65_535).toString(16)}::1`;
}
