import { findProgram, run } from "./exec.ts";

/** `running`: active now; `installed`: its unit file is there, and it is not masked. */
export type UnitState = "running" | "installed";

/**
 * Services of this machine, as systemd knows them; templates only by their instances. Empty where systemd cannot be asked.
 * Bounded: a few milliseconds of systemd's time, and never waits longer than 5 s.
 */
export async function readUnits(): Promise<ReadonlyMap<string, UnitState>> {
  const units = new Map<string, UnitState>();
  const systemctl = findProgram("systemctl");
  if (systemctl === undefined) return units;
  const list = (args: readonly string[]): Promise<string> =>
    run(systemctl, [...args, "--type=service", "--no-legend", "--no-pager", "--plain", "--full"], {
      timeoutMs: 5000,
      maxOutput: 4 * 1024 * 1024,
    }).then(({ exitCode, stdout }) => (exitCode === 0 ? stdout : ""));
  const [files, active] = await Promise.all([list(["list-unit-files"]), list(["list-units", "--state=active"])]);
  for (const line of files.split("\n")) {
    const [name, state] = line.trim().split(/\s+/);
    if (name?.endsWith(".service") && state !== undefined && !/^(?:masked|alias|generated|transient)/.test(state)) {
      units.set(name, "installed");
    }
  }
  for (const line of active.split("\n")) {
    const [name] = line.trim().split(/\s+/);
    if (name?.endsWith(".service")) units.set(name, "running");
  }
  return units;
}

/** Value of a property of a unit; undefined where systemd cannot be asked. */
export async function readProperty(unit: string, property: string): Promise<string | undefined> {
  const systemctl = findProgram("systemctl");
  if (systemctl === undefined) return undefined;
  const outcome = await run(systemctl, ["show", `--property=${property}`, "--value", "--", unit], { timeoutMs: 5000 });
  return outcome.exitCode === 0 ? outcome.stdout.trim() : undefined;
}
