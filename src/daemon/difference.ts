import type { Config, WatchedJail } from "../config/resolve.ts";
import type { ReloadReport } from "../control/report.ts";
import type { Ban, Scope } from "../core/ban.ts";
import { type Jail, MANUAL } from "../core/jail.ts";
import { describeScope } from "../core/scope.ts";

/** In the admin's words. */
const OPTIONS: readonly (readonly [string, (jail: Jail) => unknown])[] = [
  ["maxretry", (jail) => jail.maxretry],
  ["findtime", (jail) => jail.findtime],
  ["bantime", (jail) => jail.bantime],
  ["bantime.*", (jail) => [jail.growth, jail.knownOffenders]],
  ["maxmatches", (jail) => jail.maxmatches],
  ["prefix4, prefix6", (jail) => jail.lengths],
  ["spread4, spread6", (jail) => jail.spread],
  ["ports", (jail) => [jail.scope.protocols, jail.scope.ports]],
  ["blocktype", (jail) => jail.scope.action],
  ["ignoreip", (jail) => jail.ignore],
  ["forgive", (jail) => jail.forgive],
  ["dryrun", (jail) => jail.dryRun],
];

/** Why a ban ends with a reload. */
export type Fate = "lifted" | "dry" | "ignored" | "protected";

const WHY: Readonly<Record<Fate, string>> = {
  lifted: "",
  dry: ", for it bans nobody",
  ignored: ", for they are ignored",
  protected: ", for they are protected",
};

/** What a reload does to the bans that stand. */
export interface Prospect {
  readonly bans: readonly Ban[];
  /** Those that end. */
  readonly ends: ReadonlyMap<Ban, Fate>;
  /** What the jail's bans close, before and after. */
  readonly scopeOf: (jail: string) => readonly [Scope | undefined, Scope | undefined];
}

/** What a reload changes and what that does to the bans that stand, told before it and after. */
export function difference(before: Config, next: Config, prospect: Prospect): Omit<ReloadReport, "applied" | "notes"> {
  const [old, fresh] = [byName(before), byName(next)];
  const names = [...fresh.keys()];
  const removed = [...old.keys()].filter((name) => !fresh.has(name));
  const changed = names.filter((name) => old.has(name) && old.get(name)?.fingerprint !== fresh.get(name)?.fingerprint);
  const others = new Set(prospect.bans.map(({ jail }) => jail));
  for (const name of [...removed, ...changed]) others.delete(name);
  return {
    added: names.filter((name) => !old.has(name)),
    removed,
    changed,
    unchanged: names.filter((name) => old.get(name)?.fingerprint === fresh.get(name)?.fingerprint),
    effects: [
      ...removed.flatMap((name) => whatOfRemoved(name, prospect)),
      ...changed.flatMap((name) => {
        const [from, to] = [old.get(name), fresh.get(name)];
        return from && to ? [whatChanges(from, to), ...whatOfBans(name, prospect)] : [];
      }),
      ...[...others].flatMap((name) => whatOfBans(name, prospect)),
      ...around(before, next),
    ],
  };
}

/** Whether a jail, which may have gone long before, is gone after a reload or changes with it: see `reload --unban`. */
export function isTouched(jail: string, before: Config, next: Config): boolean {
  if (jail === MANUAL) return false;
  const [old, fresh] = [before, next].map((config) => {
    if (config.escalation?.jail.name === jail) return JSON.stringify(config.escalation);
    return config.jails.find((watched) => watched.jail.name === jail)?.fingerprint;
  });
  return fresh === undefined || (old !== undefined && old !== fresh);
}

function byName(config: Config): Map<string, WatchedJail> {
  return new Map(config.jails.map((watched) => [watched.jail.name, watched]));
}

function whatChanges(from: WatchedJail, to: WatchedJail): string {
  const { name } = to.jail;
  const options = OPTIONS.filter(([, of]) => differ(of(from.jail), of(to.jail))).map(([option]) => option);
  if (differ(from.filter.rules, to.filter.rules) || from.mode !== to.mode) options.push("filter");
  if (differ(from.sources, to.sources)) options.push("sources");
  if (differ(from.ignoreNames, to.ignoreNames) && !options.includes("ignoreip")) options.push("ignoreip");
  if (differ(from.ignoreCommand, to.ignoreCommand)) options.push("ignorecommand");
  return `jail ${name}: ${options.join(", ")}; its counts stay`;
}

function whatOfRemoved(name: string, prospect: Prospect): string[] {
  const own = prospect.bans.filter(({ jail }) => jail === name);
  const stay = own.filter((ban) => !prospect.ends.has(ban));
  const lifted = own.filter((ban) => prospect.ends.get(ban) === "lifted");
  if (lifted.length > 0) return [`jail ${name} goes: ${counted(lifted, "end")} now`];
  return [
    `jail ${name} goes: ${counted(stay, "stay")} until ${stay.length === 1 ? "it ends" : "they end"}`,
    ...whatEnds(name, own, prospect),
  ];
}

function whatOfBans(name: string, prospect: Prospect): string[] {
  const own = prospect.bans.filter(({ jail }) => jail === name);
  const stay = own.filter((ban) => !prospect.ends.has(ban));
  const [from, to] = prospect.scopeOf(name);
  const moves = stay.length > 0 && differ(from, to);
  return [
    ...whatEnds(name, own, prospect),
    ...(moves ? [`jail ${name}: ${counted(stay, "move")} from ${describeScope(from)} to ${describeScope(to)}`] : []),
  ];
}

function whatEnds(name: string, own: readonly Ban[], { ends }: Prospect): string[] {
  const fates = ["lifted", "dry", "ignored", "protected"] as const;
  return fates.flatMap((fate) => {
    const of = own.filter((ban) => ends.get(ban) === fate);
    return of.length === 0 ? [] : [`jail ${name}: ${counted(of, "end")} now${WHY[fate]}`];
  });
}

/** Besides jails. */
function around(before: Config, next: Config): string[] {
  const parts: readonly (readonly [string, (config: Config) => unknown])[] = [
    ["protect", ({ protect }) => [protect.sessions, protect.private, [...protect.sessionPorts]]],
    ["escalation", ({ escalation }) => escalation],
    ["log.level", ({ logLevel }) => logLevel],
  ];
  const lines = parts.filter(([, of]) => differ(of(before), of(next))).map(([name]) => `${name} changes`);
  const [had, has] = [before.sources, next.sources];
  for (const source of has) {
    const same = had.find(({ name }) => name === source.name);
    if (same === undefined) lines.push(`source ${source.name} begins`);
    else if (differ(same, source)) lines.push(`source ${source.name} begins again`);
  }
  for (const { name } of had) if (!has.some((source) => source.name === name)) lines.push(`source ${name} ends`);
  return lines;
}

/** What of the configuration that the agent was started with another one cannot change. */
export function onlyAfterRestart(started: Config, next: Config): string[] {
  const parts: readonly (readonly [string, (config: Config) => unknown])[] = [
    ["control", ({ control }) => control],
    ["state", ({ state }) => state],
    ["firewall", ({ firewall }) => firewall],
    ["limits.sources", ({ limits }) => limits.sources],
  ];
  return parts.filter(([, of]) => differ(of(started), of(next))).map(([name]) => name);
}

function differ(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

function counted(bans: readonly Ban[], what: string): string {
  return bans.length === 1 ? `1 ban ${what}s` : `${bans.length} bans ${what}`;
}
