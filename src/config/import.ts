import { foreignTo } from "../core/foreign.ts";
import { parseDuration } from "../core/time.ts";
import { filterWithOptions, insteadOf, jailOfFilter } from "./fail2ban.ts";
import type { FilterLibrary } from "./filters.ts";
import { optionValue, type Sections } from "./ini.ts";

/** What became of jail.local. */
export interface Imported {
  /** A configuration: `defaults` and `jails`. */
  readonly config: { readonly defaults?: Options; readonly jails: Readonly<Record<string, Options>> };
  /** What is not in it, a sentence each: "sshd: backend: …". */
  readonly left: readonly string[];
}

type Options = Readonly<Record<string, unknown>>;
/** The option's value here; a text in `why` when it cannot be taken over. */
type Taken = { readonly as: string; readonly value: unknown } | { readonly why: string };

const DEFAULT = "DEFAULT";
const NO_JAILS: ReadonlySet<string> = new Set([DEFAULT, "INCLUDES", "Definition", "Init"]);
const JAIL_NAME = /^[a-z][a-z0-9_-]{0,30}$/;

/** Makes of the sections of fail2ban's jail.local what says the same here. What its own jail.conf says is not looked at. */
export function importJails(sections: Sections, library: Pick<FilterLibrary, "has" | "definition">): Imported {
  const left: string[] = [];
  const options = (section: string): Record<string, unknown> => optionsOf(sections, section, left);
  const { enabled: all = false, ...defaults } = options(DEFAULT);
  const jails: Record<string, Options> = {};
  for (const section of sections.keys()) {
    if (NO_JAILS.has(section)) continue;
    const name = section.toLowerCase();
    const { enabled = all, filter: given, mode, ...rest } = options(section);
    const filter = chosenFilter(name, { given, mode }, library);
    if (!JAIL_NAME.test(name)) left.push(`${section}: the name: begin with a letter; then letters, digits, - and _`);
    else if (typeof filter === "string") left.push(`${section}: ${filter}`);
    else if (enabled || Object.keys(rest).length > 0)
      jails[name] = { ...filter, ...(enabled ? {} : { enabled }), ...rest };
  }
  return { config: { ...(Object.keys(defaults).length > 0 ? { defaults } : {}), jails }, left };
}

function optionsOf(sections: Sections, section: string, left: string[]): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const option of sections.get(section)?.keys() ?? []) {
    const found = optionValue(sections, section, option);
    if (found === undefined) continue;
    const { value, missing } = found;
    // Of patterns and of the name of an action what is missing says enough.
    const taken =
      missing === undefined || /regex$|^(?:ban)?action$/.test(option)
        ? take(option, value)
        : { why: insteadOf(option) ?? `${missing} is not said in these files: write the value itself` };
    if ("why" in taken) left.push(`${section}: ${option}: ${taken.why.replace(/^leave it out: /, "")}`);
    else if (section === DEFAULT && OF_A_JAIL.has(taken.as))
      left.push(`${section}: ${option}: it belongs into each jail`);
    else options[taken.as] = taken.value;
  }
  // Whatever ports stand beside it.
  if (ALL_PORTS.test(`${sections.get(section)?.get("banaction")} ${sections.get(section)?.get("action")}`))
    options.ports = "all";
  if (options.ports !== "all" || sections.get(section)?.get("protocol") !== "all") return options;
  // All ports of all protocols are everything, what has no ports too.
  const { protocols: _, ...rest } = options;
  return rest;
}

const ALL_PORTS = /allports/;

const OF_A_JAIL: ReadonlySet<string> = new Set(["filter", "mode", "failregex", "ignoreregex"]);

/** One option of a jail. */
function take(option: string, value: string): Taken {
  switch (option) {
    case "maxretry":
    case "maxmatches":
      return /^\d{1,9}$/.test(value) ? { as: option, value: Number(value) } : { why: `${value} is no number` };
    case "findtime":
    case "bantime":
    case "bantime.maxtime":
    case "bantime.rndtime":
      if (parseDuration(value) === undefined) return { why: `write ${JSON.stringify(value)} like "1h30m"` };
      return { as: option, value: /^\d+$/.test(value) ? Number(value) : value };
    case "enabled":
    case "bantime.increment":
    case "bantime.overalljails":
      return { as: option, value: /^(?:true|yes|on|1)$/i.test(value) };
    case "bantime.factor":
      return Number(value) > 0 ? { as: option, value: Number(value) } : { why: `${value} is no number above 0` };
    case "bantime.multipliers":
      return { as: option, value: words(value).map(Number) };
    case "bantime.formula":
    case "filter":
    case "mode":
      return { as: option, value };
    case "ignoreip":
      return { as: option, value: words(value) };
    case "ignorecommand":
      return value.startsWith("/")
        ? { as: option, value: value.split(/\s+/) }
        : { why: "write the whole path of the program" };
    case "port":
      return { as: "ports", value: ports(value) };
    case "protocol":
      return { as: "protocols", value: value === "all" ? ["tcp", "udp"] : words(value) };
    case "blocktype":
      return { as: option, value: /^reject/i.test(value) ? "reject" : "drop" };
    case "banaction":
    case "action":
      return ALL_PORTS.test(value) ? { as: "ports", value: "all" } : { why: insteadOf(option) ?? "" };
    case "failregex":
    case "ignoreregex":
      return patterns(option, value);
    default:
      return { why: insteadOf(option) ?? "there is nothing like it here" };
  }
}

function words(value: string): string[] {
  return value.split(/[\s,]+/).filter((word) => word !== "");
}

function ports(value: string): unknown {
  const list = words(value);
  if (list.some((port) => /^(?:[01][:-]65535|all|any(?:port)?)$/i.test(port))) return "all";
  return list.map((port) => (/^\d{1,5}$/.test(port) ? Number(port) : port));
}

function patterns(option: string, value: string): Taken {
  const lines = value.split("\n").filter((line) => line !== "");
  for (const line of lines) {
    const foreign = foreignTo(line);
    if (foreign !== undefined) return { why: `${foreign.text}: ${foreign.instead}` };
  }
  return { as: option, value: lines };
}

/** The filter that the jail is to have, when it is not the one of its name; a text says why there is none. */
function chosenFilter(
  name: string,
  { given, mode }: { readonly given: unknown; readonly mode: unknown },
  library: Pick<FilterLibrary, "has" | "definition">,
): Options | string {
  const written = typeof given === "string" ? given : name;
  const parts = filterWithOptions(written) ?? { filter: written };
  const own = library.has(parts.filter)
    ? { ...parts, ...(typeof mode === "string" && mode !== "normal" ? { mode } : {}) }
    : jailOfFilter(parts.filter, library);
  if (own === undefined)
    return `there is no filter ${parts.filter} here: bailiff filter list, bailiff filter new ${name}`;
  const { filter, mode: chosen } = own;
  const known = chosen === undefined || library.definition(filter).modes.includes(chosen);
  if (!known) return `filter ${filter} has no mode ${chosen} here: bailiff filter show ${filter}`;
  return { ...(filter === name ? {} : { filter }), ...(chosen === undefined ? {} : { mode: chosen }) };
}
