import { ask } from "../control/client.ts";
import type { BanReport, WhyCount, WhyJail, WhyReport } from "../control/report.ts";
import { contains, parseNetwork } from "../core/address.ts";
import { type Agent, cause, remaining } from "./agent.ts";
import { localTime, type Output, printable } from "./print.ts";

/** `bailiff why`: what is known of one address, as an answer to "why was it banned?" and "why was it not?" */
export async function why(agent: Agent, target: string): Promise<void> {
  const report = (await ask(agent.socket, { command: "why", target })) as WhyReport;
  if (agent.json) return agent.out.json(report);
  const { out } = agent;
  const say = (text: string): void => out.line(printable(text));
  const { address, bans, jails, wouldBan } = report;
  const whole = bans.some((ban) => holds(ban.address, address));
  say(
    `${bans.length > 0 && !whole ? "Parts of " : ""}${address} ${whole ? "is" : bans.length > 0 ? "are" : "is not"} banned.`,
  );
  if (bans.length > 0 && report.firewall === "none" && report.waiting === undefined)
    say("  There is no firewall that bans are carried out by (bailiff status).");
  if (report.protected !== undefined) say(`  No jail may ban it: ${report.protected}`);
  for (const ban of bans) printBan(ban, address, out);
  if (report.waiting !== undefined) say(`  Not all in the kernel yet: ${report.waiting}`);
  for (const [rule, names] of byRule(jails)) say(`  Never banned by ${names.join(", ")}: ${rule}`);
  for (const ban of wouldBan) say(`  ${ban.jail} is a dry run, and would have banned ${ban.address}: ${cause(ban)}`);
  for (const jail of jails) {
    for (const count of jail.counts) printCount(jail, count, out);
    if (jail.paused) say(`  ${jail.jail} is paused and counts nothing: bailiff resume ${jail.jail}`);
  }
  for (const { filter, reason, hint } of report.untrusted) {
    say(`  ${filter}: an entry that names it was not believed: ${reason} (bailiff status --untrusted)`);
    say(`    ${hint}`);
  }
  if (report.past > 0) say(`  Bans that are over: ${report.past} (bailiff history ${address})`);
  if (bans.length > 0) say("Does it get through all the same? bailiff firewall check");
  else if (!report.countable) say("Failures are counted by address: ask for one.");
  else if (jails.length + wouldBan.length + report.untrusted.length === 0 && report.protected === undefined)
    say("No failure of it is counted. Would a line be found? bailiff filter test FILTER FILE --explain");
}

function printBan(ban: WhyReport["bans"][number], address: string, out: Output): void {
  const of =
    ban.address === address ? "" : holds(ban.address, address) ? ` with all of ${ban.address}` : ` ${ban.address}`;
  const left = ban.remaining === undefined ? "forever" : `for ${remaining(ban)} more`;
  out.line(printable(`  ${ban.jail}${of}: ${cause(ban)}, since ${localTime(ban.from)}, ${left}; closes ${ban.ports}`));
  printLines(ban.matches ?? [], out);
}

function printCount(jail: WhyJail, count: WhyCount, out: Output): void {
  const of = count.weight > 1 ? `, each counted ${count.weight} times for earlier bans,` : "";
  const sender = count.sender === undefined ? "" : ` on the word of ${count.sender}`;
  const whole = /\/(?:32|128)$|^[^/]*$/.test(count.of) ? "" : ` by ${count.of}`;
  out.line(
    printable(
      `  ${jail.jail}: ${count.failures} of ${jail.maxretry} failures${of} within ${jail.findtime}${whole}${sender}`,
    ),
  );
  printLines(count.matches ?? [], out);
}

function printLines(lines: NonNullable<BanReport["matches"]>, out: Output): void {
  for (const { time, line } of lines) out.line(printable(`    ${localTime(time)} ${line}`));
}

function holds(outer: string, inner: string): boolean {
  const [network, part] = [parseNetwork(outer), parseNetwork(inner)];
  return network !== undefined && part !== undefined && contains(network, part);
}

/** Most rules are of `defaults`, and the same in every jail. */
function byRule(jails: readonly WhyJail[]): Map<string, string[]> {
  const rules = new Map<string, string[]>();
  for (const { jail, ignored } of jails) {
    if (ignored === undefined) continue;
    const names = rules.get(ignored) ?? [];
    names.push(jail);
    rules.set(ignored, names);
  }
  return rules;
}
