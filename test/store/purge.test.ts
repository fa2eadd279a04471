import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Ban } from "../../src/core/ban.ts";
import { seconds } from "../../src/core/time.ts";
import { type SqliteOptions, SqliteStore } from "../../src/store/sqlite.ts";
import { ban } from "../contract/store.ts";
import { at, network } from "../core/fixtures.ts";

const DAY = 86_400;

function inStore(options: Partial<SqliteOptions>, body: (store: SqliteStore, file: string) => void): void {
  const directory = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "bailiff-purge-"));
  const file = join(directory, "state.db");
  const store = new SqliteStore({ file, now: at(0), purgeAge: seconds(DAY), ...options });
  try {
    body(store, file);
  } finally {
    store.close();
    rmSync(directory, { recursive: true });
  }
}

function bans(count: number, from: number): Ban[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2
      ? ban("sshd", `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, [from, from + 60])
      : ban("sshd", `fd77:0:${(from / 600).toString(16)}:${index.toString(16)}::/64`, [from, from + 60]),
  );
}

describe("purging", () => {
  it("forgets bans a purge age after their end, and nothing that stands or is younger", () => {
    inStore({}, (store) => {
      const forever = [ban("sshd", "192.0.2.7", [0]), ban("sshd", "2001:db8::/64", [0])];
      const long = [ban("web", "192.0.2.8", [0, 9 * DAY])];
      store.save({ at: at(0), bans: [...forever, ...long, ...bans(3000, 0)] });
      store.save({ at: at(DAY), bans: bans(1000, DAY) });
      for (let index = 0; index < 30; index += 1) store.save({ at: at(1.5 * DAY + index) });
      for (const old of ["10.0.8.1", "fd77:0:0:8::/64"]) {
        assert.deepEqual(store.history("sshd", network(old)), { priors: 0, overall: 0 });
        assert.deepEqual(store.past(network(old), 9), []);
      }
      for (const kept of ["192.0.2.7", "2001:db8::/64", "10.0.0.1", "fd77:0:90:8::/64"]) {
        assert.equal(store.history("sshd", network(kept)).overall > 0, true, kept);
        assert.equal(store.past(network(kept), 9).length, 1, kept);
      }
      assert.equal(store.past(network("192.0.2.8"), 9).length, 1);
      assert.equal(store.activeBans(at(2 * DAY)).length, 3);
    });
  });

  it("keeps the file within its bound in a flood, and gives space back after", () => {
    const maxBytes = 1_000_000;
    inStore({ purgeAge: seconds(30 * DAY), maxBytes }, (store, file) => {
      let largest = 0;
      for (let index = 0; index < 100; index += 1) {
        store.save({ at: at(index * 600), bans: bans(400, index * 600) });
        largest = Math.max(largest, statSync(file).size);
      }
      assert.ok(largest < 4 * maxBytes, `the file grew to ${largest} bytes`);
      // The youngest of them are remembered.
      assert.equal(store.past(network("10.0.0.1"), 1)[0]?.from, at(99 * 600));
      for (let index = 0; index < 400; index += 1) store.save({ at: at(40 * DAY + index) });
      store.close();
      assert.ok(statSync(file).size < maxBytes, `the file is still ${statSync(file).size} bytes`);
    });
  });

  it("goes on behind bans that were made while the clock was ahead", () => {
    inStore({}, (store) => {
      const ahead = ["192.0.2.7", "2001:db8::/64"];
      store.save({ at: at(99 * DAY), bans: ahead.map((text) => ban("sshd", text, [99 * DAY, 99 * DAY + 60])) });
      store.save({ at: at(0), bans: bans(1000, 0) });
      for (let index = 0; index < 9; index += 1) store.save({ at: at(2 * DAY + index) });
      for (const old of ["10.0.0.1", "fd77:0:0:8::/64"]) assert.deepEqual(store.past(network(old), 9), []);
      for (const text of ahead) assert.equal(store.past(network(text), 9).length, 1);
    });
  });

  it("forgets bans without end once they were replaced or had to make room", () => {
    inStore({ maxActive: 100, maxBytes: 300_000 }, (store, file) => {
      for (let index = 0; index < 60; index += 1) {
        const endless = bans(200, index * 600).map(({ until: _, ...rest }) => rest);
        const again = ["192.0.2.7", "2001:db8::/64"].map((text) => ban("manual", text, [index * 3600]));
        store.save({ at: at(index * 3600), bans: [...endless, ...again] });
      }
      assert.ok(statSync(file).size < 600_000, `${statSync(file).size} bytes`);
      for (const text of ["192.0.2.7", "2001:db8::/64"]) {
        const [latest, ...before] = store.past(network(text), 99);
        assert.equal(latest?.lifted, undefined);
        assert.ok(before.length < 50 && before.every(({ lifted }) => lifted !== undefined), `${before.length}`);
      }
    });
  });

  it("lets those go that end soonest when there are too many bans at once", () => {
    inStore({ maxActive: 1000 }, (store) => {
      store.save({ at: at(0), bans: [ban("sshd", "192.0.2.7", [0]), ban("sshd", "2001:db8::/64", [0, 90])] });
      store.save({ at: at(0), bans: bans(1500, 0) });
      const left = store.activeBans(at(1));
      assert.equal(left.length, 900);
      assert.deepEqual(
        left
          .filter((one) => one.until !== at(60))
          .map((one) => one.target.text)
          .sort(),
        ["192.0.2.7", "2001:db8::"],
      );
      assert.match(store.troubles().join(), /more than 1000 bans/);
    });
  });
});
