import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

const SIGNATURE = "LPKSHHRH";
/** See "Journal File Format" of systemd, as the offsets below. */
const HEADER_BYTES = 200;

/** What a journal file says of itself. */
export interface Header {
  readonly inode: string;
  /** Of the boot that wrote to it last, as cursors have it. */
  readonly boot: string;
  /** Its newest entry, in microseconds since the epoch by the clock of who wrote it. */
  readonly newest: number;
}

/**
 * Undefined for a file that is none, or cut off. In a directory journalctl passes over such files; of those that are named
 * to it, one is enough to make it give up.
 */
export async function readHeader(path: string): Promise<Header | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    // Gone since it was listed, or not to be read: journalctl could not either.
    return undefined;
  }
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const [{ bytesRead }, { ino, size }] = [await file.read(header, 0, HEADER_BYTES, 0), await file.stat()];
    if (bytesRead < HEADER_BYTES || header.toString("latin1", 0, SIGNATURE.length) !== SIGNATURE) return undefined;
    const needed = header.readBigUInt64LE(88) + header.readBigUInt64LE(96);
    if (needed > BigInt(size)) return undefined;
    return {
      inode: String(ino),
      boot: header.toString("hex", 56, 72),
      newest: Number(header.readBigUInt64LE(192)),
    };
  } finally {
    await file.close();
  }
}
