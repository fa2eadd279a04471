/** Programs in the place of nft that crash, hang, lie or flood: a failure is never taken for a success, nor for emptiness. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Change } from "../../src/core/ban.ts";
import { ALL, ban, LAYOUT } from "../contract/firewall.ts";
import type * as inside from "./firewall-inside.ts";
import { executable, fails, NFT, onNftablesHost } from "./nftables-host.ts";
import { capable, noCapability } from "./privileges.ts";

onNftablesHost("nftables with a broken nft", (on) => {
  const { done, holds, program, start } = on;

  let hanging: Promise<void>;
  let hangingFolder: string;

  before(async () => {
    hangingFolder = await mkdtemp(join(tmpdir(), "bailiff-test-"));
    hanging = hang();
    hanging.catch(() => undefined); // The test that waits for it looks at it.
  });
  after(async () => {
    await rm(hangingFolder, { recursive: true, force: true });
  });

  /** A ban with an nft that hangs, in a namespace of its own while the other tests run: it takes half a minute. */
  async function hang(): Promise<void> {
    const path = join(hangingFolder, "nft");
    const nft = await executable(path, `test ! -e ${path}.broken || exec sleep 3600\nexec ${NFT} "$@"`);
    const made = await on.lab.container.load<typeof inside>(new URL("firewall-inside.ts", import.meta.url));
    await made.call.open({ module: "nftables.ts", maker: "nftables", options: { nft } });
    await made.call.prepare(LAYOUT);
    await writeFile(`${path}.broken`, "");
    await made.call.apply([ban(ALL, "192.0.2.7", 60)]);
  }

  const one = (): Change[] => [ban(ALL, "192.0.2.7", 60), ban(ALL, "2001:db8::7", 60)];

  /** The real one until the folder holds a file "broken", then the script. */
  async function breaking(script: string): Promise<() => Promise<void>> {
    await on.firewall.close();
    const nft = await program(`test ! -e ${on.folder}/broken || {\n${script}\n}\nexec ${NFT} "$@"`);
    on.firewall = await start({ nft });
    await on.firewall.call.prepare(LAYOUT);
    return () => writeFile(join(on.folder, "broken"), "");
  }

  for (const [name, script, said] of [
    ["that exits with 0 and says nothing", "exit 0", /said nothing, though it exited with 0/],
    ["that says what is not JSON", "echo garbage; exit 0", /said what is not JSON/],
    ["that says half an answer", `echo '{"nftables": [{"metainfo"'; exit 0`, /said what is not JSON/],
    ["that says JSON of something else", `echo '[]'; exit 0`, /said what is not JSON/],
    ["that shows a ruleset without our table", `echo '{"nftables": []}'; exit 0`, /not there after the change/],
    ["that dies by SIGSEGV", "kill -SEGV $$", /SIGSEGV/],
    ["that fails without a word", "exit 1", /status 1/],
    ["that was built without JSON", "echo 'Error: JSON support not compiled-in' >&2; exit 1", /without JSON/],
  ] as const) {
    test(`does not take for a success the answer of an nft ${name}`, async () => {
      const breakIt = await breaking(script);
      await breakIt();
      const code = name.includes("without JSON") ? "FIREWALL_MISSING" : "FIREWALL_BROKEN";
      const outcome = on.firewall.call.apply(one());
      if (name === "that fails without a word") {
        // It could be any one of them, so each was tried alone and refused alone.
        assert.deepEqual(
          (await outcome).map(({ reason }) => reason),
          Array(2).fill('nft said "nothing, with status 1"'),
        );
      } else await fails(outcome, code, said);
      await rm(join(on.folder, "broken"));
      await holds();
      await done(...one());
      await holds("all 192.0.2.7", "all 2001:db8::7");
    });
  }

  for (const [name, script] of [
    ["dies by SIGSEGV", "kill -SEGV $$"],
    ["says nothing", "exit 0"],
    ["says garbage", "echo garbage"],
    ["fails", "echo 'Error: Protocol error' >&2; exit 1"],
  ] as const) {
    test(`does not take for an empty firewall that an nft ${name} when asked what is held`, async () => {
      const breakIt = await breaking(script);
      await done(...one());
      await breakIt();
      await fails(on.firewall.call.held(), "FIREWALL_BROKEN", /nft said/);
      await fails(on.firewall.call.prepare(LAYOUT), "FIREWALL_BROKEN", /nft said/);
      await rm(join(on.folder, "broken"));
      await holds("all 192.0.2.7", "all 2001:db8::7");
    });
  }

  test("tells what was not done when nft breaks in the middle of a large batch", async () => {
    await on.firewall.close();
    // The third transaction that is large enough for a file fails.
    const nft = await program(`test "$2" != -f || echo large >> ${on.folder}/large
test "$(grep -c large ${on.folder}/large 2>/dev/null)" != 3 || { echo garbage; exit 0; }
exec ${NFT} "$@"`);
    on.firewall = await start({ nft });
    await on.firewall.call.prepare(LAYOUT);
    const changes = Array.from({ length: 25_000 }, (_, at) => ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600));
    const refusals = await on.firewall.call.apply(changes);
    // They go 10,000 at a time.
    assert.equal(refusals.length, 5000);
    for (const { reason } of refusals) assert.match(reason, /what is not JSON/);
    on.firewall = await start();
    assert.equal((await on.firewall.call.held()).length, 25_000 - refusals.length);
    await on.firewall.call.prepare(LAYOUT);
    await done(...refusals.map(({ change }) => change));
    assert.equal((await on.firewall.call.held()).length, 25_000);
  });

  for (const which of [1, 2, 3]) {
    test(`loses nothing when transaction ${which} of a large batch dies beside another`, async () => {
      await on.firewall.close();
      const nft = await program(`test "$2" != -f || echo large >> ${on.folder}/large
test "$2" != -f || test "$(grep -c large ${on.folder}/large)" != ${which} || kill -SEGV $$
exec ${NFT} "$@"`);
      on.firewall = await start({ nft });
      await on.firewall.call.prepare(LAYOUT);
      const changes = Array.from({ length: 12_500 }, (_, at) => [
        ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600),
        ban(ALL, `2001:db8:0:${at.toString(16)}::/64`, 600),
      ]).flat();
      await done(...changes);
      assert.equal((await on.firewall.call.held()).length, changes.length);
    });
  }

  test("survives one death by signal: lays out again and bans", async () => {
    const breakIt = await breaking(`rm ${on.folder}/broken; kill -SEGV $$`);
    await breakIt();
    await done(...one());
    await holds("all 192.0.2.7", "all 2001:db8::7");
  });

  test("kills an nft that floods its output, and fails", { timeout: 120_000 }, async () => {
    const breakIt = await breaking("exec yes");
    await breakIt();
    await fails(on.firewall.call.apply(one()), "FIREWALL_BROKEN", /said far too much/);
  });

  test("kills an nft that hangs after half a minute, and fails", async () => {
    await fails(hanging, "FIREWALL_BROKEN", /did not end in time/);
  });

  test("leaves out alone the elements that the kernel refuses, and does all the others", async () => {
    await on.firewall.close();
    // Refuses whatever mentions one of two addresses, by argument or file.
    const nft = await program(
      `for word in "$@"; do\n  case "$word" in\n    /*) words=$(cat "$word") ;;\n    *) words=$word ;;\n  esac
case "$words" in\n    *198.18.3.7\\"*|*2001:db8:0:200::*)\n      echo 'internal:0:0-0: Error: Could not process rule: Invalid argument' >&2; exit 1 ;;\n  esac\ndone
exec ${NFT} "$@"`,
    );
    on.firewall = await start({ nft });
    await on.firewall.call.prepare(LAYOUT);
    const changes = Array.from({ length: 1000 }, (_, at) => [
      ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600),
      ban(ALL, `2001:db8:0:${at.toString(16)}::/64`, 600),
    ]).flat();
    const refusals = await on.firewall.call.apply(changes);
    assert.deepEqual(refusals.map(({ change }) => change.target.text).toSorted(), ["198.18.3.7", "2001:db8:0:200::"]);
    for (const { reason } of refusals) assert.match(reason, /Invalid argument/);
    assert.equal((await on.firewall.call.held()).length, 1998);
  });

  test("says that nft is not installed", async () => {
    await on.firewall.close();
    on.firewall = await start({ nft: "/nonexistent/nft" });
    await fails(on.firewall.call.prepare(LAYOUT), "FIREWALL_MISSING", /nft cannot be started \(ENOENT\)/);
    await fails(on.firewall.call.held(), "FIREWALL_MISSING", /nft cannot be started/);
  });

  test("says that it may not, without the capability", async (t) => {
    const why = capable();
    if (why !== undefined) return t.skip(`MISSING: ${why}`);
    await on.firewall.close();
    on.firewall = await start({}, noCapability());
    await fails(on.firewall.call.prepare(LAYOUT), "FIREWALL_REFUSED", /Operation not permitted/);
    await fails(on.firewall.call.remove(), "FIREWALL_REFUSED", /Operation not permitted/);
  });
});
