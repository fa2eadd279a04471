import type { Entry } from "../core/entry.ts";
import type { RejectReason } from "../core/provenance.ts";
import type { Instant } from "../core/time.ts";

/** Entries of a service's identifier that were not believed: an attack, or a unit that has another name here. */
export interface Suspicion {
  readonly filter: string;
  readonly reason: RejectReason;
  count: number;
  /** How many of them looked like failures. */
  accusing: number;
  last: Instant;
  /** The latest one, an accusing one where there is any; its text bounded. */
  sample: Entry;
}

/** By filter and reason: never more than some hundreds. */
export class Suspicions {
  readonly #all = new Map<string, Suspicion>();
  #accusing = 0;

  /** How many looked like failures. */
  get accusing(): number {
    return this.#accusing;
  }

  note(
    filter: string,
    { reason, accuses }: { readonly reason: RejectReason; readonly accuses: boolean },
    entry: Entry,
  ): Suspicion {
    const key = `${filter} ${reason}`;
    const known = this.#all.get(key) ?? { filter, reason, count: 0, accusing: 0, last: entry.time, sample: entry };
    known.count += 1;
    known.last = entry.time;
    if (accuses || known.accusing === 0) known.sample = { ...entry, message: entry.message.slice(0, 500) };
    if (accuses) {
      known.accusing += 1;
      this.#accusing += 1;
    }
    this.#all.set(key, known);
    return known;
  }

  list(): readonly Suspicion[] {
    return [...this.#all.values()].sort((a, b) => b.accusing - a.accusing || b.count - a.count);
  }
}

/** Whether the admin is to be warned now: at the first that looks like a failure, and then ever more rarely. */
export function isNews({ reason, accusing }: Suspicion): boolean {
  // Where a sender may not accuse, that is how he wrote it.
  return reason !== "sender_not_allowed" && /^10*$/.test(String(accusing));
}

/** What to write where, should such lines be genuine on this machine. */
export function cure({ filter, reason, sample }: Suspicion): string {
  const { origin } = sample;
  const of = origin.kind === "journal" ? origin : undefined;
  switch (reason) {
    case "untrusted_uid":
      return `user ${of?.uid ?? "?"} is none of the service's: a forgery, unless the service runs as that user here; then add "uids": [${of?.uid ?? "…"}] to the jail`;
    case "untrusted_unit":
      return `unit ${of?.unit ?? "(none)"} is none of the service's: a forgery, unless the service has that unit here; then add "units": ["${of?.unit ?? "…"}"] to the jail`;
    case "untrusted_transport":
      return `it came by ${of?.transport ?? "?"}: a forgery, unless the service logs so here; then add "transports": ["${of?.transport ?? "…"}"] to the jail`;
    case "container":
      return `a container wrote it: if ${filter} runs in container ${of?.container ?? "…"}, add "container": "${of?.container ?? "…"}" to the jail`;
    case "remote_journal":
      return `another machine uploaded it: name source "${sample.source}" in the jail's "sources" to believe it`;
    case "namespace":
      return `it lies in journal namespace ${of?.namespace ?? "?"}: add it to the "namespaces" of the journal source`;
    case "sender_not_allowed":
      return `the sender may not accuse in this jail: see "jails" of sender ${origin.kind === "syslog" ? origin.sender : "?"}`;
    case "foreign_machine":
      return "another machine's journal file lies among ours";
    case "kernel_forged":
      return "a process wrote to /dev/kmsg as the kernel: a forgery";
    case "continuation":
      return "the line was split, by journald or a container's log driver, at a point its writer chose; it cannot be believed";
    case "odd_field":
      return "a field that journald writes once was there several times: a forgery";
  }
}
