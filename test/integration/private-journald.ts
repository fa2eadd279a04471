import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const JOURNALD = ["/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald"].find((path) =>
  existsSync(path),
);
const REMOTE = ["/usr/lib/systemd/systemd-journal-remote", "/lib/systemd/systemd-journal-remote"].find((path) =>
  existsSync(path),
);

/** Why no private journald can run here, for a test's `skip`; false when one can. Debian: systemd, util-linux. */
export const noPrivateJournald: string | false =
  process.getuid?.() !== 0
    ? "MISSING: root, to make a mount namespace"
    : !hasOtherUsers()
      ? "MISSING: other users: this user namespace has none to log as"
      : JOURNALD === undefined
        ? "MISSING: systemd-journald (package systemd)"
        : !existsSync("/etc/machine-id")
          ? "MISSING: /etc/machine-id, to mount another over it"
          : missingPrograms(["unshare", "nsenter", "setpriv", "logger", "journalctl", "systemd-cat"]);

/** Why no journal files can be made here; false when they can. Debian: systemd-journal-remote. */
export const noJournalFiles: string | false =
  REMOTE === undefined
    ? "MISSING: systemd-journal-remote (package systemd-journal-remote)"
    : missingPrograms(["journalctl"]);

/** In a user namespace of `unshare --map-root-user` there is root alone. */
function hasOtherUsers(): boolean {
  const [, , count] = readFileSync("/proc/self/uid_map", "utf8").trim().split(/\s+/).map(Number);
  return (count ?? 0) > 65_534;
}

function missingPrograms(names: readonly string[]): string | false {
  const missing = names.filter(
    (name) => !["/usr/bin", "/bin", "/usr/sbin", "/sbin"].some((dir) => runs(`${dir}/${name}`)),
  );
  return missing.length === 0 ? false : `MISSING: ${missing.join(", ")}`;
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the same to a test.
    return false;
  }
}

export interface StartOptions {
  /** Default: persistent. `auto` writes to the volatile directory until `flush`. */
  readonly storage?: "persistent" | "volatile" | "auto";
  /** 32 hex digits; default: the host's. Another one is what a reboot looks like. */
  readonly boot?: string;
  /** Further lines of [Journal]. Rate limits are off by default. */
  readonly settings?: readonly string[];
}

export interface RunOptions {
  /** Default 0. */
  readonly uid?: number;
  /** Put into this cgroup first, so that journald sees its unit: "system.slice/ssh.service". */
  readonly cgroup?: string;
  readonly input?: string | Buffer;
  /** Milliseconds; default a minute. */
  readonly timeout?: number;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A real journald of its own, in its own mount namespace, with its own machine id, directories and sockets; the host's
 * journal and /dev/log are untouched. Any number may run side by side. Make one, `start()` it, and `remove()` it in the
 * end, come what may; it also dies with this process.
 */
export class PrivateJournald {
  readonly root: string;
  readonly machine = randomBytes(16).toString("hex");
  #child: ReturnType<typeof spawn> | undefined;
  #gone: Promise<void> = Promise.resolve();
  readonly #cgroups = new Set<string>();

  private constructor(root: string) {
    this.root = root;
  }

  static async make(): Promise<PrivateJournald> {
    const root = await mkdtemp(join(tmpdir(), "bailiff-journald-"));
    const made = new PrivateJournald(root);
    // Journal files keep their own modes; everybody may look for them, as on a real machine.
    for (const name of ["var", "sockets"]) mkdirSync(join(root, name));
    await run("chmod", ["755", root], {});
    writeFileSync(join(root, "machine-id"), `${made.machine}\n`);
    return made;
  }

  /** What is /var/log/journal/<machine-id> inside. */
  get persistent(): string {
    return join(this.root, "var", this.machine);
  }

  /** What is /run/log/journal/<machine-id> inside: in memory, gone when journald stops, as after a reboot. */
  get volatile(): string {
    return `/proc/${this.pid}/root/run/log/journal/${this.machine}`;
  }

  /** The datagram socket behind /dev/log, as seen from outside: for `logger --socket`. */
  get devLog(): string {
    return join(this.root, "sockets", "dev-log");
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("journald is not running");
    return pid;
  }

  async start(options: StartOptions = {}): Promise<void> {
    const storage = options.storage ?? "persistent";
    const settings = [`Storage=${storage}`, "ReadKMsg=no", "Audit=no", "RateLimitIntervalSec=0", "Compress=no"];
    writeFileSync(
      join(this.root, "journald.conf"),
      ["[Journal]", ...settings, ...(options.settings ?? []), ""].join("\n"),
    );
    if (storage === "persistent") writeFileSync(join(this.root, "sockets", "flushed"), "");
    else await rm(join(this.root, "sockets", "flushed"), { force: true });
    const boot = options.boot?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    writeFileSync(join(this.root, "boot-id"), boot === undefined ? "" : `${boot}\n`);
    const child = spawn(
      "setpriv",
      [
        "--pdeathsig",
        "KILL",
        "unshare",
        "--mount",
        "--propagation",
        "private",
        "sh",
        "-ec",
        INSIDE,
        "sh",
        this.root,
        JOURNALD ?? "",
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    this.#child = child;
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    this.#gone = new Promise((resolve) => child.once("close", () => resolve()));
    for (let tries = 0; tries < 500; tries += 1) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`journald did not start: ${errors}`);
      if (existsSync(join(this.root, "sockets", "io.systemd.journal")) && this.#hasFile()) return;
      await delay(20);
    }
    throw new Error(`journald did not get ready: ${errors}`);
  }

  #hasFile(): boolean {
    return [this.persistent, this.volatile].some((directory) => existsSync(join(directory, "system.journal")));
  }

  /** SIGTERM ends journald in order; SIGKILL leaves its files as a crash does. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.#child?.kill(signal);
    await this.#gone;
    this.#child = undefined;
    for (const name of ["io.systemd.journal", "socket", "stdout", "dev-log"]) {
      await rm(join(this.root, "sockets", name), { force: true });
    }
  }

  /** Begins new files; waits until the old ones are archived. */
  async rotate(): Promise<void> {
    const before = this.archived();
    this.#child?.kill("SIGUSR2");
    for (let tries = 0; tries < 500 && this.archived() === before; tries += 1) await delay(20);
  }

  archived(): number {
    return existsSync(this.persistent) ? readdirSync(this.persistent).filter((name) => name.includes("@")).length : 0;
  }

  /** Deletes archived files but for the newest `files` of all. */
  async vacuum(files: number): Promise<void> {
    const ran = await run("journalctl", ["-q", `--directory=${this.persistent}`, `--vacuum-files=${files}`], {});
    if (ran.code !== 0) throw new Error(`vacuum failed: ${ran.stderr}`);
  }

  /** Moves what is volatile to the persistent directory, as at boot; waits until it is there. */
  async flush(): Promise<void> {
    this.#child?.kill("SIGUSR1");
    for (let tries = 0; tries < 500; tries += 1) {
      if (existsSync(join(this.persistent, "system.journal")) && !existsSync(join(this.volatile, "system.journal")))
        return;
      await delay(20);
    }
    throw new Error("journald did not flush");
  }

  /**
   * One message over /dev/log, as syslog(3) sends it, or many: one a line. Lossless: the socket makes the sender wait. In
   * a cgroup, it lives a moment longer: of a sender that is gone already, journald does not know the unit.
   */
  async log(identifier: string, lines: string | readonly string[], options: RunOptions = {}): Promise<void> {
    const input = typeof lines === "string" ? lines : lines.join("\n");
    const args = ["logger", "--socket", "/run/systemd/journal/dev-log", "--tag", identifier, "--priority", "auth.info"];
    const lingering = options.cgroup === undefined ? [] : ["sh", "-c", '(cat; echo; sleep 0.5) | "$@"', "sh"];
    const ran = await this.run([...lingering, ...args], { ...options, input });
    if (ran.code !== 0) throw new Error(`logger failed: ${ran.stderr}`);
  }

  /** One entry over the native protocol: fields as `NAME=value`, in this order, repeated ones too. */
  async logNative(fields: readonly string[], options: RunOptions = {}): Promise<void> {
    const ran = await this.run(["logger", "--journald"], { ...options, input: `${fields.join("\n")}\n` });
    if (ran.code !== 0) throw new Error(`logger failed: ${ran.stderr}`);
  }

  /** Runs a program where /run/log/journal, /var/log/journal, /dev/log and /etc/machine-id are this journald's. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return run("nsenter", this.insideArguments(argv, options), options);
  }

  /** Arguments for nsenter that do the same; for a test that wants to keep the program at hand. */
  insideArguments(argv: readonly string[], options: RunOptions = {}): string[] {
    const uid = options.uid ?? 0;
    const as = uid === 0 ? [] : ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
    const join =
      options.cgroup === undefined ? [] : ["sh", "-ec", JOIN_CGROUP, "sh", ...this.#cgroup(options.cgroup), "--"];
    return ["--target", String(this.pid), "--mount", "--wd=/", "--", ...join, ...as, ...argv];
  }

  #cgroup(path: string): string[] {
    return cgroupRoots().map((root) => {
      const directory = `${root}/${path}`;
      mkdirSync(directory, { recursive: true });
      this.#cgroups.add(directory);
      return `${directory}/cgroup.procs`;
    });
  }

  async remove(): Promise<void> {
    if (this.#child) await this.stop("SIGKILL");
    await rm(this.root, { recursive: true, force: true });
    for (const directory of this.#cgroups) {
      try {
        rmdirSync(directory);
      } catch {
        // Another test has a process in it; the last to leave removes it.
      }
    }
  }
}

/** Why a program's unit cannot be chosen here; false when it can. */
export function noCgroups(): string | false {
  if (process.getuid?.() !== 0) return "MISSING: root, to make a cgroup";
  const roots = cgroupRoots();
  if (roots.length === 0) return "MISSING: a cgroup hierarchy that systemd's tools know";
  try {
    for (const root of roots) {
      const probe = `${root}/bailiff-probe-${process.pid}`;
      mkdirSync(probe);
      rmdirSync(probe);
    }
    return false;
  } catch (cause) {
    return `MISSING: a writable cgroup hierarchy (${(cause as Error).message})`;
  }
}

/** Where journald looks for a process's unit: the unified hierarchy, or both of the hybrid one. */
function cgroupRoots(): string[] {
  if (existsSync("/sys/fs/cgroup/cgroup.controllers")) return ["/sys/fs/cgroup"];
  return ["/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"].filter((root) => existsSync(`${root}/cgroup.procs`));
}

const JOIN_CGROUP = 'while [ "$1" != -- ]; do echo $$ > "$1"; shift; done; shift; exec "$@"';

// Everything is mounted over a /run, /var/log and /dev of this namespace alone: nothing is made on the host.
const INSIDE = `
root=$1
mount -t tmpfs tmpfs /var/log
mkdir /var/log/journal
mount --bind "$root/var" /var/log/journal
mount --bind "$root/machine-id" /etc/machine-id
[ -s "$root/boot-id" ] && mount --bind "$root/boot-id" /proc/sys/kernel/random/boot_id
# journald removes what it has flushed only where it sees that it is no disk.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/systemd/journal /run/log/journal /run/systemd/journald.conf.d /run/dev
mount --bind "$root/sockets" /run/systemd/journal
cp "$root/journald.conf" /run/systemd/journald.conf.d/test.conf
for name in null zero full random urandom tty ptmx kmsg; do
  [ -e /dev/$name ] && touch /run/dev/$name && mount --bind /dev/$name /run/dev/$name
done
for name in pts shm; do [ -d /dev/$name ] && mkdir /run/dev/$name && mount --rbind /dev/$name /run/dev/$name; done
ln -s /proc/self/fd /run/dev/fd; ln -s fd/0 /run/dev/stdin; ln -s fd/1 /run/dev/stdout; ln -s fd/2 /run/dev/stderr
ln -s /run/systemd/journal/dev-log /run/dev/log
mount --rbind /run/dev /dev
exec "$2"
`;

/** Journal files of any content: `text` is the journal export format, the file `DIRECTORY/NAME.journal`. */
export async function writeJournal(directory: string, name: string, text: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const ran = await run(REMOTE ?? "", ["--output", join(directory, `${name}.journal`), "--split-mode=none", "-"], {
    input: text,
  });
  if (ran.code !== 0) throw new Error(`systemd-journal-remote failed: ${ran.stderr}`);
}

/** One entry in the export format. */
export function exported(fields: Readonly<Record<string, string | number>>): string {
  return `${Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n")}\n\n`;
}

function run(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8" };
    const child = execFile(
      program,
      args,
      { timeout: options.timeout ?? 60_000, killSignal: "SIGKILL", maxBuffer: 64 * 1024 * 1024, env },
      (error, stdout, stderr) => {
        resolve({ code: error ? (typeof error.code === "number" ? error.code : null) : 0, stdout, stderr });
      },
    );
    // A program that does not read its input is no failure of the test.
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input ?? "");
  });
}
