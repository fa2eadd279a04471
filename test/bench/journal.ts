/**
 * A backlog of journal entries through the whole agent (journalctl, decoding, dispatch, filters, counting, deciding,
 * writing), beside the very journalctl that the agent started, printing to nobody.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StatusReport } from "../../src/control/report.ts";
import { exported, noJournalFiles, writeJournal } from "../integration/private-journald.ts";
import { Agent } from "./agent.ts";
import { mixed } from "./mix.ts";
import { cpuOf, median, megabytes, number, QUICK, report, skipped, times } from "./report.ts";

const TOTAL = QUICK ? 50_000 : 500_000;
const ROUNDS = QUICK ? 1 : 3;
const PART = 100_000;

/** Given by ourselves to ourselves: what measures should not remember what was written. */
const [part, directory] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
if (noJournalFiles) skipped("backlog of the journal", noJournalFiles);
else if (process.getuid?.() !== 0) skipped("backlog of the journal", "root, for a network namespace of its own");
else if (part !== undefined && directory !== undefined) await fill(Number(part), directory);
else {
  const made = mkdtempSync(join(tmpdir(), "bailiff-bench-"));
  try {
    for (let from = 0; from < TOTAL; from += PART) {
      const self = [import.meta.filename, String(from), made];
      const [code] = await once(spawn(process.execPath, self, { stdio: "inherit" }), "close");
      if (code !== 0) throw new Error("the journal could not be made");
    }
    await measure("jail sshd, 40 % of the entries", { sshd: {} }, made);
    await measure(
      "a jail for every service in the log",
      { sshd: {}, postfix: {}, dovecot: {}, "nginx-http-auth": {} },
      made,
    );
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** An entry every 10 ms, the last one a minute ago. */
async function fill(from: number, to: string): Promise<void> {
  const machine = readFileSync("/etc/machine-id", "utf8").trim();
  const first = (Date.now() - 60_000 - TOTAL * 10) * 1000;
  let text = "";
  for (let at = from; at < Math.min(TOTAL, from + PART); at += 1) {
    const { identifier, unit, uid, pid, message } = mixed(at);
    text += exported({
      __REALTIME_TIMESTAMP: first + at * 10_000,
      __MONOTONIC_TIMESTAMP: 1_000_000 + at * 10_000,
      _BOOT_ID: "0f0e0d0c0b0a09080706050403020100",
      _MACHINE_ID: machine,
      _HOSTNAME: "host.example.org",
      _TRANSPORT: "syslog",
      _UID: uid,
      _GID: uid,
      _PID: pid,
      _COMM: identifier,
      _EXE: `/usr/sbin/${identifier}`,
      _CMDLINE: `${identifier}: user [priv]`,
      _CAP_EFFECTIVE: "1ffffffffff",
      _SYSTEMD_CGROUP: `/system.slice/${unit}`,
      _SYSTEMD_UNIT: unit,
      _SYSTEMD_SLICE: "system.slice",
      _SOURCE_REALTIME_TIMESTAMP: first + at * 10_000 - 20,
      PRIORITY: 6,
      SYSLOG_FACILITY: 4,
      SYSLOG_IDENTIFIER: identifier,
      SYSLOG_PID: pid,
      SYSLOG_TIMESTAMP: "Nov 22 12:00:00 ",
      MESSAGE: message,
    });
  }
  await writeJournal(to, `part${from}`, text);
}

interface Run {
  readonly entries: number;
  readonly wall: number;
  readonly cpu: number;
  readonly alone: Alone;
}

async function measure(what: string, jails: Readonly<Record<string, unknown>>, journal: string): Promise<void> {
  const runs: Run[] = [];
  let peak = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { memory, ...run } = await read(jails, journal);
    peak = Math.max(peak, memory);
    runs.push(run);
  }
  const each = (of: (run: Run) => number) => median(runs.map(of));
  const entries = each((run) => run.entries);
  report({
    what: `backlog of ${number(TOTAL)}: ${what}: agent's CPU an entry`,
    figure: `${number((each((run) => run.cpu) / entries) * 1e6)} µs`,
    yardstick: `journalctl alone ${number((each((run) => run.alone.cpu) / entries) * 1e6)} µs`,
    ratio: times(each((run) => run.cpu / run.alone.cpu)),
    aim: "≤ 0.5 ×",
  });
  report({
    what: "  entries a second",
    figure: number(entries / each((run) => run.wall)),
    yardstick: `journalctl alone ${number(entries / each((run) => run.alone.wall))}`,
    ratio: times(each((run) => run.alone.wall / run.wall)),
    aim: "≥ 0.8 ×",
  });
  report({ what: "  most memory", figure: `${number(peak)} MB` });
}

async function read(jails: Readonly<Record<string, unknown>>, journal: string): Promise<Run & { memory: number }> {
  // The look-back is findtime: a day reaches back behind the first entry.
  const config = {
    defaults: { findtime: "1d", bantime: "1w" },
    jails,
    sources: [{ type: "journal", directory: journal }],
  };
  const agent = new Agent(config, ["unshare", "--net", "--"]);
  try {
    await agent.start();
    const before = cpuOf(agent.pid, { children: true });
    const began = performance.now();
    const words = await journalctlOf(agent);
    const entries = expected(words);
    await agent.until("the last entry", 100, async () => {
      const { sources } = await agent.ask<StatusReport>({ command: "status" });
      return (sources[0]?.counters.read ?? 0) >= entries;
    });
    const wall = (performance.now() - began) / 1000;
    // Its nft and ip are counted, its journalctl is not: that runs on.
    const cpu = cpuOf(agent.pid, { children: true }) - before;
    const memory = megabytes(agent.pid, "VmHWM");
    await agent.stop();
    return { entries, wall, cpu, memory, alone: await alone(words) };
  } finally {
    await agent.remove();
  }
}

/** The words of the journalctl that the agent follows the journal with. */
async function journalctlOf(agent: Agent): Promise<readonly string[]> {
  let found: readonly string[] = [];
  await agent.until("its journalctl", 5, () => {
    const tasks = readdirSync(`/proc/${agent.pid}/task`);
    const pids = tasks.flatMap((task) => readText(`/proc/${agent.pid}/task/${task}/children`).trim().split(" "));
    const all = pids.map((pid) => readText(`/proc/${pid}/cmdline`).split("\0").slice(0, -1));
    found = all.find(([name, ...words]) => name?.endsWith("/journalctl") && words.includes("--follow")) ?? [];
    return found.length > 0;
  });
  return found;
}

/** How many entries journalctl gives when it is asked so. */
function expected(words: readonly string[]): number {
  const asked = new Set(words.flatMap((word) => (word.startsWith("SYSLOG_IDENTIFIER=") ? [word.slice(18)] : [])));
  let count = 0;
  for (let at = 0; at < TOTAL; at += 1) if (asked.size === 0 || asked.has(mixed(at).identifier)) count += 1;
  return count;
}

interface Alone {
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
}

async function alone(words: readonly string[]): Promise<Alone> {
  // What the shell waited for stands in its own accounts: the whole of journalctl, to the last tick.
  const script = '"$@" >/dev/null; read -r line </proc/$$/stat; echo "$line"';
  const began = performance.now();
  const child = spawn("/bin/sh", ["-c", script, "sh", ...words.filter((word) => word !== "--follow")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let line = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    line += text;
  });
  await once(child, "close");
  const wall = (performance.now() - began) / 1000;
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  return { wall, cpu: (Number(fields[13]) + Number(fields[14])) / 100 };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process is gone.
    return "";
  }
}
