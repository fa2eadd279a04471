// Run by syslog.test.ts under systemd-socket-activate: listens on what it was handed, twice in a row as after a
// reload, and prints each entry as a line of JSON. Ends by itself after as many entries as its argument says.
import { parseNetwork } from "../../src/core/address.ts";
import { syslog } from "../../src/sources/syslog.ts";
import { inheritedSockets } from "../../src/system/activation.ts";
import { systemClock } from "../../src/system/clock.ts";

const sockets = inheritedSockets(process.env, process.pid);
const networks = ["127.0.0.0/8", "::1"].flatMap((text) => parseNetwork(text) ?? []);
let left = Number(process.argv[2]);
while (left > 0) {
  const source = syslog({
    name: "activated",
    listen: sockets.map((inherited) => ({ protocol: inherited.kind?.startsWith("udp") ? "udp" : "tcp", inherited })),
    senders: [{ name: "local", networks, trust: "full" }],
    clock: systemClock,
  });
  for await (const batch of source.entries({ signal: new AbortController().signal })) {
    for (const { identifier, pid, message, origin } of batch) {
      process.stdout.write(
        `${JSON.stringify({ identifier, pid, message, origin, kinds: sockets.map((s) => s.kind) })}\n`,
      );
      left -= 1;
    }
    break;
  }
}
// By itself: an agent that a socket held up would have to be killed.
await Promise.all(sockets.map((socket) => socket.close()));
