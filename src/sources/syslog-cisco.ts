import type { Instant } from "../core/time.ts";
import { bare, type Draft, SP } from "./syslog-record.ts";
import { bsdTimeAt, isoTimeAt, type ZoneOffset } from "./syslog-time.ts";

interface CiscoMessage {
  readonly host: string | undefined;
  /** With its "%", or the "#" of wireless controllers. */
  readonly app: string;
  /** IOS XR: of the process that logged. */
  readonly pid: string | undefined;
  readonly timestamp: Instant | undefined;
  readonly message: string;
  /** Nothing but a date within the text tells its name from a program's: "sw1: 2026 Nov 22 11:00:00 UTC: %…". */
  readonly likeTag: boolean;
}

const MNEMONIC = /([%#][A-Z][A-Z0-9_]*(?:-\w+){0,3}-[0-7]-\w+) ?: */y;
/** Which unit of a stack, on Dell's Force10: "%STKUNIT0-M:CP %SEC-5-LOGIN_SUCCESS: …". rsyslog puts a space into it. */
const UNIT = /%[A-Z]{2,12}\d{0,2}-[A-Z]: ?[A-Z]{1,8}\d{0,2} (?=%)/y;
const SEQUENCE = /(?!\d\d:\d\d:\d\d)\d{1,10}: ?/y;
/** The device's own after that of its messages to hosts; without a space it is the beginning of an IPv6 address. */
const SECOND_SEQUENCE = /\d{1,10}: /y;
/** What IOS adds when it is told to number each session's lines. */
const SESSION = /\[syslog@9 [^\]\x00-\x1f\x7f]{1,96}\]: ?/y;
const ORIGIN = /([\w.-]{1,64}|[\da-fA-F:.]{2,45}) ?: (?=[\d*.:A-Z%])/y;
/** IOS XR: its name, where it is told to send it, and the node: "rtr1 RP/0/RSP0/CPU0:Nov 22 …". */
const NODE = /(?:([^\s:\x00-\x1f\x7f]{1,64}|[\da-fA-F:.]{1,44}[\da-fA-F]) )?\w{1,8}(?:\/\w{1,8}){2,3}:(?=[*.A-Z\d])/y;
/** The task, on wireless controllers: "*spamApTask0: Nov 22 …". */
const TASK = /\*[\w-]{1,32}: /y;
const UPTIME = /(?:\d\d:\d\d:\d\d|(?:\d{1,4}[ywdhm]){1,3})(?=:)/y;
const ZONE_AND_HOST =
  /^(?: ([A-Z]{3,7})(?= [^ :]|:))?(?: {1,2}([^\s:%\x00-\x1f\x7f]{1,64}|(?=[^:]*:[^ :]*:)[\da-fA-F:.]{2,45})(?= {0,2}: $))? {0,2}:? *$/;
/** After a time that is a unit's. */
const UNIT_HOST = /^:?()(?: {1,2}([^\s:%\x00-\x1f\x7f]{1,64}|[\da-fA-F:.]{2,45}):?)? $/;
/** After a node's time: " UTC: SSHD_[65893]: ". */
const PROCESS = /^(?: [A-Z]{3,7})? ?: [\w./-]{1,64}(?:\[(\d{1,10})\])?: $/;
/**
 * After the time of a relay's own header: "Nov 22 11:00:00 192.0.2.1 29: …"; ": …" or "*Nov 22 …" where the device sends
 * no number.
 */
const RELAY = / ([^\s:\x00-\x1f\x7f]{1,64}|[\da-fA-F:.]{1,44}[\da-fA-F]) (?=\d{1,10}: |: +\S|[*.][A-Z][a-z]{2} )/y;
const ZONE = /^[A-Z]{3,7}$/;
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F.]*:[\da-fA-F.]*:[\da-fA-F:.]*)$/;
const DATE_WITH_YEAR = /[A-Z][a-z]{2} [ \d]?\d \d{4} \d\d:/;
const HASH = 0x23;
/** "*", ".": the clock is not set, or no longer so; ":" and spaces are put before a time, too. */
const MARKS: ReadonlySet<number> = new Set([...": *."].map((mark) => mark.charCodeAt(0)));
/** Characters before the mnemonic. */
const REACH = 192;

/**
 * What a network device of Cisco's kind says of itself and its text. Undefined when `at` begins something else, a
 * program's text with a "%…:" within among it.
 */
export function deviceAt(text: string, at: number, received: Instant, zone: ZoneOffset): Draft | undefined {
  const found = ciscoAt(text, at, received, zone);
  if (found === undefined) return undefined;
  // Devices log to a local facility (16 and up) by themselves; programs that put their text at once after a TAG do not.
  if (found.likeTag && at > 0 && Number(text.slice(1, at - 1)) < 16 * 8) return undefined;
  const message = bare(found.message, found.timestamp, found.host);
  message.app = found.app;
  message.pid = found.pid;
  return message;
}

/**
 * Cisco: sequence number, origin, time with its mark and zone, device name, each optional, and then "%ASA-4-106023:",
 * which stands for the program. Undefined unless all before it has that shape, so that text with a "%…:" within stays text.
 */
function ciscoAt(text: string, at: number, received: Instant, zone: ZoneOffset): CiscoMessage | undefined {
  const percent = text.indexOf("%", at);
  // Not looked for in what begins with a date, as most lines do and a wireless controller's do not.
  const hash = text.charCodeAt(at + 3) === SP && text.charCodeAt(at + 6) === SP ? -1 : text.indexOf("#", at);
  const mark = hash >= 0 && (percent < 0 || hash < percent) ? hash : percent;
  if (mark < 0 || mark - at > REACH) return undefined;
  const unit = skip(UNIT, text, mark);
  MNEMONIC.lastIndex = unit;
  const mnemonic = MNEMONIC.exec(text);
  if (!mnemonic?.[1]) return undefined;
  const head = text.slice(at, mark);

  let next = 0;
  let host: string | undefined;
  const stamp = timeAt(head, 0, received, zone);
  if (stamp) RELAY.lastIndex = stamp.end;
  const relay = stamp && RELAY.exec(head);
  if (relay) {
    host = relay[1];
    next = RELAY.lastIndex;
  }
  const sequence = next;
  next = skip(SEQUENCE, head, next);
  const numbered = next > sequence;
  next = skip(SESSION, head, skip(SECOND_SEQUENCE, head, next));
  let time = next === 0 ? stamp : timeAt(head, next, received, zone);
  NODE.lastIndex = next;
  const node = !time && head.includes("/", next) ? NODE.exec(head) : null;
  ORIGIN.lastIndex = next;
  const origin = node || time ? null : ORIGIN.exec(head);
  if (node) {
    host = node[1] ?? host;
    next = NODE.lastIndex;
  } else if (origin) {
    host = origin[1];
    next = skip(SEQUENCE, head, ORIGIN.lastIndex);
  }
  const task = next;
  next = time ? next : skip(TASK, head, next);
  if (text.charCodeAt(mark) === HASH && next === task) return undefined;
  const marks = next;
  while (next < head.length && MARKS.has(head.charCodeAt(next))) next += 1;
  if (!time || next > marks) time = timeAt(head, next, received, zone);
  next = time ? time.end : skip(UPTIME, head, next);

  const rest = head.slice(next);
  const process = node ? PROCESS.exec(rest) : null;
  const tail = node ? null : (unit > mark ? UNIT_HOST : ZONE_AND_HOST).exec(rest);
  if (!process && !tail) return undefined;
  // "sshd: %ASA-…" is sshd's text, and so is "Nov 22 11:00:00 sshd: %ASA-…": a device numbers its lines, dates them with
  // the year, sets its name apart from the colon, or has an address for it.
  if (origin && !numbered && !time) return undefined;
  // ": 2026 Nov 22 11:00:00 CET : %UCSM-…" has the name elsewhere or nowhere.
  const named = head.startsWith(": ") && tail?.[2] && ZONE.test(tail[2]) ? undefined : tail?.[2];
  if (named !== undefined && !numbered && head.endsWith(": ") && !head.endsWith(" : ")) {
    if (!ADDRESS.test(named) && (tail?.[1] || !DATE_WITH_YEAR.test(head))) return undefined;
  }
  return {
    host: named ?? host,
    app: mnemonic[1],
    pid: process?.[1],
    timestamp: time ? time.time : stamp?.time,
    message: text.slice(MNEMONIC.lastIndex),
    likeTag: origin !== null && !numbered,
  };
}

function timeAt(text: string, at: number, received: Instant, zone: ZoneOffset) {
  return isoTimeAt(text, at, zone) ?? bsdTimeAt(text, at, received, zone);
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
