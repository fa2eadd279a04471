import { dirname, isAbsolute, join, resolve as resolvePath } from "node:path";
import { contains, type Network, parseAddress, parseNetwork } from "../core/address.ts";
import type { Filter } from "../core/filter.ts";
import { compileFormula, type Formula } from "../core/formula.ts";
import type { Jail, Spread } from "../core/jail.ts";
import type { Escalation } from "../core/judge.ts";
import { makeScope, parsePorts, type Services } from "../core/scope.ts";
import { type Duration, parseDuration, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type {
  Configuration,
  Jail as JailFile,
  JailOptions,
  JournalSource,
  SyslogSource,
} from "../generated/bailiff.schema.ts";
import { type Checker, makeChecker } from "./check.ts";
import { FilterLibrary, listProblems } from "./filters.ts";
import { type Document, loadDocument, type Problem, pointerOf } from "./load.ts";

/** A source as configured, defaults filled in. */
export type SourceConfig = JournalConfig | SyslogConfig;

export interface JournalConfig {
  readonly type: "journal";
  readonly name: string;
  readonly directory?: string;
  readonly namespaces: readonly string[];
  readonly trust: "local" | "remote";
}

export interface SyslogConfig {
  readonly type: "syslog";
  readonly name: string;
  readonly listen: readonly {
    readonly protocol: "udp" | "tcp" | "tls";
    readonly address: string;
    readonly port: number;
    /** FileDescriptorName= of a socket that systemd passes. */
    readonly socket?: string;
  }[];
  readonly senders: readonly SenderConfig[];
  readonly tls?: { readonly certificate: string; readonly key: string; readonly ca: string };
  readonly receiveBuffer: number;
}

export interface SenderConfig {
  readonly name: string;
  readonly networks: readonly Network[];
  readonly tlsName?: string;
  readonly trust: "full" | "limited";
  readonly jails?: readonly string[];
  readonly ratePerSecond: number;
  readonly maxBansPerHour: number;
  readonly timezone?: string;
}

/** A jail with its compiled filter. */
export interface WatchedJail {
  readonly jail: Jail;
  readonly filter: Filter;
  readonly mode: string;
  /** Names of sources it listens to; undefined: all that are not of trust `remote`. */
  readonly sources?: readonly string[];
  /** What the admin widened beyond the filter's own provenance, for status and warnings. */
  readonly widened: readonly string[];
  /** Entries of ignoreip that are no address: host names and file:PATH. */
  readonly ignoreNames: readonly string[];
  readonly ignoreCommand?: { readonly argv: readonly string[]; readonly timeout: Duration };
  /** Equal for two configurations when nothing of the jail differs. */
  readonly fingerprint: string;
}

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
}

/** Reads, checks and resolves a configuration. Throws CONFIG_INVALID whose message lists everything wrong with it. */
export function readConfig(file: string, surround: Surround): Config {
  const path = resolvePath(file);
  const document = loadDocument(path, { confd: true });
  const checker = makeChecker();
  const { value, problems } = checker.config(document);
  if (problems.length > 0) throw invalid(problems);
  const resolver = new Resolver({ path, document, value, checker, surround });
  const config = resolver.config();
  if (resolver.problems.length > 0) throw invalid(resolver.problems);
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

/** Every option that is a duration, and whether it may be forever. */
type Path = readonly (string | number)[];

class Resolver {
  readonly problems: Problem[] = [];
  readonly #path: string;
  readonly #document: Document;
  readonly #value: Configuration;
  readonly #surround: Surround;
  readonly #library: FilterLibrary;

  constructor(given: { path: string; document: Document; value: Configuration; checker: Checker; surround: Surround }) {
    this.#path = given.path;
    this.#document = given.document;
    this.#value = given.value;
    this.#surround = given.surround;
    this.#library = new FilterLibrary({
      shipped: given.surround.shipped,
      own: this.#file(given.value.filters?.directory ?? ""),
      checker: given.checker,
      users: given.surround.users,
      whyNotLinear: given.surround.whyNotLinear,
    });
  }

  config(): Config {
    const { firewall, state, control, protect, log, limits, filters, escalation } = this.#value;
    const sources = this.#sources();
    const statusSocket = control?.statussocket;
    const jails = Object.entries(this.#value.jails ?? {}).flatMap(
      ([name, jail]) => this.#jail(name, jail, sources) ?? [],
    );
    const config: Config = {
      file: this.#path,
      files: this.#document.files,
      sources,
      firewall: {
        backend: firewall?.backend ?? "auto",
        log: firewall?.log ?? false,
        counters: firewall?.counters ?? false,
        egress: firewall?.egress ?? false,
      },
      state: {
        directory: this.#file(state?.directory ?? ""),
        dbpurgeage: this.#duration(state?.dbpurgeage, ["state", "dbpurgeage"]),
      },
      control: {
        socket: this.#file(control?.socket ?? ""),
        ...(statusSocket === undefined ? {} : { statusSocket: this.#file(statusSocket) }),
      },
      filtersDirectory: this.#file(filters?.directory ?? ""),
      protect: {
        sessions: protect?.sessions ?? true,
        sessionPorts: this.#portSet(protect?.sessionports ?? [], ["protect", "sessionports"]),
        private: protect?.private ?? false,
      },
      logLevel: log?.level ?? "info",
      limits: { sources: limits?.sources ?? 100_000 },
      ...(escalation === undefined ? {} : { escalation: this.#escalation(escalation) }),
      jails: jails.filter(({ jail }) => jail.enabled),
      disabled: jails.filter(({ jail }) => !jail.enabled).map(({ jail }) => jail.name),
      document: this.#value,
    };
    return Object.freeze(config);
  }

  #problem(path: Path, what: string, hint?: string): void {
    const where = this.#document.locate(pointerOf(path));
    this.problems.push({ where, what: `${path.join(".")}: ${what}`, ...(hint === undefined ? {} : { hint }) });
  }

  /** Relative paths count from the configuration file, wherever the agent was started. */
  #file(path: string): string {
    return isAbsolute(path) ? path : join(dirname(this.#path), path);
  }

  #duration(value: number | string | undefined, path: Path): Duration {
    const length = value === undefined ? undefined : parseDuration(value);
    if (length !== undefined) return length;
    this.#problem(
      path,
      `${JSON.stringify(value)} is not a duration`,
      'write seconds, or "10m", "1h30m", "7d", "forever"',
    );
    return seconds(600);
  }

  #sources(): SourceConfig[] {
    const given = this.#value.sources ?? [];
    const names = new Map<string, number>();
    return given.map((source, at) => {
      const config = source.type === "journal" ? this.#journal(source, at) : this.#syslog(source, at);
      const twin = names.get(config.name);
      if (twin !== undefined) {
        this.#problem(
          ["sources", at],
          `has the same name as source ${twin}: ${config.name}`,
          'give it a "name" of its own',
        );
      }
      names.set(config.name, at);
      return config;
    });
  }

  #journal(source: JournalSource, at: number): JournalConfig {
    const directory = source.directory === undefined ? undefined : this.#file(source.directory);
    const uploaded = directory !== undefined && `${directory}/`.startsWith("/var/log/journal/remote/");
    const trust = source.trust ?? (uploaded ? "remote" : "local");
    if (uploaded && trust === "local") {
      this.#problem(
        ["sources", at, "trust"],
        "journals in /var/log/journal/remote come from other machines, which can write in them what they like",
        'leave it "remote", and name the source in the `sources` of the jails that may believe it',
      );
    }
    return {
      type: "journal",
      name:
        source.name ??
        (directory === undefined
          ? "journal"
          : `journal-${directory
              .replaceAll(/[^a-z0-9_.-]+/gi, "-")
              .replaceAll(/^-|-$/g, "")
              .toLowerCase()}`.slice(0, 40)),
      ...(directory === undefined ? {} : { directory }),
      namespaces: source.namespaces ?? [],
      trust,
    };
  }

  #syslog(source: SyslogSource, at: number): SyslogConfig {
    const listen = source.listen.map((door, index) => {
      const { protocol, socket } = door;
      const address = door.address ?? "127.0.0.1";
      if (!parseAddress(address)) {
        this.#problem(
          ["sources", at, "listen", index, "address"],
          `${JSON.stringify(address)} is not an address`,
          'write an own address, or "::" for all',
        );
      } else if (socket === undefined && source.senders === undefined && !isLoopback(address)) {
        this.#problem(
          ["sources", at, "listen", index],
          `listens on ${address}, where anybody could accuse anybody, and no senders are named`,
          'name who may send: "senders": [{ "name": "web1", "addresses": ["192.0.2.10"] }]',
        );
      }
      return {
        protocol,
        address,
        port: door.port ?? (protocol === "tls" ? 6514 : 514),
        ...(socket === undefined ? {} : { socket }),
      };
    });
    if (listen.some(({ protocol }) => protocol === "tls") && source.tls === undefined) {
      this.#problem(
        ["sources", at],
        "listens with tls, and no certificate is named",
        'add "tls": { "certificate": …, "key": …, "ca": … }',
      );
    }
    const [first] = listen;
    const { tls } = source;
    return {
      type: "syslog",
      name: source.name ?? `syslog-${first?.protocol ?? ""}-${first?.port ?? ""}`,
      listen,
      senders: (source.senders ?? []).map((sender, index) => this.#sender(sender, ["sources", at, "senders", index])),
      ...(tls === undefined
        ? {}
        : { tls: { certificate: this.#file(tls.certificate), key: this.#file(tls.key), ca: this.#file(tls.ca) } }),
      receiveBuffer: source.receivebuffer ?? 4_194_304,
    };
  }

  #sender(sender: NonNullable<SyslogSource["senders"]>[number], path: Path): SenderConfig {
    const { name, tlsName, jails, timezone } = sender;
    if (sender.addresses === undefined && tlsName === undefined) {
      this.#problem(
        path,
        "has neither addresses nor a tlsName",
        "say where it sends from, or what its certificate says",
      );
    }
    for (const [at, jail] of (jails ?? []).entries()) {
      if (!Object.hasOwn(this.#value.jails ?? {}, jail))
        this.#problem([...path, "jails", at], `there is no jail ${jail}`, "name one of `jails`");
    }
    return {
      name,
      networks: this.#networks(sender.addresses ?? [], [...path, "addresses"]),
      ...(tlsName === undefined ? {} : { tlsName }),
      trust: sender.trust ?? "limited",
      ...(jails === undefined ? {} : { jails }),
      ratePerSecond: sender.ratePerSecond ?? 2000,
      maxBansPerHour: sender.maxBansPerHour ?? 600,
      ...(timezone === undefined ? {} : { timezone }),
    };
  }

  #networks(list: readonly string[], path: Path): Network[] {
    return list.flatMap((text, at) => {
      const network = parseNetwork(text);
      if (!network)
        this.#problem(
          [...path, at],
          `${JSON.stringify(text)} is not an address or prefix`,
          'write "192.0.2.7" or "2001:db8::/32"',
        );
      return network ?? [];
    });
  }

  #portSet(ports: "all" | readonly (number | string)[], path: Path): ReadonlySet<number> {
    const found = parsePorts(ports, this.#surround.services);
    if (found.kind === "wrong") {
      this.#problem(path, `${found.written}: ${found.why}`);
      return new Set();
    }
    const set = new Set<number>();
    for (const { first, last } of found.ports) for (let port = first; port <= last; port += 1) set.add(port);
    return set;
  }

  #escalation(given: NonNullable<Configuration["escalation"]>): Escalation {
    const scope = makeScope({ protocols: [], ports: [], action: "drop" });
    const bantime = this.#duration(given.bantime, ["escalation", "bantime"]);
    return {
      jail: { ...BARE_JAIL, name: "escalation", bantime, scope },
      bans: given.bans,
      findtime: this.#duration(given.findtime, ["escalation", "findtime"]),
      bantime,
    };
  }

  #jail(name: string, given: JailFile, sources: readonly SourceConfig[]): WatchedJail | undefined {
    const path: Path = ["jails", name];
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
        this.#problem(
          [...path, "sources", index],
          `there is no source ${source}`,
          `there are: ${sources.map((each) => each.name).join(", ")}`,
        );
      }
    }
    const ports = parsePorts(options.ports ?? "all", this.#surround.services);
    if (ports.kind === "wrong") this.#problem(at("ports"), `${ports.written}: ${ports.why}`);
    const ignore = this.#ignore(options.ignoreip ?? [], at("ignoreip"));
    const optional = (key: "bantime.maxtime" | "bantime.rndtime" | "bantime.decay"): Duration | undefined =>
      options[key] === undefined ? undefined : this.#duration(options[key], at(key));
    const [maxtime, rndtime, decay] = [
      optional("bantime.maxtime"),
      optional("bantime.rndtime"),
      optional("bantime.decay"),
    ];
    const formula = this.#formula(options["bantime.formula"], at("bantime.formula"));
    const multipliers = options["bantime.multipliers"];
    const increment = options["bantime.increment"] ?? false;
    const lengths = { ip: options.prefix4 ?? 32, ip6: options.prefix6 ?? 64 };
    const jail: Jail = {
      name,
      enabled: options.enabled ?? true,
      maxretry: options.maxretry ?? 5,
      findtime: this.#duration(options.findtime, at("findtime")),
      bantime: this.#duration(options.bantime, at("bantime")),
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
        protocols: ports.kind === "ports" && ports.ports.length === 0 ? [] : (options.protocols ?? ["tcp"]),
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
      ...(given.sources === undefined ? {} : { sources: given.sources }),
      widened: WIDENING.filter((key) => given[key] !== undefined),
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
      this.#problem(
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
      return {
        filter: this.#library.compile(filterName, { mode, jail: name, extra: widening, ...believed(given, sources) }),
        file: definition.file,
        mode,
      };
    } catch (error) {
      if (!(error instanceof BailiffError)) throw error;
      const at = given.mode !== undefined && /has no mode/.test(error.message) ? ["mode"] : key;
      this.#problem(["jails", name, ...at], error.message, error.hint);
      return undefined;
    }
  }

  #formula(text: string | undefined, path: Path): Formula | undefined {
    if (text === undefined) return undefined;
    try {
      return compileFormula(text);
    } catch (error) {
      if (!(error instanceof BailiffError)) throw error;
      this.#problem(path, error.message, error.hint);
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
      this.#problem(
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
        this.#problem(
          [...path, at],
          `${JSON.stringify(text)} is neither an address, a prefix, a host name nor file:PATH`,
          'write "192.0.2.7", "2001:db8::/32", "home.example.org" or "file:/etc/bailiff/ignore.txt"',
        );
    }
    return { networks, names };
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

const WIDENING = ["identifiers", "units", "uids", "transports", "container"] as const;

function isLoopback(address: string): boolean {
  const loopback = ["127.0.0.0/8", "::1"].map(parseNetwork);
  const own = parseNetwork(address);
  return own !== undefined && loopback.some((network) => network !== undefined && contains(network, own));
}

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
