import { BailiffError } from "../errors.ts";
import { request as validate } from "../generated/requests.cjs";
import type { Request } from "./protocol.ts";

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
  const [error] = validate.errors ?? [];
  const where = error?.instancePath ? `${error.instancePath.slice(1).replaceAll("/", ".")} ` : "";
  throw new BailiffError("INPUT_INVALID", `the request is not valid: ${where}${error?.message ?? ""}`, {
    hint: "see schemas/control.schema.json",
  });
}
