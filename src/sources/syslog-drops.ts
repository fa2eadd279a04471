import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { parseAddress, words } from "../core/address.ts";

/** How a socket is found in the kernel's table: by inode where its descriptor is known, else by local address and port. */
export type SocketKey = { readonly inode: string } | { readonly address: string; readonly port: number };

/**
 * Datagrams that the kernel threw away because the socket's buffer was full: last column of /proc/self/net/udp or
 * udp6, counted since the socket was made. Undefined when the socket is not in the table.
 */
export function kernelDrops(table: string, key: SocketKey): number | undefined {
  const wanted = "inode" in key ? key.inode : `${hexAddress(key.address)}:${hex(key.port, 4)}`;
  const column = "inode" in key ? 9 : 1;
  for (const line of table.split("\n")) {
    const columns = line.trim().split(/\s+/);
    if (columns[column] !== wanted) continue;
    const drops = Number(columns[12]);
    return Number.isSafeInteger(drops) && drops >= 0 ? drops : undefined;
  }
  return undefined;
}

/** The kernel's table of sockets for datagrams; empty where it cannot be read. */
export async function socketTable(name: "udp" | "udp6"): Promise<string> {
  try {
    // Not /proc/net: that link is hidden where the unit says ProcSubset=pid.
    return await readFile(`/proc/self/net/${name}`, "latin1");
  } catch {
    // No IPv6 in this kernel, or no /proc: then drops are not known, and nothing else depends on it.
    return "";
  }
}

/** The same as `kernelDrops`, of the tables as they are now. */
export function dropsOf(key: SocketKey): number | undefined {
  for (const name of ["udp", "udp6"]) {
    try {
      const drops = kernelDrops(readFileSync(`/proc/self/net/${name}`, "latin1"), key);
      if (drops !== undefined) return drops;
    } catch {
      // As in `socketTable`.
    }
  }
  return undefined;
}

/** As the kernel prints it: 32-bit words in the machine's order, which is little-endian wherever bailiff runs. */
function hexAddress(text: string): string {
  const address = parseAddress(text);
  const bytes = address ? words(address).flatMap((word) => [word >> 8, word & 255]) : [];
  let found = "";
  for (let word = 0; word < bytes.length; word += 4) {
    for (let at = word + 3; at >= word; at -= 1) found += hex(bytes[at] ?? 0, 2);
  }
  return found;
}

function hex(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, "0");
}
