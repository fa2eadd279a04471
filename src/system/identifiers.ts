import { findProgram, run } from "./exec.ts";

const TIMEOUT_MS = 5000;
const MAX_OUTPUT = 4 * 1024 * 1024;

/**
 * Which of these names somebody logged under within the last week, as this machine's journal tells. None where it may not be
 * read. Bounded: names that the journal never had are not looked for.
 */
export async function readIdentifiers(wanted: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const journalctl = findProgram("journalctl");
  if (journalctl === undefined) return new Set();
  const ask = async (args: readonly string[]): Promise<string> => {
    const options = { timeoutMs: TIMEOUT_MS, maxOutput: MAX_OUTPUT };
    const { exitCode, stdout } = await run(journalctl, ["--quiet", "--no-pager", ...args], options);
    return exitCode === 0 ? stdout : "";
  };
  const names = (await ask(["--field=SYSLOG_IDENTIFIER"])).split("\n").filter((name) => wanted.has(name));
  const latest = await Promise.all(
    names.map((name) => ask(["--since=-7d", "--lines=1", "--output=export", `SYSLOG_IDENTIFIER=${name}`])),
  );
  return new Set(names.filter((_, at) => latest[at] !== ""));
}
