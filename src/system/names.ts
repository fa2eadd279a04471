import { lookup, Resolver } from "node:dns/promises";
import { type Address, parseAddress } from "../core/address.ts";

export interface Resolved {
  readonly addresses: readonly Address[];
  /** How long the answer is good for. */
  readonly ttlSeconds: number;
}

/** For names of /etc/hosts and other sources that know no TTL. */
const TTL_OF_LOOKUP = 300;

/**
 * All addresses of a host name: from DNS with the least TTL of the answer, else as the system finds names. Undefined when
 * nobody knows it at present.
 */
export async function resolveName(name: string): Promise<Resolved | undefined> {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  const answers = await Promise.allSettled([
    resolver.resolve4(name, { ttl: true }),
    resolver.resolve6(name, { ttl: true }),
  ]);
  const records = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (records.length > 0) {
    const addresses = records.flatMap(({ address }) => parseAddress(address) ?? []);
    return { addresses, ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)) };
  }
  try {
    const found = await lookup(name, { all: true });
    return { addresses: found.flatMap(({ address }) => parseAddress(address) ?? []), ttlSeconds: TTL_OF_LOOKUP };
  } catch {
    // Not known now; it may be again.
    return undefined;
  }
}
