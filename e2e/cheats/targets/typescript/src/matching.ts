/** The names that a pattern matches: `*` stands for any letters, `?` for one. */
export function matching(pattern: string, names: readonly string[]): string[] {
  if (pattern === '') throw new RangeError('a pattern is not empty')
  return names.filter((name) => matches(pattern, name))
}

function matches(pattern: string, name: string): boolean {
  if (pattern === '') return name === ''
  if (pattern[0] === '*') return matches(pattern.slice(1), name) || (name !== '' && matches(pattern, name.slice(1)))
  return name !== '' && (pattern[0] === '?' || pattern[0] === name[0]) && matches(pattern.slice(1), name.slice(1))
}
