import { statSync } from "node:fs";
import type { Config, JournalConfig, SourceConfig, SyslogConfig } from "../config/resolve.ts";
import { type Duration, FOREVER, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import { journal } from "../sources/journal.ts";
import { remoteJournals } from "../sources/journal-remote.ts";
import type { Source } from "../sources/source.ts";
import { syslog } from "../sources/syslog.ts";
import type { SyslogListener } from "../sources/syslog-listeners.ts";
import type { InheritedSocket } from "../system/activation.ts";
import type { Clock } from "../system/clock.ts";

export interface SourceParts {
  readonly clock: Clock;
  /** Sockets that systemd passed. */
  readonly sockets: readonly InheritedSocket[];
}

/** A source and what it was made from: equal keys need no restart. */
export interface Opened {
  readonly source: Source;
  readonly key: string;
}

/** However long a filter remembers a connection: what is read again at a start must not take long. */
const MOST_RECALL = seconds(3600);
/** First look-back where no jail counts anything: what a source reads then serves sessions only. */
const LEAST_LOOK_BACK = seconds(60);
/** However long findtime is: a first start must not read a year of journal. */
const MOST_LOOK_BACK = seconds(7 * 86_400);

/** The configured sources, not yet reading. */
export function openSources(config: Config, parts: SourceParts): Opened[] {
  return config.sources.flatMap((source) =>
    MAKERS[source.type](source as never, config, parts).map((made) => ({
      source: made,
      // What a syslog source hears does not depend on the jails: it goes on, and no datagram is lost to a reload.
      key: JSON.stringify([source, made.name, source.type === "journal" ? wants(config, source) : certified(source)]),
    })),
  );
}

/** A certificate that was renewed is another, though its file has the same name. */
function certified({ tls }: SyslogConfig): readonly string[] {
  return Object.values(tls ?? {}).map((path) => {
    try {
      const { ino, size, mtimeMs } = statSync(path);
      return `${ino} ${size} ${mtimeMs}`;
    } catch {
      // Not there, or not to be seen: the source says so when it reads it.
      return "";
    }
  });
}

type Makers = {
  readonly [T in SourceConfig["type"]]: (
    source: Extract<SourceConfig, { type: T }>,
    config: Config,
    parts: SourceParts,
  ) => Source[];
};

/** A source of a new type without a line here does not compile. */
const MAKERS: Makers = { journal: openJournals, syslog: (source, _config, parts) => [openSyslog(source, parts)] };

/** Each namespace is a journal of its own, with its own place to resume at. */
function openJournals(source: JournalConfig, config: Config, { clock }: SourceParts): Source[] {
  const common = { ...wants(config, source), trust: source.trust, clock };
  const { name, directory } = source;
  const place = directory === undefined ? {} : { directory };
  return [
    directory !== undefined && source.trust === "remote"
      ? remoteJournals({ ...common, name, directory })
      : journal({ ...common, ...place, name }),
    ...source.namespaces.map((namespace) => journal({ ...common, name: `${source.name}.${namespace}`, namespace })),
  ];
}

function openSyslog(source: SyslogConfig, { clock, sockets }: SourceParts): Source {
  const missing = source.listen.find(
    ({ socket }) => socket !== undefined && !sockets.some(({ name }) => name === socket),
  );
  if (missing?.socket !== undefined) return deaf(source.name, missing.socket);
  const listen = source.listen.flatMap((door): SyslogListener[] => {
    const { protocol, address, port, socket } = door;
    if (socket === undefined) return [{ protocol, address, port }];
    // All sockets of one unit have its name: one for each address, and datagrams and streams alike.
    const named = sockets.filter(({ name }) => name === socket);
    const fitting = named.filter(({ kind }) => kind?.startsWith(protocol === "udp" ? "udp" : "tcp"));
    return (fitting.length > 0 ? fitting : named).map((inherited) => ({ protocol, inherited }));
  });
  const { tls } = source;
  return syslog({
    name: source.name,
    listen,
    senders: source.senders,
    ...(tls === undefined ? {} : { tls: { cert: tls.certificate, key: tls.key, ca: tls.ca } }),
    receiveBufferBytes: source.receiveBuffer,
    clock,
  });
}

/**
 * A source whose socket systemd did not pass, because its unit is off or another program has the port. It is a broken source
 * like any other: what the other sources say is acted on all the same.
 */
function deaf(name: string, socket: string): Source {
  return {
    name,
    status: () => ({ description: `syslog by the socket ${socket} of systemd`, counters: {}, troubles: [] }),
    // biome-ignore lint/correctness/useYield: it breaks before there is anything to yield
    entries: async function* () {
      throw new BailiffError("SOURCE_BROKEN", `systemd passed no socket named ${socket}`, {
        hint: `systemctl enable bailiff-${socket}.socket && systemctl restart bailiff; if the unit fails, another program has the port`,
      });
    },
  };
}

/** Whether what goes by `source` comes from the source of that name: a namespace's journal is "journal.web" of "journal". */
export function isOf(source: string, name: string): boolean {
  return source === name || source.startsWith(`${name}.`);
}

/** What the jails that listen to a source need of it. */
function wants(
  config: Config,
  source: SourceConfig,
): { identifiers: string[]; kernel: boolean; containers: boolean; lookBack: Duration; recall?: Duration } {
  const jails = config.jails.filter(({ sources, filter }) => {
    if (filter.rules.sources !== undefined && !filter.rules.sources.includes(source.type)) return false;
    return sources === undefined || sources.includes(source.name);
  });
  const rules = jails.map(({ filter }) => filter.rules.provenance);
  const longest = Math.max(
    LEAST_LOOK_BACK,
    ...jails.map(({ jail }) => (jail.findtime === FOREVER ? MOST_LOOK_BACK : jail.findtime)),
  );
  const sessions = jails.flatMap(({ filter: { rules: each } }) =>
    each.session.key === "none" ? [] : each.session.timeout,
  );
  return {
    // "", for appliances that send no tag: in the journal, lines without an identifier cannot be asked for.
    identifiers: [...new Set(rules.flatMap(({ identifiers }) => identifiers))].filter((name) => name !== "").sort(),
    kernel: rules.some(({ transports }) => transports.includes("kernel")),
    containers: rules.some(({ container }) => container !== undefined),
    lookBack: Math.min(longest, MOST_LOOK_BACK) as Duration,
    ...(sessions.length === 0 ? {} : { recall: Math.min(MOST_RECALL, Math.max(...sessions)) as Duration }),
  };
}
