import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command, Option } from "commander";
import { makeChecker } from "../config/check.ts";
import { FilterLibrary } from "../config/filters.ts";
import { systemClock } from "../system/clock.ts";
import { guardRegexps, whyNotLinear } from "../system/regexp.ts";
import { readUsers } from "../system/users.ts";
import { listFilters, showFilter, testFilter } from "./filter.ts";
import { type Output, standardOutput } from "./print.ts";
import { VERSION } from "./version.ts";

/** Where the program lives: shipped filters lie beside it, or in ../../share/bailiff when installed. */
export interface Home {
  readonly directory: string;
}

export function buildProgram(home: Home, out: Output = standardOutput): Command {
  const program = new Command("bailiff")
    .description(
      "Bans password guessers, scanners and spammers: reads the journal and syslog, drops offenders in the kernel.",
    )
    .version(VERSION)
    .showHelpAfterError("(see bailiff --help)");
  const filter = program.command("filter").description("look at filters and try them out");
  filter
    .command("list")
    .description("which services bailiff knows")
    .option("--json", "as JSON")
    .addOption(filtersOption())
    .action((options: { json?: boolean; filters?: string }) => {
      listFilters(library(home, options.filters), { json: options.json ?? false }, out);
    });
  filter
    .command("show <name>")
    .description("a filter's patterns, and whose lines it believes")
    .option("--mode <mode>", "in this mode")
    .option("--json", "as JSON")
    .addOption(filtersOption())
    .action((name: string, options: { mode?: string; json?: boolean; filters?: string }) => {
      const mode = options.mode === undefined ? {} : { mode: options.mode };
      showFilter(library(home, options.filters), name, { ...mode, json: options.json ?? false }, out);
    });
  filter
    .command("test [name] [file]")
    .description("run a filter over the lines of FILE, or of standard input (-)")
    .option("--all", "try every filter, as the agent does with all jails on; give only FILE then")
    .option("--mode <mode>", "in this mode")
    .addOption(
      new Option(
        "--format <format>",
        "what the lines are: journalctl -o json, syslog datagrams, or bare messages",
      ).choices(["journal", "syslog", "message"]),
    )
    .option("--missed", "show the lines that did not match")
    .option("--json", "one JSON object for each line")
    .addOption(filtersOption())
    .action((name: string | undefined, file: string | undefined, options: FilterTestFlags) => {
      const all = options.all ?? false;
      testFilter(
        library(home, options.filters),
        {
          ...(all || name === undefined ? {} : { name }),
          file: (all ? (file ?? name) : file) ?? "-",
          clock: systemClock,
        },
        {
          ...(options.mode === undefined ? {} : { mode: options.mode }),
          ...(options.format === undefined ? {} : { format: options.format }),
          json: options.json ?? false,
          all,
          missed: options.missed ?? false,
        },
        out,
      );
    });
  return program;
}

interface FilterTestFlags {
  all?: boolean;
  mode?: string;
  format?: "journal" | "syslog" | "message";
  missed?: boolean;
  json?: boolean;
  filters?: string;
}

function filtersOption(): Option {
  return new Option("--filters <folder>", "folder of your own filters").default("/etc/bailiff/filters");
}

export function library(home: Home, own: string | undefined): FilterLibrary {
  guardRegexps();
  return new FilterLibrary({
    shipped: shippedFilters(home),
    ...(own === undefined ? {} : { own }),
    checker: makeChecker(),
    users: readUsers(),
    whyNotLinear,
  });
}

export function shippedFilters(home: Home): string {
  const beside = join(home.directory, "filters");
  return existsSync(beside) ? beside : join(dirname(dirname(home.directory)), "share", "bailiff", "filters");
}
