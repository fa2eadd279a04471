import type { Change, Scope } from "../core/ban.ts";
import { BailiffError } from "../errors.ts";
import { type Clock, systemClock } from "../system/clock.ts";
import type { Firewall } from "./firewall.ts";
import { ipset } from "./ipset.ts";
import { iptables } from "./iptables.ts";
import { type Nftables, nftables } from "./nftables.ts";
import type { Listed } from "./nftables-ruleset.ts";
import { type Finding, type InPlace, inPlace, survey, surveyOthers } from "./nftables-survey.ts";
import { none } from "./none.ts";
import type { Backend } from "./probe.ts";
import { readSurroundings } from "./surroundings.ts";

export type { Finding } from "./nftables-survey.ts";

export interface FirewallOptions {
  readonly clock: Clock;
  readonly runtimeDirectory?: string;
  readonly log: boolean;
  readonly counters: boolean;
  readonly egress: boolean;
  readonly userNamespace: boolean;
  /** For `none`: told what another backend would do. */
  readonly tell: (change: Change) => void;
}

/** Packets that the kernel logs at most, in a minute. */
const LOG_PER_MINUTE = 10;

/** A backend of a new name without a line here does not compile. */
const MAKERS: { readonly [Name in Backend]: (options: FirewallOptions) => Firewall } = {
  nftables: ({ clock, runtimeDirectory, log, counters, egress, userNamespace }) =>
    nftables({
      clock,
      elementCounters: counters,
      egress,
      userNamespace,
      ...(log ? { logPerMinute: LOG_PER_MINUTE } : {}),
      ...(runtimeDirectory === undefined ? {} : { runtimeDirectory }),
    }),
  ipset: ({ clock, log, counters, egress }) => ipset({ clock, log, counters, egress }),
  iptables: ({ clock, log, counters, egress }) => iptables({ clock, log, counters, egress }),
  none: ({ clock, tell }) => none({ clock, tell }),
};

export function makeFirewall(name: Backend, options: FirewallOptions): Firewall {
  return MAKERS[name](options);
}

const MENDED_SOON = "bailiff lays it out again within seconds; should it say so again and again, see who takes it out";

const OTHERS_UNREAD: Finding = {
  kind: "note",
  sentence: "the tables of other programs were not looked at: this nft breaks off where it lists one that has flags",
  cure: "look at them with `nft list ruleset`",
};

/** Those limits that offenders get through by, as their sentences have it. */
export function openings(limits: readonly string[]): readonly string[] {
  return limits.filter((sentence) => /\bnot stopped\b/.test(sentence));
}

/** What could still let an offender through, leaks first. Of backends other than nftables, also what they cannot do. */
export async function findLeaks(firewall: Firewall): Promise<readonly Finding[]> {
  if (isNftables(firewall)) {
    const all = await firewall.ruleset();
    if (all !== undefined) return survey(all, readSurroundings());
    return [...survey(await firewall.ours(), readSurroundings()), OTHERS_UNREAD];
  }
  if (firewall.name !== "none") {
    const open = openings(firewall.limits);
    const said = firewall.limits.map(
      (sentence): Finding => ({ kind: open.includes(sentence) ? "leak" : "note", sentence }),
    );
    const fault = tellsFaults(firewall) ? await firewall.fault() : undefined;
    const broken = fault === undefined ? [] : [{ kind: "leak", sentence: fault, cure: MENDED_SOON } as const];
    return [...broken, ...surveyOthers(await rulesetOfOthers(), readSurroundings()), ...said].toSorted(
      (a, b) => Number(a.kind === "note") - Number(b.kind === "note"),
    );
  }
  const cure = "`bailiff status` says why no firewall is used: a dry run, or no nft and no permission for it";
  return firewall.limits.map((sentence) => ({ kind: "leak", sentence, cure }));
}

/** Beside iptables there may be rules of nftables. Where nft is missing or may not be used, none can be seen. */
async function rulesetOfOthers(): Promise<readonly Listed[]> {
  try {
    return (await nftables({ clock: systemClock }).ruleset()) ?? [];
  } catch (error) {
    if (!(error instanceof BailiffError)) throw error;
    return [];
  }
}

/** What of bailiff's the kernel has, and what it dropped; undefined for backends that keep no counts. */
export async function findInPlace(firewall: Firewall, scopes: readonly Scope[]): Promise<InPlace | undefined> {
  return isNftables(firewall) ? inPlace(await firewall.ours(), scopes) : undefined;
}

/** Those that hear nothing of other programs' changes, and look from time to time. */
function tellsFaults(firewall: Firewall): firewall is Firewall & { fault(): Promise<string | undefined> } {
  return "fault" in firewall;
}

function isNftables(firewall: Firewall): firewall is Nftables {
  return "ruleset" in firewall;
}
