import type { Instant } from "../core/time.ts";
import { bsd, isProgram, NO_HOST } from "./syslog-3164.ts";
import { version1, versionEnd } from "./syslog-5424.ts";
import { deviceAt } from "./syslog-cisco.ts";
import type { Draft } from "./syslog-record.ts";
import { bsdTimeAt, isoTimeAt, type ZoneOffset } from "./syslog-time.ts";

/** What a relay put its own header before: a PRI, a version, or a date at once. */
const WHOLE = /^(?:<\d{1,3}>(?=\S)|1 \d{4}-\d\d-\d\d[Tt]|\d{4}[- ]|[A-Z][a-z]{2} )/;
/** RFC 5424 for a relay that knows RFC 3164 only: the version is the program. */
const VERSIONED = /^\d{4}-\d\d-\d\d[Tt]/;
/** What a program is called; not in capitals alone, as the levels are that follow a date in many texts. */
const PROGRAM = /^(?![A-Z]+$)[\w./@:()-]+$/;
const PID = /^\d{1,10}$/;
/** Devices log to these by themselves; programs that begin their text as a device would do not. */
const LOCAL = 16;
/**
 * What a relay takes for a device's program: a zone, the time since it was started, a month, its name before a date, or
 * the node of IOS XR.
 */
const ZONE = /^(?:UTC|GMT|MSK|[A-Z]{1,4}T)$|^(?:\d{1,4}[ywdhm]){2,3}$/;
/** A device has a number, a domain or a dash in its name; few programs that log so have. */
const DEVICE = /^[^%#].*[\d.-]/;
const MONTH = /^(?:[*.]|<\d{1,3}>)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)$/;

/** rsyslog tears a date that it does not know apart at the first colon. */
const TORN_TIME = /^\d{4}-\d\d-\d\dT\d\d$/;

/**
 * A relay that does not know a header for one puts its own before it ("Nov 22 11:00:01 relay <38>Nov 22 11:00:00 web1
 * sshd[12]: …"), or takes a part of it for the program. What was found of the text is replaced by what it says itself,
 * but only where that names a program or a device: texts begin with dates and levels, too. Looked into once.
 */
export function unwrapped(found: Draft, received: Instant, zone: ZoneOffset): Draft {
  const inner =
    found.host === undefined || found.pid !== undefined
      ? undefined
      : found.app === undefined
        ? (wholeIn(found.message, received, zone) ?? namelessIn(found, received, zone))
        : headlessIn(found, found.app, received, zone);
  if (!inner) return found;
  inner.facility = found.facility;
  inner.severity = found.severity;
  inner.host ??= found.host;
  inner.timestamp ??= found.timestamp;
  return inner;
}

function wholeIn(text: string, received: Instant, zone: ZoneOffset): Draft | undefined {
  const begun = WHOLE.exec(text);
  if (!begun) return undefined;
  const start = begun[0].startsWith("<") ? begun[0].length : 0;
  const version = versionEnd(text, start);
  const found =
    version > start
      ? version1(text, version, received, zone)
      : start > 0 || (isoTimeAt(text, 0, zone) ?? bsdTimeAt(text, 0, received, zone))
        ? (deviceAt(text, start, received, zone) ?? bsd(text, start, received, zone))
        : undefined;
  if (found?.app === undefined) return undefined;
  if (found.app.startsWith("%")) return found;
  if (start > 0 || version > start) return found;
  // "Failed Login: …" and "H=[192.0.2.7]: …" after a date are no host and program.
  const named = PROGRAM.test(found.app) && (found.host === undefined || !NO_HOST.test(found.host));
  return named && found.pid !== undefined && PID.test(found.pid) ? found : undefined;
}

/** Relays find no program in what a device sends with its name, a node, an address or the time since it was started. */
function namelessIn({ facility, message }: Draft, received: Instant, zone: ZoneOffset): Draft | undefined {
  if (facility === undefined || facility < LOCAL) return undefined;
  return deviceAt(message, 0, received, zone);
}

function headlessIn(outer: Draft, app: string, received: Instant, zone: ZoneOffset): Draft | undefined {
  const { message } = outer;
  if (app === "1") {
    return VERSIONED.test(message) ? version1(`1 ${message}`, 1, received, zone) : undefined;
  }
  if (TORN_TIME.test(app)) {
    const text = `${app}:${message}`;
    return deviceAt(text, 0, received, zone) ?? bsd(text, 0, received, zone);
  }
  const month = MONTH.test(app);
  const local = outer.facility !== undefined && outer.facility >= LOCAL;
  if (!local || !message.slice(0, 192).includes("%")) {
    return month ? wholeIn(`${app} ${message}`, received, zone) : undefined;
  }
  if (ZONE.test(app)) return message.startsWith("%") ? deviceAt(message, 0, received, zone) : undefined;
  if (month) return deviceAt(`${app} ${message}`, 0, received, zone);
  if (app.includes("/")) return deviceAt(`${app}:${message}`, 0, received, zone);
  if (!DEVICE.test(app) || isProgram(app)) return undefined;
  const found = deviceAt(message, 0, received, zone);
  if (found?.timestamp === undefined) return undefined;
  found.host ??= app;
  return found;
}
