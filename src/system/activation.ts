import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import { createServer, type Server } from "node:net";

/** First descriptor that systemd hands over; see sd_listen_fds(3). */
const FIRST = 3;
const MOST = 64;

export type SocketKind = "udp" | "udp6" | "tcp" | "tcp6" | "unix";

/**
 * A listening socket that systemd made (a .socket unit). Closing its descriptor would lose it for good, so it is opened
 * once and kept: a source that stops takes its listeners off and leaves the socket to the next. What arrives before the
 * next one listens is lost; while the whole program restarts, systemd's own copy of the socket keeps it.
 */
export class InheritedSocket {
  readonly fd: number;
  /** FileDescriptorName= of the socket unit. */
  readonly name: string;
  /** Undefined when it is no socket of these kinds. */
  readonly kind: SocketKind | undefined;
  readonly inode: string | undefined;
  #datagram: Promise<Socket> | undefined;
  #server: Promise<Server> | undefined;

  constructor(fd: number, name: string) {
    this.fd = fd;
    this.name = name;
    this.inode = inodeOf(fd);
    this.kind = this.inode === undefined ? undefined : kindOf(this.inode);
  }

  /** The socket, bound and reading. Rejects when the descriptor is no UDP socket. */
  datagram(): Promise<Socket> {
    this.#datagram ??= (async () => {
      const socket = createSocket(this.kind === "udp" ? "udp4" : "udp6");
      const listening = once(socket, "listening");
      socket.bind({ fd: this.fd });
      await listening;
      // Whoever reads from it listens for errors; in between nobody would, and an unheard error ends the process.
      socket.on("error", () => {});
      return socket;
    })();
    return this.#datagram;
  }

  /** The server, listening. Rejects when the descriptor is no stream socket. */
  server(): Promise<Server> {
    this.#server ??= (async () => {
      const server = createServer();
      const listening = once(server, "listening");
      server.listen({ fd: this.fd });
      await listening;
      server.on("error", () => {});
      return server;
    })();
    return this.#server;
  }

  /**
   * For the end of the program, as soon as it is known: from then on systemd's own copy gathers for the next, while what
   * this one still took in would be lost. And an open socket would hold up the end.
   */
  async close(): Promise<void> {
    const opened = [this.#datagram, this.#server] as const;
    this.#datagram = undefined;
    this.#server = undefined;
    // What could not be opened holds up nothing.
    const [datagram, server] = await Promise.allSettled(opened);
    if (datagram.status === "fulfilled") datagram.value?.close();
    if (server.status === "fulfilled") server.value?.close();
  }
}

/**
 * The sockets handed to this process by systemd, in the order of their descriptors, which is not that of the unit file:
 * go by name. Empty when there are none, or when LISTEN_PID says that they are meant for another process.
 */
export function inheritedSockets(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): readonly InheritedSocket[] {
  if (env.LISTEN_PID !== String(pid)) return [];
  const count = Number(env.LISTEN_FDS);
  if (!Number.isInteger(count) || count < 1 || count > MOST) return [];
  const names = (env.LISTEN_FDNAMES ?? "").split(":");
  return Array.from({ length: count }, (_, at) => new InheritedSocket(FIRST + at, names[at] || "unknown"));
}

function inodeOf(fd: number): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
  } catch {
    // Not open, or no /proc: then it is no socket that could be used.
    return undefined;
  }
}

function kindOf(inode: string): SocketKind | undefined {
  for (const kind of ["udp", "udp6", "tcp", "tcp6", "unix"] as const) {
    const column = kind === "unix" ? 6 : 9;
    let table: string;
    try {
      table = readFileSync(`/proc/self/net/${kind}`, "latin1");
    } catch {
      // A kernel without IPv6 has no such table.
      continue;
    }
    if (table.split("\n").some((line) => line.trim().split(/\s+/)[column] === inode)) return kind;
  }
  return undefined;
}
