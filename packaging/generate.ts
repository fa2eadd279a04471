/**
 * Makes what is made: manual pages of section 5, the commands of bailiff(8), completions, the list of services that start
 * after bailiff, the license texts of the libraries in the bundle, the RPM changelog. The same input gives the same bytes.
 *
 *   generate.ts FOLDER METAFILE      METAFILE is esbuild's, of the bundle
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { buildProgram } from "../src/cli/program.ts";
import { VERSION } from "../src/cli/version.ts";
import { bash, fish, zsh } from "./completions/scripts.ts";
import { commandSections } from "./man/commands.ts";
import { type Page, type Schema, schemaPage } from "./man/schema-page.ts";

const ROOT = join(import.meta.dirname, "..");
const [folder, metafile] = process.argv.slice(2);
if (folder === undefined || metafile === undefined) throw new Error("usage: generate.ts FOLDER METAFILE");
mkdirSync(folder, { recursive: true });

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const write = (name: string, content: string): void => writeFileSync(join(folder, name), content);

const program = buildProgram({ directory: join(ROOT, "src") });
write("bailiff.bash", bash(program));
write("_bailiff", zsh(program));
write("bailiff.fish", fish(program));
write("bailiff.8.scd", read("packaging/man/bailiff.8.scd").replace("@COMMANDS@", commandSections(program)));

const schema = (name: string): Schema => JSON.parse(read(`schemas/${name}.schema.json`)) as Schema;
const schemas = ["bailiff", "filter"].map(schema);
const common = { version: VERSION, date: changelogDate() };
const DURATIONS =
  'A duration is a number of seconds, or a text like "10m", "1h30m", "7d"; -1 or "forever" never ends. Ports are "all" or a list of numbers, ranges "6000-6010" and names of /etc/services; protocols are tcp, udp, sctp, dccp, udplite.';

const PAGES: readonly (readonly [file: string, schema: string, page: Page])[] = [
  [
    "bailiff.json.5",
    "bailiff",
    {
      ...common,
      name: "bailiff.json",
      about: "configuration of bailiff",
      introduction: [
        "`bailiff check` says everything that is wrong, with line and column, and prints with --json what is meant with all defaults filled in. `bailiff reload` takes an edited file over; one that is wrong changes nothing.",
        DURATIONS,
        "A jail starts from `defaults`; what its filter is known to need goes before them, what the jail itself says before that.",
      ],
      example: read("packaging/etc/bailiff.json"),
      files: [
        ["/etc/bailiff/bailiff.json", "The configuration."],
        ["/etc/bailiff/conf.d/*.json", "Merged into it, in the order of their names."],
        ["/usr/share/bailiff/schemas/bailiff.schema.json", "The same description for editors and programs."],
      ],
      seeAlso: ["bailiff(8)", "bailiff-filter(5)", "systemd.exec(5)"],
    },
  ],
  [
    "bailiff-filter.5",
    "filter",
    {
      ...common,
      name: "bailiff-filter",
      about: "filter definitions of bailiff",
      introduction: [
        "`bailiff filter test NAME FILE` runs a filter over log lines, `bailiff filter show NAME` prints a shipped one as a model.",
        DURATIONS,
      ],
      example: `// /etc/bailiff/filters/doorkeeper.json
{
  "description": "doorkeeper: refused logins",
  "identifiers": ["doorkeeper"],
  "units": ["doorkeeper.service"],
  "uids": ["doorkeeper"],
  "ports": [8443],
  "failregex": [
    "^login of (?<user>\\\\S*) refused for <HOST>$"
  ]
}`,
      files: [
        ["/etc/bailiff/filters/*.json", "Your own filters."],
        ["/usr/share/bailiff/filters/*.json", "The shipped ones."],
        ["/usr/share/bailiff/schemas/filter.schema.json", "The same description for editors and programs."],
      ],
      seeAlso: ["bailiff(8)", "bailiff.json(5)", "systemd.journal-fields(7)"],
    },
  ],
];
for (const [file, name, page] of PAGES) write(file, schemaPage(schema(name), schemas, page));

write("services", `${protectedServices().join(" ")}\n`);
write("libraries-LICENSE", libraryLicenses(JSON.parse(readFileSync(metafile, "utf8")) as Metafile));
write("changelog.rpm", rpmChangelog());

/** Units of shipped filters that are whole names: bailiff is to be there before them. Its own unit, which recidive reads, is none. */
function protectedServices(): string[] {
  const units = readdirSync(join(ROOT, "src/filters"))
    .filter((name) => name.endsWith(".json"))
    .flatMap(
      (name) =>
        (parse(read(`src/filters/${name}`), [], { allowTrailingComma: true }) as { units?: string[] }).units ?? [],
    )
    .filter(
      (unit) =>
        /^[\w.-]+\.service$/.test(unit) && !/^(?:bailiff|fail2ban|docker|podman|systemd-.*)\.service$/.test(unit),
    );
  return [...new Set(units)].sort();
}

interface Metafile {
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The license of every library that the bundle holds, as its package has it. */
function libraryLicenses({ inputs }: Metafile): string {
  const names = Object.keys(inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const parts = [...new Set(names)].sort().map((name) => {
    const home = join("node_modules", name);
    const { version, license } = JSON.parse(read(join(home, "package.json"))) as { version: string; license: string };
    const file = readdirSync(join(ROOT, home)).find((each) => /^licen[cs]e(?:\.|$)/i.test(each));
    if (file === undefined) throw new Error(`${name} ${version} has no license text`);
    return `${name} ${version} (${license})\n\n${read(join(home, file)).trim()}\n`;
  });
  return `bailiff.mjs and its parts hold these libraries.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

function rpmChangelog(): string {
  return read("packaging/changelog")
    .split(/^(?=bailiff \()/m)
    .map((entry) => {
      const version = /^bailiff \(([^)]+)\)/.exec(entry)?.[1];
      const [, who = "", day = "", date = "", month = "", year = ""] =
        /^ -- (.+?) {2}(\w+), +(\d+) (\w+) (\d+)/m.exec(entry) ?? [];
      const changes = [...entry.matchAll(/^ {2}\* (.*(?:\n {4}.*)*)/gm)].map(
        ([, change = ""]) => `- ${change.replaceAll(/\s+/g, " ")}`,
      );
      return `* ${day} ${month} ${date} ${year} ${who} - ${version}-1\n${changes.join("\n")}\n`;
    })
    .join("\n");
}

/** Of the newest entry, for the pages' foot. */
function changelogDate(): string {
  const found = /^ -- .* {2}(.+)$/m.exec(read("packaging/changelog"));
  return new Date(found?.[1] ?? 0).toISOString().slice(0, 10);
}
