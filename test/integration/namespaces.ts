/**
 * A small internet for one test file: a host to be guarded, an attacker, a bystander and a container behind the host,
 * each in its own network namespace. The namespaces have no names and belong to processes that end with the test, even
 * when it is killed, so nothing can be left behind and any number of tests run side by side.
 *
 *     attacker 10.77.1.2 .3, 10.77.11.2          ─┐
 *              fd77:0:0:1::2 ::abcd               │
 *              fd77:0:0:11::2 ::3, fd77:0:0:12::2 ├─ host 10.77.N.1, fd77:0:0:N::1 ── container 10.77.3.2, fd77:0:0:3::2
 *     bystander 10.77.2.2, fd77:0:0:2::2         ─┘        port 8080 is the container's port 80
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import { findProgram } from "../../src/system/exec.ts";
import type * as peer from "./peer.ts";
import { type Called, type Remote, remote } from "./remote.ts";

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Namespace {
  readonly pid: number;
  /** Put before a program's words, it runs that program in here. */
  readonly prefix: readonly string[];
  /** Runs a program in here and fails with its words when it fails. `input` goes to its standard input, by a pipe. */
  run(words: readonly string[], input?: string): Promise<string>;
  /** Like `run`, but a failure is an answer. */
  attempt(words: readonly string[], input?: string): Promise<Result>;
  /** Nodes of the tests in here: serve, connect, send. Started at the first use. */
  peer(): Promise<Called<typeof peer>>;
  /** A process in here that answers calls of a module's exports. Ends with the lab. */
  load<M>(module: URL, through?: readonly string[]): Promise<Remote<M>>;
}

export interface Lab {
  readonly host: Namespace;
  readonly attacker: Namespace;
  readonly bystander: Namespace;
  readonly container: Namespace;
  close(): Promise<void>;
}

/** Addresses of the lab, by who has them. */
export const HOST = { ip: "10.77.1.1", ip6: "fd77:0:0:1::1" } as const;
/** The host as the bystander reaches it. */
export const HOST_SEEN_BY_BYSTANDER = { ip: "10.77.2.1", ip6: "fd77:0:0:2::1" } as const;
export const ATTACKER = {
  ip: "10.77.1.2",
  /** Another address of the same /24. */
  sibling: "10.77.1.3",
  /** Of another /24. */
  elsewhere: "10.77.11.2",
  ip6: "fd77:0:0:11::2",
  /** Another address of the same /64. */
  sibling6: "fd77:0:0:11::3",
  /** Of another /64. */
  elsewhere6: "fd77:0:0:12::2",
  /** On the wire's own /64, where neighbour discovery happens. */
  onLink6: "fd77:0:0:1::2",
} as const;
export const BYSTANDER = { ip: "10.77.2.2", ip6: "fd77:0:0:2::2" } as const;
export const CONTAINER = { ip: "10.77.3.2", ip6: "fd77:0:0:3::2", published: 8080, port: 80 } as const;

/** Why no lab can be made here; undefined when one can. */
export function labMissing(): string | undefined {
  const missing = ["ip", "unshare", "nsenter", "cat", "nft"].filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  return process.getuid?.() === 0 ? undefined : "network namespaces need root";
}

/**
 * `userNamespace`: the whole lab belongs to a user namespace of its own, as in a rootless container: root in there is
 * nobody outside, and may not force socket buffers.
 */
export async function makeLab(options: { readonly userNamespace?: boolean } = {}): Promise<Lab> {
  const open: Place[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.map((place) => place.close()));
  };
  try {
    const host = await Place.make([], options.userNamespace === true);
    open.push(host);
    for (let at = 0; at < 3; at += 1) open.push(await Place.make(host.userPrefix, false));
    const [, attacker, bystander, container] = open;
    if (!attacker || !bystander || !container) throw new Error("a namespace is missing");
    await wire(host, { attacker, bystander, container });
    return { host, attacker, bystander, container, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A host without neighbours: a namespace with a loopback alone, for what needs no wire. */
export async function makeHost(): Promise<Namespace & { close(): Promise<void> }> {
  const place = await Place.make([], false);
  await place.run([path("ip"), "link", "set", "lo", "up"]);
  return place;
}

class Place implements Namespace {
  readonly pid: number;
  /** Enters the user namespace only, for making more network namespaces in it. */
  readonly userPrefix: readonly string[];
  readonly prefix: readonly string[];
  readonly #holder: ReturnType<typeof spawn>;
  readonly #remotes: Remote<unknown>[] = [];
  #peer: Promise<Remote<typeof peer>> | undefined;

  private constructor(holder: ReturnType<typeof spawn>, userPrefix: readonly string[], ownUser: boolean) {
    this.#holder = holder;
    this.pid = holder.pid ?? -1;
    const target = ["--target", String(this.pid)];
    this.userPrefix = ownUser ? [path("nsenter"), ...target, "--user", "--preserve-credentials", "--"] : userPrefix;
    const user = this.userPrefix.length > 0 ? ["--user", "--preserve-credentials"] : [];
    this.prefix = [path("nsenter"), ...target, ...user, "--net", "--"];
  }

  static async make(userPrefix: readonly string[], ownUser: boolean): Promise<Place> {
    const user = ownUser ? ["--user", "--map-root-user"] : [];
    const [program = "", ...args] = [...userPrefix, path("unshare"), ...user, "--net", path("cat")];
    // `cat` holds the namespace until its input ends, which happens however this process ends.
    const holder = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    holder.stdin.on("error", () => undefined); // It may be gone already when the test ends.
    holder.stdin.write("ready\n");
    const answered = await Promise.race([
      once(holder.stdout, "data").then(() => true),
      once(holder, "exit").then(() => false),
    ]);
    if (!answered) throw new Error("cannot make a namespace");
    return new Place(holder, userPrefix, ownUser);
  }

  attempt(words: readonly string[], input = ""): Promise<Result> {
    const [program = "", ...args] = [...this.prefix, ...words];
    const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8" };
    return new Promise((resolve) => {
      const options = { env, maxBuffer: 256 * 1024 * 1024, timeout: 60_000, killSignal: "SIGKILL" } as const;
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr: stderr === "" && error !== null ? error.message : stderr });
      });
      child.stdin?.on("error", () => undefined); // The program ended without reading all of it: its status tells.
      child.stdin?.end(input);
    });
  }

  async run(words: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.attempt(words, input);
    if (code !== 0) throw new Error(`${words.join(" ").slice(0, 200)}: ${stderr.trim()} (status ${code})`);
    return stdout;
  }

  async peer(): Promise<Called<typeof peer>> {
    this.#peer ??= this.load<typeof peer>(new URL("peer.ts", import.meta.url));
    return (await this.#peer).call;
  }

  async load<M>(module: URL, through: readonly string[] = []): Promise<Remote<M>> {
    const made = await remote<M>([...this.prefix, ...through], module);
    this.#remotes.push(made as Remote<unknown>);
    return made;
  }

  async close(): Promise<void> {
    await Promise.all(this.#remotes.map((made) => made.close()));
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    // What an agent that was killed had started (nft monitor, ip monitor) says nothing any more, so it would never end.
    for (const pid of inNamespaceOf(this.pid)) end(pid);
    const gone = once(this.#holder, "exit");
    this.#holder.kill("SIGKILL");
    await gone;
  }
}

async function wire(
  host: Namespace,
  others: { readonly attacker: Namespace; readonly bystander: Namespace; readonly container: Namespace },
): Promise<void> {
  const ends = [
    { name: "attacker", place: others.attacker, net: 1 },
    { name: "bystander", place: others.bystander, net: 2 },
    { name: "container", place: others.container, net: 3 },
  ];
  const batch = (lines: readonly string[]): [string[], string] => [["ip", "-batch", "-"], `${lines.join("\n")}\n`];
  // Veth pairs have no hardware to wait for, and duplicate address detection would make the first second unreachable.
  await host.run(
    ...batch([
      "link set lo up",
      ...ends.flatMap(({ name, place, net }) => [
        `link add ${name} type veth peer name eth0 netns ${place.pid}`,
        `addr add 10.77.${net}.1/24 dev ${name}`,
        `addr add fd77:0:0:${net}::1/64 dev ${name} nodad`,
        `link set ${name} up`,
      ]),
    ]),
  );
  for (const { place, net } of ends) {
    await place.run(
      ...batch([
        "link set lo up",
        `addr add 10.77.${net}.2/24 dev eth0`,
        `addr add fd77:0:0:${net}::2/64 dev eth0 nodad`,
        "link set eth0 up",
        `route add default via 10.77.${net}.1`,
        `route add default via fd77:0:0:${net}::1`,
      ]),
    );
  }
  await others.attacker.run(
    ...batch([
      `addr add ${ATTACKER.sibling}/24 dev eth0`,
      `addr add ${ATTACKER.elsewhere}/32 dev eth0`,
      "addr add fd77:0:0:1::abcd/64 dev eth0 nodad",
      `addr add ${ATTACKER.ip6}/128 dev eth0 nodad`,
      `addr add ${ATTACKER.sibling6}/128 dev eth0 nodad`,
      `addr add ${ATTACKER.elsewhere6}/128 dev eth0 nodad`,
    ]),
  );
  await host.run(
    ...batch([
      `route add 10.77.11.0/24 via ${ATTACKER.ip}`,
      `route add fd77:0:0:11::/64 via ${ATTACKER.onLink6}`,
      `route add fd77:0:0:12::/64 via ${ATTACKER.onLink6}`,
    ]),
  );
  for (const name of ["ipv4/ip_forward", "ipv6/conf/all/forwarding"]) {
    await host.run([path("tee"), `/proc/sys/net/${name}`], "1\n");
  }
}

/** Publishes the container's port on the host, as container engines do: by destination NAT. With nft. */
export async function publish(lab: Lab): Promise<void> {
  const { ip, ip6, port, published } = CONTAINER;
  await lab.host.run(
    readByNft(),
    `table ip engine {
       chain pre {
         type nat hook prerouting priority -100;
         tcp dport ${published} dnat to ${ip}:${port}
       }
     }
     table ip6 engine {
       chain pre {
         type nat hook prerouting priority -100;
         tcp dport ${published} dnat to [${ip6}]:${port}
       }
     }\n`,
  );
}

/** Has nft read its standard input, which nft before 1.0 opens anew: it must be a pipe, not the socket that Node makes. */
export function readByNft(): readonly string[] {
  return ["/bin/sh", "-c", `cat | ${path("nft")} -f -`];
}

function path(name: string): string {
  const found = findProgram(name);
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}

/** The other processes in the network namespace of a process. */
function inNamespaceOf(holder: number): number[] {
  const namespace = namespaceOf(holder);
  if (namespace === undefined || namespace === namespaceOf(process.pid)) return [];
  const pids = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  return pids.filter((pid) => pid !== holder && namespaceOf(pid) === namespace);
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined; // It is gone.
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
