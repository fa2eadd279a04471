import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeChecker } from "../../src/config/check.ts";
import { FilterLibrary } from "../../src/config/filters.ts";
import { type Config, readConfig } from "../../src/config/resolve.ts";
import { candidates, sshdElsewhere, unwatched } from "../../src/daemon/advice.ts";
import { readServices } from "../../src/system/services.ts";
import { parseSshdConfig } from "../../src/system/sshd.ts";
import type { UnitState } from "../../src/system/units.ts";

const SHIPPED = join(import.meta.dirname, "..", "..", "src", "filters");
const users = new Map<string, number>();
const whyNotLinear = (): undefined => undefined;
const known = new FilterLibrary({ shipped: SHIPPED, checker: makeChecker(), users, whyNotLinear }).outlines();

function configOf(jails: object): Config {
  const folder = mkdtempSync(join(tmpdir(), "bailiff-advice-"));
  try {
    const file = join(folder, "bailiff.json");
    writeFileSync(file, JSON.stringify({ jails }));
    return readConfig(file, { shipped: SHIPPED, services: readServices(), users, whyNotLinear });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function units(list: Readonly<Record<string, UnitState>>): ReadonlyMap<string, UnitState> {
  return new Map(Object.entries(list));
}

test("what could be enabled is what runs or is installed here, running services first", () => {
  const found = candidates(
    configOf({ sshd: {} }),
    known,
    units({ "nginx.service": "installed", "postfix.service": "running" }),
  );
  assert.equal(found[0]?.name, "postfix");
  assert.equal(found[0]?.unit, "postfix.service");
  assert.ok(found.some(({ name, state }) => name === "nginx-http-auth" && state === "installed"));
  assert.ok(!found.some(({ name }) => name === "sshd" || name === "dovecot"));
});

test("bailiff's own unit is no service to protect", () => {
  const found = candidates(
    configOf({ sshd: {} }),
    known,
    units({ "bailiff.service": "running", "fail2ban.service": "running" }),
  );
  assert.deepEqual(found, []);
});

test("a running service without any jail is told; one with a jail, an installed one and PAM are not", () => {
  const here = units({
    "nginx.service": "running",
    "postfix.service": "installed",
    "ssh.service": "running",
    "getty@tty1.service": "running",
  });
  const none = unwatched(configOf({ sshd: {} }), known, here);
  assert.deepEqual([...none.keys()], ["nginx.service"]);
  assert.ok(none.get("nginx.service")?.includes("nginx-http-auth"));
  assert.deepEqual([...unwatched(configOf({ sshd: {}, "nginx-http-auth": {} }), known, here).keys()], []);
});

test("a port of sshd that no ban closes is told with the line to write", () => {
  assert.deepEqual(sshdElsewhere(configOf({ sshd: {} }), [22]), []);
  assert.deepEqual(sshdElsewhere(configOf({ sshd: { ports: "all" } }), [2222]), []);
  assert.deepEqual(sshdElsewhere(configOf({ sshd: { ports: [2222] } }), [2222]), []);
  assert.match(sshdElsewhere(configOf({ sshd: {} }), [22, 2222])[0] ?? "", /port 2222.*"ports": \[22, 2222\]/);
  assert.deepEqual(sshdElsewhere(configOf({}), [2222]), []);
});

test("ports of sshd are read from its files with what they include", () => {
  const folder = mkdtempSync(join(tmpdir(), "bailiff-sshd-"));
  try {
    const file = join(folder, "sshd_config");
    mkdirSync(join(folder, "sshd_config.d"));
    writeFileSync(join(folder, "sshd_config.d", "a.conf"), "Port 2222\n");
    writeFileSync(join(folder, "sshd_config.d", "b.txt"), "Port 9\n");
    const rows: readonly (readonly [string, readonly number[]])[] = [
      ["", [22]],
      ["#Port 2200\nPermitRootLogin no\n", [22]],
      ["Include sshd_config.d/*.conf\n", [2222]],
      ["Port 22\nInclude sshd_config.d/*.conf # more\n", [22, 2222]],
      ["ListenAddress [2001:db8::1]:2022\nListenAddress 192.0.2.1:2023\nListenAddress 2001:db8::2\n", [2022, 2023]],
      ["port = 2201\nMatch User x\n  Port 9\n", [2201]],
      ["Include sshd_config\nPort 2202\n", Array.from({ length: 9 }, () => 2202)],
    ];
    for (const [text, ports] of rows) {
      writeFileSync(file, text);
      assert.deepEqual(parseSshdConfig(file), ports, text);
    }
    assert.equal(parseSshdConfig(join(folder, "absent")), undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
