import type { TestOutcome } from '../evaluation.ts'
import { CaseList, type ReportCases } from '../report-cases.ts'
import { embeddedJson, field, list, text as textOf } from './json-document.ts'

const groups: readonly (readonly [key: string, outcome: TestOutcome])[] = [
  ['passes', 'passed'],
  ['pending', 'skipped'],
  ['failures', 'failed'],
]

/** Mocha's `--reporter json`. Failing hooks are listed among its failures, and so become failing tests. */
export function parseMochaJson(text: string): ReportCases {
  const found = embeddedJson(text, (value) => groups.every(([key]) => Array.isArray(field(value, key))) && field(value, 'stats') !== undefined)
  if (typeof found === 'string') return found
  const stats = field(found.report, 'stats')
  const cases = new CaseList()
  for (const [key, outcome] of groups) {
    const tests = list(field(found.report, key))
    // A list that is shorter or longer than its own count was cut or edited.
    if (field(stats, key) !== tests.length) return 'malformed'
    for (const test of tests) cases.add('', textOf(field(test, 'fullTitle')) || textOf(field(test, 'title')), outcome)
  }
  return cases.finish()
}
