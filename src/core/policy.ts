import type { Address, Network } from "./address.ts";
import { type Ban, countsLater, type Offence, type Verdict } from "./ban.ts";
import type { Entry, Origin } from "./entry.ts";
import type { Jail } from "./jail.ts";
import { type Escalation, escalate, type Grounds, judge } from "./judge.ts";
import type { Match, Retraction } from "./match.ts";
import type { Tally } from "./tally.ts";
import type { Instant } from "./time.ts";

/** What a policy must know of the past, and tells of its decisions: a Store, as far as it matters here. */
export interface Past {
  history: Grounds["history"];
  current: Grounds["current"];
  bansSince(target: Network, since: Instant): number;
  /** The next question already knows these. */
  stage(changes: { readonly at: Instant; readonly bans: readonly Ban[] }): void;
}

export interface PolicyOptions {
  readonly tally: Tally;
  readonly past: Past;
  readonly ignored: Grounds["ignored"];
  readonly protected: Grounds["protected"];
  readonly random: () => number;
}

/** An offence and what became of it. */
export interface Decision {
  readonly offence: Offence;
  readonly verdict: Verdict;
  /** Its ban was one too many. */
  readonly escalated?: Verdict;
}

const NOTHING: readonly Decision[] = [];

/**
 * From failures to decisions: counts, judges, and notes each ban before the next failure is looked at, so that the
 * outcome does not depend on how entries come in batches.
 */
export class Policy {
  readonly #options: PolicyOptions;
  /** What all decisions rest on; made once, as attacks ask for many. */
  readonly #common: Omit<Grounds, "jail" | "now"> & Pick<Past, "bansSince">;
  #jails: ReadonlyMap<string, Jail> = new Map();
  #escalation: Escalation | undefined;

  constructor(options: PolicyOptions) {
    this.#options = options;
    const { past, ignored, random } = options;
    this.#common = {
      history: (jail, target, at) => past.history(jail, target, at),
      current: (jail, target, at) => past.current(jail, target, at),
      bansSince: (target, since) => past.bansSince(target, since),
      protected: (target) => options.protected(target),
      ignored,
      random,
    };
  }

  /** At the start, before Tally.restore, and at each reload. */
  setJails(jails: readonly Jail[], escalation?: Escalation): void {
    this.#jails = new Map(jails.map((jail) => [jail.name, jail]));
    this.#escalation = escalation;
    this.#options.tally.setJails(jails);
  }

  /** A failure found for a jail. Usually nothing is decided. */
  failure(jail: string, match: Match, now: Instant): readonly Decision[] {
    const offences = this.#options.tally.strike(jail, match);
    return offences.length === 0 ? NOTHING : offences.map((offence) => this.decide(offence, now));
  }

  /** A failure was none after all: see Tally.retract. */
  retract(jail: string, failure: Retraction, origin: Origin): boolean {
    return this.#options.tally.retract(jail, failure, origin);
  }

  /** A login that succeeded. */
  success(jail: string, address: Address, entry: Pick<Entry, "time" | "origin">): void {
    this.#options.tally.success(jail, address, entry);
  }

  decide(offence: Offence, now: Instant): Decision {
    const jail = this.#jails.get(offence.jail);
    // Removed between counting and judging: nobody asks for the ban any more.
    if (jail === undefined) return { offence, verdict: { kind: "spare", reason: "ignored", rule: "no such jail" } };
    const { past } = this.#options;
    const grounds = { ...this.#common, jail, now };
    const verdict = judge(offence, grounds);
    if (verdict.kind === "spare") return { offence, verdict };
    past.stage({ at: now, bans: [verdict.ban] });
    if (this.#escalation === undefined || !countsLater(verdict.ban.cause)) return { offence, verdict };
    const escalated = escalate(verdict.ban, this.#escalation, grounds);
    if (escalated === undefined) return { offence, verdict };
    if (escalated.kind !== "spare") past.stage({ at: now, bans: [escalated.ban] });
    return { offence, verdict, escalated };
  }
}
