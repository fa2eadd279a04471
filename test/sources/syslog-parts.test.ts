import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNetwork } from "../../src/core/address.ts";
import { duration, instant } from "../../src/core/time.ts";
import { BailiffError } from "../../src/errors.ts";
import { kernelDrops } from "../../src/sources/syslog-drops.ts";
import { DropQueue } from "../../src/sources/syslog-queue.ts";
import { Senders, type SyslogSender } from "../../src/sources/syslog-senders.ts";
import { dayNumber, yearOf } from "../../src/sources/syslog-time.ts";
import type { Clock } from "../../src/system/clock.ts";
import { randomNumbers } from "./syslog-samples.ts";

function handClock() {
  let at = 0;
  const clock: Clock = { now: () => instant(at), monotonic: () => duration(at), sleep: async () => {} };
  return { clock, move: (ms: number) => (at += ms) };
}

function networks(...texts: string[]) {
  return texts.map((text) => parseNetwork(text) ?? assert.fail(text));
}

function sender(name: string, more: Partial<SyslogSender>): SyslogSender {
  return { name, trust: "full", ...more };
}

function shifted(queue: DropQueue<number>): (readonly [number, string] | undefined)[] {
  const all: (readonly [number, string])[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) all.push([next.about, next.bytes.toString()]);
  return all;
}

test("days and years are those of the calendar", () => {
  const day = 86_400_000;
  for (let number = -30_000; number < 120_000; number += 1) {
    const date = new Date(number * day);
    assert.equal(dayNumber(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()), number);
    assert.equal(yearOf(number * day), date.getUTCFullYear());
    assert.equal(yearOf(number * day + day - 1), date.getUTCFullYear());
  }
  // A leap day of a year that has none is the day after.
  assert.equal(dayNumber(2026, 1, 29), dayNumber(2026, 2, 1));
});

test("entries of one host share where they are from, and those of another do not", () => {
  const [local] = new Senders([], handClock().clock).all;
  const first = local?.origin("udp", "web1.example.org");
  assert.deepEqual(first, {
    kind: "syslog",
    protocol: "udp",
    sender: "local",
    trust: "full",
    host: "web1.example.org",
  });
  assert.equal(local?.origin("udp", "web1.example.org"), first);
  assert.deepEqual(local?.origin("tcp", "web1.example.org"), { ...first, protocol: "tcp" });
  assert.deepEqual(local?.origin("udp", undefined), {
    kind: "syslog",
    protocol: "udp",
    sender: "local",
    trust: "full",
  });
  assert.equal(local?.origin("udp", "web2.example.org").host, "web2.example.org");
});

test("a full queue drops the oldest and counts them", () => {
  const queue = new DropQueue<number>(3, 1000);
  for (let item = 1; item <= 5; item += 1) queue.push(item, Buffer.from(`text ${item}`));
  assert.equal(queue.dropped, 2);
  assert.equal(queue.length, 3);
  assert.deepEqual(shifted(queue), [
    [3, "text 3"],
    [4, "text 4"],
    [5, "text 5"],
  ]);
  assert.equal(queue.shift(), undefined);
});

test("a queue is bounded in bytes too", () => {
  const queue = new DropQueue<number>(100, 10);
  queue.push(1, Buffer.from("aaaa"));
  queue.push(2, Buffer.from("bbbb"));
  assert.equal(queue.crowded, true);
  queue.push(3, Buffer.from("cccccccc"));
  assert.equal(queue.dropped, 2);
  assert.deepEqual(shifted(queue), [[3, "cccccccc"]]);
  assert.equal(queue.crowded, false);
  queue.push(4, Buffer.alloc(11));
  assert.equal(queue.dropped, 3);
  queue.push(5, Buffer.alloc(10));
  queue.push(6, Buffer.from(""));
  queue.clear();
  assert.equal(queue.length, 0);
});

test("a queue gives back what was put in, whatever the order of comings and goings", () => {
  const random = randomNumbers(5514);
  for (let round = 0; round < 300; round += 1) {
    const queue = new DropQueue<number>(1 + random(12), 1 + random(60));
    const wanted: (readonly [number, string])[] = [];
    let put = 0;
    let came = 0;
    for (let step = 0; step < 200; step += 1) {
      if (random(3) > 0) {
        const text = String.fromCharCode(97 + random(26)).repeat(random(20));
        queue.push(put, Buffer.from(text));
        wanted.push([put, text]);
        put += 1;
      } else {
        const next = queue.shift();
        if (next) {
          came += 1;
          // Older ones may have been dropped, but never a newer one before an older.
          while (wanted[0] && wanted[0][0] < next.about) wanted.shift();
          assert.deepEqual([next.about, next.bytes.toString()], wanted.shift(), `round ${round}`);
        } else {
          assert.equal(queue.length, 0);
        }
      }
      assert.equal(came + queue.length + queue.dropped, put);
    }
  }
});

test("without senders only this machine may send, as local", () => {
  const senders = new Senders([], handClock().clock);
  for (const text of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]) {
    assert.equal(senders.byAddress(text)?.name, "local", text);
  }
  for (const text of ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "fe80::1%lo", "::", "0.0.0.0", ""]) {
    assert.equal(senders.byAddress(text), undefined, text);
  }
});

test("finds a sender by the narrowest network that holds its address", () => {
  const senders = new Senders(
    [
      sender("office", { networks: networks("192.0.2.0/24", "2001:db8::/32", "fe80::/64") }),
      sender("web", { networks: networks("192.0.2.7", "2001:db8:1::/48") }),
      sender("vpn", { tlsName: "vpn.example.org", networks: networks("192.0.2.9") }),
    ],
    handClock().clock,
  );
  const found = (text: string) => senders.byAddress(text)?.name;
  assert.equal(found("192.0.2.1"), "office");
  assert.equal(found("192.0.2.7"), "web");
  assert.equal(found("::ffff:192.0.2.7"), "web");
  assert.equal(found("2001:db8:1::5"), "web");
  assert.equal(found("2001:db8:2::5"), "office");
  assert.equal(found("fe80::1%eth0"), "office");
  assert.equal(found("198.51.100.1"), undefined);
  // Known by its certificate only: its address, which UDP lets anybody write, is not enough.
  assert.equal(found("192.0.2.9"), "office");
  assert.equal(found("127.0.0.1"), undefined);
});

test("answers alike after more addresses than it remembers", () => {
  const senders = new Senders([sender("web", { networks: networks("192.0.2.7") })], handClock().clock);
  for (let at = 0; at < 10_000; at += 1) senders.byAddress(`10.77.${at >> 8}.${at & 255}`);
  assert.equal(senders.byAddress("192.0.2.7")?.name, "web");
  assert.equal(senders.byAddress("10.77.0.1"), undefined);
});

test("an allowance is used up, and filled again at its rate up to the burst", () => {
  const { clock, move } = handClock();
  const senders = new Senders([sender("web", { networks: networks("192.0.2.7"), ratePerSecond: 10, burst: 5 })], clock);
  const web = senders.byAddress("192.0.2.7") ?? assert.fail();
  const taken = () => {
    let count = 0;
    while (web.take()) count += 1;
    return count;
  };
  assert.equal(taken(), 5);
  assert.equal(web.wait(), 100);
  move(99);
  assert.equal(taken(), 0);
  move(1);
  assert.equal(web.wait(), 0);
  assert.equal(taken(), 1);
  move(250);
  assert.equal(taken(), 2);
  move(3_600_000);
  assert.equal(taken(), 5);
});

test("refuses a sender in a timezone that there is not", () => {
  assert.throws(
    () => new Senders([sender("web", { timezone: "Europe/Atlantis" })], handClock().clock),
    (error) =>
      error instanceof BailiffError && error.code === "CONFIG_INVALID" && /Europe\/Atlantis/.test(error.message),
  );
});

const UDP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  111: 0100007F:1587 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1001 2 0000000000000000 17
  112: 0A02000A:1587 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1002 2 0000000000000000 0
`;
const UDP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  113: 00000000000000000000000001000000:1587 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2001 2 0000000000000000 4
  114: B80D0120000000000000000005000000:0202 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2002 2 0000000000000000 6
  115: 00000000000000000000000000000000:0202 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2003 2 0000000000000000 9
`;

test("reads a socket's kernel drops by address and port, IPv4 and IPv6, and by inode", () => {
  assert.equal(kernelDrops(UDP, { address: "127.0.0.1", port: 5511 }), 17);
  assert.equal(kernelDrops(UDP, { address: "10.0.2.10", port: 5511 }), 0);
  assert.equal(kernelDrops(UDP, { address: "127.0.0.1", port: 5512 }), undefined);
  assert.equal(kernelDrops(UDP6, { address: "::1", port: 5511 }), 4);
  assert.equal(kernelDrops(UDP6, { address: "2001:db8::5", port: 514 }), 6);
  assert.equal(kernelDrops(UDP6, { address: "::", port: 514 }), 9);
  assert.equal(kernelDrops(UDP6, { inode: "2002" }), 6);
  assert.equal(kernelDrops(UDP, { inode: "17" }), undefined);
  assert.equal(kernelDrops("", { inode: "2002" }), undefined);
});
