import { passedOver } from "../config/load.ts";
import type { Config } from "../config/resolve.ts";
import { formatNetwork } from "../core/address.ts";
import type { Jail } from "../core/jail.ts";
import { formatDuration } from "../core/time.ts";

/** `bailiff check`: what the configuration means. */
export function describeConfig(config: Config): string[] {
  const lines = [
    `${config.file} is right.`,
    ...(config.files.length > 1 ? [`  on top of it, in this order: ${config.files.slice(1).join(", ")}`] : []),
    ...passedOver(config.file).map((file) => `  not read: ${file}: its name does not end with .json`),
    `  firewall: ${config.firewall.backend}`,
    `  state: ${config.state.directory}`,
  ];
  for (const source of config.sources) {
    const what =
      source.type === "journal"
        ? `journal${source.directory === undefined ? " of this machine" : ` in ${source.directory}`}${source.trust === "remote" ? ", written by other machines" : ""}`
        : `syslog ${source.listen.map(({ protocol, address, port, socket }) => `${protocol} ${socket ?? `${address} port ${port}`}`).join(", ")}`;
    lines.push(`  source ${source.name}: ${what}`);
  }
  for (const { jail, filter, mode, widened, unknownUsers } of config.jails) {
    const { maxretry, findtime, bantime, scope, dryRun } = jail;
    lines.push(
      `  jail ${jail.name}: filter ${filter.name} (${mode}), ${maxretry} failures in ${formatDuration(findtime)} → ${formatDuration(bantime)} on ${scope.name}${dryRun ? ", dry run" : ""}`,
    );
    if (widened.length > 0) lines.push(`    believes more than the filter does: ${widened.join(", ")}`);
    if (unknownUsers.length > 0)
      lines.push(`    not in /etc/passwd, write their numbers in "uids": ${unknownUsers.join(", ")}`);
  }
  if (config.disabled.length > 0) lines.push(`  not enabled: ${config.disabled.join(", ")}`);
  if (config.jails.length === 0) {
    const cure = config.disabled.length > 0 ? '"enabled": true' : '"jails": { "sshd": {} }';
    lines.push(`  no jail is enabled: write ${cure}`);
  }
  return lines;
}

/** `bailiff check --json`: every default filled in, durations as texts, sets as lists. */
export function resolved(config: Config): unknown {
  return {
    files: config.files,
    sources: config.sources.map((source) =>
      source.type === "syslog"
        ? {
            ...source,
            senders: source.senders.map((sender) => ({ ...sender, networks: sender.networks.map(formatNetwork) })),
          }
        : source,
    ),
    firewall: config.firewall,
    state: { ...config.state, dbpurgeage: formatDuration(config.state.dbpurgeage) },
    control: config.control,
    protect: { ...config.protect, sessionPorts: [...config.protect.sessionPorts] },
    log: { level: config.logLevel },
    limits: config.limits,
    ...(config.escalation === undefined
      ? {}
      : {
          escalation: {
            bans: config.escalation.bans,
            findtime: formatDuration(config.escalation.findtime),
            bantime: formatDuration(config.escalation.bantime),
          },
        }),
    jails: Object.fromEntries(
      config.jails.map(({ jail, filter, mode, sources, widened, ignoreNames, ignoreCommand }) => [
        jail.name,
        {
          filter: filter.name,
          mode,
          maxretry: jail.maxretry,
          findtime: formatDuration(jail.findtime),
          bantime: formatDuration(jail.bantime),
          ...growth(jail),
          maxmatches: jail.maxmatches,
          scope: jail.scope,
          prefix4: jail.lengths.ip,
          prefix6: jail.lengths.ip6,
          ...(jail.spread.ip === undefined ? {} : { spread4: jail.spread.ip }),
          ...(jail.spread.ip6 === undefined ? {} : { spread6: jail.spread.ip6 }),
          forgive: jail.forgive,
          ...(ignoreCommand === undefined ? {} : { ignorecommand: ignoreCommand.argv }),
          ignoreip: [...jail.ignore.map(formatNetwork), ...ignoreNames],
          dryrun: jail.dryRun,
          sources: sources ?? null,
          widened,
        },
      ]),
    ),
    disabled: config.disabled,
  };
}

function growth({ growth: grows, knownOffenders }: Jail): Record<string, unknown> {
  const { maxtime, rndtime, decay } = grows;
  const times = { maxtime, rndtime, decay };
  const given = Object.entries(times).flatMap(([name, time]) =>
    time === undefined ? [] : [[`bantime.${name}`, formatDuration(time)]],
  );
  return {
    "bantime.increment": grows.increment,
    "bantime.factor": grows.factor,
    ...(grows.multipliers === undefined ? {} : { "bantime.multipliers": grows.multipliers }),
    ...(grows.formula === undefined ? {} : { "bantime.formula": grows.formula.text }),
    ...Object.fromEntries(given),
    "bantime.overalljails": grows.overalljails,
    knownoffenders: knownOffenders,
  };
}
