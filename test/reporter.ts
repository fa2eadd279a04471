import type { TestEvent } from "node:test/reporters";

/** The closing line of a test run: "12 passed, 0 failed, 1 skipped", after the names of what failed or was skipped. */
export default async function* summary(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  const failed: string[] = [];
  const skipped: string[] = [];
  for await (const event of events) {
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { name, skip, todo, details, file } = event.data;
    // A suite fails with its tests, which are counted themselves; a file that cannot be run is a test of its own.
    if (details.type === "suite") continue;
    const where = file === undefined ? name : `${name} (${file.replace(`${process.cwd()}/`, "")})`;
    if (event.type === "test:fail" && todo === undefined) failed.push(where);
    else if (skip !== undefined && skip !== false) skipped.push(`${where}: ${String(skip)}`);
    else passed += 1;
  }
  yield "\n";
  for (const line of skipped) yield `SKIPPED ${line}\n`;
  for (const line of failed) yield `FAILED ${line}\n`;
  yield `${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`;
}
