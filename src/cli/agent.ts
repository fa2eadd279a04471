import { ask } from "../control/client.ts";
import type {
  BanReport,
  ChangeReport,
  IgnoreReport,
  JailReport,
  JailSummary,
  ReloadReport,
  StatsReport,
  StatusReport,
  UntrustedReport,
} from "../control/report.ts";
import { formatNetwork } from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
import { duration, formatDuration, parseDuration } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import { localTime, type Output, printable, table } from "./print.ts";

/** Commands that ask the agent. Each prints for people, or JSON as the agent gave it. */

export interface Agent {
  readonly socket: string;
  readonly json: boolean;
  readonly out: Output;
}

export async function status(agent: Agent, jail: string | undefined): Promise<void> {
  const result = await ask(agent.socket, { command: "status", ...(jail === undefined ? {} : { jail }) });
  if (agent.json) agent.out.json(result);
  else if (jail === undefined) printStatus(result as StatusReport, agent.out);
  else printJail(result as JailReport, agent.out);
}

function printStatus(report: StatusReport, out: Output): void {
  out.line(`bailiff ${report.version}, since ${localTime(report.since)}: ${report.health}`);
  for (const trouble of report.troubles) out.line(printable(`  ! ${trouble}`));
  for (const note of report.notes) out.line(printable(`  note: ${note}`));
  const { firewall } = report;
  out.line(
    `Firewall: ${firewall.name}, ${firewall.held} bans${firewall.pending > 0 ? `, ${firewall.pending} changes waiting` : ""}${firewall.repairs > 0 ? `, repaired ${firewall.repairs} times` : ""}`,
  );
  for (const limit of firewall.limits) out.line(printable(`  ${limit}`));
  out.line("Sources:");
  for (const source of report.sources) {
    const counters = Object.entries(source.counters)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${count}`);
    out.line(
      printable(
        `  ${source.name}: ${source.description}: ${source.state}${counters.length > 0 ? ` (${counters.join(", ")})` : ""}`,
      ),
    );
  }
  const names = report.jails.map(({ name }) => name);
  out.line(`Number of jails: ${names.length}`);
  out.line(`Jail list: ${names.join(", ")}`);
  if (report.jails.length > 0) out.line(jailTable(report.jails));
  out.line(
    `Addresses being counted: ${report.tracked}${report.evicted > 0 ? `, ${report.evicted} forgotten for want of room` : ""}`,
  );
  if (report.untrusted > 0) out.line(`Failures not believed: ${report.untrusted} (see bailiff status --untrusted)`);
}

function jailTable(jails: readonly JailSummary[]): string {
  const rows = jails.map((jail) => [
    jail.name,
    `${jail.failing}/${jail.failuresTotal}`,
    `${jail.banned}/${jail.bannedTotal}`,
    [jail.dryRun ? "dry run" : "", jail.paused ? "paused" : "", jail.health === "ok" ? "" : jail.health]
      .filter((word) => word !== "")
      .join(", "),
  ]);
  return table([["JAIL", "FAILING/TOTAL", "BANNED/TOTAL", ""], ...rows], "  ");
}

function printJail(report: JailReport, out: Output): void {
  out.line(
    `Status for the jail: ${report.name}${report.dryRun ? " (dry run)" : ""}${report.paused ? " (paused)" : ""}`,
  );
  for (const trouble of report.troubles) out.line(printable(`|  ! ${trouble}`));
  out.line("|- Filter");
  out.line(printable(`|  |- Filter:           ${report.filter}, mode ${report.mode}`));
  out.line(printable(`|  |- Identifiers:      ${report.identifiers.map((name) => name || '""').join(", ")}`));
  out.line(`|  |- Currently failed: ${report.failing}`);
  out.line(`|  |- Total failed:     ${report.failuresTotal}`);
  const odd = [...Object.entries(report.untrusted), ...Object.entries(report.spared)].map(
    ([why, count]) => `${why} ${count}`,
  );
  out.line(`|  \`- Not counted:      ${odd.length > 0 ? odd.join(", ") : "0"}`);
  out.line("`- Actions");
  const deserved = report.identifiers.length > 0 || report.filter !== "-" ? "failures" : "bans";
  const rule =
    report.maxretry === 0 ? "by hand" : `${report.maxretry} ${deserved} in ${report.findtime} for ${report.bantime}`;
  out.line(`   |- Bans:             ${report.ports}, ${rule}`);
  out.line(`   |- Currently banned: ${report.banned}`);
  out.line(`   |- Total banned:     ${report.bannedTotal}`);
  out.line(`   \`- Banned IP list:   ${report.bans.map(({ address }) => address).join(" ")}`);
  if (report.dryRun) out.line(`Would be banned:       ${report.wouldBan.map(({ address }) => address).join(" ")}`);
}

export async function untrusted(agent: Agent): Promise<void> {
  const result = (await ask(agent.socket, { command: "untrusted" })) as UntrustedReport[];
  if (agent.json) return agent.out.json(result);
  if (result.length === 0) return agent.out.line("Every entry of the watched services came from where it should.");
  for (const { filter, reason, count, accusing, last, sample, hint } of result) {
    agent.out.line(
      printable(
        `${filter}: ${reason}, ${count} entries, ${accusing} of them look like failures, last ${localTime(last)}`,
      ),
    );
    const of = [
      sample.identifier,
      sample.unit,
      sample.uid === undefined ? undefined : `uid ${sample.uid}`,
      sample.transport,
    ];
    agent.out.line(printable(`  from ${sample.source}: ${of.filter((part) => part !== undefined).join(", ")}`));
    if (sample.message !== undefined) agent.out.line(printable(`  "${sample.message}"`));
    agent.out.line(printable(`  ${hint}`));
  }
}

export async function banned(agent: Agent, given: { target?: string; jail?: string }): Promise<void> {
  const result = (await ask(agent.socket, { command: "banned", ...given })) as BanReport[];
  if (agent.json) agent.out.json(result);
  else if (result.length === 0)
    agent.out.line(given.target === undefined ? "Nobody is banned." : `${printable(given.target)} is not banned.`);
  else {
    agent.out.line(banTable(result));
    for (const { address, jail, matches = [] } of result) {
      if (matches.length > 0) agent.out.line(`What led to the ban of ${address} in ${jail}:`);
      for (const { time, line } of matches) agent.out.line(printable(`  ${localTime(time)} ${line}`));
    }
  }
  // Like fail2ban-client, scripts ask by the exit status whether an address is banned.
  if (given.target !== undefined && result.length === 0) process.exitCode = 1;
}

type PastBan = BanReport & { readonly lifted?: string; readonly replaced?: boolean };

/** Of bans that the next one of the same jail took the place of, nobody was let in. */
function withReplaced(bans: readonly PastBan[]): PastBan[] {
  const begun = new Set(bans.map(({ jail, address, from }) => `${jail} ${address} ${from}`));
  return bans.map((ban) => ({ ...ban, replaced: begun.has(`${ban.jail} ${ban.address} ${ban.lifted}`) }));
}

function banTable(bans: readonly PastBan[]): string {
  const rows = bans.map((ban) => [ban.address, ban.jail, remaining(ban), cause(ban), localTime(ban.from)]);
  return table(
    [["ADDRESS", "JAIL", "LEFT", "CAUSE", "SINCE"], ...rows].map((row) => row.map((cell) => printable(cell))),
  );
}

export function remaining(ban: PastBan): string {
  if (ban.lifted !== undefined) return `${ban.replaced ? "replaced" : "lifted"} ${localTime(ban.lifted)}`;
  if (ban.remaining === undefined) return "forever";
  return ban.remaining === 0 ? "over" : formatDuration(duration(ban.remaining * 1000));
}

export function cause(ban: BanReport): string {
  if (ban.sources !== undefined) return `spread: ${ban.sources} sources`;
  if (ban.failures !== undefined) return `${ban.failures} failures`;
  if (ban.bans !== undefined) return `escalation: ${ban.bans} bans`;
  if (ban.cause === "manual") return ban.reason === undefined ? "by hand" : `by hand: ${ban.reason}`;
  return ban.cause;
}

export async function history(agent: Agent, target: string): Promise<void> {
  const result = (await ask(agent.socket, { command: "history", target })) as BanReport[];
  if (agent.json) agent.out.json(result);
  else if (result.length > 0) agent.out.line(banTable(withReplaced(result)));
  else if (target.includes("/"))
    agent.out.line(`No ban of ${printable(target)} as a whole is remembered; of those in it, ask by address.`);
  else agent.out.line(`${printable(target)} was never banned, as far as is remembered.`);
}

export async function stats(agent: Agent): Promise<void> {
  const result = (await ask(agent.socket, { command: "stats" })) as StatsReport;
  if (agent.json) agent.out.json(result);
  else agent.out.line(jailTable(result.jails));
}

export interface BanOptions {
  readonly jail?: string;
  readonly for?: string;
  readonly reason?: string;
}

/** Addresses in one request: larger lists go in pieces. */
const PIECE = 1000;
/** As schemas/control.schema.json bounds a target. */
const SHORTEST_TARGET = 2;
const LONGEST_TARGET = 64;

export async function ban(agent: Agent, targets: readonly string[], options: BanOptions): Promise<void> {
  const length = options.for === undefined ? undefined : parseDuration(options.for);
  if (options.for !== undefined && length === undefined) {
    throw new BailiffError("USAGE", `${JSON.stringify(options.for)} is not a duration`, {
      hint: 'write seconds, or "10m", "1h30m", "7d", "forever"',
    });
  }
  const seconds = length === undefined ? undefined : Number.isFinite(length) ? length / 1000 : -1;
  await inPieces(agent, targets, (piece) =>
    ask(agent.socket, {
      command: "ban",
      targets: piece as [string, ...string[]],
      ...(options.jail === undefined ? {} : { jail: options.jail }),
      ...(seconds === undefined ? {} : { seconds }),
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    }),
  );
}

export async function unban(
  agent: Agent,
  targets: readonly string[],
  options: { all: boolean; jail?: string },
): Promise<void> {
  const jail = options.jail === undefined ? {} : { jail: options.jail };
  if (options.all && targets.length > 0)
    throw new BailiffError("USAGE", "--all is everybody", { hint: "leave out --all, or the addresses" });
  if (options.all)
    return printChange(agent, (await ask(agent.socket, { command: "unban", all: true, ...jail })) as ChangeReport);
  if (targets.length === 0) throw new BailiffError("USAGE", "whom?", { hint: "give addresses, or --all" });
  await inPieces(agent, targets, (piece) =>
    ask(agent.socket, { command: "unban", targets: piece as [string, ...string[]], ...jail }),
  );
}

/** Of bans that were lifted where no agent runs. */
export function printLifted(agent: Agent, bans: readonly Ban[]): void {
  process.stderr.write("bailiff: it is not running: the bans were taken out of the kernel and of its state\n");
  const done = bans.map(({ jail, target }) => ({ address: formatNetwork(target), jail }));
  printChange(agent, { done, refused: [] });
}

async function inPieces(
  agent: Agent,
  targets: readonly string[],
  send: (piece: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const done: ChangeReport["done"][number][] = [];
  const refused: ChangeReport["refused"][number][] = [];
  const still: NonNullable<ChangeReport["still"]>[number][] = [];
  let waiting: string | undefined;
  let idle = false;
  // What no request may hold spoils none: a line of a list can be anything.
  const sent = targets.filter((text) => text.length >= SHORTEST_TARGET && text.length <= LONGEST_TARGET);
  for (const address of targets) {
    if (address.length >= SHORTEST_TARGET && address.length <= LONGEST_TARGET) continue;
    refused.push({
      address: address.slice(0, LONGEST_TARGET),
      code: "ADDRESS_INVALID",
      why: "not an address or prefix",
    });
  }
  const bar = sent.length > PIECE && process.stderr.isTTY;
  for (let at = 0; at < sent.length; at += PIECE) {
    const report = (await send(sent.slice(at, at + PIECE))) as ChangeReport;
    done.push(...report.done);
    refused.push(...report.refused);
    still.push(...(report.still ?? []));
    waiting = report.waiting;
    idle ||= report.idle ?? false;
    if (bar) process.stderr.write(`\r${progress((at + PIECE) / sent.length)}`);
  }
  if (bar) process.stderr.write("\r\x1b[K");
  printChange(agent, {
    done,
    refused,
    ...(still.length > 0 ? { still } : {}),
    ...(idle ? { idle } : {}),
    ...(waiting === undefined ? {} : { waiting }),
  });
}

function progress(part: number): string {
  const width = 40;
  const full = Math.min(width, Math.round(part * width));
  return `[${"#".repeat(full)}${"-".repeat(width - full)}] ${Math.min(100, Math.round(part * 100))}%`;
}

function printChange({ json, out }: Agent, report: ChangeReport): void {
  if (json) out.json(report);
  else if (report.done.length > 50) out.line(`${report.done.length} done`);
  else if (report.done.length + report.refused.length === 0) out.line("Nobody is banned.");
  else
    for (const { address, jail, until } of report.done)
      out.line(`${address} in ${jail}${until === undefined ? "" : ` until ${localTime(until)}`}`);
  for (const { address, why } of report.refused.slice(0, 50))
    process.stderr.write(`bailiff: ${printable(address)}: ${printable(why)}\n`);
  if (report.refused.length > 50) process.stderr.write(`bailiff: and ${report.refused.length - 50} more refused\n`);
  for (const { address, jail, by } of (report.still ?? []).slice(0, 50)) {
    process.stderr.write(`bailiff: ${printable(address)} is still shut out by ${by} in ${jail}: bailiff unban ${by}\n`);
  }
  if (report.idle)
    process.stderr.write("bailiff: nobody is stopped: no firewall carries bans out, see bailiff status\n");
  if (report.waiting !== undefined) {
    process.stderr.write(`bailiff: not all in the kernel yet, and tried again: ${printable(report.waiting)}\n`);
  }
  if (report.refused.length > 0) process.exitCode = 65;
}

export async function reload(agent: Agent, options: { diff: boolean; unban: boolean }): Promise<void> {
  const result = (await ask(agent.socket, { command: "reload", ...options })) as ReloadReport;
  if (agent.json) return agent.out.json(result);
  const { out } = agent;
  out.line(result.applied ? "The configuration was reloaded." : "This is what a reload would change:");
  for (const [words, list] of [
    ["added", result.added],
    ["removed", result.removed],
    ["changed", result.changed],
    ["unchanged", result.unchanged],
  ] as const) {
    if (list.length > 0) out.line(`  ${words}: ${list.join(", ")}`);
  }
  for (const line of [...result.effects, ...result.notes]) out.line(`  ${printable(line)}`);
}

export async function ignore(
  agent: Agent,
  action: "add" | "remove" | "list",
  targets: readonly string[],
): Promise<void> {
  const result = (await ask(agent.socket, { command: "ignore", action, targets: [...targets] })) as IgnoreReport;
  for (const { address, why } of result.refused) process.stderr.write(`bailiff: ${address}: ${why}\n`);
  if (result.refused.length > 0) process.exitCode = 65;
  if (agent.json) return agent.out.json(result);
  if (result.lifted.length > 50) agent.out.line(`${result.lifted.length} bans are lifted.`);
  else for (const { address, jail } of result.lifted) agent.out.line(`The ban of ${address} in ${jail} is lifted.`);
  agent.out.line(
    result.ignored.length === 0
      ? "Nobody is ignored."
      : table(result.ignored.map(({ network, origin }) => [network, printable(origin)])),
  );
}

export async function pause(agent: Agent, jail: string, paused: boolean): Promise<void> {
  const result = await ask(agent.socket, { command: "pause", jail, paused });
  if (agent.json) agent.out.json(result);
  else agent.out.line(`${jail} ${paused ? "is paused: nothing is counted, its bans stay" : "goes on"}`);
}

export async function ping(agent: Agent): Promise<void> {
  const result = (await ask(agent.socket, { command: "ping" })) as { version: string };
  if (agent.json) agent.out.json(result);
  else agent.out.line(`bailiff ${result.version} is running`);
}

interface FirewallReport {
  readonly name: string;
  readonly limits: readonly string[];
  /** False when the kernel has nothing of it; absent where that is not known. */
  readonly present?: boolean;
  readonly commands?: readonly string[];
  readonly scopes: readonly {
    readonly name: string;
    readonly what: string;
    readonly action: string;
    readonly held: number;
    readonly packets?: number;
  }[];
  readonly allow: readonly string[];
}

export async function firewallShow(agent: Agent): Promise<void> {
  const result = (await ask(agent.socket, { command: "firewall", action: "show" })) as FirewallReport;
  if (agent.json) return agent.out.json(result);
  const { out } = agent;
  out.line(`Firewall: ${result.name}`);
  for (const limit of result.limits) out.line(`  ${printable(limit)}`);
  if (result.present === false) out.line("Nothing of bailiff's is in the kernel: nobody is stopped at this moment.");
  out.line(result.name === "none" ? "What bans would close:" : "What bans close:");
  const counts = result.scopes.some(({ packets }) => packets !== undefined);
  out.line(
    table(
      [
        ["SCOPE", "PACKETS TO", "VERDICT", "ADDRESSES", ...(counts ? ["STOPPED"] : [])],
        ...result.scopes.map(({ name, what, action, held, packets }) => [
          ...[name, what, action, String(held)],
          ...(counts ? [`${packets ?? 0} packets`] : []),
        ]),
      ],
      "  ",
    ),
  );
  out.line(`Always let through: ${result.allow.join(", ") || "nobody"}`);
  const commands = result.commands ?? byHand(result);
  if (commands.length > 0) out.line("To see it by hand:");
  for (const command of commands) out.line(`  ${printable(command)}`);
}

interface Finding {
  readonly kind: "leak" | "note";
  readonly sentence: string;
  readonly cure?: string;
}

/** Exit status 1 when something could let an offender through. */
export async function firewallCheck(agent: Agent): Promise<void> {
  const result = (await ask(agent.socket, { command: "firewall", action: "check" })) as Finding[];
  if (result.some(({ kind }) => kind === "leak")) process.exitCode = 1;
  if (agent.json) return agent.out.json(result);
  if (result.length === 0) return agent.out.line("Nothing was found that could let a banned address through.");
  for (const { kind, sentence, cure } of result) {
    agent.out.line(printable(`${kind === "leak" ? "LEAK" : "note"}: ${sentence}`));
    if (cure !== undefined) agent.out.line(printable(`      ${cure}`));
  }
}

/** For backends that do not tell. In the name of a set, 4 and 6 are the family, and n says that it is of networks. */
function byHand({ name, scopes }: FirewallReport): string[] {
  if (name === "none") return [];
  const rules = ["iptables-save | grep BAILIFF", "ip6tables-save | grep BAILIFF"];
  const [scope] = scopes;
  if (name !== "ipset" || scope === undefined) return rules;
  const sets = ["bailiff4", "bailiff6n"].map((start) => `ipset list ${start}-${scope.name}`);
  return ["ipset list -n | grep bailiff", ...sets, ...rules];
}
