import type { FilterOutline } from "../config/filters.ts";
import type { Config } from "../config/resolve.ts";
import { Daemon } from "../daemon/daemon.ts";
import { LineLog, type Style } from "../log/log.ts";
import { LineWriter } from "../log/writer.ts";
import { inheritedSockets } from "../system/activation.ts";
import { bootId, sinceBoot, systemClock } from "../system/clock.ts";
import { makeNotify } from "../system/notify.ts";
import { VERSION } from "./version.ts";

export interface RunOptions {
  readonly config: Config;
  readonly reread: () => Config;
  readonly known: (config: Config) => readonly FilterOutline[];
  readonly dryRun: boolean;
  readonly log: "auto" | "text" | "json" | "systemd";
}

/** `bailiff run`: the agent in the foreground, until SIGTERM or SIGINT. SIGHUP reloads. */
export async function runAgent(options: RunOptions): Promise<void> {
  const { env } = process;
  const lines = new LineWriter((text) => void process.stderr.write(text));
  // However it ends: what was told is out.
  process.on("exit", () => lines.flush());
  const log = new LineLog({
    style: styleOf(options.log),
    level: options.config.logLevel,
    write: (line) => lines.write(line),
    now: () => systemClock.now(),
  });
  const sockets = inheritedSockets(env, process.pid);
  // What was asked for while it opened is done once it runs.
  let asked = false;
  let reload = (): void => {
    asked = true;
  };
  process.on("SIGHUP", () => reload());
  const notifySocket = sockets.find(({ name }) => name === "notify");
  const stop = new AbortController();
  const daemon = await Daemon.open({
    config: options.config,
    reread: options.reread,
    known: options.known,
    version: VERSION,
    dryRun: options.dryRun,
    log,
    setLogLevel: (level) => log.setLevel(level),
    clock: systemClock,
    notify: makeNotify(env, notifySocket?.fd),
    sockets,
    random: Math.random,
    sinceBoot,
    bootId: bootId(),
    ...(env.RUNTIME_DIRECTORY === undefined ? {} : { runtimeDirectory: env.RUNTIME_DIRECTORY.split(":")[0] ?? "" }),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    // `on`, never `once`: execa's own listener ends the process when it finds itself the last.
    process.on(signal, () => {
      if (stop.signal.aborted) return;
      daemon.announceStop(signal);
      stop.abort();
      // Whatever hangs, systemd must not have to kill us: bans are in the kernel and written.
      setTimeout(() => process.kill(process.pid, "SIGKILL"), 10_000).unref();
    });
  }
  reload = () => void daemon.reloadBySignal();
  if (asked) reload();
  try {
    await daemon.run(stop.signal);
  } finally {
    await Promise.all(sockets.map((socket) => socket.close()));
  }
}

function styleOf(asked: RunOptions["log"]): Style {
  if (asked !== "auto") return asked;
  // JOURNAL_STREAM: our standard error goes to the journal (systemd.exec(5)).
  if (process.env.JOURNAL_STREAM !== undefined) return "systemd";
  return process.stderr.isTTY && process.env.NO_COLOR === undefined ? "color" : "text";
}
