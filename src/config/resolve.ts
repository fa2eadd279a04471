import { resolve as resolvePath } from "node:path";
import type { Escalation } from "../core/judge.ts";
import type { Services } from "../core/scope.ts";
import type { Duration } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Configuration } from "../generated/bailiff.schema.ts";
import { type Checker, makeChecker } from "./check.ts";
import { FilterLibrary, listProblems } from "./filters.ts";
import { JailReader, type WatchedJail } from "./jails.ts";
import { loadDocument, type Problem } from "./load.ts";
import { Reading } from "./reading.ts";
import { resolveSources, type SourceConfig } from "./sources.ts";

export type { WatchedJail } from "./jails.ts";
export type { JournalConfig, SenderConfig, SourceConfig, SyslogConfig } from "./sources.ts";

/** Everything the agent needs to know, frozen. */
export interface Config {
  readonly file: string;
  readonly files: readonly string[];
  readonly sources: readonly SourceConfig[];
  readonly firewall: {
    readonly backend: "auto" | "nftables" | "iptables" | "none";
    readonly log: boolean;
    readonly counters: boolean;
    readonly egress: boolean;
  };
  readonly state: { readonly directory: string; readonly dbpurgeage: Duration };
  readonly control: { readonly socket: string; readonly statusSocket?: string };
  readonly filtersDirectory: string;
  readonly protect: {
    readonly sessions: boolean;
    readonly sessionPorts: ReadonlySet<number>;
    readonly private: boolean;
  };
  readonly logLevel: "error" | "warning" | "notice" | "info" | "debug";
  readonly limits: { readonly sources: number };
  readonly escalation?: Escalation;
  readonly jails: readonly WatchedJail[];
  /** Jails with `enabled: false`, by name. */
  readonly disabled: readonly string[];
  /** The merged file with the schema's defaults, for `bailiff check --json`. */
  readonly document: Configuration;
}

export interface Surround {
  /** Folder of the shipped filters. */
  readonly shipped: string;
  readonly services: Services;
  readonly users: ReadonlyMap<string, number>;
  readonly whyNotLinear: (source: string) => string | undefined;
  /** For who reads configurations again and again; made when absent. */
  readonly checker?: Checker;
}

/** Reads, checks and resolves a configuration. Throws CONFIG_INVALID whose message lists everything wrong with it. */
export function readConfig(file: string, surround: Surround): Config {
  const path = resolvePath(file);
  const document = loadDocument(path, { confd: true });
  const checker = surround.checker ?? makeChecker();
  const { value, problems } = checker.config(document);
  if (problems.length > 0) throw invalid(problems);
  const reading = new Reading(path, document, surround.services);
  const library = new FilterLibrary({
    shipped: surround.shipped,
    own: reading.file(value.filters?.directory ?? ""),
    checker,
    users: surround.users,
    whyNotLinear: surround.whyNotLinear,
  });
  const config = resolve(value, reading, library);
  if (reading.problems.length > 0) throw invalid(reading.problems);
  return config;
}

function invalid(problems: readonly Problem[]): BailiffError {
  return new BailiffError("CONFIG_INVALID", listProblems(sortProblems(problems)), {
    hint: "mend this, then try `bailiff check`; bailiff.json(5) describes every option",
  });
}

/** In the order of the file, so that the admin goes through it once. */
function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const place = (problem: Problem): [string, number, number] => {
    const found = /^(.*):(\d+):(\d+)$/.exec(problem.where);
    return found ? [found[1] ?? "", Number(found[2]), Number(found[3])] : [problem.where, 0, 0];
  };
  return problems.toSorted((a, b) => {
    const [left, right] = [place(a), place(b)];
    return left[0].localeCompare(right[0]) || left[1] - right[1] || left[2] - right[2];
  });
}

function resolve(value: Configuration, reading: Reading, library: FilterLibrary): Config {
  const { firewall, state, control, protect, log, limits, filters, escalation } = value;
  const jailReader = new JailReader(value, reading, library);
  const sources = resolveSources(value, reading);
  const statusSocket = control?.statussocket;
  const jails = Object.entries(value.jails ?? {}).flatMap(([name, jail]) => jailReader.jail(name, jail, sources) ?? []);
  const config: Config = {
    file: reading.path,
    files: reading.document.files,
    sources,
    firewall: {
      backend: firewall?.backend ?? "auto",
      log: firewall?.log ?? false,
      counters: firewall?.counters ?? false,
      egress: firewall?.egress ?? false,
    },
    state: {
      directory: reading.file(state?.directory ?? ""),
      dbpurgeage: reading.duration(state?.dbpurgeage, ["state", "dbpurgeage"]),
    },
    control: {
      socket: reading.file(control?.socket ?? ""),
      ...(statusSocket === undefined ? {} : { statusSocket: reading.file(statusSocket) }),
    },
    filtersDirectory: reading.file(filters?.directory ?? ""),
    protect: {
      sessions: protect?.sessions ?? true,
      sessionPorts: reading.portSet(protect?.sessionports ?? [], ["protect", "sessionports"]),
      private: protect?.private ?? false,
    },
    logLevel: log?.level ?? "info",
    limits: { sources: limits?.sources ?? 100_000 },
    ...(escalation === undefined ? {} : { escalation: jailReader.escalation(escalation) }),
    jails: jails.filter(({ jail }) => jail.enabled),
    disabled: jails.filter(({ jail }) => !jail.enabled).map(({ jail }) => jail.name),
    document: value,
  };
  return Object.freeze(config);
}
