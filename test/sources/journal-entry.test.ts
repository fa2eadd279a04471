import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { judgeProvenance, type ProvenanceRule } from "../../src/core/provenance.ts";
import { type Decoded, decodeEntry, FIELDS, SUPPRESSED } from "../../src/sources/journal-entry.ts";
import { LineMaker } from "./journal-lines.ts";

const reading = { source: "journal", trust: "local" } as const;
const CURSOR =
  "s=c0d752b09eda4f2da4ff8348b46e244f;i=1c9;b=0f0e0d0c0b0a09080706050403020100;m=4bc4c45f;t=660dc243137bd;x=c7d96bca8857cc1";
const genuine = {
  __CURSOR: CURSOR,
  __REALTIME_TIMESTAMP: "1795348505517480",
  _TRANSPORT: "syslog",
  _UID: "0",
  _PID: "14363",
  SYSLOG_PID: "1",
  _SYSTEMD_UNIT: "ssh.service",
  SYSLOG_IDENTIFIER: "sshd",
  MESSAGE: "Failed password for root from 192.0.2.7 port 22 ssh2",
};

function decode(changes: Record<string, unknown>): Decoded {
  return decodeEntry(JSON.stringify({ ...genuine, ...changes }), reading);
}

function entryOf(decoded: Decoded) {
  assert.equal(decoded.kind, "entry");
  return decoded.entry;
}

function originOf(decoded: Decoded) {
  const { origin } = entryOf(decoded);
  assert.equal(origin.kind, "journal");
  return origin;
}

describe("decodeEntry", () => {
  it("reads a whole entry", () => {
    assert.deepEqual(decode({ _HOSTNAME: "vm", _MACHINE_ID: "00ff", _NAMESPACE: "web", CONTAINER_NAME: "c1" }), {
      kind: "entry",
      cursor: CURSOR,
      entry: {
        time: 1795348505517,
        source: "journal",
        identifier: "sshd",
        pid: "14363",
        message: "Failed password for root from 192.0.2.7 port 22 ssh2",
        cursor: CURSOR,
        origin: {
          kind: "journal",
          trust: "local",
          transport: "syslog",
          uid: 0,
          unit: "ssh.service",
          machine: "00ff",
          host: "vm",
          namespace: "web",
          container: "c1",
        },
      },
    });
  });

  it("reads the same from a plain line and from one with escapes", () => {
    const plain = JSON.stringify(genuine);
    assert.deepEqual(decodeEntry(plain.replace("sshd", "ss\\u0068d"), reading), decodeEntry(plain, reading));
  });

  const messages: [string, unknown, string][] = [
    ["text", "a", "a"],
    ["an empty text", "", ""],
    ["a newline", "a\nb", "a\nb"],
    ["bidi overrides and emoji", "\u202e\u{1f600}", "\u202e\u{1f600}"],
    ["bytes", [27, 91, 51, 49, 109], "\u001b[31m"],
    ["no bytes at all", [], ""],
    ["UTF-8 in bytes", [0xc3, 0xa9, 0], "é\0"],
    ["bytes that are no UTF-8", [0xff, 97], "\ufffda"],
    ["several values", ["first", "second"], "first\nsecond"],
    ["several values, some bytes", ["first", [255]], "first\n\ufffd"],
  ];
  for (const [name, value, expected] of messages) {
    it(`keeps ${name}`, () => assert.equal(entryOf(decode({ MESSAGE: value })).message, expected));
  }

  const skipped: [string, unknown, string][] = [
    ["a message that journalctl left out", null, "oversize"],
    ["a value that journalctl left out", ["a", null], "oversize"],
    ["a missing message", undefined, "nomessage"],
    ["a number", 5, "malformed"],
    ["an object", {}, "malformed"],
    ["numbers that are no bytes", [1, 256], "malformed"],
    ["negative numbers", [-1], "malformed"],
    ["fractions", [1.5], "malformed"],
    ["deeper nesting", [[["a"]]], "malformed"],
    ["a truth value", true, "malformed"],
  ];
  for (const [name, value, reason] of skipped) {
    it(`counts ${name} as ${reason}`, () => {
      assert.deepEqual(decode({ MESSAGE: value }), { kind: "skip", reason, cursor: CURSOR });
    });
  }

  for (const line of [
    "",
    "{}",
    "[]",
    "null",
    "5",
    '"x"',
    "{",
    '{"',
    '{"MESSAGE',
    '{"a":"b",}',
    '{"a":"b"}x',
    "\0\xff",
  ]) {
    it(`counts ${JSON.stringify(line)} as malformed`, () => {
      assert.deepEqual(decodeEntry(line, reading), { kind: "skip", reason: "malformed" });
    });
  }

  it("takes nothing without a cursor or a time", () => {
    for (const changes of [
      { __CURSOR: undefined },
      { __CURSOR: ["a", "b"] },
      { __REALTIME_TIMESTAMP: undefined },
      { __REALTIME_TIMESTAMP: "-1" },
      { __REALTIME_TIMESTAMP: 1795348505517480 },
      { __REALTIME_TIMESTAMP: "9".repeat(30) },
    ]) {
      assert.deepEqual(decode(changes), { kind: "skip", reason: "malformed" });
    }
  });

  const trusted = FIELDS.filter(
    (name) => !["MESSAGE", "MESSAGE_ID", "SYSLOG_PID", "N_DROPPED", "OBJECT_SYSTEMD_UNIT"].includes(name),
  );
  for (const name of trusted) {
    for (const value of [["sshd", "x"], [115, 115], null, 0, { a: "b" }, true]) {
      it(`marks ${name} = ${JSON.stringify(value)} as odd`, () => {
        assert.equal(originOf(decode({ [name]: value })).odd, true);
      });
    }
  }

  it("marks a uid that is no number as odd", () => {
    for (const uid of ["", "root", "-1", "0x0", "1e3", " 0", "9".repeat(11)]) {
      const origin = originOf(decode({ _UID: uid }));
      assert.equal(origin.odd, true);
      assert.equal(origin.uid, undefined);
    }
  });

  it("lets an odd identifier find its filter, to be counted there", () => {
    assert.equal(entryOf(decode({ SYSLOG_IDENTIFIER: ["sshd", "x"] })).identifier, "sshd");
    assert.equal(entryOf(decode({ SYSLOG_IDENTIFIER: null })).identifier, undefined);
  });

  it("prefers the pid that journald saw to the one that was claimed", () => {
    assert.equal(entryOf(decode({})).pid, "14363");
    assert.equal(entryOf(decode({ _PID: undefined })).pid, "1");
    assert.equal(entryOf(decode({ _PID: undefined, SYSLOG_PID: ["1", "2"] })).pid, undefined);
  });

  it("knows a container without a name", () => {
    assert.equal(originOf(decode({ CONTAINER_ID: "0a1b" })).container, "");
    assert.equal(originOf(decode({ CONTAINER_ID_FULL: "0a1b" })).container, "");
  });

  it("says where a line of a stream was cut", () => {
    const stream = (changes: Record<string, unknown>) => {
      const decoded = decode({ _TRANSPORT: "stdout", _STREAM_ID: "5d", ...changes });
      return [decoded.kind, decoded.stream, decoded.cut];
    };
    assert.deepEqual(stream({}), ["entry", "5d", false]);
    assert.deepEqual(stream({ _LINE_BREAK: "eof" }), ["entry", "5d", false]);
    assert.deepEqual(stream({ _LINE_BREAK: "line-max" }), ["entry", "5d", true]);
    assert.deepEqual(stream({ _LINE_BREAK: "nul" }), ["entry", "5d", true]);
    assert.deepEqual(stream({ _LINE_BREAK: "line-max", MESSAGE: null }), ["skip", "5d", true]);
  });

  it("names what came over standard output together", () => {
    const write = (changes: Record<string, unknown>) => entryOf(decode({ _TRANSPORT: "stdout", ...changes })).write;
    assert.equal(write({}), undefined);
    const one = write({ _STREAM_ID: "5d", __REALTIME_TIMESTAMP: "1795412180608936" });
    assert.notEqual(one, undefined);
    assert.equal(write({ _STREAM_ID: "5d", __REALTIME_TIMESTAMP: "1795412180608936", MESSAGE: "more" }), one);
    assert.notEqual(write({ _STREAM_ID: "5d", __REALTIME_TIMESTAMP: "1795412180608937" }), one);
    assert.notEqual(write({ _STREAM_ID: "5e", __REALTIME_TIMESTAMP: "1795412180608936" }), one);
  });

  it("names what came from a container at once", () => {
    const write = (micros: string, id = "f".repeat(64)) =>
      entryOf(decode({ CONTAINER_ID_FULL: id, PRIORITY: "6", _PID: "812", __REALTIME_TIMESTAMP: micros })).write;
    assert.notEqual(write("1795412180608936"), undefined);
    assert.equal(write("1795412180608936"), write("1795412180609123"));
    assert.notEqual(write("1795412180608936"), write("1795412180618936"));
    assert.notEqual(write("1795412180608936"), write("1795412180608936", "e".repeat(64)));
  });

  it("says where a line of a container was cut, by process, container and priority", () => {
    const id = "f".repeat(64);
    const part = (changes: Record<string, unknown>) => {
      const decoded = decode({ CONTAINER_ID_FULL: id, CONTAINER_NAME: "web", PRIORITY: "6", _PID: "812", ...changes });
      return [decoded.kind, decoded.stream, decoded.cut];
    };
    assert.deepEqual(part({}), ["entry", `812 ${id} 6`, false]);
    assert.deepEqual(part({ CONTAINER_PARTIAL_MESSAGE: "true" }), ["entry", `812 ${id} 6`, true]);
    assert.deepEqual(part({ CONTAINER_PARTIAL_MESSAGE: "true", MESSAGE: null }), ["skip", `812 ${id} 6`, true]);
    assert.deepEqual(part({ PRIORITY: "3" })[1], `812 ${id} 3`);
    assert.deepEqual(part({ _PID: "4711" })[1], `4711 ${id} 6`);
    assert.deepEqual(part({ CONTAINER_ID_FULL: undefined, CONTAINER_ID: "ffff" })[1], "812 ffff 6");
    assert.deepEqual(part({ PRIORITY: { toString: 1 }, _PID: ["1"] })[1], ` ${id} `);
  });

  it("takes a suppression from journald only", () => {
    const marker = {
      MESSAGE_ID: SUPPRESSED,
      _TRANSPORT: "driver",
      N_DROPPED: "10083",
      OBJECT_SYSTEMD_UNIT: "ssh.service",
    };
    assert.deepEqual(decode(marker), { kind: "suppressed", unit: "ssh.service", count: 10083, cursor: CURSOR });
    const anonymous = { ...marker, N_DROPPED: "x", OBJECT_SYSTEMD_UNIT: undefined };
    assert.deepEqual(decode(anonymous), { kind: "suppressed", unit: "", count: 1, cursor: CURSOR });
    assert.equal(decode({ ...marker, _TRANSPORT: "journal" }).kind, "entry");
    assert.equal(decode({ ...marker, _UID: "1000" }).kind, "entry");
    assert.equal(decode({ ...marker, _UID: undefined }).kind, "entry");
  });

  it("reads plain lines, of whatever fields, as JSON.parse would", () => {
    const maker = new LineMaker(20_261_122);
    for (let at = 0; at < 30_000; at += 1) {
      const line = at % 3 === 0 ? maker.damaged().toString("utf8") : maker.wellFormed();
      // A blank at the end is what journalctl never prints: it takes the way through JSON.parse.
      if (!/[\x00-\x1f]/.test(line))
        assert.deepEqual(decodeEntry(line, reading), decodeEntry(`${line} `, reading), line);
    }
  });

  it("is not fooled by names that objects inherit", () => {
    const line = JSON.stringify({ ...genuine, constructor: "x" }).replace("{", '{"__proto__":{"_UID":"5"},');
    assert.equal(originOf(decodeEntry(line, reading)).uid, 0);
    const alone = '{"__proto__":{"__CURSOR":"a","__REALTIME_TIMESTAMP":"1","MESSAGE":"x"}}';
    assert.equal(decodeEntry(alone, reading).kind, "skip");
  });
});

const fixture = new URL("../../../shared/fixtures/journal-provenance.jsonl", import.meta.url);
const skip = existsSync(fixture) ? false : "MISSING: ../shared/fixtures/journal-provenance.jsonl";

describe("real journal entries, genuine and forged", { skip }, () => {
  const rule: ProvenanceRule = {
    identifiers: ["sshd", "sshd-session", "sshd-auth"],
    units: ["ssh.service", "sshd.service", "ssh@*.service", "sshd@*.service"],
    uids: [0],
    transports: ["syslog", "journal", "stdout"],
    machine: "00112233445566778899aabbccddeeff",
  };
  const samples = skip
    ? []
    : readFileSync(fixture, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { entry: Record<string, unknown>; trusted?: boolean });

  it("are all decoded or counted", () => {
    for (const { entry } of samples) {
      const decoded = decodeEntry(JSON.stringify(entry), reading);
      if (decoded.kind === "skip") assert.ok(entry.MESSAGE === null || entry.MESSAGE === undefined);
      else assert.equal(decoded.kind === "suppressed", entry.MESSAGE_ID === SUPPRESSED);
    }
  });

  it("are believed where genuine and rejected where forged", () => {
    const counts = { accepted: 0, rejected: 0 };
    for (const { entry, trusted } of samples) {
      if (trusted === undefined) continue;
      const reason = judgeProvenance(entryOf(decodeEntry(JSON.stringify(entry), reading)), rule);
      assert.equal(reason === undefined, trusted, `${reason} for ${JSON.stringify(entry)}`);
      counts[trusted ? "accepted" : "rejected"] += 1;
    }
    assert.ok(counts.accepted >= 12 && counts.rejected >= 12, JSON.stringify(counts));
  });
});
