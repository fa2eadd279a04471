import type { WatchedJail } from "../config/resolve.ts";
import type { Request } from "../control/protocol.ts";
import type {
  BanReport,
  JailReport,
  JailSummary,
  SourceReport,
  StatusReport,
  UntrustedReport,
  WhyJail,
  WhyReport,
} from "../control/report.ts";
import {
  contains,
  FULL,
  formatNetwork,
  type Network,
  networkOf,
  overlaps,
  parseAddress,
  parseNetwork,
} from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
import { describeScope } from "../core/scope.ts";
import { formatDuration, type Instant } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import { findInPlace } from "../firewalls/index.ts";
import type { PastBan } from "../store/store.ts";
import type { Daemon } from "./daemon.ts";
import { lossesOf } from "./losses.ts";
import { cure } from "./suspicions.ts";

const HISTORY_LIMIT = 10_000;

export type Asked<Command extends Request["command"]> = Extract<Request, { command: Command }>;

/**
 * What the agent tells of itself; nothing is changed by it. `lines`: whoever asks may read the journal, and so what is kept
 * of it. A name in it may be a password, mistyped.
 */
export class Reports {
  readonly #daemon: Daemon;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** Of the whole agent. */
  status(): StatusReport {
    const daemon = this.#daemon;
    const { watch, firewall, carry, waves, probed, config, store, options } = daemon;
    const troubles = daemon.troubles();
    const { sources, evicted } = watch.tracked();
    return {
      version: options.version,
      since: iso(daemon.began),
      health: troubles.length === 0 ? "ok" : "degraded",
      troubles,
      notes: daemon.notes,
      firewall: {
        name: firewall.name,
        why: probed.why,
        limits: firewall.limits,
        held: store.activeBans(this.#now()).length,
        pending: carry.pending + waves.pending,
        repairs: carry.repairs,
      },
      sources: daemon.feeds.list().map(({ source, state, trouble }): SourceReport => {
        const { description, counters, troubles: own } = source.status();
        return {
          name: source.name,
          description,
          state,
          counters,
          troubles: trouble === undefined ? own : [trouble, ...own],
        };
      }),
      jails: this.summaries(),
      tracked: sources,
      evicted,
      untrusted: watch.suspicions.accusing,
      config: config.file,
      state: options.config.state.directory,
    };
  }

  /** Of the jails that watch, of those that have bans, and of those that are asked for. */
  summaries(...asked: readonly string[]): JailSummary[] {
    const bans = this.#daemon.store.activeBans(this.#now());
    const totals = this.#daemon.store.totals();
    const count = (name: string): number => bans.filter(({ jail }) => jail === name).length;
    const summaries = this.#daemon.watch.listeners.map((watched): JailSummary => {
      const { jail, filter, mode } = watched;
      const total = totals.get(jail.name);
      return {
        name: jail.name,
        filter: filter.name,
        mode,
        dryRun: jail.dryRun,
        paused: this.#daemon.watch.isPaused(jail.name),
        health: this.#losses(watched).length > 0 ? "degraded" : "ok",
        failing: this.#daemon.watch.failing(jail.name),
        failuresTotal: total?.failures ?? 0,
        banned: count(jail.name),
        bannedTotal: total?.bans ?? 0,
      };
    });
    const known = new Set(summaries.map(({ name }) => name));
    const others = new Set([...asked, ...bans.map(({ jail }) => jail)]);
    return [
      ...summaries,
      ...[...others]
        .filter((name) => !known.has(name))
        .map((name) => ({
          name,
          filter: "-",
          mode: "-",
          dryRun: false,
          paused: false,
          health: "ok" as const,
          failing: 0,
          failuresTotal: totals.get(name)?.failures ?? 0,
          banned: count(name),
          bannedTotal: totals.get(name)?.bans ?? 0,
        })),
    ];
  }

  #losses(watched: Pick<WatchedJail, "filter" | "sources">): readonly string[] {
    return lossesOf(
      watched,
      this.#daemon.feeds.list().map(({ source }) => source),
    );
  }

  /** @throws BailiffError JAIL_UNKNOWN */
  jail(name: string): JailReport {
    const summary = this.knows(name) ? this.summaries(name).find((each) => each.name === name) : undefined;
    if (!summary) throw this.unknownJail(name);
    const now = this.#now();
    const bans = this.#daemon.store.activeBans(now).filter((ban) => ban.jail === name);
    const watched = this.#daemon.watch.find(name);
    const rules = watched?.filter.rules.provenance;
    const { escalation } = this.#daemon.watch;
    const escalates = escalation?.jail.name === name ? escalation : undefined;
    const lasts = watched?.jail.bantime ?? escalates?.bantime;
    const within = watched?.jail.findtime ?? escalates?.findtime;
    return {
      ...summary,
      troubles: watched ? this.#losses(watched) : [],
      description: watched
        ? `filter ${watched.filter.name}`
        : escalates
          ? "whom other jails banned again and again"
          : "bans without a jail of this name in the configuration",
      identifiers: rules?.identifiers ?? [],
      units: rules?.units ?? [],
      widened: watched?.widened ?? [],
      ports: describeScope(this.#daemon.scopes.of(name)),
      maxretry: watched?.jail.maxretry ?? escalates?.bans ?? 0,
      findtime: within === undefined ? "-" : formatDuration(within),
      bantime: lasts === undefined ? "-" : formatDuration(lasts),
      ignoreip: [...(this.#daemon.watch.ignores.get(name)?.parts.values() ?? [])].flat().map(formatNetwork),
      entries: watched?.counters.entries ?? 0,
      named: watched?.counters.named ?? 0,
      ignored: watched?.counters.ignored ?? 0,
      spared: Object.fromEntries(watched?.counters.spared ?? []),
      untrusted: Object.fromEntries(watched?.counters.untrusted ?? []),
      bans: bans
        .sort((a, b) => (a.until ?? Number.POSITIVE_INFINITY) - (b.until ?? Number.POSITIVE_INFINITY))
        .map((ban) => report(ban, now)),
      wouldBan: this.#daemon.watch.wouldBans.of(name, now).map((ban) => report(ban, now)),
    };
  }

  untrusted(lines: boolean): UntrustedReport[] {
    return this.#daemon.watch.suspicions.list().map((suspicion) => {
      const { message, identifier, source, origin } = suspicion.sample;
      const of = origin.kind === "journal" ? origin : undefined;
      return {
        filter: suspicion.filter,
        reason: suspicion.reason,
        count: suspicion.count,
        accusing: suspicion.accusing,
        last: iso(suspicion.last),
        sample: {
          source,
          ...(lines ? { message } : {}),
          ...(identifier === undefined ? {} : { identifier }),
          ...(of?.unit === undefined ? {} : { unit: of.unit }),
          ...(of?.uid === undefined ? {} : { uid: of.uid }),
          ...(of?.transport === undefined ? {} : { transport: of.transport }),
        },
        hint: cure(suspicion),
      };
    });
  }

  /** Newest first. @throws BailiffError JAIL_UNKNOWN, ADDRESS_INVALID */
  banned({ target, jail }: Asked<"banned">, lines: boolean): BanReport[] {
    if (jail !== undefined && !this.knows(jail)) throw this.unknownJail(jail);
    const now = this.#now();
    const bans =
      target === undefined ? this.#daemon.store.activeBans(now) : this.#daemon.store.bansOf(readTarget(target), now);
    return bans
      .filter((ban) => jail === undefined || ban.jail === jail)
      .sort((a, b) => b.from - a.from)
      .map((ban) => (target !== undefined && lines ? this.#explained(ban, now) : report(ban, now)));
  }

  #explained(ban: Ban, now: Instant): BanReport {
    // What led to the jail's ban before an admin's own is not why he banned.
    if (ban.cause.kind === "manual") return report(ban, now);
    const lines = this.#daemon.watch.evidence.of(ban.jail, ban.target);
    if (lines.length === 0) return report(ban, now);
    return { ...report(ban, now), matches: lines.map(({ at, text }) => ({ time: iso(at), line: text })) };
  }

  /** @throws BailiffError ADDRESS_INVALID */
  async why(text: string, lines: boolean): Promise<WhyReport> {
    const { watch, guard, store, scopes } = this.#daemon;
    const target = readTarget(text);
    await guard.lookAtSessions();
    const now = this.#now();
    const rule = guard.forJails(target);
    const isOver = ({ lifted, until }: PastBan): boolean =>
      lifted !== undefined || (until !== undefined && until <= now);
    return {
      address: formatNetwork(target),
      bans: store.bansOf(target, now).map((ban) => ({
        ...(lines ? this.#explained(ban, now) : report(ban, now)),
        ports: describeScope(scopes.of(ban.jail)),
      })),
      firewall: this.#daemon.firewall.name,
      past: store.past(target, HISTORY_LIMIT).filter(isOver).length,
      ...(rule === undefined ? {} : { protected: rule }),
      jails: watch.listeners
        .map((watched) => this.#whyJail(watched, target, lines))
        .filter(({ ignored, paused, counts }) => ignored !== undefined || paused || counts.length > 0),
      wouldBan: watch.listeners
        .flatMap(({ jail }) => watch.wouldBans.of(jail.name, now))
        .filter((ban) => overlaps(ban.target, target))
        .map((ban) => report(ban, now)),
      untrusted: this.untrusted(true)
        .filter(({ accusing, sample }) => accusing > 0 && names(sample.message ?? "", target))
        .map((entry) => (lines ? entry : withoutLine(entry))),
      countable: watch.listeners.some(({ jail }) => target.length >= jail.lengths[target.family]),
      ...this.waiting(),
    };
  }

  #whyJail({ jail }: WatchedJail, target: Network, lines: boolean): WhyJail {
    const { watch } = this.#daemon;
    const ignored = watch.ruleFor(jail.name, target);
    const address = target.length >= jail.lengths[target.family] ? parseAddress(target.text) : undefined;
    return {
      jail: jail.name,
      ...(ignored === undefined ? {} : { ignored }),
      paused: watch.isPaused(jail.name),
      dryRun: jail.dryRun,
      maxretry: jail.maxretry,
      findtime: formatDuration(jail.findtime),
      counts: (address === undefined ? [] : watch.seen(jail.name, address)).map(({ of, matches, ...count }) => ({
        of: formatNetwork(of),
        ...count,
        ...(lines ? { matches: matches.map(({ entry }) => ({ time: iso(entry.time), line: entry.message })) } : {}),
      })),
    };
  }

  /** @throws BailiffError ADDRESS_INVALID */
  history(target: string): (BanReport & { lifted?: string })[] {
    const now = this.#now();
    return this.#daemon.store.past(readTarget(target), HISTORY_LIMIT).map(({ lifted, ...ban }: PastBan) => ({
      ...report(ban, now),
      // `until` is when it would have ended.
      ...(lifted === undefined ? {} : { lifted: iso(lifted), remaining: 0 }),
    }));
  }

  /** What is decided is kept, and in force as soon as the firewall takes it. */
  waiting(): { readonly waiting?: string } {
    const { carry, lacksFirewall, probed } = this.#daemon;
    const waiting = lacksFirewall ? probed.why : carry.waiting;
    return waiting === undefined ? {} : { waiting };
  }

  async firewall(): Promise<unknown> {
    const { firewall } = this.#daemon;
    const layout = this.#daemon.layout();
    const found = await findInPlace(firewall, layout.scopes);
    const dropped = new Map(found?.scopes.map(({ name, packets, bytes }) => [name, { packets, bytes }]));
    const held = new Map<string, number>();
    for (const { scope } of await firewall.held()) held.set(scope, (held.get(scope) ?? 0) + 1);
    return {
      name: firewall.name,
      limits: firewall.limits,
      ...(found === undefined ? {} : { present: found.present, commands: found.commands }),
      scopes: layout.scopes.map((scope) => ({
        name: scope.name,
        what: describeScope(scope),
        action: scope.action,
        held: held.get(scope.name) ?? 0,
        ...dropped.get(scope.name),
      })),
      allow: layout.allow.map(formatNetwork),
    };
  }

  knows(jail: string): boolean {
    return this.#daemon.scopes.of(jail) !== undefined || this.#daemon.watch.find(jail) !== undefined;
  }

  unknownJail(name: string): BailiffError {
    if (this.#daemon.config.disabled.includes(name))
      return new BailiffError("JAIL_UNKNOWN", `the jail ${JSON.stringify(name)} is not watched`, {
        hint: 'take "enabled": false out of the configuration, and `bailiff reload`',
      });
    const names = this.#daemon.watch.listeners.map(({ jail }) => jail.name);
    return new BailiffError("JAIL_UNKNOWN", `there is no jail ${JSON.stringify(name)}`, {
      hint: names.length > 0 ? `there are: ${names.join(", ")}` : 'add one to "jails" in the configuration',
    });
  }

  #now(): Instant {
    return this.#daemon.clock.now();
  }
}

/** @throws BailiffError ADDRESS_INVALID */
export function readTarget(text: string, names = "names are not looked up"): Network {
  const network = parseNetwork(text);
  if (network) return network;
  throw new BailiffError("ADDRESS_INVALID", `${JSON.stringify(text)} is not an address or prefix`, {
    hint: `write it in full: 192.0.2.7, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/64; ${names}`,
  });
}

function withoutLine({ sample: { message: _, ...sample }, ...entry }: UntrustedReport): UntrustedReport {
  return { ...entry, sample };
}

/** Whether the text has the target's address in it, for itself. */
function names(text: string, target: Network): boolean {
  return text.split(/[^\w:.]+/).some((word) => {
    const address = parseAddress(word.replace(/[.:]+$/, ""));
    return address !== undefined && contains(target, networkOf(address, FULL[address.family]));
  });
}

function report(ban: Ban, now: Instant): BanReport {
  const { cause } = ban;
  return {
    address: formatNetwork(ban.target),
    jail: ban.jail,
    from: iso(ban.from),
    ...(ban.until === undefined
      ? {}
      : { until: iso(ban.until), remaining: Math.max(0, Math.ceil((ban.until - now) / 1000)) }),
    cause: cause.kind,
    ...(cause.kind === "offence" ? { failures: cause.failures } : {}),
    ...(cause.kind === "offence" && cause.spread !== undefined ? { sources: cause.spread } : {}),
    ...(cause.kind === "escalation" ? { bans: cause.bans } : {}),
    ...(cause.kind === "manual"
      ? { by: cause.by, ...(cause.reason === undefined ? {} : { reason: cause.reason }) }
      : {}),
  };
}

export function iso(at: Instant): string {
  return new Date(at).toISOString();
}
