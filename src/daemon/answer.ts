import type { WatchedJail } from "../config/resolve.ts";
import type { Request } from "../control/protocol.ts";
import type {
  BanReport,
  ChangeReport,
  IgnoreReport,
  JailReport,
  JailSummary,
  ReloadReport,
  SourceReport,
  StatsReport,
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
  sameNetwork,
} from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
import { MANUAL } from "../core/jail.ts";
import { describeScope } from "../core/scope.ts";
import { after, formatDuration, type Instant, parseDuration, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import { findInPlace, findLeaks } from "../firewalls/index.ts";
import * as tell from "../log/event.ts";
import type { PastBan } from "../store/store.ts";
import type { Daemon } from "./daemon.ts";
import { difference, onlyAfterRestart } from "./difference.ts";
import { lossesOf } from "./losses.ts";
import { cure } from "./suspicions.ts";
import { lengthOf } from "./watch.ts";

/** What a ban given by hand lasts where neither the command nor a jail says. */
const MANUAL_BANTIME = seconds(3600);
const HISTORY_LIMIT = 10_000;

type Asked<Command extends Request["command"]> = Extract<Request, { command: Command }>;

/** Answers to what is asked over the control socket. */
export class Answers {
  readonly #daemon: Daemon;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** `lines`: whoever asks may read the journal, and so what is kept of it. A name in it may be a password, mistyped. */
  async answer(request: Request, { lines }: { readonly lines: boolean }): Promise<unknown> {
    switch (request.command) {
      case "ping":
        return { version: this.#daemon.options.version };
      case "status":
        return request.jail === undefined ? this.#status() : this.#jail(request.jail);
      case "untrusted":
        return this.#untrusted(lines);
      case "banned":
        return this.#banned(request, lines);
      case "why":
        return this.#why(request.target, lines);
      case "history":
        return this.#history(request.target);
      case "stats":
        return { jails: this.#summaries() } satisfies StatsReport;
      case "ban":
        return this.#ban(request);
      case "unban":
        return this.#unban(request);
      case "reload":
        return this.#reload(request);
      case "ignore":
        return this.#ignore(request);
      case "pause":
        return this.#pause(request);
      case "firewall":
        return request.action === "check" ? findLeaks(this.#daemon.firewall) : this.#firewall();
    }
  }

  #status(): StatusReport {
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
      jails: this.#summaries(),
      tracked: sources,
      evicted,
      untrusted: watch.suspicions.accusing,
      config: config.file,
      state: options.config.state.directory,
    };
  }

  /** Of the jails that watch, of those that have bans, and of those that are asked for. */
  #summaries(...asked: readonly string[]): JailSummary[] {
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

  #jail(name: string): JailReport {
    const summary = this.#knows(name) ? this.#summaries(name).find((each) => each.name === name) : undefined;
    if (!summary) throw this.#unknownJail(name);
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

  #untrusted(lines: boolean): UntrustedReport[] {
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

  #banned({ target, jail }: Asked<"banned">, lines: boolean): BanReport[] {
    if (jail !== undefined && !this.#knows(jail)) throw this.#unknownJail(jail);
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

  async #why(text: string, lines: boolean): Promise<WhyReport> {
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
      untrusted: this.#untrusted(true)
        .filter(({ accusing, sample }) => accusing > 0 && names(sample.message ?? "", target))
        .map((entry) => (lines ? entry : withoutLine(entry))),
      countable: watch.listeners.some(({ jail }) => target.length >= jail.lengths[target.family]),
      ...this.#waiting(),
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

  #history(target: string): (BanReport & { lifted?: string })[] {
    const now = this.#now();
    return this.#daemon.store.past(readTarget(target), HISTORY_LIMIT).map(({ lifted, ...ban }: PastBan) => ({
      ...report(ban, now),
      // `until` is when it would have ended.
      ...(lifted === undefined ? {} : { lifted: iso(lifted), remaining: 0 }),
    }));
  }

  async #ban(request: Asked<"ban">): Promise<ChangeReport> {
    const { store, watch, guard, options } = this.#daemon;
    const jail = request.jail ?? MANUAL;
    const scope = this.#daemon.scopes.of(jail);
    if (scope === undefined) throw watch.find(jail) ? bansNobody(jail) : this.#unknownJail(jail);
    await guard.lookAtSessions();
    const now = this.#now();
    const length =
      request.seconds === undefined
        ? (watch.find(jail)?.jail.bantime ?? MANUAL_BANTIME)
        : parseDuration(request.seconds);
    if (length === undefined)
      throw new BailiffError("USAGE", "the duration must be positive, or -1 for ever", { hint: "write --for 1h" });
    const until = after(now, length);
    const bans: Ban[] = [];
    const refused: { address: string; code: string; why: string }[] = [];
    const seen = new Set<string>();
    for (const text of request.targets) {
      const found = manualTarget(text, watch.find(jail)?.jail.lengths);
      if (found instanceof BailiffError) {
        refused.push({ address: text, code: found.code, why: found.message });
        continue;
      }
      const address = text.includes("/") ? found : readTarget(text);
      // As a jail does: where its prefix may not be banned, the address alone.
      const narrower = this.#refusal(jail, found) === undefined ? undefined : address;
      const rule = narrower && this.#refusal(jail, narrower);
      if (rule !== undefined) {
        refused.push({ address: formatNetwork(address), code: "REFUSED", why: `it is protected: ${rule}` });
        continue;
      }
      const cause = {
        kind: "manual",
        by: "command",
        ...(request.reason === undefined ? {} : { reason: request.reason }),
      } as const;
      const target = narrower ?? found;
      // Two addresses of a /64, or one named twice, are one ban.
      if (seen.has(formatNetwork(target))) continue;
      seen.add(formatNetwork(target));
      bans.push({ jail, target, from: now, ...(until === undefined ? {} : { until }), cause });
    }
    store.save({ at: now, bans });
    const event = this.#daemon.firewall.name === "none" ? tell.wouldBan : tell.banBegun;
    for (const ban of bans) options.log.tell(event(ban, lengthOf(ban)));
    this.#daemon.carry.changed(bans);
    await this.#daemon.carry.settled();
    return {
      done: bans.map((ban) => ({
        address: formatNetwork(ban.target),
        jail,
        ...(ban.until === undefined ? {} : { until: iso(ban.until) }),
      })),
      refused,
      ...(bans.length > 0 && this.#daemon.firewall.name === "none" && !this.#daemon.lacksFirewall
        ? { idle: true }
        : {}),
      ...(bans.length > 0 ? this.#waiting() : {}),
    };
  }

  /** What is decided is kept, and in force as soon as the firewall takes it. */
  #waiting(): { readonly waiting?: string } {
    const { carry, lacksFirewall, probed } = this.#daemon;
    const waiting = lacksFirewall ? probed.why : carry.waiting;
    return waiting === undefined ? {} : { waiting };
  }

  /** Why an admin must not ban the target. */
  #refusal(jail: string, target: Network): string | undefined {
    const { watch, guard } = this.#daemon;
    const rule = guard.forCommands(target);
    if (rule !== undefined) return rule;
    const ignored = watch.ruleFor(jail, target);
    return ignored;
  }

  async #unban({ targets, all, jail }: Asked<"unban">): Promise<ChangeReport> {
    if (!all === !targets) throw new BailiffError("USAGE", "whom?", { hint: "give addresses, or --all" });
    if (jail !== undefined && !this.#knows(jail)) throw this.#unknownJail(jail);
    const { store, options, carry } = this.#daemon;
    const now = this.#now();
    const refused: { address: string; code: string; why: string }[] = [];
    const lifted: Ban[] = [];
    const still: { address: string; jail: string; by: string }[] = [];
    const inJail = (ban: Ban): boolean => jail === undefined || ban.jail === jail;
    if (all) lifted.push(...store.activeBans(now).filter(inJail));
    for (const text of targets ?? []) {
      const target = parseNetwork(text);
      if (!target) {
        refused.push({ address: text, code: "ADDRESS_INVALID", why: "not an address or prefix" });
        continue;
      }
      const found = store.bansOf(target, now).filter(inJail);
      if (found.length === 0) refused.push({ address: text, code: "REFUSED", why: "not banned" });
      // What is in it, or else the narrowest around it. A wider one shuts out others too: whoever means it can say so.
      const narrowest = found.reduce((length, ban) => Math.max(length, ban.target.length), 0);
      const length = Math.min(target.length, narrowest);
      for (const ban of found) {
        if (ban.target.length >= length) lifted.push(ban);
        else still.push({ address: text, jail: ban.jail, by: formatNetwork(ban.target) });
      }
    }
    store.save({ at: now, unbans: lifted.map((ban) => ({ jail: ban.jail, target: ban.target, forget: true })) });
    for (const ban of lifted) options.log.tell(tell.banEnded(ban, "command"));
    carry.changed(lifted);
    await carry.settled();
    return {
      done: lifted.map((ban) => ({ address: formatNetwork(ban.target), jail: ban.jail })),
      refused,
      ...(still.length > 0 ? { still } : {}),
      ...(lifted.length > 0 ? this.#waiting() : {}),
    };
  }

  async #reload(request: Asked<"reload">): Promise<ReloadReport> {
    try {
      return await this.#reloadNow(request);
    } catch (error) {
      if (request.diff !== true) this.#daemon.refuse(error);
      throw error;
    }
  }

  async #reloadNow({ diff, unban = false }: Asked<"reload">): Promise<ReloadReport> {
    const daemon = this.#daemon;
    const next = daemon.options.reread();
    const found = {
      ...difference(daemon.config, next, await daemon.prospect(next, { unban })),
      notes: onlyAfterRestart(daemon.options.config, next).map((name) => `${name}: only after a restart`),
    };
    try {
      if (diff === true) return { applied: false, ...found };
      await daemon.reload(next, { unban });
    } finally {
      daemon.unlearn();
    }
    const { added, removed, changed, unchanged } = found;
    daemon.options.log.tell(
      tell.reloaded({
        added: added.length,
        removed: removed.length,
        changed: changed.length,
        unchanged: unchanged.length,
      }),
    );
    return { applied: true, ...found };
  }

  async #ignore({ action, targets = [] }: Asked<"ignore">): Promise<IgnoreReport> {
    const { watch, store, carry, options } = this.#daemon;
    const networks = targets.map((text) => readTarget(text, 'names belong into "ignoreip" of the configuration'));
    const now = this.#now();
    const refused: { address: string; code: string; why: string }[] = [];
    if (action === "remove") {
      for (const network of networks) {
        if (watch.ignoredByHand.some((known) => sameNetwork(known, network))) continue;
        refused.push({ address: formatNetwork(network), code: "REFUSED", why: "not added by hand" });
      }
    }
    let lifted: Ban[] = [];
    if (action !== "list") {
      const others = watch.ignoredByHand.filter((known) => !networks.some((each) => sameNetwork(each, known)));
      watch.ignoreByHand(action === "add" ? [...others, ...networks] : others);
    }
    if (action === "add") {
      // A network banned by hand stays banned but for those in it who pass, as after a reload.
      const ends = (ban: Ban, network: Network): boolean =>
        ban.cause.kind === "manual" ? contains(network, ban.target) : overlaps(network, ban.target);
      lifted = store.activeBans(now).filter((ban) => networks.some((network) => ends(ban, network)));
      store.save({ at: now, unbans: lifted.map((ban) => ({ jail: ban.jail, target: ban.target, forget: true })) });
      for (const ban of lifted) options.log.tell(tell.banEnded(ban, "ignored now"));
      carry.changed(lifted);
      carry.relayout();
      await carry.settled();
    }
    const found = new Map<string, string>();
    for (const ignores of watch.ignores.values()) {
      for (const [origin, list] of ignores.parts) for (const network of list) found.set(formatNetwork(network), origin);
    }
    return {
      ignored: [...found].map(([network, origin]) => ({ network, origin })),
      lifted: lifted.map((ban) => ({ address: formatNetwork(ban.target), jail: ban.jail })),
      refused,
    };
  }

  #pause({ jail, paused }: Asked<"pause">): JailSummary {
    if (!this.#daemon.watch.find(jail)) {
      if (!this.#knows(jail)) throw this.#unknownJail(jail);
      throw new BailiffError("USAGE", `the jail ${JSON.stringify(jail)} reads nothing that could be paused`, {
        hint: "pause the jails that watch",
      });
    }
    this.#daemon.watch.pause(jail, paused);
    this.#daemon.options.log.tell(tell.commanded(paused ? "paused" : "resumed", { jail }));
    return this.#jail(jail);
  }

  async #firewall(): Promise<unknown> {
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

  #knows(jail: string): boolean {
    return this.#daemon.scopes.of(jail) !== undefined || this.#daemon.watch.find(jail) !== undefined;
  }

  #unknownJail(name: string): BailiffError {
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

function bansNobody(jail: string): BailiffError {
  return new BailiffError("REFUSED", `the jail ${JSON.stringify(jail)} bans nobody: it is a dry run`, {
    hint: "ban without --jail, on all ports, or take `dryrun` out of the configuration",
  });
}

function readTarget(text: string, names = "names are not looked up"): Network {
  const network = parseNetwork(text);
  if (network) return network;
  throw new BailiffError("ADDRESS_INVALID", `${JSON.stringify(text)} is not an address or prefix`, {
    hint: `write it in full: 192.0.2.7, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/64; ${names}`,
  });
}

/** A bare address is banned as the jail would ban it: an IPv6 address with its /64. */
function manualTarget(
  text: string,
  lengths: { readonly ip: number; readonly ip6: number } | undefined,
): Network | BailiffError {
  try {
    const network = readTarget(text);
    if (text.includes("/")) return network;
    const length = (lengths ?? { ip: 32, ip6: 64 })[network.family];
    return parseNetwork(`${network.text}/${length}`) ?? network;
  } catch (error) {
    if (error instanceof BailiffError) return error;
    throw error;
  }
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

function iso(at: Instant): string {
  return new Date(at).toISOString();
}
