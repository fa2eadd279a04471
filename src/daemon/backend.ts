import { readFileSync } from "node:fs";
import type { Config } from "../config/resolve.ts";
import { seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Firewall } from "../firewalls/firewall.ts";
import { makeFirewall } from "../firewalls/index.ts";
import { type Backend as Name, type Probe, probe } from "../firewalls/probe.ts";
import * as tell from "../log/event.ts";
import type { Log } from "../log/log.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../system/clock.ts";
import { leftBehind, teardown } from "./teardown.ts";

/** The fact that tells which backend holds the bans. */
const BACKEND = "firewall";
/** So often is looked for a firewall where none could be used. */
const SEEK_EVERY = seconds(60);

export interface BackendParts {
  readonly config: Config;
  readonly dryRun: boolean;
  readonly runtimeDirectory?: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
}

/** Which firewall carries bans out: as found at the start, or later where there was none; and not two at a time. */
export class Backend {
  readonly #parts: BackendParts;
  #probed: Probe;
  #firewall: Firewall;
  /** Aborted when there is a reason to look again at once. */
  #now = new AbortController();

  constructor(parts: BackendParts, probed: Probe) {
    this.#parts = parts;
    this.#probed = probed;
    this.#firewall = this.#make();
  }

  get probed(): Probe {
    return this.#probed;
  }

  get firewall(): Firewall {
    return this.#firewall;
  }

  /** None can be used, though the admin wants one. */
  get isLacking(): boolean {
    const { config, dryRun } = this.#parts;
    return this.#firewall.name === "none" && !dryRun && config.firewall.backend !== "none";
  }

  /**
   * Where there is none: tries by the minute, and when told to, for the admin may install one; `found` is given it. True if
   * it came to that.
   */
  async seek(signal: AbortSignal, found: (firewall: Firewall) => void): Promise<boolean> {
    const { clock, log, config } = this.#parts;
    let isFound = false;
    while (this.isLacking) {
      this.#now = new AbortController();
      await clock.sleep(SEEK_EVERY, AbortSignal.any([signal, this.#now.signal]));
      if (signal.aborted) return false;
      const probed = await probe({ backend: config.firewall.backend });
      if (probed.firewall === "none") continue;
      this.#probed = probed;
      this.#firewall = this.#make();
      isFound = true;
      log.tell(tell.firewallChosen(probed.firewall, probed.why));
      found(this.#firewall);
    }
    return isFound;
  }

  seekNow(): void {
    this.#now.abort();
  }

  /**
   * Takes out what another backend holds from a run before: an unban would never reach it. To be asked once the bans are in
   * force in this one; where there is none against the admin's will, the old ones stay, being better than nothing.
   */
  async clearFormer(): Promise<void> {
    const { store, clock, log } = this.#parts;
    const now = this.#firewall.name as Name;
    if (this.isLacking) return;
    const before = store.fact(BACKEND) as Name | undefined;
    if (before === now) return;
    try {
      const left = before === undefined ? [] : leftBehind(before, now);
      if (left.length > 0) {
        const cleared = await teardown(clock, left);
        if (cleared.length === 0) throw new BailiffError("FIREWALL_MISSING", `${before} does not work here any more`);
        log.tell(tell.note(`what ${before} held from a run before was taken out`));
      }
      store.save({ at: clock.now(), facts: { [BACKEND]: now } });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const cure = "with the agent stopped, `bailiff firewall remove` takes them out";
      log.tell(tell.trouble("firewall", `bans that ${before} holds stay in force until they end: ${why}; ${cure}`));
    }
  }

  #make(): Firewall {
    const { clock, config, runtimeDirectory } = this.#parts;
    return makeFirewall(this.#probed.firewall, {
      clock,
      ...config.firewall,
      userNamespace: inUserNamespace(),
      // Outside systemd the state directory serves: it is ours, and nobody else may read it.
      runtimeDirectory: runtimeDirectory ?? config.state.directory,
      tell: () => {},
    });
  }
}

/** In the first user namespace, the map is the identity over all numbers. */
function inUserNamespace(): boolean {
  try {
    return !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync("/proc/self/uid_map", "utf8"));
  } catch {
    // No such file: no user namespaces either.
    return false;
  }
}
