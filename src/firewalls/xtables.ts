import { existsSync, realpathSync } from "node:fs";
import type { Family } from "../core/address.ts";
import type { PortRange, Protocol, Scope } from "../core/ban.ts";
import { BailiffError } from "../errors.ts";
import { findProgram, type Outcome, run } from "../system/exec.ts";
import { checkLayout } from "./admission.ts";
import type { Layout } from "./firewall.ts";

/** Which engine the iptables programs speak to; a packet must pass both, so a drop in either is final. */
export type Variant = "nft" | "legacy";

/** Absolute paths of the programs of one family. */
export interface XtablesPaths {
  readonly iptables: string;
  readonly restore: string;
  readonly save: string;
}

/** The iptables (ip) or ip6tables (ip6) programs; undefined unless all three are installed. */
export function findXtables(family: Family, variant?: Variant): XtablesPaths | undefined {
  const stem = `${family === "ip" ? "iptables" : "ip6tables"}${variant ? `-${variant}` : ""}`;
  const iptables = findProgram(stem);
  const restore = findProgram(`${stem}-restore`);
  const save = findProgram(`${stem}-save`);
  return iptables && restore && save ? { iptables, restore, save } : undefined;
}

// The kernel takes 28 characters: a scope's name has up to 21, so its chain is BAILIFFtcp_22, without a hyphen.
const MAIN = "BAILIFF";
const ACT = "BAILIFF-ACT";
const OURS = /^BAILIFF(?:-ACT|[a-z][a-z0-9_]{0,20})?$/;

/** Of a probe; it stays when the probe is killed in the middle. */
const PROBES = /^BAILIFF-PROBE-\d+$/;

type Table = "raw" | "filter" | "security";

interface Placement {
  readonly table: Table;
  readonly hooks: readonly string[];
  readonly action: Scope["action"];
  /** What becomes of an offender's packet; the last one must match everything. */
  readonly acts: readonly string[];
  /** The other placement of the action works without this one, less well. */
  readonly spare: boolean;
}

// The raw table sees packets before address translation and before the host's own rules, so a drop there covers
// containers and established connections alike. The kernel accepts REJECT in the filter table only. There an earlier
// ACCEPT ends the table, so the security table, which comes after it, drops what filter let through.
const PLACEMENTS: readonly Placement[] = [
  { table: "raw", hooks: ["PREROUTING"], action: "drop", acts: ["-j DROP"], spare: false },
  {
    table: "filter",
    hooks: ["INPUT", "FORWARD"],
    action: "reject",
    acts: ["-p 6 -j REJECT --reject-with tcp-reset", "-j REJECT"],
    spare: false,
  },
  { table: "security", hooks: ["INPUT", "FORWARD"], action: "reject", acts: ["-j DROP"], spare: true },
];

/** Told among the limits when a scope rejects. */
export const REJECT_LIMIT =
  "reject happens after address translation, since the raw table cannot reject: a ban of port 80 also covers " +
  "packets that reach a container's port 80 by another published port";

/** Options of the configuration that nftables alone carries out. */
export interface NftablesOnly {
  readonly log?: boolean;
  readonly counters?: boolean;
  readonly egress?: boolean;
}

/** What was asked for and is not done, a sentence each. */
export function notDone({ log, counters, egress }: NftablesOnly): string[] {
  return [
    ...(egress ? ["firewall.egress is not done: what this machine sends to banned addresses goes out"] : []),
    ...(log ? ["firewall.log is not done: the kernel does not log dropped packets"] : []),
    ...(counters ? ["firewall.counters is not done: packets are not counted by address"] : []),
  ];
}

/** Told among the limits when IPv6 is not covered. */
export function withoutIp6(why: string): string {
  return existsSync("/proc/net/if_inet6")
    ? `IPv6 offenders are not stopped: ${why}`
    : "this kernel has no IPv6: only IPv4 offenders are stopped, and only they can come";
}

/** Why a ban of an IPv6 address cannot be made. */
export const NO_IP6 = "this system cannot stop IPv6 offenders (see the firewall's limits)";

// Numbers, because names would be looked up in /etc/protocols, where old systems lack some.
const PROTOCOL_NUMBERS: Readonly<Record<Protocol, number>> = { tcp: 6, udp: 17, dccp: 33, sctp: 132, udplite: 136 };

/** The kernel's limit of -m multiport; a range counts as two. */
const MULTIPORT = 15;

function scopeChain(scope: string): string {
  return `${MAIN}${scope}`;
}

/** The beginnings of the rules that together match what a scope covers; a single empty one for everything. */
export function scopeMatches(scope: Scope, hook: "before" | "after" = "before"): string[] {
  const protocols: readonly Protocol[] =
    scope.protocols.length > 0 || scope.ports.length === 0
      ? scope.protocols
      : ["tcp", "udp", "sctp", "dccp", "udplite"];
  if (protocols.length === 0) return [""];
  return protocols.flatMap((protocol) => {
    const number = `-p ${PROTOCOL_NUMBERS[protocol]}`;
    if (scope.ports.length === 0) return [number];
    const direct = multiports(scope.ports).map((list) => `${number} -m multiport --dports ${list}`);
    if (hook === "before") return direct;
    // After translation the published port is only known to connection tracking.
    const published = scope.ports.map(
      (range) => `${number} -m conntrack --ctdir ORIGINAL --ctorigdstport ${formatRange(range)}`,
    );
    return [...direct, ...published];
  });
}

function multiports(ports: readonly PortRange[]): string[] {
  const lists: string[][] = [];
  let room = 0;
  for (const range of ports) {
    const size = range.first === range.last ? 1 : 2;
    if (size > room) {
      lists.push([]);
      room = MULTIPORT;
    }
    lists.at(-1)?.push(formatRange(range));
    room -= size;
  }
  return lists.map((list) => list.join(","));
}

function formatRange(range: PortRange): string {
  return range.first === range.last ? `${range.first}` : `${range.first}:${range.last}`;
}

/** checkLayout, and the parts of scopes that only iptables puts into text. */
export function admit(layout: Layout): ReadonlyMap<string, Scope> {
  const scopes = checkLayout(layout);
  for (const { name, protocols, action } of scopes.values()) {
    if (!protocols.every((one) => Object.hasOwn(PROTOCOL_NUMBERS, one)) || (action !== "drop" && action !== "reject")) {
      throw new BailiffError("INTERNAL", `the firewall was asked for something impossible: the scope ${name}`);
    }
  }
  return scopes;
}

/** Rules of one family, apart from what each backend matches offenders with. */
export interface Rules {
  readonly scopes: readonly Scope[];
  /** Matches (without target) of what passes before any ban is looked at. */
  readonly allow: readonly string[];
  /** Matches (without target) of a scope's offenders. */
  readonly offenders: (scope: Scope) => readonly string[];
}

/** An iptables or ip6tables call failed; `line` is the line of the input it named. */
export class XtablesError extends BailiffError {
  readonly line: string | undefined;

  constructor(code: "FIREWALL_REFUSED" | "FIREWALL_BROKEN", message: string, more: { hint: string; line?: string }) {
    super(code, message, { hint: more.hint });
    this.line = more.line;
  }
}

/** Our chains in the tables of one family. Every write is one transaction per table, and is read back. */
export class Chains {
  readonly family: Family;
  /** What this kernel or tool could not do at the last write. */
  limits: readonly string[] = [];
  readonly #paths: XtablesPaths;
  readonly #timeoutMs: number;
  #written: ReadonlyMap<Table, string> | undefined;
  /** Whether the kernel can match hop limits, as far as is known. */
  #countsHops = true;

  constructor(family: Family, paths: XtablesPaths, timeoutMs: number) {
    this.family = family;
    this.#paths = paths;
    this.#timeoutMs = timeoutMs;
  }

  /** Makes our chains say `rules`; whoever was shut out before and still is stays shut out meanwhile. */
  async write(rules: Rules): Promise<void> {
    // The first time every table is read, for leftovers of an earlier configuration; later only those in use.
    const seen = this.#written ? await this.read([...this.#written.keys()]) : await this.read();
    const written = new Map<Table, string>();
    const limits: string[] = [];
    for (const placement of PLACEMENTS) {
      const lines = seen.get(placement.table) ?? [];
      const scopes = rules.scopes.filter((scope) => scope.action === placement.action);
      if (scopes.length === 0) {
        await this.#takeOut(placement.table, removal(lines));
        continue;
      }
      try {
        await this.#put(placement, { ...rules, scopes }, lines);
      } catch (error) {
        if (!placement.spare || !(error instanceof XtablesError)) throw error;
        limits.push(
          `packets that an earlier ACCEPT in the filter table lets through are not stopped: the ${placement.table} table cannot be used (${error.message})`,
        );
        continue;
      }
      const now = (await this.read([placement.table])).get(placement.table) ?? [];
      const flaw = flawIn(now, placement);
      if (flaw) {
        throw new XtablesError("FIREWALL_BROKEN", `${this.#paths.restore} reported success, but ${flaw}`, {
          hint: `look at it with ${this.#paths.save} -t ${placement.table}`,
        });
      }
      written.set(placement.table, ourLines(now));
    }
    this.#written = written;
    this.limits = this.#countsHops
      ? limits
      : [...limits, "what looks like neighbour discovery passes from afar too: the kernel lacks xt_hl"];
  }

  /** What is wrong with our chains as a sentence; undefined while they are as they were written. */
  async damage(): Promise<string | undefined> {
    if (!this.#written) return undefined;
    const seen = await this.read([...this.#written.keys()]);
    for (const placement of PLACEMENTS) {
      const wanted = this.#written.get(placement.table);
      if (wanted === undefined) continue;
      const lines = seen.get(placement.table) ?? [];
      const where = `${this.#paths.iptables} -t ${placement.table}`;
      const flaw = flawIn(lines, placement);
      if (flaw) return `somebody else changed our rules (${where}): ${flaw}`;
      if (ourLines(lines) !== wanted) return `somebody else changed the rules in our chains (${where})`;
    }
    return undefined;
  }

  /** Scope → the rules of its chain as iptables-save prints them, without `-A CHAIN`. Of all scopes there are. */
  async scopeRules(): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    const seen = this.#written ? await this.read([...this.#written.keys()]) : await this.read();
    for (const placement of PLACEMENTS) {
      // A spare placement repeats the one before it.
      if (placement.spare) continue;
      for (const line of seen.get(placement.table) ?? []) {
        const [, chain = "", rule = ""] = /^-A (\S+) (.*)$/.exec(line) ?? [];
        const scope = chain.slice(MAIN.length);
        if (!OURS.test(chain) || !/^[a-z]/.test(scope)) continue;
        const rules = found.get(scope);
        if (rules) rules.push(rule);
        else found.set(scope, [rule]);
      }
    }
    return found;
  }

  /** Takes our chains and the jumps to them out of every table, and what a killed probe left. True when there was any. */
  async remove(): Promise<boolean> {
    let any = false;
    for (const [table, lines] of await this.read()) {
      const probes = chainsIn(lines).filter((chain) => PROBES.test(chain));
      const ours = [...removal(lines), ...emptied(probes)];
      if (ours.length > 0) any = true;
      await this.#takeOut(table, ours);
    }
    this.#written = undefined;
    return any;
  }

  /** Lines of iptables-save per table; of all tables that exist, so that merely looking creates none. */
  async read(tables?: readonly Table[]): Promise<Map<Table, string[]>> {
    const found = new Map<Table, string[]>();
    for (const only of tables ?? [undefined]) {
      const outcome = await run(this.#paths.save, only ? ["-t", only] : [], { timeoutMs: this.#timeoutMs });
      if (outcome.exitCode !== 0) throw failure(this.#paths.save, outcome);
      let table: Table | undefined;
      for (const line of outcome.stdout.split("\n")) {
        if (line.startsWith("*")) table = PLACEMENTS.find((placement) => `*${placement.table}` === line)?.table;
        else if (table && (line.startsWith(":") || line.startsWith("-A "))) {
          const lines = found.get(table);
          if (lines) lines.push(line);
          else found.set(table, [line]);
        }
      }
    }
    return found;
  }

  async #put(placement: Placement, rules: Rules, seen: readonly string[]): Promise<void> {
    const put = (): Promise<void> => this.#restore(placement.table, this.#layout(placement, rules, seen));
    try {
      await put();
    } catch (error) {
      if (this.family === "ip" || !this.#countsHops || !(error instanceof XtablesError)) throw error;
      this.#countsHops = false;
      await put().catch(() => {
        // That was not it.
        this.#countsHops = true;
        throw error;
      });
    }
  }

  #layout(placement: Placement, rules: Rules, seen: readonly string[]): string[] {
    const hook = placement.table === "raw" ? "before" : "after";
    const chains = new Set([MAIN, ACT, ...rules.scopes.map((scope) => scopeChain(scope.name))]);
    const stale = chainsIn(seen).filter((chain) => OURS.test(chain) && !chains.has(chain));
    const body = [`-A ${MAIN} -i lo -j RETURN`];
    if (this.family === "ip6") {
      // A ban of the on-link prefix must not cut neighbour discovery: 133…136 are solicitations and advertisements.
      for (const type of [133, 134, 135, 136]) {
        // What a router passed on is no word of a neighbour.
        const near = this.#countsHops ? "-m hl --hl-eq 255 " : "";
        body.push(`-A ${MAIN} -p 58 ${near}-m icmp6 --icmpv6-type ${type} -j RETURN`);
      }
    }
    body.push(...rules.allow.map((match) => `-A ${MAIN} ${match} -j RETURN`));
    for (const scope of rules.scopes) {
      const chain = scopeChain(scope.name);
      body.push(...scopeMatches(scope, hook).map((match) => `-A ${MAIN} ${join(match)}-j ${chain}`));
      body.push(...rules.offenders(scope).map((match) => `-A ${chain} ${match} -j ${ACT}`));
    }
    body.push(...placement.acts.map((act) => `-A ${ACT} ${act}`));
    return [
      // Naming a chain that exists empties it, within the same transaction.
      ...[...chains].map((chain) => `:${chain} - [0:0]`),
      ...body,
      ...stale.map((chain) => `-F ${chain}`),
      ...stale.map((chain) => `-X ${chain}`),
      ...placement.hooks.flatMap((name) => jump(seen, name)),
    ];
  }

  /** Whatever of ours there was, and the table if nothing else is in it. */
  async #takeOut(table: Table, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    await this.#restore(table, lines);
    await takeOutEmpty(this.family, table, this.#paths, this.#timeoutMs);
  }

  async #restore(table: Table, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const input = [`*${table}`, ...lines, "COMMIT", ""];
    const outcome = await run(this.#paths.restore, ["--noflush", "-w", "5"], {
      timeoutMs: this.#timeoutMs,
      input: input.join("\n"),
    });
    if (outcome.exitCode === 0) return;
    const at = Number(/line:? (\d+)/.exec(outcome.stderr)?.[1] ?? 0);
    throw failure(this.#paths.restore, outcome, input[at - 1]);
  }
}

/**
 * The nft variant makes a table with its chains where something is put into it, and never takes it out. With nothing in it,
 * it is as good as none; only nft can remove it, and where there is no nft it stays.
 */
async function takeOutEmpty(family: Family, table: string, paths: XtablesPaths, timeoutMs: number): Promise<void> {
  const nft = findProgram("nft");
  if (nft === undefined || !realpathSync(paths.save).includes("nft")) return;
  const listed = await run(nft, ["list", "table", family, table], { timeoutMs });
  if (listed.exitCode === 0 && isEmptyTable(listed.stdout))
    await run(nft, ["delete", "table", family, table], { timeoutMs });
}

/** As nft lists a table of iptables: has it neither rules nor chains but those of hooks, which let everything pass? */
function isEmptyTable(text: string): boolean {
  const chain = "chain [A-Z]+ \\{\\s*type filter hook [a-z]+ priority [^;{}]+; policy accept;\\s*\\}";
  return new RegExp(`^table ip6? [a-z]+ \\{\\s*(?:${chain}\\s*)*\\}\\s*$`).test(text.replace(/^#.*\n/gm, ""));
}

function join(match: string): string {
  return match === "" ? "" : `${match} `;
}

function chainsIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^:(\S+) /.exec(line)?.[1] ?? []);
}

/** Puts the jump to our chain in front of everything that could let a packet by. */
function jump(seen: readonly string[], hook: string): string[] {
  const here = hookRules(seen, hook);
  const at = here.findIndex((rule) => isJump(rule));
  if (at >= 0 && !here.slice(0, at).some(letsBy)) return [];
  const old = here.filter(isJump).map((rule) => `-D ${hook} ${rule}`);
  return [...old, `-I ${hook} 1 -j ${MAIN}`];
}

function hookRules(lines: readonly string[], hook: string): string[] {
  const start = `-A ${hook} `;
  return lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
}

function isJump(rule: string): boolean {
  return rule === `-j ${MAIN}`;
}

/** Could a packet leave the table at this rule, unbanned? Own chains of others may hold an ACCEPT. */
function letsBy(rule: string): boolean {
  const target = / ?-[jg] (\S+)/.exec(rule)?.[1];
  return target !== undefined && !HARMLESS.has(target);
}

/** Targets after which the packet either goes on to the next rule or is lost. */
const HARMLESS = new Set([
  ...["DROP", "REJECT", "LOG", "NFLOG", "ULOG", "AUDIT", "TRACE", "SET", "RATEEST", "NOTRACK", "CT"],
  ...["MARK", "CONNMARK", "CLASSIFY", "DSCP", "TOS", "TTL", "HL", "TCPMSS", "SECMARK", "CONNSECMARK", "CHECKSUM"],
]);

function flawIn(lines: readonly string[], placement: Placement): string | undefined {
  for (const hook of placement.hooks) {
    const here = hookRules(lines, hook);
    const at = here.findIndex(isJump);
    if (at < 0) return `${hook} no longer jumps to ${MAIN}`;
    if (here.slice(0, at).some(letsBy)) return `a rule before the jump from ${hook} to ${MAIN} lets packets by`;
  }
  for (const chain of [MAIN, ACT]) {
    if (!lines.some((line) => line.startsWith(`-A ${chain} `))) return `the chain ${chain} is missing or empty`;
  }
  return undefined;
}

function ourLines(lines: readonly string[]): string {
  return lines
    .filter((line) => OURS.test(/^(?:-A |:)(\S+)/.exec(line)?.[1] ?? ""))
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ""))
    .sort((a, b) => Number(b.startsWith(":")) - Number(a.startsWith(":")))
    .join("\n");
}

/** The lines that take our chains out of a table; none when we are not in it. */
function removal(seen: readonly string[]): string[] {
  const ours = chainsIn(seen).filter((chain) => OURS.test(chain));
  const jumps = seen.flatMap((line) => {
    const [, chain = "", rule = ""] = /^-A (\S+) (.*)$/.exec(line) ?? [];
    const target = /(?:^| )-[jg] (\S+)/.exec(rule)?.[1] ?? "";
    return !OURS.test(chain) && OURS.test(target) ? [`-D ${chain} ${rule}`] : [];
  });
  return [...jumps, ...emptied(ours)];
}

/** Emptied first, so that none holds on to another. */
function emptied(chains: readonly string[]): string[] {
  return [...chains.map((chain) => `-F ${chain}`), ...chains.map((chain) => `-X ${chain}`)];
}

/** Takes the chains out of every family that has them; `families` are those that are known to work. True when there were any. */
export async function removeAll(all: readonly Chains[], families: readonly Family[]): Promise<boolean> {
  let any = false;
  for (const chains of all) {
    try {
      any = (await chains.remove()) || any;
    } catch (error) {
      // A kernel without IPv6 has nothing of ours in it.
      if (chains.family === "ip" || families.includes("ip6")) throw error;
    }
  }
  return any;
}

/**
 * Takes our chains out of the engine that is not in use, where the admin has switched `iptables` from one to the other
 * since: nobody would ever lift the bans there. True when there were any.
 */
export async function clearOtherVariant(family: Family, inUse: XtablesPaths, timeoutMs: number): Promise<boolean> {
  let any = false;
  for (const variant of ["nft", "legacy"] as const) {
    const paths = findXtables(family, variant);
    // Each engine is one program under many names.
    if (!paths || realpathSync(paths.save) === realpathSync(inUse.save)) continue;
    try {
      if (await new Chains(family, paths, timeoutMs).remove()) any = true;
    } catch (error) {
      // An engine that this kernel lacks, or that may not be used, holds nothing of ours.
      if (!(error instanceof XtablesError)) throw error;
    }
  }
  return any;
}

/** What went wrong, in the tool's own words. */
export function failure(path: string, outcome: Outcome, line?: string): XtablesError {
  const said = toolSaid(outcome);
  const refused = /not permitted|Permission denied|must be root/i.test(said);
  const hint = refused
    ? "start it with `systemctl start bailiff`, or as root; besides CAP_NET_ADMIN, iptables needs CAP_NET_RAW, and the legacy variant a writable /run/xtables.lock"
    : "see what the system has with `bailiff firewall check`";
  return new XtablesError(
    refused ? "FIREWALL_REFUSED" : "FIREWALL_BROKEN",
    `cannot change the firewall: ${path} ${said}`,
    {
      hint,
      ...(line === undefined ? {} : { line }),
    },
  );
}

/** `said "…"`, `did not end within its time`, … bounded, and without control characters. */
export function toolSaid(outcome: Outcome): string {
  if (outcome.startError !== undefined) return `could not be started (${outcome.startError})`;
  if (outcome.timedOut) return "did not end within its time";
  if (outcome.signal !== undefined) return `was ended by ${outcome.signal}`;
  const text = (outcome.stderr.trim() || outcome.stdout.trim())
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("# Warning"))
    .join("; ")
    .replace(/[^\x20-\x7e]+/g, " ")
    .slice(0, 400);
  return text === "" ? `ended with status ${outcome.exitCode} and said nothing` : `said "${text}"`;
}
