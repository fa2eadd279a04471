import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Filter, type FilterRules } from "../core/filter.ts";
import { compilePattern, KnownPatterns, type PatternOptions, type Proof } from "../core/pattern.ts";
import type { PatternRule, Role } from "../core/patterns.ts";
import { type Duration, duration, parseDuration } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Filter as FilterFile, Pattern, Patterns } from "../generated/filter.schema.ts";
import { type Checker, nearest } from "./check.ts";
import { jailOfFilter } from "./fail2ban.ts";
import { type Document, loadDocument, loadOwn, loadValue, type Problem } from "./load.ts";

/** A filter definition with what it extends put in, before a mode is chosen. */
export interface FilterDefinition {
  readonly name: string;
  /** Files it was read from, the definition's own first. */
  readonly files: readonly string[];
  readonly shipped: boolean;
  readonly file: FilterFile;
  readonly modes: readonly string[];
  readonly defaultMode: string;
}

export interface FilterOutline {
  readonly name: string;
  /** The service's own name. */
  readonly service: string;
  readonly description: string;
  readonly units: readonly string[];
  readonly identifiers: readonly string[];
  /** It has ports of its own; PAM and its kind have not, and are no service. */
  readonly hasPorts: boolean;
}

export interface RulesOptions {
  readonly mode?: string;
  /** Name of the jail, for senders that may accuse in some only. */
  readonly jail?: string;
  /** Journal namespaces, and journals of other machines, that may accuse. */
  readonly namespaces?: readonly string[];
  readonly remote?: boolean;
  readonly extra?: Partial<
    Pick<FilterFile, "failregex" | "ignoreregex" | "identifiers" | "units" | "uids" | "transports" | "container">
  >;
}

/** In the folder of the shipped filters: what the build found out about their patterns, a file for each filter. */
export const PROVEN = "proven";

/** The filters of the shipped folder and of the admin's own, read when they are asked for. */
export class FilterLibrary {
  readonly #folders: { readonly shipped: string; readonly own?: string };
  readonly #checker: Checker;
  readonly #users: ReadonlyMap<string, number>;
  readonly #whyNotLinear: (source: string) => string | undefined;
  /** As read once: a file that is edited meanwhile is for the next library. */
  readonly #definitions = new Map<string, FilterDefinition>();
  readonly #known = new KnownPatterns();

  constructor(options: {
    readonly shipped: string;
    readonly own?: string;
    readonly checker: Checker;
    readonly users: ReadonlyMap<string, number>;
    /** Why a regular expression has no bound in time here; undefined when it has. */
    readonly whyNotLinear: (source: string) => string | undefined;
  }) {
    this.#folders = { shipped: options.shipped, ...(options.own === undefined ? {} : { own: options.own }) };
    this.#checker = options.checker;
    this.#users = options.users;
    this.#whyNotLinear = options.whyNotLinear;
  }

  names(): readonly string[] {
    const all = new Set([...list(this.#folders.shipped), ...(this.#folders.own ? list(this.#folders.own) : [])]);
    return [...all].sort();
  }

  has(name: string): boolean {
    return this.#path(name) !== undefined;
  }

  /** Throws FILTER_UNKNOWN or FILTER_INVALID; the message of the latter lists everything wrong with the file. */
  definition(name: string): FilterDefinition {
    const known = this.#definitions.get(name);
    if (known !== undefined) return known;
    const path = this.#path(name);
    if (path === undefined) {
      throw new BailiffError("FILTER_UNKNOWN", `there is no filter ${JSON.stringify(name)}`, {
        hint: this.#insteadOf(name),
      });
    }
    const definition = this.#read(name, path, []);
    this.#definitions.set(name, definition);
    return definition;
  }

  /** Of "postfix-rbl", as fail2ban names jails of one filter: its filter and mode. */
  #insteadOf(name: string): string {
    const close = nearest(name, this.names());
    const found = close === undefined ? jailOfFilter(name, this) : undefined;
    if (found !== undefined) {
      const mode = found.mode === undefined ? "" : `, "mode": "${found.mode}"`;
      return `of a jail with this name, write "filter": "${found.filter}"${mode}`;
    }
    return close ? `did you mean \`${close}\`?` : "`bailiff filter list` shows what there is";
  }

  /**
   * What a filter says it is for, without looking whether the rest of it is right: a tenth of the work of `definition`.
   * Undefined when the file cannot be read as a filter.
   */
  outline(name: string): FilterOutline | undefined {
    const path = this.#path(name);
    const value = path === undefined ? undefined : loadValue(path);
    if (!isObject(value)) return undefined;
    const { service, description, units, identifiers, ports } = value;
    const texts = (list: unknown): string[] =>
      Array.isArray(list) ? list.filter((each) => typeof each === "string") : [];
    return {
      name,
      service: typeof service === "string" ? service : name,
      description: typeof description === "string" ? description : "",
      units: texts(units),
      identifiers: texts(identifiers),
      hasPorts: Array.isArray(ports),
    };
  }

  outlines(): readonly FilterOutline[] {
    return this.names().flatMap((name) => this.outline(name) ?? []);
  }

  /** The rules of a filter in a mode, proven to compile and to run in bounded time. */
  rules(name: string, options: RulesOptions = {}): FilterRules {
    const definition = this.definition(name);
    const { extra = {} } = options;
    const file = merge(definition.file, extra as FilterFile);
    const mode = options.mode ?? definition.defaultMode;
    if (!definition.modes.includes(mode)) {
      const close = nearest(mode, definition.modes);
      throw new BailiffError("FILTER_UNKNOWN", `filter ${name} has no mode ${JSON.stringify(mode)}`, {
        hint: close ? `did you mean \`${close}\`?` : `its modes are: ${definition.modes.join(", ")}`,
      });
    }
    const chosen = modeParts(file, mode);
    const rules: FilterRules = {
      name,
      provenance: {
        identifiers: file.identifiers,
        units: file.units ?? [],
        uids: this.#uids(file.uids ?? [0]),
        transports: file.transports ?? ["syslog", "journal", "stdout"],
        ...(file.container === undefined ? {} : { container: file.container }),
        ...(options.jail === undefined ? {} : { jail: options.jail }),
        ...(options.namespaces === undefined ? {} : { namespaces: options.namespaces }),
        ...(options.remote === undefined ? {} : { remote: options.remote }),
      },
      ...(file.sources ? { sources: file.sources } : {}),
      ...(file.prefix === undefined ? {} : { prefix: file.prefix }),
      variables: file.variables ?? {},
      patterns: [
        ...patterns("failure", chosen.failregex),
        ...patterns("success", file.successregex),
        ...patterns("forget", file.forgetregex),
        ...patterns("helper", chosen.helperregex),
      ],
      ignoreregex: chosen.ignoreregex,
      ...(file.endregex === undefined ? {} : { endregex: file.endregex }),
      session: {
        key: file.session?.key ?? "none",
        timeout: sessionTimeout(file),
      },
      maxText: file.maxtext ?? 8192,
    };
    return rules;
  }

  compile(name: string, options: RulesOptions = {}): Filter {
    const filter = new Filter(this.rules(name, options), this.#known);
    for (const source of filter.expressions) {
      const why = this.#whyNotLinear(source);
      if (why !== undefined) {
        throw new BailiffError(
          "FILTER_INVALID",
          `filter ${name}: a pattern has no bound in time: ${why}: ${source.slice(0, 200)}`,
          {
            hint: "write it without the construct that V8 names",
          },
        );
      }
    }
    return filter;
  }

  /** Everything wrong with a filter, in all its modes. */
  problems(name: string): readonly Problem[] {
    const path = this.#path(name);
    if (path === undefined) return [];
    try {
      const { modes } = this.definition(name);
      for (const mode of modes) this.compile(name, { mode });
      return [];
    } catch (cause) {
      if (!(cause instanceof BailiffError)) throw cause;
      return [{ where: path, what: cause.message, ...(cause.hint === undefined ? {} : { hint: cause.hint }) }];
    }
  }

  /** Everything wrong with the patterns that a jail adds to a filter; the place of each as a pointer: "/failregex/0". */
  addedProblems(name: string, { failregex, ignoreregex }: NonNullable<RulesOptions["extra"]>): readonly Problem[] {
    const { variables, prefix } = this.definition(name).file;
    const file = { variables, prefix, failregex, ignoreregex } as FilterFile;
    return patternProblems(file, { locate: (pointer) => pointer }, this.#known);
  }

  /** Those that this machine does not know: nothing is believed of them. */
  unknownUsers(given: readonly (number | string)[]): readonly string[] {
    return given.flatMap((user) => (typeof user === "string" && !this.#users.has(user) ? [user] : []));
  }

  #uids(given: readonly (number | string)[]): number[] {
    return given.flatMap((user) => {
      const uid = typeof user === "number" ? user : this.#users.get(user);
      return uid === undefined ? [] : [uid];
    });
  }

  #path(name: string): string | undefined {
    if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(name)) return undefined;
    const { own, shipped } = this.#folders;
    for (const folder of own === undefined ? [shipped] : [own, shipped]) {
      const path = `${folder}/${name}.json`;
      if (existsSync(path)) return path;
    }
    return undefined;
  }

  /** What was found out about the patterns so far: what the build puts into the folder PROVEN. */
  proofs(): Readonly<Record<string, Proof>> {
    return this.#known.proofs();
  }

  /** A proof is of a pattern's text, not of a file: what somebody changes in a shipped filter is looked at anew. */
  #believe(name: string): void {
    const path = join(this.#folders.shipped, PROVEN, `${name}.json`);
    if (!existsSync(path)) return;
    const { patterns } = JSON.parse(readFileSync(path, "utf8")) as {
      readonly patterns: Readonly<Record<string, Proof>>;
    };
    this.#known.believe(patterns);
  }

  #read(name: string, path: string, seen: readonly string[]): FilterDefinition {
    if (seen.includes(path) || seen.length > 8) {
      throw new BailiffError("FILTER_INVALID", `${path}: filters extend each other in a circle`, {
        hint: "take out one `extends`",
      });
    }
    const shipped = path.startsWith(this.#folders.shipped);
    if (shipped) this.#believe(name);
    const document = shipped ? loadOwn(path) : loadDocument(path, { confd: false });
    const { value, problems } = this.#checker.filter(document);
    const found = problems.length > 0 ? problems : patternProblems(value, document, this.#known);
    if (found.length > 0)
      throw new BailiffError("FILTER_INVALID", listProblems(found), {
        hint: `see bailiff-filter(5), and try \`bailiff filter test ${name}\``,
      });
    const below = value.extends === undefined ? undefined : this.#base(name, path, value.extends, seen);
    const file = below ? merge(below.file, value) : value;
    const modes = [...new Set(["normal", ...Object.keys(file.modes ?? {})])];
    return {
      name,
      files: [path, ...(below?.files ?? [])],
      shipped,
      file,
      modes,
      defaultMode: file.mode ?? "normal",
    };
  }

  #base(name: string, path: string, base: string, seen: readonly string[]): FilterDefinition {
    // A file of the admin's that extends its own name means the shipped one.
    const from = base === name ? `${this.#folders.shipped}/${base}.json` : this.#path(base);
    if (from === undefined || !existsSync(from)) {
      throw new BailiffError("FILTER_INVALID", `${path}: it extends ${base}, and there is no such filter`, {
        hint: "`bailiff filter list` shows what there is",
      });
    }
    return this.#read(base, from, [...seen, path]);
  }
}

export function listProblems(problems: readonly Problem[]): string {
  return problems.map(({ where, what, hint }) => `${where}: ${what}${hint ? `\n  hint: ${hint}` : ""}`).join("\n");
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((file) => (file.endsWith(".json") ? [file.slice(0, -5)] : []));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // No folder of one's own is no fault.
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new BailiffError("CONFIG_UNREADABLE", `cannot read the folder ${folder}: ${code}`, {
      cause,
      hint: "check its permissions",
    });
  }
}

function sessionTimeout(file: FilterFile): Duration {
  return parseDuration(file.session?.timeout ?? "10m") ?? duration(600_000);
}

/** The patterns of a mode: the file's own, those of the modes it includes, and what it adds. */
function modeParts(
  file: FilterFile,
  mode: string,
): { failregex: Patterns; ignoreregex: string[]; helperregex: Patterns } {
  const order: string[] = [];
  const gather = (name: string, depth: number): void => {
    if (order.includes(name) || depth > 8) return;
    for (const included of file.modes?.[name]?.includes ?? []) gather(included, depth + 1);
    order.push(name);
  };
  gather(mode, 0);
  const parts = order.flatMap((name) => file.modes?.[name] ?? []);
  const withBase = file.modes?.[mode]?.base ?? true;
  return {
    failregex: [...(withBase ? (file.failregex ?? []) : []), ...parts.flatMap((part) => part.failregex ?? [])],
    ignoreregex: [...(file.ignoreregex ?? []), ...parts.flatMap((part) => part.ignoreregex ?? [])],
    helperregex: [...(file.helperregex ?? []), ...parts.flatMap((part) => part.helperregex ?? [])],
  };
}

function patterns(role: Role, given: Patterns | undefined): PatternRule[] {
  return (given ?? []).map((pattern): PatternRule => {
    if (typeof pattern === "string") return { role, regex: pattern };
    const { regex, json, attempts, stage, provisional, settles, twice } = pattern;
    return {
      role,
      ...(regex === undefined ? {} : { regex }),
      ...(json === undefined ? {} : { json: json as Readonly<Record<string, string>> }),
      ...(attempts === undefined ? {} : { attempts }),
      ...(stage === undefined ? {} : { stage }),
      ...(provisional === undefined ? {} : { provisional }),
      ...(settles === undefined ? {} : { settles }),
      ...(twice === undefined ? {} : { twice }),
    };
  });
}

/** Every pattern of the file by itself, so that each fault is told at its line. Unknown variables may be the base's. */
function patternProblems(file: FilterFile, document: Pick<Document, "locate">, known: KnownPatterns): Problem[] {
  if (file.extends !== undefined) return [];
  const problems: Problem[] = [];
  const options = { variables: file.variables ?? {}, known };
  // As the filter itself will compile them: what is known then is not found out again.
  const line = { ...options, prefix: file.prefix };
  const field = { ...options, unanchored: true };
  const exception = { ...field, search: true };
  const attempt = (pointer: string, written: string, how: PatternOptions): void => {
    try {
      compilePattern(written, how);
    } catch (cause) {
      if (!(cause instanceof BailiffError)) throw cause;
      problems.push({
        where: document.locate(pointer),
        what: cause.message,
        ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      });
    }
  };
  const each = (pointer: string, given: readonly (string | Pattern)[] | undefined): void => {
    for (const [at, pattern] of (given ?? []).entries()) {
      if (typeof pattern === "string") attempt(`${pointer}/${at}`, pattern, line);
      else if (pattern.regex !== undefined) attempt(`${pointer}/${at}/regex`, pattern.regex, line);
      else
        for (const [path, regex] of Object.entries(pattern.json ?? {}))
          attempt(`${pointer}/${at}/json/${path}`, String(regex), field);
    }
  };
  const ignores = (pointer: string, given: readonly string[] | undefined): void => {
    for (const [at, pattern] of (given ?? []).entries()) attempt(`${pointer}/${at}`, pattern, exception);
  };
  for (const key of ["failregex", "helperregex", "successregex", "forgetregex"] as const) each(`/${key}`, file[key]);
  ignores("/ignoreregex", file.ignoreregex);
  ignores("/endregex", file.endregex);
  for (const [mode, part] of Object.entries(file.modes ?? {})) {
    each(`/modes/${mode}/failregex`, part.failregex);
    each(`/modes/${mode}/helperregex`, part.helperregex);
    ignores(`/modes/${mode}/ignoreregex`, part.ignoreregex);
    for (const name of part.includes ?? []) {
      if (!Object.hasOwn(file.modes ?? {}, name)) {
        problems.push({
          where: document.locate(`/modes/${mode}/includes`),
          what: `mode ${mode} includes ${name}, which is not a mode`,
          hint: "name a mode of this file",
        });
      }
    }
  }
  const timeout = file.session?.timeout;
  if (timeout !== undefined && parseDuration(timeout) === undefined) {
    problems.push({
      where: document.locate("/session/timeout"),
      what: `${JSON.stringify(timeout)} is not a duration`,
      hint: 'write seconds, or "10m"',
    });
  }
  return problems;
}

/** Lists are joined, objects merged, other values replaced. */
function merge(below: FilterFile, above: FilterFile): FilterFile {
  return mergeValues(below, above) as FilterFile;
}

function mergeValues(below: unknown, above: unknown): unknown {
  if (above === undefined) return below;
  if (Array.isArray(below) && Array.isArray(above)) return [...below, ...above.filter((item) => !below.includes(item))];
  if (!isObject(below) || !isObject(above)) return above;
  const merged = Object.assign(Object.create(null) as Record<string, unknown>, below);
  for (const [key, value] of Object.entries(above)) merged[key] = mergeValues(merged[key], value);
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
