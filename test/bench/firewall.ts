/**
 * How much faster bans reach the kernel together than with one nft for each: `node test/bench/firewall.ts`. In a network
 * namespace of its own. Times are of this machine and moment; the ratios, measured in one run, are what is worth reading.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeScope } from "../../src/core/scope.ts";
import { findProgram } from "../../src/system/exec.ts";
import { labMissing, makeLab } from "../integration/namespaces.ts";
import type * as inside from "./firewall-inside.ts";

/** Runs of nft that stand for one each: a hundred thousand would take a quarter of an hour. */
const SAMPLE = 200;

const missing = labMissing();
if (missing === undefined) await bench(findProgram("nft") ?? "");
else console.log(`SKIPPED: firewall: MISSING: ${missing}`);

async function bench(nft: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bailiff-bench-"));
  const lab = await makeLab();
  try {
    const { call } = await lab.host.load<typeof inside>(new URL("firewall-inside.ts", import.meta.url));
    const scope = makeScope({ protocols: [], ports: [], action: "drop" });
    await call.open({ scopes: [scope], lengths: { ip: [32], ip6: [64] }, allow: [] }, folder);

    const each = (await call.spawnEach(nft, SAMPLE)).ms / SAMPLE;
    row("bans", "together", "one nft each", "ratio", "nft memory");
    row("1 (of 20)", ms(await median(20, async (at) => (await call.ban(3_000_000 + at, 1)).ms)), ms(each), "", "");
    for (const count of [100, 10_000, 100_000]) {
      const together = await call.ban(count * 10, count);
      const note = count > SAMPLE ? "~" : "";
      row(count, ms(together.ms), note + ms(each * count), ratio(each * count, together.ms), mb(together.nftMegabytes));
    }
    const one = await median(20, async (at) => (await call.ban(4_000_000 + at, 1)).ms);
    row("1 more to 110,000", ms(one), ms(each), ratio(each, one), "");
    const listed = await call.list();
    row(`list ${listed.elements}`, ms(listed.ms), "", "", mb(listed.nftMegabytes));
    const restored = await call.restore(100_000);
    row(
      "restore 100,000",
      ms(restored.ms),
      `~${ms(each * 100_000)}`,
      ratio(each * 100_000, restored.ms),
      mb(restored.nftMegabytes),
    );
    await call.restore(0);
    const repaired = await call.repair(nft, 20_000);
    row("repair of 20,000", `${ms(repaired.hottest)} for 500`, `${ms(repaired.all)} for all`, "", "");
  } finally {
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function median(times: number, measure: (at: number) => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let at = 0; at < times; at += 1) all.push(await measure(at));
  return all.toSorted((a, b) => a - b)[times >> 1] ?? Number.NaN;
}

function row(...cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, at) => String(cell)[at === 0 ? "padEnd" : "padStart"](at === 0 ? 20 : 18)).join(""));
}

function ms(value: number): string {
  return value < 100
    ? `${value.toFixed(1)} ms`
    : value < 10_000
      ? `${value.toFixed(0)} ms`
      : `${(value / 1000).toFixed(0)} s`;
}

function mb(value: number): string {
  return value === 0 ? "" : `${value.toFixed(0)} MB`;
}

function ratio(other: number, ours: number): string {
  return `${(other / ours).toFixed(other / ours < 10 ? 1 : 0)} ×`;
}
