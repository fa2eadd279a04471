import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { Box, needed, outside } from "./box.ts";

const EXAMPLES = "/usr/share/doc/bailiff/examples";
const DROPINS = "/etc/systemd/system/bailiff.service.d";

describe("where something is wrong or unusual", () => {
  const box = new Box("trouble", "trixie");
  before(async () => {
    await outside(true);
    await box.up();
    await box.put(needed("DEB"), "/root/bailiff.deb");
    await box.apt("update");
    await box.apt("install", "--no-install-recommends", "iptables", "ipset");
  });
  after(async () => {
    box.down();
    await outside(false);
  });

  test("over a broken configuration the package installs, and the unit says what is wrong in its first lines", async () => {
    await box.do(
      `mkdir -p /etc/bailiff; printf '{\\n  "jails": { "sshd": { "maxretyr": 3 } }\\n}\\n' >/etc/bailiff/bailiff.json`,
    );
    await box.do(
      "DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Options::=--force-confold install /root/bailiff.deb 2>&1",
    );
    assert.equal((await box.do("dpkg -s bailiff | sed -n 's,^Status: install ok ,,p'")).trim(), "installed");
    const status = (await box.try("systemctl status bailiff --no-pager")).text;
    assert.match(status, /bailiff\.json:2:\d+: jails\.sshd\.maxretyr is not an option/);
    assert.match(status, /did you mean `maxretry`/);
    assert.match(status, /status=78/);
    const doctor = await box.try("bailiff doctor");
    assert.equal(doctor.status, 1);
    assert.match(doctor.text, /^error {4}configuration: .*maxretyr/m);
    // Nobody who asks may start it in a circle.
    await box.try("timeout 20 bailiff status");
    assert.ok(Number(await box.do("systemctl show -P NRestarts bailiff")) < 3);
    await box.do(
      `sed -i s/maxretyr/maxretry/ /etc/bailiff/bailiff.json; systemctl reset-failed 'bailiff*'; systemctl start bailiff`,
    );
    assert.match(await box.do("bailiff status"), /Jail list: sshd/);
  });

  describe("once it runs", () => {
    beforeEach(async () => {
      await box.do(
        `rm -rf ${DROPINS} /etc/bailiff/conf.d/*; systemctl daemon-reload; systemctl reset-failed 'bailiff*' || true; systemctl restart bailiff; bailiff unban --all`,
      );
    });

    test("with a full disk it bans all the same, says so, and writes again when there is room", async () => {
      await box.do(
        "systemctl stop bailiff; mount -t tmpfs -o size=2M,uid=$(id -u bailiff),gid=$(id -g bailiff),mode=0750 tmpfs /var/lib/bailiff; systemctl start bailiff",
      );
      await box.do("dd if=/dev/zero of=/var/lib/bailiff/filler bs=4k 2>/dev/null || true");
      await box.attack("198.51.100.7", 3);
      await box.until("bailiff banned 198.51.100.7");
      assert.equal(await box.knock("198.51.100.7"), "no answer");
      await box.until("bailiff status | grep -q degraded");
      assert.match((await box.try("bailiff doctor")).text, /^error {4}state: 0 MB free/m);
      await box.do("rm /var/lib/bailiff/filler; bailiff ban 203.0.113.50");
      await box.until("bailiff status | grep -q ': ok'", 60);
      await box.do("systemctl stop bailiff; umount /var/lib/bailiff; systemctl start bailiff");
    });

    test("without any firewall it tells that nobody is stopped, in its log, its status and by doctor", async () => {
      await box.do(
        "for each in nft iptables ip6tables; do mv /usr/sbin/$each /usr/sbin/$each.away; done; systemctl restart bailiff",
      );
      try {
        assert.match(await box.log(), /NOBODY IS STOPPED/);
        assert.match(await box.do("bailiff status"), /degraded[\s\S]*NOBODY IS STOPPED/);
        const doctor = await box.try("bailiff doctor");
        assert.equal(doctor.status, 1);
        assert.match(doctor.text, /^error {4}firewall: NOBODY IS STOPPED/m);
      } finally {
        await box.do("for each in nft iptables ip6tables; do mv /usr/sbin/$each.away /usr/sbin/$each; done");
      }
    });

    test("without a journal it says so, and reads it as soon as there is one", async () => {
      await box.do(
        "mkdir -p /etc/systemd/journald.conf.d; printf '[Journal]\\nStorage=none\\n' >/etc/systemd/journald.conf.d/none.conf; systemctl restart systemd-journald; rm -rf /var/log/journal/* /run/log/journal/*; systemctl restart bailiff",
      );
      await box.until("bailiff status | grep -q 'journal: .*broken'");
      const doctor = await box.try("bailiff doctor");
      assert.equal(doctor.status, 1);
      assert.match(doctor.text, /^error {4}source journal: no journal/m);
      await box.do("rm /etc/systemd/journald.conf.d/none.conf; systemctl restart systemd-journald; logger begin");
      await box.until("bailiff status | grep -q 'journal: .*reading'", 60);
    });

    test("a journal in memory and sshd on another port are told with the cure", async () => {
      await box.do(
        "printf '[Journal]\\nStorage=volatile\\n' >/etc/systemd/journald.conf.d/volatile.conf; systemctl restart systemd-journald; echo 'Port 2222' >/etc/ssh/sshd_config.d/port.conf; systemctl restart ssh; systemctl restart bailiff",
      );
      try {
        await box.until("bailiff status | grep -q 'note: sshd listens on port 2222'");
        assert.match(await box.do("bailiff status"), /note: the journal is not kept over a reboot/);
        const doctor = (await box.try("bailiff doctor")).text;
        assert.match(doctor, /^error {4}sshd: sshd listens on port 2222.*\n {9}-> set "ports": \[2222\]/m);
        assert.match(doctor, /^warning {2}journal: it lies in memory only.*\n {9}-> mkdir/m);
      } finally {
        await box.do(
          "rm /etc/systemd/journald.conf.d/volatile.conf /etc/ssh/sshd_config.d/port.conf; systemctl restart systemd-journald ssh",
        );
      }
    });

    test("beside fail2ban it says that it is there, and both ban", async () => {
      await box.apt("install", "--no-install-recommends", "fail2ban");
      await box.until("systemctl is-active fail2ban");
      await box.do("systemctl restart bailiff");
      await box.until("bailiff status | grep -q 'note: fail2ban is running too'");
      await box.attack("198.51.100.8", 3);
      await box.until("bailiff banned 198.51.100.8");
      await box.do("systemctl disable --now fail2ban 2>&1");
    });

    test("beside firewalld and ufw, whose reloads and restarts take no ban away", async () => {
      await box.apt("install", "--no-install-recommends", "netbase", "firewalld");
      await box.until("firewall-cmd --state");
      await box.do("systemctl restart bailiff");
      await box.until("bailiff status | grep -q 'note: firewalld is running'");
      // Those who are to get in knock with wrong passwords too.
      await box.do("bailiff pause sshd; bailiff ban 198.51.100.7 2001:db8:bad::7");
      const closed = async (): Promise<void> => {
        assert.equal(await box.knock("198.51.100.7"), "no answer");
        assert.equal(await box.knock("2001:db8:bad::7"), "no answer");
        assert.equal(await box.knock("198.51.100.8"), "refused");
        assert.equal(await box.knock("2001:db8:bad:1::7"), "refused");
      };
      await closed();
      await box.do("firewall-cmd --reload; firewall-cmd --complete-reload; systemctl restart firewalld");
      await box.until("firewall-cmd --state");
      await closed();
      assert.match(await box.do("bailiff firewall check"), /Nothing was found/);
      await box.do("systemctl disable --now firewalld 2>&1");
      await box.apt("install", "--no-install-recommends", "ufw");
      await box.do("ufw allow ssh; ufw --force enable; ufw reload; systemctl restart ufw");
      await closed();
      await box.do("ufw --force reset");
      await closed();
      assert.match(await box.do("bailiff firewall check"), /Nothing was found/);
      assert.doesNotMatch(await box.log(), /repaired/);
      await box.do("ufw --force disable");
    });

    const dropIns: readonly (readonly [string, string, () => Promise<void>])[] = [
      [
        "jitless.conf",
        "198.51.100.9",
        async () => {
          assert.equal((await box.do("systemctl show -P MemoryDenyWriteExecute bailiff")).trim(), "yes");
          assert.match(
            await box.do(
              "tr '\\0' ' ' </proc/$(systemctl show -P MainPID bailiff)/cmdline; cat /proc/$(systemctl show -P MainPID bailiff)/maps | grep -c rwx || true",
            ),
            /0\s*$/,
          );
        },
      ],
      [
        "notify.conf",
        "198.51.100.10",
        async () => {
          assert.equal((await box.do("systemctl show -P NotifyAccess bailiff")).trim(), "main");
          assert.match(await box.do("systemctl show -P StatusText bailiff"), /jails/);
        },
      ],
      [
        "iptables.conf",
        "203.0.113.9",
        async () => {
          assert.match(await box.do("bailiff status"), /^Firewall: (?:ipset|iptables)/m);
        },
      ],
    ];
    for (const [example, attacker, look] of dropIns) {
      test(`works with the drop-in ${example}`, async () => {
        const fallback = example === "iptables.conf";
        if (fallback) await box.do("mv /usr/sbin/nft /usr/sbin/nft.away");
        try {
          await box.do(
            `install -Dm644 ${EXAMPLES}/${example} ${DROPINS}/${example}; systemctl daemon-reload; systemctl restart bailiff`,
          );
          await look();
          await box.attack(attacker, 3);
          await box.until(`bailiff banned ${attacker}`);
          assert.equal(await box.knock(attacker), "no answer");
        } finally {
          if (fallback) {
            await box.do("systemctl stop bailiff; bailiff firewall remove; mv /usr/sbin/nft.away /usr/sbin/nft");
          }
        }
      });
    }

    test("with the drop-in network.conf it may listen by itself, and without it says what is missing", async () => {
      await box.do(
        `echo '{ "sources": [{ "type": "journal" }, { "type": "syslog", "name": "own", "listen": [{ "protocol": "udp", "port": 5514 }] }] }' >/etc/bailiff/conf.d/own.json; systemctl restart bailiff`,
      );
      await box.until("bailiff status | grep -q 'own: .*broken'");
      assert.match((await box.try("bailiff doctor")).text, /network\.conf/);
      await box.do(
        `install -Dm644 ${EXAMPLES}/network.conf ${DROPINS}/network.conf; systemctl daemon-reload; systemctl restart bailiff`,
      );
      await box.until("bailiff status | grep -q 'own: .*reading'");
    });

    test("is removed whole even when its configuration is broken", async () => {
      await box.do("bailiff ban 203.0.113.99; echo nonsense >/etc/bailiff/bailiff.json");
      await box.do("apt-get -y -q purge bailiff 2>&1");
      assert.doesNotMatch(await box.do("nft list tables"), /bailiff/);
      assert.notEqual((await box.try("test -e /etc/bailiff")).status, 0);
    });
  });
});
