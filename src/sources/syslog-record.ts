import type { Instant } from "../core/time.ts";

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

/** A message while it is read. */
export type Draft = { -readonly [Name in keyof SyslogMessage]: SyslogMessage[Name] };

/** Characters of a word of the header. */
const MAX_TOKEN = 255;
/** What the syslog(3C) of Solaris puts before the text. */
const MESSAGE_ID = /\[ID (\d{1,10}) [a-z\d]{1,16}\.[a-z]{1,16}\] /y;
/** White space beyond ASCII, as \s has it. */
const WIDE_BLANK = /\s/;

export const SP = 0x20;

export function bare(message: string, timestamp: Instant | undefined, host?: string): Draft {
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

/** A word of the header: by character, where regular expressions would take most of the time that a message costs. */
export function tokenAt(text: string, at: number): string | undefined {
  let end = at;
  while (end - at < MAX_TOKEN && isToken(text, end)) end += 1;
  return end === at ? undefined : text.slice(at, end);
}

/** \S without control characters: nothing of a header may hold an ESC. False past the end. */
export function isToken(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return code > SP && code !== 0x7f;
  return code >= 0x80 && !WIDE_BLANK.test(text.charAt(at));
}

/** Solaris: "[ID 800047 auth.info] " before the text. */
export function messageIdAt(text: string, at: number): { id: string | undefined; end: number } | undefined {
  if (text.charCodeAt(at) !== 0x5b || text.charCodeAt(at + 1) !== 0x49) return undefined;
  MESSAGE_ID.lastIndex = at;
  const found = MESSAGE_ID.exec(text);
  return found ? { id: found[1], end: MESSAGE_ID.lastIndex } : undefined;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
