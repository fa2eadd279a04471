import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { FrameReader, MAX_FRAME_BYTES } from "../../src/sources/syslog-frames.ts";
import { randomNumbers } from "./syslog-samples.ts";

const FIXTURES = new URL("../../../shared/fixtures/syslog-tcp-streams.jsonl", import.meta.url);

/** All frames of a stream that arrives in these pieces, and what was left or wrong at its end. */
function read(chunks: readonly Buffer[], limit?: number) {
  const reader = new FrameReader(limit);
  const frames: string[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let frame = reader.next(); frame; frame = reader.next()) frames.push(frame.toString("latin1"));
  }
  return { frames, fault: reader.fault, pending: reader.fault ? 0 : reader.pending };
}

/** The stream whole, byte by byte, cut in two at every place, and in pieces of a few fixed sizes. */
function* chunkings(stream: Buffer): Generator<readonly Buffer[]> {
  yield [stream];
  for (const size of [1, 2, 3, 7, 64, 1000, 4096]) {
    yield Array.from({ length: Math.ceil(stream.length / size) }, (_, at) =>
      stream.subarray(at * size, (at + 1) * size),
    );
  }
  for (let at = 1; at < stream.length; at += 1) yield [stream.subarray(0, at), stream.subarray(at)];
}

const STREAMS: readonly (readonly [name: string, stream: string, frames: readonly string[], pending: number])[] = [
  ["lines", "<1>a\n<2>b\n", ["<1>a", "<2>b"], 0],
  ["counted frames", "4 <1>a6 <2>b\nc", ["<1>a", "<2>b\nc"], 0],
  ["counted frames with a line feed between", "5 <1>a\n\n4 <2>b\n", ["<1>a\n", "<2>b"], 0],
  ["both kinds in turn", "<1>a\n4 <2>b<3>c\n4 <4>d", ["<1>a", "<2>b", "<3>c", "<4>d"], 0],
  ["lines ended by CR LF and by NUL", "<1>a\r\n<2>b\0<3>c\n\0<4>d\0", ["<1>a\r", "<2>b", "<3>c", "<4>d"], 0],
  ["a NUL within a counted frame", "6 <1>a\0b", ["<1>a\0b"], 0],
  ["empty lines", "\n\n\r\n\0<1>a\n\n", ["<1>a"], 0],
  ["a line without PRI that begins with digits", "12 monkeys\n7\n<1>a\n", ["12 monkeys", "7", "<1>a"], 0],
  ["more digits than a count has", `${"9".repeat(30)} <1>a\n`, [`${"9".repeat(30)} <1>a`], 0],
  ["a minus sign", "-5 <1>a\n", ["-5 <1>a"], 0],
  ["an unfinished line", "<1>a\n<2>b", ["<1>a"], 4],
  ["an unfinished count", "4 <1>a12", ["<1>a"], 2],
  ["an unfinished counted frame", "4 <1>a9 <2>b", ["<1>a"], 6],
];

for (const [name, stream, frames, pending] of STREAMS) {
  test(`cuts ${name} alike, however they arrive`, () => {
    for (const chunks of chunkings(Buffer.from(stream, "latin1"))) {
      assert.deepEqual(read(chunks), { frames, fault: undefined, pending });
    }
  });
}

test("what is left at the end is a line, or no frame", () => {
  const left = (stream: string) => {
    const reader = new FrameReader();
    reader.push(Buffer.from(stream));
    while (reader.next());
    return reader.rest()?.toString();
  };
  assert.equal(left("<1>a\n<2>b"), "<2>b");
  assert.equal(left("4 <1>a<2>b"), "<2>b");
  assert.equal(left("12 monkeys"), "12 monkeys");
  for (const stream of ["", "<1>a\n", "<1>a\n9 <2>b", "<1>a\n9 ", "<1>a\n9", "<1>a\n\r\n\0", "0 <1>a"]) {
    assert.equal(left(stream), undefined, stream);
  }
});

test("finds every frame of a stream in which NULs and line feeds end them in any order", () => {
  const random = randomNumbers(7);
  for (let round = 0; round < 300; round += 1) {
    const frames = Array.from({ length: 1 + random(20) }, () => `<${random(9)}>${"x".repeat(random(12))}`);
    const stream = frames.map((frame) => frame + (random(2) === 0 ? "\0" : "\n")).join("");
    const chunks: Buffer[] = [];
    for (let at = 0; at < stream.length; ) {
      const size = 1 + random(30);
      chunks.push(Buffer.from(stream.slice(at, at + size)));
      at += size;
    }
    assert.deepEqual(read(chunks).frames, frames);
  }
});

const BOMBS: readonly (readonly [name: string, stream: string, fault: string, frames: number])[] = [
  ["a count over the limit", "4 <1>a65537 <1>b", "count", 1],
  ["a huge count", "999999999 <1>b", "count", 0],
  ["a count of zero", "0 <1>b", "count", 0],
  ["a count padded with zeros", "004 <1>b", "count", 0],
  ["a line without end", "<1>a\n".concat("<1>", "x".repeat(MAX_FRAME_BYTES)), "oversize", 1],
  ["a line that ends past the limit", "<1>".concat("x".repeat(MAX_FRAME_BYTES), "\n"), "oversize", 0],
];

for (const [name, stream, fault, frames] of BOMBS) {
  test(`stops at ${name}, and hands out nothing after it`, () => {
    const bytes = Buffer.from(`${stream}<9>late\n4 <9>z`);
    for (const size of [1, 1000, 65_536, bytes.length]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      const result = read(chunks);
      assert.equal(result.fault, fault, `pieces of ${size}`);
      assert.equal(result.frames.length, frames);
    }
  });
}

test("takes frames of exactly the limit, counted and as lines", () => {
  const body = `<1>${"x".repeat(MAX_FRAME_BYTES - 3)}`;
  const result = read([Buffer.from(`${body}\n${body.length} ${body}${body}\n`)]);
  assert.equal(result.fault, undefined);
  assert.deepEqual(
    result.frames.map((frame) => frame.length),
    [MAX_FRAME_BYTES, MAX_FRAME_BYTES, MAX_FRAME_BYTES],
  );
});

test("a frame stays whole until the next push", () => {
  const reader = new FrameReader();
  reader.push(Buffer.from("<1>first\n<2>second\n"));
  const first = reader.next();
  const second = reader.next();
  assert.equal(reader.next(), undefined);
  assert.equal(first?.toString(), "<1>first");
  assert.equal(second?.toString(), "<2>second");
});

const missing = existsSync(FIXTURES) ? false : "no captured streams: ../shared/fixtures/syslog-tcp-streams.jsonl";
test("cuts every captured stream into its frames, however it arrives", { skip: missing }, () => {
  for (const line of readFileSync(FIXTURES, "utf8").trim().split("\n")) {
    const row = JSON.parse(line) as { sender: string; chunksBase64: string[]; expectedFrames: string[] };
    const captured = row.chunksBase64.map((chunk) => Buffer.from(chunk, "base64"));
    const expected = row.expectedFrames.map((frame) => Buffer.from(frame, "base64").toString("latin1"));
    assert.deepEqual(read(captured).frames, expected, row.sender);
    for (const chunks of chunkings(Buffer.concat(captured)))
      assert.deepEqual(read(chunks).frames, expected, row.sender);
  }
});
