import { normalize } from "node:path";
import { contains, type Network, parseAddress, parseNetwork } from "../core/address.ts";
import type { Configuration, JournalSource, SyslogSource } from "../generated/bailiff.schema.ts";
import type { Path, Reading } from "./reading.ts";

/** A source as configured, defaults filled in. */
export type SourceConfig = JournalConfig | SyslogConfig;

export interface JournalConfig {
  readonly type: "journal";
  readonly name: string;
  readonly directory?: string;
  readonly namespaces: readonly string[];
  readonly trust: "local" | "remote";
}

export interface SyslogConfig {
  readonly type: "syslog";
  readonly name: string;
  readonly listen: readonly {
    readonly protocol: "udp" | "tcp" | "tls";
    readonly address: string;
    readonly port: number;
    /** FileDescriptorName= of a socket that systemd passes. */
    readonly socket?: string;
  }[];
  readonly senders: readonly SenderConfig[];
  readonly tls?: { readonly certificate: string; readonly key: string; readonly ca: string };
  readonly receiveBuffer: number;
}

export interface SenderConfig {
  readonly name: string;
  readonly networks: readonly Network[];
  readonly tlsName?: string;
  readonly trust: "full" | "limited";
  readonly jails?: readonly string[];
  readonly ratePerSecond: number;
  readonly maxBansPerHour: number;
  readonly timezone?: string;
}

const NAME_HINT = "give each a name of its own, or put all addresses of one sender together";
const ADDRESS_HINT = "take it out of one of them";

/** The configured sources, with names and defaults. What is wrong goes to `reading`. */
export function resolveSources(value: Configuration, reading: Reading): readonly SourceConfig[] {
  return new SourceReader(value, reading).all();
}

class SourceReader {
  readonly #value: Configuration;
  readonly #reading: Reading;

  constructor(value: Configuration, reading: Reading) {
    this.#value = value;
    this.#reading = reading;
  }

  all(): SourceConfig[] {
    const given = this.#value.sources ?? [];
    const names = new Map<string, number>();
    return given.map((source, at) => {
      const config = source.type === "journal" ? this.#journal(source, at) : this.#syslog(source, at);
      const twin = names.get(config.name);
      if (twin !== undefined) {
        this.#reading.problem(
          ["sources", at],
          `has the same name as source ${twin}: ${config.name}`,
          'give it a "name" of its own',
        );
      }
      names.set(config.name, at);
      return config;
    });
  }

  #journal(source: JournalSource, at: number): JournalConfig {
    const directory = source.directory === undefined ? undefined : this.#reading.file(source.directory);
    const uploaded = directory !== undefined && `${normalize(directory)}/`.startsWith("/var/log/journal/remote/");
    const trust = source.trust ?? (uploaded ? "remote" : "local");
    if (uploaded && trust === "local") {
      this.#reading.problem(
        ["sources", at, "trust"],
        "journals in /var/log/journal/remote come from other machines, which can write in them what they like",
        'leave it "remote", and name the source in the `sources` of the jails that may believe it',
      );
    }
    return {
      type: "journal",
      name:
        source.name ??
        (directory === undefined
          ? "journal"
          : `journal-${directory
              .replaceAll(/[^a-z0-9_.-]+/gi, "-")
              .replaceAll(/^-|-$/g, "")
              .toLowerCase()}`.slice(0, 40)),
      ...(directory === undefined ? {} : { directory }),
      namespaces: source.namespaces ?? [],
      trust,
    };
  }

  #syslog(source: SyslogSource, at: number): SyslogConfig {
    const listen = source.listen.map((door, index) => {
      const { protocol, socket } = door;
      const address = door.address ?? "127.0.0.1";
      if (!parseAddress(address)) {
        this.#reading.problem(
          ["sources", at, "listen", index, "address"],
          `${JSON.stringify(address)} is not an address`,
          'write an own address, or "::" for all',
        );
      } else if (socket === undefined && !source.senders?.length && !isLoopback(address)) {
        this.#reading.problem(
          ["sources", at, "listen", index],
          `listens on ${address}, where anybody could accuse anybody, and no senders are named`,
          'name who may send: "senders": [{ "name": "web1", "addresses": ["192.0.2.10"] }]',
        );
      }
      return {
        protocol,
        address,
        port: door.port ?? (protocol === "tls" ? 6514 : 514),
        ...(socket === undefined ? {} : { socket }),
      };
    });
    if (listen.some(({ protocol }) => protocol === "tls") && source.tls === undefined) {
      this.#reading.problem(
        ["sources", at],
        "listens with tls, and no certificate is named",
        'add "tls": { "certificate": …, "key": …, "ca": … }',
      );
    }
    const senders = (source.senders ?? []).map((sender, index) =>
      this.#sender(sender, ["sources", at, "senders", index]),
    );
    this.#tellSendersApart(senders, ["sources", at, "senders"]);
    const certified = senders.findIndex(({ tlsName }) => tlsName !== undefined);
    if (certified >= 0 && !listen.some(({ protocol }) => protocol === "tls")) {
      this.#reading.problem(
        ["sources", at, "senders", certified, "tlsName"],
        "is asked of a certificate, and the source does not listen with tls",
        'listen with "protocol": "tls", or name the sender\'s addresses in place of its tlsName',
      );
    }
    const [first] = listen;
    const { tls } = source;
    return {
      type: "syslog",
      name: source.name ?? `syslog-${first?.protocol ?? ""}-${first?.port ?? ""}`,
      listen,
      senders,
      ...(tls === undefined
        ? {}
        : {
            tls: {
              certificate: this.#reading.file(tls.certificate),
              key: this.#reading.file(tls.key),
              ca: this.#reading.file(tls.ca),
            },
          }),
      receiveBuffer: source.receivebuffer ?? 4_194_304,
    };
  }

  /** Counts and budgets go by a sender's name, and who it is by its address: either stands for one sender only. */
  #tellSendersApart(senders: readonly SenderConfig[], path: Path): void {
    const known = new Map<string, string>();
    for (const [at, { name, networks, tlsName }] of senders.entries()) {
      const addresses = tlsName === undefined ? networks.map(({ text, length }) => `${text}/${length}`) : [];
      for (const sign of [`name ${name}`, ...new Set(addresses)]) {
        const other = known.get(sign);
        known.set(sign, name);
        if (other === undefined) continue;
        if (other === name)
          this.#reading.problem([...path, at, "name"], `is another sender's, too: ${name}`, NAME_HINT);
        else
          this.#reading.problem([...path, at, "addresses"], `has ${sign}, as the sender ${other} does`, ADDRESS_HINT);
        break;
      }
    }
  }

  #sender(sender: NonNullable<SyslogSource["senders"]>[number], path: Path): SenderConfig {
    const { name, tlsName, jails, timezone } = sender;
    if (sender.addresses === undefined && tlsName === undefined) {
      this.#reading.problem(
        path,
        "has neither addresses nor a tlsName",
        "say where it sends from, or what its certificate says",
      );
    }
    if (timezone !== undefined && !isTimeZone(timezone)) {
      this.#reading.problem(
        [...path, "timezone"],
        `there is no timezone ${timezone}`,
        'write it as in /usr/share/zoneinfo: "Europe/Berlin"',
      );
    }
    for (const [at, jail] of (jails ?? []).entries()) {
      if (!Object.hasOwn(this.#value.jails ?? {}, jail))
        this.#reading.problem([...path, "jails", at], `there is no jail ${jail}`, "name one of `jails`");
    }
    return {
      name,
      networks: this.#reading.networks(sender.addresses ?? [], [...path, "addresses"]),
      ...(tlsName === undefined ? {} : { tlsName }),
      trust: sender.trust ?? "limited",
      ...(jails === undefined ? {} : { jails }),
      ratePerSecond: sender.ratePerSecond ?? 2000,
      maxBansPerHour: sender.maxBansPerHour ?? 600,
      ...(timezone === undefined ? {} : { timezone }),
    };
  }
}

function isLoopback(address: string): boolean {
  const loopback = ["127.0.0.0/8", "::1"].map(parseNetwork);
  const own = parseNetwork(address);
  return own !== undefined && loopback.some((network) => network !== undefined && contains(network, own));
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    // A RangeError is Intl's way to say that it knows no such zone.
    return false;
  }
}
