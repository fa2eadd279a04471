import { type Family, FULL, formatNetwork, type Network, parseNetwork } from "../core/address.ts";
import { type Change, type Held, heldKey, type Scope } from "../core/ban.ts";
import { type Duration, instant, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
import { findProgram, type Outcome, run } from "../system/exec.ts";
import { objection, timeout } from "./admission.ts";
import type { Firewall, Layout, Refusal } from "./firewall.ts";
import { serial } from "./serial.ts";
import {
  admit,
  Chains,
  clearOtherVariant,
  findXtables,
  type NftablesOnly,
  NO_IP6,
  notDone,
  REJECT_LIMIT,
  removeAll,
  toolSaid,
  type Variant,
  withoutIp6,
  type XtablesPaths,
} from "./xtables.ts";

/** The longest timeout the kernel takes. A longer ban is set this long, and `held` says so. */
export const IPSET_LONGEST: Duration = seconds(2_147_483);

export interface IpsetOptions extends NftablesOnly {
  readonly clock: Clock;
  /** Default: whatever `iptables` is on this system. */
  readonly variant?: Variant;
  /** Default: found where programs are. A family without programs is not served, and `limits` says so. */
  readonly programs?: { readonly ipset: string; readonly ip: XtablesPaths; readonly ip6?: XtablesPaths };
  /** Elements a set may hold; default 1048576 (the kernel's own default, 65536, is soon full). */
  readonly maxElements?: number;
  /** How often `disturbed` looks; default 10 s. There is nothing to listen to. */
  readonly lookEvery?: Duration;
  /** Time one program may take; default 30 s. */
  readonly timeoutMs?: number;
}

/** Sets of ipset with timeouts, matched by iptables rules before everything else. */
export function ipset(options: IpsetOptions): Firewall {
  const found = options.programs ?? discover(options.variant);
  return new IpsetFirewall(options, found);
}

function discover(variant: Variant | undefined): NonNullable<IpsetOptions["programs"]> {
  const program = findProgram("ipset");
  const ip = findXtables("ip", variant);
  const ip6 = findXtables("ip6", variant);
  if (!program || !ip) {
    throw new BailiffError("FIREWALL_MISSING", `${program ? "iptables" : "ipset"} is not installed`, {
      hint: "install the packages ipset and iptables, or nftables",
    });
  }
  return { ipset: program, ip, ...(ip6 ? { ip6 } : {}) };
}

const NOTHING: Layout = { scopes: [], lengths: { ip: [], ip6: [] }, allow: [] };

/** One line for ipset, and the change it carries out. */
interface Step {
  readonly change: Change;
  readonly set: string;
  readonly element: string;
  readonly line: string;
  /** Undefined: an unban. Infinity: forever. */
  readonly until: number | undefined;
}

interface Header {
  readonly type: string;
  readonly header: string;
  /** Undefined where an old ipset does not tell. */
  readonly entries: number | undefined;
}

/** Calls of ipset that may fail in one batch before what still fails is left for the next. */
const MOST_CALLS = 200;
/**
 * No more than a pipe takes at once (1000 of the longest lines are 103 kB): where we are killed in the middle, ipset takes
 * half a line for a whole one, "192.0.2" for 192.0.0.2, for ever.
 */
const LINES_PER_CALL = 1000;
/** Elements of a set that may be read at a look: that takes some milliseconds. */
const MOST_COMPARED = 5000;
/** The kernel tells whole seconds, and telling takes a moment. */
const LATITUDE_MS = 3000;
/** The set is not the one we made: gone, or another one was swapped into its place. */
const MISSING = /set with the given name does not exist|set was created without timeout support/;
const FULL_SET = /Hash is full/;

const ALWAYS = [
  "a ban longer than 24 days is put into the kernel for 24 days, and extended while bailiff runs",
  "changes by others are noticed within seconds, not at once: ipset tells nobody",
];

class IpsetFirewall implements Firewall {
  readonly name = "ipset";
  limits: readonly string[];
  readonly #always: readonly string[];
  readonly #clock: Clock;
  readonly #ipset: string;
  readonly #chains: readonly Chains[];
  /** Clears the engine of iptables that is not in use; true when there was anything. */
  readonly #clearOther: () => Promise<boolean>;
  readonly #maxElements: number;
  readonly #lookEvery: Duration;
  readonly #timeoutMs: number;
  readonly #one = serial();
  #layout: Layout = NOTHING;
  #scopes: ReadonlyMap<string, Scope> = new Map();
  #families: readonly Family[] = [];
  /** Set → element → end by the monotonic clock, of all that was put in or seen: how a flushed set is noticed. */
  #live = new Map<string, Map<string, number>>();
  #looks = 0;

  constructor(options: IpsetOptions, programs: NonNullable<IpsetOptions["programs"]>) {
    this.#always = [...ALWAYS, ...notDone(options)];
    this.limits = this.#always;
    this.#clock = options.clock;
    this.#ipset = programs.ipset;
    this.#maxElements = options.maxElements ?? 1_048_576;
    this.#lookEvery = options.lookEvery ?? seconds(10);
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#clearOther = async () => {
      let any = false;
      for (const family of ["ip", "ip6"] as const) {
        // Programs that were given are all there is.
        const paths = options.programs ? undefined : programs[family];
        if (paths && (await clearOtherVariant(family, paths, this.#timeoutMs))) any = true;
      }
      return any;
    };
    this.#chains = (["ip", "ip6"] as const).flatMap((family) => {
      const paths = programs[family];
      return paths ? [new Chains(family, paths, this.#timeoutMs)] : [];
    });
  }

  prepare(layout: Layout): Promise<void> {
    return this.#one(async () => {
      this.#scopes = admit(layout);
      this.#layout = layout;
      await this.#lay();
    });
  }

  apply(changes: Iterable<Change>): Promise<readonly Refusal[]> {
    return this.#one(async () => {
      const refusals: Refusal[] = [];
      const latest = new Map<string, Change>();
      for (const change of changes) {
        const reason = objection(change, this.#scopes);
        if (reason !== undefined) refusals.push({ change, reason });
        else if (this.#families.includes(change.target.family)) latest.set(heldKey(change), change);
        else if (change.kind === "ban") refusals.push({ change, reason: NO_IP6 });
        // What cannot be in the kernel need not be taken out.
      }
      // Unbans first: they make room in a set that is full. But who is put into another scope stays in the old one until then.
      const { ban = [], unban = [] } = Object.groupBy(latest.values(), ({ kind }) => kind);
      const banned = new Set(ban.map(({ target }) => formatNetwork(target)));
      const { true: moving = [], false: leaving = [] } = Object.groupBy(unban, ({ target }) =>
        banned.has(formatNetwork(target)) ? "true" : "false",
      );
      const ordered = [...leaving, ...ban, ...moving];
      const budget = { calls: MOST_CALLS, done: 0, relaid: false };
      for (let at = 0; at < ordered.length; at += LINES_PER_CALL) {
        const steps = ordered.slice(at, at + LINES_PER_CALL).map((change) => this.#step(change));
        refusals.push(...(await this.#carry(steps, budget)));
      }
      return refusals;
    });
  }

  held(): Promise<readonly Held[]> {
    return this.#one(async () => {
      const headers = await this.#headers();
      const held: Held[] = [];
      const live = new Map<string, Map<string, number>>();
      for (const [set, { entries }] of headers) {
        const scope = SCOPE_SET.exec(set)?.[1];
        if (scope === undefined || entries === 0) continue;
        const [now, time] = [this.#clock.now(), this.#clock.monotonic()];
        const elements = await this.#elements(set);
        live.set(set, new Map([...elements].map(([text, left]) => [text, time + left])));
        for (const [text, left] of elements) {
          const target = parseNetwork(text);
          if (!target) continue;
          held.push({ scope, target, ...(left === Number.POSITIVE_INFINITY ? {} : { until: instant(now + left) }) });
        }
      }
      this.#live = live;
      return held;
    });
  }

  async *disturbed(signal: AbortSignal): AsyncIterable<string> {
    while (!signal.aborted) {
      await this.#clock.sleep(this.#lookEvery, signal);
      if (signal.aborted) return;
      const sentence = await this.fault();
      if (sentence) yield sentence;
    }
  }

  /** Why what is in place is not as it should be; undefined while it is. */
  fault(): Promise<string | undefined> {
    return this.#one(() => this.#damage());
  }

  remove(): Promise<boolean> {
    return this.#one(async () => {
      const removed = await removeAll(this.#chains, this.#families);
      const other = await this.#clearOther();
      // Sets only after the rules: the kernel keeps a set that a rule refers to.
      const sets = [...(await this.#headers(PROBE_SET)).keys()];
      const stuck = await this.#destroy(sets);
      this.#live.clear();
      this.#scopes = new Map();
      this.#layout = NOTHING;
      this.#families = [];
      if (stuck.length > 0) throw this.#broken(`other rules still refer to the sets ${stuck.join(", ")}`);
      return removed || other || sets.length > 0;
    });
  }

  async #lay(): Promise<void> {
    const limits = [...this.#always];
    const families: Family[] = [];
    if (!this.#chains.some((chains) => chains.family === "ip6")) {
      limits.push(withoutIp6("ip6tables is not installed"));
    }
    for (const chains of this.#chains) {
      try {
        await this.#layFamily(chains);
        families.push(chains.family);
        limits.push(...chains.limits);
      } catch (error) {
        // IPv4 is worth having without IPv6, as long as nobody is left to believe otherwise.
        if (chains.family === "ip" || !(error instanceof BailiffError)) throw error;
        limits.push(withoutIp6(error.message));
      }
    }
    if (this.#layout.scopes.some((scope) => scope.action === "reject")) limits.push(REJECT_LIMIT);
    const first = this.#families.length === 0;
    this.#families = families;
    this.limits = limits;
    if (first) await this.#clearOther();
    const wanted = new Set(this.#names(["ip", "ip6"]).map((set) => set.name));
    const stuck = await this.#destroy([...(await this.#headers()).keys()].filter((name) => !wanted.has(name)));
    if (stuck.length > 0) {
      this.limits = [...limits, `rules that could not be changed still use the sets ${stuck.join(", ")}`];
    }
  }

  /** Destroys sets; answers with those that rules refer to, which the kernel keeps. */
  async #destroy(names: readonly string[]): Promise<readonly string[]> {
    let rest = names;
    const stuck: string[] = [];
    while (rest.length > 0) {
      const outcome = await this.#run(
        ["restore"],
        rest.map((name) => `destroy ${name}`),
      );
      if (outcome.exitCode === 0) return stuck;
      const name = rest[failedLine(outcome) ?? -1];
      if (name === undefined || !/in use by a kernel component/.test(outcome.stderr)) throw this.#failure(outcome);
      stuck.push(name);
      // Those before the failing line may or may not be gone already.
      const left = await this.#headers(PROBE_SET);
      rest = rest.filter((one) => left.has(one) && !stuck.includes(one));
    }
    return stuck;
  }

  async #layFamily(chains: Chains): Promise<void> {
    const family = chains.family;
    const sets = this.#names([family]);
    const before = await this.#headers();
    const odd = sets.filter((set) => !fits(before.get(set.name), set));
    if (odd.length > 0) {
      // Left by a version that laid them out otherwise: a set's type cannot be changed, and rules hold on to it.
      await chains.remove();
      await this.#restore(odd.map((set) => `destroy ${set.name}`));
    }
    await this.#restore(
      sets.filter((set) => !before.has(set.name) || odd.includes(set)).map((set) => this.#create(set)),
    );
    await this.#fillAllow(family);
    const now = await this.#headers();
    const absent = sets.find((set) => !now.has(set.name));
    if (absent) {
      throw this.#broken(`${this.#ipset} reported success, but there is no set ${absent.name}`);
    }
    await chains.write({
      scopes: this.#layout.scopes,
      allow: [`-m set --match-set ${allowSet(family)} src`],
      offenders: (scope) => setsOf(scope.name, [family]).map((set) => `-m set --match-set ${set.name} src`),
    });
  }

  /** Fills a second set and swaps, so that nobody allowed is shut out for a moment. */
  async #fillAllow(family: Family): Promise<void> {
    const fresh: SetName = { name: `${allowSet(family)}.new`, family, type: "hash:net", timed: false };
    await this.#restore([
      this.#create(fresh),
      `flush ${fresh.name}`,
      ...this.#allowed(family).map((network) => `add ${fresh.name} ${network}`),
      `swap ${fresh.name} ${allowSet(family)}`,
      `destroy ${fresh.name}`,
    ]);
  }

  /** As ipset takes them, each once. */
  #allowed(family: Family): string[] {
    const networks = this.#layout.allow.filter((network) => network.family === family);
    return [...new Set(networks.flatMap(halves).map(formatNetwork))];
  }

  #create(set: SetName): string {
    const timeout = set.timed ? " timeout 0" : "";
    return `create -exist ${set.name} ${set.type} family ${inet(set.family)} maxelem ${this.#maxElements}${timeout}`;
  }

  #names(families: readonly Family[]): SetName[] {
    const allow = families.map(
      (family): SetName => ({ name: allowSet(family), family, type: "hash:net", timed: false }),
    );
    return [...allow, ...this.#layout.scopes.flatMap((scope) => setsOf(scope.name, families))];
  }

  #step(change: Change): Step {
    const { target, scope } = change;
    const set = setName(scope, target.family, target.length === FULL[target.family]);
    const element = formatNetwork(target);
    if (change.kind === "unban")
      return { change, set, element, until: undefined, line: `del -exist ${set} ${element}` };
    const now = this.#clock.now();
    const longest = IPSET_LONGEST / 1000;
    // To ipset 0 is forever, and it knows whole seconds only.
    const left = Math.min(timeout(change.until, now) ?? 0, longest);
    const until = change.until === undefined ? Number.POSITIVE_INFINITY : now + left * 1000;
    return { change, set, element, until, line: `add -exist ${set} ${element} timeout ${left}` };
  }

  /**
   * `ipset restore` stops at the first line that fails, and loses some of those before it. All lines may be said again
   * without harm, so the failing one is left out and the rest repeated.
   */
  async #carry(steps: readonly Step[], budget: { calls: number; done: number; relaid: boolean }): Promise<Refusal[]> {
    let rest = [...steps];
    const refusals: Refusal[] = [];
    while (rest.length > 0) {
      const outcome = await this.#run(
        ["restore"],
        rest.map((step) => step.line),
      );
      if (outcome.exitCode === 0) {
        for (const step of rest) this.#remember(step);
        budget.done += rest.length;
        return refusals;
      }
      budget.calls -= 1;
      const reason = `ipset ${toolSaid(outcome)}`;
      if (!isAboutOneLine(outcome)) throw this.#failure(outcome);
      const at = failedLine(outcome);
      if (MISSING.test(outcome.stderr) && !budget.relaid) {
        budget.relaid = true;
        await this.#lay();
        continue;
      }
      if (budget.calls <= 0 || at === undefined || !rest[at]) {
        if (budget.done === 0) throw this.#failure(outcome);
        return [...refusals, ...rest.map((step) => ({ change: step.change, reason }))];
      }
      if (FULL_SET.test(outcome.stderr)) {
        // What the set has already can still be extended. Of the rest, those before the failing line found room.
        const { set } = rest[at];
        const members = await this.#elements(set);
        const fits = (step: Step, index: number) =>
          step.set !== set || step.until === undefined || index < at || (index > at && members.has(step.element));
        for (const step of rest.filter((one, index) => !fits(one, index))) {
          refusals.push({ change: step.change, reason: `the set ${set} is full (${this.#maxElements} elements)` });
        }
        rest = rest.filter(fits);
        continue;
      }
      refusals.push({ change: rest[at].change, reason });
      rest = rest.filter((_, index) => index !== at);
    }
    return refusals;
  }

  #remember(step: Step): void {
    const elements = this.#live.get(step.set) ?? new Map<string, number>();
    this.#live.set(step.set, elements);
    if (step.until === undefined) elements.delete(step.element);
    else elements.set(step.element, this.#clock.monotonic() + (step.until - this.#clock.now()));
  }

  async #damage(): Promise<string | undefined> {
    if (this.#families.length === 0) return undefined;
    try {
      const headers = await this.#headers();
      for (const set of this.#names(this.#families)) {
        const header = headers.get(set.name);
        if (!header) return `somebody else removed the set ${set.name}`;
        if (!fits(header, set)) return `somebody else put a set of another kind in the place of ${set.name}`;
      }
      for (const family of this.#families) {
        // One less, and somebody may be shut out who never should be; one more, and somebody is let in.
        const set = allowSet(family);
        const allowed = this.#allowed(family);
        const found = await this.#elements(set);
        if (found.size !== allowed.length || !allowed.every((network) => found.has(network))) {
          return `somebody else changed the set ${set} of those allowed`;
        }
      }
      // Whatever ends within two seconds may be gone already, by the kernel's clock.
      const soon = this.#clock.monotonic() + 2000;
      for (const [set, elements] of this.#live) {
        for (const [element, until] of elements) if (until <= soon) elements.delete(element);
        const entries = headers.get(set)?.entries;
        if (entries !== undefined && entries < elements.size) {
          return `somebody else took elements out of the set ${set}: ${entries} of at least ${elements.size} are left`;
        }
      }
      const odd = await this.#oddSet(soon);
      if (odd !== undefined) return `somebody else changed elements of the set ${odd}`;
      for (const chains of this.#chains) {
        const sentence = this.#families.includes(chains.family) ? await chains.damage() : undefined;
        if (sentence) return sentence;
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof BailiffError)) throw error;
      // Not knowing is a reason to look closer; the reconciliation that follows meets the same error and tells it.
      return `the firewall could not be checked: ${error.message}`;
    }
  }

  /**
   * Looks at the elements of one set, another one each time: numbers do not tell of one that was put in the place of
   * another, or was given an earlier end. The name of the set where they are not what was put in.
   */
  async #oddSet(soon: number): Promise<string | undefined> {
    const names = [...this.#live].flatMap(([name, { size }]) => (size > 0 && size <= MOST_COMPARED ? [name] : []));
    const set = names[this.#looks % names.length];
    this.#looks += 1;
    if (set === undefined) return undefined;
    const wanted = this.#live.get(set) ?? new Map<string, number>();
    const time = this.#clock.monotonic();
    const found = await this.#elements(set);
    for (const [element, until] of wanted) {
      const left = found.get(element);
      if (left === undefined) return set;
      const end = time + left;
      if (end !== until && !(Math.abs(end - until) <= LATITUDE_MS)) return set;
    }
    for (const [element, left] of found) if (time + left > soon + LATITUDE_MS && !wanted.has(element)) return set;
    return undefined;
  }

  /** All sets that are ours by name, and those of `others`. */
  async #headers(others?: RegExp): Promise<Map<string, Header>> {
    const outcome = await this.#run(["list", "-t"]);
    if (outcome.exitCode !== 0) throw this.#failure(outcome);
    const found = new Map<string, Header>();
    for (const block of outcome.stdout.split("\n\n")) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
      const name = field("Name");
      if (name === undefined || ![SCOPE_SET, ALLOW_SET, others].some((shape) => shape?.test(name))) continue;
      const entries = field("Number of entries");
      found.set(name, {
        type: field("Type") ?? "",
        header: field("Header") ?? "",
        entries: entries === undefined ? undefined : Number(entries),
      });
    }
    return found;
  }

  /** Element → milliseconds that are left of it. The kernel tells whole seconds, rounded down. */
  async #elements(set: string): Promise<Map<string, number>> {
    const outcome = await this.#run(["save", set]);
    if (outcome.exitCode !== 0) throw this.#failure(outcome);
    const found = new Map<string, number>();
    for (const match of outcome.stdout.matchAll(/^add \S+ (\S+)(?: timeout (\d+))?/gm)) {
      const [, text = "", left = "0"] = match;
      const network = parseNetwork(text);
      if (!network) continue;
      // ipset says 0 for permanent elements only: one in its last second has 1.
      found.set(formatNetwork(network), left === "0" ? Number.POSITIVE_INFINITY : Number(left) * 1000);
    }
    return found;
  }

  async #restore(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const outcome = await this.#run(["restore"], lines);
    if (outcome.exitCode !== 0) throw this.#failure(outcome);
  }

  #run(args: readonly string[], lines?: readonly string[]): Promise<Outcome> {
    return run(this.#ipset, args, {
      timeoutMs: this.#timeoutMs,
      // A million elements are some 60 MB of text.
      maxOutput: 256 * 1024 * 1024,
      ...(lines ? { input: `${lines.join("\n")}\n` } : {}),
    });
  }

  #failure(outcome: Outcome): BailiffError {
    const said = toolSaid(outcome);
    if (!/not permitted|Permission denied/i.test(said)) return this.#broken(`${this.#ipset} ${said}`);
    return new BailiffError("FIREWALL_REFUSED", `cannot change the firewall: ${this.#ipset} ${said}`, {
      hint: "start it with `systemctl start bailiff`, or as root; the unit grants CAP_NET_ADMIN",
    });
  }

  #broken(what: string): BailiffError {
    return new BailiffError("FIREWALL_BROKEN", `cannot change the firewall: ${what}`, {
      hint: "look at it with `ipset list -t`; the kernel needs the modules ip_set and ip_set_hash_net",
    });
  }
}

interface SetName {
  readonly name: string;
  readonly family: Family;
  readonly type: "hash:ip" | "hash:net";
  readonly timed: boolean;
}

/** Two per family: whole addresses, and prefixes of any length, which hash:net keeps apart even where they overlap. */
function setsOf(scope: string, families: readonly Family[]): SetName[] {
  return families.flatMap((family): SetName[] => [
    { name: setName(scope, family, true), family, type: "hash:ip", timed: true },
    { name: setName(scope, family, false), family, type: "hash:net", timed: true },
  ]);
}

/** "bailiff4-tcp_22", "bailiff4n-tcp_22" for networks: 31 characters at most, the kernel's limit. */
function setName(scope: string, family: Family, whole: boolean): string {
  return `bailiff${family === "ip" ? 4 : 6}${whole ? "" : "n"}-${scope}`;
}

const SCOPE_SET = /^bailiff[46]n?-([a-z][a-z0-9_]{0,20})$/;

function allowSet(family: Family): string {
  return `bailiff${family === "ip" ? 4 : 6}.allow`;
}

/** Of a probe; they stay when it is killed in the middle. */
const PROBE_SET = /^bailiff-probe-\d+-\d$/;

const ALLOW_SET = /^bailiff[46]\.allow(?:\.new)?$/;

function inet(family: Family): string {
  return family === "ip" ? "inet" : "inet6";
}

/** hash:net does not take /0: both halves instead. */
function halves(network: Network): Network[] {
  if (network.length > 0) return [network];
  const texts = network.family === "ip" ? ["0.0.0.0/1", "128.0.0.0/1"] : ["::/1", "8000::/1"];
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}

function fits(header: Header | undefined, set: SetName): boolean {
  if (!header) return true;
  const words = header.header.split(" ");
  return (
    header.type === set.type &&
    words[words.indexOf("family") + 1] === inet(set.family) &&
    !words.includes("netmask") &&
    words.includes("timeout") === set.timed
  );
}

/** Did ipset run, and object to a line? */
function isAboutOneLine(outcome: Outcome): boolean {
  return (
    outcome.exitCode !== undefined && /Error in line \d+/.test(outcome.stderr) && !/not permitted/.test(outcome.stderr)
  );
}

function failedLine(outcome: Outcome): number | undefined {
  const at = /Error in line (\d+)/.exec(outcome.stderr)?.[1];
  return at === undefined ? undefined : Number(at) - 1;
}
