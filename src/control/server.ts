import { chmodSync, lstatSync, mkdirSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { BailiffError } from "../errors.ts";
import { type Answer, failure, MAX_REQUEST_BYTES, QUESTIONS, type Request } from "./protocol.ts";
import { decode } from "./request.ts";

/** The control socket. Who may connect is decided by the file's and its folder's permissions, as nothing else can be. */

const MAX_CONNECTIONS = 32;
const IDLE_MS = 10_000;
/** Requests of one connection that wait for their answers; what comes then stays with the kernel, and its sender waits. */
const MAX_PENDING = 8;
/** Answers written and not yet read, per connection, before it is cut off. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;

export interface ServerOptions {
  /** Path to make the socket at, or the descriptor of one that systemd passed. */
  readonly at: { readonly path: string } | { readonly fd: number };
  /** Permissions of a socket made here: 0o660, or 0o666 for questions only. */
  readonly mode: number;
  /** Take commands that change nothing, and no others. */
  readonly questionsOnly: boolean;
  readonly answer: (request: Request) => Promise<unknown>;
}

export interface ControlServer {
  close(): Promise<void>;
}

/**
 * Throws ALREADY_RUNNING when another agent answers at the path, CONTROL_REFUSED when one that is there may not be asked,
 * CONTROL_BROKEN when it cannot be made.
 */
export async function listen(options: ServerOptions): Promise<ControlServer> {
  const sockets = new Set<Socket>();
  // Half open: who has asked and closed its end, as `nc -N` does, still gets the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    serve(socket, options);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const { at } = options;
  if ("path" in at) await claim(at.path);
  // The socket must never be wider open than meant, not even for a moment.
  const mask = process.umask(0o777 & ~options.mode);
  try {
    await bind(server, at);
    if ("path" in at) chmodSync(at.path, options.mode);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new BailiffError(
      "CONTROL_BROKEN",
      `cannot make the control socket${"path" in at ? ` ${at.path}` : ""}: ${code}`,
      {
        cause,
        hint: "its folder must exist and be writable: the systemd unit makes /run/bailiff; else set control.socket",
      },
    );
  } finally {
    process.umask(mask);
  }
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function bind(server: Server, at: ServerOptions["at"]): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(at, () => resolve());
  });
}

/** Makes the way free: a socket nobody answers on was left by an agent that was killed. */
async function claim(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  let kind: ReturnType<typeof lstatSync> | undefined;
  try {
    kind = lstatSync(path);
  } catch {
    // Nothing is there: the usual case.
    return;
  }
  if (!kind.isSocket()) {
    throw new BailiffError("CONTROL_BROKEN", `${path} is there and is no socket`, {
      hint: "remove it, or set control.socket",
    });
  }
  if (await answers(path)) {
    throw new BailiffError("ALREADY_RUNNING", `another bailiff is running: it answers on ${path}`, {
      hint: "use it (`bailiff status`), or stop it first (`systemctl stop bailiff`)",
    });
  }
  unlinkSync(path);
}

/** Whether anybody listens there cannot be known. */
function notOurs(path: string, cause: Error): BailiffError {
  return new BailiffError("CONTROL_REFUSED", `${path} is another user's socket, and may not be asked who has it`, {
    cause,
    hint: "stop the bailiff that has it, or remove it if none does (it was killed); else set control.socket",
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect(path);
    const end = (alive: boolean): void => {
      probe.destroy();
      resolve(alive);
    };
    probe.once("connect", () => end(true));
    probe.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EACCES") reject(notOurs(path, error));
      else end(error.code !== "ECONNREFUSED" && error.code !== "ENOENT");
    });
    probe.setTimeout(2000, () => end(true));
  });
}

function serve(socket: Socket, options: ServerOptions): void {
  let waiting = "";
  let pending = 0;
  let ended = false;
  let deadline: NodeJS.Timeout | undefined;
  // One request after the other: answers come in the order of the questions.
  let last = Promise.resolve();
  const reply = (answer: Answer): void => {
    if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`);
    if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
  };
  // Where the agent itself was held up for so long, the rest may have come and only not be read yet: that is done first.
  const untilLate = (): NodeJS.Timeout => {
    const late = setTimeout(() => {
      setImmediate(() => {
        if (deadline === late) socket.destroy();
      });
    }, IDLE_MS);
    return late;
  };
  const hangUp = (answer?: Answer): void => {
    socket.removeAllListeners("data");
    last = last.then(() => {
      if (answer) reply(answer);
      socket.end(() => socket.destroy());
    });
  };
  const take = (line: string): void => {
    pending += 1;
    last = last
      .then(() => handle(line, options))
      .then((answer) => {
        pending -= 1;
        reply(answer);
        read();
      });
  };
  /** Takes on what has come, as far as it may be now. */
  const read = (): void => {
    for (let end = waiting.indexOf("\n"); end >= 0 && pending < MAX_PENDING; end = waiting.indexOf("\n")) {
      take(waiting.slice(0, end));
      waiting = waiting.slice(end + 1);
      clearTimeout(deadline);
      deadline = undefined;
    }
    // Whoever sends a byte now and then is not idle, and yet asks nothing.
    if (waiting !== "" && pending === 0) deadline ??= untilLate();
    if (pending >= MAX_PENDING) socket.pause();
    else if (Buffer.byteLength(waiting) > MAX_REQUEST_BYTES) hangUp(TOO_LONG);
    else if (ended) hangUp();
    else socket.resume();
  };
  socket.setEncoding("utf8");
  socket.on("error", () => socket.destroy());
  socket.on("close", () => clearTimeout(deadline));
  // An answer may take its time, a question may not.
  socket.setTimeout(IDLE_MS, () => {
    const heard = socket.bytesRead;
    setImmediate(() => {
      if (pending === 0 && socket.bytesRead === heard) socket.destroy();
    });
  });
  socket.on("data", (chunk: string) => {
    waiting += chunk;
    read();
  });
  socket.on("end", () => {
    ended = true;
    read();
  });
}

const TOO_LONG = failure(
  new BailiffError("INPUT_INVALID", `a request is longer than ${MAX_REQUEST_BYTES} bytes`, {
    hint: "send less at a time",
  }),
);

async function handle(line: string, options: ServerOptions): Promise<Answer> {
  try {
    const request = decode(line);
    if (options.questionsOnly && !QUESTIONS.has(request.command)) {
      throw new BailiffError("CONTROL_REFUSED", `${request.command} is not taken on this socket`, {
        hint: "it answers questions only; be root or a member of group bailiff",
      });
    }
    return { ok: true, result: (await options.answer(request)) ?? null };
  } catch (error) {
    return failure(error);
  }
}
