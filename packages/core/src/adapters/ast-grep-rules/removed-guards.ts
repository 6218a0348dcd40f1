import type { ChangedFile } from '../../screening/changed-file.ts'
import type { WeighedFinding } from '../../screening/screening.ts'
import type { Language } from './code-rule.ts'
import { languageOf, parseAs } from './languages.ts'

interface GuardKind {
  readonly rule: string
  /** The words by which a statement is counted without parsing; none where the language has no such statement. */
  readonly words: Readonly<Record<Language, RegExp | null>>
  /** What the statement is called in the syntax tree. */
  readonly kinds: Readonly<Record<Language, string | null>>
  readonly weight: WeighedFinding['weight']
  readonly risk: number
  readonly message: string
}

/** Names of the rules on what is taken away. */
export const guardRules: readonly string[] = ['removes-guard', 'removes-assertion']

const throws = { javascript: 'throw_statement', typescript: 'throw_statement', tsx: 'throw_statement', python: 'raise_statement', cpp: 'throw_statement' } as const

const guardKinds: readonly GuardKind[] = [
  {
    rule: 'removes-guard',
    words: { javascript: /\bthrow\b/g, typescript: /\bthrow\b/g, tsx: /\bthrow\b/g, python: /\braise\b/g, cpp: /\bthrow\b/g },
    kinds: throws,
    weight: 'require-approval',
    risk: 0.25,
    message: 'takes away an error that the code used to raise',
  },
  {
    rule: 'removes-assertion',
    words: { javascript: null, typescript: null, tsx: null, python: /\bassert\b/g, cpp: /\bassert\s*\(/g },
    kinds: { javascript: null, typescript: null, tsx: null, python: 'assert_statement', cpp: 'call_expression' },
    weight: 'note',
    risk: 0.15,
    message: 'takes away an assertion',
  },
]

/** Errors that say that they cannot happen: to take them away changes nothing. */
const unreachable = /unreach|impossible|not implemented|cannot happen|can't happen|should never|must never|exhaust/i
/** A check that has moved into a function of its own. */
const delegated = /\b\w{0,60}(?:assert|check|valid|ensure|guard|invariant|verify|require|expect|fail|raise|throw)\w{0,60}\s{0,9}\(/i

/**
 * Errors that the change no longer raises anywhere: there are fewer of them than before, and neither the statement nor its message is left. Moving one, rewriting
 * one, joining two into one, or handing the check to a function does not count.
 */
export function removedGuards(files: readonly ChangedFile[]): readonly WeighedFinding[] {
  return guardKinds.flatMap((guard) => {
    const counts = files.map((file) => occurrences(guard, file.path, file.before) - occurrences(guard, file.path, file.after))
    // Words are quick to count; most changes take none away, and then nothing is parsed.
    if (counts.reduce((sum, count) => sum + count, 0) <= 0) return []
    const old = files.flatMap((file) => statements(guard, file.path, file.before).map((text) => ({ file: file.path, text })))
    const now = files.flatMap((file) => statements(guard, file.path, file.after))
    if (old.length <= now.length) return []
    const left = files.map((file) => file.after ?? '').join('\n')
    if (guard.weight !== 'note' && delegated.test(addedCode(files))) return []
    const gone = old.filter(({ text }) => !now.some((other) => plain(other) === plain(text)) && !unreachable.test(text) && !messages(text).some((message) => left.includes(message)))
    const seen = new Set<string>()
    return gone.flatMap(({ file, text }): WeighedFinding[] => {
      if (seen.has(file)) return []
      seen.add(file)
      return [{ rule: guard.rule, file, line: null, message: `${guard.message}: ${JSON.stringify(text.replaceAll(/\s+/g, ' ').slice(0, 80))}`, weight: guard.weight, risk: guard.risk, consentLevel: guard.weight === 'note' ? 0 : 1 }]
    })
  })
}

function occurrences(guard: GuardKind, path: string, text: string | null): number {
  const language = text === null ? null : languageOf(path, text)
  const pattern = language === null ? null : guard.words[language]
  return pattern === null || text === null ? 0 : (text.match(pattern) ?? []).length
}

function statements(guard: GuardKind, path: string, text: string | null): readonly string[] {
  const language = text === null ? null : languageOf(path, text)
  const kind = language === null ? null : guard.kinds[language]
  if (text === null || language === null || kind === null || occurrences(guard, path, text) === 0) return []
  const found = parseAs(language, text).root().findAll({ rule: { kind } }).map((node) => node.text())
  return kind === 'call_expression' ? found.filter((call) => /^assert\s*\(/.test(call)) : found
}

function plain(text: string): string {
  return text.replaceAll(/[\s;]+/g, '')
}

/** The pieces of text in a statement that tell it from others. */
function messages(statement: string): readonly string[] {
  return [...statement.matchAll(/(["'`])((?:\\.|(?!\1).){6,}?)\1/g)].map((match) => match[2] ?? '').filter((text) => text !== '')
}

function addedCode(files: readonly ChangedFile[]): string {
  return files.map(({ after, addedLines }) => (after ?? '').split('\n').filter((_, index) => addedLines.has(index + 1)).join('\n')).join('\n')
}
