import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isSameUser } from "../../src/core/user.ts";

/** Names that were tried, and names of who then came in. */
type Pairs = readonly (readonly [tried: string, entered: string])[];

function expectAll(pairs: Pairs, same: boolean): void {
  const wrong = pairs.filter(([tried, entered]) => isSameUser(tried, entered) !== same);
  assert.deepEqual(wrong, []);
}

describe("isSameUser", () => {
  it("takes a name for itself, whatever is in it", () => {
    const odd = ["bob", "", "@", "\\", "a@b@c", "CORP\\x\\y", "CORP\\bob@corp.example.org", '"', "é漢😀", "\\303\\251"];
    expectAll(
      odd.map((name) => [name, name]),
      true,
    );
  });

  it("does not look at case or at quotation marks", () => {
    const pairs: Pairs = [
      ["BOB", "bob"],
      ["bob", "Bob"],
      ["MÜLLER", "müller"],
      ["corp\\Bob", "CORP\\bob"],
      ["Bob@Corp.Example.org", "bob@corp.example.org"],
      ['"bob"', "bob"],
      ["'CORP\\bob'", "CORP\\bob"],
      ["`bob'", "bob"],
    ];
    expectAll(pairs, true);
    expectAll(
      pairs.map(([tried, entered]) => [entered, tried]),
      true,
    );
  });

  it("knows the forms that a directory makes of what was typed", () => {
    expectAll(
      [
        ["bob", "CORP\\bob"],
        ["CORP\\bob", "bob"],
        ["bob@corp.example.org", "CORP\\bob"],
        ["bob@example.org", "CORP\\bob"],
        ["bob@corp.example.org", "bob"],
      ],
      true,
    );
  });

  it("knows what sshd makes of a text", () => {
    const pairs: Pairs = [
      ["CORP\\bob", "CORP\\\\bob"],
      ["müller", "m\\303\\274ller"],
      ["CORP\\müller", "CORP\\\\m\\303\\274ller"],
      // Numbers after a backslash are octal only where they make letters.
      ["CORP\\234567", "CORP\\\\234567"],
      ["CORP\\303274", "CORP\\\\303274"],
      ["CORP\\100234", "CORP\\\\100234"],
    ];
    expectAll(pairs, true);
    expectAll(
      pairs.map(([tried, entered]) => [entered, tried]),
      true,
    );
  });

  it("tells users apart", () => {
    expectAll(
      [
        ["root", "bob"],
        ["bob", "bobby"],
        ["bob", ""],
        ["CORP\\root", "CORP\\bob"],
        ["CORP\\bob", "OTHER\\bob"],
        ["CORP\\bob", "corp"],
        ["bob@a.example.org", "bob@b.example.org"],
        ["bob@a.example.org", "a.example.org"],
        ["alice@example.org", "CORP\\bob"],
        // The escape of @ is no escape of sshd's, which prints it as it is.
        ["CORP\\100234", "corp"],
      ],
      false,
    );
  });

  it("gives nobody who has a mail domain the names outside it", () => {
    expectAll(
      [
        ["root", "root@tenant.example.org"],
        ["CORP\\root", "root@corp.example.org"],
        ["root@example.org", "root@tenant.example.org"],
      ],
      false,
    );
  });

  it("reads no name with several marks", () => {
    expectAll(
      [
        ["root\\CORP\\bob", "bob"],
        ["bob@root@example.org", "bob"],
        ["CORP\\bob@example.org", "bob"],
        ["root@bob\\x", "bob"],
        ["@bob", "bob"],
        ["\\bob", "bob"],
        ["bob@", "bob"],
        ["bob\\", "bob"],
      ],
      false,
    );
  });
});
