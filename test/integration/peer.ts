/** What one end of a wire can do: serve, connect, send. Loaded by worker.ts inside a namespace. */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, connect as dial, isIPv6, type Socket } from "node:net";

export interface Way {
  /** Own address to speak from; it must be one of this namespace's. */
  readonly from?: string;
  readonly to: string;
  readonly port: number;
  /** How long to wait before it counts as silent. */
  readonly waitMs?: number;
}

/** `refused`: a reset in answer to the first packet. `unreachable`: the network said so (ICMP). */
export type Contact = "open" | "silent" | "refused" | "unreachable";

/** Every connection gets back what it sends. IPv4 and IPv6. */
export async function serveTcp(port: number): Promise<void> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
  server.listen(port, "::");
  await once(server, "listening");
}

const udpServers = new Map<number, { packets: number; answer: () => void }>();

/** Every datagram is counted, and sent back. IPv4 and IPv6. */
export async function serveUdp(port: number): Promise<void> {
  const count = { packets: 0, answer: (): void => undefined };
  const socket = createSocket({ type: "udp6", reuseAddr: true, recvBufferSize: 4 * 1024 * 1024 });
  socket.on("message", (data, sender) => {
    count.packets += 1;
    // What cannot be sent back is the asker's loss: it sees silence.
    count.answer = () => socket.send(data, sender.port, sender.address, () => undefined);
    count.answer();
  });
  socket.bind(port, "::");
  await once(socket, "listening");
  udpServers.set(port, count);
}

/** Sends back once more what came last. */
export function answerAgain(port: number): void {
  udpServers.get(port)?.answer();
}

/** Datagrams that reached `port` since it was served. */
export function received(port: number): number {
  return udpServers.get(port)?.packets ?? 0;
}

/** Tries to open a TCP connection and closes it again. */
export async function connect(way: Way): Promise<Contact> {
  const { contact, socket } = await opened(way);
  socket.destroy();
  return contact;
}

const held = new Map<number, Socket>();

/** Opens a TCP connection and keeps it. Fails when it does not open. */
export async function hold(way: Way): Promise<number> {
  const { contact, socket } = await opened({ waitMs: 5000, ...way });
  if (contact !== "open") throw new Error(`${way.to} port ${way.port} is ${contact}`);
  const id = held.size + 1;
  held.set(id, socket);
  return id;
}

/** Sends a word over a kept connection; tells whether it came back, nothing did, or the connection was reset. */
export async function echo(id: number, waitMs = 250): Promise<"echo" | "silent" | "reset"> {
  const socket = held.get(id);
  if (!socket) throw new Error(`no connection ${id}`);
  if (socket.destroyed) return "reset";
  const word = `${id}-${Math.random().toString(36).slice(2)};`;
  const { promise, resolve } = Promise.withResolvers<"echo" | "silent" | "reset">();
  let seen = "";
  const onData = (data: Buffer): void => {
    seen += data.toString("latin1");
    if (seen.includes(word)) resolve("echo");
  };
  const onClose = (): void => resolve("reset");
  socket.on("data", onData).on("close", onClose);
  const timer = setTimeout(() => resolve("silent"), waitMs);
  socket.write(word);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.off("data", onData).off("close", onClose);
  }
}

/** Sends one datagram of `bytes` (fragmented when larger than the wire carries); true when it came back. */
export async function datagram(way: Way, bytes = 16): Promise<boolean> {
  const socket = await bound(way);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.on("message", () => resolve(true));
  // An ICMP error or a refusal by our own kernel: nothing came back either way.
  socket.on("error", () => resolve(false));
  const timer = setTimeout(() => resolve(false), way.waitMs ?? 250);
  socket.send(Buffer.alloc(bytes, "x"), way.port, way.to, (error) => {
    if (error) resolve(false);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

/** Sends each text as one datagram, in order, and waits for no answer. */
export async function sendTexts(way: Way, texts: readonly string[]): Promise<void> {
  const socket = await bound(way);
  for (const text of texts) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.send(text, way.port, way.to, (error) => (error ? reject(error) : resolve()));
    await promise;
  }
  socket.close();
}

let flooding: { readonly socket: UdpSocket; readonly timer: NodeJS.Timeout; sent: number } | undefined;

/** Sends datagrams without a pause, some thousand a second, until `calm`. */
export async function flood(way: Way): Promise<void> {
  if (flooding) throw new Error("already flooding");
  const socket = await bound(way);
  socket.on("error", () => undefined); // An ICMP error does not stop an attacker.
  const payload = Buffer.from("flood");
  const state = {
    socket,
    sent: 0,
    timer: setInterval(() => {
      for (let at = 0; at < 4; at += 1) {
        socket.send(payload, way.port, way.to, (error) => {
          if (!error) state.sent += 1;
        });
      }
    }, 1),
  };
  flooding = state;
}

/** Datagrams sent so far by the flood. */
export function flooded(): number {
  return flooding?.sent ?? 0;
}

/** Ends the flood; how many datagrams left. */
export function calm(): number {
  if (!flooding) return 0;
  clearInterval(flooding.timer);
  flooding.socket.close();
  const { sent } = flooding;
  flooding = undefined;
  return sent;
}

async function opened(way: Way): Promise<{ contact: Contact; socket: Socket }> {
  const socket = dial({ host: way.to, port: way.port, ...(way.from === undefined ? {} : { localAddress: way.from }) });
  const { promise, resolve } = Promise.withResolvers<Contact>();
  socket.on("connect", () => resolve("open"));
  socket.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNREFUSED" || error.code === "ECONNRESET") resolve("refused");
    else if (error.code === "ETIMEDOUT") resolve("silent");
    else if (error.code === "EHOSTUNREACH" || error.code === "ENETUNREACH" || error.code === "EACCES")
      resolve("unreachable");
    // Anything else (no such own address) is a mistake of the test and must not look like a ban.
    else resolve(`${error.code}` as Contact);
  });
  const timer = setTimeout(() => resolve("silent"), way.waitMs ?? 250);
  const contact = await promise;
  clearTimeout(timer);
  return { contact, socket };
}

async function bound(way: Way): Promise<UdpSocket> {
  const socket = createSocket(isIPv6(way.to) ? "udp6" : "udp4");
  socket.bind(0, way.from);
  await once(socket, "listening");
  return socket;
}
