import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compilePattern } from "../../src/core/pattern.ts";

function refused(written: string): boolean {
  try {
    compilePattern(written, { variables: {} });
    return false;
  } catch (cause) {
    assert.match(String(cause), /free text both before/);
    return true;
  }
}

describe("the lint against injection", () => {
  it("refuses free text on both sides of the address", () => {
    for (const written of [
      "^user .* from <HOST>: .*$",
      '^user "[^"]*" or .* from <HOST>: .*$',
      "^user [^:]* from <HOST>: .*$",
      '^(?:user "[^"]*){1,2}" from <HOST>: .*$',
      '^user "(?:[^"\\\\]|\\\\.)*(?:" )?from <HOST>: .*$',
      '^user "(?:[^"]|\\\\.)*" from <HOST>: .*$',
      '^user "[^"]*(?:" )?from <HOST>: .*$',
    ]) {
      assert.equal(refused(written), true, written);
    }
  });

  it("takes free text before the address that cannot hold a character which must follow it", () => {
    for (const written of [
      '^user "[^:]*": password mismatch, client: <ADDR>, server: .*$',
      '^user "(?:[^"\\\\]|\\\\.)*" from <HOST>: .*$',
      '^(?:user "[^"]*" )?from <HOST>: .*$',
      '^(?:user "[^"]*|name "[^"]*)" from <HOST>: .*$',
    ]) {
      assert.equal(refused(written), false, written);
    }
  });
});
