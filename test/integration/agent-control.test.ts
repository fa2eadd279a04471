import assert from "node:assert/strict";
import { chmodSync, chownSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type {
  BanReport,
  ChangeReport,
  IgnoreReport,
  JailReport,
  StatsReport,
  WhyReport,
} from "../../src/control/report.ts";
import { Agent, heldIn, logUdp, runProgram, SYSLOG, times, until, wrongPassword } from "./agent.ts";
import { labMissing, makeHost, type Namespace } from "./namespaces.ts";
import { capable, noCapability } from "./privileges.ts";

const noLab = labMissing();

describe("commands", { skip: noLab === undefined ? false : `MISSING: ${noLab}` }, () => {
  let host: Namespace & { close(): Promise<void> };
  let agent: Agent;

  before(async () => {
    host = await makeHost();
    agent = new Agent({
      prefix: host.prefix,
      config: {
        sources: [SYSLOG],
        escalation: { bans: 9 },
        jails: {
          sshd: { ignoreip: ["198.51.100.0/24"] },
          dry: { filter: "dovecot", dryrun: true },
          off: { filter: "dovecot", enabled: false },
        },
      },
    });
    await agent.start();
  });
  after(async () => {
    await agent?.remove();
    await host?.close();
  });

  it("ban addresses and prefixes of both families by hand, for so long, with a reason", async () => {
    const words = ["ban", "192.0.2.7", "2001:db8:1:2::7", "203.0.113.0/24", "--for", "2h", "--reason", "scans us"];
    const change = await agent.json<ChangeReport>(...words);
    assert.deepEqual(
      change.done.map(({ address, jail }) => `${address} ${jail}`),
      ["192.0.2.7 manual", "2001:db8:1:2::/64 manual", "203.0.113.0/24 manual"],
    );
    assert.deepEqual(change.refused, []);
    const held = await heldIn(host);
    assert.deepEqual([...held.keys()].sort(), ["192.0.2.7", "2001:db8:1:2::", "203.0.113.0"]);
    for (const left of held.values()) assert.ok(left !== undefined && left > 7000 && left <= 7200);
    const [ban] = await agent.json<BanReport[]>("banned", "203.0.113.200");
    assert.deepEqual([ban?.address, ban?.cause, ban?.reason], ["203.0.113.0/24", "manual", "scans us"]);
    const forever = await agent.json<ChangeReport>("ban", "192.0.2.8", "--for", "forever", "--jail", "sshd");
    assert.deepEqual(forever.done, [{ address: "192.0.2.8", jail: "sshd" }]);
    await until(async () => (await heldIn(host)).has("192.0.2.8"), "the kernel holds it");
    assert.equal((await heldIn(host)).get("192.0.2.8"), undefined);
  });

  it("ban one address alone where its /64 may not be banned", async () => {
    await agent.json("ignore", "add", "2001:db8:5::1");
    const change = await agent.json<ChangeReport>("ban", "2001:db8:5::2");
    assert.deepEqual(
      change.done.map(({ address }) => address),
      ["2001:db8:5::2"],
    );
    assert.equal((await agent.cli("ban", "2001:db8:5::1")).code, 65);
    assert.equal((await agent.cli("ban", "2001:db8:5::/64")).code, 65);
    assert.ok((await heldIn(host)).has("2001:db8:5::2"));
    assert.equal((await agent.cli("unban", "2001:db8:5::2")).code, 0);
    await agent.json("ignore", "remove", "2001:db8:5::1");
  });

  it("tell by their exit status whether an address is banned", async () => {
    assert.equal((await agent.cli("banned", "192.0.2.7")).code, 0);
    const { code, stdout } = await agent.cli("banned", "192.0.2.99");
    assert.deepEqual([code, stdout], [1, "192.0.2.99 is not banned.\n"]);
    assert.equal((await agent.cli("banned", "2001:db8:1:2:ffff::1")).code, 0);
    assert.equal((await agent.cli("banned", "no-address")).code, 64);
    assert.equal((await agent.cli("banned", "--jail", "nosuch")).code, 66);
    assert.equal((await agent.cli("ban")).code, 64);
    assert.equal((await agent.cli("frobnicate")).code, 64);
    const nobody = await runProgram(["ping", "--socket", `${agent.folder}/no.sock`]);
    assert.equal(nobody.code, 69);
    assert.match(nobody.stderr, /not running[\s\S]*NOT_RUNNING/);
  });

  it("refuse what must never be banned, and say why, and do the rest", async () => {
    const odd = [
      "127.0.0.1",
      "::1",
      "0.0.0.0/0",
      "::/0",
      "198.51.100.3",
      "fe80::1",
      "0300.0.2.1",
      "192.0.2",
      "localhost",
    ];
    const { code, stderr, stdout } = await agent.cli("ban", "192.0.2.20", ...odd);
    assert.equal(code, 65);
    assert.match(stdout, /^192\.0\.2\.20 in manual until \S+\n$/);
    assert.equal(stderr.trim().split("\n").length, odd.length, stderr);
    assert.deepEqual(await agent.banned("manual").then((list) => list.filter((text) => text.startsWith("192.0.2.2"))), [
      "192.0.2.20",
    ]);
  });

  it("say why an address is banned, and why it is not", async () => {
    await logUdp(host, [
      ...times(3, (at) => wrongPassword("192.0.2.21", at)),
      ...times(3, (at) => wrongPassword("2001:db8:7::1", at)),
      ...times(2, (at) => wrongPassword("198.51.100.9", at)),
      ...times(5, (at) => wrongPassword("192.0.2.22", at)),
    ]);
    await until(async () => (await agent.banned("sshd")).includes("192.0.2.22"), "192.0.2.22 is banned");
    const counted = await agent.cli("why", "192.0.2.21");
    assert.equal(counted.code, 0);
    const [head, count, ...lines] = counted.stdout.trimEnd().split("\n");
    assert.equal(head, "192.0.2.21 is not banned.");
    assert.equal(count, "  sshd: 3 of 5 failures within 10m");
    assert.equal(lines.length, 3, counted.stdout);
    for (const line of lines) assert.match(line, /^ {4}\S+ Failed password .* from 192\.0\.2\.21 /);
    const other = await agent.json<WhyReport>("why", "2001:db8:7::2");
    assert.deepEqual(
      other.jails.map(({ jail, counts }) => [jail, counts.map(({ of, failures }) => [of, failures])]),
      [["sshd", [["2001:db8:7::/64", 3]]]],
    );
    const ignored = (await agent.cli("why", "198.51.100.9")).stdout;
    assert.match(
      ignored,
      /^198\.51\.100\.9 is not banned\.\n {2}Never banned by sshd: 198\.51\.100\.0\/24 \(ignoreip\)\n/,
    );
    const banned = (await agent.cli("why", "192.0.2.22")).stdout;
    assert.match(banned, /^192\.0\.2\.22 is banned\.\n {2}sshd: 5 failures, since \S+, for \S+ more; closes tcp 22\n/);
    assert.equal(banned.match(/^ {4}\S+ Failed password/gm)?.length, 5);
    for (const question of ["why", "banned"]) {
      const asked = await agent.cli(question, "192.0.2.22", "--socket", join(agent.folder, "status.sock"));
      assert.match(asked.stdout, /192\.0\.2\.22/);
      assert.doesNotMatch(
        asked.stdout,
        /password/i,
        "a name in a line may be a password: who may ask is not who may read",
      );
    }
    assert.match((await agent.cli("why", "192.0.2.0/24")).stdout, /^Parts of 192\.0\.2\.0\/24 are banned\.\n/);
    assert.match((await agent.cli("why", "127.0.0.1")).stdout, /No jail may ban it: loopback/);
    assert.match((await agent.cli("why", "192.0.2.99")).stdout, /not banned\.\nNo failure of it is counted\./);
    assert.equal((await agent.cli("why", "no-address")).code, 64);
    assert.equal((await agent.cli("unban", "192.0.2.22")).code, 0);
    assert.match(
      (await agent.cli("why", "192.0.2.22")).stdout,
      /Bans that are over: 1 \(bailiff history 192\.0\.2\.22\)/,
    );
  });

  it("lift bans, one and all, and remember them", async () => {
    const change = await agent.json<ChangeReport>("unban", "192.0.2.7", "2001:db8:1:2::9");
    assert.deepEqual(
      change.done.map(({ address }) => address),
      ["192.0.2.7", "2001:db8:1:2::/64"],
    );
    const again = await agent.cli("unban", "192.0.2.7");
    assert.equal(again.code, 65);
    assert.match(again.stderr, /192\.0\.2\.7: not banned/);
    const past = await agent.json<(BanReport & { lifted?: string })[]>("history", "192.0.2.7");
    assert.equal(past.length, 1);
    assert.ok(past[0]?.lifted);
    assert.equal(past[0]?.remaining, 0);
    assert.equal((await agent.cli("unban", "--all")).code, 0);
    assert.deepEqual(await agent.banned(), []);
    assert.equal((await heldIn(host)).size, 0);
    assert.equal((await agent.cli("banned")).stdout, "Nobody is banned.\n");
  });

  it("ignore addresses until the agent ends, and lift their bans", async () => {
    for (const address of ["192.0.2.30", "2001:db8:3::1"]) {
      await logUdp(
        host,
        times(5, (at) => wrongPassword(address, at)),
      );
    }
    await agent.bans(["192.0.2.30", "2001:db8:3::/64"]);
    const list = await agent.json<IgnoreReport>("ignore", "add", "192.0.2.30", "2001:db8:3::/48");
    assert.ok(list.ignored.some(({ network }) => network === "2001:db8:3::/48"));
    assert.deepEqual(await agent.banned(), []);
    await until(async () => (await heldIn(host)).size === 0, "the kernel has let them go");
    await logUdp(host, [
      ...times(5, (at) => wrongPassword("192.0.2.30", at)),
      ...times(5, (at) => wrongPassword("192.0.2.31", at)),
    ]);
    await agent.bans(["192.0.2.31"]);
    await agent.json("ignore", "remove", "192.0.2.30");
    const left = await agent.json<IgnoreReport>("ignore", "list");
    assert.ok(!left.ignored.some(({ network }) => network === "192.0.2.30"));
    assert.ok(left.ignored.some(({ network }) => network === "198.51.100.0/24"));
  });

  it("take addresses in any notation that is one, an address twice once, and nothing else", async () => {
    await agent.json("unban", "--all");
    const words = ["::ffff:192.0.2.70", "192.0.2.70", "192.0.2.70/32", "2001:DB8:70:0:0:0:0:1", "2001:db8:70::2"];
    const { done } = await agent.json<ChangeReport>("ban", ...words, "--for", "1h");
    assert.deepEqual(
      done.map(({ address }) => address),
      ["192.0.2.70", "2001:db8:70::/64"],
    );
    const total = (await agent.jail("manual")).bannedTotal;
    const odd = ["192.000.002.071", "0x7f.1", "3221226055", "192.0.2.71:22", "[2001:db8::71]", "2001:db8::71%eth0"];
    const never = ["192.0.2.71/33", "2001:db8::/129", "192.0.2.71/-1", "*", "x".repeat(5000), "192.0.2.71\n192.0.2.72"];
    const refused = await agent.cli("ban", ...odd, ...never);
    assert.deepEqual([refused.code, refused.stdout], [65, ""]);
    assert.equal(refused.stderr.trim().split("\n").length, odd.length + never.length, refused.stderr);
    assert.equal((await agent.jail("manual")).bannedTotal, total);
    assert.deepEqual(await agent.banned(), ["192.0.2.70", "2001:db8:70::/64"]);
    for (const target of ["::ffff:192.0.2.70", "192.0.2.0/24", "2001:DB8:70::9", "2001:db8::/32"])
      assert.equal((await agent.cli("banned", target)).code, 0, target);
    assert.match((await agent.cli("history", "192.0.2.0/24")).stdout, /^No ban of 192\.0\.2\.0\/24 as a whole/);
  });

  it("tell of a ban that another took over when it ended", async () => {
    for (const [address, target] of [
      ["192.0.2.73", "192.0.2.73"],
      ["2001:db8:73::1", "2001:db8:73::/64"],
    ] as const) {
      await agent.json("ban", address, "--for", "1h");
      await agent.json("ban", address, "--for", "2h");
      const [now, before, ...none] = await agent.json<(BanReport & { lifted?: string })[]>("history", address);
      assert.deepEqual([now?.address, now?.lifted, none], [target, undefined, []]);
      assert.equal(before?.lifted, now?.from);
      assert.equal((await agent.json<BanReport[]>("banned", address)).length, 1);
    }
  });

  it("say what an ignored address lifted, keep a network banned by hand around it, and refuse what is not there", async () => {
    await agent.json("unban", "--all");
    for (const [address, network] of [
      ["203.0.113.74", "203.0.113.0/24"],
      ["2001:db8:74::1", "2001:db8:74::/48"],
    ] as const) {
      // Just this one, not its /64.
      await agent.json("ban", `${address}/${network.includes(":") ? 128 : 32}`, network);
      const added = await agent.cli("ignore", "add", address);
      assert.match(added.stdout, /^The ban of \S+ in manual is lifted\.\n/);
      assert.deepEqual(await agent.banned(), [network]);
      const allow = (await agent.json<{ allow: string[] }>("firewall", "show")).allow;
      assert.ok(allow.includes(address), `${address} does not pass: ${allow.join(" ")}`);
      const whole = await agent.json<IgnoreReport>("ignore", "add", network);
      assert.deepEqual(whole.lifted, [{ address: network, jail: "manual" }]);
      const removed = await agent.cli("ignore", "remove", address, network, "192.0.2.75");
      assert.equal(removed.code, 65);
      assert.equal(removed.stderr, "bailiff: 192.0.2.75: not added by hand\n");
    }
    assert.deepEqual(await agent.banned(), []);
  });

  it("do not lift everybody's ban for one address", async () => {
    await agent.json("ban", "192.0.2.76", "2001:db8:76::1");
    const { code, stderr } = await agent.cli("unban", "--all", "192.0.2.76");
    assert.deepEqual([code, (await agent.banned()).length], [64, 2], stderr);
    assert.equal((await agent.cli("unban", "192.0.2.76", "2001:db8:76::9")).code, 0);
    assert.equal((await agent.cli("unban", "--all")).stdout, "Nobody is banned.\n");
  });

  it("reach the agent whatever has since become wrong with its file", async () => {
    const file = readFileSync(agent.configFile, "utf8");
    try {
      agent.write('{ "control": { "socket": "control.sock" }, "jails": { "nosuch": { "maxretyr": 3 } } }');
      assert.equal((await agent.cli("ban", "192.0.2.77", "2001:db8:77::1")).code, 0);
      assert.equal((await agent.cli("reload")).code, 78);
      assert.equal((await agent.cli("unban", "192.0.2.77", "2001:db8:77::1")).code, 0);
    } finally {
      agent.write(file);
    }
    assert.equal((await agent.cli("reload")).code, 0);
  });

  it("say in plain words what was typed wrong", async () => {
    for (const [words, code, pattern] of [
      [["status", "SSHD"], 66, /there is no jail "SSHD"/],
      [["status", "a\u202e\u009bb"], 66, /there is no jail "a\\u\{202e\}\\x9bb"/],
      [["history", "x"], 64, /"x" is not an address or prefix/],
      [["ban", "192.0.2.78", "--reason", "x".repeat(201)], 65, /reason is longer than 200/],
      [
        ["ban", "--file", "/nonexistent"],
        66,
        /cannot read \/nonexistent: it does not exist\n {2}hint: give a file of addresses/,
      ],
      [["ignore", "add", "home.example.org"], 64, /names belong into "ignoreip"/],
    ] as const) {
      const refused = await agent.cli(...words);
      assert.equal(refused.code, code, refused.stderr);
      assert.match(refused.stderr, pattern);
    }
  });

  it("tell in the history which bans were lifted, and which the next one took the place of", async () => {
    for (const address of ["192.0.2.79", "2001:db8:79::1"]) {
      await agent.json("ban", address);
      await agent.json("ban", address, "--for", "2h");
      await agent.json("unban", address);
      const { stdout } = await agent.cli("history", address);
      assert.deepEqual(
        stdout.split("\n").flatMap((line) => / (lifted|replaced) \d/.exec(line)?.[1] ?? []),
        ["lifted", "replaced"],
      );
    }
  });

  it("take an empty list for what it is", async () => {
    const empty = join(agent.folder, "empty.txt");
    writeFileSync(empty, "# nobody today\n\n");
    const { code, stdout } = await agent.cli("ban", "--file", empty);
    assert.deepEqual([code, stdout], [0, "Nobody is banned.\n"]);
    assert.deepEqual(await agent.json("ban", "--file", empty), { done: [], refused: [] });
  });

  it("say of a jail why it cannot be banned in, and know those that watch nothing", async () => {
    for (const [jail, code, words] of [
      ["dry", 65, /"dry" bans nobody: it is a dry run/],
      ["off", 66, /"off" is not watched/],
      ["nosuch", 66, /there is no jail "nosuch"/],
    ] as const) {
      const refused = await agent.cli("ban", "192.0.2.50", "2001:db8:50::1", "--jail", jail);
      assert.deepEqual([refused.code, refused.stdout], [code, ""]);
      assert.match(refused.stderr, words);
    }
    assert.match((await agent.cli("status", "off")).stderr, /"enabled": false/);
    for (const name of ["manual", "escalation"]) assert.equal((await agent.jail(name)).banned, 0);
  });

  it("pause a jail and let it go on", async () => {
    const paused = await agent.json<JailReport>("pause", "sshd");
    assert.equal(paused.paused, true);
    const before = (await agent.jail("sshd")).failuresTotal;
    await logUdp(
      host,
      times(5, (at) => wrongPassword("192.0.2.40", at)),
    );
    const received = async (): Promise<number> => (await agent.source("syslog-udp-5514")).counters.received ?? 0;
    const heard = await received();
    await until(async () => (await received()) >= heard, "they came");
    assert.match((await agent.cli("status")).stdout, /paused/);
    assert.equal((await agent.cli("resume", "sshd")).code, 0);
    await logUdp(
      host,
      times(5, (at) => wrongPassword("192.0.2.41", at)),
    );
    await until(async () => (await agent.banned()).includes("192.0.2.41"), "it goes on");
    assert.ok(!(await agent.banned()).includes("192.0.2.40"));
    assert.equal((await agent.jail("sshd")).failuresTotal, before + 5);
    assert.equal((await agent.cli("pause", "nosuch")).code, 66);
    const stats = await agent.json<StatsReport>("stats");
    assert.equal(stats.jails.find(({ name }) => name === "sshd")?.failuresTotal, before + 5);
  });
});

describe("the control socket", { skip: noLab === undefined ? false : `MISSING: ${noLab}` }, () => {
  let host: Namespace & { close(): Promise<void> };
  let agent: Agent;

  before(async () => {
    host = await makeHost();
    agent = new Agent({ prefix: host.prefix, config: { sources: [SYSLOG], jails: { sshd: {} } } });
    await agent.start();
  });
  after(async () => {
    await agent?.remove();
    await host?.close();
  });

  async function opened(): Promise<Socket> {
    const socket = connect(agent.socket);
    socket.on("error", () => undefined); // Being cut off is what is tested.
    await new Promise((resolve) => socket.once("connect", resolve).once("error", resolve));
    return socket;
  }

  async function closed(socket: Socket): Promise<string> {
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    if (!socket.destroyed) await new Promise((resolve) => socket.once("close", resolve));
    return text;
  }

  it("is closed to other users", async () => {
    assert.equal(statSync(agent.socket).mode & 0o777, 0o660);
    chmodSync(agent.folder, 0o755);
    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const script = `require("node:net").connect(${JSON.stringify(agent.socket)}).on("error",(e)=>console.log(e.code)).on("connect",()=>{console.log("open");process.exit()})`;
    const { stdout } = await host.attempt([...nobody, process.execPath, "-e", script]);
    assert.equal(stdout, "EACCES\n");
  });

  it("tells who sends too long a line, and cuts off who goes on, while memory stays as it is", async () => {
    const before = agent.residentBytes();
    const long = await opened();
    long.write("x".repeat(70_000));
    assert.match(await closed(long), /longer than 65536 bytes/);
    const socket = await opened();
    const piece = "x".repeat(1024 * 1024);
    let sent = 0;
    while (!socket.destroyed && sent < 100) {
      sent += 1;
      await new Promise((resolve) => {
        socket.write(piece, resolve);
      });
    }
    assert.ok(sent < 100);
    assert.ok(agent.residentBytes() - before < 20e6);
    assert.ok(await agent.answers());
  });

  it("answers garbage and unknown commands with an error on the same connection", async () => {
    const socket = await opened();
    socket.end('not JSON\n{"command":"format"}\n{"command":"ping","more":1}\n{"command":"ping"}\n');
    const answers = (await closed(socket))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { ok: boolean });
    assert.deepEqual(
      answers.map(({ ok }) => ok),
      [false, false, false, true],
    );
  });

  it("answers every one of very many questions sent at once, in order", async () => {
    const before = agent.residentBytes();
    const socket = await opened();
    const count = 3000;
    const gone = closed(socket);
    socket.end(
      `${times(count, (at) => `{"command":"banned","target":"192.0.2.${at % 250}"}\n`).join("")}{"command":"ping"}\n`,
    );
    const answers = (await gone).trim().split("\n");
    assert.equal(answers.length, count + 1);
    assert.match(answers.at(-1) ?? "", /version/);
    assert.ok(agent.residentBytes() - before < 40e6);
  });

  it("serves others while a thousand connections hang on it and one dribbles, and drops those", async () => {
    const crowd = await Promise.all(times(1000, () => opened()));
    const dribbler = crowd[0];
    // One of the first is among the few that were let in.
    const dribble = setInterval(() => dribbler?.write("x"), 500);
    try {
      await until(() => agent.answers(), "it answers again");
      assert.ok(
        dribbler === undefined ||
          dribbler.destroyed ||
          (await Promise.race([closed(dribbler), delay(20_000, "still there")])) !== "still there",
      );
    } finally {
      clearInterval(dribble);
      for (const socket of crowd) socket.destroy();
    }
  });

  it("is taken over from an agent that was killed", async () => {
    await agent.kill("SIGKILL");
    assert.ok(statSync(agent.socket).isSocket());
    await agent.start();
    assert.equal((await agent.cli("ping")).code, 0);
  });
});

it("all bans are lifted where no agent runs, and the next one does not bring them back", {
  skip: noLab === undefined ? false : `MISSING: ${noLab}`,
}, async (t) => {
  const host = await makeHost();
  t.after(() => host.close());
  const agent = new Agent({ prefix: host.prefix, config: { sources: [SYSLOG], jails: { sshd: { maxretry: 2 } } } });
  t.after(() => agent.remove());
  const lift = (...words: string[]): ReturnType<typeof runProgram> =>
    runProgram(["unban", "--all", ...words, "--config", agent.configFile], host.prefix);
  await agent.start();
  for (const address of ["192.0.2.7", "2001:db8:1:2::7"])
    await logUdp(
      host,
      times(2, (at) => wrongPassword(address, at)),
    );
  await agent.bans(["192.0.2.7", "2001:db8:1:2::/64"]);
  await agent.json("ban", "192.0.2.8", "--for", "forever");
  const held = ["192.0.2.7", "192.0.2.8", "2001:db8:1:2::"];
  await until(async () => [...(await heldIn(host)).keys()].sort().join() === held.join(), "they are held");

  // It runs, though nobody finds it: what it has in memory it would write and carry out again.
  rmSync(agent.socket);
  assert.match((await lift()).stderr, /ALREADY_RUNNING/);
  assert.deepEqual([...(await heldIn(host)).keys()].sort(), held);

  await agent.kill();
  chmodSync(agent.folder, 0o711);
  chownSync(agent.state, 65_534, 65_534);
  for (const name of readdirSync(agent.state)) chownSync(join(agent.state, name), 65_534, 65_534);
  agent.write(
    '{ "state": { "directory": "state" }, "control": { "socket": "control.sock" }, "jails": { "sshd": { "maxretyr": 1 } } }',
  );
  assert.equal((await lift("--jail", "sshd")).code, 69);
  if (capable() === undefined) {
    const words = ["unban", "--all", "--config", agent.configFile];
    const { stderr: said } = await runProgram(words, [...host.prefix, ...noCapability()]);
    assert.match(said, /NOT_RUNNING/);
  }
  const { code, stdout, stderr } = await lift("--json");
  assert.equal(code, 0, stderr);
  const { done } = JSON.parse(stdout) as ChangeReport;
  assert.deepEqual(done.map(({ address }) => address).sort(), ["192.0.2.7", "192.0.2.8", "2001:db8:1:2::/64"]);
  assert.deepEqual([...(await heldIn(host)).keys()], []);
  for (const name of readdirSync(agent.state)) assert.equal(statSync(join(agent.state, name)).uid, 65_534, name);

  agent.configure({ sources: [SYSLOG], jails: { sshd: { maxretry: 2 } } });
  await agent.start();
  assert.deepEqual(await agent.banned(), []);
  assert.deepEqual([...(await heldIn(host)).keys()], []);
  assert.match((await agent.cli("history", "192.0.2.8")).stdout, /lifted/);
});
