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
