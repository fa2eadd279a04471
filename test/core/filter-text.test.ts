import assert from "node:assert/strict";
import { test } from "node:test";
import { plainText } from "../../src/core/filter.ts";

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
