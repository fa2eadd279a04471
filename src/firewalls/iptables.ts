import { type Family, formatNetwork, type Network, parseNetwork } from "../core/address.ts";
import { type Change, type Held, heldKey, type Scope } from "../core/ban.ts";
import { type Duration, type Instant, instant, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
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
  type Variant,
  withoutIp6,
  type XtablesPaths,
} from "./xtables.ts";

/** Rules are tried one after the other for every packet: past this many a host slows down for everybody. */
export const MOST_RULES = 2000;

/** xt_time counts to here (--datestop up to 2038-01-19T04:17:07). A later end is set to this, and `held` says so. */
const LATEST = instant(Date.UTC(2038, 0, 19, 0, 0, 0));

export interface IptablesOptions extends NftablesOnly {
  readonly clock: Clock;
  /** Default: whatever `iptables` is on this system. */
  readonly variant?: Variant;
  /** Default: found where programs are. A family without programs is not served, and `limits` says so. */
  readonly programs?: { readonly ip: XtablesPaths; readonly ip6?: XtablesPaths };
  /** Rules per family; default 2000. */
  readonly maxRules?: number;
  /** How often `disturbed` looks; default 10 s. There is nothing to listen to. */
  readonly lookEvery?: Duration;
  /** Time one program may take; default 30 s. */
  readonly timeoutMs?: number;
}

/** For systems without nftables and without ipset: a rule per ban, which the kernel ends by -m time. */
export function iptables(options: IptablesOptions): Firewall {
  const ip = findXtables("ip", options.variant);
  const ip6 = findXtables("ip6", options.variant);
  const programs = options.programs ?? (ip && { ip, ...(ip6 ? { ip6 } : {}) });
  if (!programs) {
    throw new BailiffError("FIREWALL_MISSING", "iptables is not installed", {
      hint: "install the package nftables, or else iptables (and ipset)",
    });
  }
  return new IptablesFirewall(options, programs);
}

const NOTHING: Layout = { scopes: [], lengths: { ip: [], ip6: [] }, allow: [] };

class IptablesFirewall implements Firewall {
  readonly name = "iptables";
  limits: readonly string[] = [];
  readonly #clock: Clock;
  readonly #chains: readonly Chains[];
  /** Clears the engine of iptables that is not in use; true when there was anything. */
  readonly #clearOther: () => Promise<boolean>;
  readonly #notDone: readonly string[];
  readonly #maxRules: number;
  readonly #lookEvery: Duration;
  readonly #one = serial();
  #layout: Layout = NOTHING;
  #scopes: ReadonlyMap<string, Scope> = new Map();
  #families: readonly Family[] = [];
  /** What our chains hold, by element. Every write writes all of it. */
  #rules = new Map<string, Held>();

  constructor(options: IptablesOptions, programs: NonNullable<IptablesOptions["programs"]>) {
    this.#clock = options.clock;
    this.#notDone = notDone(options);
    this.#maxRules = options.maxRules ?? MOST_RULES;
    this.#lookEvery = options.lookEvery ?? seconds(10);
    const timeoutMs = options.timeoutMs ?? 30_000;
    this.#clearOther = async () => {
      let any = false;
      for (const family of ["ip", "ip6"] as const) {
        // Programs that were given are all there is.
        const paths = options.programs ? undefined : programs[family];
        if (paths && (await clearOtherVariant(family, paths, timeoutMs))) any = true;
      }
      return any;
    };
    this.#chains = (["ip", "ip6"] as const).flatMap((family) => {
      const paths = programs[family];
      return paths ? [new Chains(family, paths, timeoutMs)] : [];
    });
  }

  prepare(layout: Layout): Promise<void> {
    return this.#one(async () => {
      this.#scopes = admit(layout);
      this.#layout = layout;
      const limits = [
        `at most ${this.#maxRules} bans per address family; beyond that the soonest to end are left out`,
        "a ban ends up to a second late, and follows the system's clock when that is set",
        "a ban past January 2038 is put into the kernel until then, and extended while bailiff runs",
        "changes by others are noticed within seconds, not at once: iptables tells nobody",
        ...this.#notDone,
      ];
      if (!this.#chains.some((chains) => chains.family === "ip6")) {
        limits.push(withoutIp6("ip6tables is not installed"));
      }
      const families: Family[] = [];
      const rules = new Map<string, Held>();
      for (const chains of this.#chains) {
        try {
          for (const held of await this.#read(chains)) {
            if (this.#scopes.has(held.scope)) rules.set(heldKey(held), held);
          }
          await this.#write(chains, rules);
          families.push(chains.family);
          limits.push(...chains.limits);
        } catch (error) {
          // IPv4 is worth having without IPv6, as long as nobody is left to believe otherwise.
          if (chains.family === "ip" || !(error instanceof BailiffError)) throw error;
          limits.push(withoutIp6(error.message));
        }
      }
      if (layout.scopes.some((scope) => scope.action === "reject")) limits.push(REJECT_LIMIT);
      const first = this.#families.length === 0;
      this.#families = families;
      this.#rules = rules;
      this.limits = limits;
      if (first) await this.#clearOther();
    });
  }

  apply(changes: Iterable<Change>): Promise<readonly Refusal[]> {
    return this.#one(async () => {
      const refusals: Refusal[] = [];
      const rules = new Map(this.#rules);
      const touched = new Set<Family>();
      for (const change of changes) {
        const reason = objection(change, this.#scopes) ?? this.#take(change, rules);
        if (reason === undefined) touched.add(change.target.family);
        else refusals.push({ change, reason });
      }
      for (const chains of this.#chains) {
        if (!touched.has(chains.family) || !this.#families.includes(chains.family)) continue;
        const moving = this.#moving(chains.family, rules);
        if (moving.length > 0) await this.#write(chains, new Map([...rules, ...moving]));
        refusals.push(...this.#evict(chains.family, rules));
        await this.#write(chains, rules);
        // Family by family, so that what is remembered is what was written even if the other one fails.
        this.#rules = new Map([
          ...[...this.#rules].filter(([, held]) => held.target.family !== chains.family),
          ...[...rules].filter(([, held]) => held.target.family === chains.family),
        ]);
      }
      return refusals;
    });
  }

  held(): Promise<readonly Held[]> {
    return this.#one(async () => {
      const held: Held[] = [];
      for (const chains of this.#chains) {
        if (this.#families.length > 0 && !this.#families.includes(chains.family)) continue;
        try {
          held.push(...(await this.#read(chains)));
        } catch (error) {
          // Before prepare it is not known whether there is IPv6 here; what is not there holds nothing.
          if (chains.family === "ip" || this.#families.length > 0) throw error;
        }
      }
      this.#rules = new Map(held.map((one) => [heldKey(one), one]));
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
    return this.#one(() => this.#look());
  }

  remove(): Promise<boolean> {
    return this.#one(async () => {
      const removed = await removeAll(this.#chains, this.#families);
      const other = await this.#clearOther();
      this.#rules.clear();
      this.#scopes = new Map();
      this.#layout = NOTHING;
      this.#families = [];
      return removed || other;
    });
  }

  /** Puts one change into `rules`; a sentence when it cannot be. */
  #take(change: Change, rules: Map<string, Held>): string | undefined {
    const { scope, target } = change;
    if (change.kind === "unban") {
      rules.delete(heldKey(change));
      return undefined;
    }
    if (!this.#families.includes(target.family)) return NO_IP6;
    const now = this.#clock.now();
    const left = timeout(change.until, now);
    const until = left === undefined ? undefined : instant(Math.min(now + left * 1000, LATEST));
    if (until !== undefined && until <= now) return "-m time of iptables ends in January 2038";
    rules.set(heldKey(change), { scope, target, ...(until === undefined ? {} : { until }) });
    return undefined;
  }

  /**
   * Of what is held, what goes into a scope that has another action, and so into another table: each table is a transaction
   * of its own, and whoever moves has to be in the new one before he is taken out of the old.
   */
  #moving(family: Family, rules: ReadonlyMap<string, Held>): [string, Held][] {
    const gone = [...this.#rules].filter(([key, held]) => held.target.family === family && !rules.has(key));
    if (gone.length === 0) return [];
    const rejects = ({ scope }: Held): boolean => this.#scopes.get(scope)?.action === "reject";
    const place = (held: Held, reject: boolean): string => `${reject} ${formatNetwork(held.target)}`;
    const places = new Set([...rules.values()].map((held) => place(held, rejects(held))));
    return gone.filter(([, held]) => places.has(place(held, !rejects(held))));
  }

  /** Leaves the soonest to end out, so that what is meant to last longest has the room. */
  #evict(family: Family, rules: Map<string, Held>): Refusal[] {
    const now = this.#clock.now();
    for (const [key, held] of rules) if (held.until !== undefined && held.until <= now) rules.delete(key);
    const here = [...rules].filter(([, held]) => held.target.family === family);
    const surplus = here.sort(([, a], [, b]) => end(b) - end(a)).slice(this.#maxRules);
    return surplus.map(([key, held]) => {
      rules.delete(key);
      return {
        change: { kind: "ban", ...held },
        reason: `plain iptables has room for ${this.#maxRules} bans, and this one is among the soonest to end`,
      };
    });
  }

  async #look(): Promise<string | undefined> {
    try {
      for (const chains of this.#chains) {
        if (!this.#families.includes(chains.family)) continue;
        const sentence = await chains.damage();
        if (sentence) return sentence;
        // What has ended matches nothing any more, but every packet is still held against it.
        const now = this.#clock.now();
        const ended = [...this.#rules].filter(
          ([, held]) => held.target.family === chains.family && held.until !== undefined && held.until <= now,
        );
        if (ended.length > 0) {
          for (const [key] of ended) this.#rules.delete(key);
          await this.#write(chains, this.#rules);
        }
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof BailiffError)) throw error;
      // Not knowing is a reason to look closer; the reconciliation that follows meets the same error and tells it.
      return `the firewall could not be checked: ${error.message}`;
    }
  }

  async #write(chains: Chains, rules: ReadonlyMap<string, Held>): Promise<void> {
    const { family } = chains;
    const byScope = Map.groupBy(
      [...rules.values()].filter((held) => held.target.family === family),
      (held) => held.scope,
    );
    const allowed = this.#layout.allow.filter((network) => network.family === family);
    await chains.write({
      scopes: this.#layout.scopes,
      allow: allowed.map(source),
      offenders: (scope: Scope) =>
        (byScope.get(scope.name) ?? []).map((held) => `${source(held.target)}${stop(held.until)}`),
    });
  }

  /** What the kernel holds, without what has ended. */
  async #read(chains: Chains): Promise<Held[]> {
    const now = this.#clock.now();
    const held: Held[] = [];
    for (const [scope, rules] of await chains.scopeRules()) {
      for (const rule of rules) {
        const one = parseRule(rule, chains.family);
        if (one && (one.until === undefined || one.until > now)) held.push({ scope, ...one });
      }
    }
    return held;
  }
}

function end(held: Held): number {
  return held.until ?? Number.MAX_VALUE;
}

function source(network: Network): string {
  return `-s ${network.text}/${network.length}`;
}

/** The kernel compares whole seconds, and the last one still matches: so the one before the end, rounded up. */
function stop(until: Instant | undefined): string {
  if (until === undefined) return "";
  const last = Math.ceil(until / 1000) * 1000 - 1000;
  return ` -m time --datestop ${new Date(last).toISOString().slice(0, 19)}`;
}

/** A rule of a scope's chain as iptables-save prints it; undefined for one that is not ours. */
export function parseRule(rule: string, family: Family): Pick<Held, "target" | "until"> | undefined {
  const shape = /^(?:-s (\S+) )?(?:-m time --datestop (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d) )?-j BAILIFF-ACT$/.exec(rule);
  if (!shape) return undefined;
  // iptables leaves out a source that is everything.
  const target = parseNetwork(shape[1] ?? (family === "ip" ? "0.0.0.0/0" : "::/0"));
  if (!target) return undefined;
  if (shape[2] === undefined) return { target };
  const last = Date.parse(`${shape[2]}Z`);
  return Number.isNaN(last) ? undefined : { target, until: instant(last + 1000) };
}
