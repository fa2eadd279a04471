import { BailiffError } from "../errors.ts";
import { type Address, parseAddress } from "./address.ts";
import type { Entry } from "./entry.ts";
import type { Reach } from "./explain.ts";
import type { Match, Retraction } from "./match.ts";
import { compilePattern, KnownPatterns, type Pattern } from "./pattern.ts";
import { type Found, type Groups, type PatternRule, Patterns, plainText } from "./patterns.ts";
import { Pieces } from "./pieces.ts";
import { judgeProvenance, matchesGlob, type ProvenanceRule, type RejectReason } from "./provenance.ts";
import { type Session, Sessions, type Unconfirmed } from "./session.ts";
import { keepable } from "./text.ts";
import type { Duration, Instant } from "./time.ts";
import { Unsettled } from "./unsettled.ts";
import { isSameUser } from "./user.ts";

/** A filter with its mode applied: what a Filter is made from. */
export interface FilterRules {
  readonly name: string;
  readonly provenance: ProvenanceRule;
  /** Kinds of source it reads; both when absent. */
  readonly sources?: readonly ("journal" | "syslog")[];
  readonly prefix?: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly patterns: readonly PatternRule[];
  readonly ignoreregex: readonly string[];
  /** How messages end that hold a peer's text with its line ends, each of which begins a line on standard output. */
  readonly endregex?: readonly string[];
  /** What ties lines of one connection: the process id (and what `(?<session>…)` captures), or that alone, or that of one address. */
  readonly session: { readonly key: "pid" | "captured" | "peer" | "none"; readonly timeout: Duration };
  /** Characters of a message that are looked at; the rest is cut off. */
  readonly maxText: number;
}

/** What a filter makes of an entry. */
export type Finding =
  | { readonly kind: "nomatch" }
  /** `accuses`: it looks like a failure besides. */
  | { readonly kind: "untrusted"; readonly reason: RejectReason; readonly accuses: boolean }
  | { readonly kind: "match"; readonly match: Match }
  /** A failure whose address is a name; names are never looked up. */
  | { readonly kind: "named"; readonly pattern: number; readonly user?: string }
  | { readonly kind: "ignored"; readonly pattern: number }
  /** Understood, and nothing to count now: remembered, forgotten, or an attempt already counted. */
  | { readonly kind: "helper"; readonly pattern: number }
  | {
      readonly kind: "success";
      readonly pattern: number;
      readonly address?: Address;
      readonly user?: string;
      /** Failures found earlier that were none. */
      readonly retracts?: readonly Retraction[];
    };

/** Sessions kept per filter: some 10 MB at the most. */
const MAX_SESSIONS = 10_000;
const MAX_ATTEMPTS = 100;
const MAX_USER = 256;
/** Failures of one session that may be taken back, the latest; as many modules as a PAM stack may have. */
const MAX_UNCONFIRMED = 8;
/** A copy of a line comes within this time of it: syslog tells no more than the second. */
const COPY_MS = 1000;
/** IPv6 addresses remembered per filter, so that they are not parsed again. */
const MAX_ADDRESSES = 4096;

const NOMATCH: Finding = { kind: "nomatch" };
const NONE: readonly Retraction[] = [];

/** A compiled filter with the memory of its sessions. Not shared between jails. */
export class Filter {
  readonly name: string;
  readonly rules: FilterRules;
  readonly #patterns: Patterns;
  readonly #ignore: readonly Pattern[];
  readonly #ends: readonly Pattern[];
  readonly #pieces = new Pieces();
  #takenBack: readonly Retraction[] = NONE;
  /** Whose failure the entry examined last tells once more. */
  #again: Address | undefined;
  #sessions: Sessions;
  /** Where some pattern settles what another process told. */
  #unsettled: Unsettled | undefined;
  /** IPv6 addresses as they were written: who guesses passwords comes again. */
  readonly #addresses = new Map<string, Address>();
  #lastWritten: string | undefined;
  #lastAddress: Address | undefined;
  /** Source and host of the last session, and the number that stands for them in keys. */
  #place: { readonly source: string; readonly host: string; readonly id: number } | undefined;
  #places = new Map<string, number>();
  #nextPlace = 0;

  /** `known`: to share patterns with other filters. */
  constructor(rules: FilterRules, known = new KnownPatterns()) {
    this.name = rules.name;
    this.rules = rules;
    const { variables, prefix, maxText } = rules;
    this.#patterns = new Patterns(rules.patterns, { variables, prefix, maxText, known });
    // Exceptions look at any part of a message, so the prefix is not theirs.
    const anywhere = { variables, unanchored: true, search: true, known };
    this.#ignore = rules.ignoreregex.map((written) => compilePattern(written, anywhere));
    this.#ends = (rules.endregex ?? []).map((written) => compilePattern(written, anywhere));
    this.#sessions = new Sessions(MAX_SESSIONS, rules.session.timeout);
    this.#unsettled = rules.patterns.some(({ settles }) => settles) ? new Unsettled() : undefined;
    if (!rules.patterns.some(({ role }) => role === "failure")) {
      throw new BailiffError("FILTER_INVALID", `filter ${rules.name} has no failregex`, {
        hint: "say what a failure looks like, or choose a mode that does",
      });
    }
  }

  /**
   * Takes over what the same filter under other rules remembers of open connections, which goes with it: the next line of
   * an attempt that was counted is not another one.
   */
  succeed(before: Filter): void {
    const { name, session } = this.rules;
    if (before.rules.name !== name || before.rules.session.key !== session.key) return;
    this.#sessions = before.#sessions;
    this.#places = before.#places;
    this.#nextPlace = before.#nextPlace;
    if (this.#unsettled && before.#unsettled) this.#unsettled = before.#unsettled;
  }

  /** Sources of the regular expressions that run, gates included, for the guard against slow ones. */
  get expressions(): readonly string[] {
    const others = [...this.#ignore, ...this.#ends].map(({ regexp }) => regexp.source);
    return [...this.#patterns.expressions, ...others];
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Whether entries of this identifier are this filter's. */
  accepts(identifier: string | undefined): boolean {
    return this.rules.provenance.identifiers.some((glob) => matchesGlob(glob, identifier ?? ""));
  }

  /** Judges the origin and the text. Entries must come in order; the dispatcher has looked at the identifier. */
  examine(entry: Entry): Finding {
    this.#takenBack = NONE;
    this.#again = undefined;
    if (this.rules.sources !== undefined && !this.rules.sources.includes(entry.origin.kind)) return NOMATCH;
    const reason = judgeProvenance(entry, this.rules.provenance);
    const found = this.#patterns.find(entry.message);
    if (reason !== undefined) {
      // What is rejected is told even when it accuses nobody: a unit that is named differently here shows at once. But
      // a filter that reads all identifiers has nothing to say of other services' lines.
      if (found === undefined && !this.#isNamed(entry.identifier)) return NOMATCH;
      return { kind: "untrusted", reason, accuses: found?.rule.role === "failure" };
    }
    return this.#weigh(entry, found === undefined ? NOMATCH : this.#conclude(entry, found));
  }

  #isNamed(identifier: string | undefined): boolean {
    return this.rules.provenance.identifiers.includes(identifier ?? "");
  }

  /** Failures found before the entry that was examined last, which are none, as it shows. */
  get takenBack(): readonly Retraction[] {
    return this.#takenBack;
  }

  /** `examine` without provenance, for trying out lines. */
  examineText(entry: Entry): Finding {
    this.#takenBack = NONE;
    this.#again = undefined;
    const found = this.#patterns.find(entry.message);
    return this.#weigh(entry, found === undefined ? NOMATCH : this.#conclude(entry, found));
  }

  /** The pattern that comes furthest on a message that none matches. */
  closest(message: string): (Reach & { readonly pattern: number }) | undefined {
    return this.#patterns.closest(message);
  }

  #conclude(entry: Entry, { rule, index, groups, text }: Found): Finding {
    if (rule.role === "failure" && this.#ignore.length > 0) {
      const veto = this.#ignore.findIndex(({ regexp }) => regexp.test(text));
      if (veto >= 0) return { kind: "ignored", pattern: veto };
    }
    const written = groups.addr === undefined ? undefined : keepable(groups.addr, text);
    const address = written === undefined ? undefined : this.#address(written);
    // Sessions hold them for as long as a connection may last.
    const user = groups.user === undefined ? undefined : keepable(groups.user.slice(0, MAX_USER), text);
    const key = this.#sessionKey(entry, groups, address);
    switch (rule.role) {
      case "failure":
        if (written !== undefined && address === undefined) {
          return { kind: "named", pattern: index, ...(user === undefined ? {} : { user }) };
        }
        return this.#fail(entry, {
          rule,
          index,
          address,
          user,
          attempts: attemptsOf(rule, groups),
          key,
          told: rule.twice && written !== undefined ? toldBy(text, written) : undefined,
        });
      case "success": {
        const known = key === undefined ? undefined : this.#sessions.get(key, entry.time);
        const who = address ?? known?.address;
        const name = user ?? known?.user;
        const own = retractions(known, who, name);
        if (key !== undefined) this.#sessions.forget(key);
        const retracts = own.length === 0 && who && rule.settles ? this.#retractOther(entry, who, name) : own;
        return {
          kind: "success",
          pattern: index,
          ...(who === undefined ? {} : { address: who }),
          ...(name === undefined ? {} : { user: name }),
          ...(retracts.length === 0 ? {} : { retracts }),
        };
      }
      default: {
        const finding = this.#remember(entry, { index, address, user, key });
        if (rule.role === "forget" && key !== undefined) this.#sessions.forget(key);
        return finding;
      }
    }
  }

  #address(written: string): Address | undefined {
    // Lines of one connection come one after the other.
    if (written === this.#lastWritten) return this.#lastAddress;
    const address = written.includes(":") ? this.#remembered(written) : readAddress(written);
    this.#lastWritten = written;
    this.#lastAddress = address;
    return address;
  }

  /** IPv6 addresses: an IPv4 address is read again faster than it is looked up. */
  #remembered(written: string): Address | undefined {
    const known = this.#addresses.get(written);
    if (known !== undefined) return known;
    const address = readAddress(written);
    if (address === undefined) return undefined;
    if (this.#addresses.size >= MAX_ADDRESSES) this.#addresses.clear();
    this.#addresses.set(written, address);
    return address;
  }

  #fail(
    entry: Entry,
    failure: {
      rule: PatternRule;
      index: number;
      address: Address | undefined;
      user: string | undefined;
      attempts: number;
      key: string | undefined;
      told: number | undefined;
    },
  ): Finding {
    const { rule, index, attempts, key } = failure;
    if (key === undefined) {
      if (failure.address === undefined) return { kind: "helper", pattern: index };
      return this.#match(entry, { address: failure.address, user: failure.user, attempts, pattern: index });
    }
    const session = this.#sessions.touch(key, entry.time);
    if (failure.told !== undefined && isCopy(session, failure.told, entry.time)) {
      this.#again = failure.address;
      return { kind: "helper", pattern: index };
    }
    const address = failure.address ?? session.address;
    if (address === undefined) {
      if (failure.user !== undefined) session.user = failure.user;
      session.pending = { pattern: index, attempts };
      return { kind: "helper", pattern: index };
    }
    const stage = rule.stage ?? 0;
    const again = session.stage > 0 && stage > session.stage && samePeer(session, address);
    learn(session, address, failure.user);
    session.pending = undefined;
    session.stage = stage;
    if (!again) session.settled = false;
    const own = (session.unconfirmed?.length ?? 0) > 0;
    if (!rule.provisional) session.unconfirmed = undefined;
    let counted = again;
    if (rule.settles && !session.settled) {
      session.settled = true;
      // What this process told itself is this attempt's; then nobody else's is.
      if (!own && this.#settle(entry, address, { user: session.user, unnamed: true })) counted = true;
    }
    if (counted) {
      this.#again = address;
      return { kind: "helper", pattern: index };
    }
    if (rule.provisional) {
      const told = { time: entry.time, attempts, user: session.user };
      session.unconfirmed = [...(session.unconfirmed ?? []), told].slice(-MAX_UNCONFIRMED);
      this.#unsettled?.remember(this.#peer(entry, address), session, told);
    }
    return this.#match(entry, { address, user: failure.user ?? session.user, attempts, pattern: index });
  }

  #settle(
    entry: Entry,
    address: Address,
    whose: { user: string | undefined; unnamed: boolean },
  ): Unconfirmed | undefined {
    return this.#unsettled?.settle(this.#peer(entry, address), { ...whose, now: entry.time });
  }

  /** What names nobody is never taken back on another process's word: whom PAM does not know does not log in. */
  #retractOther(entry: Entry, address: Address, user: string | undefined): readonly Retraction[] {
    const found = this.#settle(entry, address, { user, unnamed: false });
    return found === undefined ? [] : [{ address, time: found.time, attempts: found.attempts }];
  }

  #remember(
    entry: Entry,
    heard: { index: number; address: Address | undefined; user: string | undefined; key: string | undefined },
  ): Finding {
    const { index, key } = heard;
    if (key === undefined) return { kind: "helper", pattern: index };
    const session = this.#sessions.touch(key, entry.time);
    learn(session, heard.address, heard.user);
    const { pending } = session;
    if (pending === undefined || session.address === undefined) return { kind: "helper", pattern: index };
    session.pending = undefined;
    return this.#match(entry, { ...pending, address: session.address, user: session.user });
  }

  #match(
    entry: Entry,
    found: { address: Address; user: string | undefined; attempts: number; pattern: number },
  ): Finding {
    const { address, user, attempts, pattern } = found;
    const match = { filter: this.name, address, attempts, pattern, entry };
    return { kind: "match", match: user === undefined ? match : { ...match, user } };
  }

  /** Of what stands on standard output, some is a peer's writing. */
  #weigh(entry: Entry, finding: Finding): Finding {
    const { write, time } = entry;
    if (this.#ends.length === 0 || write === undefined) return finding;
    const match = finding.kind === "match" ? finding.match : undefined;
    const weighed = this.#pieces.weigh({
      write,
      time,
      failure: match,
      again: this.#again,
      isEnd: () => this.#isEnd(entry),
    });
    this.#takenBack = weighed.takenBack;
    if (match === undefined || weighed.verdict === "counts") return finding;
    if (weighed.verdict === "one") return { kind: "helper", pattern: match.pattern };
    return { kind: "untrusted", reason: "continuation", accuses: true };
  }

  #isEnd(entry: Entry): boolean {
    const text = plainText(entry.message, this.rules.maxText);
    return this.#ends.some(({ regexp }) => regexp.test(text));
  }

  #sessionKey(entry: Entry, { session }: Groups, address: Address | undefined): string | undefined {
    const tie = tieOf(this.rules.session.key, { pid: entry.pid, captured: session, address });
    return tie === undefined ? undefined : `${this.#placeOf(entry)} ${tie}`;
  }

  #peer(entry: Entry, address: Address): string {
    return `${this.#placeOf(entry)} ${address.text}`;
  }

  /** A short name for where sessions are, as keys are made for each line. Numbers are never used again. */
  #placeOf({ source, origin }: Entry): number {
    // A pid means something on one machine only: sessions of two senders, or of two hosts behind one, are apart.
    const host = origin.kind === "syslog" ? `${origin.sender} ${origin.host ?? ""}` : (origin.machine ?? "");
    const last = this.#place;
    if (last !== undefined && last.source === source && last.host === host) return last.id;
    const name = `${source} ${host}`;
    let id = this.#places.get(name);
    if (id === undefined) {
      // Whoever may name hosts can make as many sessions as there is room for, and so push others out, anyway.
      if (this.#places.size >= MAX_SESSIONS) this.#places.clear();
      id = this.#nextPlace;
      this.#nextPlace += 1;
      this.#places.set(name, id);
    }
    this.#place = { source, host, id };
    return id;
  }
}

/** What `<HOST>` or `<ADDR>` caught → an address; the port of 192.0.2.7:4711 is left off. Undefined for a name. */
export function readAddress(written: string): Address | undefined {
  const address = parseAddress(written);
  if (address) return address;
  const colon = written.indexOf(":");
  // Only IPv4 can carry a bare port: in IPv6 nobody could tell it from the last group.
  return colon > 6 && /^\d{1,5}$/.test(written.slice(colon + 1)) ? parseAddress(written.slice(0, colon)) : undefined;
}

function attemptsOf(rule: PatternRule, groups: Groups): number {
  const captured = groups.attempts;
  const count = captured === undefined ? (rule.attempts ?? 1) : Number(captured);
  return Number.isSafeInteger(count) ? Math.min(MAX_ATTEMPTS, Math.max(1, count)) : 1;
}

function tieOf(
  key: FilterRules["session"]["key"],
  { pid, captured, address }: { pid: string | undefined; captured: string | undefined; address: Address | undefined },
): string | undefined {
  switch (key) {
    case "pid":
      return pid === undefined || captured === undefined ? pid : `${pid} ${captured}`;
    case "captured":
      return captured;
    case "peer":
      return captured === undefined || address === undefined ? undefined : `${address.text} ${captured}`;
    default:
      return undefined;
  }
}

/** A number for the address in a line and all that follows it: what stands before may differ between a line and its copy. */
function toldBy(text: string, written: string): number {
  let told = 0x811c9dc5;
  for (let at = text.indexOf(written); at < text.length; at += 1) {
    told = Math.imul(told ^ text.charCodeAt(at), 0x01000193);
  }
  return told;
}

/** Each line has one copy: the third that says the same is another attempt. */
function isCopy(session: Session, told: number, now: Instant): boolean {
  const { first } = session;
  const copy = first !== undefined && first.told === told && Math.abs(now - first.time) <= COPY_MS;
  session.first = copy ? undefined : { told, time: now };
  return copy;
}

/**
 * Somebody else's login says nothing about the failures before: not another peer's, and not that of another user, as who
 * has one good account, or is a guest, could guess all others' passwords between his own logins. Only where a line tells
 * no name is its session enough.
 */
function retractions(
  session: Session | undefined,
  address: Address | undefined,
  user: string | undefined,
): readonly Retraction[] {
  if (session?.unconfirmed === undefined || address === undefined || !samePeer(session, address)) return [];
  return session.unconfirmed
    .filter((failure) => !failure.user || !user || isSameUser(failure.user, user))
    .map(({ time, attempts }) => ({ address, time, attempts }));
}

function samePeer(session: Session, address: Address): boolean {
  return session.address === undefined || session.address.text === address.text;
}

function learn(session: Session, address: Address | undefined, user: string | undefined): void {
  if (address !== undefined) {
    // A process id that is used again for another peer begins a new session.
    if (!samePeer(session, address)) {
      session.stage = 0;
      session.unconfirmed = undefined;
      session.user = undefined;
    }
    session.address = address;
  }
  // A line that tells an empty name does not contradict the one that told it.
  if (user !== undefined && (user !== "" || session.user === undefined)) session.user = user;
}
