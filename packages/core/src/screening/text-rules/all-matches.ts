/** Every match of a global expression. `matchAll` makes a copy of the expression each time it is called, which takes longer than to see that a few lines hold nothing. */
export function allMatches(text: string, pattern: RegExp): readonly RegExpExecArray[] {
  return text.search(pattern) < 0 ? [] : [...text.matchAll(pattern)]
}
