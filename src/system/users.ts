import { readFileSync } from "node:fs";

/** User names of this machine and their numbers, from a passwd(5) file. Empty when it cannot be read. */
export function readUsers(file = "/etc/passwd"): ReadonlyMap<string, number> {
  const users = new Map<string, number>();
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // A machine without passwd knows no names; numbers still work.
  }
  for (const line of text.split("\n")) {
    const [name, , uid] = line.split(":");
    if (name && uid && /^\d{1,10}$/.test(uid)) users.set(name, Number(uid));
  }
  return users;
}
