import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const SCRIPT = join(import.meta.dirname, "box.sh");
const run = promisify(execFile);

export interface Result {
  readonly status: number;
  /** Standard output and error, in this order. */
  readonly text: string;
}

async function script(args: readonly string[]): Promise<Result> {
  try {
    const { stdout, stderr } = await run(SCRIPT, args, { maxBuffer: 64 * 1024 * 1024 });
    return { status: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    return { status: typeof code === "number" ? code : 255, text: `${stdout ?? ""}${stderr ?? ""}` };
  }
}

/** A machine with a systemd of its own. */
export class Box {
  readonly name: string;
  readonly suite: "bookworm" | "trixie";
  readonly number: 1 | 2;

  constructor(name: string, suite: "bookworm" | "trixie", number: 1 | 2 = 1) {
    this.name = name;
    this.suite = suite;
    this.number = number;
  }

  get ip4(): string {
    return this.number === 1 ? "192.0.2.10" : "192.0.2.130";
  }

  get ip6(): string {
    return `2001:db8:${this.number}::10`;
  }

  async up(): Promise<void> {
    await must(["up", this.name, this.suite, String(this.number)]);
  }

  async reboot(): Promise<void> {
    await must(["reboot", this.name]);
  }

  /** For `after`: throws the box away, whatever state it is in. */
  down(): void {
    execFileSync(SCRIPT, ["down", this.name], { stdio: "ignore" });
  }

  put(file: string, path: string): Promise<string> {
    return must(["put", this.name, file, path]);
  }

  /** Runs a shell line as root of the box, and gives what it said and how it ended. */
  try(line: string): Promise<Result> {
    return script(["exec", this.name, "bash", "-c", line]);
  }

  /** Runs a shell line that must succeed. */
  async do(line: string): Promise<string> {
    return await must(["exec", this.name, "bash", "-c", line]);
  }

  async apt(...args: readonly string[]): Promise<string> {
    return await must(["apt", this.name, ...args]);
  }

  /** One ssh login with a wrong password. */
  async knock(source: string, user = "root"): Promise<"refused" | "no answer"> {
    const { text } = await script(["ssh", source, source.includes(":") ? this.ip6 : this.ip4, user]);
    if (/Permission denied/.test(text)) return "refused";
    if (/timed out/.test(text)) return "no answer";
    throw new Error(`ssh from ${source} said: ${text}`);
  }

  /** So many wrong passwords at the same time. */
  async attack(source: string, times: number): Promise<void> {
    await Promise.all(Array.from({ length: times }, () => this.knock(source)));
  }

  /** Waits until a shell line succeeds; its output. Throws with its last words when it does not in time. */
  async until(line: string, seconds = 20): Promise<string> {
    for (let left = seconds * 5; ; left -= 1) {
      const { status, text } = await this.try(line);
      if (status === 0) return text;
      if (left <= 0) throw new Error(`not within ${seconds} s: ${line}\n${text}\n${await this.log()}`);
      await pause(200);
    }
  }

  async log(): Promise<string> {
    return (await this.try("journalctl -u bailiff --no-pager -n 30 -o cat")).text;
  }

  async isBanned(address: string): Promise<boolean> {
    return (await this.try(`bailiff banned ${address}`)).status === 0;
  }

  /** Seconds left of a ban, as the agent knows it. */
  async remaining(address: string): Promise<number> {
    const bans = JSON.parse(await this.do(`bailiff banned ${address} --json`)) as { remaining: number }[];
    return Math.max(...bans.map(({ remaining }) => remaining));
  }
}

async function must(args: readonly string[]): Promise<string> {
  const { status, text } = await script(args);
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}:\n${text}`);
  return text;
}

export async function outside(up: boolean): Promise<void> {
  await must(["net", up ? "up" : "down"]);
}

/** Figures are printed together at the end of the run. */
export function figure(what: string, value: string): void {
  execFileSync("sh", ["-c", 'printf "%-44s %s\\n" "$1" "$2" >>"$FIGURES"', "sh", what, value]);
}

export function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run \`make e2e\``);
  return value;
}
