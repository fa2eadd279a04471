import type { FilterOutline } from "../config/filters.ts";
import type { Config } from "../config/resolve.ts";
import { matchesGlob } from "../core/provenance.ts";
import { liveDirectory, localDirectories } from "../sources/journal-place.ts";
import { readIdentifiers } from "../system/identifiers.ts";
import { readSshdPorts } from "../system/sshd.ts";
import { readUnits, type UnitState } from "../system/units.ts";

/** A jail that could be enabled on this machine. */
export interface Candidate extends FilterOutline {
  readonly unit: string;
  readonly state: UnitState;
}

/** Filters that no enabled jail uses, for services that are here; running ones first. */
export function candidates(
  config: Pick<Config, "jails">,
  known: readonly FilterOutline[],
  units: ReadonlyMap<string, UnitState>,
): readonly Candidate[] {
  const index = new UnitIndex(units);
  const used = new Set(config.jails.map(({ filter }) => filter.name));
  const found = known
    .filter(({ name }) => !used.has(name))
    .flatMap((outline): Candidate[] => {
      const [first] = outline.units
        .flatMap((glob) => index.fitting(glob))
        .sort(([a, left], [b, right]) => rank(left) - rank(right) || (a < b ? -1 : 1));
      return first === undefined ? [] : [{ ...outline, unit: first[0], state: first[1] }];
    });
  return found.sort(
    (a, b) => rank(a.state) - rank(b.state) || Number(b.hasPorts) - Number(a.hasPorts) || (a.name < b.name ? -1 : 1),
  );
}

/** A jail that could be enabled for what somebody logs here, though no unit of its service is known: a container, an inetd. */
export interface Heard extends FilterOutline {
  readonly identifier: string;
}

/** Filters of services that no enabled jail uses, that somebody logged as lately; `found` are here by their units. */
export async function heard(
  config: Pick<Config, "jails">,
  known: readonly FilterOutline[],
  found: readonly Pick<FilterOutline, "name">[],
): Promise<readonly Heard[]> {
  const passed = new Set([...config.jails.map(({ filter }) => filter.name), ...found.map(({ name }) => name)]);
  const others = known.filter(({ name, units, hasPorts }) => hasPorts && units.length > 0 && !passed.has(name));
  const logged = await readIdentifiers(new Set(others.flatMap(({ identifiers }) => identifiers)));
  return others.flatMap((outline): Heard[] => {
    const identifier = outline.identifiers.find((name) => logged.has(name));
    return identifier === undefined ? [] : [{ ...outline, identifier }];
  });
}

/** Banners that recidive reads: that they run means no service to protect. */
const OURS: ReadonlySet<string> = new Set(["bailiff.service", "fail2ban.service"]);

/** Finds units by glob without trying each of some hundred units for each of some hundred filters. */
class UnitIndex {
  readonly #units: ReadonlyMap<string, UnitState>;
  readonly #byFirst: ReadonlyMap<string, readonly string[]>;

  constructor(units: ReadonlyMap<string, UnitState>) {
    this.#units = units;
    this.#byFirst = Map.groupBy(units.keys(), (name) => name.charAt(0));
  }

  fitting(glob: string): readonly (readonly [string, UnitState])[] {
    const first = glob.charAt(0);
    const names = !glob.includes("*") ? [glob] : first === "*" ? [...this.#units.keys()] : this.#byFirst.get(first);
    return (names ?? []).flatMap((name): [string, UnitState][] => {
      const state = OURS.has(name) ? undefined : this.#units.get(name);
      return state !== undefined && matchesGlob(glob, name) ? [[name, state]] : [];
    });
  }
}

function rank(state: UnitState): number {
  return state === "running" ? 0 : 1;
}

/** Running services that none of their filters' jails watch: unit → filters. */
export function unwatched(
  config: Pick<Config, "jails">,
  known: readonly FilterOutline[],
  units: ReadonlyMap<string, UnitState>,
): ReadonlyMap<string, readonly string[]> {
  const watched = new Set(config.jails.flatMap(({ filter }) => filter.rules.provenance.units));
  const services = new Map<string, string[]>();
  for (const { unit, state, name, hasPorts } of candidates(config, known, units)) {
    // One jail for a service is the admin's choice; of a service with none he may not know.
    if (state !== "running" || !hasPorts || [...watched].some((glob) => matchesGlob(glob, unit))) continue;
    services.set(unit, [...(services.get(unit) ?? []), name]);
  }
  return services;
}

const COMPANIONS: readonly (readonly [unit: string, what: string])[] = [
  [
    "firewalld.service",
    "firewalld is running: bans are in a table of their own, inet bailiff, which its reloads leave alone and firewall-cmd does not show",
  ],
  [
    "ufw.service",
    "ufw is in use: bans come before its rules, in a table of their own, inet bailiff, which `ufw status` does not show",
  ],
  [
    "docker.service",
    "Docker is running: bans close published ports of containers too, for they act before Docker's forwarding",
  ],
  [
    "fail2ban.service",
    "fail2ban is running too: each bans for itself and neither harms the other; disable the jails of one for services that both watch",
  ],
];

/** What the admin should know of this machine and is no fault: one sentence each, with what to do. */
export async function advise(config: Config, known: readonly FilterOutline[]): Promise<readonly string[]> {
  const [units, ports, volatile] = await Promise.all([readUnits(), readSshdPorts(), isVolatile(config)]);
  const notes: string[] = [];
  for (const [unit, filters] of unwatched(config, known, units)) {
    const some = filters.slice(0, 4).join(", ");
    notes.push(
      `${unit} is running and no jail watches it: add ${some}${filters.length > 4 ? ", …" : ""} (bailiff jail list)`,
    );
  }
  if (volatile) {
    notes.push(
      "the journal is not kept over a reboot, so what is logged around one may be missed: mkdir -p /var/log/journal && systemctl restart systemd-journald",
    );
  }
  notes.push(...sshdElsewhere(config, ports ?? []));
  for (const [unit, what] of COMPANIONS) if (units.get(unit) === "running") notes.push(what);
  return notes;
}

/** Ports of sshd that the bans of no jail for it close. */
export function sshdElsewhere(config: Config, ports: readonly number[]): string[] {
  const jails = config.jails.filter(({ filter }) => filter.rules.provenance.units.includes("ssh.service"));
  if (jails.length === 0) return [];
  const open = ports.filter(
    (port) =>
      !jails.some(
        ({ jail }) =>
          jail.scope.ports.length === 0 || jail.scope.ports.some(({ first, last }) => first <= port && port <= last),
      ),
  );
  const [first] = jails;
  return open.map(
    (port) =>
      `sshd listens on port ${port}, which bans of jail ${first?.jail.name} do not close: set "ports": [${ports.join(", ")}] there and in protect.sessionports`,
  );
}

/** True when this machine's journal is read and lies in memory only. */
export async function isVolatile(config: Config): Promise<boolean> {
  if (!config.sources.some((source) => source.type === "journal" && source.directory === undefined)) return false;
  // A machine without a journal is told by the source itself.
  const directory = await localDirectories(undefined).then(liveDirectory, () => undefined);
  return directory?.startsWith("/run/") ?? false;
}
