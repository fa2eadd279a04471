/**
 * How much faster bans reach the kernel together than with one nft for each, in a network namespace of its own. Times are of this machine and moment; the ratios, measured in one run, are what is worth reading.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeScope } from "../../src/core/scope.ts";
import { findProgram } from "../../src/system/exec.ts";
import { labMissing, makeLab } from "../integration/namespaces.ts";
import type * as inside from "./firewall-inside.ts";
import { milliseconds, number, QUICK, quantile, report, skipped, times } from "./report.ts";

/** Runs of nft that stand for one each: a hundred thousand would take a quarter of an hour. */
const SAMPLE = QUICK ? 50 : 200;
const LARGEST = QUICK ? 10_000 : 100_000;
const COUNTS = [100, 1000, 10_000, 100_000].filter((count) => count <= LARGEST);

const missing = labMissing();
if (missing === undefined) await bench(findProgram("nft") ?? "");
else skipped("bans in the kernel", missing);

async function bench(nft: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bailiff-bench-"));
  const lab = await makeLab();
  try {
    const { call } = await lab.host.load<typeof inside>(new URL("firewall-inside.ts", import.meta.url));
    const scope = makeScope({ protocols: [], ports: [], action: "drop" });
    await call.open({ scopes: [scope], lengths: { ip: [32], ip6: [64] }, allow: [] }, folder);

    const each = (await call.spawnEach(nft, SAMPLE)).ms / SAMPLE;
    const one = await median(20, async (at) => (await call.ban(3_000_000 + at, 1)).ms);
    report({
      what: "1 ban into a set (of 20)",
      figure: milliseconds(one),
      yardstick: `one nft for it ${milliseconds(each)}`,
      ratio: times(each / one),
    });
    for (const count of COUNTS) {
      const together = await call.ban(count * 10, count);
      report({
        what: `${number(count)} bans at once`,
        figure: milliseconds(together.ms),
        yardstick: `one nft for each ${count > SAMPLE ? "~ " : ""}${milliseconds(each * count)}`,
        ratio: times((each * count) / together.ms),
        ...(count === 10_000 ? { aim: "≤ 300 ms" } : {}),
      });
    }
    const more = await median(20, async (at) => (await call.ban(4_000_000 + at, 1)).ms);
    report({
      what: `1 more to ${number(COUNTS.reduce((sum, count) => sum + count, 0))}`,
      figure: milliseconds(more),
      yardstick: `to an empty set ${milliseconds(one)}`,
      ratio: times(more / one),
    });
    const listed = await call.list();
    report({ what: `list ${number(listed.elements)}`, figure: milliseconds(listed.ms) });
    const restored = await call.restore(LARGEST);
    report({
      what: `restore ${number(LARGEST)} after a boot, the tables too`,
      figure: milliseconds(restored.ms),
      yardstick: `one nft for each ~ ${milliseconds(each * LARGEST)}`,
      ratio: times((each * LARGEST) / restored.ms),
      aim: "≤ 1,000 ms",
    });
    report({ what: "  most memory of nft", figure: `${number(restored.nftMegabytes)} MB` });
    await call.restore(0);
    const repaired = await call.repair(nft, 20_000);
    report({
      what: "repair of 20,000 after a flush: the hottest 500, and all",
      figure: `${milliseconds(repaired.hottest)}, ${milliseconds(repaired.all)}`,
    });
  } finally {
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function median(rounds: number, measure: (at: number) => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let at = 0; at < rounds; at += 1) all.push(await measure(at));
  return quantile(all, 0.5);
}
