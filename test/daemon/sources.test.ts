import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
