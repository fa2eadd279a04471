/** Files of sections and `name = value`, as fail2ban reads them. */

/** Section → option in lower case → value as written, its further lines joined by line ends. */
export type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>;

const DEFAULT = "DEFAULT";
/** Values that name values that name values. */
const DEEPEST = 10;

/** Reads files in this order; what a later one says goes before what an earlier one says. */
export function readSections(texts: readonly string[]): Sections {
  const sections = new Map<string, Map<string, string>>();
  for (const text of texts) {
    let section: Map<string, string> | undefined;
    let name: string | undefined;
    for (const line of text.split(/\r?\n/)) {
      if (/^\s*(?:[#;]|$)/.test(line)) continue;
      const bare = line.replace(/\s;.*$/, "");
      const header = /^\[([^\]]+)\]/.exec(bare)?.[1];
      if (header !== undefined) {
        section = sections.get(header) ?? new Map();
        sections.set(header, section);
        name = undefined;
      } else if (/^\s/.test(bare)) {
        if (section && name !== undefined) section.set(name, `${section.get(name)}\n${bare.trim()}`.trim());
      } else {
        const [, key, value = ""] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(bare) ?? [];
        name = key?.toLowerCase();
        if (section && name !== undefined) section.set(name, value.trim());
      }
    }
  }
  return sections;
}

/** The section's own value, or the one of DEFAULT, with %(…)s put in; what it names and nobody says is `missing`. */
export function optionValue(
  sections: Sections,
  section: string,
  option: string,
): { readonly value: string; readonly missing?: string } | undefined {
  const find = (where: string, name: string): string | undefined =>
    sections.get(where)?.get(name) ?? sections.get(DEFAULT)?.get(name);
  const written = sections.get(section)?.get(option);
  if (written === undefined) return undefined;
  let value = written;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    let missing: string | undefined;
    const next = value.replaceAll(/%\(([\w./-]+)\)s/g, (whole, path: string) => {
      const [name = "", where = section] = path.toLowerCase() === "__name__" ? [] : path.split("/").reverse();
      const found = name === "" ? section : find(where === "default" ? DEFAULT : where, name.toLowerCase());
      if (found === undefined) missing = whole;
      return found ?? whole;
    });
    if (missing !== undefined) return { value: next, missing };
    if (next.length > 65_536) break;
    if (!/%\([\w./-]+\)s/.test(next)) return { value: next.replaceAll("%%", "%") };
    value = next;
  }
  return { value, missing: "a circle of %(…)s" };
}
