/** What runs beside the agent, in its network namespace: sends datagrams, and sees what the kernel's sets are given. */
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { findProgram, run } from "../../src/system/exec.ts";

const PORT = 5514;
const socket = createSocket("udp4");
let monitor: ChildProcess | undefined;
/** What came when, in milliseconds as `performance.now()` has them, of all since the watch began. */
let told: { readonly at: number; readonly addresses: readonly string[] }[] = [];
let wake = (): void => {};
/** What the clock that `elements.py` goes by was at when this process's began. */
const began = Number(process.hrtime.bigint()) / 1e6 - performance.now();

function program(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}

/** From now on, elements are seen as the kernel tells of them. */
export async function watch(): Promise<void> {
  // It must not outlive this process, in which nobody may have the time to end it.
  const words = ["--pdeathsig", "KILL", program("python3"), join(import.meta.dirname, "elements.py")];
  const child = spawn(program("setpriv"), words, { stdio: ["ignore", "pipe", "inherit"] });
  monitor = child;
  const lines = createInterface(child.stdout);
  const listens = once(lines, "line");
  await listens;
  lines.on("line", (line) => {
    const [time, ...addresses] = line.split(" ");
    told.push({ at: Number(time) / 1e6 - began, addresses });
    wake();
  });
}

export function unwatch(): void {
  monitor?.kill("SIGKILL");
}

async function until(holds: () => boolean, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  while (!holds()) {
    const left = end - performance.now();
    if (left <= 0) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    await Promise.race([promise, delay(left)]);
  }
  return true;
}

/** Milliseconds from sending the line to its address being in a set; undefined when it never is. */
export async function lineToElement(line: string, address: string): Promise<number | undefined> {
  const sent = performance.now();
  socket.send(line, PORT, "127.0.0.1");
  const came = await inSet(address, 10_000);
  return came === undefined ? undefined : came - sent;
}

/** A set of our own: whoever writes to the agent's is a disturbance, and mended. */
export async function makeSet(): Promise<void> {
  const set = "{ type ipv4_addr; flags timeout; }";
  for (const words of [
    ["table", "inet", "bench"],
    ["set", "inet", "bench", "one", set],
  ]) {
    const { exitCode, stderr } = await run(program("nft"), ["add", ...words], { timeoutMs: 30_000 });
    if (exitCode !== 0) throw new Error(stderr);
  }
}

/** Milliseconds that one nft, started for this one element, takes to bring it in. */
export async function spawnedElement(address: string): Promise<number | undefined> {
  const asked = performance.now();
  const words = ["add", "element", "inet", "bench", "one", `{ ${address} timeout 600s }`];
  const done = run(program("nft"), words, { timeoutMs: 30_000 });
  const came = await inSet(address, 10_000);
  const { exitCode, stderr } = await done;
  if (exitCode !== 0) throw new Error(stderr);
  return came === undefined ? undefined : came - asked;
}

/** When the address came into a set; undefined when it does not in time. */
async function inSet(address: string, timeoutMs: number): Promise<number | undefined> {
  const seen = () => told.findLast(({ addresses }) => addresses.includes(address))?.at;
  await until(() => seen() !== undefined, timeoutMs);
  return seen();
}

/** Sends all, `burst` at a time with a pause after each, so that the receiver's buffer takes them. */
export async function send(lines: readonly string[], burst: number, pauseMs: number, port = PORT): Promise<void> {
  for (let at = 0; at < lines.length; at += burst) {
    for (const line of lines.slice(at, at + burst)) socket.send(line, port, "127.0.0.1");
    await delay(pauseMs);
  }
}

/**
 * For so long: failures of random sources with random names, from sockets of many addresses, of which each tenth is as large
 * as a datagram can be. How many were sent.
 */
export async function flood(forMs: number, port = PORT): Promise<number> {
  const sockets = Array.from({ length: 64 }, () => createSocket("udp4"));
  for (const [at, each] of sockets.entries()) each.bind(0, `127.${at}.${random(256)}.${1 + random(254)}`);
  await Promise.all(sockets.map((each) => once(each, "listening")));
  // Without a colon: sshd ends the name at one.
  const filler = Array.from({ length: 65_000 }, () => String.fromCharCode(33 + random(90)).replace(":", ";")).join("");
  const end = performance.now() + forMs;
  let sent = 0;
  while (performance.now() < end) {
    for (let at = 0; at < 100; at += 1) {
      const name = filler.slice(random(32), at % 10 === 0 ? 64_900 : 32 + random(64));
      const source =
        at % 2 === 0
          ? `${1 + random(223)}.${random(256)}.${random(256)}.${random(256)}`
          : `2001:db8:${random(65_536).toString(16)}:${random(65_536).toString(16)}::1`;
      const line = `<38>Nov 22 12:00:00 h${random(1e6)} sshd[${random(1e6)}]: Invalid user ${name} from ${source} port 50022`;
      sockets[random(64)]?.send(line, port, "127.0.0.1");
      sent += 1;
    }
    await delay(2);
  }
  for (const each of sockets) each.close();
  return sent;
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}

/** Sends the lines; milliseconds until the sets have been given `count` elements more, and how many came in time. */
export async function storm(
  lines: readonly string[],
  count: number,
  timeoutMs: number,
): Promise<{ readonly ms: number; readonly elements: number }> {
  return await given(count, timeoutMs, () => send(lines, 200, 1));
}

/** The same over one TCP connection, all lines in one write. */
export async function stream(
  lines: readonly string[],
  count: number,
  timeoutMs: number,
): Promise<{ readonly ms: number; readonly elements: number }> {
  const connection = connect(PORT, "127.0.0.1");
  await once(connection, "connect");
  try {
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    return await given(count, timeoutMs, () => void connection.write(bytes));
  } finally {
    connection.destroy();
  }
}

/** Milliseconds until the sets have been given `count` elements more since it began, of whomever. */
export async function given(
  count: number,
  timeoutMs: number,
  begin?: () => void | Promise<void>,
): Promise<{ readonly ms: number; readonly elements: number }> {
  told = [];
  const elements = () => told.reduce((sum, { addresses }) => sum + addresses.length, 0);
  const asked = performance.now();
  const begun = begin?.();
  const all = await until(() => elements() >= count, timeoutMs);
  const ms = all ? (told.at(-1)?.at ?? asked) - asked : timeoutMs;
  await begun;
  return { ms, elements: elements() };
}

let taken = 0;

/** From now on, this process takes datagrams, and does nothing with them. */
export async function take(port: number): Promise<void> {
  const receiver = createSocket("udp4");
  receiver.on("message", () => {
    taken += 1;
  });
  receiver.bind(port, "127.0.0.1");
  await once(receiver, "listening");
  receiver.setRecvBufferSize(4 * 1024 * 1024);
}

/** Datagrams taken, and seconds of CPU of this process. */
export function tookSoFar(): { readonly count: number; readonly cpu: number } {
  const { user, system } = process.cpuUsage();
  return { count: taken, cpu: (user + system) / 1e6 };
}
