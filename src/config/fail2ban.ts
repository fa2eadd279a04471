/** fail2ban's words that are no options here, for whoever brings what he had there. */

const KERNEL = "leave it out: the kernel carries bans out, and there are no commands to configure";
const NO_FILES = "leave it out: nothing is read from files, but the journal and syslog (`sources`)";
const NO_MAIL = "leave it out: bailiff sends no mail";
const NO_NAMES = "leave it out: names found in logs are never looked up";
const JOURNAL = 'the agent logs to the journal (`journalctl -u bailiff`); how much says "log": { "level": "info" }';

/** What to write in the option's place, in a jail, in `defaults` or at the top. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ["port", 'write "ports": ["ssh", 2222]'],
  ["protocol", 'write "protocols": ["tcp"]'],
  ["backend", NO_FILES],
  ["logpath", NO_FILES],
  ["logencoding", NO_FILES],
  ["skip_if_nologs", NO_FILES],
  ["systemd_if_nologs", NO_FILES],
  ["logtype", NO_FILES],
  ["logtimezone", 'of a sender of syslog: "timezone"; the journal knows the time'],
  ["datepattern", "leave it out: the journal and syslog know the time"],
  ["maxlines", "leave it out: a pattern sees a whole entry; `session` of a filter ties entries together"],
  ["prefregex", 'it belongs into a filter, as "prefix"'],
  ["journalmatch", 'write whose lines are believed: "identifiers", "units", "uids"'],
  ["action", KERNEL],
  ["action_", KERNEL],
  ["banaction", `${KERNEL}; for iptables, "firewall": { "backend": "iptables" }`],
  ["banaction_allports", 'write "ports": "all"'],
  ["chain", KERNEL],
  ["destemail", NO_MAIL],
  ["sender", NO_MAIL],
  ["sendername", NO_MAIL],
  ["mta", NO_MAIL],
  ["fail2ban_agent", NO_MAIL],
  ["usedns", NO_NAMES],
  ["ignoreself", "leave it out: this machine's own addresses are never banned"],
  ["ignorecache", "leave it out: an answer of `ignorecommand` holds for five minutes"],
  ["loglevel", JOURNAL],
  ["logtarget", JOURNAL],
  ["syslogsocket", JOURNAL],
  ["socket", 'write "control": { "socket": "/run/bailiff/control.sock" }'],
  ["pidfile", "leave it out: systemd knows the process"],
  ["dbfile", 'write "state": { "directory": "/var/lib/bailiff" }'],
  ["dbpurgeage", 'write "state": { "dbpurgeage": "7d" }'],
  ["dbmaxmatches", 'write "defaults": { "maxmatches": 5 }'],
  ["allowipv6", "leave it out: IPv6 is always watched"],
]);

export function insteadOf(option: string): string | undefined {
  return INSTEAD.get(option.toLowerCase()) ?? (/^action_/i.test(option) ? KERNEL : undefined);
}

/** "%(bantime)s", "<known/ignoreip>": in a value. */
export function interpolation(value: string): string | undefined {
  return /%\([\w/]+\)s|<(?:known|default)\/\w+>/.exec(value)?.[0];
}

/** "sshd[mode=aggressive]" → its parts. */
export function filterWithOptions(value: string): { readonly filter: string; readonly mode?: string } | undefined {
  const found = /^([\w-]+)\[(.*)\]$/.exec(value);
  if (found === null) return undefined;
  const mode = /\bmode\s*=\s*"?([\w-]+)/.exec(found[2] ?? "")?.[1];
  return { filter: found[1] ?? "", ...(mode === undefined || mode === "normal" ? {} : { mode }) };
}

/** fail2ban's jail postfix-sasl is its filter's mode auth. */
const MODES: ReadonlyMap<string, string> = new Map([["sasl", "auth"]]);

/** Of "postfix-rbl", as fail2ban names jails of one filter: its filter, and its mode where the filter has it. */
export function jailOfFilter(
  name: string,
  library: {
    has(filter: string): boolean;
    definition(filter: string): { readonly modes: readonly string[] };
  },
): { readonly filter: string; readonly mode?: string } | undefined {
  const [, filter = "", last = ""] = /^(.+)-([^-]+)$/.exec(name) ?? [];
  if (!library.has(filter)) return undefined;
  const mode = MODES.get(last) ?? last;
  return { filter, ...(library.definition(filter).modes.includes(mode) ? { mode } : {}) };
}

/** A file of sections and `name = value`, as jail.local. */
export function looksLikeIni(text: string): boolean {
  for (const line of text.slice(0, 65_536).split("\n")) {
    if (!/^\s*(?:[#;]|$)/.test(line)) return /^\s*\[[A-Za-z][\w.-]*\]/.test(line);
  }
  return false;
}
