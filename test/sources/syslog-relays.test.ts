import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "../../src/core/time.ts";
import { parseSyslog } from "../../src/sources/syslog-message.ts";
import { type PlainRecord, plainRecord } from "./syslog-samples.ts";

const RECEIVED = instant(Date.parse("2026-11-22T12:06:00Z"));
const T11 = "2026-11-22T11:00:00.000Z";
const NOTHING = { host: null, app: null, pid: null, msgid: null, structuredData: null, timestamp: null };

function parse(wire: string): PlainRecord {
  const { facility: _, severity: __, ...rest } = plainRecord(parseSyslog(Buffer.from(wire), RECEIVED));
  return rest;
}

const FAILED = "Failed password for root from 192.0.2.7 port 1 ssh2";
const FAILED6 = "Failed password for invalid user x from 2001:db8::7 port 1 ssh2";

/** What relays make of what they were sent: caught from rsyslog 8.2302 and syslog-ng 3.38, their dates made one. */
const SAMPLES: readonly (readonly [what: string, wire: string, expected: PlainRecord])[] = [
  [
    "RFC 5424 that rsyslog passes on by default: the TAG has no colon",
    `<38>Nov 22 11:00:00 web1 sshd[12] ${FAILED}`,
    { host: "web1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "the same with ForwardFormat, IPv6",
    `<38>2026-11-22T11:00:00Z 2001:db8::1 sshd-session[12] ${FAILED6}`,
    { host: "2001:db8::1", app: "sshd-session", pid: "12", timestamp: T11, message: FAILED6 },
  ],
  [
    "the same with a name that has slashes, and a byte order mark before the text",
    "<22>Nov 22 11:00:00 mx1 postfix/smtps/smtpd[12] \ufeffwarning: unknown[192.0.2.7]: SASL LOGIN authentication failed",
    {
      host: "mx1",
      app: "postfix/smtps/smtpd",
      pid: "12",
      timestamp: T11,
      message: "warning: unknown[192.0.2.7]: SASL LOGIN authentication failed",
    },
  ],
  [
    "the same of a program that told no pid",
    "<30>Nov 22 11:00:00 mx1 dovecot imap-login: Disconnected (auth failed, 1 attempts): rip=2001:db8::7",
    {
      host: "mx1",
      app: "dovecot",
      timestamp: T11,
      message: "imap-login: Disconnected (auth failed, 1 attempts): rip=2001:db8::7",
    },
  ],
  [
    "rsyslog's imfile, whose Tag has no colon",
    '<133>Nov 22 11:00:00 web1 nginx_access 2001:db8::7 - - [22/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 401 179',
    {
      host: "web1",
      app: "nginx_access",
      timestamp: T11,
      message: '2001:db8::7 - - [22/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 401 179',
    },
  ],
  [
    "the same for an error log",
    "<133>Nov 22 11:00:00 web1 apache-error [Sun Nov 22 11:00:00.1 2026] [auth_basic:error] [pid 1] [client 192.0.2.7:1] AH01617: x",
    {
      host: "web1",
      app: "apache-error",
      timestamp: T11,
      message: "[Sun Nov 22 11:00:00.1 2026] [auth_basic:error] [pid 1] [client 192.0.2.7:1] AH01617: x",
    },
  ],
  [
    "a pid and a colon set apart",
    `<38>Nov 22 11:00:00 web1 sshd [12] : ${FAILED}`,
    { host: "web1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "a word that is no program's",
    "<30>Nov 22 11:00:00 gw1 login failure for user root from 192.0.2.7 via ssh",
    { host: "gw1", timestamp: T11, message: "login failure for user root from 192.0.2.7 via ssh" },
  ],
  [
    "an IPv6 host that rsyslog tore apart",
    `<38>Nov 22 11:00:00 relay 2001: db8::9 sshd[12]: ${FAILED}`,
    { host: "2001:db8::9", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "hexadecimal text that is no address",
    "<38>Nov 22 11:00:00 h abba: dead:beef sshd[12]: x",
    { host: "h", app: "abba", timestamp: T11, message: "dead:beef sshd[12]: x" },
  ],
  [
    "a program's name that could begin an address, and text that could end it",
    "<38>Nov 22 11:00:00 h abba: db8::9 sshd[12]: x",
    { host: "h", app: "abba", timestamp: T11, message: "db8::9 sshd[12]: x" },
  ],
  [
    "seconds for a date, a program and a text that begins as another's",
    "<38>1795345200 sshd: %ASA-6-113015: x",
    { app: "sshd", timestamp: T11, message: "%ASA-6-113015: x" },
  ],
  [
    "a device whose text is another's",
    "<189>45: sw1: Nov 22 11:00:00 CET: %AUTHPRIV-3-SYSTEM_MSG: Nov 22 11:00:00 CET: %SEC_LOGIN-4-LOGIN_FAILED: x",
    {
      host: "sw1",
      app: "%AUTHPRIV-3-SYSTEM_MSG",
      timestamp: T11,
      message: "Nov 22 11:00:00 CET: %SEC_LOGIN-4-LOGIN_FAILED: x",
    },
  ],
  [
    "a program at a local facility whose text is a device's",
    "<190>Nov 22 11:00:00 web1 nginx: Nov 22 11:00:00 CET: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
    {
      host: "web1",
      app: "nginx",
      timestamp: T11,
      message: "Nov 22 11:00:00 CET: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
    },
  ],
  [
    "a header within a header",
    `<38>Nov 22 11:00:01 relay Nov 22 11:00:00 web1 sshd[12]: ${FAILED}`,
    { host: "web1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "a whole message within a header, IPv6",
    `<38>2026-11-22T11:00:01Z relay <38>2026-11-22T11:00:00Z 2001:db8::1 sshd[12]: ${FAILED6}`,
    { host: "2001:db8::1", app: "sshd", pid: "12", timestamp: T11, message: FAILED6 },
  ],
  [
    "a header within a header, no host in it",
    `<38>Nov 22 11:00:01 relay Nov 22 11:00:00 sshd[12]: ${FAILED}`,
    { host: "relay", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "Cisco ASA within a header",
    "<166>Nov 22 11:00:01 192.0.2.1 Nov 22 2026 11:00:00 asa1 : %ASA-6-605004: Login denied from 2001:db8::7/1",
    { host: "asa1", app: "%ASA-6-605004", timestamp: T11, message: "Login denied from 2001:db8::7/1" },
  ],
  [
    "Cisco IOS without a number behind rsyslog",
    "<189>Nov 22 11:00:01 192.0.2.1 *Nov 22 11:00:00.123: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
    {
      host: "192.0.2.1",
      app: "%SEC_LOGIN-4-LOGIN_FAILED",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Login failed",
    },
  ],
  [
    "RFC 5424 that syslog-ng's network() took for RFC 3164",
    `<38>Nov 22 11:00:01 192.0.2.1 1 2026-11-22T11:00:00Z web1 sshd 12 - - ${FAILED}`,
    { host: "web1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "the same sent on as RFC 5424",
    `<38>1 2026-11-22T11:00:01+00:00 192.0.2.1 1 - - - 2026-11-22T11:00:00Z web1 sshd 12 ID [a@1 b="c"] ${FAILED6}`,
    {
      host: "web1",
      app: "sshd",
      pid: "12",
      msgid: "ID",
      structuredData: { "a@1": { b: "c" } },
      timestamp: T11,
      message: FAILED6,
    },
  ],
  [
    "RFC 5424 within a header, a program in capitals",
    "<78>Nov 22 11:00:01 192.0.2.1 1 2026-11-22T11:00:00Z web1 CRON 12 - - x",
    { host: "web1", app: "CRON", pid: "12", timestamp: T11, message: "x" },
  ],
  [
    "a text with a date of its own, a level and a thread",
    "<30>Nov 22 11:00:00 pbx Nov 22 10:59:59 NOTICE[566]: chan_sip.c: x failed for '192.0.2.7:7998'",
    { host: "pbx", timestamp: T11, message: "Nov 22 10:59:59 NOTICE[566]: chan_sip.c: x failed for '192.0.2.7:7998'" },
  ],
  [
    "Cisco IOS with its name behind syslog-ng, which takes that for the program",
    "<189>Nov 22 11:00:01 192.0.2.1 rtr1: Nov 22 11:00:00 CET: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
    { host: "rtr1", app: "%SEC_LOGIN-4-LOGIN_FAILED", timestamp: T11, message: "Login failed" },
  ],
  [
    "the same as RFC 5424",
    '<189>1 2026-11-22T11:00:01+00:00 2001:db8::1 rtr1 - - [meta sequenceId="45"] Nov 22 11:00:00 CET: %SEC_LOGIN-4-LOGIN_FAILED: Login failed',
    { host: "rtr1", app: "%SEC_LOGIN-4-LOGIN_FAILED", timestamp: T11, message: "Login failed" },
  ],
  [
    "Cisco IOS with the year behind syslog-ng, which takes the month for the program",
    '<189>1 2026-11-22T11:00:01+00:00 192.0.2.1 Nov - - [meta sequenceId="45"] 22 2026 11:00:00 CET: %SEC_LOGIN-4-LOGIN_FAILED: Login failed',
    { host: "192.0.2.1", app: "%SEC_LOGIN-4-LOGIN_FAILED", timestamp: T11, message: "Login failed" },
  ],
  [
    "Cisco IOS with its clock not set behind rsyslog with RFC 5424",
    "<189>1 2026-11-22T11:00:01+00:00 2001:db8::1 *Nov - - -  22 11:00:00.123: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
    {
      host: "2001:db8::1",
      app: "%SEC_LOGIN-4-LOGIN_FAILED",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Login failed",
    },
  ],
  [
    "Cisco NX-OS behind rsyslog with RFC 5424",
    "<189>1 2026-11-22T11:00:01+00:00 192.0.2.1 - - - -  2026 Nov 22 11:00:00 UTC: %AUTHPRIV-3-SYSTEM_MSG: x",
    { host: "192.0.2.1", app: "%AUTHPRIV-3-SYSTEM_MSG", timestamp: T11, message: "x" },
  ],
  [
    "a program without a name whose text is a device's",
    "<38>1 2026-11-22T11:00:00+00:00 h - - - - %ASA-6-113015: x",
    { host: "h", timestamp: T11, message: "%ASA-6-113015: x" },
  ],
  [
    "Cisco IOS without a number behind rsyslog, which takes the zone for the program",
    "<189>Nov 22 11:00:00 192.0.2.1 CET: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
    { host: "192.0.2.1", app: "%SEC_LOGIN-4-LOGIN_FAILED", timestamp: T11, message: "Login failed" },
  ],
  [
    "Cisco IOS XR behind syslog-ng, which takes the node for the program",
    "<187>Nov 22 11:00:01 192.0.2.1 RP/0/RSP0/CPU0:Nov 22 11:00:00.333 UTC: SSHD_[65893]: %SECURITY-SSHD-4-INFO_FAILURE : Failed",
    {
      host: "192.0.2.1",
      app: "%SECURITY-SSHD-4-INFO_FAILURE",
      pid: "65893",
      timestamp: "2026-11-22T11:00:00.333Z",
      message: "Failed",
    },
  ],
  [
    "a program that is no device, whatever its text looks like",
    "<38>Nov 22 11:00:01 h CET: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
    {
      host: "h",
      app: "CET",
      timestamp: "2026-11-22T11:00:01.000Z",
      message: "%SEC_LOGIN-4-LOGIN_FAILED: Login failed",
    },
  ],
  [
    "a text with a date of its own",
    "<14>Nov 22 11:00:00 h 2026-11-22 11:00:00,123 my.app: Failed login from 192.0.2.7",
    { host: "h", timestamp: T11, message: "2026-11-22 11:00:00,123 my.app: Failed login from 192.0.2.7" },
  ],
  [
    "a text with a date of its own and a word before a colon",
    "<14>Nov 22 11:00:00 h 2026-11-22T11:00:00.344Z: Failed Login: username=x ip=192.0.2.7",
    { host: "h", timestamp: T11, message: "2026-11-22T11:00:00.344Z: Failed Login: username=x ip=192.0.2.7" },
  ],
  [
    "a text with a date of its own and an address in brackets",
    "<14>Nov 22 11:00:00 h 2026-11-22 11:00:00 H=[192.0.2.7]:62839 dropped by 'connect' ACL",
    { host: "h", timestamp: T11, message: "2026-11-22 11:00:00 H=[192.0.2.7]:62839 dropped by 'connect' ACL" },
  ],
  [
    "a text with a date, a pid and a level of its own",
    '<14>Nov 22 11:00:00 db1 2026-11-22 11:00:00.123 UTC [1234] FATAL:  password authentication failed for user "x"',
    {
      host: "db1",
      timestamp: T11,
      message: '2026-11-22 11:00:00.123 UTC [1234] FATAL:  password authentication failed for user "x"',
    },
  ],
  [
    "UniFi behind rsyslog with RFC 5424",
    "<30>1 2026-11-22T11:00:00+00:00 AP 788a20aabbcc,U7PG2-6.5.28+14491 - - -  dropbear[12]: Bad password",
    { host: "AP", app: "dropbear", pid: "12", timestamp: T11, message: "Bad password" },
  ],
  [
    "UniFi, a model with small letters",
    "<30>Nov 22 11:00:00 UAP-AC-Mesh,788a20aabbcc,v6.5.54.14814: dropbear[12]: Bad password",
    {
      host: "UAP-AC-Mesh,788a20aabbcc,v6.5.54.14814",
      app: "dropbear",
      pid: "12",
      timestamp: T11,
      message: "Bad password",
    },
  ],
  [
    "F5 BIG-IP's slot behind rsyslog",
    `<38>Nov 22 11:00:00 relay slot1/bigip1 notice sshd[1234]: ${FAILED}`,
    { host: "relay", app: "sshd", pid: "1234", timestamp: T11, message: FAILED },
  ],
  [
    "syslog-ng's template of RFC 5424 with nothing for a missing MSGID",
    `<38>1 2026-11-22T11:00:00+00:00 web1 sshd 123  [meta sequenceId="1"] ${FAILED}`,
    {
      host: "web1",
      app: "sshd",
      pid: "123",
      structuredData: { meta: { sequenceId: "1" } },
      timestamp: T11,
      message: FAILED,
    },
  ],
  [
    "the same without structured data either",
    `<38>1 2026-11-22T11:00:00+00:00 web1 sshd 123   ${FAILED6}`,
    { host: "web1", app: "sshd", pid: "123", timestamp: T11, message: FAILED6 },
  ],
  [
    "the same without a pid",
    `<38>1 2026-11-22T11:00:00+00:00 web1 sshd   [meta sequenceId="1"] ${FAILED}`,
    { host: "web1", app: "sshd", structuredData: { meta: { sequenceId: "1" } }, timestamp: T11, message: FAILED },
  ],
  [
    "logger --rfc5424 with an empty tag",
    `<13>1 2026-11-22T11:00:00+00:00 vm  - - [timeQuality tzKnown="1" isSynced="0"] text`,
    {
      host: "vm",
      structuredData: { timeQuality: { tzKnown: "1", isSynced: "0" } },
      timestamp: T11,
      message: "text",
    },
  ],
  [
    "RFC 5424 padded with spaces",
    `<38>1 2026-11-22T11:00:00Z web1  sshd 12 - - ${FAILED}`,
    { host: "web1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "a version before RFC 3164, the text two spaces apart",
    `<38>1 2026-11-22T11:00:00Z web1 sshd[12]:  ${FAILED}`,
    { host: "web1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "RFC 5424 of a later version, without a time",
    `<38>2 - web1 sshd 12 - - ${FAILED}`,
    { host: "web1", app: "sshd", pid: "12", message: FAILED },
  ],
  [
    "an address and a colon in the place of the host",
    `<38>Nov 22 11:00:00 192.0.2.1: sshd[12]: ${FAILED}`,
    { host: "192.0.2.1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "BusyBox with facility and level, no pid",
    `<38>Nov 22 11:00:00 alpine auth.info sshd: ${FAILED}`,
    { host: "alpine", app: "sshd", timestamp: T11, message: FAILED },
  ],
  [
    "BusyBox with facility and level, no host",
    "<84>Nov 22 11:00:00 authpriv.warn dropbear[12]: Bad password attempt for 'root' from 192.0.2.7:1",
    { app: "dropbear", pid: "12", timestamp: T11, message: "Bad password attempt for 'root' from 192.0.2.7:1" },
  ],
  [
    "WatchGuard",
    '<140>Nov 22 11:00:00 T35 70AB00ABCDEF0 (2026-11-22T11:00:00) admd[12]: msg_id="1100-0005" from 192.0.2.7',
    { host: "T35", app: "admd", pid: "12", timestamp: T11, message: 'msg_id="1100-0005" from 192.0.2.7' },
  ],
  [
    "WatchGuard without a serial number or pid",
    '<140>Nov 22 11:00:00 T35 (2026-11-22T11:00:00) firewall: msg_id="3000-0148" Deny',
    { host: "T35", app: "firewall", timestamp: T11, message: 'msg_id="3000-0148" Deny' },
  ],
  [
    "HAProxy with its log format timed",
    "<6>2026-11-22T11:00:00.698010+00:00 192.0.2.7:37296 [22/Nov/2026:11:00:00.697] f f/<NOSRV> 403",
    {
      timestamp: "2026-11-22T11:00:00.698Z",
      message: "192.0.2.7:37296 [22/Nov/2026:11:00:00.697] f f/<NOSRV> 403",
    },
  ],
  [
    "HAProxy with its log format iso, IPv6",
    "2026-11-22T11:00:00.698010+00:00 2001:db8::7:37296 [22/Nov/2026:11:00:00.697] f f/<NOSRV> 403",
    {
      timestamp: "2026-11-22T11:00:00.698Z",
      message: "2001:db8::7:37296 [22/Nov/2026:11:00:00.697] f f/<NOSRV> 403",
    },
  ],
  [
    "an access log with nothing but a date before it",
    '<190>Nov 22 11:00:00 192.0.2.7 - bob [22/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 401 179',
    { timestamp: T11, message: '192.0.2.7 - bob [22/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 401 179' },
  ],
  [
    "an access log after a host",
    '<190>Nov 22 11:00:00 web1 2001:db8::7 - - [22/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 401 179',
    { host: "web1", timestamp: T11, message: '2001:db8::7 - - [22/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 401 179' },
  ],
  [
    "Docker, the image's digest in the tag",
    "<30>Nov 22 11:00:00 host1 ghcr.io/team/web:1.2@sha256:0123abcd[12]: 192.0.2.7 - - x",
    {
      host: "host1",
      app: "ghcr.io/team/web:1.2@sha256:0123abcd",
      pid: "12",
      timestamp: T11,
      message: "192.0.2.7 - - x",
    },
  ],
  [
    "a TAG as long as Docker's with the container's whole id",
    `<30>Nov 22 11:00:00 host1 web/${"0123456789abcdef".repeat(4)}[12]: 2001:db8::7 - - x`,
    {
      host: "host1",
      app: `web/${"0123456789abcdef".repeat(4)}`,
      pid: "12",
      timestamp: T11,
      message: "2001:db8::7 - - x",
    },
  ],
  [
    "systemd-netlogd with its format rfc3339, no pid",
    `<38>2026-11-22T11:00:00.000000+00:00 web1 sshd[-]: ${FAILED}`,
    { host: "web1", app: "sshd", timestamp: T11, message: FAILED },
  ],
  [
    "systemd-netlogd with its format rfc3339, neither host nor name nor pid",
    `<38>2026-11-22T11:00:00.000000+00:00 - -[-]: ${FAILED6}`,
    { timestamp: T11, message: FAILED6 },
  ],
  [
    "rsyslog's template with seconds for a date",
    `<38>1795345200 2001:db8::1 sshd[12]: ${FAILED6}`,
    { host: "2001:db8::1", app: "sshd", pid: "12", timestamp: T11, message: FAILED6 },
  ],
  [
    "the same with a fraction and no host",
    `<38>1795345200.25 sshd: ${FAILED}`,
    { app: "sshd", timestamp: "2026-11-22T11:00:00.250Z", message: FAILED },
  ],
  [
    "Squid's own format, which has no TAG",
    "1795345200.123    120 192.0.2.7 TCP_DENIED/407 3900 CONNECT example.org:443 - HIER_NONE/- text/html",
    {
      message: "1795345200.123    120 192.0.2.7 TCP_DENIED/407 3900 CONNECT example.org:443 - HIER_NONE/- text/html",
    },
  ],
  ["Cisco IOS, uptime and no number", "<189>00:00:46: %LINK-3-UPDOWN: x", { app: "%LINK-3-UPDOWN", message: "x" }],
  [
    "Cisco IOS, a zone named by its offset",
    "<189>45: Nov 22 14:00:00.123 +03: %LINK-3-UPDOWN: x",
    { app: "%LINK-3-UPDOWN", timestamp: "2026-11-22T11:00:00.123Z", message: "x" },
  ],
  [
    "Cisco NX-OS, a zone named by its offset",
    "<189>: 2026 Nov 22 07:30:00 -0330: %AUTHPRIV-3-SYSTEM_MSG: x",
    { app: "%AUTHPRIV-3-SYSTEM_MSG", timestamp: T11, message: "x" },
  ],
  [
    "Cisco IOS, a long name of a zone",
    "<189>45: Nov 22 11:00:00 CETDST: %LINK-3-UPDOWN: x",
    { app: "%LINK-3-UPDOWN", timestamp: T11, message: "x" },
  ],
  [
    "Cisco NX-OS, its name set apart from the colon",
    "<189>sw1 : 2026 Nov 22 11:00:00 UTC: %AUTHPRIV-3-SYSTEM_MSG: x",
    { host: "sw1", app: "%AUTHPRIV-3-SYSTEM_MSG", timestamp: T11, message: "x" },
  ],
  [
    "Junos' two spaces before its name, which rsyslog takes for an empty TAG",
    `<38>Nov 22 11:00:00 relay  r1 sshd[12]: ${FAILED}`,
    { host: "r1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "the same in RFC 5424, an IPv6 address for a name",
    `<38>1 2026-11-22T11:00:00Z relay - - - -  2001:db8::9 sshd[12]: ${FAILED6}`,
    { host: "2001:db8::9", app: "sshd", pid: "12", timestamp: T11, message: FAILED6 },
  ],
  [
    "Junos' year in the host's place, behind ForwardFormat",
    `<38>2026-11-22T11:00:00.000+00:00 2026 r1 sshd[12]: ${FAILED6}`,
    { host: "r1", app: "sshd", pid: "12", timestamp: T11, message: FAILED6 },
  ],
  [
    "the same in RFC 5424",
    `<38>1 2026-11-22T11:00:00+00:00 2026 r1 - - - sshd[12]: ${FAILED}`,
    { host: "r1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "nginx that does not know its name yet, by rsyslog in RFC 5424",
    '<190>1 2026-11-22T11:00:00+00:00 relay - - - -  nginx: 2001:db8::7 - - [22/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 401 0',
    {
      host: "relay",
      app: "nginx",
      timestamp: T11,
      message: '2001:db8::7 - - [22/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 401 0',
    },
  ],
  [
    "UniFi whose colon rsyslog has cut off",
    "<38>Nov 22 11:00:00 relay U7PG2,788a2056b181,v4.0.66.10832 dropbear[12]: Bad password attempt for 'x' from 192.0.2.7:5",
    {
      host: "relay",
      app: "dropbear",
      pid: "12",
      timestamp: T11,
      message: "Bad password attempt for 'x' from 192.0.2.7:5",
    },
  ],
  [
    "an address beside the name, as Infoblox has it",
    `<38>Nov 22 11:00:00 ns1 192.0.2.1 sshd[12]: ${FAILED}`,
    { host: "ns1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "an IPv6 address after the relay's name",
    `<38>Nov 22 11:00:00 relay 2001:db8::1 sshd[12]: ${FAILED6}`,
    { host: "relay", app: "sshd", pid: "12", timestamp: T11, message: FAILED6 },
  ],
  [
    "an IPv6 address that rsyslog tears apart on its way to RFC 5424",
    `<38>1 2026-11-22T11:00:00+00:00 relay 2001 - - - db8::1 sshd[12]: ${FAILED6}`,
    { host: "2001:db8::1", app: "sshd", pid: "12", timestamp: T11, message: FAILED6 },
  ],
  [
    "F5's level, taken for the program",
    `<38>1 2026-11-22T11:00:00+00:00 bigip1 info - - - sshd[12]: ${FAILED6}`,
    { host: "bigip1", app: "sshd", pid: "12", timestamp: T11, message: FAILED6 },
  ],
  [
    "AIX's words, taken for host and program",
    `<38>1 2026-11-22T11:00:00+00:00 Message forwarded - - -  from aix1: sshd[12]: ${FAILED}`,
    { host: "aix1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "FreeBSD's likewise, IPv6",
    `<38>1 2026-11-22T11:00:00+00:00 Forwarded from - - - fbsd1: sshd[12]: ${FAILED6}`,
    { host: "fbsd1", app: "sshd", pid: "12", timestamp: T11, message: FAILED6 },
  ],
  [
    "AIX's after a relay's name",
    `<38>1 2026-11-22T11:00:00+00:00 relay Message - - - forwarded from aix1: sshd[12]: ${FAILED}`,
    { host: "aix1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "AIX's facility after its words",
    `<38>Nov 22 11:00:00 Message forwarded from aix1: auth|security:info sshd[12]: ${FAILED}`,
    { host: "aix1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "AIX's facility, which rsyslog sets apart",
    `<38>Nov 22 11:00:00 aix1 auth|security: info sshd[12]: ${FAILED6}`,
    { host: "aix1", app: "sshd", pid: "12", timestamp: T11, message: FAILED6 },
  ],
  [
    "a host and a pid that RFC 5424 did not tell, by rsyslog's default",
    `<38>Nov 22 11:00:00 - sshd ${FAILED6}`,
    { app: "sshd", timestamp: T11, message: FAILED6 },
  ],
  [
    "a colon that stands apart from the pid",
    `<38>Nov 22 11:00:00 web1 sshd[12] : ${FAILED}`,
    { host: "web1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "a program that RFC 5424 did not name",
    '<189>2026-11-22T11:00:00Z fw1 - date=2026-11-22 time=11:00:00 devname="fw1"',
    { host: "fw1", timestamp: T11, message: 'date=2026-11-22 time=11:00:00 devname="fw1"' },
  ],
  [
    "FortiOS' first value, taken for the program",
    '<189>1 2026-11-22T11:00:00+00:00 fw1 date=2026-11-22 - - -  time=11:00:00 devname="fw1" srcip=2001:db8::7',
    { host: "fw1", timestamp: T11, message: 'date=2026-11-22 time=11:00:00 devname="fw1" srcip=2001:db8::7' },
  ],
  [
    "a second header whose month was taken for the program",
    `<38>1 2026-11-22T11:00:00+00:00 relay Nov - - -  22 11:00:00 web1 sshd[12]: ${FAILED}`,
    { host: "web1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "the same with its PRI, IPv6",
    `<38>1 2026-11-22T11:00:00+00:00 relay <38>Nov - - - 22 11:00:00 web1 sshd[12]: ${FAILED6}`,
    { host: "web1", app: "sshd", pid: "12", timestamp: T11, message: FAILED6 },
  ],
  [
    "Cisco's name, which syslog-ng takes for the program, before a number",
    "<189>Nov 22 11:00:00 relay R1: 000123: Nov 22 11:00:00.123 UTC: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: x] [Source: 192.0.2.7]",
    {
      host: "R1",
      app: "%SEC_LOGIN-4-LOGIN_FAILED",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Login failed [user: x] [Source: 192.0.2.7]",
    },
  ],
  [
    "the same in RFC 5424 before a clock that is not set",
    '<189>1 2026-11-22T11:00:00+00:00 relay R1 - - [meta sequenceId="45"] *Nov 22 11:00:00.123: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: x] [Source: 2001:db8::7]',
    {
      host: "R1",
      app: "%SEC_LOGIN-4-LOGIN_FAILED",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Login failed [user: x] [Source: 2001:db8::7]",
      structuredData: null,
    },
  ],
  [
    "a Cisco that tells how long it has been up",
    "<189>Nov 22 11:00:00 relay 1w2d: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: x] [Source: 192.0.2.7]",
    {
      host: "relay",
      app: "%SEC_LOGIN-4-LOGIN_FAILED",
      timestamp: T11,
      message: "Login failed [user: x] [Source: 192.0.2.7]",
    },
  ],
  [
    "the same on its first day",
    "<189>Nov 22 11:00:00 relay 00:01:01: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: x] [Source: 2001:db8::7]",
    {
      host: "relay",
      app: "%SEC_LOGIN-4-LOGIN_FAILED",
      timestamp: T11,
      message: "Login failed [user: x] [Source: 2001:db8::7]",
    },
  ],
  [
    "IOS XR with its name behind syslog-ng",
    "<189>Nov 22 11:00:00 relay xr1 RP/0/RSP0/CPU0:Nov 22 11:00:00.123 : SSHD_[65935]: %SECURITY-SSHD-4-INFO_FAILURE : Failed authentication attempt by user 'x' from '192.0.2.7' on vty0",
    {
      host: "xr1",
      app: "%SECURITY-SSHD-4-INFO_FAILURE",
      pid: "65935",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Failed authentication attempt by user 'x' from '192.0.2.7' on vty0",
    },
  ],
  [
    "an ASA's time in UTC, which rsyslog tears apart at its first colon",
    "<189>Nov 22 11:00:00 relay 2026-11-22T11: 00:00Z: %ASA-6-605004: Login denied from 2001:db8::7/3333",
    { host: "relay", app: "%ASA-6-605004", timestamp: T11, message: "Login denied from 2001:db8::7/3333" },
  ],
  [
    "RouterOS' likewise",
    "<26>Nov 22 11:00:00 relay 2026-11-22T11: 00:00.000+0000 rb1 login failure for user admin from 192.0.2.7 via ssh",
    { host: "rb1", timestamp: T11, message: "login failure for user admin from 192.0.2.7 via ssh" },
  ],
  [
    "a space between PRI and version",
    `<38> 1 2026-11-22T11:00:00Z web1 sshd 12 - - ${FAILED}`,
    { host: "web1", app: "sshd", pid: "12", timestamp: T11, message: FAILED },
  ],
  [
    "the TAG of RFC 3164 after the time of RFC 5424",
    `<38>1 2026-11-22T11:00:00Z sshd[12]: ${FAILED6}`,
    { app: "sshd", pid: "12", timestamp: T11, message: FAILED6 },
  ],
];

for (const [what, wire, expected] of SAMPLES) {
  test(`reads ${what}`, () => assert.deepEqual(parse(wire), { ...NOTHING, ...expected }));
}

test("takes a header within a header within a header for text", () => {
  const date = "Nov 22 11:00:00";
  const { host, app } = parse(`<38>${date} a ${date} b ${date} c sshd[12]: ${FAILED}`);
  assert.deepEqual([host, app], ["a", null]);
});

/** Beginnings of texts that look like what a relay wraps or tears. */
const POSES: readonly string[] = [
  "<38>Nov 22 11:00:00 h sshd[1]: x",
  "Nov 22 11:00:00 h sshd[1]: x",
  "1 2026-11-22T11:00:00Z h sshd 1 - - x",
  "2026-11-22T11:00:00Z h sshd 1 - - x",
  "1795345200 h sshd[1]: x",
  "sshd[1] x",
  "sshd x",
  "db8::9 sshd[1]: x",
  "192.0.2.1: sshd[1]: x",
  "788a20aabbcc,U7PG2-6.5.28+14491: sshd[1]: x",
  "slot1/a notice sshd[1]: x",
  "(2026-11-22T11:00:00) sshd[1]: x",
  "22 2026 11:00:00 CET: %SEC_LOGIN-4-LOGIN_FAILED: x",
  "Nov 22 11:00:00 CET: %SEC_LOGIN-4-LOGIN_FAILED: x",
  "%SEC_LOGIN-4-LOGIN_FAILED: x",
  "r1 sshd[1]: x",
  "192.0.2.1 sshd[1]: x",
  "2001:db8::1 sshd[1]: x",
  "info sshd[1]: x",
  "forwarded from h: sshd[1]: x",
  "from h: sshd[1]: x",
  "00:00Z: %SEC_LOGIN-4-LOGIN_FAILED: x",
];

test("a text that begins as what relays send on leaves its program's name alone", () => {
  let tried = 0;
  for (const [what, wire, expected] of SAMPLES) {
    const { app, message } = expected;
    if (typeof app !== "string" || typeof message !== "string") continue;
    const from = wire.lastIndexOf(message);
    assert.ok(from > 0, what);
    for (const pose of POSES) {
      tried += 1;
      assert.equal(parse(wire.slice(0, from) + pose).app, app, `${what}: ${pose}`);
    }
  }
  assert.ok(tried > 500, `${tried}`);
});

test("a program named as the end of an address is no device", () => {
  for (const app of ["2fa", "a1b2c3d4e5f6"]) {
    assert.equal(parse(`<13>Nov 22 11:00:00 ${app}:  : %ASA-6-605004: Login denied from 192.0.2.7/1`).app, app);
  }
});

test("text that speaks of an address or a host names no program", () => {
  for (const text of ["connected 192.0.2.1 failed: x", "user sshd[1]: x", "web1 web1 sshd[1]: x", "rb1 sshd: x"]) {
    assert.equal(parse(`<38>Nov 22 11:00:00 web1 ${text}`).app, null, text);
    assert.equal(parse(`<38>1 2026-11-22T11:00:00Z web1 - - - - ${text}`).app, null, text);
  }
});
