import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Filter, type FilterRules } from "../../src/core/filter.ts";
import { type Instant, instant, seconds } from "../../src/core/time.ts";
import { at } from "./fixtures.ts";

const RULES: FilterRules = {
  name: "door",
  provenance: { identifiers: ["door"], units: [], uids: [0], transports: ["syslog"] },
  variables: {},
  patterns: [
    { role: "failure", regex: "^(?:\\[\\d\\] )?refused <HOST>: .*$", twice: true },
    { role: "failure", regex: "^odd <HOST>$" },
  ],
  ignoreregex: [],
  session: { key: "pid", timeout: seconds(60) },
  maxText: 1000,
};

type Line = readonly [message: string, time?: Instant, pid?: string | undefined];

/** Which of the lines count. */
function counted(lines: readonly Line[]): readonly boolean[] {
  const filter = new Filter(RULES);
  const origin = { kind: "journal", trust: "local" } as const;
  return lines.map((line) => {
    const [message, time = at(0)] = line;
    const pid = line.length === 3 ? line[2] : "1";
    const entry = { time, source: "journal", message, origin, ...(pid === undefined ? {} : { pid }) };
    return filter.examineText(entry).kind === "match";
  });
}

for (const peer of ["192.0.2.7", "2001:db8::7"]) {
  const other = peer.includes(":") ? "2001:db8:1::7" : "192.0.2.8";
  const line = `refused ${peer}: no`;

  describe(`A line about ${peer} that the service writes twice`, () => {
    it("counts once, and once more when it is said again", () => {
      assert.deepEqual(counted([[line], [line]]), [true, false]);
      assert.deepEqual(counted([[line], [line], [line], [line]]), [true, false, true, false]);
    });

    it("is known by what it says of its address, not by what stands before", () => {
      assert.deepEqual(counted([[line], [`[1] ${line}`]]), [true, false]);
      assert.deepEqual(counted([[line], [`${line}t`]]), [true, true]);
    });

    it("is no copy of another peer's, of another process's, or of a line long ago", () => {
      assert.deepEqual(counted([[line], [`refused ${other}: no`]]), [true, true]);
      assert.deepEqual(
        counted([
          [line, at(0), "1"],
          [line, at(0), "2"],
        ]),
        [true, true],
      );
      assert.deepEqual(
        counted([
          [line, at(0)],
          [line, instant(at(0) + 1000)],
        ]),
        [true, false],
      );
      assert.deepEqual(
        counted([
          [line, at(0)],
          [line, instant(at(0) + 1001)],
        ]),
        [true, true],
      );
    });

    it("counts each time where no process is told", () => {
      assert.deepEqual(
        counted([
          [line, at(0), undefined],
          [line, at(0), undefined],
        ]),
        [true, true],
      );
    });

    it("says nothing of lines that are written once", () => {
      assert.deepEqual(counted([[`odd ${peer}`], [`odd ${peer}`]]), [true, true]);
    });
  });
}
