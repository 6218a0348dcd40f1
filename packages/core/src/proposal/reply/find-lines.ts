/** Lines with their ends, so that joining gives the text back. */
export function splitLines(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

/**
 * Every place (index of its first line, at most `most`) where `wanted` lies in `lines`, compared without blanks at their ends and, with `loose`, at their beginnings. Knuth, Morris and Pratt: in time proportional to both lengths,
 * whatever a reply holds.
 */
export function findLines(lines: readonly string[], wanted: readonly string[], { loose, most = 2 }: { readonly loose: boolean; readonly most?: number }): readonly number[] {
  if (wanted.length === 0 || wanted.length > lines.length) return []
  const same = (line: string): string => (loose ? line.trim() : line.trimEnd())
  const pattern = wanted.map(same)
  const fallback = fallbackOf(pattern)
  const found: number[] = []
  let matched = 0
  for (let at = 0; at < lines.length && found.length < most; at++) {
    const line = same(lines[at] ?? '')
    while (matched > 0 && pattern[matched] !== line) matched = fallback[matched - 1] ?? 0
    if (pattern[matched] === line) matched += 1
    if (matched < pattern.length) continue
    found.push(at - matched + 1)
    matched = fallback[matched - 1] ?? 0
  }
  return found
}

function fallbackOf(pattern: readonly string[]): readonly number[] {
  const fallback = [0]
  let matched = 0
  for (let at = 1; at < pattern.length; at++) {
    while (matched > 0 && pattern[at] !== pattern[matched]) matched = fallback[matched - 1] ?? 0
    if (pattern[at] === pattern[matched]) matched += 1
    fallback.push(matched)
  }
  return fallback
}
