// CPU of reading the journal, ours beside journalctl's own with the same arguments, in one run.
//   node test/bench/journal.ts [ENTRIES]      default 100000; needs systemd-journal-remote
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FOREVER } from "../../src/core/time.ts";
import { journal } from "../../src/sources/journal.ts";
import { followArguments } from "../../src/sources/journal-command.ts";
import { systemClock } from "../../src/system/clock.ts";
import { findProgram } from "../../src/system/exec.ts";
import { exported, noJournalFiles, writeJournal } from "../integration/private-journald.ts";

if (noJournalFiles) throw new Error(noJournalFiles);
const journalctl = findProgram("journalctl") ?? "";
const total = Number(process.argv[2] ?? 100_000);
/** Given by ourselves to ourselves, to fill it: what is measured should not remember what was written. */
const filling = process.argv[3];
const directory = filling ?? (await mkdtemp(join(tmpdir(), "bailiff-bench-")));
const SERVICES = [
  "sshd",
  "sshd",
  "sshd",
  "sshd",
  "CRON",
  "systemd",
  "nginx",
  "dovecot",
  "postfix/smtpd",
  "dbus-daemon",
];
const CLOCK_TICKS = 100;

if (filling !== undefined) {
  for (let from = 0; from < total; from += 20_000) await fill(from, Math.min(total, from + 20_000));
} else {
  try {
    await once(
      spawn(process.execPath, [import.meta.filename, String(total), directory], { stdio: "inherit" }),
      "close",
    );
    await measure();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measure(): Promise<void> {
  const rounds = 2;
  console.log(
    `${total} entries, ${SERVICES.filter((name) => name === "sshd").length * 10} % of sshd; CPU in us, best of ${rounds}`,
  );
  for (const [name, identifiers] of [
    ["sshd asked for", ["sshd"]],
    ["everything asked for", ["*"]],
  ] as const) {
    const rows: { entries: number; wall: number; own: number; theirs: number; alone: number; aloneWall: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const alone = await bare(identifiers);
      const read = await ours(identifiers);
      rows.push({ ...read, alone: alone.cpu, aloneWall: alone.wall });
    }
    const best = (of: (row: (typeof rows)[number]) => number) => Math.min(...rows.map(of));
    const entries = rows[0]?.entries ?? 0;
    const per = (cpuUs: number) => (cpuUs / entries).toFixed(2);
    console.log(
      `${name}: ${entries} entries; journalctl alone ${per(best((row) => row.alone))}, ` +
        `ours ${per(best((row) => row.own))} (of which journalctl's, when we read it: ${per(best((row) => row.theirs))}); ` +
        `ours / journalctl alone = ${best((row) => row.own / row.alone).toFixed(2)}; ` +
        `speed / journalctl's alone = ${(best((row) => row.aloneWall) / best((row) => row.wall)).toFixed(2)}`,
    );
  }
  console.log(`peak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
}

async function fill(from: number, to: number): Promise<void> {
  let text = "";
  for (let at = from; at < to; at += 1) {
    const service = SERVICES[at % SERVICES.length] ?? "";
    const message =
      service === "sshd"
        ? `Failed password for invalid user user${at % 5000} from 192.0.2.${at % 250} port ${1024 + (at % 60_000)} ssh2`
        : `message number ${at} of ${service}, about as long as such messages are`;
    text += exported({
      __REALTIME_TIMESTAMP: 1_795_000_000_000_000 + at * 1000,
      __MONOTONIC_TIMESTAMP: 1_000_000 + at * 1000,
      _BOOT_ID: "0f0e0d0c0b0a09080706050403020100",
      _MACHINE_ID: "00112233445566778899aabbccddeeff",
      _HOSTNAME: "host.example.org",
      _TRANSPORT: "syslog",
      _UID: 0,
      _GID: 0,
      _PID: 1000 + (at % 30_000),
      _COMM: service,
      _EXE: `/usr/sbin/${service}`,
      _CMDLINE: `${service}: user [priv]`,
      _CAP_EFFECTIVE: "1ffffffffff",
      _SYSTEMD_CGROUP: `/system.slice/${service}.service`,
      _SYSTEMD_UNIT: `${service}.service`,
      _SYSTEMD_SLICE: "system.slice",
      _SOURCE_REALTIME_TIMESTAMP: 1_795_000_000_000_000 + at * 1000 - 20,
      PRIORITY: 6,
      SYSLOG_FACILITY: 4,
      SYSLOG_IDENTIFIER: service,
      SYSLOG_PID: 1000 + (at % 30_000),
      SYSLOG_TIMESTAMP: "Nov 22 12:00:00 ",
      MESSAGE: message,
    });
  }
  await writeJournal(directory, `part${from}`, text);
}

/** As a source asks, but to the end of what is there, and to nobody. */
async function bare(identifiers: readonly string[]): Promise<{ cpu: number; wall: number }> {
  const args = followArguments(directory, { kind: "oldest" }, { identifiers, kernel: false, hosts: true });
  const child = spawn("/bin/sh", [
    "-c",
    'exec "$@" >/dev/null',
    "sh",
    journalctl,
    ...args.filter((arg) => arg !== "--follow"),
  ]);
  const start = performance.now();
  let cpu = 0;
  const watch = setInterval(() => {
    cpu = processCpu(child.pid) ?? cpu;
  }, 10);
  await once(child, "close");
  clearInterval(watch);
  return { cpu, wall: performance.now() - start };
}

async function ours(
  identifiers: readonly string[],
): Promise<{ entries: number; wall: number; own: number; theirs: number }> {
  const source = journal({
    name: "journal",
    directory,
    identifiers,
    kernel: false,
    trust: "local",
    lookBack: FOREVER,
    clock: systemClock,
  });
  const expected = identifiers.includes("*") ? total : Math.ceil(total * 0.4);
  const stop = new AbortController();
  const before = process.cpuUsage();
  const start = performance.now();
  let entries = 0;
  let theirs = 0;
  for await (const batch of source.entries({ signal: stop.signal })) {
    entries += batch.length;
    if (entries === expected) {
      theirs = childCpu();
      stop.abort();
    }
  }
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { entries, wall, own: user + system, theirs };
}

function childCpu(): number {
  const children = readText(`/proc/self/task/${process.pid}/children`).trim().split(" ").map(Number);
  return Math.max(0, ...children.map((pid) => processCpu(pid) ?? 0));
}

/** Microseconds, in steps of ten thousand. */
function processCpu(pid: number | undefined): number | undefined {
  const text = readText(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields.length < 13) return undefined;
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / CLOCK_TICKS;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process is gone; what was read last stands.
    return "";
  }
}
