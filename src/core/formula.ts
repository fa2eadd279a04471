import { BailiffError } from "../errors.ts";

/** What a formula is computed from. Times are seconds, as in fail2ban. */
export interface FormulaInput {
  /** Bans that went before. */
  readonly count: number;
  /** The jail's bantime. */
  readonly time: number;
  readonly factor: number;
}

/** A compiled formula. Takes time in proportion to its length, and nothing from the machine. */
export interface Formula {
  readonly text: string;
  /** May be NaN or infinite: division by zero, overflow. */
  evaluate(input: FormulaInput): number;
}

type Node = (input: FormulaInput) => number;

interface Token {
  readonly kind: "number" | "name" | "sign" | "end";
  readonly text: string;
  readonly at: number;
}

const MAX_LENGTH = 500;
const MAX_DEPTH = 40;

/** Numbers that a formula may name: ours, and fail2ban's for the same. */
const NAMES: ReadonlyMap<string, Node> = new Map<string, Node>([
  ["count", (input) => input.count],
  ["ban.Count", (input) => input.count],
  ["time", (input) => input.time],
  ["ban.Time", (input) => input.time],
  ["factor", (input) => input.factor],
  ["banFactor", (input) => input.factor],
  ["math.e", () => Math.E],
  ["math.pi", () => Math.PI],
  ["True", () => 1],
  ["False", () => 0],
]);

const FUNCTIONS: ReadonlyMap<string, { readonly least: number; readonly most: number; of(...list: number[]): number }> =
  new Map([
    ["min", { least: 1, most: 16, of: Math.min }],
    ["max", { least: 1, most: 16, of: Math.max }],
    ["floor", { least: 1, most: 1, of: Math.floor }],
    ["ceil", { least: 1, most: 1, of: Math.ceil }],
    ["round", { least: 1, most: 1, of: Math.round }],
    ["abs", { least: 1, most: 1, of: Math.abs }],
    ["sqrt", { least: 1, most: 1, of: Math.sqrt }],
    ["exp", { least: 1, most: 1, of: Math.exp }],
    ["log", { least: 1, most: 1, of: Math.log }],
    ["pow", { least: 2, most: 2, of: power }],
    ["int", { least: 1, most: 1, of: Math.trunc }],
    ["float", { least: 1, most: 1, of: (value: number) => value }],
  ]);

const SIGNS = ["**", "<<", ">>", "<=", ">=", "==", "!=", "//", "+", "-", "*", "/", "%", "(", ")", ",", "<", ">"];

/**
 * An arithmetic expression as fail2ban's bantime.formula writes them: numbers, `ban.Time`, `ban.Count`, `banFactor` (or
 * `time`, `count`, `factor`), + - * / // % ** << >>, comparisons, `a if c else b`, and/or/not, and a few functions,
 * with or without `math.` before them. Python's precedence.
 * @throws BailiffError FORMULA_INVALID says at which character.
 */
export function compileFormula(text: string): Formula {
  if (text.length > MAX_LENGTH) throw wrong(text, MAX_LENGTH, `a formula has at most ${MAX_LENGTH} characters`);
  const node = new Parser(text).whole();
  return { text, evaluate: node };
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokens(text);
  }

  whole(): Node {
    const node = this.#conditional();
    const rest = this.#peek();
    if (rest.kind !== "end") throw this.#unexpected(rest);
    return node;
  }

  #conditional(): Node {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw wrong(this.#text, this.#peek().at, "too deeply nested");
    const then = this.#or();
    if (this.#take("if")) {
      const test = this.#or();
      this.#expect("else");
      const other = this.#conditional();
      this.#depth -= 1;
      return (input) => (test(input) ? then(input) : other(input));
    }
    this.#depth -= 1;
    return then;
  }

  #or(): Node {
    let left = this.#and();
    while (this.#take("or")) {
      const [a, b] = [left, this.#and()];
      left = (input) => a(input) || b(input);
    }
    return left;
  }

  #and(): Node {
    let left = this.#not();
    while (this.#take("and")) {
      const [a, b] = [left, this.#not()];
      left = (input) => a(input) && b(input);
    }
    return left;
  }

  #not(): Node {
    let negated = false;
    while (this.#take("not")) negated = !negated;
    const inner = this.#comparison();
    return negated ? (input) => Number(!inner(input)) : inner;
  }

  #comparison(): Node {
    const left = this.#binary(0);
    for (const [sign, of] of COMPARISONS) {
      if (!this.#take(sign)) continue;
      const right = this.#binary(0);
      const next = this.#peek();
      if (COMPARISONS.has(next.text)) throw wrong(this.#text, next.at, "comparisons cannot be chained: use `and`");
      return (input) => Number(of(left(input), right(input)));
    }
    return left;
  }

  #binary(level: number): Node {
    const signs = BINARY[level];
    if (signs === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const of = signs.get(this.#peek().text);
      if (of === undefined) return left;
      this.#at += 1;
      const [a, b] = [left, this.#binary(level + 1)];
      left = (input) => of(a(input), b(input));
    }
  }

  #unary(): Node {
    let negated = false;
    for (;;) {
      if (this.#take("-")) negated = !negated;
      else if (!this.#take("+")) break;
    }
    const inner = this.#power();
    return negated ? (input) => -inner(input) : inner;
  }

  /** Binds tighter than a sign before it, and from the right: -2**2 is -4, 2**3**2 is 512. */
  #power(): Node {
    const base = this.#operand();
    if (!this.#take("**")) return base;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw wrong(this.#text, this.#peek().at, "too deeply nested");
    const exponent = this.#unary();
    this.#depth -= 1;
    return (input) => power(base(input), exponent(input));
  }

  #operand(): Node {
    const token = this.#peek();
    this.#at += 1;
    if (token.kind === "number") {
      const value = Number(token.text);
      return () => value;
    }
    if (token.text === "(") {
      const inner = this.#conditional();
      this.#expect(")");
      return inner;
    }
    if (token.kind !== "name" || KEYWORDS.has(token.text)) throw this.#unexpected(token);
    const named = NAMES.get(token.text);
    if (named !== undefined) return named;
    return this.#call(token);
  }

  #call(name: Token): Node {
    const called = FUNCTIONS.get(name.text.replace(/^math\./, ""));
    if (called === undefined) {
      throw wrong(this.#text, name.at, `"${name.text.slice(0, 40)}" is not known`, `known are ${known()}`);
    }
    this.#expect("(");
    const list: Node[] = [];
    do list.push(this.#conditional());
    while (this.#take(",") && list.length < 20);
    this.#expect(")");
    if (list.length < called.least || list.length > called.most) {
      const many = called.least === called.most ? `${called.least}` : `${called.least} to ${called.most}`;
      throw wrong(this.#text, name.at, `${name.text} takes ${many} numbers, not ${list.length}`);
    }
    return (input) => called.of(...list.map((node) => node(input)));
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "", at: this.#text.length };
  }

  #take(text: string): boolean {
    const token = this.#peek();
    if (token.kind === "end" || token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (this.#take(text)) return;
    const found = this.#peek();
    throw wrong(this.#text, found.at, `expected "${text}"${found.kind === "end" ? "" : `, found "${found.text}"`}`);
  }

  #unexpected(token: Token): BailiffError {
    return wrong(
      this.#text,
      token.at,
      token.kind === "end" ? "it ends too early" : `"${token.text}" does not fit here`,
    );
  }
}

const KEYWORDS: ReadonlySet<string> = new Set(["if", "else", "and", "or", "not"]);

const COMPARISONS: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ["<", (a: number, b: number) => a < b],
  ["<=", (a: number, b: number) => a <= b],
  [">", (a: number, b: number) => a > b],
  [">=", (a: number, b: number) => a >= b],
  ["==", (a: number, b: number) => a === b],
  ["!=", (a: number, b: number) => a !== b],
]);

/** Loosest first, as in Python. */
const BINARY: readonly ReadonlyMap<string, (a: number, b: number) => number>[] = [
  new Map([
    // Shifts as multiplication: JavaScript's own are of 32 bits.
    ["<<", (a: number, b: number) => Math.trunc(a) * 2 ** Math.trunc(b)],
    [">>", (a: number, b: number) => Math.floor(Math.trunc(a) / 2 ** Math.trunc(b))],
  ]),
  new Map([
    ["+", (a: number, b: number) => a + b],
    ["-", (a: number, b: number) => a - b],
  ]),
  new Map([
    ["*", (a: number, b: number) => a * b],
    ["/", (a: number, b: number) => a / b],
    ["//", (a: number, b: number) => Math.floor(a / b)],
    // Python's remainder has the divisor's sign.
    ["%", (a: number, b: number) => a - b * Math.floor(a / b)],
  ]),
];

function power(base: number, exponent: number): number {
  return base ** exponent;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const pattern = /\s+|(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)/y;
  for (let at = 0; at < text.length; ) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) {
      if (match[1] !== undefined) found.push({ kind: "number", text: match[1], at });
      if (match[2] !== undefined) found.push({ kind: "name", text: match[2], at });
      at = pattern.lastIndex;
      continue;
    }
    const sign = SIGNS.find((candidate) => text.startsWith(candidate, at));
    if (sign === undefined) throw wrong(text, at, `"${text[at] ?? ""}" does not belong in a formula`);
    found.push({ kind: "sign", text: sign, at });
    at += sign.length;
  }
  return found;
}

function known(): string {
  return [...NAMES.keys(), ...FUNCTIONS.keys()].join(", ");
}

function wrong(text: string, at: number, why: string, hint?: string): BailiffError {
  return new BailiffError("FORMULA_INVALID", `formula, character ${at + 1}: ${why}`, {
    hint:
      hint ??
      `${text.slice(0, at)} ⟵ here; for example: ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor`,
  });
}
