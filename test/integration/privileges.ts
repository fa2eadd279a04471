import { execFileSync } from "node:child_process";
import { findProgram } from "../../src/system/exec.ts";

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"];

/** Runs what follows as nobody with one capability ("net_admin") and no way to get another: as the unit does. */
export function onlyCapability(name: string): string[] {
  const set = `-all,+${name}`;
  return ["setpriv", ...NOBODY, `--inh-caps=${set}`, `--ambient-caps=${set}`, `--bounding-set=${set}`];
}

/** Runs what follows as nobody without any capability. */
export function noCapability(): string[] {
  return ["setpriv", ...NOBODY, "--inh-caps=-all", "--bounding-set=-all"];
}

/** Why nobody cannot run the tests' processes here; undefined when they can. */
export function capable(): string | undefined {
  if (process.getuid?.() !== 0) return "becoming nobody needs root";
  if (findProgram("setpriv") === undefined) return "not installed: setpriv";
  try {
    const [program = "", ...args] = [...noCapability(), process.execPath, new URL("peer.ts", import.meta.url).pathname];
    execFileSync(program, args, { stdio: "pipe", cwd: "/" });
    return undefined;
  } catch {
    // The sources or the runtime lie where nobody may not read.
    return "this Node cannot run as nobody here: a user namespace, or sources that nobody may not read";
  }
}
