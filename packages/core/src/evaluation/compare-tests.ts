import type { TestCase, TestComparison, TestCounts, TestOutcome, TestRun } from './evaluation.ts'

/**
 * The candidate's tests held against the baseline's by name. What passed in the baseline must pass in the candidate: absent or skipped is
 * `missing`, anything else `newlyFailing`. A command that exits with 0 in the baseline must do so in the candidate, whatever its report says.
 * Runs are aligned by position; a run the candidate does not have counts as missing as a whole.
 */
export function compareTests(baselineRuns: readonly TestRun[], candidateRuns: readonly TestRun[]): TestComparison {
  const several = baselineRuns.length > 1
  const baseline = baselineRuns.flatMap((run, index) => casesOf(run, index, several))
  const candidate = candidateRuns.flatMap((run, index) => casesOf(run, index, several))
  const outcomes = new Map(candidate.map((test) => [test.name, test.outcome]))
  const missing: string[] = []
  const newlyFailing: string[] = []
  for (const test of baseline) {
    if (test.outcome !== 'passed') continue
    const now = outcomes.get(test.name)
    if (now === 'failed') newlyFailing.push(test.name)
    else if (now !== 'passed') missing.push(test.name)
  }
  const known = new Set(baseline.map((test) => test.name))
  for (const test of candidate) if (test.outcome === 'failed' && !known.has(test.name)) newlyFailing.push(test.name)
  return { baseline: countOutcomes(baseline), candidate: countOutcomes(candidate), missing, newlyFailing }
}

/**
 * The cases of a run. The command itself is a case where it has no named ones, or where its exit status tells more than its report:
 * a runner may fail after the last test.
 */
function casesOf(run: TestRun, index: number, several: boolean): readonly TestCase[] {
  const prefix = several ? `${index + 1}: ` : ''
  const named = run.cases.map((test) => ({ ...test, name: `${prefix}${test.name}` }))
  const ok = run.ending === 'exited' && run.exitCode === 0 && (run.report === 'parsed' || run.report === 'not-asked')
  if (run.report === 'not-asked') return [{ name: `${prefix}${run.command}`, outcome: ok ? 'passed' : 'failed' }]
  const explained = named.some((test) => test.outcome === 'failed')
  return ok || explained ? named : [...named, { name: `${prefix}${run.command}`, outcome: 'failed' }]
}

function countOutcomes(cases: readonly TestCase[]): TestCounts {
  const count = (outcome: TestOutcome): number => cases.filter((test) => test.outcome === outcome).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
}
