/** What the contract does not ask of every firewall: what ipset and plain iptables do when things go wrong. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { makeScope } from "../../src/core/scope.ts";
import type { BailiffError } from "../../src/errors.ts";
import { findXtables } from "../../src/firewalls/xtables.ts";
import { findProgram } from "../../src/system/exec.ts";
import {
  ALL,
  ban,
  eventually,
  LAYOUT,
  names,
  net,
  REJECT,
  REJECT_ALL,
  SSH,
  UDP_ALL,
  unban,
} from "../contract/firewall.ts";
import type * as inside from "./firewall-inside.ts";
import { ATTACKER, CONTAINER, HOST, type Lab, labMissing, makeLab } from "./namespaces.ts";
import { executable } from "./nftables-host.ts";
import type * as peer from "./peer.ts";
import type { Called, Remote } from "./remote.ts";

const WAYS = [
  ["IPv4", ATTACKER.ip, HOST.ip],
  ["IPv6", ATTACKER.ip6, HOST.ip6],
] as const;

// Two at a time: most of the time is spent waiting for packets that must not come.
describe("the fallback firewalls", { concurrency: 2 }, () => {
  for (const variant of ["nft", "legacy"] as const) {
    const programs = [`iptables-${variant}`, `ip6tables-${variant}`, "ipset"];
    const absent = programs.filter((program) => findProgram(program) === undefined);
    const missing = labMissing() ?? (absent.length > 0 ? `not installed: ${absent.join(", ")}` : undefined);
    const skip = missing === undefined ? false : `MISSING: ${missing}`;

    for (const backend of ["ipset", "iptables"] as const) {
      describe(`${backend} with iptables-${variant}, in trouble`, { skip, concurrency: 1 }, () => {
        let lab: Lab;
        let firewall: Remote<typeof inside>;
        let attacker: Called<typeof peer>;
        let host: Called<typeof peer>;
        let folder: string;

        const module = new URL("firewall-inside.ts", import.meta.url);
        const recipe = (options: object) => ({
          module: `${backend}.ts`,
          maker: backend,
          options: { variant, lookEvery: 150, ...options },
        });

        async function open(options: object = {}): Promise<void> {
          await firewall?.close();
          firewall = await lab.host.load<typeof inside>(module);
          await firewall.call.open(recipe(options));
          await firewall.call.remove();
          await firewall.call.prepare(LAYOUT);
        }

        async function done(...changes: Parameters<typeof inside.apply>[0]): Promise<void> {
          assert.deepEqual(await firewall.call.apply(changes), []);
        }

        /** For an answer there is plenty of time; only for silence has somebody to wait. */
        async function contact(from: string, waitMs = 8000): Promise<string> {
          const to = from.includes(":") ? HOST.ip6 : HOST.ip;
          return await attacker.connect({ from, to, port: 22, waitMs });
        }

        async function isSilent(from: string, why?: string): Promise<void> {
          assert.equal(await contact(from, 400), "silent", why);
        }

        /** iptables or ip6tables of this variant. */
        const tables = (family: string, ...args: string[]) =>
          lab.host.run([`${family === "IPv4" ? "iptables" : "ip6tables"}-${variant}`, "-w", "5", ...args]);

        before(async () => {
          lab = await makeLab();
          [host, attacker] = await Promise.all([lab.host.peer(), lab.attacker.peer()]);
          await host.serveTcp(22);
          await host.serveUdp(53);
          folder = await mkdtemp(join(tmpdir(), "bailiff-fallback-"));
          await chmod(folder, 0o755);
        });
        after(async () => {
          await lab?.close();
          if (folder) await rm(folder, { recursive: true });
        });

        test("bans the published port of a container that an iptables of the other kind publishes", async () => {
          await open();
          const engine = variant === "nft" ? "legacy" : "nft";
          const container = await lab.container.peer();
          await container.serveTcp(80);
          const publish = (family: "IPv4" | "IPv6", what: "-A" | "-D") => {
            const to = family === "IPv4" ? `${CONTAINER.ip}:80` : `[${CONTAINER.ip6}]:80`;
            const program = `${family === "IPv4" ? "iptables" : "ip6tables"}-${engine}`;
            const rule = ["PREROUTING", "-p", "tcp", "--dport", "8081", "-j", "DNAT", "--to-destination", to];
            return lab.host.run([program, "-w", "5", "-t", "nat", what, ...rule]);
          };
          const ports = [{ first: 8081, last: 8081 }];
          const drop = makeScope({ protocols: ["tcp"], ports, action: "drop" });
          const reject = makeScope({ protocols: ["tcp"], ports, action: "reject" });
          await firewall.call.prepare({ ...LAYOUT, scopes: [drop, reject] });
          for (const [family, from, to] of WAYS) {
            await publish(family, "-A");
            const way = { from, to, port: 8081 };
            const id = await attacker.hold(way);
            assert.equal(await attacker.echo(id, 8000), "echo");
            await done(ban(drop, from, 600));
            assert.equal(await attacker.connect(way), "silent");
            assert.equal(await attacker.echo(id), "silent");
            assert.equal(await contact(from), "open");
            await done(unban(drop, from), ban(reject, from, 600));
            assert.equal(await attacker.connect({ ...way, waitMs: 8000 }), "refused");
            assert.equal(await attacker.echo(id, 20_000), "reset");
            assert.equal(await contact(from), "open");
            await done(unban(reject, from));
            assert.equal(await attacker.connect({ ...way, waitMs: 8000 }), "open");
            await publish(family, "-D");
          }
        });

        test("leaves nothing in the engine that the admin has switched iptables from", async () => {
          await open();
          const ours = async (engine: string) => {
            const programs = [`iptables-${engine}-save`, `ip6tables-${engine}-save`];
            const saved = await Promise.all(programs.map((program) => lab.host.run([program])));
            return saved.map((text) => /BAILIFF/.test(text));
          };
          await done(ban(ALL, ATTACKER.ip), ban(ALL, ATTACKER.ip6));
          const other = variant === "nft" ? "legacy" : "nft";
          await firewall.close();
          firewall = await lab.host.load<typeof inside>(module);
          await firewall.call.open(recipe({ variant: other }));
          await firewall.call.prepare(LAYOUT);
          assert.deepEqual(await ours(variant), [false, false]);
          assert.deepEqual(await ours(other), [true, true]);
          await done(ban(ALL, ATTACKER.ip), ban(ALL, ATTACKER.ip6));
          await firewall.close();
          await open();
          assert.deepEqual(await ours(other), [false, false]);
          assert.deepEqual(await ours(variant), [true, true]);
        });

        test("lets the kernel end bans while nobody runs", async () => {
          await open();
          await done(ban(ALL, ATTACKER.ip, 4), ban(ALL, ATTACKER.ip6, 4), ban(SSH, ATTACKER.sibling, 600));
          await firewall.close();
          for (const [, from] of WAYS) await isSilent(from);
          for (const [, from] of WAYS) {
            await eventually(`${from} may come again`, async () => (await contact(from, 400)) === "open");
          }
          await isSilent(ATTACKER.sibling);
        });

        // Rules that both backends have are tried with one of them.
        const shared = backend === "iptables" ? test : (): void => undefined;
        shared("stops what only looks like neighbour discovery: a router has passed it on", async () => {
          await open();
          const attacking = lab.attacker;
          const stopped = async (): Promise<number> =>
            Number(
              /^\s*(\d+)/m.exec((await tables("IPv6", "-t", "raw", "-vxnL", "BAILIFF-ACT")).split("\n")[2] ?? "")?.[1],
            );
          // Each time somebody else who is not there: nothing follows the question where he is.
          const solicit = (whom: string) => attacking.run(["bash", "-c", `echo >/dev/udp/${whom}/9; sleep 0.3`]);
          await done(ban(ALL, "fd77:0:0:1::/64", 600));
          await solicit("fd77:0:0:1::99");
          assert.equal(await stopped(), 0, "a neighbour was stopped");
          await attacking.run([
            "nft",
            "add table ip6 odd; add chain ip6 odd out { type filter hook output priority 0; }",
          ]);
          await attacking.run(["nft", "add rule ip6 odd out icmpv6 type nd-neighbor-solicit ip6 hoplimit set 64"]);
          await solicit("fd77:0:0:1::98");
          assert.ok((await stopped()) > 0, "it passed");
          await attacking.run(["nft", "delete table ip6 odd"]);
        });

        for (const [family, from, to] of WAYS) {
          test(`lets nothing through while an ${family} ban is extended and all is laid out again`, async () => {
            await open();
            await done(ban(ALL, from, 600));
            const before = await host.received(53);
            await attacker.flood({ from, to, port: 53 });
            assert.deepEqual(await firewall.call.extend(ALL.name, net(from), 20), []);
            await firewall.call.prepareAgain(LAYOUT, 4);
            await firewall.call.prepareAgain({ ...LAYOUT, allow: [net("192.0.2.0/24"), net("2001:db8::/32")] }, 3);
            const sent = await attacker.calm();
            assert.ok(sent > 100, `only ${sent} packets were sent`);
            assert.equal((await host.received(53)) - before, 0);
          });

          test(`lets nothing through while an ${family} ban moves from one scope to another`, async () => {
            await open();
            await done(ban(UDP_ALL, from, 600));
            const before = await host.received(53);
            await attacker.flood({ from, to, port: 53 });
            const scopes = [UDP_ALL, ALL, REJECT_ALL, UDP_ALL, REJECT_ALL, ALL];
            for (let at = 0; at < 24; at += 1) {
              const [old, next] = [scopes[at % 6] ?? ALL, scopes[(at + 1) % 6] ?? ALL];
              await done(unban(old, from), ban(next, from, 600));
              assert.deepEqual(names(await firewall.call.held()), [`${next.name} ${from}`]);
            }
            const sent = await attacker.calm();
            assert.ok(sent > 100, `only ${sent} packets were sent`);
            assert.equal((await host.received(53)) - before, 0);
          });

          test(`notices what others do to its ${family} rules, and mends it`, async () => {
            await open();
            const wanted = [ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600)];
            await done(...wanted);
            await firewall.call.watch({ layout: LAYOUT, wanted });
            const harm: readonly (readonly [string, readonly string[], RegExp])[] = [
              ["the chain emptied", ["-t", "raw", "-F", "BAILIFF"], /BAILIFF/],
              ["the verdict emptied", ["-t", "raw", "-F", "BAILIFF-ACT"], /BAILIFF-ACT/],
              ["a scope emptied", ["-t", "raw", "-F", "BAILIFFall"], /rules in our chains/],
              ["the jump taken out", ["-t", "raw", "-D", "PREROUTING", "-j", "BAILIFF"], /no longer jumps/],
              ["the whole table flushed", ["-t", "raw", "-F"], /changed our rules/],
              ["an accept before it", ["-t", "raw", "-I", "PREROUTING", "-j", "ACCEPT"], /lets packets by/],
              ["a pass in our chain", ["-t", "raw", "-I", "BAILIFF", "-j", "RETURN"], /rules in our chains/],
              ["an accept before the reject", ["-t", "filter", "-I", "INPUT", "-j", "ACCEPT"], /lets packets by/],
            ];
            for (const [what, words, sentence] of harm) {
              await tables(family, ...words);
              assert.match((await firewall.call.disturbance(10_000)) ?? "nothing was noticed", sentence, what);
              await isSilent(from, what);
              assert.equal(await firewall.call.disturbance(200), undefined, what);
            }
            await firewall.call.unwatch();
          });

          test(`drops what an accept before the ${family} reject lets by, and rejects again once mended`, async () => {
            await open();
            await done(ban(REJECT, from, 600));
            assert.equal(await contact(from), "refused");
            await tables(family, "-I", "INPUT", "-j", "ACCEPT");
            await isSilent(from);
            await firewall.call.prepare(LAYOUT);
            assert.equal(await contact(from), "refused");
            await tables(family, "-D", "INPUT", "-j", "ACCEPT");
          });
        }

        const misdeeds: readonly (readonly [string, string, RegExp])[] = [
          ["says yes to everything and does nothing", "exit 0", /reported success, but/],
          ["dies", "kill -SEGV $$", /was ended by SIGSEGV/],
          ["hangs", "exec sleep 60", /did not end within its time/],
          ["babbles", "printf '\\033[2Jrules, rules'; exit 1", /said " ?\[2Jrules, rules"/],
          ["fails without a word", "exit 3", /status 3 and said nothing/],
          ["has no permission", "echo 'Operation not permitted (you must be root)' >&2; exit 4", /not permitted/],
        ];
        // The programs are not real, so their variant makes no difference.
        for (const [what, script, words] of variant === "nft" ? misdeeds : []) {
          test(`complains of a program that ${what}`, async () => {
            const path = join(folder, "fake");
            await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
            const paths = { iptables: path, restore: path, save: path };
            await firewall?.close();
            firewall = await lab.host.load<typeof inside>(module);
            await firewall.call.open(recipe({ programs: { ipset: path, ip: paths, ip6: paths }, timeoutMs: 300 }));
            const error = await firewall.call.prepare(LAYOUT).then(
              () => assert.fail("it was believed"),
              (problem: BailiffError) => problem,
            );
            assert.equal(error.code, what === "has no permission" ? "FIREWALL_REFUSED" : "FIREWALL_BROKEN");
            assert.match(error.message, words);
            assert.doesNotMatch(error.message, /\p{Cc}/u);
            assert.match(error.hint ?? "", /\w/);
          });
        }

        test("takes out what a probe left that was killed in the middle", async () => {
          await open();
          const scratch = "BAILIFF-PROBE-4194303";
          for (const family of ["IPv4", "IPv6"]) {
            await tables(family, "-t", "raw", "-N", scratch);
            await tables(family, "-t", "raw", "-A", scratch, "-p", "tcp", "-j", "DROP");
          }
          const sets = "create bailiff-probe-4194303-0 hash:ip\ncreate bailiff-probe-theirs hash:ip\n";
          if (backend === "ipset") await lab.host.run(["ipset", "restore"], sets);
          await firewall.call.prepare(LAYOUT);
          await firewall.call.remove();
          for (const family of ["IPv4", "IPv6"]) {
            assert.doesNotMatch(await tables(family, "-t", "raw", "-S"), /BAILIFF/);
          }
          if (backend !== "ipset") return;
          assert.equal(await lab.host.run(["ipset", "list", "-n"]), "bailiff-probe-theirs\n");
          await lab.host.run(["ipset", "destroy", "bailiff-probe-theirs"]);
        });

        if (variant === "nft") {
          test("takes out the tables that were made for it, but for those that have something of others", async () => {
            // What other tests left in the tables is somebody else's.
            await firewall?.close();
            await lab.host.run(["nft", "flush", "ruleset"]);
            await open();
            await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
            await firewall.call.remove();
            assert.doesNotMatch(await lab.host.run(["nft", "list", "tables"]), /raw/);
            const theirs = ["-t", "raw", "-A", "PREROUTING", "-i", "nowhere", "-j", "ACCEPT"];
            await tables("IPv4", ...theirs);
            await tables("IPv6", "-t", "raw", "-P", "OUTPUT", "DROP");
            await firewall.call.prepare(LAYOUT);
            await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
            await firewall.call.remove();
            const saved = { ip: await tables("IPv4", "-t", "raw", "-S"), ip6: await tables("IPv6", "-t", "raw", "-S") };
            assert.equal(saved.ip, "-P PREROUTING ACCEPT\n-P OUTPUT ACCEPT\n-A PREROUTING -i nowhere -j ACCEPT\n");
            assert.equal(saved.ip6, "-P PREROUTING ACCEPT\n-P OUTPUT DROP\n");
            await lab.host.run(["nft", "delete table ip raw; delete table ip6 raw"]);
          });
        }

        test("says which options only nftables carries out, where they were asked for", async () => {
          await open({ egress: true, log: true, counters: false });
          const unserved = (await firewall.call.limits()).filter((limit) => limit.startsWith("firewall."));
          assert.deepEqual(
            unserved.map((limit) => limit.split(" is not done: ")[0]),
            ["firewall.egress", "firewall.log"],
          );
        });

        // What the kernel lacks it lacks for both variants.
        const lacking = variant === "nft" ? shared : (): void => undefined;
        lacking("stops IPv6 offenders where the kernel cannot match hop limits, and says what passes", async () => {
          const path = join(folder, "without-hl");
          const script = `in=$(cat); case $in in *"-m hl"*) echo "Couldn't load match hl" >&2; exit 2 ;; esac
            echo "$in" | ${findProgram("ip6tables-nft-restore")} "$@"`;
          await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
          const [iptables = "", save = ""] = ["iptables-nft", "iptables-nft-save"].map(findProgram);
          const ip = { iptables, restore: findProgram("iptables-nft-restore") ?? "", save };
          const ip6 = {
            iptables: findProgram("ip6tables-nft") ?? "",
            restore: path,
            save: findProgram("ip6tables-nft-save") ?? "",
          };
          await open({ programs: { ipset: findProgram("ipset"), ip, ip6 } });
          assert.match((await firewall.call.limits()).join("\n"), /passes from afar too: the kernel lacks xt_hl/);
          await done(ban(ALL, ATTACKER.ip6, 60));
          await isSilent(ATTACKER.ip6);
        });

        test("says that IPv6 is not covered, refuses such bans and makes the others", async () => {
          await open();
          await firewall.call.remove();
          const ip6 = { iptables: "/bin/false", restore: "/bin/false", save: "/bin/false" };
          const ip = { iptables: "iptables", restore: "iptables", save: "iptables" };
          for (const [key, suffix] of [
            ["iptables", ""],
            ["restore", "-restore"],
            ["save", "-save"],
          ] as const) {
            ip[key] = findProgram(`iptables-${variant}${suffix}`) ?? "";
          }
          for (const given of [{ ip }, { ip, ip6 }]) {
            await firewall.close();
            firewall = await lab.host.load<typeof inside>(module);
            await firewall.call.open(recipe({ programs: { ipset: findProgram("ipset"), ...given } }));
            await firewall.call.prepare(LAYOUT);
            assert.ok(
              (await firewall.call.limits()).some((limit) => limit.startsWith("IPv6 offenders are not stopped")),
            );
            const refused = ban(ALL, ATTACKER.ip6, 60);
            const refusals = await firewall.call.apply([refused, ban(ALL, ATTACKER.ip, 60)]);
            assert.deepEqual(
              refusals.map((one) => one.change),
              [refused],
            );
            assert.match(refusals[0]?.reason ?? "", /IPv6/);
            assert.deepEqual(names(await firewall.call.held()), [`all ${ATTACKER.ip}`]);
            await isSilent(ATTACKER.ip);
            await done(unban(ALL, ATTACKER.ip), unban(ALL, ATTACKER.ip6));
            await firewall.call.remove();
          }
        });

        if (backend === "ipset") {
          test("fills a full set to the brim, extends what is in it, and refuses the rest by name", async () => {
            // Small hash sets take a few more than they are told; so many more cannot find room.
            await open({ maxElements: 64 });
            for (const [kind, text] of [
              ["IPv4", (at: number) => `192.0.2.${at}`],
              ["IPv6", (at: number) => `2001:db8::${at.toString(16)}`],
            ] as const) {
              const early = Array.from({ length: 60 }, (_, at) => ban(ALL, text(at + 1), 60));
              await done(...early, ban(SSH, text(1), 60));
              const late = Array.from({ length: 150 }, (_, at) => ban(ALL, text(at + 50), 7200));
              const refusals = await firewall.call.apply([...late, ban(SSH, text(2), 60), unban(SSH, text(1))]);
              assert.ok(refusals.length > 100 && refusals.length < 150, `${kind}: ${refusals.length}`);
              for (const { reason } of refusals) assert.match(reason, /is full \(64 elements\)/);
              const held = await firewall.call.held();
              const mine = names(held.filter((one) => one.target.text.startsWith(kind === "IPv4" ? "192." : "2001:")));
              assert.equal(mine.length, 60 + (150 - refusals.length) - 11 + 1);
              assert.ok(mine.includes(`tcp_22 ${text(2)}`) && !mine.includes(`tcp_22 ${text(1)}`));
              const extended = held.find((one) => one.target.text === text(55));
              assert.ok(
                extended?.until !== undefined && extended.until > Date.now() + 3_600_000,
                "it was not extended",
              );
            }
          });

          test("leaves nothing half said when it is killed in the middle of a large batch", async () => {
            const [held, waits, over] = ["held", "waits", "over"].map((name) => join(folder, name));
            const slow = await executable(
              join(folder, "slow-ipset"),
              `if [ "$1" = restore ] && [ -e ${held} ]; then
                 : >${waits}
                 while [ -e ${held} ]; do sleep 0.1; done
                 ${findProgram("ipset")} "$@"
                 : >${over}
                 exit
               fi
               exec ${findProgram("ipset")} "$@"`,
            );
            const [ip, ip6] = [findXtables("ip", variant), findXtables("ip6", variant)];
            await open({ programs: { ipset: slow, ip, ip6 } });
            // Of what a pipe takes of them, the last ends in an address that is no longer whole.
            const texts = Array.from({ length: 5000 }, (_, at) =>
              at < 7 ? `203.9.10.${at + 10}` : `203.${10 + (at % 50)}.10.${10 + (Math.floor(at / 50) % 90)}`,
            ).filter((text, at, all) => all.indexOf(text) === at);
            await writeFile(held ?? "", "");
            const cut = firewall.call.apply(texts.map((text) => ban(ALL, text, 7200))).catch(() => "killed");
            await eventually("ipset waits", async () => existsSync(waits ?? ""));
            await setTimeout(200);
            firewall.kill("SIGKILL");
            assert.equal(await cut, "killed");
            await rm(held ?? "");
            await eventually("ipset is done", async () => existsSync(over ?? ""));
            const saved = await lab.host.run(["ipset", "save", "bailiff4-all"]);
            const found = [...saved.matchAll(/^add \S+ (\S+) timeout (\d+)/gm)];
            const odd = found.filter(([, text = "", left]) => !texts.includes(text) || Number(left) < 7000);
            assert.deepEqual(
              odd.map(([line]) => line),
              [],
            );
            assert.ok(found.length > 0);
          });

          test("lays out anew when its sets are gone, and makes the ban all the same", async () => {
            await open();
            for (const family of ["IPv4", "IPv6"]) {
              await tables(family, "-t", "raw", "-F");
              await tables(family, "-t", "filter", "-F");
              await tables(family, "-t", "security", "-F");
            }
            await lab.host.run(["ipset", "destroy"]);
            await done(ban(ALL, ATTACKER.ip, 60), ban(ALL, ATTACKER.ip6, 60));
            for (const [, from] of WAYS) await isSilent(from);
          });

          test("notices elements taken out by others, but not those that ended", async () => {
            await open();
            await done(
              ban(ALL, ATTACKER.ip, 600),
              ban(ALL, ATTACKER.ip6, 600),
              ban(SSH, "192.0.2.7", 1),
              ban(SSH, "192.0.2.8", 600),
            );
            await eventually("one ended", async () => (await firewall.call.held()).length === 3);
            await firewall.call.watch();
            assert.equal(await firewall.call.disturbance(300), undefined);
            await lab.host.run(["ipset", "flush", "bailiff6-all"]);
            assert.match((await firewall.call.disturbance(10_000)) ?? "", /took elements out of the set bailiff6-all/);
            await done(ban(ALL, ATTACKER.ip6, 600));
            await lab.host.run(["ipset", "del", "bailiff4-tcp_22", "192.0.2.8"]);
            await eventually("the other one too", async () =>
              /bailiff4-tcp_22/.test((await firewall.call.disturbance(1000)) ?? ""),
            );
            await firewall.call.unwatch();
          });

          test("notices elements that others changed or exchanged, though there are as many as before", async () => {
            await open();
            const wanted = [
              ban(ALL, ATTACKER.ip, 600),
              ban(ALL, ATTACKER.ip6),
              ban(SSH, "192.0.2.7", 3),
              ban(SSH, "2001:db8::/48", 600),
            ];
            await done(...wanted);
            await firewall.call.watch({ layout: LAYOUT, wanted: wanted.slice(0, 2) });
            // Long enough to look at each set, and for one ban to end.
            await eventually("one ended", async () => (await firewall.call.held()).length === 3);
            assert.equal(await firewall.call.disturbance(1000), undefined);
            const harm: readonly (readonly [set: string, input: string])[] = [
              ["bailiff4-all", `add -exist bailiff4-all ${ATTACKER.ip} timeout 60`],
              ["bailiff6-all", `add -exist bailiff6-all ${ATTACKER.ip6} timeout 2000000`],
              ["bailiff4-all", `del bailiff4-all ${ATTACKER.ip}\nadd bailiff4-all 192.0.2.9 timeout 600`],
              ["bailiff6-all", `del bailiff6-all ${ATTACKER.ip6}\nadd bailiff6-all 2001:db8::9 timeout 600`],
              ["bailiff6n-tcp_22", "add bailiff6n-tcp_22 2001:db8:7::/48 timeout 600"],
            ];
            for (const [set, input] of harm) {
              await lab.host.run(["ipset", "restore"], `${input}\n`);
              assert.match(
                (await firewall.call.disturbance(10_000)) ?? "",
                new RegExp(`changed elements of the set ${set}$`),
              );
              // As the daemon does, which compares all when it was told.
              const { call } = firewall;
              const foreign = (await call.held()).filter(
                ({ target }) => !names(wanted).some((one) => one.includes(target.text)),
              );
              assert.deepEqual(
                await call.apply(foreign.map(({ scope, target }) => ({ kind: "unban", scope, target }))),
                [],
              );
              await eventually("nothing more is noticed", async () => (await call.disturbance(700)) === undefined);
            }
            for (const [, from] of WAYS) await isSilent(from);
            await firewall.call.unwatch();
          });

          test("notices who is no longer allowed, or newly so, and a set of another kind in the place of its own", async () => {
            await open();
            const allow = [net(ATTACKER.sibling), net(ATTACKER.sibling6), net("0.0.0.0/1"), net("192.0.2.0/24")];
            const layout = { ...LAYOUT, allow: [...allow, net(ATTACKER.sibling)] };
            const wanted = [ban(ALL, "10.77.11.0/24", 600), ban(ALL, "fd77:0:0:12::/64", 600)];
            await firewall.call.prepare(layout);
            await done(...wanted);
            await firewall.call.watch({ layout, wanted });
            assert.equal(await firewall.call.disturbance(500), undefined);
            const swap = (family: string, set: string) =>
              `create other hash:net family ${family}\nadd other ${family === "inet" ? "192.0.2.0/24" : "2001:db8::/32"}\n` +
              `swap other ${set}\ndestroy other\n`;
            const harm: readonly (readonly [input: string, sentence: RegExp])[] = [
              ["flush bailiff4.allow", /changed the set bailiff4\.allow/],
              [`del bailiff6.allow ${ATTACKER.sibling6}`, /changed the set bailiff6\.allow/],
              [`add bailiff4.allow ${ATTACKER.elsewhere}`, /changed the set bailiff4\.allow/],
              [`add bailiff6.allow ${ATTACKER.elsewhere6}`, /changed the set bailiff6\.allow/],
              [
                `del bailiff4.allow ${ATTACKER.sibling}\nadd bailiff4.allow ${ATTACKER.elsewhere}`,
                /changed the set bailiff4\.allow/,
              ],
              // A swap in the middle of a look shows in the elements, which are read after the kind.
              [
                swap("inet", "bailiff4n-all"),
                /(another kind in the place of|changed elements of the set) bailiff4n-all$/,
              ],
              [
                swap("inet6", "bailiff6n-all"),
                /(another kind in the place of|changed elements of the set) bailiff6n-all$/,
              ],
            ];
            for (const [input, sentence] of harm) {
              await lab.host.run(["ipset", "restore"], `${input}\n`);
              assert.match((await firewall.call.disturbance(30_000)) ?? "nothing was noticed", sentence, input);
              assert.equal(await firewall.call.disturbance(500), undefined, input);
              for (const from of [ATTACKER.sibling, ATTACKER.sibling6])
                assert.equal(await contact(from), "open", input);
              await isSilent(ATTACKER.elsewhere6, input);
            }
            await firewall.call.unwatch();
          });

          test("bans though another set was swapped into the place of its own", async () => {
            await open();
            await lab.host.run(
              ["ipset", "restore"],
              "create other4 hash:ip\nswap other4 bailiff4-all\ncreate other6 hash:ip family inet6\nswap other6 bailiff6-all\n",
            );
            await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
            for (const [, from] of WAYS) await isSilent(from);
            await lab.host.run(["ipset", "restore"], "destroy other4\ndestroy other6\n");
          });

          test("replaces a set of its name that is of another kind", async () => {
            await open();
            await firewall.call.remove();
            await lab.host.run(
              ["ipset", "restore"],
              "create bailiff4-all bitmap:port range 1-9\ncreate bailiff6-all hash:ip family inet\n",
            );
            await firewall.call.prepare(LAYOUT);
            await done(ban(ALL, ATTACKER.ip, 60), ban(ALL, ATTACKER.ip6, 60));
            for (const [, from] of WAYS) await isSilent(from);
          });

          test("takes out what it can and names the sets that others' rules still use", async () => {
            await open();
            const [where, theirs] = [
              ["-t", "mangle"],
              ["PREROUTING", "-m", "set", "--match-set", "bailiff4-all", "src"],
            ];
            await tables("IPv4", ...where, "-A", ...theirs);
            const error = await firewall.call.remove().then(
              () => assert.fail("it cannot have been removed"),
              (problem: Error) => problem,
            );
            assert.match(error.message, /still refer to the sets bailiff4-all$/);
            assert.equal((await lab.host.run(["ipset", "list", "-n"])).trim(), "bailiff4-all");
            await tables("IPv4", ...where, "-D", ...theirs);
            await firewall.call.remove();
            assert.equal((await lab.host.run(["ipset", "list", "-n"])).trim(), "");
          });

          test("allows everybody when everybody is allowed", async () => {
            await open();
            await firewall.call.prepare({ ...LAYOUT, allow: [net("0.0.0.0/0"), net("::/0")] });
            await done(ban(ALL, ATTACKER.ip, 60), ban(ALL, ATTACKER.ip6, 60));
            for (const [, from] of WAYS) assert.equal(await contact(from), "open");
          });
        } else {
          test("keeps the bans that last longest when there is room for few", async () => {
            await open({ maxRules: 3 });
            for (const [, from] of WAYS) {
              const prefix = from.includes(":") ? "2001:db8::" : "192.0.2.";
              await done(ban(ALL, from), ban(ALL, `${prefix}1`, 60), ban(SSH, `${prefix}2`, 600));
              const refusals = await firewall.call.apply([ban(ALL, `${prefix}3`, 300), ban(ALL, `${prefix}4`, 30)]);
              assert.deepEqual(names(refusals.map((one) => one.change)), [`all ${prefix}1`, `all ${prefix}4`]);
              for (const { reason } of refusals) assert.match(reason, /room for 3 bans.*soonest to end/);
              const held = (await firewall.call.held()).filter((one) => one.target.family === net(from).family);
              assert.deepEqual(names(held), [`all ${from}`, `all ${prefix}3`, `tcp_22 ${prefix}2`].toSorted());
              await isSilent(from);
            }
          });

          test("sweeps out rules that have ended, without being asked", async () => {
            await open();
            await done(ban(ALL, "192.0.2.7", 1), ban(ALL, "2001:db8::7", 1), ban(ALL, "192.0.2.8", 600));
            await firewall.call.watch();
            for (const [family, text] of [
              ["IPv4", "192.0.2.7"],
              ["IPv6", "2001:db8::7"],
            ] as const) {
              assert.match(
                await tables(family, "-t", "raw", "-S", "BAILIFFall"),
                family === "IPv4" ? /192\.0\.2\.8/ : /-N/,
              );
              await eventually(
                `${text} is gone`,
                async () => !(await tables(family, "-t", "raw", "-S")).includes(text),
              );
            }
            assert.equal(await firewall.call.disturbance(200), undefined);
            await firewall.call.unwatch();
          });
        }
      });
    }
  }
});
