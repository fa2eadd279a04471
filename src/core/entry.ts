import type { Instant } from "./time.ts";

/**
 * One log record, as a source hands it on. Everything in it but `time`, `source`, `cursor` and `origin` was written by
 * whoever logged it and is not to be believed.
 */
export interface Entry {
  /** When it was logged: journald's receive time, or our own receive time for syslog. */
  readonly time: Instant;
  /** Name of the source, unique in the configuration. */
  readonly source: string;
  readonly identifier?: string;
  readonly pid?: string;
  /** Bounded by the source; control characters are kept. */
  readonly message: string;
  /** Where the source can resume after this entry; unique to the entry where present. */
  readonly cursor?: string;
  readonly origin: Origin;
  /** Of a standard output or a container: the stream, a blank, and what names the lines that came at once, as those of one message. */
  readonly write?: string;
  /** Read and counted before the agent was started: only filters look at it, to know again who is connected. */
  readonly past?: true;
}

export type Origin = JournalOrigin | SyslogOrigin;

/** What journald itself says of the sender; a client cannot write these fields. See systemd.journal-fields(7). */
export interface JournalOrigin {
  readonly kind: "journal";
  /** `remote`: a journal uploaded by another machine, all of whose fields its sender chose. */
  readonly trust: "local" | "remote";
  /** _TRANSPORT: syslog, journal, stdout, kernel, audit, driver. */
  readonly transport?: string;
  /** _UID; absent for kernel messages. */
  readonly uid?: number;
  /** _SYSTEMD_UNIT; journald loses it for some senders that exit at once (3-6 % measured on systemd 252). */
  readonly unit?: string;
  /** CONTAINER_NAME, set by container log drivers (by the client: never a reason to trust, always one to distrust). */
  readonly container?: string;
  /** _NAMESPACE */
  readonly namespace?: string;
  /** _MACHINE_ID */
  readonly machine?: string;
  /** _HOSTNAME: which machine, for journals that hold several. */
  readonly host?: string;
  /** A field that trust decisions need had an odd shape (several values, bytes): nothing may be believed. */
  readonly odd?: boolean;
  /**
   * A continuation of a line that journald split (_LINE_BREAK of the part before), or a container's log driver
   * (CONTAINER_PARTIAL_MESSAGE): starts wherever the sender chose.
   */
  readonly continuation?: boolean;
}

export interface SyslogOrigin {
  readonly kind: "syslog";
  readonly protocol: "udp" | "tcp" | "tls";
  /** Name of the configured sender it came from; identity is never the HOSTNAME in the message. */
  readonly sender: string;
  readonly trust: "full" | "limited";
  /** Jails this sender may accuse in; absent: all. */
  readonly jails?: readonly string[];
  /** HOSTNAME of the message, for telling sessions of two machines behind one relay apart. */
  readonly host?: string;
}
