import { dirname, isAbsolute, join, resolve } from "node:path";
import { loadDocument } from "./load.ts";

/**
 * Where the agent of a configuration listens for commands; undefined when it does not say. Whatever else is wrong with the
 * file: an agent that runs is asked all the same. Throws CONFIG_UNREADABLE.
 */
export function configuredSocket(file: string): string | undefined {
  return configuredPath(file, "control", "socket");
}

/** Where it keeps its state, likewise: bans are lifted whatever keeps the agent from starting. */
export function configuredState(file: string): string | undefined {
  return configuredPath(file, "state", "directory");
}

function configuredPath(file: string, section: string, key: string): string | undefined {
  const path = resolve(file);
  const { value } = loadDocument(path, { confd: true });
  const found = (value as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>)[section]?.[key];
  if (typeof found !== "string" || found === "") return undefined;
  return isAbsolute(found) ? found : join(dirname(path), found);
}
