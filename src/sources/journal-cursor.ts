import { type Instant, instant } from "../core/time.ts";

/** A place in the journal, as journalctl writes it: which entry (`s`, `i`), its boot, its times, a hash of its fields. */
export interface Cursor {
  readonly text: string;
  /** Of the series of files the entry lies in; other after journald copied it from /run to /var. */
  readonly series: string;
  /** Boot, times and hash: what a copy of the entry keeps. */
  readonly identity: string;
  /** Microseconds since the epoch. */
  readonly micros: number;
}

const SHAPE =
  /^s=([0-9a-f]{32});i=[0-9a-f]{1,16};(b=[0-9a-f]{32};m=[0-9a-f]{1,16};t=([0-9a-f]{1,13});x=[0-9a-f]{1,16})$/;

export function parseCursor(text: string): Cursor | undefined {
  const [, series, identity, time] = SHAPE.exec(text) ?? [];
  if (series === undefined || identity === undefined || time === undefined) return undefined;
  return { text, series, identity, micros: Number.parseInt(time, 16) };
}

/** The kernel's name for the boot in which it was logged. */
export function cursorBoot({ identity }: Cursor): string {
  return identity.slice(2, 34);
}

/** The entry that `cursor` names, or the copy of it that journald made when it moved from /run to /var. */
export function sameEntry(cursor: Cursor, text: string): boolean {
  if (text === cursor.text) return true;
  return text.endsWith(cursor.identity) && parseCursor(text)?.series !== cursor.series;
}

/** The time part of whatever was kept as a cursor, in microseconds; undefined when there is none. */
export function cursorMicros(text: string): number | undefined {
  const [, time] = /(?:^|;)t=([0-9a-f]{1,13})(?:;|$)/.exec(text.slice(0, 1024)) ?? [];
  return time === undefined ? undefined : Number.parseInt(time, 16);
}

export function instantOf(micros: number): Instant {
  return instant(Math.floor(micros / 1000));
}
