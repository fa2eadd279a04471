import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readServices, WELL_KNOWN } from "../../src/system/services.ts";

test("services are read with their aliases, and lines that are none are passed over", () => {
  const folder = mkdtempSync(join(tmpdir(), "bailiff-test-"));
  try {
    const file = join(folder, "services");
    writeFileSync(
      file,
      [
        "# a comment 1/tcp",
        "ssh\t\t2222/tcp\t\t\t\t# SSH Remote Login Protocol",
        "domain\t53/tcp",
        "domain\t53/udp",
        "http 80/tcp www www-http # WorldWideWeb",
        "split 7001/tcp",
        "split 7002/udp",
        "nonsense",
        "zero 0/tcp",
        "big 70000/tcp",
        "  indented 9/tcp",
        "__proto__ 11/tcp",
        "last 12/udp",
      ].join("\n"),
    );
    const services = readServices(file);
    assert.deepEqual(
      [...services]
        .filter(([name]) => !WELL_KNOWN.has(name) || name === "ssh")
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      [
        ["__proto__", [11]],
        ["last", [12]],
        ["split", [7001, 7002]],
        ["ssh", [2222]],
        ["www", [80]],
        ["www-http", [80]],
      ],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a machine without the file knows the names of shipped filters all the same", () => {
  const services = readServices("/nonexistent/services");
  assert.deepEqual(services.get("ssh"), [22]);
  const filters = join(import.meta.dirname, "..", "..", "src", "filters");
  for (const file of readdirSync(filters).filter((name) => name.endsWith(".json"))) {
    for (const [, list = ""] of readFileSync(join(filters, file), "utf8").matchAll(/"ports": \[([^\]]*)\]/g)) {
      for (const [, name = ""] of list.matchAll(/"([a-z][a-z0-9-]*)"/g)) {
        assert.ok(services.has(name), `${file} names port ${name}, which minimal systems do not know`);
      }
    }
  }
});
