import { BailiffError } from "../errors.ts";
import { FIELDS, SUPPRESSED } from "./journal-entry.ts";
import type { Place } from "./journal-place.ts";

/** Where to begin: at an entry, itself included; at a time; or with the oldest there is. */
export type Beginning =
  | { readonly kind: "cursor"; readonly cursor: string }
  | { readonly kind: "since"; readonly micros: number }
  | { readonly kind: "oldest" };

export interface Wanted {
  readonly identifiers: readonly string[];
  readonly kernel: boolean;
  /** Ask for _MACHINE_ID and _HOSTNAME: a tenth of journalctl's work, for nothing where one machine's files are read. */
  readonly hosts: boolean;
  /** Entries of this boot alone. */
  readonly boot?: string;
  /** Containers may be believed: ask for what tells the lines of one apart, which every other line has as well. */
  readonly containers: boolean;
}

const HOSTS = ["_MACHINE_ID", "_HOSTNAME"];

/**
 * Follows a journal from `beginning` on, across boots and rotations.
 *
 * `--merge --directory` instead of the plain default, because systemd 250–257 follow the current boot only, whatever
 * the cursor says (systemd#38912), and read /proc/sys/kernel/random/boot_id for it: under ProcSubset=pid they die, and
 * where a container's boot_id is hidden they follow a boot that is not there, silently. With --merge there is no boot;
 * with --directory there is no remote/ journal either, which whoever may upload can forge.
 *
 * `--cursor`, which repeats the entry, instead of `--after-cursor`, which silently drops one that was never seen when
 * the entry itself is gone. `--lines=all`, because --follow stops after ten lines otherwise. Never `--all`: one message
 * may be 60 MB.
 */
export function followArguments(place: Place, beginning: Beginning, wanted: Wanted): string[] {
  return [...common(place), ...fields(wanted), "--follow", "--lines=all", ...selection(beginning, wanted)];
}

/** Prints what there is from `beginning` on, and ends. */
export function printArguments(place: Place, beginning: Beginning, wanted: Wanted): string[] {
  return [...common(place), ...fields(wanted), ...selection(beginning, wanted)];
}

function fields(wanted: Wanted): string[] {
  const unwanted = [...(wanted.hosts ? [] : HOSTS), ...(wanted.containers ? [] : ["PRIORITY"])];
  const names = FIELDS.filter((name) => !unwanted.includes(name));
  return [`--output-fields=${names.join(",")}`];
}

function selection(beginning: Beginning, wanted: Wanted): string[] {
  return [...beginningArguments(beginning), "--", ...matches(wanted)];
}

/** Prints the entry at `cursor`, or the next one that is left. */
export function lookArguments(place: Place, cursor: string): string[] {
  return [...common(place), "--output-fields=_BOOT_ID", "--lines=1", `--cursor=${cursor}`];
}

/** Prints the latest entry of a boot that was logged up to a time, in microseconds, if there is one. */
export function bootArguments(place: Place, boot: string, micros: number): string[] {
  // In reverse: --lines counts from the very end otherwise (systemd 252).
  const latest = ["--reverse", "--lines=1", `--until=@${Math.ceil(micros / 1e6)}`];
  return [...common(place), "--output-fields=_BOOT_ID", ...latest, `_BOOT_ID=${boot}`];
}

function common(place: Place): string[] {
  return ["--quiet", ...place.arguments, "--output=json"];
}

function beginningArguments(beginning: Beginning): string[] {
  if (beginning.kind === "cursor") return [`--cursor=${beginning.cursor}`];
  return beginning.kind === "since" ? [`--since=@${Math.floor(beginning.micros / 1e6)}`] : [];
}

/**
 * What journalctl leaves out costs a fraction of what it prints. Only by identifier: unit and executable are lost for
 * senders that exit at once, and whether an entry may be believed is decided where it can be counted.
 * journald's word that it dropped messages is always asked for.
 */
function matches(wanted: Wanted): string[] {
  // journalctl knows no globs here, and what it knows of existing values (-F) misses those that come later.
  const boot = wanted.boot === undefined ? [] : [`_BOOT_ID=${wanted.boot}`];
  if (wanted.identifiers.some((name) => name.includes("*"))) return boot;
  const groups = [[`MESSAGE_ID=${SUPPRESSED}`, "_TRANSPORT=driver", "_UID=0"]];
  if (wanted.kernel) groups.unshift(["_TRANSPORT=kernel"]);
  if (wanted.identifiers.length > 0) groups.unshift(wanted.identifiers.map((name) => `SYSLOG_IDENTIFIER=${name}`));
  return groups.flatMap((group, at) => (at === 0 ? [...group, ...boot] : ["+", ...group, ...boot]));
}

/** Throws for a name that no program can log under, or that cannot be an argument. */
export function checkIdentifiers(identifiers: readonly string[]): void {
  for (const name of identifiers) {
    if (name === "" || name.length > 256 || /[\x00-\x1f\x7f]/.test(name)) {
      throw new BailiffError("CONFIG_INVALID", `${JSON.stringify(name)} is no identifier`, {
        hint: "an identifier is what `journalctl -o short` prints before the process id, such as sshd",
      });
    }
  }
  if (identifiers.length > 1000) {
    throw new BailiffError(
      "CONFIG_INVALID",
      `${identifiers.length} identifiers are more than journalctl can be asked for`,
      {
        hint: "use patterns such as postfix/* in the filters",
      },
    );
  }
}
