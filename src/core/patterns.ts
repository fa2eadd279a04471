import { BailiffError } from "../errors.ts";
import { type Reach, reach } from "./explain.ts";
import { gateOf } from "./gate.ts";
import { compilePattern, type KnownPatterns, type Pattern } from "./pattern.ts";

/**
 * What a line of the service means. `failure` accuses; `helper` only remembers what it captures; `success`: the peer
 * logged in, its session's failures are forgotten; `forget`: the connection ended.
 */
export type Role = "failure" | "helper" | "success" | "forget";

/** One pattern of a filter: a regular expression on the message, or one for each of some fields of a JSON message. */
export interface PatternRule {
  readonly role: Role;
  readonly regex?: string;
  /** Path ("request.remote_ip") → regular expression; all must match. */
  readonly json?: Readonly<Record<string, string>>;
  /** Failures that one line stands for, unless `(?<attempts>…)` captures the number. Default 1. */
  readonly attempts?: number;
  /**
   * Lines of one attempt are logged in rising stage: a failure line whose stage is above that of the last one in its
   * session is the same attempt, and is not counted again. 0: stands for itself.
   */
  readonly stage?: number;
  /**
   * Such a line also comes before a login that succeeds (one PAM module refuses, the next lets in): its failure counts,
   * and is taken back when its user logs in in its session before a line that is not provisional tells of a failure.
   */
  readonly provisional?: boolean;
  /**
   * The connection's own process tells how an attempt ended of which another process may have told a provisional
   * failure. A failure line settles one such failure of its address and user, and does not count besides; a success line
   * takes one back.
   */
  readonly settles?: boolean;
  /** The service writes such a line twice, one right after the other: the copy does not count. */
  readonly twice?: boolean;
}

/** The text patterns that may match a text of some first character. */
interface Candidates {
  /** Matches every text that one of them does. */
  readonly gate: RegExp | undefined;
  readonly patterns: readonly Compiled[];
}

interface Compiled {
  readonly rule: PatternRule;
  readonly index: number;
  readonly text: Pattern | undefined;
  readonly fields: readonly { readonly path: readonly string[]; readonly pattern: Pattern }[] | undefined;
}

/** What a pattern captured, by name. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** A pattern that matches. */
export interface Found {
  readonly rule: PatternRule;
  /** Its place among the filter's patterns. */
  readonly index: number;
  readonly groups: Groups;
  /** The whole message as patterns see it. */
  readonly text: string;
}

/** Characters of a JSON message that are looked at: cut JSON cannot be read, and fields are cut on their own. */
const MAX_JSON = 65_536;
/** Line ends other than LF, which `.` would stop at: a terminal's CR, and U+2028 in a user name. */
const LINE_END = /[\r\u0085\u2028\u2029]/;
const LINE_ENDS = new RegExp(LINE_END, "g");

/** The patterns of a filter, of which the first that matches a message counts. */
export class Patterns {
  readonly #all: readonly Compiled[];
  /** By the first character's code below 128; the last is for all others. */
  readonly #byFirst: readonly Candidates[];
  readonly #json: readonly Compiled[];
  readonly #maxText: number;

  /** @throws BailiffError FILTER_INVALID, PATTERN_INVALID */
  constructor(
    rules: readonly PatternRule[],
    options: {
      readonly variables: Readonly<Record<string, string>>;
      readonly prefix: string | undefined;
      readonly known: KnownPatterns;
      /** Characters of a message, or of a field of one, that are looked at. */
      readonly maxText: number;
    },
  ) {
    this.#all = rules.map((rule, index) => compile(rule, index, options));
    this.#json = this.#all.filter((pattern) => pattern.fields !== undefined);
    this.#byFirst = sortByFirst(this.#all);
    this.#maxText = options.maxText;
  }

  /** Sources of the regular expressions that run, gates included. */
  get expressions(): readonly string[] {
    const gates = new Set(this.#byFirst.flatMap(({ gate }) => gate?.source ?? []));
    const texts = this.#all.flatMap(({ text, fields }) => [
      ...(text ? [text.regexp.source] : []),
      ...(fields ?? []).map(({ pattern }) => pattern.regexp.source),
    ]);
    return [...texts, ...gates];
  }

  /** The pattern that comes furthest on a message that none matches. */
  closest(message: string): (Reach & { readonly pattern: number }) | undefined {
    const text = plainText(message, this.#maxText);
    let best: (Reach & { readonly pattern: number }) | undefined;
    for (const { text: pattern, index } of this.#all) {
      const found = pattern === undefined ? undefined : reach(pattern, text);
      if (found && (best === undefined || found.characters > best.characters)) best = { ...found, pattern: index };
    }
    return best;
  }

  find(message: string): Found | undefined {
    const text = plainText(message, this.#maxText);
    const code = text.charCodeAt(0);
    const candidates = this.#byFirst[code < 128 ? code : 128];
    if (candidates !== undefined && candidates.gate?.test(text) !== false) {
      const cut = message.length > this.#maxText;
      for (const compiled of candidates.patterns) {
        if (cut && compiled.text?.freeBefore) continue;
        const result = compiled.text?.regexp.exec(text);
        if (result) return { rule: compiled.rule, index: compiled.index, groups: result.groups ?? {}, text };
      }
    }
    return this.#json.length > 0 ? this.#findJson(message, text) : undefined;
  }

  #findJson(message: string, text: string): Found | undefined {
    if (!message.startsWith("{") || message.length > MAX_JSON) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(message);
    } catch {
      // Not JSON after all: other lines of the service look as they like.
      return undefined;
    }
    for (const compiled of this.#json) {
      const groups = matchFields(compiled, value, this.#maxText);
      if (groups) return { rule: compiled.rule, index: compiled.index, groups, text };
    }
    return undefined;
  }
}

/**
 * The message as patterns see it: cut to `max` characters, no line ends inside but LF, nothing blank at its end. Cut at
 * the end only: without its middle, a message could be made to name another address. What was cut ends with U+FFFD, so
 * that no pattern takes the middle of a name, or blanks that push the true address out of sight, for the message's end.
 */
export function plainText(message: string, max: number): string {
  if (message.length > max) return `${message.slice(0, max).replace(LINE_ENDS, "\ufffd")}\ufffd`;
  const text = LINE_END.test(message) ? message.replace(LINE_ENDS, "\ufffd") : message;
  const last = text.charCodeAt(text.length - 1);
  if (last > 0x20 && last < 0x7f) return text;
  return (last === 0 || last === 0xfffd ? text.slice(0, -1) : text).trimEnd();
}

function compile(
  rule: PatternRule,
  index: number,
  options: {
    variables: Readonly<Record<string, string>>;
    prefix: string | undefined;
    known: KnownPatterns;
  },
): Compiled {
  if (rule.json !== undefined) {
    const { variables, known } = options;
    const fields = Object.entries(rule.json).map(([path, regex]) => ({
      path: path.split("."),
      pattern: compilePattern(regex, { variables, known, unanchored: true }),
    }));
    const hosts = fields.filter(({ pattern }) => pattern.hasAddress).length;
    if (fields.length === 0 || hosts > 1) {
      throw new BailiffError("FILTER_INVALID", "a json pattern needs fields, and <HOST> in one of them at most", {
        hint: 'for example { "json": { "msg": "^login failed$", "client": "^<HOST>$" } }',
      });
    }
    return { rule, index, text: undefined, fields };
  }
  return { rule, index, text: compilePattern(rule.regex ?? "", options), fields: undefined };
}

function sortByFirst(patterns: readonly Compiled[]): readonly Candidates[] {
  const known = new Map<string, Candidates>();
  return Array.from({ length: 129 }, (_, code) => {
    const these = patterns.filter(
      ({ text }) => text && (text.first === undefined || (code < 128 && text.first.has(code))),
    );
    const key = these.map(({ index }) => index).join();
    const candidates = known.get(key) ?? { gate: gateOf(these.flatMap(({ text }) => text ?? [])), patterns: these };
    known.set(key, candidates);
    return candidates;
  });
}

function matchFields(compiled: Compiled, value: unknown, max: number): Groups | undefined {
  const groups: Record<string, string | undefined> = Object.create(null) as Record<string, string | undefined>;
  for (const { path, pattern } of compiled.fields ?? []) {
    const field = fieldText(value, path);
    const result = field === undefined ? null : pattern.regexp.exec(plainText(field, max));
    if (!result) return undefined;
    Object.assign(groups, result.groups);
  }
  return groups;
}

/** Own properties only, so that a path cannot reach into prototypes. Numbers and booleans as JSON writes them. */
function fieldText(value: unknown, path: readonly string[]): string | undefined {
  let at: unknown = value;
  for (const name of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return typeof at === "string" ? at : typeof at === "number" || typeof at === "boolean" ? String(at) : undefined;
}
