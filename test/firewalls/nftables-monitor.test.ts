import assert from "node:assert/strict";
import { test } from "node:test";
import { MonitorReader } from "../../src/firewalls/nftables-monitor.ts";
import { heldBytes } from "../memory.ts";

const OWN = 4242;

/** What a reader tells of these lines, given in pieces of `size` bytes. */
function told(lines: readonly string[], size = 1 << 20): string[] {
  const reader = new MonitorReader((pid) => pid === OWN);
  const bytes = Buffer.from(`${lines.join("\n")}\n`, "latin1");
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    found.push(...reader.read(bytes.subarray(at, at + size)).map(({ sentence }) => sentence));
  }
  return found;
}

test("others' changes of our table are told once a transaction, however the bytes arrive", () => {
  const lines = [
    "add element inet bailiff all_4_32 { 192.0.2.7 timeout 1h expires 59m59s }",
    `# new generation 5 by process ${OWN} (nft)`,
    "delete element inet bailiff all_4_32 { 192.0.2.7 }",
    "delete element inet bailiff all_6_64 { 2001:db8:1:2:: }",
    "# new generation 6 by process 77 (nft)",
    "delete table inet bailiff",
    "# new generation 7 by process 78 (nft)",
  ];
  const expected = [
    "process 77 (nft) changed table inet bailiff: delete element (2 in all)",
    "process 78 (nft) deleted table inet bailiff",
  ];
  for (const size of [1, 2, 7, 64, 1 << 20]) assert.deepEqual(told(lines, size), expected);
});

test("changes of others' own tables, and of tables with a like name, are none of ours", () => {
  assert.deepEqual(
    told([
      "add table inet bailiffs",
      "add rule ip bailiff pre drop",
      'add rule inet filter input comment " inet bailiff "',
      "delete element inet filter bailiff { 192.0.2.7 }",
      "# new generation 6 by process 77 (nft)",
    ]),
    [],
  );
});

test("a change that nobody signs is taken for another's", () => {
  assert.deepEqual(told(["delete table inet bailiff", "# new generation 9"]), [
    "another program deleted table inet bailiff",
  ]);
});

test("messages that the kernel lost are told", () => {
  const found = told(["# ERROR: We lost some netlink events!"]);
  assert.equal(found.length, 1);
  assert.match(found[0] ?? "", /lost some/);
});

test("names of processes are printable in what is told", () => {
  const [sentence] = told(["flush table inet bailiff", "# new generation 9 by process 7 (\u001b[31m\u0007x)"]);
  assert.equal(sentence, "process 7 (?[31m?x) changed table inet bailiff: flush table (1 in all)");
});

test("a line without an end fills no memory and hides nothing after it", () => {
  const reader = new MonitorReader(() => false);
  const filler = Buffer.alloc(1 << 20, "x");
  for (let at = 0; at < 64; at += 1) assert.deepEqual(reader.read(filler), []);
  const before = heldBytes();
  for (let at = 0; at < 64; at += 1) assert.deepEqual(reader.read(filler), []);
  assert.ok(heldBytes() - before < 4 << 20);
  const found = reader.read(Buffer.from("\ndelete table inet bailiff\n# new generation 9 by process 7 (nft)\n"));
  assert.equal(found.length, 1);
});

test("a long line of ours is judged by its beginning", () => {
  const long = `add element inet bailiff all_4_32 { ${"192.0.2.7, ".repeat(2000)}`;
  for (const size of [100, 1 << 20]) {
    assert.equal(told([long, "# new generation 9 by process 7 (nft)"], size).length, 1);
  }
});
