import type { RemoteInfo } from "node:dgram";
import { isIPv4 } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import type { Entry } from "../core/entry.ts";
import { duration, formatDuration, type Instant, seconds } from "../core/time.ts";
import type { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
import type { Source, SourceStatus } from "./source.ts";
import { kernelDrops, socketTable } from "./syslog-drops.ts";
import {
  checkListener,
  describe,
  type ListenerParts,
  type Open,
  openListener,
  type SyslogListener,
  type SyslogProtocol,
} from "./syslog-listeners.ts";
import { MAX_MESSAGE_BYTES, parseSyslog } from "./syslog-message.ts";
import { DropQueue } from "./syslog-queue.ts";
import { type Sender, Senders, type SyslogSender, sourceAddress } from "./syslog-senders.ts";
import { type StreamLimits, Streams, type TlsMaterial } from "./syslog-streams.ts";

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
/** How long is still read at the end. */
const DRAIN_MS = 500;

/** What is known of a message before it is looked at. */
interface Received {
  readonly sender: Sender;
  readonly protocol: SyslogProtocol;
  readonly at: Instant;
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
  /** Datagrams that we dropped, and when last: over the allowance of the sender of that name; "": of the full queue. */
  readonly #lost = new Map<string, { readonly count: number; readonly at: number }>();
  #lastDenied: string | undefined;

  constructor(options: SyslogOptions) {
    this.name = options.name;
    this.#options = options;
    this.#clock = options.clock;
    for (const listener of options.listen) {
      checkListener(listener, { tls: options.tls, senders: options.senders });
    }
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
      await this.#listen();
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
          yield* this.#empty();
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

  /** What is left in the queues. Who goes on sending, though he was told, is not waited for longer than a moment. */
  async *#empty(): AsyncGenerator<readonly Entry[], void> {
    const end = this.#clock.monotonic() + DRAIN_MS;
    for (let rest = this.#take(); rest.length > 0; rest = this.#take()) {
      yield rest;
      if (this.#clock.monotonic() >= end) this.#streams.close();
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

  async #listen(): Promise<void> {
    const parts: ListenerParts = {
      tls: this.#options.tls,
      senders: this.#options.senders,
      receiveBufferBytes: this.#receiveBufferBytes,
      streams: this.#streams,
      datagram: (bytes, from) => this.#datagram(bytes, from),
      broke: (error) => {
        this.#broken ??= error;
        this.#wake?.();
      },
    };
    for (const listener of this.#options.listen) {
      await openListener(listener, parts, (open) => this.#open.push(open));
    }
  }

  get #receiveBufferBytes(): number {
    return this.#options.receiveBufferBytes ?? RECEIVE_BUFFER_BYTES;
  }

  async #watchDrops(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(DROPS_EVERY, signal);
      this.#noteLosses();
      const tables = { ip: await socketTable("udp"), ip6: await socketTable("udp6") };
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

  #noteLosses(): void {
    const at = this.#clock.monotonic();
    const bySender = this.#senders.all.map(({ name, limited }): [string, number] => [name, limited]);
    for (const [whose, count] of [["", this.#datagrams.dropped] as const, ...bySender]) {
      if (count > (this.#lost.get(whose)?.count ?? 0)) this.#lost.set(whose, { count, at });
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
    const wanted = this.#receiveBufferBytes;
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
    for (const [whose, { count, at }] of this.#lost) {
      if (this.#clock.monotonic() - at >= DROPS_TOLD) continue;
      troubles.push(
        whose === ""
          ? `bailiff dropped ${count} datagrams that came faster than it could decide on them, failures among them are ` +
              "missed; let the senders use TCP, which makes them wait"
          : `${count} datagrams of sender ${whose} were over its ratePerSecond and dropped, failures among them are missed; ` +
              "raise ratePerSecond if it is right, or let the sender use TCP, which makes it wait",
      );
    }
    return troubles;
  }
}

function sum(senders: readonly Sender[], of: (sender: Sender) => number): number {
  return senders.reduce((total, sender) => total + of(sender), 0);
}
