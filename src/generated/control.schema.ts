/* Made from schemas/control.schema.json by `make types`. Do not edit. */

/**
 * A request on the control socket: one JSON object on a line, 64 KiB at the most. Each is answered by one line: { "ok": true, "result": … } or { "ok": false, "error": { "code", "message", "hint" } }.
 */
export type Request =
  | PingRequest
  | StatusRequest
  | UntrustedRequest
  | BannedRequest
  | WhyRequest
  | HistoryRequest
  | StatsRequest
  | BanRequest
  | UnbanRequest
  | ReloadRequest
  | IgnoreRequest
  | PauseRequest
  | FirewallRequest;
export type Jail = string;
export type Target = string;

/**
 * Is the agent there, and which version?
 */
export interface PingRequest {
  command: "ping";
}
/**
 * Sources, firewall, health and jails; of one jail, its counters and bans.
 */
export interface StatusRequest {
  command: "status";
  jail?: Jail;
}
/**
 * Entries that looked like failures and were not believed: by filter and reason, with a sample.
 */
export interface UntrustedRequest {
  command: "untrusted";
}
/**
 * All bans, those of one jail, or those that hold an address.
 */
export interface BannedRequest {
  command: "banned";
  target?: Target;
  jail?: Jail;
}
/**
 * Why an address is banned or not: its bans, what is counted of it, and who spares it.
 */
export interface WhyRequest {
  command: "why";
  target: Target;
}
/**
 * Past and present bans of an address.
 */
export interface HistoryRequest {
  command: "history";
  target: Target;
}
/**
 * Failures and bans of every jail, now and since the start.
 */
export interface StatsRequest {
  command: "stats";
}
/**
 * Ban addresses or prefixes.
 */
export interface BanRequest {
  command: "ban";
  /**
   * @minItems 1
   * @maxItems 1000
   */
  targets: [Target, ...Target[]];
  jail?: Jail;
  /**
   * How long; -1 forever. Default: the jail's bantime.
   */
  seconds?: number;
  reason?: string;
}
/**
 * Lift bans.
 */
export interface UnbanRequest {
  command: "unban";
  /**
   * @minItems 1
   * @maxItems 1000
   */
  targets?: [Target, ...Target[]];
  all?: boolean;
  jail?: Jail;
}
/**
 * Read the configuration again. All or nothing: an invalid one changes nothing.
 */
export interface ReloadRequest {
  command: "reload";
  /**
   * Only tell what would change.
   */
  diff?: boolean;
  /**
   * Lift the bans of jails that are gone or were changed.
   */
  unban?: boolean;
}
/**
 * Never ban these until the agent ends; their bans are lifted.
 */
export interface IgnoreRequest {
  command: "ignore";
  action: "add" | "remove" | "list";
  /**
   * @maxItems 1000
   */
  targets?: Target[];
}
/**
 * Stop counting in a jail, or go on; its bans stay.
 */
export interface PauseRequest {
  command: "pause";
  jail: Jail;
  paused: boolean;
}
/**
 * What is laid out in the kernel, or what could let a banned address through.
 */
export interface FirewallRequest {
  command: "firewall";
  action: "show" | "check";
}
