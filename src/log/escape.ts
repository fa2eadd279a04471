/**
 * Control characters (Cc), and format characters (Cf): those that turn a line's order around, and those that are not seen,
 * so that one name looks like another. Line and paragraph separators likewise.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const PLAIN = /^[\x20-\x7e]*$/;

/** Such characters as \\xNN or \\u{NNNN}: no text from outside moves a terminal's cursor or fakes a line of ours. */
export function escapeControls(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNPRINTABLE, (mark) => {
    const code = mark.codePointAt(0) ?? 0;
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** A value as JSON on one line, in which the same characters are written as JSON writes control characters. */
export function printableJson(value: unknown): string {
  const text = JSON.stringify(value) ?? "null";
  if (PLAIN.test(text)) return text;
  return text.replace(UNPRINTABLE, (mark) =>
    Array.from({ length: mark.length }, (_, at) => `\\u${mark.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );
}
