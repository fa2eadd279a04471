import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seconds } from "../../src/core/time.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { storeContract } from "../contract/store.ts";
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
