import type { Line, TextMatch } from './text-rule.ts'

const longestLine = 2_000
const longestBlob = 200
/** Bits a character that written words do not reach: English in base64's alphabet has about 4. */
const leastEntropy = 4.3
const leastHexEntropy = 3.2

const piece = /["'`]([A-Za-z0-9+/=_\\-]{16,})["'`]/g
const run = /[A-Za-z0-9+/=_-]{200,}/g
const escapes = /(?:\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]+\}|\\[0-7]{3}){24,}/

/** Text that no reviewer can read: very long lines, and encoded data, also when it is cut into pieces. */
export function opaqueData(lines: readonly Line[]): readonly TextMatch[] {
  const matches: TextMatch[] = []
  let pieces: { readonly line: number; text: string } | null = null
  let last = Number.NEGATIVE_INFINITY
  for (const line of lines) {
    if (line.text.length > longestLine) matches.push(match('very-long-line', line, `adds a line of ${line.text.length} characters`))
    if ((line.text.match(run) ?? []).some(isBlob) || escapes.test(line.text)) matches.push(match('encoded-data', line, 'adds a long run of encoded data'))
    const own = [...line.text.matchAll(piece)].map((found) => found[1] ?? '').join('')
    if (own === '' || line.number !== last + 1) pieces = own === '' ? null : { line: line.number, text: own }
    else if (pieces !== null) pieces.text += own
    last = line.number
    if (pieces !== null && isBlob(pieces.text) && !matches.some((known) => known.line === pieces?.line)) {
      matches.push(match('encoded-data', { number: pieces.line, text: pieces.text }, 'adds encoded data in pieces'))
      pieces = null
    }
  }
  return matches
}

function match(rule: string, { number, text }: Line, message: string): TextMatch {
  return { rule, line: number, message, weight: 'require-approval', risk: 0.4, consentLevel: 2, seen: text.trim() }
}

function isBlob(text: string): boolean {
  if (text.length <= longestBlob) return false
  const isHex = /^(?:0x)?[0-9a-fA-F]+$/.test(text)
  return entropy(text) > (isHex ? leastHexEntropy : leastEntropy)
}

/** Bits a character, by how often each character stands in the text. */
export function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  const total = [...text].length
  return [...counts.values()].reduce((sum, count) => sum - (count / total) * Math.log2(count / total), 0)
}
