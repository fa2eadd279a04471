import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Entry, JournalOrigin, SyslogOrigin } from "../../src/core/entry.ts";
import { judgeProvenance, matchesGlob, type ProvenanceRule } from "../../src/core/provenance.ts";
import { instant } from "../../src/core/time.ts";

const sshd: ProvenanceRule = {
  identifiers: ["sshd", "sshd-session", "sshd-auth"],
  units: ["ssh.service", "sshd.service", "ssh@*.service", "sshd@*.service"],
  uids: [0],
  transports: ["syslog", "journal", "stdout"],
};
const kernel: ProvenanceRule = { identifiers: ["kernel"], units: [], uids: [0], transports: ["kernel"] };

const genuine: JournalOrigin = { kind: "journal", trust: "local", transport: "syslog", uid: 0, unit: "ssh.service" };
const sender: SyslogOrigin = { kind: "syslog", protocol: "udp", sender: "web1", trust: "limited" };

function without(name: keyof JournalOrigin): JournalOrigin {
  const { [name]: _, ...rest } = genuine;
  return rest as JournalOrigin;
}

function entry(origin: Entry["origin"]): Entry {
  return { time: instant(0), source: "journal", identifier: "sshd", message: "", origin };
}

describe("judgeProvenance", () => {
  const table: [string, JournalOrigin | SyslogOrigin, ProvenanceRule, string | undefined][] = [
    ["believes the service itself", genuine, sshd, undefined],
    [
      "believes a socket-activated instance",
      { ...genuine, unit: "ssh@3-192.0.2.7:22-[2001:db8::7]:4242.service" },
      sshd,
      undefined,
    ],
    ["believes root whose unit journald lost", without("unit"), sshd, undefined],
    ["rejects another user in the service's own unit", { ...genuine, uid: 1000 }, sshd, "untrusted_uid"],
    ["rejects nobody without a unit", { ...without("unit"), uid: 65534 }, sshd, "untrusted_uid"],
    ["rejects a sender without a uid", without("uid"), sshd, "untrusted_uid"],
    ["rejects root in another unit", { ...genuine, unit: "session-9.scope" }, sshd, "untrusted_unit"],
    [
      "rejects a trusted user whose unit is missing",
      { ...without("unit"), uid: 106 },
      { ...sshd, uids: [0, 106] },
      "untrusted_unit",
    ],
    ["believes a trusted user in the right unit", { ...genuine, uid: 106 }, { ...sshd, uids: [0, 106] }, undefined],
    [
      "rejects kmsg where the filter does not read the kernel",
      { ...without("uid"), transport: "kernel" },
      sshd,
      "untrusted_transport",
    ],
    ["rejects a missing transport", without("transport"), sshd, "untrusted_transport"],
    ["rejects the audit transport", { ...genuine, transport: "audit" }, sshd, "untrusted_transport"],
    [
      "believes the kernel where the filter reads it",
      { kind: "journal", trust: "local", transport: "kernel" },
      kernel,
      undefined,
    ],
    [
      "rejects a process that writes to /dev/kmsg",
      { kind: "journal", trust: "local", transport: "kernel", uid: 0 },
      kernel,
      "kernel_forged",
    ],
    ["rejects odd fields", { ...genuine, odd: true }, sshd, "odd_field"],
    ["rejects the continuation of a split line", { ...genuine, continuation: true }, sshd, "continuation"],
    ["rejects a remote journal", { ...genuine, trust: "remote" }, sshd, "remote_journal"],
    [
      "believes a remote journal where the rule says so",
      { ...genuine, trust: "remote", machine: "b" },
      { ...sshd, remote: true, machine: "a" },
      undefined,
    ],
    [
      "judges the rest of a believed remote journal",
      { ...genuine, trust: "remote", uid: 5 },
      { ...sshd, remote: true },
      "untrusted_uid",
    ],
    ["rejects another machine's entry", { ...genuine, machine: "b" }, { ...sshd, machine: "a" }, "foreign_machine"],
    ["believes an entry whose source read this machine's files only", genuine, { ...sshd, machine: "a" }, undefined],
    ["believes this machine's entry", { ...genuine, machine: "a" }, { ...sshd, machine: "a" }, undefined],
    ["rejects a namespace by default", { ...genuine, namespace: "web" }, sshd, "namespace"],
    [
      "rejects another namespace than the configured",
      { ...genuine, namespace: "web" },
      { ...sshd, namespaces: ["db"] },
      "namespace",
    ],
    ["believes a configured namespace", { ...genuine, namespace: "web" }, { ...sshd, namespaces: ["web"] }, undefined],
    [
      "rejects a container that calls itself sshd",
      { ...genuine, unit: "docker.service", container: "evil" },
      sshd,
      "container",
    ],
    ["rejects a container even in the service's unit", { ...genuine, container: "evil" }, sshd, "container"],
    [
      "rejects a container without a name",
      { ...genuine, unit: "docker.service", container: "" },
      { ...sshd, container: "*" },
      "container",
    ],
    [
      "rejects a container of another name",
      { ...genuine, unit: "docker.service", container: "evil" },
      { ...sshd, container: "git*" },
      "container",
    ],
    [
      "believes a named container of docker",
      { ...genuine, unit: "docker.service", container: "gitlab" },
      { ...sshd, container: "git*" },
      undefined,
    ],
    [
      "believes a named container of podman",
      { ...genuine, unit: "libpod-0a1b.scope", container: "gitlab" },
      { ...sshd, container: "git*" },
      undefined,
    ],
    [
      "rejects a container's name without a container's unit",
      { ...genuine, unit: "session-9.scope", container: "gitlab" },
      { ...sshd, container: "git*" },
      "untrusted_unit",
    ],
    [
      "rejects a container's name without any unit",
      { ...without("unit"), container: "gitlab" },
      { ...sshd, container: "git*" },
      "untrusted_unit",
    ],
    [
      "rejects a user who claims to be a container",
      { ...genuine, uid: 1000, container: "gitlab" },
      { ...sshd, container: "git*" },
      "untrusted_uid",
    ],
    [
      "still believes the host's service where a container is named",
      genuine,
      { ...sshd, container: "git*" },
      undefined,
    ],
    ["believes an unlimited sender", sender, sshd, undefined],
    ["believes a limited sender in its jail", { ...sender, jails: ["sshd"] }, { ...sshd, jail: "sshd" }, undefined],
    [
      "rejects a limited sender in another jail",
      { ...sender, jails: ["web"] },
      { ...sshd, jail: "sshd" },
      "sender_not_allowed",
    ],
    ["rejects a limited sender where no jail asks", { ...sender, jails: ["sshd"] }, sshd, "sender_not_allowed"],
  ];
  for (const [name, origin, rule, expected] of table) {
    it(name, () => assert.equal(judgeProvenance(entry(origin), rule), expected));
  }
});

describe("matchesGlob", () => {
  const yes: [string, string][] = [
    ["", ""],
    ["*", ""],
    ["*", "anything"],
    ["**", ""],
    ["ssh.service", "ssh.service"],
    ["ssh@*.service", "ssh@.service"],
    ["ssh@*.service", "ssh@1.service.service"],
    ["*/smtpd", "postfix/smtps/smtpd"],
    ["postfix*/*smtpd", "postfix-x/smtpd"],
    ["a*b*c", "aXbYbZc"],
    ["*a*a*", "aa"],
    ["a.c", "a.c"],
  ];
  const no: [string, string][] = [
    ["", "x"],
    ["a.c", "abc"],
    ["[ab]", "a"],
    ["?", "a"],
    ["ssh@*.service", "ssh@.servic"],
    ["ssh.service", "ssh.service\n"],
    ["aba*ba", "aba"],
    ["a*a", "a"],
    ["*a*a*", "ba"],
    ["a*bc*c", "abc"],
    ["*.service", "x.service.evil"],
    ["Sshd", "sshd"],
  ];
  for (const [glob, text] of yes) it(`finds that ${glob} matches "${text}"`, () => assert.ok(matchesGlob(glob, text)));
  for (const [glob, text] of no) {
    it(`finds that ${glob} does not match ${JSON.stringify(text)}`, () => assert.ok(!matchesGlob(glob, text)));
  }

  it("agrees with a regular expression on every short glob and text", () => {
    const words = (letters: string, upTo: number): string[] => {
      let last = [""];
      const all = [""];
      for (let length = 1; length <= upTo; length += 1) {
        last = last.flatMap((word) => [...letters].map((letter) => word + letter));
        all.push(...last);
      }
      return all;
    };
    const texts = words("ab", 5);
    for (const glob of words("ab*", 5)) {
      const pattern = new RegExp(`^${glob.replaceAll("*", ".*")}$`);
      for (const text of texts) assert.equal(matchesGlob(glob, text), pattern.test(text), `${glob} on ${text}`);
    }
  });
});
