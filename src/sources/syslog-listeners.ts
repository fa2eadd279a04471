import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, isIPv4, type Server } from "node:net";
import { contains } from "../core/address.ts";
import type { SyslogOrigin } from "../core/entry.ts";
import { BailiffError } from "../errors.ts";
import type { InheritedSocket } from "../system/activation.ts";
import { dropsOf, type SocketKey } from "./syslog-drops.ts";
import { LOOPBACK, type SyslogSender, sourceAddress } from "./syslog-senders.ts";
import type { Streams, TlsMaterial } from "./syslog-streams.ts";

export type SyslogProtocol = SyslogOrigin["protocol"];

export type SyslogListener =
  /** `address` is an IP address; "::" takes IPv4 too. `port` 0: any free one. */
  | { readonly protocol: SyslogProtocol; readonly address: string; readonly port: number }
  /** Made by systemd before bailiff started: ports under 1024 without a capability, nothing lost while it restarts. */
  | { readonly protocol: SyslogProtocol; readonly inherited: InheritedSocket };

/** A listener that is open. */
export interface Open {
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

/** What a listener works for. */
export interface ListenerParts {
  /** Of tls listeners. */
  readonly tls: TlsMaterial | undefined;
  readonly senders: readonly SyslogSender[];
  /** Asked of the kernel for each socket of datagrams. */
  readonly receiveBufferBytes: number;
  /** Where connections go. */
  readonly streams: Streams;
  readonly datagram: (bytes: Buffer, from: RemoteInfo) => void;
  /** It was open, and is not any more. */
  readonly broke: (error: BailiffError) => void;
}

/**
 * Opens a listener, and tells `opened` of each socket. A datagram socket on "::" hears IPv6 alone where
 * net.ipv6.bindv6only is set, so that one on 0.0.0.0 stands beside it; those of streams are told to hear both.
 *
 * @throws BailiffError ADDRESS_BUSY, SOURCE_BROKEN, FILE_UNREADABLE, CONFIG_INVALID
 */
export async function openListener(
  listener: SyslogListener,
  parts: ListenerParts,
  opened: (open: Open) => void,
): Promise<void> {
  try {
    const open = listener.protocol === "udp" ? await openUdp(listener, parts) : await openStream(listener, parts);
    opened(open);
    if (listener.protocol !== "udp" || "inherited" in listener || open.address !== "::") return;
    await openBeside({ protocol: "udp", address: "0.0.0.0", port: open.port }, parts, opened);
  } catch (cause) {
    throw cause instanceof BailiffError ? cause : cannotListen(listener, cause);
  }
}

async function openBeside(listener: SyslogListener, parts: ListenerParts, opened: (open: Open) => void): Promise<void> {
  try {
    opened(await openUdp(listener, parts));
  } catch (cause) {
    // Then the one on "::" hears both.
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
  }
}

async function openUdp(listener: SyslogListener, parts: ListenerParts): Promise<Open> {
  const inherited = "inherited" in listener ? listener.inherited : undefined;
  const socket = inherited ? await inherited.datagram() : await bindUdp(listener);
  const onMessage = (bytes: Buffer, from: RemoteInfo) => parts.datagram(bytes, from);
  const onError = (cause: Error) => parts.broke(broke(listener, cause));
  const { address, port } = socket.address();
  if (inherited) checkReach(address, parts.senders);
  const wanted = parts.receiveBufferBytes;
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
    drops: inherited ? (dropsOf(key) ?? 0) : 0,
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

async function openStream(listener: SyslogListener, parts: ListenerParts): Promise<Open> {
  const inherited = "inherited" in listener ? listener.inherited : undefined;
  const material = listener.protocol === "tls" ? readTls(parts.tls) : undefined;
  // TLS takes 5 MB of memory, and most agents have no use for it.
  const tls = material && (await import("node:tls"));
  const server = inherited ? await inherited.server() : await bindStream(listener);
  const { address, port } = server.address() as AddressInfo;
  const onError = (cause: Error) => parts.broke(broke(listener, cause));
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
    if (inherited) checkReach(address, parts.senders);
    server.removeAllListeners("connection");
    if (tls && material) parts.streams.acceptTls(server, material, tls.createServer);
    else parts.streams.acceptTcp(server);
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

/** As an admin would name it: "udp 127.0.0.1:514". */
export function describe(place: SyslogListener | Open): string {
  if ("inherited" in place) return `${place.protocol} socket ${place.inherited.name}`;
  const address = place.address.includes(":") ? `[${place.address}]` : place.address;
  return `${place.protocol} ${address}:${place.port}`;
}

/** @throws BailiffError CONFIG_INVALID where it cannot work, or anybody could accuse anybody. */
export function checkListener(
  listener: SyslogListener,
  options: { readonly tls: TlsMaterial | undefined; readonly senders: readonly SyslogSender[] },
): void {
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
    checkReach(listener.address, options.senders);
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
function checkReach(text: string, senders: readonly SyslogSender[]): void {
  const address = sourceAddress(text);
  if (!address) {
    throw new BailiffError("CONFIG_INVALID", `${JSON.stringify(text)} is not an IP address to listen on`, {
      hint: 'write 127.0.0.1, ::1, an address of this machine, or "::" for all of them',
    });
  }
  if (senders.length > 0 || LOOPBACK.some((network) => contains(network, address))) return;
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
