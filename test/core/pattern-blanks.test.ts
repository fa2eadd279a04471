import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePattern } from "../../src/core/pattern.ts";

const options = { variables: {} };

test("blanks before the address are no free text", () => {
  for (const blanks of [" *", " +", "\\s*", "-+"]) {
    const { regexp } = compilePattern(`^at${blanks}<HOST>: .*$`, options);
    assert.equal(regexp.exec("at 192.0.2.7: x") === null, blanks === "-+");
  }
  assert.equal(
    compilePattern("^at\\s+<HOST>: .*$", options).regexp.exec("at  2001:db8::7: x")?.groups?.addr,
    "2001:db8::7",
  );
});

test("free text before the address and after it is refused", () => {
  assert.throws(() => compilePattern("^at .* <HOST>: .*$", options), { code: "FILTER_INVALID" });
  assert.throws(() => compilePattern("^at [\\s,]*<HOST>: .*$", options), { code: "FILTER_INVALID" });
});
