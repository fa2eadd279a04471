import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Outcome, run } from "../../src/system/exec.ts";

/** Built by `make test` before the tests: it starts twice as fast as the sources. */
const BAILIFF = join(import.meta.dirname, "..", "..", "dist", "bailiff");
let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "bailiff-cli-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function bailiff(args: readonly string[], input = ""): Promise<Outcome> {
  return run(BAILIFF, args, { timeoutMs: 60_000, input });
}

function rows(outcome: Outcome): Record<string, unknown>[] {
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  return outcome.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const FAILED = (address: string): string => `Failed password for root from ${address} port 4242 ssh2`;

test("bare messages are the service's own", async () => {
  const got = rows(
    await bailiff(
      ["filter", "test", "sshd", "-", "--json"],
      `${FAILED("192.0.2.7")}\n${FAILED("2001:db8::7")}\nhello\n`,
    ),
  );
  assert.deepEqual(
    got.map(({ line, verdict, address, user }) => [line, verdict, address, user]),
    [
      [1, "match", "192.0.2.7", "root"],
      [2, "match", "2001:db8::7", "root"],
      [3, "nomatch", null, null],
    ],
  );
});

test("lines of a log file are known by a program that the filter reads, and judged by it", async () => {
  const lines = [
    `Nov 22 11:00:00 web1 CRON[7]: ${FAILED("192.0.2.6")}`,
    `Nov 22 11:00:00 web1 sshd[1]: ${FAILED("192.0.2.7")}`,
    `2026-11-22T11:00:00.123456+01:00 web1 sshd-session[2]: ${FAILED("2001:db8::7")}`,
  ];
  const got = rows(await bailiff(["filter", "test", "sshd", "-", "--json"], `${lines.join("\n")}\n`));
  assert.deepEqual(
    got.map(({ verdict, address }) => [verdict, address]),
    [
      ["nomatch", null],
      ["match", "192.0.2.7"],
      ["match", "2001:db8::7"],
    ],
  );
  const { stdout } = await bailiff(["filter", "test", "sshd", "-"], "2026-11-22 11:00:00 web1 other: bare\n");
  assert.match(stdout, /lines read as: message/);
});

test("a jail's own patterns can be tried as the agent would", async () => {
  const config = join(folder, "own.json");
  writeFileSync(config, '{ "jails": { "web": { "filter": "sshd", "failregex": ["^own trouble from <HOST>$"] } } }');
  const lines = "own trouble from 192.0.2.7\nown trouble from 2001:db8::7\n";
  const test_ = ["filter", "test", "--config", config, "--json"];
  const got = rows(await bailiff([...test_, "--jail", "web", "-"], lines));
  assert.deepEqual(
    got.map(({ verdict, address }) => [verdict, address]),
    [
      ["match", "192.0.2.7"],
      ["match", "2001:db8::7"],
    ],
  );
  const without = rows(await bailiff([...test_, "sshd", "-"], lines));
  assert.ok(without.every(({ verdict }) => verdict === "nomatch"));
  const unknown = await bailiff([...test_, "--jail", "nosuch", "-"], lines);
  assert.deepEqual([unknown.exitCode, unknown.stderr.includes("there are: web")], [66, true], unknown.stderr);
  assert.equal((await bailiff([...test_, "--jail", "web", "--mode", "ddos"], lines)).exitCode, 64);
});

test("syslog lines say whose they are, and count only when they are the service's", async () => {
  const lines = [
    `<38>Nov 22 11:00:00 h sshd[1]: ${FAILED("192.0.2.7")}`,
    `<38>Nov 22 11:00:00 h other[1]: ${FAILED("192.0.2.7")}`,
  ];
  const got = rows(
    await bailiff(["filter", "test", "sshd", "-", "--format", "syslog", "--json"], `${lines.join("\n")}\n`),
  );
  assert.deepEqual(
    got.map(({ verdict }) => verdict),
    ["match", "nomatch"],
  );
});

test("journal lines are judged by what journald says of them", async () => {
  const entry = {
    MESSAGE: FAILED("192.0.2.7"),
    SYSLOG_IDENTIFIER: "sshd",
    _TRANSPORT: "syslog",
    _UID: "0",
    _SYSTEMD_UNIT: "ssh.service",
  };
  const lines = [entry, { ...entry, _UID: "65534" }, { ...entry, _SYSTEMD_UNIT: "session-9.scope" }].map((each) =>
    JSON.stringify(each),
  );
  const got = rows(
    await bailiff(
      ["filter", "test", "sshd", "-", "--format", "journal", "--json"],
      `${lines.join("\n")}\nno journal line\n`,
    ),
  );
  assert.deepEqual(
    got.map(({ verdict }) => verdict),
    ["match", "untrusted", "untrusted", "nomatch"],
  );
});

test("with --all each line goes to the filters that read it, and the verdict names the filter", async () => {
  const lines = [
    `<38>Nov 22 11:00:00 h sshd[1]: ${FAILED("192.0.2.7")}`,
    "<22>Nov 22 11:00:00 h dovecot: imap-login: Info: hello",
    "<22>Nov 22 11:00:00 h nobodys: text",
  ];
  const got = rows(
    await bailiff(["filter", "test", "--all", "-", "--format", "syslog", "--json"], `${lines.join("\n")}\n`),
  );
  assert.deepEqual(
    got.map(({ verdict, filter }) => [verdict, filter]),
    [
      ["match", "sshd"],
      ["nomatch", null],
      ["nomatch", null],
    ],
  );
});

test("with --all a mode is that of the filters that have it", async () => {
  const line = "<38>Nov 22 11:00:00 h sshd[1]: Connection closed by 2001:db8::7 port 4242 [preauth]\n";
  const all = (...more: string[]) =>
    bailiff(["filter", "test", "--all", "-", "--format", "syslog", "--json", ...more], line);
  assert.deepEqual(
    [...rows(await all()), ...rows(await all("--mode", "aggressive"))].map(({ verdict, filter }) => [verdict, filter]),
    [
      ["helper", "sshd"],
      ["match", "sshd"],
    ],
  );
  const { exitCode, stderr } = await all("--mode", "nonesuch");
  assert.equal(exitCode, 64);
  assert.match(stderr, /no filter has a mode "nonesuch"/);
});

test("the explanation shows where the closest pattern stops", async () => {
  const { stdout } = await bailiff(
    ["filter", "test", "sshd", "-", "--explain"],
    "Failed password for root from 192.0.2.7 prt 4242 ssh2\n",
  );
  assert.match(stdout, /no pattern matches; the closest is sshd's number \d+/);
  assert.match(stdout, /it matches up to: Failed password for root from 192\.0\.2\.7 p\n/);
});

test("of lines that were missed it is told which other mode would find them", async () => {
  const guess = (address: string): string =>
    `warning: unknown[${address}]: SASL LOGIN authentication failed: authentication failure\n`;
  const lines = `${guess("192.0.2.7")}${guess("2001:db8::7")}connect from unknown[192.0.2.7]\n`;
  const other = /^Failures in other modes, of those missed: (.*)$/m;
  const { stdout } = await bailiff(["filter", "test", "postfix", "-"], lines);
  assert.match(stdout, / 0 matched, .* 3 missed$/m);
  const told = (other.exec(stdout)?.[1] ?? "").split(", ");
  for (const each of ["auth 2", "extra 2"]) assert.ok(told.includes(each), stdout);
  for (const mode of ["normal", "more", "rbl"]) assert.ok(!told.some((each) => each.startsWith(mode)), stdout);
  const right = await bailiff(["filter", "test", "postfix", "-", "--mode", "extra"], lines);
  assert.doesNotMatch(right.stdout, other);
});

test("text from the log cannot move the terminal", async () => {
  const { stdout } = await bailiff(
    ["filter", "test", "sshd", "-", "--missed", "--explain"],
    "evil \x1b[2J\u202e text\n",
  );
  assert.doesNotMatch(stdout, /[\x1b\u202e]/);
});

test("a new filter works as it is written, and is not overwritten", async () => {
  const own = join(folder, "filters");
  assert.equal((await bailiff(["filter", "new", "myapp", "--filters", own])).exitCode, 0);
  const got = rows(await bailiff(["filter", "test", "myapp", join(own, "myapp.log"), "--filters", own, "--json"]));
  assert.deepEqual(
    got.map(({ verdict }) => verdict),
    ["match", "match", "ignored", "nomatch"],
  );
  assert.equal((await bailiff(["filter", "new", "myapp", "--filters", own])).exitCode, 65);
  assert.equal((await bailiff(["filter", "new", "../evil", "--filters", own])).exitCode, 64);
});

test("a filter that is not right is refused with its lines", async () => {
  const own = join(folder, "bad");
  await bailiff(["filter", "new", "bad", "--filters", own]);
  writeFileSync(
    join(own, "bad.json"),
    '{\n  "description": "bad one",\n  "identifiers": ["bad"],\n  "failregex": ["^a(?=b)<HOST>$", "x <HOST>"],\n  "colour": "red"\n}\n',
  );
  const first = await bailiff(["filter", "test", "bad", "-", "--filters", own]);
  assert.equal(first.exitCode, 78);
  assert.match(first.stderr, /bad\.json:5:3: colour is not an option of a filter/);
  writeFileSync(
    join(own, "bad.json"),
    '{\n  "description": "bad one",\n  "identifiers": ["bad"],\n  "failregex": ["^a(?=b)<HOST>$", "x <HOST>"]\n}\n',
  );
  const second = await bailiff(["filter", "test", "bad", "-", "--filters", own]);
  assert.match(second.stderr, /bad\.json:4:17: .*look-around/);
  assert.match(second.stderr, /bad\.json:4:35: .*does not begin with \^/);
});

test("own filters extend shipped ones", async () => {
  const own = join(folder, "own");
  await bailiff(["filter", "new", "sshd2", "--filters", own]);
  writeFileSync(
    join(own, "sshd2.json"),
    '{ "description": "more", "extends": "sshd", "identifiers": ["mysshd"], "failregex": ["^nope <HOST>$"] }',
  );
  const got = rows(
    await bailiff(
      ["filter", "test", "sshd2", "-", "--filters", own, "--json"],
      `${FAILED("192.0.2.7")}\nnope 192.0.2.8\n`,
    ),
  );
  assert.deepEqual(
    got.map(({ address }) => address),
    ["192.0.2.7", "192.0.2.8"],
  );
});

test("the list is an array of objects with names", async () => {
  const list = JSON.parse((await bailiff(["filter", "list", "--json"])).stdout) as { name: string; modes: string[] }[];
  assert.ok(list.some(({ name, modes }) => name === "sshd" && modes.includes("aggressive")));
});

test("mistakes end with the statuses of sysexits, and a hint", async () => {
  const table: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["filter", "test", "nosuch", "-"], 66, /there is no filter "nosuch"/],
    [["filter", "test", "ssh", "-"], 66, /did you mean `sshd`/],
    [["filter", "test", "sshd", "-", "--mode", "agressive"], 66, /did you mean `aggressive`/],
    [["filter", "test", "sshd", join(folder, "nothing")], 66, /cannot read/],
    [["filter", "test", "sshd", "-", "--format", "xml"], 64, /format/],
    [["nonsense"], 64, /unknown command/],
    [["status", "--socket", join(folder, "nobody.sock")], 69, /not running/],
    [["check", "--config", join(folder, "nothing.json")], 78, /does not exist/],
  ];
  for (const [args, status, words] of table) {
    const { exitCode, stderr } = await bailiff(args);
    assert.equal(exitCode, status, args.join(" "));
    assert.match(stderr, words, args.join(" "));
  }
});

test("bailiff alone prints help that says what to do first", async () => {
  const { stdout, stderr } = await bailiff([]);
  assert.match(stdout + stderr, /First steps:/);
});
