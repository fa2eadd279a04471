import { formatNetwork, parseAddress, parseNetwork } from "../core/address.ts";
import type { Offence } from "../core/ban.ts";
import type { Origin } from "../core/entry.ts";
import { type Instant, instant } from "../core/time.ts";

/** An offence, and whose word its last failure was. */
export interface Pending {
  readonly offence: Offence;
  readonly origin: Origin;
}

/** Beyond so many, the latest are not remembered over a restart. */
const MOST_WRITTEN = 1000;

/**
 * Offences that a program is still asked about. Their failures are counted and their entries read: were they not written
 * down, a restart would let them go.
 */
export class Undecided {
  readonly #pending = new Map<string, Pending>();
  #changed = false;

  add(pending: Pending): void {
    const key = keyOf(pending.offence);
    if (this.#pending.has(key)) return;
    this.#pending.set(key, pending);
    this.#changed = true;
  }

  remove({ offence }: Pending): void {
    if (this.#pending.delete(keyOf(offence))) this.#changed = true;
  }

  /** To be kept for the next start; undefined when it is the same as the last time. */
  written(): string | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    const list = [...this.#pending.values()].slice(0, MOST_WRITTEN);
    return JSON.stringify(
      list.map(({ origin, offence: { target, address, matches: _, ...rest } }) => {
        return { ...rest, target: formatNetwork(target), address: address.text, origin };
      }),
    );
  }
}

/** What `written` gave; what of it makes no sense is passed over. */
export function readUndecided(text: string | undefined): readonly Pending[] {
  if (text === undefined) return [];
  try {
    return (JSON.parse(text) as Record<string, unknown>[]).flatMap((item) => readPending(item) ?? []);
  } catch {
    // Not what we write: whoever is meant has to fail again.
    return [];
  }
}

function readPending({ origin, target, address, jail, time, failures, ...rest }: Record<string, unknown>) {
  const network = parseNetwork(String(target));
  const one = parseAddress(String(address));
  if (network === undefined || one === undefined || typeof jail !== "string") return undefined;
  if (typeof time !== "number" || typeof failures !== "number" || !isOrigin(origin)) return undefined;
  const { spread, limited, foreignClock, loggedIn } = rest;
  const at: Instant = instant(time);
  const offence: Offence = {
    jail,
    target: network,
    address: one,
    time: at,
    failures,
    matches: [],
    ...(typeof spread === "number" ? { spread } : {}),
    limited: limited === true,
    foreignClock: foreignClock === true,
    loggedIn: loggedIn === true,
  };
  return { offence, origin };
}

function isOrigin(value: unknown): value is Origin {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  return value.kind === "journal" || (value.kind === "syslog" && "sender" in value && typeof value.sender === "string");
}

function keyOf({ jail, target, time }: Offence): string {
  return `${jail} ${formatNetwork(target)} ${time}`;
}
