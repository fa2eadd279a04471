import { type Address, formatNetwork } from "../core/address.ts";
import type { Ban, Narrowed, SpareReason } from "../core/ban.ts";
import type { Match } from "../core/match.ts";
import { type Duration, duration, formatDuration } from "../core/time.ts";
import type { Event } from "./log.ts";

/** Every event worth telling, one function each. The words are stable: admins search for them, and recidive reads `ban`. */

export function failureFound(jail: string, match: Match): Event {
  return {
    level: "info",
    words: "found",
    about: match.address.text,
    fields: () => ({
      jail,
      user: match.user,
      attempts: match.attempts > 1 ? match.attempts : undefined,
      source: match.entry.source,
    }),
  };
}

/** What had looked like a failure is none. @param why in words, without a peer's text. */
export function failureTakenBack(
  jail: string,
  address: Address,
  { user, why }: { readonly user: string | undefined; readonly why: string },
): Event {
  return { level: "info", words: "taken back", about: address.text, fields: { jail, user, why } };
}

/** @param narrowed the ban that was to be, and why it could not. */
export function banBegun(ban: Ban, length: Duration, narrowed?: Narrowed): Event {
  return {
    level: "notice",
    words: "ban",
    about: formatNetwork(ban.target),
    fields: () => ({
      jail: ban.jail,
      failures: ban.cause.kind === "offence" && ban.cause.spread === undefined ? ban.cause.failures : undefined,
      sources: ban.cause.kind === "offence" ? ban.cause.spread : undefined,
      by: ban.cause.kind === "manual" ? ban.cause.by : undefined,
      reason: ban.cause.kind === "manual" ? ban.cause.reason : undefined,
      for: formatDuration(length),
      until: ban.until === undefined ? "forever" : new Date(ban.until).toISOString(),
      insteadof: narrowed && formatNetwork(narrowed.from),
      because: narrowed?.rule,
      // For whoever reads these lines again, as the recidive filter does: such bans count for no longer ones.
      trust: ban.cause.kind === "offence" && ban.cause.limited ? "limited" : undefined,
    }),
  };
}

export function banEnded(ban: { readonly jail: string; readonly target: Ban["target"] }, why: string): Event {
  return { level: "notice", words: "unban", about: formatNetwork(ban.target), fields: { jail: ban.jail, why } };
}

export function spared(jail: string, target: Ban["target"], reason: SpareReason, rule?: string): Event {
  const level = reason === "already-banned" ? "debug" : "notice";
  return { level, words: "spared", about: formatNetwork(target), fields: { jail, reason, rule } };
}

/** In a dry run, and where no firewall can be used. */
export function wouldBan(ban: Ban, length: Duration, narrowed?: Narrowed): Event {
  return { ...banBegun(ban, length, narrowed), words: "would ban" };
}

export function untrusted(filter: string, reason: string, identifier: string | undefined): Event {
  return { level: "debug", words: "not believed", about: filter, fields: { reason, identifier } };
}

export function untrustedWarning(filter: string, reason: string, count: number, hint: string): Event {
  return { level: "warning", words: "entries not believed", about: filter, fields: { reason, count }, hint };
}

export function started(version: string, facts: Readonly<Record<string, string | number>>): Event {
  return { level: "notice", words: "bailiff", about: version, fields: facts };
}

export function watching(jail: string, fields: Readonly<Record<string, string | number>>): Event {
  return { level: "info", words: "watching", about: jail, fields };
}

export function reading(source: string): Event {
  return { level: "info", words: "reading", about: source };
}

export function sourceBroke(source: string, why: string, retryIn: Duration, hint?: string): Event {
  return {
    level: "warning",
    words: "source broke",
    about: source,
    fields: { why, retry: formatDuration(retryIn) },
    ...(hint === undefined ? {} : { hint }),
  };
}

export function sourceWorks(source: string): Event {
  return { level: "notice", words: "source works again", about: source };
}

export function trouble(of: string, sentence: string): Event {
  return { level: "warning", words: "trouble", about: of, fields: { what: sentence } };
}

export function note(sentence: string): Event {
  return { level: "notice", words: "note", fields: { what: sentence } };
}

export function troubleOver(of: string, sentence: string): Event {
  return { level: "info", words: "trouble over", about: of, fields: { what: sentence } };
}

export function firewallChosen(name: string, why: string, level: "info" | "warning" = "info"): Event {
  return { level, words: "firewall", about: name, fields: { why } };
}

export function firewallFailed(why: string, retryIn: Duration, hint?: string): Event {
  return {
    level: "error",
    words: "firewall refused",
    fields: { why, retry: formatDuration(retryIn) },
    ...(hint === undefined ? {} : { hint }),
  };
}

export function firewallWorks(changes: number): Event {
  return { level: "notice", words: "firewall works again", fields: { changes } };
}

/** @param more how many others were refused for the same reason. */
export function changeRefused(about: string, why: string, more: number): Event {
  return { level: "error", words: "element refused", about, fields: { why, ...(more > 0 ? { more } : {}) } };
}

export function firewallDisturbed(what: string): Event {
  return { level: "warning", words: "firewall changed by another program", fields: { what } };
}

export function firewallRepaired(elements: number): Event {
  return { level: "notice", words: "firewall repaired", fields: { bans: elements } };
}

export function firewallFight(pause: Duration): Event {
  return {
    level: "error",
    words: "another program keeps changing bailiff's rules",
    fields: { pause: formatDuration(pause) },
    hint: "find out who runs `nft flush ruleset`, reloads the firewall or edits these rules: `nft monitor` shows it",
  };
}

export function reloaded(facts: Readonly<Record<string, string | number>>): Event {
  return { level: "notice", words: "configuration reloaded", fields: facts };
}

export function reloadRefused(why: string, hint?: string): Event {
  return {
    level: "error",
    words: "configuration not loaded, the old one stays",
    // Several mistakes, and the cure of each, are lines of their own elsewhere.
    fields: { why: why.replaceAll(/\s*\n\s*/g, "; ") },
    ...(hint ? { hint } : {}),
  };
}

export function adopted(count: number): Event {
  return { level: "notice", words: "bans taken over from the kernel", fields: { count } };
}

export function restored(count: number): Event {
  return { level: "info", words: "bans restored", fields: { count } };
}

export function quarantined(sender: string, most: number): Event {
  return {
    level: "error",
    words: "sender not believed for the rest of the hour",
    about: sender,
    fields: { maxBansPerHour: most },
    hint: "look at what it sends; raise maxBansPerHour if it is right",
  };
}

export function clockSet(by: Duration, bans: number): Event {
  const way = by > 0 ? "forward" : "back";
  return {
    level: "notice",
    words: "the clock was set",
    fields: { [way]: formatDuration(duration(Math.abs(by))), bans },
  };
}

export function woken(asleep: Duration): Event {
  return { level: "info", words: "the machine slept", fields: { for: formatDuration(asleep) } };
}

export function storeTrouble(what: string): Event {
  return {
    level: "error",
    words: "state not written",
    fields: { why: what },
    hint: "bans go on from memory; free the disk or mend its permissions",
  };
}

export function storeWorks(): Event {
  return { level: "notice", words: "state written again" };
}

export function stopping(signal: string): Event {
  return { level: "notice", words: "stopping", fields: { signal, bans: "stay" } };
}

export function commanded(what: string, fields: Readonly<Record<string, string | number | undefined>>): Event {
  return { level: "notice", words: what, fields };
}
