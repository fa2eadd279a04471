import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { formatNetwork } from "../../src/core/address.ts";
import { type Instant, seconds } from "../../src/core/time.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { at, network, numbers } from "../core/fixtures.ts";
import { type AgentOptions, agent, held } from "./agent.ts";

const AGENT = join(import.meta.dirname, "agent.ts");

/** Everything that was decided, and what the kernel holds after `end`. */
function outcome(directory: string, end: Instant) {
  const store = new SqliteStore({ file: join(directory, "state.db"), now: at(0), purgeAge: seconds(9e7) });
  try {
    assert.equal(store.opened.kind, "existing");
    const lines = (list: readonly { target: Parameters<typeof formatNetwork>[0] }[]) =>
      list.map((one) => JSON.stringify({ ...one, target: formatNetwork(one.target) })).sort();
    const past = [...store.past(network("0.0.0.0/0"), 1), ...everything(store)];
    return {
      active: lines(store.activeBans(end)),
      past: lines(past),
      kernel: lines(held(directory).filter(({ until }) => until === undefined || until > end)),
      totals: Object.fromEntries(store.totals()),
    };
  } finally {
    store.close();
  }
}

/** The past of every target that the streams hold. */
function everything(store: SqliteStore) {
  return Array.from({ length: 40 }, (_, host) => [
    ...store.past(network(`198.51.${host % 4}.${host}`), 1000),
    ...store.past(network(`2001:db8:0:${host.toString(16)}::${host}`), 1000),
  ]).flat();
}

describe("killed at any step", () => {
  // The last number: steps that a life lasts at most.
  const variants: [string, Pick<AgentOptions, "seed" | "batch" | "forgetful">, number][] = [
    ["a journal, in small batches", { seed: 11, batch: 7 }, 350],
    ["a journal, in large batches", { seed: 12, batch: 200 }, 600],
    ["syslog, once what was received is saved", { seed: 13, batch: 20, forgetful: true }, 50],
  ];
  for (const [name, variant, steps] of variants) {
    it(`decides as undisturbed, for both families: ${name}`, () => {
      const directory = mkdtempSync(join(tmpdir(), "bailiff-crash-"));
      try {
        const calm = mkdtempSync(join(directory, "calm-"));
        const wild = mkdtempSync(join(directory, "wild-"));
        const options = { ...variant, count: 1500 };
        const end = agent({ ...options, directory: calm, late: 0 });
        const expected = outcome(calm, end);
        assert.ok(
          expected.active.some((line) => line.includes("recidive")),
          "nobody was escalated",
        );
        for (const part of ["198.51.", "2001:db8:", "/24", "/56"]) {
          assert.ok(
            expected.past.some((line) => line.includes(part)),
            `no ban of ${part}`,
          );
        }

        const random = numbers(variant.seed);
        let killed = 0;
        for (let late = 0; killed < 12; late += 20) {
          const dieAt = 1 + Math.floor(random() * steps);
          const run = { ...options, directory: wild, late, dieAt };
          const { signal, status, stderr } = spawnSync(
            process.execPath,
            ["--no-warnings", AGENT, JSON.stringify(run)],
            {
              encoding: "utf8",
            },
          );
          if (status === 0) break;
          assert.equal(signal, "SIGKILL", stderr);
          killed += 1;
        }
        assert.ok(killed >= 5, `only ${killed} kills before the end of the stream`);
        agent({ ...options, directory: wild, late: 900 });
        assert.deepEqual(outcome(wild, end), expected);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  }
});
