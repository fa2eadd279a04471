/**
 * `make bench`: every measurement, each in a process of its own, and one table of them.
 *   node test/bench/all.ts [--quick] [PART…]     parts: journal syslog start storm firewall filters policy
 * Figures are of this machine and moment; what is worth comparing are the ratios, each from one run. Nothing leaves the
 * machine: all traffic is in network namespaces made for it.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { QUICK, type Row } from "./report.ts";

const PARTS: readonly string[] = ["journal", "syslog", "start", "storm", "firewall", "filters", "policy"];
const LIMIT_MS = QUICK ? 120_000 : 300_000;

const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const unknown = asked.filter((name) => !PARTS.includes(name));
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(", ")}; parts are ${PARTS.join(" ")}`);
  process.exit(64);
}

const rows: Row[] = [];
for (const part of PARTS.filter((name) => asked.length === 0 || asked.includes(name))) {
  rows.push({ what: part.toUpperCase(), figure: "" }, ...(await measure(part)));
}
print(rows);

/** The rows of a part; what it had not measured when it failed or took too long is told as one more. */
async function measure(part: string): Promise<Row[]> {
  process.stderr.write(`${part} …\n`);
  const words = [join(import.meta.dirname, `${part}.ts`), ...(QUICK ? ["--quick"] : [])];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"], timeout: LIMIT_MS });
  const ended = new Promise<string>((resolve) => {
    child.once("close", (code, signal) => resolve(code === 0 ? "" : `it ended with ${signal ?? `status ${code}`}`));
  });
  const found: Row[] = [];
  for await (const line of createInterface(child.stdout)) found.push(JSON.parse(line) as Row);
  const why = await ended;
  if (why !== "") process.exitCode = 1;
  return why === "" ? found : [...found, { what: `FAILED: ${part}`, figure: why }];
}

function print(all: readonly Row[]): void {
  const columns = ["what", "figure", "yardstick", "ratio", "aim"] as const;
  const titles: Row = {
    what: "what",
    figure: "figure",
    yardstick: "beside it, in the same run",
    ratio: "ratio",
    aim: "aim",
  };
  const table = [titles, ...all];
  const widths = columns.map((name) => Math.max(...table.map((row) => (row[name] ?? "").length)));
  for (const row of table) {
    console.log(
      columns
        .map((name, at) => (row[name] ?? "").padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}
