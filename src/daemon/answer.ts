import type { Request } from "../control/protocol.ts";
import type { ChangeReport, IgnoreReport, JailSummary, ReloadReport, StatsReport } from "../control/report.ts";
import { contains, formatNetwork, type Network, overlaps, parseNetwork, sameNetwork } from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
import { MANUAL } from "../core/jail.ts";
import { after, type Instant, parseDuration, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import { findLeaks } from "../firewalls/index.ts";
import * as tell from "../log/event.ts";
import type { Daemon } from "./daemon.ts";
import { difference, onlyAfterRestart } from "./difference.ts";
import { type Asked, iso, Reports, readTarget } from "./reports.ts";
import { lengthOf } from "./watch.ts";

/** What a ban given by hand lasts where neither the command nor a jail says. */
const MANUAL_BANTIME = seconds(3600);

/** Answers to what is asked over the control socket: orders are carried out here. */
export class Answers {
  readonly #daemon: Daemon;
  readonly #reports: Reports;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
    this.#reports = new Reports(daemon);
  }

  /** `lines`: see Reports. */
  async answer(request: Request, { lines }: { readonly lines: boolean }): Promise<unknown> {
    const reports = this.#reports;
    switch (request.command) {
      case "ping":
        return { version: this.#daemon.options.version };
      case "status":
        return request.jail === undefined ? reports.status() : reports.jail(request.jail);
      case "untrusted":
        return reports.untrusted(lines);
      case "banned":
        return reports.banned(request, lines);
      case "why":
        return reports.why(request.target, lines);
      case "history":
        return reports.history(request.target);
      case "stats":
        return { jails: reports.summaries() } satisfies StatsReport;
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
        return request.action === "check" ? findLeaks(this.#daemon.firewall) : reports.firewall();
    }
  }

  async #ban(request: Asked<"ban">): Promise<ChangeReport> {
    const { store, watch, guard, options } = this.#daemon;
    const jail = request.jail ?? MANUAL;
    const scope = this.#daemon.scopes.of(jail);
    if (scope === undefined) throw watch.find(jail) ? bansNobody(jail) : this.#reports.unknownJail(jail);
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
      ...(bans.length > 0 ? this.#reports.waiting() : {}),
    };
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
    if (jail !== undefined && !this.#reports.knows(jail)) throw this.#reports.unknownJail(jail);
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
      ...(lifted.length > 0 ? this.#reports.waiting() : {}),
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
    }
    if (action !== "list") {
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
      if (!this.#reports.knows(jail)) throw this.#reports.unknownJail(jail);
      throw new BailiffError("USAGE", `the jail ${JSON.stringify(jail)} reads nothing that could be paused`, {
        hint: "pause the jails that watch",
      });
    }
    this.#daemon.watch.pause(jail, paused);
    this.#daemon.options.log.tell(tell.commanded(paused ? "paused" : "resumed", { jail }));
    return this.#reports.jail(jail);
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
