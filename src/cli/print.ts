import { escapeControls, printableJson } from "../log/escape.ts";

/** Text for a terminal: text from logs, peers and files may hold control characters; cut to `max` characters. */
export function printable(text: string, max = 2000): string {
  return escapeControls(text.length > max ? `${text.slice(0, max)}…` : text);
}

/**
 * A moment of the agent's answer as the clock on the wall shows it, with its distance from UTC:
 * of an hour that comes twice, "2026-10-25T02:30:00+02:00" is the first and "…+01:00" the second.
 */
export function localTime(iso: string): string {
  const at = new Date(iso);
  const two = (count: number): string => String(count).padStart(2, "0");
  const ahead = -at.getTimezoneOffset();
  const zone = `${ahead < 0 ? "-" : "+"}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`;
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${zone}`;
}

/** Columns as wide as their widest cell, the last as it is. */
export function table(rows: readonly (readonly string[])[], indent = ""): string {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows
    .map(
      (row) => indent + row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join("  "),
    )
    .map((line) => line.trimEnd())
    .join("\n");
}

export interface Output {
  /** To standard output; a line end is added. */
  line(text: string): void;
  /** One JSON document on one line. */
  json(value: unknown): void;
}

export const standardOutput: Output = {
  line: (text) => void process.stdout.write(`${text}\n`),
  json: (value) => void process.stdout.write(`${printableJson(value)}\n`),
};
