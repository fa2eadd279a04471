import { lookup, Resolver } from "node:dns/promises";
import { type Address, type Family, parseAddress } from "../core/address.ts";

export interface Resolved {
  readonly addresses: readonly Address[];
  /** How long the answer is good for. */
  readonly ttlSeconds: number;
  /** A family that nobody could be asked for: that there are no addresses of it says nothing. */
  readonly unanswered?: Family;
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
    const found = {
      addresses,
      ttlSeconds: records.reduce((least, { ttl }) => Math.min(least, ttl), Number.POSITIVE_INFINITY),
    };
    const failed = answers.findIndex((answer) => answer.status === "rejected" && !isNo(answer.reason));
    return failed < 0 ? found : { ...found, unanswered: failed === 0 ? "ip" : "ip6" };
  }
  try {
    const found = await lookup(name, { all: true });
    return { addresses: found.flatMap(({ address }) => parseAddress(address) ?? []), ttlSeconds: TTL_OF_LOOKUP };
  } catch {
    // Not known now; it may be again.
    return undefined;
  }
}

/** That there are no addresses of this family is an answer; anything else is none. */
function isNo(reason: unknown): boolean {
  const { code } = reason as NodeJS.ErrnoException;
  return code === "ENODATA" || code === "ENOTFOUND";
}
