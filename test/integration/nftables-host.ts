/** A lab whose host runs the nftables backend, for suites that go beyond the contract of every firewall. */
import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe } from "node:test";
import type { Change } from "../../src/core/ban.ts";
import { BailiffError } from "../../src/errors.ts";
import { findProgram } from "../../src/system/exec.ts";
import { LAYOUT, names } from "../contract/firewall.ts";
import type * as inside from "./firewall-inside.ts";
import { ATTACKER, CONTAINER, HOST, type Lab, labMissing, makeLab, publish } from "./namespaces.ts";
import type * as peer from "./peer.ts";
import type { Called, Remote } from "./remote.ts";

export const NFT = findProgram("nft") ?? "";
/** Family in words, an offender's address, the host's for it. */
export const BOTH = [
  ["IPv4", ATTACKER.ip, HOST.ip],
  ["IPv6", ATTACKER.ip6, HOST.ip6],
] as const;

export interface NftablesHost {
  readonly lab: Lab;
  readonly host: Called<typeof peer>;
  readonly attacker: Called<typeof peer>;
  readonly bystander: Called<typeof peer>;
  /** The backend; before each test a new one, laid out and empty. */
  firewall: Remote<typeof inside>;
  /** For fake programs and large transactions; nobody else's, and new for each test. */
  readonly folder: string;
  /** Another backend in a process of its own, inside the host. Ends with the test. */
  start(options?: object, through?: readonly string[]): Promise<Remote<typeof inside>>;
  done(...changes: readonly Change[]): Promise<void>;
  holds(...expected: readonly string[]): Promise<void>;
  isShutOut(from?: string, port?: number): Promise<void>;
  reaches(from?: string, port?: number): Promise<void>;
  /** Waits until the backend hears what others do: touches its table as they would, and leaves it as it was. */
  listens(): Promise<void>;
  /** An executable of our own, in the place of nft. */
  program(script: string, name?: string): Promise<string>;
  /** The real nft that notes its runs; those of `monitor` do not count. */
  counting(): Promise<{ readonly path: string; runs(): Promise<number> }>;
}

/** Why such suites cannot run here. */
export const missing = labMissing();

export function onNftablesHost(title: string, suite: (on: NftablesHost) => void): void {
  describe(title, { skip: missing === undefined ? false : `MISSING: ${missing}` }, () => {
    const opened: Remote<typeof inside>[] = [];
    const on = { start, done, holds, isShutOut, reaches, listens, program, counting } as {
      -readonly [K in keyof NftablesHost]: NftablesHost[K];
    };

    before(async () => {
      on.lab = await makeLab();
      await publish(on.lab);
      [on.host, on.attacker, on.bystander] = await Promise.all([
        on.lab.host.peer(),
        on.lab.attacker.peer(),
        on.lab.bystander.peer(),
      ]);
      for (const port of [22, 80]) await on.host.serveTcp(port);
      for (const port of [53, 5060]) await on.host.serveUdp(port);
      await on.attacker.serveUdp(7000);
      await (await on.lab.container.peer()).serveTcp(CONTAINER.port);
    });
    after(async () => {
      await on.lab?.close();
    });
    beforeEach(async () => {
      on.folder = await mkdtemp(join(tmpdir(), "bailiff-test-"));
      await on.lab.host.run([NFT, "add table inet bailiff; delete table inet bailiff"]);
      on.firewall = await start();
      await on.firewall.call.prepare(LAYOUT);
    });
    afterEach(async () => {
      await on.attacker?.calm();
      await Promise.all(opened.splice(0).map((made) => made.close()));
      if (on.folder) await rm(on.folder, { recursive: true, force: true });
    });

    suite(on);

    async function start(options: object = {}, through: readonly string[] = []): Promise<Remote<typeof inside>> {
      const made = await on.lab.host.load<typeof inside>(new URL("firewall-inside.ts", import.meta.url), through);
      opened.push(made);
      const given = { runtimeDirectory: on.folder, ...options };
      await made.call.open({ module: "nftables.ts", maker: "nftables", options: given });
      return made;
    }

    async function done(...changes: readonly Change[]): Promise<void> {
      assert.deepEqual(await on.firewall.call.apply(changes), []);
    }

    async function holds(...expected: readonly string[]): Promise<void> {
      assert.deepEqual(names(await on.firewall.call.held()), expected.toSorted());
    }

    async function isShutOut(from: string = ATTACKER.ip, port = 22): Promise<void> {
      const to = from.includes(":") ? HOST.ip6 : HOST.ip;
      assert.equal(await on.attacker.connect({ from, to, port }), "silent", `${from} → port ${port}`);
    }

    async function reaches(from: string = ATTACKER.ip, port = 22): Promise<void> {
      const to = from.includes(":") ? HOST.ip6 : HOST.ip;
      assert.equal(await on.attacker.connect({ from, to, port, waitMs: 8000 }), "open", `${from} → port ${port}`);
    }

    async function listens(): Promise<void> {
      const set = "element inet bailiff udp_all_4_32 { 198.18.255.255 timeout 1s }";
      for (let tries = 0; ; tries += 1) {
        await on.lab.host.run([NFT, `add ${set}; delete ${set}`]);
        if ((await on.firewall.call.disturbance(300)) !== undefined) break;
        assert.ok(tries < 30, "it never heard anything");
      }
      // What was touched before may still be told, on a busy machine a while later.
      while ((await on.firewall.call.disturbance(1000)) !== undefined);
    }

    async function program(script: string, name = "fake-nft"): Promise<string> {
      return await executable(join(on.folder, name), script);
    }

    async function counting(): Promise<{ path: string; runs(): Promise<number> }> {
      const path = await program(`echo "$1" >> ${on.folder}/runs; exec ${NFT} "$@"`, "counting-nft");
      return {
        path,
        runs: async () => {
          const words = (await readFile(join(on.folder, "runs"), "utf8")).split("\n");
          return words.filter((word) => word !== "" && word !== "monitor").length;
        },
      };
    }
  });
}

export async function executable(path: string, script: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** `work` fails with this code, words that match, and a hint. */
export async function fails(work: Promise<unknown>, code: string, said: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof BailiffError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, said);
    assert.match(error.hint ?? "", /\w{3}/);
    return true;
  });
}
