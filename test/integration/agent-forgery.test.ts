import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { findProgram } from "../../src/system/exec.ts";
import { Agent, beside, heldIn, runProgram, until, wrongPassword } from "./agent.ts";
import { labMissing, makeHost } from "./namespaces.ts";
import {
  exported,
  noCgroups,
  noJournalFiles,
  noPrivateJournald,
  PrivateJournald,
  type RunOptions,
  writeJournal,
} from "./private-journald.ts";

const NOBODY = 65_534;
const VICTIMS = ["203.0.113.99", "2001:db8:99:1::1"];
/** More than enough for a ban, were they believed. */
const LINES = VICTIMS.flatMap((victim) => Array.from({ length: 6 }, (_, at) => wrongPassword(victim, at)));
const noLab = labMissing();

interface Forgery {
  readonly by: string;
  readonly reason: string;
  readonly needsCgroups?: boolean;
  forge(journald: PrivateJournald, agent: Agent): Promise<void>;
}

async function native(journald: PrivateJournald, fields: readonly string[], options: RunOptions): Promise<void> {
  for (const line of LINES) await journald.logNative([...fields, `MESSAGE=${line}`], options);
}

async function ran(journald: PrivateJournald, argv: readonly string[], options: RunOptions): Promise<void> {
  const { code, stderr } = await journald.run(argv, options);
  assert.equal(code, 0, stderr);
}

const FORGERIES: readonly Forgery[] = [
  {
    by: "nobody with logger",
    reason: "untrusted_uid",
    forge: (journald) => journald.log("sshd", LINES, { uid: NOBODY }),
  },
  {
    by: "nobody with logger and the tag that OpenSSH 9.8 has",
    reason: "untrusted_uid",
    forge: (journald) => journald.log("sshd-session", LINES, { uid: NOBODY }),
  },
  {
    by: "nobody with systemd-cat",
    reason: "untrusted_uid",
    forge: (journald) =>
      ran(journald, ["systemd-cat", "--identifier=sshd", "cat"], { uid: NOBODY, input: LINES.join("\n") }),
  },
  {
    by: "nobody over the native protocol, with root's fields",
    reason: "untrusted_uid",
    forge: (journald) =>
      native(
        journald,
        ["SYSLOG_IDENTIFIER=sshd", "_UID=0", "_SYSTEMD_UNIT=ssh.service", "_TRANSPORT=syslog", "_EXE=/usr/sbin/sshd"],
        { uid: NOBODY },
      ),
  },
  {
    by: "nobody with two identifiers",
    reason: "odd_field",
    forge: (journald) => native(journald, ["SYSLOG_IDENTIFIER=sshd", "SYSLOG_IDENTIFIER=cron"], { uid: NOBODY }),
  },
  {
    by: "nobody with a program named sshd",
    reason: "untrusted_uid",
    async forge(journald) {
      const fake = join(journald.root, "sshd");
      copyFileSync(findProgram("logger") ?? "", fake);
      await ran(journald, [fake, "--socket", "/run/systemd/journal/dev-log", "--tag", "sshd"], {
        uid: NOBODY,
        input: LINES.join("\n"),
      });
    },
  },
  {
    by: "root in another service",
    reason: "untrusted_unit",
    needsCgroups: true,
    forge: (journald) => journald.log("sshd", LINES, { cgroup: "system.slice/web-app.service" }),
  },
  {
    by: "a container, by its engine's log driver",
    reason: "container",
    forge: (journald) => native(journald, ["SYSLOG_IDENTIFIER=sshd", "CONTAINER_NAME=sshd", "CONTAINER_ID=1234"], {}),
  },
  {
    by: "another machine, in the journal it uploaded",
    reason: "remote_journal",
    async forge(_journald, agent) {
      const text = LINES.map((line, at) => exported(service(line, { at }))).join("");
      await writeJournal(join(agent.folder, "uploaded"), "remote", text);
    },
  },
];

/** An entry's fields as journald would write them for sshd, a microsecond after the one before. */
function service(
  message: string,
  { at, ...more }: { at: number; [field: string]: string | number },
): Record<string, string | number> {
  return {
    __REALTIME_TIMESTAMP: Date.now() * 1000 + at,
    __MONOTONIC_TIMESTAMP: 1_000_000 + at,
    _BOOT_ID: "0f0e0d0c0b0a09080706050403020100",
    _MACHINE_ID: "1f0e0d0c0b0a09080706050403020100",
    _TRANSPORT: "syslog",
    _UID: 0,
    _SYSTEMD_UNIT: "ssh.service",
    SYSLOG_IDENTIFIER: "sshd",
    MESSAGE: message,
    ...more,
  };
}

describe("who is not the service", {
  skip: noLab === undefined ? noPrivateJournald || noJournalFiles : `MISSING: ${noLab}`,
}, () => {
  it("accuses nobody through the journal, and each attempt is counted under its reason", async (t) => {
    const host = await makeHost();
    t.after(() => host.close());
    const journald = await PrivateJournald.make();
    t.after(() => journald.remove());
    await journald.start();
    const sources = [{ type: "journal" }, { type: "journal", name: "uploads", directory: "uploaded", trust: "remote" }];
    const agent = new Agent({ prefix: beside(host, journald), config: { sources, jails: { sshd: {} } } });
    t.after(() => agent.remove());
    const genuine = noCgroups() ? {} : { cgroup: "system.slice/ssh.service" };
    // Journal files are there before the agent looks for them.
    const [remote, ...local] = [...FORGERIES].reverse();
    await remote?.forge(journald, agent);
    await agent.start();
    const expected = new Map<string, number>([[remote?.reason ?? "", LINES.length]]);
    for (const { by, reason, needsCgroups, forge } of local) {
      if (needsCgroups && noCgroups()) {
        t.diagnostic(`SKIPPED ${by}: ${noCgroups()}`);
        continue;
      }
      await forge(journald, agent);
      expected.set(reason, (expected.get(reason) ?? 0) + LINES.length);
      await until(
        async () =>
          (await agent.untrusted()).some((each) => each.reason === reason && each.count >= (expected.get(reason) ?? 0)),
        `what ${by} wrote is counted as ${reason}`,
        () => agent.log,
      );
    }
    // The service itself is believed, after all of that.
    await journald.log(
      "sshd",
      [1, 2, 3, 4, 5].map((at) => wrongPassword("192.0.2.7", at)),
      genuine,
    );
    await agent.bans(["192.0.2.7"]);
    await until(
      async () => (await agent.status()).untrusted >= (local.length + 1) * LINES.length || noCgroups() !== false,
      "all are counted",
    );
    const listed = await agent.json<
      { filter: string; reason: string; count: number; hint: string; sample: { message: string } }[]
    >("status", "--untrusted");
    assert.deepEqual(new Map(listed.map(({ reason, count }) => [reason, count])), expected);
    for (const { filter, hint, sample } of listed) {
      assert.equal(filter, "sshd");
      assert.ok(hint.length > 20);
      assert.match(sample.message, /^Failed password/);
    }
    const report = await agent.jail("sshd");
    assert.deepEqual(new Map(Object.entries(report.untrusted)), expected);
    assert.equal(report.failuresTotal, 5);
    assert.deepEqual([...(await heldIn(host)).keys()], ["192.0.2.7"]);
  });

  it("may be the service under another name: a warning and `check` tell what to write then", {
    skip: noCgroups(),
  }, async (t) => {
    const host = await makeHost();
    t.after(() => host.close());
    const journald = await PrivateJournald.make();
    t.after(() => journald.remove());
    await journald.start();
    const agent = new Agent({ prefix: beside(host, journald), config: { jails: { sshd: {} } } });
    t.after(() => agent.remove());
    await agent.start();
    const check = async (): Promise<string> => {
      const { code, stdout } = await runProgram(["check", "--config", agent.configFile], beside(host, journald));
      assert.equal(code, 0);
      return stdout;
    };
    assert.doesNotMatch(await check(), /believed/);
    const here = { cgroup: "system.slice/my-sshd.service" };
    await journald.log("sshd", LINES, here);
    const cure =
      /unit my-sshd\.service is none of the service's.*; then add "units": \["my-sshd\.service"\] to the jail/;
    assert.match(await agent.said(/entries not believed sshd reason=untrusted_unit count=1 /), cure);
    await agent.said(/entries not believed sshd reason=untrusted_unit count=10 /);
    assert.equal(agent.count(/entries not believed/), 2);
    const told = await check();
    assert.match(told, /jail sshd: none of its last 12 entries is believed \(untrusted_unit\)\n *-> /);
    assert.match(told, cure);
    agent.configure({ jails: { sshd: { units: ["my-sshd.service"] } } });
    await agent.ask({ command: "reload" });
    await journald.log("sshd", LINES, here);
    await agent.bans(["203.0.113.99", "2001:db8:99:1::/64"]);
    assert.equal(agent.count(/entries not believed/), 2);
    assert.doesNotMatch(await check(), /is believed/);
  });

  it("leaves the service itself its journal namespace, where that is read", async (t) => {
    const host = await makeHost();
    t.after(() => host.close());
    const journald = await PrivateJournald.make();
    t.after(() => journald.remove());
    await journald.start();
    for (const [name, address] of [
      ["web", "192.0.2.7"],
      ["web", "2001:db8:1:2::7"],
      ["other", "192.0.2.8"],
    ] as const) {
      const text = [0, 1, 2, 3, 4].map((at) => exported(service(wrongPassword(address, at), { at, _NAMESPACE: name })));
      const folder = `${journald.persistent}.${name}`;
      await writeJournal(folder, address.includes(":") ? "more" : "system", text.join(""));
    }
    const sources = [{ type: "journal", namespaces: ["web"] }];
    const agent = new Agent({ prefix: beside(host, journald), config: { sources, jails: { sshd: {} } } });
    t.after(() => agent.remove());
    await agent.start();
    await agent.bans(["192.0.2.7", "2001:db8:1:2::/64"]);
    assert.deepEqual(await agent.untrusted(), []);
  });

  it("is believed where the jail names the uploaded journal", async (t) => {
    const host = await makeHost();
    t.after(() => host.close());
    const sources = [{ type: "journal", name: "uploads", directory: "uploaded", trust: "remote" }];
    const agent = new Agent({ prefix: host.prefix, config: { sources, jails: { sshd: { sources: ["uploads"] } } } });
    t.after(() => agent.remove());
    await FORGERIES.at(-1)?.forge(undefined as never, agent);
    await agent.start();
    await agent.bans(["203.0.113.99", "2001:db8:99:1::/64"]);
  });
});

describe("an entry that is not as it should be", {
  skip: noLab === undefined ? noPrivateJournald : `MISSING: ${noLab}`,
}, () => {
  it("is counted and passed over: 60 MB, no message, odd bytes; memory stays as it is", async (t) => {
    const host = await makeHost();
    t.after(() => host.close());
    const journald = await PrivateJournald.make();
    t.after(() => journald.remove());
    await journald.start();
    const agent = new Agent({ prefix: beside(host, journald), config: { jails: { sshd: {} } } });
    t.after(() => agent.remove());
    await agent.start();
    await journald.log("sshd", "Server listening on 0.0.0.0 port 22.");
    await until(async () => ((await agent.source("journal")).counters.read ?? 0) > 0, "it reads the journal");
    const before = agent.residentBytes();
    const huge = join(journald.root, "huge");
    writeFileSync(huge, `SYSLOG_IDENTIFIER=sshd\nMESSAGE=${"Failed password ".repeat(3_900_000)}\n`);
    await ran(journald, ["sh", "-c", `logger --journald < ${huge}`], { timeout: 120_000 });
    await journald.logNative(["SYSLOG_IDENTIFIER=sshd", "OTHER=field"]);
    await journald.log("sshd", `Failed password for \u001b[31mroot from 192.0.2.9 port 4 ssh2`);
    await journald.log(
      "sshd",
      [1, 2, 3, 4, 5].map((at) => wrongPassword("192.0.2.7", at)),
    );
    await agent.bans(["192.0.2.7"]);
    const { counters } = await agent.source("journal");
    t.diagnostic(JSON.stringify(counters));
    assert.ok((counters.oversize ?? 0) + (counters.linetoolong ?? 0) >= 1, JSON.stringify(counters));
    assert.ok((counters.nomessage ?? 0) >= 1, JSON.stringify(counters));
    const grown = (agent.residentBytes() - before) / 1e6;
    assert.ok(grown < 40, `grown by ${grown.toFixed(1)} MB`);
    // The line with the escape is a failure of its writer, and harmless where it is printed.
    assert.match(await agent.said(/found 192\.0\.2\.9/), /\\x1b/);
    assert.ok(!agent.log.includes("\u001b"));
  });
});
