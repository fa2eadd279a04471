import { type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { Ban } from "../core/ban.ts";
import { FOREVER, type Instant, instant } from "../core/time.ts";
import { BailiffError } from "../errors.ts";
import { lockState } from "../store/lock.ts";
import { SqliteStore } from "../store/sqlite.ts";
import type { Clock } from "../system/clock.ts";
import { teardown } from "./teardown.ts";

/**
 * Lifts all bans where no agent runs, for whoever is locked out: in the state first, so that the next agent does not bring
 * them back, then in the kernel. Gives those that stood. @throws BailiffError ALREADY_RUNNING, FIREWALL_REFUSED, and what
 * is wrong with the state, when the kernel holds no ban any more.
 */
export async function liftAll(directory: string, clock: Clock): Promise<readonly Ban[]> {
  const file = join(directory, "bailiff.sqlite");
  // The folder's, which its owner cannot replace; a link in it may lead to anybody's file.
  const owner = found(directory);
  if (owner === undefined || asOwner(owner, () => found(file)) === undefined) {
    await teardown(clock);
    return [];
  }
  const lock = asOwner(owner, () => lockState(directory));
  try {
    return asOwner(owner, () => liftIn(file, clock.now()));
  } finally {
    await teardown(clock);
    lock?.release();
  }
}

/** Undefined where there is none. */
function found(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A file in the place of its folder, or a link without end: no agent can have written anything there.
    return undefined;
  }
}

function liftIn(file: string, now: Instant): readonly Ban[] {
  const store = new SqliteStore({ file, now, purgeAge: FOREVER });
  const standing = store.activeBans(now);
  // Those that are over too: should the clock turn out to have been ahead, they would stand again.
  const unbans = store.activeBans(instant(0)).map(({ jail, target }) => ({ jail, target, forget: true }));
  const written = store.save({ at: now, unbans });
  const [why = "it cannot be written"] = store.troubles();
  store.close();
  if (written) return standing;
  throw new BailiffError("STORE_BROKEN", `bans are out of the kernel, and will be back with the next agent: ${why}`, {
    hint: `mend that, or move ${file} away`,
  });
}

/** Does it as whom the state belongs to: a file that root made there would be closed to the agent. */
function asOwner<T>({ uid, gid }: { readonly uid: number; readonly gid: number }, work: () => T): T {
  if (process.geteuid?.() !== 0 || uid === 0) return work();
  const group = process.getegid?.() ?? 0;
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(group);
  }
}
