import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { ask } from "../../src/control/client.ts";
import type { Request } from "../../src/control/protocol.ts";
import type { BanReport, StatusReport } from "../../src/control/report.ts";
import { heldIn, logUdp, SYSLOG, times, until, wrongPassword } from "./agent.ts";
import type * as inside from "./daemon-inside.ts";
import { labMissing, makeHost, type Namespace, readByNft } from "./namespaces.ts";
import type { Called } from "./remote.ts";

const noLab = labMissing();
const HOUR = 3600;
/** What the jail's bans last. */
const LENGTH = 600;
/** What a slow machine may take from one line of a test to another. */
const SLACK = 90;

interface Running {
  readonly host: Namespace;
  readonly daemon: Called<typeof inside>;
  start(): Promise<void>;
  ask<T>(request: Request): Promise<T>;
  /** Makes these fail often enough, and waits until they are banned and held. */
  offend(...addresses: readonly string[]): Promise<void>;
  /** Waits until exactly these are banned, for as long as told, in store and kernel alike. */
  banned(expected: Readonly<Record<string, readonly [least: number, most: number]>>): Promise<void>;
}

async function running(t: TestContext): Promise<Running> {
  const host = await makeHost();
  t.after(() => host.close());
  const folder = mkdtempSync(join(tmpdir(), "bailiff-clock-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "bailiff.json");
  const config = {
    sources: [SYSLOG],
    jails: { sshd: { bantime: LENGTH, findtime: LENGTH, maxretry: 2 } },
    state: { directory: "state" },
    control: { socket: "control.sock" },
    filters: { directory: "filters" },
  };
  writeFileSync(file, JSON.stringify(config));
  const { call: daemon } = await host.load<typeof inside>(new URL("daemon-inside.ts", import.meta.url));
  const request = async <T>(one: Request): Promise<T> => (await ask(join(folder, "control.sock"), one)) as T;
  const bans = (): Promise<BanReport[]> => request<BanReport[]>({ command: "banned" });
  const self: Running = {
    host,
    daemon,
    ask: request,
    start: async () => {
      await daemon.start(file);
      await request({ command: "ping" });
    },
    offend: async (...addresses) => {
      await logUdp(
        host,
        addresses.flatMap((address) => times(2, (at) => wrongPassword(address, at))),
      );
      const wanted = addresses.map(element);
      await until(
        async () => {
          const held = await heldIn(host);
          return wanted.every((each) => held.has(each));
        },
        `${addresses.join(", ")} are held`,
      );
    },
    banned: async (expected) => {
      const names = Object.keys(expected).sort();
      const fits = (name: string, left: number | undefined): boolean => {
        const [least, most] = expected[name] ?? [0, 0];
        return left !== undefined && left >= least && left <= most;
      };
      let seen = "";
      await until(
        async () => {
          const list = await bans();
          const held = await heldIn(host);
          seen = `${JSON.stringify(list.map(({ address, remaining }) => [address, remaining]))}, held ${JSON.stringify([...held])}\n${await daemon.log()}`;
          return (
            list
              .map(({ address }) => address.replace("/64", ""))
              .sort()
              .join() === names.join() &&
            list.every(({ address, remaining }) => fits(address.replace("/64", ""), remaining)) &&
            [...held.keys()].sort().join() === names.join() &&
            [...held].every(([name, left]) => fits(name, left))
          );
        },
        `these are banned: ${JSON.stringify(expected)}`,
        () => seen,
      );
    },
  };
  return self;
}

/** As the kernel shows it. */
function element(address: string): string {
  return address.replace(/::\d+$/, "::");
}

const WHOLE = [LENGTH - SLACK, LENGTH] as const;

describe("the clock", { skip: noLab === undefined ? false : `MISSING: ${noLab}` }, () => {
  for (const by of [HOUR, -HOUR]) {
    it(`set by ${by} seconds neither ends nor prolongs a ban, begun before or after`, async (t) => {
      const { daemon, start, offend, banned } = await running(t);
      await start();
      await offend("192.0.2.1", "2001:db8:1::1");
      await daemon.setClock(by);
      // Nobody had a look at the clock since.
      await offend("192.0.2.2", "2001:db8:2::1");
      await banned({ "192.0.2.1": WHOLE, "192.0.2.2": WHOLE, "2001:db8:1::": WHOLE, "2001:db8:2::": WHOLE });
      assert.match(await daemon.log(), /the clock was set/);
      await daemon.setClock(-by);
      await offend("192.0.2.3", "2001:db8:3::1");
      await banned({
        "192.0.2.1": WHOLE,
        "192.0.2.2": WHOLE,
        "192.0.2.3": WHOLE,
        "2001:db8:1::": WHOLE,
        "2001:db8:2::": WHOLE,
        "2001:db8:3::": WHOLE,
      });
      await daemon.end();
    });
  }

  it("set back brings no ban back that was over, and who comes again is banned again", async (t) => {
    const { daemon, start, ask, offend, banned } = await running(t);
    await start();
    const targets: [string, string] = ["192.0.2.1", "2001:db8:1::1"];
    await ask({ command: "ban", targets, seconds: 3, jail: "sshd" });
    await until(async () => (await ask<BanReport[]>({ command: "banned" })).length === 0, "they are over");
    await daemon.setClock(-HOUR);
    await banned({});
    await offend(...targets);
    await banned({ "192.0.2.1": WHOLE, "2001:db8:1::": WHOLE });
    await daemon.end();
  });

  it("that goes on while the machine sleeps shortens bans by that, and ends them in the kernel too", async (t) => {
    const { daemon, start, offend, banned } = await running(t);
    await start();
    await offend("192.0.2.1", "2001:db8:1::1");
    await daemon.sleep(LENGTH / 2);
    const half = [LENGTH / 2 - SLACK, LENGTH / 2] as const;
    await banned({ "192.0.2.1": half, "2001:db8:1::": half });
    assert.match(await daemon.log(), /the machine slept for=(?:5m|4m59s)/);
    await offend("192.0.2.2", "2001:db8:2::1");
    await daemon.sleep(LENGTH / 2);
    await banned({ "192.0.2.2": half, "2001:db8:2::": half });
    await daemon.end();
  });

  for (const by of [HOUR, -HOUR]) {
    it(`set by ${by} seconds while no agent runs neither ends nor prolongs a ban`, async (t) => {
      const { daemon, start, offend, banned } = await running(t);
      await start();
      await offend("192.0.2.1", "2001:db8:1::1");
      await daemon.end();
      await daemon.setClock(by);
      await start();
      await banned({ "192.0.2.1": WHOLE, "2001:db8:1::": WHOLE });
      await daemon.end();
    });
  }

  it("decides after a reboot, and not a saved ruleset: bans that were lifted stay lifted, others end when they were to", async (t) => {
    const { host, daemon, start, ask, offend, banned } = await running(t);
    await start();
    await offend("192.0.2.1", "2001:db8:1::1", "192.0.2.2", "2001:db8:2::1");
    const saved = await host.run(["nft", "list", "table", "inet", "bailiff"]);
    await ask({ command: "unban", targets: ["192.0.2.2", "2001:db8:2::1"] });
    await daemon.end();
    await daemon.reboot();
    await daemon.setClock(LENGTH / 2);
    await host.run(readByNft(), `delete table inet bailiff\n${saved}`);
    await start();
    const half = [LENGTH / 2 - SLACK, LENGTH / 2] as const;
    await banned({ "192.0.2.1": half, "2001:db8:1::": half });
    await daemon.end();
  });

  it("by the hour shows what the machine needs by then, and no longer what it needed", async (t) => {
    const { daemon, start, ask } = await running(t);
    await start();
    const trouble = async (): Promise<string[]> => {
      const { notes } = await ask<StatusReport>({ command: "status" });
      return notes.filter((note) => note.includes("could not be found out"));
    };
    const hoursLater = (count: number): Promise<void> =>
      until(async () => {
        await daemon.passHours();
        return (await trouble()).length === count;
      }, `${count} are told`);
    await daemon.disturb("the disk is away");
    await hoursLater(1);
    assert.match(await daemon.log(), /note what=".*the disk is away/);
    await daemon.disturb();
    await hoursLater(0);
    await daemon.end();
  });
});
