import type { Config, WatchedJail } from "../config/resolve.ts";
import type { ReloadReport } from "../control/report.ts";
import { overlaps } from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
import type { Jail } from "../core/jail.ts";
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

/** What a reload changes and what that does to the bans that stand, told before it and after. */
export function difference(
  before: Config,
  next: Config,
  { bans, unban }: { readonly bans: readonly Ban[]; readonly unban: boolean },
): Omit<ReloadReport, "applied"> {
  const old = new Map(before.jails.map((watched) => [watched.jail.name, watched]));
  const fresh = new Map(next.jails.map((watched) => [watched.jail.name, watched]));
  const names = [...fresh.keys()];
  const of = (name: string): readonly Ban[] => bans.filter(({ jail }) => jail === name);
  const removed = [...old.keys()].filter((name) => !fresh.has(name));
  const changed = names.filter((name) => old.has(name) && old.get(name)?.fingerprint !== fresh.get(name)?.fingerprint);
  return {
    added: names.filter((name) => !old.has(name)),
    removed,
    changed,
    unchanged: names.filter((name) => old.get(name)?.fingerprint === fresh.get(name)?.fingerprint),
    effects: [
      ...removed.map((name) => `jail ${name} goes: ${counted(of(name))} ${unban ? "end now" : "stay until they end"}`),
      ...changed.flatMap((name) => {
        const [from, to] = [old.get(name), fresh.get(name)];
        return from && to ? effectsOf({ from, to }, of(name), unban) : [];
      }),
      ...around(before, next),
    ],
    notes: onlyAfterRestart(before, next),
  };
}

function effectsOf(
  { from, to }: { readonly from: WatchedJail; readonly to: WatchedJail },
  bans: readonly Ban[],
  unban: boolean,
): string[] {
  const { name } = to.jail;
  const options = OPTIONS.filter(([, of]) => differ(of(from.jail), of(to.jail))).map(([option]) => option);
  if (differ(from.filter.rules, to.filter.rules) || from.mode !== to.mode) options.push("filter");
  if (differ(from.sources, to.sources)) options.push("sources");
  if (differ(from.ignoreNames, to.ignoreNames) && !options.includes("ignoreip")) options.push("ignoreip");
  if (differ(from.ignoreCommand, to.ignoreCommand)) options.push("ignorecommand");
  return [`jail ${name}: ${options.join(", ")}; its counts stay`, ...whatOfBans({ from, to }, bans, unban)];
}

function whatOfBans(
  { from, to }: { readonly from: WatchedJail; readonly to: WatchedJail },
  bans: readonly Ban[],
  unban: boolean,
): string[] {
  if (bans.length === 0) return [];
  const start = `jail ${to.jail.name}: ${counted(bans)}`;
  if (unban) return [`${start} end now`];
  if (to.jail.dryRun) return [`${start} end now, for it bans nobody`];
  const ignored = bans.filter(({ target }) => to.jail.ignore.some((network) => overlaps(network, target)));
  const lines = ignored.length > 0 ? [`jail ${to.jail.name}: ${counted(ignored)} end now, for they are ignored`] : [];
  if (differ(from.jail.scope, to.jail.scope)) {
    lines.push(`${start} move from ${describeScope(from.jail.scope)} to ${describeScope(to.jail.scope)}`);
  }
  return lines;
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

function onlyAfterRestart(before: Config, next: Config): string[] {
  const parts: readonly (readonly [string, (config: Config) => unknown])[] = [
    ["control", ({ control }) => control],
    ["state", ({ state }) => state],
    ["firewall", ({ firewall }) => firewall],
    ["limits.sources", ({ limits }) => limits.sources],
  ];
  return parts.filter(([, of]) => differ(of(before), of(next))).map(([name]) => `${name}: only after a restart`);
}

function differ(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

function counted(bans: readonly Ban[]): string {
  return bans.length === 1 ? "1 ban" : `${bans.length} bans`;
}
