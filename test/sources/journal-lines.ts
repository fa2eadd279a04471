/** Lines like journalctl's and unlike them, the same for the same seed: for the property test and the fuzzer. */
export class LineMaker {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** mulberry32: 0 ≤ n < `below`. */
  number(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.number(list.length)] as T;
  }

  /** A line as journalctl might print it: known and unknown fields in any order, of every shape. */
  wellFormed(): string {
    const parts: string[] = [];
    // Half of them hold texts only, as nearly all real ones do.
    const plain = this.number(2) === 0;
    for (let left = this.number(16); left >= 0; left -= 1) {
      parts.push(`${JSON.stringify(this.pick(NAMES))}:${JSON.stringify(plain ? this.pick(TEXTS) : this.#value(0))}`);
    }
    for (const [name, values] of NEEDED) {
      if (this.number(20) > 0)
        parts.splice(this.number(parts.length + 1), 0, `"${name}":${JSON.stringify(this.pick(values))}`);
    }
    return `{${parts.join(",")}}`;
  }

  /** The bytes of such a line, damaged. */
  damaged(): Buffer {
    let bytes = Buffer.from(this.wellFormed());
    for (let left = 1 + this.number(4); left > 0; left -= 1) {
      const at = this.number(bytes.length + 1);
      const end = Math.min(bytes.length, at + this.number(20));
      switch (this.number(5)) {
        case 0:
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([this.number(256)]), bytes.subarray(at)]);
          break;
        case 1:
          bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
          break;
        case 2:
          bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
          break;
        case 3:
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(this.pick(PIECES)), bytes.subarray(at)]);
          break;
        default:
          bytes = bytes.subarray(0, at);
      }
    }
    return bytes;
  }

  #value(depth: number): unknown {
    switch (this.number(depth > 2 ? 6 : 10)) {
      case 0:
        return this.pick(TEXTS) + this.pick(TEXTS);
      case 1:
        return null;
      case 2:
        return this.number(300) - 10;
      case 6:
      case 7:
        return Array.from({ length: this.number(6) }, () => this.#value(depth + 1));
      case 8:
        return Array.from({ length: this.number(30) }, () => this.number(256));
      case 9:
        return { [this.pick(NAMES)]: this.#value(depth + 1) };
      default:
        return this.pick(TEXTS);
    }
  }
}

const CURSOR =
  "s=c0d752b09eda4f2da4ff8348b46e244f;i=1c9;b=0f0e0d0c0b0a09080706050403020100;m=4bc4c45f;t=660dc243137bd;x=c7d9";
const NEEDED: readonly [string, readonly unknown[]][] = [
  ["__CURSOR", [...Array(20).fill(CURSOR), "", [CURSOR], 5]],
  ["__REALTIME_TIMESTAMP", [...Array(20).fill("1795348505517480"), "1", "x", "99999999999999999999", 5]],
  ["MESSAGE", ["Failed password for root from 2001:db8::7 port 22 ssh2", "", "\u001b[31m", "\\", '"', null]],
];
const NAMES = [
  "MESSAGE",
  "MESSAGE_ID",
  "SYSLOG_IDENTIFIER",
  "SYSLOG_PID",
  "_PID",
  "_UID",
  "_TRANSPORT",
  "_SYSTEMD_UNIT",
  "_MACHINE_ID",
  "_HOSTNAME",
  "_NAMESPACE",
  "_STREAM_ID",
  "_LINE_BREAK",
  "CONTAINER_ID",
  "CONTAINER_ID_FULL",
  "CONTAINER_NAME",
  "N_DROPPED",
  "OBJECT_SYSTEMD_UNIT",
  "_BOOT_ID",
  "__proto__",
  "constructor",
  "toString",
  "",
  'a"b',
] as const;
const TEXTS = [
  "",
  "0",
  "1000",
  "sshd",
  "syslog",
  "driver",
  "kernel",
  "ssh.service",
  "a596d6fe7bfa4994828e72309e95d61e",
  "line-max",
  "eof",
  "\t",
  "\u0000",
  "\u202e",
  "\u{1f600}",
  "\ud800",
  "é",
  '"',
  "\\",
  '","_UID":"0',
  "x".repeat(300),
];
const PIECES = [
  '"',
  '","',
  '":"',
  '":',
  "{",
  "}",
  "[",
  "]",
  "\\",
  "\\u0000",
  "null",
  ",",
  '"_UID":"0"',
  "\n",
  "\0",
  "\u{1f600}",
  " ",
];
