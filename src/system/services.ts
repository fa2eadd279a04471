import { readFileSync } from "node:fs";

/**
 * What IANA has given the names that shipped filters and most configurations use. Minimal systems lack /etc/services (Debian
 * without netbase, container images), and protecting ssh must not depend on it.
 */
export const WELL_KNOWN: ReadonlyMap<string, number> = new Map([
  ["ftp-data", 20],
  ["ftp", 21],
  ["ssh", 22],
  ["telnet", 23],
  ["smtp", 25],
  ["domain", 53],
  ["http", 80],
  ["pop3", 110],
  ["imap", 143],
  ["imap2", 143],
  ["ldap", 389],
  ["https", 443],
  ["smtps", 465],
  ["submissions", 465],
  ["submission", 587],
  ["ldaps", 636],
  ["ftps-data", 989],
  ["ftps", 990],
  ["imaps", 993],
  ["pop3s", 995],
  ["socks", 1080],
  ["sieve", 4190],
  ["http-alt", 8080],
]);

/**
 * Service names and aliases of services(5), with the ports each has in any protocol; for well-known names that it lacks,
 * IANA's. Lines that are not of the format are passed over.
 */
export function readServices(path = "/etc/services"): ReadonlyMap<string, readonly number[]> {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    // Absent or unreadable: the same as empty, as for getservbyname(3).
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
  for (const [name, port] of WELL_KNOWN) if (!services.has(name)) services.set(name, [port]);
  return services;
}
