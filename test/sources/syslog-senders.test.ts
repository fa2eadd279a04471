import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "../../src/core/time.ts";
import { parseSyslog } from "../../src/sources/syslog-message.ts";
import { type PlainRecord, plainRecord } from "./syslog-samples.ts";

const RECEIVED = instant(Date.parse("2026-11-22T12:06:00Z"));
const T11 = "2026-11-22T11:00:00.000Z";

const NOTHING = { host: null, app: null, pid: null, msgid: null, structuredData: null, timestamp: null };

function parse(wire: string): PlainRecord {
  return plainRecord(parseSyslog(Buffer.from(wire), RECEIVED));
}

/** Sender, what it puts on the wire, what is found in it. */
const SAMPLES: readonly (readonly [sender: string, wire: string, expected: PlainRecord & { message: string }])[] = [
  [
    "Cisco IOS XR",
    "<187>80: RP/0/RSP0/CPU0:Nov 22 11:00:00.333 UTC: SSHD_[65893]: %SECURITY-SSHD-4-INFO_FAILURE : Failed authentication attempt by user 'root' from '192.0.2.7' on 'vty0'",
    {
      app: "%SECURITY-SSHD-4-INFO_FAILURE",
      pid: "65893",
      timestamp: "2026-11-22T11:00:00.333Z",
      message: "Failed authentication attempt by user 'root' from '192.0.2.7' on 'vty0'",
    },
  ],
  [
    "Cisco IOS XR with its name, IPv6",
    "<187>80: xr1.example.org RP/0/RP0/CPU0:Nov 22 11:00:00.333 : SSHD_[65893]: %SECURITY-SSHD-4-INFO_FAILURE : Failed authentication attempt by user 'root' from '2001:db8::7' on 'vty0'",
    {
      host: "xr1.example.org",
      app: "%SECURITY-SSHD-4-INFO_FAILURE",
      pid: "65893",
      timestamp: "2026-11-22T11:00:00.333Z",
      message: "Failed authentication attempt by user 'root' from '2001:db8::7' on 'vty0'",
    },
  ],
  [
    "Cisco IOS XR with the year and no number",
    "<187>0/RP0/ADMIN0:2026 Nov 22 11:00:00.333 MST: config[69]: %MGBL-SYS-5-CONFIG_I : Configured from console",
    {
      app: "%MGBL-SYS-5-CONFIG_I",
      pid: "69",
      timestamp: "2026-11-22T11:00:00.333Z",
      message: "Configured from console",
    },
  ],
  [
    "Cisco IOS XR behind rsyslog",
    "<187>Nov 22 11:00:01 192.0.2.1 80: RP/0/RSP0/CPU0:Nov 22 11:00:00.333 UTC: SSHD_[65893]: %SECURITY-SSHD-4-INFO_FAILURE : Failed",
    {
      host: "192.0.2.1",
      app: "%SECURITY-SSHD-4-INFO_FAILURE",
      pid: "65893",
      timestamp: "2026-11-22T11:00:00.333Z",
      message: "Failed",
    },
  ],
  [
    "Cisco IOS XR behind rsyslog with ISO dates, IPv6",
    "<187>2026-11-22T11:00:01.123456+00:00 2001:db8::1 80: RP/0/RSP0/CPU0:Nov 22 11:00:00 UTC: SSHD_[65893]: %SECURITY-SSHD-4-INFO_FAILURE : Failed",
    { host: "2001:db8::1", app: "%SECURITY-SSHD-4-INFO_FAILURE", pid: "65893", timestamp: T11, message: "Failed" },
  ],
  [
    "Cisco IOS behind rsyslog with RFC 5424",
    "<189>1 2026-11-22T11:00:01.123456+00:00 192.0.2.1 29 - -  *Nov 22 11:00:00.483: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: x] [Source: 2001:db8::7]",
    {
      host: "192.0.2.1",
      app: "%SEC_LOGIN-4-LOGIN_FAILED",
      timestamp: "2026-11-22T11:00:00.483Z",
      message: "Login failed [user: x] [Source: 2001:db8::7]",
    },
  ],
  [
    "Cisco IOS, the host's number and the device's",
    "<189>180: 179: Nov 22 11:00:00.5 CEST: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
    { app: "%SEC_LOGIN-4-LOGIN_FAILED", timestamp: "2026-11-22T11:00:00.500Z", message: "Login failed" },
  ],
  [
    "Cisco IOS, each session's number",
    '<189>180: [syslog@9 s_sn="7" s_id="r1:514"]: rtr1: *Nov 22 11:00:00.5: %SEC_LOGIN-4-LOGIN_FAILED: Login failed',
    { host: "rtr1", app: "%SEC_LOGIN-4-LOGIN_FAILED", timestamp: "2026-11-22T11:00:00.500Z", message: "Login failed" },
  ],
  [
    "Cisco NX-OS, day below ten",
    "<189>: 2026 Nov  2 11:00:00 UTC: %DAEMON-3-SYSTEM_MSG: error: PAM: Authentication failure for illegal user x from 192.0.2.7 - sshd[123]",
    {
      app: "%DAEMON-3-SYSTEM_MSG",
      timestamp: "2026-11-02T11:00:00.000Z",
      message: "error: PAM: Authentication failure for illegal user x from 192.0.2.7 - sshd[123]",
    },
  ],
  [
    "Cisco NX-OS behind rsyslog",
    "<189>Nov 22 11:00:01 192.0.2.4 : 2026 Nov 22 11:00:00.25 CET: %AUTHPRIV-3-SYSTEM_MSG: pam_aaa:Authentication failed for user x from 2001:db8::7 - sshd[123]",
    {
      host: "192.0.2.4",
      app: "%AUTHPRIV-3-SYSTEM_MSG",
      timestamp: "2026-11-22T11:00:00.250Z",
      message: "pam_aaa:Authentication failed for user x from 2001:db8::7 - sshd[123]",
    },
  ],
  [
    "Cisco UCS, a space before the colon",
    "<189>: 2026 Nov 22 11:00:00 CET : %UCSM-6-AUDIT: [session][internal] x",
    { app: "%UCSM-6-AUDIT", timestamp: T11, message: "[session][internal] x" },
  ],
  [
    "Cisco wireless controller",
    "<134>wlc1: *spamApTask0: Nov 22 11:00:00.333: #LWAPP-4-SIG_INFO1: spam_lrad.c:55 Signature information",
    {
      host: "wlc1",
      app: "#LWAPP-4-SIG_INFO1",
      timestamp: "2026-11-22T11:00:00.333Z",
      message: "spam_lrad.c:55 Signature information",
    },
  ],
  [
    "Cisco wireless controller, before 7.0",
    "<134>*aaaQueueReader: Nov 22 11:00:00.333: %AAA-3-VALIDATE: aaa.c:1 The guest user",
    { app: "%AAA-3-VALIDATE", timestamp: "2026-11-22T11:00:00.333Z", message: "aaa.c:1 The guest user" },
  ],
  [
    "Cisco ASA, EMBLEM",
    '<166>:Nov 22 11:00:00 UTC: %ASA-session-6-605004: Login denied from 192.0.2.7/40112 to outside:198.51.100.1/ssh for user "root"',
    {
      app: "%ASA-session-6-605004",
      timestamp: T11,
      message: 'Login denied from 192.0.2.7/40112 to outside:198.51.100.1/ssh for user "root"',
    },
  ],
  [
    "Cisco ASA with an IPv6 address for its name",
    "<166>Nov 22 2026 11:00:00 2001:db8::1 : %ASA-6-605004: Login denied from 2001:db8::7/40112",
    { host: "2001:db8::1", app: "%ASA-6-605004", timestamp: T11, message: "Login denied from 2001:db8::7/40112" },
  ],
  [
    "Cisco Firepower, its name set apart by two spaces",
    '<166>2026-11-22T11:00:00Z firepower  : %FTD-6-605004: Login denied from 192.0.2.7/40112 to inside:192.0.2.1/ssh for user "x"',
    {
      host: "firepower",
      app: "%FTD-6-605004",
      timestamp: T11,
      message: 'Login denied from 192.0.2.7/40112 to inside:192.0.2.1/ssh for user "x"',
    },
  ],
  [
    "Cisco Firepower without its name",
    "<166>2026-11-22T11:00:00Z  : %FTD-6-605004: Login denied from 2001:db8::7/40112",
    { app: "%FTD-6-605004", timestamp: T11, message: "Login denied from 2001:db8::7/40112" },
  ],
  [
    "Cisco ACE, an address for its name",
    "<131>Nov 22 11:00:00 192.0.2.1: %ACE-3-251010: Health probe failed",
    { host: "192.0.2.1", app: "%ACE-3-251010", timestamp: T11, message: "Health probe failed" },
  ],
  [
    "Cisco small business",
    "<188>%AAA-W-REJECT: New http connection for user x, source 192.0.2.7 destination 192.0.2.1 REJECTED",
    {
      app: "%AAA-W-REJECT",
      message: "New http connection for user x, source 192.0.2.7 destination 192.0.2.1 REJECTED",
    },
  ],
  [
    "Cisco Meraki",
    "<134>1 1795345200.774247467 remote_DC1 security_event ids_alerted signature=1:28423:1 src=192.0.2.7:80 dst=198.51.100.7:53023",
    {
      host: "remote_DC1",
      app: "security_event",
      timestamp: "2026-11-22T11:00:00.774Z",
      message: "ids_alerted signature=1:28423:1 src=192.0.2.7:80 dst=198.51.100.7:53023",
    },
  ],
  [
    "Cisco Meraki, IPv6",
    "<134>1 1795345200.5 mx84 flows deny src=2001:db8::7 dst=2001:db8::1 protocol=tcp",
    {
      host: "mx84",
      app: "flows",
      timestamp: "2026-11-22T11:00:00.500Z",
      message: "deny src=2001:db8::7 dst=2001:db8::1 protocol=tcp",
    },
  ],
  [
    "Cisco Meraki, no kind that is a word",
    "<134>1 1795345200 mx84 4way x",
    { host: "mx84", timestamp: T11, message: "4way x" },
  ],
  [
    "Dell Force10",
    "<188>Nov 22 11:00:00: %STKUNIT0-M:CP %SEC-5-LOGIN_FAILED: Login failed for user x on vty0 ( 192.0.2.7 )",
    { app: "%SEC-5-LOGIN_FAILED", timestamp: T11, message: "Login failed for user x on vty0 ( 192.0.2.7 )" },
  ],
  [
    "Dell Force10 with its name",
    "<188>Nov 22 11:00:00 s4810 %STKUNIT0-M:CP %SEC-5-LOGIN_FAILED: Login failed for user x on vty0 ( 2001:db8::7 )",
    {
      host: "s4810",
      app: "%SEC-5-LOGIN_FAILED",
      timestamp: T11,
      message: "Login failed for user x on vty0 ( 2001:db8::7 )",
    },
  ],
  [
    "Dell Force10 with an address for its name",
    "<188>Nov 22 11:00:00 192.0.2.1: %RPM0-P:CP %SEC-5-LOGIN_FAILED: Login failed",
    { host: "192.0.2.1", app: "%SEC-5-LOGIN_FAILED", timestamp: T11, message: "Login failed" },
  ],
  [
    "Dell PowerConnect",
    "<189> NOV 22 11:00:00 192.0.2.1-1 USER_MGR[webJavaTask]: user_mgr.c(1771) 4 %% NOTE Failed login from 192.0.2.7",
    {
      host: "192.0.2.1-1",
      app: "USER_MGR",
      pid: "webJavaTask",
      timestamp: T11,
      message: "user_mgr.c(1771) 4 %% NOTE Failed login from 192.0.2.7",
    },
  ],
  [
    "Dell OS10",
    "<190>1 2026-11-22T11:00:00.123Z OS10 dn_alm 883 - - Node.1-Unit.1:PRI [event], Dell (OS10) %ALM_AUTH_EVENT: x",
    {
      host: "OS10",
      app: "dn_alm",
      pid: "883",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Node.1-Unit.1:PRI [event], Dell (OS10) %ALM_AUTH_EVENT: x",
    },
  ],
  [
    "Huawei VRP",
    "<187>Nov 22 2026 11:00:00 HOST %%01SSH/4/SSH_FAIL(s)[123]:Failed to login through SSH. (IP=192.0.2.7, UserName=x)",
    {
      host: "HOST",
      app: "%%01SSH/4/SSH_FAIL(s)",
      pid: "123",
      timestamp: T11,
      message: "Failed to login through SSH. (IP=192.0.2.7, UserName=x)",
    },
  ],
  [
    "Huawei VRP with an offset",
    "<187>Nov 22 2026 12:00:00+01:00 HOST %%01SSH/4/SSH_FAIL(s)[123]:Failed to login through SSH. (IP=2001:db8::7)",
    {
      host: "HOST",
      app: "%%01SSH/4/SSH_FAIL(s)",
      pid: "123",
      timestamp: T11,
      message: "Failed to login through SSH. (IP=2001:db8::7)",
    },
  ],
  [
    "Huawei VRP in summer",
    "<187>2026-07-22 12:00:00+01:00 DST HOST %%01SSH/4/SSH_FAIL(l):CID=0x80;Failed",
    { host: "HOST", app: "%%01SSH/4/SSH_FAIL(l)", timestamp: "2026-07-22T11:00:00.000Z", message: "CID=0x80;Failed" },
  ],
  [
    "Huawei VRP8",
    "<187>2026-11-22 11:00:00 HOST %%01CLI/5/LOGIN(l):CID=2160731923;VTY0 login from 192.0.2.7",
    { host: "HOST", app: "%%01CLI/5/LOGIN(l)", timestamp: T11, message: "CID=2160731923;VTY0 login from 192.0.2.7" },
  ],
  [
    "H3C",
    "<189>Nov 22 11:00:00 2026 H3C %%10SSHS/6/SSHS_AUTH_FAIL: -DevIP=192.0.2.1; SSH user x from 192.0.2.7 port 1 failed password authentication.",
    {
      host: "H3C",
      app: "%%10SSHS/6/SSHS_AUTH_FAIL",
      timestamp: T11,
      message: "-DevIP=192.0.2.1; SSH user x from 192.0.2.7 port 1 failed password authentication.",
    },
  ],
  [
    "H3C with milliseconds",
    "<189>Nov 22 11:00:00:123 2026 H3C %%10SSHS/6/SSHS_AUTH_FAIL: SSH user x from 2001:db8::7",
    {
      host: "H3C",
      app: "%%10SSHS/6/SSHS_AUTH_FAIL",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "SSH user x from 2001:db8::7",
    },
  ],
  [
    "H3C, a stack",
    "<189>2026-11-22T11:00:00 H3C (Stack) %%10WEB/5/LOGIN(l): x logged in from 192.0.2.7",
    { host: "H3C", app: "%%10WEB/5/LOGIN(l)", timestamp: T11, message: "x logged in from 192.0.2.7" },
  ],
  [
    "ArubaOS switch",
    "<14>Nov 22 11:00:00 192.0.2.1 auth:  Invalid user name/password on SSH session User 'x' is trying to login from 192.0.2.7",
    {
      host: "192.0.2.1",
      app: "auth",
      timestamp: T11,
      message: "Invalid user name/password on SSH session User 'x' is trying to login from 192.0.2.7",
    },
  ],
  [
    "ArubaOS switch with event numbers",
    "<14> Nov 22 11:00:00 2001:db8::1  00419 auth:  Invalid user name/password on SSH session User 'x' is trying to login from 2001:db8::7",
    {
      host: "2001:db8::1",
      app: "auth",
      timestamp: T11,
      message: "Invalid user name/password on SSH session User 'x' is trying to login from 2001:db8::7",
    },
  ],
  [
    "ArubaOS-CX",
    "<190>1 2026-11-22T11:00:00.123+00:00 8325 hpe-restd 1234 - - Event|4607|LOG_INFO|AMM|-|User x",
    {
      host: "8325",
      app: "hpe-restd",
      pid: "1234",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Event|4607|LOG_INFO|AMM|-|User x",
    },
  ],
  [
    "Aruba controller",
    "<141>Nov 22 11:00:00 2026 [192.0.2.1] authmgr[3]: <522008> <NOTI> |authmgr| x",
    { host: "[192.0.2.1]", app: "authmgr", pid: "3", timestamp: T11, message: "<522008> <NOTI> |authmgr| x" },
  ],
  [
    "Aruba access point",
    "<141>Nov 22 11:00:00 2026 192.0.2.1 <192.0.2.1 20:4C:03:00:00:00>  stm[123]: <501106> <NOTI> x",
    { host: "192.0.2.1", app: "stm", pid: "123", timestamp: T11, message: "<501106> <NOTI> x" },
  ],
  [
    "HPE iLO",
    "<134>1 2026-11-22T11:00:00Z ilo #ILO4 - - - Browser login failure from 192.0.2.7(h.example.org)",
    { host: "ilo", app: "#ILO4", timestamp: T11, message: "Browser login failure from 192.0.2.7(h.example.org)" },
  ],
  [
    "Juniper with the year",
    "<38>Nov 22 2026 11:00:00 srx sshd[4]: SSHD_LOGIN_FAILED: Login failed for user 'root' from host '192.0.2.1'",
    {
      host: "srx",
      app: "sshd",
      pid: "4",
      timestamp: T11,
      message: "SSHD_LOGIN_FAILED: Login failed for user 'root' from host '192.0.2.1'",
    },
  ],
  [
    "Juniper with milliseconds and the year",
    "<38>Nov 22 11:00:00.123 2026  srx sshd[4]: SSHD_LOGIN_FAILED: Login failed for user 'root' from host '2001:db8::1'",
    {
      host: "srx",
      app: "sshd",
      pid: "4",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "SSHD_LOGIN_FAILED: Login failed for user 'root' from host '2001:db8::1'",
    },
  ],
  [
    "Juniper NetScreen",
    "<133>ns204: NetScreen device_id=ns204 [Root]system-warning-00518: x",
    { app: "ns204", message: "NetScreen device_id=ns204 [Root]system-warning-00518: x" },
  ],
  [
    "Palo Alto, RFC 5424",
    "<14>1 2026-11-22T11:00:00+00:00 PA-VM - - - - 1,2026/11/22 11:00:00,0128,SYSTEM,auth",
    { host: "PA-VM", timestamp: T11, message: "1,2026/11/22 11:00:00,0128,SYSTEM,auth" },
  ],
  [
    "Palo Alto, CEF",
    "<14>Nov 22 11:00:00 PA-VM CEF:0|Palo Alto Networks|PAN-OS|10|x",
    { host: "PA-VM", timestamp: T11, message: "CEF:0|Palo Alto Networks|PAN-OS|10|x" },
  ],
  [
    "Check Point, its own structured data",
    '<134>1 2026-11-22T11:00:00Z gw CheckPoint 4711 - [action:"Drop"; src:"192.0.2.7"]',
    { host: "gw", app: "CheckPoint", pid: "4711", timestamp: T11, message: '[action:"Drop"; src:"192.0.2.7"]' },
  ],
  [
    "Check Point, structured data",
    '<134>1 2026-11-22T11:00:00Z gw CheckPoint 4711 - [sc@2620 action="Drop" src="2001:db8::7"]',
    {
      host: "gw",
      app: "CheckPoint",
      pid: "4711",
      structuredData: { "sc@2620": { action: "Drop", src: "2001:db8::7" } },
      timestamp: T11,
      message: "",
    },
  ],
  [
    "FortiGate, CSV",
    "<189>date=2026-11-22,time=11:00:00,devname=FGT1,srcip=2001:db8::7",
    { message: "date=2026-11-22,time=11:00:00,devname=FGT1,srcip=2001:db8::7" },
  ],
  [
    "Sophos XG",
    '<30>device="SFW" date=2026-11-22 time=11:00:00 src_ip=192.0.2.7',
    { message: 'device="SFW" date=2026-11-22 time=11:00:00 src_ip=192.0.2.7' },
  ],
  [
    "CEF after a date alone",
    "<134>Nov 22 11:00:00 CEF:0|Trend Micro|Deep Security Manager|0.0.0|600|User Signed In|3|src=192.0.2.7",
    { timestamp: T11, message: "CEF:0|Trend Micro|Deep Security Manager|0.0.0|600|User Signed In|3|src=192.0.2.7" },
  ],
  [
    "LEEF after an unfinished RFC 5424 header",
    "<134>1 2026-11-22T11:00:00Z fw LEEF:2.0|Vendor|Product|1|x|^|src=2001:db8::7",
    { host: "fw", timestamp: T11, message: "LEEF:2.0|Vendor|Product|1|x|^|src=2001:db8::7" },
  ],
  [
    "Extreme EXOS",
    "<166>Nov 22 11:00:00 192.0.2.1 AAA: Login failed for user x through ssh (192.0.2.7)",
    { host: "192.0.2.1", app: "AAA", timestamp: T11, message: "Login failed for user x through ssh (192.0.2.7)" },
  ],
  [
    "Extreme EXOS, no host",
    "<166>Nov 22 11:00:00 <Warn:AAA.authFail> Slot-1: Login failed for user x through ssh (2001:db8::7)",
    { timestamp: T11, message: "<Warn:AAA.authFail> Slot-1: Login failed for user x through ssh (2001:db8::7)" },
  ],
  [
    "Enterasys",
    "<165>Nov 22 11:00:00 192.0.2.1 CLI[5]User:x failed login from 192.0.2.7 (telnet)",
    { host: "192.0.2.1", timestamp: T11, message: "CLI[5]User:x failed login from 192.0.2.7 (telnet)" },
  ],
  [
    "Brocade FOS",
    "<190>raslogd: AUDIT, 2026/11/22-11:00:00 (GMT), [SEC-3021], INFO, SECURITY, x/none/192.0.2.7/ssh/CLI",
    {
      app: "raslogd",
      message: "AUDIT, 2026/11/22-11:00:00 (GMT), [SEC-3021], INFO, SECURITY, x/none/192.0.2.7/ssh/CLI",
    },
  ],
  [
    "Brocade ICX",
    "<14>Nov 22 11:00:00 icx1 Security: ssh login by x from src IP 2001:db8::7 failed",
    { host: "icx1", app: "Security", timestamp: T11, message: "ssh login by x from src IP 2001:db8::7 failed" },
  ],
  [
    "Arista EOS",
    "<29>2026-11-22T11:00:00.123+00:00 sw1 Aaa: %AAA-4-LOGIN_FAILED: user x failed to login [from: 192.0.2.7]",
    {
      host: "sw1",
      app: "Aaa",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "%AAA-4-LOGIN_FAILED: user x failed to login [from: 192.0.2.7]",
    },
  ],
  [
    "Arista EOS, no host",
    "<29>2026-11-22T11:00:00.123Z Aaa: %AAA-4-LOGIN_FAILED: user x failed to login [from: 2001:db8::7]",
    {
      app: "Aaa",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "%AAA-4-LOGIN_FAILED: user x failed to login [from: 2001:db8::7]",
    },
  ],
  [
    "Alcatel-Lucent",
    "<134>Nov 22 11:00:00 omni swlogd: SES AAA info(5) Login by x from 192.0.2.7 through SSH Failed",
    {
      host: "omni",
      app: "swlogd",
      timestamp: T11,
      message: "SES AAA info(5) Login by x from 192.0.2.7 through SSH Failed",
    },
  ],
  [
    "Zyxel USG",
    '<46>Nov 22 11:00:00 usg50 src="192.0.2.7:0" dst="" msg="Failed login attempt to Device from ssh" user="unknown"',
    {
      host: "usg50",
      timestamp: T11,
      message: 'src="192.0.2.7:0" dst="" msg="Failed login attempt to Device from ssh" user="unknown"',
    },
  ],
  [
    "Zyxel, CEF",
    "<46>CEF:0|ZyXEL|USG FLEX|5.0|0|User|5|src=2001:db8::7 msg=Failed login",
    { message: "CEF:0|ZyXEL|USG FLEX|5.0|0|User|5|src=2001:db8::7 msg=Failed login" },
  ],
  [
    "DrayTek",
    "<150>Nov 22 11:00:00 DrayTek: Web login failure from 192.0.2.7",
    { app: "DrayTek", timestamp: T11, message: "Web login failure from 192.0.2.7" },
  ],
  [
    "Ubiquiti EdgeOS",
    "<86>Nov 22 11:00:00 ubnt sshd[1234]: Failed password for root from 2001:db8::7 port 22 ssh2",
    {
      host: "ubnt",
      app: "sshd",
      pid: "1234",
      timestamp: T11,
      message: "Failed password for root from 2001:db8::7 port 22 ssh2",
    },
  ],
  [
    "UniFi switch",
    "<29>Nov 22 11:00:00 US24P250,f09fc26f4419,v4.0.54.10625 switch: TRAPMGR: Cold Start: Unit: 0",
    {
      host: "US24P250,f09fc26f4419,v4.0.54.10625",
      app: "switch",
      timestamp: T11,
      message: "TRAPMGR: Cold Start: Unit: 0",
    },
  ],
  [
    "UniFi gateway",
    '<4>Nov 22 11:00:00 UDMP [WAN_LOCAL-D-10] DESCR="x" IN=eth8 OUT= SRC=192.0.2.7',
    { host: "UDMP", timestamp: T11, message: '[WAN_LOCAL-D-10] DESCR="x" IN=eth8 OUT= SRC=192.0.2.7' },
  ],
  [
    "UniFi, CEF",
    "<13>Nov 22 11:00:00 Unifi CEF:0|Ubiquiti|UniFi Network|9.0|400|x|1|src=2001:db8::7",
    { host: "Unifi", timestamp: T11, message: "CEF:0|Ubiquiti|UniFi Network|9.0|400|x|1|src=2001:db8::7" },
  ],
  [
    "TP-Link Omada",
    "<134>1 2026-11-22T11:00:00Z OC200 - - - - x failed to log in from 192.0.2.7",
    { host: "OC200", timestamp: T11, message: "x failed to log in from 192.0.2.7" },
  ],
  [
    "an empty TAG",
    "<5>Nov 22 11:00:00 TL-R600 : Login failed from 192.0.2.7",
    { host: "TL-R600", timestamp: T11, message: "Login failed from 192.0.2.7" },
  ],
  [
    "MikroTik, CEF",
    "CEF:0|MikroTik|RB|7.18|1|system,error,critical|Unknown|dvchost=gw msg=login failure for user root from 192.0.2.13 via ssh",
    {
      message:
        "CEF:0|MikroTik|RB|7.18|1|system,error,critical|Unknown|dvchost=gw msg=login failure for user root from 192.0.2.13 via ssh",
    },
  ],
  [
    "MikroTik, ISO dates",
    "<30>2026-11-22T12:00:00.123+0100 gw1 system,error,critical login failure for user root from 2001:db8::13 via ssh",
    {
      host: "gw1",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "system,error,critical login failure for user root from 2001:db8::13 via ssh",
    },
  ],
  [
    "F5 BIG-IP with its slot",
    "<38>Nov 22 11:00:00 slot1/bigip1 notice sshd[1234]: Failed password for root from 192.0.2.7 port 1 ssh2",
    {
      host: "slot1/bigip1",
      app: "sshd",
      pid: "1234",
      timestamp: T11,
      message: "Failed password for root from 192.0.2.7 port 1 ssh2",
    },
  ],
  [
    "Citrix NetScaler, a date of its own",
    "<134> 11/22/2026:11:00:00 GMT ns1 0-PPE-0 : default SSLVPN LOGIN_FAILED 1 0 :  User x - Client_ip 192.0.2.7",
    {
      message: "11/22/2026:11:00:00 GMT ns1 0-PPE-0 : default SSLVPN LOGIN_FAILED 1 0 :  User x - Client_ip 192.0.2.7",
    },
  ],
  [
    "QNAP",
    "<30>Nov 22 11:00:00 QNAP qulogd[1234]: conn log: Users: x, Source IP: 192.0.2.7, Action: Login Fail",
    {
      host: "QNAP",
      app: "qulogd",
      pid: "1234",
      timestamp: T11,
      message: "conn log: Users: x, Source IP: 192.0.2.7, Action: Login Fail",
    },
  ],
  [
    "TrueNAS",
    "<38>1 2026-11-22T11:00:00.123456+00:00 truenas.local sshd 1234 - - Failed password for root from 2001:db8::7",
    {
      host: "truenas.local",
      app: "sshd",
      pid: "1234",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Failed password for root from 2001:db8::7",
    },
  ],
  [
    "VMware ESXi without a pid",
    "<167>2026-11-22T11:00:00.123Z esx Rhttpproxy: verbose rhttpproxy[2475368] [Originator@6876 sub=Proxy] Resolved",
    {
      host: "esx",
      app: "Rhttpproxy",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "verbose rhttpproxy[2475368] [Originator@6876 sub=Proxy] Resolved",
    },
  ],
  [
    "VMware ESXi sshd",
    "<86>2026-11-22T11:00:00Z esx sshd[123]: error: PAM: Authentication failure for root from 2001:db8::7",
    {
      host: "esx",
      app: "sshd",
      pid: "123",
      timestamp: T11,
      message: "error: PAM: Authentication failure for root from 2001:db8::7",
    },
  ],
  [
    "VMware vCenter",
    "<14>1 2026-11-22T11:00:00.123Z vcsa applmgmt-audit - - -  INFO AuthorizationResponse: x",
    {
      host: "vcsa",
      app: "applmgmt-audit",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "INFO AuthorizationResponse: x",
    },
  ],
  [
    "VMware NSX",
    '<30>1 2026-11-22T11:00:00Z nsx NSX 1234 SYSTEM [nsx@6876 comp="nsx-manager" level="INFO"] x',
    {
      host: "nsx",
      app: "NSX",
      pid: "1234",
      msgid: "SYSTEM",
      structuredData: { "nsx@6876": { comp: "nsx-manager", level: "INFO" } },
      timestamp: T11,
      message: "x",
    },
  ],
  [
    "NetApp",
    "<13>Nov 22 11:00:00 [cluster1-01:secd.conn.auth.failure:notice]: x (ip 192.0.2.3, port 389)",
    { timestamp: T11, message: "[cluster1-01:secd.conn.auth.failure:notice]: x (ip 192.0.2.3, port 389)" },
  ],
  [
    "NetApp, older",
    "<13>Nov 22 11:00:00 [cluster1-01: mgwd: mgmt.x:notice]: x",
    { timestamp: T11, message: "[cluster1-01: mgwd: mgmt.x:notice]: x" },
  ],
  [
    "NetApp's name twice",
    "<86>Nov 22 11:00:00 cl1-01 cl1-01: 0000001b.00 [kern_audit:info:1234] cluster1:ssh :: 192.0.2.7:1 :: x :: Login Attempt :: Error: Authentication failed.",
    {
      host: "cl1-01",
      app: "cl1-01",
      timestamp: T11,
      message:
        "0000001b.00 [kern_audit:info:1234] cluster1:ssh :: 192.0.2.7:1 :: x :: Login Attempt :: Error: Authentication failed.",
    },
  ],
  [
    "Snare without a header",
    "<14>WIN1\tMSWinEventLog\t1\tSecurity\t4625\tSource Network Address: 192.0.2.22",
    { message: "WIN1\tMSWinEventLog\t1\tSecurity\t4625\tSource Network Address: 192.0.2.22" },
  ],
  [
    "Snare with a tab after the host",
    "<14>Nov 22 11:00:00 WIN1\tMSWinEventLog\t1\tSecurity\t4625\tSource Network Address: 2001:db8::22",
    { host: "WIN1", timestamp: T11, message: "MSWinEventLog\t1\tSecurity\t4625\tSource Network Address: 2001:db8::22" },
  ],
  [
    "NXLog, RFC 5424",
    '<14>1 2026-11-22T11:00:00.123Z WIN1 Microsoft-Windows-Security-Auditing 500 - [NXLOG@14506 EventID="4625" IpAddress="192.0.2.7"] An account failed to log on.',
    {
      host: "WIN1",
      app: "Microsoft-Windows-Security-Auditing",
      pid: "500",
      structuredData: { "NXLOG@14506": { EventID: "4625", IpAddress: "192.0.2.7" } },
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "An account failed to log on.",
    },
  ],
  [
    "NXLog, BSD",
    "<13>Nov 22 11:00:00 WIN1 Microsoft-Windows-Security-Auditing[500]: An account failed to log on. Source Network Address: 2001:db8::7",
    {
      host: "WIN1",
      app: "Microsoft-Windows-Security-Auditing",
      pid: "500",
      timestamp: T11,
      message: "An account failed to log on. Source Network Address: 2001:db8::7",
    },
  ],
  [
    "AIX, facility and level",
    "<38>Nov 22 11:00:00 aix1 auth|security:info sshd[1234]: Failed password for root from 192.0.2.7 port 1 ssh2",
    {
      host: "aix1",
      app: "sshd",
      pid: "1234",
      timestamp: T11,
      message: "Failed password for root from 192.0.2.7 port 1 ssh2",
    },
  ],
  [
    "AIX passing on in one word",
    "<38>Nov 22 11:00:00 From aix1: sshd[1234]: Failed password for root from 2001:db8::7 port 1 ssh2",
    {
      host: "aix1",
      app: "sshd",
      pid: "1234",
      timestamp: T11,
      message: "Failed password for root from 2001:db8::7 port 1 ssh2",
    },
  ],
  [
    "Solaris",
    "<38>Nov 22 11:00:00 sol1 sshd[1234]: [ID 800047 auth.info] Failed password for root from 192.0.2.7 port 1 ssh2",
    {
      host: "sol1",
      app: "sshd",
      pid: "1234",
      msgid: "800047",
      timestamp: T11,
      message: "Failed password for root from 192.0.2.7 port 1 ssh2",
    },
  ],
  [
    "Solaris, no host",
    "<38>Nov 22 11:00:00 sshd[1234]: [ID 800047 auth.info] Failed password for root from 2001:db8::7 port 1 ssh2",
    {
      app: "sshd",
      pid: "1234",
      msgid: "800047",
      timestamp: T11,
      message: "Failed password for root from 2001:db8::7 port 1 ssh2",
    },
  ],
  [
    "Solaris behind rsyslog with RFC 5424",
    "<38>1 2026-11-22T11:00:00+00:00 sol1 sshd 1234 - -  [ID 800047 auth.info] Failed password for root from 192.0.2.7\n",
    {
      host: "sol1",
      app: "sshd",
      pid: "1234",
      msgid: "800047",
      timestamp: T11,
      message: "Failed password for root from 192.0.2.7",
    },
  ],
  [
    "Dell Force10 behind rsyslog",
    "<188>Nov 22 11:00:00 192.0.2.1 %STKUNIT0-M: CP %SEC-5-LOGIN_FAILED: Login failed for user x on vty0 ( 2001:db8::7 )",
    {
      host: "192.0.2.1",
      app: "%SEC-5-LOGIN_FAILED",
      timestamp: T11,
      message: "Login failed for user x on vty0 ( 2001:db8::7 )",
    },
  ],
  [
    "H3C behind rsyslog with ISO dates, which takes its year for the host",
    "<189>2026-11-22T11:00:00+00:00 2026 H3C %%10SSHS/6/SSHS_AUTH_FAIL: SSH user x from 2001:db8::7",
    { host: "2026", app: "%%10SSHS/6/SSHS_AUTH_FAIL", timestamp: T11, message: "SSH user x from 2001:db8::7" },
  ],
  [
    "Cisco ASA behind rsyslog with RFC 5424, which names no program",
    "<166>1 2026-11-22T11:00:00+00:00 asa1 - - - -  %ASA-6-113015: AAA user authentication Rejected\n",
    { host: "asa1", app: "%ASA-6-113015", timestamp: T11, message: "AAA user authentication Rejected" },
  ],
  [
    "Cisco NX-OS with its name behind rsyslog, which takes that for the program",
    "<189>Nov 22 11:00:00 192.0.2.1 sw1: 2026 Nov 22 11:00:00 UTC: %AUTHPRIV-3-SYSTEM_MSG: x",
    { host: "sw1", app: "%AUTHPRIV-3-SYSTEM_MSG", timestamp: T11, message: "x" },
  ],
  [
    "FreeBSD 12, RFC 5424",
    "<38>1 2026-11-22T12:00:00.123456+01:00 fbsd.example.org sshd 1234 - - Failed password for root from 192.0.2.7 port 1 ssh2",
    {
      host: "fbsd.example.org",
      app: "sshd",
      pid: "1234",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Failed password for root from 192.0.2.7 port 1 ssh2",
    },
  ],
  [
    "OpenBSD with ISO dates",
    "<38>2026-11-22T11:00:00.123Z obsd sshd[1234]: Failed password for root from 2001:db8::7 port 1 ssh2",
    {
      host: "obsd",
      app: "sshd",
      pid: "1234",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Failed password for root from 2001:db8::7 port 1 ssh2",
    },
  ],
  [
    "macOS launchd, a TAG of two parts",
    "<38>Nov 22 11:00:00 mac com.apple.xpc.launchd[1] (com.apple.x): Service exited",
    {
      host: "mac",
      app: "com.apple.xpc.launchd",
      pid: "1",
      timestamp: T11,
      message: "(com.apple.x): Service exited",
    },
  ],
  [
    "BusyBox with facility and level",
    "<38>Nov 22 11:00:00 alpine auth.info sshd[1]: Failed password for root from 192.0.2.7 port 1 ssh2",
    {
      host: "alpine",
      app: "sshd",
      pid: "1",
      timestamp: T11,
      message: "Failed password for root from 192.0.2.7 port 1 ssh2",
    },
  ],
  [
    "syslog-ng's chain of hosts",
    "<38>Nov 22 11:00:00 s_local@web1/192.0.2.5 sshd[1]: Failed password for root from 2001:db8::7 port 1 ssh2",
    {
      host: "s_local@web1/192.0.2.5",
      app: "sshd",
      pid: "1",
      timestamp: T11,
      message: "Failed password for root from 2001:db8::7 port 1 ssh2",
    },
  ],
  [
    "syslog-ng, origin",
    '<38>1 2026-11-22T12:00:00+01:00 h sshd 1 - [meta sequenceId="1"][origin ip="2001:db8::1"] Failed',
    {
      host: "h",
      app: "sshd",
      pid: "1",
      structuredData: { meta: { sequenceId: "1" }, origin: { ip: "2001:db8::1" } },
      timestamp: T11,
      message: "Failed",
    },
  ],
  [
    "a template with a version before RFC 3164",
    "<38>1 2026-11-22T11:00:00Z h sshd[12]: Failed password for root from 192.0.2.7 port 1 ssh2",
    {
      host: "h",
      app: "sshd",
      pid: "12",
      timestamp: T11,
      message: "Failed password for root from 192.0.2.7 port 1 ssh2",
    },
  ],
  [
    "RFC 5424 with a TAG for APP-NAME, no pid",
    "<38>1 2026-11-22T11:00:00Z h dovecot: - - - imap-login: x, rip=2001:db8::7",
    { host: "h", app: "dovecot", timestamp: T11, message: "imap-login: x, rip=2001:db8::7" },
  ],
  [
    "a TAG without a pid after a version",
    "<38>1 2026-11-22T11:00:00Z h dovecot: imap-login: Disconnected: auth failed, rip=2001:db8::7",
    { host: "h", app: "dovecot", timestamp: T11, message: "imap-login: Disconnected: auth failed, rip=2001:db8::7" },
  ],
  [
    "no name for the host",
    "<38>Nov 22 11:00:00 - sshd[1]: Failed password for root from 192.0.2.7 port 1 ssh2",
    { app: "sshd", pid: "1", timestamp: T11, message: "Failed password for root from 192.0.2.7 port 1 ssh2" },
  ],
  [
    "systemd-netlogd with its fields",
    '<38>1 2026-11-22T11:00:00.123456+00:00 h sshd 12345 - [meta@1 _PID="12345" _UID="0"] Failed password for root from 2001:db8::7 port 1 ssh2',
    {
      host: "h",
      app: "sshd",
      pid: "12345",
      structuredData: { "meta@1": { _PID: "12345", _UID: "0" } },
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Failed password for root from 2001:db8::7 port 1 ssh2",
    },
  ],
  [
    "Docker, rfc3164",
    '<30>Nov 22 11:00:00 host1 2f1c0a5b4c3d[1234]: 192.0.2.7 - - [22/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 401 1',
    {
      host: "host1",
      app: "2f1c0a5b4c3d",
      pid: "1234",
      timestamp: T11,
      message: '192.0.2.7 - - [22/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 401 1',
    },
  ],
  [
    "Docker on a Unix socket's format, names for a tag",
    "<30>Nov 22 11:00:00 nginx/web/2f1c0a5b4c3d[1234]: 2001:db8::7 - - x",
    { app: "nginx/web/2f1c0a5b4c3d", pid: "1234", timestamp: T11, message: "2001:db8::7 - - x" },
  ],
  [
    "Docker, the image's version in the tag",
    "<30>Nov 22 11:00:00 host1 nginx:1.27/web/2f1c0a5b4c3d[1234]: 192.0.2.7 - - x",
    { host: "host1", app: "nginx:1.27/web/2f1c0a5b4c3d", pid: "1234", timestamp: T11, message: "192.0.2.7 - - x" },
  ],
  [
    "Docker, the image's registry and version in the tag, no host",
    "<30>Nov 22 11:00:00 registry.example.org:5000/team/nginx:latest/web[1234]: 2001:db8::7 - - x",
    {
      app: "registry.example.org:5000/team/nginx:latest/web",
      pid: "1234",
      timestamp: T11,
      message: "2001:db8::7 - - x",
    },
  ],
  [
    "Docker, rfc5424micro",
    "<30>1 2026-11-22T11:00:00.123456Z host1 nginx:1.27/web/2f1c 1234 nginx:1.27/web/2f1c - 2001:db8::7 - - x",
    {
      host: "host1",
      app: "nginx:1.27/web/2f1c",
      pid: "1234",
      msgid: "nginx:1.27/web/2f1c",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "2001:db8::7 - - x",
    },
  ],
  [
    "fluentd",
    '<13>1 2026-11-22T11:00:00.123456+00:00 - kubernetes.var.log.containers.web-1_default_nginx-0123456789abcdef.log - - - {"log": "x"}',
    {
      app: "kubernetes.var.log.containers.web-1_default_nginx-0123456789abcdef.log",
      timestamp: "2026-11-22T11:00:00.123Z",
      message: '{"log": "x"}',
    },
  ],
  [
    "Vector",
    '<14>1 2026-11-22T11:00:00.123456789Z web-1 nginx - - [kubernetes@0 pod="x"] 192.0.2.7 x',
    {
      host: "web-1",
      app: "nginx",
      structuredData: { "kubernetes@0": { pod: "x" } },
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "192.0.2.7 x",
    },
  ],
  [
    "HAProxy, raw",
    "<134>192.0.2.7:40000 [22/Nov/2026:11:00:00.1] f b/s",
    { message: "192.0.2.7:40000 [22/Nov/2026:11:00:00.1] f b/s" },
  ],
  [
    "HAProxy with an IPv6 client",
    "<134>Nov 22 11:00:00 lb haproxy[123]: 2001:db8::7:40000 [22/Nov/2026:11:00:00.1] f b/s",
    {
      host: "lb",
      app: "haproxy",
      pid: "123",
      timestamp: T11,
      message: "2001:db8::7:40000 [22/Nov/2026:11:00:00.1] f b/s",
    },
  ],
  [
    "logger --octet-count over UDP",
    "58 <13>1 2026-11-22T11:00:00.123456+00:00 h root - - - hello\n",
    { host: "h", app: "root", timestamp: "2026-11-22T11:00:00.123Z", message: "hello" },
  ],
  [
    "a number that counts something else",
    "57 <13>1 2026-11-22T11:00:00.123456+00:00 h root - - - hello\n",
    { message: "57 <13>1 2026-11-22T11:00:00.123456+00:00 h root - - - hello" },
  ],
  [
    "Python with a format of its own",
    "<14>2026-11-22 11:00:00,123 WARNING Failed login from 192.0.2.7\0",
    { timestamp: "2026-11-22T11:00:00.123Z", message: "WARNING Failed login from 192.0.2.7" },
  ],
  [
    "Python with names between dashes",
    "<14>2026-11-22 11:00:00,123 - app - INFO - Failed login from 2001:db8::7\0",
    { timestamp: "2026-11-22T11:00:00.123Z", message: "- app - INFO - Failed login from 2001:db8::7" },
  ],
  [
    "Python's BASIC_FORMAT",
    "<14>INFO:root:Failed login from 192.0.2.7\0",
    { message: "INFO:root:Failed login from 192.0.2.7" },
  ],
  [
    "Go's log/syslog",
    "<14>2026-11-22T11:00:00Z h /usr/bin/app[1]: Failed login from 192.0.2.7\n",
    { host: "h", app: "/usr/bin/app", pid: "1", timestamp: T11, message: "Failed login from 192.0.2.7" },
  ],
  [
    "log4j",
    "<14>Nov 22 11:00:00 h WARN  [http-1] c.e.App - Failed login from 192.0.2.7",
    { host: "h", timestamp: T11, message: "WARN  [http-1] c.e.App - Failed login from 192.0.2.7" },
  ],
  [
    "Java, RFC 5424",
    '<11>1 2026-11-22T12:00:00.123+01:00 h myapp - Audit [mdc@18060 user="x"] Failed login from 2001:db8::7',
    {
      host: "h",
      app: "myapp",
      msgid: "Audit",
      structuredData: { "mdc@18060": { user: "x" } },
      timestamp: "2026-11-22T11:00:00.123Z",
      message: "Failed login from 2001:db8::7",
    },
  ],
  [
    "winston",
    '<14>Nov 22 11:00:00 h node[123]:{"level":"info","ip":"192.0.2.7"}',
    { host: "h", app: "node", pid: "123", timestamp: T11, message: '{"level":"info","ip":"192.0.2.7"}' },
  ],
  ["JSON with spaces", '<14>{"level": "info", "ip": "192.0.2.7"}', { message: '{"level": "info", "ip": "192.0.2.7"}' }],
  [
    "JSON with spaces after date and host",
    '<14>Nov 22 11:00:00 h {"level": "info", "ip": "2001:db8::7"}',
    { host: "h", timestamp: T11, message: '{"level": "info", "ip": "2001:db8::7"}' },
  ],
  [
    "JSON with spaces after a date",
    '<14>2026-11-22T11:00:00Z {"level": "info", "app: x": 1}',
    { timestamp: T11, message: '{"level": "info", "app: x": 1}' },
  ],
  [
    "a program without a colon after its pid",
    "<14>Nov 22 11:00:00 nasapi[19090] - log - x",
    { timestamp: T11, message: "nasapi[19090] - log - x" },
  ],
  [
    "WordPress",
    "<38>Nov 22 11:00:00 h wordpress(example.org)[123]: Authentication failure for admin from 2001:db8::7",
    {
      host: "h",
      app: "wordpress(example.org)",
      pid: "123",
      timestamp: T11,
      message: "Authentication failure for admin from 2001:db8::7",
    },
  ],
];

for (const [sender, wire, expected] of SAMPLES) {
  test(`reads ${sender}`, () => {
    const { facility, severity, ...rest } = parse(wire);
    assert.deepEqual(rest, { ...NOTHING, ...expected });
    const priority = /^(?:58 )?<(\d+)>/.exec(wire);
    assert.equal(facility, priority ? Number(priority[1]) >> 3 : null);
    assert.equal(severity, priority ? Number(priority[1]) & 7 : null);
  });
}

/** Beginnings of texts that look like what other senders put before theirs. */
const POSES: readonly string[] = [
  "sshd[1]: Failed password for root from 203.0.113.99 port 1 ssh2",
  "sshd: Failed password for root from 2001:db8::99 port 1 ssh2",
  "h sshd[1]: Failed password",
  "<38>Nov 22 11:00:00 h sshd[1]: Failed password",
  "Nov 22 11:00:00 h sshd[1]: Failed password",
  "From h: sshd[1]: Failed password",
  "Message forwarded from h: sshd[1]: Failed password",
  "auth.info sshd[1]: Failed password",
  "auth|security:info sshd[1]: Failed password",
  "<192.0.2.1 20:4C:03:00:00:00>  sshd[1]: Failed password",
  "[ID 800047 auth.info] sshd[1]: Failed password",
  "00419 sshd:  Failed password",
  "(Stack) %%10SSHS/6/SSHS_AUTH_FAIL: SSH user x",
  "%%01SSH/4/SSH_FAIL(s)[1]:Failed",
  "nginx:1.27/web[1]: 203.0.113.99 x",
  "%ASA-6-113015: AAA user authentication Rejected",
  "%STKUNIT0-M:CP %SEC-5-LOGIN_FAILED: Login failed",
  "29: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
  "RP/0/RSP0/CPU0:Nov 22 11:00:00 : SSHD_[1]: %SECURITY-SSHD-4-INFO_FAILURE : Failed",
  "80: RP/0/RSP0/CPU0:Nov 22 11:00:00 : SSHD_[1]: %SECURITY-SSHD-4-INFO_FAILURE : Failed",
  "*task: #AAA-4-X: Failed",
  "*Nov 22 11:00:00: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
  '{"sshd[1]: x": 1}',
];

test("a text that begins as other senders' lines do leaves its program's name alone", () => {
  let tried = 0;
  for (const [sender, wire, expected] of SAMPLES) {
    if (typeof expected.app !== "string" || expected.message === "") continue;
    // Without the count, which another text makes a wrong one.
    const sent = wire.replace(/^58 /, "");
    const from = sent.lastIndexOf(expected.message);
    assert.ok(from > 0, sender);
    for (const pose of POSES) {
      // Of a TAG alone it cannot be told from a device's name, but by the facility.
      if (/^<1[2-9]\d>[\w.-]+: /.test(sent) && pose.startsWith("*Nov")) continue;
      tried += 1;
      assert.equal(parse(sent.slice(0, from) + pose).app, expected.app, `${sender}: ${pose}`);
    }
  }
  assert.ok(tried > 1000, `${tried}`);
});

const SENT: readonly (readonly [wire: string, host: string | null, app: string | null])[] = [
  ["<13>2026-11-22T11:00:00Z app: %ASA-6-113015: AAA", null, "app"],
  ["<13>2026-11-22T11:00:00Z NAS app: %ASA-6-113015: AAA", "NAS", "app"],
  ["<13>2026-11-22T11:00:00Z 2001:db8::1 app: %ASA-6-113015: AAA", "2001:db8::1", "app"],
  ["<13>Nov 22 11:00:00 192.0.2.1 app: %ASA-6-113015: AAA", "192.0.2.1", "app"],
  ["<13>Nov 22 11:00:00 app: %STKUNIT0-M:CP %SEC-5-LOGIN_FAILED: x", null, "app"],
  ["<13>app: *task: #AAA-4-X: x", null, "app"],
  ["<13>app: RP/0/RSP0/CPU0:Nov 22 11:00:00 : a[1]: %SECURITY-SSHD-4-X : x", null, "app"],
  ["<13>Nov 22 11:00:00 abba: 29: %SEC_LOGIN-4-LOGIN_FAILED: x", null, "abba"],
  ["<14>app: Nov 22 11:00:00: %ASA-6-113015: x", null, "app"],
  ["<38>app: 2026 Nov 22 11:00:00 UTC: %AUTHPRIV-3-SYSTEM_MSG: x", null, "app"],
  ["<13>app: *task: Nov 22 11:00:00: #AAA-4-X: x", null, "app"],
  ["<13>#AAA-4-X: x", null, "#AAA-4-X"],
  ["<13>Nov 22 11:00:00 h text From x: sshd[1]: Failed", "h", null],
  ["<13>Nov 22 11:00:00 h From x: sshd[1]: Failed", "h", null],
  ["<13>Nov 22 11:00:00 h 12345 auth: x", "h", null],
  ["<13>Nov 22 11:00:00 h https://example.org/a[1]: x", "h", null],
  ["<13>1 2026-11-22T11:00:00Z h 29 - - sshd[1]: %ASA-6-113015: x", "h", "29"],
  ["<13>1 2026-11-22T11:00:00Z h - - - %ASA-6-113015: x", "h", null],
  ["<13>1 - h sshd[12]: Failed password for root", "h", "sshd"],
];
for (const [wire, host, app] of SENT) {
  test(`finds no other program in ${wire}`, () => {
    const found = parse(wire);
    assert.deepEqual([found.host, found.app], [host, app]);
  });
}
