import { type Address, type Network, parseAddress, parseNetwork } from "../../src/core/address.ts";
import type { Scope } from "../../src/core/ban.ts";
import type { Origin } from "../../src/core/entry.ts";
import type { Jail } from "../../src/core/jail.ts";
import type { Match } from "../../src/core/match.ts";
import { type Instant, instant, seconds } from "../../src/core/time.ts";

/** Values that tests of judgement and memory share. */

export const NOON = instant(Date.UTC(2026, 5, 1, 12));

export const EVERYTHING: Scope = { name: "all", protocols: [], ports: [], action: "drop" };

export function at(second: number): Instant {
  return instant(NOON + second * 1000);
}

export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return parsed;
}

export function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (parsed === undefined) throw new Error(`not a network: ${text}`);
  return parsed;
}

export function jail(changes: Partial<Jail> = {}): Jail {
  return {
    name: "sshd",
    enabled: true,
    maxretry: 5,
    findtime: seconds(600),
    bantime: seconds(600),
    growth: { increment: false, factor: 1, overalljails: false },
    knownOffenders: false,
    maxmatches: 10,
    lengths: { ip: 32, ip6: 64 },
    spread: {},
    scope: EVERYTHING,
    ignore: [],
    ignoreself: true,
    forgive: "no",
    dryRun: false,
    limitedBantime: seconds(3600),
    ...changes,
  };
}

const ORIGIN: Origin = { kind: "journal", trust: "local", transport: "syslog", uid: 0, unit: "ssh.service" };

export interface MatchChanges {
  readonly attempts?: number;
  readonly origin?: Origin;
}

/** A failure of `text` so many seconds after noon. */
export function failure(text: string, second: number, changes: MatchChanges = {}): Match {
  return {
    filter: "sshd",
    address: address(text),
    attempts: changes.attempts ?? 1,
    pattern: 0,
    entry: {
      time: at(second),
      source: "journal",
      identifier: "sshd",
      message: `Failed password for root from ${text}`,
      origin: changes.origin ?? ORIGIN,
    },
  };
}

export function sender(name: string, trust: "full" | "limited"): Origin {
  return { kind: "syslog", protocol: "udp", sender: name, trust };
}

/** A small generator of numbers from 0 to below 1 (mulberry32): the same for the same seed. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A stream of failures as attackers make them: few sources often, many seldom, times now and then out of order. */
export function attack(seed: number, count: number): Match[] {
  const random = numbers(seed);
  let second = 0;
  return Array.from({ length: count }, () => {
    second += random() < 0.02 ? 900 * random() : 3 * random();
    if (random() < 0.001) second -= 3600;
    const late = random() < 0.1 ? 400 * random() : 0;
    const host = Math.floor(random() ** 3 * 40);
    const text = random() < 0.5 ? `198.51.${host % 4}.${host}` : `2001:db8:0:${host.toString(16)}::${host}`;
    const origin = random() < 0.2 ? sender(`web${host % 3}`, random() < 0.5 ? "limited" : "full") : undefined;
    const attempts = random() < 0.1 ? 2 : 1;
    const match = failure(text, 0, { attempts, ...(origin ? { origin } : {}) });
    return { ...match, entry: { ...match.entry, time: instant(at(0) + Math.floor((second - late) * 1000)) } };
  });
}
