import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Scope } from "../../src/core/ban.ts";
import { makeScope } from "../../src/core/scope.ts";
import { duration } from "../../src/core/time.ts";
import { Carry, type CarryParts } from "../../src/daemon/carry.ts";
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

/** One jail, whose bans close one scope. */
function partsOf(
  scope: () => Scope,
): Pick<CarryParts, "scopeOf" | "jailOf" | "layout" | "former" | "gate" | "refreshGate"> {
  return {
    scopeOf: scope,
    jailOf: () => "sshd",
    layout: () => ({ scopes: [scope()], lengths: { ip: [32], ip6: [64] }, allow: [] }),
    former: [],
    gate: () => undefined,
    refreshGate: async () => {},
  };
}

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
      ...partsOf(() => scope),
      store,
      log: { tell: ({ words }) => void told.push(words) },
      clock,
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

test("asks again for a ban that was refused, however many others go in meanwhile", async () => {
  const store = new MemoryStore();
  const firewall = none({ clock });
  let seconds = 0;
  let full = true;
  const carry = new Carry({
    firewall: {
      ...firewall,
      apply: async (changes) => {
        const list = [...changes];
        const refused = full ? list.filter(({ target }) => target.text === "192.0.2.7") : [];
        await firewall.apply(list.filter((change) => !refused.includes(change)));
        return refused.map((change) => ({ change, reason: "the set is full" }));
      },
    },
    ...partsOf(() => SSH),
    store,
    log: { tell: () => {} },
    clock: { ...clock, monotonic: () => duration(seconds * 1000) },
  });
  await carry.begin({ trust: true, adopt: true });
  const stop = new AbortController();
  const running = carry.run(stop.signal);
  for (const [at, target] of [
    [0, "192.0.2.7"],
    [40, "2001:db8:1::/64"],
    [59, "2001:db8:2::/64"],
    [61, "2001:db8:3::/64"],
  ] as const) {
    seconds = at;
    const bans = [ban("sshd", target, [0])];
    store.save({ at: clock.now(), bans });
    carry.changed(bans);
    await carry.settled();
    if (at === 0) assert.match(carry.trouble ?? "", /the set is full/);
    full = false;
  }
  assert.equal(carry.trouble, undefined);
  assert.equal((await firewall.held()).length, 4);
  stop.abort();
  await running;
});

test("puts new bans in at once while repairs of another program's changes wait", async () => {
  const store = new MemoryStore();
  const firewall = none({ clock });
  let laidOut = 0;
  const disturbances = Array.from({ length: 6 }, (_, at) => `somebody was here ${at}`);
  const carry = new Carry({
    firewall: {
      ...firewall,
      prepare: async (layout) => {
        laidOut += 1;
        await firewall.prepare(layout);
      },
      async *disturbed() {
        for (const each of disturbances) {
          yield each;
          await carry.settled();
        }
      },
    },
    ...partsOf(() => SSH),
    store,
    log: { tell: () => {} },
    clock,
  });
  await carry.begin({ trust: true, adopt: true });
  const stop = new AbortController();
  const running = carry.run(stop.signal);
  await carry.guard(stop.signal);
  assert.equal(carry.repairs, 5);
  assert.match(carry.trouble ?? "", /keeps changing bailiff's rules/);
  const before = laidOut;
  for (const target of ["192.0.2.7", "2001:db8::/64"]) {
    const bans = [ban("sshd", target, [0])];
    store.save({ at: clock.now(), bans });
    carry.changed(bans);
    await carry.settled();
  }
  assert.equal((await firewall.held()).length, 2);
  assert.equal(carry.waiting, undefined);
  // Rules that were taken out are there again.
  assert.equal(laidOut, before + 2);
  stop.abort();
  await running;
});
