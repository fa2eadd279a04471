import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "../../src/core/time.ts";
import { FrameReader } from "../../src/sources/syslog-frames.ts";
import { CUT_MARK, MAX_MESSAGE_BYTES, parseSyslog } from "../../src/sources/syslog-message.ts";
import { mutated, randomNumbers } from "./syslog-samples.ts";

const RECEIVED = instant(Date.parse("2026-11-22T12:06:00Z"));

test("reads twenty thousand broken messages without a throw, each part within its bounds", () => {
  const random = randomNumbers(20_261_122);
  for (let round = 0; round < 20_000; round += 1) {
    const bytes = mutated(random);
    const record = parseSyslog(bytes, RECEIVED);
    const shown = JSON.stringify(bytes.toString("latin1").slice(0, 300));
    assert.equal(record.truncated, bytes.length > MAX_MESSAGE_BYTES, shown);
    assert.ok(record.message.length <= MAX_MESSAGE_BYTES + CUT_MARK.length, shown);
    assert.ok(record.app === undefined || /^[^\s\x00-\x1f\x7f]{1,255}$/.test(record.app), shown);
    assert.ok(record.host === undefined || /^[^\s\x00-\x1f\x7f]{1,255}$/.test(record.host), shown);
    assert.ok(record.pid === undefined || /^[^\s\x00-\x1f\x7f]{1,255}$/.test(record.pid), shown);
    assert.equal(record.facility === undefined, record.severity === undefined, shown);
    assert.ok(record.facility === undefined || (record.facility >= 0 && record.facility <= 23), shown);
    assert.ok(record.timestamp === undefined || Number.isInteger(record.timestamp), shown);
    // Whatever the header was taken for, the text is the datagram's own end.
    assert.ok(bytes.toString("utf8").includes(record.message) || record.truncated || bytes[0] === 0, shown);
  }
});

test("cuts broken streams alike, whole and in random pieces", () => {
  const random = randomNumbers(514);
  for (let round = 0; round < 1000; round += 1) {
    const parts = Array.from({ length: 1 + random(8) }, () => {
      const bytes = mutated(random);
      return random(2)
        ? Buffer.concat([bytes, Buffer.from("\n")])
        : Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
    });
    const stream = Buffer.concat(parts);
    const whole = frames([stream]);
    const pieces: Buffer[] = [];
    for (let at = 0; at < stream.length; ) {
      const size = 1 + random(random(4) === 0 ? 3 : 700);
      pieces.push(stream.subarray(at, at + size));
      at += size;
    }
    assert.deepEqual(frames(pieces), whole, `round ${round}`);
  }
});

function frames(pieces: readonly Buffer[]) {
  const reader = new FrameReader(4096);
  const found: string[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let frame = reader.next(); frame; frame = reader.next()) found.push(frame.toString("latin1"));
  }
  return { found, fault: reader.fault };
}
