import { dirname, isAbsolute, join, resolve } from "node:path";
import { loadDocument } from "./load.ts";

/**
 * Where the agent of a configuration listens for commands; undefined when it does not say. Whatever else is wrong with the
 * file: an agent that runs is asked all the same. Throws CONFIG_UNREADABLE.
 */
export function configuredSocket(file: string): string | undefined {
  const path = resolve(file);
  const { value } = loadDocument(path, { confd: true });
  const { control } = value as { readonly control?: { readonly socket?: unknown } };
  const socket = control?.socket;
  if (typeof socket !== "string" || socket === "") return undefined;
  return isAbsolute(socket) ? socket : join(dirname(path), socket);
}
