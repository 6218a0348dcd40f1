/** A word for /bin/sh, quoted unless it is plainly harmless. Null for words that quotes cannot keep what they were (variables, control characters). */
export function shellWord(word: string): string | null {
  if (/[$`]/.test(word) || /[\p{Cc}\u2028\u2029]/u.test(word) || !word.isWellFormed()) return null
  return /^[\w./:@=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** Paths that can stand in a command and in a comment without quotes and without surprises. */
export function isPlainPath(path: string): boolean {
  return /^[\w@+][\w./@+-]*$/.test(path) && !path.split('/').includes('..')
}
