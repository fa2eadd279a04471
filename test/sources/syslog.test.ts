import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import { type Network, parseNetwork } from "../../src/core/address.ts";
import type { Entry } from "../../src/core/entry.ts";
import { duration, seconds } from "../../src/core/time.ts";
import { BailiffError } from "../../src/errors.ts";
import { type SyslogOptions, syslog } from "../../src/sources/syslog.ts";
import { CUT_MARK } from "../../src/sources/syslog-message.ts";
import { systemClock } from "../../src/system/clock.ts";
import { port, started, until } from "./listening-syslog.ts";

const LOOPBACK4 = "127.0.0.1";
const FAMILIES = [LOOPBACK4, "::1"] as const;
const LINE = "<38>Nov 22 11:00:00 h sshd[7]: Failed password for root from 192.0.2.10 port 4 ssh2";

function network(text: string): Network {
  return parseNetwork(text) ?? assert.fail(text);
}

const LOCAL = { name: "web1", networks: [network("127.0.0.0/8"), network("::1")], trust: "limited" as const };

async function sendUdp(to: { address: string; port: number }, ...texts: (string | Buffer)[]): Promise<void> {
  const socket = createSocket(to.address.includes(":") ? "udp6" : "udp4");
  for (const text of texts) {
    await new Promise<void>((resolve, reject) =>
      socket.send(text, to.port, to.address, (error) => (error ? reject(error) : resolve())),
    );
  }
  socket.close();
}

/** Until the other side has closed it. Who writes meanwhile gets an error first, which `once` would throw. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.resume().once("close", () => resolve()));
}

async function connected(address: string, to: number): Promise<Socket> {
  const socket = connect(to, address);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

for (const address of FAMILIES) {
  test(`makes one entry of one datagram over ${address}, with our own time`, async () => {
    await using run = await started({ listen: [{ protocol: "udp", address, port: 0 }], senders: [LOCAL] });
    const before = Date.now();
    await sendUdp({ address, port: port(run.source) }, LINE, `${LINE}\n${LINE}\n`);
    await until(() => run.entries.length >= 2, "two entries");
    const [first, second] = run.entries;
    assert.ok(first && second && first.time >= before && first.time <= Date.now());
    assert.deepEqual(
      { ...first, time: 0 },
      {
        time: 0,
        source: "remote",
        identifier: "sshd",
        pid: "7",
        message: "Failed password for root from 192.0.2.10 port 4 ssh2",
        origin: { kind: "syslog", protocol: "udp", sender: "web1", trust: "limited", host: "h" },
      },
    );
    assert.ok(second.message.includes(`\n${LINE}`));
    assert.equal(run.source.status().counters["web1.received"], 2);
  });
}

test("takes both families on ::, each address under its sender", async () => {
  await using run = await started({
    listen: [{ protocol: "udp", address: "::", port: 0 }],
    senders: [
      { name: "four", networks: [network("127.0.0.1")], trust: "full", jails: ["sshd"] },
      { name: "six", networks: [network("::1")], trust: "limited" },
    ],
  });
  await sendUdp({ address: "127.0.0.1", port: port(run.source) }, LINE);
  await sendUdp({ address: "::1", port: port(run.source) }, LINE);
  await until(() => run.entries.length >= 2, "two entries");
  assert.deepEqual(
    run.entries.map(({ origin }) => origin.kind === "syslog" && [origin.sender, origin.trust, origin.jails]).sort(),
    [
      ["four", "full", ["sshd"]],
      ["six", "limited", undefined],
    ],
  );
});

for (const address of FAMILIES) {
  test(`counts what no sender sent over ${address}, and yields nothing of it`, async () => {
    const other = {
      name: "web1",
      networks: [network("192.0.2.0/24"), network("2001:db8::/32")],
      trust: "full" as const,
    };
    await using run = await started({
      listen: [
        { protocol: "udp", address, port: 0 },
        { protocol: "tcp", address, port: 0 },
      ],
      senders: [other],
    });
    await sendUdp({ address, port: port(run.source) }, LINE, "garbage", Buffer.alloc(2000));
    const socket = connect(port(run.source, 1), address);
    socket.on("error", () => {});
    await closing(socket);
    await until(() => run.source.status().counters.denied === 4, "four denied");
    assert.equal(run.source.status().counters.received, 0);
    assert.equal(run.source.status().counters.malformed, 0);
    assert.match(run.source.status().description, new RegExp(`last denied: ${address}$`));
    assert.deepEqual(run.entries, []);
  });
}

/** As RFC 3164 has it, on a clock in a zone so many minutes east of Greenwich. */
function stamp(minutesEast: number): string {
  const [, day = "", month = "", , time = ""] = new Date(Date.now() + minutesEast * 60_000).toUTCString().split(" ");
  return `${month} ${day.replace(/^0/, " ")} ${time}`;
}

for (const address of FAMILIES) {
  test(`tells of a sender over ${address} whose times are not those of its timezone`, async () => {
    await using run = await started({
      listen: [{ protocol: "udp", address, port: 0 }],
      senders: [{ ...LOCAL, timezone: "Asia/Kolkata" }],
    });
    const at = { address, port: port(run.source) };
    await sendUdp(at, `<38>${stamp(330)} h sshd[7]: in its zone`);
    await until(() => run.entries.length === 1, "an entry");
    assert.doesNotMatch(run.source.status().description, /times of/);
    await sendUdp(at, `<38>${stamp(0)} h sshd[7]: in ours`);
    await until(() => run.entries.length === 2, "another entry");
    assert.match(
      run.source.status().description,
      /times of web1 are 5h(?:30m|29m) behind: its clock, its timezone, or delay/,
    );
    assert.deepEqual(
      run.source.status().troubles.filter((each) => /times/.test(each)),
      [],
    );
    await sendUdp(at, `<38>${stamp(330)} h sshd[7]: in its zone again`);
    await until(() => run.entries.length === 3, "a third entry");
    assert.doesNotMatch(run.source.status().description, /times of/);
    assert.ok(run.entries.every(({ time }) => Math.abs(Date.now() - time) < 60_000));
  });
}

/** What happens every five seconds happens every twentieth of one. */
const HASTY = {
  ...systemClock,
  sleep: (length: number, signal?: AbortSignal) => systemClock.sleep(duration(length / 100), signal),
};

test("drops what a sender sends over its allowance, counts it under the sender, and tells of it", async () => {
  await using run = await started({
    listen: [{ protocol: "udp", address: LOOPBACK4, port: 0 }],
    senders: [{ ...LOCAL, ratePerSecond: 0.001, burst: 3 }],
    clock: HASTY,
  });
  await sendUdp({ address: LOOPBACK4, port: port(run.source) }, ...new Array<string>(10).fill(LINE));
  await until(() => run.source.status().counters["web1.limited"] === 7, "seven over the allowance");
  await until(() => run.entries.length === 3, "three entries");
  const told = /^7 datagrams of sender web1 were over its ratePerSecond/;
  await until(() => run.source.status().troubles.some((what) => told.test(what)), "it is told");
});

test("keeps the newest when the consumer is slow, counts what it dropped, and tells of it", async () => {
  const source = syslog({
    name: "remote",
    listen: [{ protocol: "udp", address: LOOPBACK4, port: 0 }],
    senders: [],
    queueSize: 5,
    clock: HASTY,
  });
  const stop = new AbortController();
  const reading = source.entries({ signal: stop.signal })[Symbol.asyncIterator]();
  const first = reading.next();
  await until(() => source.listening().length > 0, "listening");
  await sendUdp({ address: LOOPBACK4, port: port(source) }, "<13>app: 0");
  assert.equal((await first).value?.[0]?.message, "0");
  for (let at = 1; at <= 12; at += 1) await sendUdp({ address: LOOPBACK4, port: port(source) }, `<13>app: ${at}`);
  await until(() => source.status().counters.received === 13, "all received");
  const batch = (await reading.next()).value ?? [];
  assert.deepEqual(
    batch.map((entry: Entry) => entry.message),
    ["8", "9", "10", "11", "12"],
  );
  assert.equal(source.status().counters.dropped, 7);
  await until(() => source.status().troubles.some((what) => /^bailiff dropped 7 datagrams/.test(what)), "it is told");
  stop.abort();
  assert.equal((await reading.next()).done, true);
});

test("yields bounded batches, with a turn of the event loop between them", async () => {
  const source = syslog({
    name: "remote",
    listen: [{ protocol: "tcp", address: LOOPBACK4, port: 0 }],
    senders: [],
    clock: systemClock,
  });
  const stop = new AbortController();
  const reading = source.entries({ signal: stop.signal })[Symbol.asyncIterator]();
  const first = reading.next();
  await until(() => source.listening().length > 0, "listening");
  const socket = await connected(LOOPBACK4, port(source));
  socket.write("<13>app: x\n".repeat(6001));
  let got = (await first).value?.length ?? 0;
  await until(() => source.status().counters.received === 6001, "all received");
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 0);
  try {
    while (got < 6001) {
      const batch = (await reading.next()).value ?? [];
      assert.ok(batch.length > 0 && batch.length <= 2000);
      got += batch.length;
    }
  } finally {
    clearInterval(ticking);
  }
  assert.ok(turns > 0);
  socket.destroy();
  stop.abort();
  assert.equal((await reading.next()).done, true);
});

test("counts what is malformed and what was cut, and goes on", async () => {
  await using run = await started({ listen: [{ protocol: "udp", address: "::1", port: 0 }] });
  const to = { address: "::1", port: port(run.source) };
  await sendUdp(to, Buffer.from([0, 255, 254]), "<999>x", "", `<13>app: ${"y".repeat(20_000)}`, LINE);
  await until(() => run.entries.length >= 5, "five entries");
  const { counters } = run.source.status();
  assert.equal(counters["local.malformed"], 3);
  assert.equal(counters.truncated, 1);
  assert.equal(run.entries[3]?.message.length, 8192 - "<13>app: ".length + CUT_MARK.length);
});

for (const address of FAMILIES) {
  test(`reads lines and counted frames of TCP connections over ${address}`, async () => {
    await using run = await started({ listen: [{ protocol: "tcp", address, port: 0 }], senders: [LOCAL] });
    const socket = await connected(address, port(run.source));
    socket.write(`${LINE}\n`);
    socket.write(`${LINE.length} ${LINE.slice(0, 10)}`);
    await delay(20);
    socket.write(`${LINE.slice(10)}99 <13>app: half`);
    await until(() => run.entries.length >= 2, "two entries");
    socket.end();
    await until(() => run.source.status().counters.open === 0, "the connection's end");
    assert.equal(run.entries.length, 2);
    assert.deepEqual(run.entries[1]?.origin, {
      kind: "syslog",
      protocol: "tcp",
      sender: "web1",
      trust: "limited",
      host: "h",
    });
    assert.equal(run.source.status().counters.incomplete, 1);
  });
}

for (const address of FAMILIES) {
  test(`takes the last line of a TCP connection over ${address} that ends in order, not of one that breaks`, async () => {
    await using run = await started({ listen: [{ protocol: "tcp", address, port: 0 }], senders: [LOCAL] });
    const broken = await connected(address, port(run.source));
    broken.write(`${LINE}\n${LINE}`);
    await until(() => run.entries.length === 1, "the whole line");
    broken.resetAndDestroy();
    await until(() => run.source.status().counters.open === 0, "the broken connection's end");
    assert.equal(run.source.status().counters.incomplete, 1);
    const socket = await connected(address, port(run.source));
    socket.end(`${LINE}\n<38>sshd[1]: last`);
    await until(() => run.entries.length >= 3, "the last line");
    assert.deepEqual(
      run.entries.slice(2).map(({ identifier, pid, message }) => [identifier, pid, message]),
      [["sshd", "1", "last"]],
    );
    assert.equal(run.source.status().counters.incomplete, 1);
  });
}

const BOMBS: readonly (readonly [string, string, "oversize" | "badCount"])[] = [
  ["a huge count", "999999999 <13>x", "badCount"],
  ["a count of zero", "0 <13>x", "badCount"],
  ["a line without end", "x".repeat(70_000), "oversize"],
];
for (const [name, bytes, counter] of BOMBS) {
  test(`closes a TCP connection that sends ${name}, and counts it`, async () => {
    await using run = await started({ listen: [{ protocol: "tcp", address: "::1", port: 0 }] });
    const bad = await connected("::1", port(run.source));
    const good = await connected("::1", port(run.source));
    const closed = closing(bad);
    bad.write(bytes);
    await closed;
    assert.equal(run.source.status().counters[counter], 1);
    good.write(`${LINE}\n`);
    await until(() => run.entries.length === 1, "the other connection's entry");
    good.destroy();
  });
}

test("closes a connection whose frame does not get done, and one that is silent", async () => {
  await using run = await started({
    listen: [{ protocol: "tcp", address: LOOPBACK4, port: 0 }],
    streams: { frame: seconds(1), idle: duration(3000) },
  });
  const slow = await connected(LOOPBACK4, port(run.source));
  const silent = await connected(LOOPBACK4, port(run.source));
  const closed = [slow, silent].map(closing);
  const dripping = setInterval(() => slow.write("x"), 100);
  await Promise.all(closed).finally(() => clearInterval(dripping));
  const { counters } = run.source.status();
  assert.equal(counters.slow, 1);
  assert.equal(counters.idle, 1);
});

test("a new connection takes the place of the one that was silent longest", async () => {
  await using run = await started({
    listen: [{ protocol: "tcp", address: LOOPBACK4, port: 0 }],
    streams: { connectionsPerAddress: 2 },
  });
  const first = await connected(LOOPBACK4, port(run.source));
  await until(() => run.source.status().counters.open === 1, "the first");
  const second = await connected(LOOPBACK4, port(run.source));
  await until(() => run.source.status().counters.open === 2, "the second");
  await delay(5);
  first.write(`${LINE}\n`);
  await until(() => run.entries.length === 1, "an entry of the first");
  const closed = closing(second);
  const third = await connected(LOOPBACK4, port(run.source));
  await closed;
  third.write(`${LINE}\n`);
  first.write(`${LINE}\n`);
  await until(() => run.entries.length === 3, "entries of the first and the third");
  assert.equal(run.source.status().counters.evicted, 1);
  first.destroy();
  third.destroy();
});

test("a sender that is a whole network keeps the connections of all its machines", async () => {
  for (const [limit, evicted] of [
    [{ connectionsPerAddress: 1 }, 0],
    [{ connections: 4096 }, 0],
    [{ connections: 100 }, 2],
  ] as const) {
    await using run = await started({
      listen: [{ protocol: "tcp", address: "0.0.0.0", port: 0 }],
      senders: [LOCAL],
      streams: limit,
    });
    const sockets: Socket[] = [];
    for (let machine = 1; machine <= 100; machine += 1) {
      const socket = connect({ host: LOOPBACK4, port: port(run.source), localAddress: `127.0.1.${machine}` });
      socket.on("error", () => {});
      sockets.push(socket);
      await once(socket, "connect");
    }
    await until(() => run.source.status().counters.connections === 100, "all connections");
    // When there is room for no more, those that were silent longest make way.
    const greedy = [await connected(LOOPBACK4, port(run.source)), await connected(LOOPBACK4, port(run.source))];
    await until(() => run.source.status().counters.connections === 102, "two more");
    for (const socket of sockets) socket.write(`${LINE}\n`);
    await until(() => run.entries.length >= 100 - evicted, "an entry of every machine");
    assert.equal(run.source.status().counters.evicted, limit.connectionsPerAddress === undefined ? evicted : 1);
    for (const socket of [...sockets, ...greedy]) socket.destroy();
  }
});

test("a thousand connections in the middle of a frame are all heard", async () => {
  await using run = await started({ listen: [{ protocol: "tcp", address: LOOPBACK4, port: 0 }], senders: [LOCAL] });
  const sockets = Array.from({ length: 1000 }, (_, at) => {
    const localAddress = `127.0.${2 + (at >> 6)}.${1 + (at & 63)}`;
    const socket = connect({ host: LOOPBACK4, port: port(run.source), localAddress });
    socket.on("error", () => {});
    // Every other one in pieces, so that all are in the middle of a frame at once.
    socket.once("connect", () => socket.write(at % 2 === 0 ? `${LINE}\n` : LINE.slice(0, 20)));
    return socket;
  });
  await until(() => run.entries.length >= 500, "the whole ones");
  for (const [at, socket] of sockets.entries()) if (at % 2 === 1) socket.write(`${LINE.slice(20)}\n`);
  await until(() => run.entries.length >= 1000, "the others");
  assert.equal(run.entries.length, 1000);
  assert.ok(run.entries.every((entry) => entry.message === "Failed password for root from 192.0.2.10 port 4 ssh2"));
  const { counters } = run.source.status();
  assert.equal(counters.evicted, 0);
  assert.equal(counters.open, 1000);
  for (const socket of sockets) socket.destroy();
  await until(() => run.source.status().counters.open === 0, "all closed");
});

test("makes a TCP sender over its allowance wait, and loses nothing", async () => {
  await using run = await started({
    listen: [{ protocol: "tcp", address: LOOPBACK4, port: 0 }],
    senders: [{ ...LOCAL, ratePerSecond: 5000, burst: 10 }],
    queueSize: 50,
  });
  const socket = await connected(LOOPBACK4, port(run.source));
  const count = 3000;
  socket.end(Array.from({ length: count }, (_, at) => `<13>app: ${at}\n`).join(""));
  await until(() => run.entries.length === count, "all entries");
  assert.deepEqual(
    run.entries.map((entry) => entry.message),
    Array.from({ length: count }, (_, at) => String(at)),
  );
  assert.equal(run.source.status().counters.dropped, 0);
});

for (const protocol of ["udp", "tcp"] as const) {
  for (const address of FAMILIES) {
    test(`says that ${protocol} ${address} is taken, and how to find by whom`, async () => {
      await using run = await started({ listen: [{ protocol, address, port: 0 }] });
      const taken = port(run.source);
      const second = syslog({
        name: "second",
        listen: [{ protocol, address, port: taken }],
        senders: [],
        clock: systemClock,
      });
      await assert.rejects(
        second
          .entries({ signal: AbortSignal.timeout(5000) })
          [Symbol.asyncIterator]()
          .next(),
        (error) =>
          error instanceof BailiffError && error.code === "ADDRESS_BUSY" && error.hint?.includes(`:${taken}`) === true,
      );
      await run.stop();
      // Free again at once: the second can have it now, as after a restart.
      const stop = new AbortController();
      const next = second.entries({ signal: stop.signal })[Symbol.asyncIterator]().next();
      await until(() => second.listening().length > 0, "the second listening");
      stop.abort();
      assert.equal((await next).done, true);
    });
  }
}

test("closes what it opened when a later listener cannot be opened", async () => {
  const source = syslog({
    name: "remote",
    listen: [
      { protocol: "tcp", address: LOOPBACK4, port: 0 },
      { protocol: "udp", address: "192.0.2.1", port: 0 },
    ],
    senders: [LOCAL],
    clock: systemClock,
  });
  await assert.rejects(
    source
      .entries({ signal: AbortSignal.timeout(5000) })
      [Symbol.asyncIterator]()
      .next(),
    (error) => error instanceof BailiffError && error.code === "SOURCE_BROKEN" && /no such address/.test(error.message),
  );
  assert.deepEqual(source.listening(), []);
});

const INVALID: readonly (readonly [string, Partial<SyslogOptions>, RegExp])[] = [
  ["other addresses without senders", { listen: [{ protocol: "udp", address: "0.0.0.0", port: 0 }] }, /no senders/],
  ["all addresses without senders", { listen: [{ protocol: "udp", address: "::", port: 0 }] }, /no senders/],
  [
    "a public address without senders",
    { listen: [{ protocol: "tcp", address: "2001:db8::1", port: 0 }] },
    /no senders/,
  ],
  ["a host name", { listen: [{ protocol: "udp", address: "localhost", port: 0 }] }, /not an IP address/],
  ["tls without a certificate", { listen: [{ protocol: "tls", address: "::1", port: 0 }] }, /no certificate/],
  [
    "certificate names without an authority",
    {
      listen: [{ protocol: "tls", address: "::1", port: 0 }],
      tls: { cert: "x", key: "x" },
      senders: [{ name: "web", tlsName: "web.example.org", trust: "full" }],
    },
    /without an authority/,
  ],
];
for (const [name, options, message] of INVALID) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => syslog({ name: "remote", listen: [], senders: [], clock: systemClock, ...options }),
      (error) =>
        error instanceof BailiffError && error.code === "CONFIG_INVALID" && message.test(error.message) && !!error.hint,
    );
  });
}

test("says which files of the tls block it cannot use", async () => {
  const options = {
    name: "remote",
    listen: [{ protocol: "tls", address: "::1", port: 0 }],
    senders: [],
    clock: systemClock,
  } as const;
  const first = (tls: { cert: string; key: string }) =>
    syslog({ ...options, tls })
      .entries({ signal: AbortSignal.timeout(5000) })
      [Symbol.asyncIterator]()
      .next();
  await assert.rejects(
    first({ cert: "/nonexistent/cert.pem", key: "/nonexistent/key.pem" }),
    (error) => error instanceof BailiffError && error.code === "FILE_UNREADABLE" && /cert\.pem/.test(error.message),
  );
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  await assert.rejects(
    first({ cert: broken, key: broken }),
    (error) => error instanceof BailiffError && error.code === "CONFIG_INVALID",
  );
});

test("says that UDP can be forged, and names the sysctl when the kernel gives less buffer than asked", async () => {
  await using run = await started({
    listen: [
      { protocol: "udp", address: "::1", port: 0 },
      { protocol: "tcp", address: LOOPBACK4, port: 0 },
    ],
    receiveBufferBytes: 1_500_000_000,
  });
  const { description, troubles } = run.source.status();
  assert.match(description, /^syslog udp \[::1\]:\d+, tcp 127\.0\.0\.1:\d+; udp: sender addresses can be forged$/);
  assert.equal(troubles.length, 1);
  assert.match(troubles[0] ?? "", /net\.core\.rmem_max=1500000000/);
  await using small = await started({
    listen: [{ protocol: "udp", address: "::1", port: 0 }],
    receiveBufferBytes: 65_536,
  });
  assert.deepEqual(small.source.status().troubles, []);
});

test("ends without error when aborted, before and while it listens", async () => {
  const source = syslog({
    name: "remote",
    listen: [{ protocol: "udp", address: LOOPBACK4, port: 0 }],
    senders: [],
    clock: systemClock,
  });
  assert.equal((await source.entries({ signal: AbortSignal.abort() })[Symbol.asyncIterator]().next()).done, true);
  await using run = await started({
    listen: [
      { protocol: "udp", address: LOOPBACK4, port: 0 },
      { protocol: "tcp", address: "::1", port: 0 },
    ],
  });
  const socket = await connected("::1", port(run.source, 1));
  const closed = closing(socket);
  await run.stop();
  await closed;
  assert.deepEqual(run.source.listening(), []);
});

for (const address of FAMILIES) {
  for (const protocol of ["udp", "tcp"] as const) {
    test(`yields what it received over ${protocol} on ${address} before it was ended`, async () => {
      const source = syslog({
        name: "remote",
        listen: [{ protocol, address, port: 0 }],
        senders: [LOCAL],
        clock: systemClock,
      });
      const stop = new AbortController();
      const seen: Entry[] = [];
      const received = (): number => source.status().counters["web1.received"] ?? 0;
      const tell = async (): Promise<void> => {
        await until(() => source.listening().length > 0, "a port");
        const to = { address, port: port(source) };
        if (protocol === "udp") await sendUdp(to, LINE);
        else (await connected(address, to.port)).end(`${LINE}\n`);
      };
      const telling = tell();
      for await (const batch of source.entries({ signal: stop.signal })) {
        seen.push(...batch);
        if (stop.signal.aborted) continue;
        // Twenty more, while the first is looked at; then the end.
        await telling;
        for (let at = 0; at < 20; at += 1) await tell();
        await until(() => received() === 21, "all are received");
        stop.abort();
      }
      assert.equal(seen.length, 21);
    });
  }
}

for (const address of FAMILIES) {
  test(`tells a TCP sender on ${address} that it ends, and takes what was sent before that was known`, async () => {
    await using run = await started({ listen: [{ protocol: "tcp", address, port: 0 }], senders: [LOCAL] });
    const socket = await connected(address, port(run.source));
    let told = false;
    for (const word of ["end", "error"]) {
      socket.once(word, () => {
        told = true;
      });
    }
    let sent = 0;
    const telling = (async () => {
      while (!told) {
        socket.write(`${LINE}\n`.repeat(20));
        sent += 20;
        await turn();
      }
    })();
    await until(() => run.entries.length > 100, "it listens");
    await run.stop();
    await telling;
    assert.equal(run.entries.length, sent);
  });
}

for (const address of FAMILIES) {
  test(`ends though a TCP sender on ${address} never ceases to send`, { timeout: 60_000 }, async () => {
    const senders = [{ ...LOCAL, ratePerSecond: 1_000_000 }];
    const source = syslog({
      name: "remote",
      listen: [{ protocol: "tcp", address, port: 0 }],
      senders,
      clock: systemClock,
    });
    const stop = new AbortController();
    let heard = 0;
    const reading = (async () => {
      // As the daemon does it: everything else has its turn after each batch.
      for await (const batch of source.entries({ signal: stop.signal })) {
        heard += batch.length;
        await turn();
      }
    })();
    await until(() => source.listening().length === 1, "it listens");
    const socket = connect({ host: address, port: port(source), allowHalfOpen: true });
    socket.on("error", () => {});
    const lines = `${LINE}\n`.repeat(1000);
    const send = (): void => {
      while (!socket.destroyed && socket.write(lines)) {}
      socket.once("drain", send);
    };
    send();
    await until(() => heard > 5000, "it hears");
    stop.abort();
    await reading;
    socket.destroy();
  });
}
