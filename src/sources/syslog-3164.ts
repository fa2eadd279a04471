import { isIPv4, isIPv6 } from "node:net";
import { type Instant, instant } from "../core/time.ts";
import { bare, type Draft, isDigit, isToken, messageIdAt, SP, tokenAt } from "./syslog-record.ts";
import { bsdTimeAt, isoTimeAt, type ZoneOffset } from "./syslog-time.ts";

/** Characters of a TAG, and of what stands in its brackets. */
const MAX_TAG = 128;
/** A TAG, or "TAG[12" with its end cut off, when 32 characters long: rsyslog forwards `%syslogtag:1:32%`. */
const CUT_TAG = /(?=[^\s]{32} )([^\s:[\]<>|\x00-\x1f\x7f]{1,31})\[(\d{0,30})(\])? /y;
/**
 * "TAG[12] text": what rsyslog makes of an RFC 5424 message that it sends on in its default format. RFC 3164 lets any
 * character that is no letter or digit end a TAG; some set its colon apart.
 */
const LOOSE_TAG = /([^\s:[\]<>|"\x00-\x1f\x7f]{1,64})\[(\d{1,10})\](?: :)? /y;
/** Programs that no text begins with by chance. */
const NAMES =
  "sshd(?:-session|-auth)?|dropbear|dovecot|postfix(?:/[a-z]{1,16}){0,3}|proftpd|vsftpd|pure-ftpd|exim|haproxy|named|" +
  "(?:nginx|apache2?|httpd)(?:[_-](?:access|error))?|openvpn|ocserv|asterisk|slapd|pvedaemon";
/** A TAG of theirs with neither pid nor colon, as rsyslog's imfile makes them, or with both set apart. */
const PROGRAM = new RegExp(`(${NAMES})(?: ?\\[(\\d{1,10})\\])?(?: ?:)? (?=\\S)`, "y");
const PROGRAM_NAME = new RegExp(`^(?:${NAMES})$`);
/** A name that a missing space cannot make of an address, a path or a URL. */
const PLAIN_NAME = /^(?![\da-fA-F]{1,4}$)[A-Za-z][\w./-]{2,63}$/;
/** Huawei VRP and H3C Comware: version, module, level and mnemonic in place of a name, often with no space after it. */
const VRP_NAME = /^%%\d\d[\w-]+\/\d\/[\w-]+(?:\(\w\))?$/;
/** Docker's tag made of the image's name, which has a colon of its own: "nginx:1.27/web[812]". */
const IMAGE = /([\w./@-]{1,80}(?::[\w./@-]{1,80}){1,2})\[(\d{1,10})\]: /y;
/** UniFi: "788a20aabbcc,U7PG2-6.5.28+14491:", before 2020 "U7PG2,788a20aabbcc,v4.0.1.9421:", before the program's TAG. */
const UNIFI = /^(?:[\w.-]{2,32},)?[\da-f]{12},/;
/**
 * Not in a host name; what begins so is the text itself ("action=drop", "{…}", "-- MARK --", "[12.34] kernel text",
 * "1,2026/…", "CEF:0|…", "app[12] text", "WARNING text", HAProxy's "192.0.2.7:40000 […").
 */
export const NO_HOST =
  /^[-%[]|[={,|]|\w\[|^\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}$|^(?:DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)$/;
/** After the client's address, with which a web server's or HAProxy's line begins: "- bob [22/Nov/2026:…", "[22/Nov/2026:…". */
const ACCESS = /(?:- [^\s\x00-\x1f\x7f]{1,255} )?\[\d\d\/[A-Z][a-z]{2}\/\d{4}:/y;
const EPOCH =
  /([12]\d{9})(?:\.(\d{1,9}))? (?:([^\s[\]\x00-\x1f\x7f]{0,254}[^\s[\]:\x00-\x1f\x7f]) )?(?=[^\s:[\]]{1,64}(?:\[\d{1,10}\])?: )/y;
/** FreeBSD and AIX say so of what they pass on, in the place of the host; AIX with -s in one word. */
const FORWARDED =
  /(?:(?:Message f|F)orwarded from ([^\s\x00-\x1f\x7f]{1,255}): |From ([^\s\x00-\x1f\x7f]{1,255}): (?=[^\s:[\]]{1,64}\[\d{1,10}\]: ))/y;
/** Some BusyBox, before the TAG: "auth.info sshd: …". */
const FACILITY =
  /(?:auth|authpriv|cron|daemon|ftp|kern|lpr|mail|news|syslog|user|uucp|local[0-7])\.(?:emerg|alert|crit|err|warn|warning|notice|info|debug) (?=[^\s:[\]]{1,64}(?:\[\d{1,10}\])?: )/y;
/**
 * Between host and TAG: a level, as F5 puts it, with its slot where a relay took that for no host, and with its facility
 * on AIX ("auth|security:info"); "<address MAC>" on Aruba's access points; the event's number on its switches, which set
 * the text two spaces apart; serial number and time on WatchGuard; "(Stack)" on Comware, or its name where a relay has the
 * year for it.
 */
const BETWEEN =
  /(?:(?:slot\d{1,2}\/[\w.-]{1,64} )?(?:(?:[a-z\d|]{1,24}(?:\.|: ?))?(?:emerg|alert|crit|err|warn|warning|notice|info|debug)(?:\|[a-z]{1,8})? |<[\da-fA-F:. ]{4,64}> {1,2})(?=[^\s:[\]]{1,64}\[\d{1,10}\]: )|\d{5} (?=[\w.-]{1,32}: {2}\S)|(?:[\dA-F]{8,16} )?\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\) (?=[\w.-]{1,32}(?:\[\d{1,10}\])?: )|[\w.()-]{1,64} (?=%%\d\d[\w-]{1,32}\/\d\/))/y;
/** What follows a second host: a TAG with a pid, or one of a program that no text begins with by chance. */
const AFTER_HOST = `(?=[^\\s:[\\]]{1,64}\\[\\d{1,10}\\]: |(?:${NAMES}): )`;
/**
 * Between host and TAG, where a relay has put its own name first, or an address stands beside the name (Infoblox): an
 * address, or a UniFi device whose colon rsyslog has cut off.
 */
const SECOND_HOST = new RegExp(
  `(\\d{1,3}(?:\\.\\d{1,3}){3}|[\\da-fA-F]{0,4}(?::[\\da-fA-F]{0,4}){2,7}|(?:[\\w.-]{2,32},)?[\\da-f]{12},[\\w.+-]{1,32}) ${AFTER_HOST}`,
  "y",
);
/** After two spaces, which Junos puts before its name; rsyslog takes that for an empty TAG. */
const SPACED_HOST = new RegExp(`([\\w.:-]{1,64}) ${AFTER_HOST}`, "y");
/** In the host's place where a relay did not expect it after the time: Junos and Comware have it there. */
const YEAR = /^20\d\d$/;
const TAG_AFTER = new RegExp(AFTER_HOST, "y");
/** Taken for the program by relays that read RFC 3164 to the letter: what stands between host and TAG. */
const NO_PROGRAM: ReadonlySet<string> = new Set(
  "emerg alert crit err warn warning notice info debug Message forwarded from".split(" "),
);
/** The first part of an IPv6 address that a host has, and the rest of it. */
const HEXTET = /^(?:[23][\da-fA-F]{3}|[fF](?:[cCdD][\da-fA-F]{2}|[eE]80))$/;
const TORN = /([\da-fA-F:.]{2,40}) (?=[^\s:[\]]{1,64}(?:\[\d{1,10}\])?: )/y;
const REPEATED = /last message repeated \d/y;

const QUOTE = 0x22;
const PERCENT = 0x25;
const LT = 0x3c;
const COLON = 0x3a;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const BRACE = 0x7b;
/** By ASCII code: 1 for what may stand in a program's name. */
const NAME_CODES = Uint8Array.from({ length: 128 }, (_, code) =>
  code > SP && code < 0x7f && !'":<>[]|'.includes(String.fromCharCode(code)) ? 1 : 0,
);

/** RFC 3164: time, host and TAG, each of which may be missing. */
export function bsd(text: string, start: number, received: Instant, zone: ZoneOffset): Draft {
  let at = start;
  while (text.charCodeAt(at) === SP || text.charCodeAt(at) === 0xfeff) at += 1;
  const time = isoTimeAt(text, at, zone) ?? bsdTimeAt(text, at, received, zone);
  if (!time) return tagged(text, at, undefined, undefined) ?? epoch(text, at) ?? bare(text.slice(at), undefined);
  let next = time.end;
  if (text.charCodeAt(next) === 0x3a) next += 1;
  if (text.charCodeAt(next) === SP) next += 1;
  // nginx before it knows its name: the host is there, but empty.
  const empty = text.charCodeAt(next) === SP;
  while (text.charCodeAt(next) === SP) next += 1;
  FACILITY.lastIndex = next;
  const hostless = tagged(text, FACILITY.test(text) ? FACILITY.lastIndex : next, undefined, time.time);
  if (hostless) return hostless;
  const word = tokenAt(text, next);
  if (word === undefined || repeatedAt(text, next)) return bare(text.slice(next), time.time);
  let after = next + word.length;
  if (after >= text.length) return bare(word, time.time);
  while (text.charCodeAt(after) === SP || text.charCodeAt(after) === 0x09) after += 1;
  if (!mayBeHost(word)) return bare(text.slice(next), time.time);
  const passedOn = word === "From" ? relayed(text, next, undefined, time.time) : undefined;
  const hosted =
    passedOn ??
    tagged(text, after, word, time.time) ??
    relayed(text, next, undefined, time.time) ??
    relayed(text, after, word, time.time) ??
    secondHost(text, after, { word, end: next + word.length, timestamp: time.time });
  if (hosted) {
    if (hosted.host === "-") hosted.host = undefined;
    return hosted;
  }
  ACCESS.lastIndex = after;
  if (empty || NO_HOST.test(word) || ACCESS.test(text)) return bare(text.slice(next), time.time);
  // An empty TAG, or what rsyslog makes of RFC 5424's word for none.
  if (text.startsWith(": ", after) || text.startsWith("- ", after)) after += 2;
  return bare(text.slice(after), time.time, word);
}

/** Seconds since the epoch for a date, as a template of rsyslog's has them; not without a TAG, as Squid's lines are. */
function epoch(text: string, at: number): Draft | undefined {
  EPOCH.lastIndex = at;
  const found = EPOCH.exec(text);
  if (!found) return undefined;
  const [all, seconds, fraction = "", host] = found;
  const time = instant(Number(seconds) * 1000 + Number(`${fraction}000`.slice(0, 3)));
  return tagged(text, at + all.length, host, time);
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
    const origin = forwarded[1] ?? forwarded[2] ?? "";
    return (
      tagged(text, next, origin, timestamp) ??
      betweenAt(text, next, origin, timestamp) ??
      bare(text.slice(next), timestamp, origin)
    );
  }
  if (host === undefined) return undefined;
  FACILITY.lastIndex = at;
  return FACILITY.test(text) ? tagged(text, FACILITY.lastIndex, host, timestamp) : betweenAt(text, at, host, timestamp);
}

function betweenAt(text: string, at: number, host: string, timestamp: Instant | undefined): Draft | undefined {
  BETWEEN.lastIndex = at;
  return BETWEEN.test(text) ? tagged(text, BETWEEN.lastIndex, host, timestamp) : undefined;
}

/** Another host after what stands in the host's place. */
function secondHost(
  text: string,
  at: number,
  first: { readonly word: string; readonly end: number; readonly timestamp: Instant | undefined },
): Draft | undefined {
  const { word, end, timestamp } = first;
  SECOND_HOST.lastIndex = at;
  if (SECOND_HOST.test(text)) return tagged(text, SECOND_HOST.lastIndex, word, timestamp);
  if (at < end + 2 && !YEAR.test(word)) return undefined;
  SPACED_HOST.lastIndex = at;
  const found = SPACED_HOST.exec(text);
  return found ? tagged(text, SPACED_HOST.lastIndex, found[1], timestamp) : undefined;
}

function repeatedAt(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== 0x6c) return false;
  REPEATED.lastIndex = at;
  return REPEATED.test(text);
}

/** "TAG: text" and "TAG[pid]: text". Undefined when there is no TAG. */
export function tagged(
  text: string,
  at: number,
  host: string | undefined,
  timestamp: Instant | undefined,
  placed = false,
): Draft | undefined {
  const nameEnd = tagEnd(text, at);
  let next = colonAfter(text, nameEnd);
  if (nameEnd === at || next < 0) return host === undefined ? undefined : looseTag(text, at, host, timestamp);
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
  const inner = pid === undefined && !placed ? afterPlace(text, next, app, host, timestamp) : undefined;
  if (inner) return inner;
  const id = messageIdAt(text, next);
  const found = bare(text.slice(id?.end ?? next), timestamp, host);
  // "-": systemd-netlogd's word for nothing.
  found.app = app === "-" ? undefined : app;
  found.pid = pid === "" || pid === "-" ? undefined : pid;
  found.msgid = id?.id;
  return found;
}

/** The TAG after `app`, where that is no program, but says which device it was. */
function afterPlace(
  text: string,
  at: number,
  app: string,
  host: string | undefined,
  timestamp: Instant | undefined,
): Draft | undefined {
  if (isPlace(app)) return tagged(text, at, host ?? app, timestamp, true);
  // rsyslog tears "2001:db8::9 sshd[12]: …" apart at the first colon.
  if (host === undefined || app.length !== 4 || !HEXTET.test(app)) return undefined;
  TORN.lastIndex = at;
  const rest = TORN.exec(text)?.[1];
  if (rest === undefined || !isIPv6(`${app}:${rest}`)) return undefined;
  return tagged(text, at + rest.length + 1, `${app}:${rest}`, timestamp, true);
}

/**
 * The TAG that a relay left in the text, having taken a word before it for the program; or for none, when there were two
 * spaces, which the relay has `spaced` as well.
 */
export function misread(
  text: string,
  at: number,
  outer: { readonly host: string | undefined; readonly app: string | undefined; readonly spaced: boolean },
  timestamp: Instant | undefined,
): Draft | undefined {
  const { host, app, spaced } = outer;
  if (app === undefined) {
    if (!spaced || host === undefined) return undefined;
    TAG_AFTER.lastIndex = at;
    if (TAG_AFTER.test(text)) return tagged(text, at, host, timestamp);
    SPACED_HOST.lastIndex = at;
    const second = SPACED_HOST.exec(text)?.[1];
    return second === undefined ? undefined : tagged(text, at + second.length + 1, second, timestamp);
  }
  const device = afterPlace(text, at, app, host, timestamp);
  if (device || host === undefined) return device;
  if (YEAR.test(host)) {
    TAG_AFTER.lastIndex = at;
    return TAG_AFTER.test(text) ? tagged(text, at, app, timestamp) : undefined;
  }
  if (!NO_PROGRAM.has(app)) return undefined;
  const whole = `${host} ${app} ${text.slice(at)}`;
  return relayed(whole, 0, undefined, timestamp) ?? relayed(whole, host.length + 1, host, timestamp);
}

export function isProgram(app: string): boolean {
  return PROGRAM_NAME.test(app);
}

/** What names a device, though it stands where a TAG should. */
function isPlace(app: string): boolean {
  return UNIFI.test(app) || (isDigit(app.charCodeAt(0)) && isIPv4(app));
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

/** A TAG without its colon, or "postfix/submission/smtpd[1234567": the program is known though the rest is lost. */
function looseTag(text: string, at: number, host: string, timestamp: Instant | undefined): Draft | undefined {
  CUT_TAG.lastIndex = at;
  LOOSE_TAG.lastIndex = at;
  PROGRAM.lastIndex = at;
  const cut = CUT_TAG.exec(text);
  const found = cut ?? LOOSE_TAG.exec(text) ?? PROGRAM.exec(text);
  if (!found) return undefined;
  const [all, app, pid, closed] = found;
  let next = at + all.length;
  while (text.charCodeAt(next) === SP) next += 1;
  if (text.charCodeAt(next) === 0xfeff) next += 1;
  const whole = (cut && closed === undefined) || pid === "" ? undefined : pid;
  const message = bare(text.slice(next), timestamp, host);
  message.app = app;
  message.pid = whole;
  return message;
}

function isBlank(code: number): boolean {
  return code === SP || (code >= 0x09 && code <= 0x0d);
}
