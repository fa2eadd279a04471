import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Box, needed, outside } from "./box.ts";

const GUESSER = "198.51.100.7";
const GUESSER6 = "2001:db8:bad::7";

describe("syslog from another machine", () => {
  const box = new Box("syslog-receiver", "bookworm", 1);
  const sender = new Box("syslog-sender", "trixie", 2);
  before(async () => {
    await outside(true);
    await Promise.all([box.up(), sender.up()]);
    await box.put(needed("DEB"), "/root/bailiff.deb");
    await box.do("apt-get -y -q install /root/bailiff.deb 2>&1");
    await sender.apt("update");
    await sender.apt("install", "--no-install-recommends", "rsyslog", "netcat-openbsd");
  });
  after(() => {
    box.down();
    sender.down();
    return outside(false);
  });

  test("a source without its socket is told with the cure, and the journal is watched all the same", async () => {
    const config = {
      sources: [
        { type: "journal" },
        {
          type: "syslog",
          name: "udp",
          listen: [{ protocol: "udp", socket: "syslog" }],
          senders: [{ name: "web1", addresses: [sender.ip4, sender.ip6] }],
        },
        {
          type: "syslog",
          name: "tcp",
          listen: [{ protocol: "tcp", socket: "syslog-tcp" }],
          senders: [{ name: "web1", addresses: [sender.ip4, sender.ip6] }],
        },
      ],
    };
    await box.do(`cat >/etc/bailiff/conf.d/syslog.json <<'END'\n${JSON.stringify(config)}\nEND`);
    await box.do("systemctl restart bailiff");
    const log = await box.until("journalctl -u bailiff -n 20 -o cat | grep 'no socket named syslog'");
    assert.match(log, /systemctl enable bailiff-syslog\.socket && systemctl restart bailiff/);
    assert.match(await box.do("bailiff status"), /degraded[\s\S]*udp: .*broken/);
    await box.attack("203.0.113.9", 5);
    await box.until("bailiff banned 203.0.113.9");
  });

  test("enabling the sockets and a restart are enough, with no right to open any", async () => {
    await box.do("systemctl enable bailiff-syslog.socket bailiff-syslog-tcp.socket 2>&1; systemctl restart bailiff");
    assert.equal((await box.do("systemctl is-active bailiff")).trim(), "active");
    assert.match(await box.do("ss -lnup"), /:514\b/);
    assert.match(await box.do("ss -lntp"), /:514\b/);
    assert.match(
      await box.do("systemctl show -P RestrictAddressFamilies bailiff"),
      /^AF_(?:NETLINK AF_UNIX|UNIX AF_NETLINK)$/m,
    );
  });

  test("what rsyslog forwards over UDP accuses, and the door of this machine closes", async () => {
    await sender.do(`printf '*.* @${box.ip4}\\n' >/etc/rsyslog.d/50-forward.conf; systemctl restart rsyslog`);
    await sender.do(
      `for i in 1 2 3 4 5; do logger -t sshd -p auth.info "Failed password for root from ${GUESSER} port 4242 ssh2"; done`,
    );
    await box.until(`bailiff banned ${GUESSER}`);
    assert.equal(await box.knock(GUESSER), "no answer");
    assert.equal(await box.knock("198.51.100.8"), "refused");
    assert.match(await box.do("bailiff status"), /udp: .*received [1-9]/);
  });

  test("so does what it forwards over TCP and IPv6", async () => {
    await sender.do(`printf '*.* @@[${box.ip6}]:514\\n' >/etc/rsyslog.d/50-forward.conf; systemctl restart rsyslog`);
    await sender.do(
      `for i in 1 2 3 4 5; do logger -t sshd -p auth.info "Failed password for root from ${GUESSER6} port 4242 ssh2"; done`,
    );
    await box.until(`bailiff banned ${GUESSER6}`);
    assert.equal(await box.knock(GUESSER6), "no answer");
  });

  test("who is no sender accuses nobody", async () => {
    const line = "<38>Nov 22 10:00:00 web1 sshd[1]: Failed password for root from 198.51.100.9 port 4242 ssh2";
    // From the outside world's own address, which is none of the senders'.
    await sender.do("ip addr add 203.0.113.77/32 dev host0");
    await sender.do(
      `for i in 1 2 3 4 5 6; do printf '%s' '${line}' | nc -u -w1 -s 203.0.113.77 ${box.ip4} 514 || true; done`,
    );
    assert.equal(await box.isBanned("198.51.100.9"), false);
  });

  for (const target of [box.ip4, box.ip6]) {
    test(`of datagrams that arrive at ${target} during restarts none is lost, and none counted twice`, async () => {
      const failures = async (): Promise<number> => {
        const { failuresTotal } = JSON.parse(await box.do("bailiff status sshd --json")) as { failuresTotal: number };
        return failuresTotal;
      };
      const before = await failures();
      await Promise.all([
        box.do("for i in 1 2 3; do systemctl reset-failed bailiff; systemctl restart bailiff; sleep 0.3; done"),
        // From as many sources, so that nobody fails often.
        sender.do(
          `for i in {1..600}; do printf '<38>Nov 22 10:00:00 web1 sshd[%d]: Failed password for root from 10.1.%d.%d port 4242 ssh2' $i $((i / 250)) $((i % 250 + 1)) >/dev/udp/${target}/514; sleep 0.01; done`,
        ),
      ]);
      await box.until("bailiff status | grep -q ': reading'");
      let after = await failures();
      for (let waited = 0; after < before + 600 && waited < 50; waited += 1) {
        await pause(200);
        after = await failures();
      }
      assert.equal(after, before + 600);
    });
  }

  test("a stopped agent is not started by the next message", async () => {
    await box.do("systemctl stop bailiff");
    await sender.do("logger -t sshd hello; sleep 1; logger -t sshd hello");
    assert.notEqual((await box.try("systemctl is-active bailiff")).status, 0);
    await box.do("systemctl start bailiff");
    await box.until("bailiff status | grep -q 'udp: .*reading'");
  });

  test("with port 514 taken by somebody else it says so, and watches the rest", async () => {
    await box.do("systemctl stop bailiff");
    // Without SO_REUSEADDR, as most programs do it; with it on both sides, Linux lets two have one UDP port.
    await box.do(
      `systemd-run --quiet --unit=taker /usr/lib/bailiff/node -e "require('node:dgram').createSocket('udp6').bind(514)"; sleep 1; systemctl is-active taker`,
    );
    await box.do("systemctl start bailiff");
    assert.match((await box.try("systemctl status bailiff-syslog.socket --no-pager")).text, /Address already in use/);
    await box.until("bailiff status | grep -q 'udp: .*broken'");
    await box.until("bailiff status | grep -q 'tcp: .*reading'");
    assert.match((await box.try("bailiff doctor")).text, /no socket named syslog/);
  });
});
