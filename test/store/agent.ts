import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatNetwork, parseNetwork } from "../../src/core/address.ts";
import { type Ban, type Change, type Held, heldKey } from "../../src/core/ban.ts";
import type { Escalation } from "../../src/core/judge.ts";
import { Policy } from "../../src/core/policy.ts";
import { changes, changesOf, wanted } from "../../src/core/reconcile.ts";
import { Tally } from "../../src/core/tally.ts";
import { type Instant, instant, seconds } from "../../src/core/time.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import type { Counts } from "../../src/store/store.ts";
import { at, attack, EVERYTHING, jail } from "../core/fixtures.ts";

/**
 * An agent in small, for crashing: reads a made-up stream from where it left off, decides, saves, and then tells a
 * "kernel" that is a file. With `dieAt`, it kills itself with SIGKILL at that step, whatever it is doing.
 */
export interface AgentOptions {
  readonly directory: string;
  readonly seed: number;
  readonly count: number;
  readonly batch: number;
  /** Seconds that the clock is ahead of the stream: what was lost in earlier crashes. */
  readonly late: number;
  /** A source without a cursor: what was taken from it is gone. It dies only where nothing is in its hands. */
  readonly forgetful?: boolean;
  readonly dieAt?: number;
}

const SSHD = jail({
  growth: { increment: true, factor: 1, overalljails: true, decay: seconds(86_400) },
  knownOffenders: true,
  forgive: "shorten",
  maxmatches: 2,
  bantime: seconds(60),
  spread: { ip: { count: 4, length: 24 }, ip6: { count: 4, length: 56 } },
});
const RECIDIVE = jail({ name: "recidive", maxretry: 1 });
const ESCALATION: Escalation = { jail: RECIDIVE, bans: 4, findtime: seconds(86_400), bantime: seconds(604_800) };

/** Until the end of the stream; the time it ended at. */
export function agent(options: AgentOptions): Instant {
  const { directory, late } = options;
  const stream = attack(options.seed, options.count);
  let latest = 0;
  const times = stream.map((match) => {
    latest = Math.max(latest, match.entry.time);
    return latest;
  });
  const clock = (index: number): Instant => instant((times[index] ?? 0) + late * 1000);

  let ticks = 0;
  const mayDie = () => {
    ticks += 1;
    if (ticks === options.dieAt) process.kill(process.pid, "SIGKILL");
  };
  const mayDieAtWork = () => {
    if (!options.forgetful) mayDie();
  };

  const store = new SqliteStore({ file: join(directory, "state.db"), now: at(0), purgeAge: seconds(9e7) });
  const tally = new Tally({
    capacity: 30,
    priors: (name, target) => {
      mayDieAtWork();
      return store.history(name, target).priors;
    },
  });
  const policy = new Policy({
    tally,
    past: store,
    ignored: (_, target) => (target.text.endsWith(".2") ? "ignoreip" : undefined),
    protected: () => undefined,
    random: () => 0,
  });
  policy.setJails([SSHD, RECIDIVE], ESCALATION);
  if (!tally.restore(store.counts())) throw new Error("counts were damaged");

  // Dies within the transaction, before it is committed.
  const counts: Counts = {
    step: () => {
      mayDieAtWork();
      return tally.step();
    },
    whole: () => {
      mayDieAtWork();
      return tally.whole();
    },
  };

  const position = join(directory, "position");
  const cursor = options.forgetful
    ? existsSync(position)
      ? readFileSync(position, "utf8")
      : undefined
    : store.cursor("stream");
  let from = Number(cursor ?? 0);
  const start = clock(Math.max(0, from - 1));
  const want = wanted(store.activeBans(start), () => EVERYTHING, start);
  carry(directory, mayDie, [...changes(want, held(directory), { now: start })]);
  while (from < stream.length) {
    const to = Math.min(stream.length, from + options.batch);
    const now = clock(to - 1);
    if (options.forgetful) writeFileSync(position, String(to));
    const bans: Ban[] = [];
    for (let index = from; index < to; index += 1) {
      const match = stream[index];
      if (match === undefined) break;
      mayDieAtWork();
      if (index % 17 === 3) policy.success("sshd", match.address, match.entry);
      for (const { verdict, escalated } of policy.failure("sshd", match, now)) {
        for (const one of [verdict, escalated]) if (one && one.kind !== "spare") bans.push(one.ban);
        mayDieAtWork();
      }
    }
    store.save({ at: now, cursors: { stream: String(to) }, counts, failures: { sshd: to - from } });
    mayDie();
    carry(
      directory,
      mayDie,
      changesOf(
        bans.map(({ target }) => ({ scope: EVERYTHING.name, target })),
        (target) => store.bansOn(target, now),
        { scopeOf: () => EVERYTHING, now },
      ),
    );
    mayDie();
    from = to;
  }
  const troubles = store.troubles();
  if (troubles.length > 0) throw new Error(troubles.join("\n"));
  store.close();
  return instant(latest);
}

/** Elements and their ends: a later line of the same element wins. */
export function held(directory: string): Held[] {
  const file = join(directory, "kernel");
  const elements = new Map<string, Held>();
  if (!existsSync(file)) return [];
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [text, until] = line.split(" ");
    const target = parseNetwork(text ?? "");
    if (target === undefined) continue;
    const element = {
      scope: EVERYTHING.name,
      target,
      ...(until === "forever" ? {} : { until: instant(Number(until)) }),
    };
    if (until === "gone") elements.delete(heldKey(element));
    else elements.set(heldKey(element), element);
  }
  return [...elements.values()];
}

function carry(directory: string, mayDie: () => void, list: readonly Change[]): void {
  for (const change of list) {
    const until = change.kind === "unban" ? "gone" : (change.until ?? "forever");
    appendFileSync(join(directory, "kernel"), `${formatNetwork(change.target)} ${until}\n`);
    mayDie();
  }
}

if (process.argv[1] === import.meta.filename) agent(JSON.parse(process.argv[2] ?? "{}"));
