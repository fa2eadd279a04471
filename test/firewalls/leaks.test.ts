import assert from "node:assert/strict";
import { test } from "node:test";
import type { Firewall } from "../../src/firewalls/firewall.ts";
import { findLeaks } from "../../src/firewalls/index.ts";
import { none } from "../../src/firewalls/none.ts";
import { systemClock } from "../../src/system/clock.ts";

test("what a backend leaves open is a leak, and what it only does otherwise is a note", async () => {
  const open = "IPv6 offenders are not stopped: ip6tables is not installed";
  const other = "changes by others are noticed within seconds, not at once: iptables tells nobody";
  const firewall: Firewall = { ...none({ clock: systemClock }), name: "iptables", limits: [other, open] };
  const found = (await findLeaks(firewall)).filter(({ sentence }) => firewall.limits.includes(sentence));
  assert.deepEqual(found, [
    { kind: "leak", sentence: open },
    { kind: "note", sentence: other },
  ]);
});
