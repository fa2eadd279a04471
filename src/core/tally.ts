import { type Address, type Family, FULL, type Network, networkOf } from "./address.ts";
import type { Offence } from "./ban.ts";
import { type Bits, maskBits, readBits } from "./bits.ts";
import type { Entry, Origin, SyslogOrigin } from "./entry.ts";
import { offenderWeight } from "./growth.ts";
import { counted, type Jail, type Spread } from "./jail.ts";
import type { Match, Retraction } from "./match.ts";
import { Memo, shortened } from "./memo.ts";
import { type TallyFailure, TallyLog, type TallyOp, type TallyRecord } from "./tally-log.ts";
import { type Instant, instant } from "./time.ts";
import { Windows } from "./windows.ts";

export interface TallyOptions {
  /** Sources (and, apart, prefixes) that are remembered at most. Default 100,000. */
  readonly capacity?: number;
  /** Log lines that are remembered at most, over all sources. Default 2,000. */
  readonly matches?: number;
  /** Bans that a source has behind it in this jail. Asked when a source begins to be counted, for known offenders. */
  readonly priors?: (jail: string, target: Network, at: Instant) => number;
  /** Of the hash; random in the daemon, so that nobody outside can make sources collide. */
  readonly seed?: number;
}

/** What `bailiff status` shows of the counting. */
export interface TallyCounts {
  readonly sources: number;
  readonly prefixes: number;
  /** Had to make room before their time, since the start. */
  readonly evicted: number;
}

/** Failures of one source that count at a moment. */
export interface Count {
  readonly of: Network;
  readonly failures: number;
  /** How many times each counts: known offenders need fewer. */
  readonly weight: number;
  /** On whose word alone; absent for what is told by all who are believed. */
  readonly sender?: string;
  /** The latest lines behind it that are still known. */
  readonly matches: readonly Match[];
}

/** The tag of a key: 11 bits jail, 12 bits sender, 9 bits family and length. */
const MAX_JAILS = 2 ** 11;
const MAX_SENDERS = 2 ** 12;
const NOBODY: readonly Offence[] = [];
/** Logins that are remembered at most, for jails that forgive; the least recent makes room. */
const MAX_LOGINS = 10_000;

/** How one family is counted for a jail: worked out once, as attacks ask for it with every failure. */
interface Measure {
  readonly length: number;
  /** Of a source, but for the sender. */
  readonly tag: number;
  /** Only where it is wider than the source. */
  readonly spread?: Spread;
}

interface Counted {
  readonly jail: Jail;
  readonly id: number;
  readonly ip: Measure;
  readonly ip6: Measure;
}

/**
 * Failures per source within findtime. A source is a prefix of the jail's length in one jail; for a syslog sender of
 * limited trust, on that sender's word alone. Time is the entries' own, not the clock's: replaying a stream gives the
 * same offences, whatever the batches. Entries out of order are counted in any window of findtime that holds them.
 *
 * What it knows can be written down as steps and read back, so that counts survive a crash exactly: see `step`.
 */
export class Tally {
  readonly #capacity: number;
  readonly #seed: number;
  readonly #priors: (jail: string, target: Network, at: Instant) => number;
  readonly #sources: Windows;
  /** Made when a jail first looks for spread: most never do. */
  #prefixes: Windows | undefined;
  readonly #memo: Memo;
  readonly #log = new TallyLog();
  readonly #jails = new Map<string, Counted>();
  /** The same by the number that stands for the jail in tags. */
  readonly #byId: (Counted | undefined)[] = [];
  readonly #senders = new Map<string, number>();
  /** "jail network" → when: a login, for jails that shorten bans after one; what was forgotten, for those that forget. */
  readonly #logins = new Map<string, number>();
  readonly #bits: Bits = new Uint32Array(4);
  readonly #wide: Bits = new Uint32Array(4);

  constructor(options: TallyOptions = {}) {
    this.#capacity = options.capacity ?? 100_000;
    this.#seed = options.seed ?? 0;
    this.#priors = options.priors ?? (() => 0);
    this.#sources = this.#windows(false);
    this.#memo = new Memo(options.matches ?? 2_000, this.#capacity);
  }

  /**
   * The jails that are counted for, at the start and at each reload. Jails that stay keep their counts under their new
   * rules; those that are gone lose them.
   */
  setJails(jails: readonly Jail[]): void {
    const kept = new Set(jails.map((jail) => jail.name));
    for (const [name, { id }] of this.#jails) {
      if (kept.has(name)) continue;
      this.#dropJail(id);
      this.#jails.delete(name);
      this.#byId[id] = undefined;
      this.#log.write({ op: "drop", jail: id });
    }
    for (const jail of jails) {
      const id = this.#jails.get(jail.name)?.id ?? this.#newId(jail.name);
      const rules = { jail, id, ip: measure(jail, id, "ip"), ip6: measure(jail, id, "ip6") };
      this.#jails.set(jail.name, rules);
      this.#byId[id] = rules;
    }
  }

  /** Counts a failure. Usually nobody has offended; else the source, its wider prefix, or both. */
  strike(name: string, match: Match): readonly Offence[] {
    const rules = this.#jails.get(name);
    if (rules === undefined) return NOBODY;
    const { jail } = rules;
    const { origin, time } = match.entry;
    const limited = isLimited(origin);
    const { length, spread } = measureOf(rules, match.address);
    const tag = this.#key(rules, match.address, origin);

    let slot = this.#sources.find(this.#bits, tag);
    const first = slot === 0;
    let note = 0;
    if (!first) note = this.#sources.note(slot);
    else if (jail.knownOffenders && !limited) note = this.#known(jail, match.address, time);
    const attempts = bounded(match.attempts);
    const failures = attempts + (first ? 0 : this.#sources.around(slot, time, jail.findtime).sum);
    const filled = failures * offenderWeight(note) >= jail.maxretry;
    const record: TallyRecord = { tag, bits: this.#bits, note, attempts, time };

    let offences = NOBODY;
    if (filled) {
      const matches = jail.maxmatches > 0 ? this.#memo.of(slot, jail.maxmatches - 1) : [];
      if (jail.maxmatches > 0) matches.push(shortened(match));
      offences = [this.#offence(jail, match, { length, failures, matches })];
    }
    slot = this.#count(record, slot, filled, jail);
    // A flood of sources that fail once each must not push out the lines of those that fail again.
    if (slot !== 0 && jail.maxmatches > 0) this.#memo.add(slot, match, first ? time - jail.findtime : Infinity);

    let spreadFilled = false;
    if (spread !== undefined) {
      const distinct = this.#spread(record, spread, jail);
      spreadFilled = distinct >= spread.count;
      if (spreadFilled) {
        const wide = {
          length: spread.length,
          failures: distinct,
          matches: jail.maxmatches > 0 ? [shortened(match)] : [],
        };
        offences = [...offences, { ...this.#offence(jail, match, wide), spread: distinct }];
      }
    }
    this.#log.strike(record, filled, spreadFilled);
    return offences;
  }

  /**
   * Takes back a failure that was counted on the word of the sender that `origin` is of: what it filled stays filled, and
   * bans stay. Of other failures nothing changes. False when it is not counted (any more).
   */
  retract(name: string, failure: Retraction, origin: Origin): boolean {
    const rules = this.#jails.get(name);
    if (rules === undefined) return false;
    const tag = this.#key(rules, failure.address, origin);
    const taken = { tag, bits: this.#bits, attempts: bounded(failure.attempts), time: failure.time };
    if (!this.#take(taken, rules)) return false;
    this.#log.write({ op: "retract", ...taken });
    return true;
  }

  /** Forgets the failures of an address: those that the limited sender `only` told of, or else all. False when there are none. */
  forget(name: string, address: Address, only?: string): boolean {
    const rules = this.#jails.get(name);
    if (rules === undefined) return false;
    let found = false;
    const own = measureOf(rules, address);
    readBits(address, this.#bits);
    maskBits(this.#bits, own.length);
    const senders = only === undefined ? [0, ...this.#senders.values()] : [this.#senderId(only)];
    for (const sender of senders) {
      const tag = withSender(own.tag, sender);
      const slot = this.#sources.find(this.#bits, tag);
      if (slot === 0) continue;
      this.#drop(slot);
      this.#log.write({ op: "forget", tag, bits: this.#bits });
      found = true;
    }
    return found;
  }

  /**
   * A login succeeded: what that means for the failures of the same address is the jail's to say. On the word of a limited
   * sender no failures are forgotten but those that it told of.
   */
  success(name: string, address: Address, { time, origin }: Pick<Entry, "time" | "origin">): void {
    const jail = this.#jails.get(name)?.jail;
    if (jail === undefined || jail.forgive === "no") return;
    const sender = isLimited(origin) ? origin.sender : undefined;
    // Its bans are as short as a login could make them.
    if (jail.forgive === "shorten" && sender !== undefined) return;
    const key = loginKey(name, counted(jail, address), sender);
    if (jail.forgive === "forget") {
      // Once within findtime: whoever has one good account could else guess at others for ever.
      const last = this.#logins.get(key);
      if (last !== undefined && Math.abs(time - last) <= jail.findtime) return;
      if (!this.forget(name, address, sender)) return;
    }
    this.#login(key, time);
    this.#log.write({ op: "login", key, time });
  }

  /** What counts against an address at a moment: at most once for each sender of limited trust, and once for all others. */
  seen(name: string, address: Address, now: Instant): readonly Count[] {
    const rules = this.#jails.get(name);
    if (rules === undefined) return [];
    const { jail } = rules;
    const own = measureOf(rules, address);
    readBits(address, this.#bits);
    maskBits(this.#bits, own.length);
    const counts: Count[] = [];
    for (const [sender, id] of [[undefined, 0] as const, ...this.#senders]) {
      const slot = this.#sources.find(this.#bits, withSender(own.tag, id));
      const failures = slot === 0 ? 0 : this.#sources.around(slot, now, jail.findtime).sum;
      if (failures === 0) continue;
      counts.push({
        of: networkOf(address, own.length),
        failures,
        weight: offenderWeight(this.#sources.note(slot)),
        ...(sender === undefined ? {} : { sender }),
        matches: this.#memo.of(slot, jail.maxmatches),
      });
    }
    return counts;
  }

  /** Sources of a jail whose last failure is not longer ago than findtime. Looks at all sources: for `status`. */
  failing(name: string, now: Instant): number {
    const rules = this.#jails.get(name);
    if (rules === undefined) return 0;
    const { id, jail } = rules;
    let count = 0;
    for (const slot of this.#sources.slots()) {
      if (this.#sources.tag(slot) >>> 21 === id && this.#sources.latest(slot) >= now - jail.findtime) count += 1;
    }
    return count;
  }

  counts(): TallyCounts {
    return {
      sources: this.#sources.size,
      prefixes: this.#prefixes?.size ?? 0,
      evicted: this.#sources.evicted + (this.#prefixes?.evicted ?? 0),
    };
  }

  /**
   * What changed since the last `step` or `whole`; undefined when nothing did. A `whole` and all steps after it, restored
   * in order, make the same tally again. Written in one transaction with the source's cursor, that makes a crash
   * unnoticeable: the entries after the cursor are counted once, on the counts as they were at the cursor.
   */
  step(): Uint8Array | undefined {
    return this.#log.take();
  }

  /** All of it: at most some 90 bytes a source. */
  whole(): Uint8Array {
    this.#log.restart();
    for (const [name, { id }] of this.#jails) this.#log.write({ op: "name", kind: "jail", id, name });
    for (const [name, id] of this.#senders) this.#log.write({ op: "name", kind: "sender", id, name });
    for (const [windows, op] of [
      [this.#sources, "source"],
      [this.#prefixes, "prefix"],
    ] as const) {
      for (const slot of windows?.slots() ?? []) {
        if (windows === undefined) continue;
        const [tag, note, records] = [windows.tag(slot), windows.note(slot), windows.records(slot)];
        const kept = { tag, bits: windows.bits(slot), note, records };
        this.#log.write(op === "source" ? { op, ...kept } : { op, ...kept });
      }
    }
    for (const [key, time] of this.#logins) this.#log.write({ op: "login", key, time });
    return this.#log.take() ?? new Uint8Array(0);
  }

  /**
   * Reads back what `whole` and `step` wrote, after `setJails` and before the first strike. Jails that are no longer
   * there are passed over. False when a part was damaged: the counts are those up to there.
   */
  restore(parts: Iterable<Uint8Array>): boolean {
    this.#clear();
    const jails = new Map<number, number>();
    const senders = new Map<number, number>([[0, 0]]);
    let sound = true;
    for (const part of parts) {
      sound = TallyLog.read(part, (op) => this.#replay(op, jails, senders));
      if (!sound) break;
    }
    // From here on, steps add to a whole of our own numbering.
    this.#log.restart();
    return sound;
  }

  #replay(op: TallyOp, jails: Map<number, number>, senders: Map<number, number>): void {
    if (op.op === "name") {
      if (op.kind === "sender") senders.set(op.id, this.#senderId(op.name));
      else this.#replayJail(op.id, op.name, jails);
      return;
    }
    if (op.op === "login") {
      this.#login(op.key, op.time);
      return;
    }
    if (op.op === "drop") {
      const id = jails.get(op.jail);
      if (id !== undefined) this.#dropJail(id);
      jails.delete(op.jail);
      return;
    }
    const old = readTag(op.tag);
    const jail = jails.get(old.jail);
    const sender = senders.get(old.sender);
    if (jail === undefined || sender === undefined) return;
    const tag = makeTag({ ...old, jail, sender });
    if (op.op === "source" || op.op === "prefix") {
      const windows = op.op === "source" ? this.#sources : this.#spreadWindows();
      if (windows.find(op.bits, tag) !== 0) return;
      const slot = windows.add(op.bits, tag);
      windows.setNote(slot, op.note);
      for (const record of op.records) windows.keep(slot, record, Number.MAX_SAFE_INTEGER);
      return;
    }
    const slot = this.#sources.find(op.bits, tag);
    if (op.op === "forget") {
      if (slot !== 0) this.#drop(slot);
      return;
    }
    const rules = this.#byId[jail];
    if (rules === undefined) return;
    if (op.op === "retract") {
      this.#take({ ...op, tag }, rules);
      return;
    }
    const record: TallyRecord = { tag, bits: op.bits, note: op.note, attempts: op.attempts, time: op.time };
    this.#count(record, slot, op.filled, rules.jail);
    const { spread } = rules[old.family];
    if (spread !== undefined && spread.length < old.length) this.#spread(record, spread, rules.jail, op.spreadFilled);
  }

  #replayJail(id: number, name: string, jails: Map<number, number>): void {
    const known = this.#jails.get(name);
    if (known === undefined) jails.delete(id);
    else jails.set(id, known.id);
  }

  /** The source's own window. Its slot afterwards, 0 when its measure was full and it begins anew. */
  #count(record: TallyRecord, found: number, filled: boolean, jail: Jail): number {
    let slot = found;
    if (filled) {
      if (slot !== 0) this.#drop(slot);
      return 0;
    }
    if (slot === 0) {
      slot = this.#sources.add(record.bits, record.tag);
      this.#sources.setNote(slot, record.note);
      // The slot's last owner may have had to make room.
      this.#memo.drop(slot);
    } else {
      this.#sources.touch(slot);
    }
    this.#sources.keep(slot, { time: record.time, mark: record.attempts }, Math.max(1, jail.maxretry - 1));
    return slot;
  }

  #take(failure: TallyFailure, rules: Counted): boolean {
    const slot = this.#sources.find(failure.bits, failure.tag);
    if (slot === 0 || !this.#sources.take(slot, { time: failure.time, mark: failure.attempts })) return false;
    this.#memo.forget(slot, failure.time);
    const latest = this.#sources.latest(slot);
    this.#takeSpread(failure, latest, rules);
    if (latest === Number.NEGATIVE_INFINITY) this.#drop(slot);
    return true;
  }

  /** The network failed last at `latest`, if at all. */
  #takeSpread({ tag, bits, time }: TallyFailure, latest: number, rules: Counted): void {
    const { family, length } = readTag(tag);
    const { spread } = rules[family];
    const windows = this.#prefixes;
    if (spread === undefined || windows === undefined || spread.length >= length) return;
    const mark = fingerprint(bits);
    const slot = windows.find(this.#widened(bits, spread.length), withLength(tag, spread.length));
    // A later failure of the same network keeps its time.
    if (slot === 0 || !windows.take(slot, { time, mark })) return;
    if (latest !== Number.NEGATIVE_INFINITY) windows.keep(slot, { time: latest, mark }, spread.count - 1);
    else if (windows.latest(slot) === Number.NEGATIVE_INFINITY) windows.remove(slot);
  }

  /** How many networks of the wider prefix failed within findtime, this one included; the prefix begins anew when full. */
  #spread(record: TallyRecord, spread: Spread, jail: Jail, told?: boolean): number {
    const windows = this.#spreadWindows();
    const tag = withLength(record.tag, spread.length);
    const mark = fingerprint(record.bits);
    const bits = this.#widened(record.bits, spread.length);
    let slot = windows.find(bits, tag);
    if (slot === 0) slot = windows.add(bits, tag);
    else windows.touch(slot);
    const known = windows.renew(slot, { time: record.time, mark });
    const distinct = windows.around(slot, record.time, jail.findtime).records + (known ? 0 : 1);
    if (told ?? distinct >= spread.count) windows.remove(slot);
    else if (!known) windows.keep(slot, { time: record.time, mark }, spread.count - 1);
    return distinct;
  }

  /** The first `length` bits, until the next call. */
  #widened(bits: Bits, length: number): Bits {
    this.#wide.set(bits);
    maskBits(this.#wide, length);
    return this.#wide;
  }

  /** The tag that an address is counted under in a jail, and its masked bits in `#bits`. */
  #key(rules: Counted, address: Address, origin: Origin): number {
    const { length, tag } = measureOf(rules, address);
    readBits(address, this.#bits);
    maskBits(this.#bits, length);
    return isLimited(origin) ? withSender(tag, this.#senderId(origin.sender)) : tag;
  }

  #offence(
    jail: Jail,
    match: Match,
    { length, failures, matches }: { length: number; failures: number; matches: readonly Match[] },
  ): Offence {
    const { origin, time } = match.entry;
    const login =
      jail.forgive === "shorten" ? this.#logins.get(loginKey(jail.name, counted(jail, match.address))) : undefined;
    return {
      jail: jail.name,
      target: networkOf(match.address, length),
      address: match.address,
      time,
      failures,
      matches,
      limited: isLimited(origin),
      foreignClock: origin.kind === "journal" && origin.trust === "remote",
      loggedIn: login !== undefined && Math.abs(time - login) <= jail.findtime,
    };
  }

  #known(jail: Jail, address: Address, time: Instant): number {
    return Math.min(this.#priors(jail.name, counted(jail, address), instant(time)), 20);
  }

  #login(key: string, time: number): void {
    this.#logins.delete(key);
    this.#logins.set(key, time);
    if (this.#logins.size <= MAX_LOGINS) return;
    for (const oldest of this.#logins.keys()) {
      this.#logins.delete(oldest);
      break;
    }
  }

  #drop(slot: number): void {
    this.#memo.drop(slot);
    this.#sources.remove(slot);
  }

  #dropJail(id: number): void {
    for (const slot of this.#sources.slots()) if (this.#sources.tag(slot) >>> 21 === id) this.#drop(slot);
    for (const slot of this.#prefixes?.slots() ?? []) {
      if ((this.#prefixes?.tag(slot) ?? 0) >>> 21 === id) this.#prefixes?.remove(slot);
    }
  }

  #clear(): void {
    this.#sources.clear();
    this.#prefixes?.clear();
    this.#memo.clear();
    this.#logins.clear();
  }

  #newId(name: string): number {
    let id = this.#byId.indexOf(undefined);
    if (id < 0) id = this.#byId.length;
    if (id >= MAX_JAILS) throw new RangeError(`more than ${MAX_JAILS} jails`);
    this.#log.write({ op: "name", kind: "jail", id, name });
    return id;
  }

  #senderId(name: string): number {
    const known = this.#senders.get(name);
    if (known !== undefined) return known;
    // Senders are named in the configuration; should there ever be more, the last ones share a count.
    const id = Math.min(this.#senders.size + 1, MAX_SENDERS - 1);
    this.#senders.set(name, id);
    this.#log.write({ op: "name", kind: "sender", id, name });
    return id;
  }

  #spreadWindows(): Windows {
    this.#prefixes ??= this.#windows(true);
    return this.#prefixes;
  }

  #windows(wide: boolean): Windows {
    // One source may hold maxretry - 1 times: 65,534 at most.
    const links = Math.max(2 * this.#capacity, 16_384);
    return new Windows({ capacity: this.#capacity, links, wide, seed: this.#seed });
  }
}

function measure(jail: Jail, id: number, family: Family): Measure {
  const length = Math.min(jail.lengths[family], FULL[family]);
  const tag = makeTag({ jail: id, sender: 0, family, length });
  const spread = jail.spread[family];
  return spread !== undefined && spread.length < length ? { length, tag, spread } : { length, tag };
}

/** Not by the family's name as an index: for both families in turn that is many times as slow. */
function measureOf(rules: Counted, { family }: Address): Measure {
  return family === "ip" ? rules.ip : rules.ip6;
}

/** What this origin says counts apart from what others say. */
function isLimited(origin: Origin): origin is SyslogOrigin {
  return origin.kind === "syslog" && origin.trust !== "full";
}

/** As many as a record holds. */
function bounded(attempts: number): number {
  return Math.min(Math.max(1, attempts), 65_535);
}

interface Tag {
  readonly jail: number;
  readonly sender: number;
  readonly family: Family;
  readonly length: number;
}

function makeTag(of: Tag): number {
  return ((of.jail << 21) | (of.sender << 9) | (of.family === "ip" ? of.length : of.length + 128)) >>> 0;
}

/** The tag of a source that anybody tells of, on one sender's word alone. */
function withSender(tag: number, sender: number): number {
  return (tag | (sender << 9)) >>> 0;
}

/** The same source's wider prefix. */
function withLength(tag: number, length: number): number {
  return ((tag & ~511) | (isIp6(tag) ? length + 128 : length)) >>> 0;
}

function isIp6(tag: number): boolean {
  return (tag & 511) > FULL.ip;
}

function readTag(tag: number): Tag {
  const length = tag & 511;
  return {
    jail: tag >>> 21,
    sender: (tag >>> 9) & 4095,
    family: isIp6(tag) ? "ip6" : "ip",
    length: isIp6(tag) ? length - 128 : length,
  };
}

/** A name of 32 bits for a network, to tell it from its neighbours. */
function fingerprint(bits: Bits): number {
  let h = 0;
  for (const word of bits) {
    h = Math.imul(h ^ word, 0x9e3779b1);
    h ^= h >>> 15;
  }
  return h >>> 0;
}

function loginKey(jail: string, network: Network, sender?: string): string {
  const key = `${jail} ${network.text}/${network.length}`;
  return sender === undefined ? key : `${key} ${sender}`;
}
