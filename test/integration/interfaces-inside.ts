/** What stands around a machine, in the network namespace of whoever loads this: see worker.ts. */
import { type Network, networkOf } from "../../src/core/address.ts";
import { type BanOrigin, type Protected, protection } from "../../src/core/protect.ts";
import { systemClock } from "../../src/system/clock.ts";
import { readSessions, readSurroundings, type Surroundings, surroundingsChanges } from "../../src/system/interfaces.ts";

export function surroundings(): Promise<Surroundings> {
  return readSurroundings();
}

export async function sessions(ports: ReadonlySet<number>): Promise<readonly string[]> {
  return (await readSessions(ports)).map((address) => address.text);
}

/** The gate as the daemon builds it. */
export async function gate(
  target: Network,
  origin: BanOrigin,
  ports: ReadonlySet<number>,
): Promise<Protected | undefined> {
  const [read, peers] = await Promise.all([readSurroundings(), readSessions(ports)]);
  return protection({ ...read, sessions: peers, ignore: [] })(networkOf(target, target.length), origin);
}

let changes = 0;
let abort: AbortController | undefined;
let over: Promise<void> | undefined;

export function watch(): void {
  abort = new AbortController();
  const { signal } = abort;
  over = (async () => {
    for await (const _ of surroundingsChanges(systemClock, signal)) changes += 1;
  })();
}

export function seen(): number {
  return changes;
}

/** Resolves when the watcher has let go. */
export async function unwatch(): Promise<void> {
  abort?.abort();
  await over;
}
