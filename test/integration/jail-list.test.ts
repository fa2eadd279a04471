import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { runProgram } from "./agent.ts";
import { noPrivateJournald, PrivateJournald } from "./private-journald.ts";

it("what logged lately could be watched, though its service has no unit here", {
  skip: noPrivateJournald,
}, async (t) => {
  const journald = await PrivateJournald.make();
  t.after(() => journald.remove());
  await journald.start();
  const file = join(journald.root, "bailiff.json");
  writeFileSync(file, JSON.stringify({ jails: { nsd: {} } }));
  const list = async (...words: string[]): Promise<string> => {
    const prefix = ["nsenter", ...journald.insideArguments([])];
    const { code, stdout, stderr } = await runProgram(["jail", "list", "--config", file, ...words], prefix);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const possible = async (): Promise<Map<string, string | undefined>> => {
    const { possible: all } = JSON.parse(await list("--json")) as { possible: { name: string; identifier?: string }[] };
    return new Map(all.map(({ name, identifier }) => [name, identifier]));
  };
  assert.equal((await possible()).has("murmur"), false);
  await journald.log("murmurd", "<1:(-1)> New connection: 192.0.2.7:1234");
  await journald.log("nsd", "notice: nsd started");
  assert.equal((await possible()).get("murmur"), "murmurd");
  assert.equal((await possible()).has("nsd"), false);
  assert.match(await list(), /^murmur +murmur +could be: murmurd logged within a week/m);
});
