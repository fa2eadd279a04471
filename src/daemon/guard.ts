import { type Address, type Network, parseAddress, parseNetwork } from "../core/address.ts";
import { type Protected, type Protection, protection } from "../core/protect.ts";
import { type Instant, instant } from "../core/time.ts";
import type { Clock } from "../system/clock.ts";
import { readSessions, readSurroundings, type Surroundings } from "../system/interfaces.ts";
import { readLogins } from "../system/logins.ts";

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"].flatMap(
  (text) => parseNetwork(text) ?? [],
);

export interface GuardOptions {
  readonly sessions: boolean;
  readonly sessionPorts: ReadonlySet<number>;
  readonly private: boolean;
}

/** How long a reading of the connections is good for. */
const FRESH_MS = 1000;
/** Until a connection that has just logged in shows in the tables, and for the one that has just ended. */
const GRACE_MS = 10_000;
const MAX_LOGINS = 10_000;
/** Of those, the latest are kept over a restart. */
const MOST_WRITTEN = 1000;

type Logins = Map<string, { readonly address: Address; at: Instant }>;

/**
 * Who may never be banned on this machine, kept in step with it. A jail must not ban an admin who is logged in; but an
 * open connection alone proves nothing, or a guesser who keeps one open could never be banned: for jails, the peer must
 * have logged in. A command is refused for every open connection, since nobody means to ban those he talks to.
 */
export class Guard {
  readonly #clock: Clock;
  /** Told of who is an admin from now on. */
  readonly #admitted: (address: Address) => void;
  #options: GuardOptions;
  #surroundings: Surroundings = { own: [], gateways: [], resolvers: [] };
  #connected: readonly Address[] = [];
  /** Who logged in, and when: by the entries of jails of session ports. */
  readonly #logins: Logins = new Map();
  /** The same, told late: they count when they are found connected at the next look. */
  readonly #late: Logins = new Map();
  #logged: readonly Address[] = [];
  #changed = false;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> = Promise.resolve();
  #jails: Protection = () => undefined;
  #commands: Protection = () => undefined;

  constructor(options: GuardOptions, clock: Clock, admitted: (address: Address) => void = () => {}) {
    this.#options = options;
    this.#clock = clock;
    this.#admitted = admitted;
    this.#rebuild();
  }

  get surroundings(): Surroundings {
    return this.#surroundings;
  }

  configure(options: GuardOptions): void {
    this.#options = options;
    this.#rebuild();
  }

  /** Reads the machine's addresses, routes and resolvers anew. True when they changed. */
  async look(): Promise<boolean> {
    const before = JSON.stringify(this.#surroundings);
    [this.#surroundings, this.#logged] = await Promise.all([
      readSurroundings(),
      this.#options.sessions ? readLogins() : [],
    ]);
    this.#readAt = Number.NEGATIVE_INFINITY;
    await this.lookAtSessions();
    this.#rebuild();
    return JSON.stringify(this.#surroundings) !== before;
  }

  /** Reads who is connected; at most once a second. */
  lookAtSessions(): Promise<void> {
    const now = this.#clock.monotonic();
    if (this.#options.sessions && now - this.#readAt >= FRESH_MS) {
      this.#readAt = now;
      this.#reading = this.#readSessions();
    }
    return this.#reading;
  }

  /** The same as far as it matters to jails, which spare none but those who have logged in. */
  async lookAtAdmins(): Promise<void> {
    if (this.#logins.size > 0 || this.#late.size > 0 || this.#logged.length > 0) await this.lookAtSessions();
  }

  /** An entry said that this peer logged in. Of one read late, only who is still connected is safe. */
  loggedIn(address: Address, at: Instant): void {
    if (!this.#options.sessions) return;
    const isOld = Math.abs(this.#clock.now() - at) > GRACE_MS;
    if (isOld && !this.#connected.some(({ text }) => text === address.text)) {
      note(this.#late, address, at);
      return;
    }
    // Whoever is known is protected already; logins by the hundred (backups, monitoring) cost a look-up each.
    if (note(this.#logins, address, at)) return;
    this.#changed = true;
    this.#rebuild();
    this.#admitted(address);
  }

  /** Who logged in, to be kept for the next start; undefined when it is the same as the last time. */
  written(): string | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    return JSON.stringify([...this.#logins].slice(-MOST_WRITTEN).map(([text, { at }]) => [text, at]));
  }

  /** Takes up what `written` gave, of those who are still connected. What of it makes no sense is passed over. */
  restore(text: string | undefined): void {
    if (text === undefined) return;
    try {
      for (const [name, at] of JSON.parse(text) as unknown[][]) {
        const address = parseAddress(String(name));
        if (address !== undefined && typeof at === "number") this.loggedIn(address, instant(at));
      }
    } catch {
      // Not what we write: who logs in from now on is known.
    }
  }

  /** Why no jail may ban the target: "own address 192.0.2.1". */
  forJails(target: Network): string | undefined {
    return words(this.#jails(target, "jail"));
  }

  forCommands(target: Network): string | undefined {
    return words(this.#commands(target, "command"));
  }

  /** For bans decided before, by whomever. */
  forRestored(target: Network): string | undefined {
    return words(this.#jails(target, "restore"));
  }

  /** The same under other options. */
  forRestoredUnder(options: GuardOptions): (target: Network) => string | undefined {
    const under = this.#jailsUnder(options);
    return (target) => words(under(target, "restore"));
  }

  /** Own infrastructure, which passes before any ban is looked at. */
  allowed(): readonly Network[] {
    const { own, gateways, resolvers } = this.#surroundings;
    return [...own.map(({ address }) => address), ...gateways, ...resolvers].flatMap(
      ({ text }) => parseNetwork(text) ?? [],
    );
  }

  async #readSessions(): Promise<void> {
    this.#connected = await readSessions(this.#options.sessionPorts);
    const connected = new Set(this.#connected.map(({ text }) => text));
    const now = this.#clock.now();
    for (const [text, { at }] of this.#logins) {
      if (!connected.has(text) && Math.abs(now - at) > GRACE_MS) this.#logins.delete(text);
    }
    const late = [...this.#late.values()];
    this.#late.clear();
    for (const { address, at } of late) if (connected.has(address.text)) this.loggedIn(address, at);
    this.#rebuild();
  }

  #rebuild(): void {
    this.#jails = this.#jailsUnder(this.#options);
    this.#commands = this.#protection(this.#options, [...this.#admins(), ...this.#connected]);
  }

  #jailsUnder(options: GuardOptions): Protection {
    return this.#protection(options, this.#admins());
  }

  #protection(options: GuardOptions, sessions: readonly Address[]): Protection {
    const ignore = options.private ? PRIVATE : [];
    return protection({ ...this.#surroundings, sessions: options.sessions ? sessions : [], ignore });
  }

  /** Peers that have logged in and were connected when that was last looked at. */
  #admins(): readonly Address[] {
    const connected = new Set(this.#connected.map(({ text }) => text));
    const known = [...this.#logins.values()].map(({ address }) => address);
    return [...known, ...this.#logged.filter(({ text }) => connected.has(text))];
  }
}

/** Of too many, the oldest are forgotten. True when the address was known. */
function note(logins: Logins, address: Address, at: Instant): boolean {
  const known = logins.delete(address.text);
  logins.set(address.text, { address, at });
  if (logins.size > MAX_LOGINS) {
    const [oldest] = logins.keys();
    if (oldest !== undefined) logins.delete(oldest);
  }
  return known;
}

function words(found: Protected | undefined): string | undefined {
  return found && `${found.rule} ${found.detail}`;
}
