import type { JournalOrigin, Origin } from "../core/entry.ts";
import { type Instant, seconds } from "../core/time.ts";
import type { Clock } from "../system/clock.ts";

/** How long after it was seen a thing is still a trouble. */
const SUPPRESSED_FOR = seconds(3600);
const GAP_FOR = seconds(24 * 3600);
const MAX_UNITS = 100;

interface Told {
  readonly text: string;
  readonly seen: Instant;
}

/** What a journal source has to say of itself: its counters, and what is not as it should be. */
export class JournalReport {
  readonly #clock: Clock;
  readonly #counters = new Map<string, number>([
    ["read", 0],
    ["malformed", 0],
    ["oversize", 0],
    ["nomessage", 0],
    ["linetoolong", 0],
    ["odd", 0],
    ["continuation", 0],
    ["suppressed", 0],
    ["gaps", 0],
  ]);
  /** By unit, the longest unheard of first. */
  readonly #suppressed = new Map<string, { readonly count: number; readonly seen: Instant }>();
  #gap: Told | undefined;
  #inactive: string | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  count(name: string, by = 1): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + by);
  }

  read(origin: Origin): void {
    this.count("read");
    const { odd, continuation } = origin as JournalOrigin;
    if (odd) this.count("odd");
    if (continuation) this.count("continuation");
  }

  /** What was logged in between may be lost; without `until`, up to now. */
  gap(from: Instant, until: Instant | undefined): void {
    this.#tellGap(
      `journal gap: entries between ${stamp(from)} and ${stamp(until ?? this.#clock.now())} may be missing, for the ` +
        "last one read is no longer there; raise SystemMaxUse= in journald.conf if the journal is vacuumed too soon",
    );
  }

  /** The saved place means nothing to journalctl; reading began at `from`, or as far back as configured. */
  lostPlace(from: Instant | undefined): void {
    this.#tellGap(
      "journal gap: the saved place in the journal cannot be found, so reading began " +
        `${from === undefined ? "anew" : `with ${stamp(from)}`}; entries before that may be missing`,
    );
  }

  #tellGap(text: string): void {
    this.count("gaps");
    this.#gap = { text, seen: this.#clock.now() };
  }

  /** journald dropped `count` messages of `unit`, which it names itself. */
  suppressed(unit: string, count: number): void {
    this.count("suppressed", count);
    const before = this.#suppressed.get(unit)?.count ?? 0;
    this.#suppressed.delete(unit);
    this.#suppressed.set(unit, { count: before + count, seen: this.#clock.now() });
    if (this.#suppressed.size > MAX_UNITS) {
      for (const oldest of this.#suppressed.keys().take(1)) this.#suppressed.delete(oldest);
    }
  }

  activeFile(directory: string, present: boolean): void {
    this.#inactive = present ? undefined : directory;
  }

  counters(): Record<string, number> {
    return Object.fromEntries(this.#counters);
  }

  troubles(): string[] {
    const now = this.#clock.now();
    const troubles: string[] = [];
    if (this.#gap && now - this.#gap.seen < GAP_FOR) troubles.push(this.#gap.text);
    if (this.#inactive !== undefined) {
      troubles.push(
        `journald's active file is gone from ${this.#inactive}: nothing new is seen until \`journalctl --rotate\``,
      );
    }
    return [...troubles, ...this.losses().map(({ what }) => what)];
  }

  /** What journald dropped, by the unit that lost it. */
  losses(): { unit: string; what: string }[] {
    const now = this.#clock.now();
    return [...this.#suppressed]
      .filter(([, { seen }]) => now - seen < SUPPRESSED_FOR)
      .map(([unit, { count }]) => ({ unit, what: suppression(unit, count) }));
  }
}

function suppression(unit: string, count: number): string {
  // A unit's name is printable by systemd's own rules; this is for the terminal's sake all the same.
  const name = unit.replace(/[\x00-\x1f\x7f-\x9f]/g, "?").slice(0, 256);
  // Of sshd behind a socket of systemd's, each connection has an instance of its own, which does not come again.
  const cure = name.endsWith(".service")
    ? `set LogRateLimitIntervalSec=0 under [Service] with \`systemctl edit ${name.replace(/@.*(?=\.service$)/, "@")}\``
    : "set RateLimitIntervalSec=0 in /etc/systemd/journald.conf.d/";
  const whose = name === "" ? "" : ` of ${name}`;
  return `journald dropped ${count} messages${whose} that came too fast, failures among them are missed: ${cure}`;
}

function stamp(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}
