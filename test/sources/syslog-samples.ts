import type { SyslogMessage } from "../../src/sources/syslog-message.ts";

/** One of each shape that senders use: what fuzzing starts from. */
export const SHAPES: readonly string[] = [
  "<38>Nov 22 11:00:00 vm sshd[12345]: Failed password for root from 192.0.2.10 port 40022 ssh2",
  "<38>2026-11-22T11:00:00.288970+00:00 vm sshd[12345]: Invalid user x from 2001:db8::5 port 1\n",
  '<38>1 2026-11-22T11:00:00.28Z vm sshd 12345 ID [meta sequenceId="1"][a@1 b="\\"\\\\\\]"] \ufeffFailed é漢😀',
  "<38>1 - - sshd 12345 - - Failed",
  "<22>Nov  2 11:00:00 vm postfix/submission/smtpd[1234567 warning: x",
  "<189>29: rtr1: 000030: *Nov 22 11:00:00.483 UTC: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: root]",
  "<166>Nov 22 2026 11:00:00 asa1 : %ASA-6-113015: AAA user authentication Rejected",
  "<189>: 2026 Nov 22 11:00:00 UTC: %AUTHPRIV-3-SYSTEM_MSG: pam_aaa",
  "<30>Nov 22 11:00:00 788a20aabbcc,U7PG2-6.5.28+14491: dropbear[12]: Bad password\0",
  "<30>system,error,critical login failure for user root from 192.0.2.13 via ssh",
  '<189>date=2026-11-22 time=11:00:00 devname="FGT1" srcip=192.0.2.17',
  "<14>Nov 22 11:00:00 WIN1 MSWinEventLog\t1\tSecurity\t4625",
  "<38>Nov 22 11:00:00 2026 ctl authmgr[3]: x",
  "<187>80: rtr1 RP/0/RSP0/CPU0:Nov 22 11:00:00.333 UTC: SSHD_[65893]: %SECURITY-SSHD-4-INFO_FAILURE : Failed",
  "<134>wlc1: *spamApTask0: Nov 22 11:00:00.333: #LWAPP-4-SIG_INFO1: spam_lrad.c:55 Signature",
  "<188>Nov 22 11:00:00 s4810 %STKUNIT0-M:CP %SEC-5-LOGIN_FAILED: Login failed for user x",
  "<134>1 1795345200.774247467 mx84 security_event ids_alerted src=192.0.2.7:80",
  "<187>Nov 22 2026 12:00:00+01:00 HOST %%01SSH/4/SSH_FAIL(s)[123]:Failed to login through SSH.",
  "<189>1 2026-11-22T11:00:01Z 192.0.2.1 29 - -  *Nov 22 11:00:00.483: %SEC_LOGIN-4-LOGIN_FAILED: Login failed",
  "<141>Nov 22 11:00:00 2026 192.0.2.1 <192.0.2.1 20:4C:03:00:00:00>  stm[123]: <501106> <NOTI> x",
  "<38>Nov 22 11:00:00 aix1 auth|security:info sshd[1234]: [ID 800047 auth.info] Failed password",
  "<30>Nov 22 11:00:00 host1 registry.example.org:5000/team/nginx:1.27/web[1234]: 2001:db8::7 - - x",
  "<38>1 2026-11-22T11:00:00Z h sshd[12]: Failed password for root from 192.0.2.7 port 1 ssh2",
  "<38>Nov 22 11:00:00 h sshd[12] Failed password for root from 192.0.2.7 port 1 ssh2#015#012",
  "<38>Nov 22 11:00:01 relay <38>Nov 22 11:00:00 h sshd[12]: Failed password for root from 2001:db8::7 port 1 ssh2",
  "<38>Nov 22 11:00:01 192.0.2.1 1 2026-11-22T11:00:00Z h sshd 12 - - Failed password for root from 192.0.2.7",
  '<38>1 2026-11-22T11:00:00+00:00 web1 sshd 123  [meta sequenceId="1"] Failed',
  "<38>Nov 22 11:00:00 relay 2001: db8::9 sshd[12]: Failed",
  "<38>Nov 22 11:00:00 192.0.2.1: sshd[12]: Failed",
  '<140>Nov 22 11:00:00 T35 70AB00ABCDEF0 (2026-11-22T11:00:00) admd[12]: msg_id="1100-0005"',
  "<38>1795345200.25 2001:db8::1 sshd[12]: Failed",
  "<187>Nov 22 11:00:01 192.0.2.1 RP/0/RSP0/CPU0:Nov 22 11:00:00.333 UTC: SSHD_[65893]: %SECURITY-SSHD-4-INFO_FAILURE : x",
];

/** A record with null for what is missing, ISO times and plain objects. */
export type PlainRecord = Record<string, unknown>;

export function plainRecord(record: SyslogMessage): PlainRecord {
  const data = record.structuredData;
  return {
    facility: record.facility ?? null,
    severity: record.severity ?? null,
    host: record.host ?? null,
    app: record.app ?? null,
    pid: record.pid ?? null,
    msgid: record.msgid ?? null,
    structuredData: data ? Object.fromEntries([...data].map(([id, values]) => [id, Object.fromEntries(values)])) : null,
    timestamp: record.timestamp === undefined ? null : new Date(record.timestamp).toISOString(),
    message: record.message,
  };
}

/** xorshift32: the same numbers for the same seed, everywhere. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const PIECES = [
  "<",
  ">",
  "[",
  "]",
  ":",
  " ",
  "%",
  '"',
  "\\",
  "=",
  "-",
  "\n",
  "\0",
  "1 ",
  "<38>",
  "\x1b",
  "é",
  "\xff",
  "[a b=",
];

/** A shape with a few bytes changed, cut, doubled or put in from another, sometimes made long. */
export function mutated(random: (below: number) => number): Buffer {
  let bytes = Buffer.from(SHAPES[random(SHAPES.length)] ?? "");
  for (let edits = random(6); edits >= 0; edits -= 1) {
    const at = random(bytes.length + 1);
    const kind = random(6);
    if (kind === 0 && at < bytes.length) bytes[at] = random(256);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(8))]);
    else if (kind === 2) bytes = bytes.subarray(0, at);
    else if (kind === 3) {
      const piece = Buffer.from(PIECES[random(PIECES.length)] ?? "", "latin1");
      const times = random(50) === 0 ? 1 + random(9000 / piece.length) : 1 + random(3);
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(times * piece.length, piece), bytes.subarray(at)]);
    } else if (kind === 4) {
      const other = Buffer.from(SHAPES[random(SHAPES.length)] ?? "");
      bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(random(other.length))]);
    } else {
      bytes = Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)]);
    }
  }
  return bytes;
}
