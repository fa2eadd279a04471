/** Every way bailiff can fail that an admin should hear about: code → exit status (sysexits.h). Codes are never reused. */
const catalogue = {
  USAGE: 64,
  ADDRESS_INVALID: 64,
  INPUT_INVALID: 65,
  FILTER_INVALID: 78,
  FORMULA_INVALID: 78,
  FILTER_UNKNOWN: 66,
  JAIL_UNKNOWN: 66,
  NOT_RUNNING: 69,
  ALREADY_RUNNING: 69,
  SOURCE_BROKEN: 69,
  FIREWALL_MISSING: 69,
  FIREWALL_BROKEN: 69,
  INTERNAL: 70,
  FILE_UNREADABLE: 66,
  STORE_BROKEN: 74,
  STORE_NEWER: 78,
  ADDRESS_BUSY: 69,
  CONTROL_BROKEN: 76,
  REFUSED: 65,
  FIREWALL_REFUSED: 77,
  JOURNAL_REFUSED: 77,
  CONTROL_REFUSED: 77,
  CONFIG_INVALID: 78,
  CONFIG_UNREADABLE: 78,
} as const;

export type ErrorCode = keyof typeof catalogue;

/** What the admin reads: what and why in `message`, what to do in `hint`. */
export class BailiffError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, more: { hint?: string; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "BailiffError";
    this.code = code;
    this.hint = more.hint;
  }

  /** The process's exit status, from sysexits.h. */
  get exitStatus(): number {
    return catalogue[this.code];
  }
}

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(catalogue, text);
}
