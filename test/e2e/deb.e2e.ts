import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Box, figure, needed, outside } from "./box.ts";

const GUESSER = "198.51.100.7";
const BYSTANDER = "198.51.100.8";
const GUESSER6 = "2001:db8:bad::7";
const BYSTANDER6 = "2001:db8:bad:1::7";
const UNITS = "bailiff.service bailiff.socket bailiff-status.socket";

const DEB = needed("DEB");

/** The same package as a later version. */
function laterVersion(): string {
  const folder = mkdtempSync(join(tmpdir(), "bailiff-later-"));
  execFileSync("dpkg-deb", ["-R", DEB, join(folder, "tree")]);
  const control = join(folder, "tree", "DEBIAN", "control");
  writeFileSync(control, readFileSync(control, "utf8").replace(/^Version: (.*)$/m, "Version: $1+later"));
  // A changed default, so that dpkg has to decide whose bailiff.json stays.
  const config = join(folder, "tree", "etc", "bailiff", "bailiff.json");
  writeFileSync(config, `${readFileSync(config, "utf8")}// later\n`);
  execFileSync("dpkg-deb", ["--root-owner-group", "-Znone", "-b", join(folder, "tree"), join(folder, "later.deb")]);
  return folder;
}

/** SUITES=bookworm runs one only. */
const SUITES = (["bookworm", "trixie"] as const).filter((suite) => (process.env.SUITES ?? suite).includes(suite));

for (const suite of SUITES) {
  describe(`the .deb on ${suite}`, () => {
    const box = new Box(`deb-${suite}`, suite);
    let later: string | undefined;
    before(async () => {
      await outside(true);
      await box.up();
    });
    after(async () => {
      box.down();
      await outside(false);
      if (later !== undefined) rmSync(later, { recursive: true });
    });

    test("installs on a machine without Node.js, and protects ssh with no other step", async () => {
      assert.notEqual((await box.try("command -v node nodejs")).status, 0, "the image must have no Node.js");
      await box.put(DEB, "/root/bailiff.deb");
      const said = await box.do("apt-get -y -q install /root/bailiff.deb 2>&1");
      assert.doesNotMatch(said, /does not run yet|Failed|error/i);
      assert.equal((await box.do(`systemctl is-active ${UNITS}`)).trim(), "active\nactive\nactive");
      const status = await box.do("bailiff status");
      assert.match(status, /^bailiff \S+, since \S+: ok$/m);
      assert.match(status, /^Firewall: nftables, 0 bans$/m);
      assert.match(status, /^Jail list: sshd$/m);
      assert.match(
        await box.do("systemctl status bailiff --no-pager"),
        /Status: "1 jails, 0 banned, firewall nftables"/,
      );
      assert.match(await box.do("ps -o user= -p $(systemctl show -P MainPID bailiff)"), /^bailiff/);
      figure(`${suite}: package`, `${(statSync(DEB).size / 1e6).toFixed(1)} MB`);
      figure(
        `${suite}: installed`,
        `${(Number(await box.do("dpkg -s bailiff | sed -n 's/^Installed-Size: //p'")) / 1000).toFixed(0)} MB`,
      );
    });

    test("has one right only, and a small surface", async () => {
      const status = await box.do("cat /proc/$(systemctl show -P MainPID bailiff)/status");
      for (const set of ["CapEff", "CapBnd", "CapAmb"])
        assert.match(status, new RegExp(`^${set}:\\s+0000000000001000$`, "m"));
      assert.match(status, /^NoNewPrivs:\s+1$/m);
      assert.match(status, /^Seccomp:\s+2$/m);
      const score = await box.do("systemd-analyze security bailiff --no-pager | tail -1");
      const exposure = Number(/: (\d+\.\d+)/.exec(score)?.[1]);
      assert.ok(exposure <= 1.5, score);
      figure(`${suite}: systemd-analyze security`, String(exposure));
    });

    test("closes the port to who guesses passwords over IPv4, and to nobody else", async () => {
      await box.attack(GUESSER, 5);
      await box.until(`bailiff banned ${GUESSER}`);
      assert.equal(await box.knock(GUESSER), "no answer");
      assert.equal(await box.knock(BYSTANDER), "refused");
      assert.match(await box.do("nft list set inet bailiff tcp_22_4_32"), /198\.51\.100\.7/);
      assert.match(await box.do("journalctl -u bailiff -o cat"), /^ban 198\.51\.100\.7 jail=sshd failures=5 /m);
    });

    test("closes it over IPv6 too, to the whole /64", async () => {
      await box.attack(GUESSER6, 5);
      await box.until(`bailiff banned ${GUESSER6}`);
      assert.equal(await box.knock(GUESSER6), "no answer");
      assert.equal(await box.knock(BYSTANDER6), "refused");
    });

    test("lets nobody accuse by writing into the log", async () => {
      await box.do(
        `for i in 1 2 3 4 5 6 7 8; do setpriv --reuid nobody --clear-groups logger -t sshd -p auth.info "Failed password for root from 203.0.113.9 port 4242 ssh2"; done`,
      );
      await box.until("bailiff status --untrusted | grep -q 203.0.113.9");
      assert.equal(await box.isBanned("203.0.113.9"), false);
      assert.equal(await box.knock("203.0.113.9"), "refused");
    });

    test("lets nobody use the control socket, and everybody ask", async () => {
      const nobody = "setpriv --reuid nobody --regid nogroup --clear-groups";
      const refused = await box.try(`${nobody} bailiff ban ${BYSTANDER} --socket /run/bailiff/control.sock`);
      assert.equal(refused.status, 77, refused.text);
      const asked = await box.try(`${nobody} bailiff unban --all`);
      assert.notEqual(asked.status, 0, "over the status socket nothing may be changed");
      assert.match(await box.do(`${nobody} bailiff status`), /Jail list: sshd/);
      for (const question of ["status --untrusted", "why 203.0.113.9", `why ${GUESSER}`, `banned ${GUESSER}`]) {
        const told = await box.do(`${nobody} bailiff ${question}`);
        assert.doesNotMatch(told, /[Pp]assword/, `${question} shows who may not read the journal what is in it`);
      }
      assert.equal(await box.isBanned(GUESSER), true);
      await box.do("usermod -a -G bailiff alice");
      await box.do(`setpriv --reuid alice --regid alice --init-groups bailiff ban 203.0.113.200 --for 1m`);
      await box.do("bailiff unban 203.0.113.200");
      const swap = await box.try(
        "setpriv --reuid bailiff --regid bailiff --clear-groups rm -f /run/bailiff/control.sock",
      );
      assert.notEqual(swap.status, 0, "the agent's user must not be able to replace its socket");
    });

    test("keeps bans while it is stopped, and stays stopped when somebody asks", async () => {
      await box.do("systemctl stop bailiff");
      assert.equal((await box.do("systemctl show -P Result bailiff")).trim(), "success");
      assert.equal(await box.knock(GUESSER), "no answer");
      assert.equal((await box.try("bailiff status")).status, 69);
      assert.notEqual((await box.try("systemctl is-active bailiff")).status, 0);
      const left = await elementTimeout(box, "tcp_22_4_32", GUESSER);
      await box.do("systemctl start bailiff");
      assert.equal(await box.isBanned(GUESSER), true);
      assert.equal(await box.isBanned(GUESSER6), true);
      assert.ok((await box.remaining(GUESSER)) <= left + 1, "a restart must not make a ban longer");
    });

    test("counts on after it was killed, and closes the door where it was open", async () => {
      await box.attack("198.51.100.9", 3);
      await box.until(`bailiff status sshd --json | grep -q '"failing":[1-9]'`);
      await box.do("systemctl kill -s KILL --kill-whom=main bailiff || systemctl kill -s KILL --kill-who=main bailiff");
      assert.equal(await box.knock(GUESSER), "no answer");
      // While nobody reads: what is logged now is found after the start.
      await box.attack("198.51.100.9", 2);
      await box.until("systemctl is-active bailiff", 30);
      await box.until("bailiff banned 198.51.100.9");
      assert.equal(await box.knock("198.51.100.9"), "no answer");
      assert.equal(await box.knock(BYSTANDER), "refused");
    });

    test("is restarted by systemd when it hangs", async () => {
      await box.do(
        "mkdir -p /run/systemd/system/bailiff.service.d; printf '[Service]\\nWatchdogSec=6\\n' >/run/systemd/system/bailiff.service.d/test.conf; systemctl daemon-reload; systemctl restart bailiff",
      );
      await pause(8000);
      assert.equal((await box.do("systemctl show -P NRestarts bailiff")).trim(), "0", await box.log());
      const pid = (await box.do("systemctl show -P MainPID bailiff")).trim();
      await box.do(`kill -STOP ${pid}`);
      await box.until(`test "$(systemctl show -P MainPID bailiff)" != ${pid} && systemctl is-active bailiff`, 40);
      await box.do("rm -r /run/systemd/system/bailiff.service.d; systemctl daemon-reload; systemctl restart bailiff");
      assert.equal(await box.isBanned(GUESSER), true);
    });

    test("repairs what another program did to the firewall", async () => {
      await box.do("nft flush ruleset");
      await box.until("nft list set inet bailiff tcp_22_4_32 | grep -q 198.51.100.7");
      assert.equal(await box.knock(GUESSER), "no answer");
      await box.do("systemctl restart nftables");
      await box.until("nft list set inet bailiff tcp_22_4_32 | grep -q 198.51.100.7");
      assert.equal(await box.knock(GUESSER6), "no answer");
      assert.equal(await box.knock(BYSTANDER6), "refused");
    });

    test("takes over an edited configuration, and keeps the old one when the new one is wrong", async () => {
      await box.do(
        `echo '{ "jails": { "sshd": { "maxretry": 2, "bantime": "15s" } } }' >/etc/bailiff/conf.d/test.json`,
      );
      await box.do("systemctl reload bailiff && sleep 1 && systemctl is-active bailiff");
      assert.match(await box.do("bailiff status sshd"), /2 failures in 10m for 15s/);
      await box.do(`echo '{ "jails": { "sshd": { "maxretyr": 2 } } }' >/etc/bailiff/conf.d/wrong.json`);
      await box.do("systemctl reload bailiff || true");
      await box.until("journalctl -u bailiff -o cat | grep -q 'configuration not loaded'");
      assert.match(await box.do("bailiff status sshd"), /2 failures in 10m for 15s/);
      assert.match(
        (await box.try("bailiff check")).text,
        /wrong\.json:1:\d+: jails\.sshd\.maxretyr[\s\S]*did you mean `maxretry`/,
      );
      await box.do("rm /etc/bailiff/conf.d/wrong.json; bailiff reload");
    });

    test("lets somebody in again by the second when the ban is over", async () => {
      await box.attack("198.51.100.10", 2);
      await box.until("bailiff banned 198.51.100.10");
      assert.equal(await box.knock("198.51.100.10"), "no answer");
      await box.until("! nft list set inet bailiff tcp_22_4_32 | grep -q '198.51.100.10 '", 30);
      assert.equal(await box.knock("198.51.100.10"), "refused");
      await box.do("rm /etc/bailiff/conf.d/test.json; bailiff reload");
    });

    test("keeps an edited configuration, the bans and a disabled unit through an upgrade", async () => {
      later = laterVersion();
      await box.do(`sed -i 's/"maxretry": 5/"maxretry": 6/' /etc/bailiff/bailiff.json && bailiff reload`);
      await box.do("systemctl disable bailiff 2>&1");
      await box.put(join(later, "later.deb"), "/root/later.deb");
      await box.do(
        "apt-get -y -q -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install /root/later.deb 2>&1",
      );
      assert.match(await box.do("grep maxretry /etc/bailiff/bailiff.json"), /6/);
      assert.equal((await box.try("systemctl is-enabled bailiff")).text.trim(), "disabled");
      assert.equal((await box.do("systemctl is-active bailiff")).trim(), "active");
      assert.equal(await box.isBanned(GUESSER), true);
      assert.equal(await box.knock(GUESSER), "no answer");
      await box.do("systemctl enable bailiff 2>&1");
    });

    test("has its bans back after a reboot, before sshd listens", async () => {
      await box.do("bailiff unban 198.51.100.7 && bailiff ban 198.51.100.7 --jail sshd --for 10m");
      const before = await box.remaining(GUESSER);
      await box.reboot();
      await box.until("systemctl is-active bailiff");
      assert.equal(await box.knock(GUESSER), "no answer");
      assert.equal(await box.knock(BYSTANDER), "refused");
      const left = await box.remaining(GUESSER);
      assert.ok(left > 0 && left < before, `${left} s of ${before} s`);
      const at = async (unit: string, what: string): Promise<number> =>
        Number(await box.do(`systemctl show -P ${what} ${unit}`));
      const ready = await at("bailiff", "ActiveEnterTimestampMonotonic");
      assert.ok(
        ready <= (await at("ssh", "ExecMainStartTimestampMonotonic")),
        "sshd was started before the bans were back",
      );
      const begun = await at("bailiff", "InactiveExitTimestampMonotonic");
      figure(`${suite}: start to ready`, `${((ready - begun) / 1000).toFixed(0)} ms`);
      const rss = await box.do("awk '/^VmRSS/ { print $2 }' /proc/$(systemctl show -P MainPID bailiff)/status");
      figure(`${suite}: memory after start`, `${(Number(rss) / 1024).toFixed(0)} MiB`);
    });

    test("takes an hour's worth of failures, ten in a second, without growing", async () => {
      const lines = 36_000;
      // Two from each address, so that all are remembered and none is banned; as a unit that the filter believes.
      await box.do(
        `seq ${lines / 2} | awk '{ a = "10.77." int($1 / 250) "." $1 % 250 + 1; for (i = 0; i < 2; i++) print "Failed password for root from " a " port 4242 ssh2" }' >/root/lines`,
      );
      const before = Number(
        await box.do("bailiff stats --json | grep -o '\"failuresTotal\":[0-9]*' | head -1 | cut -d: -f2"),
      );
      await box.do(
        "systemd-run --quiet --wait --unit=ssh@replay -p LogRateLimitIntervalSec=0 logger -t sshd -p auth.info -f /root/lines",
      );
      await box.until(
        `test $(bailiff stats --json | grep -o '"failuresTotal":[0-9]*' | head -1 | cut -d: -f2) -ge ${before + lines}`,
        120,
      );
      const rss = Number(await box.do("awk '/^VmRSS/ { print $2 }' /proc/$(systemctl show -P MainPID bailiff)/status"));
      figure(`${suite}: memory after 36,000 failures`, `${(rss / 1024).toFixed(0)} MiB`);
      assert.ok(rss < 400 * 1024, `${rss} kB`);
      assert.equal(await box.isBanned("10.77.1.1"), false);
    });

    test("tells in its manual pages what it does", async () => {
      for (const page of ["8 bailiff", "5 bailiff.json", "5 bailiff-filter"]) {
        const text = await box.do(`gzip -dc /usr/share/man/man${page.replace(" ", "/")}.${page[0]}.gz | head -c 300`);
        assert.match(text, /bailiff/i, page);
      }
    });

    test("remove takes its table away, and keeps configuration and state", async () => {
      await box.do("apt-get -y -q remove bailiff 2>&1");
      assert.equal(await box.knock(GUESSER), "refused");
      assert.doesNotMatch(await box.do("nft list tables"), /bailiff/);
      await box.do("test -e /etc/bailiff/bailiff.json && test -e /var/lib/bailiff/bailiff.sqlite");
      assert.equal((await box.try("pgrep -u bailiff")).status, 1);
    });

    test("purge leaves nothing", async () => {
      await box.do("apt-get -y -q purge bailiff 2>&1");
      const left = await box.do(
        "find / -xdev -name '*bailiff*' ! -path '/proc/*' ! -path '/root/*' ! -path '/var/cache/*' ! -path '/var/log/journal/*' ! -path '/sys/*' 2>/dev/null; find /run -name '*bailiff*'",
      );
      assert.equal(left.trim(), "");
      assert.doesNotMatch(await box.do("systemctl list-unit-files --no-pager"), /bailiff/);
      assert.doesNotMatch(await box.do("nft list ruleset"), /bailiff/);
    });
  });
}

async function elementTimeout(box: Box, set: string, address: string): Promise<number> {
  const listing = JSON.parse(await box.do(`nft -j list set inet bailiff ${set}`)) as {
    nftables: { set?: { elem?: { elem: { val: string; expires: number } }[] } }[];
  };
  const elements = listing.nftables.flatMap((one) => one.set?.elem ?? []);
  return elements.find(({ elem }) => elem.val === address)?.elem.expires ?? 0;
}
