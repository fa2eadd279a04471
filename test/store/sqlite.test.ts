import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { seconds } from "../../src/core/time.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { ban, storeContract } from "../contract/store.ts";
import { at } from "../core/fixtures.ts";

storeContract("sqlite", () => {
  const directory = mkdtempSync(join(tmpdir(), "bailiff-store-"));
  const open = (now = at(0)) =>
    new SqliteStore({ file: join(directory, "state.db"), now, purgeAge: seconds(30 * 86_400) });
  let store = open();
  return {
    store,
    again: (now) => {
      store.close();
      store = open(now);
      return store;
    },
    end: () => {
      store.close();
      rmSync(directory, { recursive: true });
    },
  };
});

it("keeps the history of very many bans that begin or end in one step", () => {
  const directory = mkdtempSync(join(tmpdir(), "bailiff-store-"));
  const store = new SqliteStore({ file: join(directory, "state.db"), now: at(0), purgeAge: seconds(30 * 86_400) });
  try {
    const bans = Array.from({ length: 15_000 }, (_, index) => [
      ban("sshd", `198.18.${index >> 8}.${index & 255}`, [1, 4000]),
      ban("sshd", `2001:db8:0:${index.toString(16)}::/64`, [1, 4000]),
    ]).flat();
    assert.equal(store.save({ at: at(1), bans }), true);
    assert.equal(store.save({ at: at(2), unbans: bans }), true);
    assert.deepEqual(store.troubles(), []);
    assert.equal(store.activeBans(at(3)).length, 0);
    for (const { target } of [bans[0], bans[1], bans.at(-1)].flatMap((one) => one ?? [])) {
      assert.deepEqual(
        store.past(target, 10).map(({ lifted }) => lifted),
        [at(2)],
      );
    }
  } finally {
    store.close();
    rmSync(directory, { recursive: true });
  }
});
