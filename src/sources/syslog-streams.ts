import type { Server, Socket } from "node:net";
import type { createServer as CreateTlsServer, TLSSocket, Server as TlsServer } from "node:tls";
import { type Duration, duration, seconds } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import type { Clock } from "../system/clock.ts";
import { FrameReader, MAX_FRAME_BYTES } from "./syslog-frames.ts";
import type { Sender, Senders } from "./syslog-senders.ts";

export interface StreamLimits {
  /** Connections in all; default 4096. Of those who have most, the one that was silent longest makes way for a new one. */
  readonly connections?: number;
  /** Connections of one address of a sender, which may be a whole network; default 64, with the same rule. */
  readonly connectionsPerAddress?: number;
  /** A silent connection is closed after this; default one day, for relays that rarely have anything to say. */
  readonly idle?: Duration;
  /** A frame must be whole this long after its first byte; default one minute. */
  readonly frame?: Duration;
}

/** PEM text each. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  /** Authority of the clients' certificates. Without it no client is asked for one. */
  readonly ca?: string;
}

/** Where the frames go. */
export interface FrameSink {
  readonly crowded: boolean;
  frame(bytes: Buffer, sender: Sender, protocol: "tcp" | "tls"): void;
}

export interface StreamCounters {
  connections: number;
  denied: number;
  evicted: number;
  refused: number;
  tlsFailed: number;
  oversize: number;
  badCount: number;
  incomplete: number;
  slow: number;
  idle: number;
}

interface Connection {
  readonly socket: Socket;
  readonly sender: Sender;
  readonly address: string;
  readonly protocol: "tcp" | "tls";
  readonly reader: FrameReader;
  activeAt: number;
  /** When the unfinished frame began; undefined between frames. */
  partialAt: number | undefined;
  waiting: boolean;
  /** The other end said that it was done: what it sent last is whole. */
  finished: boolean;
  /** The other end is gone; what it sent before is still handed on. */
  ended: boolean;
}

/** Frames of one connection that are taken in one go, before others have their turn. */
const TURN = 500;
/** Unfinished ones, at some 50 kB each; more than the agents of a fleet that all come back at once. */
const HANDSHAKES = 512;
const HANDSHAKE_MS = 10_000;
const SWEEP = seconds(1);
/** What was on its way when the other end is told that nobody listens any more arrives by then. */
const LAST_WORDS_MS = 100;

/**
 * Connections over TCP and TLS. Nothing that was read is thrown away: a sender over its allowance, or a queue that is
 * nearly full, stops the reading, and TCP makes the sender wait. A connection holds two frames at most.
 */
export class Streams {
  readonly counters: StreamCounters = {
    connections: 0,
    denied: 0,
    evicted: 0,
    refused: 0,
    tlsFailed: 0,
    oversize: 0,
    badCount: 0,
    incomplete: 0,
    slow: 0,
    idle: 0,
  };
  /** Where the last refused connection came from. */
  lastDenied: string | undefined;
  readonly #senders: Senders;
  readonly #sink: FrameSink;
  readonly #clock: Clock;
  readonly #limits: Required<StreamLimits>;
  readonly #connections = new Set<Connection>();
  readonly #handshakes = new Map<string, Socket>();

  constructor(parts: { senders: Senders; sink: FrameSink; clock: Clock }, limits: StreamLimits) {
    this.#senders = parts.senders;
    this.#sink = parts.sink;
    this.#clock = parts.clock;
    this.#limits = {
      connections: limits.connections ?? 4096,
      connectionsPerAddress: limits.connectionsPerAddress ?? 64,
      idle: limits.idle ?? seconds(86_400),
      frame: limits.frame ?? seconds(60),
    };
  }

  get open(): number {
    return this.#connections.size;
  }

  acceptTcp(server: Server): void {
    server.on("connection", (socket: Socket) => {
      // Node tells of a broken connection by "error" and then "close"; the latter is enough.
      socket.on("error", () => {});
      const address = socket.remoteAddress;
      const sender = address === undefined ? undefined : this.#senders.byAddress(address);
      if (sender && address !== undefined) this.#welcome(socket, { sender, address, protocol: "tcp" });
      else this.#deny(socket, address);
    });
  }

  /**
   * Wraps what `server` accepts, by node:tls, which only callers that need it load. Throws a BailiffError when OpenSSL
   * does not take the certificate or key.
   */
  acceptTls(server: Server, material: TlsMaterial, create: typeof CreateTlsServer): void {
    const tls = tlsServer(material, create, (socket) => this.#secured(socket));
    tls.on("tlsClientError", (_error, socket) => {
      this.counters.tlsFailed += 1;
      socket.destroy();
    });
    server.on("connection", (socket: Socket) => {
      socket.on("error", () => {});
      const address = socket.remoteAddress;
      if (address === undefined || !(this.#senders.anyByCertificate || this.#senders.byAddress(address))) {
        this.#deny(socket, address);
        return;
      }
      // Whoever is new may be a sender; whoever has dallied longest most likely is none, and only fills the place.
      if (this.#handshakes.size >= HANDSHAKES) this.#refuseOldest();
      const key = endpoint(socket);
      this.#handshakes.set(key, socket);
      socket.once("close", () => this.#handshakes.delete(key));
      tls.emit("connection", socket);
    });
  }

  #refuseOldest(): void {
    for (const [key, socket] of this.#handshakes) {
      this.counters.refused += 1;
      this.#handshakes.delete(key);
      socket.destroy();
      return;
    }
  }

  #secured(socket: TLSSocket): void {
    socket.on("error", () => {});
    this.#handshakes.delete(endpoint(socket));
    const address = socket.remoteAddress;
    const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
    const sender =
      address === undefined
        ? undefined
        : ((certificate && this.#senders.byCertificate(certificate, address)) ?? this.#senders.byAddress(address));
    if (sender && address !== undefined) this.#welcome(socket, { sender, address, protocol: "tls" });
    else this.#deny(socket, address);
  }

  /** Without an address: the other end is gone already. */
  #deny(socket: Socket, address: string | undefined): void {
    if (address !== undefined) {
      this.counters.denied += 1;
      this.lastDenied = address;
    }
    socket.destroy();
  }

  #welcome(socket: Socket, from: Pick<Connection, "sender" | "address" | "protocol">): void {
    const same = [...this.#connections].filter(
      (other) => other.sender === from.sender && other.address === from.address,
    );
    if (same.length >= this.#limits.connectionsPerAddress) this.#evict(same);
    else if (this.#connections.size >= this.#limits.connections) this.#evict(this.#busiest());
    const connection: Connection = {
      socket,
      ...from,
      reader: new FrameReader(MAX_FRAME_BYTES),
      activeAt: this.#clock.monotonic(),
      partialAt: undefined,
      waiting: false,
      finished: false,
      ended: false,
    };
    this.#connections.add(connection);
    this.counters.connections += 1;
    // A peer that vanished without a word is found out by the kernel.
    socket.setKeepAlive(true, 60_000);
    socket.on("data", (chunk: Buffer) => {
      connection.activeAt = this.#clock.monotonic();
      connection.reader.push(chunk);
      this.#drain(connection);
    });
    // Anybody on the way may end what TLS protects, in the middle of a line, and node:tls does not tell whether its
    // sender had said that it would: there only a line that has its end is whole.
    socket.once("end", () => {
      connection.finished = connection.protocol === "tcp";
    });
    socket.once("close", () => {
      // A paused socket closes all the same when the other end does, with frames left in the reader.
      connection.ended = true;
      if (!connection.waiting) this.#finish(connection);
    });
  }

  #finish(connection: Connection): void {
    if (!this.#connections.delete(connection) || connection.reader.pending === 0) return;
    const last = connection.finished ? connection.reader.rest() : undefined;
    if (last) this.#sink.frame(last, connection.sender, connection.protocol);
    else this.counters.incomplete += 1;
  }

  /** The connections of those addresses that have most. */
  #busiest(): Connection[] {
    const byAddress = [...Map.groupBy(this.#connections, (connection) => connection.address).values()];
    const most = byAddress.reduce((longest, list) => Math.max(longest, list.length), 0);
    return byAddress.filter((list) => list.length === most).flat();
  }

  #evict(among: readonly Connection[]): void {
    const [first] = among.toSorted((a, b) => a.activeAt - b.activeAt);
    if (!first) return;
    this.counters.evicted += 1;
    first.socket.destroy();
    this.#connections.delete(first);
  }

  /** Hands on the frames that are whole, as far as the sender's allowance and the queue permit. */
  #drain(connection: Connection): void {
    const { reader, sender, socket } = connection;
    for (let turn = 0; ; turn += 1) {
      if (!this.#connections.has(connection)) return;
      const pause = this.#sink.crowded ? 10 : turn >= TURN ? 0 : sender.wait();
      if (pause > 0 || turn >= TURN) {
        this.#later(connection, pause);
        return;
      }
      const frame = reader.next();
      if (!frame) {
        // What is left is the beginning of a frame, and its time runs.
        if (reader.pending === 0) connection.partialAt = undefined;
        else connection.partialAt ??= this.#clock.monotonic();
        break;
      }
      connection.partialAt = undefined;
      sender.take();
      this.#sink.frame(frame, sender, connection.protocol);
    }
    if (reader.fault) {
      if (reader.fault === "oversize") this.counters.oversize += 1;
      else this.counters.badCount += 1;
      this.#connections.delete(connection);
      socket.destroy();
      return;
    }
    if (connection.ended) {
      this.#finish(connection);
    } else if (connection.waiting) {
      connection.waiting = false;
      socket.resume();
    }
  }

  #later(connection: Connection, pauseMs: number): void {
    connection.waiting = true;
    connection.socket.pause();
    const again = () => this.#drain(connection);
    if (pauseMs === 0) setImmediate(again);
    else void this.#clock.sleep(duration(pauseMs)).then(again);
  }

  /** Closes the silent and the slow until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(SWEEP, signal);
      this.#sweep();
    }
  }

  /**
   * Tells the other ends that no more is wanted, and takes what they sent before they knew: a sender that looks before it
   * writes, as rsyslog does, loses nothing. To be called when no more are accepted; `close` is still to come.
   */
  async finish(): Promise<void> {
    for (const { socket } of this.#connections) socket.end();
    const end = this.#clock.monotonic() + LAST_WORDS_MS;
    while (this.#connections.size > 0 && this.#clock.monotonic() < end) await this.#clock.sleep(duration(5));
  }

  /** Closes every connection; to be called when no more are accepted. */
  close(): void {
    for (const socket of this.#handshakes.values()) socket.destroy();
    for (const connection of this.#connections) connection.socket.destroy();
    this.#handshakes.clear();
    this.#connections.clear();
  }

  #sweep(): void {
    const now = this.#clock.monotonic();
    for (const connection of this.#connections) {
      if (connection.waiting) continue;
      const slow = connection.partialAt !== undefined && now - connection.partialAt > this.#limits.frame;
      const idle = now - connection.activeAt > this.#limits.idle;
      if (!slow && !idle) continue;
      if (slow) this.counters.slow += 1;
      else this.counters.idle += 1;
      this.#connections.delete(connection);
      connection.socket.destroy();
    }
  }
}

function tlsServer(
  material: TlsMaterial,
  create: typeof CreateTlsServer,
  secured: (socket: TLSSocket) => void,
): TlsServer {
  const { cert, key, ca } = material;
  try {
    const options = {
      cert,
      key,
      ...(ca === undefined ? {} : { ca }),
      minVersion: "TLSv1.2" as const,
      requestCert: ca !== undefined,
      // Who has no valid certificate may still be a sender known by address: that is decided once it is secured.
      rejectUnauthorized: false,
      handshakeTimeout: HANDSHAKE_MS,
    };
    return create(options, secured);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new BailiffError("CONFIG_INVALID", `cannot use the TLS certificate and key of the syslog source: ${said}`, {
      hint: "check that cert, key and ca are PEM and that the key belongs to the certificate",
      cause,
    });
  }
}

function endpoint(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localPort}`;
}
