import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Config } from "../config/resolve.ts";
import type { ControlServer } from "../control/server.ts";
import { listen } from "../control/server.ts";
import { parseNetwork } from "../core/address.ts";
import type { Ban, Scope } from "../core/ban.ts";
import { type Duration, formatDuration, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Firewall, Layout } from "../firewalls/firewall.ts";
import { makeFirewall } from "../firewalls/index.ts";
import { type Probe, probe } from "../firewalls/probe.ts";
import * as tell from "../log/event.ts";
import type { Log } from "../log/log.ts";
import { MemoryStore } from "../store/memory.ts";
import { SqliteStore } from "../store/sqlite.ts";
import type { Store } from "../store/store.ts";
import type { InheritedSocket } from "../system/activation.ts";
import type { Clock } from "../system/clock.ts";
import { surroundingsChanges } from "../system/interfaces.ts";
import type { Notify } from "../system/notify.ts";
import { Answers } from "./answer.ts";
import { Carry } from "./carry.ts";
import { Guard } from "./guard.ts";
import { MANUAL, MANUAL_SCOPE } from "./manual.ts";
import { type Opened, openSources } from "./sources.ts";
import { supervise } from "./supervise.ts";
import { Watch } from "./watch.ts";

export interface DaemonOptions {
  readonly config: Config;
  /** Reads the configuration again; throws when it is not valid. */
  readonly reread: () => Config;
  readonly version: string;
  readonly dryRun: boolean;
  readonly log: Log;
  readonly clock: Clock;
  readonly notify: Notify;
  readonly sockets: readonly InheritedSocket[];
  /** systemd's RuntimeDirectory=, for large transactions. */
  readonly runtimeDirectory?: string;
  readonly random: () => number;
}

/** Nothing may hold the pipeline up for longer; nft is killed sooner. */
const STUCK_MS = 60_000;
const STATUS_EVERY = seconds(30);

/** How a source is doing. */
export interface SourceState {
  readonly opened: Opened;
  state: "reading" | "starting" | "broken";
  trouble: string | undefined;
  readonly stop: AbortController;
  done: Promise<void>;
  taking: Duration | undefined;
}

/** The imperative shell: the only place that joins the parts. */
export class Daemon {
  readonly options: DaemonOptions;
  config: Config;
  readonly store: Store;
  readonly guard: Guard;
  readonly watch: Watch;
  readonly firewall: Firewall;
  readonly carry: Carry;
  readonly probed: Probe;
  readonly began: number;
  readonly sources = new Map<string, SourceState>();
  /** Scopes of jails that are gone and whose bans were to stay. */
  readonly retired = new Map<string, Scope>();
  readonly #stop = new AbortController();
  readonly #told = new Set<string>();
  /** The last fault of each part. */
  readonly #faults = new Map<string, string>();

  private constructor(parts: { options: DaemonOptions; store: Store; probed: Probe }) {
    const { options, store, probed } = parts;
    this.options = options;
    this.config = options.config;
    this.store = store;
    this.probed = probed;
    this.began = options.clock.now();
    const { clock, log } = options;
    this.guard = new Guard(options.config.protect, clock);
    this.watch = new Watch({
      store,
      log,
      clock,
      random: options.random,
      capacity: options.config.limits.sources,
      protectedBy: (target) => this.guard.forJails(target),
      loggedIn: (jail, address) => this.#loggedIn(jail, address),
      evidence: () => {},
      carry: (bans) => this.carry.changed(bans),
    });
    this.firewall = makeFirewall(probed.firewall, {
      clock,
      ...this.config.firewall,
      userNamespace: inUserNamespace(),
      // Outside systemd the state directory serves: it is ours, and nobody else may read it.
      runtimeDirectory: options.runtimeDirectory ?? options.config.state.directory,
      tell: () => {},
    });
    this.carry = new Carry({
      firewall: this.firewall,
      store,
      log,
      clock,
      scopeOf: (jail) => this.scopeOf(jail),
      jailOf: (scope) => this.#jailOf(scope),
      layout: () => this.layout(),
      gate: (target) => this.guard.forRestored(target),
      refreshGate: () => this.guard.lookAtSessions(),
    });
  }

  /** Opens the store and chooses the firewall. Throws what keeps the agent from starting. */
  static async open(options: DaemonOptions): Promise<Daemon> {
    const { config, clock, dryRun } = options;
    const probed = await probe({ backend: dryRun ? "none" : config.firewall.backend });
    const store = openStore(config, clock);
    return new Daemon({ options, store, probed });
  }

  /** Runs until the signal aborts; leaves the bans in the kernel. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, notify, clock } = this.options;
    const answers = new Answers(this);
    const servers = await this.#serve(answers);
    try {
      this.#introduce();
      await this.guard.look();
      this.#configure();
      if (!this.watch.restoreCounts())
        log.tell(tell.trouble("state", "a part of the counts was damaged; counting goes on without it"));
      await this.#beginCarrying();
      const stop = this.#stop.signal;
      signal.addEventListener("abort", () => this.#stop.abort(), { once: true });
      if (signal.aborted) this.#stop.abort();
      const works = [
        this.carry.run(stop),
        supervise((inner) => this.carry.guard(inner), {
          clock,
          signal: stop,
          broke: (error, retry) => this.#broke("firewall monitor", error, retry),
        }),
        this.#followSurroundings(stop),
        this.#pulse(stop),
      ];
      this.#startSources(openSources(this.config, { clock, sockets: this.options.sockets }));
      notify.send("READY=1", `STATUS=${this.statusLine()}`);
      await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
      notify.send("STOPPING=1");
      await Promise.all([...works, ...[...this.sources.values()].map((source) => source.done)]);
    } finally {
      await Promise.all(servers.map((server) => server.close()));
      this.store.close();
    }
  }

  /** All or nothing: when the new configuration is not valid, it throws and nothing changes. */
  async reload(options: { readonly unban: boolean }): Promise<void> {
    const next = this.options.reread();
    const opened = openSources(next, { clock: this.options.clock, sockets: this.options.sockets });
    const { notify, clock } = this.options;
    notify.send("RELOADING=1", `MONOTONIC_USEC=${Math.floor(clock.monotonic() * 1000)}`);
    const before = this.config;
    this.config = next;
    this.guard.configure(next.protect);
    this.#retire(before, next, options.unban);
    this.#configure();
    await this.#changeSources(opened);
    this.carry.relayout();
    await this.carry.settled();
    notify.send("READY=1", `STATUS=${this.statusLine()}`);
  }

  announceStop(signal: string): void {
    this.options.log.tell(tell.stopping(signal));
  }

  /** SIGHUP: as `bailiff reload`, but a configuration that is not valid is only told. */
  async reloadBySignal(): Promise<void> {
    try {
      await this.reload({ unban: false });
      this.options.log.tell(tell.reloaded({ jails: this.config.jails.length }));
    } catch (error) {
      const { message, hint } = error instanceof BailiffError ? error : { message: String(error), hint: undefined };
      this.options.log.tell(tell.reloadRefused(message, hint));
    }
  }

  scopeOf(jail: string): Scope | undefined {
    const watched = this.watch.find(jail)?.jail;
    // A dry jail bans nobody; what it banned before it was made dry ends.
    if (watched) return watched.dryRun ? undefined : watched.scope;
    if (jail === MANUAL) return MANUAL_SCOPE;
    const { escalation } = this.config;
    if (escalation?.jail.name === jail) return escalation.jail.scope;
    return this.retired.get(jail);
  }

  layout(): Layout {
    const jails = this.watch.listeners.map(({ jail }) => jail).filter(({ dryRun }) => !dryRun);
    const { escalation } = this.config;
    const scopes = [
      MANUAL_SCOPE,
      ...jails.map(({ scope }) => scope),
      ...(escalation ? [escalation.jail.scope] : []),
      ...this.retired.values(),
    ];
    const unique = new Map(scopes.map((scope) => [scope.name, scope]));
    return {
      scopes: [...unique.values()],
      lengths: {
        ip: distinct(
          jails.map(({ lengths }) => lengths.ip),
          32,
        ),
        ip6: distinct(
          jails.map(({ lengths }) => lengths.ip6),
          64,
        ),
      },
      allow: [...this.guard.allowed(), ...this.#ignoredByAll()],
    };
  }

  /** Why things are not as they should be, with the cure. */
  troubles(): string[] {
    const list: string[] = [];
    if (this.firewall.name === "none" && !this.options.dryRun) list.push(`no firewall: ${this.probed.why}`);
    if (this.carry.trouble !== undefined) list.push(`firewall: ${this.carry.trouble}`);
    for (const [name, source] of this.sources) {
      if (source.state === "broken" && source.trouble !== undefined) list.push(`source ${name}: ${source.trouble}`);
      for (const trouble of source.opened.source.status().troubles) list.push(`source ${name}: ${trouble}`);
    }
    list.push(...this.store.troubles().map((what) => `state: ${what}`));
    if (this.watch.listeners.length === 0) list.push('no jail is enabled: add one to "jails", for example "sshd": {}');
    return list;
  }

  statusLine(): string {
    const bans = this.store.activeBans(this.options.clock.now()).length;
    return `${this.watch.listeners.length} jails, ${bans} banned, firewall ${this.firewall.name}`;
  }

  /** Networks that no jail may ban pass before any ban is looked at. */
  #ignoredByAll(): ReturnType<Guard["allowed"]> {
    const [first, ...others] = [...this.watch.ignores.values()].map((ignores) => [...ignores.parts.values()].flat());
    return (first ?? []).filter((network) =>
      others.every((list) => list.some((other) => other.text === network.text && other.length === network.length)),
    );
  }

  async #serve(answers: Answers): Promise<ControlServer[]> {
    const { control } = this.config;
    const answer = answers.answer.bind(answers);
    const passed = (name: string): InheritedSocket | undefined =>
      this.options.sockets.find((socket) => socket.name === name);
    const servers: ControlServer[] = [];
    const own = passed("control");
    servers.push(
      await listen({ at: own ? { fd: own.fd } : { path: control.socket }, mode: 0o660, questionsOnly: false, answer }),
    );
    const status = passed("status");
    const path = control.statusSocket;
    if (status) servers.push(await listen({ at: { fd: status.fd }, mode: 0o666, questionsOnly: true, answer }));
    else if (path !== undefined) servers.push(await listen({ at: { path }, mode: 0o666, questionsOnly: true, answer }));
    return servers;
  }

  #introduce(): void {
    const { log, version, dryRun } = this.options;
    log.tell(
      tell.started(version, {
        config: this.config.file,
        jails: this.config.jails.length,
        ...(dryRun ? { mode: "dry run" } : {}),
      }),
    );
    const forced = this.probed.firewall === "none" && !dryRun && this.config.firewall.backend !== "none";
    log.tell(tell.firewallChosen(this.probed.firewall, this.probed.why, forced ? "warning" : "info"));
    for (const { jail, filter, mode, widened } of this.config.jails) {
      const fields = {
        filter: filter.name,
        mode,
        maxretry: jail.maxretry,
        findtime: formatDuration(jail.findtime),
        bantime: formatDuration(jail.bantime),
      };
      log.tell(
        tell.watching(jail.name, {
          ...fields,
          scope: jail.scope.name,
          ...(widened.length > 0 ? { widened: widened.join(",") } : {}),
        }),
      );
    }
    if (this.store.opened.kind === "set-aside") {
      log.tell(
        tell.trouble(
          "state",
          `the database was damaged (${this.store.opened.reason}); it lies at ${this.store.opened.path} now, and bans are taken over from the kernel`,
        ),
      );
    }
  }

  #configure(): void {
    const shy = this.config.sources.filter((source) => source.type === "journal" && source.trust === "remote");
    const budgets = this.config.sources.flatMap((source) =>
      source.type === "syslog" ? source.senders.map((sender) => [sender.name, sender.maxBansPerHour] as const) : [],
    );
    this.watch.configure({
      jails: this.config.jails,
      ...(this.config.escalation ? { escalation: this.config.escalation } : {}),
      shySources: new Set(shy.map(({ name }) => name)),
      budgets: new Map(budgets),
    });
    for (const { jail, network } of this.store.ignores()) this.#addIgnore(jail, network.text, network.length);
  }

  #addIgnore(jail: string, text: string, length: number): void {
    const network = parseNetwork(`${text}/${length}`);
    const ignores = this.watch.ignores.get(jail);
    if (!network || !ignores) return;
    ignores.put("added by hand", [...(ignores.parts.get("added by hand") ?? []), network]);
  }

  async #beginCarrying(): Promise<void> {
    try {
      await this.carry.begin({ adopt: this.store.opened.kind !== "existing" });
    } catch (error) {
      // A refused change stays wanted: carrying goes on trying, and says so.
      const message = error instanceof Error ? error.message : String(error);
      this.options.log.tell(
        tell.firewallFailed(message, seconds(1), error instanceof BailiffError ? error.hint : undefined),
      );
      this.carry.relayout();
    }
  }

  #startSources(opened: readonly Opened[]): void {
    const { clock, log } = this.options;
    for (const each of opened) {
      const { source } = each;
      const stop = new AbortController();
      const state: SourceState = {
        opened: each,
        state: "starting",
        trouble: undefined,
        stop,
        done: Promise.resolve(),
        taking: undefined,
      };
      this.sources.set(source.name, state);
      const signal = AbortSignal.any([stop.signal, this.#stop.signal]);
      log.tell(tell.reading(source.status().description));
      state.done = supervise((inner) => this.#read(state, inner), {
        clock,
        signal,
        broke: (error, retry) => {
          state.state = "broken";
          state.trouble = error instanceof Error ? error.message : String(error);
          this.#broke(source.name, error, retry);
        },
      });
    }
  }

  async #read(state: SourceState, signal: AbortSignal): Promise<void> {
    const { source } = state.opened;
    const cursor = this.store.cursor(source.name);
    const wasBroken = state.state === "broken";
    for await (const batch of this.#alive(
      state,
      source.entries({ signal, ...(cursor === undefined ? {} : { cursor }) }),
      wasBroken,
    )) {
      state.taking = this.options.clock.monotonic();
      this.watch.take(source.name, batch);
      state.taking = undefined;
      // Other sources, the socket and the firewall have their turn, however fast this one is.
      await nextTurn();
    }
  }

  async *#alive<T>(state: SourceState, batches: AsyncIterable<T>, wasBroken: boolean): AsyncIterable<T> {
    const settle = (): void => {
      if (state.state !== "reading" && wasBroken) this.options.log.tell(tell.sourceWorks(state.opened.source.name));
      this.#faults.delete(state.opened.source.name);
      state.state = "reading";
      state.trouble = undefined;
    };
    // A quiet source yields nothing: when it has not broken within a second, it reads.
    const timer = setTimeout(settle, 1000);
    try {
      for await (const batch of batches) {
        settle();
        yield batch;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #changeSources(opened: readonly Opened[]): Promise<void> {
    const kept = new Set(opened.map(({ source, key }) => `${source.name} ${key}`));
    const gone = [...this.sources].filter(([name, { opened: old }]) => !kept.has(`${name} ${old.key}`));
    for (const [, state] of gone) state.stop.abort();
    await Promise.all(gone.map(([, state]) => state.done));
    for (const [name] of gone) this.sources.delete(name);
    this.#startSources(opened.filter(({ source }) => !this.sources.has(source.name)));
  }

  /** Bans of jails that are gone stay, with their scope, or are lifted. */
  #retire(before: Config, next: Config, unban: boolean): void {
    const { clock, log } = this.options;
    const now = clock.now();
    const old = new Map(before.jails.map((watched) => [watched.jail.name, watched]));
    const fresh = new Map(next.jails.map((watched) => [watched.jail.name, watched]));
    for (const name of fresh.keys()) this.retired.delete(name);
    const lifted: Ban[] = [];
    for (const [name, watched] of old) {
      const same = fresh.get(name);
      if (!same && !unban) this.retired.set(name, watched.jail.scope);
      if (unban && same?.fingerprint !== watched.fingerprint)
        lifted.push(...this.store.activeBans(now).filter((ban) => ban.jail === name));
    }
    if (lifted.length === 0) return;
    this.store.save({ at: now, unbans: lifted.map(({ jail, target }) => ({ jail, target })) });
    for (const ban of lifted) log.tell(tell.banEnded(ban, "reload"));
  }

  #loggedIn(jail: string, address: Parameters<Guard["loggedIn"]>[0]): void {
    const ports = this.watch.find(jail)?.jail.scope.ports ?? [];
    const admins = ports.some(({ first, last }) =>
      [...this.config.protect.sessionPorts].some((port) => port >= first && port <= last),
    );
    if (admins) this.guard.loggedIn(address);
  }

  #jailOf(scope: string): string | undefined {
    return (
      this.watch.listeners.find(({ jail }) => jail.scope.name === scope)?.jail.name ??
      (scope === MANUAL_SCOPE.name ? MANUAL : undefined)
    );
  }

  async #followSurroundings(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    await supervise(
      async (inner) => {
        for await (const _ of surroundingsChanges(clock, inner)) {
          if (await this.guard.look()) this.carry.relayout();
        }
      },
      { clock, signal, broke: (error, retry) => this.#broke("own addresses", error, retry) },
    );
  }

  /** The watchdog is fed by what the pipeline does, not by a timer: a step that hangs starves it. */
  async #pulse(signal: AbortSignal): Promise<void> {
    const { clock, notify } = this.options;
    const every =
      notify.watchdogMs === undefined ? STATUS_EVERY : (Math.min(notify.watchdogMs / 3, STATUS_EVERY) as Duration);
    while (!signal.aborted) {
      this.#tellTroubles();
      if (this.#moving()) notify.send("WATCHDOG=1", `STATUS=${this.statusLine()}`);
      await clock.sleep(every, signal);
    }
  }

  #moving(): boolean {
    const { clock } = this.options;
    if ((this.carry.busyFor() ?? 0) > STUCK_MS) return false;
    return [...this.sources.values()].every(
      ({ taking }) => taking === undefined || clock.monotonic() - taking < STUCK_MS,
    );
  }

  /** Each trouble once when it begins, and once when it is over. */
  #tellTroubles(): void {
    const { log } = this.options;
    const now = new Set(this.troubles());
    for (const trouble of now) if (!this.#told.has(trouble)) log.tell(tell.trouble("bailiff", trouble));
    for (const trouble of this.#told) if (!now.has(trouble)) log.tell(tell.troubleOver("bailiff", trouble));
    this.#told.clear();
    for (const trouble of now) this.#told.add(trouble);
  }

  #broke(what: string, error: unknown, retry: Duration): void {
    const message = error instanceof Error ? error.message : String(error);
    this.options.log.tell(
      tell.sourceBroke(what, message, retry, error instanceof BailiffError ? error.hint : undefined),
    );
  }
}

function openStore(config: Config, clock: Clock): Store {
  const { directory, dbpurgeage } = config.state;
  if (directory === ":memory:") return new MemoryStore();
  mkdirSync(directory, { recursive: true, mode: 0o750 });
  return new SqliteStore({ file: join(directory, "bailiff.sqlite"), now: clock.now(), purgeAge: dbpurgeage });
}

function distinct(values: readonly number[], least: number): number[] {
  return [...new Set([...values, least])];
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
