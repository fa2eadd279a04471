import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readConfig } from "../../src/config/resolve.ts";
import { openSources } from "../../src/daemon/sources.ts";
import { systemClock } from "../../src/system/clock.ts";
import { guardRegexps, whyNotLinear } from "../../src/system/regexp.ts";
import { readServices } from "../../src/system/services.ts";
import { FILTERS, shippedLibrary } from "../filters/samples.ts";

test("every shipped filter alone lets the journal and a syslog listener open", (t) => {
  guardRegexps();
  const folder = mkdtempSync(join(tmpdir(), "bailiff-sources-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "bailiff.json");
  for (const name of shippedLibrary().names()) {
    const syslog = { type: "syslog", name: "syslog", listen: [{ protocol: "udp", address: "127.0.0.1", port: 5514 }] };
    writeFileSync(
      file,
      JSON.stringify({ sources: [{ type: "journal" }, syslog], jails: { watched: { filter: name } } }),
    );
    const config = readConfig(file, {
      shipped: FILTERS,
      services: readServices(),
      users: new Map(),
      whyNotLinear,
    });
    const opened = openSources(config, { clock: systemClock, sockets: [] });
    assert.deepEqual(
      opened.map(({ source }) => source.name),
      ["journal", "syslog"],
      name,
    );
  }
});

test("a reload reads a certificate that was renewed, and lets a source alone whose files are as they were", (t) => {
  guardRegexps();
  const folder = mkdtempSync(join(tmpdir(), "bailiff-sources-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "bailiff.json");
  const tls = { certificate: "cert.pem", key: "key.pem", ca: "ca.pem" };
  for (const name of Object.values(tls)) writeFileSync(join(folder, name), "-----BEGIN CERTIFICATE-----\n");
  const listen = [{ protocol: "tls", address: "::1", port: 6514 }];
  writeFileSync(file, JSON.stringify({ sources: [{ type: "syslog", listen, tls }], jails: { sshd: {} } }));
  const key = (): string | undefined => {
    const surround = { shipped: FILTERS, services: readServices(), users: new Map(), whyNotLinear };
    return openSources(readConfig(file, surround), { clock: systemClock, sockets: [] })[0]?.key;
  };
  const before = key();
  assert.equal(key(), before);
  for (const name of Object.values(tls)) {
    const known = key();
    // As certbot does it: beside the old one, and then over it.
    writeFileSync(join(folder, "new.pem"), "-----BEGIN CERTIFICATE-----\n");
    renameSync(join(folder, "new.pem"), join(folder, name));
    assert.notEqual(key(), known, name);
  }
  rmSync(join(folder, "cert.pem"));
  assert.ok(key());
});
