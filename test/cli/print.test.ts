import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const PRINT = join(import.meta.dirname, "..", "..", "src", "cli", "print.ts");

/** The zone is the process's: each needs one of its own. */
function shownIn(zone: string, ...moments: readonly string[]): string[] {
  const code = `import { localTime } from ${JSON.stringify(PRINT)};
    console.log(process.argv.slice(1).map(localTime).join(" "));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code, "--", ...moments], {
    encoding: "utf8",
    env: { ...process.env, TZ: zone },
  });
  assert.ok(stdout !== "", stderr);
  return stdout.trim().split(" ");
}

test("moments are told by the clock of the machine, with its distance from UTC, also in the hour that comes twice", () => {
  assert.deepEqual(shownIn("UTC", "2026-07-01T12:00:00.999Z"), ["2026-07-01T12:00:00+00:00"]);
  assert.deepEqual(shownIn("Europe/Vienna", "2026-07-01T22:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"), [
    "2026-07-02T00:30:00+02:00",
    "2026-10-25T02:30:00+02:00",
    "2026-10-25T02:30:00+01:00",
  ]);
  assert.deepEqual(shownIn("America/St_Johns", "2026-01-01T00:00:00Z"), ["2025-12-31T20:30:00-03:30"]);
  assert.deepEqual(shownIn("Asia/Kathmandu", "2026-01-01T00:00:00Z"), ["2026-01-01T05:45:00+05:45"]);
});
