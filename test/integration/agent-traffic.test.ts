import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { findProgram } from "../../src/system/exec.ts";
import { Agent, beside, heldIn, until } from "./agent.ts";
import {
  ATTACKER,
  BYSTANDER,
  HOST,
  HOST_SEEN_BY_BYSTANDER,
  type Lab,
  labMissing,
  makeLab,
  type Namespace,
} from "./namespaces.ts";
import { noCgroups, noPrivateJournald, PrivateJournald } from "./private-journald.ts";

const noLab = labMissing();
const missing =
  noLab !== undefined
    ? `MISSING: ${noLab}`
    : noPrivateJournald ||
      (["sshd", "ssh", "ssh-keygen", "setsid"].some((name) => findProgram(name) === undefined)
        ? "MISSING: openssh-server, openssh-client"
        : false);

/** Served besides sshd, so that a connection can be open while its peer is banned for guessing. */
const OTHER_PORT = 8022;

/** A real attack on a real sshd that logs to a real journald, seen by the agent, ended by the kernel. */
describe("a guesser at sshd", { skip: missing }, () => {
  let lab: Lab;
  let journald: PrivateJournald;
  let agent: Agent;
  let sshd: ChildProcess | undefined;

  before(async () => {
    lab = await makeLab();
    journald = await PrivateJournald.make();
    await journald.start();
    agent = new Agent({
      prefix: beside(lab.host, journald),
      config: { jails: { sshd: { ports: ["ssh", OTHER_PORT] } } },
    });
    await agent.start();
    sshd = await startSshd(lab.host, journald, agent.folder);
    await (await lab.host.peer()).serveTcp(OTHER_PORT);
    for (const [at, to] of [HOST.ip, HOST.ip6].entries()) {
      await until(async () => {
        const from = at === 0 ? ATTACKER.elsewhere : ATTACKER.elsewhere6;
        return (await (await lab.attacker.peer()).connect({ from, to, port: 22 })) === "open";
      }, "sshd listens");
    }
  });

  after(async () => {
    sshd?.kill("SIGKILL");
    await agent?.remove();
    await journald?.remove();
    await lab?.close();
  });

  for (const { family, from, to, element, other, bystander, seen } of [
    {
      family: "IPv4",
      from: ATTACKER.ip,
      to: HOST.ip,
      element: ATTACKER.ip,
      other: ATTACKER.sibling,
      bystander: BYSTANDER.ip,
      seen: HOST_SEEN_BY_BYSTANDER.ip,
    },
    {
      family: "IPv6",
      from: ATTACKER.ip6,
      to: HOST.ip6,
      element: "fd77:0:0:11::",
      other: ATTACKER.elsewhere6,
      bystander: BYSTANDER.ip6,
      seen: HOST_SEEN_BY_BYSTANDER.ip6,
    },
  ]) {
    it(`loses open connections and gets no new ones, and nobody else does (${family})`, async () => {
      const attacker = await lab.attacker.peer();
      const held = await attacker.hold({ from, to, port: OTHER_PORT });
      assert.equal(await attacker.echo(held, 5000), "echo");
      // Three wrong passwords in each connection.
      for (const user of ["root", "oracle"]) await guess(lab.attacker, { from, to, user, folder: agent.folder });
      await until(
        async () => [...(await heldIn(lab.host)).keys()].some((key) => key === element),
        "the kernel holds it",
        () => agent.log,
      );
      assert.match(await agent.said(new RegExp(` ban ${element.replaceAll(".", "\\.")}`)), /jail=sshd failures=5/);
      assert.equal(await attacker.echo(held), "silent");
      assert.equal(await attacker.connect({ from, to, port: 22 }), "silent");
      assert.equal(await attacker.connect({ from, to, port: OTHER_PORT }), "silent");
      assert.equal(await attacker.connect({ from: other, to, port: OTHER_PORT, waitMs: 5000 }), "open");
      const friend = await lab.bystander.peer();
      assert.equal(await friend.connect({ from: bystander, to: seen, port: 22, waitMs: 5000 }), "open");
      if (family === "IPv6") {
        assert.equal(await attacker.connect({ from: ATTACKER.sibling6, to, port: OTHER_PORT }), "silent");
      }
    });
  }

  it("is told with what it tried, and unbanned by command at once", async () => {
    assert.match(
      await agent.said(new RegExp(`found ${ATTACKER.ip.replaceAll(".", "\\.")} jail=sshd user=root`)),
      /source=journal/,
    );
    const { code, stdout } = await agent.cli("unban", ATTACKER.ip, "fd77:0:0:11::/64");
    assert.equal(code, 0);
    assert.match(stdout, /10\.77\.1\.2 in sshd\nfd77:0:0:11::\/64 in sshd\n/);
    const attacker = await lab.attacker.peer();
    const way = { port: OTHER_PORT, waitMs: 5000 };
    assert.equal(await attacker.connect({ from: ATTACKER.ip, to: HOST.ip, ...way }), "open");
    assert.equal(await attacker.connect({ from: ATTACKER.ip6, to: HOST.ip6, ...way }), "open");
  });
});

async function startSshd(host: Namespace, journald: PrivateJournald, folder: string): Promise<ChildProcess> {
  const key = join(folder, "host-key");
  await host.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]);
  const config = join(folder, "sshd_config");
  writeFileSync(
    config,
    `HostKey ${key}\nPidFile none\nUsePAM no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\nUseDNS no\n`,
  );
  const cgroup = noCgroups() ? {} : { cgroup: "system.slice/ssh.service" };
  const words = ["sh", "-ec", 'mkdir -p /run/sshd; exec "$@"', "sh", findProgram("sshd") ?? "", "-D", "-f", config];
  const [name = "", ...args] = [
    ...host.prefix,
    "nsenter",
    ...journald.insideArguments(["setpriv", "--pdeathsig", "KILL", ...words], cgroup),
  ];
  return spawn(name, args, { stdio: ["ignore", "ignore", "inherit"] });
}

/** Logs in with a wrong password, three times in one connection; returns when sshd has refused or stopped answering. */
async function guess(
  attacker: Namespace,
  { from, to, user, folder }: { from: string; to: string; user: string; folder: string },
): Promise<void> {
  const askpass = join(folder, "askpass");
  writeFileSync(askpass, "#!/bin/sh\necho wrong\n");
  chmodSync(askpass, 0o755);
  const options = [
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "GlobalKnownHostsFile=/dev/null",
    "PreferredAuthentications=password",
    "NumberOfPasswordPrompts=3",
    "ConnectTimeout=10",
    // Once banned, nothing comes back: leave soon.
    "ServerAliveInterval=1",
    `BindAddress=${from}`,
  ];
  const words = [
    "env",
    `SSH_ASKPASS=${askpass}`,
    "SSH_ASKPASS_REQUIRE=force",
    "timeout",
    "15",
    "setsid",
    "--wait",
    "ssh",
    "-F",
    "none",
  ];
  await attacker.attempt([...words, ...options.flatMap((option) => ["-o", option]), `${user}@${to}`, "true"]);
}
