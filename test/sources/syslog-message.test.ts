import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { plainText } from "../../src/core/patterns.ts";
import { instant } from "../../src/core/time.ts";
import { CUT_MARK, MAX_MESSAGE_BYTES, parseSyslog } from "../../src/sources/syslog-message.ts";
import { zoneOffset } from "../../src/sources/syslog-time.ts";
import { type PlainRecord, plainRecord } from "./syslog-samples.ts";

const RECEIVED = instant(Date.parse("2026-11-22T12:06:00Z"));
const FIXTURES = new URL("../../../shared/fixtures/syslog-datagrams.jsonl", import.meta.url);

function parse(text: string, received = RECEIVED): PlainRecord {
  return plainRecord(parseSyslog(Buffer.from(text), received));
}

const NOTHING = {
  facility: null,
  severity: null,
  host: null,
  app: null,
  pid: null,
  msgid: null,
  structuredData: null,
  timestamp: null,
};
const T11 = "2026-11-22T11:00:00.000Z";

/** Sender, what it puts on the wire, what is found in it (facility and severity are checked apart). */
const SAMPLES: readonly (readonly [sender: string, wire: string, expected: PlainRecord])[] = [
  [
    "rsyslog forwarding, IPv6 text",
    "<38>Nov 22 11:00:00 vm sshd[1]: Invalid user x from 2001:db8::5 port 1",
    { host: "vm", app: "sshd", pid: "1", timestamp: T11, message: "Invalid user x from 2001:db8::5 port 1" },
  ],
  [
    "rsyslog, a TAG cut at 32 within the pid",
    "<22>Nov 22 11:00:00 vm postfix/submission/smtpd[1234567 warning: x",
    { host: "vm", app: "postfix/submission/smtpd", timestamp: T11, message: "warning: x" },
  ],
  [
    "rsyslog, a TAG cut at 32 after the pid",
    "<22>Nov 22 11:00:00 vm postfix/submission/smtpd[123456] warning: x",
    { host: "vm", app: "postfix/submission/smtpd", pid: "123456", timestamp: T11, message: "warning: x" },
  ],
  [
    "rsyslog, a name cut at 32",
    "<13>Nov 22 11:00:00 vm averyveryveryverylongprogramname long tag",
    { host: "vm", timestamp: T11, message: "averyveryveryverylongprogramname long tag" },
  ],
  [
    "rsyslog FileFormat, no PRI",
    "2026-11-22T11:00:00.123456+01:00 vm sshd[1]: Failed\n",
    { host: "vm", app: "sshd", pid: "1", timestamp: "2026-11-22T10:00:00.123Z", message: "Failed" },
  ],
  ["rsyslog StdJSONFmt", '{"message":" Failed: x","host":"vm"}', { message: '{"message":" Failed: x","host":"vm"}' }],
  [
    "logger --rfc3164 with a space in the tag",
    "<38>Nov 22 11:00:00 vm my app[1]: x",
    { host: "vm", timestamp: T11, message: "my app[1]: x" },
  ],
  [
    "logger --rfc3164 with an empty tag pid",
    "<38>Nov 22 11:00:00 vm sshd[]: x",
    { host: "vm", app: "sshd", timestamp: T11, message: "x" },
  ],
  ["python without ident", "<38>Failed password for root\0", { message: "Failed password for root" }],
  ["python with ident, no space", "<38>app[7]:text\0", { app: "app", pid: "7", message: "text" }],
  [
    "FreeBSD cron on pfSense, no host",
    "<78>Nov 22 11:00:00 /usr/sbin/cron[123]: (root) CMD (x)",
    { app: "/usr/sbin/cron", pid: "123", timestamp: T11, message: "(root) CMD (x)" },
  ],
  [
    "pfSense RFC 5424",
    "<38>1 2026-11-22T11:00:00.000001+00:00 pfSense.example.org sshd 4711 - - Failed password",
    { host: "pfSense.example.org", app: "sshd", pid: "4711", timestamp: T11, message: "Failed password" },
  ],
  [
    "OPNsense RFC 5424",
    '<134>1 2026-11-22T12:00:00+01:00 OPNsense.example.org filterlog 66452 - [meta sequenceId="17"] 4,,,x',
    {
      host: "OPNsense.example.org",
      app: "filterlog",
      pid: "66452",
      structuredData: { meta: { sequenceId: "17" } },
      timestamp: T11,
      message: "4,,,x",
    },
  ],
  [
    "OpenWrt kernel",
    "<6>Nov 22 11:00:00 OpenWrt kernel: [12.345] x\n\0",
    { host: "OpenWrt", app: "kernel", timestamp: T11, message: "[12.345] x" },
  ],
  [
    "MikroTik BSD with a colon after the topics",
    "<30>Nov 22 11:00:00 gw system,info: router rebooted",
    { host: "gw", app: "system,info", timestamp: T11, message: "router rebooted" },
  ],
  [
    "MikroTik BSD, text with colons",
    "<30>Nov 22 11:00:00 gw firewall,info input: in:ether1 out:(unknown 0), 192.0.2.1:4->198.51.100.1:22",
    {
      host: "gw",
      timestamp: T11,
      message: "firewall,info input: in:ether1 out:(unknown 0), 192.0.2.1:4->198.51.100.1:22",
    },
  ],
  [
    "UniFi AP, current",
    "<30>Nov 22 11:00:00 AP 788a20aabbcc,U7PG2-6.5.28+14491: hostapd[12]: ath0: STA x",
    { host: "AP", app: "hostapd", pid: "12", timestamp: T11, message: "ath0: STA x" },
  ],
  [
    "UniFi AP, current, no host",
    "<30>Nov 22 11:00:00 788a20aabbcc,U7PG2-6.5.28+14491: dropbear[12]: Bad password",
    { host: "788a20aabbcc,U7PG2-6.5.28+14491", app: "dropbear", pid: "12", timestamp: T11, message: "Bad password" },
  ],
  [
    "Synology",
    "<12>Nov 22 11:00:00 nas Connection: User [root] from [192.0.2.1] failed to log in via [DSM].",
    {
      host: "nas",
      app: "Connection",
      timestamp: T11,
      message: "User [root] from [192.0.2.1] failed to log in via [DSM].",
    },
  ],
  [
    "Synology RFC 5424, with a byte order mark",
    '<12>1 2026-11-22T11:00:00Z nas Connection - - [synolog@6574 a="b" c=""][meta x="1"] \ufeffUser [root]',
    {
      host: "nas",
      app: "Connection",
      structuredData: { "synolog@6574": { a: "b", c: "" }, meta: { x: "1" } },
      timestamp: T11,
      message: "User [root]",
    },
  ],
  [
    "VMware ESXi RFC 5424: structured data without quotes is text",
    "<166>1 2026-11-22T11:00:00.123Z esx Hostd 2099 - [Originator@6876 sub=Vimsvc] Cannot login",
    {
      host: "esx",
      app: "Hostd",
      pid: "2099",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "[Originator@6876 sub=Vimsvc] Cannot login",
    },
  ],
  [
    "FortiGate RFC 5424",
    '<189>1 2026-11-22T11:00:00Z FGT1 - - - - date=2026-11-22 srcip=192.0.2.1 status="failed"',
    { host: "FGT1", timestamp: T11, message: 'date=2026-11-22 srcip=192.0.2.1 status="failed"' },
  ],
  [
    "key=value after a date",
    "<134>Nov 22 11:00:00 action=drop src=192.0.2.1",
    { timestamp: T11, message: "action=drop src=192.0.2.1" },
  ],
  [
    "Juniper BSD",
    "<38>Nov 22 11:00:00 srx sshd[4]: SSHD_LOGIN_FAILED: Login failed for user 'root' from host '192.0.2.1'",
    {
      host: "srx",
      app: "sshd",
      pid: "4",
      timestamp: T11,
      message: "SSHD_LOGIN_FAILED: Login failed for user 'root' from host '192.0.2.1'",
    },
  ],
  [
    "Juniper with explicit-priority",
    "<38>Nov 22 11:00:00 srx sshd[4]: %AUTH-6-SSHD_LOGIN_FAILED: Login failed",
    { host: "srx", app: "sshd", pid: "4", timestamp: T11, message: "%AUTH-6-SSHD_LOGIN_FAILED: Login failed" },
  ],
  [
    "Cisco IOS with origin, second number and zone",
    "<189>29: rtr1: 000030: *Nov 22 11:00:00.483 UTC: %SYS-5-CONFIG_I: Configured",
    { host: "rtr1", app: "%SYS-5-CONFIG_I", timestamp: "2026-11-22T11:00:00.483Z", message: "Configured" },
  ],
  [
    "Cisco IOS, origin is an IPv6 address",
    "<189>29: 2001:db8::9: Nov 22 11:00:00: %SYS-5-CONFIG_I: Configured",
    { host: "2001:db8::9", app: "%SYS-5-CONFIG_I", timestamp: T11, message: "Configured" },
  ],
  ["Cisco IOS, uptime", "<187>30: 1w2d: %LINK-3-UPDOWN: Interface", { app: "%LINK-3-UPDOWN", message: "Interface" }],
  ["Cisco IOS, no time", "<187>30: %LINK-3-UPDOWN: Interface", { app: "%LINK-3-UPDOWN", message: "Interface" }],
  [
    "Cisco IOS, year",
    "<187>30: Nov 22 2026 11:00:00.5 CET: %LINK-3-UPDOWN: Interface",
    { app: "%LINK-3-UPDOWN", timestamp: "2026-11-22T11:00:00.500Z", message: "Interface" },
  ],
  [
    "Cisco NX-OS",
    "<189>: 2026 Nov 22 11:00:00 UTC: %AUTHPRIV-3-SYSTEM_MSG: pam_aaa",
    { app: "%AUTHPRIV-3-SYSTEM_MSG", timestamp: T11, message: "pam_aaa" },
  ],
  [
    "Cisco behind a relay",
    "<189>Nov 22 11:00:01 192.0.2.1 29: *Nov 22 11:00:00.483: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
    {
      host: "192.0.2.1",
      app: "%SEC_LOGIN-4-LOGIN_FAILED",
      timestamp: "2026-11-22T11:00:00.483Z",
      message: "Login failed",
    },
  ],
  [
    "Cisco FTD",
    "<166>2026-11-22T11:00:00Z ftd1 : %FTD-6-113015: AAA",
    { host: "ftd1", app: "%FTD-6-113015", timestamp: T11, message: "AAA" },
  ],
  [
    "Cisco's mark within another program's text",
    "<13>Nov 22 11:00:00 h app: %ASA-6-113015: AAA",
    { host: "h", app: "app", timestamp: T11, message: "%ASA-6-113015: AAA" },
  ],
  [
    "Cisco's mark as a program's text, no host",
    "<13>app: %ASA-6-113015: AAA",
    { app: "app", message: "%ASA-6-113015: AAA" },
  ],
  [
    "Cisco's mark as a program's text after a date",
    "<13>Nov 22 11:00:00 app: %ASA-6-113015: AAA",
    { app: "app", timestamp: T11, message: "%ASA-6-113015: AAA" },
  ],
  [
    "Cisco NX-OS with origin",
    "<189>sw1: 2026 Nov 22 11:00:00 UTC: %AUTHPRIV-3-SYSTEM_MSG: pam_aaa",
    { host: "sw1", app: "%AUTHPRIV-3-SYSTEM_MSG", timestamp: T11, message: "pam_aaa" },
  ],
  [
    "ctime date with year",
    "<38>Nov 22 11:00:00 2026 ctl authmgr[3]: x",
    { host: "ctl", app: "authmgr", pid: "3", timestamp: T11, message: "x" },
  ],
  [
    "TAG without a space after it",
    "<13>Nov 22 11:00:00 h app:text",
    { host: "h", app: "app", timestamp: T11, message: "text" },
  ],
  [
    "address and port where a TAG might be",
    "<13>Nov 22 11:00:00 h 192.0.2.1:22 up",
    { host: "h", timestamp: T11, message: "192.0.2.1:22 up" },
  ],
  [
    "IPv6 address where a TAG might be",
    "<13>Nov 22 11:00:00 h 2001:db8::1 up",
    { host: "h", timestamp: T11, message: "2001:db8::1 up" },
  ],
  [
    "URL where a TAG might be",
    "<13>Nov 22 11:00:00 h https://example.org/ up",
    { host: "h", timestamp: T11, message: "https://example.org/ up" },
  ],
  [
    "a repetition",
    "<38>Nov 22 11:00:00 last message repeated 3 times",
    { timestamp: T11, message: "last message repeated 3 times" },
  ],
  [
    "a repetition with host",
    "<38>Nov 22 11:00:00 h last message repeated 3 times",
    { host: "h", timestamp: T11, message: "last message repeated 3 times" },
  ],
  ["a mark", "<46>Nov 22 11:00:00 h -- MARK --", { host: "h", timestamp: T11, message: "-- MARK --" }],
  ["a mark without host", "<46>Nov 22 11:00:00 -- MARK --", { timestamp: T11, message: "-- MARK --" }],
  ["one word", "<46>Nov 22 11:00:00 word", { timestamp: T11, message: "word" }],
  ["only a date", "<46>Nov 22 11:00:00", { timestamp: T11, message: "" }],
  ["impossible time of day", "<46>Nov 22 25:00:00 h app: x", { host: "h", app: "app", timestamp: null, message: "x" }],
  [
    "impossible RFC 5424 date",
    "<38>1 2026-02-30T11:00:00Z h app 1 - - x",
    { host: "h", app: "app", pid: "1", message: "x" },
  ],
  [
    "garbled RFC 5424 date",
    "<38>1 2026-11-22T1x:00:00Z h app 1 - - x",
    { host: "h", app: "app", pid: "1", message: "x" },
  ],
  [
    "RFC 5424 without structured data at all",
    "<38>1 - h app 1 - Failed x",
    { host: "h", app: "app", pid: "1", message: "Failed x" },
  ],
  ["RFC 5424 with nothing", "<38>1 - - - - - -", { message: "" }],
  ["RFC 5424 cut in the header", "<38>1 - h app", { message: "1 - h app" }],
  [
    "RFC 5424 with keys of Object.prototype",
    '<38>1 - h app - - [__proto__ __proto__="1" constructor="2"] x',
    {
      host: "h",
      app: "app",
      structuredData: { ["__proto__"]: { ["__proto__"]: "1", constructor: "2" } },
      message: "x",
    },
  ],
  [
    "RFC 5424, other escapes stay",
    '<38>1 - h app - - [a b="\\n\\\\\\]"] x',
    { host: "h", app: "app", structuredData: { a: { b: "\\n\\]" } }, message: "x" },
  ],
  [
    "RFC 5424, structured data followed by no space is text",
    '<38>1 - h app - - [a b="c"]x',
    { host: "h", app: "app", message: '[a b="c"]x' },
  ],
  [
    "systemd-netlogd structured data",
    '<38>1 - h sshd 1 msg [s@1 A="x y"] Failed',
    { host: "h", app: "sshd", pid: "1", msgid: "msg", structuredData: { "s@1": { A: "x y" } }, message: "Failed" },
  ],
  [
    "FreeBSD passing on",
    "<38>Nov 22 11:00:00 Forwarded from web1.example.org: sshd[12]: Failed password",
    { host: "web1.example.org", app: "sshd", pid: "12", timestamp: T11, message: "Failed password" },
  ],
  [
    "AIX passing on, with the relay's name",
    "<38>Nov 22 11:00:00 relay Message forwarded from 2001:db8::7: sshd[12]: Failed password",
    { host: "2001:db8::7", app: "sshd", pid: "12", timestamp: T11, message: "Failed password" },
  ],
  [
    "AIX passing on what has no TAG",
    "<38>Nov 22 11:00:00 Message forwarded from aix1: text",
    { host: "aix1", timestamp: T11, message: "text" },
  ],
  [
    "UniFi AP before 2020",
    "<30>Nov 22 11:00:00 U7PG2,f09fc226cf74,v4.0.1.9421: hostapd: ath5: STA x",
    { host: "U7PG2,f09fc226cf74,v4.0.1.9421", app: "hostapd", timestamp: T11, message: "ath5: STA x" },
  ],
  [
    "UniFi AP before 2020, with a host",
    "<30>Nov 22 11:00:00 AP U7PG2,f09fc226cf74,v4.0.1.9421: dropbear[9]: Bad password",
    { host: "AP", app: "dropbear", pid: "9", timestamp: T11, message: "Bad password" },
  ],
  [
    "F5 BIG-IP, a level before the TAG",
    "<38>Nov 22 11:00:00 bigip1 notice sshd[1234]: Failed password",
    { host: "bigip1", app: "sshd", pid: "1234", timestamp: T11, message: "Failed password" },
  ],
  [
    "a level that is the text",
    "<38>Nov 22 11:00:00 h notice sshd: Failed password",
    { host: "h", timestamp: T11, message: "notice sshd: Failed password" },
  ],
  [
    "Sophos UTM",
    '<30>2026:11:22-11:00:00 fw ulogd[12]: id="2001"',
    { host: "fw", app: "ulogd", pid: "12", timestamp: T11, message: 'id="2001"' },
  ],
  [
    "Palo Alto without a host",
    "<14>Nov 22 11:00:00 1,2026/11/22 11:00:00,0128,SYSTEM,auth",
    { timestamp: T11, message: "1,2026/11/22 11:00:00,0128,SYSTEM,auth" },
  ],
  [
    "MikroTik BSD without a name",
    "<30>Nov 22 11:00:00 system,error,critical login failure for user root from 192.0.2.13 via ssh",
    { timestamp: T11, message: "system,error,critical login failure for user root from 192.0.2.13 via ssh" },
  ],
  [
    "two spaces before the host",
    "<38>Nov 22 11:00:00  srx sshd[4]: Failed",
    { host: "srx", app: "sshd", pid: "4", timestamp: T11, message: "Failed" },
  ],
  ["an empty host and no TAG", "<38>Nov 22 11:00:00  some text", { timestamp: T11, message: "some text" }],
  [
    "a byte order mark and white space before the PRI",
    "\r\n \ufeff<38>Nov 22 11:00:00 h sshd[1]: x",
    { host: "h", app: "sshd", pid: "1", timestamp: T11, message: "x" },
  ],
  [
    "byte order marks before date and text",
    "<38>\ufeffNov 22 11:00:00 h sshd[1]: \ufeffx",
    { host: "h", app: "sshd", pid: "1", timestamp: T11, message: "x" },
  ],
  [
    "RFC 5424 with a TAG for APP-NAME",
    "<38>1 2026-11-22T11:00:00Z h sshd[12]: - - - Failed",
    { host: "h", app: "sshd", pid: "12", timestamp: T11, message: "Failed" },
  ],
  [
    "RFC 5424 of a later version",
    "<38>12 2026-11-22T11:00:00Z h sshd 12 - - Failed",
    { host: "h", app: "sshd", pid: "12", timestamp: T11, message: "Failed" },
  ],
  ["a number that is no version", "<38>12 monkeys", { message: "12 monkeys" }],
  [
    "Cisco IOS, zone as an offset",
    "<189>30: Nov 22 12:00:00 +0100: %LINK-3-UPDOWN: Interface",
    { app: "%LINK-3-UPDOWN", timestamp: T11, message: "Interface" },
  ],
  ["an ESC is no TAG", "<13>\x1b[31mapp: x", { message: "\x1b[31mapp: x" }],
  ["nothing", "", { message: "" }],
  ["only ends", "\0\r\n\0", { message: "" }],
  ["text before a PRI", "x <38>Nov 22 11:00:00 h sshd[1]: x", { message: "x <38>Nov 22 11:00:00 h sshd[1]: x" }],
];

for (const [sender, wire, expected] of SAMPLES) {
  test(`reads ${sender}`, () => {
    const { facility, severity, ...rest } = parse(wire);
    const { facility: _f, severity: _s, ...nothing } = NOTHING;
    assert.deepEqual(rest, { ...nothing, ...expected });
    const priority = /^\s*<(\d+)>/.exec(wire);
    assert.equal(facility, priority ? Number(priority[1]) >> 3 : null);
    assert.equal(severity, priority ? Number(priority[1]) & 7 : null);
  });
}

for (const wire of ["<192>x", "<999>x", "<0000>x", "<>x", "<-1>x", "<1", "< 1>x", "<1a>x", "<"]) {
  test(`takes ${JSON.stringify(wire)} for text: it has no valid PRI`, () => {
    assert.deepEqual(parse(wire), { ...NOTHING, message: wire });
  });
}

test("keeps a datagram with line feeds one message", () => {
  const wire = "<38>Nov 22 11:00:00 h app: a\n<38>Nov 22 11:00:00 h sshd[1]: Failed password\r\n";
  assert.equal(parse(wire).message, "a\n<38>Nov 22 11:00:00 h sshd[1]: Failed password");
});

test("leaves out what ends a message, as sent and as rsyslog escapes it, at its end only", () => {
  for (const end of ["\n", "\r\n", "\0", "#012", "#015#012", "#000", "#015\n", "#012\0\n"]) {
    assert.equal(parse(`<38>Nov 22 11:00:00 h app: a#012b${end}`).message, "a#012b");
  }
  assert.equal(parse("<38>Nov 22 11:00:00 h app: a #1012").message, "a #1012");
  assert.equal(parse("#012").message, "");
});

test("replaces bytes that are not UTF-8 and keeps the rest", () => {
  const bytes = Buffer.concat([Buffer.from("<13>app: a"), Buffer.from([0xff, 0xe9]), Buffer.from("é b")]);
  assert.equal(parseSyslog(bytes, RECEIVED).message, "a\ufffd\ufffdé b");
});

test("cuts a message at its limit, between characters, and says so", () => {
  const head = "<13>app: ";
  const whole = parseSyslog(Buffer.from(head.padEnd(MAX_MESSAGE_BYTES, "x")), RECEIVED);
  assert.equal(whole.truncated, false);
  assert.equal(whole.message.length, MAX_MESSAGE_BYTES - head.length);
  for (const character of ["x", "é", "漢", "😀"]) {
    for (let shift = 0; shift < 4; shift += 1) {
      const cut = parseSyslog(Buffer.from(head + "y".repeat(shift) + character.repeat(9000)), RECEIVED);
      assert.equal(cut.truncated, true);
      assert.ok(cut.message.endsWith(CUT_MARK));
      const text = cut.message.slice(0, -CUT_MARK.length);
      assert.ok(!text.includes("\ufffd"), `${character} ${shift}`);
      assert.ok(Buffer.byteLength(text) + head.length > MAX_MESSAGE_BYTES - 4);
      assert.ok(Buffer.byteLength(text) + head.length <= MAX_MESSAGE_BYTES);
    }
  }
});

test("marks the cut where a pattern would look for the message's end", () => {
  const head = "<38>sshd[1]: Failed password for x from 192.0.2.10";
  const cut = parseSyslog(
    Buffer.from(`${head.padEnd(MAX_MESSAGE_BYTES, " ")} from 198.51.100.7 port 1 ssh2`),
    RECEIVED,
  );
  assert.equal(cut.truncated, true);
  assert.match(plainText(cut.message, 10_000), /192\.0\.2\.10 +\ufffd…$/);
});

const TIMES: readonly (readonly [date: string, expected: string | null])[] = [
  ["Nov 22 11:00:00 AM", T11],
  ["Nov 22 12:00:00 AM", "2026-11-22T00:00:00.000Z"],
  ["Nov 22 12:30:00 PM", "2026-11-22T12:30:00.000Z"],
  ["Nov 22 11:00:00.5 PM", "2026-11-22T23:00:00.500Z"],
  ["Nov 22 13:00:00 PM", null],
  ["Nov 22 11:00:00 UTC", T11],
  ["Nov 22 12:00:00 +0100", T11],
  ["Nov 22 05:30:00 -05:30", T11],
  ["Nov 22 11:00:00 +9900", null],
  ["Sun Nov 22 11:00:00 CET 2026", T11],
  ["Nov 22 11:00:00.123456789012", "2026-11-22T11:00:00.123Z"],
  ["Nov 22 11:00:60", "2026-11-22T11:01:00.000Z"],
  ["2026-11-22T12:00:00+01", T11],
  ["2026-11-22 12:00:00 +0100", T11],
  ["2026-11-22 12:00:00.25 +01:00", "2026-11-22T11:00:00.250Z"],
  ["2026-11-22T11:00:00.1234567890123Z", "2026-11-22T11:00:00.123Z"],
  ["2026-12-31T23:59:60Z", "2027-01-01T00:00:00.000Z"],
  ["2026-11-22T11:00:00+2400", null],
];
for (const [date, expected] of TIMES) {
  test(`reads the time ${date}, and the host after it`, () => {
    const { timestamp, host, app } = parse(`<38>${date} h sshd[1]: x`);
    assert.deepEqual({ timestamp, host, app }, { timestamp: expected, host: "h", app: "sshd" });
  });
}

test("takes capital letters after a time for a host where they are no zone", () => {
  for (const host of ["NAS", "AM1", "UTC1", "FGT", "ZZ", "PM-2", "CET"]) {
    assert.equal(parse(`<38>Nov 22 11:00:00 ${host} sshd[1]: x`).host, host);
  }
});

const YEARS: readonly (readonly [received: string, date: string, expected: string | null])[] = [
  ["2026-11-22T12:06:00Z", "Dec 31 23:59:59", "2025-12-31T23:59:59.000Z"],
  ["2026-11-22T12:06:00Z", "Nov 28 11:00:00", "2026-11-28T11:00:00.000Z"],
  ["2026-11-22T12:06:00Z", "Dec  1 11:00:00", "2025-12-01T11:00:00.000Z"],
  ["2026-12-31T23:59:59Z", "Jan  1 00:00:03", "2027-01-01T00:00:03.000Z"],
  ["2027-01-01T00:00:01Z", "Dec 31 23:59:58", "2026-12-31T23:59:58.000Z"],
  ["2028-02-29T12:00:00Z", "Feb 29 11:00:00", "2028-02-29T11:00:00.000Z"],
  ["2029-01-02T12:00:00Z", "Feb 29 11:00:00", "2028-02-29T11:00:00.000Z"],
  ["2026-03-01T12:00:00Z", "Feb 29 11:00:00", null],
  ["2026-11-22T12:06:00Z", "Nov 31 11:00:00", null],
  ["2026-11-22T12:06:00Z", "Nov  0 11:00:00", null],
];

for (const [received, date, expected] of YEARS) {
  test(`dates ${date}, received ${received}, as ${expected}`, () => {
    const record = parse(`<38>${date} h sshd[1]: x`, instant(Date.parse(received)));
    assert.equal(record.timestamp, expected);
    assert.equal(record.app, "sshd");
  });
}

test("reads times without a zone in the sender's zone, summer and winter", () => {
  const berlin = zoneOffset("Europe/Berlin");
  assert.ok(berlin);
  const at = (date: string, received: string) =>
    parseSyslog(Buffer.from(`<38>${date} h sshd[1]: x`), instant(Date.parse(received)), berlin).timestamp;
  assert.equal(at("Nov 22 12:00:00", "2026-11-22T12:06:00Z"), Date.parse("2026-11-22T11:00:00Z"));
  assert.equal(at("Jul 22 12:00:00", "2026-07-22T12:06:00Z"), Date.parse("2026-07-22T10:00:00Z"));
  assert.equal(at("2026-07-22T12:00:00", "2026-07-22T12:06:00Z"), Date.parse("2026-07-22T10:00:00Z"));
  assert.equal(at("2026-07-22T12:00:00Z", "2026-07-22T12:06:00Z"), Date.parse("2026-07-22T12:00:00Z"));
  assert.equal(at("Oct 25 01:59:59", "2026-10-25T12:06:00Z"), Date.parse("2026-10-24T23:59:59Z"));
  assert.equal(at("Oct 25 03:00:00", "2026-10-25T12:06:00Z"), Date.parse("2026-10-25T02:00:00Z"));
  assert.equal(zoneOffset("Mars/Olympus"), undefined);
});

const missing = existsSync(FIXTURES) ? false : "no captured datagrams: ../shared/fixtures/syslog-datagrams.jsonl";
test("reads every captured datagram as its expected record", { skip: missing }, () => {
  let strict = 0;
  for (const line of readFileSync(FIXTURES, "utf8").trim().split("\n")) {
    const row = JSON.parse(line) as { id: string; base64: string; expected: PlainRecord };
    const got = plainRecord(parseSyslog(Buffer.from(row.base64, "base64"), RECEIVED));
    if (row.expected.lenient) continue;
    strict += 1;
    assert.deepEqual(got, row.expected, row.id);
  }
  assert.ok(strict >= 50, `only ${strict} strict rows`);
});
