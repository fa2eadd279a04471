/* Made from schemas/filter.schema.json by `make types`. Do not edit. */

/**
 * Protocols that go with the ports. Default: tcp.
 *
 * @minItems 1
 */
export type Protocols = [
  "tcp" | "udp" | "sctp" | "dccp" | "udplite",
  ...("tcp" | "udp" | "sctp" | "dccp" | "udplite")[]
];
/**
 * What a failure looks like. <HOST> stands for the address (or a name, which accuses nobody), <ADDR> for an address only; named groups: (?<user>…), (?<attempts>…) for a number of failures in one line, (?<session>…) for what ties lines of one connection. Anchored: ^…$. A pattern without <HOST> accuses the address that its session is known to come from, as soon as that is known.
 *
 * @maxItems 512
 */
export type Patterns = (string | Pattern)[];
/**
 * Lines that are no failure and tell the address or the user of their session.
 *
 * @maxItems 512
 */
export type Patterns1 = (string | Pattern)[];
/**
 * Lines that say that the peer logged in: its session's failures are forgotten.
 *
 * @maxItems 512
 */
export type Patterns2 = (string | Pattern)[];
/**
 * Lines that end a session. They may still tell its address.
 *
 * @maxItems 512
 */
export type Patterns3 = (string | Pattern)[];
export type Name = string;
/**
 * Added failures.
 *
 * @maxItems 512
 */
export type Patterns4 = (string | Pattern)[];
/**
 * Added helper lines.
 *
 * @maxItems 512
 */
export type Patterns5 = (string | Pattern)[];

/**
 * How the log lines of one service that mean a failure are found, and whose lines are believed. The file's name without .json is the filter's name. Files are JSON; comments and trailing commas are allowed.
 */
export interface Filter {
  /**
   * Where this schema is, for editors.
   */
  $schema?: string;
  /**
   * What is found, in a line: "OpenSSH: failed logins".
   */
  description: string;
  /**
   * The service's own name, for `bailiff filter list`.
   */
  service?: string;
  /**
   * Name of the filter to start from. Lists given here are added to its lists, other values replace its values. A file of the same name as a shipped filter may extend that one.
   */
  extends?: string;
  /**
   * SYSLOG_IDENTIFIER (the tag or APP-NAME of syslog) of the service's lines. `*` stands for any characters. "" stands for lines without one, as some appliances send. Give real names where possible: with a `*` the whole journal has to be read.
   *
   * @minItems 1
   * @maxItems 64
   */
  identifiers: [string, ...string[]];
  /**
   * Kinds of source the service reaches. Default: both.
   *
   * @minItems 1
   */
  sources?: ["journal" | "syslog", ...("journal" | "syslog")[]];
  /**
   * systemd units the service runs in, on all distributions; `*` stands for any characters. A journal entry from another unit accuses nobody.
   *
   * @maxItems 64
   */
  units?: string[];
  /**
   * Users the service logs as, by number or by name (a name that this machine does not know is left out). A journal entry of another user accuses nobody. Default: 0, that is root.
   *
   * @maxItems 32
   */
  uids?: (number | string)[];
  /**
   * Ways into the journal that are believed (_TRANSPORT). Default: syslog, journal, stdout.
   *
   * @minItems 1
   */
  transports?: [
    "syslog" | "journal" | "stdout" | "kernel" | "audit",
    ...("syslog" | "journal" | "stdout" | "kernel" | "audit")[]
  ];
  /**
   * Name of the containers (`*` stands for any characters) whose lines are believed, for services that run in Docker or Podman with the journald log driver. Such a line must come through docker.service, a libpod scope, or one of the units. Without this, no line of a container is believed.
   */
  container?: string;
  /**
   * Ports of the service, which a jail with this filter bans unless it names its own. Default: all.
   */
  ports?: "all" | [number | string, ...(number | string)[]];
  protocols?: Protocols;
  /**
   * What a jail with this filter starts from. It goes before the `defaults` of the configuration; what the jail itself says goes before it.
   */
  defaults?: {
    /**
     * Failures that deserve a ban.
     */
    maxretry?: number;
    /**
     * Time within which they must happen.
     */
    findtime?: number | string;
    /**
     * How long the ban lasts.
     */
    bantime?: number | string;
  };
  /**
   * Parts of patterns that are used more than once: %{name} in a pattern stands for the text given here.
   */
  variables?: {
    [k: string]: string;
  };
  /**
   * Put in front of every pattern that does not begin with `^` itself.
   */
  prefix?: string;
  failregex?: Patterns;
  /**
   * A failure whose message matches one of these is none.
   *
   * @maxItems 256
   */
  ignoreregex?: string[];
  /**
   * How messages end that hold a peer's text with its line ends as they are, for services that write to standard output or standard error: there each line end begins a line, and a user name can hold lines that look like a failure of somebody else's. A failure counts no more where a line follows that ends so and tells no failure of the same address, and journald received both together or one right after the other; nor where a line that ends so, and is no failure, came before it and journald received both together.
   *
   * @maxItems 16
   */
  endregex?: string[];
  helperregex?: Patterns1;
  successregex?: Patterns2;
  forgetregex?: Patterns3;
  /**
   * What ties the lines of one connection together.
   */
  session?: {
    /**
     * `pid`: the process id, and what (?<session>…) catches where a pattern has it; `captured`: what (?<session>…) catches; `peer`: what (?<session>…) catches, and the line's own address, for services whose lines have nothing in common but the user, whom many addresses may try at a time; `none`: every line stands alone.
     */
    key?: "pid" | "captured" | "peer" | "none";
    /**
     * How long a session is remembered after its last line.
     */
    timeout?: number | string;
  };
  /**
   * Characters of a message that are looked at. The rest is cut off, so that no line takes long.
   */
  maxtext?: number;
  /**
   * The mode of a jail that names none. Default: normal.
   */
  mode?: string;
  /**
   * Named choices of patterns. What stands outside `modes` belongs to every mode, and a mode `normal` that adds nothing always exists.
   */
  modes?: {
    [k: string]: {
      /**
       * What the mode is for.
       */
      description: string;
      /**
       * Modes whose patterns belong to this one too.
       *
       * @maxItems 16
       */
      includes?: Name[];
      /**
       * false: the patterns outside `modes` do not belong to this mode (helper, success and forget patterns still do).
       */
      base?: boolean;
      failregex?: Patterns4;
      /**
       * Added exceptions.
       *
       * @maxItems 256
       */
      ignoreregex?: string[];
      helperregex?: Patterns5;
    };
  };
}
export interface Pattern {
  /**
   * Regular expression on the message.
   */
  regex?: string;
  /**
   * For messages that are JSON objects: path of a field ("request.remote_ip") → regular expression on its value. All must match.
   */
  json?: {
    [k: string]: string;
  };
  /**
   * Failures that one such line counts for. Default: 1.
   */
  attempts?: number;
  /**
   * For services that log one attempt in several lines: the lines of one attempt come in rising stage, so a line of a higher stage than the last one of its session is the same attempt and does not count again.
   */
  stage?: number;
  /**
   * For failure lines that also come before a login that succeeds, as when one PAM module refuses and the next one lets in. Their failures count, and are taken back when the session logs in (successregex) from the same address before a failure line without this mark, as the same user where both lines, or lines of the session before them, tell one (CORP\bob may be bob, and bob@corp.example.org may be either, in any case of letters). Capture (?<user>…) in both. Needs a session. Default: false.
   */
  provisional?: boolean;
  /**
   * For services that ask PAM in a process of its own for each attempt (sshd, for keyboard-interactive), so that the failure is logged under another process id than the connection: lines by which the connection itself tells how such an attempt ended. In failregex: the line stands for the latest failure marked provisional of the same address and user (or of the address, where that line names nobody) within the last minute, and does not count again; without one it counts. In successregex: it takes back the latest such failure of the same address and user. Each line settles one failure, and each failure is settled once. Capture (?<user>…). Needs a session. Default: false.
   */
  settles?: boolean;
  /**
   * For services that write such a line twice, one right after the other (Exim to syslog, once for each of its logs): a line that says the same of the same address as the last one of its session, within a second, is its copy and does not count. Needs a session. Default: false.
   */
  twice?: boolean;
  /**
   * For the reader.
   */
  note?: string;
}
