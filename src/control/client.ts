import { connect } from "node:net";
import { BailiffError, isErrorCode } from "../errors.ts";
import { type Answer, MAX_ANSWER_BYTES, type Request } from "./protocol.ts";

/** Asks the agent and gives its result. Throws what the agent refused with, or NOT_RUNNING, CONTROL_REFUSED. */
export async function ask(path: string, request: Request, timeoutMs = 60_000): Promise<unknown> {
  const line = await exchange(path, `${JSON.stringify(request)}\n`, timeoutMs);
  let answer: Answer;
  try {
    answer = JSON.parse(line) as Answer;
  } catch (cause) {
    throw new BailiffError("CONTROL_BROKEN", "the agent's answer is not JSON", {
      cause,
      hint: `is ${path} bailiff's socket?`,
    });
  }
  if (answer.ok) return answer.result;
  const { code, message, hint } = answer.error;
  throw new BailiffError(isErrorCode(code) ? code : "INTERNAL", message, hint === undefined ? {} : { hint });
}

function exchange(path: string, line: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const socket = connect(path);
    const fail = (error: BailiffError): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(timeoutMs, () =>
      fail(
        new BailiffError("CONTROL_BROKEN", `the agent did not answer within ${timeoutMs / 1000} s`, {
          hint: "look at `journalctl -u bailiff`",
        }),
      ),
    );
    socket.once("error", (cause: NodeJS.ErrnoException) => fail(connectError(path, cause)));
    socket.once("connect", () => socket.write(line));
    socket.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES)
        return fail(new BailiffError("CONTROL_BROKEN", "the agent's answer is too long", { hint: "ask for one jail" }));
      chunks.push(chunk);
      if (chunk.at(-1) !== 0x0a) return;
      socket.destroy();
      resolve(Buffer.concat(chunks).toString("utf8"));
    });
    socket.once("end", () =>
      fail(
        new BailiffError("CONTROL_BROKEN", "the agent hung up without an answer", {
          hint: "look at `journalctl -u bailiff`",
        }),
      ),
    );
  });
}

function connectError(path: string, cause: NodeJS.ErrnoException): BailiffError {
  if (cause.code === "EACCES" || cause.code === "EPERM") {
    return new BailiffError("CONTROL_REFUSED", `not allowed to use ${path}`, {
      cause,
      hint: "be root, or a member of group bailiff",
    });
  }
  if (cause.code === "ENOENT" || cause.code === "ECONNREFUSED") {
    return new BailiffError("NOT_RUNNING", `bailiff is not running: nobody answers on ${path}`, {
      cause,
      hint: "start it with `systemctl start bailiff`, or name its socket with --socket",
    });
  }
  return new BailiffError("CONTROL_BROKEN", `cannot talk to the agent on ${path}: ${cause.code}`, {
    cause,
    hint: "look at `journalctl -u bailiff`",
  });
}
