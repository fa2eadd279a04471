import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { duration, instant } from "../../src/core/time.ts";
import { NftProgram } from "../../src/firewalls/nftables-program.ts";
import type { Clock } from "../../src/system/clock.ts";

const CHAIN = { family: "inet", table: "bailiff", name: "pre" };

test("a change is known for an own one when the monitor tells of it minutes later, and only once", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bailiff-test-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const nft = join(folder, "nft");
  writeFileSync(nft, `#!/bin/sh\necho $$ >>${nft}.pids\necho '${JSON.stringify({ nftables: [{ chain: CHAIN }] })}'\n`);
  chmodSync(nft, 0o755);
  let now = 0;
  const clock: Clock = { now: () => instant(0), monotonic: () => duration(now), sleep: () => Promise.resolve() };
  const program = new NftProgram(nft, undefined, clock);
  for (const after of [0, 60_000]) {
    now += after;
    assert.equal((await program.change("{}")).kind, "done");
  }
  now += 120_000;
  assert.equal((await program.change("{}")).kind, "done");
  assert.equal((await program.list(["list", "chains"])).kind, "done");
  const pids = readFileSync(`${nft}.pids`, "utf8").trim().split("\n").map(Number);
  assert.equal(pids.length, 4);
  // A listing changes nothing, so whoever has its number changed something himself.
  assert.deepEqual(
    pids.map((pid) => program.tellsOfOwn(pid)),
    [true, true, true, false],
  );
  assert.deepEqual(
    pids.map((pid) => program.tellsOfOwn(pid)),
    [false, false, false, false],
  );
});
