import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const MAIN = join(import.meta.dirname, "..", "..", "src", "main.ts");
const folder = mkdtempSync(join(tmpdir(), "bailiff-doctor-"));
after(() => rmSync(folder, { recursive: true }));

interface Finding {
  readonly level: "ok" | "warning" | "error";
  readonly about: string;
  readonly what: string;
  readonly cure?: string;
}

function doctor(config: string): {
  readonly status: number | null;
  readonly findings: Finding[];
  readonly text: string;
} {
  const file = join(folder, "bailiff.json");
  writeFileSync(file, config);
  const ask = (...more: readonly string[]) =>
    spawnSync(process.execPath, [MAIN, "doctor", "--config", file, ...more], { encoding: "utf8" });
  const { status, stdout, stderr } = ask("--json");
  assert.equal(stderr, "");
  return { status, findings: JSON.parse(stdout) as Finding[], text: ask().stdout };
}

test("a configuration that is wrong is an error with its place, and nothing else is guessed", () => {
  const { status, findings, text } = doctor('{ "jails": { "sshd": { "maxretyr": 3 } } }');
  assert.equal(status, 1);
  assert.equal(findings[0]?.level, "error");
  assert.match(findings[0]?.what ?? "", /bailiff\.json:1:\d+: jails\.sshd\.maxretyr/);
  assert.match(
    text,
    /^error {4}configuration: .* is not an option of a jail\n {11}hint: did you mean `maxretry`\?\n {9}-> /m,
  );
});

test("without an agent each part is looked at by itself, and every fault has its cure", () => {
  const { status, findings, text } = doctor(
    JSON.stringify({
      control: { socket: "control.sock" },
      state: { directory: "." },
      firewall: { backend: "none" },
      sources: [{ type: "journal", directory: "no-journal-here" }],
      jails: { sshd: {} },
    }),
  );
  assert.equal(status, 1);
  const of = (about: string): Finding | undefined => findings.find((finding) => finding.about === about);
  assert.equal(of("configuration")?.level, "ok");
  assert.match(of("agent")?.what ?? "", /not running/);
  assert.match(
    of("source journal-no-journal-here")?.what ?? findings.map(({ about }) => about).join(),
    /no journal|journal/,
  );
  assert.match(of("state")?.what ?? "", /MB free/);
  // A journal that is not there is told once, not of every jail as well.
  assert.equal(of("jail sshd"), undefined);
  for (const { level, what, cure } of findings) if (level !== "ok") assert.ok(cure, `${what} has no cure`);
  assert.match(text, /^ {9}-> /m);
});

test("a file in conf.d that is not read for its name is told, by check as well", () => {
  mkdirSync(join(folder, "conf.d"));
  for (const name of ["10.json", "20.conf", "30.json.bak"]) writeFileSync(join(folder, "conf.d", name), "{}");
  const { findings } = doctor('{ "firewall": { "backend": "none" }, "jails": { "sshd": {} } }');
  const unread = findings.filter(({ what }) => what.includes("is not read"));
  assert.deepEqual(
    unread.map(({ level, what }) => [level, /conf\.d\/(\S+)/.exec(what)?.[1]]),
    [
      ["warning", "20.conf"],
      ["warning", "30.json.bak"],
    ],
  );
  const { stdout, status } = spawnSync(process.execPath, [MAIN, "check", "--config", join(folder, "bailiff.json")], {
    encoding: "utf8",
  });
  assert.equal(status, 0);
  assert.match(
    stdout,
    /on top of it, in this order: \S+\/10\.json\n {2}not read: \S+20\.conf: .*\n {2}not read: \S+bak: /,
  );
  rmSync(join(folder, "conf.d"), { recursive: true });
});

test("check names users that a jail believes and that there are not", () => {
  const file = join(folder, "users.json");
  writeFileSync(file, '{ "jails": { "sshd": { "uids": ["nobody", "nobody-knows", 7] } } }');
  const { stdout, status } = spawnSync(process.execPath, [MAIN, "check", "--config", file], { encoding: "utf8" });
  assert.equal(status, 0);
  assert.match(stdout, /^ {4}not in \/etc\/passwd, .*"uids": nobody-knows$/m);
});

test("no enabled jail is an error", () => {
  const { status, findings } = doctor(
    JSON.stringify({ control: { socket: "control.sock" }, firewall: { backend: "none" }, state: { directory: "." } }),
  );
  assert.equal(status, 1);
  assert.ok(findings.some(({ about, level }) => about === "jails" && level === "error"));
});
