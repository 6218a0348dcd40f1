import type { TestCase, TestOutcome } from '../evaluation.ts'

const line = /^\s*\d+\/\d+ Test\s+#\d+: (\S+) \.*\s*\**(Passed|Failed|Skipped|Not Run|Timeout|Exception[^ ]*|Subprocess[^ ]*|Disabled)/
const totals = /^\d+% tests passed, \d+ tests? failed out of (\d+)/

/** Plain output of `ctest`. The total it prints must match the number of results. */
export function parseCtest(text: string): readonly TestCase[] | null {
  const cases: TestCase[] = []
  let total: number | null = null
  for (const row of text.split(/\r?\n/)) {
    if (row.length > 4096) continue
    const result = line.exec(row)
    if (result !== null) cases.push({ name: result[1] ?? '', outcome: outcomeOf(result[2] ?? '') })
    const sum = totals.exec(row)
    if (sum !== null) total = Number(sum[1])
  }
  if (total === null) return null
  const run = cases.filter((test) => test.outcome !== 'skipped').length
  return total === cases.length || total === run ? cases : null
}

function outcomeOf(word: string): TestOutcome {
  if (word === 'Passed') return 'passed'
  return word === 'Skipped' || word === 'Disabled' || word === 'Not Run' ? 'skipped' : 'failed'
}
