import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { LineWriter } from "../../src/log/writer.ts";

test("lines of one turn are written in one go, in order, before anything else happens", async () => {
  const written: string[] = [];
  const writer = new LineWriter((text) => written.push(text));
  writer.write("found 192.0.2.1\n");
  writer.write("ban 2001:db8::/64\n");
  assert.deepEqual(written, []);
  await Promise.resolve();
  assert.deepEqual(written, ["found 192.0.2.1\nban 2001:db8::/64\n"]);
  writer.write("unban 192.0.2.1\n");
  await turn();
  assert.equal(written[1], "unban 192.0.2.1\n");
});

test("what is told in one turn is not kept without bound", () => {
  const written: string[] = [];
  const writer = new LineWriter((text) => written.push(text));
  const line = `${"x".repeat(99)}\n`;
  for (let count = 0; count < 2000; count += 1) writer.write(line);
  assert.ok(written.every((text) => text.length <= 65_600));
  writer.flush();
  writer.flush();
  assert.equal(written.join(""), line.repeat(2000));
});

for (const [end, statement] of [
  ["an exception", 'throw new Error("in the middle of a turn")'],
  ["an exit", "process.exit(3)"],
] as const) {
  test(`nothing that was told is lost by ${end}`, () => {
    const program = `
      import { LineWriter } from ${JSON.stringify(pathToFileURL(`${import.meta.dirname}/../../src/log/writer.ts`).href)};
      const lines = new LineWriter((text) => void process.stderr.write(text));
      process.on("exit", () => lines.flush());
      lines.write("ban 192.0.2.1\\n");
      ${statement};`;
    const { stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    assert.notEqual(status, 0);
    assert.match(stderr, /^ban 192\.0\.2\.1$/m);
  });
}
