import type { Instant } from "../core/time.ts";

/** Milliseconds to add to UTC for local time at `localMs`, which is local time written as if it were UTC. */
export type ZoneOffset = (localMs: number) => number;

/** The zone of a sender of whose clock nothing is known. */
export const utcOffset: ZoneOffset = () => 0;

export interface FoundTime {
  /** Undefined: it has the shape of a time, but is none (30 February). */
  readonly time: Instant | undefined;
  /** Index after it. */
  readonly end: number;
}

const DAY_MS = 86_400_000;
/** From 1 March of the year 0 to 1 January 1970. */
const DAYS_BEFORE_EPOCH = 719_468;
/** How far ahead a sender's clock may be before a date without a year is taken for last year's. */
const AHEAD_MS = 7 * DAY_MS;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH_CODES = MONTHS.map((name) => threeAt(name, 0));
const NO_TIME = 100_000;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

// "Nov 22 11:00:00", "Nov  2 …", "Nov 2 …", "Nov 22 2026 …" (Cisco ASA), "2026 Nov 22 …" (NX-OS),
// "Sun Nov 22 11:00:00 2026" (ctime), "Sun Nov 22 11:00:00 CET 2026" (date), "Nov 22 11:00:00 PM", "JAN 01 …" (PowerConnect),
// "Nov 22 2026 11:00:00+01:00" (Huawei), with or without a fraction ("…:00.5", "…:00,5", "…:00:500" on Comware).
const BSD =
  /(?:(\d{4}) |[A-Z][a-z]{2},? )?([A-Z](?:[a-z]{2}|[A-Z]{2})) ([ \d]?\d) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:[.,:](\d{1,20}))?(?:([+-])(\d\d):(\d\d)(?: DST(?= ))?)?(?: ([AP])M(?= ))?(?: (?:[A-Z]{3,5} )?([12]\d{3})(?= ))?(?![^\s:])/y;
/** Zones that are no host's name: an offset ("+03" on IOS), or universal time. Those of three letters are: "EST" is Sydney's, too. */
const ZONE = / (?:([+-])(\d\d)(?::?(\d\d))?|UTC|GMT|Z)(?=[ :])/y;

/**
 * RFC 3339 as senders write it: any number of digits in the fraction (cut to ms), a space for the T, zone missing or
 * apart. Sophos UTM writes "2026:11:22-11:00:00".
 */
export function isoTimeAt(text: string, at: number, zone: ZoneOffset): FoundTime | undefined {
  const mark4 = text.charCodeAt(at + 4);
  if ((mark4 !== 0x2d && mark4 !== 0x3a) || text.charCodeAt(at + 7) !== mark4) return undefined;
  const middle = text.charCodeAt(at + 10);
  if (mark4 === 0x3a ? middle !== 0x2d : middle !== 0x54 && middle !== 0x74 && middle !== 0x20) return undefined;
  const year = twoDigits(text, at) * 100 + twoDigits(text, at + 2);
  const month = twoDigits(text, at + 5) - 1;
  const day = twoDigits(text, at + 8);
  const clock = clockAt(text, at + 11);
  if (clock < 0 || !(year >= 0) || !(month >= -1) || !(day >= 0)) return undefined;
  let end = at + 19;
  let fraction = 0;
  const mark = text.charCodeAt(end);
  if (mark === 0x2e || mark === 0x2c) {
    const digits = /\d{1,20}/y;
    digits.lastIndex = end + 1;
    const found = digits.exec(text)?.[0];
    if (found === undefined) return undefined;
    fraction = fractionMs(found);
    end += 1 + found.length;
  }
  let away: number | undefined;
  const sign = text.charCodeAt(end);
  if (sign === 0x5a || sign === 0x7a) {
    away = 0;
    end += 1;
  } else if (sign === 0x2b || sign === 0x2d) {
    const colon = text.charCodeAt(end + 3) === 0x3a ? 1 : 0;
    const hours = twoDigits(text, end + 1);
    // "+01" alone is a zone as well.
    const short = colon === 0 && endsAt(text, end + 3);
    const minutes = short ? 0 : twoDigits(text, end + 3 + colon);
    if (!(hours >= 0 && minutes >= 0)) return undefined;
    away = offsetMs(sign === 0x2d ? "-" : "+", hours, minutes);
    end += short ? 3 : 5 + colon;
    // Huawei in summer.
    if (text.startsWith(" DST ", end)) end += 4;
  } else if (sign === 0x20) {
    const apart = zoneAt(text, end);
    if (apart) {
      away = apart.away;
      end = apart.end;
    }
  }
  if (!endsAt(text, end)) return undefined;
  const local = localMs(year, month, day, clock);
  if (local === undefined) return { time: undefined, end };
  const time = local + fraction - (away ?? zone(local));
  return { time: Number.isNaN(time) ? undefined : (time as Instant), end };
}

function offsetMs(sign: string, hours: number, minutes: number): number {
  return hours > 23 || minutes > 59 ? Number.NaN : (sign === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** A zone that stands apart from its time: " +0100", " UTC". */
export function zoneAt(text: string, at: number): { away: number; end: number } | undefined {
  ZONE.lastIndex = at;
  const found = ZONE.exec(text);
  if (!found) return undefined;
  const [all, sign, hours, minutes = "0"] = found;
  return { away: sign === undefined ? 0 : offsetMs(sign, Number(hours), Number(minutes)), end: at + all.length };
}

/**
 * A BSD date, most often without a year: then it is the year that puts it next to `received`, at most a week ahead of
 * it (clocks differ, New Year comes), else in the past.
 */
export function bsdTimeAt(text: string, at: number, received: Instant, zone: ZoneOffset): FoundTime | undefined {
  return plainBsdTimeAt(text, at, received, zone) ?? oddBsdTimeAt(text, at, received, zone);
}

/** "Nov 22 11:00:00", as nearly all send it: read without a regular expression, which would halve the speed. */
function plainBsdTimeAt(text: string, at: number, received: Instant, zone: ZoneOffset): FoundTime | undefined {
  if (text.charCodeAt(at + 3) !== 0x20 || text.charCodeAt(at + 6) !== 0x20) return undefined;
  const month = monthAt(text, at);
  const first = text.charCodeAt(at + 4);
  const day = first === 0x20 ? oneDigit(text, at + 5) : twoDigits(text, at + 4);
  const clock = clockAt(text, at + 7);
  const end = at + 15;
  // A year, a zone, AM or PM may follow: the odd ones' business.
  if (month < 0 || !(day >= 0) || clock < 0) return undefined;
  if (text.charCodeAt(end) !== 0x20 || mayGoOn(text, end + 1)) return undefined;
  const local = nearest(received + zone(received), month, day, clock);
  return { time: local === undefined ? undefined : ((local - zone(local)) as Instant), end };
}

/** Digits, "+", "-", or a word of at most five capitals: rarely a host's name. */
function mayGoOn(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  if (isDigit(first) || first === 0x2b || first === 0x2d) return true;
  let end = at;
  while (end < at + 6 && isCapital(text.charCodeAt(end))) end += 1;
  return end > at && text.charCodeAt(end) === 0x20;
}

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

/** 0…11; -1 when it is none. */
function monthAt(text: string, at: number): number {
  return MONTH_CODES.indexOf(threeAt(text, at));
}

/** Three characters as one number, which no other three make. */
function threeAt(text: string, at: number): number {
  return text.charCodeAt(at) * 2 ** 32 + text.charCodeAt(at + 1) * 2 ** 16 + text.charCodeAt(at + 2);
}

function oddBsdTimeAt(text: string, at: number, received: Instant, zone: ZoneOffset): FoundTime | undefined {
  BSD.lastIndex = at;
  const found = BSD.exec(text);
  if (!found) return undefined;
  const [all, yearBefore, monthName = "", day, yearWithin, hour, minute, second, fraction] = found;
  const [sign, hours, minutes, half, yearAfter] = found.slice(9);
  const month = MONTHS.indexOf(monthName.charAt(0) + monthName.slice(1).toLowerCase());
  if (month < 0) return undefined;
  const apart = zoneAt(text, at + all.length);
  const away = sign === undefined ? apart?.away : offsetMs(sign, Number(hours), Number(minutes));
  const end = apart?.end ?? at + all.length;
  const clock = ofHalf(clockAt(`${hour}:${minute}:${second}`, 0), half);
  const year = yearBefore ?? yearWithin ?? yearAfter;
  const local =
    year === undefined
      ? nearest(received + zone(received), month, Number(day), clock)
      : localMs(Number(year), month, Number(day), clock);
  if (local === undefined) return { time: undefined, end };
  const time = local + fractionMs(fraction) - (away ?? zone(local));
  return { time: Number.isNaN(time) ? undefined : (time as Instant), end };
}

/** Seconds of the day, of what a clock of twelve hours says. */
function ofHalf(clock: number, half: string | undefined): number {
  if (half === undefined || clock >= NO_TIME) return clock;
  if (clock < 3600 || clock >= 13 * 3600) return NO_TIME;
  return (clock % 43_200) + (half === "P" ? 43_200 : 0);
}

function nearest(receivedLocal: number, month: number, day: number, clock: number): number | undefined {
  const year = yearOf(receivedLocal);
  // 29 February is compared as 1 March, so that the right year is asked whether it has one.
  if (dayNumber(year, month, day) * DAY_MS > receivedLocal + AHEAD_MS) return localMs(year - 1, month, day, clock);
  const next = dayNumber(year + 1, month, day) * DAY_MS <= receivedLocal + AHEAD_MS;
  return localMs(next ? year + 1 : year, month, day, clock);
}

/**
 * Days from the epoch to a day of the Gregorian calendar, `month` from 0; a day past the month's end is one of the next.
 * Not by Date: three of them for each line would cost as much as the rest of its header.
 */
export function dayNumber(year: number, month: number, day: number): number {
  // Years that begin in March, so that a leap day is the last of its year.
  const shifted = month < 2 ? year - 1 : year;
  const days = Math.floor((153 * ((month + 10) % 12) + 2) / 5) + day - 1;
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return shifted * 365 + leaps + days - DAYS_BEFORE_EPOCH;
}

/** The year of a local time. */
export function yearOf(localMs: number): number {
  const day = Math.floor(localMs / DAY_MS);
  // Right, or one off at New Year.
  const guess = 1970 + Math.floor(day / 365.2425);
  if (dayNumber(guess, 0, 1) > day) return guess - 1;
  return dayNumber(guess + 1, 0, 1) <= day ? guess + 1 : guess;
}

/** "11:00:00" as seconds of the day; -1 when it has another shape; 100 000 when there is no such time. */
function clockAt(text: string, at: number): number {
  if (text.charCodeAt(at + 2) !== 0x3a || text.charCodeAt(at + 5) !== 0x3a) return -1;
  const hour = twoDigits(text, at);
  const minute = twoDigits(text, at + 3);
  const second = twoDigits(text, at + 6);
  if (!(hour >= 0 && minute >= 0 && second >= 0)) return -1;
  // 60: a leap second.
  return hour > 23 || minute > 59 || second > 60 ? NO_TIME : hour * 3600 + minute * 60 + second;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** NaN when it is none. */
function oneDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return isDigit(code) ? code - 0x30 : Number.NaN;
}

function twoDigits(text: string, at: number): number {
  return oneDigit(text, at) * 10 + oneDigit(text, at + 1);
}

/** A time ends at white space, a colon or the end: else it is the beginning of some other word. */
function endsAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return Number.isNaN(code) || code === 0x3a || code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function localMs(year: number, month: number, day: number, clock: number): number | undefined {
  if (year < 1970 || day < 1 || day > (DAYS[month] ?? 0) || clock >= NO_TIME) return undefined;
  if (month === 1 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return undefined;
  return dayNumber(year, month, day) * DAY_MS + clock * 1000;
}

function fractionMs(digits: string | undefined): number {
  if (digits === undefined) return 0;
  return digits.length >= 3 ? Number(digits.slice(0, 3)) : Number(digits) * (digits.length === 2 ? 10 : 100);
}

/**
 * The offset of an IANA zone ("Europe/Berlin"); undefined when there is no such zone. Asked once per quarter of an
 * hour of log time, which no zone changes within: Intl is too slow to ask for every line.
 */
export function zoneOffset(name: string): ZoneOffset | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch {
    // A RangeError is Intl's way to say that it knows no such zone.
    return undefined;
  }
  const read = (utcMs: number): number => {
    const text = format.formatToParts(utcMs).find((part) => part.type === "timeZoneName")?.value ?? "GMT";
    const found = /^GMT([+-])(\d\d):(\d\d)/.exec(text);
    if (!found) return 0;
    return (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000;
  };
  let slot = Number.NaN;
  let offset = 0;
  return (localMs) => {
    const asked = Math.floor(localMs / 900_000);
    if (asked !== slot) {
      slot = asked;
      // The offset at that local time: guess by taking it for UTC, then ask again at the guessed moment.
      offset = read(localMs - read(localMs));
    }
    return offset;
  };
}
