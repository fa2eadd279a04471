// `make soak`: an agent that is killed with -9 again and again bans whom an agent beside it bans that nobody disturbs.
// SOAK_KILLS and SOAK_FAILURES make it shorter or longer; SOAK_SEED repeats a run.
import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, beside, heldIn, until, wrongPassword } from "../integration/agent.ts";
import { labMissing, makeHost } from "../integration/namespaces.ts";
import { noPrivateJournald, PrivateJournald } from "../integration/private-journald.ts";
import { number, SOURCES, seeded } from "./random.ts";

const KILLS = number("SOAK_KILLS", 200);
const FAILURES = number("SOAK_FAILURES", 20_000);
const HOUR = 3_600_000;

it(`${KILLS} kills while ${FAILURES} failures are logged change nothing`, {
  skip: labMissing() ?? noPrivateJournald,
  timeout: HOUR,
}, async (t) => {
  const random = seeded(t);
  const journald = await PrivateJournald.make();
  t.after(() => journald.remove());
  await journald.start();
  // Whatever machine this runs on, no failure is old before the end.
  const config = { defaults: { findtime: "1d", bantime: "2d" }, jails: { sshd: {} }, log: { level: "notice" } };
  const [calm, killed] = await Promise.all(
    [0, 1].map(async () => {
      const host = await makeHost();
      t.after(() => host.close());
      const agent = new Agent({ prefix: beside(host, journald), config });
      t.after(() => agent.remove());
      return { host, agent };
    }),
  );
  assert.ok(calm && killed);
  await calm.agent.start();

  let written = 0;
  let kills = 0;
  const total = async (agent: Agent): Promise<number> => (await agent.jail("sshd")).failuresTotal;
  const write = async (count: number): Promise<void> => {
    const lines = Array.from({ length: count }, (_, at) => {
      const source = SOURCES[Math.floor(random() * SOURCES.length)] ?? "";
      return wrongPassword(source, written + at);
    });
    await journald.log("sshd", lines);
    written += count;
  };
  const writing = (async () => {
    const batch = Math.ceil(FAILURES / 200);
    for (let at = 1; written < FAILURES; at += 1) {
      await write(Math.min(batch, FAILURES - written));
      if (at % 20 === 0) await journald.rotate();
      // In step with the kills, so that the last of them hits as many as the first.
      while (kills / KILLS < written / FAILURES && kills < KILLS) await delay(20);
    }
  })();
  while (kills < KILLS) {
    killed.agent.spawn();
    await delay(random() * 3000);
    await killed.agent.kill();
    kills += 1;
    if (kills === Math.floor(KILLS / 2)) await vacuum();
  }
  await writing;
  await killed.agent.start();
  for (const { agent } of [calm, killed]) await until(async () => (await total(agent)) >= FAILURES, "all is read");
  assert.equal(await total(calm.agent), FAILURES);
  assert.equal(await total(killed.agent), FAILURES);
  const bans = await calm.agent.banned();
  t.diagnostic(`${bans.length} banned`);
  assert.ok(bans.length > 0);
  assert.deepEqual(await killed.agent.banned(), bans);
  assert.equal((await killed.agent.jail("sshd")).bannedTotal, bans.length);
  for (const { host } of [calm, killed]) {
    await until(async () => (await heldIn(host)).size === bans.length, "the kernel holds them");
  }
  assert.deepEqual(
    (await killed.agent.status()).troubles.filter((trouble) => !/gone|gap|vacuum/.test(trouble)),
    [],
  );

  /** What was read may go: the place to resume at lies in a file that is no more. */
  async function vacuum(): Promise<void> {
    await killed?.agent.start();
    const sure = written;
    await until(async () => killed !== undefined && (await total(killed.agent)) >= sure, "what was written is read");
    await until(async () => calm !== undefined && (await total(calm.agent)) >= sure, "what was written is read");
    await killed?.agent.kill();
    await journald.vacuum(2);
  }
});
