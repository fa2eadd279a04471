import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { parseNetwork } from "../../src/core/address.ts";
import type { Ban } from "../../src/core/ban.ts";
import { Tally } from "../../src/core/tally.ts";
import { seconds } from "../../src/core/time.ts";
import { BailiffError } from "../../src/errors.ts";
import { MIGRATIONS } from "../../src/store/migrations.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { ban, targets } from "../contract/store.ts";
import { at, failure, jail, network, numbers } from "../core/fixtures.ts";

const BANS = 300;
/** A file system in memory where there is one: hundreds of files are made and synced. */
const MEMORY = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

function open(file: string): SqliteStore {
  return new SqliteStore({ file, now: at(0), purgeAge: seconds(30 * 86_400) });
}

function bans(count = BANS): Ban[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2
      ? ban("sshd", `10.77.${index >> 8}.${index & 255}`, [index, 90_000])
      : ban("web", `fd77:0:0:${index.toString(16)}::/64`, [index, 90_000]),
  );
}

/** Writes what a day leaves behind; then hands over the file, closed, or open with its journal beside it. */
function filled(file: string, use: (file: string) => void, closed: boolean): void {
  const store = open(file);
  const tally = new Tally();
  tally.setJails([jail()]);
  const list = bans();
  for (let from = 0; from < list.length; from += 30) {
    for (let host = 0; host < 50; host += 1) tally.strike("sshd", failure(`10.0.${from >> 5}.${host}`, from));
    store.save({
      at: at(from),
      bans: list.slice(from, from + 30),
      cursors: { journal: `cursor ${from}` },
      counts: tally,
    });
  }
  if (closed) store.close();
  use(file);
  if (!closed) store.close();
}

/** Whatever was found: the store must answer, take a ban, and have it after the next start. */
function mustGoOn(file: string, original: ReadonlySet<string>): void {
  const store = open(file);
  const found = targets(store.activeBans(at(500)));
  for (const one of found) assert.ok(parseNetwork(one.split(" ")[1] ?? ""), one);
  if (original.size > 0) for (const one of found) assert.ok(original.has(one), `${one} was never banned`);
  const tally = new Tally();
  tally.setJails([jail()]);
  tally.restore(store.counts());
  store.history("sshd", network("10.77.0.1"));
  store.past(network("fd77::/64"), 100);
  const { opened } = store;
  if (opened.kind === "set-aside") {
    assert.ok(existsSync(opened.path), "nothing was set aside");
    assert.match(store.troubles().join(), /was damaged/);
  } else {
    assert.notEqual(opened.kind, "unusable");
  }
  const next = ban("sshd", "192.0.2.7", [500, 90_000]);
  assert.equal(store.save({ at: at(500), bans: [next], cursors: { journal: "later" }, counts: tally }), true);
  assert.equal(store.save({ at: at(501), unbans: [{ jail: "web", target: network("2001:db8::/64") }] }), true);
  store.close();
  const again = open(file);
  assert.equal(again.opened.kind, "existing");
  assert.equal(again.cursor("journal"), "later");
  const kept = targets(again.activeBans(at(502)));
  assert.deepEqual(kept, [...found, "sshd 192.0.2.7"].sort());
  assert.ok(new Tally().restore(again.counts()));
  again.close();
}

function inDirectory(body: (directory: string) => void): void {
  const directory = mkdtempSync(join(MEMORY, "bailiff-damage-"));
  try {
    body(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function copyTo(directory: string, file: string): string {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  for (const part of ["", "-wal"]) if (existsSync(file + part)) cpSync(file + part, join(directory, `state.db${part}`));
  return join(directory, "state.db");
}

describe("a damaged state file", () => {
  const original = new Set(targets(bans()));

  for (const [name, part, closed] of [
    ["the file", "", true],
    ["the journal beside it", "-wal", false],
  ] as const) {
    it(`is lived with when ${name} is cut short at any 4 kB`, () => {
      inDirectory((directory) => {
        filled(
          join(directory, "state.db"),
          (file) => {
            const size = statSync(file + part).size;
            assert.ok(size > 40_000, `only ${size} bytes`);
            for (let cut = 0; cut < size; cut += 4096) {
              const copy = copyTo(join(directory, "cut"), file);
              truncateSync(copy + part, cut);
              mustGoOn(copy, original);
            }
          },
          closed,
        );
      });
    });
  }

  it("is lived with whatever bytes change", () => {
    inDirectory((directory) => {
      filled(
        join(directory, "state.db"),
        (file) => {
          const random = numbers(3);
          const size = statSync(file).size;
          for (let round = 0; round < 120; round += 1) {
            const copy = copyTo(join(directory, "bent"), file);
            const bytes = readFileSync(copy);
            for (let count = 1 + Math.floor(random() ** 3 * 300); count > 0; count -= 1) {
              // Half of them where the first pages' own bookkeeping lies.
              const position = random() < 0.5 ? random() * size : random() * 8192;
              bytes[Math.floor(position)] = Math.floor(random() * 256);
            }
            writeFileSync(copy, bytes);
            // A changed digit makes another address: nothing can tell.
            try {
              mustGoOn(copy, new Set());
            } catch (error) {
              // The format's own number may come out larger.
              if (!(error instanceof BailiffError && error.code === "STORE_NEWER")) throw error;
            }
          }
        },
        true,
      );
    });
  });

  it("is begun anew from garbage and from nothing", () => {
    inDirectory((directory) => {
      const file = join(directory, "state.db");
      writeFileSync(file, "This is not a database. ".repeat(500));
      mustGoOn(file, original);
      rmSync(file);
      writeFileSync(file, "");
      mustGoOn(file, original);
    });
  });

  it("has the latest three set aside, not more", () => {
    inDirectory((directory) => {
      const file = join(directory, "state.db");
      for (let hour = 0; hour < 6; hour += 1) {
        writeFileSync(file, `garbage ${hour} `.repeat(500));
        new SqliteStore({ file, now: at(hour * 3600), purgeAge: seconds(1) }).close();
      }
      const aside = readdirSync(directory).filter((name) => name.includes("corrupt"));
      assert.deepEqual(
        aside.sort(),
        ["15", "16", "17"].map((hour) => `state.db.corrupt-20260601T${hour}0000Z`),
      );
    });
  });

  it("is replaced under a running store, with all that memory knows", () => {
    inDirectory((directory) => {
      const file = join(directory, "state.db");
      filled(
        file,
        () => {
          const store = open(file);
          assert.equal(store.activeBans(at(400)).length, BANS);
          // Another process writes over the tables that are read last; the pages in our cache stay as they were.
          const bytes = readFileSync(file);
          bytes.fill(0xff, 4096);
          writeFileSync(file, bytes);
          for (let index = 0; index < 50; index += 1) {
            const target = `198.51.100.${index}`;
            assert.equal(store.save({ at: at(400 + index), bans: [ban("sshd", target, [400, 90_000])] }), true);
          }
          assert.match(store.troubles().join(), /was damaged/);
          store.close();
          const again = open(file);
          assert.equal(again.activeBans(at(500)).length, BANS + 50);
          assert.equal(again.cursor("journal"), "cursor 270");
          again.close();
        },
        true,
      );
    });
  });

  it("has the counts whole when it is written anew, with the next failure or with none", () => {
    for (const next of ["a failure", "nothing"]) {
      inDirectory((directory) => {
        const file = join(directory, "state.db");
        const store = open(file);
        const tally = new Tally();
        tally.setJails([jail()]);
        for (const address of ["192.0.2.1", "2001:db8::1"]) {
          tally.strike("sshd", failure(address, 0));
          assert.equal(store.save({ at: at(0), cursors: { journal: address }, counts: tally }), true);
        }
        rmSync(file);
        if (next === "nothing") assert.equal(store.catchUp(at(60)), true);
        else {
          tally.strike("sshd", failure("192.0.2.2", 60));
          assert.equal(store.save({ at: at(60), counts: tally }), true);
        }
        store.close();
        const again = open(file);
        const counted = new Tally();
        counted.setJails([jail()]);
        assert.ok(counted.restore(again.counts()), next);
        assert.deepEqual(counted.counts(), tally.counts());
        assert.equal(again.cursor("journal"), "2001:db8::1");
        again.close();
      });
    }
  });

  it("is written anew when somebody takes it away", () => {
    inDirectory((directory) => {
      const file = join(directory, "state.db");
      const store = open(file);
      store.save({ at: at(0), bans: bans(10), cursors: { journal: "a" } });
      for (const part of ["", "-wal", "-shm"]) renameSync(file + part, join(directory, `away${part}`));
      for (let index = 0; index < 3; index += 1)
        store.save({ at: at(20 * index), bans: [ban("sshd", "192.0.2.7", [1])] });
      store.close();
      const again = open(file);
      assert.deepEqual([again.activeBans(at(60)).length, again.cursor("journal")], [11, "a"]);
      again.close();
    });
  });

  it("keeps what makes sense of a file with rows that make none, and tells how many those are", () => {
    inDirectory((directory) => {
      const file = join(directory, "state.db");
      const store = open(file);
      store.save({ at: at(0), bans: [ban("sshd", "192.0.2.7", [1]), ban("sshd", "2001:db8::/64", [1])] });
      store.close();
      const database = new DatabaseSync(file);
      const odd: [string, number, number | null][] = [
        ["192.0.2.300", at(1), null],
        ["192.0.2.8", 8.7e15, null],
        ["192.0.2.9", Number.POSITIVE_INFINITY, null],
        ["2001:db8:1::", at(1), 1e300],
      ];
      for (const [target, began, ends] of odd) {
        const values = [target, "sshd", began, ends, '{"kind":"restored"}'];
        database.prepare("INSERT INTO active VALUES (?, ?, ?, ?, ?)").run(...values);
      }
      database.close();
      const again = open(file);
      assert.deepEqual(targets(again.activeBans(at(2))), ["sshd 192.0.2.7", "sshd 2001:db8::/64"]);
      assert.match(again.troubles().join(), /held 4 rows that make no sense/);
      // What is missing may be made good; that is done once.
      assert.equal(again.opened.kind, "partial");
      again.save({ at: at(3) });
      again.close();
      const third = open(file);
      assert.deepEqual([third.opened.kind, third.activeBans(at(4)).length], ["existing", 2]);
      third.close();
    });
  });
});

describe("counts that cannot be read", () => {
  it("are told to be lost, while bans are kept", () => {
    inDirectory((directory) => {
      const file = join(directory, "state.db");
      let root = 0;
      filled(
        file,
        () => {
          const database = new DatabaseSync(file);
          root = Number(database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'counts'").get()?.rootpage);
          database.close();
          const bytes = readFileSync(file);
          bytes.fill(0xff, (root - 1) * 4096, root * 4096);
          writeFileSync(file, bytes);
        },
        true,
      );
      const store = open(file);
      assert.deepEqual(store.counts(), []);
      assert.equal(store.opened.kind, "partial");
      assert.equal(store.activeBans(at(400)).length, BANS);
      store.close();
    });
  });
});

describe("a state file of another version", () => {
  it("is brought up to date when it is older, with all that is in it", () => {
    inDirectory((directory) => {
      const file = join(directory, "state.db");
      const [first = ""] = MIGRATIONS;
      const database = new DatabaseSync(file);
      database.exec(`${first}; PRAGMA user_version = 1`);
      for (const target of ["192.0.2.7", "2001:db8::/64"]) {
        const values = [target, "sshd", at(0), at(9000), '{"kind":"restored"}'];
        database.prepare("INSERT INTO active VALUES (?, ?, ?, ?, ?)").run(...values);
      }
      database.close();
      const store = open(file);
      assert.equal(store.opened.kind, "existing");
      assert.deepEqual(targets(store.activeBans(at(1))), ["sshd 192.0.2.7", "sshd 2001:db8::/64"]);
      assert.equal(store.fact("clock"), undefined);
      assert.ok(store.save({ at: at(1), facts: { clock: "noon" } }));
      assert.deepEqual(store.troubles(), []);
      store.close();
      const again = open(file);
      assert.equal(again.fact("clock"), "noon");
      assert.equal(again.activeBans(at(1)).length, 2);
      again.close();
    });
  });

  it("is refused when it is newer, and left as it is", () => {
    inDirectory((directory) => {
      const file = join(directory, "state.db");
      open(file).close();
      const database = new DatabaseSync(file);
      database.exec("PRAGMA user_version = 99");
      database.close();
      const before = readFileSync(file);
      assert.throws(
        () => open(file),
        (error) => error instanceof BailiffError && error.code === "STORE_NEWER" && error.hint !== undefined,
      );
      assert.deepEqual(readFileSync(file), before);
      assert.deepEqual(readdirSync(directory), ["state.db"]);
    });
  });
});

/** A script run in a mount namespace of its own, where it may fill and lock a small file system at /mnt. */
const mounts = spawnSync("unshare", ["--mount", "true"]);
const refused =
  mounts.status === 0 ? false : "NOT TESTED: mount namespaces are refused here (unshare --mount; needs root)";

describe("a disk that is full or cannot be written", () => {
  for (const scenario of ["full", "full at the start", "read-only at the start"]) {
    it(`has decisions kept in memory and written when it can: ${scenario}`, { skip: refused }, () => {
      inDirectory((directory) => {
        const child = spawnSync(
          "unshare",
          [
            "--mount",
            "--propagation",
            "private",
            process.execPath,
            "--no-warnings",
            join(import.meta.dirname, "disk.ts"),
            scenario,
            directory,
          ],
          { encoding: "utf8" },
        );
        assert.equal(child.status, 0, child.stderr);
        assert.match(child.stdout, /came through/);
      });
    });
  }
});
