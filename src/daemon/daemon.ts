import { join } from "node:path";
import type { FilterOutline } from "../config/filters.ts";
import type { Config } from "../config/resolve.ts";
import type { Request } from "../control/protocol.ts";
import { type ControlServer, listen } from "../control/server.ts";
import { type Address, FULL, type Network, networkOf } from "../core/address.ts";
import type { Ban } from "../core/ban.ts";
import { type ClockMark, type Jump, readMark, settled, shifted, stepSince } from "../core/clock-step.ts";
import { type Duration, formatDuration, type Instant, instant, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Firewall, Layout } from "../firewalls/firewall.ts";
import { openings } from "../firewalls/index.ts";
import { type Probe, probe } from "../firewalls/probe.ts";
import * as tell from "../log/event.ts";
import type { Log } from "../log/log.ts";
import { type Lock, lockState } from "../store/lock.ts";
import { MemoryStore } from "../store/memory.ts";
import { SqliteStore } from "../store/sqlite.ts";
import type { Store } from "../store/store.ts";
import type { InheritedSocket } from "../system/activation.ts";
import type { Clock } from "../system/clock.ts";
import { surroundingsChanges } from "../system/interfaces.ts";
import { Slack } from "../system/memory.ts";
import type { Notify } from "../system/notify.ts";
import { advise } from "./advice.ts";
import { Allowlists, readNames } from "./allowlists.ts";
import { Answers } from "./answer.ts";
import { Backend } from "./backend.ts";
import { Carry } from "./carry.ts";
import { type Fate, isTouched, onlyAfterRestart, type Prospect } from "./difference.ts";
import { Feeds } from "./feeds.ts";
import { FollowedClock } from "./followed-clock.ts";
import { Guard } from "./guard.ts";
import { Inquiries } from "./inquiries.ts";
import { readScopes, Scopes } from "./scopes.ts";
import { openSources } from "./sources.ts";
import { supervise } from "./supervise.ts";
import { type Ending, unwanted } from "./unwanted.ts";
import { Watch } from "./watch.ts";
import { Waves } from "./waves.ts";

export interface DaemonOptions {
  readonly config: Config;
  /** Reads the configuration again; throws when it is not valid. */
  readonly reread: () => Config;
  readonly version: string;
  readonly dryRun: boolean;
  readonly log: Log;
  readonly setLogLevel: (level: Config["logLevel"]) => void;
  readonly clock: Clock;
  readonly notify: Notify;
  /** Sockets that systemd passed. */
  readonly sockets: readonly InheritedSocket[];
  /** What shipped and own filters are for; asked for after the start. */
  readonly known: (config: Config) => readonly FilterOutline[];
  /** systemd's RuntimeDirectory=, for large transactions. */
  readonly runtimeDirectory?: string;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Since boot, time asleep included. */
  readonly sinceBoot: () => Duration;
  /** The kernel's name for this boot. */
  readonly bootId: string;
}

/** Nothing may hold the pipeline up for longer; nft is killed sooner. */
const STUCK_MS = 60_000;
const PULSE = seconds(30);
/** Advice is for the admin's first look, and may not slow the start. */
const ADVICE_AFTER = seconds(2);
/** Nor the reading of what gathered before it, for so many times as long at the most. */
const ADVICE_PATIENCE = 30;
/** An admin moves sshd to another port, or installs a service, without a thought of us. */
const ADVICE_EVERY = seconds(3600);
const NAMES_WAIT = seconds(2);
/** The fact that tells how the wall clock stood to the one of the boot. */
const CLOCK = "clock";
/** The fact that tells what jails closed. */
const SCOPES = "scopes";
/** The fact that tells what names in ignoreip stood for. */
const NAMES = "names";
/** The fact that tells who logged in, for as long as they stay connected. */
const LOGINS = "logins";
const SSH = 22;
const SHRINK_EVERY = seconds(600);
const SLACK_BYTES = 16 * 1024 * 1024;

/** The imperative shell: the only place that joins the parts. */
export class Daemon {
  readonly options: DaemonOptions;
  /** What all decisions and answers go by. */
  readonly clock: Clock;
  readonly store: Store;
  readonly guard: Guard;
  readonly watch: Watch;
  readonly allowlists: Allowlists;
  readonly feeds: Feeds;
  readonly scopes: Scopes;
  readonly carry: Carry;
  readonly waves: Waves;
  readonly began: Instant;
  readonly #stop = new AbortController();
  /** Troubles that have been told and are not over. */
  readonly #told = new Set<string>();
  /** Since the run before: the kernel holds nothing that one put in. */
  #rebooted = false;
  #config: Config;
  readonly #backend: Backend;
  readonly #ready = Promise.withResolvers<void>();
  /** What a reload waits for: the one before, or the start. */
  #reloading: Promise<void> = this.#ready.promise;
  /** Aborted when what is known of the machine has to be looked at anew. */
  #anew = new AbortController();
  #notes: readonly string[] = [];
  /** What was wrong with the configuration at the last reload. */
  #refused: string | undefined;
  readonly #slack = new Slack();
  #lock: Lock | undefined;

  private constructor(options: DaemonOptions, store: Store, probed: Probe) {
    const { log, config, sinceBoot } = options;
    this.options = options;
    const clock = new FollowedClock({
      clock: options.clock,
      sinceBoot,
      jumped: (jump, now) => this.#clockJumped(jump, now),
    });
    this.clock = clock;
    this.store = store;
    this.began = options.clock.now();
    this.#config = config;
    this.#catchUpWithClock();
    const former = readScopes(store.fact(SCOPES));
    this.scopes = new Scopes(config, former, this.#banning(this.began));
    store.save({ at: this.began, facts: { [SCOPES]: this.scopes.written() } });
    this.guard = new Guard(config.protect, options.clock, (address) => this.#letIn(address));
    this.#backend = new Backend({ ...options, store }, probed);
    this.carry = new Carry({
      firewall: this.firewall,
      store,
      log,
      clock,
      scopeOf: (jail) => this.scopes.of(jail),
      jailOf: (scope) => this.scopes.jailOf(scope),
      layout: () => this.layout(),
      former: [...former.values()],
      gate: (target) => this.guard.forRestored(target),
      refreshGate: () => this.guard.lookAtAdmins(),
    });
    this.waves = new Waves({
      clock,
      carry: (bans) => {
        this.carry.changed(bans);
        return this.carry.settled();
      },
    });
    this.watch = new Watch({
      store,
      log,
      clock,
      random: options.random,
      capacity: config.limits.sources,
      idle: () => this.firewall.name === "none",
      protectedBy: (target) => this.guard.forJails(target),
      loggedIn: (jail, address, at) => this.#loggedIn(jail, address, at),
      facts: () => {
        const logins = this.guard.written();
        return logins === undefined ? {} : { [LOGINS]: logins };
      },
      inquiries: new Inquiries(log, clock, this.#stop.signal),
      listed: (origin) => this.allowlists.networks(origin),
      carry: (bans) => this.waves.add(bans),
    });
    this.allowlists = new Allowlists({
      log,
      clock,
      remembered: (name) => readNames(store.fact(NAMES)).get(name) ?? [],
      changed: (origin, networks) => this.#listChanged(origin, networks),
    });
    this.feeds = new Feeds({
      clock,
      log,
      cursor: (source) => store.cursor(source),
      take: (source, batch) => this.watch.take(source, batch),
    });
  }

  /** What the clock did while no agent ran: within a boot that is known; over a reboot, bans from the future show it. */
  #catchUpWithClock(): void {
    const { store, began } = this;
    const mark = this.#clockMark(began);
    const before = readMark(store.fact(CLOCK));
    const step = stepSince(before, mark);
    this.#rebooted = before !== undefined && before.boot !== "" && before.boot !== mark.boot;
    const moved =
      step === 0
        ? settled(store.activeBans(began), began)
        : shifted(store.activeBans(instant(Math.min(began, began - step))), step);
    store.save({ at: began, moved, facts: { [CLOCK]: JSON.stringify(mark) } });
    if (step !== 0) this.options.log.tell(tell.clockSet(step, moved.length));
  }

  #clockMark(now: Instant): ClockMark {
    return { boot: this.options.bootId, offset: Math.round(now - this.options.sinceBoot()) };
  }

  /** Opens the store and chooses the firewall. Throws what keeps the agent from starting. */
  static async open(options: DaemonOptions): Promise<Daemon> {
    const { config, clock, dryRun } = options;
    const probed = await probe({ backend: dryRun ? "none" : config.firewall.backend });
    // A dry run leaves nothing behind that a later run would carry out.
    if (dryRun) return new Daemon(options, new MemoryStore(), probed);
    const lock = lockState(config.state.directory);
    try {
      const daemon = new Daemon(options, openStore(config, clock), probed);
      daemon.#lock = lock;
      return daemon;
    } catch (error) {
      lock?.release();
      throw error;
    }
  }

  /** What the admin should know of this machine and is no fault. */
  get notes(): readonly string[] {
    const waiting = onlyAfterRestart(this.options.config, this.#config);
    return [
      ...this.#notes,
      ...waiting.map((name) => `the file's "${name}" is in force only after systemctl restart bailiff`),
    ];
  }

  get config(): Config {
    return this.#config;
  }

  get probed(): Probe {
    return this.#backend.probed;
  }

  get firewall(): Firewall {
    return this.#backend.firewall;
  }

  /** None can be used, though the admin wants one. */
  get lacksFirewall(): boolean {
    return this.#backend.isLacking;
  }

  /** Runs until the signal aborts; leaves the bans in the kernel. */
  async run(signal: AbortSignal): Promise<void> {
    const { notify } = this.options;
    // First of all: of two agents, the second must not touch anything. Who asks meanwhile waits for a true answer.
    const servers = await this.#serve(new Answers(this), this.#ready.promise);
    try {
      this.#introduce();
      // What in a source cannot work keeps the agent from starting: before anything is touched.
      const sources = this.#open(this.#config);
      await this.guard.look();
      this.guard.restore(this.store.fact(LOGINS));
      this.#configure();
      await this.#learn(this.#config);
      this.#liftUnwanted();
      this.#restoreCounts();
      const begun = await this.#beginCarrying();
      const stop = this.#stop.signal;
      const end = (): void => {
        for (const socket of this.options.sockets) void socket.close();
        this.#stop.abort();
      };
      signal.addEventListener("abort", end, { once: true });
      if (signal.aborted) end();
      const works = [
        this.carry.run(stop),
        this.#workFirewall(begun, stop),
        this.#followSurroundings(stop),
        this.allowlists.run(stop),
        this.#pulse(stop),
        this.#shrink(stop),
      ];
      this.watch.takeUp();
      await this.feeds.change(sources, stop);
      this.#ready.resolve();
      notify.send("READY=1", `STATUS=${this.statusLine()}`);
      const advice = this.#advise(stop);
      await aborted(stop);
      notify.send("STOPPING=1");
      await Promise.all([...works, advice, this.feeds.ended()]);
      // Whatever the disk lacked, it may have it by now; after this, memory is gone.
      this.watch.catchUp();
    } finally {
      await Promise.all(servers.map((server) => server.close()));
      this.store.close();
      this.#lock?.release();
    }
  }

  /** Counts without the place in the journal that they belong to, or the other way round, are worth nothing. */
  #restoreCounts(): void {
    const { store, watch, options } = this;
    const whole = watch.restoreCounts();
    if (whole && store.opened.kind !== "set-aside" && store.opened.kind !== "partial") return;
    watch.forgetCounts();
    store.startOver();
    store.save({ at: this.clock.now() });
    const what = "the counts were damaged: failures are counted anew, as far back in the journal as findtime goes";
    options.log.tell(tell.trouble("state", what));
  }

  announceStop(signal: string): void {
    this.options.log.tell(tell.stopping(signal));
  }

  /** All or nothing: when it cannot be, it throws and nothing changes. One after the other, in the order they were asked. */
  reload(next: Config, options: { readonly unban: boolean }): Promise<void> {
    const done = this.#reloading.then(async () => {
      await this.#reload(next, options);
      this.#refused = undefined;
    });
    // Whoever asked is told why it failed; the next one is not concerned.
    this.#reloading = done.catch(() => {});
    return done;
  }

  /** The configuration could not be taken over: until one can, that is a trouble, for no other agent could start with it. */
  refuse(error: unknown): void {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    this.#refused = first;
  }

  async #reload(next: Config, options: { readonly unban: boolean }): Promise<void> {
    const { notify, clock } = this.options;
    const opened = this.#open(next);
    // Who is ignored from then on must not be banned in the meantime. A list was perhaps edited right before.
    await this.#learn(next, { anew: true });
    notify.send("RELOADING=1", `MONOTONIC_USEC=${Math.floor(clock.monotonic() * 1000)}`);
    const before = this.#config;
    this.#config = next;
    this.options.setLogLevel(next.logLevel);
    this.guard.configure(next.protect);
    if (options.unban) this.#lift(before, next);
    const now = this.clock.now();
    this.scopes.configure(next, this.#banning(now));
    this.store.save({ at: now, facts: { [SCOPES]: this.scopes.written() } });
    this.#configure();
    this.#liftUnwanted();
    this.carry.relayout();
    await this.feeds.change(opened, this.#stop.signal);
    await this.carry.settled();
    this.#anew.abort();
    this.#backend.seekNow();
    notify.send("READY=1", `STATUS=${this.statusLine()}`);
  }

  /** SIGHUP: as `bailiff reload`, but a configuration that is not valid is only told. */
  async reloadBySignal(): Promise<void> {
    const { log } = this.options;
    try {
      await this.reload(this.options.reread(), { unban: false });
      log.tell(tell.reloaded({ jails: this.#config.jails.length }));
    } catch (error) {
      const { message, hint } = error instanceof BailiffError ? error : { message: String(error), hint: undefined };
      log.tell(tell.reloadRefused(message, hint));
      this.refuse(error);
    }
  }

  layout(): Layout {
    return this.scopes.layout(this.guard.allowed(), this.watch.ignores.values());
  }

  /** Why things are not as they should be, with the cure. */
  troubles(): string[] {
    const list: string[] = [];
    if (this.firewall.name === "none" && !this.options.dryRun) list.push(`firewall: ${this.probed.why}`);
    if (this.firewall.name !== "none") list.push(...openings(this.firewall.limits).map((each) => `firewall: ${each}`));
    if (this.carry.trouble !== undefined) list.push(`firewall: ${this.carry.trouble}`);
    if (this.#refused !== undefined)
      list.push(`the configuration was refused, and the one before is in force (bailiff check): ${this.#refused}`);
    for (const { source, state, trouble } of this.feeds.list()) {
      if (state === "broken" && trouble !== undefined) list.push(`source ${source.name}: ${trouble}`);
      list.push(...source.status().troubles.map((each) => `source ${source.name}: ${each}`));
    }
    for (const sender of this.watch.quarantined()) {
      list.push(`sender ${sender}: it caused all the bans it may in an hour, and is not believed until that is over`);
    }
    list.push(...this.allowlists.troubles());
    list.push(...this.store.troubles().map((each) => `state: ${each}`));
    if (this.watch.listeners.length === 0) {
      const cure = this.#config.disabled.length > 0 ? '"enabled": true' : 'in "jails", for example, "sshd": {}';
      list.push(`no jail is enabled: write ${cure}`);
    }
    return list;
  }

  statusLine(): string {
    const bans = this.store.activeBans(this.clock.now()).length;
    return `${this.watch.listeners.length} jails, ${bans} banned, firewall ${this.firewall.name}`;
  }

  #open(config: Config): ReturnType<typeof openSources> {
    return openSources(config, { clock: this.options.clock, sockets: this.options.sockets });
  }

  async #serve(answers: Answers, ready: Promise<void>): Promise<ControlServer[]> {
    const { control } = this.#config;
    const answering =
      (lines: boolean) =>
      async (request: Request): Promise<unknown> => {
        await ready;
        return answers.answer(request, { lines });
      };
    const passed = (name: string): { fd: number } | undefined =>
      this.options.sockets.find((socket) => socket.name === name);
    const servers = [
      await listen({
        at: passed("control") ?? { path: control.socket },
        mode: 0o660,
        questionsOnly: false,
        answer: answering(true),
      }),
    ];
    const status =
      passed("status") ?? (control.statusSocket === undefined ? undefined : { path: control.statusSocket });
    if (status) {
      servers.push(await listen({ at: status, mode: 0o666, questionsOnly: true, answer: answering(false) }));
    }
    return servers;
  }

  #introduce(): void {
    const { log, version, dryRun } = this.options;
    const config = this.#config;
    const mode = dryRun ? { mode: "dry run" } : {};
    log.tell(tell.started(version, { config: config.file, jails: config.jails.length, ...mode }));
    const { firewall, why } = this.probed;
    log.tell(tell.firewallChosen(firewall, why, this.lacksFirewall ? "warning" : "info"));
    for (const { jail, filter, mode: of, widened, unknownUsers } of config.jails) {
      const { maxretry, findtime, bantime, scope } = jail;
      const times = { findtime: formatDuration(findtime), bantime: formatDuration(bantime) };
      const more = {
        ...(widened.length > 0 ? { widened: widened.join(",") } : {}),
        ...(unknownUsers.length > 0 ? { unknownusers: unknownUsers.join(",") } : {}),
      };
      log.tell(
        tell.watching(jail.name, { filter: filter.name, mode: of, maxretry, ...times, scope: scope.name, ...more }),
      );
    }
    const { opened } = this.store;
    if (opened.kind === "set-aside") {
      const what = `the database was damaged (${opened.reason}) and lies at ${opened.path} now; bans are taken over from the kernel`;
      log.tell(tell.trouble("state", what));
    }
  }

  #configure(): void {
    const { sources, jails, escalation } = this.#config;
    const budgets = new Map<string, number>();
    for (const source of sources) {
      if (source.type !== "syslog") continue;
      // Whoever sends to several sources is one sender all the same, and has one budget.
      for (const { name, maxBansPerHour: most } of source.senders) {
        budgets.set(name, Math.min(most, budgets.get(name) ?? most));
      }
    }
    this.allowlists.configure(originsOf(this.#config));
    this.watch.configure({
      jails,
      ...(escalation ? { escalation } : {}),
      budgets,
    });
  }

  /** False when the bans are not in force yet. */
  async #beginCarrying(): Promise<boolean> {
    try {
      const trust = this.store.opened.kind === "existing";
      // After a reboot only what somebody saved and loaded is in the kernel: it has the ends of the day it was saved.
      await this.carry.begin({ trust, adopt: !(trust && this.#rebooted) });
      return true;
    } catch (error) {
      // A refused change stays wanted: carrying goes on trying, and says so.
      const { message, hint } = error instanceof BailiffError ? error : { message: String(error), hint: undefined };
      this.options.log.tell(tell.firewallFailed(message, seconds(1), hint));
      this.carry.relayout();
      return false;
    }
  }

  /** Ends what a reload is to end besides: see `prospect`. */
  #lift(before: Config, next: Config): void {
    const bans = this.store.activeBans(this.clock.now());
    const touched = touchedJails(bans, before, next);
    const lifted = bans.filter(({ jail }) => touched.has(jail));
    this.#end(lifted.map((ban) => ({ ban, why: "reload", forget: false })));
  }

  /** Lifts bans that the configuration as it is would not make. */
  #liftUnwanted(): readonly Ban[] {
    const bans = this.store.activeBans(this.clock.now());
    const { ignores } = this.watch;
    const endings = unwanted(bans, { scopeOf: (jail) => this.scopes.of(jail), ignores, allow: this.layout().allow });
    this.#end(endings);
    return endings.map(({ ban }) => ban);
  }

  #end(endings: readonly Ending[]): void {
    if (endings.length === 0) return;
    const unbans = endings.map(({ ban: { jail, target }, forget }) => ({ jail, target, forget }));
    this.store.save({ at: this.clock.now(), unbans });
    for (const { ban, why } of endings) this.options.log.tell(tell.banEnded(ban, why));
  }

  /** What a reload would do to the bans that stand now. */
  async prospect(next: Config, { unban }: { readonly unban: boolean }): Promise<Prospect> {
    const { guard, scopes, watch } = this;
    await this.#learn(next);
    const bans = this.store.activeBans(this.clock.now());
    const touched = unban ? touchedJails(bans, this.#config, next) : new Set<string>();
    const lifted = bans.filter(({ jail }) => touched.has(jail));
    const left = bans.filter(({ jail }) => !touched.has(jail));
    const then = scopes.after(next, new Set(left.map(({ jail }) => jail)));
    const ignores = watch.ignoresOf(next.jails);
    const { allow } = then.layout(guard.allowed(), ignores.values());
    const unmade = unwanted(left, { scopeOf: (jail) => then.of(jail), ignores, allow });
    const barred = guard.forRestoredUnder(next.protect);
    const ends = new Map<Ban, Fate>(lifted.map((ban) => [ban, "lifted"]));
    for (const { ban, forget } of unmade) ends.set(ban, forget ? "ignored" : "dry");
    for (const ban of left) if (!ends.has(ban) && barred(ban.target) !== undefined) ends.set(ban, "protected");
    return { bans, ends, scopeOf: (jail) => [scopes.of(jail), then.of(jail)] };
  }

  /** Forgets what only a configuration that was looked at asks for. */
  unlearn(): void {
    this.allowlists.configure(originsOf(this.#config));
  }

  /** Names that nobody answers for must not hold anything up; they are asked for again anyway. */
  async #learn(config: Config, { anew } = { anew: false }): Promise<void> {
    await Promise.race([this.allowlists.learn(originsOf(config), { anew }), this.options.clock.sleep(NAMES_WAIT)]);
  }

  /** Jails that have bans. */
  #banning(now: Instant): ReadonlySet<string> {
    return new Set(this.store.activeBans(now).map(({ jail }) => jail));
  }

  /** Who is allowed now is banned no longer, and passes before any ban is looked at. */
  #listChanged(origin: string, networks: readonly Network[]): void {
    for (const { jail, ignoreNames } of this.watch.listeners)
      if (ignoreNames.includes(origin)) this.watch.ignores.get(jail.name)?.put(origin, networks);
    this.store.save({ at: this.clock.now(), facts: { [NAMES]: this.allowlists.written() } });
    this.carry.changed(this.#liftUnwanted());
    this.carry.relayout();
  }

  /** Only who logs in where admins do is one. What a jail of all ports is for, its filter says: sshd's may be moved. */
  #loggedIn(jail: string, address: Address, at: Instant): void {
    const watched = this.watch.find(jail);
    const closed = watched?.jail.scope.ports ?? [];
    const ports = closed.length > 0 ? closed : (watched?.servicePorts ?? []);
    const sessionPorts = [...this.#config.protect.sessionPorts, ...(closed.length > 0 ? [] : [SSH])];
    const admin = sessionPorts.some((port) => ports.some(({ first, last }) => port >= first && port <= last));
    if (admin) this.guard.loggedIn(address, at);
  }

  /**
   * What shut an admin out of other services ends now, and not with the next comparison; what was banned by hand waits. So
   * does all of it where he may not come in at all: a guess that was under way when its ban was made opens nothing.
   */
  #letIn(address: Address): void {
    // Not by the clock that moves bans: a batch may be half decided.
    const bans = this.store.bansOf(networkOf(address, FULL[address.family]), this.options.clock.now());
    const sessionPorts = [...this.#config.protect.sessionPorts];
    const isClosed = bans.some(({ jail }) => {
      const ports = this.scopes.of(jail)?.ports ?? [];
      return (
        ports.length === 0 ||
        sessionPorts.some((port) => ports.some(({ first, last }) => port >= first && port <= last))
      );
    });
    if (!isClosed && bans.some(({ cause }) => cause.kind !== "manual")) this.carry.relayout();
  }

  /** Looks once the start or a reload is over, and then by the hour. It reads every filter: after many reloads, once. */
  async #advise(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    let wait = ADVICE_AFTER;
    while (!signal.aborted) {
      const anew = new AbortController();
      this.#anew = anew;
      const sleeping = AbortSignal.any([signal, anew.signal]);
      await clock.sleep(wait, sleeping);
      for (let more = 0; more < ADVICE_PATIENCE && this.feeds.crowded && !sleeping.aborted; more += 1) {
        await clock.sleep(ADVICE_AFTER, sleeping);
      }
      if (!signal.aborted && !anew.signal.aborted) await this.#takeNotes();
      wait = anew.signal.aborted ? ADVICE_AFTER : ADVICE_EVERY;
    }
  }

  async #takeNotes(): Promise<void> {
    const { known, log } = this.options;
    const config = this.#config;
    let notes: readonly string[];
    try {
      notes = await advise(config, known(config));
    } catch (error) {
      // Advice is a service to the admin; nothing hangs on it.
      notes = [`what else this machine needs could not be found out: ${String(error)}`];
    }
    for (const note of notes) if (!this.#notes.includes(note)) log.tell(tell.note(note));
    this.#notes = notes;
    this.#slack.giveBack();
  }

  /** What an attack took is not kept for the next one. */
  async #shrink(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.options.clock.sleep(SHRINK_EVERY, signal);
      if (!signal.aborted && this.#slack.grown > SLACK_BYTES) this.#slack.giveBack();
    }
  }

  async #workFirewall(begun: boolean, signal: AbortSignal): Promise<void> {
    const backend = this.#backend;
    const isFound = await backend.seek(signal, (firewall) => this.carry.use(firewall));
    if (isFound) await this.carry.settled();
    const inForce = isFound ? this.carry.waiting === undefined : begun;
    await Promise.all([inForce ? backend.clearFormer() : undefined, this.#listenToFirewall(signal)]);
  }

  async #listenToFirewall(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.options;
    const broke = (error: unknown, retry: Duration): void =>
      log.tell(tell.sourceBroke("firewall monitor", String(error), retry));
    await supervise((inner) => this.carry.guard(inner), { clock, signal, broke });
  }

  async #followSurroundings(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.options;
    const broke = (error: unknown, retry: Duration): void =>
      log.tell(tell.sourceBroke("own addresses", String(error), retry));
    const follow = async (inner: AbortSignal): Promise<void> => {
      for await (const _ of surroundingsChanges(clock, inner)) if (await this.guard.look()) this.carry.relayout();
    };
    await supervise(follow, { clock, signal, broke });
  }

  /** The watchdog is fed by what the pipeline does, not by a timer alone: a step that hangs starves it. */
  async #pulse(signal: AbortSignal): Promise<void> {
    const { notify } = this.options;
    const every = Math.min(PULSE, (notify.watchdogMs ?? Number.POSITIVE_INFINITY) / 3) as Duration;
    while (!signal.aborted) {
      // However quiet it is, somebody has to look at the clock.
      this.clock.now();
      this.watch.catchUp();
      this.#tellTroubles();
      const moving = (this.carry.busyFor() ?? 0) <= STUCK_MS && this.feeds.moving(STUCK_MS);
      if (moving) notify.send("WATCHDOG=1", `STATUS=${this.statusLine()}`);
      await this.clock.sleep(every, signal);
    }
  }

  /**
   * Bans last as long as they were to, whoever sets the clock meanwhile, and however long the machine sleeps: the kernel's
   * timeouts count the time that it is awake, which nobody sets.
   */
  #clockJumped({ step, asleep }: Jump, now: Instant): void {
    const { log } = this.options;
    if (asleep !== 0) log.tell(tell.woken(asleep));
    if (step !== 0) {
      // Of a clock set back, also those that were over and would now seem to stand again.
      const moved = shifted(this.store.activeBans(instant(Math.min(now, now - step))), step);
      this.store.save({ at: now, moved, facts: { [CLOCK]: JSON.stringify(this.#clockMark(now)) } });
      log.tell(tell.clockSet(step, moved.length));
    }
    this.carry.relayout();
  }

  /** Each trouble once when it begins, and once when it is over. */
  #tellTroubles(): void {
    const { log } = this.options;
    // Why a source broke is told when it breaks.
    const broken = new Set(
      this.feeds.list().flatMap(({ source, trouble }) => (trouble ? `source ${source.name}: ${trouble}` : [])),
    );
    const now = new Set(this.troubles().filter((trouble) => !broken.has(trouble)));
    for (const trouble of now) if (!this.#told.has(trouble)) log.tell(tell.trouble("bailiff", trouble));
    for (const trouble of this.#told) if (!now.has(trouble)) log.tell(tell.troubleOver("bailiff", trouble));
    this.#told.clear();
    for (const trouble of now) this.#told.add(trouble);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Names and files in ignoreip. */
function originsOf({ jails }: Config): ReadonlySet<string> {
  return new Set(jails.flatMap(({ ignoreNames }) => ignoreNames));
}

/** Jails of these bans that are gone after a reload or change with it. */
function touchedJails(bans: readonly Ban[], before: Config, next: Config): ReadonlySet<string> {
  return new Set([...new Set(bans.map(({ jail }) => jail))].filter((jail) => isTouched(jail, before, next)));
}

function openStore(config: Config, clock: Clock): Store {
  const { directory, dbpurgeage } = config.state;
  return new SqliteStore({ file: join(directory, "bailiff.sqlite"), now: clock.now(), purgeAge: dbpurgeage });
}
