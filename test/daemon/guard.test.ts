import assert from "node:assert/strict";
import { it } from "node:test";
import { duration } from "../../src/core/time.ts";
import { Guard } from "../../src/daemon/guard.ts";
import type { Clock } from "../../src/system/clock.ts";
import { address, at, network } from "../core/fixtures.ts";

const NOW = 3600;
const clock: Clock = { now: () => at(NOW), monotonic: () => duration(0), sleep: async () => {} };

for (const [from, target] of [
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8::7", "2001:db8::/64"],
] as const) {
  it(`${from} is safe when it has just logged in, and not for a login told late`, () => {
    const guard = new Guard({ sessions: true, sessionPorts: new Set([22]), private: false }, clock);
    for (const second of [0, NOW - 11, NOW + 11]) {
      guard.loggedIn(address(from), at(second));
      assert.equal(guard.forJails(network(target)), undefined);
    }
    guard.loggedIn(address(from), at(NOW - 5));
    assert.match(guard.forJails(network(target)) ?? "", /^management session/);
  });
}

for (const [first, second, target] of [
  ["192.0.2.7", "192.0.2.8", "192.0.2.7"],
  ["2001:db8:0:1::7", "2001:db8:0:2::8", "2001:db8:0:1::/64"],
] as const) {
  it(`${first} stays safe until somebody has looked and not found it connected`, async () => {
    let now = NOW;
    const moving: Clock = { now: () => at(now), monotonic: () => duration(now * 1000), sleep: async () => {} };
    const guard = new Guard({ sessions: true, sessionPorts: new Set([22]), private: false }, moving);
    guard.loggedIn(address(first), at(now));
    now += 60;
    guard.loggedIn(address(second), at(now));
    assert.match(guard.forJails(network(target)) ?? "", /^management session/);
    await guard.lookAtAdmins();
    assert.equal(guard.forJails(network(target)), undefined);
  });
}
