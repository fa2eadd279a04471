import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Scope } from "../../src/core/ban.ts";
import { makeScope } from "../../src/core/scope.ts";
import { duration } from "../../src/core/time.ts";
import { Carry } from "../../src/daemon/carry.ts";
import { none } from "../../src/firewalls/none.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import type { Clock } from "../../src/system/clock.ts";
import { ban } from "../contract/store.ts";
import { at } from "../core/fixtures.ts";

const clock: Clock = {
  now: () => at(1),
  monotonic: () => duration(0),
  sleep: (_length, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) resolve();
      signal?.addEventListener("abort", () => resolve(), { once: true });
    }),
};

const SSH = makeScope({ protocols: ["tcp"], ports: [{ first: 22, last: 22 }], action: "drop" });
const MOVED = makeScope({ protocols: ["tcp"], ports: [{ first: 2222, last: 2222 }], action: "drop" });

for (const step of ["prepare", "held"] as const) {
  test(`puts bans where they belong when that changes while the firewall is asked to ${step}`, async () => {
    const store = new MemoryStore();
    store.save({ at: at(0), bans: [ban("sshd", "192.0.2.7", [0]), ban("sshd", "2001:db8::/64", [0])] });
    let scope: Scope = SSH;
    const slow: { once?: () => void } = {};
    const firewall = none({ clock });
    const waitAt = async (name: string): Promise<void> => {
      const change = slow.once;
      if (name !== step || change === undefined) return;
      delete slow.once;
      await turn();
      change();
    };
    const told: string[] = [];
    const carry = new Carry({
      firewall: {
        ...firewall,
        prepare: async (layout) => {
          await firewall.prepare(layout);
          await waitAt("prepare");
        },
        held: async () => {
          const held = await firewall.held();
          await waitAt("held");
          return held;
        },
      },
      store,
      log: { tell: ({ words }) => void told.push(words) },
      clock,
      scopeOf: () => scope,
      jailOf: () => "sshd",
      layout: () => ({ scopes: [scope], lengths: { ip: [32], ip6: [64] }, allow: [] }),
      former: [],
      gate: () => undefined,
      refreshGate: async () => {},
    });
    await carry.begin({ trust: true, adopt: true });
    const stop = new AbortController();
    const running = carry.run(stop.signal);
    slow.once = () => {
      scope = MOVED;
      carry.relayout();
    };
    carry.relayout();
    await carry.settled();
    assert.equal(slow.once, undefined);
    assert.equal(carry.trouble, undefined);
    assert.deepEqual((await firewall.held()).map((held) => `${held.scope} ${held.target.text}`).sort(), [
      `${MOVED.name} 192.0.2.7`,
      `${MOVED.name} 2001:db8::`,
    ]);
    assert.ok(!told.some((text) => text.includes("refused")), told.join("\n"));
    stop.abort();
    await running;
  });
}
