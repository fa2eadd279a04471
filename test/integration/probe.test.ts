import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type * as probing from "../../src/firewalls/probe.ts";
import type { Backend, Probe, ProbeOptions, ProbePrograms } from "../../src/firewalls/probe.ts";
import { findXtables } from "../../src/firewalls/xtables.ts";
import { findProgram } from "../../src/system/exec.ts";
import { type Lab, labMissing, makeLab } from "./namespaces.ts";
import type { Called } from "./remote.ts";

const needed = ["nft", "ipset", "iptables-nft", "iptables-legacy", "ip6tables-nft", "ip6tables-legacy", "setpriv"];
const absent = needed.filter((program) => findProgram(program) === undefined);
const missing = labMissing() ?? (absent.length > 0 ? `not installed: ${absent.join(", ")}` : undefined);

describe("probing for a firewall", { skip: missing === undefined ? false : `MISSING: ${missing}` }, () => {
  let lab: Lab;
  let probe: Called<typeof probing>["probe"];
  let folder: string;

  const programs = (variant: "nft" | "legacy"): ProbePrograms => ({
    nft: findProgram("nft"),
    ipset: findProgram("ipset"),
    ip: findXtables("ip", variant),
    ip6: findXtables("ip6", variant),
  });

  before(async () => {
    lab = await makeLab();
    probe = (await lab.host.load<typeof probing>(new URL("../../src/firewalls/probe.ts", import.meta.url))).call.probe;
    folder = await mkdtemp(join(tmpdir(), "bailiff-probe-"));
  });
  after(async () => {
    await lab?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  /** A program that ignores what it is asked and does this instead. */
  async function fake(name: string, script: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return path;
  }

  async function everything(): Promise<string> {
    const legacy = (await lab.host.run(["cat", "/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"])).trim();
    return (await lab.host.run(["nft", "list", "ruleset"])) + (await lab.host.run(["ipset", "save"])) + legacy;
  }

  function summary(found: Probe): readonly string[] {
    return found.tried.map((one) => `${one.name} ${one.ok ? "works" : "does not"}`);
  }

  async function reasonsOf(options: ProbeOptions): Promise<string> {
    const found = await probe(options).catch((error: Error) => error);
    assert.ok(found instanceof Error, `${JSON.stringify(found)}`);
    assert.equal((found as Error & { code?: string }).code, "FIREWALL_MISSING");
    assert.match((found as Error & { hint?: string }).hint ?? "", /firewall\.backend/);
    return found.message;
  }

  test("finds each kind that the system has, and leaves nothing behind", async () => {
    const before = await everything();
    for (const variant of ["nft", "legacy"] as const) {
      for (const backend of ["auto", "nftables", "ipset", "iptables", "none"] as const) {
        const found = await probe({ backend, variant });
        const expected: Readonly<Record<string, Backend>> = { auto: "nftables", iptables: "ipset" };
        assert.equal(found.firewall, expected[backend] ?? backend);
        assert.match(found.why, /works|asked for/);
        for (const { limits } of found.tried) assert.deepEqual(limits, []);
        if (variant === "nft") assert.equal(await everything(), before, backend);
      }
    }
    // The legacy engine keeps an empty table raw once it was looked at; nothing else may be left.
    assert.equal((await everything()).replace(/raw/g, "").trim(), before.trim());
    assert.doesNotMatch(await lab.host.run(["iptables-legacy-save", "-t", "raw"]), /PROBE/);
  });

  test("leaves other people's table raw as it is", async () => {
    for (const family of ["iptables", "ip6tables"]) {
      await lab.host.run([`${family}-nft-restore`, "--noflush"], "*raw\n:THEIRS - [0:0]\nCOMMIT\n");
    }
    const before = await everything();
    await probe({ backend: "ipset", variant: "nft" });
    assert.equal(await everything(), before);
    for (const family of ["ip", "ip6"]) await lab.host.run(["nft", "delete", "table", family, "raw"]);
  });

  test("goes on to the next best where one is not installed", async () => {
    const { nft, ipset, ip, ip6 } = programs("nft");
    const tried = async (given: ProbePrograms) => await probe({ backend: "auto", programs: given });
    assert.deepEqual(summary(await tried({ nft, ipset, ip, ip6 })), ["nftables works"]);
    assert.deepEqual(summary(await tried({ ipset, ip, ip6 })), ["nftables does not", "ipset works"]);
    const plain = await tried({ ip, ip6 });
    assert.deepEqual(summary(plain), ["nftables does not", "ipset does not", "iptables works"]);
    assert.match(plain.why, /nft is not installed.*ipset is not installed/);
    const none = await tried({});
    assert.equal(none.firewall, "none");
    assert.match(none.why, /NOBODY IS STOPPED/);
    assert.match(none.why, /iptables is not installed/);
  });

  test("never puts another kind in the place of the one asked for", async () => {
    assert.match(
      await reasonsOf({ backend: "nftables", programs: { ...programs("nft"), nft: undefined } }),
      /nft is not installed/,
    );
    assert.match(
      await reasonsOf({ backend: "ipset", programs: { ...programs("nft"), ipset: undefined } }),
      /ipset is not/,
    );
    const plain = await probe({ backend: "iptables", programs: { ...programs("nft"), ipset: undefined } });
    assert.equal(plain.firewall, "iptables");
    assert.match(await reasonsOf({ backend: "iptables", programs: {} }), /iptables is not installed/);
  });

  test("says that IPv6 is not covered, by the program or by the kernel", async () => {
    for (const backend of ["ipset", "iptables"] as const) {
      const { ipset, ip, ip6 } = programs("nft");
      const given = backend === "ipset" ? { ipset, ip } : { ip };
      const without = await probe({ backend, programs: given });
      assert.match(without.tried.at(-1)?.limits[0] ?? "", /IPv6 offenders are not stopped: ip6tables is not installed/);
      const kernel = await probe({ backend, ip6: false, programs: { ...given, ip6 } });
      assert.match(kernel.tried.at(-1)?.limits[0] ?? "", /kernel has no IPv6/);
      const restore = await fake("restore6", 'echo "ip6tables: can\'t initialize ip6tables table raw" >&2; exit 3');
      assert.ok(ip6);
      const broken = await probe({ backend, programs: { ...given, ip6: { ...ip6, restore } } });
      assert.equal(broken.firewall, backend);
      assert.match(broken.tried.at(-1)?.limits[0] ?? "", /IPv6 offenders are not stopped: the kernel lacks/);
    }
  });

  test("says so when permission is missing", async () => {
    const through = ["setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"];
    const nobody = await lab.host.load<typeof probing>(
      new URL("../../src/firewalls/probe.ts", import.meta.url),
      through,
    );
    for (const variant of ["nft", "legacy"] as const) {
      const found = await nobody.call.probe({ backend: "auto", variant });
      assert.equal(found.firewall, "none");
      assert.deepEqual(summary(found), ["nftables does not", "ipset does not", "iptables does not"]);
      for (const { name, reason } of found.tried) assert.match(reason, /no permission/, name);
    }
  });

  const misdeeds: readonly (readonly [string, string, RegExp])[] = [
    ["that says yes to everything and does nothing", "exit 0", /JSON|makes no/],
    ["that dies", "kill -SEGV $$", /SIGSEGV/],
    ["that hangs", "exec sleep 60", /within its time/],
    ["that babbles", "printf '\\033[2J{{{'; exit 1", /said/],
    ["that fails without a word", "exit 3", /status 3/],
  ];
  for (const [what, script, reason] of misdeeds) {
    test(`is not taken in by a program ${what}`, async () => {
      const path = await fake("fake", script);
      const paths = { iptables: path, restore: path, save: path };
      const found = await probe({
        backend: "auto",
        programs: { nft: path, ipset: path, ip: paths, ip6: paths },
        timeoutMs: 300,
      });
      assert.equal(found.firewall, "none");
      for (const one of found.tried) {
        assert.match(one.reason, reason, one.name);
        assert.doesNotMatch(one.reason, /\p{Cc}/u);
      }
    });
  }

  test("knows an nft without JSON", async () => {
    const nft = await fake("nft-plain", "echo 'Error: JSON support not compiled-in' >&2; exit 1");
    assert.match(await reasonsOf({ backend: "nftables", programs: { nft } }), /built without JSON/);
  });

  test("names the kernel where it lacks something", async () => {
    const { ipset, ip } = programs("nft");
    assert.ok(ip);
    const restore = await fake(
      "restore",
      'echo "iptables-restore: line 3 failed: No chain/target/match by that name." >&2; exit 1',
    );
    const without = { ...ip, restore };
    assert.match(await reasonsOf({ backend: "ipset", programs: { ipset, ip: without } }), /the kernel lacks .*xt_set/);
    assert.match(await reasonsOf({ backend: "iptables", programs: { ip: without } }), /the kernel lacks .*xt_time/);
    assert.equal((await lab.host.run(["ipset", "list", "-n"])).trim(), "");
  });
});
