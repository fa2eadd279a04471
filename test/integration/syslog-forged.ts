// Run by syslog.test.ts in a network namespace: listens on all addresses for one sender, lets the program that its
// arguments name send, and prints what came of it.
import { spawn } from "node:child_process";
import { parseNetwork } from "../../src/core/address.ts";
import { duration } from "../../src/core/time.ts";
import { syslog } from "../../src/sources/syslog.ts";
import { systemClock } from "../../src/system/clock.ts";

const [, , program = "", script = ""] = process.argv;
const source = syslog({
  name: "forged",
  listen: [{ protocol: "udp", address: "::", port: 0 }],
  senders: [
    {
      name: "web1",
      networks: ["192.0.2.7", "2001:db8::7"].flatMap((text) => parseNetwork(text) ?? []),
      trust: "limited",
    },
  ],
  clock: systemClock,
});
const messages: string[] = [];
const stop = new AbortController();
const reading = (async () => {
  for await (const batch of source.entries({ signal: stop.signal }))
    messages.push(...batch.map((entry) => entry.message));
})();
while (source.listening().length === 0) await systemClock.sleep(duration(5));
spawn(program, ["-c", script, String(source.listening()[0]?.port)], { stdio: ["ignore", "ignore", "inherit"] });
for (let tries = 0; tries < 1000; tries += 1) {
  const { denied = 0 } = source.status().counters;
  if (messages.length + denied >= 4) break;
  await systemClock.sleep(duration(10));
}
const { counters, description } = source.status();
process.stdout.write(JSON.stringify({ messages, counters, description }));
stop.abort();
await reading;
