import type { FilterLibrary } from "../config/filters.ts";
import type { Config } from "../config/resolve.ts";
import { candidates, type KnownService } from "../daemon/advice.ts";
import { BailiffError } from "../errors.ts";
import { readUnits } from "../system/units.ts";
import { type Output, printable, table } from "./print.ts";

/** What the filters are for. A filter of the admin's that is wrong is left out, and told. */
export function knownServices(library: FilterLibrary): {
  readonly known: readonly KnownService[];
  readonly broken: readonly string[];
} {
  const broken: string[] = [];
  const known = library.names().flatMap((filter): KnownService[] => {
    try {
      const { file } = library.about(filter);
      return [{ filter, service: file.service ?? filter, description: file.description, units: file.units ?? [] }];
    } catch (error) {
      if (!(error instanceof BailiffError)) throw error;
      broken.push(error.message);
      return [];
    }
  });
  return { known, broken };
}

/** `bailiff jail list`: jails of the configuration, and filters whose service is here. */
export async function listJails(
  config: Config,
  library: FilterLibrary,
  options: { json: boolean },
  out: Output,
): Promise<void> {
  const { known, broken } = knownServices(library);
  const found = candidates(config, known, await readUnits());
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
    ...found.map(({ filter, unit, state, description }) => [
      filter,
      filter,
      `could be: ${unit} ${state === "running" ? "is running" : "is installed"} (${description})`,
    ]),
  ];
  const lines = table([["JAIL", "FILTER", ""], ...rows.map((row) => row.map((cell) => printable(cell, 300)))]);
  for (const line of lines.split("\n")) out.line(line);
  for (const message of broken) process.stderr.write(`bailiff: ${printable(message)}\n`);
  if (found.length > 0) {
    out.line("");
    out.line(`To enable one: add "${found[0]?.filter}": {} to "jails" in ${config.file}, then: bailiff reload`);
  }
}
