import assert from "node:assert/strict";
import { isIPv4, isIPv6 } from "node:net";
import { test } from "node:test";
import {
  contains,
  formatNetwork,
  netmask,
  networkOf,
  overlaps,
  parseAddress,
  parseNetwork,
} from "../../src/core/address.ts";
import { numbers } from "./fixtures.ts";

const CANONICAL: readonly (readonly [string, string | undefined])[] = [
  ["192.0.2.7", "192.0.2.7"],
  ["0.0.0.0", "0.0.0.0"],
  ["255.255.255.255", "255.255.255.255"],
  ["2001:DB8::1", "2001:db8::1"],
  ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
  ["2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"],
  ["2001:0:0:1:0:0:1:1", "2001::1:0:0:1:1"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["::", "::"],
  ["::1", "::1"],
  ["1::", "1::"],
  ["64:ff9b::192.0.2.7", "64:ff9b::c000:207"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:c000:0207", "192.0.2.7"],
  ["::ffff:0:192.0.2.7", "::ffff:0:c000:207"],
];

/** What an attacker or a careless log writes, none of which may become an address. */
const HOSTILE = [
  "*",
  "localhost",
  "example.org",
  "1.2.3",
  "1.2",
  "3221225985",
  "0x7f000001",
  "0x7f.0.0.1",
  "0300.0.2.1",
  "192.0.2.07",
  "192.000.2.1",
  "256.0.0.1",
  "192.0.2.1 ",
  " 192.0.2.1",
  "192.0.2.1\n",
  "192.0.2.1/24",
  "192.0.2.1:22",
  "[2001:db8::1]",
  "fe80::1%eth0",
  "2001:db8::1::2",
  "2001:db8:1",
  ":::",
  "12345::",
  "192.0.2.3 }; flush ruleset #",
  "",
  "-1",
  "1".repeat(10_000),
];

test("addresses are read strictly and written as RFC 5952 says", () => {
  for (const [text, expected] of CANONICAL) assert.equal(parseAddress(text)?.text, expected, text);
});

test("nothing else becomes an address", () => {
  for (const text of HOSTILE) assert.equal(parseAddress(text), undefined, JSON.stringify(text.slice(0, 40)));
});

/** Texts that are addresses, and texts that are nearly so. */
function* nearlyAddresses(count: number): Generator<string> {
  const random = numbers(7);
  const below = (most: number) => Math.floor(random() * most);
  const word = () => (below(6) > 0 ? below(65_536).toString(16) : "");
  const octet = () => (below(12) > 0 ? String(below(270)) : (["", "00", "01", "1e2", "-1"][below(5)] ?? ""));
  const scraps = ["0", "ff", "ffff", "12345", "g", "%", "eth0", ":", "::", ".", "1.2.3.4", "01.2.3.4", "::ffff:", " "];
  const scrap = () => scraps[below(scraps.length)] ?? "";
  const list = (most: number, make: () => string) => Array.from({ length: 1 + below(most) }, make);
  for (let at = 0; at < count; at += 1) {
    if (at % 3 === 0) yield list(9, word).join(":") + (below(5) === 0 ? `:${list(4, octet).join(".")}` : "");
    else if (at % 3 === 1) yield list(5, octet).join(".");
    else yield list(8, scrap).join("");
  }
}

test("what is an address, and of which family, is as the runtime has it", () => {
  const found = { ip: 0, ip6: 0, none: 0 };
  for (const text of nearlyAddresses(200_000)) {
    const family = isIPv4(text) ? "ip" : isIPv6(text) && !text.includes("%") ? "ip6" : undefined;
    const address = parseAddress(text);
    found[family ?? "none"] += 1;
    if (address?.family === family) continue;
    // Mapped addresses are IPv4's.
    assert.ok(family === "ip6" && address?.family === "ip" && /ffff/i.test(text), JSON.stringify(text));
  }
  assert.ok(found.ip > 5000 && found.ip6 > 5000 && found.none > 5000, JSON.stringify(found));
});

test("an IPv4 address has the IPv4 family, mapped or not", () => {
  for (const text of ["192.0.2.7", "::ffff:192.0.2.7"]) assert.equal(parseAddress(text)?.family, "ip");
  assert.equal(parseAddress("2001:db8::1")?.family, "ip6");
});

test("networks lose their host bits", () => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ["192.0.2.77/24", "192.0.2.0/24"],
    ["192.0.2.77/32", "192.0.2.77"],
    ["192.0.2.77", "192.0.2.77"],
    ["203.0.113.255/25", "203.0.113.128/25"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:db8:1:2:3:4:5:6/64", "2001:db8:1:2::/64"],
    ["2001:db8:1:2ff:3:4:5:6/56", "2001:db8:1:200::/56"],
    ["2001:db8::/128", "2001:db8::"],
    ["::/0", "::/0"],
    ["::ffff:192.0.2.7/120", "192.0.2.0/24"],
    ["192.0.2.0/33", undefined],
    ["2001:db8::/129", undefined],
    ["192.0.2.0/024", undefined],
    ["192.0.2.0/-1", undefined],
    ["192.0.2.0/", undefined],
    ["192.0.2.0/8/8", undefined],
    ["::ffff:192.0.2.7/64", undefined],
  ];
  for (const [text, expected] of table) {
    const network = parseNetwork(text);
    assert.equal(network && formatNetwork(network), expected, text);
  }
});

test("a network contains what lies in it, of its own family", () => {
  const holds = (outer: string, inner: string): boolean => {
    const [a, b] = [parseNetwork(outer), parseNetwork(inner)];
    assert.ok(a && b);
    return contains(a, b);
  };
  assert.equal(holds("192.0.2.0/24", "192.0.2.255"), true);
  assert.equal(holds("192.0.2.0/24", "192.0.3.0"), false);
  assert.equal(holds("192.0.2.0/24", "192.0.2.0/23"), false);
  assert.equal(holds("192.0.2.0/24", "192.0.2.128/25"), true);
  assert.equal(holds("0.0.0.0/0", "203.0.113.9"), true);
  assert.equal(holds("0.0.0.0/0", "2001:db8::1"), false);
  assert.equal(holds("2001:db8::/32", "2001:db8:ffff::1"), true);
  assert.equal(holds("2001:db8::/32", "2001:db9::"), false);
});

test("overlap goes both ways", () => {
  const [wide, narrow, other] = ["192.0.2.0/24", "192.0.2.7", "198.51.100.0/24"].map(parseNetwork);
  assert.ok(wide && narrow && other);
  assert.equal(overlaps(wide, narrow), true);
  assert.equal(overlaps(narrow, wide), true);
  assert.equal(overlaps(narrow, other), false);
});

test("netmasks are written as nft reads them", () => {
  assert.equal(netmask("ip", 24), "255.255.255.0");
  assert.equal(netmask("ip", 32), "255.255.255.255");
  assert.equal(netmask("ip6", 64), "ffff:ffff:ffff:ffff::");
  assert.equal(netmask("ip6", 56), "ffff:ffff:ffff:ff00::");
  assert.equal(netmask("ip6", 0), "::");
});

test("what is printed is read back the same, for random addresses", () => {
  let seed = 42;
  const random = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed >>> 16;
  };
  for (let round = 0; round < 5000; round += 1) {
    const six = Array.from({ length: 8 }, () => (random() % 3 === 0 ? 0 : random() & 0xffff));
    const text = six.map((word) => word.toString(16)).join(":");
    const address = parseAddress(text);
    assert.ok(address, text);
    assert.equal(parseAddress(address.text)?.text, address.text);
    const length = random() % 129;
    const network = networkOf(address, length);
    const again = parseNetwork(`${network.text}/${network.length}`);
    assert.ok(again);
    assert.equal(formatNetwork(again), formatNetwork(network));
    assert.equal(contains(network, address) || address.family === "ip", true, `${text}/${length}`);
  }
});
