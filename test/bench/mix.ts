/** A server's log as the benchmarks read it: of ten lines four are sshd's, the others are what else runs on a host. */

export interface Line {
  readonly identifier: string;
  readonly unit: string;
  readonly uid: number;
  readonly pid: number;
  readonly message: string;
}

const PEERS = 2000;

/** IPv4 and IPv6 in turn, never two of one /64. */
export function peer(at: number): string {
  const id = at >> 1;
  return at % 2 === 0 ? `203.0.${113 + (id >> 8)}.${id & 255}` : `2001:db8:77:${id.toString(16)}::${(at % 200) + 1}`;
}

/** One attempt at guessing, as sshd with PAM logs it on Debian: five lines, the process id of one session. */
function guess(session: number, step: number): string {
  const from = peer((session * 7) % PEERS);
  const port = 20_000 + (session % 40_000);
  const user = `user${session % 300}`;
  switch (step) {
    case 0:
      return `Invalid user ${user} from ${from} port ${port}`;
    case 1:
      return "pam_unix(sshd:auth): check pass; user unknown";
    case 2:
      return `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${from} `;
    case 3:
      return `Failed password for invalid user ${user} from ${from} port ${port} ssh2`;
    default:
      return `Connection closed by invalid user ${user} ${from} port ${port} [preauth]`;
  }
}

/** The `at`th line of sshd alone: of ten sessions nine guess, one logs in. */
export function sshd(at: number): Line {
  const session = Math.floor(at / 5);
  const step = at % 5;
  const message = session % 10 < 9 ? guess(session, step) : (LOGIN[step] ?? "");
  return { identifier: "sshd", unit: "ssh.service", uid: 0, pid: 2000 + (session % 30_000), message };
}

const LOGIN = [
  "Accepted publickey for alice from 198.51.100.9 port 50022 ssh2: ED25519 SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
  "pam_unix(sshd:session): session opened for user alice(uid=1000) by (uid=0)",
  "Received disconnect from 198.51.100.9 port 50022:11: disconnected by user",
  "Disconnected from user alice 198.51.100.9 port 50022",
  "pam_unix(sshd:session): session closed for user alice",
];

export function postfix(at: number): Line {
  const from = peer((at * 3) % PEERS);
  const messages = [
    `connect from unknown[${from}]`,
    `warning: unknown[${from}]: SASL LOGIN authentication failed: authentication failure, sasl_username=info@example.org`,
    `lost connection after AUTH from unknown[${from}]`,
    `disconnect from unknown[${from}] ehlo=1 auth=0/1 commands=1/2`,
    `connect from mail.example.net[198.51.100.25]`,
    `NOQUEUE: reject: RCPT from unknown[${from}]: 454 4.7.1 <a@example.net>: Relay access denied; from=<b@example.com> to=<a@example.net> proto=ESMTP helo=<x>`,
    `4F0A1B2C3D: client=mail.example.net[198.51.100.25]`,
    `disconnect from mail.example.net[198.51.100.25] ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7`,
  ];
  return {
    identifier: "postfix/smtpd",
    unit: "postfix@-.service",
    uid: 0,
    pid: 3000 + (at % 50),
    message: messages[at % 8] ?? "",
  };
}

export function dovecot(at: number): Line {
  const from = peer((at * 11) % PEERS);
  const messages = [
    `imap-login: Login: user=<bob>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.1, mpid=${at}, TLS, session=<abcdefghijklmnop>`,
    `imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<info>, method=PLAIN, rip=${from}, lip=192.0.2.1, TLS, session=<abcdefghijklmnop>`,
    `imap(bob)<${at}><abcdefghijklmnop>: Disconnected: Logged out in=120 out=4711 deleted=0 expunged=0 trashed=0`,
    `auth: pam(info,${from},<abcdefghijklmnop>): unknown user (SHA1 of given password: 8cb2237d0679ca88)`,
  ];
  return { identifier: "dovecot", unit: "dovecot.service", uid: 0, pid: 900, message: messages[at % 4] ?? "" };
}

export function nginx(at: number): Line {
  const from = peer((at * 13) % PEERS);
  const messages = [
    `${from} - - [22/Nov/2026:12:00:00 +0000] "GET /index.html HTTP/1.1" 200 612 "-" "Mozilla/5.0"`,
    `2026/11/22 12:00:00 [error] 811#811: *${at} user "admin": password mismatch, client: ${from}, server: www.example.org, request: "GET /private/ HTTP/1.1", host: "www.example.org"`,
    `2026/11/22 12:00:00 [error] 811#811: *${at} open() "/var/www/html/favicon.ico" failed (2: No such file or directory), client: ${from}, server: www.example.org, request: "GET /favicon.ico HTTP/1.1", host: "www.example.org"`,
    `${from} - - [22/Nov/2026:12:00:00 +0000] "GET /style.css HTTP/1.1" 304 0 "https://www.example.org/" "Mozilla/5.0"`,
  ];
  return { identifier: "nginx", unit: "nginx.service", uid: 0, pid: 811, message: messages[at % 4] ?? "" };
}

const OTHERS: readonly ((at: number) => Line)[] = [
  (at) => cron(at),
  (at) => ({
    identifier: "systemd",
    unit: "init.scope",
    uid: 0,
    pid: 1,
    message: `Started Session ${at} of User alice.`,
  }),
  nginx,
  dovecot,
  postfix,
  (at) => ({
    identifier: "dbus-daemon",
    unit: "dbus.service",
    uid: 104,
    pid: 611,
    message: `[system] Successfully activated service 'org.freedesktop.hostname${at % 9}'`,
  }),
];

function cron(at: number): Line {
  const message =
    at % 2 === 0
      ? "(root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)"
      : "pam_unix(cron:session): session closed for user root";
  return { identifier: "CRON", unit: "cron.service", uid: 0, pid: 5000 + (at % 20_000), message };
}

export function mixed(at: number): Line {
  const step = at % 10;
  const round = Math.floor(at / 10);
  return step < 4 ? sshd(round * 4 + step) : (OTHERS[step - 4]?.(round) ?? sshd(at));
}
