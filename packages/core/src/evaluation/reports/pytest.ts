import type { TestCase, TestOutcome } from '../evaluation.ts'

const verboseLine = /^(\S.*?::.*?) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)(?: |$)/
const summaryLine = /^(PASSED|FAILED|ERROR|XFAIL|XPASS) (\S+(?:::.*?)?)(?: - .*)?$/
const totals = /^=+ .*\b(?:passed|failed|error|errors|skipped|no tests ran|xfailed|xpassed|deselected)\b.* =+$|^(?:\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed|deselected|warnings?),? ?)+in [\d.]+s/

const outcomes: Readonly<Record<string, TestOutcome>> = { PASSED: 'passed', XPASS: 'passed', FAILED: 'failed', ERROR: 'failed', SKIPPED: 'skipped', XFAIL: 'skipped' }

/** Output of `pytest -v` or `pytest -rA`. Without pytest's closing line the report is malformed: the run was cut short. */
export function parsePytest(text: string): readonly TestCase[] | null {
  const found = new Map<string, TestOutcome>()
  let finished = false
  for (const line of text.split(/\r?\n/)) {
    if (line.length > 4096) continue
    finished ||= totals.test(line)
    const verbose = verboseLine.exec(line)
    const summary = verbose === null ? summaryLine.exec(line) : null
    const name = verbose?.[1] ?? summary?.[2]
    const outcome = outcomes[verbose?.[2] ?? summary?.[1] ?? '']
    // A test that passed and whose teardown then failed is listed twice: the worse outcome counts.
    if (name !== undefined && outcome !== undefined && found.get(name) !== 'failed') found.set(name, outcome)
  }
  return finished ? [...found].map(([name, outcome]) => ({ name, outcome })) : null
}
