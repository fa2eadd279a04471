import assert from "node:assert/strict";
import { test } from "node:test";
import { inheritedSockets } from "../../src/system/activation.ts";

test("finds no sockets that were handed to another process, or none", () => {
  const env = { LISTEN_PID: "77", LISTEN_FDS: "1", LISTEN_FDNAMES: "syslog" };
  assert.deepEqual(inheritedSockets(env, 78), []);
  assert.deepEqual(inheritedSockets({}, 78), []);
  for (const count of ["0", "-1", "x", "", "1.5", "100000000"]) {
    assert.deepEqual(inheritedSockets({ ...env, LISTEN_FDS: count }, 77), [], count);
  }
});

test("numbers sockets from 3, by the names that their units gave them", () => {
  const env = { LISTEN_PID: "77", LISTEN_FDS: "3", LISTEN_FDNAMES: "syslog:" };
  assert.deepEqual(
    inheritedSockets(env, 77).map(({ fd, name }) => [fd, name]),
    [
      [3, "syslog"],
      [4, "unknown"],
      [5, "unknown"],
    ],
  );
});
