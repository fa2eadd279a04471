import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { type Config, readConfig } from "../../src/config/resolve.ts";
import { formatNetwork } from "../../src/core/address.ts";
import { FOREVER, seconds } from "../../src/core/time.ts";
import { BailiffError } from "../../src/errors.ts";
import { guardRegexps, whyNotLinear } from "../../src/system/regexp.ts";
import { readServices } from "../../src/system/services.ts";

let folder = "";
before(() => {
  guardRegexps();
  folder = mkdtempSync(join(tmpdir(), "bailiff-config-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

/** Writes the files (the first is bailiff.json) into a folder of their own. */
function write(files: Readonly<Record<string, string>>): string {
  count += 1;
  const home = join(folder, String(count));
  for (const [name, text] of Object.entries(files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return join(home, "bailiff.json");
}

function read(text: string, more: Readonly<Record<string, string>> = {}): Config {
  return readConfig(write({ "bailiff.json": text, ...more }), {
    shipped: join(import.meta.dirname, "..", "..", "src", "filters"),
    services: readServices(),
    users: new Map([["postfix", 101]]),
    whyNotLinear,
  });
}

function refusal(text: string, more: Readonly<Record<string, string>> = {}): BailiffError {
  try {
    read(text, more);
  } catch (error) {
    assert.ok(error instanceof BailiffError, String(error));
    return error;
  }
  assert.fail(`this configuration was taken: ${text}`);
}

test("a jail without anything is complete: filter of its own name, ports of the filter, the schema's defaults", () => {
  const config = read('{ "jails": { "sshd": {} } }');
  assert.deepEqual(
    config.sources.map(({ type, name }) => [type, name]),
    [["journal", "journal"]],
  );
  const [sshd] = config.jails;
  assert.ok(sshd);
  assert.equal(sshd.filter.name, "sshd");
  assert.equal(sshd.jail.maxretry, 5);
  assert.equal(sshd.jail.bantime, seconds(600));
  assert.equal(sshd.jail.scope.name, "tcp_22");
  assert.deepEqual(sshd.jail.lengths, { ip: 32, ip6: 64 });
  assert.equal(config.state.directory, "/var/lib/bailiff");
  assert.equal(config.control.socket, "/run/bailiff/control.sock");
});

test("comments and trailing commas are allowed", () => {
  const config = read('{ // why\n "jails": { "sshd": { "maxretry": 3, }, }, /* end */ }');
  assert.equal(config.jails[0]?.jail.maxretry, 3);
});

test("a pipe in conf.d is not waited for", () => {
  const file = write({ "bailiff.json": "{}", "conf.d/10.json": "{}" });
  const pipe = join(dirname(file), "conf.d", "20.json");
  execFileSync("mkfifo", [pipe]);
  // Whoever read it would get something.
  const writer = spawn("sh", ["-c", `echo '{}' > ${pipe}`]);
  try {
    assert.throws(
      () => readConfig(file, { shipped: "", services: readServices(), users: new Map(), whyNotLinear }),
      (error) => error instanceof BailiffError && error.code === "CONFIG_UNREADABLE" && /no file$/.test(error.message),
    );
  } finally {
    writer.kill();
  }
});

test("conf.d is merged in the order of names: objects merge, lists and values replace", () => {
  const config = read(
    '{ "defaults": { "ignoreip": ["192.0.2.1"], "maxretry": 4 }, "jails": { "sshd": { "bantime": "1h" } } }',
    {
      "conf.d/20-b.json": '{ "jails": { "sshd": { "bantime": "3h" } } }',
      "conf.d/10-a.json":
        '{ "defaults": { "ignoreip": ["192.0.2.2"] }, "jails": { "sshd": { "bantime": "2h", "findtime": 30 } } }',
      "conf.d/readme.txt": "not read",
    },
  );
  const jail = config.jails[0]?.jail;
  assert.ok(jail);
  assert.equal(jail.bantime, seconds(3 * 3600));
  assert.equal(jail.findtime, seconds(30));
  assert.equal(jail.maxretry, 4);
  assert.deepEqual(jail.ignore.map(formatNetwork), ["192.0.2.2"]);
});

test("what a service is known to need goes before the defaults of all, and the jail before both", () => {
  const filters = {
    "filters/mine.json":
      '{ "description": "for this test", "identifiers": ["mine"], "failregex": ["^bad <HOST>$"], "defaults": { "maxretry": 9, "bantime": "1w" } }',
  };
  const text = '"filters": { "directory": "filters" }, "defaults": { "maxretry": 2, "findtime": 77 }';
  const plain = read(`{ ${text}, "jails": { "mine": {} } }`, filters).jails[0]?.jail;
  assert.deepEqual([plain?.maxretry, plain?.findtime, plain?.bantime], [9, seconds(77), seconds(604_800)]);
  const own = read(`{ ${text}, "jails": { "mine": { "maxretry": 3 } } }`, filters).jails[0]?.jail;
  assert.equal(own?.maxretry, 3);
});

test("all mistakes are told at once, each with file, line, column and what may have been meant", () => {
  const error = refusal(
    `{
  "jails": {
    "sshd": { "maxretyr": 3, "bantime": "soon" },
    "web": { "filter": "nginx-http-aut" }
  },
  "firewall": { "backend": "nftable" }
}`,
  );
  assert.equal(error.code, "CONFIG_INVALID");
  assert.equal(error.exitStatus, 78);
  assert.match(
    error.message,
    /bailiff\.json:3:15: jails\.sshd\.maxretyr is not an option of a jail\n {2}hint: did you mean `maxretry`\?/,
  );
  assert.match(
    error.message,
    /bailiff\.json:6:17: firewall\.backend must be one of .*\n {2}hint: did you mean `nftables`\?/,
  );
});

test("mistakes that only sense shows are told at once too", () => {
  const error = refusal(
    `{
  "defaults": { "bantime": "soon", "ignoreip": ["10.0.0.1/33", "192.0.2.7"] },
  "jails": {
    "sshd": { "ports": ["no-such-service"], "sources": ["journl"], "bantime.formula": "ban.Time **" },
    "web": { "filter": "nginx-http-aut" }
  }
}`,
  );
  assert.match(error.message, /:2:17: defaults\.bantime: "soon" is not a duration/);
  assert.match(error.message, /:2:49: defaults\.ignoreip\.0: "10\.0\.0\.1\/33" is neither/);
  assert.match(error.message, /:4:15: jails\.sshd\.ports: no-such-service/);
  assert.match(error.message, /there is no source journl/);
  assert.match(error.message, /bantime\.formula/);
  assert.match(
    error.message,
    /:5:14: jails\.web\.filter: there is no filter "nginx-http-aut"\n {2}hint: did you mean `nginx-http-auth`\?/,
  );
});

test("names that bans without a jail have are taken", () => {
  const { message } = refusal('{ "jails": { "manual": { "filter": "sshd" }, "escalation": { "filter": "sshd" } } }');
  assert.match(message, /bailiff\.json:1:14: jails\.manual: this is what bans by hand are listed under/);
  assert.match(message, /bailiff\.json:1:46: jails\.escalation: this is what bans of `escalation` are listed under/);
});

test("chance makes no ban that never ends", () => {
  const { message } = refusal('{ "jails": { "sshd": { "bantime.rndtime": "forever" } } }');
  assert.match(message, /jails\.sshd\.bantime\.rndtime: by chance, a ban would never end/);
});

test("a mistake in the defaults is told once, however many jails have it", () => {
  const { message } = refusal('{ "defaults": { "findtime": "0" }, "jails": { "sshd": {}, "dovecot": {} } }');
  assert.equal(message.match(/"0" is not a duration/g)?.length, 1);
});

test("what is no JSON is told with its place", () => {
  const error = refusal('{ "jails": { "sshd": {} }\n "x"');
  assert.match(error.message, /bailiff\.json:2:2: this is not JSON/);
});

test("a key given twice is a mistake: only the last would count", () => {
  assert.match(
    refusal('{ "jails": { "sshd": {}, "sshd": { "maxretry": 1 } } }').message,
    /:1:26: "sshd" is given twice/,
  );
});

test("names that reach into prototypes are names like any other, and not valid ones", () => {
  assert.match(refusal('{ "__proto__": { "x": 1 } }').message, /__proto__ is not an option/);
  assert.match(refusal('{ "jails": { "__proto__": {} } }').message, /__proto__ is not a valid name/);
  assert.match(refusal('{ "jails": { "sshd": { "constructor": 1 } } }').message, /constructor is not an option/);
});

test("hostile jail names are refused", () => {
  for (const name of ["x; drop", "../../etc", "a".repeat(40), "Sshd", "1x", ""]) {
    assert.match(
      refusal(JSON.stringify({ jails: { [name]: { filter: "sshd" } } })).message,
      /is not a valid name/,
      name,
    );
  }
});

test("a file that is not there or is a folder is told, with what to do", () => {
  const surround = { shipped: folder, services: new Map(), users: new Map(), whyNotLinear };
  assert.throws(() => readConfig(join(folder, "none.json"), surround), {
    code: "CONFIG_UNREADABLE",
    message: /does not exist/,
  });
  assert.throws(() => readConfig(folder, surround), { code: "CONFIG_UNREADABLE" });
});

test("syslog on other addresses than loopback needs senders, IPv4 and IPv6", () => {
  for (const address of ["0.0.0.0", "::", "192.0.2.1", "2001:db8::1"]) {
    const listen = [{ protocol: "udp", address, port: 514 }];
    assert.match(
      refusal(JSON.stringify({ sources: [{ type: "syslog", listen }] })).message,
      /no senders are named/,
      address,
    );
    const senders = [{ name: "web1", addresses: ["192.0.2.10", "2001:db8::/64"] }];
    const [source] = read(JSON.stringify({ sources: [{ type: "syslog", listen, senders }] })).sources;
    assert.ok(source?.type === "syslog");
    assert.equal(source.senders[0]?.trust, "limited");
  }
  for (const address of ["127.0.0.1", "::1"]) {
    read(JSON.stringify({ sources: [{ type: "syslog", listen: [{ protocol: "udp", address, port: 5514 }] }] }));
  }
});

test("a sender must be recognisable, and its jails must exist", () => {
  const listen = [{ protocol: "udp", address: "127.0.0.1", port: 5514 }];
  const senders = [
    { name: "a" },
    { name: "b", addresses: ["web1.example.org"] },
    { name: "c", addresses: ["192.0.2.1"], jails: ["nojail"] },
  ];
  const { message } = refusal(JSON.stringify({ sources: [{ type: "syslog", listen, senders }] }));
  assert.match(message, /has neither addresses nor a tlsName/);
  assert.match(message, /"web1\.example\.org" is not an address or prefix/);
  assert.match(message, /there is no jail nojail/);
});

test("what would keep a syslog source from working is told before the agent is started", () => {
  const udp = { protocol: "udp", address: "127.0.0.1", port: 5514 };
  const web1 = { name: "web1", addresses: ["192.0.2.10", "2001:db8::10"] };
  for (const [listen, senders, told] of [
    [{ ...udp, address: "::" }, [], /no senders are named/],
    [udp, [{ ...web1, timezone: "Mars/Olympus" }], /there is no timezone Mars\/Olympus/],
    [udp, [{ name: "web1", tlsName: "web1.example.org" }], /does not listen with tls/],
    [udp, [web1, { name: "web1", addresses: ["192.0.2.11"] }], /is another sender's, too: web1/],
    [udp, [web1, { name: "web2", addresses: ["192.0.2.10"] }], /has 192\.0\.2\.10\/32, as the sender web1 does/],
    [udp, [web1, { name: "web2", addresses: ["2001:db8::10"] }], /has 2001:db8::10\/128, as the sender web1 does/],
  ] as const) {
    assert.match(refusal(JSON.stringify({ sources: [{ type: "syslog", listen: [listen], senders }] })).message, told);
  }
  const wide = { name: "all", addresses: ["192.0.2.0/24"], timezone: "Europe/Berlin" };
  read(JSON.stringify({ sources: [{ type: "syslog", listen: [udp], senders: [web1, wide] }] }));
});

test("journals that were uploaded are not trusted, and cannot be made to", () => {
  for (const directory of ["/var/log/journal/remote", "//var/log/journal/remote/", "/var/log/journal/./remote/web1"]) {
    const [source] = read(JSON.stringify({ sources: [{ type: "journal", directory }] })).sources;
    assert.ok(source?.type === "journal");
    assert.equal(source.trust, "remote");
  }
  assert.match(
    refusal('{ "sources": [{ "type": "journal", "directory": "/var/log/journal/remote", "trust": "local" }] }').message,
    /come from other machines/,
  );
});

test("two sources of one name are a mistake", () => {
  assert.match(
    refusal('{ "sources": [{ "type": "journal" }, { "type": "journal" }] }').message,
    /same name as source 0/,
  );
});

test("relative paths count from the configuration file", () => {
  const config = read('{ "state": { "directory": "../state" }, "control": { "socket": "c.sock" } }');
  assert.equal(config.state.directory, join(dirname(dirname(config.file)), "state"));
  assert.equal(config.control.socket, join(dirname(config.file), "c.sock"));
});

test("what a jail widens is known by name, and believed", () => {
  const [sshd] = read(
    '{ "jails": { "sshd": { "units": ["my-ssh.service"], "uids": [7, "postfix", "nobody-knows"] } } }',
  ).jails;
  assert.deepEqual(sshd?.widened, ["units", "uids"]);
  assert.ok(sshd?.filter.rules.provenance.units.includes("my-ssh.service"));
  assert.deepEqual(sshd?.filter.rules.provenance.uids, [0, 7, 101]);
  assert.deepEqual(sshd?.unknownUsers, ["nobody-knows"]);
});

test("jails that are not enabled are known and not watched", () => {
  const config = read('{ "jails": { "sshd": { "enabled": false }, "postfix": {} } }');
  assert.deepEqual(config.disabled, ["sshd"]);
  assert.deepEqual(
    config.jails.map(({ jail }) => jail.name),
    ["postfix"],
  );
});

test("ignoreip takes addresses, prefixes, host names and files", () => {
  const [sshd] = read(
    '{ "jails": { "sshd": { "ignoreip": ["192.0.2.7", "2001:db8::/32", "home.example.org", "file:/etc/x"] } } }',
  ).jails;
  assert.deepEqual(sshd?.jail.ignore.map(formatNetwork), ["192.0.2.7", "2001:db8::/32"]);
  assert.deepEqual(sshd?.ignoreNames, ["home.example.org", "file:/etc/x"]);
});

test("bantime -1 is forever", () => {
  for (const value of ["-1", '"forever"', '"-1"']) {
    assert.equal(read(`{ "jails": { "sshd": { "bantime": ${value} } } }`).jails[0]?.jail.bantime, FOREVER);
  }
});

test("patterns of a jail are linted like a filter's", () => {
  const error = refusal('{ "jails": { "sshd": { "failregex": ["from <HOST>"] } } }');
  assert.match(error.message, /jails\.sshd/);
  assert.match(error.message, /does not end with \$/);
});

test("who brings fail2ban's words is told what to write, for each", () => {
  const { message } = refusal(`{
  "loglevel": "INFO",
  "maxretry": 3,
  "sshd": { "enabled": true },
  "defaults": { "backend": "systemd", "bantime": "%(bantime)s" },
  "jails": {
    "sshd": { "port": "ssh,2222", "logpath": "/var/log/auth.log", "action": "%(action_mw)s" },
    "more": { "filter": "sshd[mode=aggressive]", "ports": "ssh,2222" },
    "wide": { "filter": "sshd", "ports": "0:65535", "ignoreip": "127.0.0.1/8 ::1", "maxretry": "3", "enabled": "yes" },
    "list": { "filter": "sshd", "ports": ["ssh,2222"], "bantime": { "increment": true } }
  }
}`);
  const expected: readonly (readonly [number, RegExp])[] = [
    [2, /loglevel is not an option.*\n {2}hint: .*"log": \{ "level": "info" \}/],
    [3, /maxretry is not an option.*\n {2}hint: it belongs into "defaults"/],
    [4, /sshd is not an option.*\n {2}hint: a jail belongs into "jails": \{ "sshd": … \}/],
    [5, /defaults\.backend is not an option.*\n {2}hint: leave it out: nothing is read from files/],
    [5, /defaults\.bantime: .* no variables like %\(bantime\)s here\n {2}hint: write the value itself/],
    [7, /jails\.sshd\.port is not an option.*\n {2}hint: write "ports": \["ssh", 2222\]/],
    [7, /jails\.sshd\.logpath is not an option.*\n {2}hint: leave it out/],
    [7, /jails\.sshd\.action is not an option.*\n {2}hint: leave it out: the kernel/],
    [8, /jails\.more\.filter: .*\n {2}hint: write "filter": "sshd", "mode": "aggressive"/],
    [8, /jails\.more\.ports: .*\n {2}hint: write a list: \["ssh",2222\]/],
    [9, /jails\.wide\.ports: .*\n {2}hint: write "all"/],
    [9, /jails\.wide\.ignoreip must be an array, .*\n {2}hint: write a list: \["127\.0\.0\.1\/8","::1"\]/],
    [9, /jails\.wide\.maxretry must be an integer, .*\n {2}hint: without quotes: 3/],
    [9, /jails\.wide\.enabled must be a boolean, .*\n {2}hint: write true, without quotes/],
    [10, /jails\.list\.ports\.0: .*\n {2}hint: write each for itself/],
    [10, /jails\.list\.bantime: .*\n {2}hint: write "bantime\.increment", as one word/],
  ];
  for (const [line, words] of expected)
    assert.match(message, new RegExp(`bailiff\\.json:${line}:\\d+: ${words.source}`), `line ${line}`);
});

test("a jail named as fail2ban names those of one filter is told its filter and mode", () => {
  for (const [name, hint] of [
    ["postfix-rbl", 'write "filter": "postfix", "mode": "rbl"'],
    ["postfix-sasl", 'write "filter": "postfix", "mode": "auth"'],
    ["sshd-ddos", 'write "filter": "sshd", "mode": "ddos"'],
    ["qmail-rbl", 'write "filter": "qmail"'],
    ["ssh", "did you mean `sshd`?"],
    ["nosuchthing-x", "`bailiff filter list` shows what there is"],
  ] as const) {
    const { message } = refusal(`{ "jails": { "${name}": {} } }`);
    assert.ok(message.includes(`there is no filter "${name}"`) && message.includes(hint), message);
  }
});

test("a file of sections is told from JSON with a mistake", () => {
  assert.match(
    refusal("# mine\n\n[sshd]\nenabled = true\n").message,
    /not JSON.*\n {2}hint: jail\.local says it in sections/,
  );
  assert.doesNotMatch(refusal('{ "jails": [sshd] }').message, /jail\.local/);
});

test("each faulty pattern of a jail is told, at its place", () => {
  const { message } = refusal(`{ "jails": { "sshd": { "failregex": [
    "^fine from <HOST>$",
    "^%(__prefix_line)sfailed from <HOST>$",
    { "regex": "^failed from <HOST>" } ],
    "ignoreregex": ["(?=x)y"] }, "postfix": { "failregex": ["^\\\\S+ <F-USER>x</F-USER> <HOST>$"] } } }`);
  assert.doesNotMatch(message, /fine/);
  assert.match(message, /bailiff\.json:3:5: jails\.sshd\.failregex\.1: .* fail2ban's %\(__prefix_line\)s\n {2}hint: /);
  assert.match(message, /bailiff\.json:4:7: jails\.sshd\.failregex\.2\.regex: .* does not end with \$/);
  assert.match(message, /bailiff\.json:5:21: jails\.sshd\.ignoreregex\.0: .* look-around/);
  assert.match(message, /bailiff\.json:5:\d+: jails\.postfix\.failregex\.0: .* fail2ban's <F-USER>/);
});
