import type { WatchedJail } from "../config/resolve.ts";
import { matchesGlob } from "../core/provenance.ts";
import type { Source } from "../sources/source.ts";
import { isOf } from "./sources.ts";

/** What the sources lost of the entries that a jail lives on, a sentence each. Of a unit without a name it may be any jail's. */
export function lossesOf(
  jail: Pick<WatchedJail, "filter" | "sources">,
  sources: readonly Pick<Source, "name" | "status">[],
): readonly string[] {
  const { provenance } = jail.filter.rules;
  return sources
    .filter(({ name }) => jail.sources === undefined || jail.sources.some((each) => isOf(name, each)))
    .flatMap((source) => source.status().losses ?? [])
    .filter(({ unit }) => unit === "" || provenance.units.some((glob) => matchesGlob(glob, unit)))
    .map(({ what }) => what);
}
