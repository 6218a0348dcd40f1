import type { TestOutcome } from '../evaluation.ts'
import { CaseList, type ReportCases } from '../report-cases.ts'
import { reportLines } from './report-lines.ts'

/** A line of more characters is no result line; patterns never see it. */
const lineLimit = 4_000

type Word = 'PASSED' | 'FAILED' | 'ERROR' | 'SKIPPED' | 'XFAIL' | 'XPASS'

const words: readonly Word[] = ['PASSED', 'FAILED', 'ERROR', 'SKIPPED', 'XFAIL', 'XPASS']

/** How pytest's closing line counts each word. */
const countedAs: Readonly<Record<Word, string>> = {
  PASSED: 'passed',
  FAILED: 'failed',
  ERROR: 'error',
  SKIPPED: 'skipped',
  XFAIL: 'xfailed',
  XPASS: 'xpassed',
}

interface Result {
  readonly name: string
  readonly word: Word
  readonly times: number
}

/** The parts of pytest's output that name tests, and its closing line. */
interface Output {
  /** `-v`: one line per test while it runs. */
  readonly verbose: readonly Result[]
  /** `-rA`: the short summary at the end. */
  readonly summary: readonly Result[]
  readonly totals: ReadonlyMap<string, number> | null
}

/**
 * Plain output of `pytest -v` or `pytest -rA`. The closing line must be there, and its counts must fit the tests that were named:
 * that is what tells a result from something a test printed, and a whole run from one that was cut short.
 */
export function parsePytest(text: string): ReportCases {
  const { verbose, summary, totals } = readOutput(text)
  if (totals === null) return verbose.length + summary.length === 0 && !text.includes('test session starts') ? 'missing' : 'malformed'
  const named = verbose.length > 0 ? verbose : summary
  const list = new CaseList()
  for (const { name, word, times } of named) {
    for (let copy = 0; copy < times; copy++) list.add('', name, outcomeOf(word))
  }
  return addUnnamed(named, totals, list) ? list.finish() : 'malformed'
}

/** Modules that fail or are skipped while they are collected are counted but have no line of their own. False when the counts do not fit. */
function addUnnamed(named: readonly Result[], totals: ReadonlyMap<string, number>, list: CaseList): boolean {
  for (const word of words) {
    const counted = totals.get(countedAs[word]) ?? 0
    const seen = named.reduce((sum, result) => sum + (result.word === word ? result.times : 0), 0)
    const unnamed = counted - seen
    const mayBeUnnamed = word === 'ERROR' || word === 'SKIPPED'
    if (unnamed < 0 || (unnamed > 0 && !mayBeUnnamed) || unnamed > 10_000) return false
    for (let copy = 0; copy < unnamed; copy++) list.add('', `(${countedAs[word]} while collecting)`, outcomeOf(word))
  }
  return true
}

function readOutput(text: string): Output {
  const verbose: Result[] = []
  let summary: Result[] = []
  let totals: ReadonlyMap<string, number> | null = null
  let section: 'run' | 'summary' | 'other' = 'run'
  for (const whole of reportLines(text)) {
    const line = whole.length > lineLimit ? '' : whole.trimEnd()
    const title = /^=+ (.*?) =+$/.exec(line)?.[1]
    totals = totalsOf(title ?? line) ?? totals
    if (title === 'short test summary info') {
      // The real one is the last: whatever a test printed stands before it.
      section = 'summary'
      summary = []
    } else if (title !== undefined) section = title === 'test session starts' ? 'run' : 'other'
    else if (section === 'run') verbose.push(...verboseResult(line))
    else if (section === 'summary') summary.push(...summaryResult(line))
  }
  return { verbose, summary, totals }
}

/** `3 passed, 1 skipped in 0.12s`; null for any other text. */
function totalsOf(title: string): ReadonlyMap<string, number> | null {
  const end = title.lastIndexOf(' in ')
  if (end === -1 || !/^[\d.]+s(?: \([\d:, a-z]+\))?$/.test(title.slice(end + 4))) return null
  const totals = new Map<string, number>()
  if (title.slice(0, end) === 'no tests ran') return totals
  for (const part of title.slice(0, end).split(', ')) {
    const count = /^(\d{1,7}) ([a-z][a-z ]*)$/.exec(part)
    if (count === null) return null
    const word = count[2] ?? ''
    totals.set(word === 'errors' ? 'error' : word, Number(count[1]))
  }
  return totals
}

/** `path::test PASSED   [ 12%]`, or with xdist `[gw0] [ 12%] PASSED path::test`. */
function verboseResult(line: string): readonly Result[] {
  const worker = /^\[gw\d+\] \[ *\d+%\] ([A-Z]+) (\S.*)$/.exec(line)
  if (worker !== null) return result(worker[2] ?? '', worker[1] ?? '')
  const separator = line.indexOf('::')
  if (separator <= 0 || /^\s/.test(line)) return []
  const rest = line.replace(/\s+\[ *\d+%\]$/, '')
  const ending = words.find((word) => rest.endsWith(` ${word}`))
  if (ending !== undefined) return result(rest.slice(0, -ending.length - 1), ending)
  // Only these give a reason, in brackets.
  const reasoned = rest.endsWith(')') ? words.map((word) => rest.indexOf(` ${word} (`, separator)).filter((at) => at !== -1) : []
  if (reasoned.length === 0) return []
  const at = Math.min(...reasoned)
  return result(rest.slice(0, at), rest.slice(at + 1, rest.indexOf(' (', at + 1)))
}

/** `PASSED path::test`, `FAILED path::test - reason`, `SKIPPED [2] path:4: reason`. */
function summaryResult(line: string): readonly Result[] {
  const word = words.find((known) => line.startsWith(`${known} `))
  if (word === undefined) return []
  const rest = line.slice(word.length + 1)
  const skipped = /^\[(\d{1,6})\] (.*)$/.exec(rest)
  if (word === 'SKIPPED' && skipped !== null) return [{ name: skipped[2] ?? '', word, times: Number(skipped[1]) }]
  const reason = rest.indexOf(' - ', Math.max(0, rest.lastIndexOf(']')))
  return result(word === 'PASSED' || reason === -1 ? rest : rest.slice(0, reason), word)
}

function result(name: string, status: string): readonly Result[] {
  const word = words.find((known) => known === status)
  return word === undefined || !name.includes('::') && word !== 'ERROR' ? [] : [{ name, word, times: 1 }]
}

function outcomeOf(word: Word): TestOutcome {
  switch (word) {
    case 'PASSED':
    case 'XPASS':
      return 'passed'
    case 'SKIPPED':
    case 'XFAIL':
      return 'skipped'
    case 'FAILED':
    case 'ERROR':
      return 'failed'
  }
}
