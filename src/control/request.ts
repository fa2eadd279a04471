import type { ErrorObject } from "ajv";
import { BailiffError } from "../errors.ts";
import { request as validate } from "../generated/requests.cjs";
import type { Request } from "./protocol.ts";

/** Of what people type, in their words; undefined for the rest, which only a program can get wrong. */
function fault(request: unknown, errors: readonly ErrorObject[]): BailiffError | undefined {
  for (const { instancePath } of errors) {
    const [name = "", at] = instancePath.split("/").slice(1);
    const given = (request as Readonly<Record<string, unknown>>)[name];
    const value = at !== undefined && Array.isArray(given) ? given[Number(at)] : given;
    if (typeof value !== "string") continue;
    const shown = JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}…` : value);
    if (name === "jail")
      return new BailiffError("JAIL_UNKNOWN", `there is no jail ${shown}`, {
        hint: "`bailiff status` lists them; their names are in lower case",
      });
    if (name === "target" || name === "targets")
      return new BailiffError("ADDRESS_INVALID", `${shown} is not an address or prefix`, {
        hint: "write it in full: 192.0.2.7, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/64",
      });
    if (name === "reason")
      return new BailiffError("INPUT_INVALID", "the reason is longer than 200 characters", { hint: "shorten it" });
  }
  return undefined;
}

/** Reads one line; throws INPUT_INVALID naming what is wrong. */
export function decode(line: string): Request {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new BailiffError("INPUT_INVALID", "the request is not JSON", {
      cause,
      hint: "send one JSON object on a line",
    });
  }
  if (validate(value)) return value;
  const told = fault(value, validate.errors ?? []);
  if (told !== undefined) throw told;
  const [error] = validate.errors ?? [];
  const where = error?.instancePath ? `${error.instancePath.slice(1).replaceAll("/", ".")} ` : "";
  throw new BailiffError("INPUT_INVALID", `the request is not valid: ${where}${error?.message ?? ""}`, {
    hint: "see schemas/control.schema.json",
  });
}
