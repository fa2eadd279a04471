// `make soak`: random reloads, valid and broken, while failures pour in, lose nothing, count nothing twice, leak nothing.
// SOAK_RELOADS makes it shorter or longer; SOAK_SEED repeats a run.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { BailiffError } from "../../src/errors.ts";
import { Agent, beside, heldIn, logUdp, SYSLOG, until, wrongPassword } from "../integration/agent.ts";
import { labMissing, makeHost } from "../integration/namespaces.ts";
import { noPrivateJournald, PrivateJournald } from "../integration/private-journald.ts";
import { number, SOURCES, seeded } from "./random.ts";

const RELOADS = number("SOAK_RELOADS", 1000);
const FAILURES_EACH = 8;
const HOUR = 3_600_000;

it(`${RELOADS} reloads under load change nothing for the jail that stays`, {
  skip: labMissing() ?? noPrivateJournald,
  timeout: HOUR,
}, async (t) => {
  const random = seeded(t);
  const host = await makeHost();
  t.after(() => host.close());
  const journald = await PrivateJournald.make();
  t.after(() => journald.remove());
  await journald.start();
  const stays = {
    sources: [{ type: "journal" }, SYSLOG],
    defaults: { findtime: "1d", bantime: "2d" },
    log: { level: "notice" },
  };
  // With little room, or V8 would put off its cleaning and nobody could tell a leak from rubbish.
  const tight = ["env", "NODE_OPTIONS=--max-old-space-size=64 --max-semi-space-size=2"];
  const agent = new Agent({ prefix: [...beside(host, journald), ...tight], config: { ...stays, jails: { sshd: {} } } });
  t.after(() => agent.remove());
  await agent.start();

  // Four failures each on average, of both families.
  const crowd = SOURCES.filter((_, at) => at % Math.ceil(SOURCES.length / (2 * RELOADS)) === 0);
  const failures = new Map<string, number>();
  let written = 0;
  let reloads = 0;
  let stop = false;
  let done = false;
  const writing = (async () => {
    while (!stop) {
      // In step with the reloads: in the end some have failed often enough and some have not.
      if (written > (reloads + 1) * FAILURES_EACH) {
        await delay(10);
        continue;
      }
      const lines = Array.from({ length: 20 }, () => {
        const source = crowd[Math.floor(random() * crowd.length)] ?? "";
        failures.set(source, (failures.get(source) ?? 0) + 1);
        written += 1;
        return wrongPassword(source, written);
      });
      if (random() < 0.5) await journald.log("sshd", lines);
      else await logUdp(host, lines);
      if (random() < 0.02) await journald.rotate();
    }
  })();
  // However it goes.
  t.after(() => {
    stop = true;
    if (!done) t.diagnostic(`${agent.fate}\n${agent.log.slice(-3000)}`);
  });

  const warm: { bytes: number; files: number } = { bytes: 0, files: 0 };
  let refused = 0;
  for (let at = 0; at < RELOADS; at += 1) {
    reloads = at;
    const broken = random() < 0.2;
    if (broken) agent.write(random() < 0.5 ? "{ not JSON" : '{ "jails": { "sshd": { "maxretyr": 1 } } }');
    else agent.configure({ ...stays, jails: { sshd: {}, ...others(random) } });
    if (random() < 0.3) agent.signal("SIGHUP");
    else {
      try {
        await agent.ask({ command: "reload" });
        assert.ok(!broken);
      } catch (error) {
        if (!(error instanceof BailiffError) || error.code !== "CONFIG_INVALID") throw error;
        if (!broken) throw error;
        refused += 1;
      }
    }
    if (at === Math.floor(RELOADS / 4))
      Object.assign(warm, { bytes: agent.residentBytes(), files: openFiles(agent.pid) });
  }
  assert.ok(refused > 0);
  agent.configure({ ...stays, jails: { sshd: {} } });
  await agent.ask({ command: "reload", unban: true });
  stop = true;
  await writing;
  await until(async () => (await agent.jail("sshd")).failuresTotal >= written, "all is counted");
  assert.equal((await agent.jail("sshd")).failuresTotal, written);
  const expected = [...failures]
    .filter(([, count]) => count >= 5)
    .map(([source]) => source.replace(/::1$/, "::/64"))
    .sort();
  t.diagnostic(`${written} failures, ${expected.length} bans, ${refused} broken configurations refused`);
  assert.deepEqual(await agent.banned("sshd"), expected);
  await until(async () => (await heldIn(host)).size === expected.length, "the kernel holds them");
  const grown = (agent.residentBytes() - warm.bytes) / 1e6;
  t.diagnostic(`grown by ${grown.toFixed(1)} MB and ${openFiles(agent.pid) - warm.files} files`);
  assert.ok(grown < 60, `grown by ${grown} MB`);
  assert.ok(openFiles(agent.pid) - warm.files < 20);
  done = true;
});

/** Jails that come, go and change; none of them can ban those of the other. */
function others(random: () => number): Record<string, object> {
  const jails: Record<string, object> = {};
  for (const name of ["one", "two", "three"]) {
    if (random() < 0.5) continue;
    jails[name] = {
      filter: "sshd",
      mode: random() < 0.5 ? "aggressive" : "normal",
      maxretry: 10_000,
      ports: random() < 0.5 ? "all" : [Math.floor(1 + random() * 60_000)],
      ...(random() < 0.3 ? { identifiers: [`own-${name}`] } : {}),
      ...(random() < 0.3 ? { ignoreip: ["10.0.0.0/8", "fd00::/8"] } : {}),
    };
  }
  return jails;
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
