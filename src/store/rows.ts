import { parseNetwork } from "../core/address.ts";
import type { Ban, Cause } from "../core/ban.ts";
import { instant } from "../core/time.ts";

/** What SQLite gives: a damaged file may give anything. */
export type Row = Readonly<Record<string, unknown>>;

/** Undefined for a row that makes no sense. Numbers must be read as REAL: whole ones beyond 2^53 would throw. */
export function readBan(row: Row): Ban | undefined {
  return banReader()([row.target, row.jail, row.began, row.ends, row.cause]);
}

/** Reads many rows of target, jail, began, ends and cause: jails and causes, of which there are few different ones, are kept once. */
export function banReader(): (row: readonly unknown[]) => Ban | undefined {
  const jails = new Map<string, string>();
  const causes = new Map<unknown, Cause>();
  // Of very many bans, most are as the one before: by far the cheapest to find.
  let lastName: string | undefined;
  let lastWritten: unknown;
  let lastCause: Cause | undefined;
  return (row) => {
    const [text, name, began, ends, written] = row;
    const target = typeof text === "string" ? parseNetwork(text) : undefined;
    if (target === undefined || typeof name !== "string" || !isTime(began)) return undefined;
    if (ends !== null && !isTime(ends)) return undefined;
    if (name !== lastName) {
      lastName = jails.get(name) ?? name;
      jails.set(lastName, lastName);
    }
    if (lastCause === undefined || written !== lastWritten) {
      lastCause = causes.get(written) ?? readCause(written);
      lastWritten = written;
      if (causes.size < MAX_CAUSES) causes.set(written, lastCause);
    }
    const jail = lastName;
    const cause = lastCause;
    const from = instant(began);
    return ends === null ? { jail, target, from, cause } : { jail, target, from, until: instant(ends), cause };
  };
}

/** Different causes that are kept to be shared. */
const MAX_CAUSES = 1000;

/** The last moment that a Date can tell; a flipped bit makes others, which nobody could print. */
const LATEST = 8.64e15;

function isTime(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= LATEST;
}

export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function readCause(text: unknown): Cause {
  try {
    const cause: unknown = JSON.parse(String(text));
    if (isCause(cause)) return cause;
  } catch {
    // Not what we write: the ban still stands.
  }
  return { kind: "restored" };
}

function isCause(value: unknown): value is Cause {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  switch (value.kind) {
    case "offence":
      return "failures" in value && typeof value.failures === "number";
    case "escalation":
      return "bans" in value && typeof value.bans === "number";
    case "manual":
      return "by" in value && typeof value.by === "string";
    default:
      return value.kind === "restored";
  }
}
