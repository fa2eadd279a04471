/**
 * What every firewall must do, with real packets where it claims to stop them. A backend joins by a `Subject`; the suite
 * makes the namespaces, runs the backend in a process inside the host's, and speaks to it from outside.
 *
 *     firewallContract({ name: "nftables", module: "nftables.ts", maker: "nftables", stopsPackets: true })
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { formatNetwork, type Network, parseNetwork } from "../../src/core/address.ts";
import type { Change, Held, PortRange, Protocol, Scope } from "../../src/core/ban.ts";
import { makeScope } from "../../src/core/scope.ts";
import type { Instant } from "../../src/core/time.ts";
import type { Layout } from "../../src/firewalls/firewall.ts";
import type * as inside from "../integration/firewall-inside.ts";
import {
  ATTACKER,
  CONTAINER,
  HOST,
  HOST_SEEN_BY_BYSTANDER,
  type Lab,
  labMissing,
  makeLab,
  publish,
} from "../integration/namespaces.ts";
import type * as peer from "../integration/peer.ts";
import type { Called, Remote } from "../integration/remote.ts";

export interface Subject {
  /** As the tests call it. */
  readonly name: string;
  /** Exported by `src/firewalls/<module>`: (options & { clock }) → Firewall. */
  readonly module: string;
  readonly maker: string;
  readonly options?: Readonly<Record<string, unknown>>;
  /** False: only what it says is tested, not what packets do. */
  readonly stopsPackets: boolean;
  /** Why the suite cannot run here. */
  readonly missing?: string | undefined;
  /** Laid in the host's namespace before anything: other people's tables, as nft or iptables-restore would. */
  readonly foreign?: (lab: Lab) => Promise<void>;
  /** Programs whose output must be the same before `prepare` and after `remove`. Default: nft's whole ruleset. */
  readonly everything?: readonly (readonly string[])[];
  /** The longest ban it holds, in seconds; longer ones are held for that long. Default ten years. */
  readonly longest?: number;
  /** It cannot reject; what a rejecting scope does then is not tested. */
  readonly neverRejects?: boolean;
  /** Programs put before the backend's process inside the namespace: setpriv and its options. */
  readonly through?: readonly string[];
  /** Only the tests that could end otherwise for another user or elsewhere: for a backend that is tested in full too. */
  readonly brief?: boolean;
  /** The lab lies in a user namespace of its own. */
  readonly userNamespace?: boolean;
  /** Seconds that the kernel may be late with the end of a ban. Default 1. */
  readonly lateSeconds?: number;
}

export const ALL: Scope = scope([], []);
export const SSH: Scope = scope(["tcp"], [22]);
export const WEB: Scope = scope(["tcp"], [80, 443]);
export const PHONE: Scope = scope(["tcp", "udp"], [5060, { first: 6000, last: 6010 }]);
export const PUBLISHED: Scope = scope(["tcp"], [CONTAINER.published]);
export const BEHIND: Scope = scope(["tcp"], [CONTAINER.port]);
export const UDP_ALL: Scope = scope(["udp"], []);
export const REJECT: Scope = makeScope({ protocols: ["tcp"], ports: [{ first: 22, last: 22 }], action: "reject" });
export const REJECT_ALL: Scope = makeScope({ protocols: [], ports: [], action: "reject" });

export const LAYOUT: Layout = {
  scopes: [ALL, SSH, WEB, PHONE, PUBLISHED, BEHIND, UDP_ALL, REJECT, REJECT_ALL],
  lengths: { ip: [32], ip6: [64, 128] },
  allow: [],
};

export function net(text: string): Network {
  const network = parseNetwork(text);
  if (!network) throw new Error(`not a network: ${text}`);
  return network;
}

/** A ban of so many seconds from now; without, forever. */
export function ban(of: Scope, target: string, forSeconds?: number): Change {
  const until = forSeconds === undefined ? {} : { until: (Date.now() + forSeconds * 1000) as Instant };
  return { kind: "ban", scope: of.name, target: net(target), ...until };
}

export function unban(of: Scope, target: string): Change {
  return { kind: "unban", scope: of.name, target: net(target) };
}

/** Who is held, in the order of their names: "all 10.77.1.2". */
export function names(held: readonly Held[]): string[] {
  return held.map((element) => `${element.scope} ${formatNetwork(element.target)}`).toSorted();
}

/** Polls until `wanted` is true; fails with `what` when it never gets so. */
export async function eventually(what: string, wanted: () => Promise<boolean>, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await wanted())) {
    if (performance.now() > end) assert.fail(`it never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function firewallContract(subject: Subject): void {
  const missing = subject.missing ?? labMissing();
  const skip = missing === undefined ? false : `MISSING: ${missing}`;
  // One test after the other, even where whole suites run side by side.
  describe(`firewall ${subject.name}`, { skip, concurrency: 1 }, () => {
    let lab: Lab;
    let firewall: Remote<typeof inside>;
    let attacker: Called<typeof peer>;
    let bystander: Called<typeof peer>;
    let host: Called<typeof peer>;

    /** A backend in a fresh process; the one before it is killed without a word. */
    async function restart(): Promise<void> {
      await firewall?.close();
      firewall = await lab.host.load(
        new URL("../integration/firewall-inside.ts", import.meta.url),
        subject.through ?? [],
      );
      await firewall.call.open({ module: subject.module, maker: subject.maker, options: subject.options ?? {} });
    }

    before(async () => {
      lab = await makeLab({ userNamespace: subject.userNamespace === true });
      await publish(lab);
      await subject.foreign?.(lab);
      [host, attacker, bystander] = await Promise.all([lab.host.peer(), lab.attacker.peer(), lab.bystander.peer()]);
      const container = await lab.container.peer();
      for (const port of [22, 80, 443, 6005]) await host.serveTcp(port);
      for (const port of [53, 5060]) await host.serveUdp(port);
      await container.serveTcp(CONTAINER.port);
      await restart();
    });
    after(async () => {
      await lab?.close();
    });

    /** Every test begins with an empty, laid out firewall. */
    async function fresh(layout: Layout = LAYOUT): Promise<void> {
      await firewall.call.remove();
      await firewall.call.prepare(layout);
      assert.deepEqual(await firewall.call.held(), []);
    }

    async function done(...changes: readonly Change[]): Promise<void> {
      assert.deepEqual(await firewall.call.apply(changes), []);
    }

    async function holds(...expected: readonly string[]): Promise<void> {
      assert.deepEqual(names(await firewall.call.held()), expected.toSorted());
    }

    /** Seconds that a held element has left. */
    async function left(name: string): Promise<number | undefined> {
      const found = (await firewall.call.held()).find((element) => names([element])[0] === name);
      assert.ok(found, `${name} is not held`);
      return found.until === undefined ? undefined : (found.until - Date.now()) / 1000;
    }

    async function lasts(name: string, wantedSeconds: number | undefined): Promise<void> {
      const seconds = await left(name);
      if (wantedSeconds === undefined || seconds === undefined) return assert.equal(seconds, wantedSeconds);
      // Kernels count whole seconds, and a busy machine takes its time to get here: the lengths used are 30 s apart.
      const late = wantedSeconds - seconds;
      assert.ok(late > -2 && late < 20, `${name} has ${seconds} s left, not ${wantedSeconds}`);
    }

    async function reaches(from: string, port = 22, to?: string): Promise<void> {
      if (!subject.stopsPackets) return;
      const way = { from, to: to ?? (from.includes(":") ? HOST.ip6 : HOST.ip), port, waitMs: 8000 };
      assert.equal(await attacker.connect(way), "open", `${from} → port ${port}`);
    }

    async function isShutOut(from: string, port = 22, to?: string): Promise<void> {
      if (!subject.stopsPackets) return;
      const way = { from, to: to ?? (from.includes(":") ? HOST.ip6 : HOST.ip), port };
      assert.equal(await attacker.connect(way), "silent", `${from} → port ${port}`);
    }

    async function bystanderPasses(): Promise<void> {
      if (!subject.stopsPackets) return;
      for (const to of [HOST_SEEN_BY_BYSTANDER.ip, HOST_SEEN_BY_BYSTANDER.ip6]) {
        assert.equal(await bystander.connect({ to, port: 22, waitMs: 8000 }), "open", `bystander → ${to}`);
      }
    }

    const rejects = subject.neverRejects || subject.brief ? (): void => undefined : test;
    /** A test of what does not depend on who runs the backend. */
    const further = subject.brief ? (): void => undefined : test;
    /** A test of nothing but packets, for backends that stop them. */
    const packets = subject.stopsPackets ? further : (): void => undefined;

    for (const [family, from, to] of [
      ["IPv4", ATTACKER.ip, HOST.ip],
      ["IPv6", ATTACKER.ip6, HOST.ip6],
    ] as const) {
      test(`stops an ${family} address: new and open connections, to the host and to a container`, async () => {
        await fresh();
        const open = subject.stopsPackets
          ? [await attacker.hold({ from, to, port: 22 }), await attacker.hold({ from, to, port: CONTAINER.published })]
          : [];
        for (const id of open) assert.equal(await attacker.echo(id, 8000), "echo");
        if (subject.stopsPackets) assert.equal(await attacker.datagram({ from, to, port: 53, waitMs: 8000 }), true);

        await done(ban(ALL, from, 600));
        await holds(`all ${from}`);
        await lasts(`all ${from}`, 600);
        for (const id of open) assert.equal(await attacker.echo(id), "silent");
        await isShutOut(from);
        await isShutOut(from, CONTAINER.published);
        if (subject.stopsPackets) assert.equal(await attacker.datagram({ from, to, port: 53 }), false);
        await bystanderPasses();

        await done(unban(ALL, from));
        await holds();
        await reaches(from);
        // What was sent meanwhile is sent again, so a stalled connection goes on.
        for (const id of open) assert.equal(await attacker.echo(id, 20_000), "echo");
      });

      test(`lets the kernel end an ${family} ban, with no further call`, async () => {
        await fresh();
        await done(ban(ALL, from, 2), ban(SSH, from, 600));
        await isShutOut(from, 80);
        await eventually("the ban ended", async () => !names(await firewall.call.held()).includes(`all ${from}`));
        await holds(`tcp_22 ${from}`);
        await reaches(from, 80);
        await isShutOut(from, 22);
      });

      test(`keeps an ${family} ban in force when its process is killed, and finds it again`, async () => {
        await fresh();
        await done(ban(ALL, from, 600), ban(SSH, from));
        const before = await firewall.call.held();
        await restart();
        if (!subject.stopsPackets) return;
        await isShutOut(from);
        assert.deepEqual(names(await firewall.call.held()), names(before));
        await firewall.call.prepare(LAYOUT);
        assert.deepEqual(names(await firewall.call.held()), names(before));
        await lasts(`all ${from}`, 600);
        await lasts(`tcp_22 ${from}`, undefined);
        await isShutOut(from);
        await done(unban(ALL, from), unban(SSH, from));
        await reaches(from);
      });
    }

    test("takes a batch of both families and several scopes at once", async () => {
      await fresh();
      await done(
        ban(ALL, ATTACKER.ip, 600),
        ban(ALL, ATTACKER.ip6, 600),
        ban(SSH, "192.0.2.7", 60),
        ban(WEB, "192.0.2.7"),
        ban(WEB, "2001:db8:1:2::/64", 60),
        ban(ALL, "2001:db8::7", 60),
        unban(ALL, "198.51.100.1"),
        unban(SSH, "2001:db8::1"),
      );
      await holds(
        `all ${ATTACKER.ip}`,
        `all ${ATTACKER.ip6}`,
        "all 2001:db8::7",
        "tcp_22 192.0.2.7",
        "tcp_80_443 192.0.2.7",
        "tcp_80_443 2001:db8:1:2::/64",
      );
      await isShutOut(ATTACKER.ip);
      await isShutOut(ATTACKER.ip6);
      await bystanderPasses();
    });

    test("takes a thousand bans at once", async () => {
      await fresh();
      const many = Array.from({ length: 500 }, (_, at) => [
        ban(ALL, `198.18.${at >> 8}.${at & 255}`, 600 + at),
        ban(ALL, `2001:db8:0:${at.toString(16)}::/64`, 600 + at),
      ]).flat();
      await done(...many);
      const held = await firewall.call.held();
      assert.deepEqual(names(held), names(many as Held[]));
    });

    further("takes nothing to do", async () => {
      await fresh();
      await done();
      await holds();
    });

    further("takes the same ban again and again", async () => {
      await fresh();
      const changes = [ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600)];
      await done(...changes);
      await done(...changes, ...changes);
      await done(...changes);
      await holds(`all ${ATTACKER.ip}`, `all ${ATTACKER.ip6}`);
      await isShutOut(ATTACKER.ip);
      await isShutOut(ATTACKER.ip6);
    });

    further("lets the last change of an element in a batch win", async () => {
      await fresh();
      await done(
        ban(ALL, ATTACKER.ip, 600),
        ban(ALL, ATTACKER.ip, 60),
        ban(ALL, ATTACKER.ip6, 60),
        unban(ALL, ATTACKER.ip6),
      );
      await holds(`all ${ATTACKER.ip}`);
      await lasts(`all ${ATTACKER.ip}`, 60);
      await done(unban(ALL, ATTACKER.ip), ban(ALL, ATTACKER.ip, 120));
      await lasts(`all ${ATTACKER.ip}`, 120);
    });

    test("extends, shortens, makes endless and ends a ban that is held", async () => {
      await fresh();
      for (const target of ["192.0.2.7", "2001:db8:1:2::/64"]) {
        const key = `all ${target}`;
        await done(ban(ALL, target, 60));
        await lasts(key, 60);
        await done(ban(ALL, target, 7200));
        await lasts(key, 7200);
        await done(ban(ALL, target, 30));
        await lasts(key, 30);
        await done(ban(ALL, target));
        await lasts(key, undefined);
        await done(ban(ALL, target, 90));
        await lasts(key, 90);
      }
    });

    further("holds an extended ban past its first end", async () => {
      await fresh();
      await done(ban(ALL, ATTACKER.ip, 1), ban(ALL, ATTACKER.ip6, 1), ban(SSH, "192.0.2.7", 1));
      await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6));
      // The ban that was not extended tells when the first ends have passed.
      await eventually(
        "the short ban ended",
        async () => !names(await firewall.call.held()).includes("tcp_22 192.0.2.7"),
      );
      await holds(`all ${ATTACKER.ip}`, `all ${ATTACKER.ip6}`);
      await isShutOut(ATTACKER.ip);
      await isShutOut(ATTACKER.ip6);
    });

    further("ends bans that are not there without complaint, before and after others", async () => {
      await fresh();
      await done(unban(ALL, ATTACKER.ip), unban(SSH, ATTACKER.ip6), unban(WEB, "198.51.100.0/24"));
      await done(unban(ALL, "2001:db8::/48"), ban(ALL, ATTACKER.ip, 60), unban(ALL, "192.0.2.9"));
      await holds(`all ${ATTACKER.ip}`);
    });

    further("makes a ban whose end has just passed a very short one, never an endless one", async () => {
      await fresh();
      await done(ban(ALL, "192.0.2.7", -30), ban(ALL, "2001:db8::7", 0.2), ban(ALL, "192.0.2.8", 1.5));
      await eventually("all ended", async () => (await firewall.call.held()).length === 0);
    });

    further("holds the longest bans it can where more is asked", async () => {
      await fresh();
      const longest = subject.longest ?? 315_360_000;
      await done(ban(ALL, "192.0.2.7", 3_155_760_000), ban(ALL, "2001:db8::7", longest));
      await lasts("all 192.0.2.7", longest);
      await lasts("all 2001:db8::7", longest);
    });

    further("keeps overlapping prefixes of different length apart", async () => {
      await fresh();
      await done(ban(ALL, "10.77.1.0/24", 600), ban(ALL, "10.77.1.0/29", 60), ban(ALL, ATTACKER.ip, 7200));
      await done(ban(ALL, "fd77:0:0:10::/60", 600), ban(ALL, "fd77:0:0:11::/64", 60), ban(ALL, ATTACKER.ip6, 7200));
      await lasts("all 10.77.1.0/24", 600);
      await lasts("all 10.77.1.0/29", 60);
      await lasts(`all ${ATTACKER.ip}`, 7200);
      await lasts("all fd77:0:0:10::/60", 600);
      await lasts("all fd77:0:0:11::/64", 60);
      await isShutOut(ATTACKER.sibling);
      await isShutOut(ATTACKER.sibling6);
      await isShutOut(ATTACKER.elsewhere6);

      await done(unban(ALL, "10.77.1.0/24"), unban(ALL, "10.77.1.0/29"));
      await done(unban(ALL, "fd77:0:0:10::/60"), unban(ALL, "fd77:0:0:11::/64"));
      await holds(`all ${ATTACKER.ip}`, `all ${ATTACKER.ip6}`);
      await isShutOut(ATTACKER.ip);
      await reaches(ATTACKER.sibling);
      await isShutOut(ATTACKER.ip6);
      await reaches(ATTACKER.sibling6);
    });

    further("shuts out the neighbours of a banned prefix and nobody beyond", async () => {
      await fresh();
      await done(ban(ALL, "10.77.11.0/24", 600), ban(ALL, "fd77:0:0:11::/64", 600));
      await isShutOut(ATTACKER.elsewhere);
      await reaches(ATTACKER.ip);
      await isShutOut(ATTACKER.ip6);
      await isShutOut(ATTACKER.sibling6);
      await reaches(ATTACKER.elsewhere6);
      await reaches(ATTACKER.onLink6);
      await bystanderPasses();
    });

    for (const [family, from, to] of [
      ["IPv4", ATTACKER.ip, HOST.ip],
      ["IPv6", ATTACKER.ip6, HOST.ip6],
    ] as const) {
      further(`shuts an ${family} address out of the scope's ports and protocols only`, async () => {
        await fresh();
        await done(ban(PHONE, from, 600));
        await isShutOut(from, 6005);
        if (subject.stopsPackets) assert.equal(await attacker.datagram({ from, to, port: 5060 }), false);
        if (subject.stopsPackets) assert.equal(await attacker.datagram({ from, to, port: 53, waitMs: 8000 }), true);
        await reaches(from, 22);
        await done(ban(UDP_ALL, from, 600), unban(PHONE, from));
        if (subject.stopsPackets) assert.equal(await attacker.datagram({ from, to, port: 53 }), false);
        await reaches(from, 6005);
        await holds(`udp_all ${from}`);
      });

      packets(`stops the fragments of a large ${family} datagram`, async () => {
        await fresh();
        const way = { from, to, port: 5060 };
        assert.equal(await attacker.datagram({ ...way, waitMs: 8000 }, 4000), true);
        await done(ban(PHONE, from, 600));
        assert.equal(await attacker.datagram(way, 4000), false);
        await done(unban(PHONE, from), ban(ALL, from, 600));
        assert.equal(await attacker.datagram(way, 4000), false);
      });

      further(`takes the published port of a container for the port of an ${family} ban`, async () => {
        await fresh();
        await done(ban(BEHIND, from, 600));
        await isShutOut(from, CONTAINER.port);
        await reaches(from, CONTAINER.published);
        await done(ban(PUBLISHED, from, 600), unban(BEHIND, from));
        await isShutOut(from, CONTAINER.published);
        await reaches(from, CONTAINER.port);
      });

      further(`lifts an ${family} ban of one scope and leaves that of another`, async () => {
        await fresh();
        await done(ban(SSH, from, 600), ban(WEB, from, 600));
        await done(unban(SSH, from));
        await reaches(from, 22);
        await isShutOut(from, 80);
        await holds(`tcp_80_443 ${from}`);
      });

      test(`lets the allowed ${family} networks pass whatever is banned`, async () => {
        const allow = [`${from}/${family === "IPv4" ? 32 : 128}`, "192.0.2.0/24", "192.0.2.128/25", "2001:db8::/32"];
        await fresh({ ...LAYOUT, allow: allow.map(net) });
        await done(ban(ALL, from, 600), ban(ALL, family === "IPv4" ? "10.77.1.0/24" : "fd77:0:0:11::/64", 600));
        await reaches(from);
        await isShutOut(family === "IPv4" ? ATTACKER.sibling : ATTACKER.sibling6);
        await firewall.call.prepare(LAYOUT);
        await isShutOut(from);
        await firewall.call.prepare({ ...LAYOUT, allow: [net(family === "IPv4" ? "10.77.0.0/16" : "fd77::/32")] });
        await reaches(from);
        // From a wide network to one in it, and back.
        await firewall.call.prepare({ ...LAYOUT, allow: allow.map(net) });
        await reaches(from);
        await isShutOut(family === "IPv4" ? ATTACKER.sibling : ATTACKER.sibling6);
        await firewall.call.prepare({ ...LAYOUT, allow: [net(family === "IPv4" ? "10.77.0.0/16" : "fd77::/32")] });
        await reaches(family === "IPv4" ? ATTACKER.sibling : ATTACKER.sibling6);
        assert.equal((await firewall.call.held()).length, 2);
      });

      rejects(`answers a rejected ${family} scope with a reset`, async () => {
        await fresh();
        if (!subject.stopsPackets) return await done(ban(REJECT, from, 600));
        const open = await attacker.hold({ from, to, port: 22 });
        await done(ban(REJECT, from, 600));
        assert.equal(await attacker.connect({ from, to, port: 22, waitMs: 8000 }), "refused");
        assert.equal(await attacker.echo(open, 8000), "reset");
        await reaches(from, 80);
        await done(unban(REJECT, from));
        await reaches(from, 22);
      });
    }

    further("bans the widest prefix there is, and lets loopback and the host itself be", async () => {
      await fresh();
      await done(
        ban(ALL, "10.0.0.0/8", 600),
        ban(ALL, "fd77::/19", 600),
        ban(ALL, "127.0.0.1", 600),
        ban(ALL, "::1", 600),
      );
      await isShutOut(ATTACKER.ip);
      await isShutOut(ATTACKER.ip6);
      if (!subject.stopsPackets) return;
      for (const to of ["127.0.0.1", "::1", HOST.ip, HOST.ip6]) {
        assert.equal(await host.connect({ to, port: 22, waitMs: 8000 }), "open", `the host → ${to}`);
      }
    });

    packets("keeps neighbour discovery working under a ban of the wire's own /64", async () => {
      await fresh();
      await done(ban(ALL, "fd77:0:0:1::/64", 600));
      await isShutOut(ATTACKER.onLink6);
      for (const place of [lab.host, lab.attacker]) await place.run(["ip", "-6", "neigh", "flush", "all"]);
      await isShutOut(ATTACKER.onLink6);
      // The other /64 is reached over the same wire, so each end must find the other's banned address again.
      await reaches(ATTACKER.ip6);
    });

    test("refuses what is no network, no scope or no moment, and does the rest", async () => {
      await fresh();
      const odd = (target: object, scope = "all", until?: number): Change =>
        ({ kind: "ban", scope, target, ...(until === undefined ? {} : { until }) }) as unknown as Change;
      const hostile = [
        ...["*", "localhost", "1.2.3", "0x7f000001", "01.2.3.4", "16909060", "::ffff:192.0.2.1", "192.0.2.1; drop"].map(
          (text) => odd({ family: "ip", text, length: 32 }),
        ),
        ...[
          "fe80::1%eth0",
          "*",
          "::ffff:192.0.2.1",
          "2001:DB8::1",
          "2001:db8:0::1",
          "192.0.2.1",
          "",
          "ip6-localhost",
        ].map((text) => odd({ family: "ip6", text, length: 128 })),
        odd({ family: "ip", text: "192.0.2.7", length: 24 }),
        odd({ family: "ip", text: "0.0.0.0", length: 0 }),
        odd({ family: "ip6", text: "::", length: 0 }),
        odd({ family: "ip", text: "192.0.2.7", length: 33 }),
        odd({ family: "ip", text: "192.0.2.7", length: 31.5 }),
        odd({ family: "ip6", text: "2001:db8::", length: Number.NaN }),
        odd({ family: "ip", text: "2001:db8::7", length: 32 }),
        odd({ family: "ip", text: ["192.0.2.7"], length: 32 }),
        odd({ family: "ip", text: "192.0.2.7", length: "32" }),
        odd(net("192.0.2.7"), "nobody"),
        odd(net("192.0.2.7"), "all_4_32"),
        odd(net("192.0.2.7"), "__proto__"),
        odd(net("192.0.2.7"), "all", Number.NaN),
        odd(net("192.0.2.7"), "all", Number.POSITIVE_INFINITY),
        odd(net("192.0.2.7"), "all", "10m" as unknown as number),
      ];
      const good = [ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600)];
      const refusals = await firewall.call.apply([good[0], ...hostile, good[1]].filter((one) => one !== undefined));
      assert.deepEqual(
        refusals.map((refusal) => refusal.change),
        hostile,
      );
      for (const { reason } of refusals) assert.match(reason, /\w/);
      await holds(`all ${ATTACKER.ip}`, `all ${ATTACKER.ip6}`);
      await isShutOut(ATTACKER.ip);
      await bystanderPasses();
    });

    test("keeps what is held when laid out again, and drops scopes that are no longer wanted", async () => {
      await fresh();
      await done(
        ban(ALL, ATTACKER.ip, 600),
        ban(SSH, ATTACKER.ip6),
        ban(WEB, ATTACKER.ip, 60),
        ban(WEB, "2001:db8::7", 60),
      );
      await firewall.call.prepare(LAYOUT);
      await firewall.call.prepare({
        ...LAYOUT,
        scopes: [SSH, ALL, scope(["udp"], [514])],
        lengths: { ip: [24], ip6: [48] },
      });
      await holds(`all ${ATTACKER.ip}`, `tcp_22 ${ATTACKER.ip6}`);
      await lasts(`all ${ATTACKER.ip}`, 600);
      await lasts(`tcp_22 ${ATTACKER.ip6}`, undefined);
      await isShutOut(ATTACKER.ip);
      await isShutOut(ATTACKER.ip6);
      assert.equal((await firewall.call.apply([ban(WEB, ATTACKER.ip, 60)])).length, 1);
    });

    const withPackets = subject.stopsPackets ? test : (): void => undefined;
    withPackets("takes out all that is its own and nothing else", async () => {
      await firewall.call.remove();
      const everything = async (): Promise<string> => {
        const programs = subject.everything ?? [["nft", "-s", "list", "ruleset"]];
        return (await Promise.all(programs.map((words) => lab.host.run(words)))).join("\n");
      };
      const untouched = await everything();
      await firewall.call.prepare({ ...LAYOUT, allow: [net("192.0.2.0/24"), net("2001:db8::/32")] });
      await done(ban(ALL, ATTACKER.ip, 600), ban(SSH, "fd77:0:0:11::/64"));
      assert.notEqual(await everything(), untouched);
      assert.equal(await firewall.call.remove(), true);
      assert.equal(await everything(), untouched);
      // What is asked after the end lays nothing out again.
      assert.equal((await firewall.call.apply([ban(ALL, ATTACKER.ip, 600)])).length, 1);
      assert.equal(await firewall.call.remove(), false);
      assert.equal(await everything(), untouched);
      await reaches(ATTACKER.ip);
      await reaches(ATTACKER.ip6);
      await holds();
    });

    test("is silent about its own changes, and ends when told to", async () => {
      await fresh();
      await firewall.call.watch();
      await done(ban(ALL, ATTACKER.ip, 600), ban(ALL, ATTACKER.ip6, 600));
      await done(unban(ALL, ATTACKER.ip));
      await firewall.call.prepare(LAYOUT);
      assert.equal(await firewall.call.disturbance(500), undefined);
      await firewall.call.unwatch();
    });

    test("tells its limits in sentences", async () => {
      await fresh();
      for (const sentence of await firewall.call.limits()) assert.match(sentence, /^\w.{10,}/);
    });
  });
}

function scope(protocols: readonly Protocol[], ports: readonly (number | PortRange)[]): Scope {
  const ranges = ports.map((port) => (typeof port === "number" ? { first: port, last: port } : port));
  return makeScope({ protocols, ports: ranges, action: "drop" });
}
