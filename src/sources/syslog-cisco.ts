import type { Instant } from "../core/time.ts";
import { bsdTimeAt, isoTimeAt, type ZoneOffset } from "./syslog-time.ts";

export interface CiscoMessage {
  readonly host: string | undefined;
  /** With its "%". */
  readonly app: string;
  readonly timestamp: Instant | undefined;
  readonly message: string;
}

const CISCO = /%([A-Z][A-Z0-9_]*(?:-\w+){0,3}-[0-7]-\w+) ?: */y;
const CISCO_SEQUENCE = /\d{1,10}: ?/y;
const CISCO_ORIGIN = /([\w.-]{1,64}|[\da-fA-F:.]{2,45}): (?=[\d*.:A-Z%])/y;
const CISCO_UPTIME = /(?:\d\d:\d\d:\d\d|(?:\d{1,4}[ywdhm]){1,3})(?=:)/y;
const CISCO_TAIL =
  /^(?: ([A-Z]{3,5})(?= [^ :]|:))?(?: {1,2}([^\s:%\x00-\x1f\x7f]{1,64}|[\da-fA-F:.]{2,45})(?= ?: $))? ?:? *$/;
/** A relay's own header before the device's: "Nov 22 11:00:00 192.0.2.1 29: …". */
const RELAY = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ([^\s:\x00-\x1f\x7f]{1,64}|[\da-fA-F:.]{2,45}) (?=\d{1,10}: )/;
/** Characters before the mnemonic. */
const CISCO_REACH = 192;

/**
 * Cisco: sequence number, origin, time with its mark and zone, device name, each optional, and then "%ASA-4-106023:",
 * which stands for the program. Undefined unless all before it has that shape, so that text with a "%…:" within stays text.
 */
export function ciscoAt(text: string, at: number, received: Instant, zone: ZoneOffset): CiscoMessage | undefined {
  const percent = text.indexOf("%", at);
  if (percent < 0 || percent - at > CISCO_REACH) return undefined;
  CISCO.lastIndex = percent;
  const mnemonic = CISCO.exec(text);
  if (!mnemonic) return undefined;
  const head = text.slice(at, percent);
  let next = 0;
  let host: string | undefined;
  const relay = RELAY.exec(head);
  if (relay) {
    host = relay[1];
    next = relay[0].length;
  }
  const numbered = skip(CISCO_SEQUENCE, head, next) > next;
  next = skip(CISCO_SEQUENCE, head, next);
  CISCO_ORIGIN.lastIndex = next;
  const origin = timeAt(head, next, received, zone) ? null : CISCO_ORIGIN.exec(head);
  if (origin) {
    host = origin[1];
    next = skip(CISCO_SEQUENCE, head, next + origin[0].length);
  }
  while (next < head.length && "*.: ".includes(head.charAt(next))) next += 1;
  const time = timeAt(head, next, received, zone);
  next = time ? time.end : skip(CISCO_UPTIME, head, next);
  const tail = CISCO_TAIL.exec(head.slice(next));
  if (!tail) return undefined;
  // "sshd: %ASA-…" is sshd's text, and so is "Nov 22 11:00:00 sshd: %ASA-…": a device numbers its lines, gives the
  // year, or sets its name apart from the colon.
  if (origin && !numbered && !time) return undefined;
  if (tail[2] !== undefined && !numbered && !head.endsWith(" : ") && !/\b\d{4}[- ]/.test(head)) return undefined;
  const message = text.slice(percent + mnemonic[0].length);
  return { host: tail[2] ?? host, app: `%${mnemonic[1]}`, timestamp: time?.time, message };
}

function timeAt(text: string, at: number, received: Instant, zone: ZoneOffset) {
  return isoTimeAt(text, at, zone) ?? bsdTimeAt(text, at, received, zone);
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found ? at + found[0].length : at;
}
