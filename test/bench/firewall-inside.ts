/** The measured side of firewall.ts, inside the namespace: see worker.ts. */
import { readdirSync, readFileSync } from "node:fs";
import { parseNetwork } from "../../src/core/address.ts";
import type { Change } from "../../src/core/ban.ts";
import { instant } from "../../src/core/time.ts";
import type { Firewall, Layout } from "../../src/firewalls/firewall.ts";
import { nftables } from "../../src/firewalls/nftables.ts";
import { systemClock } from "../../src/system/clock.ts";
import { run } from "../../src/system/exec.ts";

let firewall: Firewall | undefined;
let laid: Layout | undefined;

export interface Measured {
  readonly ms: number;
  /** The largest nft that was seen, resident. */
  readonly nftMegabytes: number;
}

export async function open(layout: Layout, runtimeDirectory: string): Promise<void> {
  firewall = nftables({ clock: systemClock, runtimeDirectory });
  laid = layout;
  await firewall.prepare(layout);
}

/** So many bans in one `apply`, half of each family, starting with the `from`th. */
export async function ban(from: number, count: number): Promise<Measured> {
  const changes = bans(from, count);
  return await measured(async () => {
    const refusals = await firewall?.apply(changes);
    if (refusals?.length !== 0) throw new Error(`${refusals?.length} bans were refused`);
  });
}

/** From nothing to so many bans in the kernel, as after a boot. */
export async function restore(count: number): Promise<Measured> {
  await firewall?.remove();
  const changes = bans(0, count);
  return await measured(async () => {
    if (laid) await firewall?.prepare(laid);
    await firewall?.apply(changes);
  });
}

/** One nft for each ban, one after the other, as programs do that run a command per ban. */
export async function spawnEach(nft: string, count: number): Promise<Measured> {
  const changes = bans(20_000_000, count);
  return await measured(async () => {
    for (const { target } of changes) {
      const set = target.family === "ip" ? "all_4_32" : "all_6_64";
      const words = ["add", "element", "inet", "bailiff", set, `{ ${target.text} timeout 600s }`];
      const { exitCode, stderr } = await run(nft, words, { timeoutMs: 30_000 });
      if (exitCode !== 0) throw new Error(stderr);
    }
  });
}

export async function list(): Promise<Measured & { readonly elements: number }> {
  let elements = 0;
  const result = await measured(async () => {
    elements = (await firewall?.held())?.length ?? 0;
  });
  return { ...result, elements };
}

/** Milliseconds from somebody's flush being seen to the hottest 500 and to all bans being back. */
export async function repair(nft: string, count: number): Promise<{ readonly hottest: number; readonly all: number }> {
  const changes = bans(0, count);
  await firewall?.apply(changes);
  const abort = new AbortController();
  const seen = firewall?.disturbed(abort.signal)[Symbol.asyncIterator]();
  const next = seen?.next();
  await systemClock.sleep(2000 as Parameters<typeof systemClock.sleep>[0]);
  const flush = run(nft, ["flush", "ruleset"], { timeoutMs: 30_000 });
  await next;
  const began = performance.now();
  if (laid) await firewall?.prepare(laid);
  await firewall?.apply(changes.slice(0, 500));
  const hottest = performance.now() - began;
  await firewall?.apply(changes.slice(500));
  const all = performance.now() - began;
  await flush;
  abort.abort();
  await seen?.return?.();
  return { hottest, all };
}

function bans(from: number, count: number): Change[] {
  const until = instant(systemClock.now() + 600_000);
  return Array.from({ length: count }, (_, index): Change => {
    const at = from + index;
    const text =
      at % 2 === 0
        ? `${10 + ((at >> 25) & 63)}.${(at >> 17) & 255}.${(at >> 9) & 255}.${(at >> 1) & 255}`
        : `2001:db8:${(at >> 16).toString(16)}:${(at & 65_535).toString(16)}::/64`;
    const target = parseNetwork(text);
    if (!target) throw new Error(text);
    return { kind: "ban", scope: "all", target, until };
  });
}

async function measured(work: () => Promise<void>): Promise<Measured> {
  let kilobytes = 0;
  const timer = setInterval(() => {
    kilobytes = Math.max(kilobytes, ...children());
  }, 20);
  const began = performance.now();
  await work();
  const ms = performance.now() - began;
  clearInterval(timer);
  return { ms, nftMegabytes: kilobytes / 1024 };
}

/** Peak memory of each child so far, in kB. */
function children(): number[] {
  const tasks = `/proc/self/task`;
  return readdirSync(tasks)
    .flatMap((task) => text(`${tasks}/${task}/children`).split(" "))
    .filter((pid) => pid !== "")
    .map((pid) => Number(/^VmHWM:\s+(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1] ?? 0));
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    // It ended between the listing and the reading.
    return "";
  }
}
