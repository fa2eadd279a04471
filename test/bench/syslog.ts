/** The whole agent on UDP syslog, in a network namespace: how soon a line becomes an element, and what a datagram costs. */
import { setTimeout as delay } from "node:timers/promises";
import type { StatusReport } from "../../src/control/report.ts";
import { labMissing, makeLab, type Namespace } from "../integration/namespaces.ts";
import { Agent, udp } from "./agent.ts";
import type * as inside from "./inside.ts";
import { type Line, mixed } from "./mix.ts";
import { cpuOf, megabytes, milliseconds, number, QUICK, quantile, report, skipped, times } from "./report.ts";

const LINES = QUICK ? 20 : 200;
const FLOOD_SECONDS = QUICK ? 6 : 60;
const DATAGRAMS = QUICK ? 50_000 : 300_000;

const missing = labMissing();
if (missing === undefined) {
  const lab = await makeLab();
  try {
    await latency(lab.host);
    await throughput(lab.host);
    await flooded(lab.host);
  } finally {
    await lab.close();
  }
} else skipped("syslog over UDP", missing);

async function latency(host: Namespace): Promise<void> {
  const agent = new Agent(udp({ sshd: { maxretry: 1 } }), host.prefix);
  const { call, close } = await host.load<typeof inside>(new URL("inside.ts", import.meta.url));
  try {
    await agent.start();
    await call.makeSet();
    await call.watch();
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let at = 0; at < LINES + 5; at += 1) {
      const address = `198.51.${100 + (at >> 7)}.${at & 127}`;
      const line = `<38>Nov 22 12:00:00 host sshd[${1000 + at}]: Failed password for root from ${address} port 50022 ssh2`;
      const took = await call.lineToElement(line, address);
      const other =
        at % 4 === 0 ? await call.spawnedElement(`198.51.${100 + (at >> 7)}.${128 + (at & 127)}`) : undefined;
      // The first few pay for what is compiled on the way.
      if (at >= 5 && took !== undefined) ours.push(took);
      if (at >= 5 && other !== undefined) theirs.push(other);
      await delay(20 + ((at * 7) % 30));
    }
    for (const [name, share, aim] of [
      ["p50", 0.5, "< 10 ms"],
      ["p99", 0.99, ""],
    ] as const) {
      report({
        what: `UDP line → element in the kernel, ${name} of ${ours.length}`,
        figure: milliseconds(quantile(ours, share)),
        yardstick: `one nft alone, spawned for it ${milliseconds(quantile(theirs, share))}`,
        ratio: times(quantile(ours, share) / quantile(theirs, share)),
        aim,
      });
    }
  } finally {
    await call.unwatch();
    await close();
    await agent.remove();
  }
}

async function throughput(host: Namespace): Promise<void> {
  const jails = { sshd: {}, postfix: {}, dovecot: {}, "nginx-http-auth": {} };
  const agent = new Agent(udp(jails), host.prefix);
  const { call, close } = await host.load<typeof inside>(new URL("inside.ts", import.meta.url));
  try {
    await agent.start();
    // Once, a little after its start, it asks systemd and sshd what there is to protect: that is no datagram's cost.
    await delay(6000);
    const lines = Array.from({ length: 20_000 }, (_, at) => line(mixed(at)));
    const received = async (): Promise<number> => {
      const { sources } = await agent.ask<StatusReport>({ command: "status" });
      return sources[0]?.counters.received ?? 0;
    };
    /** Datagrams that got in, and how many of them in a second of its and its programs' CPU. */
    const cost = async (some: (round: number) => readonly string[]): Promise<{ count: number; perSecond: number }> => {
      const before = await received();
      const cpu = cpuOf(agent.pid, { children: true });
      for (let sent = 0; sent < DATAGRAMS; sent += lines.length) await call.send(some(sent / lines.length), 400, 2);
      await delay(300);
      const count = (await received()) - before;
      return { count, perSecond: count / (cpuOf(agent.pid, { children: true }) - cpu) };
    };
    await call.send(lines, 100, 5);
    const idle = megabytes(agent.pid);
    const { count, perSecond } = await cost(() => lines);
    const few = await cost((round) => lines.map((text) => elsewhere(text, round)));
    const bare = await bareReceiver(host, lines, call.send);
    report({
      what: `UDP datagrams parsed and matched, a CPU second (${number(count)} of ${number(DATAGRAMS)} got in)`,
      figure: number(perSecond),
      yardstick: `node that only takes them ${number(bare)}`,
      ratio: times(perSecond / bare),
      aim: "≥ 100,000",
    });
    report({
      what: `  the same where nobody fails often enough to be banned (${number(few.count)} got in)`,
      figure: number(few.perSecond),
      ratio: times(few.perSecond / bare),
    });
    report({
      what: "  the same without what node alone takes to receive them: parsed, matched and counted",
      figure: number(1 / (1 / few.perSecond - 1 / bare)),
    });
    report({ what: "  memory before and after them", figure: `${number(idle)} → ${number(megabytes(agent.pid))} MB` });
  } finally {
    await close();
    await agent.remove();
  }
}

function line({ identifier, pid, message }: Line): string {
  return `<38>Nov 22 12:00:00 host ${identifier}[${pid}]: ${message}`;
}

/** With other peers in each round, so that none comes often. */
function elsewhere(text: string, round: number): string {
  return text
    .replace(/203\.0\.(\d+)\.(\d+)/, (_, third, fourth) => `${60 + round}.7.${third}.${fourth}`)
    .replace("2001:db8:77:", `2001:db8:${(512 + round).toString(16)}:`);
}

/** What is held in memory while senders and names are random and a tenth of the datagrams as large as they can be. */
async function flooded(host: Namespace): Promise<void> {
  const { sources, ...config } = udp({ sshd: {} });
  const [source] = sources as readonly { senders: readonly object[] }[];
  const everybody = source?.senders.map((sender) => ({ ...sender, addresses: ["127.0.0.0/8"] }));
  const agent = new Agent({ ...config, sources: [{ ...source, senders: everybody }] }, host.prefix);
  const { call, close } = await host.load<typeof inside>(new URL("inside.ts", import.meta.url));
  try {
    await agent.start();
    await delay(8000);
    const idle = megabytes(agent.pid, "RssAnon");
    const samples: number[] = [];
    const timer = setInterval(() => samples.push(megabytes(agent.pid, "RssAnon")), 100);
    const sent = await call.flood(FLOOD_SECONDS * 1000);
    clearInterval(timer);
    const { sources: told } = await agent.ask<StatusReport>({ command: "status" });
    // The first tenth is for what grows with the first work: compiled code, and the tables of sources.
    const later = samples.slice(Math.floor(samples.length / 10));
    const peak = Math.max(...later);
    report({
      what: `flood of ${FLOOD_SECONDS} s: ${number(told[0]?.counters.received ?? 0)} of ${number(sent)} datagrams, each tenth of 64 kB: anonymous memory`,
      figure: `${number(Math.min(...later))}…${number(peak)} MB`,
      yardstick: `idle ${number(idle)} MB`,
      aim: "± 10 MB",
    });
    report({ what: "  most memory, with pages of files", figure: `${number(megabytes(agent.pid, "VmHWM"))} MB` });
  } finally {
    await close();
    await agent.remove();
  }
}

/** Datagrams a CPU second that a Node process takes which does nothing else. */
async function bareReceiver(
  host: Namespace,
  lines: readonly string[],
  send: (lines: readonly string[], burst: number, pauseMs: number, port: number) => Promise<void>,
): Promise<number> {
  const port = 5515;
  const { call, close } = await host.load<typeof inside>(new URL("inside.ts", import.meta.url));
  try {
    await call.take(port);
    await send(lines, 100, 5, port);
    const before = await call.tookSoFar();
    await send(lines, 400, 2, port);
    await send(lines, 400, 2, port);
    await delay(300);
    const after = await call.tookSoFar();
    return (after.count - before.count) / (after.cpu - before.cpu);
  } finally {
    await close();
  }
}
