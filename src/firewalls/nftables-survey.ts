/** What is in place, and what could still let an offender through: read off a listing of everybody's ruleset. Pure. */
import type { Scope } from "../core/ban.ts";
import { CHAIN, counterName, type Listed, listed, parseSetName, skeletonOf, TABLE } from "./nftables-ruleset.ts";
import type { Surroundings } from "./surroundings.ts";

/** `leak`: packets of an offender may pass. `note`: looks as if, and is not; said so that nobody has to wonder. */
export interface Finding {
  readonly kind: "leak" | "note";
  readonly sentence: string;
  /** What to do about it, or how to look at it. */
  readonly cure?: string;
}

export interface InPlace {
  readonly present: boolean;
  /** One for each scope that is laid out. `lengths` in the order of the rules. */
  readonly scopes: readonly {
    readonly name: string;
    /** "all packets", "tcp port 22", "tcp and udp ports 5060 and 6000-6010, rejected". */
    readonly stops: string;
    readonly lengths: { readonly ip: readonly number[]; readonly ip6: readonly number[] };
    readonly packets: number;
    readonly bytes: number;
  }[];
  /** Commands to see it all by hand. */
  readonly commands: readonly string[];
}

/** What of ours the kernel has, in the admin's words. */
export function inPlace(listing: readonly Listed[], scopes: readonly Scope[]): InPlace {
  const { present, sets, counters } = skeletonOf(listing);
  const keys = sets.map(parseSetName).filter((key) => key !== undefined);
  const lengthsOf = (name: string, family: "ip" | "ip6"): number[] =>
    keys
      .filter((key) => key.scope === name && key.family === family)
      .map((key) => key.length)
      .toSorted((a, b) => b - a);
  const laid = scopes.filter(({ name }) => keys.some((key) => key.scope === name));
  return {
    present,
    scopes: laid.map((scope) => ({
      name: scope.name,
      stops: stops(scope),
      lengths: { ip: lengthsOf(scope.name, "ip"), ip6: lengthsOf(scope.name, "ip6") },
      ...(counters.get(counterName(scope.name)) ?? { packets: 0, bytes: 0 }),
    })),
    commands: present
      ? [
          `nft list table inet ${TABLE}`,
          ...sets.slice(0, 1).map((name) => `nft list set inet ${TABLE} ${name}`),
          `nft list counters table inet ${TABLE}`,
        ]
      : [],
  };
}

/** "tcp ports 80 and 443". */
export function stops(scope: Scope): string {
  const { protocols, ports, action } = scope;
  const named = ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  const what = protocols.length === 0 ? "all packets" : and(protocols);
  const single = named.length === 1 && ports[0]?.first === ports[0]?.last;
  const where =
    named.length === 0 ? (protocols.length === 0 ? "" : " to every port") : ` port${single ? "" : "s"} ${and(named)}`;
  return `${what}${where}${action === "reject" ? ", rejected" : ""}`;
}

/** Walks the hooks of the running ruleset and looks around it. Leaks come first. */
export function survey(listing: readonly Listed[], around: Surroundings): Finding[] {
  const findings = [...ownState(listing), ...offloads(listing), ...earlier(listing), ...beside(around)];
  return findings.toSorted((a, b) => Number(a.kind === "note") - Number(b.kind === "note"));
}

/** The same for who works with iptables, whose own rules may be among those listed. */
export function surveyOthers(listing: readonly Listed[], around: Surroundings): Finding[] {
  const findings = [...offloads(listing), ...earlier(listing), ...bridged(around)];
  const isListed = all(listing, "chain").some(({ name }) => name === "BAILIFF");
  return isListed ? [...findings, ...legacy(around)] : findings;
}

function ownState(listing: readonly Listed[]): Finding[] {
  const { present, sets } = skeletonOf(listing);
  if (!present) {
    return [
      {
        kind: "leak",
        sentence: `table inet ${TABLE} is not there: nobody is stopped`,
        cure: "systemctl restart bailiff lays it out again",
      },
    ];
  }
  const findings: Finding[] = [];
  const table = own(listing, "table").find((one) => one.name === TABLE);
  // Some versions print garbage for the flags of a table; we set none, so any is somebody else's.
  if (table?.flags !== undefined && !onlyPersists(table.flags)) {
    findings.push({
      kind: "leak",
      sentence: `table inet ${TABLE} has flags that bailiff did not set; if it is dormant, its rules are not run`,
      cure: `nft list table inet ${TABLE} | head -3; systemctl restart bailiff mends it`,
    });
  }
  const chain = own(listing, "chain").find((one) => one.name === CHAIN);
  if (chain?.hook !== "prerouting" || chain.prio !== -300) {
    findings.push({
      kind: "leak",
      sentence: `chain ${CHAIN} of table inet ${TABLE} is not in the raw prerouting hook: nobody is stopped`,
      cure: "systemctl restart bailiff lays it out again",
    });
  }
  for (const [family, name] of [
    ["ip", "IPv4"],
    ["ip6", "IPv6"],
  ] as const) {
    if (!sets.some((set) => parseSetName(set)?.family === family)) {
      findings.push({
        kind: "leak",
        sentence: `no set for ${name} is laid out: ${name} offenders are not stopped`,
        cure: "see which prefix lengths the jails ban by: bailiff check",
      });
    }
  }
  return findings;
}

function offloads(listing: readonly Listed[]): Finding[] {
  return all(listing, "flowtable").map(
    (table): Finding => ({
      kind: "leak",
      sentence:
        `flowtable ${text(table.name)} of table ${text(table.family)} ${text(table.table)} forwards established ` +
        "connections past every hook: one that is open when its peer is banned goes on",
      cure: "after a ban, conntrack -D -s ADDRESS takes the connection out of the flowtable",
    }),
  );
}

/** Chains that see packets before ours does, by what they can do that matters. */
function earlier(listing: readonly Listed[]): Finding[] {
  const chains = all(listing, "chain").filter(isEarlier);
  const findings: Finding[] = [];
  for (const chain of chains) {
    const where = `chain ${text(chain.name)} of table ${text(chain.family)} ${text(chain.table)} (${text(chain.hook)} ${text(chain.prio)})`;
    const cure = `nft list chain ${text(chain.family)} ${text(chain.table)} ${text(chain.name)}`;
    const statements = reachable(listing, chain);
    if (statements.some((one) => "fwd" in one)) {
      findings.push({
        kind: "leak",
        sentence: `${where} sends packets on to another interface before bailiff sees them`,
        cure,
      });
    }
    if (statements.some(changesSource)) {
      findings.push({
        kind: "leak",
        sentence: `${where} writes another source address into packets before bailiff sees them`,
        cure,
      });
    }
    if (statements.some((one) => "accept" in one)) {
      findings.push({
        kind: "note",
        sentence: `${where} accepts packets early; that saves none of them from a drop by bailiff`,
        cure,
      });
    }
  }
  return findings;
}

function isEarlier(chain: Listed): boolean {
  if (chain.hook === "ingress") return true;
  if (chain.hook !== "prerouting" || chain.family === "bridge" || chain.family === "arp") return false;
  return typeof chain.prio === "number" && chain.prio < -300;
}

/** The statements of a chain and of those it jumps to. */
function reachable(listing: readonly Listed[], from: Listed): Listed[] {
  const rules = all(listing, "rule").filter((rule) => rule.family === from.family && rule.table === from.table);
  const seen = new Set<unknown>([from.name]);
  const found: Listed[] = [];
  // The set grows while it is walked.
  for (const name of seen) {
    for (const rule of rules.filter((one) => one.chain === name)) {
      for (const statement of Array.isArray(rule.expr) ? rule.expr : []) {
        if (typeof statement !== "object" || statement === null) continue;
        found.push(statement as Listed);
        const target = listed(statement as Listed, "jump")?.target ?? listed(statement as Listed, "goto")?.target;
        if (target !== undefined) seen.add(target);
      }
    }
  }
  return found;
}

function changesSource(statement: Listed): boolean {
  const key = listed(listed(statement, "mangle") ?? {}, "key");
  return listed(key ?? {}, "payload")?.field === "saddr";
}

function legacy({ legacyTables }: Surroundings): Finding[] {
  if (legacyTables.length === 0) return [];
  return [
    {
      kind: "note",
      sentence: `iptables-legacy has tables (${legacyTables.join(", ")}), which nft does not list; what they accept is still dropped by bailiff`,
      cure: "iptables-legacy-save; ip6tables-legacy-save",
    },
  ];
}

/** Of any backend: none of them sees what does not come by the host's IP hooks. */
function bridged(around: Surroundings): Finding[] {
  return around.bridges.map(({ name, port }) => ({
    kind: "leak",
    sentence: `bridge ${name} carries packets from ${port} to its guests without the host's IP hooks`,
    cure: "run bailiff in the guests, or load br_netfilter and set net.bridge.bridge-nf-call-iptables and -ip6tables to 1",
  }));
}

function beside(around: Surroundings): Finding[] {
  const findings = [...bridged(around), ...legacy(around)];
  if (!around.ip6) {
    findings.push({
      kind: "note",
      sentence: "IPv6 is off on this machine; its sets are laid out for the day it is on",
    });
  }
  return findings;
}

function own(listing: readonly Listed[], kind: string): Listed[] {
  return all(listing, kind).filter(
    (one) => one.family === "inet" && (kind === "table" ? one.name : one.table) === TABLE,
  );
}

function all(listing: readonly Listed[], kind: string): Listed[] {
  return listing.map((item) => listed(item, kind)).filter((one) => one !== undefined);
}

function onlyPersists(flags: unknown): boolean {
  return (Array.isArray(flags) ? flags : [flags]).every((flag) => flag === "persist");
}

/** Names in a ruleset are other people's text. */
function text(value: unknown): string {
  return String(value)
    .replace(/[^\u0020-\u007e]/g, "?")
    .slice(0, 64);
}

function and(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
