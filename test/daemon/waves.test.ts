import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Ban } from "../../src/core/ban.ts";
import { type Duration, duration, instant } from "../../src/core/time.ts";
import { Waves } from "../../src/daemon/waves.ts";
import type { Clock } from "../../src/system/clock.ts";
import { at, network } from "../core/fixtures.ts";

const OFFENDERS = ["192.0.2.1", "2001:db8:1::/64", "192.0.2.2", "2001:db8:2::/64", "192.0.2.3"];

function ban(target: string): Ban {
  return { jail: "sshd", target: network(target), from: at(0), cause: { kind: "offence", failures: 5 } };
}

/** Waves whose hand-overs last until the test ends them, by a clock that the test moves. */
function waves() {
  let now = 0;
  const carried: string[][] = [];
  const rests: Duration[] = [];
  let carriedOut = (): void => {};
  let rested = (): void => {};
  const clock: Clock = {
    now: () => instant(now),
    monotonic: () => duration(now),
    sleep: (length) => {
      rests.push(length);
      return new Promise((resolve) => (rested = resolve));
    },
  };
  const all = new Waves({
    clock,
    carry: (bans) => {
      carried.push(bans.map(({ target }) => target.text));
      return new Promise((resolve) => (carriedOut = resolve));
    },
  });
  return {
    carried,
    rests,
    add: (...targets: string[]) => all.add(targets.map(ban)),
    pending: () => all.pending,
    carriedOut: async (after: number) => {
      now += after;
      carriedOut();
      await turn();
    },
    pass: (ms: number) => {
      now += ms;
    },
    /** @param late what comes a millisecond before the rest is over. */
    rested: async (...late: string[]) => {
      now += (rests.at(-1) ?? 0) - 1;
      if (late.length > 0) all.add(late.map(ban));
      now += 1;
      rested();
      await turn();
    },
  };
}

test("the first ban goes at once, those that follow together when it is in force, and after several there is a rest", async () => {
  const { add, carried, carriedOut, rested, pending } = waves();
  const [first = "", ...others] = OFFENDERS;
  add(first);
  assert.deepEqual(carried, [["192.0.2.1"]]);
  for (const other of others) add(other);
  assert.equal(pending(), 4);
  await carriedOut(7);
  assert.deepEqual(carried[1], ["2001:db8:1::", "192.0.2.2", "2001:db8:2::", "192.0.2.3"]);
  assert.equal(pending(), 0);
  add(first);
  await carriedOut(7);
  assert.equal(carried.length, 2);
  await rested();
  assert.deepEqual(carried[2], ["192.0.2.1"]);
});

test("bans that come one by one all go at once", async () => {
  const { add, carried, carriedOut, rests } = waves();
  for (const target of OFFENDERS) {
    add(target);
    await carriedOut(7);
  }
  assert.deepEqual(rests, []);
  assert.deepEqual(
    carried,
    OFFENDERS.map((target) => [network(target).text]),
  );
});

test("while bans keep coming, rests four times as long as the firewall took, and never longer than a twentieth of a second", async () => {
  const lengths: number[] = [];
  for (const took of [3, 12, 13, 5000]) {
    const { add, carried, rests, pass, carriedOut, rested } = waves();
    add("192.0.2.1", "2001:db8::/64");
    pass(took - 1);
    add("192.0.2.2");
    await carriedOut(1);
    for (let more = 10; carried.length === 1; more += 1) await rested(`192.0.2.${more}`, `2001:db8:${more}::/64`);
    lengths.push(rests.reduce((sum, length) => sum + length, 0));
  }
  assert.deepEqual(lengths, [12, 48, 50, 50]);
});

test("the rest is over when no ban came for a hundredth of a second", async () => {
  const { add, carried, rests, pass, carriedOut, rested } = waves();
  add("192.0.2.1", "2001:db8::/64");
  pass(4999);
  add("192.0.2.2");
  await carriedOut(1);
  assert.equal(carried.length, 1);
  await rested("192.0.2.3");
  assert.equal(carried.length, 1);
  await rested();
  assert.deepEqual(rests, [9, 9]);
  assert.deepEqual(carried[1], ["192.0.2.2", "192.0.2.3"]);
});

test("there is no rest when the last of them came long before the firewall was done", async () => {
  const { add, carried, rests, carriedOut } = waves();
  add("192.0.2.1", "2001:db8::/64");
  add("192.0.2.2");
  await carriedOut(10);
  assert.deepEqual(carried[1], ["192.0.2.2"]);
  assert.deepEqual(rests, []);
});
