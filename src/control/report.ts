/** What the agent answers, by command. Times are ISO 8601 in UTC; absent means none or forever, as said. */

export interface StatusReport {
  readonly version: string;
  readonly since: string;
  /** `degraded`: something in `troubles` keeps bailiff from doing all of its work. */
  readonly health: "ok" | "degraded";
  readonly troubles: readonly string[];
  /** What the admin should know of this machine and is no fault. */
  readonly notes: readonly string[];
  readonly firewall: {
    readonly name: string;
    readonly why: string;
    readonly limits: readonly string[];
    readonly held: number;
    readonly pending: number;
    readonly repairs: number;
  };
  readonly sources: readonly SourceReport[];
  readonly jails: readonly JailSummary[];
  readonly tracked: number;
  readonly evicted: number;
  /** Entries that looked like failures and were not believed. */
  readonly untrusted: number;
  readonly config: string;
  readonly state: string;
}

export interface SourceReport {
  readonly name: string;
  readonly description: string;
  readonly state: "reading" | "starting" | "broken";
  readonly counters: Readonly<Record<string, number>>;
  readonly troubles: readonly string[];
}

export interface JailSummary {
  readonly name: string;
  readonly filter: string;
  readonly mode: string;
  readonly dryRun: boolean;
  readonly paused: boolean;
  /** `degraded`: entries of its service were lost before bailiff could read them. */
  readonly health: "ok" | "degraded";
  /** Sources with failures within findtime that are not banned. */
  readonly failing: number;
  readonly failuresTotal: number;
  readonly banned: number;
  readonly bannedTotal: number;
}

export interface JailReport extends JailSummary {
  /** What was lost, a sentence each with its cure. */
  readonly troubles: readonly string[];
  readonly description: string;
  readonly identifiers: readonly string[];
  readonly units: readonly string[];
  readonly widened: readonly string[];
  readonly ports: string;
  /** Of the escalation: bans, not failures. */
  readonly maxretry: number;
  readonly findtime: string;
  readonly bantime: string;
  readonly ignoreip: readonly string[];
  readonly entries: number;
  readonly named: number;
  readonly ignored: number;
  readonly spared: Readonly<Record<string, number>>;
  readonly untrusted: Readonly<Record<string, number>>;
  readonly bans: readonly BanReport[];
  /** Of a dry jail: whom it would have banned and would still. */
  readonly wouldBan: readonly BanReport[];
}

export interface BanReport {
  readonly address: string;
  readonly jail: string;
  readonly from: string;
  /** Absent: forever. */
  readonly until?: string;
  /** Seconds left; absent: forever. */
  readonly remaining?: number;
  readonly cause: "offence" | "escalation" | "manual" | "restored";
  readonly failures?: number;
  /** Of a ban for spread: how many networks of the prefix failed. */
  readonly sources?: number;
  /** Of an escalation: how many bans led to it. */
  readonly bans?: number;
  readonly by?: string;
  readonly reason?: string;
  /** The latest log lines that led to it, where one address or prefix is asked about and they are still known. */
  readonly matches?: readonly { readonly time: string; readonly line: string }[];
}

/** Why an address, or the prefix that it is counted by, is banned or is not. */
export interface WhyReport {
  /** In canonical form. */
  readonly address: string;
  /** Present ones, of it or of a prefix around it, with what each closes. */
  readonly bans: readonly (BanReport & { readonly ports: string })[];
  /** What carries them out; "none" where nothing does. */
  readonly firewall: string;
  /** Bans of it that are over and remembered. */
  readonly past: number;
  /** The rule by which no jail may ever ban it. */
  readonly protected?: string;
  /** Jails that have something to say of it. */
  readonly jails: readonly WhyJail[];
  /** What dry jails would have banned. */
  readonly wouldBan: readonly BanReport[];
  /** Entries not believed whose kept sample names it. */
  readonly untrusted: readonly UntrustedReport[];
  /** False when what was asked for is wider than what any jail counts by. */
  readonly countable: boolean;
  /** Why not all that is decided is in force yet. */
  readonly waiting?: string;
}

export interface WhyJail {
  readonly jail: string;
  /** The rule of its ignoreip that spares it. */
  readonly ignored?: string;
  readonly paused: boolean;
  readonly dryRun: boolean;
  readonly maxretry: number;
  readonly findtime: string;
  /** What is counted at the moment: one for each syslog sender of limited trust, and one for what all others tell. */
  readonly counts: readonly WhyCount[];
}

export interface WhyCount {
  /** The address, or the prefix that it is counted by. */
  readonly of: string;
  readonly failures: number;
  /** How many times each counts, for bans before; 1 as a rule. */
  readonly weight: number;
  readonly sender?: string;
  /** Absent for who may not read the journal. */
  readonly matches?: readonly { readonly time: string; readonly line: string }[];
}

export interface UntrustedReport {
  readonly filter: string;
  readonly reason: string;
  readonly count: number;
  /** How many of them looked like failures. */
  readonly accusing: number;
  readonly last: string;
  readonly sample: {
    /** Absent for who may not read the journal. */
    readonly message?: string;
    readonly identifier?: string;
    readonly unit?: string;
    readonly uid?: number;
    readonly transport?: string;
    readonly source: string;
  };
  /** What to write where, should the lines be genuine. */
  readonly hint: string;
}

export interface ChangeReport {
  readonly done: readonly { readonly address: string; readonly jail: string; readonly until?: string }[];
  readonly refused: readonly { readonly address: string; readonly code: string; readonly why: string }[];
  /** Wider bans that still shut out what was unbanned; absent when none do. */
  readonly still?: readonly { readonly address: string; readonly jail: string; readonly by: string }[];
  /** Of bans: as configured, no firewall carries them out, they are only told. Absent when one does, or should. */
  readonly idle?: true;
  /** Why not all of what is done is in force yet; absent when it is. */
  readonly waiting?: string;
}

export interface ReloadReport {
  readonly applied: boolean;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  /** What that does, a sentence each. */
  readonly effects: readonly string[];
  /** What takes a restart. */
  readonly notes: readonly string[];
}

export interface StatsReport {
  readonly jails: readonly JailSummary[];
}

export interface IgnoreReport {
  readonly ignored: readonly { readonly network: string; readonly origin: string }[];
  /** Bans that ended by it. */
  readonly lifted: ChangeReport["done"];
  readonly refused: ChangeReport["refused"];
}
