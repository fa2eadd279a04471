import { type Instant, instant } from "../core/time.ts";
import { ciscoAt } from "./syslog-cisco.ts";
import { bsdTimeAt, isoTimeAt, utcOffset, type ZoneOffset } from "./syslog-time.ts";

/** Bytes of a message that are looked at; the rest is cut off. */
export const MAX_MESSAGE_BYTES = 8192;
/** Ends the text of a message that was cut, so that no pattern takes the cut for the message's own end. */
export const CUT_MARK = "\ufffd…";

/** By SD-ID and parameter name, the last of equal names. Maps, so that "__proto__" is a key like any other. */
export type StructuredData = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What the sender says. All of it is chosen by whoever can reach the socket. */
export interface SyslogMessage {
  /** 0…23; undefined, like `severity`, when there is no valid PRI. */
  readonly facility: number | undefined;
  /** 0…7 */
  readonly severity: number | undefined;
  readonly host: string | undefined;
  /** TAG or APP-NAME, as sent: "postfix/smtpd", or only "postfix" from some relays. */
  readonly app: string | undefined;
  readonly pid: string | undefined;
  readonly msgid: string | undefined;
  readonly structuredData: StructuredData | undefined;
  /** The sender's clock, for people to read. Never to be counted with. */
  readonly timestamp: Instant | undefined;
  /** Ends with CUT_MARK when `truncated`. */
  readonly message: string;
  readonly truncated: boolean;
}

/** Characters of a word of the header, of a TAG and of what stands in its brackets. */
const MAX_TOKEN = 255;
const MAX_TAG = 64;
/** A TAG, or "TAG[12" with its end cut off, when 32 characters long: rsyslog forwards `%syslogtag:1:32%`. */
const CUT_TAG = /(?=[^\s]{32} )([^\s:[\]<>|\x00-\x1f\x7f]{1,31})\[(\d{0,30})(\])? /y;
/** A name that a missing space cannot make of an address, a path or a URL. */
const PLAIN_NAME = /^(?![\da-fA-F]{1,4}$)[A-Za-z][\w./-]{2,63}$/;
/** Huawei VRP and H3C Comware: version, module, level and mnemonic in place of a name, often with no space after it. */
const VRP_NAME = /^%%\d\d[\w-]+\/\d\/[\w-]+(?:\(\w\))?$/;
/** Docker's tag made of the image's name, which has a colon of its own: "nginx:1.27/web[812]". */
const IMAGE = /([\w./@-]{1,80}(?::[\w./-]{1,80}){1,2})\[(\d{1,10})\]: /y;
/** What the syslog(3C) of Solaris puts before the text. */
const MESSAGE_ID = /\[ID (\d{1,10}) [a-z\d]{1,16}\.[a-z]{1,16}\] /y;
/** UniFi: "788a20aabbcc,U7PG2-6.5.28+14491:", before 2020 "U7PG2,788a20aabbcc,v4.0.1.9421:", before the program's TAG. */
const UNIFI = /^(?:[\dA-Z-]{2,16},)?[\da-f]{12},/;
/**
 * Not in a host name; what begins so is the text itself ("action=drop", "{…}", "-- MARK --", "[12.34] kernel text",
 * "1,2026/…", "CEF:0|…", "app[12] text", "WARNING text").
 */
const NO_HOST = /^[-%[]|[={,|]|\w\[|^(?:DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)$/;
/** FreeBSD and AIX say so of what they pass on, in the place of the host; AIX with -s in one word. */
const FORWARDED =
  /(?:(?:Message f|F)orwarded from ([^\s\x00-\x1f\x7f]{1,255}): |From ([^\s\x00-\x1f\x7f]{1,255}): (?=[^\s:[\]]{1,64}\[\d{1,10}\]: ))/y;
/**
 * Between host and TAG: a level, as F5 puts it, with its facility on AIX and some BusyBox ("auth|security:info",
 * "auth.info"); "<address MAC>" on Aruba's access points; the event's number on its switches, which set the text two
 * spaces apart; "(Stack)" on Comware.
 */
const BETWEEN =
  /(?:(?:(?:[a-z\d|]{1,24}[.:])?(?:emerg|alert|crit|err|warn|warning|notice|info|debug)(?:\|[a-z]{1,8})? |<[\da-fA-F:. ]{4,64}> {1,2})(?=[^\s:[\]]{1,64}\[\d{1,10}\]: )|\d{5} (?=[\w.-]{1,32}: {2}\S)|\(\w{1,16}\) (?=%%\d\d))/y;
/** A TAG where RFC 5424 wants APP-NAME, as templates with %syslogtag% make it. */
const TAGGED_APP = /^([^\s[\]:]{1,64})(?:\[(\d{1,10})\]:?|:)$/;
/** Meraki has seconds since the epoch where RFC 5424 has a date, and then a host and the kind of event. */
const EPOCH = /([12]\d{9})(?:\.(\d{1,9}))? ([^\s\x00-\x1f\x7f]{1,255}) (?:([a-z][a-z_-]{2,31}) )?/y;
/** Versions of RFC 5424 to come, told by the time that follows. */
const VERSION = /[1-9]\d{0,2}(?= \d{4}-\d\d-\d\d[Tt])/y;
const REPEATED = /last message repeated \d/y;

const SP = 0x20;
const QUOTE = 0x22;
const PERCENT = 0x25;
const LT = 0x3c;
const COLON = 0x3a;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const BRACE = 0x7b;
/** White space beyond ASCII, as \s has it. */
const WIDE_BLANK = /\s/;
/** By ASCII code: 1 for what may stand in a program's name. */
const NAME_CODES = new Uint8Array(128).fill(1, 0x21, 0x7f);
for (const mark of '":<>[]|') NAME_CODES[mark.charCodeAt(0)] = 0;

/**
 * Reads a datagram or frame: RFC 5424, RFC 3164, and what senders take for them. Never throws; what is not understood
 * is left in `message`. Time is linear in the length, of which no more than MAX_MESSAGE_BYTES count. A line feed within
 * is text: one datagram is one message. `received` finds the year of dates without one, `zone` the offset of
 * times without one.
 */
export function parseSyslog(bytes: Buffer, received: Instant, zone: ZoneOffset = utcOffset): SyslogMessage {
  const truncated = bytes.length > MAX_MESSAGE_BYTES;
  let end = truncated ? characterStart(bytes, MAX_MESSAGE_BYTES) : bytes.length;
  while (end > 0 && isTrailing(bytes[end - 1])) end -= 1;
  const start = beginning(bytes, end);
  const text = bytes.toString("utf8", start, end);

  const after = priorityEnd(text);
  const mark = truncated ? CUT_MARK : "";
  if (after < 0) {
    const whole = bare(text + mark, undefined);
    whole.truncated = truncated;
    return whole;
  }
  const priority = after === 0 ? undefined : Number(text.slice(1, after - 1));
  const version = versionEnd(text, after);
  const known =
    version > after
      ? version1(text, version, received, zone)
      : (device(text, after, received, zone) ?? bsd(text, after, received, zone));
  const found = known ?? bare(text.slice(after), undefined);
  // Written into what was found: one object for a message, as hundreds of thousands may come in a second's fraction.
  if (priority !== undefined) {
    found.facility = priority >> 3;
    found.severity = priority & 7;
  }
  if (truncated) {
    found.message += mark;
    found.truncated = true;
  }
  return found;
}

/** A message while it is read. */
type Draft = { -readonly [Name in keyof SyslogMessage]: SyslogMessage[Name] };

/** LF, CR, NUL: what senders end a datagram with. */
function isTrailing(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d || byte === 0;
}

/** Past NULs, and past white space and a byte order mark, or the count of all the rest, where a PRI follows them. */
function beginning(bytes: Buffer, end: number): number {
  let start = 0;
  while (start < end && bytes[start] === 0) start += 1;
  if (bytes[start] === LT) return start;
  const counted = countEnd(bytes, start);
  if (counted > start) return counted;
  let at = start;
  while (at < end && (isTrailing(bytes[at]) || bytes[at] === SP)) at += 1;
  if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
  return at < end && bytes[at] === LT ? at : start;
}

/** Index after the octet count that some senders use on UDP, too ("62 <13>1 …"); `start` when there is none. */
function countEnd(bytes: Buffer, start: number): number {
  let at = start;
  let count = 0;
  for (; at < start + 5 && isDigit(bytes[at] ?? 0); at += 1) count = count * 10 + (bytes[at] ?? 0) - 0x30;
  return bytes[at] === SP && bytes[at + 1] === LT && count === bytes.length - at - 1 ? at + 1 : start;
}

/** `at`, or the start of the UTF-8 character that it cuts. */
function characterStart(bytes: Buffer, at: number): number {
  let start = at;
  while (start > at - 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
}

/** Index after "<13>"; 0 when there is none; -1 when there is something like one that is none. */
function priorityEnd(text: string): number {
  if (text.charCodeAt(0) !== LT) return 0;
  let value = 0;
  for (let at = 1; at < 5; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit === 0x3e - 0x30) return at > 1 && value <= 191 ? at + 1 : -1;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return -1;
}

/** Index after the version of RFC 5424; `at` when there is none. */
function versionEnd(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === 0x31 && text.charCodeAt(at + 1) === SP) return at + 1;
  if (!(first > 0x30 && first <= 0x39)) return at;
  VERSION.lastIndex = at;
  return at + (VERSION.exec(text)?.[0].length ?? 0);
}

function bare(message: string, timestamp: Instant | undefined, host?: string): Draft {
  return {
    facility: undefined,
    severity: undefined,
    host,
    app: undefined,
    pid: undefined,
    msgid: undefined,
    structuredData: undefined,
    timestamp,
    message,
    truncated: false,
  };
}

/**
 * RFC 5424, from the space after the version on. Where a date is followed by what is no such header, it is read as
 * RFC 3164: templates put a version before that, too. Undefined when neither has a shape.
 */
function version1(text: string, at: number, received: Instant, zone: ZoneOffset): Draft | undefined {
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
  const fields: (string | undefined)[] = [];
  let start = next;
  for (let index = 0; index < 4; index += 1) {
    const word = tokenAt(text, next);
    if (word === undefined) return dated ? bsd(text, at, received, zone) : undefined;
    fields.push(word === "-" ? undefined : word);
    if (index === 1) start = next;
    next += word.length;
    if (text.charCodeAt(next) === SP) next += 1;
    else if (index < 3 || next < text.length) return dated ? bsd(text, at, received, zone) : undefined;
  }
  const app = fields[1];
  const tag = app !== undefined && (app.endsWith(":") || app.endsWith("]")) ? TAGGED_APP.exec(app) : undefined;
  const pid = fields[2];
  if (tag && pid !== undefined && !/^\d{1,10}$/.test(pid)) {
    const rest = tagged(text, start, fields[0], timestamp);
    if (rest) return rest;
  }
  const data = structuredDataAt(text, next);
  next = data ? data.end : next;
  while (text.charCodeAt(next) === SP) next += 1;
  if (text.charCodeAt(next) === 0xfeff) next += 1;
  // rsyslog takes a Cisco's sequence number for the program.
  if (app !== undefined && pid === undefined && isDigit(app.charCodeAt(0)) && /^\d{1,10}$/.test(app)) {
    const found = device(text, next, received, zone);
    if (found) {
      found.host ??= fields[0];
      found.timestamp ??= timestamp;
      return found;
    }
  }
  return {
    facility: undefined,
    severity: undefined,
    host: fields[0],
    app: tag?.[1] ?? app,
    pid: pid ?? tag?.[2],
    msgid: fields[3],
    structuredData: data?.data,
    timestamp,
    message: text.slice(next),
    truncated: false,
  };
}

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

/** A word of the header: by character, where regular expressions would take most of the time that a message costs. */
function tokenAt(text: string, at: number): string | undefined {
  let end = at;
  while (end - at < MAX_TOKEN && isToken(text, end)) end += 1;
  return end === at ? undefined : text.slice(at, end);
}

/** \S without control characters: nothing of a header may hold an ESC. False past the end. */
function isToken(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return code > SP && code !== 0x7f;
  return code >= 0x80 && !WIDE_BLANK.test(text.charAt(at));
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

function device(text: string, at: number, received: Instant, zone: ZoneOffset): Draft | undefined {
  const found = ciscoAt(text, at, received, zone);
  if (found === undefined) return undefined;
  // Devices log to a local facility (16 and up) by themselves; programs that put their text at once after a TAG do not.
  if (found.likeTag && at > 0 && Number(text.slice(1, at - 1)) < 16 * 8) return undefined;
  const message = bare(found.message, found.timestamp, found.host);
  message.app = found.app;
  message.pid = found.pid;
  return message;
}

/** RFC 3164: time, host and TAG, each of which may be missing. */
function bsd(text: string, start: number, received: Instant, zone: ZoneOffset): Draft {
  let at = start;
  while (text.charCodeAt(at) === SP || text.charCodeAt(at) === 0xfeff) at += 1;
  const time = isoTimeAt(text, at, zone) ?? bsdTimeAt(text, at, received, zone);
  if (!time) return tagged(text, at, undefined, undefined) ?? bare(text.slice(at), undefined);
  let next = time.end;
  if (text.charCodeAt(next) === 0x3a) next += 1;
  if (text.charCodeAt(next) === SP) next += 1;
  // nginx before it knows its name: the host is there, but empty.
  const empty = text.charCodeAt(next) === SP;
  while (text.charCodeAt(next) === SP) next += 1;
  const hostless = tagged(text, next, undefined, time.time);
  if (hostless) return hostless;
  const word = tokenAt(text, next);
  if (word === undefined || repeatedAt(text, next)) return bare(text.slice(next), time.time);
  let after = next + word.length;
  if (after >= text.length) return bare(word, time.time);
  while (text.charCodeAt(after) === SP || text.charCodeAt(after) === 0x09) after += 1;
  if (!mayBeHost(word)) return bare(text.slice(next), time.time);
  const host = word === "-" ? undefined : word;
  const passedOn = word === "From" ? relayed(text, next, undefined, time.time) : undefined;
  const hosted = passedOn ?? tagged(text, after, host, time.time) ?? relayed(text, next, undefined, time.time);
  if (hosted) return hosted;
  const within = relayed(text, after, host, time.time);
  if (within) return within;
  if (empty || NO_HOST.test(word)) return bare(text.slice(next), time.time);
  // An empty TAG.
  if (text.charCodeAt(after) === COLON && text.charCodeAt(after + 1) === SP) after += 2;
  return bare(text.slice(after), time.time, word);
}

/** Not so when it begins JSON, a mark or a bracket that it does not close: then a colon further on is the text's. */
function mayBeHost(word: string): boolean {
  const first = word.charCodeAt(0);
  if (first === LT || first === QUOTE || first === BRACE || first === PERCENT) return false;
  return first !== OPEN || word.endsWith("]");
}

/** What a relay or a device puts between the usual host and TAG. */
function relayed(
  text: string,
  at: number,
  host: string | undefined,
  timestamp: Instant | undefined,
): Draft | undefined {
  FORWARDED.lastIndex = at;
  const forwarded = FORWARDED.exec(text);
  if (forwarded && (host === undefined || forwarded[1] !== undefined)) {
    const next = at + forwarded[0].length;
    const origin = forwarded[1] ?? forwarded[2];
    return tagged(text, next, origin, timestamp) ?? bare(text.slice(next), timestamp, origin);
  }
  if (host === undefined) return undefined;
  BETWEEN.lastIndex = at;
  return BETWEEN.test(text) ? tagged(text, BETWEEN.lastIndex, host, timestamp) : undefined;
}

function repeatedAt(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== 0x6c) return false;
  REPEATED.lastIndex = at;
  return REPEATED.test(text);
}

/** "TAG: text" and "TAG[pid]: text". Undefined when there is no TAG. */
function tagged(text: string, at: number, host: string | undefined, timestamp: Instant | undefined): Draft | undefined {
  const nameEnd = tagEnd(text, at);
  let next = colonAfter(text, nameEnd);
  if (nameEnd === at || next < 0) return host === undefined ? undefined : cutTag(text, at, host, timestamp);
  const app = text.slice(at, nameEnd);
  const pid = next > nameEnd + 1 ? text.slice(nameEnd + 1, next - 2) : undefined;
  if (next < text.length && !isBlank(text.charCodeAt(next))) {
    // "sshd[1]:text" is a TAG; "2001:db8::1 …", "12:30", "https://…" and "C:\…" are not.
    const code = text.charCodeAt(next);
    const loose = host !== undefined && PLAIN_NAME.test(app) && !isDigit(code) && code !== 0x2f && code !== 0x3a;
    if (pid === undefined) {
      const found = imageAt(text, at, host, timestamp);
      if (found) return found;
      if (!loose && !VRP_NAME.test(app)) return undefined;
    }
  }
  while (text.charCodeAt(next) === SP) next += 1;
  if (text.charCodeAt(next) === 0xfeff) next += 1;
  if (pid === undefined && UNIFI.test(app)) {
    const inner = tagged(text, next, host ?? app, timestamp);
    if (inner) return inner;
  }
  let msgid: string | undefined;
  if (text.charCodeAt(next) === OPEN && text.charCodeAt(next + 1) === 0x49) {
    MESSAGE_ID.lastIndex = next;
    msgid = MESSAGE_ID.exec(text)?.[1];
    if (msgid !== undefined) next = MESSAGE_ID.lastIndex;
  }
  const found = bare(text.slice(next), timestamp, host);
  found.app = app;
  found.pid = pid === "" ? undefined : pid;
  found.msgid = msgid;
  return found;
}

function imageAt(
  text: string,
  at: number,
  host: string | undefined,
  timestamp: Instant | undefined,
): Draft | undefined {
  IMAGE.lastIndex = at;
  const image = IMAGE.exec(text);
  const app = image?.[1];
  // "https://…" is none.
  if (app === undefined || !app.includes("/") || app.includes("//")) return undefined;
  const found = bare(text.slice(IMAGE.lastIndex), timestamp, host);
  found.app = app;
  found.pid = image?.[2];
  return found;
}

/** End of what may be a program's name: no quotes, brackets, colon, "<", ">", "|"; `at` when there is none, or too much of one. */
function tagEnd(text: string, at: number): number {
  for (let end = at; end - at <= MAX_TAG; end += 1) {
    const code = text.charCodeAt(end);
    if (code < 0x80 ? NAME_CODES[code] === 0 : !isToken(text, end)) return end;
  }
  return at;
}

/** Index after the colon that ends a TAG, past "[pid]" where there is one; -1 when there is no colon. */
function colonAfter(text: string, at: number): number {
  if (text.charCodeAt(at) === COLON) return at + 1;
  if (text.charCodeAt(at) !== OPEN) return -1;
  let end = at + 1;
  while (end - at <= MAX_TAG && isToken(text, end) && text.charCodeAt(end) !== CLOSE) end += 1;
  return text.charCodeAt(end) === CLOSE && text.charCodeAt(end + 1) === COLON ? end + 2 : -1;
}

/** "postfix/submission/smtpd[1234567" and the text: the program is known though the rest of its TAG is lost. */
function cutTag(text: string, at: number, host: string, timestamp: Instant | undefined): Draft | undefined {
  CUT_TAG.lastIndex = at;
  const found = CUT_TAG.exec(text);
  if (!found) return undefined;
  const [all, app, pid, closed] = found;
  let next = at + all.length;
  while (text.charCodeAt(next) === SP) next += 1;
  const whole = closed === undefined || pid === "" ? undefined : pid;
  const message = bare(text.slice(next), timestamp, host);
  message.app = app;
  message.pid = whole;
  return message;
}

function isBlank(code: number): boolean {
  return code === SP || (code >= 0x09 && code <= 0x0d);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
