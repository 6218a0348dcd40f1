import { allMatches } from './all-matches.ts'
import { harmfulStatements, type HarmfulStatement } from './harmful-statements.ts'
import { blocksOf, lineAt, mostMatches, readingsOf, type Block } from './joined-text.ts'
import type { Line, TextMatch } from './text-rule.ts'

/** Read by people and by nothing else. */
const documents = /\.(?:md|markdown|rst|adoc)$/i
const sqlFiles = /\.(?:sql|ddl|psql|pgsql|mysql)$/i
/** What ends a statement that drops something, or begins the next one. */
const statementEnd = /^\s*(?:;|["'`),+]|--|\/\*|#|(?:cascade|restrict|purge|on|where|go|select|insert|delete|update|drop|create|alter|truncate|commit|exec|set)\b)/i

/** Nobody writes one of these in pieces but to keep it from being found. */
const words = /["'`](constructor|__proto__|prototype|eval|Function|child_process|node:child_process|execSync|spawnSync|globalThis|process|require|import|__import__|subprocess|system|popen|exec|execve|__builtins__|builtins|__subclasses__|__globals__|environ|dlopen|fork|socket)(?=["'`])/g

/** Statements that do harm, and words that were taken apart: as texts, in whatever language they stand. */
export function dangerousStatements(lines: readonly Line[], path: string): readonly TextMatch[] {
  const place = { isDocument: documents.test(path), isSql: isSql(path) }
  return blocksOf(lines).flatMap((block) => {
    const readings = readingsOf(block)
    return [...stated(block, readings, place), ...wordsInPieces(block, readings)]
  })
}

/** Whether a file holds statements of SQL and nothing else. */
export function isSql(path: string): boolean {
  return sqlFiles.test(path)
}

interface Place {
  readonly isDocument: boolean
  readonly isSql: boolean
}

type Readings = ReturnType<typeof readingsOf>

function stated(block: Block, readings: Readings, place: Place): readonly TextMatch[] {
  const found = readings.flatMap(({ text, origin }) => harmfulStatements.flatMap(({ rule, pattern, message }) =>
    allMatches(text, pattern).filter((match) => !isTalk(rule, { text, match, place })).slice(0, mostMatches + 1).map((match, index) => matchOf({ rule, message, line: lineAt(block, origin(match.index)), seen: index < mostMatches ? wholeStatement(text, match) : null }))))
  return [...new Map(found.map((match) => [`${match.rule} ${match.line} ${match.seen ?? ''}`, match])).values()]
}

/** What only speaks of a harmful statement: documentation that warns of it, prose with the words of one, a parameter that may switch off a check. */
function isTalk(rule: HarmfulStatement['rule'], { text, match: { 0: found, index }, place }: { readonly text: string; readonly match: RegExpExecArray; readonly place: Place }): boolean {
  if (place.isDocument && (rule === 'weakens-protection' || rule === 'destroys-data')) return true
  const before = text.slice(Math.max(0, index - 500), index)
  if (/^verify\s*=/.test(found)) return /\bdef\s+\w+\s*\([^()]*$/.test(before)
  if (place.isSql || !/^drop\s/i.test(found) || /\bif\s+exists\b/i.test(found)) return false
  // Nobody speaks of dropping a table right behind a quote, or behind another statement.
  if (/["'`;(]\s*$/.test(before)) return false
  const after = text.slice(index + found.length, index + found.length + 100)
  if (statementEnd.test(after) || /["'`[$%{]/.test(found)) return false
  // Alone on its line, or in the capitals in which statements are written.
  return !(/^[ \t\r]*(?:\n|$)/.test(after) && (/(?:^|\n)[ \t]*$/.test(before) || /^DROP\s/.test(found)))
}

/** To the end of its line: what a statement destroys may stand after the word that gave it away. */
function wholeStatement(text: string, { 0: found, index }: RegExpExecArray): string {
  const end = text.indexOf('\n', index + found.length)
  return text.slice(index, end < 0 ? text.length : end).trim()
}

function wordsInPieces(block: Block, readings: Readings): readonly TextMatch[] {
  return readings.filter(({ isJoined }) => isJoined).flatMap(({ text, origin }) =>
    allMatches(text, words)
      .map((match) => ({ word: match[1] ?? '', at: origin(match.index), end: origin(match.index + match[0].length - 1) }))
      // Longer where it came from than it is: something was put together.
      .filter(({ word, at, end }) => end - at > word.length + 1)
      .slice(0, mostMatches)
      .map(({ word, at }) => matchOf({ rule: 'word-in-pieces', message: `writes ${JSON.stringify(word)} in pieces`, line: lineAt(block, at), seen: null })))
}

function matchOf({ rule, message, line, seen }: { readonly rule: HarmfulStatement['rule'] | 'word-in-pieces'; readonly message: string; readonly line: number; readonly seen: string | null }): TextMatch {
  return { rule, line, message, weight: 'require-approval', risk: 0.7, consentLevel: 3, seen }
}
