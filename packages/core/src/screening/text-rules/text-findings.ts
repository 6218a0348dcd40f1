import { addedText, type ChangedFile, type ContentProblem } from '../changed-file.ts'
import type { WeighedFinding } from '../screening.ts'
import { dangerousStatements, isSql } from './dangerous-statements.ts'
import { encodingFindings } from './hidden-encoding.ts'
import { hiddenCharacters } from './hidden-characters.ts'
import { nativeSpelling } from './native-spelling.ts'
import { opaqueData } from './opaque-data.ts'
import { plainPasswords } from './plain-passwords.ts'
import { reviewerText, wordsOf } from './reviewer-text.ts'
import { secrets } from './secrets.ts'
import { bareSql, sqlFindings } from './sql-statements.ts'
import { suppressions } from './suppressions.ts'
import type { Line, TextMatch } from './text-rule.ts'

/** What the added lines hold whatever language they are in: text that hides, soothes or cannot be read. */
export function textFindings(files: readonly ChangedFile[]): readonly WeighedFinding[] {
  const old = new Seen(files)
  return files.flatMap((file) => {
    const lines = addedText(file)
    const matches = [...lines.flatMap((line) => [...hiddenCharacters(line), ...suppressions(line)]), ...opaqueData(lines), ...reviewerText(lines), ...secrets(withWholeKeys(file, lines)), ...(file.isProtected ? [] : [...plainPasswords(lines, file.path), ...dangerousStatements(isSql(file.path) ? bareLines(lines) : lines, file.path), ...nativeSpelling(lines, file.path)])]
    const added = matches.filter((match) => !old.take(match)).map((match) => findingOf(file, match))
    // Found in one reading, it is found in the others as well.
    return [...problemFindings(file), ...encodingFindings(file), ...(isSql(file.path) && !file.isProtected ? sqlFindings(file) : []), ...new Map(added.map((finding) => [`${finding.rule} ${finding.line} ${finding.message}`, finding])).values()]
  })
}

function bareLines(lines: readonly Line[]): readonly Line[] {
  // Most lines are nothing but a comment, or hold none.
  return lines.map(({ number, text }) => ({ number, text: /^[ \t]*(?:--|#)/.test(text) ? '' : /['\\/#$-]/.test(text) ? bareSql(text) : text }))
}

/** Texts looked up in the old versions; whoever adds more of them is not editing around old ones, and all further ones count as new. */
const textsLookedUp = 1_000

/** How often each text stood in the old versions of the files: what a change only moves is not new. */
class Seen {
  readonly #files: readonly ChangedFile[]
  readonly #left = new Map<string, number>()
  #texts: { readonly before: string; readonly kept: string } | null = null

  constructor(files: readonly ChangedFile[]) {
    this.#files = files
  }

  /** Whether one of the old places of this match is still unaccounted for; each accounts for one. */
  take({ rule, seen }: TextMatch): boolean {
    if (seen === null || seen === '' || (this.#left.size >= textsLookedUp && !this.#left.has(seen))) return false
    const left = this.#left.get(seen) ?? this.#count(seen, rule)
    this.#left.set(seen, left - 1)
    return left > 0
  }

  /** Places in the old texts, less those that still stand outside the added lines of the new ones. */
  #count(text: string, rule: string): number {
    this.#texts ??= { before: this.#files.map((file) => file.before ?? '').join('\n'), kept: this.#files.map(keptText).join('\n') }
    const { before, kept } = this.#texts
    if (rule === 'addresses-reviewer') return occurrences(wordsOf(before), text) - occurrences(wordsOf(kept), text)
    const whole = wholes.get(rule)
    return occurrences(before, text, whole) - occurrences(kept, text, whole)
  }
}

const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[^]{0,20000}?-----END /g

/** The added lines, and all of every private key that one of them belongs to: its first and last line are the same in each. */
function withWholeKeys({ after, addedLines }: ChangedFile, lines: readonly Line[]): readonly Line[] {
  if (after === null || lines.length === 0 || !after.includes('-----BEGIN ')) return lines
  const all = after.split('\n')
  const wanted = new Set(addedLines)
  let [line, at] = [1, 0]
  for (const { 0: { length }, index } of after.matchAll(privateKey)) {
    line += newlines(after.slice(at, index))
    at = index
    const own = Array.from({ length: newlines(after.slice(index, index + length)) + 1 }, (_, offset) => line + offset)
    if (own.some((number) => addedLines.has(number))) for (const number of own) wanted.add(number)
  }
  return [...wanted].toSorted((a, b) => a - b).map((number) => ({ number, text: all[number - 1] ?? '' }))
}

function newlines(text: string): number {
  return text.match(/\n/g)?.length ?? 0
}

function keptText({ after, addedLines }: ChangedFile): string {
  return (after ?? '').split('\n').filter((_, index) => !addedLines.has(index + 1)).join('\n')
}

/** What may follow a secret or a statement that is the same one, and not the beginning of a longer one. */
const wholes: ReadonlyMap<string, RegExp> = new Map([
  ...['adds-secret', 'looks-like-secret'].map((rule) => [rule, /(?![\w/+=-])/y] as const),
  ...['destroys-data', 'weakens-protection', 'runs-text'].map((rule) => [rule, /[ \t\r]*(?:\n|$)/y] as const),
])

function occurrences(text: string, part: string, end?: RegExp): number {
  let count = 0
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) if (end === undefined || endsAs(text, at + part.length, end)) count++
  return count
}

function endsAs(text: string, at: number, end: RegExp): boolean {
  end.lastIndex = at
  return end.test(text)
}

function findingOf({ path }: ChangedFile, { rule, line, message, weight, risk, consentLevel }: TextMatch): WeighedFinding {
  return { rule, file: path, line, message, weight, risk, consentLevel }
}

function problemFindings({ path, problem }: ChangedFile): readonly WeighedFinding[] {
  if (problem === null) return []
  return [{ rule: 'unreadable-content', file: path, line: null, message: problemText(problem), weight: 'require-approval', risk: 0.5, consentLevel: 2 }]
}

function problemText(problem: ContentProblem): string {
  switch (problem) {
    case 'binary':
      return 'its new content is no text: nothing can be said about it without running it'
    case 'wide-encoding':
      return 'its new content is in UTF-16 or UTF-32, which no rule reads'
    case 'too-large':
      return 'its new content is too large to be judged'
    case 'ambiguous-path':
      return 'its name is no valid text, so that its content cannot be told from that of another file'
  }
}
