import { readFileSync } from "node:fs";

/**
 * Service names and aliases of services(5), with the ports each has in any protocol. A machine without the file (a minimal
 * one without netbase) has no names: numbers always work. Lines that are not of the format are passed over.
 */
export function readServices(path = "/etc/services"): ReadonlyMap<string, readonly number[]> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    // Absent or unreadable: the same as empty, as for getservbyname(3).
    return new Map();
  }
  const services = new Map<string, number[]>();
  for (const line of text.split("\n")) {
    const found = /^([^\s#]+)\s+(\d{1,5})\/[a-z0-9-]+([^#]*)/i.exec(line);
    const port = Number(found?.[2]);
    if (!found || port < 1 || port > 65_535) continue;
    for (const name of [found[1] ?? "", ...(found[3] ?? "").split(/\s+/)]) {
      if (name === "") continue;
      const ports = services.get(name) ?? [];
      if (!ports.includes(port)) ports.push(port);
      services.set(name, ports);
    }
  }
  return services;
}
