import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeChecker } from "../../src/config/check.ts";
import { FilterLibrary } from "../../src/config/filters.ts";
import { type Imported, importJails } from "../../src/config/import.ts";
import { optionValue, readSections } from "../../src/config/ini.ts";
import { readConfig } from "../../src/config/resolve.ts";
import { guardRegexps, whyNotLinear } from "../../src/system/regexp.ts";
import { readServices } from "../../src/system/services.ts";

const SHIPPED = join(import.meta.dirname, "..", "..", "src", "filters");
let folder = "";
before(() => {
  guardRegexps();
  folder = mkdtempSync(join(tmpdir(), "bailiff-import-"));
});
after(() => rmSync(folder, { recursive: true }));

function imported(...texts: readonly string[]): Imported {
  const library = new FilterLibrary({ shipped: SHIPPED, checker: makeChecker(), users: new Map(), whyNotLinear });
  return importJails(readSections(texts), library);
}

test("sections are read as fail2ban reads them: later files win, lines go on, comments end", () => {
  const sections = readSections([
    "# c\n[DEFAULT]\nA = 1 ; one\nlist = x\n  # not this\n  y\n\n\tz\nB: %(a)s-%(list)s\n[s]\nb = 100%%\n",
    "[s]\nown = <%(__name__)s %(default/A)s %(other/deep)s>\nlost = %(nowhere)s\nround = %(round)s\n[other]\ndeep = %(a)s\n[DEFAULT]\na = 2",
  ]);
  const value = (section: string, option: string) => optionValue(sections, section, option);
  assert.deepEqual(value("DEFAULT", "b"), { value: "2-x\ny\nz" });
  assert.deepEqual(value("s", "b"), { value: "100%" });
  assert.deepEqual(value("s", "own"), { value: "<s 2 2>" });
  assert.equal(value("s", "lost")?.missing, "%(nowhere)s");
  assert.ok(value("s", "round")?.missing);
  assert.equal(value("s", "a"), undefined);
});

test("values that double are not grown without end", () => {
  const lines = Array.from({ length: 12 }, (_, at) => `v${at} = ${`%(v${at + 1})s`.repeat(20)}`);
  const sections = readSections([`[s]\n${lines.join("\n")}\nv12 = ${"x".repeat(100)}\n`]);
  assert.ok(optionValue(sections, "s", "v0")?.missing);
});

const LOCAL = `
[INCLUDES]
before = paths-debian.conf
[DEFAULT]
bantime = 1h
findtime = 600
ignoreip = 127.0.0.1/8 ::1, 2001:db8::/32
  home.example.org
bantime.increment = true
bantime.multipliers = 1 2 4
backend = systemd
action = %(action_mwl)s
[sshd]
enabled = true
port = ssh,2222
filter = sshd[mode=aggressive]
logpath = %(sshd_log)s
[postfix-sasl]
enabled = yes
maxretry = 3
bantime = -1
[nginx-http-auth]
enabled = true
banaction = %(banaction_allports)s
port = http,https
[own]
enabled = true
filter = sshd
mode = nosuch
[more]
enabled = true
filter = sshd
ignoreip = %(known/ignoreip)s 203.0.113.7
failregex = ^own trouble from <HOST>$
  ^more trouble from <HOST>$
ignoreregex = %(__prefix_line)s
[MyApp]
enabled = true
[dovecot]
maxretry = 9
[exim]
enabled = false
`;

test("a jail.local becomes a configuration that says the same, and that is right", () => {
  const { config, left } = imported(LOCAL);
  assert.deepEqual(config, {
    defaults: {
      bantime: "1h",
      findtime: 600,
      ignoreip: ["127.0.0.1/8", "::1", "2001:db8::/32", "home.example.org"],
      "bantime.increment": true,
      "bantime.multipliers": [1, 2, 4],
    },
    jails: {
      sshd: { mode: "aggressive", ports: ["ssh", 2222] },
      "postfix-sasl": { filter: "postfix", mode: "auth", maxretry: 3, bantime: "-1" },
      "nginx-http-auth": { ports: "all" },
      more: {
        filter: "sshd",
        ignoreip: ["127.0.0.1/8", "::1", "2001:db8::/32", "home.example.org", "203.0.113.7"],
        failregex: ["^own trouble from <HOST>$", "^more trouble from <HOST>$"],
      },
      dovecot: { enabled: false, maxretry: 9 },
    },
  });
  assert.deepEqual(left, [
    "DEFAULT: backend: nothing is read from files, but the journal and syslog (`sources`)",
    "DEFAULT: action: the kernel carries bans out, and there are no commands to configure",
    "sshd: logpath: nothing is read from files, but the journal and syslog (`sources`)",
    "own: filter sshd has no mode nosuch here: bailiff filter show sshd",
    "more: ignoreregex: %(__prefix_line)s: messages of the journal and of syslog have no prefix: begin with ^ and the message; a variable of your own is %{name}",
    "MyApp: there is no filter myapp here: bailiff filter list, bailiff filter new myapp",
  ]);
  const file = join(folder, "bailiff.json");
  writeFileSync(file, JSON.stringify(config));
  const users = new Map([["postfix", 101]]);
  const read = readConfig(file, { shipped: SHIPPED, services: readServices(), users, whyNotLinear });
  assert.deepEqual(
    read.jails.map(({ jail, mode }) => `${jail.name} ${mode} ${jail.scope.name}`),
    [
      "sshd aggressive tcp_22_2222",
      "postfix-sasl auth tcp_25_465_587",
      "nginx-http-auth normal all",
      "more normal tcp_22",
    ],
  );
});

test("what is enabled for all is enabled, and what is odd is left out and told", () => {
  const { config, left } = imported(
    "[DEFAULT]\nenabled = true\n[sshd]\nmaxretry = many\nbantime = soon\nport = 0:65535\nprotocol = all\nblocktype = REJECT --x\n[2bad name]\n[dovecot]\nenabled = false\n",
  );
  assert.deepEqual(config, { jails: { sshd: { ports: "all", blocktype: "reject" } } });
  assert.deepEqual(
    left.map((sentence) => sentence.split(":").slice(0, 2).join(":")),
    ["sshd: maxretry", "sshd: bantime", "2bad name: the name"],
  );
  assert.deepEqual(imported("[sshd]\nenabled = true\nprotocol = all\n").config.jails, {
    sshd: { protocols: ["tcp", "udp"] },
  });
  assert.deepEqual(imported("[sshd]\nenabled = true\nport = all\nprotocol = udp\n").config.jails, {
    sshd: { ports: "all", protocols: ["udp"] },
  });
  assert.deepEqual(imported("not a file of theirs").config, { jails: {} });
  assert.deepEqual(imported("[__proto__]\nenabled = true\nmaxretry = 1\n").config, { jails: {} });
});
