import { parseNetwork } from "../core/address.ts";
import type { Ban, Cause } from "../core/ban.ts";
import { instant } from "../core/time.ts";

/** What SQLite gives: a damaged file may give anything. */
export type Row = Readonly<Record<string, unknown>>;

/** Undefined for a row that makes no sense. Numbers must be read as REAL: whole ones beyond 2^53 would throw. */
export function readBan(row: Row, causes?: Causes): Ban | undefined {
  const target = typeof row.target === "string" ? parseNetwork(row.target) : undefined;
  if (target === undefined || typeof row.jail !== "string" || typeof row.began !== "number") return undefined;
  if (row.ends !== null && typeof row.ends !== "number") return undefined;
  return {
    jail: row.jail,
    target,
    from: instant(row.began),
    ...(row.ends === null ? {} : { until: instant(row.ends) }),
    cause: readCause(row.cause, causes),
  };
}

export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** Causes by how they are written: most bans have one of few, and each is read once. */
export type Causes = Map<unknown, Cause>;
const MOST_CAUSES = 1000;

function readCause(text: unknown, causes: Causes | undefined): Cause {
  const known = causes?.get(text);
  if (known) return known;
  const cause = parseCause(text);
  if (causes && causes.size < MOST_CAUSES) causes.set(text, cause);
  return cause;
}

function parseCause(text: unknown): Cause {
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
