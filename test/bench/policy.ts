/**
 * What judgement and memory cost. Times are CPU of this process; on a busy machine they come out larger. "x": compared
 * with a Map<string, number[]> in the same run, which counts IPv4 and IPv6 addresses whole, forgets nobody, and judges nobody.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parseAddress } from "../../src/core/address.ts";
import type { Ban } from "../../src/core/ban.ts";
import type { Match } from "../../src/core/match.ts";
import { type Past, Policy } from "../../src/core/policy.ts";
import { changes, wanted } from "../../src/core/reconcile.ts";
import { Tally } from "../../src/core/tally.ts";
import { instant, seconds } from "../../src/core/time.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { at, EVERYTHING, failure, jail, network, numbers } from "../core/fixtures.ts";
import { QUICK, type Row, report, times } from "./report.ts";

const STRIKES = QUICK ? 300_000 : 1_000_000;
const HISTORY = QUICK ? 100_000 : 1_000_000;
const SAMPLE = failure("192.0.2.1", 0);

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function row(what: string, figure: string, more: Partial<Row> = {}): void {
  report({ what, figure, ...more });
}

function round(value: number, digits = 1): string {
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

function ip4(id: number): string {
  return `${10 + (id >>> 24)}.${(id >>> 16) & 255}.${(id >>> 8) & 255}.${id & 255}`;
}

function ip6(id: number): string {
  return `2001:db8:${(1 + (id >>> 16)).toString(16)}:${(id & 65_535).toString(16)}::1`;
}

/** Milliseconds after noon. */
function match(text: string, time: number): Match {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(text);
  return { ...SAMPLE, address, entry: { ...SAMPLE.entry, time: instant(at(0) + time) } };
}

/** Tally and judge alone: every offence is a ban, and nobody remembers it. */
const NOTHING: Past = {
  history: () => ({ priors: 0, overall: 0 }),
  current: () => undefined,
  bansSince: () => 0,
  stage: () => {},
};

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as (how: { readonly type: "minor" }) => void;

/** Batch by batch, so that neither making the matches counts nor clearing up after that. */
function batch(from: number, text: (id: number) => string): readonly Match[] {
  const made = Array.from({ length: 2000 }, (_, index) => match(text(from + index), from + index));
  collect({ type: "minor" });
  return made;
}

/** Strikes per CPU second. */
function strikes(
  count: number,
  text: (id: number) => string,
  past: Past = NOTHING,
): { perSecond: number; first: number; last: number; tally: Tally } {
  const tally = new Tally({ priors: (name, target, time) => past.history(name, target, time).priors });
  const policy = new Policy({
    tally,
    past,
    ignored: () => undefined,
    protected: () => undefined,
    random: () => 0,
  });
  policy.setJails([jail()]);
  const spent: number[] = [];
  for (let from = 0; from < count; from += 2000) {
    const failures = batch(from, text);
    const before = cpu();
    for (const one of failures) policy.failure("sshd", one, one.entry.time);
    tally.step();
    spent.push(cpu() - before);
  }
  const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);
  const fifth = Math.floor(spent.length / 5);
  const perStrike = (list: readonly number[]) => (sum(list) / (list.length * 2000)) * 1e9;
  return {
    perSecond: count / sum(spent),
    first: perStrike(spent.slice(fifth, 2 * fifth)),
    last: perStrike(spent.slice(-fifth)),
    tally,
  };
}

/** What anybody would write first, without judging: to compare within one run. */
function plainly(count: number, text: (id: number) => string): number {
  const times = new Map<string, number[]>();
  let spent = 0;
  for (let from = 0; from < count; from += 2000) {
    const failures = batch(from, text);
    const before = cpu();
    for (const { address, entry } of failures) {
      const list = (times.get(address.text) ?? []).filter((time) => entry.time - time <= 600_000);
      list.push(entry.time);
      if (list.length >= 5) times.delete(address.text);
      else times.set(address.text, list);
    }
    spent += cpu() - before;
  }
  return count / spent;
}

function counting(): void {
  const random = numbers(1);
  strikes(200_000, (id) => ip4(id % 5000));
  const mixes: [string, number, (id: number) => string, Past?][] = [
    ["50,000 IPv4 sources, each in turn", STRIKES, (id) => ip4(id % 50_000)],
    ["50,000 IPv6 sources, each in turn", STRIKES, (id) => ip6(id % 50_000)],
    ["50,000 IPv6 sources, and a store in memory", STRIKES, (id) => ip6(id % 50_000), new MemoryStore()],
    [
      "2,000 sources of both families at random",
      STRIKES,
      () => (random() < 0.5 ? ip4 : ip6)(Math.floor(random() * 2000)),
    ],
    [`${round(STRIKES)} distinct IPv4 sources, room for 100,000`, STRIKES, ip4],
    [`${round(STRIKES)} distinct IPv6 sources, room for 100,000`, STRIKES, ip6],
  ];
  for (const [name, count, text, past] of mixes) {
    const { perSecond, first, last, tally } = strikes(count, text, past);
    const plain = plainly(count, text);
    row(`count and judge, ${name}: a CPU second`, `${round(perSecond / 1e6, 2)} M`, {
      yardstick: `a Map of lists ${round(plain / 1e6, 2)} M`,
      ratio: times(perSecond / plain),
      aim: "≥ 1 M",
    });
    if (count === tally.counts().evicted + 100_000)
      row("  ns a strike, second fifth and last fifth", `${round(first, 0)}, ${round(last, 0)}`);
  }
}

/** In a process of its own for each family: memory that was freed before would be taken again unseen. */
function footprint(family: string): void {
  const text = family === "IPv4" ? ip4 : ip6;
  strikes(20_000, text);
  // What the heap keeps for passing things is not the tally's: let it grow to that before.
  for (let id = 0; id < 400_000; id += 1) match(text(id), id);
  const resident = () => {
    globalThis.gc?.();
    return process.memoryUsage().rss;
  };
  const before = Math.min(resident(), resident());
  // Several, so that what the heap grows by meanwhile is little beside them.
  const tallies = Array.from({ length: QUICK ? 3 : 10 }, () => {
    const tally = new Tally();
    tally.setJails([jail({ maxmatches: 0 })]);
    return tally;
  });
  // Four failures each: as many as are kept with maxretry 5.
  for (const tally of tallies) {
    for (let time = 0; time < 4; time += 1) {
      for (let id = 0; id < 100_000; id += 1) {
        tally.strike("sshd", match(text(id), time * 1000));
        if (id % 2000 === 0) tally.step();
      }
    }
    tally.step();
  }
  const each = (resident() - before) / tallies.length / 100_000;
  row(`memory a tracked ${family} source, by resident size`, `${round(each, 0)} B`, { aim: "≤ 100 B" });
  const [tally = new Tally()] = tallies;
  const began = cpu();
  const whole = tally.whole();
  const wrote = cpu();
  const again = new Tally();
  again.setJails([jail()]);
  again.restore([whole]);
  const times = `${round((wrote - began) * 1e3, 0)}, ${round((cpu() - wrote) * 1e3, 0)} ms`;
  row(`write down 100,000 ${family} sources, read them back`, times);
  row("  bytes a source", `${round(whole.length / 100_000, 0)} B`);
}

function ban(id: number, second: number): Ban {
  const target = network(id % 2 ? ip4(id) : `${ip6(id)}/64`);
  return {
    jail: "sshd",
    target,
    from: at(second),
    until: at(second + 86_400),
    cause: { kind: "offence", failures: 5 },
  };
}

function remembering(directory: string): void {
  const file = join(directory, "state.db");
  const open = () => new SqliteStore({ file, now: at(0), purgeAge: seconds(86_400) });
  let store = open();
  const tally = new Tally();
  tally.setJails([jail()]);
  let spent = 0;
  for (let batch = 0; batch < 100; batch += 1) {
    const bans = Array.from({ length: 1000 }, (_, index) => ban(batch * 1000 + index, batch));
    for (const one of bans) tally.strike("sshd", failure(one.target.text, batch));
    const before = cpu();
    store.save({ at: at(batch), bans, cursors: { journal: `cursor ${batch}` }, counts: tally });
    spent += cpu() - before;
  }
  row("save a decision, 1,000 a transaction", `${round((spent / 100_000) * 1e6)} µs`);
  const questions = 20_000;
  let before = cpu();
  for (let id = 0; id < questions; id += 1) store.history("sshd", ban(id * 7, 0).target);
  row("ask for the history of a source", `${round(((cpu() - before) / questions) * 1e6)} µs`);
  store.close();

  before = cpu();
  const wall = performance.now();
  store = open();
  const again = new Tally();
  again.setJails([jail()]);
  again.restore(store.counts());
  const want = wanted(store.activeBans(at(100)), () => EVERYTHING, at(100));
  const list = [...changes(want, [], { now: at(100) })];
  row(
    `from file to changes for ${round(list.length)} bans, counts included`,
    `${round(performance.now() - wall, 0)} ms`,
  );
  row("  of that CPU", `${round((cpu() - before) * 1e3, 0)} ms`);
  before = cpu();
  for (const _ of changes(want, want, { now: at(100) })) throw new Error("what is wanted is held");
  row("  reconcile that with an equal kernel", `${round((cpu() - before) * 1e3, 0)} ms`);
  store.close();
}

function history(directory: string): void {
  const file = join(directory, "history.db");
  const size = (store: SqliteStore) => {
    store.close();
    return statSync(file).size / 1e6;
  };
  const day = 86_400;
  let store = new SqliteStore({ file, now: at(0), purgeAge: seconds(365 * day) });
  let slowest = 0;
  for (let from = 0; from < HISTORY; from += 1000) {
    // A million bans in ten days: over after a minute, so that the active ones stay few.
    const second = Math.floor((from / HISTORY) * 10 * day);
    const bans = Array.from({ length: 1000 }, (_, index) => ({ ...ban(from + index, second), until: at(second + 60) }));
    const before = performance.now();
    store.save({ at: at(second), bans });
    slowest = Math.max(slowest, performance.now() - before);
  }
  row(`the file after ${round(HISTORY)} bans of history`, `${round(size(store))} MB`);
  row("  the slowest save of 1,000", `${round(slowest, 0)} ms`);
  store = new SqliteStore({ file, now: at(10 * day), purgeAge: seconds(day) });
  let saves = 0;
  slowest = 0;
  for (; saves < 4_000; saves += 1) {
    const before = performance.now();
    store.save({ at: at(12 * day) });
    slowest = Math.max(slowest, performance.now() - before);
  }
  row(`  and after ${round(saves)} saves with a purge age of a day`, `${round(size(store))} MB`);
  row("  the slowest of them", `${round(slowest, 0)} ms`);
}

function everything(): void {
  for (const family of ["IPv4", "IPv6"]) {
    const { status } = spawnSync(process.execPath, ["--expose-gc", import.meta.filename, family], { stdio: "inherit" });
    if (status !== 0) throw new Error(`the footprint of ${family} was not measured`);
  }
  const directory = mkdtempSync(join(tmpdir(), "bailiff-bench-"));
  try {
    counting();
    remembering(directory);
    history(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const asked = process.argv[2] ?? "";
if (asked.startsWith("IP")) footprint(asked);
else everything();
