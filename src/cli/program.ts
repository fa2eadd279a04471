import { accessSync, constants, existsSync } from "node:fs";
import { Command, Option } from "commander";
import type { Config } from "../config/resolve.ts";
import { ask } from "../control/client.ts";
import type { Filter } from "../core/filter.ts";
import { BailiffError } from "../errors.ts";
import {
  type Agent,
  ban,
  banned,
  firewallCheck,
  firewallShow,
  history,
  ignore,
  pause,
  ping,
  printLifted,
  reload,
  stats,
  status,
  unban,
  untrusted,
} from "./agent.ts";
import { type Output, printable, standardOutput } from "./print.ts";
import type { Home } from "./settings.ts";
import { VERSION } from "./version.ts";

// Whoever asks the agent waits for the program to load: what a command needs besides is imported when it runs.

const DEFAULT_CONFIG = "/etc/bailiff/bailiff.json";

export function buildProgram(home: Home, out: Output = standardOutput): Command {
  // Before any command is added: they inherit it.
  const program = new Command("bailiff")
    .exitOverride()
    .description(
      "Bans password guessers, scanners and spammers: reads the journal and syslog, drops offenders in the kernel.",
    )
    .version(VERSION)
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError("(see bailiff --help)")
    .addHelpText("after", AFTER_HELP);
  addRun(program, home);
  addCheck(program, home, out);
  addDoctor(program, home, out);
  addQuestions(program, out);
  addOrders(program, out);
  addFirewall(program, out);
  addFilter(program, home, out);
  program
    .command("version")
    .description("print the version")
    .option("--json", "as JSON")
    .action((options: { json?: boolean }) => {
      if (options.json) out.json({ version: VERSION, node: process.version });
      else out.line(`bailiff ${VERSION} (Node.js ${process.version})`);
    });
  return program;
}

const AFTER_HELP = `
First steps:
  bailiff doctor                 does all work that must?
  bailiff jail list              what else could be watched on this machine?
  bailiff check                  is the configuration right?
  systemctl enable --now bailiff start the agent (or, in the foreground: bailiff run)
  bailiff status                 what is watched, and how it goes
  bailiff status sshd            one jail: failures, bans
  bailiff banned 192.0.2.7       is this address banned, by what, for how long?
  bailiff why 192.0.2.7          why, or why not
  bailiff unban 192.0.2.7        let it in again`;

interface Common {
  readonly config: string;
  readonly socket?: string;
  readonly json?: boolean;
}

function configOption(): Option {
  return new Option("-c, --config <file>", "the configuration").default(DEFAULT_CONFIG);
}

function addRun(program: Command, home: Home): void {
  program
    .command("run")
    .description("run the agent in the foreground (what the systemd service does)")
    .addOption(configOption())
    .option("-n, --dry-run", "ban nobody, only tell")
    .addOption(new Option("--log <style>", "how to tell").choices(["auto", "text", "json", "systemd"]).default("auto"))
    .action(async (options: { config: string; dryRun?: boolean; log: "auto" | "text" | "json" | "systemd" }) => {
      // Whoever asks for a reload before there is anything to reload must not end it.
      process.on("SIGHUP", () => {});
      // The runtime loads its own modules from a cache that holds until the flags of regular expressions are set.
      const [{ runAgent }, { settings, outlines }] = await Promise.all([import("./run.ts"), import("./settings.ts")]);
      const reread = () => settings(home, options.config);
      const known = outlines.bind(undefined, home);
      await runAgent({ config: reread(), reread, known, dryRun: options.dryRun ?? false, log: options.log });
    });
}

function addDoctor(program: Command, home: Home, out: Output): void {
  program
    .command("doctor")
    .description("look at everything that must work for bailiff to work; exit status 1 when something does not")
    .addOption(configOption())
    .option("-s, --socket <path>", "the agent's control socket (default: the configuration's)")
    .option("--json", "as JSON")
    .action(async (options: Common) => {
      const { settings } = await import("./settings.ts");
      const { doctor } = await import("./doctor.ts");
      const { systemClock } = await import("../system/clock.ts");
      const read = () => settings(home, options.config);
      await doctor(
        { read, ...(options.socket === undefined ? {} : { socket: options.socket }), clock: systemClock },
        options,
        out,
      );
    });
  const jail = program.command("jail").description("what is watched, and what could be");
  jail
    .command("list")
    .description(
      "jails of the configuration, and those that could be enabled because their service is here or logged lately",
    )
    .addOption(configOption())
    .option("--json", "as JSON")
    .action(async (options: Common) => {
      const { library, settings } = await import("./settings.ts");
      const { listJails } = await import("./jails.ts");
      const config = settings(home, options.config);
      await listJails(config, library(home, config.filtersDirectory), { json: options.json ?? false }, out);
    });
  jail
    .command("import <path...>")
    .description(
      "print what fail2ban's jail.local (and jail.d/*) say as a file for conf.d; what has no twin, as comments",
    )
    .addOption(filtersOption())
    .action(async (files: string[], options: { filters: string }) => {
      const { library } = await import("./settings.ts");
      const { printImported } = await import("./jail-import.ts");
      await printImported(files, library(home, options.filters), out);
    });
}

function addCheck(program: Command, home: Home, out: Output): void {
  program
    .command("check")
    .description("check the configuration; with --json print it with all defaults filled in")
    .addOption(configOption())
    .option("--json", "print the resolved configuration as JSON")
    .action(async (options: { config: string; json?: boolean }) => {
      const { settings } = await import("./settings.ts");
      const { describeConfig, resolved } = await import("./check.ts");
      const config = settings(home, options.config);
      if (options.json) return out.json(resolved(config));
      for (const line of describeConfig(config)) out.line(printable(line));
      const { systemClock } = await import("../system/clock.ts");
      const { checkProvenance } = await import("../daemon/checkup.ts");
      for (const { level, about, what, cure } of await checkProvenance(config, systemClock)) {
        if (level !== "error") continue;
        out.line(printable(`  ${about}: ${what}`));
        if (cure !== undefined) out.line(printable(`    -> ${cure}`));
      }
    });
}

/** The socket that was named, else the usual one where there is one, else the one of the configuration. */
async function agentOf(options: Common, out: Output): Promise<Agent> {
  const socket = options.socket ?? (await controlSocket(options.config));
  return { socket, json: options.json ?? false, out };
}

const FOLDER = "/run/bailiff";

async function controlSocket(file: string): Promise<string> {
  const usual = file === DEFAULT_CONFIG ? usualSocket() : undefined;
  if (usual !== undefined) return usual;
  const { configuredSocket } = await import("../config/socket.ts");
  try {
    return configuredSocket(file) ?? `${FOLDER}/control.sock`;
  } catch (error) {
    // Without a word of where it would be, it is not there: whoever named no file is told that and not of the file.
    if (file === DEFAULT_CONFIG) return `${FOLDER}/control.sock`;
    throw error;
  }
}

/** Who is not root reads neither the configuration nor the control socket; the status socket answers questions to all. */
function usualSocket(): string | undefined {
  const [control, status] = [`${FOLDER}/control.sock`, `${FOLDER}/status.sock`];
  if (isWritable(control)) return control;
  if (isWritable(status)) return status;
  return existsSync(control) ? control : undefined;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function asking(command: Command): Command {
  return command
    .addOption(configOption())
    .option("-s, --socket <path>", "the agent's control socket (default: the configuration's)")
    .option("--json", "as JSON");
}

function addQuestions(program: Command, out: Output): void {
  asking(program.command("status [jail]"))
    .description("jails, sources, firewall and health; of one jail its failures and bans")
    .option("--untrusted", "entries of the watched services that were not believed, with the reason and the cure")
    .action(async (jail: string | undefined, options: Common & { untrusted?: boolean }) => {
      const agent = await agentOf(options, out);
      await (options.untrusted ? untrusted(agent) : status(agent, jail));
    });
  asking(program.command("banned [address]"))
    .description("who is banned; of one address by what and for how long (exit status 1 when it is not)")
    .option("-j, --jail <name>", "in this jail only")
    .action(async (target: string | undefined, options: Common & { jail?: string }) => {
      const given = {
        ...(target === undefined ? {} : { target }),
        ...(options.jail === undefined ? {} : { jail: options.jail }),
      };
      await banned(await agentOf(options, out), given);
    });
  asking(program.command("why <address>"))
    .description("why an address is banned, or why it is not: bans, failures counted so far, and what spares it")
    .action(async (target: string, options: Common) => {
      const { why } = await import("./why.ts");
      await why(await agentOf(options, out), target);
    });
  asking(program.command("history <address>"))
    .description("all bans of an address that are remembered")
    .action(async (target: string, options: Common) => history(await agentOf(options, out), target));
  asking(program.command("stats"))
    .description("failures and bans of every jail")
    .action(async (options: Common) => stats(await agentOf(options, out)));
  asking(program.command("ping"))
    .description("is the agent running?")
    .action(async (options: Common) => ping(await agentOf(options, out)));
}

function addOrders(program: Command, out: Output): void {
  asking(program.command("ban [address...]"))
    .description("ban addresses or prefixes")
    .option("-j, --jail <name>", "as this jail would; without it on all ports")
    .option("-f, --for <duration>", "so long: 10m, 7d, forever (default: the jail's bantime, else 1h)")
    .option("--reason <text>", "a note for `banned` and `history`")
    .option("--file <list>", "addresses from a file (or -), one on a line, # begins a comment")
    .action(
      async (targets: string[], options: Common & { jail?: string; for?: string; reason?: string; file?: string }) => {
        const all = [...targets, ...(options.file === undefined ? [] : await readAddresses(options.file))];
        // A list may well be empty, at the end of a pipe most of all.
        if (all.length === 0 && options.file === undefined)
          throw new BailiffError("USAGE", "whom?", { hint: "give addresses, or --file LIST" });
        await ban(await agentOf(options, out), all, options);
      },
    );
  asking(program.command("unban [address...]"))
    .description("lift bans, and forget what led to them; a wider ban around them stays, and is named")
    .option("-a, --all", "all of them; as root, where no agent runs, too")
    .option("-j, --jail <name>", "in this jail only")
    .action(async (targets: string[], options: Common & { all?: boolean; jail?: string }) => {
      const jail = options.jail === undefined ? {} : { jail: options.jail };
      const agent = await agentOf(options, out);
      try {
        await unban(agent, targets, { all: options.all ?? false, ...jail });
      } catch (error) {
        const nobody = error instanceof BailiffError && error.code === "NOT_RUNNING" && process.geteuid?.() === 0;
        if (!nobody || !options.all || options.jail !== undefined || options.socket !== undefined) throw error;
        await rescue(agent, options.config);
      }
    });
  asking(program.command("reload"))
    .description("read the configuration again; an invalid one changes nothing")
    .option("--diff", "only tell what would change")
    .option("--unban", "lift the bans of jails that are gone or changed")
    .action(async (options: Common & { diff?: boolean; unban?: boolean }) => {
      await reload(await agentOf(options, out), { diff: options.diff ?? false, unban: options.unban ?? false });
    });
  const list = program.command("ignore").description("addresses that no jail bans, until the agent ends");
  for (const action of ["add", "remove"] as const) {
    asking(list.command(`${action} <address...>`))
      .description(
        action === "add" ? "never ban these; their bans are lifted" : "ban these again, should they deserve it",
      )
      .action(async (targets: string[], options: Common) => ignore(await agentOf(options, out), action, targets));
  }
  asking(list.command("list"))
    .description("who is ignored, and why")
    .action(async (options: Common) => ignore(await agentOf(options, out), "list", []));
  for (const [name, paused] of [
    ["pause", true],
    ["resume", false],
  ] as const) {
    asking(program.command(`${name} <jail>`))
      .description(
        paused
          ? "stop counting in a jail, until resumed or the agent ends; its bans stay"
          : "count again in a paused jail",
      )
      .action(async (jail: string, options: Common) => pause(await agentOf(options, out), jail, paused));
  }
}

/** Who is locked out must not need an agent that runs. */
async function rescue(agent: Agent, config: string): Promise<void> {
  const { configuredState } = await import("../config/socket.ts");
  const { systemClock } = await import("../system/clock.ts");
  const { liftAll } = await import("../daemon/rescue.ts");
  printLifted(agent, await liftAll(configuredState(config) ?? "/var/lib/bailiff", systemClock));
}

async function readAddresses(file: string): Promise<string[]> {
  const { readLines } = await import("./lines.ts");
  return (await readLines(file, "addresses")).flatMap((line) => line.replace(/#.*/, "").trim() || []);
}

function addFirewall(program: Command, out: Output): void {
  const firewall = program.command("firewall").description("what bailiff laid out in the kernel");
  asking(firewall.command("show"))
    .description("what is in place, and the commands to see it by hand")
    .action(async (options: Common) => firewallShow(await agentOf(options, out)));
  asking(firewall.command("check"))
    .description("look for what could still let a banned address through (exit status 1 when there is something)")
    .action(async (options: Common) => firewallCheck(await agentOf(options, out)));
  firewall
    .command("remove")
    .description("take out all that bailiff laid out, and nothing else; stop the agent first")
    .addOption(configOption())
    .action(async (options: { config: string }) => {
      if (await isRunning(await controlSocket(options.config))) {
        throw new BailiffError("ALREADY_RUNNING", "the agent is running, and would lay it out again", {
          hint: "systemctl stop bailiff bailiff.socket",
        });
      }
      const { systemClock } = await import("../system/clock.ts");
      const { teardown } = await import("../daemon/teardown.ts");
      const found = (await teardown(systemClock)).filter(({ any }) => any);
      // The two of iptables share their chains, and are cleared as one where there is ipset.
      for (const { backend } of found) out.line(`removed from ${backend === "ipset" ? "ipset and iptables" : backend}`);
      if (found.length === 0) out.line("nothing of bailiff's was in the kernel");
    });
}

async function isRunning(socket: string): Promise<boolean> {
  try {
    await ask(socket, { command: "ping" }, 2000);
    return true;
  } catch {
    // Not running, or not to be reached: then nobody can undo the removal.
    return false;
  }
}

function addFilter(program: Command, home: Home, out: Output): void {
  const filter = program.command("filter").description("look at filters and try them out");
  filter
    .command("list")
    .description("which services bailiff knows")
    .option("--json", "as JSON")
    .addOption(filtersOption())
    .action(async (options: { json?: boolean; filters?: string }) => {
      const { library } = await import("./settings.ts");
      const { listFilters } = await import("./filter.ts");
      listFilters(library(home, options.filters), { json: options.json ?? false }, out);
    });
  filter
    .command("show <name>")
    .description("a filter's patterns, and whose lines it believes")
    .option("--mode <mode>", "in this mode")
    .option("--json", "as JSON")
    .addOption(filtersOption())
    .action(async (name: string, options: { mode?: string; json?: boolean; filters?: string }) => {
      const { library } = await import("./settings.ts");
      const { showFilter } = await import("./filter.ts");
      const mode = options.mode === undefined ? {} : { mode: options.mode };
      showFilter(library(home, options.filters), name, { ...mode, json: options.json ?? false }, out);
    });
  addFilterNew(filter, out);
  filter
    .command("test [name] [file]")
    .description("run a filter over the lines of FILE, or of standard input (-)")
    .option("--all", "try every filter, as the agent does with all jails on; give only FILE then")
    .option(
      "-j, --jail <name>",
      "as this jail has it, with the patterns that the configuration adds; give only FILE then",
    )
    .addOption(configOption())
    .option("--mode <mode>", "in this mode; with --all, where a filter has it")
    .addOption(
      new Option(
        "--format <format>",
        "what the lines are: journalctl -o json, syslog datagrams or files, or bare messages (default: what they look like)",
      ).choices(["journal", "syslog", "message"]),
    )
    .option("--missed", "show the lines that did not match")
    .option("--explain", "show for each line which gate and pattern it passed, or where the closest pattern stopped")
    .option("--json", "one JSON object for each line")
    .addOption(filtersOption())
    .action(async (name: string | undefined, file: string | undefined, options: FilterTestFlags) => {
      const { library, settings } = await import("./settings.ts");
      const { testFilter } = await import("./filter.ts");
      const { systemClock } = await import("../system/clock.ts");
      const all = options.all ?? false;
      const jail = options.jail === undefined ? undefined : filterOf(settings(home, options.config), options);
      const named = !all && jail === undefined;
      await testFilter(
        library(home, options.filters),
        {
          ...(!named || name === undefined ? {} : { name }),
          ...(jail === undefined ? {} : { jail }),
          file: (named ? file : (file ?? name)) ?? "-",
          clock: systemClock,
        },
        {
          ...(options.mode === undefined ? {} : { mode: options.mode }),
          ...(options.format === undefined ? {} : { format: options.format }),
          json: options.json ?? false,
          all,
          missed: options.missed ?? false,
          explain: options.explain ?? false,
        },
        out,
      );
    });
}

function addFilterNew(filter: Command, out: Output): void {
  filter
    .command("new <name>")
    .description("begin a filter of your own: a commented file, and one with sample lines")
    .addOption(filtersOption())
    .action(async (name: string, options: { filters: string }) => {
      const { newFilter } = await import("./filter-new.ts");
      newFilter(name, options.filters, out);
    });
}

/** The filter of a jail as the configuration makes it. */
function filterOf({ jails }: Config, { jail, all, mode }: FilterTestFlags): Filter {
  if (all || mode !== undefined)
    throw new BailiffError("USAGE", "a jail has one filter, in one mode", { hint: "leave out --all and --mode" });
  const found = jails.find((watched) => watched.jail.name === jail);
  if (found !== undefined) return found.filter;
  throw new BailiffError("JAIL_UNKNOWN", `no jail ${JSON.stringify(jail)} is enabled in the configuration`, {
    hint: `there are: ${jails.map((watched) => watched.jail.name).join(", ") || "none"}`,
  });
}

interface FilterTestFlags {
  config: string;
  jail?: string;
  all?: boolean;
  mode?: string;
  format?: "journal" | "syslog" | "message";
  missed?: boolean;
  explain?: boolean;
  json?: boolean;
  filters?: string;
}

function filtersOption(): Option {
  return new Option("--filters <folder>", "folder of your own filters").default("/etc/bailiff/filters");
}
