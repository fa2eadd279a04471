import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Entry } from "../../src/core/entry.ts";
import { judgeProvenance, type ProvenanceRule } from "../../src/core/provenance.ts";
import { type Duration, duration, FOREVER, instant, seconds } from "../../src/core/time.ts";
import { BailiffError, type ErrorCode } from "../../src/errors.ts";
import { type JournalOptions, journal } from "../../src/sources/journal.ts";
import { remoteJournals } from "../../src/sources/journal-remote.ts";
import type { Source } from "../../src/sources/source.ts";
import { type Clock, systemClock } from "../../src/system/clock.ts";
import { heldBytes } from "../memory.ts";
import {
  exported,
  noCgroups,
  noJournalFiles,
  noPrivateJournald,
  PrivateJournald,
  writeJournal,
} from "./private-journald.ts";

const READER = fileURLToPath(new URL("journal-reader.ts", import.meta.url));
const FIRST_BOOT = "0f0e0d0c0b0a09080706050403020100";
const SECOND_BOOT = "1f0e0d0c0b0a09080706050403020100";

const sshd: ProvenanceRule = {
  identifiers: ["sshd"],
  units: ["ssh.service"],
  uids: [0],
  transports: ["syslog", "journal", "stdout"],
};

function sourceOf(options: Partial<JournalOptions>): Source {
  return journal({
    name: "journal",
    identifiers: ["sshd"],
    kernel: false,
    trust: "local",
    lookBack: FOREVER,
    clock: systemClock,
    ...options,
  });
}

/** Reads until `count` entries are there, and a moment longer in case there are more. */
async function read(source: Source, count: number, cursor?: string): Promise<Entry[]> {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), 30_000);
  const entries: Entry[] = [];
  if (count === 0) setTimeout(() => stop.abort(), 500);
  try {
    for await (const batch of source.entries({ signal: stop.signal, ...(cursor === undefined ? {} : { cursor }) })) {
      entries.push(...batch);
      if (entries.length >= count) setTimeout(() => stop.abort(), 300);
    }
  } finally {
    clearTimeout(limit);
  }
  return entries;
}

function messages(entries: readonly Entry[]): string[] {
  return entries.map((entry) => entry.message);
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `message ${from + at}`);
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1500; tries += 1) {
    if (holds()) return;
    await delay(20);
  }
  assert.fail(`it never came to it that ${what}`);
}

async function fails(source: Source, code: ErrorCode, words: RegExp, cursor?: string): Promise<BailiffError> {
  const error = await read(source, 1, cursor).then(
    () => assert.fail("it did not fail"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof BailiffError, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, words);
  return error;
}

async function directory(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "bailiff-journal-"));
  t.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function journald(t: TestContext): Promise<PrivateJournald> {
  const made = await PrivateJournald.make();
  t.after(() => made.remove());
  return made;
}

const START = 1_795_000_000_000_000;

interface Made {
  readonly boot?: string;
  /** By how many seconds the clock was behind. */
  readonly behind?: number;
  readonly fields?: Readonly<Record<string, string | number>>;
}

/** Entries `from`…`to` of sshd, a second apart, in the export format. */
function exportedRange(from: number, to: number, { boot = FIRST_BOOT, behind = 0, fields = {} }: Made = {}): string {
  let text = "";
  for (let at = from; at <= to; at += 1) {
    text += exported({
      __REALTIME_TIMESTAMP: START + (at - behind) * 1e6,
      __MONOTONIC_TIMESTAMP: 1e6 + (boot === FIRST_BOOT ? at : at - from) * 1e6,
      _BOOT_ID: boot,
      _MACHINE_ID: "00112233445566778899aabbccddeeff",
      _HOSTNAME: "host.example.org",
      _TRANSPORT: "syslog",
      _UID: 0,
      _PID: 77,
      _SYSTEMD_UNIT: "ssh.service",
      SYSLOG_IDENTIFIER: "sshd",
      MESSAGE: `message ${at}`,
      ...fields,
    });
  }
  return text;
}

describe("the journal source on journal files", { skip: noJournalFiles }, () => {
  it("reads on after the cursor, into the next boot", async (t) => {
    const at = await directory(t);
    await writeJournal(at, "a", exportedRange(1, 20));
    await writeJournal(at, "b", exportedRange(21, 40, { boot: SECOND_BOOT }));
    const source = sourceOf({ directory: at });
    const all = await read(source, 40);
    assert.deepEqual(messages(all), numbered(1, 40));
    for (const cut of [1, 10, 19, 20, 21, 39]) {
      const rest = await read(source, 40 - cut, all[cut - 1]?.cursor);
      assert.deepEqual(messages(rest), numbered(cut + 1, 40), `after ${cut}`);
    }
    assert.deepEqual(messages(await read(source, 0, all[39]?.cursor)), []);
    assert.equal(source.status().counters.gaps, 0);
    assert.deepEqual(source.status().troubles, []);
    assert.deepEqual(all[0]?.origin, {
      kind: "journal",
      trust: "local",
      transport: "syslog",
      uid: 0,
      unit: "ssh.service",
      machine: "00112233445566778899aabbccddeeff",
      host: "host.example.org",
    });
    assert.equal(all[0]?.time, instant((START + 1e6) / 1000));
  });

  for (const behind of [15.5, 3600]) {
    it(`reads on over a reboot after which the clock was ${behind} s behind, where journald began a new series of files`, async (t) => {
      const at = await directory(t);
      const others = { fields: { SYSLOG_IDENTIFIER: "other" } };
      await writeJournal(at, "system@0006", exportedRange(1, 20));
      await writeJournal(
        at,
        "system",
        exportedRange(20, 20, { boot: SECOND_BOOT, behind, ...others }) +
          exportedRange(21, 40, { boot: SECOND_BOOT, behind }),
      );
      const source = sourceOf({ directory: at });
      const [tenth] = (await read(source, 20)).filter(({ message }) => message === "message 10");
      const all = await read(source, 30, tenth?.cursor);
      assert.deepEqual(messages(all), numbered(11, 40));
      for (const cut of [11, 19, 20, 21, 30, 39]) {
        const from = all[cut - 11]?.cursor;
        assert.deepEqual(messages(await read(source, 40 - cut, from)), numbered(cut + 1, 40), `after ${cut}`);
      }
      assert.deepEqual(messages(await read(source, 0, all.at(-1)?.cursor)), []);
      assert.equal(source.status().counters.gaps, 0);
      // As with a journal in memory: what the place lay in is gone.
      rmSync(join(at, "system@0006.journal"));
      assert.deepEqual(messages(await read(source, 20, tenth?.cursor)), numbered(21, 40));
      assert.equal(source.status().counters.gaps, 1);
    });
  }

  it("tells a gap with its times when the cursor's entry is gone, and misses nothing that is left", async (t) => {
    const at = await directory(t);
    await writeJournal(at, "a", exportedRange(1, 20));
    const [, , , , fifth] = await read(sourceOf({ directory: at }), 20);
    await writeJournal(at, "b", exportedRange(21, 30, { boot: SECOND_BOOT }));
    rmSync(join(at, "a.journal"));
    const source = sourceOf({ directory: at });
    assert.deepEqual(messages(await read(source, 10, fifth?.cursor)), numbered(21, 30));
    assert.equal(source.status().counters.gaps, 1);
    const [trouble = ""] = source.status().troubles;
    const second = (number: number) => new Date((START + number * 1e6) / 1000).toISOString().replace(".000Z", "Z");
    assert.ok(trouble.includes(second(5)) && trouble.includes(second(21)), trouble);
  });

  it("takes other identifiers than before for no gap", async (t) => {
    const at = await directory(t);
    await writeJournal(
      at,
      "a",
      exportedRange(1, 5) + exportedRange(6, 9, { fields: { SYSLOG_IDENTIFIER: "dovecot" } }),
    );
    const third = (await read(sourceOf({ directory: at }), 5))[2];
    const source = sourceOf({ directory: at, identifiers: ["dovecot"] });
    assert.deepEqual(messages(await read(source, 4, third?.cursor)), numbered(6, 9));
    assert.equal(source.status().counters.gaps, 0);
  });

  it("goes on at the time of a cursor that journalctl does not know, or else as far back as configured", async (t) => {
    const at = await directory(t);
    await writeJournal(at, "a", exportedRange(1, 9));
    const time = (START + 4e6).toString(16);
    for (const [cursor, expected] of [
      [`v2;t=${time};z=1`, numbered(5, 9)],
      [`s=nonsense;t=${time}`, numbered(5, 9)],
      ["bogus", numbered(1, 9)],
      ["", numbered(1, 9)],
      ["--help", numbered(1, 9)],
      ["s=1;t=zz", numbered(1, 9)],
    ] as const) {
      const source = sourceOf({ directory: at });
      assert.deepEqual(messages(await read(source, expected.length, cursor)), expected, cursor);
      assert.equal(source.status().counters.gaps, 1);
      assert.match(source.status().troubles[0] ?? "", /saved place/);
    }
  });

  it("looks back no further than configured where there is no cursor", async (t) => {
    const at = await directory(t);
    await writeJournal(at, "a", exportedRange(1, 9));
    const clock = { ...systemClock, now: () => instant((START + 9e6) / 1000) };
    assert.deepEqual(messages(await read(sourceOf({ directory: at, lookBack: seconds(3), clock }), 4)), numbered(6, 9));
  });

  it("asks for the kernel's messages and for patterns of identifiers", async (t) => {
    const at = await directory(t);
    const kernel = exported({
      __REALTIME_TIMESTAMP: START + 50e6,
      __MONOTONIC_TIMESTAMP: 50e6,
      _BOOT_ID: FIRST_BOOT,
      _TRANSPORT: "kernel",
      SYSLOG_IDENTIFIER: "kernel",
      MESSAGE: "from the kernel",
    });
    const postfix = exportedRange(10, 11, { fields: { SYSLOG_IDENTIFIER: "postfix/smtpd" } });
    await writeJournal(at, "a", exportedRange(1, 2) + postfix + kernel);
    const found = async (identifiers: string[], kernelToo: boolean, count: number) =>
      messages(await read(sourceOf({ directory: at, identifiers, kernel: kernelToo }), count));
    assert.deepEqual(await found(["sshd"], true, 3), ["message 1", "message 2", "from the kernel"]);
    assert.deepEqual(await found([], true, 1), ["from the kernel"]);
    assert.deepEqual(await found(["sshd", "postfix/smtpd"], false, 4), [...numbered(1, 2), ...numbered(10, 11)]);
    assert.equal((await found(["postfix/*"], false, 5)).length, 5);
  });

  it("reads past a corrupt file", async (t) => {
    const at = await directory(t);
    await writeJournal(at, "good", exportedRange(1, 20));
    await writeJournal(at, "bad", exportedRange(100, 120, { boot: SECOND_BOOT }));
    const bytes = readFileSync(join(at, "bad.journal"));
    writeFileSync(join(at, "bad.journal"), bytes.subarray(0, 300));
    writeFileSync(join(at, "zero.journal"), Buffer.alloc(100_000));
    writeFileSync(join(at, "garbage.journal"), Buffer.alloc(100_000, "LPKSHHRH garbage "));
    assert.deepEqual(messages(await read(sourceOf({ directory: at }), 20)), numbered(1, 20));
  });

  it("marks what follows a line that a container's log driver cut", async (t) => {
    const at = await directory(t);
    const line = "Failed password for root from 192.0.2.7 port 22 ssh2";
    const cut = { CONTAINER_PARTIAL_MESSAGE: "true" };
    const said = [
      { PRIORITY: 6, MESSAGE: "x".repeat(16_384), ...cut },
      // Somebody who knows the container's name, and the container's standard error, in between.
      { PRIORITY: 6, MESSAGE: "forged", _PID: 4711, _UID: 65534 },
      { PRIORITY: 3, MESSAGE: "an error" },
      { PRIORITY: 6, MESSAGE: line },
      { PRIORITY: 6, MESSAGE: "forged", _PID: 4711, _UID: 65534, ...cut },
      { PRIORITY: 6, MESSAGE: "whole" },
    ];
    const container = { CONTAINER_ID_FULL: "f".repeat(64), CONTAINER_NAME: "web", _TRANSPORT: "journal" };
    const text = said.map((fields, index) => exportedRange(index, index, { fields: { ...container, ...fields } }));
    await writeJournal(at, "a", text.join(""));
    const entries = await read(sourceOf({ directory: at, containers: true }), 5);
    assert.deepEqual(
      entries.map(({ message, origin }) => [message, origin.kind === "journal" && origin.continuation === true]),
      [
        ["forged", false],
        ["an error", false],
        [line, true],
        ["forged", false],
        ["whole", false],
      ],
    );
  });

  it("keeps foreign journals apart by their machine, and remote ones by their trust", async (t) => {
    const at = await directory(t);
    await writeJournal(at, "a", exportedRange(1, 1));
    const rule = { ...sshd, machine: "ffeeddccbbaa99887766554433221100" };
    const [local] = await read(sourceOf({ directory: at }), 1);
    const [remote] = await read(sourceOf({ directory: at, trust: "remote" }), 1);
    assert.equal(local && judgeProvenance(local, rule), "foreign_machine");
    assert.equal(remote && judgeProvenance(remote, rule), "remote_journal");
  });

  it("says that there is no journal", async (t) => {
    const at = await directory(t);
    await fails(sourceOf({ directory: at }), "SOURCE_BROKEN", /there are no journal files/);
    await fails(sourceOf({ directory: join(at, "absent") }), "SOURCE_BROKEN", /there are no journal files/);
  });
});

describe("journals that other machines uploaded", { skip: noJournalFiles }, () => {
  /** Without the seconds between two looks for what is new. */
  const clock: Clock = { ...systemClock, sleep: (_length, signal) => systemClock.sleep(duration(50), signal) };

  /** A source, what it has told so far, and how to end it, after which it can be read again from its last cursor. */
  function uploads(at: string, saved?: string, journalctl?: string) {
    const source = remoteJournals({
      ...(journalctl === undefined ? {} : { journalctl }),
      name: "uploads",
      directory: at,
      identifiers: ["sshd"],
      kernel: false,
      trust: "remote",
      lookBack: seconds(600),
      clock,
    });
    const told: string[] = [];
    let cursor = saved;
    const follow = () => {
      const stop = new AbortController();
      const done = (async () => {
        for await (const batch of source.entries({
          signal: stop.signal,
          ...(cursor === undefined ? {} : { cursor }),
        })) {
          told.push(...messages(batch));
          cursor = batch.findLast((entry) => entry.cursor !== undefined)?.cursor ?? cursor;
        }
      })();
      return {
        /** Waits until it has told exactly these, in whatever order. */
        tells: async (expected: readonly string[]) => {
          await Promise.race([until(`it tells ${expected}, not ${told}`, () => told.length >= expected.length), done]);
          await delay(200);
          assert.deepEqual([...told].sort(), [...expected].sort());
        },
        stop: async () => {
          stop.abort();
          await done;
        },
      };
    };
    return { source, follow };
  }

  /** One entry of a machine, dated so many seconds after START. */
  async function upload(at: string, name: string, said: string, second: number, boot = name): Promise<void> {
    const fields = {
      __REALTIME_TIMESTAMP: START + second * 1e6,
      __MONOTONIC_TIMESTAMP: second * 1e6,
      MESSAGE: said,
    };
    await writeJournal(at, `remote-${name}`, exportedRange(second, second, { boot: boot.repeat(32), fields }));
  }

  it("are all read, once, whatever their clocks say and however late they come", async (t) => {
    const at = await directory(t);
    const { source, follow } = uploads(at);
    // Of the year 2099.
    await upload(at, "a", "a1", 2_300_000_000);
    const first = follow();
    await first.tells(["a1"]);
    await upload(at, "b", "b1", 1000);
    await upload(at, "c", "c1", 500);
    await first.tells(["a1", "b1", "c1"]);
    await upload(at, "c", "c2", 501);
    await upload(at, "b", "b2", 1001);
    await upload(at, "a", "a2", 2_300_000_001);
    await first.tells(["a1", "b1", "c1", "c2", "b2", "a2"]);
    await first.stop();
    await upload(at, "c", "c3", 502);
    // After a reboot of theirs.
    await upload(at, "c", "c4", 503, "d");
    // As systemd-journal-remote begins a new file.
    const finished = `remote-b@${"0".repeat(32)}-${"1".repeat(16)}-${"2".repeat(16)}.journal`;
    const again = follow();
    await again.tells(["a1", "b1", "c1", "c2", "b2", "a2", "c3", "c4"]);
    renameSync(join(at, "remote-b.journal"), join(at, finished));
    await upload(at, "b", "b3", 1002);
    await again.tells(["a1", "b1", "c1", "c2", "b2", "a2", "c3", "c4", "b3"]);
    await again.stop();
    assert.deepEqual(source.status().troubles, []);
    assert.equal(source.status().counters.read, 9);
  });

  it("are all read though files are finished and begun between two looks at them", async (t) => {
    const [at, second, third] = [await directory(t), await directory(t), await directory(t)];
    await upload(at, "a", "a1", 1);
    await upload(second, "a", "a2", 2);
    await upload(third, "a", "a3", 3);
    const finished = (count: number): string =>
      join(at, `remote-a@${"5".repeat(32)}-${String(count).padStart(16, "0")}-${"6".repeat(16)}.journal`);
    // Twice, before the first of them has opened what it was told to read.
    const name = "remote-a.journal";
    const script = [
      `mkdir ${third}/done 2>/dev/null && mv ${at}/${name} ${finished(1)}`,
      `[ -e ${second}/${name} ] && mv ${second}/${name} ${finished(2)} && mv ${third}/${name} ${at}/${name}`,
      'exec journalctl "$@"',
    ];
    const journalctl = join(third, "journalctl");
    await writeFile(journalctl, `#!/bin/sh\n${script.join("\n")}\n`);
    await chmod(journalctl, 0o755);
    const { source, follow } = uploads(at, undefined, journalctl);
    const reading = follow();
    await reading.tells(["a1", "a2", "a3"]);
    await reading.stop();
    assert.deepEqual(source.status().troubles, []);
  });

  it("are known again by names with blanks, and read from a place that makes no sense as from none", async (t) => {
    const at = await directory(t);
    const { follow } = uploads(at, "%zz s=1\nremote-a s=nonsense\n\ud800 s=\n");
    await upload(at, "a b%20c\n*", "a1", 1, "a");
    const first = follow();
    await first.tells(["a1"]);
    await first.stop();
    await upload(at, "a b%20c\n*", "a2", 2, "a");
    const again = follow();
    await again.tells(["a1", "a2"]);
    await again.stop();
  });

  it("are read though files of others among them are damaged", async (t) => {
    const at = await directory(t);
    await upload(at, "a", "a1", 1);
    await upload(at, "b", "b1", 2);
    const bytes = readFileSync(join(at, "remote-b.journal"));
    writeFileSync(join(at, `remote-a@${"0".repeat(32)}-${"1".repeat(16)}-${"2".repeat(16)}.journal`), "no journal");
    writeFileSync(join(at, "remote-b.journal"), bytes.subarray(0, 5000));
    const { source, follow } = uploads(at);
    const reading = follow();
    await reading.tells(["a1"]);
    assert.match(source.status().troubles.join(), /^remote-b: no journal/);
    writeFileSync(join(at, "remote-b.journal"), bytes);
    await reading.tells(["a1", "b1"]);
    assert.deepEqual(source.status().troubles, []);
    await reading.stop();
  });

  it("are missed when there are none", async (t) => {
    await assert.rejects(
      uploads(await directory(t))
        .follow()
        .tells(["a1"]),
      { code: "SOURCE_BROKEN" },
    );
  });
});

describe("the journal source on what is not journalctl", { skip: noJournalFiles }, () => {
  async function fake(t: TestContext, script: string): Promise<Source & { at: string }> {
    const at = await directory(t);
    await writeJournal(at, "a", exportedRange(1, 1));
    const path = join(at, "journalctl");
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return Object.assign(sourceOf({ directory: at, journalctl: path }), { at: path });
  }

  it("says that it is missing", async (t) => {
    const at = await directory(t);
    await writeJournal(at, "a", exportedRange(1, 1));
    await fails(sourceOf({ directory: at, journalctl: join(at, "absent") }), "SOURCE_BROKEN", /could not be started/);
  });

  it("tells its last words, without their control characters", async (t) => {
    const source = await fake(t, 'printf "one\\ntwo \\033[31mred" >&2; exit 5');
    await fails(source, "SOURCE_BROKEN", /ended with status 5: two \?\[31mred$/);
  });

  it("tells which signal ended it", async (t) => {
    await fails(await fake(t, "kill -KILL $$"), "SOURCE_BROKEN", /was ended by SIGKILL/);
  });

  it("does not take one that is stopped for a quiet journal", async (t) => {
    // What happens every ten seconds happens every tenth of one.
    const clock = { ...systemClock, sleep: (length: Duration) => systemClock.sleep(duration(length / 100)) };
    const line = JSON.stringify({ __CURSOR: "s=1", __REALTIME_TIMESTAMP: "1", MESSAGE: "before" });
    const { at: path } = await fake(t, `printf %s $$ >"$0.pid"; echo '${line}'; kill -STOP $$; exec sleep 60`);
    const source = sourceOf({ directory: dirname(path), journalctl: path, clock });
    await assert.rejects(read(source, 2), { code: "SOURCE_BROKEN", message: /halted by a signal/ });
    assert.equal(source.status().counters.read, 1);
    const pid = Number(readFileSync(`${path}.pid`, "utf8"));
    assert.throws(() => process.kill(pid, 0), "it is left behind");
  });

  it("does not wait for one that is stopped while it looks back", async (t) => {
    const clock = { ...systemClock, sleep: (length: Duration) => systemClock.sleep(duration(length / 100)) };
    const { at: path } = await fake(t, 'case "$*" in *--since*) kill -STOP $$ ;; esac; exec journalctl "$@"');
    const at = dirname(path);
    const [first] = await read(sourceOf({ directory: at }), 1);
    await writeJournal(at, "a", exportedRange(2, 3));
    const source = sourceOf({ directory: at, journalctl: path, clock, recall: seconds(600) });
    const stop = new AbortController();
    const told: string[] = [];
    for await (const batch of source.entries({ cursor: first?.cursor ?? "", recall: true, signal: stop.signal })) {
      told.push(...messages(batch));
      if (told.length >= 2) stop.abort();
    }
    assert.deepEqual(told, numbered(2, 3));
  });

  it("throws when it ends in good order, for it should not end", async (t) => {
    await fails(await fake(t, "exit 0"), "SOURCE_BROKEN", /ended with status 0/);
  });

  it("gives up on garbage", async (t) => {
    const source = await fake(t, "while :; do echo '{\"MESSAGE\":5}'; echo garbage; echo; done");
    await fails(source, "SOURCE_BROKEN", /no journal entries/);
    assert.ok((source.status().counters.malformed ?? 0) >= 1000);
  });

  it("gives up on a line that has no end", async (t) => {
    const source = await fake(t, "exec cat /dev/zero");
    await fails(source, "SOURCE_BROKEN", /a line without an end/);
    assert.equal(source.status().counters.linetoolong, 1);
  });

  for (const [what, script] of [
    ["lines", "while :; do echo garbage; done"],
    ["a line that has no end", "exec cat /dev/zero"],
  ] as const) {
    it(`looks back no longer where that prints ${what}, and goes on`, async (t) => {
      const { at: path } = await fake(t, `case "$*" in *--since*) ${script} ;; esac; exec journalctl "$@"`);
      const at = dirname(path);
      const [first] = await read(sourceOf({ directory: at }), 1);
      await writeJournal(at, "a", exportedRange(2, 3));
      const source = sourceOf({ directory: at, journalctl: path, recall: seconds(600) });
      const stop = new AbortController();
      const told: string[] = [];
      for await (const batch of source.entries({ cursor: first?.cursor ?? "", recall: true, signal: stop.signal })) {
        told.push(...messages(batch));
        if (told.length >= 2) stop.abort();
      }
      assert.deepEqual(told, numbered(2, 3));
    });
  }

  it("skips a line of 60 MB without keeping it", async (t) => {
    const line = JSON.stringify({ __CURSOR: "s=1", __REALTIME_TIMESTAMP: "1", MESSAGE: "after" });
    const source = await fake(
      t,
      `head -c 60000000 /dev/zero | tr '\\0' x; : >"$0.said"; until [ -e "$0.go" ]; do sleep 0.05; done; echo; echo '${line}'; exec sleep 60`,
    );
    const [said, go] = [`${source.at}.said`, `${source.at}.go`];
    const before = heldBytes();
    const reading = read(source, 1);
    await until("the line is written, but for its end", () => existsSync(said));
    // The runtime frees in the background.
    await until("what was read of it is let go", () => heldBytes() - before < 10e6);
    await writeFile(go, "");
    assert.deepEqual(messages(await reading), ["after"]);
    assert.ok((source.status().counters.linetoolong ?? 0) >= 1);
  });

  it("takes a refused cursor for a gap, and other refusals for what they are", async (t) => {
    const cursor = `s=${"0".repeat(32)};i=1;b=${FIRST_BOOT};m=1;t=1;x=1`;
    const refuse = 'case "$*" in *--lines=1*) echo "$WORDS" >&2; exit 1;; esac; exec sleep 60';
    const lost = await fake(t, `WORDS="Failed to seek to cursor: Invalid argument"; ${refuse}`);
    assert.deepEqual(await read(lost, 0, cursor), []);
    assert.equal(lost.status().counters.gaps, 1);
    const denied = await fake(t, `WORDS="No journal files were opened due to insufficient permissions."; ${refuse}`);
    await fails(denied, "JOURNAL_REFUSED", /not allowed/, cursor);
  });

  it("makes journalctl wait while nobody takes its entries", async (t) => {
    const line = JSON.stringify({ __CURSOR: "s=1", __REALTIME_TIMESTAMP: "1", MESSAGE: "x".repeat(1000) });
    const source = await fake(t, `printf %s "$$" > "$0.pid"; exec yes '${line}'`);
    const stop = new AbortController();
    const iterator = source.entries({ signal: stop.signal })[Symbol.asyncIterator]();
    await iterator.next();
    const at = source.status().description.replace(/^journal in /, "");
    const pid = readFileSync(join(at, "journalctl.pid"), "utf8");
    const written = () => Number(/^wchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
    await delay(300);
    const before = written();
    await delay(300);
    assert.equal(written(), before);
    assert.ok(before < 2e6, `${before} bytes were taken though nobody asked`);
    stop.abort();
    await iterator.return?.();
    assert.throws(() => process.kill(Number(pid), 0), "journalctl is left behind");
  });
});

describe("the journal source on a private journald", { skip: noPrivateJournald || noJournalFiles }, () => {
  /** The reader as a program of its own: outside, or inside the private journald's namespace. */
  function spawnReader(
    options: Partial<JournalOptions>,
    more: { file?: string; inside?: PrivateJournald; uid?: number; env?: NodeJS.ProcessEnv } = {},
  ) {
    const argv = [process.execPath, READER, JSON.stringify(options), ...(more.file === undefined ? [] : [more.file])];
    const uid = more.uid === undefined ? {} : { uid: more.uid };
    const child = more.inside
      ? spawn("nsenter", more.inside.insideArguments(argv, uid), { stdio: ["ignore", "pipe", "pipe"] })
      : spawn(argv[0] ?? "", argv.slice(1), { stdio: ["ignore", "pipe", "pipe"], env: more.env ?? process.env });
    const told = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      told.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      told.stderr += text;
    });
    return { child, told, gone: new Promise<void>((resolve) => child.once("close", () => resolve())) };
  }

  function linesOf(path: string): string[] {
    try {
      return readFileSync(path, "utf8").split("\n").slice(0, -1);
    } catch {
      // Nothing is stored yet.
      return [];
    }
  }

  function stored(path: string): string[] {
    return linesOf(path).map((line) => (JSON.parse(line) as Entry).message);
  }

  async function end(reader: { child: ChildProcess; gone: Promise<void> }, signal: NodeJS.Signals): Promise<void> {
    reader.child.kill(signal);
    await reader.gone;
  }

  it("follows what is logged, over restarts, rotations and vacuums of journald", async (t) => {
    const machine = await journald(t);
    await machine.start({ boot: FIRST_BOOT });
    const source = sourceOf({ directory: machine.persistent });
    const stop = new AbortController();
    t.after(() => stop.abort());
    const entries: Entry[] = [];
    const reading = (async () => {
      for await (const batch of source.entries({ signal: stop.signal })) entries.push(...batch);
    })();
    await machine.log("sshd", numbered(1, 500));
    await machine.rotate();
    await machine.log("sshd", numbered(501, 1000));
    await machine.rotate();
    await until("all is read", () => entries.length === 1000);
    await machine.vacuum(1);
    await machine.log("sshd", numbered(1001, 1100));
    // What journald has not read yet when it is killed is nobody's.
    await until("what was logged before the kill is read", () => entries.length === 1100);
    await machine.stop("SIGKILL");
    await machine.start({ boot: FIRST_BOOT });
    await machine.log("sshd", numbered(1101, 1200));
    await machine.stop();
    await machine.start({ boot: SECOND_BOOT });
    await machine.log("sshd", numbered(1201, 1300));
    await until("all is read", () => entries.length >= 1300);
    stop.abort();
    await reading;
    assert.deepEqual(messages(entries), numbered(1, 1300));
    assert.deepEqual(source.status().troubles, []);
  });

  for (const lookBack of [FOREVER, seconds(600)]) {
    it(`follows what is logged after a boot whose clock was ahead, looking back ${lookBack} ms at its first start`, async (t) => {
      const log = await journald(t);
      mkdirSync(log.persistent);
      const behind = START / 1e6 - Date.now() / 1000 - 7200;
      await writeJournal(log.persistent, "system@0006", exportedRange(1, 3, { behind }));
      await log.start({ boot: SECOND_BOOT });
      await log.log("sshd", "message 4");
      const source = sourceOf({ directory: log.persistent, lookBack });
      const stop = new AbortController();
      const limit = setTimeout(() => stop.abort(), 30_000);
      const entries: Entry[] = [];
      for await (const batch of source.entries({ signal: stop.signal })) {
        entries.push(...batch);
        if (entries.length === 4) await log.log("sshd", ["message 5", "message 6"]);
        if (entries.length >= 6) stop.abort();
      }
      clearTimeout(limit);
      assert.deepEqual(messages(entries), numbered(1, 6));
      for (const cut of [2, 3, 4, 5]) {
        const rest = await read(source, 6 - cut, entries[cut - 1]?.cursor);
        assert.deepEqual(messages(rest), numbered(cut + 1, 6), `after ${cut}`);
      }
    });
  }

  it("loses nothing and repeats nothing when it is killed again and again", async (t) => {
    const machine = await journald(t);
    await machine.start({ boot: FIRST_BOOT });
    const file = join(machine.root, "store");
    const total = 4000;
    const writing = (async () => {
      for (let at = 1; at <= total; at += 200) {
        await machine.log("sshd", numbered(at, at + 199), { uid: at % 400 === 1 ? 0 : 1000 });
        if (at % 1000 === 1) await machine.rotate();
        if (at === 2001) {
          await machine.stop();
          await machine.start({ boot: SECOND_BOOT });
        }
        await delay(150);
      }
    })();
    let seed = 20_261_122;
    let kills = 0;
    const broken: string[] = [];
    while (linesOf(file).length < total) {
      const before = linesOf(file).length;
      const reader = spawnReader({ directory: machine.persistent }, { file });
      // Somewhere in what it reads next, at start or later. One that breaks is begun again, as the daemon does.
      await until("the reader gets on", () => linesOf(file).length > before || reader.child.exitCode !== null);
      if (reader.child.exitCode !== null) broken.push(reader.told.stderr);
      assert.ok(broken.length < 3, broken.join("\n"));
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      await delay(seed % 300);
      await end(reader, "SIGKILL");
      kills += 1;
    }
    await writing;
    assert.ok(kills >= 3, `only ${kills} kills`);
    assert.deepEqual(stored(file), numbered(1, total));
  });

  it("goes with journald from /run to /var and never reads the journals of other machines", async (t) => {
    const machine = await journald(t);
    const forged = { __REALTIME_TIMESTAMP: Date.now() * 1000, _MACHINE_ID: machine.machine, MESSAGE: "forged" };
    await writeJournal(join(machine.root, "var", "remote"), "remote-evil", exportedRange(1, 1, { fields: forged }));
    await writeJournal(join(machine.root, "var", FIRST_BOOT), "system", exportedRange(1, 1, { fields: forged }));
    await machine.start({ storage: "auto" });
    const file = join(machine.root, "store");
    const reader = spawnReader({}, { file, inside: machine });
    t.after(() => end(reader, "SIGKILL"));
    await machine.log("sshd", numbered(1, 50));
    await until("the volatile journal is read", () => stored(file).length === 50);
    await machine.flush();
    await machine.log("sshd", numbered(51, 100));
    await until("the persistent journal is read", () => stored(file).length >= 100);
    await end(reader, "SIGTERM");
    assert.deepEqual(stored(file), numbered(1, 100));
    const { counters, troubles } = JSON.parse(reader.told.stderr.trim().split("\n").at(-1) ?? "");
    assert.equal(counters.gaps, 0, troubles);
    // And once more from the start, with everything flushed and a cursor that was written in /run.
    writeFileSync(file, `${linesOf(file).slice(0, 30).join("\n")}\n`);
    const again = spawnReader({}, { file, inside: machine });
    await until("the rest is read", () => stored(file).length >= 100);
    await end(again, "SIGTERM");
    assert.deepEqual(stored(file), numbered(1, 100));
    assert.equal(JSON.parse(again.told.stderr.trim().split("\n").at(-1) ?? "").counters.gaps, 0);
  });

  it("reads what journald left in /var before it goes on in /run", async (t) => {
    const machine = await journald(t);
    await machine.start();
    const file = join(machine.root, "store");
    await machine.log("sshd", numbered(1, 50));
    const early = spawnReader({ directory: machine.persistent }, { file });
    await until("the persistent journal is read", () => stored(file).length === 50);
    await end(early, "SIGTERM");
    writeFileSync(file, `${linesOf(file).slice(0, 20).join("\n")}\n`);
    await machine.stop();
    await machine.start({ storage: "volatile" });
    await machine.log("sshd", numbered(51, 60));
    const reader = spawnReader({}, { file, inside: machine });
    await until("the volatile journal is read", () => stored(file).length >= 60);
    await end(reader, "SIGTERM");
    assert.deepEqual(stored(file), numbered(1, 60));
    assert.equal(JSON.parse(reader.told.stderr.trim().split("\n").at(-1) ?? "").counters.gaps, 0);
  });

  it("reads a namespace's journal where asked, and only there", async (t) => {
    const machine = await journald(t);
    await machine.start();
    await writeJournal(
      join(machine.root, "var", `${machine.machine}.web`),
      "system",
      exportedRange(1, 3, { fields: { _NAMESPACE: "web" } }),
    );
    await machine.log("sshd", "message 9");
    const file = join(machine.root, "store");
    for (const [namespace, expected] of [
      [{}, ["message 9"]],
      [{ namespace: "web" }, numbered(1, 3)],
    ] as const) {
      rmSync(file, { force: true });
      const reader = spawnReader({ ...namespace, lookBack: seconds(1e9) }, { file, inside: machine });
      await until("it is read", () => stored(file).length >= expected.length);
      await delay(300);
      await end(reader, "SIGTERM");
      assert.deepEqual(stored(file), expected);
    }
    assert.equal((JSON.parse(linesOf(file)[0] ?? "") as { origin: { namespace: string } }).origin.namespace, "web");
  });

  it("says who may read it when it may not", async (t) => {
    const machine = await journald(t);
    await machine.start();
    await machine.log("sshd", "message 1");
    for (const options of [{}, { directory: machine.persistent, trust: "remote" }] as const) {
      const reader = spawnReader(options, { inside: machine, uid: 65534 });
      await reader.gone;
      const { code, hint } = JSON.parse(reader.told.stderr.split("\n")[0] ?? "");
      assert.equal(code, "JOURNAL_REFUSED", reader.told.stderr);
      assert.match(hint, /systemd-journal/);
      assert.equal(reader.child.exitCode, 77);
    }
  });

  it("works where /proc has no boot id", async (t) => {
    const machine = await journald(t);
    await machine.start();
    await machine.log("sshd", numbered(1, 3));
    const script = 'mount -t proc -o subset=pid proc /proc && exec "$@"';
    const argv = [process.execPath, READER, JSON.stringify({ directory: machine.persistent })];
    const child = spawn("unshare", ["--mount", "sh", "-c", script, "sh", ...argv], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    t.after(() => child.kill("SIGKILL"));
    let told = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
    await until("it is read", () => told.split("\n").length > 3);
    await machine.log("sshd", "message 4");
    await until("it follows", () => told.split("\n").length > 4);
  });

  it("is not led astray by the environment", async (t) => {
    const machine = await journald(t);
    await machine.start();
    await machine.log("sshd", "message 1");
    const evil = join(machine.root, "journalctl");
    await writeFile(evil, "#!/bin/sh\necho evil\n");
    await chmod(evil, 0o755);
    const env = {
      PATH: machine.root,
      SYSTEMD_LOG_LEVEL: "debug",
      SYSTEMD_PAGER: evil,
      SYSTEMD_COLORS: "1",
      LC_ALL: "tlh",
    };
    const reader = spawnReader({ directory: machine.persistent }, { env });
    await until("it is read", () => reader.told.stdout.includes("\n"));
    await end(reader, "SIGTERM");
    const { counters } = JSON.parse(reader.told.stderr.trim().split("\n").at(-1) ?? "");
    assert.deepEqual([counters.read, counters.malformed], [1, 0]);
  });

  it("stays small whatever the size of a message", async (t) => {
    const machine = await journald(t);
    await machine.start({ settings: ["SystemMaxUse=512M"] });
    const reader = spawnReader({ directory: machine.persistent });
    t.after(() => end(reader, "SIGKILL"));
    await machine.log("sshd", "message 1");
    await machine.logNative(["SYSLOG_IDENTIFIER=sshd", `MESSAGE=${"x".repeat(60_000_000)}`]);
    // systemd 254 and newer take no more than 32 MiB of anybody but root.
    await machine.logNative(["SYSLOG_IDENTIFIER=sshd", `MESSAGE=${"x".repeat(30_000_000)}`], { uid: 65534 });
    await machine.logNative(["SYSLOG_IDENTIFIER=sshd", `MESSAGE=${"y".repeat(4087)}`]);
    await machine.logNative(["SYSLOG_IDENTIFIER=sshd", `MESSAGE=${"z".repeat(4088)}`]);
    // By the same socket, or it could overtake what is larger.
    await machine.logNative(["SYSLOG_IDENTIFIER=sshd", "MESSAGE=message 2"]);
    await until("the last is read", () => reader.told.stdout.includes("message 2"));
    await end(reader, "SIGTERM");
    const { counters, maxRss } = JSON.parse(reader.told.stderr.trim().split("\n").at(-1) ?? "");
    assert.equal(counters.oversize, 3);
    assert.equal(counters.read, 3);
    assert.ok(maxRss < 150e6, `${maxRss}`);
  });

  for (const [unit, edited] of [
    ["ssh.service", "ssh.service"],
    ["ssh@3-192.0.2.1:22-192.0.2.7:40000.service", "ssh@.service"],
  ] as const) {
    it(`tells that journald dropped messages of ${unit}, and what cures it`, { skip: noCgroups() }, async (t) => {
      const machine = await journald(t);
      await machine.start({ settings: ["RateLimitIntervalSec=1s", "RateLimitBurst=10"] });
      const forged = [
        "SYSLOG_IDENTIFIER=x",
        "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e",
        "N_DROPPED=5",
        "MESSAGE=Suppressed",
      ];
      await machine.logNative([...forged, "OBJECT_SYSTEMD_UNIT=forged.service", "_TRANSPORT=driver", "_UID=0"], {
        uid: 65534,
      });
      const cgroup = `system.slice/${unit}`;
      await machine.log("sshd", numbered(1, 3000), { cgroup });
      await delay(1500);
      await machine.log("sshd", "message 3001", { cgroup });
      const source = sourceOf({ directory: machine.persistent });
      const entries: Entry[] = [];
      const stop = new AbortController();
      const reading = (async () => {
        for await (const batch of source.entries({ signal: stop.signal })) entries.push(...batch);
      })();
      await until("all is read", () => entries.at(-1)?.message === "message 3001");
      stop.abort();
      await reading;
      const { counters, troubles } = source.status();
      assert.equal((counters.suppressed ?? 0) + entries.length, 3001);
      assert.equal(troubles.length, 1);
      assert.ok(troubles[0]?.includes(`messages of ${unit} `), troubles[0]);
      assert.ok(troubles[0]?.endsWith(`LogRateLimitIntervalSec=0 under [Service] with \`systemctl edit ${edited}\``));
      assert.deepEqual(source.status().losses, [{ unit, what: troubles[0] }]);
    });
  }

  it("knows which lines of a standard output came in one piece", async (t) => {
    const machine = await journald(t);
    await machine.start();
    const pieces = `for i in 1 2 3 4 5; do printf 'begun\\nmore\\nended\\n'; sleep 0.05; done`;
    await machine.run(["systemd-cat", "-t", "sshd", "sh", "-c", pieces]);
    const entries = await read(sourceOf({ directory: machine.persistent }), 15);
    const named = Object.values(Object.groupBy(entries, ({ write }) => String(write)));
    assert.deepEqual(
      named.map((lines = []) => messages(lines)),
      Array(5).fill(["begun", "more", "ended"]),
    );
  });

  it("marks what follows a line that journald cut", async (t) => {
    const machine = await journald(t);
    await machine.start();
    const line = "Failed password for root from 192.0.2.7 port 22 ssh2";
    await machine.run(["systemd-cat", "-t", "sshd", "cat"], { input: `${"x".repeat(48 * 1024)}${line}\nwhole\n` });
    await machine.run(["systemd-cat", "-t", "sshd", "cat"], { input: `before\0${line}\nwhole\n` });
    await machine.run(["systemd-cat", "-t", "sshd", "cat"], { input: "unfinished" });
    const entries = await read(sourceOf({ directory: machine.persistent }), 6);
    // What was written earlier to another stream may be read later.
    const streams = Object.values(Object.groupBy(entries, ({ pid }) => String(pid))).map((lines = []) =>
      lines.map(({ message, origin }) => [message, origin.kind === "journal" && origin.continuation === true]),
    );
    const expected = [
      [
        ["before", false],
        [line, true],
        ["whole", false],
      ],
      [["unfinished", false]],
      [
        [line, true],
        ["whole", false],
      ],
    ];
    assert.deepEqual(streams.map(String).toSorted(), expected.map(String).toSorted());
  });

  it("believes the service and none of its forgers", { skip: noCgroups() }, async (t) => {
    const machine = await journald(t);
    await machine.start();
    const service = { cgroup: "system.slice/ssh.service" };
    const session = { cgroup: "user.slice/session-9.scope", uid: 65534 };
    const native = ["SYSLOG_IDENTIFIER=sshd", "MESSAGE=native"];
    await machine.log("sshd", "genuine", service);
    await machine.log("sshd", "a user in the service's unit", { ...service, uid: 1000 });
    await machine.log("sshd", "logger", session);
    await machine.run(["systemd-cat", "-t", "sshd", "echo", "systemd-cat"], session);
    await machine.logNative([...native, "_UID=0", "_SYSTEMD_UNIT=ssh.service", "_TRANSPORT=syslog"], session);
    await machine.logNative(["SYSLOG_IDENTIFIER=cron", ...native], session);
    await machine.logNative([...native, "CONTAINER_NAME=evil", "CONTAINER_ID=0a"], {
      cgroup: "system.slice/docker.service",
    });
    await machine.logNative([...native, "CONTAINER_ID_FULL=0a"], service);
    await machine.log("sshd", "root elsewhere", { cgroup: "system.slice/cron.service" });
    const entries = await read(sourceOf({ directory: machine.persistent }), 9);
    const verdicts = entries.map((entry) => {
      // A sender that exits at once may lose its unit on the way; its uid it never loses.
      const reason = judgeProvenance(entry, sshd);
      const lost = entry.origin.kind === "journal" && entry.origin.unit === undefined && entry.origin.uid === 0;
      return lost ? "unit lost" : (reason ?? "believed");
    });
    const expected = [
      "believed",
      "untrusted_uid",
      "untrusted_uid",
      "untrusted_uid",
      "untrusted_uid",
      "odd_field",
      "container",
      "container",
      "untrusted_unit",
    ];
    verdicts.forEach((verdict, at) => {
      if (verdict !== "unit lost") assert.equal(verdict, expected[at], JSON.stringify(entries[at]));
    });
    assert.equal(verdicts.length, expected.length);
    assert.ok(verdicts.includes("believed") || verdicts.includes("unit lost"));
  });
});
