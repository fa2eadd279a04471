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
];

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
