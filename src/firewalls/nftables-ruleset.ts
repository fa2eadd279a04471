/** What bailiff says to nft and how it reads the answers: layout and elements as JSON commands, listings as values. Pure. */
import { type Family, FULL, type Network, netmask, networkOf, parseAddress } from "../core/address.ts";
import type { Protocol, Scope } from "../core/ban.ts";
import type { Layout } from "./firewall.ts";

export const TABLE = "bailiff";
const FAMILY = "inet";
/** Of allowed networks, a set for each family. */
export const ALLOW_SETS: readonly string[] = ["allow_4", "allow_6"];
/** The hook in which offenders are dropped: before connection tracking and before any address translation. */
export const CHAIN = "pre";
const EGRESS_CHAIN = "out";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Command = { readonly [verb: string]: { readonly [key: string]: Json } };

export interface RulesetOptions {
  /** Elements that a set takes before it is full. */
  readonly setSize: number;
  /** Logs at most so many dropped packets a minute; none when undefined. */
  readonly logPerMinute?: number | undefined;
  /** Counts packets and bytes of every element; nft ≥ 1.0.6, older ones pass it over in silence. */
  readonly elementCounters: boolean;
  /** Also drops what the host and its containers send to an offender. */
  readonly egress: boolean;
}

/** One hash set: a scope's elements of one family and prefix length. */
export interface SetKey {
  readonly scope: string;
  readonly family: Family;
  readonly length: number;
}

/** An element to be put or taken out. `timeout` in whole seconds; undefined: forever. */
export type Operation =
  | { readonly kind: "put"; readonly target: Network; readonly timeout: number | undefined }
  | { readonly kind: "take"; readonly target: Network };

export function setName(of: SetKey): string {
  return `${of.scope}_${of.family === "ip" ? 4 : 6}_${of.length}`;
}

/** The set that a name of ours stands for; undefined for any other name. */
export function parseSetName(name: string): SetKey | undefined {
  const found = /^([a-z][a-z0-9_]{0,20})_([46])_(\d{1,3})$/.exec(name);
  if (!found) return undefined;
  const family = found[2] === "4" ? "ip" : "ip6";
  const length = Number(found[3]);
  return length <= FULL[family] ? { scope: found[1] ?? "", family, length } : undefined;
}

/** The sets that a layout asks for by itself. */
export function layoutSets(layout: Layout): SetKey[] {
  return layout.scopes.flatMap(({ name: scope }) => [
    ...layout.lengths.ip.map((length): SetKey => ({ scope, family: "ip", length })),
    ...layout.lengths.ip6.map((length): SetKey => ({ scope, family: "ip6", length })),
  ]);
}

/**
 * Lays out table, sets, chains and rules around whatever elements there are. Idempotent, and in one transaction without a
 * gap: rules are flushed and written anew, elements of bans stay. `sets` are in the order of their rules; of what is in the
 * table (`before`), whatever has no place in the layout is taken out: it is ours alone, and what others leave in it would
 * make each look at it find another table than the one laid out. With `keepAllowed`, allowed networks stay as they are.
 */
export function layoutCommands(
  layout: Layout,
  sets: readonly SetKey[],
  more: { readonly options: RulesetOptions; readonly before?: readonly Thing[]; readonly keepAllowed?: boolean },
): Command[] {
  const { options, before = [], keepAllowed = false } = more;
  const chains = ["verdict_drop", "verdict_reject", CHAIN, ...(options.egress ? [EGRESS_CHAIN] : [])];
  const definitions = [
    add("set", { name: "allow_4", type: "ipv4_addr", flags: ["interval"] }),
    add("set", { name: "allow_6", type: "ipv6_addr", flags: ["interval"] }),
    ...layout.scopes.map(({ name }) => add("counter", { name: counterName(name) })),
    ...sets.map((key) => add("set", { name: setName(key), ...setDefinition(key.family, options) })),
    ...chains.map((name) => add("chain", { name, ...(BASE_CHAINS[name] ?? {}) })),
  ];
  const wanted = new Set(
    definitions.flatMap(({ add: of = {} }) => Object.entries(of).map(([kind, what]) => keyOf(kind, what))),
  );
  const strange = before.filter(({ kind, name }) => !wanted.has(keyOf(kind, { name })));
  const strangeChains = strange.filter(({ kind }) => kind === "chain").map(({ name }) => name);
  return [
    { add: { table: { family: FAMILY, name: TABLE } } },
    ...definitions,
    ...[...chains, ...strangeChains].map(
      (name): Command => ({ flush: { chain: { family: FAMILY, table: TABLE, name } } }),
    ),
    ...rules(layout, sets, options),
    ...(keepAllowed ? [] : allowCommands(layout.allow)),
    // Elements of maps hold on to chains and counters.
    ...strange
      .toSorted((a, b) => Number(LAST.has(a.kind)) - Number(LAST.has(b.kind)))
      .map(({ kind, name }): Command => ({ delete: { [kind]: { family: FAMILY, table: TABLE, name } } })),
  ];
}

/** Named, in our table: a set, a chain, a counter or whatever else there is in tables but rules and elements. */
export interface Thing {
  readonly kind: string;
  readonly name: string;
}

/** These may be held on to by others. */
const LAST: ReadonlySet<string> = new Set(["chain", "counter"]);

function keyOf(kind: string, what: Json): string {
  return `${kind} ${isRecord(what) ? String(what.name) : ""}`;
}

/** Adding it first makes its deletion certain. */
export const REMOVE: readonly Command[] = [
  { add: { table: { family: FAMILY, name: TABLE } } },
  { delete: { table: { family: FAMILY, name: TABLE } } },
];

/** A table that is added without flags loses those that it has. */
export const AWAKE: readonly Command[] = [{ add: { table: { family: FAMILY, name: TABLE } } }];

/** Empties the sets of allowed networks, which are written anew with every layout. */
export const FLUSH_ALLOWED: readonly Command[] = ALLOW_SETS.map((name) => ({
  flush: { set: { family: FAMILY, table: TABLE, name } },
}));

/** What is known of the set that elements are put into, and of the kernel. */
export interface Putting {
  readonly options: RulesetOptions;
  /** See addCommands: nft before 1.0.6 may die of it when something fails, a full set for one (seen with 0.9.8). */
  readonly withSet?: boolean;
  /** Nothing of `operations` is in the set. */
  readonly isEmpty?: boolean;
  /** Adding an element that is there gives it the new timeout, or none: Linux 6.12 and later. */
  readonly updates?: boolean;
}

/**
 * Puts and takes elements, at most one operation of each target in `operations`.
 *
 * Before Linux 6.12 adding an element that is there changes nothing and says so to nobody. And deleting one that is gone
 * fails the whole transaction, while the kernel may have timed it out a moment ago. So: add, delete, add. In one
 * transaction, no packet slips through between. Where the kernel updates, or the set is known to be empty, adding is enough.
 */
export function elementCommands(key: SetKey, operations: readonly Operation[], putting: Putting): Command[] {
  const name = setName(key);
  const takes = operations.filter((operation) => operation.kind === "take");
  const puts = operations.filter((operation) => operation.kind === "put");
  const full = ({ target, timeout }: { readonly target: Network; readonly timeout: number | undefined }): Json =>
    timeout === undefined ? target.text : timed(target.text, timeout);
  const textsOf = (list: readonly Operation[]): string[] => list.map(({ target }) => target.text);
  const added = putting.withSet
    ? addCommands(key, puts.map(full), putting.options)
    : elements("add", name, puts.map(full));
  if (putting.isEmpty) return added;
  // Taken out first: a full set has room for what is put in after.
  const taken = takeCommands(name, textsOf(takes));
  if (putting.updates) return [...taken, ...added];
  return [
    ...taken,
    ...elements(
      "add",
      name,
      puts.map((put) => (put.timeout === undefined ? timed(put.target.text, 1) : full(put))),
    ),
    ...elements("delete", name, textsOf(puts)),
    ...elements("add", name, puts.map(full)),
  ];
}

/**
 * As part of their set, which is there: for a command that names elements alone, nft first reads all the interval sets of
 * the whole ruleset. Of one with 50,000 networks, a list of countries say, that takes it a second.
 */
function addCommands(key: SetKey, elem: readonly Json[], options: RulesetOptions): Command[] {
  return elem.length === 0 ? [] : [add("set", { name: setName(key), ...setDefinition(key.family, options), elem })];
}

/** Adding them first makes their deletion certain. */
function takeCommands(set: string, texts: readonly string[]): Command[] {
  const brief = texts.map((text) => timed(text, 1));
  return [...elements("add", set, brief), ...elements("delete", set, texts)];
}

function elements(verb: "add" | "delete", set: string, elem: readonly Json[]): Command[] {
  return elem.length === 0 ? [] : [{ [verb]: { element: { family: FAMILY, table: TABLE, name: set, elem } } }];
}

/** Elements for a set that is created in the same transaction. */
export function restoreCommands(elements: ReadonlyMap<string, readonly Json[]>): Command[] {
  return [...elements].map(
    ([name, elem]): Command => ({ add: { element: { family: FAMILY, table: TABLE, name, elem } } }),
  );
}

/** As an element is written in a command. */
export function timed(text: string, timeout: number): Json {
  if (!Number.isSafeInteger(timeout) || timeout < 1) throw new RangeError(`no timeout: ${timeout}`);
  return { elem: { val: text, timeout } };
}

/**
 * The words for nft -j. Ends with a listing: nft says nothing of a success, and some versions exit with 0 having done
 * nothing at all, so only an answer that lists the chains is one.
 */
export function transaction(commands: readonly Command[]): string {
  return JSON.stringify({ nftables: [...commands, { list: { chains: { family: FAMILY } } }] });
}

/** nft's answer as its list of objects; undefined when it is not nft's JSON. */
export function parseListing(text: string): readonly Listed[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: the answer for that is undefined.
    return undefined;
  }
  const list = isRecord(value) ? value.nftables : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : undefined;
}

export type Listed = Readonly<Record<string, unknown>>;

/** The object of a kind in a listed item ("table", "set", "chain", "rule", "counter", "element", "metainfo"). */
export function listed(item: Listed, kind: string): Listed | undefined {
  const value = item[kind];
  return isRecord(value) ? value : undefined;
}

/** Whether a listing shows our chain. */
export function showsOurChain(listing: readonly Listed[]): boolean {
  return listing.some((item) => {
    const chain = listed(item, "chain");
    return chain?.family === FAMILY && chain.table === TABLE && chain.name === CHAIN;
  });
}

/** Ours in a listing of everything. */
export interface Skeleton {
  readonly present: boolean;
  /** Names of all sets of the table that hold bans. */
  readonly sets: readonly string[];
  /** All that has a name in the table, sets among it. */
  readonly things: readonly Thing[];
  /** Drops per scope since the counter was made. */
  readonly counters: ReadonlyMap<string, { readonly packets: number; readonly bytes: number }>;
  readonly rules: number;
  /** Everything but elements, handles and counts, for comparison with another listing of the same nft. */
  readonly fingerprint: string;
}

/** What differs from one listing to the next though nobody changed anything. nft 1.1.7 counts what is in a set. */
const PASSING: ReadonlySet<string> = new Set(["handle", "elem", "count", "packets", "bytes"]);

export function skeletonOf(listing: readonly Listed[]): Skeleton {
  const sets: string[] = [];
  const things: Thing[] = [];
  const counters = new Map<string, { packets: number; bytes: number }>();
  const parts: string[] = [];
  let rules = 0;
  let present = false;
  for (const item of listing) {
    for (const [kind, value] of Object.entries(item)) {
      if (kind === "metainfo" || !isRecord(value) || value.family !== FAMILY) continue;
      const name = String(value.name);
      if ((kind === "table" ? name : value.table) !== TABLE) continue;
      if (kind === "element") continue;
      if (kind === "table") present = true;
      else if (kind === "rule") rules += 1;
      else things.push({ kind, name });
      if (kind === "set" && parseSetName(name)) sets.push(name);
      if (kind === "counter") {
        counters.set(name, { packets: Number(value.packets) || 0, bytes: Number(value.bytes) || 0 });
      }
      const rest = Object.entries(value).filter(([name]) => !PASSING.has(name));
      parts.push(`${kind} ${JSON.stringify(Object.fromEntries(rest))}`);
    }
  }
  // Rules of a chain keep their order, for theirs matters; a stable sort by kind and chain would not change it, and nft
  // lists objects in the order in which they were made.
  const inOrder = parts.filter((part) => part.startsWith("rule "));
  const others = parts.filter((part) => !part.startsWith("rule ")).toSorted();
  return { present, sets, things, counters, rules, fingerprint: [...others, ...inOrder].join("\n") };
}

/** How many rules a layout has. */
export function countRules(commands: readonly Command[]): number {
  return commands.filter((command) => command.add?.rule !== undefined).length;
}

export interface Element {
  readonly key: SetKey;
  readonly target: Network;
  /** Whole seconds, rounded down; undefined for forever. */
  readonly left: number | undefined;
}

/** Every ban that a listing with elements shows. */
export function elementsOf(listing: readonly Listed[]): Element[] {
  return readElements(listing).held;
}

/** The same, and what takes out the rest: what others put into our sets, and no change of ours would. */
export function readElements(listing: readonly Listed[]): { readonly held: Element[]; readonly odd: Command[] } {
  const held: Element[] = [];
  const odd: Command[] = [];
  for (const item of listing) {
    const set = listed(item, "set");
    if (set?.family !== FAMILY || set.table !== TABLE || !Array.isArray(set.elem)) continue;
    const key = parseSetName(String(set.name));
    if (!key) continue;
    for (const entry of set.elem) {
      const inner = isRecord(entry) ? entry.elem : undefined;
      const text = isRecord(inner) ? inner.val : entry;
      // Not a single value: only a set of another kind than ours takes that.
      if (typeof text !== "string") continue;
      const address = parseAddress(text);
      const target = address?.family === key.family ? networkOf(address, key.length) : undefined;
      if (target === undefined || target.text !== address?.text) {
        // "*", which is everybody, or host bits that no masked packet has.
        odd.push(...takeCommands(setName(key), [text]));
        continue;
      }
      const timeout = isRecord(inner) ? (inner.expires ?? inner.timeout) : undefined;
      held.push({ key, target, left: typeof timeout === "number" ? timeout : undefined });
    }
  }
  return { held, odd };
}

/** Of nft or of the kernel: "6.12" is [6, 12, 0]. */
export type Version = readonly [number, number, number];

/** The version that nft tells of itself: "1.0.6" → [1, 0, 6]. */
export function versionOf(listing: readonly Listed[]): Version | undefined {
  for (const item of listing) {
    const found = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(String(listed(item, "metainfo")?.version ?? ""));
    if (found) return [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  }
  return undefined;
}

/** One that is not known is. */
export function isOlder(version: Version | undefined, than: Version): boolean {
  if (!version) return true;
  const at = version.findIndex((part, index) => part !== than[index]);
  return at >= 0 && (version[at] ?? 0) < (than[at] ?? 0);
}

export function counterName(scope: string): string {
  return `${scope}_drops`;
}

/** Networks without those that lie in others: an interval set refuses overlaps. */
export function disjoint(networks: readonly Network[]): Network[] {
  const kept = new Map<number, Set<string>>();
  const result: Network[] = [];
  for (const network of networks.toSorted((a, b) => a.length - b.length)) {
    // Families are never mixed in a set, but would not meet here either: their texts differ.
    if ([...kept].some(([length, texts]) => texts.has(networkOf(network, length).text))) continue;
    const same = kept.get(network.length) ?? new Set();
    kept.set(network.length, same.add(network.text));
    result.push(network);
  }
  return result;
}

// Offenders are stopped in raw prerouting (-300). A hook at input would let pass what goes to containers, and established
// connections of theirs; a drop here is final whatever other tables accept. What goes out is stopped after all address
// translation, so that a container's answer has the published port again that the offender is banned from.
const BASE_CHAINS: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  [CHAIN]: { type: "filter", hook: "prerouting", prio: -300, policy: "accept" },
  [EGRESS_CHAIN]: { type: "filter", hook: "postrouting", prio: 300, policy: "accept" },
};

/** By number: the names need /etc/protocols, which a minimal system may lack. */
const PROTOCOL_NUMBERS: Readonly<Record<Protocol, number>> = { tcp: 6, udp: 17, dccp: 33, sctp: 132, udplite: 136 };

/** Answers with ICMP a second, at most: a rejected source may be forged, and the answers then hit somebody else. */
const ICMP_PER_SECOND = 10;

function add(kind: string, what: { readonly [key: string]: Json }): Command {
  return { add: { [kind]: { family: FAMILY, table: TABLE, ...what } } };
}

function setDefinition(family: Family, options: RulesetOptions): { readonly [key: string]: Json } {
  return {
    type: family === "ip" ? "ipv4_addr" : "ipv6_addr",
    flags: ["timeout"],
    size: options.setSize,
    ...(options.elementCounters ? { stmt: [{ counter: null }] } : {}),
  };
}

function rules(layout: Layout, sets: readonly SetKey[], options: RulesetOptions): Command[] {
  const log: Json[] = [
    { limit: { rate: options.logPerMinute ?? 0, per: "minute", burst: 5 } },
    { log: { prefix: "bailiff drop: ", level: "info" } },
  ];
  const logged = options.logPerMinute === undefined ? [] : [rule("verdict_drop", log), rule("verdict_reject", log)];
  return [
    ...logged,
    rule("verdict_drop", [{ drop: null }]),
    rule("verdict_reject", [
      match({ meta: { key: "l4proto" } }, PROTOCOL_NUMBERS.tcp),
      { reject: { type: "tcp reset" } },
    ]),
    rule("verdict_reject", [
      { limit: { rate: ICMP_PER_SECOND, per: "second", burst: 5 } },
      { reject: { type: "icmpx", expr: "port-unreachable" } },
    ]),
    rule("verdict_reject", [{ drop: null }]),
    ...directed(layout.scopes, sets, IN),
    // A reset for a rejected peer must be able to leave.
    ...(options.egress
      ? directed(
          layout.scopes.filter((scope) => scope.action === "drop"),
          sets,
          OUT,
        )
      : []),
  ];
}

interface Direction {
  readonly chain: string;
  /** The key of the interface that loopback has here. */
  readonly interface: string;
  /** Whose address and port are the offender's side, and ours. */
  readonly address: "saddr" | "daddr";
  readonly port: "dport" | "sport";
}

const IN: Direction = { chain: CHAIN, interface: "iif", address: "saddr", port: "dport" };
const OUT: Direction = { chain: EGRESS_CHAIN, interface: "oif", address: "daddr", port: "sport" };

function directed(scopes: readonly Scope[], sets: readonly SetKey[], way: Direction): Command[] {
  const pass: Json = { return: null };
  const neighbours = ["nd-router-solicit", "nd-router-advert", "nd-neighbor-solicit", "nd-neighbor-advert"];
  return [
    rule(way.chain, [match({ meta: { key: way.interface } }, "lo"), pass]),
    // A ban of the wire's own /64 must not make neighbours unreachable. What a router passed on is no word of a neighbour.
    rule(way.chain, [
      match({ payload: { protocol: "ip6", field: "hoplimit" } }, 255),
      match({ payload: { protocol: "icmpv6", field: "type" } }, { set: neighbours }),
      pass,
    ]),
    rule(way.chain, [match({ payload: { protocol: "ip", field: way.address } }, "@allow_4"), pass]),
    rule(way.chain, [match({ payload: { protocol: "ip6", field: way.address } }, "@allow_6"), pass]),
    ...scopes.flatMap((scope) =>
      sets
        .filter((key) => key.scope === scope.name)
        .map((key) =>
          rule(way.chain, [
            ...scopeMatches(scope, way),
            match(masked(key, way), `@${setName(key)}`),
            { counter: counterName(scope.name) },
            { goto: { target: `verdict_${scope.action}` } },
          ]),
        ),
    ),
  ];
}

function scopeMatches(scope: Scope, way: Direction): Json[] {
  const oneOrSet = (values: readonly Json[]): Json => (values.length === 1 && values[0] ? values[0] : { set: values });
  const protocols = scope.protocols.map((protocol) => PROTOCOL_NUMBERS[protocol]);
  const ports = scope.ports.map(({ first, last }): Json => (first === last ? first : { range: [first, last] }));
  return [
    ...(protocols.length > 0 ? [match({ meta: { key: "l4proto" } }, oneOrSet(protocols))] : []),
    ...(ports.length > 0 ? [match({ payload: { protocol: "th", field: way.port } }, oneOrSet(ports))] : []),
  ];
}

function masked(key: SetKey, way: Direction): Json {
  const address: Json = { payload: { protocol: key.family, field: way.address } };
  return key.length === FULL[key.family] ? address : { "&": [address, netmask(key.family, key.length)] };
}

function match(left: Json, right: Json): Json {
  return { match: { op: "==", left, right } };
}

function rule(chain: string, expr: readonly Json[]): Command {
  return add("rule", { chain, expr });
}

/** Whether a listing of our table shows exactly these networks as allowed. */
export function showsAllowed(listing: readonly Listed[], allow: readonly Network[]): boolean {
  const found = listing.flatMap((item) => {
    const set = listed(item, "set");
    const isOurs = set?.family === FAMILY && set.table === TABLE && ALLOW_SETS.includes(String(set.name));
    return isOurs && Array.isArray(set.elem) ? set.elem : [];
  });
  const wanted = new Set(disjoint(allow).map(({ text, length }) => `${text}/${length}`));
  return found.length === wanted.size && found.every((entry) => wanted.has(networkIn(entry)));
}

/** As nft lists a network of an interval set: an address, or a prefix. */
function networkIn(entry: unknown): string {
  if (typeof entry === "string") return `${entry}/${entry.includes(":") ? FULL.ip6 : FULL.ip}`;
  const prefix = isRecord(entry) && isRecord(entry.prefix) ? entry.prefix : {};
  return `${prefix.addr}/${prefix.len}`;
}

function allowCommands(allow: readonly Network[]): Command[] {
  return (["ip", "ip6"] as const).flatMap((family): Command[] => {
    const name = family === "ip" ? "allow_4" : "allow_6";
    const elem = disjoint(allow.filter((network) => network.family === family)).map(
      (network): Json =>
        network.length === FULL[family] ? network.text : { prefix: { addr: network.text, len: network.length } },
    );
    const flush: Command = { flush: { set: { family: FAMILY, table: TABLE, name } } };
    return elem.length === 0 ? [flush] : [flush, { add: { element: { family: FAMILY, table: TABLE, name, elem } } }];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
