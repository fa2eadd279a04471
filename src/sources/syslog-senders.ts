import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { type Address, contains, type Network, parseAddress, parseNetwork } from "../core/address.ts";
import type { SyslogOrigin } from "../core/entry.ts";
import { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
import { utcOffset, type ZoneOffset, zoneOffset } from "./syslog-time.ts";

/** Who may accuse. */
export interface SyslogSender {
  readonly name: string;
  /** Source addresses. With `tlsName`: addresses that its certificate may come from; absent or empty: any. */
  readonly networks?: readonly Network[];
  /** Name in the client's certificate (SAN, else CN). Such a sender is known by its certificate only. */
  readonly tlsName?: string;
  readonly trust: "full" | "limited";
  readonly jails?: readonly string[];
  /** Messages per second; default 2000. */
  readonly ratePerSecond?: number;
  /** Messages that may come at once; default 10,000. */
  readonly burst?: number;
  /** IANA name, for times without a zone; default UTC. */
  readonly timezone?: string;
}

const DEFAULT_RATE = 2000;
const DEFAULT_BURST = 10_000;
/** Addresses whose sender is remembered. Forged addresses cost a search each, but no memory. */
const REMEMBERED = 4096;

export const LOOPBACK: readonly Network[] = ["127.0.0.0/8", "::1/128"].flatMap((text) => parseNetwork(text) ?? []);

/** A configured sender, its allowance (a token bucket) and its counts. */
export class Sender {
  readonly name: string;
  readonly trust: "full" | "limited";
  readonly jails: readonly string[] | undefined;
  readonly networks: readonly Network[];
  readonly tlsName: string | undefined;
  readonly zone: ZoneOffset;
  /** How far the last time that it wrote was ahead of ours when it came in, in milliseconds; negative: behind. */
  aheadMs = 0;
  received = 0;
  limited = 0;
  malformed = 0;
  readonly #rate: number;
  readonly #burst: number;
  readonly #clock: Clock;
  #origin: SyslogOrigin | undefined;
  #tokens: number;
  #filledAt: number;

  constructor(config: SyslogSender, clock: Clock) {
    this.name = config.name;
    this.trust = config.trust;
    this.jails = config.jails;
    this.networks = config.networks ?? [];
    this.tlsName = config.tlsName;
    this.#rate = config.ratePerSecond ?? DEFAULT_RATE;
    this.#burst = config.burst ?? DEFAULT_BURST;
    this.#clock = clock;
    this.#tokens = this.#burst;
    this.#filledAt = clock.monotonic();
    const zone = config.timezone === undefined ? utcOffset : zoneOffset(config.timezone);
    if (!zone) {
      throw new BailiffError(
        "CONFIG_INVALID",
        `sender ${config.name}: no timezone ${JSON.stringify(config.timezone)}`,
        {
          hint: 'write it as in /usr/share/zoneinfo: "Europe/Berlin"',
        },
      );
    }
    this.zone = zone;
  }

  /** What entries of a message say of where it came from. Most messages name the host that the one before named. */
  origin(protocol: SyslogOrigin["protocol"], host: string | undefined): SyslogOrigin {
    const last = this.#origin;
    if (last !== undefined && last.protocol === protocol && last.host === host) return last;
    const { name: sender, trust, jails } = this;
    const origin: SyslogOrigin = {
      kind: "syslog",
      protocol,
      sender,
      trust,
      ...(jails && { jails }),
      ...(host !== undefined && { host }),
    };
    this.#origin = origin;
    return origin;
  }

  /** One message; false when the allowance is used up. */
  take(): boolean {
    if (this.#tokens < 1) {
      this.#fill();
      if (this.#tokens < 1) return false;
    }
    this.#tokens -= 1;
    return true;
  }

  /** Milliseconds until `take` would be true, for who can wait. */
  wait(): number {
    this.#fill();
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / this.#rate) * 1000);
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.#rate);
    this.#filledAt = now;
  }
}

/** Finds the sender of a packet or connection. Without any configured: this machine, as "local". */
export class Senders {
  readonly all: readonly Sender[];
  readonly #known = new Map<string, Sender | undefined>();
  /** Of the last packet: most come from where the one before came from. */
  #lastText: string | undefined;
  #last: Sender | undefined;

  constructor(configured: readonly SyslogSender[], clock: Clock) {
    const list: readonly SyslogSender[] =
      configured.length > 0 ? configured : [{ name: "local", networks: LOOPBACK, trust: "full" }];
    this.all = list.map((sender) => new Sender(sender, clock));
  }

  /** By source address, as the socket tells it. Of several networks that hold it the narrowest counts. */
  byAddress(text: string): Sender | undefined {
    if (text === this.#lastText) return this.#last;
    const found = this.#known.has(text) ? this.#known.get(text) : this.#search(text);
    this.#lastText = text;
    this.#last = found;
    return found;
  }

  #search(text: string): Sender | undefined {
    const address = sourceAddress(text);
    let found: Sender | undefined;
    let length = -1;
    for (const sender of this.all) {
      if (sender.tlsName !== undefined || !address) continue;
      for (const network of sender.networks) {
        if (network.length > length && contains(network, address)) {
          found = sender;
          length = network.length;
        }
      }
    }
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(text, found);
    return found;
  }

  /** By a certificate that was verified against the configured authority. */
  byCertificate(certificate: X509Certificate, from: string): Sender | undefined {
    const address = sourceAddress(from);
    return this.all.find((sender) => {
      if (sender.tlsName === undefined || !names(certificate, sender.tlsName)) return false;
      return sender.networks.length === 0 || (address && sender.networks.some((network) => contains(network, address)));
    });
  }

  get anyByCertificate(): boolean {
    return this.all.some((sender) => sender.tlsName !== undefined);
  }
}

/** What a socket says of the other end: IPv4 may be mapped into IPv6, link-local addresses carry their interface. */
export function sourceAddress(text: string): Address | undefined {
  const zone = text.indexOf("%");
  return parseAddress(zone < 0 ? text : text.slice(0, zone));
}

function names(certificate: X509Certificate, name: string): boolean {
  if (isIP(name)) return certificate.checkIP(name) !== undefined;
  // "default": the CN counts only where there is no SAN of a host's name, as RFC 6125 has it.
  return certificate.checkHost(name, { subject: "default", wildcards: false }) !== undefined;
}
