import { readdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { findProgram, run } from "./exec.ts";
import { readProperty } from "./units.ts";

/**
 * Ports that sshd listens on: as sshd itself reads its configuration, which only root may ask, else as its files say; and
 * those of ssh.socket. Undefined where there is no sshd or nothing may be read.
 */
export async function readSshdPorts(): Promise<readonly number[] | undefined> {
  const sockets = (await Promise.all(["ssh.socket", "sshd.socket"].map(socketPorts))).flat();
  // With socket activation, sshd does not listen by itself.
  if (sockets.length > 0) return unique(sockets);
  const sshd = findProgram("sshd");
  if (sshd === undefined) return undefined;
  const told = await run(sshd, ["-T"], { timeoutMs: 5000 });
  const ports = told.exitCode === 0 ? parseEffective(told.stdout) : parseSshdConfig("/etc/ssh/sshd_config");
  return ports === undefined ? undefined : unique(ports);
}

async function socketPorts(unit: string): Promise<number[]> {
  if ((await readProperty(unit, "ActiveState")) !== "active") return [];
  const listen = (await readProperty(unit, "Listen")) ?? "";
  return [...listen.matchAll(/:(\d{1,5}) \(Stream\)/g)].map(([, port]) => Number(port));
}

/** `port N` lines of `sshd -T`. */
function parseEffective(text: string): number[] | undefined {
  const ports = [...text.matchAll(/^port (\d{1,5})$/gim)].map(([, port]) => Number(port));
  return ports.length > 0 ? ports : undefined;
}

/**
 * Ports of an sshd_config(5) with what it includes; 22 when none is named. Undefined when the file cannot be read. Match
 * blocks cannot name ports, so all after the first is passed over.
 */
export function parseSshdConfig(file: string): readonly number[] | undefined {
  const ports: number[] = [];
  const read = (path: string, depth: number): boolean => {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch {
      // Absent or not ours to read: nothing is known of it.
      return false;
    }
    for (const line of text.split("\n")) {
      const [, word = "", value = ""] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)"?([^"#]*?)"?\s*(?:#.*)?$/.exec(line) ?? [];
      const keyword = word.toLowerCase();
      if (keyword === "match") return true;
      const port = keyword === "port" ? value : keyword === "listenaddress" ? listenPort(value) : "";
      if (/^\d{1,5}$/.test(port)) ports.push(Number(port));
      if (keyword === "include" && depth < 8) {
        for (const pattern of value.split(/\s+/)) for (const each of included(pattern, path)) read(each, depth + 1);
      }
    }
    return true;
  };
  if (!read(file, 0)) return undefined;
  return ports.length > 0 ? ports : [22];
}

/** The port of "host:port" or "[address]:port"; empty for a bare address. */
function listenPort(value: string): string {
  return /^(?:\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(value)?.[1] ?? "";
}

function included(pattern: string, from: string): string[] {
  const path = isAbsolute(pattern) ? pattern : join(dirname(from), pattern);
  const folder = dirname(path);
  const glob = path.slice(folder.length + 1);
  if (!/[*?]/.test(glob)) return [path];
  const [head = "", ...rest] = glob.split("*");
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(head) && name.endsWith(rest.at(-1) ?? ""))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    // No such folder: nothing is included.
    return [];
  }
}

function unique(ports: readonly number[]): readonly number[] {
  return [...new Set(ports)].sort((a, b) => a - b);
}
