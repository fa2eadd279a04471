import { type Instant, instant } from "../core/time.ts";
import { bsd, misread, tagged } from "./syslog-3164.ts";
import { deviceAt } from "./syslog-cisco.ts";
import { bare, type Draft, isDigit, messageIdAt, SP, type StructuredData, tokenAt } from "./syslog-record.ts";
import { isoTimeAt, type ZoneOffset } from "./syslog-time.ts";

/** A TAG where RFC 5424 wants APP-NAME, as templates with %syslogtag% make it, with the other fields or without. */
const TAGGED_APP = /^([^\s[\]:]{1,64})(?:\[(\d{1,10})\]:?|:)$/;
/** FortiOS and SonicOS, whose text has no program's name: its first word is not one. */
const VALUE = /^\w{1,32}=/;
/** Meraki has seconds since the epoch where RFC 5424 has a date, and then a host and the kind of event. */
const EPOCH = /([12]\d{9})(?:\.(\d{1,9}))? ([^\s\x00-\x1f\x7f]{1,255}) (?:([a-z][a-z_-]{2,31}) )?/y;
/** Versions of RFC 5424 to come, told by the time that follows. */
const VERSION = /[1-9]\d{0,2}(?= (?:\d{4}-\d\d-\d\d[Tt]|- \S+ \S+ \S+ \S))/y;

const COLON = 0x3a;
const CLOSE = 0x5d;

/** Index after the version of RFC 5424, which may stand after a space; `at` when there is none. */
export function versionEnd(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === SP) {
    VERSION.lastIndex = at + 1;
    return VERSION.test(text) ? VERSION.lastIndex : at;
  }
  if (first === 0x31 && text.charCodeAt(at + 1) === SP) return at + 1;
  if (!(first > 0x30 && first <= 0x39)) return at;
  VERSION.lastIndex = at;
  return at + (VERSION.exec(text)?.[0].length ?? 0);
}

/**
 * RFC 5424, from the space after the version on. Where a date is followed by what is no such header, it is read as
 * RFC 3164: templates put a version before that, too. Undefined when neither has a shape.
 */
export function version1(text: string, at: number, received: Instant, zone: ZoneOffset): Draft | undefined {
  let next = at + 1;
  let timestamp: Instant | undefined;
  let dated = false;
  if (text.startsWith("- ", next)) {
    next += 2;
  } else {
    const time = isoTimeAt(text, next, zone);
    if (time) {
      dated = true;
      timestamp = time.time;
      next = time.end;
    } else {
      // Something else stands where the time should: good enough when it looks like a date at all.
      const word = tokenAt(text, next);
      if (word === undefined || !/^\d{4}-\d\d-\d\d[Tt]/.test(word)) return epoch(text, next);
      next += word.length;
    }
    if (text.charCodeAt(next) !== SP) return dated ? bsd(text, at, received, zone) : undefined;
    next += 1;
  }
  const header = headerAt(text, next, "one") ?? headerAt(text, next, "many") ?? headerAt(text, next, "none");
  if (!header) return dated ? bsd(text, at, received, zone) : undefined;
  const { fields, start } = header;
  // Without a host, and the TAG of RFC 3164 after the time.
  if (fields[0]?.endsWith("]:")) {
    const hostless = tagged(text, next, undefined, timestamp);
    if (hostless) return hostless;
  }
  next = header.end;
  const app = fields[1];
  const last = app?.charCodeAt(app.length - 1);
  const tag = app !== undefined && (last === COLON || last === CLOSE) ? TAGGED_APP.exec(app) : undefined;
  const pid = fields[2];
  if (tag && pid !== undefined && !/^\d{1,10}$/.test(pid)) {
    const rest = tagged(text, start, fields[0], timestamp);
    if (rest) return rest;
  }
  const data = structuredDataAt(text, next);
  next = data ? data.end : next;
  const spaced = text.charCodeAt(next) === SP && text.charCodeAt(next + 1) === SP;
  while (text.charCodeAt(next) === SP) next += 1;
  if (text.charCodeAt(next) === 0xfeff) next += 1;
  // As rsyslog passes it on.
  const id = messageIdAt(text, next);
  // rsyslog takes a Cisco's sequence number for the program.
  if (app !== undefined && pid === undefined && isDigit(app.charCodeAt(0)) && /^\d{1,10}$/.test(app)) {
    const found = deviceAt(text, next, received, zone);
    if (found) {
      found.host ??= fields[0];
      found.timestamp ??= timestamp;
      return found;
    }
  }
  if (pid === undefined) {
    const inner = misread(text, next, { host: fields[0], app, spaced }, timestamp);
    if (inner) return inner;
    if (app !== undefined && VALUE.test(app)) return bare(`${app} ${text.slice(next)}`, timestamp, fields[0]);
  }
  return {
    facility: undefined,
    severity: undefined,
    host: fields[0],
    app: tag?.[1] ?? app,
    pid: pid ?? tag?.[2],
    msgid: fields[3] ?? id?.id,
    structuredData: data?.data,
    timestamp,
    message: text.slice(id?.end ?? next),
    truncated: false,
  };
}

interface Header {
  readonly fields: readonly (string | undefined)[];
  /** Index of APP-NAME. */
  readonly start: number;
  readonly end: number;
}

/**
 * HOSTNAME to MSGID. Between two of them stands one space; templates pad with `many`, or put nothing for a field that
 * they do not know, so that there is `none` between two spaces. What is read so must go on with structured data.
 */
function headerAt(text: string, at: number, spaces: "one" | "many" | "none"): Header | undefined {
  const fields: (string | undefined)[] = [];
  let next = at;
  let start = at;
  for (let index = 0; index < 4; index += 1) {
    while (spaces === "many" && text.charCodeAt(next) === SP) next += 1;
    const word = tokenAt(text, next);
    if (word === undefined && (spaces !== "none" || text.charCodeAt(next) !== SP)) return undefined;
    fields.push(word === "-" ? undefined : word);
    if (index === 1) start = next;
    next += word?.length ?? 0;
    if (text.charCodeAt(next) === SP) next += 1;
    else if (index < 3 || next < text.length) return undefined;
  }
  if (spaces === "one") return { fields, start, end: next };
  if (spaces === "none" && text.charCodeAt(next) === SP) {
    return TAGGED_APP.test(fields[1] ?? "") ? undefined : { fields, start, end: next };
  }
  return structuredDataAt(text, next) ? { fields, start, end: next } : undefined;
}

/** Meraki: "1563249630.774247467 host security_event text". */
function epoch(text: string, at: number): Draft | undefined {
  EPOCH.lastIndex = at;
  const found = EPOCH.exec(text);
  if (!found) return undefined;
  const [all, seconds, fraction = "", host, kind] = found;
  const message = bare(
    text.slice(at + all.length),
    instant(Number(seconds) * 1000 + Number(`${fraction}000`.slice(0, 3))),
    host,
  );
  message.app = kind;
  return message;
}

/** Undefined when there is none: then what stands there is message. */
function structuredDataAt(text: string, at: number): { data: StructuredData | undefined; end: number } | undefined {
  if (text.charCodeAt(at) === 0x2d) {
    return at + 1 === text.length || text.charCodeAt(at + 1) === SP ? { data: undefined, end: at + 1 } : undefined;
  }
  if (text.charCodeAt(at) !== 0x5b) return undefined;
  const data = new Map<string, Map<string, string>>();
  let next = at;
  while (text.charCodeAt(next) === 0x5b) {
    const idEnd = nameEnd(text, next + 1);
    if (idEnd === next + 1) return undefined;
    const id = text.slice(next + 1, idEnd);
    const parameters = data.get(id) ?? new Map<string, string>();
    data.set(id, parameters);
    next = idEnd;
    while (text.charCodeAt(next) === SP) {
      while (text.charCodeAt(next) === SP) next += 1;
      if (text.charCodeAt(next) === 0x5d) break;
      const end = nameEnd(text, next);
      if (end === next || text.charCodeAt(end) !== 0x3d || text.charCodeAt(end + 1) !== 0x22) return undefined;
      const close = valueEnd(text, end + 2);
      if (close < 0) return undefined;
      const raw = text.slice(end + 2, close);
      parameters.set(text.slice(next, end), raw.includes("\\") ? raw.replace(/\\(["\\\]])/g, "$1") : raw);
      next = close + 1;
    }
    if (text.charCodeAt(next) !== 0x5d) return undefined;
    next += 1;
  }
  return next === text.length || text.charCodeAt(next) === SP ? { data, end: next } : undefined;
}

/** End of an SD-NAME: printable ASCII without space, "=", "]" and the quote. */
function nameEnd(text: string, at: number): number {
  let end = at;
  for (; ; end += 1) {
    const code = text.charCodeAt(end);
    if (!(code > SP && code < 0x7f) || code === 0x3d || code === 0x5d || code === 0x22) return end;
  }
}

/** Index of the closing quote, or -1. */
function valueEnd(text: string, at: number): number {
  for (let end = at; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === 0x22) return end;
    if (code === 0x5c) end += 1;
  }
  return -1;
}
