/** A name server for tests, on port 53 of the loopback of whatever namespace it runs in. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** Addresses; or what goes wrong. */
export type Reply = readonly string[] | "servfail" | "nxdomain";

export interface Records {
  readonly A: Reply;
  readonly AAAA: Reply;
}

const names = new Map<string, Records>();
const asked = new Map<string, number>();
const TTL = 1;
const A = 1;
const AAAA = 28;
/** As much as goes into a datagram; who wants more asks by TCP. */
const DATAGRAM = 512;

export async function serve(): Promise<void> {
  const udp = createSocket("udp4").on("message", (question, peer) => {
    const whole = answer(question);
    udp.send(whole.length > DATAGRAM ? answer(question, true) : whole, peer.port, peer.address);
  });
  udp.bind(53, "127.0.0.1");
  const tcp = createServer((socket) => {
    socket.on("error", () => undefined); // Whoever asked is gone.
    socket.on("data", (chunk) => {
      const whole = answer(chunk.subarray(2));
      const length = Buffer.alloc(2);
      length.writeUInt16BE(whole.length);
      socket.end(Buffer.concat([length, whole]));
    });
  }).listen(53, "127.0.0.1");
  await Promise.all([once(udp, "listening"), once(tcp, "listening")]);
}

export function put(name: string, records: Records): void {
  names.set(name, records);
}

/** How often a name was asked for, both kinds together. */
export function questions(name: string): number {
  return asked.get(name) ?? 0;
}

function answer(question: Buffer, cut = false): Buffer {
  let at = 12;
  const labels: string[] = [];
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  const type = question.readUInt16BE(at + 1);
  const name = labels.join(".").toLowerCase();
  asked.set(name, (asked.get(name) ?? 0) + 1);
  const known = names.get(name);
  const reply = type === A ? known?.A : type === AAAA ? known?.AAAA : [];
  const addresses = reply === undefined || typeof reply === "string" || cut ? [] : reply;
  const code = reply === "servfail" ? 2 : reply === undefined || reply === "nxdomain" ? 3 : 0;
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | (cut ? 0x0200 : 0) | code, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((text) => {
    const bytes = type === A ? Buffer.from(text.split(".").map(Number)) : ip6Bytes(text);
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(TTL, 6);
    record.writeUInt16BE(bytes.length, 10);
    return Buffer.concat([record, bytes]);
  });
  return Buffer.concat([head, question.subarray(12, at + 5), ...records]);
}

function ip6Bytes(text: string): Buffer {
  const [front = "", back = ""] = text.split("::");
  const hex = (part: string): string[] => part.split(":").filter((word) => word !== "");
  const zeros = Array<string>(8 - hex(front).length - hex(back).length).fill("0");
  const all = [...hex(front), ...zeros, ...hex(back)].map((word) => word.padStart(4, "0"));
  return Buffer.from(all.join(""), "hex");
}
