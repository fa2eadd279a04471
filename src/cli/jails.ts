import type { FilterLibrary } from "../config/filters.ts";
import type { Config } from "../config/resolve.ts";
import { candidates, heard } from "../daemon/advice.ts";
import { readUnits } from "../system/units.ts";
import { type Output, printable, table } from "./print.ts";

/** `bailiff jail list`: jails of the configuration, and filters whose service is here or logged lately. */
export async function listJails(
  config: Config,
  library: FilterLibrary,
  options: { json: boolean },
  out: Output,
): Promise<void> {
  const known = library.outlines();
  const found = candidates(config, known, await readUnits());
  const others = await heard(config, known, found);
  if (options.json) {
    out.json({
      enabled: config.jails.map(({ jail, filter }) => ({ name: jail.name, filter: filter.name })),
      disabled: config.disabled,
      possible: [...found, ...others],
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
    ...others.map(({ name: filter, identifier, description }) => [
      filter,
      filter,
      `could be: ${identifier} logged within a week (${description})`,
    ]),
  ];
  const lines = table([["JAIL", "FILTER", ""], ...rows.map((row) => row.map((cell) => printable(cell, 300)))]);
  for (const line of lines.split("\n")) out.line(line);
  const [first = others[0]] = found;
  if (first !== undefined) {
    out.line("");
    out.line(`To enable one: add "${first.name}": {} to "jails" in ${config.file}, then: bailiff reload`);
  }
}
