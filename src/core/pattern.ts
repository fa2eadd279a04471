import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { BailiffError } from "../errors.ts";
import { foreignTo } from "./foreign.ts";

/**
 * Patterns of filters: what `<HOST>` and `%{variable}` stand for, and which regular expressions are safe to run on text
 * that an attacker writes. V8 finishes any pattern of this subset in linear time, by falling back to its non-backtracking
 * engine; that engine knows no look-around, back-references, flags, or counts above 16.
 */

/** Largest product of {n,m} counts that V8's linear engine takes (kMaxReplicationFactor). */
const MAX_REPLICATION = 16;
/** Characters in a pattern after its variables are put in. */
const MAX_LENGTH = 4096;

/** What `<ADDR>` stands for: an address, bare or in brackets. The text is parsed strictly after the match. */
const ADDR = "\\[?(?<addr>[0-9A-Fa-f:.]+)\\]?";
/** `<HOST>` also takes a name, which accuses nobody and is counted. */
const HOST = "\\[?(?<addr>[\\w:.-]+)\\]?";

/** Time stamps as services write them at the head of a message; their value is not looked at. */
const STAMP = [
  "\\d{4}[-/.]\\d\\d[-/.]\\d\\d[T ,]{1,2}\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?: ?(?:Z|UTC|GMT|CES?T|E[SD]T|P[SD]T|[+-]\\d\\d:?\\d\\d))?",
  "(?:[A-Z][a-z][a-z],? )?[A-Z][a-z][a-z] {1,2}\\d{1,2} \\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?: \\d{4})?",
  "\\d{1,2}[-/ ][A-Z][a-z][a-z][-/ ]\\d{4}[: ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?: [+-]\\d{4})?",
  "\\d\\d[-/.]\\d\\d[-/.]\\d{4}[T ,]{1,2}\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?",
  "\\d{6} {1,2}\\d{1,2}:\\d\\d:\\d\\d",
  "\\d{10}(?:\\.\\d{1,9})?",
].join("|");

/** Variables that every filter has. */
export const BUILTIN: Readonly<Record<string, string>> = {
  /** A time stamp, in brackets or not, and what separates it from the text. Write `(?:%{STAMP})?` where it may lack. */
  STAMP: `[\\[(]?(?:${STAMP})[\\])]?[:,]? ?`,
};

/** Puts `%{name}` in place, nested at most 8 deep; then `<HOST>` and `<ADDR>`. */
export function expand(source: string, variables: Readonly<Record<string, string>>): string {
  let text = source;
  for (let depth = 0; text.includes("%{"); depth += 1) {
    if (depth === 8) throw invalid(source, "its variables contain each other", "break the circle of %{…}");
    text = text.replaceAll(/%\{([A-Za-z_]\w*)\}/g, (_, name: string) => {
      const value = Object.hasOwn(variables, name) ? variables[name] : BUILTIN[name];
      if (value === undefined) throw invalid(source, `%{${name}} is not defined`, `add it to the filter's "variables"`);
      return value;
    });
    if (text.length > MAX_LENGTH) {
      throw invalid(source, `it is longer than ${MAX_LENGTH} characters`, "split it into several patterns");
    }
    if (/%\{(?![A-Za-z_]\w*\})/.test(text)) throw invalid(source, "it has a malformed %{…}", "write %{name}");
  }
  return text.replaceAll("<HOST>", HOST).replaceAll("<ADDR>", ADDR);
}

export interface Pattern {
  /** As the filter's author wrote it, for messages. */
  readonly written: string;
  readonly regexp: RegExp;
  readonly hasAddress: boolean;
  /** Free text may stand before the address: in a message that was cut, the address found may be part of that text. */
  readonly freeBefore: boolean;
  /** Character codes below 128 that a matching text can begin with; undefined: any. */
  readonly first: ReadonlySet<number> | undefined;
  /**
   * What a matching text begins with, up to the first free text: one list for each alternative, of expressions that
   * follow each other and capture nothing. Undefined when that says nothing.
   */
  readonly heads: readonly (readonly string[])[] | undefined;
}

export interface PatternOptions {
  readonly variables: Readonly<Record<string, string>>;
  /** Put in front of patterns that do not begin with `^`. */
  readonly prefix?: string | undefined;
  /** The pattern may look at a part of the text (ignoreregex, JSON fields). */
  readonly unanchored?: boolean;
  /** Only whether it matches will be asked, not where: what may be absent at its beginning is left out. */
  readonly search?: boolean;
  /** Filled, and asked first. */
  readonly known?: KnownPatterns;
}

/** What was found out about a pattern that is safe to run. */
export interface Proof {
  readonly hasAddress: boolean;
  readonly freeBefore: boolean;
  /** The characters of `Pattern.first`. */
  readonly first?: string;
  readonly heads?: readonly (readonly string[])[];
  /** What runs, where that is not the pattern itself. */
  readonly runs?: string;
}

/**
 * Patterns that were found safe, by what they expand to: to find it out takes most of the time of a start, and memory
 * that is not given back. Patterns hold no state; filters share them.
 */
export class KnownPatterns {
  readonly #patterns = new Map<string, Pattern>();
  readonly #proofs = new Map<string, Proof>();

  get(source: string, options: Pick<PatternOptions, "unanchored" | "search">): Pattern | undefined {
    const key = keyOf(source, options);
    const proof = this.#patterns.has(key) ? undefined : this.#proofs.get(key);
    if (proof !== undefined) this.#patterns.set(key, proven(source, proof));
    return this.#patterns.get(key);
  }

  set(source: string, options: Pick<PatternOptions, "unanchored" | "search">, pattern: Pattern): void {
    this.#patterns.set(keyOf(source, options), pattern);
  }

  /** Takes over what `proofs` gave, here or in another run of this program. */
  believe(proofs: Readonly<Record<string, Proof>>): void {
    for (const [key, proof] of Object.entries(proofs)) this.#proofs.set(key, proof);
  }

  proofs(): Readonly<Record<string, Proof>> {
    return Object.fromEntries([...this.#patterns].map(([key, pattern]) => [key, proofOf(key.slice(1), pattern)]));
  }
}

/** What is found out depends on what the pattern is for, and else on its text alone. */
function keyOf(source: string, { unanchored, search }: Pick<PatternOptions, "unanchored" | "search">): string {
  return `${search ? "/" : unanchored ? "?" : "="}${source}`;
}

function proofOf(source: string, { hasAddress, freeBefore, first, heads, regexp }: Pattern): Proof {
  return {
    hasAddress,
    freeBefore,
    ...(first === undefined ? {} : { first: String.fromCharCode(...first) }),
    ...(heads === undefined ? {} : { heads }),
    ...(regexp.source === new RegExp(source).source ? {} : { runs: regexp.source }),
  };
}

function proven(source: string, { hasAddress, freeBefore, first, heads, runs }: Proof): Pattern {
  const codes = first === undefined ? undefined : new Set(Array.from(first, (character) => character.charCodeAt(0)));
  return { written: source, regexp: new RegExp(runs ?? source), hasAddress, freeBefore, first: codes, heads };
}

/** Expands, lints and compiles. Throws FILTER_INVALID naming the construct and a rewrite. */
export function compilePattern(written: string, options: PatternOptions): Pattern {
  if (written.length > MAX_LENGTH) {
    throw invalid(written, `it is longer than ${MAX_LENGTH} characters`, "split it into several patterns");
  }
  const joined = !written.startsWith("^") && options.prefix !== undefined ? options.prefix + written : written;
  const source = expand(joined, options.variables);
  if (source.length > MAX_LENGTH) {
    throw invalid(written, `it is longer than ${MAX_LENGTH} characters`, "split it into several patterns");
  }
  const known = options.known?.get(source, options);
  if (known !== undefined) return { ...known, written };
  const pattern = prove(written, source, options);
  options.known?.set(source, options, pattern);
  return pattern;
}

function prove(written: string, source: string, { unanchored, search }: PatternOptions): Pattern {
  const foreign = foreignTo(source);
  if (foreign !== undefined) throw invalid(written, `it has fail2ban's ${foreign.text}`, foreign.instead);
  let ast: AST.Pattern;
  try {
    ast = new RegExpParser({ ecmaVersion: 2024 }).parsePattern(source);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalid(written, `it is not a regular expression: ${why}`, "mend it", cause);
  }
  if (!unanchored) lintAnchors(written, source, ast);
  lintConstructs(written, ast);
  const address = findAddress(written, ast);
  const freeBefore = address !== undefined && lintInjection(written, ast, address);
  return {
    written,
    regexp: new RegExp(search ? searched(source, ast) : source),
    hasAddress: address !== undefined,
    freeBefore,
    first: firstCodes(ast.alternatives),
    heads: headsOf(ast.alternatives),
  };
}

function invalid(pattern: string, what: string, hint: string, cause?: unknown): BailiffError {
  const shown = pattern.length > 120 ? `${pattern.slice(0, 117)}…` : pattern;
  return new BailiffError("FILTER_INVALID", `pattern ${JSON.stringify(shown)}: ${what}`, { hint, cause });
}

function lintAnchors(written: string, source: string, ast: AST.Pattern): void {
  for (const alternative of ast.alternatives) {
    const [head] = alternative.elements;
    const tail = alternative.elements.at(-1);
    if (!(head?.type === "Assertion" && head.kind === "start")) {
      throw invalid(written, "it does not begin with ^", "anchor it: unanchored patterns let log text accuse anybody");
    }
    if (!(tail?.type === "Assertion" && tail.kind === "end")) {
      throw invalid(
        written,
        "it does not end with $",
        "match the whole message; end with .*$ only if no free text stands before the address",
      );
    }
  }
  if (/\.\*\$?$/.test(source) && source.startsWith("^.*") && ast.alternatives.length === 1 && source.length < 12) {
    throw invalid(written, "it matches any text", "say what a failure looks like");
  }
}

/** Refuses what V8's linear engine cannot run, and what makes the backtracking one slow. */
function lintConstructs(written: string, root: AST.Pattern): void {
  const walk = (node: AST.Node, unbounded: boolean, replication: number): void => {
    switch (node.type) {
      case "Pattern":
      case "Group":
      case "CapturingGroup":
        if (node.type === "Group" && node.modifiers) {
          throw invalid(written, "it has a flag group (?i:…)", "write both cases: [Ff]ailed");
        }
        for (const alternative of node.alternatives) walk(alternative, unbounded, replication);
        return;
      case "Alternative":
        for (const element of node.elements) walk(element, unbounded, replication);
        return;
      case "Quantifier": {
        const endless = node.max === Number.POSITIVE_INFINITY;
        if (endless && unbounded) {
          throw invalid(
            written,
            `${node.raw} repeats something that already repeats`,
            "one * or + is enough: write [^,]* or .* in place of (?:[^,]+,?)*",
          );
        }
        const times = endless ? Math.max(1, node.min) : node.max;
        if (replication * times > MAX_REPLICATION) {
          throw invalid(
            written,
            `${node.raw} counts above ${MAX_REPLICATION}`,
            "use + or *: the text is bounded anyway",
          );
        }
        walk(node.element, unbounded || endless, replication * times);
        return;
      }
      case "Assertion":
        if (node.kind === "lookahead" || node.kind === "lookbehind") {
          throw invalid(
            written,
            `it has a look-around ${node.raw}`,
            "say what may stand there: [^x]* or an ignoreregex",
          );
        }
        return;
      case "Backreference":
        throw invalid(written, `it has a back-reference ${node.raw}`, "repeat the group's text");
      default:
    }
  };
  walk(root, false, 1);
}

function findAddress(written: string, root: AST.Pattern): AST.CapturingGroup | undefined {
  const found: AST.CapturingGroup[] = [];
  visit(root, (node) => {
    if (node.type === "CapturingGroup" && node.name === "addr") found.push(node);
  });
  if (found.length > 1) {
    throw invalid(written, "it has more than one <HOST> or <ADDR>", "write two patterns, one for each place");
  }
  return found[0];
}

/** Characters by which free text could fake the words around an address. */
const DELIMITERS = [" ", '"', "'", "[", "]", "(", ")", ",", ";", "=", "<", ">"];

/**
 * Free text after the address lets its writer fake an earlier address, unless what stands before the address cannot hold
 * a delimiter: `^Failed for .* from <HOST>: .*$` reads the first or last of two addresses, whichever the attacker likes.
 * Text that cannot hold a character which must follow it (`"[^"]*", client: <HOST>`) ends at the first of that character:
 * nothing after it can move the address. Returns whether there is free text before the address.
 */
function lintInjection(written: string, root: AST.Pattern, address: AST.CapturingGroup): boolean {
  let before: AST.Quantifier | undefined;
  let after: AST.Quantifier | undefined;
  let marked = false;
  visit(root, (node) => {
    if (node.type !== "Quantifier" || node.max !== Number.POSITIVE_INFINITY) return;
    if (node.start >= address.start && node.end <= address.end) return;
    // Blanks, or one character over and over, can fake nothing.
    if (node.element.type === "Character" || node.element.raw === "\\s") return;
    const hits = delimitersIn(node.element);
    if (node.start < address.start && hits > 0) {
      if (endsAtFixedMark(node, address)) marked = true;
      else before ??= node;
    }
    if (node.start >= address.end && hits >= DELIMITERS.length - 2 && takesSpace(node.element)) after ??= node;
  });
  if (before && after) {
    throw invalid(
      written,
      `free text both before (${before.raw}) and after (${after.raw}) the address`,
      "narrow the first, as in [\\w.-]+, or say exactly what follows the address: whoever writes the text could name another address",
    );
  }
  return marked || before !== undefined;
}

function delimitersIn(node: AST.Node): number {
  const accepts = acceptor(node);
  return DELIMITERS.filter((mark) => accepts(mark)).length;
}

/** Must a character follow, before the address, that the repeated one is never? */
function endsAtFixedMark(repeated: AST.Quantifier, address: AST.CapturingGroup): boolean {
  const text = unescaped(repeated.element);
  if (text.type !== "CharacterClass" && text.type !== "CharacterSet") return false;
  const accepts = acceptor(text);
  let { end } = repeated;
  for (let at = parentOf(repeated); at !== null; at = parentOf(at)) {
    // What is repeated may be followed by itself.
    if (at.type === "Quantifier" && at.max > 1) return false;
    if (at.type === "Alternative") {
      for (const next of at.elements) {
        if (next.start < end || next.start >= address.start) continue;
        if (next.type !== "Character") continue;
        const mark = String.fromCodePoint(next.value);
        // A blank ends a value of key=value text, which is quoted when it holds one. It ends no name: names with blanks
        // in them are what attackers send first.
        if (!accepts(mark) && (mark !== " " || !accepts('"'))) return true;
      }
    }
    ({ end } = at);
  }
  return false;
}

/** `(?:[^"\\]|\\.)*`, the inside of quotes whose own quotes are escaped: it ends at the first quote that is not. */
function unescaped(element: AST.Element): AST.Element {
  if (element.type !== "Group" || element.alternatives.length !== 2) return element;
  const [plain, escaped] = element.alternatives.map(({ elements }) => elements);
  const [text] = plain ?? [];
  const [backslash, any] = escaped ?? [];
  const isEscape = escaped?.length === 2 && backslash?.type === "Character" && backslash.value === 0x5c;
  if (plain?.length !== 1 || text?.type !== "CharacterClass" || !isEscape || any?.type !== "CharacterSet")
    return element;
  return acceptor(text)("\\") ? element : text;
}

function parentOf(node: AST.Node): AST.Node | null {
  return node.parent;
}

function takesSpace(node: AST.Node): boolean {
  return acceptor(node)(" ");
}

/** Whether a single character can be part of what the node matches. */
function acceptor(node: AST.Node): (mark: string) => boolean {
  const leaves: RegExp[] = [];
  visit(node, (leaf) => {
    if (leaf.type === "CharacterSet" || leaf.type === "CharacterClass") leaves.push(new RegExp(`^${leaf.raw}$`));
    if (
      leaf.type === "Character" &&
      leaf.parent.type !== "CharacterClass" &&
      leaf.parent.type !== "CharacterClassRange"
    ) {
      const text = String.fromCodePoint(leaf.value);
      leaves.push(new RegExp(`^${text.replace(/[^\w\s]/g, "\\$&")}$`));
    }
  });
  return (mark) => leaves.some((leaf) => leaf.test(mark));
}

function visit(node: AST.Node, see: (node: AST.Node) => void): void {
  see(node);
  switch (node.type) {
    case "Pattern":
    case "Group":
    case "CapturingGroup":
      for (const alternative of node.alternatives) visit(alternative, see);
      return;
    case "Alternative":
      for (const element of node.elements) visit(element, see);
      return;
    case "Quantifier":
      visit(node.element, see);
      return;
    default:
  }
}

/**
 * What a search begins with and may find empty it finds wherever the rest is: left out, the rest is not tried at every
 * place where the first part matches. For expressions without look-around and back-references.
 */
function searched(source: string, { alternatives }: AST.Pattern): string {
  return alternatives
    .map(({ elements, end }) => {
      const needed = elements.find((element) => asserts(element) || addElement(element, new Set()) !== "empty");
      return needed === undefined ? "" : source.slice(needed.start, end);
    })
    .join("|");
}

function asserts(element: AST.Element): boolean {
  let found = false;
  visit(element, ({ type }) => {
    if (type === "Assertion") found = true;
  });
  return found;
}

/** Undefined when some alternative may begin with anything. */
function headsOf(alternatives: readonly AST.Alternative[]): readonly (readonly string[])[] | undefined {
  const heads: string[][] = [];
  for (const { elements } of alternatives) {
    const free = elements.findIndex(takesFreeText);
    const head = free < 0 ? elements : elements.slice(0, free);
    if (addFirst(head, new Set()) === "empty") return undefined;
    heads.push(head.map(uncaptured));
  }
  return heads;
}

function takesFreeText(element: AST.Element): boolean {
  let free = false;
  visit(element, (node) => {
    if (node.type === "Quantifier" && node.max === Number.POSITIVE_INFINITY && takesSpace(node.element)) free = true;
  });
  return free;
}

/** The element's source with (?:…) in place of groups that capture. */
function uncaptured(element: AST.Element): string {
  let text = "";
  let at = 0;
  visit(element, (node) => {
    if (node.type !== "CapturingGroup") return;
    const [open = ""] = /^\((?:\?<[^>]*>)?/.exec(node.raw) ?? [];
    text += `${element.raw.slice(at, node.start - element.start)}(?:`;
    at = node.start - element.start + open.length;
  });
  return text + element.raw.slice(at);
}

/** Undefined when any character may come first. */
function firstCodes(alternatives: readonly AST.Alternative[]): ReadonlySet<number> | undefined {
  const codes = new Set<number>();
  for (const alternative of alternatives) {
    if (!(alternative.elements[0]?.type === "Assertion" && alternative.elements[0].kind === "start")) return undefined;
    if (addFirst(alternative.elements, codes) !== "fixed") return undefined;
  }
  return codes;
}

/** Adds what a sequence can begin with. `empty`: it can match nothing; `any`: too wide to list. */
function addFirst(elements: readonly AST.Element[], codes: Set<number>): "fixed" | "empty" | "any" {
  for (const element of elements) {
    const result = addElement(element, codes);
    if (result !== "empty") return result;
  }
  return "empty";
}

function addElement(element: AST.Element, codes: Set<number>): "fixed" | "empty" | "any" {
  switch (element.type) {
    case "Assertion":
      return "empty";
    case "Character":
      if (element.value > 127) return "any";
      codes.add(element.value);
      return "fixed";
    case "CharacterSet":
    case "CharacterClass": {
      if (element.type === "CharacterSet" && element.kind === "any") return "any";
      const one = new RegExp(`^${element.raw}$`);
      if (one.test("\u00e9") || one.test("\u4e00")) return "any";
      for (let code = 0; code < 128; code += 1) if (one.test(String.fromCharCode(code))) codes.add(code);
      return "fixed";
    }
    case "Group":
    case "CapturingGroup": {
      let empty = false;
      for (const alternative of element.alternatives) {
        const result = addFirst(alternative.elements, codes);
        if (result === "any") return "any";
        if (result === "empty") empty = true;
      }
      return empty ? "empty" : "fixed";
    }
    case "Quantifier": {
      const result = addElement(element.element, codes);
      return result === "fixed" && element.min === 0 ? "empty" : result;
    }
    default:
      return "any";
  }
}
