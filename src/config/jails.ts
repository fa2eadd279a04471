import { type Network, parseNetwork } from "../core/address.ts";
import type { PortRange } from "../core/ban.ts";
import type { Filter } from "../core/filter.ts";
import { compileFormula, type Formula } from "../core/formula.ts";
import { ESCALATION, type Jail, MANUAL, type Spread } from "../core/jail.ts";
import type { Escalation } from "../core/judge.ts";
import { makeScope, parsePorts } from "../core/scope.ts";
import { type Duration, FOREVER, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Configuration, Jail as JailFile, JailOptions } from "../generated/bailiff.schema.ts";
import type { FilterLibrary } from "./filters.ts";
import type { Path, Reading } from "./reading.ts";
import type { SourceConfig } from "./sources.ts";

/** A jail with its compiled filter. */
export interface WatchedJail {
  readonly jail: Jail;
  readonly filter: Filter;
  readonly mode: string;
  /** Ports that its filter's service has, whatever the jail closes; none when the filter names none. */
  readonly servicePorts: readonly PortRange[];
  /** Names of sources it listens to; undefined: all that are not of trust `remote`. */
  readonly sources?: readonly string[];
  /** What the admin widened beyond the filter's own provenance, for status and warnings. */
  readonly widened: readonly string[];
  /** Names in the jail's own `uids` that this machine does not know. */
  readonly unknownUsers: readonly string[];
  /** Entries of ignoreip that are no address: host names and file:PATH. */
  readonly ignoreNames: readonly string[];
  readonly ignoreCommand?: { readonly argv: readonly string[]; readonly timeout: Duration };
  /** Equal for two configurations when nothing of the jail differs. */
  readonly fingerprint: string;
}

/** Makes jails of what is configured. What is wrong goes to `reading`. */
export class JailReader {
  readonly #value: Configuration;
  readonly #reading: Reading;
  readonly #library: FilterLibrary;

  constructor(value: Configuration, reading: Reading, library: FilterLibrary) {
    this.#value = value;
    this.#reading = reading;
    this.#library = library;
  }

  /** Undefined when its filter cannot be used. */
  jail(name: string, given: JailFile, sources: readonly SourceConfig[]): WatchedJail | undefined {
    const path: Path = ["jails", name];
    const taken = TAKEN.get(name);
    if (taken !== undefined)
      this.#reading.problem(
        path,
        `this is what ${taken} are listed under`,
        `call it otherwise: "filter" says what it reads`,
      );
    const filterName = given.filter ?? name;
    const compiled = this.#filter(name, { filterName, given, sources });
    if (compiled === undefined) return undefined;
    const { filter, file, mode } = compiled;
    // fail2ban's order: what the jail says, then what its service is known to need, then the defaults of all.
    const shipped = {
      ...file.defaults,
      ...(file.ports ? { ports: file.ports } : {}),
      ...(file.protocols ? { protocols: file.protocols } : {}),
    };
    const options: JailOptions = { ...this.#value.defaults, ...shipped, ...given };
    const at = (key: keyof JailOptions): Path => (Object.hasOwn(given, key) ? [...path, key] : ["defaults", key]);
    for (const [index, source] of (given.sources ?? []).entries()) {
      if (!sources.some((each) => each.name === source)) {
        this.#reading.problem(
          [...path, "sources", index],
          `there is no source ${source}`,
          `there are: ${sources.map((each) => each.name).join(", ")}`,
        );
      }
    }
    const ports = parsePorts(options.ports ?? "all", this.#reading.services);
    if (ports.kind === "wrong") this.#reading.problem(at("ports"), `${ports.written}: ${ports.why}`);
    const service = parsePorts(file.ports ?? "all", this.#reading.services);
    const ignore = this.#ignore(options.ignoreip ?? [], at("ignoreip"));
    const optional = (key: "bantime.maxtime" | "bantime.rndtime" | "bantime.decay"): Duration | undefined =>
      options[key] === undefined ? undefined : this.#reading.duration(options[key], at(key));
    const [maxtime, rndtime, decay] = [
      optional("bantime.maxtime"),
      optional("bantime.rndtime"),
      optional("bantime.decay"),
    ];
    if (rndtime === FOREVER)
      this.#reading.problem(at("bantime.rndtime"), "by chance, a ban would never end", 'write an end: "1h"');
    const formula = this.#formula(options["bantime.formula"], at("bantime.formula"));
    const multipliers = options["bantime.multipliers"];
    const increment = options["bantime.increment"] ?? false;
    const lengths = { ip: options.prefix4 ?? 32, ip6: options.prefix6 ?? 64 };
    const jail: Jail = {
      name,
      enabled: options.enabled ?? true,
      maxretry: options.maxretry ?? 5,
      findtime: this.#reading.duration(options.findtime, at("findtime")),
      bantime: this.#reading.duration(options.bantime, at("bantime")),
      growth: {
        increment,
        factor: options["bantime.factor"] ?? 1,
        ...(multipliers === undefined ? {} : { multipliers }),
        ...(formula === undefined ? {} : { formula }),
        ...(maxtime === undefined ? {} : { maxtime }),
        ...(rndtime === undefined ? {} : { rndtime }),
        overalljails: options["bantime.overalljails"] ?? false,
        ...(decay === undefined ? {} : { decay }),
      },
      knownOffenders: increment && (options.knownoffenders ?? true),
      maxmatches: options.maxmatches ?? 5,
      lengths,
      spread: {
        ...this.#spread("ip", options.spread4, lengths.ip, at("spread4")),
        ...this.#spread("ip6", options.spread6, lengths.ip6, at("spread6")),
      },
      scope: makeScope({
        // All ports are everything, whatever goes with the ports of its filter, unless the jail itself says of which protocols.
        protocols:
          ports.kind === "ports" && ports.ports.length === 0 ? (given.protocols ?? []) : (options.protocols ?? ["tcp"]),
        ports: ports.kind === "ports" ? ports.ports : [],
        action: options.blocktype ?? "drop",
      }),
      ignore: ignore.networks,
      ignoreself: true,
      forgive: options.forgive ?? "no",
      dryRun: options.dryrun ?? false,
      limitedBantime: seconds(3600),
    };
    return Object.freeze({
      jail,
      filter,
      mode,
      servicePorts: service.kind === "ports" ? service.ports : [],
      ...(given.sources === undefined ? {} : { sources: given.sources }),
      widened: WIDENING.filter((key) => given[key] !== undefined),
      unknownUsers: this.#library.unknownUsers(given.uids ?? []),
      ignoreNames: ignore.names,
      ...this.#ignoreCommand(options.ignorecommand, at("ignorecommand")),
      fingerprint: JSON.stringify([
        jail,
        filter.rules,
        given.sources ?? null,
        ignore.names,
        options.ignorecommand ?? null,
      ]),
    });
  }

  #ignoreCommand(argv: readonly string[] | undefined, path: Path): Pick<WatchedJail, "ignoreCommand"> {
    if (argv === undefined) return {};
    if (!argv[0]?.startsWith("/"))
      this.#reading.problem(
        [...path, 0],
        `${JSON.stringify(argv[0])} is not an absolute path`,
        "write the whole path of the program",
      );
    return { ignoreCommand: { argv, timeout: seconds(5) } };
  }

  #filter(
    name: string,
    { filterName, given, sources }: { filterName: string; given: JailFile; sources: readonly SourceConfig[] },
  ): { filter: Filter; file: ReturnType<FilterLibrary["definition"]>["file"]; mode: string } | undefined {
    const { failregex, ignoreregex, identifiers, units, uids, transports, container } = given;
    const extra = { failregex, ignoreregex, identifiers, units, uids, transports, container };
    const widening = Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== undefined));
    const key = given.filter === undefined ? [] : ["filter"];
    try {
      const definition = this.#library.definition(filterName);
      const mode = given.mode ?? definition.defaultMode;
      const faults = this.#library.addedProblems(filterName, widening);
      for (const { where, what, hint } of faults)
        this.#reading.problem(["jails", name, ...where.split("/").slice(1)], what, hint);
      if (faults.length > 0) return undefined;
      return {
        filter: this.#library.compile(filterName, { mode, jail: name, extra: widening, ...believed(given, sources) }),
        file: definition.file,
        mode,
      };
    } catch (error) {
      if (!(error instanceof BailiffError)) throw error;
      const at = given.mode !== undefined && /has no mode/.test(error.message) ? ["mode"] : key;
      this.#reading.problem(["jails", name, ...at], error.message, error.hint);
      return undefined;
    }
  }

  #formula(text: string | undefined, path: Path): Formula | undefined {
    if (text === undefined) return undefined;
    try {
      return compileFormula(text);
    } catch (error) {
      if (!(error instanceof BailiffError)) throw error;
      this.#reading.problem(path, error.message, error.hint);
      return undefined;
    }
  }

  #spread(
    family: "ip" | "ip6",
    given: { count: number; length: number } | undefined,
    own: number,
    path: Path,
  ): { ip?: Spread; ip6?: Spread } {
    if (given === undefined) return {};
    if (given.length >= own) {
      this.#reading.problem(
        path,
        `its length ${given.length} is not shorter than the ${own} bits that single sources are counted by`,
        "make it shorter",
      );
    }
    return { [family]: { count: given.count, length: given.length } };
  }

  #ignore(list: readonly string[], path: Path): { networks: Network[]; names: string[] } {
    const networks: Network[] = [];
    const names: string[] = [];
    for (const [at, text] of list.entries()) {
      const network = parseNetwork(text);
      if (network) networks.push(network);
      else if (/^file:./.test(text) || isHostName(text)) names.push(text);
      else
        this.#reading.problem(
          [...path, at],
          `${JSON.stringify(text)} is neither an address, a prefix, a host name nor file:PATH`,
          'write "192.0.2.7", "2001:db8::/32", "home.example.org" or "file:/etc/bailiff/ignore.txt"',
        );
    }
    return { networks, names };
  }

  escalation(given: NonNullable<Configuration["escalation"]>): Escalation {
    const scope = makeScope({ protocols: [], ports: [], action: "drop" });
    const bantime = this.#reading.duration(given.bantime, ["escalation", "bantime"]);
    return {
      jail: { ...BARE_JAIL, name: ESCALATION, bantime, scope },
      bans: given.bans,
      findtime: this.#reading.duration(given.findtime, ["escalation", "findtime"]),
      bantime,
    };
  }
}

/** Which journals a jail believes: namespaces that are read, and other machines' where the jail names the source. */
function believed(given: JailFile, sources: readonly SourceConfig[]): { namespaces: string[]; remote: boolean } {
  const journals = sources.flatMap((source) => (source.type === "journal" ? source : []));
  const heard = journals.filter(({ name }) => given.sources === undefined || given.sources.includes(name));
  const local = heard.filter(({ trust }) => trust === "local");
  return {
    namespaces: [...new Set(local.flatMap(({ namespaces }) => namespaces))].sort(),
    remote: given.sources !== undefined && heard.length > local.length,
  };
}

/** Bans that no configured jail makes have a jail's name all the same. */
const TAKEN: ReadonlyMap<string, string> = new Map([
  [MANUAL, "bans by hand"],
  [ESCALATION, "bans of `escalation`"],
]);

const WIDENING = ["identifiers", "units", "uids", "transports", "container"] as const;

/** A DNS name with a letter in its last label, so that "1.2.3" and "10.0.0.1/33" are mistakes and no names. */
function isHostName(text: string): boolean {
  return (
    text.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(text)
  );
}

const BARE_JAIL: Jail = {
  name: "",
  enabled: true,
  maxretry: 1,
  findtime: seconds(600),
  bantime: seconds(600),
  growth: { increment: false, factor: 1, overalljails: false },
  knownOffenders: false,
  maxmatches: 0,
  lengths: { ip: 32, ip6: 64 },
  spread: {},
  scope: makeScope({ protocols: [], ports: [], action: "drop" }),
  ignore: [],
  ignoreself: true,
  forgive: "no",
  dryRun: false,
  limitedBantime: seconds(3600),
};
