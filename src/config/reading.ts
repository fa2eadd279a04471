import { dirname, isAbsolute, join } from "node:path";
import { type Network, parseNetwork } from "../core/address.ts";
import { parsePorts, type Services } from "../core/scope.ts";
import { type Duration, parseDuration, seconds } from "../core/time.ts";
import { type Document, type Problem, pointerOf } from "./load.ts";

export type Path = readonly (string | number)[];

/** A document being resolved: what is wrong with it gathers here, each with its place, so that all is told at once. */
export class Reading {
  readonly problems: Problem[] = [];
  readonly path: string;
  readonly document: Document;
  readonly services: Services;

  constructor(path: string, document: Document, services: Services) {
    this.path = path;
    this.document = document;
    this.services = services;
  }

  problem(path: Path, what: string, hint?: string): void {
    const where = this.document.locate(pointerOf(path));
    const problem = { where, what: `${path.join(".")}: ${what}`, ...(hint === undefined ? {} : { hint }) };
    // Every jail finds what is wrong with the defaults.
    if (this.problems.some((known) => known.where === where && known.what === problem.what)) return;
    this.problems.push(problem);
  }

  /** Relative paths count from the configuration file, wherever the agent was started. */
  file(path: string): string {
    return isAbsolute(path) ? path : join(dirname(this.path), path);
  }

  duration(value: number | string | undefined, path: Path): Duration {
    const length = value === undefined ? undefined : parseDuration(value);
    if (length !== undefined) return length;
    this.problem(
      path,
      `${JSON.stringify(value)} is not a duration`,
      'write seconds, or "10m", "1h30m", "7d", "forever"',
    );
    return seconds(600);
  }

  networks(list: readonly string[], path: Path): Network[] {
    return list.flatMap((text, at) => {
      const network = parseNetwork(text);
      if (!network)
        this.problem(
          [...path, at],
          `${JSON.stringify(text)} is not an address or prefix`,
          'write "192.0.2.7" or "2001:db8::/32"',
        );
      return network ?? [];
    });
  }

  portSet(ports: "all" | readonly (number | string)[], path: Path): ReadonlySet<number> {
    const found = parsePorts(ports, this.services);
    if (found.kind === "wrong") {
      this.problem(path, `${found.written}: ${found.why}`);
      return new Set();
    }
    const set = new Set<number>();
    for (const { first, last } of found.ports) for (let port = first; port <= last; port += 1) set.add(port);
    return set;
  }
}
