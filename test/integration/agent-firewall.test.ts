/** The whole agent where its firewall is worked by others, is full, or holds bans that overlap. With packets. */
import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { BanReport, ChangeReport } from "../../src/control/report.ts";
import { findProgram } from "../../src/system/exec.ts";
import { Agent, heldIn, runProgram, SYSLOG, until } from "./agent.ts";
import { ATTACKER, HOST, type Lab, labMissing, makeLab } from "./namespaces.ts";
import { executable, NFT } from "./nftables-host.ts";

const missing = labMissing();

describe("an agent's firewall", { skip: missing === undefined ? false : `MISSING: ${missing}` }, () => {
  let lab: Lab;
  let agent: Agent;

  function make(prefix: readonly string[] = []): Agent {
    return new Agent({
      prefix: [...lab.host.prefix, ...prefix],
      config: { sources: [SYSLOG], firewall: { backend: "nftables" }, jails: { sshd: {} } },
    });
  }

  beforeEach(async () => {
    lab = await makeLab();
    agent = make();
    await (await lab.host.peer()).serveTcp(22);
  });
  afterEach(async () => {
    await agent?.remove();
    await lab?.close();
  });

  async function meets(expected: "open" | "silent", ...addresses: readonly string[]): Promise<void> {
    for (const from of addresses) {
      const way = { from, to: from.includes(":") ? HOST.ip6 : HOST.ip, port: 22 };
      const met = await (await lab.attacker.peer()).connect(expected === "open" ? { ...way, waitMs: 8000 } : way);
      assert.equal(met, expected, from);
    }
  }

  it("takes the good lines of a list, whatever the others are", async () => {
    await agent.start();
    const odd = [
      ...["*", "x", "localhost", "1.2.3", "0x7f000001", "fe80::1%eth0", "0.0.0.0/0", "2001::/16", "192.0.2.300"],
      ...["192.0.2.7; flush ruleset", "$(id)", "-1", "192.0.2.8,192.0.2.9", "\u001b[31mred", "\u0000"],
      ...["a".repeat(5000), HOST.ip, "127.0.0.1", "::1", HOST.ip6],
    ];
    const good = [` ${ATTACKER.ip} # guesses`, "", "# a comment", `${ATTACKER.ip6}\r`];
    const list = join(agent.folder, "list");
    writeFileSync(list, [good[0], ...odd, ...good.slice(1)].join("\n"));
    const { code, stdout, stderr } = await agent.cli("ban", "--file", list, "--for", "1h");
    assert.equal(code, 65, stderr);
    assert.match(stdout, /^10\.77\.1\.2 in manual until \S+\nfd77:0:0:11::\/64 in manual until \S+\n$/);
    assert.equal(stderr.trim().split("\n").length, odd.length, stderr);
    assert.doesNotMatch(stderr, /[^\x20-\x7e\n]/);
    await meets("silent", ATTACKER.ip, ATTACKER.ip6);
    await meets("open", ATTACKER.elsewhere, ATTACKER.elsewhere6);
    assert.equal((await heldIn(lab.host)).size, 2);
  });

  it("names the rule that protects the address that was given, not one of its prefix", async () => {
    await agent.start();
    for (const [given, named, rule] of [
      ["127.0.0.1", "127.0.0.1", "loopback 127.0.0.0/8"],
      ["::1", "::1", "loopback ::1"],
      ["::", "::", "unspecified ::"],
      ["64:ff9b::192.0.2.7", "64:ff9b::c000:207", "NAT64 64:ff9b::/96"],
      [HOST.ip6, HOST.ip6, `own address ${HOST.ip6}`],
      ["::/64", "::/64", "unspecified ::"],
      ["0.0.0.0/0", "0.0.0.0/0", "prefix too short /0 is wider than /8, the widest at all"],
    ] as const) {
      const { code, stderr } = await agent.cli("ban", given);
      assert.deepEqual([code, stderr], [65, `bailiff: ${named}: it is protected: ${rule}\n`]);
    }
    // Its /64 is the wire's own.
    assert.match((await agent.cli("ban", ATTACKER.onLink6)).stdout, /^fd77:0:0:1::2 in manual/);
  });

  it("keeps a wider ban when the narrower in it is lifted, and says so", async () => {
    await agent.start();
    for (const { narrow, wide, address, other } of [
      { narrow: ATTACKER.elsewhere, wide: "10.77.11.0/24", address: ATTACKER.elsewhere, other: "10.77.11.9" },
      { narrow: "fd77:0:0:12::/64", wide: "fd77:0:0:10::/60", address: ATTACKER.elsewhere6, other: ATTACKER.ip6 },
    ]) {
      await agent.json<ChangeReport>("ban", narrow, "--for", "2h");
      await agent.json<ChangeReport>("ban", wide, "--for", "1h");
      const both = await agent.json<BanReport[]>("banned", address);
      assert.deepEqual(both.map((ban) => ban.address).toSorted(), [narrow, wide].toSorted());
      const { stdout, stderr } = await agent.cli("unban", address);
      assert.equal(stdout, `${narrow} in manual\n`);
      assert.equal(stderr, `bailiff: ${address} is still shut out by ${wide} in manual: bailiff unban ${wide}\n`);
      await meets("silent", address);
      assert.equal((await agent.json<BanReport[]>("banned", other)).length, 1);
      assert.equal((await agent.cli("unban", address)).stdout, `${wide} in manual\n`);
      await meets("open", address);
    }
  });

  it("lifts the bans of whom a reload spares, and of nobody else", async () => {
    await agent.start();
    const wide = ["10.77.11.0/24", "fd77:0:0:10::/60"];
    await agent.json("ban", ATTACKER.ip, ATTACKER.elsewhere6, ...wide, "--for", "1h");
    await agent.json("ban", ATTACKER.ip, ATTACKER.elsewhere6, "--jail", "sshd", "--for", "1h");
    await meets("silent", ATTACKER.ip, ATTACKER.elsewhere6, ATTACKER.elsewhere, ATTACKER.ip6);
    const ignoreip = ["10.77.1.0/28", "fd77:0:0:12::/64", "10.77.11.200"];
    agent.configure({
      sources: [SYSLOG],
      firewall: { backend: "nftables" },
      defaults: { ignoreip },
      jails: { sshd: {} },
    });
    assert.equal((await agent.cli("reload")).code, 0);
    assert.deepEqual(await agent.banned(), wide);
    assert.equal(agent.count(/ unban .*why="ignored now: /), 4);
    await meets("open", ATTACKER.ip, ATTACKER.elsewhere6);
    await meets("silent", ATTACKER.elsewhere, ATTACKER.ip6);
    assert.deepEqual([...(await heldIn(lab.host)).keys()].toSorted(), ["10.77.11.0", "fd77:0:0:10::"]);
  });

  it("shuts out at once whom a command spared and spares no longer", async () => {
    await agent.start();
    for (const [address, network] of [
      [ATTACKER.ip, "10.77.1.0/28"],
      [ATTACKER.ip6, "fd77:0:0:11::/64"],
    ] as const) {
      await agent.json("ignore", "add", network);
      assert.equal((await agent.cli("ban", address)).code, 65);
      await agent.json("ignore", "remove", network);
      await agent.json("ban", address);
      await meets("silent", address);
    }
  });

  it("closes all ports of the protocols that the jail names, and everything where it names none", async () => {
    agent.configure({
      sources: [SYSLOG],
      firewall: { backend: "nftables" },
      defaults: { protocols: ["udp"] },
      jails: {
        dns: { filter: "named-refused", ports: "all", protocols: ["udp"] },
        phones: { filter: "asterisk", ports: "all" },
      },
    });
    await agent.start();
    await (await lab.host.peer()).serveUdp(53);
    const asks = async (from: string, waitMs: number): Promise<boolean> => {
      const to = from.includes(":") ? HOST.ip6 : HOST.ip;
      return await (await lab.attacker.peer()).datagram({ from, to, port: 53, waitMs });
    };
    for (const address of [ATTACKER.ip, ATTACKER.ip6]) {
      await agent.json("ban", address, "--jail", "dns");
      assert.equal(await asks(address, 400), false);
      await meets("open", address);
      await agent.json("ban", address, "--jail", "phones");
      await meets("silent", address);
      await agent.json("unban", address);
      assert.equal(await asks(address, 8000), true);
    }
    assert.match((await agent.cli("firewall", "show")).stdout, /^ {2}udp_all +udp all /m);
  });

  it("is shown as the kernel has it, and removed by whoever may", async () => {
    await agent.start();
    await agent.json("ban", ATTACKER.ip, ATTACKER.ip6, "--for", "1h");
    await meets("silent", ATTACKER.ip, ATTACKER.ip6);
    const { stdout } = await agent.cli("firewall", "show");
    assert.match(stdout, /^ {2}all +all ports +drop +2 +[1-9]\d* packets$/m);
    assert.match(stdout, /^ {2}tcp_22 +tcp 22 +drop +0 +0 packets$/m);
    for (const [, command] of stdout.matchAll(/^ {2}(nft .*)$/gm)) await lab.host.run((command ?? "").split(" "));
    assert.equal((await agent.cli("firewall", "remove")).code, 69);
    await agent.kill("SIGTERM");
    await meets("silent", ATTACKER.ip, ATTACKER.ip6);
    const words = ["firewall", "remove", "--config", agent.configFile];
    const refused = await runProgram(words, [...lab.host.prefix, "setpriv", "--bounding-set=-all", "--inh-caps=-all"]);
    assert.deepEqual([refused.code, refused.stdout], [77, ""]);
    assert.match(refused.stderr, /no permission to change the firewall[\s\S]*FIREWALL_REFUSED/);
    await meets("silent", ATTACKER.ip, ATTACKER.ip6);
    const removed = await runProgram(words, lab.host.prefix);
    assert.equal(removed.code, 0);
    assert.equal(removed.stdout, "removed from nftables\n");
    await meets("open", ATTACKER.ip, ATTACKER.ip6);
    const { code, stdout: again } = await runProgram(words, lab.host.prefix);
    assert.deepEqual([code, again], [0, "nothing of bailiff's was in the kernel\n"]);
  });

  it("takes the bans along from one backend to another, and leaves none behind that nobody would lift", async (t) => {
    if (["iptables", "ip6tables", "ipset"].some((name) => findProgram(name) === undefined)) {
      t.skip("MISSING: iptables, ip6tables or ipset");
      return;
    }
    const laidOut = async (): Promise<string[]> => {
      const tables = await lab.host.run([NFT, "list", "tables"]);
      const rules = await Promise.all(["iptables-save", "ip6tables-save"].map((name) => lab.host.run([name])));
      return [
        ...(/inet bailiff/.test(tables) ? ["nftables"] : []),
        ...(/BAILIFF/.test(rules.join("")) ? ["iptables"] : []),
      ];
    };
    const both = [ATTACKER.ip, ATTACKER.ip6];
    for (const [backend, before] of [
      ["iptables", undefined],
      ["nftables", "ipset"],
      ["iptables", "nftables"],
    ] as const) {
      agent.configure({ sources: [SYSLOG], firewall: { backend }, jails: { sshd: {} } });
      const from = agent.log.length;
      await agent.start();
      if (before === undefined) await agent.json("ban", ...both, "--for", "1h");
      else await agent.said(new RegExp(`what ${before} held from a run before was taken out`), from);
      assert.deepEqual(await laidOut(), [backend]);
      await meets("silent", ...both);
      await agent.kill("SIGTERM");
    }
    await agent.start();
    await agent.json("unban", ...both);
    await meets("open", ...both);
  });

  it("is checked for what comes before it, whatever carries the bans out", async (t) => {
    if (["iptables", "ip6tables"].some((name) => findProgram(name) === undefined)) {
      t.skip("MISSING: iptables or ip6tables");
      return;
    }
    await lab.host.run([
      NFT,
      "add table netdev early; add chain netdev early in { type filter hook ingress device attacker priority -600; }; " +
        "add rule netdev early in ip saddr 10.77.11.0/24 fwd to bystander; " +
        "add rule netdev early in ip saddr 10.77.1.0/24 accept",
    ]);
    for (const backend of ["nftables", "iptables"]) {
      agent.configure({ sources: [SYSLOG], firewall: { backend }, jails: { sshd: {} } });
      await agent.start();
      const { code, stdout } = await agent.cli("firewall", "check");
      assert.equal(code, 1, `${backend}: ${stdout}`);
      assert.match(
        stdout,
        /^LEAK: chain in of table netdev early \(ingress -600\) sends packets on to another interface/,
      );
      assert.match(stdout, /^note: chain in of table netdev early \(ingress -600\) accepts packets early/m);
      if (backend === "iptables") {
        await lab.host.run(["iptables", "-t", "raw", "-F", "PREROUTING"]);
        const flushed = await agent.cli("firewall", "check");
        // Unless it was mended a moment ago already.
        assert.match(`${flushed.stdout}${agent.log}`, /PREROUTING no longer jumps to BAILIFF/);
      }
      await agent.kill("SIGTERM");
    }
  });

  it("uses a firewall that is installed after its start, and puts the bans into it that there are", async () => {
    const programs = ["nft", "iptables", "ip6tables", "ipset"].flatMap((name) => findProgram(name) ?? []);
    const hide = programs.map((path) => `mount --bind /dev/null $(readlink -f ${path}) 2>/dev/null`).join("; ");
    const mount = ["unshare", "--mount", "--propagation", "private", "sh", "-c", `${hide}; exec "$@"`, "sh"];
    const other = new Agent({
      prefix: [...lab.host.prefix, ...mount],
      config: { sources: [SYSLOG], jails: { sshd: {} } },
    });
    try {
      await other.start();
      assert.match((await other.status()).troubles.join("\n"), /NOBODY IS STOPPED, .*nft is not installed/);
      const { stderr } = await other.cli("ban", ATTACKER.ip, ATTACKER.ip6, "--for", "1h");
      assert.match(stderr, /not all in the kernel yet, and tried again: NOBODY IS STOPPED/);
      assert.equal(other.count(/ would ban .*by=command/), 2);
      await meets("open", ATTACKER.ip, ATTACKER.ip6);
      await lab.host.run(["nsenter", "--target", String(other.pid), "--mount", "--", "umount", NFT]);
      assert.equal((await other.cli("reload")).code, 0);
      await until(async () => (await other.status()).firewall.name === "nftables", "it uses nftables");
      await until(async () => (await heldIn(lab.host)).size === 2, "both are held");
      await meets("silent", ATTACKER.ip, ATTACKER.ip6);
      assert.equal((await other.status()).health, "ok");
      await other.json("ban", ATTACKER.elsewhere);
      assert.equal(other.count(/ ban 10\.77\.11\.2 /), 1);
      await lab.host.run([NFT, "flush", "ruleset"]);
      await until(() => other.count(/firewall repaired/) > 0, "it is mended");
      await meets("silent", ATTACKER.ip, ATTACKER.elsewhere);
    } finally {
      await other.remove();
    }
  });

  it("bans at once while another program changes its rules again and again, and mends the rest later", async () => {
    await agent.start();
    await agent.json("ban", "192.0.2.7", "2001:db8:7::7", "--for", "1h");
    const fight = async (): Promise<void> => {
      const from = agent.log.length;
      // Each flush is mended at once, until there were too many.
      while (!/keeps changing bailiff's rules/.test(agent.log.slice(from))) {
        await lab.host.run([NFT, "flush", "ruleset"]);
        await delay(200);
      }
    };
    await fight();
    const { health, troubles } = await agent.status();
    assert.equal(health, "degraded");
    assert.match(
      troubles.join("\n"),
      /another program keeps changing bailiff's rules: bans that it takes out stop nobody/,
    );
    const repaired = agent.count(/firewall repaired/);
    const { code, stderr } = await agent.cli("ban", ATTACKER.ip, ATTACKER.ip6);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.ok((await heldIn(lab.host)).has(ATTACKER.ip));
    await meets("silent", ATTACKER.ip, ATTACKER.ip6);
    await until(() => agent.count(/firewall repaired/) > repaired, "it is laid out again");
    await until(async () => (await heldIn(lab.host)).size === 4, "all four are held");
    await until(async () => (await agent.status()).health === "ok", "it is well again");
    await fight();
    const { code: status, signal } = await agent.kill("SIGTERM");
    assert.deepEqual([status, signal], [0, null]);
  });

  it("says that a set is full, and bans as soon as there is room", async () => {
    const small = join(agent.folder, "nft");
    copyFileSync(NFT, `${small}-real`);
    // Sets of two elements, made by the real nft.
    await executable(
      small,
      `for word; do
         shift
         case "$word" in
           /*.json) sed 's/"size":1048576/"size":2/g' "$word" >"$word.small"; word="$word.small" ;;
           *) word=$(printf %s "$word" | sed 's/"size":1048576/"size":2/g') ;;
         esac
         set -- "$@" "$word"
       done
       exec ${small}-real "$@"`,
    );
    const mount = ["unshare", "--mount", "--propagation", "private", "sh", "-c"];
    const other = make([...mount, `mount --bind ${small} ${NFT} && exec "$@"`, "sh"]);
    try {
      await other.start();
      await other.json("ban", "192.0.2.1", "192.0.2.2", "2001:db8:1::1", "2001:db8:2::1");
      assert.equal((await heldIn(lab.host)).size, 4);
      const { code, stderr } = await other.cli("ban", ATTACKER.ip, ATTACKER.ip6);
      assert.equal(code, 0);
      assert.match(stderr, /not all in the kernel yet.*the set all_[46]_\d+ is full/);
      await meets("open", ATTACKER.ip, ATTACKER.ip6);
      assert.match((await other.status()).troubles.join("\n"), /some bans are not in force: the set all_._\d+ is full/);
      await other.json("unban", "192.0.2.1", "2001:db8:1::1");
      await until(async () => (await heldIn(lab.host)).has(ATTACKER.ip), "the IPv4 ban is in force");
      await until(async () => (await heldIn(lab.host)).has("fd77:0:0:11::"), "the IPv6 ban is in force");
      await meets("silent", ATTACKER.ip, ATTACKER.ip6);
      await until(async () => (await other.status()).health === "ok", "it is well again");
    } finally {
      await other.remove();
    }
  });
});
