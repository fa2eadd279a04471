import { formatNetwork, type Network } from "../core/address.ts";
import { type Ban, type Change, type Held, KERNEL_SLACK, type Scope } from "../core/ban.ts";
import { adopt, banOf, changes, changesOf, type Wanted, wanted } from "../core/reconcile.ts";
import { Targets } from "../core/targets.ts";
import { type Duration, duration, type Instant, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Firewall, Layout } from "../firewalls/firewall.ts";
import * as tell from "../log/event.ts";
import type { Log } from "../log/log.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../system/clock.ts";

export interface CarryParts {
  readonly firewall: Firewall;
  readonly store: Store;
  readonly log: Log;
  readonly clock: Clock;
  readonly scopeOf: (jail: string) => Scope | undefined;
  readonly jailOf: (scope: string) => string | undefined;
  readonly layout: () => Layout;
  /** Scopes that the kernel may still have from the run before. */
  readonly former: readonly Scope[];
  /** Why the target must not be shut out after all; looked at right before the kernel is told. */
  readonly gate: (target: Network) => string | undefined;
  /** Reads what the gate rests on, where that is cheap. */
  readonly refreshGate: () => Promise<void>;
}

/** Those who began last are the likeliest to be knocking: they come first, and alone, so that they wait for no others. */
const HOTTEST = 500;
const CHUNK = 10_000;
const RETRY: readonly [Duration, Duration] = [seconds(1), seconds(60)];
const RECONCILE_EVERY = seconds(3600);
/** What the firewall refused is tried again so often: a full set has room when bans in it end. */
const REFUSED_RETRY = seconds(60);
/** Bans of a target that are looked at, latest first. */
const MAX_PAST = 100;
/** More repairs in a minute than this are a fight with another program. */
const REPAIRS_A_MINUTE = 5;
const FIGHTING =
  "another program keeps changing bailiff's rules: bans that it takes out stop nobody until the next repair, within a minute";

/**
 * Carries decisions to the kernel, apart from where they are made. What gathers while one transaction runs goes with
 * the next, so attack waves batch themselves. What fails stays wanted: the store says what is wanted, the firewall what
 * is held, and the difference is tried again until there is none.
 */
export class Carry {
  readonly #parts: CarryParts;
  /** Elements whose bans changed. */
  readonly #touched = new Targets<Pick<Held, "scope" | "target">>();
  #firewall: Firewall;
  /** What is laid out, as far as is known. */
  #laid: readonly Scope[];
  /** Another program changed what is ours. */
  #repair = false;
  /** Not before this: later and later in a fight. By the monotonic clock. */
  #repairAt = 0;
  #prepare = false;
  #reconcile = false;
  #wake: (() => void) | undefined;
  #failing: string | undefined;
  /** Bans that the firewall would not take, though it took others. */
  readonly #refused = new Targets<Pick<Held, "scope" | "target"> & { readonly why: string }>();
  #refusedAt = Number.NEGATIVE_INFINITY;
  /** Elements that the last gate did not let pass. */
  #dropped = 0;
  /** Nothing is tried for a while. */
  #resting = false;
  #busySince: Duration | undefined;
  #repairs = 0;
  #repairTimes: number[] = [];
  #quietUntil = 0;
  #idle: (() => void)[] = [];

  constructor(parts: CarryParts) {
    this.#parts = parts;
    this.#firewall = parts.firewall;
    this.#laid = parts.former;
  }

  /** Why the kernel is not as it should be; undefined when it is. */
  get trouble(): string | undefined {
    return this.#isHeldOff() ? FIGHTING : this.waiting;
  }

  /** Why bans that were begun or ended just now may not be in force; undefined when they are. */
  get waiting(): string | undefined {
    const [refused] = this.#refused.values();
    return this.#failing ?? (refused && `some bans are not in force: ${refused.why}`);
  }

  get pending(): number {
    return this.#touched.size;
  }

  /** Times that another program's changes were mended. */
  get repairs(): number {
    return this.#repairs;
  }

  /** How long the transaction under way has taken; undefined when none is. For the watchdog. */
  busyFor(): Duration | undefined {
    return this.#busySince === undefined ? undefined : duration(this.#parts.clock.monotonic() - this.#busySince);
  }

  /** Bans were begun or ended, and written: make the kernel so. */
  changed(bans: Iterable<Pick<Ban, "jail" | "target">>): void {
    for (const { jail, target } of bans) {
      const scope = this.#parts.scopeOf(jail)?.name;
      if (scope !== undefined) this.#touched.set(scope, target, { scope, target });
    }
    this.#rouse();
  }

  /** The layout changed: lay it out, and compare everything. */
  relayout(): void {
    this.#prepare = true;
    this.#reconcile = true;
    this.#rouse();
  }

  /** Another firewall carries the bans from now on. */
  use(firewall: Firewall): void {
    this.#firewall = firewall;
    this.relayout();
  }

  /** Resolves when nothing is left to do, or what is left has to wait. For commands that tell of their effect. */
  settled(): Promise<void> {
    if (this.#resting || !this.#hasWork()) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /**
   * Lays out the firewall and makes it hold what is wanted; with `adopt`, takes over what it holds and the store does not
   * know. With `trust`, the store knows of bans that they were ended; without, it may have lost them.
   */
  async begin(options: { readonly trust: boolean; readonly adopt: boolean }): Promise<void> {
    const { store, clock, log } = this.#parts;
    await this.#parts.refreshGate();
    await this.#layOut();
    const held = await this.#firewall.held();
    const now = clock.now();
    if (held.length > 0 && options.adopt) {
      const known = (element: Held): boolean => options.trust && this.#hasEnded(element);
      const bans = adopt(this.#wanted(now), held, { now, jailOf: this.#parts.jailOf, known });
      if (bans.length > 0) {
        store.stage({ at: now, bans });
        store.save({ at: now });
        log.tell(tell.adopted(bans.length));
      }
    }
    const want = this.#wanted(now);
    const before = this.#dropped;
    await this.#applyStaged(this.#due(want, held, now));
    await this.#clear();
    const count = want.length - (this.#dropped - before);
    if (count > 0) log.tell(tell.restored(count));
  }

  /**
   * Whether the store remembers a ban that made the element: it ended before its time, or has another scope now. If not, the
   * store is older than the kernel: it was put back from a copy, or the disk was full.
   */
  #hasEnded({ target, until }: Held): boolean {
    const least = until === undefined ? Number.POSITIVE_INFINITY : until - KERNEL_SLACK;
    const text = formatNetwork(target);
    return this.#parts.store
      .past(target, MAX_PAST)
      .some((ban) => formatNetwork(ban.target) === text && (ban.until ?? Number.POSITIVE_INFINITY) >= least);
  }

  /** Works until the signal aborts. What fails is tried again after 1 s … 60 s. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    let pause = RETRY[0];
    let checked = clock.monotonic();
    signal.addEventListener("abort", () => this.#rouse(), { once: true });
    while (!signal.aborted) {
      if (this.#refused.size > 0 && clock.monotonic() - this.#refusedAt >= REFUSED_RETRY) this.#retryRefused();
      if (!this.#hasWork()) {
        for (const done of this.#idle.splice(0)) done();
        await this.#sleepUntilWork(this.#refused.size > 0 ? REFUSED_RETRY : RECONCILE_EVERY, signal);
        if (clock.monotonic() - checked >= RECONCILE_EVERY) this.#reconcile = true;
        continue;
      }
      if (this.#reconcile) checked = clock.monotonic();
      this.#busySince = clock.monotonic();
      try {
        await this.#work();
        if (this.#failing !== undefined) log.tell(tell.firewallWorks(this.#touched.size));
        this.#failing = undefined;
        pause = RETRY[0];
      } catch (error) {
        const { message, hint } = explain(error);
        this.#failing = message;
        // Nothing is lost: everything wanted is compared with what is held next time.
        this.#reconcile = true;
        this.#prepare = true;
        log.tell(tell.firewallFailed(message, pause, hint));
        await this.#rest(pause, signal);
        pause = Math.min(pause * 2, RETRY[1]) as Duration;
      }
      this.#busySince = undefined;
    }
  }

  /** Listens for other programs' changes until the signal aborts. */
  async guard(signal: AbortSignal): Promise<void> {
    for await (const what of this.#firewall.disturbed(signal)) {
      this.#parts.log.tell(tell.firewallDisturbed(what));
      if (!this.#repair) this.#repairAt = this.#whenToMend();
      this.#repair = true;
      this.#rouse();
    }
  }

  /** Waits without keeping anybody waiting: no command for its effect, no watchdog, no end of the agent. */
  async #rest(pause: Duration, signal: AbortSignal): Promise<void> {
    this.#resting = true;
    this.#busySince = undefined;
    for (const done of this.#idle.splice(0)) done();
    await this.#parts.clock.sleep(pause, signal);
    this.#resting = false;
    this.#busySince = this.#parts.clock.monotonic();
  }

  async #work(): Promise<void> {
    if (this.#isHeldOff()) {
      // What is new shall be in force at once, and not wait for what is to be put back later.
      this.#prepare = true;
    } else if (this.#repair) await this.#mend();
    if (this.#prepare) {
      this.#prepare = false;
      await this.#layOut();
    }
    if (this.#reconcile) {
      await this.#parts.refreshGate();
      const held = await this.#firewall.held();
      // The layout changed once more: what is wanted by now may lie in scopes that are not there yet.
      if (this.#prepare) return;
      this.#reconcile = false;
      this.#touched.clear();
      const now = this.#parts.clock.now();
      await this.#applyStaged(this.#due(this.#wanted(now), held, now));
      await this.#clear();
      return;
    }
    const touched = [...this.#touched.values()].slice(0, CHUNK);
    if (touched.length === 0) return;
    for (const { scope, target } of touched) this.#touched.delete(scope, target);
    await this.#parts.refreshGate();
    // As above; then everything is compared.
    if (this.#prepare) return;
    const now = this.#parts.clock.now();
    const left = (target: Network): readonly Ban[] => this.#parts.store.bansOn(target, now);
    await this.#apply(changesOf(touched, left, { scopeOf: this.#parts.scopeOf, now }));
  }

  /** Lays out what is wanted; scopes that nobody wants any more stay beside it until their bans have moved. */
  async #layOut(): Promise<void> {
    const layout = this.#parts.layout();
    const scopes = new Map([...this.#laid, ...layout.scopes].map((scope) => [scope.name, scope]));
    await this.#firewall.prepare({ ...layout, scopes: [...scopes.values()] });
    this.#laid = [...scopes.values()];
  }

  /** Takes out scopes that nobody wants any more. */
  async #clear(): Promise<void> {
    const layout = this.#parts.layout();
    if (this.#laid.every(({ name }) => layout.scopes.some((scope) => scope.name === name))) return;
    await this.#firewall.prepare(layout);
    this.#laid = layout.scopes;
  }

  /** What must change. Who may not be banned any more is let out here, or not let in by the last gate. */
  #due(want: readonly Wanted[], held: readonly Held[], now: Instant): Generator<Change, undefined> {
    const barred = (element: Wanted): boolean => {
      const rule = this.#parts.gate(element.target);
      if (rule !== undefined) this.#drop(toChange(element), rule);
      return rule !== undefined;
    };
    return changes(want, held, { now, barred });
  }

  /** Somebody flushed or changed our table: the layout and the hottest first, then the rest. */
  async #mend(): Promise<void> {
    const { clock, log } = this.#parts;
    this.#repair = false;
    await this.#layOut();
    const want = this.#wanted(clock.now());
    await this.#apply(want.slice(0, HOTTEST).map(toChange));
    const held = await this.#firewall.held();
    await this.#applyStaged(this.#due(this.#wanted(clock.now()), held, clock.now()));
    this.#repairs += 1;
    log.tell(tell.firewallRepaired(want.length));
  }

  /** At once; in a fight with a program that changes our table again and again, each time later: 2 s … 60 s. */
  #whenToMend(): number {
    const { clock, log } = this.#parts;
    const now = clock.monotonic();
    this.#repairTimes = [...this.#repairTimes.filter((time) => now - time < 60_000), now];
    const excess = this.#repairTimes.length - REPAIRS_A_MINUTE;
    if (excess <= 0) return now;
    const pause = duration(Math.min(60_000, 2000 * 2 ** Math.min(excess - 1, 5)));
    if (now >= this.#quietUntil) log.tell(tell.firewallFight(pause));
    this.#quietUntil = now + pause;
    return this.#quietUntil;
  }

  #isHeldOff(): boolean {
    return this.#repair && this.#parts.clock.monotonic() < this.#repairAt;
  }

  #wanted(now: Instant): Wanted[] {
    return wanted(this.#parts.store.activeBans(now), this.#parts.scopeOf, now);
  }

  /** The hottest first, and alone: the firewall takes the rest in its own time. */
  async #applyStaged(changes: Iterator<Change, undefined>): Promise<void> {
    const hottest: Change[] = [];
    while (hottest.length < HOTTEST) {
      const { value: change } = changes.next();
      if (change === undefined) break;
      hottest.push(change);
    }
    await this.#apply(hottest);
    if (hottest.length === HOTTEST) await this.#apply({ [Symbol.iterator]: () => changes });
  }

  async #apply(list: Iterable<Change>): Promise<void> {
    const { log } = this.#parts;
    const passed = { any: false, unban: false };
    const waited = this.#refused.size > 0;
    const refusals = await this.#firewall.apply(this.#allowed(list, passed));
    if (!passed.any) return;
    const reasons = new Map<string, { readonly first: Change; count: number }>();
    for (const { change, reason } of refusals) {
      const same = reasons.get(reason);
      if (same) same.count += 1;
      else reasons.set(reason, { first: change, count: 1 });
      // An unban that was refused is seen by the next comparison, when its ban has not ended by itself.
      const { kind, scope, target } = change;
      if (kind === "ban") this.#refused.set(scope, target, { scope, target, why: reason });
    }
    // What was lifted made room. Who waits already waits no longer for those that are refused after him.
    if (refusals.length === 0 && passed.unban) this.#refusedAt = Number.NEGATIVE_INFINITY;
    else if (!waited) this.#refusedAt = this.#parts.clock.monotonic();
    for (const [reason, { first, count }] of reasons) {
      log.tell(tell.changeRefused(`${formatNetwork(first.target)} in ${first.scope}`, reason, count - 1));
    }
  }

  /** The last gate: each ban passes it when the firewall comes for it, which of many may be a while after they were decided. */
  *#allowed(list: Iterable<Change>, passed: { any: boolean; unban: boolean }): Generator<Change> {
    for (const change of list) {
      const { kind, scope, target } = change;
      const rule = kind === "ban" ? this.#parts.gate(target) : undefined;
      if (rule !== undefined) {
        this.#drop(change, rule);
        // An earlier ban may have put him into the kernel.
        this.#reconcile = true;
        continue;
      }
      passed.any = true;
      if (kind === "unban") passed.unban = true;
      this.#refused.delete(scope, target);
      yield change;
    }
  }

  #retryRefused(): void {
    for (const { scope, target } of this.#refused.values()) this.#touched.set(scope, target, { scope, target });
    // Whoever was unbanned meanwhile is not asked for again.
    this.#refused.clear();
  }

  /** A ban that must not be carried out is no ban: the store forgets it too. */
  #drop({ target, scope }: Change, rule: string): void {
    const { store, clock, log, scopeOf } = this.#parts;
    this.#dropped += 1;
    const at = clock.now();
    const bans = store.bansOn(target, at).filter((ban) => scopeOf(ban.jail)?.name === scope);
    for (const { jail } of bans) log.tell(tell.spared(jail, target, "protected", rule));
    store.save({ at, unbans: bans.map(({ jail }) => ({ jail, target })) });
  }

  #hasWork(): boolean {
    const mend = this.#repair && !this.#isHeldOff();
    return this.#touched.size > 0 || this.#reconcile || this.#prepare || mend;
  }

  #rouse(): void {
    this.#wake?.();
  }

  async #sleepUntilWork(most: Duration, signal: AbortSignal): Promise<void> {
    const nap = new AbortController();
    this.#wake = () => nap.abort();
    if (signal.aborted || this.#hasWork()) return;
    const untilMend = this.#repair ? this.#repairAt - this.#parts.clock.monotonic() : most;
    await this.#parts.clock.sleep(duration(Math.max(0, Math.min(most, untilMend))), nap.signal);
    this.#wake = undefined;
  }
}

function toChange({ scope, target, until }: Wanted): Change {
  return banOf(scope, target, until);
}

function explain(error: unknown): { message: string; hint: string | undefined } {
  if (error instanceof BailiffError) return { message: error.message, hint: error.hint };
  return { message: error instanceof Error ? error.message : String(error), hint: undefined };
}
