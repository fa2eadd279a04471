import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry, Origin } from "../../src/core/entry.ts";
import { instant, seconds } from "../../src/core/time.ts";
import { Inquiries } from "../../src/daemon/inquiries.ts";
import { Watch } from "../../src/daemon/watch.ts";
import type { Event, Log } from "../../src/log/log.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import type { Clock } from "../../src/system/clock.ts";
import { at, jail, sender } from "../core/fixtures.ts";
import { shippedLibrary, trustedOrigin } from "../filters/samples.ts";

const library = shippedLibrary();

/** What sshd logs on a host where users are in a directory: pam_unix does not know them, pam_sss does. */
const GOOD = (peer: string): string[] => [
  `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${peer}  user=ann`,
  `pam_sss(sshd:auth): authentication success; logname= uid=0 euid=0 tty=ssh ruser= rhost=${peer} user=ann`,
  `Accepted password for ann from ${peer} port 50022 ssh2`,
  "pam_unix(sshd:session): session opened for user ann(uid=4711) by (uid=0)",
];
const WRONG = (peer: string): string[] => [
  `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${peer}  user=ann`,
  `Failed password for ann from ${peer} port 50022 ssh2`,
];

/** The same by keyboard-interactive: one process asks PAM, for one attempt, and the next is the connection's own. */
const KBD_WRONG = (peer: string, user: string): string[][] => [
  [`pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${peer}  user=${user}`],
  [
    `error: PAM: Authentication failure for ${user} from ${peer}`,
    `Failed keyboard-interactive/pam for ${user} from ${peer} port 50022 ssh2`,
  ],
];
const KBD_GOOD = (peer: string, user: string): string[][] => [
  [`pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${peer}  user=${user}`],
  [`Accepted keyboard-interactive/pam for ${user} from ${peer} port 50022 ssh2`],
];

/** The same over FTP, where a client may try one user after the other. */
const FTP = (peer: string, user: string): string[] => [
  `pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=${user} rhost=${peer}  user=${user}`,
];
const FTP_GOOD = (peer: string, user: string): string[] => [
  ...FTP(peer, user),
  `pam_sss(vsftpd:auth): authentication success; logname= uid=0 euid=0 tty=ftp ruser=${user} rhost=${peer} user=${user}`,
  `pam_unix(vsftpd:session): session opened for user ${user}(uid=4711) by (uid=0)`,
];

/** Sessions, each with a process of its own, as entries a second apart. */
function entries(sessions: readonly (readonly string[])[]): Entry[] {
  const origin = { kind: "journal", trust: "local", transport: "syslog", uid: 0, unit: "ssh.service" } as const;
  const lines = sessions.flatMap((messages, pid) => messages.map((message) => ({ message, pid: String(pid + 100) })));
  return lines.map(({ message, pid }, second) => ({
    time: at(second),
    source: "journal",
    identifier: "sshd",
    pid,
    message,
    cursor: String(second),
    origin,
  }));
}

interface Outcome {
  readonly bans: readonly string[];
  /** Peers that are admins, if they are connected. */
  readonly loggedIn: readonly string[];
  readonly takenBack: number;
}

/** The stream in batches of a size. `restarts`: before each, the agent is started anew on what was saved. */
function watch(stream: readonly Entry[], size: number, { restarts = false, filter: name = "sshd" } = {}): Outcome {
  const told: Event[] = [];
  const loggedIn = new Set<string>();
  const log: Log = { tell: (event) => told.push(event) };
  const clock: Clock = { now: () => at(stream.length), monotonic: () => seconds(0), sleep: async () => {} };
  const store = new MemoryStore();
  const start = (): Watch => {
    const watching = new Watch({
      store,
      log,
      clock,
      random: () => 0,
      capacity: 1000,
      idle: () => false,
      protectedBy: () => undefined,
      loggedIn: (_jail, { text }) => loggedIn.add(text),
      facts: () => ({}),
      inquiries: new Inquiries(log, clock, new AbortController().signal),
      listed: () => [],
      carry: () => {},
    });
    const filter = library.compile(name, { jail: "sshd" });
    const watched = {
      filter,
      mode: "normal",
      servicePorts: [],
      widened: [],
      unknownUsers: [],
      ignoreNames: [],
      fingerprint: "",
    };
    watching.configure({ jails: [{ jail: jail(), ...watched }], budgets: new Map() });
    assert.ok(watching.restoreCounts());
    return watching;
  };
  let watching = start();
  for (let from = 0; from < stream.length; from += size) {
    if (restarts && from > 0) {
      watching = start();
      // As sources do: lines that were counted already tell who is connected.
      const past = stream.slice(0, from).map((entry): Entry => ({ ...entry, past: true }));
      watching.take("journal", past);
    }
    watching.take("journal", stream.slice(from, from + size));
  }
  return {
    bans: store
      .activeBans(at(stream.length))
      .map(({ target }) => target.text)
      .sort(),
    loggedIn: [...loggedIn],
    takenBack: told.filter(({ words }) => words === "taken back").length,
  };
}

for (const [peer, guesser] of [
  ["192.0.2.7", "198.51.100.9"],
  ["2001:db8::7", "2001:db8:9::9"],
] as const) {
  const banned = guesser.includes(":") ? "2001:db8:9::" : guesser;

  test(`who logs in again and again through a second PAM module is not banned: ${peer}`, () => {
    const { bans, takenBack } = watch(entries(Array.from({ length: 10 }, () => GOOD(peer))), 7);
    assert.deepEqual(bans, []);
    assert.equal(takenBack, 10);
  });

  test(`wrong passwords count beside good logins, whatever the batches and restarts: ${guesser}`, () => {
    const sessions = [GOOD, WRONG, GOOD, WRONG, GOOD].flatMap((session) => [session(peer), WRONG(guesser)]);
    const stream = entries([...sessions, [...WRONG(peer), ...GOOD(peer)]]);
    const whole = watch(stream, stream.length);
    // The peer typed three wrong passwords in five minutes, which is nobody's offence; the guesser five.
    assert.deepEqual(whole.bans, [banned]);
    assert.equal(whole.takenBack, 4);
    for (const size of [1, 2, 3, 5, 11]) {
      for (const restarts of [false, true]) {
        const { bans, takenBack } = watch(stream, size, { restarts });
        assert.deepEqual({ bans, takenBack }, { bans: whole.bans, takenBack: whole.takenBack }, `${size} ${restarts}`);
      }
    }
  });
}

for (const [peer, banned] of [
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8::7", "2001:db8::"],
] as const) {
  const times = (count: number, session: readonly string[][]): readonly string[][] =>
    Array.from({ length: count }, () => session).flat();

  test(`who mistypes by keyboard-interactive is banned for the fifth, not for the third: ${peer}`, () => {
    assert.deepEqual(watch(entries(times(4, KBD_WRONG(peer, "bob"))), 5).bans, []);
    assert.deepEqual(watch(entries(times(5, KBD_WRONG(peer, "bob"))), 5).bans, [banned]);
  });

  test(`who logs in by keyboard-interactive through a second PAM module is not banned: ${peer}`, () => {
    const { bans, takenBack } = watch(entries(times(10, KBD_GOOD(peer, "ann"))), 7);
    assert.deepEqual(bans, []);
    assert.equal(takenBack, 10);
  });

  test(`who has an account does not hide guesses by keyboard-interactive behind his logins: ${peer}`, () => {
    const sessions = ["root", "bob", "eve"].flatMap((user) => [...KBD_WRONG(peer, user), ...KBD_GOOD(peer, "mallory")]);
    const stream = entries([...sessions, ...KBD_WRONG(peer, "kim"), ...KBD_WRONG(peer, "ann")]);
    assert.deepEqual(watch(stream.slice(0, -3), stream.length).bans, []);
    for (const size of [1, 2, 3, 5, 11]) {
      for (const restarts of [false, true]) {
        const { bans, takenBack } = watch(stream, size, { restarts });
        assert.deepEqual({ bans, takenBack }, { bans: [banned], takenBack: 3 }, `${size} ${restarts}`);
      }
    }
  });
}

for (const peer of ["192.0.2.7", "2001:db8::7"]) {
  test(`only who logged in here, or by the word of a sender trusted in full, is an admin: ${peer}`, () => {
    const said = (origin: Origin) =>
      watch(
        entries([GOOD(peer)]).map((entry) => ({ ...entry, origin })),
        1,
      ).loggedIn;
    assert.deepEqual(watch(entries([GOOD(peer)]), 1).loggedIn, [peer]);
    assert.deepEqual(said(sender("here", "full")), [peer]);
    assert.deepEqual(said(sender("web1", "limited")), []);
  });

  for (const filter of ["pam-generic", "vsftpd"]) {
    const unit = filter === "vsftpd" ? "vsftpd.service" : "any.service";
    const ftp = (sessions: readonly (readonly string[])[]): Entry[] =>
      entries(sessions).map((entry) => ({
        ...entry,
        identifier: "vsftpd",
        origin: { kind: "journal", trust: "local", transport: "syslog", uid: 0, unit },
      }));

    test(`a user of a directory may log in over FTP as often as he likes: ${filter}, ${peer}`, () => {
      const { bans, takenBack } = watch(ftp(Array.from({ length: 10 }, () => FTP_GOOD(peer, "ann"))), 7, { filter });
      assert.deepEqual(bans, []);
      assert.equal(takenBack, 10);
    });

    test(`who has an account is banned for guessing at others between his logins: ${filter}, ${peer}`, () => {
      const sessions = ["root", "bob", "eve", "ann", "kim"].map((user) => [
        ...FTP(peer, user),
        ...FTP_GOOD(peer, "mallory"),
      ]);
      const { bans, takenBack } = watch(ftp(sessions), 7, { filter });
      assert.equal(bans.length, 1);
      // Four guesses and what his own login is refused first make the ban, which is not taken back with it.
      assert.equal(takenBack, 4);
    });
  }

  test(`a login that Dovecot's second passdb takes is no failure, one that none takes is: ${peer}`, () => {
    const filter = library.compile("dovecot");
    const origin = trustedOrigin(filter.rules) ?? assert.fail();
    const refused = `auth: pam(bob,${peer},<q1>): unknown user`;
    const hear = (messages: readonly string[]): string[] =>
      messages.map((message, second) => {
        const entry = { time: at(second), source: "journal", identifier: "dovecot", message, origin };
        const found = filter.examine(entry);
        return found.kind === "success" ? `success, ${found.retracts?.length ?? 0} taken back` : found.kind;
      });
    const login = `imap-login: Login: user=<bob>, method=PLAIN, rip=${peer}, lip=203.0.113.5, mpid=47, TLS, session=<q1>`;
    const closed = `imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<bob>, method=PLAIN, rip=${peer}, lip=203.0.113.5, TLS, session=<q1>`;
    assert.deepEqual(hear([refused, login]), ["match", "success, 1 taken back"]);
    assert.deepEqual(hear([refused, closed, login]), ["match", "helper", "success, 0 taken back"]);
  });
}

/** Messages that a service wrote to standard error one by one, with line ends in them. */
function written(filter: string, messages: readonly string[]): Entry[] {
  const trusted = trustedOrigin(library.rules(filter)) ?? assert.fail();
  const origin: Origin = { ...trusted, kind: "journal", trust: "local", transport: "stdout" };
  const identifier = library.rules(filter).provenance.identifiers[0] ?? "";
  return messages.flatMap((message, second) =>
    message.split("\n").map((line, place) => ({
      time: at(second),
      source: "journal",
      identifier,
      message: line,
      cursor: `${second}.${place}`,
      origin,
      write: `5d ${second}`,
    })),
  );
}

for (const [victim, peer] of [
  ["192.0.2.99", "192.0.2.7"],
  ["2001:db8:99::1", "2001:db8:7::7"],
] as const) {
  // An address of version 6 is banned with its /64.
  const network = (address: string) => address.replace(/::.*/, "::");
  const MARIADB = (user: string) =>
    `2026-11-22 13:52:05 5 [Warning] Access denied for user '${user}'@'${peer}' (using password: YES)`;
  const POSTGRESQL = (user: string) =>
    `2026-11-22 13:52:03 UTC [281] ${peer} ${user}@shop FATAL:  password authentication failed for user "x"\n2026-11-22 13:52:03 UTC [281] ${peer} ${user}@shop DETAIL:  Role "x" does not exist.`;
  const ASTERISK = (extension: string) =>
    `[2026-11-22 13:52:01] NOTICE[3477] res_pjsip_session.c: anonymous: Call (UDP:${peer}:5060) to extension '${extension}' rejected because extension not found in context 'public'.`;
  const EJABBERD = (user: string) =>
    `2026-11-22 13:52:01.123456+00:00 [warning] <0.512.0>@ejabberd_c2s:process_auth_result/3:312 (tcp|<0.512.0>) Failed c2s PLAIN authentication for ${user}@example.org from ${peer}: Invalid username or password`;
  const VAULTWARDEN = (user: string) =>
    `[2026-11-22 13:52:01.123][vaultwarden::api::identity][ERROR] Username or password is incorrect. Try again. IP: ${peer}. Username: ${user}.`;
  const JELLYFIN = (user: string) =>
    `[13:52:01] [INF] [42] Jellyfin.Server.Implementations.Users.UserManager: Authentication request for ${user} has been denied (IP: ${peer}).`;
  const KEYCLOAK = (user: string) =>
    `2026-11-22 13:52:01,123 WARN  [org.keycloak.events] (executor-thread-1) type=LOGIN_ERROR, realmId=shop, clientId=account, userId=null, ipAddress=${peer}, error=user_not_found, auth_method=openid-connect, username=${user}, authSessionParentId=8f1c, authSessionTabId=Xy_-1`;
  const GITEA = (user: string) =>
    `2026/11/22 14:00:44 ...rs/web/auth/auth.go:205:SignInPost() [W] Failed authentication attempt for ${user} from [${peer}]:4711: user does not exist [uid: 0, name: ${user}]`;
  const MONGODB = (user: string) =>
    `2026-11-22T13:52:01.123+0000 I ACCESS   [conn3] SCRAM-SHA-1 authentication failed for ${user} on admin from client ${peer}:4711 ; UserNotFound: Could not find user ${user}@admin`;
  // With log_logins, two lines tell of one attempt.
  const ROUNDCUBE = (user: string) =>
    `errors: <4z506z6s> IMAP Error: Login failed for ${user} against localhost from ${peer}. AUTHENTICATE PLAIN: Authentication failed. in /var/www/html/program/lib/Roundcube/rcube_imap.php on line 211 (POST /?_task=login)\nuserlogins: <4z506z6s> Failed login for ${user} from ${peer} in session 4z506z6rvddstv6k (error: 0)`;
  const GITLAB = (user: string) => `November 22, 2026 13:52: Failed Login: username=${user} ip=${peer}`;
  const NEXTCLOUD = (user: string) => `{core} Login failed: '${user}' (Remote IP: '${peer}')`;
  const KUMA = (user: string) =>
    `2026-11-22T13:52:01Z [AUTH] WARN: Incorrect username or password for user ${user}. IP=${peer}`;
  const PAPERLESS = (user: string) =>
    `[2026-11-22 13:52:01,123] [INFO] [paperless.auth] Login failed for user \`${user}\` from IP \`${peer}\`.`;
  const again = (message: string): string[] => Array.from({ length: 9 }, () => message);
  const forged = {
    "mysqld-auth": [
      MARIADB(`x\nAccess denied for user 'a'@'${victim}' (using password: YES)\nz`),
      MARIADB(`a'@'${victim}' (using password: YES)\n2026-11-22 13:52:05 5 [Warning] Access denied for user 'b`),
      MARIADB(`x\n${again(`Access denied for user 'a'@'${victim}'`).join("\n")}\nz`),
    ],
    postgresql: [POSTGRESQL(`x\n${victim} FATAL:  role "y" does not exist\nz`)],
    asterisk: [
      ASTERISK(
        `x\n[2026-11-22 13:52:01] NOTICE[1] chan_sip.c: Registration from 'x' failed for '${victim}' - Wrong password\nz`,
      ),
    ],
    "ejabberd-auth": [EJABBERD(`x\n(x) Failed c2s PLAIN authentication for y from ${victim}\nz`)],
    vaultwarden: [
      VAULTWARDEN(`x\n${VAULTWARDEN("y").replace(peer, victim)}\nz`),
      VAULTWARDEN(`x\n${VAULTWARDEN("y").replace(peer, victim).slice(0, -1)}`),
    ],
    jellyfin: [JELLYFIN(`x\n${JELLYFIN("y").replace(peer, victim)}\nz`)],
    keycloak: [KEYCLOAK(`x\n${KEYCLOAK("y").replace(peer, victim)}\nz`)],
    "uptime-kuma": [KUMA(`x\n${KUMA("y").replace(peer, victim)}\nz`), KUMA(`x\n. IP=${victim}\nz`)],
    paperless: [PAPERLESS(`x\n${PAPERLESS("y").replace(peer, victim)}\nz`)],
    gitlab: [GITLAB(`x\n${GITLAB("y").replace(peer, victim)}\nz`)],
    nextcloud: [NEXTCLOUD(`x\n${NEXTCLOUD("y").replace(peer, victim)}\nz`)],
    gitea: [GITEA(`x\n${GITEA("y").replace(peer, victim)}\nz`)],
    "mongodb-auth": [MONGODB(`x\n${MONGODB("y").replace(peer, victim)}\nz`)],
  };
  /** The service writes the name twice, and ends with it. */
  const ending = {
    gitea: GITEA(`x${"\n".repeat(3)}${GITEA("y").replace(peer, victim).slice(0, -1)}`),
    forgejo: GITEA(`x\n from ${victim}: user's password is invalid [uid: 1, name: y`),
    "mongodb-auth": MONGODB(`x\n${MONGODB("y").replace(peer, victim).replace(/;.*/, "; y")}`),
  };
  /** Other messages of these services that end with a peer's words. */
  const lastWords: readonly (readonly [string, string])[] = [
    [
      "gitea",
      `2026/11/22 14:00:44 modules/ssh/ssh.go:300:sshConnectionFailed() [W] Failed connection from [${peer}]:4711 with error: ssh: handshake failed: ssh: disconnect, reason 11: x\nFailed authentication attempt for y from [${victim}]:4711`,
    ],
    [
      "paperless",
      `[2026-11-22 13:52:01,123] [WARNING] [django.request] Not Found: /x\n${PAPERLESS("y").replace(peer, victim)}`,
    ],
    [
      "home-assistant",
      `2026-11-22 13:52:01.123 INFO (MainThread) [homeassistant.components.webhook] Received message for unregistered webhook x\n2026-11-22 13:52:01.123 WARNING (MainThread) [homeassistant.components.http.ban] Login attempt or request with invalid authentication from ${victim}. Requested URL: y from ${peer}`,
    ],
    [
      "matrix-synapse",
      `2026-11-22 13:52:01,123 - synapse.http.server - 124 - INFO - POST-12 - <XForwardedForRequest at 0x1 method='POST' uri='/_matrix/client/v3/login' clientproto='HTTP/1.1' site='8008'> SynapseError: 400 - Unknown login type x\n2026-11-22 13:52:01,123 - synapse.access.http.8008 - 400 - INFO - POST-12 - ${victim} - 8008 - {None} Processed request: 0.1sec/0.1sec (0.1sec, 0.1sec) (0.1sec/0.1sec/1) 59B 403 "POST /_matrix/client/v3/login HTTP/1.1" "x" [0 dbevts]`,
    ],
    [
      "prosody",
      `c2s123 info Session closed by remote with error: undefined-condition (x\nc2s1 info Failed authentication attempt (not-authorized) for user y from IP: ${victim}`,
    ],
  ];
  const honest = {
    "mysqld-auth": MARIADB("root"),
    postgresql: POSTGRESQL("root"),
    "ejabberd-auth": EJABBERD("root"),
    vaultwarden: VAULTWARDEN("root"),
    jellyfin: JELLYFIN("root"),
    keycloak: KEYCLOAK("root"),
    "uptime-kuma": KUMA("root"),
    paperless: PAPERLESS("root"),
    "roundcube-auth": ROUNDCUBE("root"),
    gitlab: GITLAB("root"),
    nextcloud: NEXTCLOUD("root"),
    gitea: GITEA("root"),
    forgejo: GITEA("root"),
    "mongodb-auth": MONGODB("root"),
  };

  for (const [filter, messages] of Object.entries(forged)) {
    for (const message of messages) {
      test(`a name with line ends in it accuses nobody else: ${filter}: ${JSON.stringify(message).slice(0, 150)}`, () => {
        for (const size of [1, 2, 1000]) {
          const { bans, takenBack } = watch(written(filter, again(message)), size, { filter });
          assert.ok(takenBack > 0, "none of its lines looks like a failure");
          assert.ok(
            bans.every((ban) => !ban.includes(network(victim))),
            bans.join(),
          );
        }
      });
    }
  }

  for (const [filter, message] of [...Object.entries(ending), ...lastWords]) {
    test(`a name with line ends in it accuses nobody else where the message ends with it: ${filter}, ${victim}: ${message.slice(0, 90)}`, () => {
      const alone = message.slice(message.lastIndexOf("\n") + 1);
      const { bans: believed } = watch(written(filter, again(alone)), 1000, { filter });
      assert.ok(
        believed.some((ban) => ban.includes(network(victim))),
        "its last line looks like no failure",
      );
      for (const size of [1, 2, 1000]) {
        const { bans } = watch(written(filter, again(message)), size, { filter });
        assert.deepEqual(
          bans.filter((ban) => ban.includes(network(victim))),
          [],
        );
      }
    });
  }

  for (const [filter, message] of Object.entries(honest)) {
    test(`who guesses at one that writes to standard error is banned: ${filter}, ${peer}`, () => {
      const { bans, takenBack } = watch(written(filter, again(message)), 7, { filter });
      assert.equal(bans.length, 1);
      assert.ok(bans[0]?.includes(network(peer)), bans.join());
      assert.equal(takenBack, 0);
    });
  }
  test(`a message that journald reads in two pieces accuses nobody else: ${peer}`, () => {
    const [message = ""] = forged["mysqld-auth"];
    const split = written("mysqld-auth", again(message)).map((entry, place) => ({
      ...entry,
      // The last of three lines a moment later.
      write: `${entry.write}${place % 3 === 2 ? "1" : "0"}`,
      time: instant(entry.time + (place % 3 === 2 ? 1 : 0)),
    }));
    const { bans, takenBack } = watch(split, 1, { filter: "mysqld-auth" });
    assert.equal(takenBack, 9);
    assert.ok(
      bans.every((ban) => !ban.includes(network(victim))),
      bans.join(),
    );
  });

  test(`guessers who work side by side do not clear each other: ${peer} and ${victim}`, () => {
    const other = MARIADB("root").replace(peer, victim);
    const entries = written("mysqld-auth", [MARIADB("root"), other, ...again(MARIADB("root")), other, other]).map(
      (entry, place) => ({ ...entry, time: instant(at(0) + place), write: `5d ${place}` }),
    );
    const { bans, takenBack } = watch(entries, 7, { filter: "mysqld-auth" });
    assert.equal(takenBack, 0);
    assert.ok(bans[0]?.includes(network(peer)), bans.join());
  });

  test(`failures of one peer that come at once are not taken back: ${peer}`, () => {
    const entries = written("mysqld-auth", again(MARIADB("root"))).map((entry, place) => ({
      ...entry,
      time: at(0),
      write: `5d ${Math.floor(place / 2)}`,
    }));
    const { bans, takenBack } = watch(entries, 7, { filter: "mysqld-auth" });
    // Of each piece, one.
    assert.equal(bans.length, 1);
    assert.equal(takenBack, 0);
  });
}
