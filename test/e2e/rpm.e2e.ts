import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { Box, figure, needed, outside } from "./box.ts";

const GUESSER = "198.51.100.7";

/** rpm on Debian: scripts, files and owners are real; what other packages it would ask for is not looked at. */
describe("the .rpm, installed by rpm with its scripts", () => {
  const box = new Box("rpm-trixie", "trixie");
  before(async () => {
    await outside(true);
    await box.up();
    await box.apt("update");
    await box.apt("install", "--no-install-recommends", "rpm");
  });
  after(async () => {
    box.down();
    await outside(false);
  });

  test("installs, and leaves it to the presets whether it starts", async () => {
    await box.put(needed("RPM"), "/root/bailiff.rpm");
    await box.do("mkdir -p /etc/systemd/system-preset; echo 'disable *' >/etc/systemd/system-preset/00-none.preset");
    await box.do("rpm -i --nodeps --ignoreos /root/bailiff.rpm 2>&1");
    assert.equal((await box.try("systemctl is-enabled bailiff")).text.trim(), "disabled");
    assert.notEqual((await box.try("systemctl is-active bailiff")).status, 0);
    assert.equal((await box.do("stat -c '%U:%G %a' /etc/bailiff/bailiff.json")).trim(), "root:bailiff 640");
    assert.match(await box.do("id bailiff"), /systemd-journal/);
    assert.equal((await box.do("rpm -V --nodeps bailiff || true")).trim(), "");
    figure("rpm: package", `${(statSync(needed("RPM")).size / 1e6).toFixed(1)} MB`);
  });

  test("protects ssh once it is enabled", async () => {
    await box.do("systemctl enable --now bailiff 2>&1");
    await box.attack(GUESSER, 5);
    await box.until(`bailiff banned ${GUESSER}`);
    assert.equal(await box.knock(GUESSER), "no answer");
  });

  test("keeps an edited configuration and the bans when it is installed anew", async () => {
    await box.do(`sed -i 's/"maxretry": 5/"maxretry": 6/' /etc/bailiff/bailiff.json`);
    await box.do("rpm -U --force --nodeps --ignoreos /root/bailiff.rpm 2>&1");
    assert.match(await box.do("grep maxretry /etc/bailiff/bailiff.json"), /6/);
    await box.until("systemctl is-active bailiff");
    assert.equal(await box.knock(GUESSER), "no answer");
  });

  test("is gone with its table when it is erased, though scripts run in an empty network namespace", async () => {
    await box.do("rpm -e bailiff 2>&1");
    assert.doesNotMatch(await box.do("nft list tables"), /bailiff/);
    assert.equal(await box.knock(GUESSER), "refused");
    assert.equal((await box.try("pgrep -u bailiff")).status, 1);
    assert.equal((await box.do("find /usr /run -xdev -name '*bailiff*' 2>/dev/null")).trim(), "");
  });
});
