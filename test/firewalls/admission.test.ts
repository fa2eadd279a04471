import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNetwork } from "../../src/core/address.ts";
import { makeScope } from "../../src/core/scope.ts";
import { instant } from "../../src/core/time.ts";
import { isNetwork, LONGEST_TIMEOUT, timeout } from "../../src/firewalls/admission.ts";
import { none } from "../../src/firewalls/none.ts";
import { systemClock } from "../../src/system/clock.ts";

const NOW = instant(1_700_000_000_000);

test("a network is what parseNetwork makes, and nothing else", () => {
  const texts = [
    "0.0.0.0",
    "10.0.0.0",
    "192.0.2.0",
    "192.0.2.7",
    "255.255.255.255",
    "192.0.2.128",
    "010.0.0.0",
    "10.0.0",
  ];
  texts.push(
    "::",
    "::1",
    "2001:db8::",
    "2001:db8:1:2::",
    "2001:db8:0:0:8000::",
    "2001:DB8::",
    "2001:db8:0::",
    "ffff::",
  );
  texts.push("::ffff:192.0.2.0", "::192.0.2.0", "fe80::1%eth0", "*", "", "localhost", "192.0.2.0/24", " 192.0.2.0");
  let networks = 0;
  for (const text of texts) {
    for (let length = -1; length <= 129; length += 1) {
      for (const family of ["ip", "ip6"] as const) {
        const parsed = parseNetwork(`${text}/${length}`);
        const expected = parsed?.text === text && parsed.length === length && parsed.family === family;
        const value = { family, text, length } as Parameters<typeof isNetwork>[0];
        assert.equal(isNetwork(value), expected, `${family} ${text}/${length}`);
        if (expected) networks += 1;
      }
    }
  }
  assert.ok(networks > 200);
});

test("timeouts are whole seconds from one second to ten years, rounded up", () => {
  for (const [ms, seconds] of [
    [1, 1],
    [999, 1],
    [1000, 1],
    [1001, 2],
    [0, 1],
    [-1, 1],
    [-1e12, 1],
    [600_000, 600],
    [LONGEST_TIMEOUT * 1000, LONGEST_TIMEOUT],
    [LONGEST_TIMEOUT * 1000 + 1, LONGEST_TIMEOUT],
    [1e15, LONGEST_TIMEOUT],
  ] as const) {
    assert.equal(timeout(instant(NOW + ms), NOW), seconds, `${ms} ms`);
  }
  assert.equal(timeout(undefined, NOW), undefined);
});

test("what is no moment is never a timeout", () => {
  for (const until of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "10m" as unknown as number]) {
    assert.throws(() => timeout(instant(until), NOW), RangeError);
  }
});

test("the firewall that only tells holds a ban until the clock passes its end", async () => {
  let now = NOW;
  const told: string[] = [];
  const firewall = none({
    clock: { ...systemClock, now: () => now },
    tell: (change) => told.push(`${change.kind} ${change.target.text}`),
  });
  const scope = makeScope({ protocols: [], ports: [], action: "drop" });
  const [four, six] = [parseNetwork("192.0.2.7"), parseNetwork("2001:db8:1:2::/64")];
  assert.ok(four && six);
  await firewall.prepare({ scopes: [scope], lengths: { ip: [32], ip6: [64] }, allow: [] });
  await firewall.apply([
    { kind: "ban", scope: "all", target: four, until: instant(NOW + 60_000) },
    { kind: "ban", scope: "all", target: six },
    { kind: "ban", scope: "other", target: six },
  ]);
  assert.deepEqual(told, ["ban 192.0.2.7", "ban 2001:db8:1:2::"]);
  now = instant(NOW + 59_999);
  assert.equal((await firewall.held()).length, 2);
  now = instant(NOW + 60_000);
  assert.deepEqual(await firewall.held(), [{ scope: "all", target: six }]);
});
