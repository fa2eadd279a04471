import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { start } from "../../src/system/exec.ts";

const EXEC = join(import.meta.dirname, "../../src/system/exec.ts");

test("what was started ends when we are killed", async () => {
  const script = `
    const { start } = await import(${JSON.stringify(EXEC)});
    const child = start("/bin/sleep", ["1000"], new AbortController().signal);
    console.log(child.pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(parent.stdout);
  const [pid] = (await once(lines, "line")) as [string];
  assert.match(pid, /^\d+$/);
  assert.ok(existsSync(`/proc/${pid}`));
  parent.kill("SIGKILL");
  await once(parent, "exit");
  const end = performance.now() + 30_000;
  while (existsSync(`/proc/${pid}`) && performance.now() < end) await delay(10);
  assert.ok(!existsSync(`/proc/${pid}`), "it is gone");
});

test("what cannot be started says why, and what can ends with its own status", async () => {
  const signal = new AbortController().signal;
  assert.equal((await start("/nowhere/at-all", [], signal).done).startError, "ENOENT");
  assert.equal((await start(EXEC, [], signal).done).startError, "EACCES");
  const child = start("/bin/sh", ["-c", "echo told >&2; exit 7"], signal);
  const { exitCode, stderr } = await child.done;
  assert.deepEqual([exitCode, stderr], [7, "told\n"]);
});
