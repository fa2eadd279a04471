import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LineSplitter } from "../../src/system/lines.ts";

function split(text: string | Buffer, pieceBytes: number, maxBytes = 100): { lines: string[]; skipped: number } {
  const bytes = Buffer.from(text);
  const splitter = new LineSplitter(maxBytes);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    lines.push(...splitter.push(bytes.subarray(at, at + pieceBytes)));
  return { lines, skipped: splitter.skipped };
}

describe("LineSplitter", () => {
  it("gives the same lines however the bytes arrive", () => {
    const text = "one\n\nzwölf \u{1f600}\nlast\nunfinished";
    for (let size = 1; size <= 40; size += 1) {
      assert.deepEqual(split(text, size), { lines: ["one", "", "zwölf \u{1f600}", "last"], skipped: 0 });
    }
  });

  it("skips a line that is too long, and only that", () => {
    const text = `a\n${"x".repeat(101)}\nb\n${"y".repeat(100)}\n${"z".repeat(5000)}\nc\n`;
    for (const size of [1, 2, 7, 99, 100, 101, 102, 103, 1000, 10_000]) {
      assert.deepEqual(
        split(text, size),
        { lines: ["a", "b", "y".repeat(100), "c"], skipped: 2 },
        `in pieces of ${size}`,
      );
    }
  });

  it("counts a line without an end once", () => {
    assert.deepEqual(split("x".repeat(10_000), 10), { lines: [], skipped: 1 });
  });

  it("tells how much of a line without an end it has skipped, and nothing of one that has ended", () => {
    const splitter = new LineSplitter(100);
    for (const [text, skipped] of [
      ["x".repeat(60), 0],
      ["x".repeat(60), 120],
      ["x".repeat(1000), 1120],
      ["x\ny", 0],
      ["y".repeat(100), 101],
    ] as const) {
      splitter.push(Buffer.from(text));
      assert.equal(splitter.skippedBytes, skipped);
    }
  });

  it("replaces what is not UTF-8", () => {
    assert.deepEqual(split(Buffer.from([0xff, 0x0a]), 1).lines, ["\ufffd"]);
  });
});
