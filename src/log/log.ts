import { escapeControls, printableJson } from "./escape.ts";

/** How events are printed. What they say is in event.ts. */

/** syslog(3) names; the number is the priority that systemd reads from the `<N>` prefix. */
export const LEVELS = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 } as const;
export type Level = keyof typeof LEVELS;

export type Field = string | number | boolean;
export type Fields = Readonly<Record<string, Field | undefined>>;

/** Fixed words, what they are about, and fields. Words and fields' names are stable: admins search for them. */
export interface Event {
  readonly level: Level;
  readonly words: string;
  /** The address, jail, source or file it is about; printed right after the words. */
  readonly about?: string;
  /** As a function where there may be thousands a second: made for those few that are printed. */
  readonly fields?: Fields | (() => Fields);
  /** A sentence with the cure. */
  readonly hint?: string;
}

export type Style = "systemd" | "text" | "color" | "json";

export interface Log {
  tell(event: Event): void;
}

export interface LogOptions {
  readonly style: Style;
  readonly level: Level;
  readonly write: (line: string) => void;
  /** Milliseconds since the epoch, for styles that print it. */
  readonly now: () => number;
  /** Lines of one kind (words) in one second; more are counted and told in one line. Errors are always told. */
  readonly perSecond?: number;
}

const MAX_FIELD = 300;

/** A log that cannot be flooded: of a kind of event, so many a second are printed, the rest counted. */
export class LineLog implements Log {
  readonly #options: LogOptions;
  #level: Level;
  #second = 0;
  #told = new Map<string, number>();

  constructor(options: LogOptions) {
    this.#options = options;
    this.#level = options.level;
  }

  /** From now on, what is at least so important is told. */
  setLevel(level: Level): void {
    this.#level = level;
  }

  tell(event: Event): void {
    if (LEVELS[event.level] > LEVELS[this.#level]) return;
    if (!this.#admit(event)) return;
    this.#print(event);
  }

  #admit(event: Event): boolean {
    const second = Math.floor(this.#options.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      const crowd = this.#told;
      this.#told = new Map();
      const most = this.#options.perSecond ?? 200;
      for (const [words, count] of crowd) {
        if (count > most)
          this.#print({ level: "info", words: "not told", about: words, fields: { lines: count - most } });
      }
    }
    const count = (this.#told.get(event.words) ?? 0) + 1;
    this.#told.set(event.words, count);
    return event.level === "error" || count <= (this.#options.perSecond ?? 200);
  }

  #print(event: Event): void {
    const { style, write, now } = this.#options;
    write(`${formatEvent(event, style, now())}\n`);
  }
}

function formatEvent(event: Event, style: Style, now: number): string {
  if (style === "systemd") return `<${LEVELS[event.level]}>${eventText(event)}`;
  const stamp = new Date(now).toISOString();
  if (style === "json") {
    const { level, words, about, hint } = event;
    return printableJson({ time: stamp, level, event: words, about, ...fieldsOf(event), hint });
  }
  const time = new Date(now).toTimeString().slice(0, 8);
  if (style === "text") return `${time} ${eventText(event)}`;
  return `\x1b[2m${time}\x1b[0m ${COLORS[event.level]}${eventText(event)}\x1b[0m`;
}

const COLORS: Readonly<Record<Level, string>> = {
  error: "\x1b[31m",
  warning: "\x1b[33m",
  notice: "\x1b[1m",
  info: "",
  debug: "\x1b[2m",
};

/** One line: words, what they are about, key=value, and the hint. */
export function eventText(event: Event): string {
  const { words, about, hint } = event;
  const parts = [about === undefined ? words : `${words} ${escapeText(about)}`];
  for (const [name, value] of Object.entries(fieldsOf(event))) {
    if (value !== undefined) parts.push(`${name}=${fieldText(value)}`);
  }
  if (hint !== undefined) parts.push(`(${escapeText(hint)})`);
  return parts.join(" ");
}

function fieldsOf({ fields }: Event): Fields {
  return (typeof fields === "function" ? fields() : fields) ?? {};
}

function fieldText(value: Field): string {
  if (typeof value !== "string") return String(value);
  const text = escapeText(value);
  return /^[\w./:@%+,*-]+$/.test(text) ? text : `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** Bounded and without control characters: it may come from an attacker. */
function escapeText(text: string): string {
  return escapeControls(text.length > MAX_FIELD ? `${text.slice(0, MAX_FIELD)}…` : text);
}
