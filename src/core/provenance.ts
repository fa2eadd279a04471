import type { Entry, JournalOrigin, Origin, SyslogOrigin } from "./entry.ts";

/** Who may write the lines that a filter believes. Made at load: user names are numbers here, defaults are filled in. */
export interface ProvenanceRule {
  /** SYSLOG_IDENTIFIER, globs with `*`. The dispatcher picks filters by these; they are not judged again. */
  readonly identifiers: readonly string[];
  /** _SYSTEMD_UNIT, globs with `*`. */
  readonly units: readonly string[];
  readonly uids: readonly number[];
  /** _TRANSPORT: syslog, journal, stdout; `kernel` believes the kernel itself and nobody else. */
  readonly transports: readonly string[];
  /**
   * Glob of CONTAINER_NAME. Without it, nothing from a container is believed; with it, a container of that name is,
   * besides the service on the host. A container writes its own text, so whoever may name containers may accuse.
   */
  readonly container?: string;
  /** The jail that asks. A syslog sender that is limited to some jails is believed in those only, never without a jail. */
  readonly jail?: string;
  /** _MACHINE_ID of this host; without it the machine is not judged, nor where the source read no other machine's files. */
  readonly machine?: string;
  /** Journal namespaces that may accuse besides the default one; none when absent. */
  readonly namespaces?: readonly string[];
  /** Believe journals uploaded by other machines as if their journald were ours: whoever may upload may accuse. */
  readonly remote?: boolean;
}

/** Why an entry may accuse nobody. Fixed words: they name counters. */
export type RejectReason =
  | "odd_field"
  | "continuation"
  | "remote_journal"
  | "foreign_machine"
  | "namespace"
  | "untrusted_transport"
  | "kernel_forged"
  | "untrusted_uid"
  | "container"
  | "untrusted_unit"
  | "sender_not_allowed";

/** Where the log drivers of Docker and Podman run; Podman under a service of its own is named in the rule's units. */
const CONTAINER_UNITS = ["docker.service", "libpod-*.scope"];

/**
 * May this entry accuse anybody? Undefined when it may. Decided only by what journald itself wrote or by which
 * configured sender it came from; _EXE, _COMM, _CMDLINE and every SYSLOG_ field are the sender's to choose, or racy.
 * The identifier is not judged here.
 */
export function judgeProvenance(entry: Entry, rule: ProvenanceRule): RejectReason | undefined {
  return entry.origin.kind === "journal" ? judgeJournal(entry.origin, rule) : judgeSender(entry.origin, rule);
}

/**
 * May a login that an entry of this origin tells of keep anybody from being banned? Whoever can forge a limited sender's
 * datagrams, or upload a journal, could else make himself safe; and who logs in on another machine is no admin of this one.
 */
export function vouches(origin: Origin): boolean {
  return origin.trust === "local" || origin.trust === "full";
}

function judgeSender(origin: SyslogOrigin, rule: ProvenanceRule): RejectReason | undefined {
  if (origin.jails === undefined) return undefined;
  return rule.jail !== undefined && origin.jails.includes(rule.jail) ? undefined : "sender_not_allowed";
}

function judgeJournal(origin: JournalOrigin, rule: ProvenanceRule): RejectReason | undefined {
  if (origin.odd) return "odd_field";
  if (origin.continuation) return "continuation";
  if (origin.trust === "remote") {
    if (!rule.remote) return "remote_journal";
  } else if (rule.machine !== undefined && origin.machine !== undefined && origin.machine !== rule.machine) {
    return "foreign_machine";
  }
  if (origin.namespace !== undefined && !rule.namespaces?.includes(origin.namespace)) return "namespace";
  if (origin.transport === undefined || !rule.transports.includes(origin.transport)) return "untrusted_transport";
  // Root may write to /dev/kmsg as whom it likes. journald knows a process then, and only then is there a _UID.
  if (origin.transport === "kernel") return origin.uid === undefined ? undefined : "kernel_forged";
  // The anchor: journald never loses it, while fork-log-exit senders lose their unit in 3-6 % of the entries.
  if (origin.uid === undefined || !rule.uids.includes(origin.uid)) return "untrusted_uid";
  if (origin.container !== undefined) return judgeContainer(origin, rule);
  if (origin.unit === undefined) return origin.uid === 0 ? undefined : "untrusted_unit";
  return matchesAny(rule.units, origin.unit) ? undefined : "untrusted_unit";
}

function judgeContainer(origin: JournalOrigin, rule: ProvenanceRule): RejectReason | undefined {
  if (rule.container === undefined || !origin.container || !matchesGlob(rule.container, origin.container)) {
    return "container";
  }
  // Log drivers live long: none of them loses its unit to the race.
  if (origin.unit === undefined) return "untrusted_unit";
  return matchesAny(CONTAINER_UNITS, origin.unit) || matchesAny(rule.units, origin.unit) ? undefined : "untrusted_unit";
}

function matchesAny(globs: readonly string[], text: string): boolean {
  for (const glob of globs) if (matchesGlob(glob, text)) return true;
  return false;
}

/** Does `glob` match the whole of `text`? `*` stands for any characters or none; everything else for itself. Linear. */
export function matchesGlob(glob: string, text: string): boolean {
  if (glob === text) return true;
  let star = glob.indexOf("*");
  if (star < 0) return false;
  const last = glob.lastIndexOf("*");
  const tail = glob.length - last - 1;
  if (text.length < star + tail) return false;
  if (!text.startsWith(glob.slice(0, star)) || !text.endsWith(glob.slice(last + 1))) return false;
  // Between the first star and the last, the leftmost place for each piece leaves the most room for the rest.
  let at = star;
  const end = text.length - tail;
  while (star < last) {
    const next = glob.indexOf("*", star + 1);
    const piece = glob.slice(star + 1, next);
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
    star = next;
  }
  return true;
}
