import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { fileURLToPath } from "node:url";
import { parseNetwork } from "../../src/core/address.ts";
import type { Entry } from "../../src/core/entry.ts";
import type { SyslogOptions } from "../../src/sources/syslog.ts";
import type { SyslogListener, SyslogProtocol } from "../../src/sources/syslog-listeners.ts";
import { type Child, findProgram, run, start } from "../../src/system/exec.ts";
import { port, started, until } from "../sources/listening-syslog.ts";

// Real programs, each with a folder of its own, over loopback. What a program puts on the wire differs between its
// versions: these tests hold whatever is installed to the same entries.

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SSHD = "Failed password for root from 192.0.2.10 port 40022 ssh2";
const SSHD6 = "Failed password for invalid user x from 2001:db8::5 port 40022 ssh2";
const LOOPBACK = ["127.0.0.0/8", "::1"].flatMap((text) => parseNetwork(text) ?? []);
const SENDERS = [{ name: "peer", networks: LOOPBACK, trust: "limited" as const }];
const FAMILIES = ["127.0.0.1", "::1"] as const;

function missing(...names: string[]): string | false {
  const absent = names.filter((name) => !findProgram(name));
  return absent.length > 0 && `not installed: ${absent.join(", ")}`;
}

function program(name: string): string {
  return findProgram(name) ?? assert.fail(`${name} is not installed`);
}

async function ran(name: string, ...args: string[]): Promise<string> {
  const outcome = await run(program(name), args, { timeoutMs: 30_000 });
  assert.equal(outcome.exitCode, 0, `${name} ${args.join(" ")}: ${outcome.stderr}${outcome.startError ?? ""}`);
  return outcome.stdout;
}

/** A folder that goes when the test does, and programs that end before it. */
function workshop() {
  const folder = mkdtempSync(`${tmpdir()}/bailiff-syslog-`);
  const stop = new AbortController();
  const children: Child[] = [];
  return {
    folder,
    write: (name: string, text: string) => {
      writeFileSync(`${folder}/${name}`, text);
      return `${folder}/${name}`;
    },
    start: (path: string, ...args: string[]) => {
      const child = start(path, args, stop.signal);
      children.push(child);
      // What it prints is of interest only when it fails; unread it would block.
      void (async () => {
        for await (const _ of child.stdout);
      })().catch(() => {});
      return child;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.all(children.map((child) => child.done));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function listen(
  protocol: SyslogProtocol,
  address: string = FAMILIES[0],
): Partial<SyslogOptions> & { listen: SyslogListener[] } {
  return { listen: [{ protocol, address, port: 0 }], senders: SENDERS };
}

function found(entries: readonly Entry[], message: string): Entry | undefined {
  return entries.find((entry) => entry.message === message);
}

type Started = Awaited<ReturnType<typeof started>>;

/** Waits for the entry, and checks who said it. */
async function expectEntry(source: Started, message: string, identifier: string, pid?: string) {
  const seen = () => `${message} in ${JSON.stringify(source.entries)} ${JSON.stringify(source.source.status())}`;
  await until(() => found(source.entries, message) !== undefined, seen);
  const entry = found(source.entries, message);
  assert.equal(entry?.identifier, identifier);
  if (pid !== undefined) assert.equal(entry?.pid, pid);
  return entry;
}

/**
 * Writes to a syslog daemon's own socket until what it should lead to is there. One write is not always enough: a
 * daemon that is just starting makes its socket before it reads from it, and may lose what was written in between.
 */
async function logTo(socket: string, line: { tag: string; message: string; id?: number }, done: () => boolean) {
  const args = ["-u", socket, "-p", "auth.info", `--id=${line.id ?? 4711}`, "-t", line.tag, "--", line.message];
  for (let tries = 0; !done() && tries < 100; tries += 1) {
    const outcome = await run(program("logger"), args, { timeoutMs: 10_000 });
    const written = outcome.exitCode === 0 && outcome.stderr === "";
    for (let waited = 0; !done() && waited < (written ? 500 : 50); waited += 10) await delay(10);
  }
}

/** Has a daemon forward a line, and waits for the entry. */
async function forwarded(source: Started, folder: string, line: { tag: string; message: string; id?: number }) {
  await logTo(`${folder}/log`, line, () => found(source.entries, line.message) !== undefined);
  return expectEntry(source, line.message, line.tag, line.id === undefined ? undefined : String(line.id));
}

suite("logger", { skip: missing("logger") }, () => {
  for (const address of FAMILIES) {
    for (const format of ["--rfc3164", "--rfc5424", "--rfc5424=notime,notq,nohost"]) {
      test(`sends ${format} over UDP to ${address}`, async () => {
        await using source = await started(listen("udp", address));
        const to = ["-n", address, "-P", String(port(source.source)), "-d", format];
        await ran("logger", ...to, "-p", "auth.info", "--id=12345", "-t", "sshd", "--", SSHD);
        await ran("logger", ...to, "-p", "auth.info", "-t", "sshd", "--", SSHD6);
        await expectEntry(source, SSHD, "sshd", "12345");
        await expectEntry(source, SSHD6, "sshd");
        assert.equal(source.source.status().counters.malformed, 0);
      });

      for (const framing of [[], ["--octet-count"]]) {
        test(`sends ${format} over TCP ${framing} to ${address}`, async () => {
          await using source = await started(listen("tcp", address));
          const to = ["-n", address, "-P", String(port(source.source)), "-T", ...framing, format];
          await ran("logger", ...to, "-p", "auth.info", "--id=12345", "-t", "sshd", "--", SSHD);
          await expectEntry(source, SSHD, "sshd", "12345");
        });
      }
    }
  }
});

suite("python's SysLogHandler", { skip: missing("python3") }, () => {
  for (const [protocol, kind] of [
    ["udp", "SOCK_DGRAM"],
    ["tcp", "SOCK_STREAM"],
  ] as const) {
    test(`sends over ${protocol}, ended by NUL`, async () => {
      await using source = await started(listen(protocol));
      const script = `import logging, logging.handlers, socket
handler = logging.handlers.SysLogHandler(("127.0.0.1", ${port(source.source)}), facility="auth", socktype=socket.${kind})
handler.ident = "sshd[12]: "
log = logging.getLogger("x"); log.addHandler(handler)
log.warning("${SSHD}"); log.warning("${SSHD6}")
`;
      await ran("python3", "-c", script);
      await expectEntry(source, SSHD, "sshd", "12");
      await expectEntry(source, SSHD6, "sshd", "12");
    });
  }
});

suite("busybox syslogd", { skip: missing("busybox", "unshare") }, () => {
  for (const [address, place] of [
    ["127.0.0.1", "127.0.0.1"],
    ["::1", "[::1]"],
  ] as const) {
    test(`forwards to ${address}`, async () => {
      await using source = await started(listen("udp", address));
      await using shop = workshop();
      // It insists on /dev/log: it gets a /dev of its own, and before anybody looks for the log in it.
      const script = `mount -t tmpfs none /dev && touch /dev/null || exit 1
        busybox syslogd -n -O ${shop.folder}/messages -R ${place}:${port(source.source)} & syslogd=$!
        trap 'kill $syslogd' EXIT
        tries=0; until [ -S /dev/log ] || [ $tries -gt 200 ]; do sleep 0.05; tries=$((tries+1)); done
        busybox logger -p auth.info -t 'sshd[12345]' "$1"; busybox logger -p auth.info -t 'postfix/smtpd[9]' "$2"; sleep 0.5`;
      await ran("unshare", "-m", "sh", "-c", script, "sh", SSHD, SSHD6);
      await expectEntry(source, SSHD, "sshd", "12345");
      await expectEntry(source, SSHD6, "postfix/smtpd", "9");
    });
  }
});

/** A certificate authority, a server, two clients it signed, and one that another authority signed. */
async function certificates(folder: string): Promise<void> {
  const sign = async (name: string, by: string, san: string) => {
    const at = (end: string) => `${folder}/${name}.${end}`;
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", at("key")];
    await ran("openssl", "req", "-new", ...key, "-out", at("csr"), "-subj", `/CN=${name}.example.org`);
    writeFileSync(at("ext"), `subjectAltName=${san}\nbasicConstraints=CA:FALSE\n`);
    const authority = [
      "-CA",
      `${folder}/${by}.pem`,
      "-CAkey",
      `${folder}/${by}.key`,
      "-set_serial",
      `0x${randomUUID().slice(0, 8)}`,
    ];
    await ran(
      "openssl",
      "x509",
      "-req",
      "-in",
      at("csr"),
      ...authority,
      "-days",
      "2",
      "-extfile",
      at("ext"),
      "-out",
      at("pem"),
    );
  };
  for (const authority of ["ca", "rogue"]) {
    const files = ["-keyout", `${folder}/${authority}.key`, "-out", `${folder}/${authority}.pem`];
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    await ran("openssl", "req", "-x509", ...key, ...files, "-days", "2", "-subj", `/CN=${authority}.example.org`);
  }
  await sign("server", "ca", "DNS:server.example.org,IP:127.0.0.1,IP:::1");
  await sign("web1", "ca", "DNS:web1.example.org");
  await sign("web2", "ca", "DNS:web2.example.org");
  await sign("forged", "rogue", "DNS:web1.example.org");
}

function tlsListen(
  folder: string,
  address: string = FAMILIES[0],
): Partial<SyslogOptions> & { listen: SyslogListener[] } {
  return {
    listen: [{ protocol: "tls", address, port: 0 }],
    tls: { cert: `${folder}/server.pem`, key: `${folder}/server.key`, ca: `${folder}/ca.pem` },
    senders: [{ name: "web-one", tlsName: "web1.example.org", trust: "full", jails: ["sshd"] }],
  };
}

suite("rsyslogd", { skip: missing("rsyslogd", "logger") }, () => {
  const log = (folder: string) => `module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="${folder}/log" RateLimit.Interval="0")
global(workDirectory="${folder}")
`;

  const FORWARDS: readonly (readonly [name: string, protocol: "udp" | "tcp", action: string])[] = [
    ["as it does by default", "udp", ""],
    ["with ForwardFormat", "udp", 'template="RSYSLOG_ForwardFormat"'],
    ["with SyslogProtocol23Format", "udp", 'template="RSYSLOG_SyslogProtocol23Format"'],
    ["with FileFormat, which has no PRI", "udp", 'template="RSYSLOG_FileFormat"'],
    ["in lines", "tcp", ""],
    ["in lines with SyslogProtocol23Format", "tcp", 'template="RSYSLOG_SyslogProtocol23Format"'],
    ["octet-counted", "tcp", 'TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"'],
  ];
  for (const address of FAMILIES) {
    for (const [name, protocol, action] of FORWARDS) {
      test(`forwards ${name} over ${protocol} to ${address}`, async () => {
        await using source = await started(listen(protocol, address));
        await using shop = workshop();
        const target = `target="${address}" port="${port(source.source)}" protocol="${protocol}"`;
        const conf = shop.write("rsyslog.conf", `${log(shop.folder)}*.* action(type="omfwd" ${target} ${action})\n`);
        shop.start(program("rsyslogd"), "-n", "-f", conf, "-i", `${shop.folder}/pid`);
        await forwarded(source, shop.folder, { tag: "sshd", message: SSHD, id: 12345 });
        const entry = await forwarded(source, shop.folder, { tag: "sshd", message: SSHD6, id: 12345 });
        assert.ok(
          entry?.origin.kind === "syslog" && entry.origin.sender === "peer" && entry.origin.protocol === protocol,
        );
        // rsyslog writes control characters as #033 and #012.
        const escaped = "Invalid user #033[31mx#012PRI <38>x from 192.0.2.1 port 1";
        const raw = { tag: "sshd", message: "Invalid user \x1b[31mx\nPRI <38>x from 192.0.2.1 port 1" };
        await logTo(`${shop.folder}/log`, raw, () => found(source.entries, escaped) !== undefined);
        await expectEntry(source, escaped, "sshd");
      });
    }
  }

  test("forwards a TAG that it cut at 32 characters", async () => {
    await using source = await started(listen("udp"));
    await using shop = workshop();
    const target = `target="127.0.0.1" port="${port(source.source)}" protocol="udp"`;
    const conf = shop.write("rsyslog.conf", `${log(shop.folder)}*.* action(type="omfwd" ${target})\n`);
    shop.start(program("rsyslogd"), "-n", "-f", conf, "-i", `${shop.folder}/pid`);
    const line = { tag: "postfix/submission/smtpd", message: SSHD, id: 1234567 };
    await logTo(`${shop.folder}/log`, line, () => found(source.entries, SSHD) !== undefined);
    const entry = await expectEntry(source, SSHD, "postfix/submission/smtpd");
    assert.equal(entry?.pid, undefined);
  });

  test("passes RFC 5424 on in its default format, whose TAG then has no colon", async () => {
    await using source = await started(listen("udp"));
    await using shop = workshop();
    const target = `target="127.0.0.1" port="${port(source.source)}" protocol="udp"`;
    const socket = `Socket="${shop.folder}/log" UseSpecialParser="off" ParseHostname="on" UseSysTimeStamp="off"`;
    const conf = shop.write(
      "rsyslog.conf",
      `module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" ${socket})
global(workDirectory="${shop.folder}")
*.* action(type="omfwd" ${target})\n`,
    );
    shop.start(program("rsyslogd"), "-n", "-f", conf, "-i", `${shop.folder}/pid`);
    for (const [line, id] of [
      [SSHD, ["--id=12345"]],
      [SSHD6, []],
    ] as const) {
      const args = ["-u", `${shop.folder}/log`, "--rfc5424", "-p", "auth.info", ...id, "-t", "sshd", "--", line];
      for (let tries = 0; tries < 100 && !found(source.entries, line); tries += 1) {
        await run(program("logger"), args, { timeoutMs: 10_000 });
        await delay(100);
      }
      const entry = await expectEntry(source, line, "sshd");
      assert.equal(entry?.pid, id.length > 0 ? "12345" : undefined);
    }
  });

  const ossl = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"].some((directory) =>
    existsSync(`${directory}/rsyslog/lmnsd_ossl.so`),
  );
  suite("over TLS", { skip: missing("openssl") || (!ossl && "not installed: rsyslog-openssl") }, () => {
    let certs = "";
    before(() => {
      certs = mkdtempSync(`${tmpdir()}/bailiff-certs-`);
      return certificates(certs);
    });
    after(() => rmSync(certs, { recursive: true, force: true }));

    const forward = (
      shop: { folder: string; write: (name: string, text: string) => string },
      client: string,
      to: string,
    ) =>
      shop.write(
        "rsyslog.conf",
        `global(DefaultNetstreamDriver="ossl" DefaultNetstreamDriverCAFile="${certs}/ca.pem"
  DefaultNetstreamDriverCertFile="${certs}/${client}.pem" DefaultNetstreamDriverKeyFile="${certs}/${client}.key")
${log(shop.folder)}
*.* action(type="omfwd" ${to} protocol="tcp" StreamDriver="ossl" StreamDriverMode="1" StreamDriverAuthMode="x509/name"
  StreamDriverPermittedPeers="server.example.org" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"
  action.resumeRetryCount="-1" action.resumeInterval="1")
`,
      );

    for (const address of FAMILIES) {
      test(`is known by its client certificate, over ${address}`, async () => {
        await using source = await started(tlsListen(certs, address));
        await using shop = workshop();
        const conf = forward(shop, "web1", `target="${address}" port="${port(source.source)}"`);
        shop.start(program("rsyslogd"), "-n", "-f", conf, "-i", `${shop.folder}/pid`);
        const entry = await forwarded(source, shop.folder, { tag: "sshd", message: SSHD, id: 12345 });
        const { host: _, ...origin } = (entry?.origin ?? {}) as { host?: string };
        assert.deepEqual(origin, {
          kind: "syslog",
          protocol: "tls",
          sender: "web-one",
          trust: "full",
          jails: ["sshd"],
        });
      });
    }

    for (const [client, why] of [
      ["web2", "names another"],
      ["forged", "another authority signed"],
    ] as const) {
      test(`is denied with a certificate that ${why}`, async () => {
        await using source = await started(tlsListen(certs));
        await using shop = workshop();
        const conf = forward(shop, client, `target="127.0.0.1" port="${port(source.source)}"`);
        shop.start(program("rsyslogd"), "-n", "-f", conf, "-i", `${shop.folder}/pid`);
        const { source: listening } = source;
        const denied = () => (listening.status().counters.denied ?? 0) > 0;
        await logTo(`${shop.folder}/log`, { tag: "sshd", message: SSHD }, denied);
        await until(denied, () => `a denied connection: ${JSON.stringify(listening.status())}`);
        assert.deepEqual(source.entries, []);
        assert.equal(listening.status().counters.received, 0);
      });
    }

    for (const address of FAMILIES) {
      test(`leaves a line that TLS was ended within alone, over ${address}`, async () => {
        await using source = await started(tlsListen(certs, address));
        const file = (name: string) => readFileSync(`${certs}/${name}`);
        const below = connect(port(source.source), address);
        const socket = connectTls({
          socket: below,
          ca: file("ca.pem"),
          cert: file("web1.pem"),
          key: file("web1.key"),
          servername: "server.example.org",
        });
        socket.on("error", () => {});
        await once(socket, "secureConnect");
        socket.write(`<38>sshd[1]: ${SSHD}\n<38>sshd[2]: Failed password for root from 192.0.2.1`);
        await expectEntry(source, SSHD, "sshd", "1");
        // Somebody on the way: the connection ends in order, and TLS does not.
        below.end();
        await until(() => source.source.status().counters.open === 0, "the connection's end");
        socket.destroy();
        assert.equal(source.entries.length, 1);
        assert.equal(source.source.status().counters.incomplete, 1);
      });
    }

    test("lets a sender in while others hold many handshakes open and say nothing", async () => {
      await using source = await started(tlsListen(certs));
      const silent = Array.from({ length: 600 }, () => connect(port(source.source), "127.0.0.1").on("error", () => {}));
      try {
        const counters = () => source.source.status().counters;
        await until(() => (counters().refused ?? 0) >= 600 - 512, "the first to make way");
        const to = `127.0.0.1:${port(source.source)}`;
        const files = ["-CAfile", `${certs}/ca.pem`, "-cert", `${certs}/web1.pem`, "-key", `${certs}/web1.key`];
        await run(program("openssl"), ["s_client", "-quiet", "-no_ign_eof", "-connect", to, ...files], {
          timeoutMs: 20_000,
          input: `<38>sshd[1]: ${SSHD}\n`,
        });
        await expectEntry(source, SSHD, "sshd", "1");
      } finally {
        for (const socket of silent) socket.destroy();
      }
    });

    test("outlasts a hundred handshakes that fail, and plain text on its port", async () => {
      await using source = await started(tlsListen(certs));
      const to = `127.0.0.1:${port(source.source)}`;
      await Promise.all(
        Array.from({ length: 100 }, async () => {
          const socket = connect(port(source.source), "127.0.0.1");
          socket.on("error", () => {});
          socket.end("GET / HTTP/1.0\r\n\r\n");
          socket.resume();
          await new Promise((resolve) => socket.once("close", resolve));
        }),
      );
      const { counters } = source.source.status();
      assert.equal((counters.tlsFailed ?? 0) + (counters.refused ?? 0), 100);
      const files = ["-CAfile", `${certs}/ca.pem`, "-cert", `${certs}/web1.pem`, "-key", `${certs}/web1.key`];
      const outcome = await run(program("openssl"), ["s_client", "-quiet", "-no_ign_eof", "-connect", to, ...files], {
        timeoutMs: 20_000,
        input: `<38>sshd[1]: ${SSHD}\n`,
      });
      assert.equal(outcome.timedOut, false);
      await expectEntry(source, SSHD, "sshd", "1");
    });
  });
});

/** syslog-ng where it is installed, else unpacked under build/: Debian does not let it live beside rsyslog. */
async function syslogNg(): Promise<{ path: string; args: string[]; env: string } | string> {
  const installed = findProgram("syslog-ng");
  if (installed) return { path: installed, args: [], env: "" };
  const root = `${ROOT}build/syslog-ng`;
  const path = `${root}/usr/sbin/syslog-ng`;
  if (!existsSync(path)) {
    const absent = missing("apt-get", "apt-cache", "dpkg", "dpkg-query");
    if (absent) return `not installed: syslog-ng (${absent})`;
    const depends = await run(program("apt-cache"), ["depends", "syslog-ng-core"], { timeoutMs: 30_000 });
    const names = [...depends.stdout.matchAll(/^ {2}Depends: ([a-z0-9.+-]+)$/gm)].map(([, name = ""]) => name);
    const packages = ["syslog-ng-core"];
    for (const name of names) {
      const known = await run(program("dpkg-query"), ["-s", name], { timeoutMs: 10_000 });
      if (!known.stdout.includes("\nStatus: install ok installed")) packages.push(name);
    }
    mkdirSync(root, { recursive: true });
    // In a folder of its own: apt-get download has no option for where.
    const script = 'cd "$1" && shift && apt-get download -q "$@"';
    const got = await run(program("sh"), ["-c", script, "sh", root, ...packages], { timeoutMs: 120_000 });
    if (got.exitCode !== 0) return `cannot download syslog-ng-core: ${got.stderr.slice(-200)}`;
    for (const file of readdirSync(root).filter((name) => name.endsWith(".deb"))) {
      await ran("dpkg", "-x", `${root}/${file}`, root);
    }
  }
  const files = ["lib", "usr/lib"].flatMap((folder) => {
    const at = `${root}/${folder}`;
    return existsSync(at) ? readdirSync(at, { recursive: true }).map((name) => `${at}/${name}`) : [];
  });
  const libraries = new Set(files.filter((file) => /\.so(?:\.\d+)*$/.test(file)).map((file) => dirname(file)));
  const modules = files.find((file) => file.endsWith("/libafsocket.so"));
  if (!modules) return "syslog-ng-core as downloaded has no libafsocket.so";
  return { path, args: [`--module-path=${dirname(modules)}`], env: [...libraries].join(":") };
}

const peer = await syslogNg();
suite("syslog-ng", { skip: typeof peer === "string" ? peer : missing("logger", "openssl", "sh") }, () => {
  let certs = "";
  before(() => {
    certs = mkdtempSync(`${tmpdir()}/bailiff-certs-`);
    return certificates(certs);
  });
  after(() => rmSync(certs, { recursive: true, force: true }));

  const DESTINATIONS: readonly (readonly [name: string, protocol: SyslogProtocol, driver: string])[] = [
    ["network() over UDP", "udp", 'network("ADDRESS" port(PORT) transport("udp") IP)'],
    ["syslog() over UDP", "udp", 'syslog("ADDRESS" port(PORT) transport("udp") IP)'],
    ["network() over TCP", "tcp", 'network("ADDRESS" port(PORT) transport("tcp") IP)'],
    ["syslog() over TCP", "tcp", 'syslog("ADDRESS" port(PORT) transport("tcp") IP)'],
    ["network() over TLS", "tls", 'network("ADDRESS" port(PORT) transport("tls") IP TLS)'],
    ["syslog() over TLS", "tls", 'syslog("ADDRESS" port(PORT) transport("tls") IP TLS)'],
  ];
  const relay = (shop: ReturnType<typeof workshop>, destination: string) => {
    assert.ok(typeof peer !== "string");
    const conf = shop.write(
      "syslog-ng.conf",
      `@version: 3.38
source s { unix-dgram("${shop.folder}/log"); };
destination d { ${destination}; };
log { source(s); destination(d); };
`,
    );
    const state = ["-R", "persist", "-c", "ctl", "-p", "pid"].map((arg, at) =>
      at % 2 ? `${shop.folder}/${arg}` : arg,
    );
    const command = 'LD_LIBRARY_PATH="$1"; export LD_LIBRARY_PATH; shift; exec "$@"';
    const args = ["-F", "--no-caps", "-f", conf, ...state, ...peer.args];
    shop.start(program("sh"), "-c", command, "sh", peer.env, peer.path, ...args);
  };

  for (const driver of ["network", "syslog"]) {
    test(`passes RFC 5424 on by ${driver}(), which it took for RFC 3164`, async () => {
      await using source = await started(listen("udp"));
      await using shop = workshop();
      relay(shop, `${driver}("127.0.0.1" port(${port(source.source)}) transport("udp"))`);
      for (const line of [SSHD, SSHD6]) {
        const args = [
          "-u",
          `${shop.folder}/log`,
          "--rfc5424",
          "-p",
          "auth.info",
          "--id=12345",
          "-t",
          "sshd",
          "--",
          line,
        ];
        for (let tries = 0; tries < 100 && !found(source.entries, line); tries += 1) {
          await run(program("logger"), args, { timeoutMs: 10_000 });
          await delay(100);
        }
        await expectEntry(source, line, "sshd", "12345");
      }
    });
  }

  for (const address of FAMILIES) {
    for (const [name, protocol, driver] of DESTINATIONS) {
      test(`forwards by ${name} to ${address}`, async () => {
        await using source = await started(protocol === "tls" ? tlsListen(certs, address) : listen(protocol, address));
        await using shop = workshop();
        const tls = `tls(ca-file("${certs}/ca.pem") cert-file("${certs}/web1.pem") key-file("${certs}/web1.key"))`;
        const destination = driver
          .replace("ADDRESS", address)
          .replace("PORT", String(port(source.source)))
          .replace("IP", `ip-protocol(${address === "::1" ? 6 : 4})`)
          .replace("TLS", tls);
        relay(shop, destination);
        await forwarded(source, shop.folder, { tag: "sshd", message: SSHD, id: 12345 });
        await forwarded(source, shop.folder, { tag: "postfix/smtpd", message: SSHD6, id: 9 });
      });
    }
  }
});

/** An HTTP request to a program that listens on a socket in the file system; retried until it is there. */
async function get(socketPath: string, path: string, auth?: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const done = await new Promise<boolean>((resolve) => {
      const asked = request({ socketPath, path, ...(auth === undefined ? {} : { auth }) }, (answer) => {
        answer.resume();
        answer.on("end", () => resolve(true));
      });
      asked.on("error", () => resolve(false));
      asked.end();
    });
    if (done) return;
    if (tries > 100) assert.fail(`nothing answers on ${socketPath}`);
    await delay(50);
  }
}

suite("nginx", { skip: missing("nginx") }, () => {
  for (const [address, place] of [
    ["127.0.0.1", "127.0.0.1"],
    ["::1", "[::1]"],
  ] as const) {
    test(`logs failed logins and requests to ${address}`, async () => {
      await using source = await started(listen("udp", address));
      await using shop = workshop();
      const to = `syslog:server=${place}:${port(source.source)}`;
      shop.write("passwords", "alice:{PLAIN}secret\n");
      const conf = shop.write(
        "nginx.conf",
        `daemon off; master_process off; user root root; pid ${shop.folder}/pid;
error_log ${to},tag=nginx_error info;
events {}
http {
  access_log ${to},nohostname,tag=nginx_access;
  client_body_temp_path ${shop.folder}/body; proxy_temp_path ${shop.folder}/proxy; fastcgi_temp_path ${shop.folder}/fastcgi;
  uwsgi_temp_path ${shop.folder}/uwsgi; scgi_temp_path ${shop.folder}/scgi;
  server { listen unix:${shop.folder}/http.sock; location / { auth_basic "x"; auth_basic_user_file ${shop.folder}/passwords; } }
}
`,
      );
      shop.start(program("nginx"), "-p", shop.folder, "-e", "stderr", "-c", conf);
      await get(`${shop.folder}/http.sock`, "/x", "alice:wrong");
      const has = (identifier: string, text: RegExp) =>
        source.entries.some((entry) => entry.identifier === identifier && text.test(entry.message));
      const error = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[error\] .*user "alice": password mismatch, client: /;
      await until(() => has("nginx_error", error), `the failed login in ${JSON.stringify(source.entries)}`);
      await until(() => has("nginx_access", /"GET \/x HTTP\/1\.1" 401 /), "the request");
    });
  }
});

suite("haproxy", { skip: missing("haproxy") }, () => {
  for (const [address, place] of [
    ["127.0.0.1", "127.0.0.1"],
    ["::1", "[::1]"],
  ] as const) {
    for (const format of ["rfc3164", "rfc5424"]) {
      test(`logs requests as ${format} to ${address}`, async () => {
        await using source = await started(listen("udp", address));
        await using shop = workshop();
        const conf = shop.write(
          "haproxy.cfg",
          `global
  log ${place}:${port(source.source)} format ${format} local0
  log-send-hostname lb1
defaults
  mode http
  log global
  option httplog
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend f
  bind unix@${shop.folder}/http.sock
  http-request deny
`,
        );
        shop.start(program("haproxy"), "-db", "-f", conf);
        await get(`${shop.folder}/http.sock`, "/x");
        const request = () => source.entries.find((entry) => /"GET \/x HTTP\/1\.1"$/.test(entry.message));
        await until(() => request() !== undefined, `the request in ${JSON.stringify(source.entries)}`);
        assert.equal(request()?.identifier, "haproxy");
        assert.match(request()?.pid ?? "", /^\d+$/);
        const origin = request()?.origin;
        assert.equal(origin?.kind === "syslog" && origin.host, "lb1");
      });
    }
  }
});

suite("a socket buffer that runs over", { skip: missing("python3") }, () => {
  for (const address of FAMILIES) {
    test(`is told by the kernel's own count, on ${address}`, async () => {
      await using source = await started({ ...listen("udp", address), receiveBufferBytes: 8192 });
      const family = address === "::1" ? "AF_INET6" : "AF_INET";
      const script = `import socket
s = socket.socket(socket.${family}, socket.SOCK_DGRAM)
for i in range(2000): s.sendto(b"<13>app: x", ("${address}", ${port(source.source)}))`;
      // Synchronous on purpose: while it sends, this process does not read.
      const sent = spawnSync(program("python3"), ["-c", script], { timeout: 30_000 });
      assert.equal(sent.status, 0, String(sent.stderr));
      const { source: listening } = source;
      const lost = () => listening.status().counters.kernelDropped ?? 0;
      await until(
        () => lost() > 0,
        () => JSON.stringify(listening.status()),
      );
      await until(
        () => source.entries.length + lost() === 2000,
        () => JSON.stringify(listening.status()),
      );
      assert.match(listening.status().troubles.join(), /kernel dropped \d+ datagrams .*net\.core\.rmem_max/);
    });
  }
});

suite("forged source addresses", {
  skip: missing("ip", "unshare", "python3") || (process.getuid?.() !== 0 && "needs root"),
}, () => {
  test("pass for the sender on UDP, which is why status says so; others are counted", async () => {
    // A namespace with two addresses more of each family: whoever may bind an address there may use it as a source.
    const child = fileURLToPath(new URL("syslog-forged.ts", import.meta.url));
    const script = `set -e
ip link set lo up
ip addr add 192.0.2.7/32 dev lo; ip addr add 198.51.100.9/32 dev lo
ip -6 addr add 2001:db8::7/128 dev lo nodad; ip -6 addr add 2001:db8:bad::9/128 dev lo nodad
exec "$@"`;
    const python = `import socket, sys
for family, to, sources in ((socket.AF_INET, "127.0.0.1", ("198.51.100.9", "192.0.2.7")), (socket.AF_INET6, "::1", ("2001:db8:bad::9", "2001:db8::7"))):
    for source in sources:
        s = socket.socket(family, socket.SOCK_DGRAM); s.bind((source, 0))
        s.sendto(("<13>app: from " + source).encode(), (to, int(sys.argv[1])))`;
    const args = ["-n", "sh", "-c", script, "sh", process.execPath, child, program("python3"), python];
    const outcome = await run(program("unshare"), args, { timeoutMs: 30_000 });
    assert.equal(outcome.exitCode, 0, outcome.stderr);
    const seen = JSON.parse(outcome.stdout) as {
      messages: string[];
      counters: Record<string, number>;
      description: string;
    };
    assert.deepEqual(seen.messages.sort(), ["from 192.0.2.7", "from 2001:db8::7"]);
    assert.equal(seen.counters.denied, 2);
    assert.match(seen.description, /udp: sender addresses can be forged; last denied: 2001:db8:bad::9$/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : assert.fail();
}

suite("sockets that systemd made", { skip: missing("systemd-socket-activate", "logger", "sh") }, () => {
  for (const [kind, flags, send] of [
    ["udp", ["-d"], ["-d"]],
    ["tcp", [], ["-T"]],
  ] as const) {
    for (const [address, place] of [
      ["127.0.0.1", "127.0.0.1"],
      ["::1", "[::1]"],
    ] as const) {
      test(`are listened on, and outlive the source: ${kind} ${address}`, async () => {
        await using shop = workshop();
        const at = await freePort();
        const child = fileURLToPath(new URL("syslog-activated.ts", import.meta.url));
        const activate = [...flags, "-l", `${place}:${at}`, "--fdname=syslog", process.execPath, child, "3"];
        const script = 'out="$1"; shift; exec systemd-socket-activate "$@" >"$out" 2>"$out.err"';
        const running = shop.start(program("sh"), "-c", script, "sh", `${shop.folder}/out`, ...activate);
        const lines = () =>
          existsSync(`${shop.folder}/out`)
            ? readFileSync(`${shop.folder}/out`, "utf8").split("\n").filter(Boolean)
            : [];
        let ended = false;
        void running.done.then(() => {
          ended = true;
        });
        // Each message alone, until it is seen: between two runs of the source nobody listens.
        for (let tries = 0; !ended && tries < 200; tries += 1) {
          const to = ["-n", address, "-P", String(at), ...send, "--rfc3164", "--id=7", "-t", "sshd", "--", SSHD];
          await run(program("logger"), to, { timeoutMs: 10_000 });
          await delay(50);
        }
        assert.ok(ended, "the program saw three messages");
        const records = lines().map(
          (line) => JSON.parse(line) as { message: string; identifier: string; kinds: string[]; origin: object },
        );
        assert.ok(records.length >= 3, readFileSync(`${shop.folder}/out.err`, "utf8"));
        for (const record of records) {
          assert.equal(record.message, SSHD);
          assert.equal(record.identifier, "sshd");
          assert.deepEqual(record.kinds, [address === "::1" ? `${kind}6` : kind]);
        }
      });
    }
  }
});
