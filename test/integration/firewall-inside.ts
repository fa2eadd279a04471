/** A firewall backend, in the network namespace of whoever loads this: see worker.ts. */
import type { Change, Held } from "../../src/core/ban.ts";
import type { Firewall, Layout, Refusal } from "../../src/firewalls/firewall.ts";
import { systemClock } from "../../src/system/clock.ts";

/** How a backend is made: `maker(options)` of `src/firewalls/<module>`. The system's clock is added to the options. */
export interface Recipe {
  readonly module: string;
  readonly maker: string;
  readonly options: Readonly<Record<string, unknown>>;
}

let firewall: Firewall | undefined;
let watching: { readonly abort: AbortController; readonly over: Promise<void> } | undefined;
let told: string[] = [];
let listener: (() => void) | undefined;

export async function open(recipe: Recipe): Promise<string> {
  const module = await import(new URL(`../../src/firewalls/${recipe.module}`, import.meta.url).href);
  firewall = module[recipe.maker]({ ...recipe.options, clock: systemClock }) as Firewall;
  return firewall.name;
}

export function limits(): readonly string[] {
  return opened().limits;
}

export async function prepare(layout: Layout): Promise<void> {
  await opened().prepare(layout);
}

export async function apply(changes: readonly Change[]): Promise<readonly Refusal[]> {
  return await opened().apply(changes);
}

/** Each of `batches` by its own `apply`, all at once: what a busy daemon does. */
export async function applyAll(batches: readonly (readonly Change[])[]): Promise<readonly Refusal[]> {
  return (await Promise.all(batches.map((changes) => opened().apply(changes)))).flat();
}

/** `times` bans of one target one after the other, each longer than the one before. */
export async function extend(scope: string, target: Held["target"], times: number): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  for (let at = 0; at < times; at += 1) {
    const until = (systemClock.now() + 60_000 + at * 1000) as NonNullable<Held["until"]>;
    refusals.push(...(await opened().apply([{ kind: "ban", scope, target, until }])));
  }
  return refusals;
}

export async function prepareAgain(layout: Layout, times: number): Promise<void> {
  for (let at = 0; at < times; at += 1) await opened().prepare(layout);
}

export async function held(): Promise<readonly Held[]> {
  return await opened().held();
}

export async function remove(): Promise<boolean> {
  return await opened().remove();
}

/** Starts listening for disturbances; with `layout` and `wanted`, repairs after each as the daemon would. */
export function watch(repair?: { readonly layout: Layout; readonly wanted: readonly Change[] }): void {
  const abort = new AbortController();
  const over = (async () => {
    for await (const sentence of opened().disturbed(abort.signal)) {
      if (repair) {
        await opened().prepare(repair.layout);
        await opened().apply(repair.wanted.slice(0, 500));
        await opened().held();
        await opened().apply(repair.wanted.slice(500));
      }
      told.push(sentence);
      listener?.();
    }
  })();
  watching = { abort, over };
}

/** The next disturbance; undefined when there is none within `waitMs`. */
export async function disturbance(waitMs: number): Promise<string | undefined> {
  if (told.length === 0) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      listener = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    listener = undefined;
  }
  return told.shift();
}

/** Stops listening; resolves when the backend has let go. */
export async function unwatch(): Promise<void> {
  watching?.abort.abort();
  await watching?.over;
  watching = undefined;
  told = [];
}

function opened(): Firewall {
  if (!firewall) throw new Error("no firewall was opened");
  return firewall;
}
