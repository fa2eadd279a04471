import assert from "node:assert/strict";
import { test } from "node:test";
import { makeChecker } from "../../src/config/check.ts";
import { FilterLibrary } from "../../src/config/filters.ts";
import { lossesOf } from "../../src/daemon/losses.ts";
import type { SourceStatus } from "../../src/sources/source.ts";

const library = new FilterLibrary({
  shipped: new URL("../../src/filters", import.meta.url).pathname,
  checker: makeChecker(),
  users: new Map(),
  whyNotLinear: () => undefined,
});
const sshd = { filter: library.compile("sshd") };
const nginx = { filter: library.compile("nginx-http-auth") };

function journal(name: string, ...losses: NonNullable<SourceStatus["losses"]>) {
  return { name, status: () => ({ description: name, counters: {}, troubles: [], losses }) };
}

const SSH = { unit: "ssh.service", what: "journald dropped 5 messages of ssh.service" };
const INSTANCE = { unit: "ssh@7-192.0.2.1:22-198.51.100.7:4242.service", what: "dropped of one connection" };

test("what was lost of a unit concerns the jails that believe it, and no other", () => {
  const sources = [journal("journal", SSH, INSTANCE, { unit: "cron.service", what: "of cron" })];
  assert.deepEqual(lossesOf(sshd, sources), [SSH.what, INSTANCE.what]);
  assert.deepEqual(lossesOf(nginx, sources), []);
});

test("what was lost of nobody known may have been any jail's", () => {
  const sources = [journal("journal", { unit: "", what: "dropped 1" })];
  assert.deepEqual(lossesOf(sshd, sources), ["dropped 1"]);
  assert.deepEqual(lossesOf(nginx, sources), ["dropped 1"]);
});

test("a jail that does not read the source has lost nothing", () => {
  const sources = [
    journal("journal", SSH),
    { name: "syslog", status: () => ({ description: "", counters: {}, troubles: [] }) },
  ];
  assert.deepEqual(lossesOf({ ...sshd, sources: ["syslog"] }, sources), []);
  assert.deepEqual(lossesOf({ ...sshd, sources: ["journal"] }, sources), [SSH.what]);
});

test("what a namespace's journal lost concerns the jails that read the journal it belongs to", () => {
  const sources = [journal("journal.web", SSH)];
  assert.deepEqual(lossesOf({ ...sshd, sources: ["journal"] }, sources), [SSH.what]);
  assert.deepEqual(lossesOf({ ...sshd, sources: ["other"] }, sources), []);
});
