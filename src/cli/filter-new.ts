import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BailiffError } from "../errors.ts";
import type { Output } from "./print.ts";

/** `bailiff filter new NAME`: a filter to fill in, with a file of sample lines beside it. */
export function newFilter(name: string, folder: string, out: Output): void {
  if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(name)) {
    throw new BailiffError("USAGE", `${JSON.stringify(name)} is not a valid name`, {
      hint: "use lower-case letters, digits, - and _, 40 characters at the most",
    });
  }
  const [filter, samples] = [join(folder, `${name}.json`), join(folder, `${name}.log`)];
  for (const path of [filter, samples]) {
    if (existsSync(path))
      throw new BailiffError("INPUT_INVALID", `${path} is there already`, { hint: "choose another name, or edit it" });
  }
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(filter, skeleton(name), { flag: "wx" });
    writeFileSync(samples, sample(name), { flag: "wx" });
  } catch (cause) {
    throw new BailiffError("FILE_UNREADABLE", `cannot write to ${folder}: ${(cause as NodeJS.ErrnoException).code}`, {
      cause,
      hint: "be root, or give another folder with --filters",
    });
  }
  out.line(`Wrote ${filter} and ${samples}.`);
  out.line(`Edit them, then try:  bailiff filter test ${name} ${samples} --filters ${folder} --explain`);
  out.line(`and enable it with    "jails": { "${name}": {} }`);
}

function skeleton(name: string): string {
  return `// A filter of your own. bailiff-filter(5) describes every option; \`bailiff filter show sshd\` shows a large one.
{
  "description": "${name}: failed logins",

  // The tag of the service's lines: SYSLOG_IDENTIFIER in \`journalctl -o json\`.
  "identifiers": ["${name}"],

  // Whose lines are believed: _SYSTEMD_UNIT and _UID of genuine lines in \`journalctl -o json\`.
  "units": ["${name}.service"],
  "uids": [0],

  // What a ban closes, unless the jail says otherwise. Without it: all ports.
  "ports": ["http", "https"],

  // Whole messages, from ^ to $. <HOST> is the address; text that the peer chooses goes before it, never on both sides.
  "failregex": [
    "^login failed for user (?<user>.*) from <HOST>$"
  ],

  // A failure that matches one of these is none.
  "ignoreregex": [
    "for user monitoring from "
  ]
}
`;
}

function sample(name: string): string {
  return `login failed for user alice from 192.0.2.7
login failed for user bob from 2001:db8::7
login failed for user monitoring from 192.0.2.8
${name} started
`;
}
