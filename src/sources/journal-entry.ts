import type { Entry, JournalOrigin } from "../core/entry.ts";
import { instant } from "../core/time.ts";

/** "Suppressed N messages from UNIT": what a flood hid behind journald's rate limit. See systemd.journal-fields(7). */
export const SUPPRESSED = "a596d6fe7bfa4994828e72309e95d61e";

/** All that decoding looks at. journalctl adds __CURSOR, __REALTIME_TIMESTAMP, __MONOTONIC_TIMESTAMP, _BOOT_ID. */
export const FIELDS: readonly string[] = [
  "MESSAGE",
  "MESSAGE_ID",
  "SYSLOG_IDENTIFIER",
  "SYSLOG_PID",
  "_PID",
  "_UID",
  "_TRANSPORT",
  "_SYSTEMD_UNIT",
  "_MACHINE_ID",
  "_HOSTNAME",
  "_NAMESPACE",
  "_STREAM_ID",
  "_LINE_BREAK",
  "CONTAINER_ID",
  "CONTAINER_ID_FULL",
  "CONTAINER_NAME",
  "CONTAINER_PARTIAL_MESSAGE",
  "PRIORITY",
  "N_DROPPED",
  "OBJECT_SYSTEMD_UNIT",
];

/** What the reader knows and the line does not say. */
export interface Reading {
  /** Name of the source. */
  readonly source: string;
  readonly trust: "local" | "remote";
}

export type Decoded = Place &
  (
    | { readonly kind: "entry"; readonly entry: Entry }
    /** journald dropped `count` messages of `unit`, "" where it does not say whose. */
    | { readonly kind: "suppressed"; readonly unit: string; readonly count: number }
    /**
     * `malformed`: not an entry as journalctl writes it; without a cursor, not even a line of its. `oversize`:
     * journalctl left the message out for its length (4088 bytes or more on systemd 252). `nomessage`: there is none.
     */
    | { readonly kind: "skip"; readonly reason: SkipReason }
  );

interface Place {
  readonly cursor?: string;
  /** Names what a line came over that cuts long ones: a service's standard output (_STREAM_ID), or a container's. */
  readonly stream?: string;
  /** The line was cut, not ended, by its sender: the stream's next line begins where the sender chose. */
  readonly cut?: boolean;
}

export type SkipReason = "malformed" | "oversize" | "nomessage";

const MALFORMED: Decoded = { kind: "skip", reason: "malformed" };
/** Lines of a container that came within so long are taken for one piece. */
const DRIVER_MICROS = 5000;
const MICROSECONDS = /^\d{1,17}$/;
const NUMBER = /^\d{1,10}$/;

/**
 * Decodes one line of `journalctl -o json`. Never throws, whatever the line. A field that holds several values or bytes
 * is no plain string; where trust hangs on it the entry is marked `odd`, for nobody but a forger makes such.
 */
export function decodeEntry(line: string, reading: Reading): Decoded {
  const fields = plainFields(line) ?? parsedFields(line);
  if (!fields) return MALFORMED;
  const { __CURSOR: cursor, __REALTIME_TIMESTAMP: micros } = fields;
  if (typeof cursor !== "string" || typeof micros !== "string" || !MICROSECONDS.test(micros)) return MALFORMED;
  if (isSuppression(fields)) return { ...suppression(fields), kind: "suppressed", cursor };
  const message = messageText(fields.MESSAGE);
  if (typeof message !== "string") return { ...place(fields, cursor), kind: "skip", reason: message.skip };
  const entry: Mutable<Entry> = {
    time: instant(Math.floor(Number(micros) / 1000)),
    source: reading.source,
    message,
    cursor,
    origin: origin(fields, reading),
  };
  const identifier = firstText(fields.SYSLOG_IDENTIFIER);
  if (identifier !== undefined) entry.identifier = identifier;
  const pid = fields._PID ?? fields.SYSLOG_PID;
  if (typeof pid === "string") entry.pid = pid;
  // Nearly all lines; the spread below costs half as much as all the rest.
  const { _STREAM_ID: stream, CONTAINER_ID_FULL: full, CONTAINER_ID: short } = fields;
  if (stream === undefined && full === undefined && short === undefined) return { kind: "entry", entry, cursor };
  const from = place(fields, cursor);
  // journald gives all lines that it reads at once one time; a log driver hands them on one by one, at once.
  const piece = typeof stream === "string" ? micros : Math.floor(Number(micros) / DRIVER_MICROS);
  if (from.stream !== undefined) entry.write = `${from.stream} ${piece}`;
  return { ...from, kind: "entry", entry };
}

function place(fields: Fields, cursor: string): Place {
  const container = fields.CONTAINER_ID_FULL ?? fields.CONTAINER_ID;
  if (typeof container === "string") {
    // Docker and Podman log a line of more than 16 KiB in parts. The process that says so is journald's word, or whoever
    // names a container could cut its lines; the priority tells standard output from standard error.
    const stream = [fields._PID, container, fields.PRIORITY]
      .map((part) => (typeof part === "string" ? part : ""))
      .join(" ");
    return { cursor, stream, cut: fields.CONTAINER_PARTIAL_MESSAGE !== undefined };
  }
  if (typeof fields._STREAM_ID !== "string") return { cursor };
  // `eof` ends the stream; after `line-max`, `nul` and `pid-change` it goes on in the middle of somebody's text.
  const cut = fields._LINE_BREAK !== undefined && fields._LINE_BREAK !== "eof";
  return { cursor, stream: fields._STREAM_ID, cut };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The fields as JSON has them, strings or not. One shape for all lines: that is what makes reading them cheap. */
class Fields {
  __CURSOR: unknown = undefined;
  __REALTIME_TIMESTAMP: unknown = undefined;
  MESSAGE: unknown = undefined;
  MESSAGE_ID: unknown = undefined;
  SYSLOG_IDENTIFIER: unknown = undefined;
  SYSLOG_PID: unknown = undefined;
  _PID: unknown = undefined;
  _UID: unknown = undefined;
  _TRANSPORT: unknown = undefined;
  _SYSTEMD_UNIT: unknown = undefined;
  _MACHINE_ID: unknown = undefined;
  _HOSTNAME: unknown = undefined;
  _NAMESPACE: unknown = undefined;
  _STREAM_ID: unknown = undefined;
  _LINE_BREAK: unknown = undefined;
  CONTAINER_ID: unknown = undefined;
  CONTAINER_ID_FULL: unknown = undefined;
  CONTAINER_NAME: unknown = undefined;
  CONTAINER_PARTIAL_MESSAGE: unknown = undefined;
  PRIORITY: unknown = undefined;
  N_DROPPED: unknown = undefined;
  OBJECT_SYSTEMD_UNIT: unknown = undefined;
}

/** Trust hangs on these: each must be one plain string, or absent. */
const TRUSTED = [
  "SYSLOG_IDENTIFIER",
  "_PID",
  "_UID",
  "_TRANSPORT",
  "_SYSTEMD_UNIT",
  "_MACHINE_ID",
  "_HOSTNAME",
  "_NAMESPACE",
  "_STREAM_ID",
  "_LINE_BREAK",
  "CONTAINER_ID",
  "CONTAINER_ID_FULL",
  "CONTAINER_NAME",
  "CONTAINER_PARTIAL_MESSAGE",
  "PRIORITY",
] as const satisfies readonly (keyof Fields)[];

const NAMES = Object.keys(new Fields()) as readonly (keyof Fields)[];

function parsedFields(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const fields = new Fields();
    for (const name of NAMES) {
      if (Object.hasOwn(value, name)) fields[name] = (value as Readonly<Record<string, unknown>>)[name];
    }
    return fields;
  } catch {
    // Not JSON: the caller counts it.
    return undefined;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * The same as parsedFields for an object of plain strings without escapes, as nearly every line is, at a third of
 * JSON.parse's cost; undefined for anything else. (It lets raw control characters pass, which JSON forbids and
 * journalctl never writes.)
 */
function plainFields(line: string): Fields | undefined {
  if (line.charCodeAt(0) !== OPEN || line.includes("\\")) return undefined;
  const fields = new Fields();
  let at = 1;
  for (;;) {
    if (line.charCodeAt(at) !== QUOTE) return undefined;
    const colon = line.indexOf('"', at + 1) + 1;
    if (colon === 0 || line.charCodeAt(colon) !== COLON || line.charCodeAt(colon + 1) !== QUOTE) return undefined;
    const end = line.indexOf('"', colon + 2);
    if (end < 0) return undefined;
    setField(fields, line.slice(at + 1, colon - 1), line.slice(colon + 2, end));
    const next = line.charCodeAt(end + 1);
    if (next === CLOSE) return end + 2 === line.length ? fields : undefined;
    if (next !== COMMA) return undefined;
    at = end + 2;
  }
}

/** A switch, because `fields[name] = value` costs as much as all the rest. */
function setField(fields: Fields, name: string, value: string): void {
  switch (name) {
    case "__CURSOR":
      fields.__CURSOR = value;
      break;
    case "__REALTIME_TIMESTAMP":
      fields.__REALTIME_TIMESTAMP = value;
      break;
    case "MESSAGE":
      fields.MESSAGE = value;
      break;
    case "MESSAGE_ID":
      fields.MESSAGE_ID = value;
      break;
    case "SYSLOG_IDENTIFIER":
      fields.SYSLOG_IDENTIFIER = value;
      break;
    case "SYSLOG_PID":
      fields.SYSLOG_PID = value;
      break;
    case "_PID":
      fields._PID = value;
      break;
    case "_UID":
      fields._UID = value;
      break;
    case "_TRANSPORT":
      fields._TRANSPORT = value;
      break;
    case "_SYSTEMD_UNIT":
      fields._SYSTEMD_UNIT = value;
      break;
    case "_MACHINE_ID":
      fields._MACHINE_ID = value;
      break;
    case "_HOSTNAME":
      fields._HOSTNAME = value;
      break;
    case "_NAMESPACE":
      fields._NAMESPACE = value;
      break;
    case "_STREAM_ID":
      fields._STREAM_ID = value;
      break;
    case "_LINE_BREAK":
      fields._LINE_BREAK = value;
      break;
    case "CONTAINER_ID":
      fields.CONTAINER_ID = value;
      break;
    case "CONTAINER_ID_FULL":
      fields.CONTAINER_ID_FULL = value;
      break;
    case "CONTAINER_NAME":
      fields.CONTAINER_NAME = value;
      break;
    case "CONTAINER_PARTIAL_MESSAGE":
      fields.CONTAINER_PARTIAL_MESSAGE = value;
      break;
    case "PRIORITY":
      fields.PRIORITY = value;
      break;
    case "N_DROPPED":
      fields.N_DROPPED = value;
      break;
    case "OBJECT_SYSTEMD_UNIT":
      fields.OBJECT_SYSTEMD_UNIT = value;
      break;
  }
}

function origin(fields: Fields, reading: Reading): JournalOrigin {
  const made: Mutable<JournalOrigin> = { kind: "journal", trust: reading.trust };
  let odd = TRUSTED.some((name) => fields[name] !== undefined && typeof fields[name] !== "string");
  if (typeof fields._TRANSPORT === "string") made.transport = fields._TRANSPORT;
  if (typeof fields._UID === "string") {
    if (NUMBER.test(fields._UID)) made.uid = Number(fields._UID);
    else odd = true;
  }
  if (typeof fields._SYSTEMD_UNIT === "string") made.unit = fields._SYSTEMD_UNIT;
  if (typeof fields._MACHINE_ID === "string") made.machine = fields._MACHINE_ID;
  if (typeof fields._HOSTNAME === "string") made.host = fields._HOSTNAME;
  if (typeof fields._NAMESPACE === "string") made.namespace = fields._NAMESPACE;
  if (typeof fields.CONTAINER_NAME === "string") made.container = fields.CONTAINER_NAME;
  // A container without a name is one all the same.
  else if (fields.CONTAINER_ID !== undefined || fields.CONTAINER_ID_FULL !== undefined) made.container = "";
  if (odd) made.odd = true;
  return made;
}

/** Anybody may send this MESSAGE_ID; _TRANSPORT and _UID are journald's own words. */
function isSuppression(fields: Fields): boolean {
  return fields.MESSAGE_ID === SUPPRESSED && fields._TRANSPORT === "driver" && fields._UID === "0";
}

function suppression(fields: Fields): { unit: string; count: number } {
  const { N_DROPPED: dropped, OBJECT_SYSTEMD_UNIT: unit } = fields;
  return {
    unit: typeof unit === "string" ? unit : "",
    count: typeof dropped === "string" && NUMBER.test(dropped) ? Number(dropped) : 1,
  };
}

/**
 * String: as it is. Bytes (a control character or broken UTF-8 is in it): decoded, U+FFFD for what is no UTF-8.
 * Several values: one under the other; a pattern anchored at both ends matches none of them.
 */
function messageText(value: unknown): string | { readonly skip: SkipReason } {
  if (typeof value === "string") return value;
  if (value === null) return { skip: "oversize" };
  if (value === undefined) return { skip: "nomessage" };
  if (!Array.isArray(value)) return { skip: "malformed" };
  if (value.every((item) => typeof item === "number")) return bytesText(value) ?? { skip: "malformed" };
  const texts: string[] = [];
  for (const item of value) {
    if (item === null) return { skip: "oversize" };
    const text = typeof item === "string" ? item : Array.isArray(item) ? bytesText(item) : undefined;
    if (text === undefined) return { skip: "malformed" };
    texts.push(text);
  }
  return texts.join("\n");
}

function bytesText(value: readonly unknown[]): string | undefined {
  const bytes = Buffer.allocUnsafe(value.length);
  for (let at = 0; at < value.length; at += 1) {
    const byte = value[at];
    if (typeof byte !== "number" || !Number.isInteger(byte) || byte < 0 || byte > 255) return undefined;
    bytes[at] = byte;
  }
  return bytes.toString("utf8");
}

/** So that an odd entry still finds the filter that counts its rejection. */
function firstText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.find((item) => typeof item === "string") : undefined;
}
