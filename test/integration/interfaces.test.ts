import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { eventually, net } from "../contract/firewall.ts";
import type * as inside from "./interfaces-inside.ts";
import { ATTACKER, HOST, type Lab, labMissing, makeLab } from "./namespaces.ts";
import type { Called } from "./remote.ts";

const missing = labMissing();

describe("the machine's surroundings", { skip: missing === undefined ? false : `MISSING: ${missing}` }, () => {
  let lab: Lab;
  let host: Called<typeof inside>;
  const SSH = new Set([22]);

  before(async () => {
    lab = await makeLab();
    const module = new URL("interfaces-inside.ts", import.meta.url);
    host = (await lab.host.load<typeof inside>(module)).call;
    await lab.host.run(["ip", "route", "add", "default", "via", "10.77.2.2"]);
    await lab.host.run(["ip", "-6", "route", "add", "default", "via", "fd77:0:0:2::2"]);
    await lab.host.run(["ip", "route", "add", "default", "via", "10.77.3.2", "table", "77"]);
  });
  after(async () => {
    await lab?.close();
  });

  test("are read with addresses, subnets and the gateways of every routing table", async () => {
    const { own, gateways } = await host.surroundings();
    const addresses = own.map((one) => one.address.text);
    for (const address of ["127.0.0.1", "::1", HOST.ip, HOST.ip6, "10.77.3.1"])
      assert.ok(addresses.includes(address), address);
    const subnet = own.find((one) => one.address.text === HOST.ip6)?.subnet;
    assert.equal(`${subnet?.text}/${subnet?.length}`, "fd77:0:0:1::/64");
    assert.deepEqual(gateways.map((one) => one.text).toSorted(), ["10.77.2.2", "10.77.3.2", "fd77:0:0:2::2"]);
  });

  test("protect the machine itself, its gateways and its broadcast addresses", async () => {
    for (const [target, rule] of [
      [HOST.ip, "own address"],
      [HOST.ip6, "own address"],
      ["10.77.1.255", "own broadcast"],
      ["10.77.2.2", "default gateway"],
      ["fd77:0:0:2::/64", "own address"],
      ["fd77:0:0:2::2", "default gateway"],
      [ATTACKER.ip, undefined],
      [ATTACKER.ip6, undefined],
    ] as const) {
      assert.equal((await host.gate(net(target), "jail", SSH))?.rule, rule, target);
    }
  });

  test("protect who is connected to a management port, for as long as he is", async () => {
    const serving = await lab.host.peer();
    const attacker = await lab.attacker.load<typeof import("./peer.ts")>(new URL("peer.ts", import.meta.url));
    await serving.serveTcp(22);
    await serving.serveTcp(80);
    for (const [from, to] of [
      [ATTACKER.ip, HOST.ip],
      [ATTACKER.ip6, HOST.ip6],
    ] as const) {
      await attacker.call.hold({ from, to, port: 22 });
    }
    await attacker.call.hold({ from: ATTACKER.sibling, to: HOST.ip, port: 80 });
    await eventually("both sessions are seen", async () => (await host.sessions(SSH)).length === 2);
    assert.deepEqual((await host.sessions(SSH)).toSorted(), [ATTACKER.ip, ATTACKER.ip6]);
    assert.equal((await host.gate(net(ATTACKER.ip), "command", SSH))?.rule, "management session");
    assert.equal((await host.gate(net("fd77:0:0:11::/64"), "jail", SSH))?.rule, "management session");
    assert.equal(await host.gate(net(ATTACKER.sibling), "command", SSH), undefined);
    assert.equal(await host.gate(net(ATTACKER.ip), "command", new Set()), undefined);
    await attacker.close();
    await eventually("both sessions are over", async () => (await host.sessions(SSH)).length === 0);
  });

  test("tell when an address or a default route changes, but not another route, and stop when told to", async () => {
    await host.watch();
    const changed = async (what: string, words: readonly string[], of: readonly string[]): Promise<void> => {
      const count = await host.seen();
      // Said again until it is heard: the watcher may not listen yet when the first is made.
      await eventually(what, async () => {
        await lab.host.run([...words, "add", ...of]);
        await lab.host.run([...words, "del", ...of]);
        return (await host.seen()) > count;
      });
    };
    await changed("an address came", ["ip", "addr"], ["192.0.2.77/32", "dev", "lo"]);
    await changed("an IPv6 address came", ["ip", "addr"], ["2001:db8::77/128", "dev", "lo"]);
    for (const [family, via] of [
      ["-4", "10.77.3.2"],
      ["-6", "fd77:0:0:3::2"],
    ] as const) {
      await changed("a default route came", ["ip", family, "route"], ["default", "via", via, "metric", "77"]);
    }
    // What came in a bunch is told half a second later.
    await delay(700);
    const count = await host.seen();
    for (const network of ["192.0.2.0/24", "2001:db8:7::/48"]) {
      await lab.host.run(["ip", "route", "add", network, "dev", "bystander"]);
    }
    await delay(700);
    assert.equal(await host.seen(), count);
    await host.unwatch();
  });
});
