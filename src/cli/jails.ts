import type { FilterLibrary } from "../config/filters.ts";
import type { Config } from "../config/resolve.ts";
import { candidates } from "../daemon/advice.ts";
import { readUnits } from "../system/units.ts";
import { type Output, printable, table } from "./print.ts";

/** `bailiff jail list`: jails of the configuration, and filters whose service is here. */
export async function listJails(
  config: Config,
  library: FilterLibrary,
  options: { json: boolean },
  out: Output,
): Promise<void> {
  const found = candidates(config, library.outlines(), await readUnits());
  if (options.json) {
    out.json({
      enabled: config.jails.map(({ jail, filter }) => ({ name: jail.name, filter: filter.name })),
      disabled: config.disabled,
      possible: found,
    });
    return;
  }
  const rows = [
    ...config.jails.map(({ jail, filter }) => [jail.name, filter.name, "enabled"]),
    ...config.disabled.map((name) => [name, "", "in the configuration, not enabled"]),
    ...found.map(({ name: filter, unit, state, description }) => [
      filter,
      filter,
      `could be: ${unit} ${state === "running" ? "is running" : "is installed"} (${description})`,
    ]),
  ];
  const lines = table([["JAIL", "FILTER", ""], ...rows.map((row) => row.map((cell) => printable(cell, 300)))]);
  for (const line of lines.split("\n")) out.line(line);
  if (found.length > 0) {
    out.line("");
    out.line(`To enable one: add "${found[0]?.name}": {} to "jails" in ${config.file}, then: bailiff reload`);
  }
}
