import type { ChangedFile } from '../changed-file.ts'
import type { WeighedFinding } from '../screening.ts'

/** What is one though it looks like none: bodies between dollars, and texts that are executed. */
const runnable: readonly (readonly [RegExp, string])[] = [
  [/\$\w{0,30}\$/g, ' ; '],
  [/\b(?:execute|exec|immediate|sp_executesql|from|format)\s{0,20}\(?\s{0,20}[NE]?'((?:[^']|''){0,10000})'/gi, ' ; $1 ; '],
]
/** Dialects that need nothing between two statements: a line that begins with one begins it. */
const next = /;|\n(?=[ \t]{0,100}(?:drop|truncate|delete\s+from|update\s+\S{1,100}\s+set|alter\s+table|go)\b)/i
const lead = String.raw`(?:^|\b(?:begin|then|else|loop|do|as|is|analyze|verbose|go|end|commit|transaction|work|atomic)\s+)`
const longest = 20_000

interface Kind {
  readonly holds: (statement: string) => boolean
  readonly message: string
}

/** Looked for from every place on, since one that begins inside of another may end elsewhere: as far as it may go, and as near. */
const farDeletion = new RegExp(String.raw`(?=(${lead}(?:with\b[^]{0,2000}\)\s*)?delete\s+from\b))`, 'gi')
const nearDeletion = new RegExp(String.raw`(?=(${lead}(?:with\b[^]{0,2000}?\)\s*)??delete\s+from\b))`, 'gi')
const nearUpdate = new RegExp(String.raw`(?=(${lead}(?:with\b[^]{0,2000}?\)\s*)??update\b))`, 'gi')
const alteration = new RegExp(String.raw`${lead}alter\s+table\b`, 'i')
const alwaysHolds = /\bwhere\s+(?:not\s+)?\(?\s*(?:true|-?[1-9]\d*|(\w+|'')\s*(?:=|<=|>=|is|like)\s*\1|1\s*(?:<>|!=|<)\s*\d+)\s*\)?\s*(?:returning\b[^]*)?$/i
const dropsColumn = /\bdrop\s+(?!not\b|default\b|constraint\b|index\b|expression\b|identity\b)\w/i

/** Each word is looked for once: expressions that look for one behind every other take minutes for a statement of many. */
function ends(statement: string, pattern: RegExp): readonly number[] {
  return [...statement.matchAll(pattern)].map((match) => match.index + (match[1] ?? match[0]).length)
}

function endOfFirst(statement: string, pattern: RegExp): number | null {
  const match = pattern.exec(statement)
  return match === null ? null : match.index + match[0].length
}

/** -1 where there is none. */
function last(places: readonly number[]): number {
  return places.reduce((most, place) => Math.max(most, place), -1)
}

const lastWhere = (statement: string): number => last(ends(statement, /\bwhere\b/gi))

function deletesAll(statement: string): boolean {
  const deletion = last(ends(statement, farDeletion))
  return deletion >= 0 && deletion >= lastWhere(statement)
}

function deletesAlways(statement: string): boolean {
  const deletions = ends(statement, nearDeletion)
  return deletions.length > 0 && alwaysHolds.test(statement.slice(Math.min(...deletions)))
}

function updatesAll(statement: string): boolean {
  const set = last(ends(statement, /\bset\b/gi))
  return set >= lastWhere(statement) && ends(statement, nearUpdate).some((start) => start < set)
}

function dropsOne(statement: string): boolean {
  const start = endOfFirst(statement, alteration)
  return start !== null && dropsColumn.test(statement.slice(start))
}

const matching = (pattern: RegExp): Kind['holds'] => (statement) => pattern.test(statement)

const kinds: readonly Kind[] = [
  { holds: matching(new RegExp(String.raw`${lead}drop\s+(?!index\b|trigger\b|temporary\b|temp\b|function\b|procedure\b|policy\b|constraint\b)\w`, 'i')), message: 'drops what data lies in' },
  { holds: matching(new RegExp(String.raw`${lead}truncate\b`, 'i')), message: 'empties a table' },
  { holds: deletesAll, message: 'deletes every row' },
  { holds: deletesAlways, message: 'deletes every row: its condition always holds' },
  { holds: updatesAll, message: 'overwrites every row' },
  { holds: dropsOne, message: 'drops a column' },
  { holds: matching(/^grant\s+all\b[^]*\bto\s+(?:public|'?%|\S+@'?%)|^grant\b[^]*\bto\s+public\b|^alter\s+(?:user|role)\b[^]*\bsuperuser\b/i), message: 'gives everybody, or somebody, every right' },
]

/** Statements of a file of SQL that destroy data and that the old version did not hold; read as a whole, since taking a line away can be what makes one. */
export function sqlFindings({ path, before, after }: ChangedFile): readonly WeighedFinding[] {
  if (after === null) return []
  const old = new Map<string, number>()
  for (const { text } of before === null ? [] : statementsOf(before)) old.set(text, (old.get(text) ?? 0) + 1)
  return statementsOf(after).flatMap(({ text, line }) => {
    const left = old.get(text) ?? 0
    old.set(text, left - 1)
    const kind = left > 0 ? undefined : kinds.find(({ holds }) => holds(text))
    return kind === undefined ? [] : [{ rule: 'destroys-data', file: path, line, message: `${kind.message}: ${JSON.stringify(text.slice(0, 80))}`, weight: 'require-approval', risk: 0.7, consentLevel: 3 } as const]
  }).slice(0, 50)
}

/** A text of SQL without comments and without what its texts hold; every line end stays where it is. One pass, whatever is left open. */
export function bareSql(text: string): string {
  const open = runnable.reduce((all, [pattern, instead]) => all.replaceAll(pattern, instead), text)
  const kept: string[] = []
  let at = 0
  for (const { index } of open.matchAll(/--|\/\*|'|(?<=(?:^|\n)[ \t]{0,100})[#\\]/g)) {
    if (index < at) continue
    kept.push(open.slice(at, index))
    const end = endOf(open, index)
    // MySQL runs what stands in such a comment.
    const run = /^\/\*M?!\d{0,6}/.exec(open.slice(index, index + 12))
    kept.push(run === null ? `${open[index] === '\'' ? '\'\'' : ' '}${open.slice(index, end).replaceAll(/[^\n]/g, '')}` : ` ${open.slice(index + run[0].length, Math.max(index + run[0].length, end - 2))} `)
    at = end
  }
  return [...kept, open.slice(at)].join('')
}

/** Where what begins here is over: a comment, or a text in which a doubled quote is a quote. */
function endOf(text: string, start: number): number {
  const until = (mark: string, from: number): number => {
    const at = text.indexOf(mark, from)
    return at < 0 ? text.length : at + mark.length
  }
  if (text[start] === '/') return until('*/', start + 2)
  if (text[start] !== '\'') return Math.max(start, until('\n', start) - 1)
  let end = until('\'', start + 1)
  while (text[end] === '\'') end = until('\'', end + 1)
  return end
}

function statementsOf(text: string): readonly { readonly text: string; readonly line: number }[] {
  const bare = bareSql(text)
  const statements: { text: string; line: number }[] = []
  let [line, at] = [1, 0]
  for (const part of bare.split(next)) {
    const start = part.length - part.trimStart().length
    const own = part.trimStart().slice(0, longest).replaceAll(/\s+/g, ' ').trim()
    if (own !== '') statements.push({ text: own, line: line + newlines(part.slice(0, start)) })
    line += newlines(part)
    if (bare[at + part.length] === '\n') line++
    at += part.length + 1
  }
  return statements
}

function newlines(text: string): number {
  return text.split('\n').length - 1
}
