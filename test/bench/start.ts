/** Starting the whole agent, and what it needs when nothing happens: with nothing, with every filter, with 100,000 bans. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { StatusReport } from "../../src/control/report.ts";
import { networkOf, parseAddress } from "../../src/core/address.ts";
import type { Ban } from "../../src/core/ban.ts";
import { duration, instant, seconds } from "../../src/core/time.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { systemClock } from "../../src/system/clock.ts";
import { labMissing, makeLab, type Namespace } from "../integration/namespaces.ts";
import { Agent, offender, udp } from "./agent.ts";
import { cpuOf, median, megabytes, milliseconds, number, QUICK, report, skipped, times } from "./report.ts";

const BANS = 100_000;
const ROUNDS = QUICK ? 1 : 3;
const IDLE_SECONDS = QUICK ? 2 : 5;
const FILTERS = join(import.meta.dirname, "../../src/filters");

const missing = labMissing();
if (missing === undefined) {
  const lab = await makeLab();
  try {
    await plain(lab.host, "one jail", { sshd: {} }, "< 65 MB");
    await plain(lab.host, "a jail for every filter", Object.fromEntries(everyFilter().map((name) => [name, {}])));
    await restored(lab.host);
  } finally {
    await lab.close();
  }
} else skipped("start", missing);

function everyFilter(): string[] {
  return readdirSync(FILTERS).flatMap((file) => (/^[a-z].*\.json$/.test(file) ? [file.slice(0, -5)] : []));
}

async function plain(
  host: Namespace,
  what: string,
  jails: Readonly<Record<string, unknown>>,
  aim?: string,
): Promise<void> {
  const ready: number[] = [];
  const cpu: number[] = [];
  const bare: number[] = [];
  let memory = 0;
  let idle = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await bareNode());
    const agent = new Agent(udp(jails), host.prefix);
    try {
      ready.push(await agent.start());
      cpu.push(cpuOf(agent.pid) * 1000);
      // Its advice for the admin comes some seconds after the start.
      await delay(6000);
      const before = cpuOf(agent.pid, { children: true });
      await delay(IDLE_SECONDS * 1000);
      idle = ((cpuOf(agent.pid, { children: true }) - before) / IDLE_SECONDS) * 1000;
      memory = megabytes(agent.pid);
    } finally {
      await agent.remove();
    }
  }
  const yardstick = `node alone ${milliseconds(median(bare))}`;
  report({
    what: `start to ready, ${what}`,
    figure: milliseconds(median(ready)),
    yardstick,
    ratio: times(median(ready) / median(bare)),
  });
  report({ what: "  CPU until ready, without its children", figure: milliseconds(median(cpu)) });
  report({ what: "  memory when idle", figure: `${number(memory)} MB`, ...(aim ? { aim } : {}) });
  report({ what: "  CPU a second when idle", figure: milliseconds(idle) });
}

async function bareNode(): Promise<number> {
  const began = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
  return performance.now() - began;
}

async function restored(host: Namespace): Promise<void> {
  const agent = new Agent(udp({ sshd: {} }), host.prefix);
  try {
    const now = systemClock.now();
    const store = new SqliteStore({
      file: join(agent.folder, "state", "bailiff.sqlite"),
      now,
      purgeAge: seconds(86_400),
    });
    const until = instant(now + duration(86_400_000));
    const bans = Array.from({ length: BANS }, (_, at): Ban => {
      const address = parseAddress(offender(at));
      if (!address) throw new Error(offender(at));
      const target = networkOf(address, address.family === "ip" ? 32 : 64);
      return { jail: "sshd", target, from: now, until, cause: { kind: "offence", failures: 5 } };
    });
    store.save({ at: now, bans });
    store.close();
    const ready = await agent.start();
    const { firewall } = await agent.ask<StatusReport>({ command: "status" });
    report({
      what: `start to ready with ${number(firewall.held)} bans, all in the kernel`,
      figure: milliseconds(ready),
      aim: "≤ 2,000 ms",
    });
    report({
      what: "  memory then, and at the most",
      figure: `${number(megabytes(agent.pid))}, ${number(megabytes(agent.pid, "VmHWM"))} MB`,
    });
    const began = performance.now();
    await host.run(["nft", "flush", "ruleset"]);
    await agent.until("the repair", 5, () => agent.log.includes("firewall repaired"));
    report({
      what: `  somebody's \`nft flush ruleset\` until all ${number(BANS)} are back`,
      figure: milliseconds(performance.now() - began),
    });
  } finally {
    await agent.remove();
  }
}
