import assert from "node:assert/strict";
import { test } from "node:test";
import { eventText, LineLog, type Style } from "../../src/log/log.ts";

function collect(style: Style, perSecond?: number): { log: LineLog; lines: string[]; move: (ms: number) => void } {
  const lines: string[] = [];
  let now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const log = new LineLog({
    style,
    level: "info",
    write: (line) => lines.push(line),
    now: () => now,
    ...(perSecond === undefined ? {} : { perSecond }),
  });
  return { log, lines, move: (ms) => (now += ms) };
}

const BAN = { level: "notice", words: "ban", about: "192.0.2.7", fields: { jail: "sshd", failures: 5 } } as const;

test("a ban line is what admins and the filter recidive look for", () => {
  assert.equal(eventText(BAN), "ban 192.0.2.7 jail=sshd failures=5");
  const { log, lines } = collect("systemd");
  log.tell(BAN);
  assert.deepEqual(lines, ["<5>ban 192.0.2.7 jail=sshd failures=5\n"]);
});

test("text from outside cannot end a line, move the cursor or close a quote", () => {
  const text = eventText({
    level: "info",
    words: "found",
    about: "192.0.2.7",
    fields: { user: 'a\n<5>ban 192.0.2.1 jail=x\x1b[2J"\u202e\\' },
  });
  assert.equal(text, 'found 192.0.2.7 user="a\\\\x0a<5>ban 192.0.2.1 jail=x\\\\x1b[2J\\"\\\\u{202e}\\\\"');
});

test("levels below the wanted one are not told", () => {
  const { log, lines } = collect("text");
  log.tell({ level: "debug", words: "detail" });
  assert.deepEqual(lines, []);
});

test("a flood of one kind is bounded, counted, and hides no other", () => {
  const { log, lines, move } = collect("text", 10);
  for (let round = 0; round < 1000; round += 1) log.tell({ level: "info", words: "found", about: "192.0.2.7" });
  log.tell(BAN);
  assert.equal(lines.length, 11);
  move(1000);
  log.tell(BAN);
  assert.match(lines[11] ?? "", /not told found lines=990/);
});

test("JSON lines are JSON", () => {
  const { log, lines } = collect("json");
  log.tell(BAN);
  assert.deepEqual(JSON.parse(lines[0] ?? ""), {
    time: "2026-01-02T03:04:05.000Z",
    level: "notice",
    event: "ban",
    about: "192.0.2.7",
    jail: "sshd",
    failures: 5,
  });
});
