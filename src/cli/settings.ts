import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeChecker } from "../config/check.ts";
import { FilterLibrary, type FilterOutline } from "../config/filters.ts";
import { type Config, readConfig } from "../config/resolve.ts";
import { guardRegexps, whyNotLinear } from "../system/regexp.ts";
import { readServices } from "../system/services.ts";
import { readUsers } from "../system/users.ts";

/** Where the program lives: shipped filters lie beside it, or in ../../share/bailiff when installed. */
export interface Home {
  readonly directory: string;
}

/** The configuration as this machine reads it. Throws CONFIG_INVALID or CONFIG_UNREADABLE. */
export function settings(home: Home, file: string): Config {
  guardRegexps();
  return readConfig(file, {
    shipped: shippedFilters(home),
    services: readServices(),
    users: readUsers(),
    whyNotLinear,
  });
}

/** The filters there are: the shipped ones, and those in the folder of the admin's own. */
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

export function outlines(home: Home, config: Config): readonly FilterOutline[] {
  return library(home, config.filtersDirectory).outlines();
}

function shippedFilters(home: Home): string {
  const beside = join(home.directory, "filters");
  return existsSync(beside) ? beside : join(dirname(dirname(home.directory)), "share", "bailiff", "filters");
}
