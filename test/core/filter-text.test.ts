import assert from "node:assert/strict";
import { test } from "node:test";
import { Filter, type FilterRules, type Finding, readAddress } from "../../src/core/filter.ts";
import { plainText } from "../../src/core/patterns.ts";
import { duration, instant } from "../../src/core/time.ts";

test("a whole message loses the blanks at its end and keeps its inner line ends apart from others", () => {
  assert.equal(plainText("from 192.0.2.7 \r", 100), "from 192.0.2.7");
  assert.equal(plainText("a\u2028b\rc\nd\0", 100), "a\ufffdb\ufffdc\nd");
});

test("a message that was cut never ends like a whole one", () => {
  // The name in `Failed password for NAME from ADDRESS` may end with an address and blanks up to where it is cut.
  for (const address of ["192.0.2.7", "2001:db8::7"]) {
    const text = plainText(`for root from ${address}${" ".repeat(200)} from 198.51.100.1`, 100);
    assert.equal(text.length, 101);
    assert.doesNotMatch(text, /^for .* from [0-9a-f.:]+$/);
    assert.match(text, /\ufffd$/);
  }
});

test("a cut message accuses nobody whose address may be part of a name", () => {
  const rules: FilterRules = {
    name: "x",
    provenance: { identifiers: ["x"], units: [], uids: [0], transports: ["syslog"] },
    variables: {},
    patterns: [
      { role: "failure", regex: '^user=<(?<user>.*)>, rip=<HOST>(?:, [^<>"]*)?$' },
      { role: "failure", regex: "^from <HOST>: .*$" },
    ],
    ignoreregex: [],
    session: { key: "none", timeout: duration(0) },
    maxText: 300,
  };
  const filter = new Filter(rules);
  const find = (message: string): Finding =>
    filter.examineText({ time: instant(0), source: "x", message, origin: { kind: "journal", trust: "local" } });
  for (const address of ["192.0.2.7", "2001:db8::7"]) {
    assert.equal(find(`user=<bob>, rip=${address}, ${"x".repeat(200)}`).kind, "match");
    assert.equal(find(`user=<bob>, rip=${address}, ${"x".repeat(400)}>, rip=198.51.100.1`).kind, "nomatch");
    assert.equal(find(`from ${address}: ${"x".repeat(400)}`).kind, "match");
  }
});

test("a port after an IPv4 address is left off, and nothing else is", () => {
  assert.equal(readAddress("192.0.2.7:4711")?.text, "192.0.2.7");
  assert.equal(readAddress("2001:db8::7")?.text, "2001:db8::7");
  for (const text of ["198.51.100.1:192.0.2.7", "192.0.2.7:", "192.0.2.7:ssh", "192.0.2.7:471100", "host:22"]) {
    assert.equal(readAddress(text), undefined, text);
  }
});
