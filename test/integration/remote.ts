import { type ChildProcess, spawn } from "node:child_process";
import { BailiffError, isErrorCode } from "../../src/errors.ts";

/** What a module exports, as it is called from another process. */
export type Called<M> = {
  readonly [K in keyof M]: M[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

interface Answer {
  readonly ready?: true;
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: {
    readonly message: string;
    readonly stack?: string;
    readonly code?: string;
    readonly hint?: string;
  };
}

export interface Remote<M> {
  readonly call: Called<M>;
  /** Of the process that runs the module: `nsenter` and `setpriv` replace themselves by it. */
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Ends the process; safe to repeat. */
  close(): Promise<void>;
}

/**
 * Starts a process behind `prefix` (a program and its arguments that end in running another: nsenter, setpriv) that loads
 * `module` and answers calls. It ends with the test, even when that is killed: its channel closes.
 */
export async function remote<M>(prefix: readonly string[], module: URL): Promise<Remote<M>> {
  const worker = new URL("worker.ts", import.meta.url).pathname;
  const [program = "", ...args] = [...prefix, process.execPath, worker, module.href];
  const child = spawn(program, args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    serialization: "advanced",
    // Not the runner's own settings: a nested process would believe itself a test file.
    env: { PATH: process.env.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/" },
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const { promise: ready, resolve: isReady, reject: notReady } = Promise.withResolvers<void>();
  const { promise: gone, resolve: isGone } = Promise.withResolvers<void>();
  const lost = (why: string): void => {
    const error = new Error(`the process of ${module.pathname} ${why}`);
    notReady(error);
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
    isGone();
  };
  child.on("error", (error) => lost(`could not be started: ${error.message}`));
  child.on("exit", (code, signal) => lost(`ended: ${signal ?? code}`));
  child.on("message", (answer: Answer) => {
    if (answer.ready) return isReady();
    const call = waiting.get(answer.id ?? -1);
    waiting.delete(answer.id ?? -1);
    if (!answer.error) return call?.resolve(answer.result);
    call?.reject(rebuilt(answer.error));
  });
  await ready;
  return { call: caller<M>(child, waiting), pid: child.pid ?? -1, kill: (signal) => void child.kill(signal), close };

  async function close(): Promise<void> {
    child.kill("SIGKILL");
    await gone;
  }
}

function caller<M>(
  child: ChildProcess,
  waiting: Map<number, { resolve(value: unknown): void; reject(error: Error): void }>,
) {
  let last = 0;
  return new Proxy({} as object, {
    get: (_, name) => {
      // A proxy that had a `then` would be taken for a promise by await.
      if (typeof name !== "string" || name === "then") return undefined;
      return (...args: unknown[]) => {
        const { promise, resolve, reject } = Promise.withResolvers<unknown>();
        last += 1;
        waiting.set(last, { resolve, reject });
        child.send({ id: last, name, args }, (error) => {
          if (error) reject(error);
        });
        return promise;
      };
    },
  }) as Called<M>;
}

function rebuilt(told: NonNullable<Answer["error"]>): Error {
  if (told.code !== undefined && isErrorCode(told.code)) {
    return new BailiffError(told.code, told.message, told.hint === undefined ? {} : { hint: told.hint });
  }
  const error = new Error(told.message);
  if (told.stack !== undefined) error.stack = told.stack;
  return error;
}
