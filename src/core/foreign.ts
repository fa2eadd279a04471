/**
 * What patterns written for fail2ban hold that means something else here, or nothing: taken as it stands, most of it would
 * be plain text that no log line has, and the pattern would never match.
 */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [
    /%\([\w/]+\)s/,
    "messages of the journal and of syslog have no prefix: begin with ^ and the message; a variable of your own is %{name}",
  ],
  [/<F-NOFAIL>/, 'a line that only helps is a pattern of "helperregex"'],
  [/<F-MLFGAINED>/, 'a line that tells of a login is a pattern of "successregex"'],
  [/<F-MLFFORGET>/, 'a line that ends a session is a pattern of "forgetregex"'],
  [/<F-(?:MLFID|CONTENT)>/, 'write (?<session>…), with "session": { "key": "captured" } in the filter'],
  [/<F-ID>|<(?:IP4|IP6|CIDR|SUBNET|DNS)>/, "write <ADDR> for an address, or <HOST> where a name may stand"],
  [/<\/?F-[A-Z_]+\d*>/, "write (?<user>…) for the user's name, and leave out what else is named"],
  [/<SKIPLINES>/, "a pattern sees one entry, all its lines at once; lines of one session are tied by `session`"],
  [/<known\/\w+>/, "patterns are added to the filter's own, which stay"],
  [/(?<!\\)\(\?P[<=>]/, "write (?<name>…) for a named group"],
  [/(?<!\\)\(\?[aiLmsux]+\)/, "flags are not known: write both cases, [Ff]ailed"],
  [/(?<!\\)\(\?\(\w+\)/, "write two patterns, one for each case"],
  [/(?<!\\)(?:\\\\)*\\[AZ]/, "write ^ and $"],
];

/** What of fail2ban's the pattern holds, and what to write in its place; undefined when nothing. */
export function foreignTo(pattern: string): { readonly text: string; readonly instead: string } | undefined {
  for (const [construct, instead] of FOREIGN) {
    const text = construct.exec(pattern)?.[0];
    if (text !== undefined) return { text, instead };
  }
  return undefined;
}
