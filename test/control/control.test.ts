import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ask } from "../../src/control/client.ts";
import type { Request } from "../../src/control/protocol.ts";
import { type ControlServer, listen } from "../../src/control/server.ts";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "bailiff-control-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function serve(
  name: string,
  questionsOnly = false,
): Promise<{ path: string; server: ControlServer; asked: Request[] }> {
  const asked: Request[] = [];
  const path = join(folder, name);
  const answer = async (request: Request): Promise<unknown> => {
    asked.push(request);
    return { heard: request.command };
  };
  return {
    path,
    asked,
    server: await listen({ at: { path }, mode: questionsOnly ? 0o666 : 0o660, questionsOnly, answer }),
  };
}

/** Writes bytes and gives all that comes back until the other side is done. */
function talk(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let got = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      got += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(got));
    socket.end(text);
  });
}

test("a question gets its answer", async () => {
  const { path, server } = await serve("a.sock");
  assert.deepEqual(await ask(path, { command: "ping" }), { heard: "ping" });
  await server.close();
});

test("the socket has the mode it was made with, and no more", async () => {
  for (const [questions, mode] of [
    [false, 0o660],
    [true, 0o666],
  ] as const) {
    const { path, server } = await serve(`m${mode}.sock`, questions);
    assert.equal(statSync(path).mode & 0o777, mode);
    await server.close();
  }
});

test("what is no request is refused with a reason, and the connection goes on", async () => {
  const { path, server, asked } = await serve("b.sock");
  const lines = [
    "nonsense",
    '{"command":"fly"}',
    '{"command":"ban"}',
    '{"command":"ban","targets":["192.0.2.7"],"x":1}',
    '{"command":"ping"}',
  ];
  const answers = (await talk(path, lines.map((line) => `${line}\n`).join("")))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    answers.map(({ ok }) => ok),
    [false, false, false, false, true],
  );
  for (const answer of answers.slice(0, 4)) assert.equal(answer.error.code, "INPUT_INVALID");
  assert.deepEqual(asked, [{ command: "ping" }]);
  await server.close();
});

test("the status socket answers questions and takes no orders", async () => {
  const { path, server, asked } = await serve("c.sock", true);
  await ask(path, { command: "status" });
  for (const request of [
    { command: "ban", targets: ["192.0.2.7"] },
    { command: "unban", all: true },
    { command: "reload" },
  ] as const) {
    await assert.rejects(ask(path, request as Request), { code: "CONTROL_REFUSED" });
  }
  assert.deepEqual(asked, [{ command: "status" }]);
  await server.close();
});

test("a request that never ends is cut off", async () => {
  const { path, server } = await serve("d.sock");
  const answer = JSON.parse(await talk(path, "x".repeat(200_000)));
  assert.equal(answer.error.code, "INPUT_INVALID");
  assert.deepEqual(await ask(path, { command: "ping" }), { heard: "ping" });
  await server.close();
});

test("many requests in one go are answered in their order", async () => {
  const { path, server } = await serve("e.sock");
  const commands = Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? "ping" : "stats"));
  const answers = (await talk(path, commands.map((command) => `{"command":"${command}"}\n`).join("")))
    .trim()
    .split("\n");
  assert.deepEqual(
    answers.map((line) => JSON.parse(line).result.heard),
    commands,
  );
  await server.close();
});

test("of two agents on one socket the second is refused, and the first goes on", async () => {
  const { path, server } = await serve("f.sock");
  await assert.rejects(listen({ at: { path }, mode: 0o660, questionsOnly: false, answer: async () => null }), {
    code: "ALREADY_RUNNING",
  });
  assert.deepEqual(await ask(path, { command: "ping" }), { heard: "ping" });
  await server.close();
});

test("a socket that may not be asked is left alone, and nobody is said to run", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("NOT TESTED: another user's socket needs root");
  const { path, server } = await serve("g.sock");
  chmodSync(folder, 0o755);
  chmodSync(path, 0o600);
  try {
    process.seteuid?.(65_534);
  } catch {
    await server.close();
    return t.skip("NOT TESTED: root is the only user in this namespace");
  }
  try {
    await assert.rejects(listen({ at: { path }, mode: 0o660, questionsOnly: false, answer: async () => null }), {
      code: "CONTROL_REFUSED",
      message: /another user's socket/,
    });
  } finally {
    process.seteuid?.(0);
  }
  assert.deepEqual(await ask(path, { command: "ping" }), { heard: "ping" });
  await server.close();
});

test("a file that is no socket is left alone", async () => {
  const path = join(folder, "file");
  writeFileSync(path, "precious");
  await assert.rejects(listen({ at: { path }, mode: 0o660, questionsOnly: false, answer: async () => null }), {
    code: "CONTROL_BROKEN",
  });
  assert.equal(statSync(path).size, 8);
});

test("nobody there is told as such", async () => {
  await assert.rejects(ask(join(folder, "nobody.sock"), { command: "ping" }), { code: "NOT_RUNNING" });
});
