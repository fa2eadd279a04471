import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer, isIPv4, type Server } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { contains } from "../core/address.ts";
import type { Entry, SyslogOrigin } from "../core/entry.ts";
import { duration, formatDuration, type Instant, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { InheritedSocket } from "../system/activation.ts";
import type { Clock } from "../system/clock.ts";
import type { Source, SourceStatus } from "./source.ts";
import { kernelDrops, type SocketKey } from "./syslog-drops.ts";
import { MAX_MESSAGE_BYTES, parseSyslog } from "./syslog-message.ts";
import { DropQueue } from "./syslog-queue.ts";
import { LOOPBACK, type Sender, Senders, type SyslogSender, sourceAddress } from "./syslog-senders.ts";
import { type StreamLimits, Streams, type TlsMaterial } from "./syslog-streams.ts";

export type SyslogProtocol = SyslogOrigin["protocol"];

export type SyslogListener =
  /** `address` is an IP address; "::" takes IPv4 too. `port` 0: any free one. */
  | { readonly protocol: SyslogProtocol; readonly address: string; readonly port: number }
  /** Made by systemd before bailiff started: ports under 1024 without a capability, nothing lost while it restarts. */
  | { readonly protocol: SyslogProtocol; readonly inherited: InheritedSocket };

export interface SyslogOptions {
  readonly name: string;
  readonly listen: readonly SyslogListener[];
  /** Needed by tls listeners. Each is PEM text or the path of a PEM file, read when the source starts. */
  readonly tls?: TlsMaterial;
  /** Empty: only this machine, as the sender "local" with full trust. */
  readonly senders: readonly SyslogSender[];
  /** Asked of the kernel per UDP socket; default 4 MiB, good for some 10,000 small datagrams. */
  readonly receiveBufferBytes?: number;
  /** Messages held while the consumer is busy; default 20,000. Beyond it the oldest datagrams are dropped and counted. */
  readonly queueSize?: number;
  readonly streams?: StreamLimits;
  readonly clock: Clock;
}

export interface SyslogSource extends Source {
  /** Where it listens, once it does: the port that was chosen for port 0. */
  listening(): readonly { readonly protocol: SyslogProtocol; readonly address: string; readonly port: number }[];
}

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const QUEUE_SIZE = 20_000;
/** Whatever the number of messages, so that large ones cannot fill the memory. */
const QUEUE_BYTES = 16 * 1024 * 1024;
/** Entries per batch, give or take one: a few milliseconds of work, then other sources have their turn. */
const BATCH = 2000;
const BATCH_BYTES = 1024 * 1024;
const DROPS_EVERY = seconds(5);
/** Times of senders do not count, but whoever compares logs must know that a sender's are wrong. */
const AHEAD_TOLD = seconds(300);
/** After a batch of so many, and not yet more, the next one is given longer to gather: each batch is a transaction. */
const SOME = 64;
const MANY = 512;
const GATHER = duration(10);
/** How long a loss stays a trouble. */
const DROPS_TOLD = seconds(600);
/** How long datagrams are still read at the end. */
const DRAIN_MS = 500;

/** What is known of a message before it is looked at. */
interface Received {
  readonly sender: Sender;
  readonly protocol: SyslogProtocol;
  readonly at: Instant;
}

/** What is open while `entries` runs. */
interface Open {
  readonly protocol: SyslogProtocol;
  readonly address: string;
  readonly port: number;
  readonly key: SocketKey;
  /** Bytes of the receive buffer that the kernel granted; undefined for streams. */
  readonly bufferBytes: number | undefined;
  /** What the kernel had dropped when last asked. */
  drops: number;
  close(): Promise<void>;
}

/**
 * Listens for syslog. Who sent a message is told by its source address or client certificate, never by the HOSTNAME in
 * it, and messages of others are counted and not even parsed. An entry's time is when it came in, by our clock.
 *
 * Throws a BailiffError CONFIG_INVALID for options that cannot work; listening begins with `entries`.
 */
export function syslog(options: SyslogOptions): SyslogSource {
  return new Syslog(options);
}

class Syslog implements SyslogSource {
  readonly name: string;
  readonly #options: SyslogOptions;
  readonly #clock: Clock;
  readonly #senders: Senders;
  readonly #streams: Streams;
  readonly #datagrams: DropQueue<Received>;
  /** Apart, so that a flood of datagrams cannot push out what came by TCP, whose senders can be made to wait. */
  readonly #frames: DropQueue<Received>;
  #open: Open[] = [];
  #wake: (() => void) | undefined;
  #broken: BailiffError | undefined;
  /** Datagrams, whosever. */
  #heard = 0;
  #denied = 0;
  #oversize = 0;
  #kernelDropped = 0;
  #droppedAt = Number.NEGATIVE_INFINITY;
  #lastDenied: string | undefined;

  constructor(options: SyslogOptions) {
    this.name = options.name;
    this.#options = options;
    this.#clock = options.clock;
    for (const listener of options.listen) check(listener, options);
    this.#senders = new Senders(options.senders, options.clock);
    this.#datagrams = new DropQueue(options.queueSize ?? QUEUE_SIZE, QUEUE_BYTES);
    const frames = new DropQueue<Received>(options.queueSize ?? QUEUE_SIZE, QUEUE_BYTES);
    this.#frames = frames;
    const sink = {
      get crowded() {
        return frames.crowded;
      },
      frame: (bytes: Buffer, sender: Sender, protocol: "tcp" | "tls") => {
        this.#enqueue(frames, bytes, { sender, protocol });
      },
    };
    this.#streams = new Streams({ senders: this.#senders, sink, clock: this.#clock }, options.streams ?? {});
  }

  async *entries({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<readonly Entry[]> {
    const wake = () => this.#wake?.();
    // Ends with this run of the source, whether by the caller's signal or by a fault.
    const ending = new AbortController();
    const running = AbortSignal.any([signal, ending.signal]);
    signal.addEventListener("abort", wake);
    this.#broken = undefined;
    const background: Promise<void>[] = [];
    let last = 0;
    try {
      if (signal.aborted) return;
      for (const listener of this.#options.listen) await this.#listen(listener);
      background.push(this.#streams.run(running), this.#watchDrops(running));
      for (;;) {
        if (this.#datagrams.length + this.#frames.length === 0 && !this.#broken && !signal.aborted) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
        }
        // Where there are many, nobody is the first, and they may well wait for each other.
        if (last >= SOME && last < MANY) await this.#clock.sleep(GATHER, running);
        // One turn of the event loop per batch: what arrives together is handed on together, and a flood here leaves
        // every other source its turn.
        await turn();
        if (this.#broken) throw this.#broken;
        if (signal.aborted) {
          // Nothing more is let in; what has come counts, for who sent it will not say it twice.
          yield* this.#drain();
          background.push(...this.#refuse());
          await this.#streams.finish();
          for (let rest = this.#take(); rest.length > 0; rest = this.#take()) yield rest;
          return;
        }
        const batch = this.#take();
        last = batch.length;
        if (batch.length > 0) yield batch;
      }
    } finally {
      signal.removeEventListener("abort", wake);
      ending.abort();
      // No server closes before its connections have.
      background.push(...this.#refuse());
      this.#streams.close();
      await Promise.all(background);
      this.#datagrams.clear();
      this.#frames.clear();
    }
  }

  /** The datagrams that the kernel holds go with their socket: they are read first, for a moment at the most. */
  async *#drain(): AsyncGenerator<readonly Entry[], void> {
    if (!this.#open.some(({ protocol }) => protocol === "udp")) return;
    const end = this.#clock.monotonic() + DRAIN_MS;
    // The kernel gives some dozens a turn; after two turns without any, it holds none.
    for (let idle = 0; idle < 2 && this.#clock.monotonic() < end; idle += 1) {
      const before = this.#heard;
      await turn();
      if (this.#heard !== before) idle = -1;
      const batch = this.#take();
      if (batch.length > 0) yield batch;
    }
  }

  /** Lets nobody in any more; resolves when the doors are closed, which those of streams are after their connections. */
  #refuse(): Promise<void>[] {
    const closing = this.#open.map((open) => open.close());
    this.#open = [];
    return closing;
  }

  #take(): Entry[] {
    const batch: Entry[] = [];
    let bytes = 0;
    while (batch.length < BATCH && bytes < BATCH_BYTES) {
      const datagram = this.#datagrams.shift();
      if (datagram) batch.push(this.#entry(datagram.bytes, datagram.about));
      const frame = this.#frames.shift();
      if (frame) batch.push(this.#entry(frame.bytes, frame.about));
      if (!datagram && !frame) break;
      bytes += (datagram?.bytes.length ?? 0) + (frame?.bytes.length ?? 0);
    }
    return batch;
  }

  #entry(bytes: Buffer, { sender, protocol, at }: Received): Entry {
    const record = parseSyslog(bytes, at, sender.zone);
    if (record.facility === undefined) sender.malformed += 1;
    if (record.truncated) this.#oversize += 1;
    if (record.timestamp !== undefined) sender.aheadMs = record.timestamp - at;
    const { app: identifier, pid, message } = record;
    const origin = sender.origin(protocol, record.host);
    // Most have both; spreading what is there would take as long as reading the header.
    if (identifier !== undefined && pid !== undefined) {
      return { time: at, source: this.name, identifier, pid, message, origin };
    }
    const entry = { time: at, source: this.name, message, origin };
    return { ...entry, ...(identifier !== undefined && { identifier }), ...(pid !== undefined && { pid }) };
  }

  #enqueue(queue: DropQueue<Received>, bytes: Buffer, from: Pick<Received, "sender" | "protocol">): void {
    from.sender.received += 1;
    // One byte over the limit shows the parser that the rest was cut off.
    const kept = bytes.length > MAX_MESSAGE_BYTES ? bytes.subarray(0, MAX_MESSAGE_BYTES + 1) : bytes;
    queue.push({ sender: from.sender, protocol: from.protocol, at: this.#clock.now() }, kept);
    this.#wake?.();
  }

  #datagram(bytes: Buffer, from: RemoteInfo): void {
    this.#heard += 1;
    const sender = this.#senders.byAddress(from.address);
    if (!sender) {
      this.#denied += 1;
      this.#lastDenied = from.address;
      return;
    }
    if (!sender.take()) {
      sender.limited += 1;
      return;
    }
    this.#enqueue(this.#datagrams, bytes, { sender, protocol: "udp" });
  }

  async #listen(listener: SyslogListener): Promise<void> {
    try {
      const open = listener.protocol === "udp" ? await this.#listenUdp(listener) : await this.#listenStream(listener);
      this.#open.push(open);
      if (listener.protocol === "udp" && !("inherited" in listener) && open.address === "::") {
        await this.#listenBeside({ protocol: "udp", address: "0.0.0.0", port: open.port });
      }
    } catch (cause) {
      throw cause instanceof BailiffError ? cause : cannotListen(listener, cause);
    }
  }

  /** A datagram socket on "::" hears IPv6 alone where net.ipv6.bindv6only is set; those of streams are told not to. */
  async #listenBeside(listener: SyslogListener): Promise<void> {
    try {
      this.#open.push(await this.#listenUdp(listener));
    } catch (cause) {
      // Then the one on "::" hears both.
      if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    }
  }

  async #listenUdp(listener: SyslogListener): Promise<Open> {
    const inherited = "inherited" in listener ? listener.inherited : undefined;
    const socket = inherited ? await inherited.datagram() : await bindUdp(listener);
    const onMessage = (bytes: Buffer, from: RemoteInfo) => this.#datagram(bytes, from);
    const onError = (cause: Error) => this.#fail(broke(listener, cause));
    const { address, port } = socket.address();
    if (inherited) checkReach(address, this.#options);
    const wanted = this.#options.receiveBufferBytes ?? RECEIVE_BUFFER_BYTES;
    // The kernel doubles what is asked, for its own bookkeeping. A .socket unit may have given more than we could.
    if (socket.getRecvBufferSize() < 2 * wanted) socket.setRecvBufferSize(wanted);
    const key = inherited?.inode === undefined ? { address, port } : { inode: inherited.inode };
    socket.on("message", onMessage);
    socket.on("error", onError);
    return {
      protocol: "udp",
      address,
      port,
      key,
      bufferBytes: Math.floor(socket.getRecvBufferSize() / 2),
      drops: inherited ? (dropsNow(key) ?? 0) : 0,
      close: async () => {
        socket.off("message", onMessage);
        socket.off("error", onError);
        if (inherited) return;
        const closed = once(socket, "close");
        socket.close();
        await closed;
      },
    };
  }

  async #listenStream(listener: SyslogListener): Promise<Open> {
    const inherited = "inherited" in listener ? listener.inherited : undefined;
    const material = listener.protocol === "tls" ? readTls(this.#options.tls) : undefined;
    // TLS takes 5 MB of memory, and most agents have no use for it.
    const tls = material && (await import("node:tls"));
    const server = inherited ? await inherited.server() : await bindStream(listener);
    const { address, port } = server.address() as AddressInfo;
    const onError = (cause: Error) => this.#fail(broke(listener, cause));
    const close = async () => {
      server.removeAllListeners("connection");
      server.off("error", onError);
      if (inherited) {
        server.on("connection", (socket) => socket.destroy());
        return;
      }
      const closed = once(server, "close");
      server.close();
      await closed;
    };
    try {
      if (inherited) checkReach(address, this.#options);
      server.removeAllListeners("connection");
      if (tls && material) this.#streams.acceptTls(server, material, tls.createServer);
      else this.#streams.acceptTcp(server);
    } catch (cause) {
      await close();
      throw cause;
    }
    server.on("error", onError);
    return {
      protocol: listener.protocol,
      address,
      port,
      key: { address, port },
      bufferBytes: undefined,
      drops: 0,
      close,
    };
  }

  #fail(error: BailiffError): void {
    this.#broken ??= error;
    this.#wake?.();
  }

  async #watchDrops(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(DROPS_EVERY, signal);
      const tables = { ip: await table("udp"), ip6: await table("udp6") };
      for (const open of this.#open) {
        if (open.protocol !== "udp") continue;
        const drops = kernelDrops(isIPv4(open.address) ? tables.ip : tables.ip6, open.key);
        if (drops === undefined || drops <= open.drops) continue;
        this.#kernelDropped += drops - open.drops;
        open.drops = drops;
        this.#droppedAt = this.#clock.monotonic();
      }
    }
  }

  listening() {
    return this.#open.map(({ protocol, address, port }) => ({ protocol, address, port }));
  }

  status(): SourceStatus {
    const counters: Record<string, number> = Object.create(null);
    const streams = this.#streams.counters;
    counters.received = sum(this.#senders.all, (sender) => sender.received);
    counters.denied = this.#denied + streams.denied;
    counters.limited = sum(this.#senders.all, (sender) => sender.limited);
    counters.dropped = this.#datagrams.dropped;
    counters.kernelDropped = this.#kernelDropped;
    counters.malformed = sum(this.#senders.all, (sender) => sender.malformed);
    counters.truncated = this.#oversize;
    counters.queued = this.#datagrams.length + this.#frames.length;
    if (this.#options.listen.some((listener) => listener.protocol !== "udp")) {
      counters.open = this.#streams.open;
      for (const [name, count] of Object.entries(streams)) if (name !== "denied") counters[name] = count;
    }
    for (const sender of this.#senders.all) {
      counters[`${sender.name}.received`] = sender.received;
      counters[`${sender.name}.limited`] = sender.limited;
      counters[`${sender.name}.malformed`] = sender.malformed;
    }
    return { description: this.#describe(), counters, troubles: this.#troubles() };
  }

  #describe(): string {
    const places = this.#open.length > 0 ? this.#open : this.#options.listen;
    const parts = [`syslog ${places.map(describe).join(", ")}`];
    if (places.some((place) => place.protocol === "udp")) parts.push("udp: sender addresses can be forged");
    // Canonical text made from the socket's own answer: nothing a sender wrote.
    const denied = sourceAddress(this.#lastDenied ?? this.#streams.lastDenied ?? "")?.text;
    if (denied) parts.push(`last denied: ${denied}`);
    for (const { name, aheadMs } of this.#senders.all) {
      if (Math.abs(aheadMs) < AHEAD_TOLD) continue;
      const by = formatDuration(duration(Math.abs(aheadMs)));
      parts.push(`times of ${name} are ${by} ${aheadMs > 0 ? "ahead" : "behind"}: its clock, its timezone, or delay`);
    }
    return parts.join("; ");
  }

  #troubles(): string[] {
    const troubles: string[] = [];
    const wanted = this.#options.receiveBufferBytes ?? RECEIVE_BUFFER_BYTES;
    const small = this.#open.find((open) => open.bufferBytes !== undefined && open.bufferBytes < wanted);
    if (small) {
      troubles.push(
        `the kernel gave ${describe(small)} a receive buffer of ${small.bufferBytes} bytes, not ${wanted}: bursts may be ` +
          `lost; set \`sysctl -w net.core.rmem_max=${wanted}\` (and in /etc/sysctl.d) and restart bailiff`,
      );
    }
    if (this.#clock.monotonic() - this.#droppedAt < DROPS_TOLD) {
      troubles.push(
        `the kernel dropped ${this.#kernelDropped} datagrams because bailiff did not read them in time; raise the source's ` +
          "receive buffer and net.core.rmem_max, or let the senders use TCP",
      );
    }
    return troubles;
  }
}

function sum(senders: readonly Sender[], of: (sender: Sender) => number): number {
  return senders.reduce((total, sender) => total + of(sender), 0);
}

function describe(place: SyslogListener | Open): string {
  if ("inherited" in place) return `${place.protocol} socket ${place.inherited.name}`;
  const address = place.address.includes(":") ? `[${place.address}]` : place.address;
  return `${place.protocol} ${address}:${place.port}`;
}

function check(listener: SyslogListener, options: SyslogOptions): void {
  if (listener.protocol === "tls") {
    if (!options.tls) {
      throw new BailiffError("CONFIG_INVALID", `${describe(listener)} has no certificate`, {
        hint: "give the syslog source a `tls` block with `cert`, `key` and, for client certificates, `ca`",
      });
    }
    if (options.tls.ca === undefined && options.senders.some((sender) => sender.tlsName !== undefined)) {
      throw new BailiffError("CONFIG_INVALID", "a sender's tlsName cannot be checked without an authority", {
        hint: "name the authority that signs the senders' certificates as `ca` in the `tls` block",
      });
    }
  }
  if (!("inherited" in listener)) {
    checkReach(listener.address, options);
    return;
  }
  const { kind, name } = listener.inherited;
  const fits = listener.protocol === "udp" ? ["udp", "udp6"] : ["tcp", "tcp6"];
  if (kind !== undefined && !fits.includes(kind)) {
    throw new BailiffError("CONFIG_INVALID", `the socket ${name} of systemd is ${kind}, not ${listener.protocol}`, {
      hint: "ListenDatagram= in the .socket unit makes udp, ListenStream= makes tcp and tls",
    });
  }
}

/** Who may send must be said before others than this machine can. */
function checkReach(text: string, options: SyslogOptions): void {
  const address = sourceAddress(text);
  if (!address) {
    throw new BailiffError("CONFIG_INVALID", `${JSON.stringify(text)} is not an IP address to listen on`, {
      hint: 'write 127.0.0.1, ::1, an address of this machine, or "::" for all of them',
    });
  }
  if (options.senders.length > 0 || LOOPBACK.some((network) => contains(network, address))) return;
  throw new BailiffError("CONFIG_INVALID", `syslog on ${address.text} has no senders: anybody could accuse anybody`, {
    hint: "list who may send under `senders`, or listen on 127.0.0.1 or ::1",
  });
}

type Bound = Exclude<SyslogListener, { readonly inherited: InheritedSocket }>;

async function bindUdp(listener: SyslogListener): Promise<UdpSocket> {
  const { address, port } = listener as Bound;
  const socket = createSocket(isIPv4(address) ? "udp4" : "udp6");
  try {
    const listening = once(socket, "listening");
    socket.bind({ address, port, exclusive: true });
    await listening;
    return socket;
  } catch (cause) {
    socket.close();
    throw cause;
  }
}

async function bindStream(listener: SyslogListener): Promise<Server> {
  const { address, port } = listener as Bound;
  const server = createServer();
  const listening = once(server, "listening");
  server.listen({ host: address, port, exclusive: true });
  await listening;
  return server;
}

function cannotListen(listener: SyslogListener, cause: unknown): BailiffError {
  const code = (cause as NodeJS.ErrnoException).code;
  const place = describe(listener);
  const port = "port" in listener ? listener.port : 0;
  if (code === "EADDRINUSE") {
    const options = listener.protocol === "udp" ? "-lunp" : "-ltnp";
    return new BailiffError("ADDRESS_BUSY", `cannot listen on ${place}: another program does`, {
      hint: `\`ss ${options} 'sport = :${port}'\` names it; stop it, or choose another port in the source's \`listen\``,
      cause,
    });
  }
  if (code === "EACCES") {
    return new BailiffError("SOURCE_BROKEN", `cannot listen on ${place}: ports under 1024 are for root`, {
      hint: "`systemctl enable --now bailiff-syslog.socket` lets systemd open it, or choose a port from 1024 up",
      cause,
    });
  }
  if (code === "EADDRNOTAVAIL") {
    return new BailiffError("SOURCE_BROKEN", `cannot listen on ${place}: this machine has no such address`, {
      hint: '`ip addr` shows those it has; "::" means all of them',
      cause,
    });
  }
  const said = cause instanceof Error ? cause.message : String(cause);
  return new BailiffError("SOURCE_BROKEN", `cannot listen on ${place}: ${said}`, {
    hint: "check the source's `listen` and, for sockets of systemd, the protocol in its .socket unit",
    cause,
  });
}

function broke(listener: SyslogListener, cause: Error): BailiffError {
  return new BailiffError("SOURCE_BROKEN", `listening on ${describe(listener)} broke off: ${cause.message}`, {
    hint: "it is opened again by itself",
    cause,
  });
}

function readTls(material: TlsMaterial | undefined): TlsMaterial {
  if (!material) throw new TypeError("a tls listener without material passed the check");
  const { cert, key, ca } = material;
  return { cert: pem(cert), key: pem(key), ...(ca === undefined ? {} : { ca: pem(ca) }) };
}

function pem(textOrPath: string): string {
  if (textOrPath.includes("-----BEGIN ")) return textOrPath;
  try {
    return readFileSync(textOrPath, "utf8");
  } catch (cause) {
    const said = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new BailiffError("FILE_UNREADABLE", `cannot read ${textOrPath}: ${said}`, {
      hint: "the files of the syslog source's `tls` block must be readable by bailiff's user",
      cause,
    });
  }
}

async function table(name: "udp" | "udp6"): Promise<string> {
  try {
    // Not /proc/net: that link is hidden where the unit says ProcSubset=pid.
    return await readFile(`/proc/self/net/${name}`, "latin1");
  } catch {
    // No IPv6 in this kernel, or no /proc: then drops are not known, and nothing else depends on it.
    return "";
  }
}

function dropsNow(key: SocketKey): number | undefined {
  for (const name of ["udp", "udp6"]) {
    try {
      const drops = kernelDrops(readFileSync(`/proc/self/net/${name}`, "latin1"), key);
      if (drops !== undefined) return drops;
    } catch {
      // As in `table`.
    }
  }
  return undefined;
}
