/* Made from schemas/bailiff.schema.json by `make types`. Do not edit. */

export type Source = JournalSource | SyslogSource;
/**
 * An address or a prefix: "192.0.2.7", "2001:db8::/32".
 */
export type Network = string;
/**
 * Never banned: addresses and prefixes ("192.0.2.7", "2001:db8::/32"), host names (asked for again by their TTL, 30 seconds to an hour; the last good answer holds, over restarts too; 256 addresses at the most), and "file:/path" lists of addresses, one on a line, read again when they change. A jail's own list takes the place of the one of `defaults`.
 *
 * @maxItems 10000
 */
export type Ignoreip = string[];
/**
 * Protocols that go with the ports. Default: those of the filter, else tcp. With all ports a ban closes everything, unless the jail itself names protocols.
 *
 * @minItems 1
 */
export type Protocols = [
  "tcp" | "udp" | "sctp" | "dccp" | "udplite",
  ...("tcp" | "udp" | "sctp" | "dccp" | "udplite")[]
];
/**
 * The n-th is for a source with n bans behind it, the last for all further: [1, 2, 4, 8, 16, 32, 64]. In place of the formula.
 *
 * @minItems 1
 * @maxItems 64
 */
export type Bantime = [number, ...number[]];
/**
 * A program that is asked before a ban, with its arguments: exit status 0 means "do not ban". <ip> stands for the address. Run without a shell, as the agent's user, for 5 seconds at the most; its answer holds for five minutes; when it fails, or more are to be asked about than it answers for in ten seconds, the ban goes on.
 *
 * @minItems 1
 * @maxItems 32
 */
export type Ignorecommand = [string, ...string[]];
export type SourceName = string;
/**
 * More patterns of failures, added to the filter's: see bailiff-filter(5).
 *
 * @maxItems 512
 */
export type Patterns = (string | Pattern)[];

/**
 * The configuration of bailiff: bailiff.json, and conf.d/*.json beside it, merged in the order of their names. Objects are merged, lists and values replace. Comments and trailing commas are allowed.
 */
export interface Configuration {
  /**
   * Where this schema is, for editors.
   */
  $schema?: string;
  /**
   * Where log entries come from. Without it: the journal of this machine.
   *
   * @maxItems 64
   */
  sources?: Source[];
  /**
   * Where bans are carried out.
   */
  firewall?: {
    /**
     * `auto` takes nftables, else iptables with ipset, else plain iptables, whichever works here; where none does, it tries again by the minute. `none` only tells what it would do.
     */
    backend?: "auto" | "nftables" | "iptables" | "none";
    /**
     * Let the kernel log dropped packets, ten a minute at the most (nftables only).
     */
    log?: boolean;
    /**
     * Count packets of each banned address. Costs kernel memory; needs nft 1.0.6 or newer (nftables only).
     */
    counters?: boolean;
    /**
     * Also drop what this machine sends to a banned address (nftables only).
     */
    egress?: boolean;
  };
  /**
   * What must outlive a restart: bans, their history, and how far each source was read.
   */
  state?: {
    /**
     * Where the database bailiff.sqlite is kept. A relative path counts from the configuration file.
     */
    directory?: string;
    /**
     * How long ended bans are remembered, so that bans of those who come back can grow.
     */
    dbpurgeage?: number | string;
  };
  /**
   * How `bailiff status`, `ban` and the others reach the agent.
   */
  control?: {
    /**
     * Unix socket for all commands; who may write to it may ban. A relative path counts from the configuration file.
     */
    socket?: string;
    /**
     * Unix socket that answers only questions (status, banned, …). None unless given or passed by systemd.
     */
    statussocket?: string;
  };
  /**
   * Your own filters.
   */
  filters?: {
    /**
     * Folder of *.json filter definitions, added to the shipped ones; a file of the same name takes the place of a shipped filter, or extends it. A relative path counts from the configuration file.
     */
    directory?: string;
  };
  /**
   * Who is never banned, besides ignoreip: loopback, multicast and link-local addresses, gateways and resolvers of this machine always.
   */
  protect?: {
    /**
     * Addresses with an established connection to a port of sshd, so that an admin who is logged in cannot be shut out: those that logged in, for jails. Any other user who is logged in is spared as well, whatever he tries meanwhile, and each time it is told: false where users are not trusted.
     */
    sessions?: boolean;
    /**
     * Ports whose established connections count as an admin's.
     */
    sessionports?: "all" | [number | string, ...(number | string)[]];
    /**
     * Private addresses too: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fc00::/7.
     */
    private?: boolean;
  };
  /**
   * What the agent says.
   */
  log?: {
    /**
     * The least important kind that is told: bans are `notice`, failures found are `info`.
     */
    level?: "error" | "warning" | "notice" | "info" | "debug";
  };
  /**
   * Bounds of memory.
   */
  limits?: {
    /**
     * Addresses whose failures are counted at the same time, over all jails. The longest unseen make room.
     */
    sources?: number;
  };
  /**
   * A second, longer ban on all ports for whoever was banned so often in any jails: simpler than the jail recidive. Off unless given.
   */
  escalation?: {
    /**
     * How many bans.
     */
    bans: number;
    /**
     * Within how long.
     */
    findtime?: number | string;
    /**
     * How long the second ban lasts.
     */
    bantime?: number | string;
  };
  defaults?: JailOptions;
  /**
   * What is watched. A jail without `filter` uses the filter of its own name: "sshd": {} is complete.
   */
  jails?: {
    [k: string]: Jail;
  };
}
/**
 * Entries of the systemd journal.
 */
export interface JournalSource {
  type: "journal";
  /**
   * How status calls it; must be unique. Default: made from the rest.
   */
  name?: string;
  /**
   * Read the journal files of this folder in place of this machine's own journal.
   */
  directory?: string;
  /**
   * Journal namespaces (LogNamespace= of a unit) to read besides the default one.
   *
   * @maxItems 16
   */
  namespaces?: string[];
  /**
   * `remote`: the journals were uploaded by other machines, which can write in them what they like; only jails that name this source in `sources` believe them. Default: remote for a directory below /var/log/journal/remote, else local.
   */
  trust?: "local" | "remote";
}
/**
 * What other machines, routers and appliances send by syslog (RFC 3164, RFC 5424).
 */
export interface SyslogSource {
  type: "syslog";
  /**
   * How status calls it; must be unique. Default: made from the rest.
   */
  name?: string;
  /**
   * Where to listen.
   *
   * @minItems 1
   * @maxItems 32
   */
  listen: [Listen, ...Listen[]];
  /**
   * Who may send. Without it only this machine may, and only loopback addresses can be listened on.
   *
   * @maxItems 4096
   */
  senders?: Sender[];
  /**
   * Files for listeners with protocol tls. A reload reads them again when they have changed.
   */
  tls?: {
    /**
     * This machine's certificate chain, PEM.
     */
    certificate: string;
    /**
     * Its key, PEM.
     */
    key: string;
    /**
     * Certificates of the authorities that sign the senders' certificates, PEM.
     */
    ca: string;
  };
  /**
   * Bytes the kernel keeps for UDP while the agent is busy; bounded by the sysctl net.core.rmem_max.
   */
  receivebuffer?: number;
}
export interface Listen {
  /**
   * tls is RFC 5425, with client certificates.
   */
  protocol: "udp" | "tcp" | "tls";
  /**
   * Own address to listen on; "::" is every address, IPv4 and IPv6.
   */
  address?: string;
  /**
   * Default: 514, for tls 6514.
   */
  port?: number;
  /**
   * Take the socket of this FileDescriptorName= that systemd passes, in place of address and port.
   */
  socket?: string;
}
export interface Sender {
  /**
   * Who it is, in status and in counts.
   */
  name: string;
  /**
   * Addresses or prefixes it sends from.
   *
   * @minItems 1
   * @maxItems 1024
   */
  addresses?: [Network, ...Network[]];
  /**
   * Name in its client certificate, for tls.
   */
  tlsName?: string;
  /**
   * Jails it may accuse in. Default: all.
   *
   * @maxItems 512
   */
  jails?: string[];
  /**
   * `limited`: its failures are counted apart from those of others, its bans last an hour at most and do not grow, and a login that it tells of spares nobody.
   */
  trust?: "full" | "limited";
  /**
   * Messages a second; more are dropped and counted.
   */
  ratePerSecond?: number;
  /**
   * Bans it may cause in an hour; over that, its accusations are not believed until the hour is over, and this is told.
   */
  maxBansPerHour?: number;
  /**
   * Zone of its time stamps without one ("Europe/Vienna"); UTC when absent. Counting goes by the time of arrival; `bailiff status` tells of a sender whose own times are five minutes off or more.
   */
  timezone?: string;
}
/**
 * What every jail starts from.
 */
export interface JailOptions {
  /**
   * false: the jail is kept but not watched.
   */
  enabled?: boolean;
  /**
   * Failures that deserve a ban.
   */
  maxretry?: number;
  /**
   * Time within which they must happen.
   */
  findtime?: number | string;
  /**
   * How long a ban lasts; -1 or "forever" never ends.
   */
  bantime?: number | string;
  ignoreip?: Ignoreip;
  /**
   * Ports that a ban closes. Default: those of the filter.
   */
  ports?: "all" | [number | string, ...(number | string)[]];
  protocols?: Protocols;
  /**
   * `drop` says nothing to the offender, `reject` refuses at once.
   */
  blocktype?: "drop" | "reject";
  /**
   * IPv4 addresses that share this many leading bits are counted and banned as one.
   */
  prefix4?: number;
  /**
   * The same for IPv6, where one subscriber has a /64 or more.
   */
  prefix6?: number;
  /**
   * Log lines kept with a ban, for the latest 1,000 bans since the start: `bailiff banned ADDRESS` shows them.
   */
  maxmatches?: number;
  /**
   * Only tell whom the jail would ban.
   */
  dryrun?: boolean;
  /**
   * Bans grow for those who come back: see bantime.multipliers, bantime.formula and bantime.factor.
   */
  "bantime.increment"?: boolean;
  /**
   * The grown ban is multiplied by this.
   */
  "bantime.factor"?: number;
  "bantime.multipliers"?: Bantime;
  /**
   * How long in seconds, from ban.Time (bantime), ban.Count (bans so far) and banFactor, with + - * / ** << min max floor ceil round exp log and `a if condition else b`. Default: ban.Time * 2 ** ban.Count * banFactor.
   */
  "bantime.formula"?: string;
  /**
   * No grown ban is longer.
   */
  "bantime.maxtime"?: number | string;
  /**
   * Up to this much is added to a grown ban by chance.
   */
  "bantime.rndtime"?: number | string;
  /**
   * Bans of all jails count, not of this one alone.
   */
  "bantime.overalljails"?: boolean;
  /**
   * For each such time without a ban, one earlier ban is forgotten.
   */
  "bantime.decay"?: number | string;
  /**
   * With bantime.increment: a failure of somebody with n bans behind him counts 2^n/2 + 1 times, as fail2ban does it.
   */
  knownoffenders?: boolean;
  /**
   * What a successful login does for failures of the same address: nothing; makes them forgotten, once within findtime; or makes a ban within findtime of it a tenth as long, an hour at the most. Whoever has one good account, his own or a guessed one, has it too: with `forget` he may guess at others twice as often, with `shorten` ten times as long. So it is off unless given; bantime.increment and escalation hold with it.
   */
  forgive?: "no" | "forget" | "shorten";
  spread4?: Spread4;
  spread6?: Spread6;
  ignorecommand?: Ignorecommand;
}
/**
 * So many different IPv4 sources of one wider prefix within findtime ban the whole prefix: { "count": 10, "length": 24 }. Off unless given.
 */
export interface Spread4 {
  /**
   * How many different sources.
   */
  count: number;
  /**
   * Leading bits that they share.
   */
  length: number;
}
/**
 * So many different IPv6 sources of one wider prefix within findtime ban the whole prefix: { "count": 10, "length": 56 }. Off unless given.
 */
export interface Spread6 {
  /**
   * How many different sources.
   */
  count: number;
  /**
   * Leading bits that they share.
   */
  length: number;
}
export interface Jail {
  /**
   * Name of the filter. Default: the jail's own name.
   */
  filter?: string;
  /**
   * Mode of the filter: see `bailiff filter show`.
   */
  mode?: string;
  /**
   * false: the jail is kept but not watched.
   */
  enabled?: boolean;
  /**
   * Failures that deserve a ban.
   */
  maxretry?: number;
  /**
   * Time within which they must happen.
   */
  findtime?: number | string;
  /**
   * How long a ban lasts; -1 or "forever" never ends.
   */
  bantime?: number | string;
  ignoreip?: Ignoreip;
  /**
   * Ports that a ban closes. Default: those of the filter.
   */
  ports?: "all" | [number | string, ...(number | string)[]];
  protocols?: Protocols;
  /**
   * `drop` says nothing to the offender, `reject` refuses at once.
   */
  blocktype?: "drop" | "reject";
  /**
   * IPv4 addresses that share this many leading bits are counted and banned as one.
   */
  prefix4?: number;
  /**
   * The same for IPv6, where one subscriber has a /64 or more.
   */
  prefix6?: number;
  /**
   * Log lines kept with a ban, for the latest 1,000 bans since the start: `bailiff banned ADDRESS` shows them.
   */
  maxmatches?: number;
  /**
   * Only tell whom the jail would ban.
   */
  dryrun?: boolean;
  /**
   * Bans grow for those who come back: see bantime.multipliers, bantime.formula and bantime.factor.
   */
  "bantime.increment"?: boolean;
  /**
   * The grown ban is multiplied by this.
   */
  "bantime.factor"?: number;
  "bantime.multipliers"?: Bantime;
  /**
   * How long in seconds, from ban.Time (bantime), ban.Count (bans so far) and banFactor, with + - * / ** << min max floor ceil round exp log and `a if condition else b`. Default: ban.Time * 2 ** ban.Count * banFactor.
   */
  "bantime.formula"?: string;
  /**
   * No grown ban is longer.
   */
  "bantime.maxtime"?: number | string;
  /**
   * Up to this much is added to a grown ban by chance.
   */
  "bantime.rndtime"?: number | string;
  /**
   * Bans of all jails count, not of this one alone.
   */
  "bantime.overalljails"?: boolean;
  /**
   * For each such time without a ban, one earlier ban is forgotten.
   */
  "bantime.decay"?: number | string;
  /**
   * With bantime.increment: a failure of somebody with n bans behind him counts 2^n/2 + 1 times, as fail2ban does it.
   */
  knownoffenders?: boolean;
  /**
   * What a successful login does for failures of the same address: nothing; makes them forgotten, once within findtime; or makes a ban within findtime of it a tenth as long, an hour at the most. Whoever has one good account, his own or a guessed one, has it too: with `forget` he may guess at others twice as often, with `shorten` ten times as long. So it is off unless given; bantime.increment and escalation hold with it.
   */
  forgive?: "no" | "forget" | "shorten";
  spread4?: Spread4;
  spread6?: Spread6;
  /**
   * Names of the sources it listens to. Default: all but journals of trust `remote`.
   *
   * @minItems 1
   * @maxItems 64
   */
  sources?: [SourceName, ...SourceName[]];
  failregex?: Patterns;
  /**
   * More exceptions, added to the filter's.
   *
   * @maxItems 256
   */
  ignoreregex?: string[];
  /**
   * More identifiers that the filter reads here.
   *
   * @maxItems 64
   */
  identifiers?: string[];
  /**
   * More systemd units whose lines this jail believes: for a unit that has another name here.
   *
   * @maxItems 64
   */
  units?: string[];
  /**
   * More users whose lines this jail believes.
   *
   * @maxItems 32
   */
  uids?: (number | string)[];
  /**
   * More ways into the journal that this jail believes.
   *
   * @minItems 1
   */
  transports?: [
    "syslog" | "journal" | "stdout" | "kernel" | "audit",
    ...("syslog" | "journal" | "stdout" | "kernel" | "audit")[]
  ];
  /**
   * Name of the containers (`*` stands for any characters) whose lines this jail believes.
   */
  container?: string;
  ignorecommand?: Ignorecommand;
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
