import { writeSync } from "node:fs";
import { findProgram, run } from "./exec.ts";

/** Tells systemd how the service is (sd_notify(3)). Does nothing outside systemd. */
export interface Notify {
  /** How often WATCHDOG=1 is due, in milliseconds; undefined when no watchdog is asked for. */
  readonly watchdogMs: number | undefined;
  send(...assignments: readonly string[]): void;
}

/**
 * Node has no datagram Unix sockets. A connected one comes from systemd 254 on (OpenFile=/run/systemd/notify:notify);
 * elsewhere the program systemd-notify does it, one run at a time, the latest state last.
 */
export function makeNotify(env: NodeJS.ProcessEnv, fd: number | undefined): Notify {
  const usec = Number(env.WATCHDOG_USEC);
  const watchdogMs = Number.isFinite(usec) && usec > 0 ? usec / 1000 : undefined;
  const socket = env.NOTIFY_SOCKET;
  if (fd !== undefined) return { watchdogMs, send: (...assignments) => void writeSync(fd, assignments.join("\n")) };
  const helper = socket === undefined ? undefined : findProgram("systemd-notify");
  if (socket === undefined || helper === undefined) return { watchdogMs, send: () => {} };
  let last: Promise<unknown> = Promise.resolve();
  const send = (...assignments: readonly string[]): void => {
    last = last.then(() => run(helper, assignments, { timeoutMs: 5000, env: { NOTIFY_SOCKET: socket } }));
  };
  return { watchdogMs, send };
}
