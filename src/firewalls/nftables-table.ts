import type { Network } from "../core/address.ts";
import type { Held, Scope } from "../core/ban.ts";
import { instant } from "../core/time.ts";
import type { Clock } from "../system/clock.ts";
import type { Layout } from "./firewall.ts";
import { type Answer, cannot, type NftProgram } from "./nftables-program.ts";
import {
  ALLOW_SETS,
  AWAKE,
  type Command,
  countRules,
  elementsOf,
  FLUSH_ALLOWED,
  isOlder,
  type Json,
  type Listed,
  layoutCommands,
  layoutSets,
  parseSetName,
  REMOVE,
  type RulesetOptions,
  readElements,
  restoreCommands,
  type SetKey,
  type Skeleton,
  setName,
  showsAllowed,
  skeletonOf,
  TABLE,
  timed,
  transaction,
  versionOf,
} from "./nftables-ruleset.ts";

/** So long after a layout, what we put in is known by heart, and adding is enough: a start with very many bans. */
const FRESH_MS = 60_000;
/** Fewer are written anew with every layout, without a look at what is there. */
const MANY_ALLOWED = 1000;

const NOTHING: Layout = { scopes: [], lengths: { ip: [], ip6: [] }, allow: [] };

export interface TableParts {
  readonly program: NftProgram;
  readonly clock: Clock;
  readonly options: RulesetOptions;
  /** Takes what the daemon is to look after. */
  readonly tell: (sentence: string) => void;
}

/** Our table as it is laid out: its sets, what they are known to hold, and how this nft lists it. One thing at a time. */
export class Table {
  readonly #program: NftProgram;
  readonly #clock: Clock;
  readonly #options: RulesetOptions;
  readonly #tell: (sentence: string) => void;
  #layout: Layout = NOTHING;
  #scopes: ReadonlyMap<string, Scope> = new Map();
  /** Sets that are laid out, by name. */
  #sets = new Map<string, SetKey>();
  /** What we put, or are about to put, into those that we made a moment ago: anything else is not in them. */
  readonly #fresh = new Map<string, Set<string>>();
  #freshUntil = 0;
  #layouts = 0;
  #prepared = false;
  /** What the laid out commands look like when this nft lists them: the measure of later checks. */
  #reference: { readonly commands: string; readonly fingerprint: string } | undefined;
  #tooOldToCount = false;
  #takesWithSet = false;

  constructor(parts: TableParts) {
    this.#program = parts.program;
    this.#clock = parts.clock;
    this.#options = parts.options;
    this.#tell = parts.tell;
  }

  get scopes(): ReadonlyMap<string, Scope> {
    return this.#scopes;
  }

  /** Layouts so far. */
  get layouts(): number {
    return this.#layouts;
  }

  /** Laid out, and not removed since. */
  get prepared(): boolean {
    return this.#prepared;
  }

  /** This nft cannot count packets of each element, though that is wanted. */
  get tooOldToCount(): boolean {
    return this.#tooOldToCount;
  }

  /** Whether elements may go in as part of their set; until the first layout nothing goes in. */
  get takesWithSet(): boolean {
    return this.#takesWithSet;
  }

  hasSet(key: SetKey): boolean {
    return this.#sets.has(setName(key));
  }

  /** All that can be in a set, to be added to by whoever puts more in; undefined where that is not known. */
  fresh(set: string): Set<string> | undefined {
    if (this.#clock.monotonic() > this.#freshUntil) this.#fresh.clear();
    return this.#fresh.get(set);
  }

  /** See Nftables.ruleset. */
  async ruleset(): Promise<readonly Listed[] | undefined> {
    const answer = await this.#program.list(["-t", "list", "ruleset"]);
    if (answer.kind === "done") return answer.listing;
    if (answer.failure === "garbled") return undefined;
    // There is always a ruleset, be it empty. To take a crash for one would be to forget every ban.
    throw cannot("list the ruleset", answer.said);
  }

  /** See Nftables.ours. */
  async ours(): Promise<readonly Listed[]> {
    const all = await this.ruleset();
    if (all !== undefined) return all;
    // Some table has flags. Where it is somebody else's, ours can still be listed; where it is ours, it is asleep.
    const ours = await this.#listOurs();
    if (ours.kind === "done") return ours.listing;
    if (ours.failure === "vanished") return [];
    await this.#program.change(transaction(AWAKE));
    const awake = await this.#listOurs();
    if (awake.kind === "failed") throw cannot("list table inet bailiff", awake.said);
    return awake.listing;
  }

  #listOurs(): Promise<Answer> {
    return this.#program.list(["-t", "list", "table", "inet", TABLE]);
  }

  /** Lays out `layout` and the sets of other lengths that its scopes have already: elements in them stay in force. */
  async layOut(
    layout: Layout,
    scopes: ReadonlyMap<string, Scope>,
    more: { readonly sets?: readonly SetKey[]; readonly keepAllowed?: boolean } = {},
  ): Promise<void> {
    const listing = await this.ours();
    const isOld = isOlder(versionOf(listing), [1, 0, 6]);
    this.#tooOldToCount = this.#options.elementCounters && isOld;
    this.#takesWithSet = !isOld;
    const before = skeletonOf(listing);
    const sets = new Map<string, SetKey>();
    for (const name of before.sets) {
      const key = parseSetName(name);
      if (key && scopes.has(key.scope)) sets.set(name, key);
    }
    for (const key of [...layoutSets(layout), ...this.#sets.values(), ...(more.sets ?? [])]) {
      if (scopes.has(key.scope)) sets.set(setName(key), key);
    }
    const inOrder = [...sets.values()].toSorted(
      (a, b) => order(a.scope, b.scope) || order(a.family, b.family) || b.length - a.length,
    );
    const plain = layoutCommands(layout, inOrder, { options: this.#options });
    const keepAllowed = before.present && (more.keepAllowed ?? (await this.#hasAllowed(layout.allow)));
    const commands = layoutCommands(layout, inOrder, { options: this.#options, before: before.things, keepAllowed });
    let answer = await this.#program.change(transaction(commands));
    if (answer.kind === "failed" && answer.failure === "overlaps") {
      // Before 0.9.8, nft compares new networks with those that the same transaction flushes. Whether this worked shows next.
      await this.#program.change(transaction(FLUSH_ALLOWED));
      answer = await this.#program.change(transaction(commands));
    }
    this.#layouts += 1;
    this.#fresh.clear();
    this.#freshUntil = this.#clock.monotonic() + FRESH_MS;
    if (answer.kind === "failed") await this.#layOutAfresh(plain, inOrder, answer);
    else for (const name of sets.keys()) if (!before.sets.includes(name)) this.#fresh.set(name, new Set());
    this.#layout = layout;
    this.#scopes = scopes;
    this.#sets = sets;
    this.#prepared = true;
    await this.#remember(plain);
  }

  /** Lays out anew what is laid out, and `sets` besides. */
  layOutAgain(sets: readonly SetKey[], more: { readonly keepAllowed?: boolean } = {}): Promise<void> {
    return this.layOut(this.#layout, this.#scopes, { sets, ...more });
  }

  /**
   * Whether they need not be written anew. Of many, that takes nft seconds, and tells all the world of each of them: so
   * much that the monitor loses some of it, which would be a reason to lay out once more.
   */
  async #hasAllowed(allow: readonly Network[]): Promise<boolean> {
    if (allow.length <= MANY_ALLOWED) return false;
    const listing: Listed[] = [];
    for (const name of ALLOW_SETS) {
      const answer = await this.#program.list(["list", "set", "inet", TABLE, name]);
      if (answer.kind === "failed") return false;
      listing.push(...answer.listing);
    }
    return showsAllowed(listing, allow);
  }

  /** What is there cannot become what is wanted (an older bailiff's, a damaged one): replaced in one go, bans included. */
  async #layOutAfresh(
    plain: readonly Command[],
    sets: readonly SetKey[],
    why: Answer & { kind: "failed" },
  ): Promise<void> {
    if (why.failure === "long") throw cannot("lay out table inet bailiff", why.said);
    const wanted = new Set(sets.map(setName));
    const elements = new Map<string, Json[]>();
    for (const { key, target, left } of elementsOf(await this.#listed())) {
      const name = setName(key);
      if (!wanted.has(name)) continue;
      const list = elements.get(name) ?? [];
      list.push(left === undefined ? target.text : timed(target.text, Math.max(1, left)));
      elements.set(name, list);
    }
    const all = await this.#program.change(transaction([...REMOVE, ...plain, ...restoreCommands(elements)]));
    if (all.kind === "done") return;
    // Too much for one transaction, or its elements are the trouble: the layout first, then the daemon puts back the rest.
    const bare = await this.#program.change(transaction([...REMOVE, ...plain]));
    if (bare.kind === "failed") throw cannot("lay out table inet bailiff", bare.said);
    this.#tell(`table inet ${TABLE} had to be laid out anew, without what it held: ${why.said}`);
  }

  /** Keeps how a layout is listed. It depends on the commands only, so the same commands need no second look. */
  async #remember(plain: readonly Command[]): Promise<void> {
    const commands = JSON.stringify(plain);
    if (this.#reference?.commands === commands) return;
    this.#reference = undefined;
    const skeleton = await this.#look();
    if (skeleton.rules !== countRules(plain)) {
      this.#tell(`table inet ${TABLE} was changed while it was laid out`);
      return;
    }
    this.#reference = { commands, fingerprint: skeleton.fingerprint };
  }

  async #look(): Promise<Skeleton> {
    return skeletonOf(await this.ours());
  }

  /** Our table, elements included; nothing when it is not there. */
  async #listed(): Promise<readonly Listed[]> {
    const answer = await this.#program.list(["list", "table", "inet", TABLE]);
    if (answer.kind === "done") return answer.listing;
    // nft 0.9 crashes where others say that there is no such table. Only when there is none nothing is held.
    if ((await this.#look()).present) throw cannot("list table inet bailiff", answer.said);
    return [];
  }

  /** Every ban in it. Anything else that somebody put into our sets is taken out. */
  async held(): Promise<Held[]> {
    // The kernel is asked first thing; of very many, putting it into words and reading them takes seconds.
    const now = this.#clock.now();
    const { held, odd } = readElements(await this.#listed());
    // What fails here was taken out or changed meanwhile, which is told, and looked at again.
    if (odd.length > 0) await this.#program.change(transaction(odd));
    return held.map(({ key, target, left }): Held => {
      const until = left === undefined ? {} : { until: instant(now + left * 1000) };
      return { scope: key.scope, target, ...until };
    });
  }

  /** Whether there was one to take out. */
  async remove(): Promise<boolean> {
    const { present } = await this.#look();
    const answer = await this.#program.change(transaction(REMOVE), { gone: true });
    // nft 0.9.3 lists what it saw before the change, so a second look decides.
    if (answer.kind === "failed" && (await this.#look()).present) {
      throw cannot("remove table inet bailiff", answer.said);
    }
    this.#layout = NOTHING;
    this.#scopes = new Map();
    this.#sets = new Map();
    this.#prepared = false;
    return present;
  }

  /** Why it is not what should be laid out; undefined when it is. */
  async fault(): Promise<string | undefined> {
    if (!this.#prepared || !this.#reference) return undefined;
    const { present, fingerprint } = await this.#look();
    if (!present) return `table inet ${TABLE} is gone`;
    return fingerprint === this.#reference.fingerprint ? undefined : `table inet ${TABLE} is not as it was laid out`;
  }
}

/** By code unit: localeCompare would load the tables of all languages. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
