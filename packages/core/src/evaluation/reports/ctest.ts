import type { TestOutcome } from '../evaluation.ts'
import { CaseList, type ReportCases } from '../report-cases.ts'
import { reportLines } from './report-lines.ts'

/** Nothing CTest prints about a test before its status is longer. */
const lineLimit = 4_000
const testPattern = /^\s*\d+\/\d+ Test\s+#\d+: (.*)$/
const statusPattern = / \.{3,} *(\*\*\*|Passed|Not Run)/
const totalPattern = /^\d+% tests passed, (\d+) tests? failed out of (\d+)/

/**
 * Plain output of `ctest`, with any number of jobs: `1/3 Test #1: name ....   Passed    0.01 sec`. The total at the end must be there and fit
 * the tests above; tests that are disabled are not in it.
 */
export function parseCtest(text: string): ReportCases {
  const list = new CaseList()
  let disabled = 0
  let seen = 0
  let total: { readonly failed: number; readonly tests: number } | null = null
  for (const whole of reportLines(text)) {
    const line = whole.slice(0, lineLimit)
    const sum = totalPattern.exec(line)
    // Two totals: output of a test that looks like one, or two runs.
    if (sum !== null && total !== null) return 'malformed'
    if (sum !== null) total = { failed: Number(sum[1]), tests: Number(sum[2]) }
    const rest = testPattern.exec(line)?.[1]
    const status = rest === undefined ? null : statusPattern.exec(rest)
    if (rest === undefined || status === null) continue
    const word = rest.slice(status.index).replace(/^ \.+ */, '')
    if (word.includes('(Disabled)')) disabled++
    seen++
    list.add('', rest.slice(0, status.index), outcomeOf(word))
  }
  if (total === null) return seen === 0 && !text.includes('No tests were found') ? 'missing' : seen === 0 ? [] : 'malformed'
  if (total.tests !== seen - disabled || total.failed !== list.count('failed')) return 'malformed'
  return list.finish()
}

/** `***Not Run` alone means that the executable is missing, which CTest counts as a failure. */
function outcomeOf(status: string): TestOutcome {
  if (status.startsWith('Passed')) return 'passed'
  return status.startsWith('***Skipped') || status.includes('(Disabled)') ? 'skipped' : 'failed'
}
