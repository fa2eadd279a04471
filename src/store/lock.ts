import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BailiffError } from "../errors.ts";

/** Held by an agent for as long as it runs, however it ends. */
export interface Lock {
  release(): void;
}

const BUSY = 5;

/**
 * Keeps a second agent away from the state: each would undo in the kernel what the other did, and count on what the other
 * wrote. By the kernel's lock on a file, which SQLite knows how to take and Node.js does not. Undefined where the directory
 * cannot be written, for then nobody writes there. @throws BailiffError ALREADY_RUNNING
 */
export function lockState(directory: string): Lock | undefined {
  const file = join(directory, "lock");
  try {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    closeSync(openSync(file, "a", 0o600));
    const database = new DatabaseSync(file, { timeout: 1000 });
    try {
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      throw error;
    }
    return { release: () => database.close() };
  } catch (error) {
    if (error instanceof Error && "errcode" in error && Number(error.errcode) % 256 === BUSY) {
      throw new BailiffError("ALREADY_RUNNING", `another bailiff is running: it has the state in ${directory}`, {
        hint: "use it (`bailiff status`), or stop it first (`systemctl stop bailiff`); else set state.directory",
      });
    }
    // Read-only, full, or no directory at all: the store says so.
    return undefined;
  }
}
