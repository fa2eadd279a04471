import type { ErrorObject, ValidateFunction } from "ajv";
import type { Configuration } from "../generated/bailiff.schema.ts";
import * as validators from "../generated/files.cjs";
import type { Filter } from "../generated/filter.schema.ts";
import { filterWithOptions, insteadOf, interpolation } from "./fail2ban.ts";
import { type Document, type Problem, pointerOf } from "./load.ts";

/** Validators of the two file formats. */
export interface Checker {
  /** Everything wrong with the document; empty when it is a configuration. Fills in the schema's defaults. */
  config(document: Document): { value: Configuration; problems: readonly Problem[] };
  filter(document: Document): { value: Filter; problems: readonly Problem[] };
}

export function makeChecker(): Checker {
  return {
    config: (document) => {
      const { value, problems } = check(validators.config, document);
      return { value, problems: [...problems, ...variableProblems(document)] };
    },
    filter: (document) => check(validators.filter, document),
  };
}

function check<T>(validate: ValidateFunction<T>, document: Document): { value: T; problems: readonly Problem[] } {
  // Ajv writes the defaults into the value; the document is not used again.
  validate(document.value);
  const problems = [...document.problems, ...explainErrors(validate.errors ?? [], document)];
  return { value: document.value as T, problems };
}

/** Values that fail2ban would put something in for; of patterns, their compiler tells. */
function variableProblems(document: Document): Problem[] {
  const problems: Problem[] = [];
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (typeof value === "string") {
      const written = interpolation(value);
      if (written === undefined || path.some((part) => String(part).endsWith("regex"))) return;
      problems.push({
        where: document.locate(pointerOf(path)),
        what: `${path.join(".")}: ${shown(value)}: there are no variables like ${written} here`,
        hint: 'write the value itself; what holds for all jails is written once, in "defaults"',
      });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
    }
  };
  walk(document.value, []);
  return problems;
}

/** Ajv's errors in the admin's words: one for each place, with what was expected and what may have been meant. */
function explainErrors(errors: readonly ErrorObject[], document: Document): Problem[] {
  // A value that fits none of several forms gives an error for each form; one that names the place is enough.
  const choices = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const told = errors.filter(
    (error) =>
      !choices.some(
        (choice) =>
          error !== choice && error.instancePath === choice.instancePath && error.schemaPath !== choice.schemaPath,
      ) &&
      // Of a bad property name, `propertyNames` tells; the rule that it broke is told there.
      error.propertyName === undefined,
  );
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const error of told) {
    const problem = explain(error, document);
    const key = `${problem.where} ${problem.what}`;
    if (!seen.has(key)) problems.push(problem);
    seen.add(key);
  }
  return problems;
}

function explain(error: ErrorObject, document: Document): Problem {
  const { params, instancePath } = error;
  const parent = error.parentSchema as { description?: string; title?: string; properties?: object } | undefined;
  const path = readable(instancePath);
  if (error.keyword === "additionalProperties") {
    const name = String(params.additionalProperty);
    const known = Object.keys(parent?.properties ?? {}).filter((key) => key !== "$schema");
    return {
      where: document.locate(`${instancePath}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`),
      what: `${path ? `${path}.` : ""}${name} is not an option${parent?.title ? ` of ${article(parent.title)}` : ""}`,
      hint: hintForUnknown({ name, known, among: error.data, title: parent?.title }),
    };
  }
  if (error.keyword === "propertyNames") {
    const name = String(params.propertyName);
    return {
      where: document.locate(`${instancePath}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`),
      what: `${path ? `${path}.` : ""}${name} is not a valid name`,
      hint: "use lower-case letters, digits, - and _, beginning with a letter, 31 characters at the most",
    };
  }
  const where = document.locate(instancePath);
  const at = path || "the file";
  const hint = parent?.description ? { hint: parent.description } : {};
  switch (error.keyword) {
    case "required":
      return { where, what: `${at} lacks "${String(params.missingProperty)}"`, ...hint };
    case "enum": {
      const allowed = (params.allowedValues as unknown[]).map(String);
      const close = typeof error.data === "string" ? nearest(error.data, allowed) : undefined;
      return {
        where,
        what: `${at} must be one of ${allowed.join(", ")}, not ${shown(error.data)}`,
        ...(close ? { hint: `did you mean \`${close}\`?` } : hint),
      };
    }
    case "const":
      return { where, what: `${at} must be ${shown(params.allowedValue)}, not ${shown(error.data)}`, ...hint };
    case "type":
      return {
        where,
        what: `${at} must be ${article(String(params.type))}, not ${shown(error.data)}`,
        ...((typeof error.data === "string" ? rewritten(error, String(params.type)) : undefined) ?? hint),
      };
    case "minimum":
    case "maximum":
      return {
        where,
        what: `${at} must be ${String(params.comparison)} ${String(params.limit)}, not ${shown(error.data)}`,
        ...hint,
      };
    case "anyOf":
    case "oneOf":
      return {
        where,
        what: `${at}: ${shown(error.data)} does not fit`,
        ...(rewritten(error, takesList(error.schema) ? "array" : "") ?? hint),
      };
    case "discriminator":
      return {
        where,
        what: `${at} needs a "${String(params.tag)}" that bailiff knows, not ${shown(params.tagValue)}`,
        hint: 'for sources: "journal" or "syslog"; files are not read',
      };
    case "pattern":
      return {
        where,
        what: `${at}: ${shown(error.data)} has characters that may not stand there`,
        ...(rewritten(error, "") ?? hint),
      };
    default:
      return { where, what: `${at} ${error.message ?? "is not valid"}`, ...hint };
  }
}

/** Of fail2ban's words, and of right words in the wrong place, where they belong. */
function hintForUnknown(of: {
  readonly name: string;
  readonly known: readonly string[];
  readonly among: unknown;
  readonly title: string | undefined;
}): string {
  const { name, known, title } = of;
  const ours = title === "Configuration" || title === "Jail" || title === "Jail options" || title === "Filter";
  const instead = ours ? insteadOf(name) : undefined;
  if (instead !== undefined) return instead;
  const close = nearest(name, known);
  if (close !== undefined) return `did you mean \`${close}\`?`;
  if (title === "Configuration") {
    if (JAIL_WORDS.test(name)) return 'it belongs into "defaults", or into a jail of "jails"';
    const value = (of.among as Record<string, unknown>)[name];
    if (typeof value === "object") return `a jail belongs into "jails": { "${name}": … }`;
  }
  return `the options are: ${known.join(", ")}`;
}

const JAIL_WORDS =
  /^(?:enabled|filter|mode|maxretry|maxmatches|findtime|bantime(?:\..+)?|ignoreip|ignorecommand|ports|protocols|dryrun|forgive)$/;

/** The value as it should be written, where that can be told from how it is. */
function rewritten(error: ErrorObject, type: string): { readonly hint: string } | undefined {
  const { data, instancePath } = error;
  const key = instancePath.slice(instancePath.lastIndexOf("/") + 1);
  if (key === "bantime" && typeof data === "object" && data !== null)
    return {
      hint: `write ${Object.keys(data)
        .map((name) => `"bantime.${name}"`)
        .join(", ")}, as one word each`,
    };
  if (typeof data !== "string") return undefined;
  if (key === "ports" && /^(?:[01][:-]65535|any(?:port)?|allports)$/i.test(data)) return { hint: 'write "all"' };
  if (/^\d+$/.test(key) && data.includes(",")) return { hint: "write each for itself, with a comma between" };
  if (type === "array") {
    const items = key.endsWith("regex") ? [data] : data.split(key === "ignorecommand" ? /\s+/ : /[\s,]+/);
    const values = items.filter((item) => item !== "").map((item) => (/^\d{1,9}$/.test(item) ? Number(item) : item));
    return { hint: `write a list: ${shown(values, 200)}` };
  }
  if ((type === "integer" || type === "number") && /^-?\d{1,12}$/.test(data))
    return { hint: `without quotes: ${data}` };
  if (type === "boolean") {
    if (/^(?:true|yes|on|1)$/i.test(data)) return { hint: "write true, without quotes" };
    if (/^(?:false|no|off|0)$/i.test(data)) return { hint: "write false, without quotes" };
  }
  const parts = key === "filter" ? filterWithOptions(data) : undefined;
  if (parts === undefined) return undefined;
  return { hint: `write "filter": "${parts.filter}"${parts.mode === undefined ? "" : `, "mode": "${parts.mode}"`}` };
}

function takesList(schema: unknown): boolean {
  return Array.isArray(schema) && schema.some((choice: { type?: unknown }) => choice.type === "array");
}

/** "/jails/sshd/maxretry" → "jails.sshd.maxretry". */
export function readable(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");
}

function article(noun: string): string {
  const word = noun === "Jail" ? "jail" : noun.charAt(0).toLowerCase() + noun.slice(1);
  return /^(?:configuration|jail options)$/.test(word)
    ? `the ${word}`
    : /^[aeiou]/.test(word)
      ? `an ${word}`
      : `a ${word}`;
}

function shown(value: unknown, most = 60): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > most ? `${text.slice(0, most - 3)}…` : text;
}

/** The known word that a mistyped one is close to, if any: at most a third of its letters wrong. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
