import { createHash } from 'node:crypto'
import type { TestCase, TestOutcome } from './evaluation.ts'
import { printableText } from './printable-text.ts'

/** A report of more tests than this is refused: it must fit into memory and into the journal. */
export const caseLimit = 200_000
/** Characters of all names together. */
const textLimit = 16 * 1024 * 1024
/** Names are kept up to this many characters; a longer one keeps its start and a digest. */
const nameLimit = 500
/** Suites inside suites beyond this are refused. */
export const depthLimit = 100

/** What a report's text showed: its tests in order, or why there are none. */
export type ReportCases = readonly TestCase[] | 'missing' | 'malformed'

/** Collects the tests of one report in order, under printable, bounded and unique names. */
export class CaseList {
  readonly #cases: TestCase[] = []
  readonly #times = new Map<string, number>()
  #room = textLimit
  #overflow = false

  /** `suite` comes from `suiteName`, or is empty. */
  add(suite: string, name: string, outcome: TestOutcome): void {
    if (this.#overflow) return
    const unique = this.#unique(suiteName(suite, name === '' ? '(no name)' : name))
    this.#room -= unique.length
    if (this.#cases.length >= caseLimit || this.#room < 0) this.#overflow = true
    else this.#cases.push({ name: unique, outcome })
  }

  count(outcome: TestOutcome): number {
    return this.#cases.reduce((sum, entry) => sum + (entry.outcome === outcome ? 1 : 0), 0)
  }

  /** Collected tests; `malformed` when they were too many, or their names too long. */
  finish(): ReportCases {
    return this.#overflow ? 'malformed' : this.#cases
  }

  /** The second test of one name becomes `name #2`, so that a copy that fails cannot hide behind one that passes. */
  #unique(name: string): string {
    let times = (this.#times.get(name) ?? 0) + 1
    let unique = times === 1 ? name : `${name} #${times}`
    while (times > 1 && this.#times.has(unique)) unique = `${name} #${++times}`
    this.#times.set(name, times)
    if (unique !== name) this.#times.set(unique, 1)
    return unique
  }
}

/** `outer > inner`, cleaned and bounded; costs the same however long the parts are, so that a huge suite name is paid for once. */
export function suiteName(outer: string, inner: string): string {
  const clean = bounded(printableText(inner.slice(0, nameLimit * 4)).replaceAll(/\s+/g, ' ').trim(), inner)
  if (outer === '' || clean === '') return outer === '' ? clean : outer
  const joined = `${outer} > ${clean}`
  return bounded(joined, joined)
}

function bounded(clean: string, whole: string): string {
  const isWhole = clean.length <= nameLimit && whole.length <= nameLimit * 4
  if (isWhole) return clean
  // Start, end and length tell real names apart; where they do not, the copies are numbered.
  const told = `${whole.length} ${whole.slice(0, nameLimit * 4)} ${whole.slice(-nameLimit * 4)}`
  const digest = createHash('sha256').update(told.toWellFormed()).digest('hex').slice(0, 12)
  return `${clean.slice(0, nameLimit - 20).toWellFormed()}... ${digest}`
}
