import { passedOver } from "../config/load.ts";
import type { Config } from "../config/resolve.ts";
import { ask } from "../control/client.ts";
import type { SourceReport, StatusReport } from "../control/report.ts";
import {
  checkDisk,
  checkFirewall,
  checkJournal,
  checkProvenance,
  checkSandbox,
  checkSshd,
  checkTime,
  type Finding,
  failed,
  leak,
} from "../daemon/checkup.ts";
import { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
import { readProperty } from "../system/units.ts";
import { localTime, type Output, printable } from "./print.ts";

export interface Patient {
  /** Reads the configuration; throws when it is wrong. */
  readonly read: () => Config;
  readonly socket?: string;
  readonly clock: Clock;
}

/** `bailiff doctor`: a line for each thing that must work. Exit status 1 when one does not. */
export async function doctor(patient: Patient, options: { readonly json?: boolean }, out: Output): Promise<void> {
  const findings = await examine(patient);
  if (findings.some(({ level }) => level === "error")) process.exitCode = 1;
  if (options.json) return out.json(findings);
  for (const { level, about, what, cure } of findings) {
    // Of a configuration, each mistake has lines of its own.
    const [first = "", ...more] = what.split("\n");
    out.line(printable(`${level.padEnd(8)} ${about}: ${first}`));
    for (const line of more) out.line(printable(`         ${line}`));
    if (cure !== undefined) out.line(printable(`         -> ${cure}`));
  }
}

async function examine(patient: Patient): Promise<Finding[]> {
  let config: Config;
  try {
    config = patient.read();
  } catch (error) {
    return [failed("configuration", error), ...(await agentState())];
  }
  const { clock } = patient;
  const findings: Finding[] = [{ level: "ok", about: "configuration", what: `${config.files.join(", ")}: right` }];
  for (const file of passedOver(config.file)) {
    const cure = "name it *.json, or take it out";
    findings.push({ level: "warning", about: "configuration", what: `${file} is not read`, cure });
  }
  if (config.jails.length === 0) {
    findings.push({ level: "error", about: "jails", what: "none is enabled", cure: 'add "sshd": {} to "jails"' });
  }
  const socket = patient.socket ?? config.control.socket;
  const agent = await status(socket);
  findings.push(...(agent.kind === "running" ? agentFindings(agent.report) : [agent.finding, ...(await agentState())]));
  const running = agent.kind === "running";
  const [journal, provenance, firewall, ...rest] = await Promise.all([
    checkJournal(config),
    checkProvenance(config, clock),
    running ? leaks(socket) : checkFirewall(config, clock),
    checkTime(),
    checkDisk(config),
  ]);
  findings.push(...journal, ...provenance, ...firewall, ...rest);
  findings.push(...(await checkSshd(config)), ...(await checkSandbox(config)));
  return findings;
}

type Agent =
  | { readonly kind: "running"; readonly report: StatusReport }
  | { readonly kind: "not"; readonly finding: Finding };

async function status(socket: string): Promise<Agent> {
  try {
    return { kind: "running", report: (await ask(socket, { command: "status" }, 10_000)) as StatusReport };
  } catch (error) {
    if (!(error instanceof BailiffError)) throw error;
    return { kind: "not", finding: failed("agent", error) };
  }
}

/** What systemd knows of an agent that does not answer, and whether it comes with the next boot. */
async function agentState(): Promise<Finding[]> {
  const [state, result, enabled] = await Promise.all(
    ["ActiveState", "Result", "UnitFileState"].map((name) => readProperty("bailiff.service", name)),
  );
  const findings: Finding[] = [];
  if (state === "failed") {
    const cure = "journalctl -u bailiff -n 20 tells why";
    findings.push({ level: "error", about: "unit", what: `bailiff.service failed (${result})`, cure });
  }
  if (enabled === "disabled" || enabled === "masked") {
    const cure = `systemctl ${enabled === "masked" ? "unmask" : "enable --now"} bailiff`;
    findings.push({ level: "warning", about: "unit", what: `bailiff.service is ${enabled}`, cure });
  }
  return findings;
}

function agentFindings(report: StatusReport): Finding[] {
  const { version, since, firewall, troubles, notes } = report;
  return [
    { level: "ok", about: "agent", what: `bailiff ${version} runs since ${localTime(since)}` },
    firewall.name === "none"
      ? {
          level: "error",
          about: "firewall",
          what: firewall.why,
          cure: "install nftables; in a container, it needs CAP_NET_ADMIN",
        }
      : { level: "ok", about: "firewall", what: `${firewall.name}: ${firewall.why}; ${firewall.held} bans` },
    ...firewall.limits.map((what): Finding => ({ level: "ok", about: "firewall", what })),
    ...troubles.map((what): Finding => ({ level: "warning", about: "agent", what })),
    ...report.sources.map(sourceFinding).filter((finding) => finding !== undefined),
    // Told again below, with the cure.
    ...notes
      .filter((note) => !/^sshd listens|^the journal is not kept/.test(note))
      .map((what): Finding => ({ level: /no jail watches it/.test(what) ? "warning" : "ok", about: "machine", what })),
  ];
}

/** Journals are looked at by themselves; of a syslog source only the agent knows. */
function sourceFinding({ name, state, description, counters }: SourceReport): Finding | undefined {
  if (state === "broken" || !("received" in counters)) return undefined;
  const { received = 0 } = counters;
  const about = `source ${name}`;
  if (received > 0) return { level: "ok", about, what: `${description}: ${received} messages received` };
  const cure = "does the sender send here, and does a firewall let it? logger -d -n ADDRESS -P PORT test, from there";
  return { level: "warning", about, what: `${description}: nothing received yet`, cure };
}

async function leaks(socket: string): Promise<Finding[]> {
  try {
    const found = (await ask(socket, { command: "firewall", action: "check" }, 60_000)) as Parameters<typeof leak>[0][];
    if (found.length > 0) return found.map(leak);
    return [{ level: "ok", about: "hooks", what: "nothing was found that could let a banned address through" }];
  } catch (error) {
    return [failed("hooks", error)];
  }
}
