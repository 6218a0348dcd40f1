/** Names and keywords of a text, wherever they stand: in code, strings and comments alike. */
export function wordsIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/[A-Za-z_$][\w$]*/g))
}
