import { BailiffError } from "../errors.ts";
import type { Outcome } from "../system/exec.ts";
import type { Place } from "./journal-place.ts";

const NO_ACCESS_HINT =
  "run it as root, or give its user the group systemd-journal " +
  "(SupplementaryGroups=systemd-journal in a unit, `usermod -aG systemd-journal USER` for a login)";

export function noJournalctl(): BailiffError {
  return new BailiffError("SOURCE_BROKEN", "journalctl is not installed", {
    hint: "it comes with systemd; where there is none, use a syslog source",
  });
}

export function noMachineId(): BailiffError {
  return new BailiffError("SOURCE_BROKEN", "no journal on this machine: /etc/machine-id holds no machine id", {
    hint: "journald names its files by it; where there is no systemd, use a syslog source",
  });
}

export function noFiles(directories: readonly string[]): BailiffError {
  return new BailiffError("SOURCE_BROKEN", `no journal: there are no journal files in ${directories.join(" or ")}`, {
    hint: "is systemd-journald running (`systemctl status systemd-journald`)? Where there is none, use a syslog source",
  });
}

export function refused(directory: string): BailiffError {
  return new BailiffError("JOURNAL_REFUSED", `not allowed to read the journal in ${directory}`, {
    hint: NO_ACCESS_HINT,
  });
}

export function garbage(what: string): BailiffError {
  return new BailiffError("SOURCE_BROKEN", `journalctl printed ${what}`, {
    hint: "is the journalctl that was found systemd's own? Try `journalctl -n 1 -o json`",
  });
}

export function halted(): BailiffError {
  return new BailiffError("SOURCE_BROKEN", "journalctl was halted by a signal (SIGSTOP) and did not go on", {
    hint: "it is begun again by itself, after the last entry that was read",
  });
}

/** journalctl ended, which by itself it never does while it follows. Its own words are kept. */
export function broken(outcome: Outcome, place: Place): BailiffError {
  if (outcome.startError !== undefined) {
    return new BailiffError("SOURCE_BROKEN", `journalctl could not be started: ${outcome.startError}`);
  }
  const words = lastLine(outcome.stderr);
  if (/insufficient permissions|permission denied|operation not permitted/i.test(words)) return refused(place.path);
  const how = outcome.timedOut
    ? "did not answer"
    : outcome.signal === undefined
      ? `ended with status ${outcome.exitCode}`
      : `was ended by ${outcome.signal}`;
  return new BailiffError("SOURCE_BROKEN", `journalctl ${how}${words === "" ? "" : `: ${words}`}`, {
    // The directory, not the file: admins paste this into a shell, and a file is named by another machine.
    hint: `see what \`journalctl --directory=${place.path} -n 1\` says`,
  });
}

function lastLine(stderr: string): string {
  return (stderr.trim().split("\n").at(-1) ?? "").replace(/[\x00-\x1f\x7f-\x9f]/g, "?").slice(0, 300);
}
