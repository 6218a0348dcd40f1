const longest = 300

/** One printable line: it comes to stand in commit messages, on terminals, and in later prompts. */
export function rationaleSentence(text: string): string {
  const line = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  const end = /[.!?](?= |$)/.exec(line.slice(40))
  const first = end === null ? line : line.slice(0, 40 + end.index + 1)
  return first.length <= longest ? first || 'a change without an explanation' : `${first.slice(0, longest - 3).toWellFormed()}...`
}
