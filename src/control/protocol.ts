import { BailiffError, type ErrorCode } from "../errors.ts";
import type { Request } from "../generated/control.schema.ts";

export type { Request } from "../generated/control.schema.ts";

/** Requests are short; answers list bans and may be long. */
export const MAX_REQUEST_BYTES = 64 * 1024;
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export type Answer =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false;
      readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint?: string };
    };

/** Commands that change nothing: all that the status socket takes. */
export const QUESTIONS: ReadonlySet<Request["command"]> = new Set<Request["command"]>([
  "ping",
  "status",
  "untrusted",
  "banned",
  "why",
  "history",
  "stats",
]);

export function failure(error: unknown): Answer {
  if (error instanceof BailiffError) {
    const { code, message, hint } = error;
    return { ok: false, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
  }
  return { ok: false, error: { code: "INTERNAL", message: error instanceof Error ? error.message : String(error) } };
}
