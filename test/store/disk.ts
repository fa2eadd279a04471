import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Tally } from "../../src/core/tally.ts";
import { seconds } from "../../src/core/time.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { ban, targets } from "../contract/store.ts";
import { at, failure, jail, network } from "../core/fixtures.ts";

/** Run in a mount namespace of its own by damage.test.ts: a disk that fails and recovers, as a store lives it. */
const [scenario = "", directory = ""] = process.argv.slice(2);
const disk = join(directory, "disk");
const file = join(disk, "state", "state.db");
const filler = join(disk, "filler");

execFileSync("mkdir", [disk]);
execFileSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", disk]);

function open(second: number): SqliteStore {
  return new SqliteStore({ file, now: at(second), purgeAge: seconds(9e6) });
}

const breaks: Record<string, () => void> = {
  full: fill,
  "read-only": () => execFileSync("mount", ["-o", "remount,ro", disk]),
};
const mends: Record<string, () => void> = {
  full: () => rmSync(filler),
  "read-only": () => execFileSync("mount", ["-o", "remount,rw,size=4m", disk]),
};

function fill(): void {
  let size = 512 * 1024;
  while (size >= 512) {
    try {
      writeFileSync(filler, Buffer.alloc(size), { flag: "a" });
    } catch {
      // What still fits, by halves.
      size /= 2;
    }
  }
}

const kind = scenario.replace(" at the start", "");
let store = open(0);
let tally = new Tally();
tally.setJails([jail()]);
tally.strike("sshd", failure("192.0.2.1", 0));
const first = [ban("sshd", "192.0.2.7", [0, 9000]), ban("sshd", "2001:db8::/64", [0, 9000])];
assert.equal(store.save({ at: at(0), bans: first, cursors: { journal: "before" }, counts: tally }), true);
if (scenario !== kind) store.close();
breaks[kind]?.();
if (scenario !== kind) {
  store = open(1);
  tally = new Tally();
  tally.setJails([jail()]);
  assert.ok(tally.restore(store.counts()));
  // With room for nothing new, a file may still open; it must not be taken for damaged.
  assert.ok(["unusable", "existing"].includes(store.opened.kind), store.opened.kind);
}
assert.equal(tally.counts().sources, 1);

let unwritten = 0;
for (let index = 0; index < 250; index += 1) {
  tally.strike("sshd", failure(`10.0.0.${index % 200}`, index));
  const bans = [ban("web", `10.77.1.${index}`, [index, 9000]), ban("web", `fd77:0:0:${index}::/64`, [index, 9000])];
  const written = store.save({ at: at(2), bans, cursors: { journal: `c${index}` }, counts: tally });
  if (!written) unwritten += 1;
}
assert.ok(unwritten > 100, `only ${unwritten} saves failed`);
assert.match(store.troubles().join(), /kept in memory/);
assert.equal(store.activeBans(at(3)).length, 2 + 500);
assert.equal(store.history("web", network("10.77.1.249")).priors, 1);
assert.equal(store.history("sshd", network("192.0.2.7")).priors, 1);
assert.equal(store.cursor("journal"), "c249");

assert.equal(store.catchUp(at(40)), false);
mends[kind]?.();
const expected = targets(store.activeBans(at(60)));
// Nobody has anything new to write.
assert.equal(store.catchUp(at(60)), true, store.troubles().join());
assert.deepEqual(store.troubles(), []);
store.close();

const again = open(61);
assert.equal(again.opened.kind, "existing");
assert.deepEqual(targets(again.activeBans(at(61))), expected);
assert.equal(again.cursor("journal"), "c249");
assert.equal(again.history("web", network("fd77:0:0:9::/64")).priors, 1);
assert.equal(again.past(network("10.77.1.3"), 9).length, 1);
const counted = new Tally();
counted.setJails([jail()]);
assert.ok(counted.restore(again.counts()));
assert.deepEqual(counted.counts(), tally.counts());
again.close();
console.log("came through");
