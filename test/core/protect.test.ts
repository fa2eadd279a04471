import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Address, type Network, parseAddress, parseNetwork } from "../../src/core/address.ts";
import { type BanOrigin, type ProtectInput, type ProtectRule, protection } from "../../src/core/protect.ts";

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed, text);
  return parsed;
}

function network(text: string): Network {
  const parsed = parseNetwork(text);
  assert.ok(parsed, text);
  return parsed;
}

const NOTHING: ProtectInput = { own: [], gateways: [], resolvers: [], sessions: [], ignore: [] };

const HOME: ProtectInput = {
  own: [
    { address: address("192.0.2.10"), subnet: network("192.0.2.0/25") },
    { address: address("198.51.100.1"), subnet: network("198.51.100.0/31") },
    { address: address("2001:db8:1::10"), subnet: network("2001:db8:1::/64") },
  ],
  gateways: [address("192.0.2.1"), address("2001:db8:1::1")],
  resolvers: [address("203.0.113.53"), address("2001:db8:53::53")],
  sessions: [address("203.0.113.200"), address("2001:db8:5e::5e")],
  ignore: [network("10.0.0.0/8"), network("2001:db8:aaaa::/48"), network("203.0.113.77")],
};

const ORIGINS: readonly BanOrigin[] = ["jail", "command", "restore"];

describe("protection", () => {
  const cases: readonly (readonly [string, ProtectRule, string])[] = [
    ["192.0.2.10", "own address", "192.0.2.10"],
    ["2001:db8:1::10", "own address", "2001:db8:1::10"],
    ["192.0.2.127", "own broadcast", "192.0.2.127"],
    ["192.0.2.1", "default gateway", "192.0.2.1"],
    ["2001:db8:1::1", "default gateway", "2001:db8:1::1"],
    ["203.0.113.53", "resolver", "203.0.113.53"],
    ["2001:db8:53::53", "resolver", "2001:db8:53::53"],
    ["203.0.113.200", "management session", "203.0.113.200"],
    ["2001:db8:5e::5e", "management session", "2001:db8:5e::5e"],
    ["10.1.2.3", "ignoreip", "10.0.0.0/8"],
    ["10.1.2.0/24", "ignoreip", "10.0.0.0/8"],
    ["2001:db8:aaaa:1::/64", "ignoreip", "2001:db8:aaaa::/48"],
    ["127.0.0.1", "loopback", "127.0.0.0/8"],
    ["127.255.255.254", "loopback", "127.0.0.0/8"],
    ["::1", "loopback", "::1"],
    ["0.0.0.0", "unspecified", "0.0.0.0/8"],
    ["::", "unspecified", "::"],
    ["224.0.0.251", "multicast", "224.0.0.0/4"],
    ["239.255.255.255", "multicast", "224.0.0.0/4"],
    ["ff02::1", "multicast", "ff00::/8"],
    ["169.254.169.254", "link-local", "169.254.0.0/16"],
    ["fe80::1", "link-local", "fe80::/10"],
    ["febf::1", "link-local", "fe80::/10"],
    ["255.255.255.255", "broadcast", "255.255.255.255"],
    ["64:ff9b::c000:201", "NAT64", "64:ff9b::/96"],
    ["64:ff9b:1::1", "NAT64", "64:ff9b:1::/48"],
    ["::ffff:127.0.0.1", "loopback", "127.0.0.0/8"],
  ];
  for (const origin of ORIGINS) {
    test(`refuses what must not be banned, for a ${origin}`, () => {
      const protects = protection(HOME);
      for (const [target, rule, detail] of cases) {
        assert.deepEqual(protects(network(target), origin), { rule, detail }, target);
      }
    });

    test(`lets everybody else be banned, for a ${origin}`, () => {
      const protects = protection(HOME);
      for (const target of [
        ...["192.0.2.2", "192.0.2.126", "192.0.2.128", "192.0.2.255", "198.51.100.0", "203.0.113.54", "11.0.0.0"],
        ...["128.0.0.1", "126.255.255.255", "1.0.0.0", "223.255.255.255", "240.0.0.1", "198.51.100.64/26"],
        ...["2001:db8:1::11", "2001:db8:53::54", "2001:db8:aaab::/48", "2001:db8:2::/64", "::2", "64:ff9b:0:1::1"],
        ...["fec0::1", "fe7f::1", "64:ff9b:2::1"],
      ]) {
        assert.equal(protects(network(target), origin), undefined, target);
      }
    });
  }

  test("refuses a target that has something protected in it", () => {
    const protects = protection(HOME);
    for (const [target, rule, detail] of [
      ["192.0.2.0/28", "own address", "192.0.2.10"],
      ["192.0.2.112/28", "own broadcast", "192.0.2.127"],
      ["192.0.2.0/29", "default gateway", "192.0.2.1"],
      ["203.0.113.32/27", "resolver", "203.0.113.53"],
      ["203.0.113.72/29", "ignoreip", "203.0.113.77"],
      ["203.0.113.192/28", "management session", "203.0.113.200"],
      ["2001:db8:53::/64", "resolver", "2001:db8:53::53"],
      ["2001:db8:5e::/48", "management session", "2001:db8:5e::5e"],
      ["::/64", "unspecified", "::"],
    ] as const) {
      assert.deepEqual(protects(network(target), "jail"), { rule, detail }, target);
    }
    assert.equal(protects(network("9.0.0.0/8"), "command"), undefined);
    for (const [target, rule, detail] of [
      ["192.0.0.0/8", "own address", "192.0.2.10"],
      ["64:ff9b::/32", "NAT64", "64:ff9b::/96"],
    ] as const) {
      assert.deepEqual(protects(network(target), "command"), { rule, detail }, target);
    }
  });

  test("answers for one prefix length after another the same as alone", () => {
    const together = protection(HOME);
    for (let round = 0; round < 2; round += 1) {
      for (let length = 24; length <= 32; length += 1) {
        for (const text of ["192.0.2.10", "203.0.113.54", "203.0.113.99", "10.9.9.9"]) {
          const target = network(`${text}/${length}`);
          assert.deepEqual(together(target, "jail"), protection(HOME)(target, "jail"), `${text}/${length}`);
        }
      }
    }
  });

  test("measures how wide a prefix may be by who asks", () => {
    const protects = protection(NOTHING);
    const wide = (target: string, origin: BanOrigin) => protects(network(target), origin)?.rule;
    for (const [target, origin, rule] of [
      ["198.51.100.0/24", "jail", undefined],
      ["198.51.100.0/23", "jail", "prefix too short"],
      ["2001:db8::/48", "jail", undefined],
      ["2001:db8::/47", "jail", "prefix too short"],
      ["9.0.0.0/8", "command", undefined],
      ["8.0.0.0/7", "command", "prefix too short"],
      ["2001::/19", "command", undefined],
      ["2000::/18", "command", "prefix too short"],
      ["9.0.0.0/8", "restore", undefined],
      ["0.0.0.0/0", "restore", "prefix too short"],
      ["::/0", "command", "prefix too short"],
    ] as const) {
      assert.equal(wide(target, origin), rule, `${target} by ${origin}`);
    }
    assert.match(protects(network("198.51.0.0/16"), "jail")?.detail ?? "", /\/16 .*\/24/);
  });

  test("protects the broadcast address of a subnet that has one only", () => {
    const subnet = (text: string) => ({
      ...NOTHING,
      own: [{ address: address("192.0.2.250"), subnet: network(text) }],
    });
    const broadcast = (text: string, target: string) => protection(subnet(text))(network(target), "jail")?.rule;
    assert.equal(broadcast("192.0.2.248/30", "192.0.2.251"), "own broadcast");
    assert.equal(broadcast("192.0.2.250/31", "192.0.2.251"), undefined);
    assert.equal(broadcast("192.0.2.250/32", "192.0.2.251"), undefined);
    assert.equal(broadcast("192.0.0.0/16", "192.0.255.255"), "own broadcast");
  });

  test("is not slowed down by how much is protected", () => {
    const many = Array.from({ length: 5000 }, (_, at) => network(`198.18.${at >> 8}.${at & 255}`));
    const protects = protection({ ...HOME, ignore: [...HOME.ignore, ...many] });
    let refused = 0;
    for (let at = 0; at < 100_000; at += 1) {
      const text = `198.${18 + (at & 1)}.${(at >> 8) & 255}.${at & 255}`;
      const target = parseNetwork(at % 3 === 0 ? `2001:db8:${(at & 0xffff).toString(16)}::/64` : text);
      if (target && protects(target, "jail")) refused += 1;
    }
    // No time is asserted: a search one by one would make this test take minutes.
    assert.ok(refused > 1000 && refused < 50_000, `${refused}`);
  });
});
