/** A manual page of section 5 made from a JSON Schema: every option with its type, bounds, default and description. */

export interface Schema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

export interface Page {
  /** "bailiff.json". */
  readonly name: string;
  /** What the NAME section says of it. */
  readonly about: string;
  readonly version: string;
  /** "2026-11-22". */
  readonly date: string;
  /** Paragraphs after the schema's own description. */
  readonly introduction: readonly string[];
  /** Text shown as it is. */
  readonly example: string;
  readonly files: readonly (readonly [file: string, what: string])[];
  readonly seeAlso: readonly string[];
}

/** Objects of the format in the order they are described; each once. */
interface Section {
  readonly title: string;
  readonly schema: Schema;
}

/** Gives the page as roff for man(7). `schemas` are found by the last part of their $id. */
export function schemaPage(schema: Schema, schemas: readonly Schema[], page: Page): string {
  const writer = new Writer(schema, schemas);
  const lines = [
    `.TH "${page.name.toUpperCase()}" "5" "${page.date}" "bailiff ${page.version}" "bailiff"`,
    ".nh",
    ".ad l",
    ".SH NAME",
    `${text(page.name)} \\- ${text(page.about)}`,
    ".SH DESCRIPTION",
    text(schema.description ?? ""),
    ...page.introduction.flatMap((paragraph) => [".PP", text(paragraph)]),
    ".SH OPTIONS",
    ...writer.sections(),
    ".SH EXAMPLE",
    ".EX",
    ...page.example
      .trimEnd()
      .split("\n")
      .map((line) => text(line) || "\\&"),
    ".EE",
    ".SH FILES",
    ...page.files.flatMap(([file, what]) => [".TP", `.I ${text(file)}`, text(what)]),
    ".SH SEE ALSO",
    page.seeAlso.map(reference).join(",\n"),
  ];
  return `${lines.join("\n")}\n`;
}

class Writer {
  readonly #root: Schema;
  readonly #schemas: readonly Schema[];
  readonly #queue: Section[];
  readonly #described = new Map<Schema, string>();

  constructor(root: Schema, schemas: readonly Schema[]) {
    this.#root = root;
    this.#schemas = schemas;
    this.#queue = [{ title: "The file", schema: root }];
    this.#described.set(root, "The file");
  }

  sections(): string[] {
    const lines: string[] = [];
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const { title, schema } = next;
      lines.push(`.SS "${text(title)}"`);
      if (schema.description && schema !== this.#root) lines.push(text(schema.description));
      lines.push(...this.#options(title === "The file" ? "" : title, schema));
    }
    return lines;
  }

  #options(path: string, schema: Schema): string[] {
    const inherited: string[] = [];
    const lines: string[] = [];
    for (const [name, given] of Object.entries(schema.properties ?? {})) {
      // "bantime" of a jail is "bantime" of the defaults: said once.
      if (/\/properties\//.test(given.$ref ?? "")) {
        inherited.push(name);
        continue;
      }
      const { about, target } = this.#resolve(given);
      const at = path === "" ? name : `${path}.${name}`;
      const required = schema.required?.includes(name) ? ["required"] : [];
      const fallback = target.default ?? given.default;
      const preset = fallback === undefined || isEmpty(fallback) ? [] : [`default: ${JSON.stringify(fallback)}`];
      const kind = this.#type(at, given);
      const notes = [kind, ...required, ...preset].filter((note) => note !== "");
      lines.push(".TP", `\\fB${text(name)}\\fR${notes.length > 0 ? ` (${text(notes.join("; "))})` : ""}`);
      lines.push(text(about || "\u200b").replace("\u200b", "\\&"));
    }
    if (inherited.length > 0) {
      lines.push(".TP", inherited.map((name) => `\\fB${text(name)}\\fR`).join(", "));
      lines.push("As in \\fBdefaults\\fR, for this jail alone.");
    }
    return lines;
  }

  /** A reference followed to its end, and the nearest description on the way. */
  #resolve(schema: Schema): { readonly target: Schema; readonly about: string } {
    let target = schema;
    let about = schema.description ?? "";
    while (target.$ref !== undefined) {
      target = this.#find(target.$ref);
      about ||= target.description ?? "";
    }
    return { target, about };
  }

  #find(reference: string): Schema {
    const [file = "", pointer = ""] = reference.split("#");
    const schemas = [this.#root, ...this.#schemas];
    const at = file === "" ? schemas : schemas.filter(({ $id }) => $id?.endsWith(`/${file}`));
    for (const document of at) {
      let found: unknown = document;
      for (const part of pointer.split("/").slice(1)) {
        found = (found as Record<string, unknown> | undefined)?.[part.replaceAll("~1", "/").replaceAll("~0", "~")];
      }
      if (found !== undefined) return found as Schema;
    }
    throw new Error(`${reference} is not in the schemas`);
  }

  /** In words; objects are queued for a section of their own. */
  #type(at: string, given: Schema): string {
    const name = /\$defs\/(\w+)$/.exec(given.$ref ?? "")?.[1];
    if (name !== undefined && NAMED[name] !== undefined) return NAMED[name];
    const { target } = this.#resolve(given);
    if (target.const !== undefined) return JSON.stringify(target.const);
    if (target.enum) return target.enum.map((value) => JSON.stringify(value)).join(" | ");
    const choices = target.anyOf ?? target.oneOf;
    if (choices) {
      return [...new Set(choices.map((choice) => this.#type(this.#choicePath(at, choice), choice)))].join(" or ");
    }
    if (target.type === "array") return `list of ${this.#type(`${at}[]`, target.items ?? {}) || "values"}`;
    if (target.properties) return this.#object(at, target);
    if (typeof target.additionalProperties === "object") {
      return `object: name → ${this.#type(`${at}.NAME`, target.additionalProperties)}`;
    }
    return [TYPES[target.type ?? ""] ?? "", range(target)].filter((part) => part !== "").join(" ");
  }

  #choicePath(at: string, choice: Schema): string {
    const kind = this.#resolve(choice).target.properties?.type?.const;
    return kind === undefined ? at : `${at} of type ${String(kind)}`;
  }

  #object(at: string, schema: Schema): string {
    const known = this.#described.get(schema);
    if (known === undefined) {
      this.#described.set(schema, at);
      this.#queue.push({ title: at, schema });
    }
    return known === undefined || known === at ? "object, see below" : `object, as ${known}`;
  }
}

/** Definitions that are told by a word and explained in the introduction. */
const NAMED: Readonly<Record<string, string>> = {
  duration: "duration",
  network: "address or prefix",
  ports: '"all" or list of ports',
  protocols: "list of protocols",
};
const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true | false",
  object: "object",
};

function range({ minimum, exclusiveMinimum, maximum }: Schema): string {
  if (exclusiveMinimum !== undefined)
    return `above ${exclusiveMinimum}${maximum === undefined ? "" : ` up to ${maximum}`}`;
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `from ${minimum}`;
  return maximum === undefined ? "" : `up to ${maximum}`;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** "nft(8)" with the name in bold. */
function reference(to: string): string {
  const [, name = to, section = ""] = /^(.*)\((\w+)\)$/.exec(to) ?? [];
  return `\\fB${text(name)}\\fR(${section})`;
}

/** Plain text as roff: nothing in it is a request or an escape; `code` is bold. */
export function text(plain: string): string {
  return plain
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti")
    .replaceAll(/`([^`\n]*)`/g, "\\fB$1\\fR")
    .replaceAll("`", "\\(ga")
    .replaceAll("'", "\\(aq")
    .replaceAll('"', "\\(dq")
    .replaceAll("→", "\\(->")
    .replaceAll("–", "\\(en")
    .replaceAll("…", "...")
    .replaceAll(/^\./gm, "\\&.");
}
