import type { Instant } from "../core/time.ts";
import { bsd } from "./syslog-3164.ts";
import { version1, versionEnd } from "./syslog-5424.ts";
import { deviceAt } from "./syslog-cisco.ts";
import { bare, isDigit, SP, type SyslogMessage } from "./syslog-record.ts";
import { utcOffset, type ZoneOffset } from "./syslog-time.ts";
import { unwrapped } from "./syslog-wrapped.ts";

export type { StructuredData, SyslogMessage } from "./syslog-record.ts";

/** Bytes of a message that are looked at; the rest is cut off. */
export const MAX_MESSAGE_BYTES = 8192;
/** Ends the text of a message that was cut, so that no pattern takes the cut for the message's own end. */
export const CUT_MARK = "\ufffd…";

const LT = 0x3c;

/**
 * Reads a datagram or frame: RFC 5424, RFC 3164, and what senders take for them. Never throws; what is not understood
 * is left in `message`. Time is linear in the length, of which no more than MAX_MESSAGE_BYTES count. A line feed within
 * is text: one datagram is one message. `received` finds the year of dates without one, `zone` the offset of
 * times without one.
 */
export function parseSyslog(bytes: Buffer, received: Instant, zone: ZoneOffset = utcOffset): SyslogMessage {
  const truncated = bytes.length > MAX_MESSAGE_BYTES;
  let end = truncated ? characterStart(bytes, MAX_MESSAGE_BYTES) : bytes.length;
  while (end > 0 && (isTrailing(bytes[end - 1]) || isEscapedTrailing(bytes, end))) {
    end -= isTrailing(bytes[end - 1]) ? 1 : 4;
  }
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
      : (deviceAt(text, after, received, zone) ?? bsd(text, after, received, zone));
  let found = known ?? bare(text.slice(after), undefined);
  // Written into what was found: one object for a message, as hundreds of thousands may come in a second's fraction.
  if (priority !== undefined) {
    found.facility = priority >> 3;
    found.severity = priority & 7;
  }
  if (found.pid === undefined) found = unwrapped(found, received, zone);
  if (truncated) {
    found.message += mark;
    found.truncated = true;
  }
  return found;
}

/** LF, CR, NUL: what senders end a datagram with. */
function isTrailing(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d || byte === 0;
}

/** The same as rsyslog passes it on: "#012", "#015", "#000". */
function isEscapedTrailing(bytes: Buffer, end: number): boolean {
  if (bytes[end - 4] !== 0x23 || bytes[end - 3] !== 0x30) return false;
  const tens = bytes[end - 2];
  const ones = bytes[end - 1];
  return tens === 0x31 ? ones === 0x32 || ones === 0x35 : tens === 0x30 && ones === 0x30;
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
