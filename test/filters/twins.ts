import type { Entry, JournalOrigin } from "../../src/core/entry.ts";
import type { FilterRules } from "../../src/core/filter.ts";
import { compilePattern } from "../../src/core/pattern.ts";
import { plainText } from "../../src/core/patterns.ts";
import { matchesGlob, type RejectReason } from "../../src/core/provenance.ts";

/** Hostile twins: what an attacker could make of a line that the service logs, and what must then be found. */

/** The address that attackers try to have banned. No sample may use it. */
export const PLANTED = "203.0.113.99";

/** Forged origins of an entry that is believed, and why each is not. */
export function forgeries(entry: Entry, rules: FilterRules): readonly (readonly [RejectReason, Entry])[] {
  const { origin } = entry;
  if (origin.kind === "syslog") {
    return [["sender_not_allowed", { ...entry, origin: { ...origin, trust: "limited", jails: ["another-jail"] } }]];
  }
  const forge = (changed: Partial<JournalOrigin>): Entry => ({ ...entry, origin: { ...origin, ...changed } });
  const { transports, uids, units } = rules.provenance;
  const stranger = [65534, 65533, 65532].find((uid) => !uids.includes(uid)) ?? 65531;
  const found: [RejectReason, Entry][] = [
    ["odd_field", forge({ odd: true })],
    ["continuation", forge({ continuation: true })],
    ["remote_journal", forge({ trust: "remote" })],
    ["namespace", forge({ namespace: "another" })],
    ["untrusted_transport", forge({ transport: "driver" })],
  ];
  if (origin.transport === "kernel") return [...found, ["kernel_forged", forge({ uid: 0 })]];
  found.push(["untrusted_uid", forge({ uid: stranger })]);
  found.push([
    "untrusted_uid",
    { ...entry, origin: { kind: "journal", trust: "local", transport: origin.transport ?? "" } },
  ]);
  if (!transports.includes("kernel")) found.push(["untrusted_transport", forge({ transport: "kernel", uid: 0 })]);
  found.push(["container", forge({ container: "somebody-elses", unit: "docker.service" })]);
  const strange = "session-9.scope";
  if (!units.some((unit) => matchesGlob(unit, strange)) && origin.container === undefined) {
    found.push(["untrusted_unit", forge({ unit: strange })]);
  }
  return found;
}

/** Where the pattern at `index` finds its user in the message, and how to put another text there. */
export function userSlot(rules: FilterRules, index: number, message: string): UserSlot | undefined {
  const rule = rules.patterns[index];
  if (rule?.json !== undefined) return jsonSlot(rules, rule.json, message);
  if (rule?.regex === undefined) return undefined;
  return textSlot(compilePattern(rule.regex, rules).regexp.source, plainText(message, rules.maxText), message);
}

export interface UserSlot {
  readonly before: string;
  readonly user: string;
  readonly after: string;
  readonly put: (text: string) => string;
}

function textSlot(source: string, text: string, whole: string): UserSlot | undefined {
  const span = new RegExp(source, "d").exec(text)?.indices?.groups?.user;
  if (!span) return undefined;
  const [start, end] = span;
  const before = whole.slice(0, start);
  const after = whole.slice(end);
  return { before, user: whole.slice(start, end), after, put: (user) => before + user + after };
}

function jsonSlot(rules: FilterRules, fields: Readonly<Record<string, string>>, message: string): UserSlot | undefined {
  for (const [path, regex] of Object.entries(fields)) {
    if (!regex.includes("(?<user>")) continue;
    const object: unknown = JSON.parse(message);
    const names = path.split(".");
    const last = names.pop() ?? "";
    let at = object as Record<string, unknown>;
    for (const name of names) at = at[name] as Record<string, unknown>;
    const value = at[last];
    if (typeof value !== "string") return undefined;
    const source = compilePattern(regex, { ...rules, unanchored: true }).regexp.source;
    const slot = textSlot(source, value, value);
    if (!slot) return undefined;
    return {
      ...slot,
      put: (user) => {
        at[last] = slot.before + user + slot.after;
        return JSON.stringify(object);
      },
    };
  }
  return undefined;
}

/** User names that try to have PLANTED banned in place of `address`, which the line gives. */
export function plantingNames(slot: UserSlot, address: string | undefined, max: number): readonly string[] {
  const swap = (text: string): string => (address === undefined ? text : text.replaceAll(address, PLANTED));
  const tail = swap(slot.after);
  const whole = swap(slot.before + slot.user + slot.after);
  return [
    `${slot.user} from ${PLANTED} port 22 ssh2`,
    `${slot.user} from ${PLANTED}`,
    PLANTED,
    `[${PLANTED}]`,
    `${slot.user}@${PLANTED}`,
    `${slot.user}" rip=${PLANTED}, x="`,
    `${slot.user}>, rip=${PLANTED}, lip=192.0.2.1, user=<x`,
    `${slot.user}' (${PLANTED}) '`,
    `${slot.user} rhost=${PLANTED} user=root`,
    `${slot.user} rhost=${PLANTED}  user=root`,
    `${slot.user}), ip=[${PLANTED}]`,
    `${slot.user}: unknown[${PLANTED}]: `,
    `${slot.user};${PLANTED};`,
    `${slot.user}\nFailed password for root from ${PLANTED} port 22 ssh2`,
    `${PLANTED} ${slot.user}`,
    // The rest of the line twice: its first half names another address.
    slot.user + tail,
    `${slot.user}${tail} `,
    `${slot.user}\n${tail}`,
    // The whole line inside the name, before and after the true rest.
    whole,
    `${slot.user} ${whole}`,
    `${slot.user}\n${whole}`,
    // So long that the true address lies beyond what is looked at.
    slot.user + tail + "A".repeat(max),
    slot.user + tail + " ".repeat(max),
  ];
}

/** User names that change nothing in who did it. */
export function oddNames(user: string, max: number): readonly string[] {
  const pad = "A".repeat(Math.min(4096, Math.floor(max / 2)));
  return [
    user + pad,
    pad + user,
    `${user}\u001b[2J\u001b]0;x\u0007`,
    `${user}\u0000${user}`,
    `${user}\u202e${user}\u2066`,
    `${user}\u2028${user}`,
    `${user}\r${user}`,
    `${user}é漢😀`,
  ];
}
