import { release } from "node:os";
import type { Change, Held } from "../core/ban.ts";
import { type Duration, seconds } from "../core/time.ts";
import type { Clock } from "../system/clock.ts";
import { findProgram } from "../system/exec.ts";
import { checkLayout } from "./admission.ts";
import type { Firewall, Layout, Refusal } from "./firewall.ts";
import { Changes } from "./nftables-changes.ts";
import { Drift } from "./nftables-drift.ts";
import { NftProgram } from "./nftables-program.ts";
import { isOlder, type Listed, type Version } from "./nftables-ruleset.ts";
import { Table } from "./nftables-table.ts";
import { serial } from "./serial.ts";

export interface NftablesOptions {
  readonly clock: Clock;
  /** Absolute path of nft; looked for when absent. */
  readonly nft?: string;
  /** Where transactions too large for an argument go, as files only we can read. Without it they go in small pieces. */
  readonly runtimeDirectory?: string;
  /** Elements that a set takes; default 1,048,576. Memory is used for what is in it only. */
  readonly setSize?: number;
  /** Logs at most so many dropped packets a minute to the kernel's log; default none. */
  readonly logPerMinute?: number;
  /** Counts packets of every banned address; nft ≥ 1.0.6; takes about five times the memory. Default no. */
  readonly elementCounters?: boolean;
  /** Also drops what this host sends to an offender. Default no. */
  readonly egress?: boolean;
  /** We are in a user namespace, where the kernel takes small transactions only. */
  readonly userNamespace?: boolean;
  /** Whether the kernel gives an element that is added again its new timeout; default: what its version says. */
  readonly updates?: boolean;
  /** How often the layout is looked at whatever the monitor says; default a minute. */
  readonly checkEvery?: Duration;
}

export interface Nftables extends Firewall {
  /**
   * Everybody's ruleset without elements, as `nft -j -t list ruleset` lists it. For the survey. Undefined when this nft
   * cannot list it as JSON.
   */
  ruleset(): Promise<readonly Listed[] | undefined>;
  /** A listing with all of our table, without elements, and perhaps with others'. A table of ours that sleeps is woken. */
  ours(): Promise<readonly Listed[]>;
}

/** The first Linux that updates elements. */
const UPDATES_SINCE = [6, 12, 0] as const;

/** Bans as elements with timeouts in hash sets of table `inet bailiff`: the kernel stops them and forgets them by itself. */
export function nftables(options: NftablesOptions): Nftables {
  return new NftablesFirewall(options);
}

class NftablesFirewall implements Nftables {
  readonly name = "nftables";
  /** One thing at a time: a layout, a batch, a check. */
  readonly #alone = serial();
  readonly #program: NftProgram;
  readonly #table: Table;
  readonly #changes: Changes;
  readonly #drift: Drift;

  constructor(options: NftablesOptions) {
    const { clock } = options;
    const path = options.nft ?? findProgram("nft") ?? "/usr/sbin/nft";
    const program = new NftProgram(path, options.runtimeDirectory, clock);
    const ruleset = {
      setSize: options.setSize ?? 1_048_576,
      logPerMinute: options.logPerMinute,
      elementCounters: options.elementCounters ?? false,
      egress: options.egress ?? false,
    };
    const tell = (sentence: string): void => this.#drift.tell(sentence);
    const table = new Table({ program, clock, options: ruleset, tell });
    this.#program = program;
    this.#table = table;
    this.#changes = new Changes({
      program,
      table,
      clock,
      options: ruleset,
      updates: options.updates ?? !isOlder(kernelVersion(), UPDATES_SINCE),
      userNamespace: options.userNamespace ?? false,
      alone: this.#alone,
      tell,
    });
    this.#drift = new Drift({
      program,
      clock,
      checkEvery: options.checkEvery ?? seconds(60),
      fault: () => this.#alone(() => table.fault()),
    });
  }

  get limits(): readonly string[] {
    const limits: string[] = [];
    if (this.#program.directoryTrouble !== undefined) {
      limits.push(`large batches take longer: ${this.#program.directoryTrouble}`);
    }
    if (this.#table.tooOldToCount) limits.push("packets are not counted per address: that takes nft 1.0.6 or later");
    if (this.#drift.blind) {
      limits.push("another program that changes single elements is not noticed at once: this is a pid namespace");
    }
    return limits;
  }

  async prepare(layout: Layout): Promise<void> {
    const scopes = checkLayout(layout);
    await this.#alone(async () => {
      if (!this.#table.prepared) await this.#program.clean();
      await this.#table.layOut(layout, scopes);
    });
  }

  apply(changes: Iterable<Change>): Promise<readonly Refusal[]> {
    return this.#changes.apply(changes);
  }

  held(): Promise<readonly Held[]> {
    return this.#alone(() => this.#table.held());
  }

  disturbed(signal: AbortSignal): AsyncIterable<string> {
    return this.#drift.disturbed(signal);
  }

  remove(): Promise<boolean> {
    return this.#alone(() => this.#table.remove());
  }

  ruleset(): Promise<readonly Listed[] | undefined> {
    return this.#table.ruleset();
  }

  ours(): Promise<readonly Listed[]> {
    return this.#table.ours();
  }
}

function kernelVersion(): Version | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release()) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), 0];
}
