import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatNetwork } from "../../src/core/address.ts";
import {
  parseAddresses,
  parseConnections,
  parseGateways,
  parseResolvConf,
  parseRouteTable,
  parseRouteTable6,
} from "../../src/system/interfaces.ts";

const texts = (addresses: readonly { readonly text: string }[]) => addresses.map((one) => one.text);

describe("what ip tells of this machine", () => {
  test("reads addresses of both families with their subnets", () => {
    const info = [
      { family: "inet", local: "192.0.2.9", prefixlen: 24, broadcast: "192.0.2.255", scope: "global" },
      { family: "inet", local: "10.0.0.1", address: "10.0.0.2", prefixlen: 32, scope: "global" },
      { family: "inet6", local: "2001:db8::5", prefixlen: 64, scope: "global" },
      { family: "inet6", local: "fe80::3881:f7ff:fe3e:bc89", prefixlen: 64, scope: "link", tentative: true },
    ];
    const own = parseAddresses([
      { ifname: "lo", addr_info: [] },
      { ifname: "d0", addr_info: info },
    ]);
    assert.deepEqual(
      own.map((one) => [one.address.text, formatNetwork(one.subnet)]),
      [
        ["192.0.2.9", "192.0.2.0/24"],
        ["10.0.0.1", "10.0.0.1"],
        ["2001:db8::5", "2001:db8::/64"],
        ["fe80::3881:f7ff:fe3e:bc89", "fe80::/64"],
      ],
    );
  });

  test("reads gateways, hops of multipath routes and IPv6 hops of IPv4 routes", () => {
    const routes = [
      { dst: "default", gateway: "192.0.2.1", dev: "d0", flags: [] },
      { dst: "default", dev: "ppp0" },
      {
        dst: "default",
        metric: 50,
        nexthops: [{ gateway: "192.0.2.2" }, { via: { family: "inet6", host: "fe80::9" } }],
      },
      { dst: "default", via: { family: "inet6", host: "2001:db8::1" }, dev: "d0" },
    ];
    assert.deepEqual(texts(parseGateways(routes)), ["192.0.2.1", "192.0.2.2", "fe80::9", "2001:db8::1"]);
  });

  test("takes odd shapes for nothing", () => {
    for (const odd of [undefined, null, 7, "x", {}, [1, null, "x"], [{ addr_info: 3, nexthops: "x", via: null }]]) {
      assert.deepEqual(parseAddresses(odd), []);
      assert.deepEqual(parseGateways(odd), []);
    }
    const strange = [{ addr_info: [{ local: 7 }, { local: "localhost" }, { local: "192.0.2.1", prefixlen: "x" }] }];
    assert.deepEqual(
      parseAddresses(strange).map((one) => formatNetwork(one.subnet)),
      ["192.0.2.1"],
    );
  });
});

describe("what the kernel's files tell", () => {
  test("reads gateways of both families from the routing tables", () => {
    const table = [
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
      "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
      "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0",
      "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
    ].join("\n");
    assert.deepEqual(texts(parseRouteTable(table, "LE")), ["192.0.2.1"]);
    assert.deepEqual(texts(parseRouteTable(table.replace("010200C0", "C0000201"), "BE")), ["192.0.2.1"]);
    const zero = "0".repeat(32);
    const table6 = [
      `${zero} 00 ${zero} 00 20010db8000000000000000000000001 00000400 00000001 00000000 00000003     eth0`,
      `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo`,
      `20010db8000000000000000000000000 40 ${zero} 00 ${zero} 00000100 00000001 00000000 00000001     eth0`,
    ].join("\n");
    assert.deepEqual(texts(parseRouteTable6(table6)), ["2001:db8::1"]);
  });

  test("reads resolvers, with comments, zones and tabs about", () => {
    const file = [
      "# nameserver 192.0.2.1",
      "search example.org",
      "nameserver 203.0.113.53",
      "nameserver\t2001:db8::53 # main",
      "nameserver fe80::1%eth0",
      "nameserver dns.example.org",
      " nameserver 192.0.2.2",
      "nameserver",
      "options edns0",
    ].join("\n");
    assert.deepEqual(texts(parseResolvConf(file)), ["203.0.113.53", "2001:db8::53", "fe80::1"]);
  });

  test("reads who is connected to the given ports", () => {
    const rest = "00000000:00000000 00:00000000 00000000     0        0 1151 1 0000 100 0 0 10 0";
    const table = [
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      `   0: 00000000:0016 00000000:0000 0A ${rest}`,
      `   1: 0A0200C0:0016 076433C6:D431 01 ${rest}`,
      `   2: 0A0200C0:0016 086433C6:D431 06 ${rest}`,
      `   3: 0A0200C0:1F90 096433C6:D431 01 ${rest}`,
      `   4: 0A0200C0:D431 0A6433C6:0016 01 ${rest}`,
    ].join("\n");
    assert.deepEqual(texts(parseConnections(table, new Set([22]), "LE")), ["198.51.100.7"]);
    assert.deepEqual(texts(parseConnections(table, new Set([22, 8080]), "LE")), ["198.51.100.7", "198.51.100.9"]);
    const table6 = [
      `   0: B80D0120000000000000000001000000:0016 B80D012000000000000000005E000000:D431 01 ${rest}`,
      `   1: 0000000000000000FFFF00000A0200C0:0016 0000000000000000FFFF0000076433C6:D431 01 ${rest}`,
    ].join("\n");
    assert.deepEqual(texts(parseConnections(table6, new Set([22]), "LE")), ["2001:db8::5e", "198.51.100.7"]);
    assert.deepEqual(parseConnections("nonsense\n\n   0: x y 01\n", new Set([22]), "LE"), []);
  });
});
