import { CommanderError } from "commander";
import { buildProgram } from "./cli/program.ts";
import { BailiffError } from "./errors.ts";
import { escapeControls } from "./log/escape.ts";

process.title = "bailiff";
// `bailiff … | head`: whoever reads has enough, and that is no fault.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exitCode = 0;
  });
}

try {
  await buildProgram({ directory: import.meta.dirname })
    .exitOverride()
    .parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Tells what went wrong as the admin reads it, and gives the exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
  if (error instanceof BailiffError) {
    const { message, hint, code } = error;
    process.stderr.write(`bailiff: ${printableLines(message)}\n`);
    process.stderr.write(hint ? `  hint: ${printableLines(hint)}   (${code})\n` : `  (${code})\n`);
    if (process.argv.includes("--debug") && error.cause !== undefined) process.stderr.write(`${String(error.cause)}\n`);
    return error.exitStatus;
  }
  process.stderr.write(
    `bailiff: a fault of bailiff itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 70;
}

/** Files, other programs and whoever typed it may have put control characters into a message; its own lines stay. */
function printableLines(text: string): string {
  return text.split("\n").map(escapeControls).join("\n");
}
