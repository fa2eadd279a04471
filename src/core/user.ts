/** A name taken apart: "CORP\bob", "bob@corp.example.org" or "bob". */
interface Name {
  readonly kind: "bare" | "nt" | "mail";
  readonly name: string;
  readonly domain: string;
}

/**
 * Whether who tried to log in as `tried` may be who then did as `entered`: for what is taken back of a session, in which
 * the peer chooses every name that it tries. Two lines of one login write its user differently where a directory puts
 * its own form in place of what was typed (winbind: CORP\bob or, with a default domain, bob; nslcd: the entry's own uid,
 * case and all), and where sshd makes a text printable that PAM logs as it is.
 *
 * What this may cost: who can make accounts as he likes must not make one that passes for somebody else's.
 * - Case says nothing: directories do not look at it, and no useradd makes twins of that kind unasked.
 * - Two domains written the same way must be one: bob@a.example.org is not bob@b.example.org.
 * - A directory shortens and rewrites what was typed, but gives nobody a mail domain: who tried `alice` and came in as
 *   alice@his-own-domain.example.org is not she. Whoever has a mail domain names in it whom he likes; in an NT domain, or
 *   on the machine, only its administrator does.
 * - A name with several such marks is read differently by each directory: it equals itself.
 */
export function isSameUser(tried: string, entered: string): boolean {
  if (tried === entered) return true;
  const goals = readings(entered);
  return readings(tried).some((reading) => goals.some((goal) => agrees(reading, goal)));
}

function agrees(tried: Name, entered: Name): boolean {
  if (tried.name !== entered.name) return false;
  if (tried.kind === entered.kind) return tried.domain === entered.domain;
  return entered.kind !== "mail";
}

/** The text as it stands and, where it may be vis(3)'s work, what it was made of. */
function readings(text: string): readonly Name[] {
  const plain = parse(text);
  const printed = text.includes("\\") ? unprinted(text) : text;
  return printed === text ? [plain] : [plain, parse(printed)];
}

function parse(text: string): Name {
  const folded = unquoted(text).toLowerCase();
  const whole: Name = { kind: "bare", name: folded, domain: "" };
  const [first = "", second, third] = folded.split(/[\\@]/);
  // A name that is none leaves nothing to compare.
  if (second === undefined || third !== undefined || first === "" || second === "") return whole;
  return folded[first.length] === "@"
    ? { kind: "mail", name: first, domain: second }
    : { kind: "nt", name: second, domain: first };
}

/** One pair of quotation marks around all of it. */
function unquoted(text: string): string {
  return /^(?:".+"|'.+'|`.+')$/s.test(text) ? text.slice(1, -1) : text;
}

/** sshd doubles backslashes, and writes the bytes of letters beyond ASCII in octal: "m\303\274ller". */
function unprinted(text: string): string {
  return text.replace(/(?:\\[23][0-7]{2})+|\\\\/g, (found) => (found === "\\\\" ? "\\" : letters(found)));
}

function letters(octal: string): string {
  try {
    return decodeURIComponent(
      octal.replace(/\\(\d{3})/g, (_, digits: string) => `%${parseInt(digits, 8).toString(16)}`),
    );
  } catch {
    // No letters after all: CORP\234567 is somebody with a number for a name.
    return octal;
  }
}
