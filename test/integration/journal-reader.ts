// A program that reads a journal as the daemon does, for tests that kill it, run it as somebody else or run it inside a
// private journald's namespace. One line on standard output for each entry read, with its cursor; appending such lines
// to a file is its store: what it resumes from is the last whole line.
//   node journal-reader.ts '{"name":"journal",…}' [FILE]     options of journal(), but for the clock
import { closeSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { duration, seconds } from "../../src/core/time.ts";
import { BailiffError } from "../../src/errors.ts";
import { type JournalOptions, journal } from "../../src/sources/journal.ts";
import { remoteJournals } from "../../src/sources/journal-remote.ts";
import { type Clock, systemClock } from "../../src/system/clock.ts";

// What the source does every ten seconds happens every tenth of one.
const clock: Clock = { ...systemClock, sleep: (length, signal) => systemClock.sleep(duration(length / 100), signal) };
const [options = "{}", file] = process.argv.slice(2);
const made: JournalOptions = {
  name: "journal",
  identifiers: ["sshd"],
  kernel: false,
  trust: "local",
  lookBack: seconds(3600),
  ...(JSON.parse(options) as Partial<JournalOptions>),
  clock,
};
const { directory } = made;
const source =
  directory !== undefined && made.trust === "remote" ? remoteJournals({ ...made, directory }) : journal(made);

const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
const store = file === undefined ? 1 : openSync(file, "a");
const cursor = file === undefined ? undefined : lastCursor(file);
try {
  for await (const batch of source.entries({ signal: stop.signal, ...(cursor === undefined ? {} : { cursor }) })) {
    writeSync(store, batch.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  }
} catch (error) {
  if (!(error instanceof BailiffError)) throw error;
  process.stderr.write(`${JSON.stringify({ code: error.code, message: error.message, hint: error.hint })}\n`);
  process.exitCode = error.exitStatus;
}
process.stderr.write(
  `${JSON.stringify({ ...source.status(), rss: process.memoryUsage().rss, maxRss: process.resourceUsage().maxRSS * 1024 })}\n`,
);
if (store !== 1) {
  fsyncSync(store);
  closeSync(store);
}

/** A write that was cut short by a kill is as if it had not been. */
function lastCursor(path: string): string | undefined {
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  truncateSync(path, Buffer.byteLength(whole));
  const last = whole.trimEnd().split("\n").at(-1);
  return last ? (JSON.parse(last) as { cursor: string }).cursor : undefined;
}
