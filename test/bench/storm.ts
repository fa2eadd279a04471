/**
 * Thousands of offenders at once, from their log lines to the kernel's set, through the whole agent; and through
 * fail2ban with its nftables action where that is installed. Each in its own network namespace.
 */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { labMissing, makeLab } from "../integration/namespaces.ts";
import { Agent, offender, udp } from "./agent.ts";
import type * as inside from "./inside.ts";
import { megabytes, milliseconds, number, QUICK, report, skipped, times } from "./report.ts";

const OFFENDERS = 2000;
const DECIDED = QUICK ? 2000 : 10_000;
/** fail2ban starts some programs for each ban: 2,000 would take it half a minute on an idle machine. */
const THEIRS = QUICK ? 50 : 300;
/** Lines of each: at the first of one offence, as fail2ban's own speed was measured, and as a jail counts by default. */
const LINES = [1, 5] as const;
/** An agent that has run for a while has its hot code compiled; one that was just started works with what it has. */
const WAVES = 3;

interface Storm {
  readonly ms: number;
  readonly elements: number;
}

const missing = labMissing();
if (missing === undefined) {
  for (const lines of LINES) {
    const other = await theirs(THEIRS, lines);
    for (const [way, before, words] of [
      ["stream", WAVES, `by TCP, after ${WAVES} such waves`],
      ["stream", 0, "by TCP, right after the start"],
      ["storm", WAVES, `by UDP, after ${WAVES} such waves`],
      ["storm", 0, "by UDP, right after the start"],
    ] as const) {
      const bailiff = await ours({ count: OFFENDERS, lines, way, before });
      report({
        what: `${number(OFFENDERS)} offenders at once (lines of each: ${lines}; ${words}): until all are in the kernel`,
        figure: milliseconds(bailiff.ms),
        yardstick:
          other === undefined ? "fail2ban: not installed" : `fail2ban, ${THEIRS} of them: ${milliseconds(other.ms)}`,
        ratio: other === undefined ? "" : times(OFFENDERS / bailiff.ms / (THEIRS / other.ms)),
        aim: "≥ 100 ×",
      });
      report({
        what: "  bans a second, end to end",
        figure: number((bailiff.elements / bailiff.ms) * 1000),
        yardstick: other ? `fail2ban ${number((other.elements / other.ms) * 1000)}` : "",
      });
    }
  }
  if (DECIDED !== OFFENDERS) {
    const many = await ours({ count: DECIDED, lines: 5, way: "stream", before: 0 });
    report({
      what: `${number(DECIDED)} offenders at once: until all are in the kernel`,
      figure: milliseconds(many.ms),
    });
  }
} else skipped("many offenders at once", missing);

/** Of one wave; those of another are other offenders. */
function failures(count: number, lines: number, stamp: string, wave = 0): string[] {
  const line = (at: number, round: number): string =>
    `${stamp} host sshd[${1000 + at}]: Failed password for root from ${offender(wave * count + at)} port ${20_000 + round} ssh2`;
  return Array.from({ length: lines * count }, (_, at) => line(at % count, Math.floor(at / count)));
}

async function ours(storm: {
  readonly count: number;
  readonly lines: number;
  readonly way: "storm" | "stream";
  readonly before: number;
}): Promise<Storm> {
  const { count, lines, way, before } = storm;
  const lab = await makeLab();
  const agent = new Agent(udp({ sshd: { maxretry: lines } }), lab.host.prefix);
  try {
    const { call } = await lab.host.load<typeof inside>(new URL("inside.ts", import.meta.url));
    await agent.start();
    await call.watch();
    // A moment for the programs that it starts to listen by; and for what it asks of the machine once, two seconds later.
    await delay(before > 0 ? 6000 : 500);
    const wave = (which: number): Promise<Storm> =>
      call[way](failures(count, lines, "<38>Nov 22 12:00:00", which), count, 60_000);
    for (let which = 1; which <= before; which += 1) {
      await wave(which);
      await delay(1000);
    }
    return await wave(0);
  } finally {
    await agent.remove();
    await lab.close();
  }
}

/** fail2ban's server with one jail on a log file, in a namespace; undefined where it is not installed. */
async function theirs(count: number, lines: number): Promise<Storm | undefined> {
  const server = "/usr/bin/fail2ban-server";
  if (!existsSync(server)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "bailiff-bench-"));
  const lab = await makeLab();
  const log = join(folder, "auth.log");
  const socket = join(folder, "sock");
  for (const name of ["action.d", "filter.d"]) symlinkSync(`/etc/fail2ban/${name}`, join(folder, name));
  const pid = join(folder, "pid");
  const common = {
    loglevel: "ERROR",
    logtarget: join(folder, "log"),
    syslogsocket: "auto",
    socket,
    pidfile: pid,
    dbfile: "None",
  };
  const jail = {
    backend: "polling",
    enabled: "true",
    filter: "sshd",
    logpath: log,
    maxretry: lines,
    findtime: 600,
    bantime: 600,
  };
  writeFileSync(
    join(folder, "fail2ban.conf"),
    section("Definition", { ...common, dbpurgeage: "1d", dbmaxmatches: 10 }),
  );
  writeFileSync(
    join(folder, "jail.conf"),
    section("sshd", { ...jail, usedns: "no", action: 'nftables[type=multiport, name=sshd, port="ssh", protocol=tcp]' }),
  );
  writeFileSync(log, "");
  const [name = "", ...prefix] = lab.host.prefix;
  const words = [...prefix, "setpriv", "--pdeathsig", "KILL", server, "-c", folder, "-f", "start"];
  const began = performance.now();
  const child = spawn(name, words, { stdio: "ignore" });
  try {
    const { call } = await lab.host.load<typeof inside>(new URL("inside.ts", import.meta.url));
    while (!existsSync(socket) && child.exitCode === null && performance.now() - began < 60_000) await delay(10);
    if (child.exitCode !== null) throw new Error("fail2ban did not start");
    // It looks at its file for the first time.
    await delay(3000);
    if (lines === LINES[0])
      report({
        what: "fail2ban with one jail on one file: memory when idle",
        figure: `${number(megabytes(child.pid ?? 0))} MB`,
      });
    await call.watch();
    const stamp = new Date().toISOString().slice(0, 19);
    const waiting = call.given(count, 120_000);
    appendFileSync(log, `${failures(count, lines, stamp).join("\n")}\n`);
    return await waiting;
  } finally {
    child.kill("SIGKILL");
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function section(name: string, values: Readonly<Record<string, string | number>>): string {
  return [`[${name}]`, ...Object.entries(values).map(([key, value]) => `${key} = ${value}`), ""].join("\n");
}
