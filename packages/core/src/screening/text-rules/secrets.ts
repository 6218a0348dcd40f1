import type { SecretMatch } from '../secret-scanner.ts'
import { entropy } from './opaque-data.ts'
import { blocksOf, lineAt, mostMatches, readingsOf, type Block } from './joined-text.ts'
import type { Line, TextMatch } from './text-rule.ts'

/** Keys that say themselves what they are. Prefixes as their issuers document them. */
const known: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g,
  /(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])/g,
  /(?<!\w)gh[oprsu]_[A-Za-z0-9]{30,}|(?<!\w)github_pat_\w{30,}/g,
  /(?<!\w)glpat-[\w-]{20,}/g,
  /(?<!\w)xox[abeoprs]-[\w-]{10,}/g,
  /(?<!\w)AIza[\w-]{35}/g,
  /(?<!\w)sk-(?:ant-|proj-)?[\w-]{32,}|(?<!\w)[rs]k_live_\w{20,}/g,
  /(?<!\w)npm_[A-Za-z0-9]{36}/g,
  /(?<!\w)eyJ[\w-]{10,1000}\.eyJ[\w-]{10,1000}\.[\w-]{10,}/g,
]

/** Keys that stand in their issuers' own documentation, and open nothing. Whole, and exactly these. */
const documented: ReadonlySet<string> = new Set([
  'AKIAIOSFODNN7EXAMPLE',
  'AKIAI44QH8DHBEXAMPLE',
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
])

/** A name that says that a secret follows, and the text that follows it. */
const named = /(?:secret|passw(?:or)?d|passwd|token|api_?-?key|access_?-?key|private_?-?key|credentials?)\w{0,20}["']?[ \t]{0,8}(?::[ \t]{0,8}\w{1,20}[ \t]{0,8})?(?:=|:|=>|,|\(|\{|(?<=[ \t]))\s{0,20}["'`]([^"'`\s]{12,200})["'`]/gi
const leastEntropy = 3.6
/** Of a private key in PEM. */
const longestKey = 20_000

/** Keys, tokens and passwords in the source, also when they are written in pieces. */
export function secrets(lines: readonly Line[]): readonly TextMatch[] {
  return blocksOf(lines).flatMap((block) => [...knownSecrets(block), ...namedSecrets(block)])
}

function knownSecrets(block: Block): readonly TextMatch[] {
  // With what could be the rest of a key near it, a key's first line is taken for one.
  const hasBody = readingsOf(block).some(({ text }) => /[A-Za-z0-9+/]{40}/.test(text))
  const found = readingsOf(block).flatMap(({ text, origin }) => known.flatMap((pattern) => {
    const all = [...text.matchAll(pattern)].filter((match) => !documented.has(match[0]) && (hasBody || !isAskedFor(text, match)))
    return all.slice(0, mostMatches + 1).map((match, index) => matchOf('adds-secret', lineAt(block, origin(match.index)), index < mostMatches ? wholeSecret(text, match) : null))
  }))
  return [...new Map(found.map((match) => [`${match.line} ${match.seen ?? ''}`, match])).values()]
}

/** Where the keys and tokens of a text stand that say themselves what they are; a private key to its end. For texts that are no source: what is printed. */
export function secretPlaces(text: string): readonly SecretMatch[] {
  return known.flatMap((pattern) => [...text.matchAll(pattern)].filter((match) => !documented.has(match[0])).map((match) => ({ kind: 'secret', start: match.index, end: match.index + (wholeSecret(text, match) ?? (match[0].startsWith('-----') ? text.slice(match.index, match.index + longestKey) : match[0])).length })))
}

/** A text that is looked for and not held: `t.startsWith('-----BEGIN PRIVATE KEY-----')`. */
function isAskedFor(text: string, { 0: found, index }: RegExpExecArray): boolean {
  if (!found.startsWith('-----BEGIN')) return false
  return /\b(?:startsWith|startswith|starts_with|includes|contains|indexOf|find)\s*\(\s*b?["'`]$/.test(text.slice(Math.max(0, index - 40), index)) && /^["'`]\s*\)/.test(text.slice(index + found.length, index + found.length + 10))
}

/** Names of things, put together from words, one of which says what they name: `myAppAuthTokenV2Storage`. */
function isIdentifier(value: string): boolean {
  return /^[a-z]{2,}(?:[A-Z][a-z]{2,}|[A-Z]?\d(?=[A-Z]|$))+$/.test(value) && /(?:Token|Key|Secret|Storage|Session|Cookie|Cache|Header)/.test(value) && value.replaceAll(/[^0-9]/g, '').length === 1
}

/** A key in PEM is all of it: that some key began there before says nothing of this one. Null, and so new, where its end is not to be seen. */
function wholeSecret(text: string, { 0: found, index }: RegExpExecArray): string | null {
  if (!found.startsWith('-----BEGIN')) return found
  const end = /-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/.exec(text.slice(index, index + longestKey))
  return end === null ? null : text.slice(index, index + end.index + end[0].length)
}

function namedSecrets(block: Block): readonly TextMatch[] {
  return [...block.text.matchAll(named)].slice(0, mostMatches + 1).flatMap((match, index) => {
    const value = match[1] ?? ''
    const isMixed = /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value)
    return isMixed && entropy(value) >= leastEntropy && !documented.has(value) && !isIdentifier(value) ? [matchOf('looks-like-secret', lineAt(block, match.index), index < mostMatches ? value : null)] : []
  })
}

const messages = { 'adds-secret': 'adds a key or a token', 'looks-like-secret': 'adds a text that looks like a secret, under a name that says so' } as const

function matchOf(rule: keyof typeof messages, line: number, seen: string | null): TextMatch {
  return { rule, line, message: messages[rule], weight: 'require-approval', risk: 0.8, consentLevel: 3, seen }
}
