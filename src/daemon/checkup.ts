import { statfs } from "node:fs/promises";
import type { Config, WatchedJail } from "../config/resolve.ts";
import { judgeProvenance, matchesGlob, type RejectReason } from "../core/provenance.ts";
import type { Instant } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import { findLeaks, makeFirewall, openings } from "../firewalls/index.ts";
import { probe } from "../firewalls/probe.ts";
import { decodeEntry } from "../sources/journal-entry.ts";
import { noFiles } from "../sources/journal-error.ts";
import { checkReadable, liveDirectory, localDirectories } from "../sources/journal-place.ts";
import type { Clock } from "../system/clock.ts";
import { findProgram, run } from "../system/exec.ts";
import { readSshdPorts } from "../system/sshd.ts";
import { readProperty } from "../system/units.ts";
import { isVolatile, sshdElsewhere } from "./advice.ts";
import { cure } from "./suspicions.ts";

/** What was looked at, and how it is. `cure` says what to do. */
export interface Finding {
  readonly level: "ok" | "warning" | "error";
  readonly about: string;
  readonly what: string;
  readonly cure?: string;
}

/** Entries of a jail's identifiers that are looked at, the newest first. */
const ENTRIES = 200;
const MB = 1024 * 1024;

/** The journal: is there one, may it be read, does it outlive a reboot? */
export async function checkJournal(config: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const source of config.sources) {
    if (source.type !== "journal") continue;
    const about = `source ${source.name}`;
    try {
      const directory = await directoryOf(source.directory);
      await checkReadable(directory);
      findings.push({ level: "ok", about, what: `the journal in ${directory} can be read` });
    } catch (error) {
      findings.push(failed(about, error));
    }
  }
  if (await isVolatile(config)) {
    findings.push({
      level: "warning",
      about: "journal",
      what: "it lies in memory only: what is logged around a reboot may be missed",
      cure: "mkdir -p /var/log/journal && systemctl restart systemd-journald",
    });
  }
  return findings;
}

async function directoryOf(directory: string | undefined): Promise<string> {
  if (directory !== undefined) return directory;
  const directories = await localDirectories(undefined);
  const live = await liveDirectory(directories);
  if (live === undefined) throw noFiles(directories);
  return live;
}

/** Undefined where there is nothing to be read. */
async function readableDirectory(given: string | undefined): Promise<string | undefined> {
  try {
    const directory = await directoryOf(given);
    await checkReadable(directory);
    return directory;
  } catch (error) {
    if (error instanceof BailiffError) return undefined;
    throw error;
  }
}

/** For each jail: what its service logged last, and whether it would be believed. */
export async function checkProvenance(config: Config, clock: Clock): Promise<Finding[]> {
  const sources = config.sources.flatMap((source) =>
    source.type === "journal" && source.trust === "local" ? [source] : [],
  );
  const journalctl = findProgram("journalctl");
  if (sources.length === 0 || journalctl === undefined) return [];
  const findings: Finding[] = [];
  for (const jail of config.jails) {
    if (jail.filter.rules.sources?.includes("journal") === false) continue;
    const heard = sources.find(({ name }) => jail.sources === undefined || jail.sources.includes(name));
    if (heard === undefined) continue;
    const directory = await readableDirectory(heard.directory);
    // What is wrong with the journal itself is told of its source.
    if (directory !== undefined) findings.push(await believed(jail, { journalctl, directory, clock }));
  }
  return findings;
}

async function believed(
  jail: WatchedJail,
  { journalctl, directory, clock }: { journalctl: string; directory: string; clock: Clock },
): Promise<Finding> {
  const about = `jail ${jail.jail.name}`;
  const rule = { ...jail.filter.rules.provenance, jail: jail.jail.name };
  const { identifiers } = rule;
  const args = ["--quiet", "--output=json", `--lines=${ENTRIES}`, "--reverse", "--no-pager"];
  // journalctl knows no globs; of a service with such names, its units are asked for.
  const named = identifiers.filter((name) => name !== "" && !name.includes("*"));
  const matches =
    named.length === identifiers.length
      ? named.map((name) => `SYSLOG_IDENTIFIER=${name}`)
      : rule.units.filter((unit) => !unit.includes("*")).map((unit) => `_SYSTEMD_UNIT=${unit}`);
  if (matches.length === 0) return { level: "ok", about, what: "its lines have no name to look for; not looked at" };
  const outcome = await run(journalctl, [...args, "--merge", `--directory=${directory}`, ...matches], {
    timeoutMs: 20_000,
    maxOutput: 32 * MB,
  });
  if (outcome.exitCode !== 0) {
    return {
      level: "error",
      about,
      what: `journalctl said "${outcome.stderr.trim().slice(0, 200)}"`,
      cure: /permission|not permitted/i.test(outcome.stderr)
        ? "run it as root"
        : `see what \`journalctl --directory=${directory} -n 1\` says`,
    };
  }
  const reasons = new Map<RejectReason, string>();
  let good: Instant | undefined;
  let refused = 0;
  for (const line of outcome.stdout.split("\n")) {
    const decoded = line === "" ? undefined : decodeEntry(line, { source: "journal", trust: "local" });
    if (decoded?.kind !== "entry") continue;
    const { entry } = decoded;
    if (!identifiers.some((glob) => matchesGlob(glob, entry.identifier ?? ""))) continue;
    const reason = judgeProvenance(entry, rule);
    if (reason === undefined) good ??= entry.time;
    else {
      refused += 1;
      const suspicion = { filter: jail.filter.name, reason, count: 1, accusing: 0, last: entry.time, sample: entry };
      if (!reasons.has(reason)) reasons.set(reason, cure(suspicion));
    }
  }
  if (good !== undefined) {
    const odd = refused > 0 ? `; ${refused} others of the last ${ENTRIES} are not: bailiff status --untrusted` : "";
    return { level: "ok", about, what: `its service logs and is believed, last ${when(good, clock)}${odd}` };
  }
  const [first] = reasons;
  if (first) {
    return {
      level: "error",
      about,
      what: `none of its last ${refused} entries is believed (${first[0]})`,
      cure: first[1],
    };
  }
  return {
    level: "warning",
    about,
    what: `nothing of ${identifiers.slice(0, 4).join(", ")} is in the journal`,
    cure: "is the service running, and does it log to the journal or syslog? One that writes a file of its own is not seen",
  };
}

function when(at: Instant, clock: Clock): string {
  const minutes = Math.floor((clock.now() - at) / 60_000);
  if (minutes < 2) return "just now";
  if (minutes < 120) return `${minutes} minutes ago`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} hours ago` : `${Math.floor(minutes / 1440)} days ago`;
}

/** Which firewall would be used, and what could let an offender through. For when the agent does not run. */
export async function checkFirewall(config: Config, clock: Clock): Promise<Finding[]> {
  try {
    const { firewall, why, tried } = await probe({ backend: config.firewall.backend });
    if (firewall === "none" && config.firewall.backend !== "none") {
      return [{ level: "error", about: "firewall", what: why, cure: "install nftables, or run this as root" }];
    }
    const findings: Finding[] = [{ level: "ok", about: "firewall", what: `${firewall}: ${why}` }];
    const made = makeFirewall(firewall, { clock, ...config.firewall, userNamespace: false, tell: () => {} });
    // Without the agent there need be no table; what else is in the way is worth knowing.
    const leaks = (await findLeaks(made)).filter(
      ({ sentence }) => !/\btable inet bailiff\b|^no set for/.test(sentence),
    );
    // Before anything is laid out, only the probe knows.
    const limits = openings(tried.at(-1)?.limits ?? []);
    const cure = "see what the reason names: a package to install, or a module that the kernel lacks";
    const missing = limits.map((what): Finding => ({ level: "warning", about: "firewall", what, cure }));
    return [...findings, ...missing, ...leaks.map(leak)];
  } catch (error) {
    return [failed("firewall", error)];
  }
}

/** A finding of the firewall's own survey. */
export function leak(found: {
  readonly kind: "leak" | "note";
  readonly sentence: string;
  readonly cure?: string;
}): Finding {
  return {
    level: found.kind === "leak" ? "warning" : "ok",
    about: "hooks",
    what: found.sentence,
    ...(found.cure !== undefined || found.kind === "leak" ? { cure: found.cure ?? "see bailiff firewall check" } : {}),
  };
}

/** Is the clock set by somebody who knows? Windows and bans are counted in time. */
export async function checkTime(): Promise<Finding> {
  const timedatectl = findProgram("timedatectl");
  const outcome =
    timedatectl && (await run(timedatectl, ["show", "--property=NTPSynchronized", "--value"], { timeoutMs: 5000 }));
  const answer = outcome ? outcome.stdout.trim() : "";
  if (answer === "yes") return { level: "ok", about: "clock", what: "synchronized" };
  return {
    level: "warning",
    about: "clock",
    what: answer === "no" ? "it is not synchronized" : "whether it is synchronized cannot be found out",
    cure: "timedatectl set-ntp true, or install chrony; in a container, the host does it",
  };
}

/** Room for the database: a full disk keeps bans in memory only. */
export async function checkDisk(config: Config): Promise<Finding> {
  const { directory } = config.state;
  const about = "state";
  if (directory === ":memory:")
    return { level: "warning", about, what: "kept in memory only", cure: "name a state.directory" };
  try {
    const { bavail, bsize, files, ffree } = await statfs(directory);
    const free = bavail * bsize;
    const text = `${Math.floor(free / MB)} MB free in ${directory}`;
    if (free < 16 * MB || (files > 0 && ffree < 10))
      return { level: "error", about, what: text, cure: "free some room: df -h, df -i" };
    return free < 200 * MB
      ? { level: "warning", about, what: text, cure: "free some room: df -h" }
      : { level: "ok", about, what: text };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { level: "ok", about, what: `${directory} is made at the first start` };
    return {
      level: "error",
      about,
      what: `${directory}: ${code}`,
      cure: "systemctl start bailiff makes it, with the right owner",
    };
  }
}

/** Do the bans of sshd's jail close the port it listens on? */
export async function checkSshd(config: Config): Promise<Finding[]> {
  const ports = await readSshdPorts();
  if (ports === undefined) return [];
  const wrong = sshdElsewhere(config, ports);
  if (wrong.length > 0) {
    return wrong.map((sentence) => {
      const [what = sentence, cure = ""] = sentence.split(": set ");
      return { level: "error" as const, about: "sshd", what, cure: `set ${cure}` };
    });
  }
  const watched = config.jails.some(({ filter }) => filter.rules.provenance.units.includes("ssh.service"));
  if (watched)
    return [{ level: "ok", about: "sshd", what: `listens on port ${ports.join(", ")}, which its bans close` }];
  return [
    { level: "warning", about: "sshd", what: "it is here and no jail watches it", cure: 'add "sshd": {} to "jails"' },
  ];
}

/** Does the unit let the agent open the sockets that the configuration needs? */
export async function checkSandbox(config: Config): Promise<Finding[]> {
  const needs: string[] = [];
  for (const source of config.sources) {
    if (source.type === "syslog" && source.listen.some(({ socket }) => socket === undefined)) {
      needs.push(`source ${source.name} listens by itself`);
    }
  }
  if (config.jails.some(({ ignoreNames }) => ignoreNames.some((name) => !name.startsWith("file:")))) {
    needs.push("ignoreip has host names");
  }
  if (needs.length === 0) return [];
  const families = await readProperty("bailiff.service", "RestrictAddressFamilies");
  if (families === undefined || families === "" || families.startsWith("~") || families.includes("AF_INET")) return [];
  return [
    {
      level: "warning",
      about: "unit",
      what: `${needs.join("; ")}, and the unit lets it open no network socket`,
      cure: "use bailiff-syslog.socket where that serves, or /usr/share/doc/bailiff/examples/network.conf (it says how)",
    },
  ];
}

export function failed(about: string, error: unknown): Finding {
  if (!(error instanceof BailiffError)) throw error;
  return { level: "error", about, what: error.message, ...(error.hint === undefined ? {} : { cure: error.hint }) };
}
