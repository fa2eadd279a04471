/** What the parts of `make bench` share: rows of the table, and the clocks they are measured with. */
import { readFileSync } from "node:fs";

export interface Row {
  readonly what: string;
  readonly figure: string;
  /** What it is held against, measured in the same run. */
  readonly yardstick?: string;
  readonly ratio?: string;
  readonly aim?: string;
}

/** Short runs, for looking whether everything still runs. */
export const QUICK = process.argv.includes("--quick");

/** One line of JSON on standard output; all.ts makes the table. */
export function report(row: Row): void {
  process.stdout.write(`${JSON.stringify(row)}\n`);
}

export function skipped(part: string, missing: string): void {
  report({ what: `SKIPPED: ${part}`, figure: `missing: ${missing.replace(/^MISSING: /, "")}` });
}

/** Three digits that matter: 1,230,000; 45.6; 0.0789. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return "?";
  if (value >= 100) return Number(value.toPrecision(3)).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}

export function times(ratio: number): string {
  return `${number(ratio)} ×`;
}

export function milliseconds(value: number): string {
  return value < 10_000 ? `${number(value)} ms` : `${number(value / 1000)} s`;
}

/** The value that `share` of all are at or below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Seconds of CPU that a process has used so far; of the children it waited for too, if asked. */
export function cpuOf(pid: number | string, options: { readonly children?: boolean } = {}): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = (options.children ? [11, 12, 13, 14] : [11, 12]).map((at) => Number(fields[at]));
  // USER_HZ is 100 on every Linux that Node runs on.
  return ticks.reduce((sum, one) => sum + one) / 100;
}

/** Seconds of CPU of this process. */
export function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Megabytes of a process in memory, now or at its most; `RssAnon`: without what are pages of files, the runtime's above all. */
export function megabytes(pid: number | string, which: "VmRSS" | "VmHWM" | "RssAnon" = "VmRSS"): number {
  return Number(new RegExp(`^${which}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}
