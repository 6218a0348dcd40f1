import { createHash } from 'node:crypto'
import type { TestCase, TestOutcome } from './evaluation.ts'
import { printableText } from './printable-text.ts'

/** A report of more tests than this is refused: it must fit into memory and into the journal. */
const caseLimit = 200_000
/** Names are kept up to this many characters; a longer one keeps its start and a digest of the whole. */
const nameLimit = 500
/** Suites inside suites; also bounds the work that a nested name costs. */
export const depthLimit = 100

/** What a report's text showed: tests in order, or why there are none. */
export type ReportCases = readonly TestCase[] | 'missing' | 'malformed'

/** Collects the tests of one report in order, under printable, bounded and unique names. */
export class CaseList {
  readonly #cases: TestCase[] = []
  readonly #times = new Map<string, number>()
  #overflow = false

  add(path: readonly string[], outcome: TestOutcome): void {
    if (this.#cases.length >= caseLimit || path.length > depthLimit) {
      this.#overflow = true
      return
    }
    this.#cases.push({ name: this.#unique(caseName(path)), outcome })
  }

  get failed(): number {
    return this.#cases.reduce((sum, { outcome }) => sum + (outcome === 'failed' ? 1 : 0), 0)
  }

  /** Collected tests; `malformed` when there were too many of them. */
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

function caseName(path: readonly string[]): string {
  const parts = path.map((part) => bounded(printableText(part.slice(0, nameLimit * 4)).replaceAll(/\s+/g, ' ').trim(), part)).filter((part) => part !== '')
  const name = parts.join(' > ')
  return bounded(name === '' ? '(no name)' : name, name)
}

function bounded(text: string, whole: string): string {
  if (text.length <= nameLimit && whole.length <= nameLimit * 4) return text
  const digest = createHash('sha256').update(whole.toWellFormed()).digest('hex').slice(0, 12)
  return `${text.slice(0, nameLimit - 20).toWellFormed()}... ${digest}`
}
