/** C0 and C1 controls, DEL, and the bidirectional controls that turn a line's order around. */
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/g;

/** Control characters as \\xNN or \\u{NNNN}: no text from outside moves a terminal's cursor or fakes a line of ours. */
export function escapeControls(text: string): string {
  return text.replace(UNPRINTABLE, (mark) => {
    const code = mark.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}
