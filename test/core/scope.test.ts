import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PortRange, Protocol } from "../../src/core/ban.ts";
import { makeScope, parsePorts, SCOPE_NAME } from "../../src/core/scope.ts";

const SERVICES = new Map([
  ["ssh", [22]],
  ["http", [80]],
  ["https", [443]],
  ["sip", [5060]],
  ["domain", [53]],
  ["two", [10, 12]],
]);

function scope(protocols: readonly Protocol[], ports: readonly PortRange[], action: "drop" | "reject" = "drop") {
  return makeScope({ protocols, ports, action });
}

function port(first: number, last = first): PortRange {
  return { first, last };
}

describe("a scope", () => {
  test("has a name that says what it is", () => {
    for (const [protocols, ports, action, name] of [
      [[], [], "drop", "all"],
      [[], [], "reject", "reject_all"],
      [["tcp"], [], "drop", "tcp_all"],
      [["tcp"], [port(22)], "drop", "tcp_22"],
      [["tcp"], [port(22)], "reject", "reject_tcp_22"],
      [["tcp"], [port(80), port(443)], "drop", "tcp_80_443"],
      [["udp"], [port(6000, 6010)], "drop", "udp_6000to6010"],
      [["udp", "tcp"], [port(5060)], "drop", "tcp_udp_5060"],
      [["sctp"], [port(2905)], "drop", "sctp_2905"],
    ] as const) {
      assert.equal(scope(protocols, ports, action).name, name);
    }
  });

  test("is the same for the same packets, however they are written", () => {
    const one = scope(["tcp", "udp"], [port(443), port(80), port(81, 90)]);
    for (const other of [
      scope(["udp", "tcp", "udp"], [port(80, 90), port(443)]),
      scope(["tcp", "udp"], [port(80, 85), port(83, 90), port(443), port(443)]),
    ]) {
      assert.deepEqual(other, one);
    }
    assert.deepEqual(one.ports, [port(80, 90), port(443)]);
    assert.deepEqual(scope(["tcp"], [port(1, 65_535)]), scope(["tcp"], []));
    assert.deepEqual(scope([], [port(22)]), scope(["tcp"], [port(22)]));
  });

  test("has a name of at most 21 characters that stays the same for ever", () => {
    const mail = scope(
      ["tcp"],
      [25, 110, 143, 465, 587, 993, 995, 4190].map((one) => port(one)),
    );
    assert.equal(mail.name, "tcp_25_110_1_b14daf1c");
    assert.match(mail.name, SCOPE_NAME);
  });

  test("has another name for other packets", () => {
    const names = new Map<string, string>();
    for (const protocols of [[], ["tcp"], ["udp"], ["tcp", "udp"], ["sctp"], ["dccp", "udplite"]] as const) {
      for (const action of ["drop", "reject"] as const) {
        for (let first = 1; first < 1200; first += 7) {
          for (const ports of [
            [],
            [port(first)],
            [port(first, first + 9)],
            [port(first), port(first + 2), port(60_000)],
          ]) {
            const made = scope(protocols, ports, action);
            const { name, ...rest } = made;
            assert.match(name, SCOPE_NAME);
            const before = names.get(name);
            assert.ok(before === undefined || before === JSON.stringify(rest), `${name} twice: ${before}`);
            names.set(name, JSON.stringify(rest));
          }
        }
      }
    }
    assert.ok(names.size > 5000);
  });

  test("is never made of ports that are none", () => {
    for (const ports of [[port(0)], [port(65_536)], [port(5, 4)], [port(1.5)], [port(Number.NaN)], [port(-1, 3)]]) {
      assert.throws(() => scope(["tcp"], ports), RangeError);
    }
  });
});

describe("ports as admins write them", () => {
  test("are numbers, ranges, services, lists of them, or all", () => {
    for (const [written, ports] of [
      [22, [port(22)]],
      ["22", [port(22)]],
      ["6000-6010", [port(6000, 6010)]],
      ["6000:6010", [port(6000, 6010)]],
      ["ssh", [port(22)]],
      ["http,https", [port(80), port(443)]],
      ["http, 8080 ,  8000-8010", [port(80), port(8000, 8010), port(8080)]],
      [
        ["https", 80, "81"],
        [port(80, 81), port(443)],
      ],
      ["two", [port(10), port(12)]],
      ["all", []],
      [["ssh", "all"], []],
      ["1-65535", []],
      ["65535", [port(65_535)]],
    ] as const) {
      assert.deepEqual(parsePorts(written, SERVICES), { kind: "ports", ports }, JSON.stringify(written));
    }
  });

  test("are refused with the part that is wrong and why", () => {
    for (const [written, part, why] of [
      [0, "0", /from 1 to 65535/],
      [65_536, "65536", /from 1 to 65535/],
      ["99999", "99999", /from 1 to 65535/],
      [-1, "-1", /from 1 to 65535/],
      [22.5, "22.5", /from 1 to 65535/],
      [Number.NaN, "NaN", /service/],
      ["10-5", "10-5", /ends before it begins/],
      ["1-2-3", "1-2-3", /range like/],
      ["", "", /range like/],
      ["22,", "", /range like/],
      [[], "", /no port is named/],
      ["shh", "shh", /service of \/etc\/services/],
      ["22; drop", "22; drop", /service/],
      ["__proto__", "__proto__", /service/],
      [["ssh", "nope"], "nope", /service/],
      ["0x16", "0x16", /service/],
    ] as const) {
      const found = parsePorts(written, SERVICES);
      assert.equal(found.kind, "wrong", JSON.stringify(written));
      if (found.kind !== "wrong") continue;
      assert.equal(found.written, part);
      assert.match(found.why, why);
    }
  });
});
