import type { BaselineTrouble, TestCase, TestComparison, TestCounts, TestOutcome, TestRun } from './evaluation.ts'

type Outcomes = ReadonlyMap<string, TestOutcome>

/**
 * The candidate's tests held against the baseline's by name. What passed in the baseline must pass in the candidate: absent or skipped is
 * `missing`. `newlyFailing` is everything that fails in the candidate and did not fail in the baseline, also what the baseline skips
 * or does not have, and every command that succeeds in the baseline and does not in the candidate, whatever its report says.
 * Runs are aligned by position; a run that one side does not have counts as a command that failed there.
 */
export function compareTests(baselineRuns: readonly TestRun[], candidateRuns: readonly TestRun[]): TestComparison {
  const commands = Math.max(baselineRuns.length, candidateRuns.length)
  const baseline = outcomesOf(baselineRuns, candidateRuns, commands)
  const candidate = outcomesOf(candidateRuns, baselineRuns, commands)
  const missing: string[] = []
  const newlyFailing: string[] = []
  for (const [name, outcome] of baseline) {
    if (outcome === 'passed' && (candidate.get(name) ?? 'skipped') === 'skipped') missing.push(name)
  }
  for (const [name, outcome] of candidate) {
    if (outcome === 'failed' && baseline.get(name) !== 'failed') newlyFailing.push(name)
  }
  return { baseline: countOutcomes(baseline), candidate: countOutcomes(candidate), missing, newlyFailing }
}

/**
 * The same where the baseline fails: what fails there and passes in the candidate is repaired. A command is a case by its name alone, whatever it ended with: a suite of which fewer
 * tests fail may well end with another status.
 */
export function compareRepair(baselineRuns: readonly TestRun[], candidateRuns: readonly TestRun[]): { readonly tests: TestComparison; readonly repaired: readonly string[]; readonly unrepaired: readonly string[]; readonly lost: readonly string[] } {
  const commands = Math.max(baselineRuns.length, candidateRuns.length)
  const baseline = outcomesOf(baselineRuns, candidateRuns, commands, commandCase)
  const candidate = outcomesOf(candidateRuns, baselineRuns, commands, commandCase)
  const failing = [...baseline].flatMap(([name, outcome]) => (outcome === 'failed' ? [name] : []))
  const outcomeOf = (name: string): TestOutcome => candidate.get(name) ?? fileOutcome(name, candidate)
  return {
    tests: {
      baseline: countOutcomes(baseline),
      candidate: countOutcomes(candidate),
      missing: [...baseline].flatMap(([name, outcome]) => (outcome === 'passed' && (candidate.get(name) ?? 'skipped') === 'skipped' ? [name] : [])),
      newlyFailing: [...candidate].flatMap(([name, outcome]) => (outcome === 'failed' && baseline.get(name) !== 'failed' ? [name] : [])),
    },
    repaired: failing.filter((name) => outcomeOf(name) === 'passed'),
    unrepaired: failing.filter((name) => outcomeOf(name) !== 'passed'),
    lost: failing.filter((name) => outcomeOf(name) === 'skipped'),
  }
}

/** What our reporters say of a file that could not be loaded, or ended with an error: a case of its own, which is gone when the file's tests run. */
const fileMarks = [' > (did not come to its end)', ' > (ended badly)']

/** Skipped, unless the name stands for a whole file of which tests pass now and none fails. */
function fileOutcome(name: string, candidate: Outcomes): TestOutcome {
  const mark = fileMarks.find((ending) => name.endsWith(ending))
  if (mark === undefined) return 'skipped'
  let knownValue: string | undefined;
  const own = [...candidate].filter(([other]) => other.startsWith((knownValue === undefined ? (knownValue = `${name.slice(0, -mark.length)} > `) : knownValue))).map(([, outcome]) => outcome)
  return own.includes('passed') && !own.includes('failed') ? 'passed' : 'skipped'
}

function commandCase(run: TestRun): readonly TestCase[] {
  const command: TestCase = { name: run.command, outcome: troubleOf(run) === null ? 'passed' : 'failed' }
  return run.report === 'not-asked' ? [command] : [...run.cases, command]
}

/** `others` tells the command line of a run that this side lacks. */
function outcomesOf(runs: readonly TestRun[], others: readonly TestRun[], commands: number, cases: (run: TestRun) => readonly TestCase[] = casesOf): Outcomes {
  const outcomes = new Map<string, TestOutcome>()
  for (let index = 0; index < commands; index++) {
    const prefix = commands > 1 ? `${index + 1}: ` : ''
    const run = runs[index]
    const own = run === undefined ? [{ name: others[index]?.command ?? '', outcome: 'failed' as const }] : cases(run)
    for (const { name, outcome } of own) {
      const key = `${prefix}${name}`
      // The list of cases has unique names; should a command be called like a test, a failure of either must stay visible.
      if (outcomes.get(key) !== 'failed') outcomes.set(key, outcome)
    }
  }
  return outcomes
}

/** The cases of a run, and the command itself as one more case where it has no named ones or did not succeed as a whole. */
function casesOf(run: TestRun): readonly TestCase[] {
  const trouble = troubleOf(run)
  if (run.report === 'not-asked') return [{ name: run.command, outcome: trouble === null ? 'passed' : 'failed' }]
  return trouble === null ? run.cases : [...run.cases, { name: `${run.command} (${trouble})`, outcome: 'failed' }]
}

/** Why the command as a whole counts as failed; null when it succeeded. */
function troubleOf({ ending, exitCode, report, cases }: TestRun): string | null {
  if (ending !== 'exited') return `ended by ${ending}`
  if (exitCode !== 0) return `exit status ${exitCode}`
  switch (report) {
    case 'missing':
      return 'no report'
    case 'malformed':
      return 'malformed report'
    case 'parsed':
      // A report in which nothing ran vouches for nothing.
      return cases.some(({ outcome }) => outcome !== 'skipped') ? null : 'no test was executed'
    case 'not-asked':
      return null
  }
}

/** What fails in these runs by itself, or null. A baseline like that proves nothing. */
export function troubleIn(runs: readonly TestRun[]): Pick<BaselineTrouble, 'summary' | 'tail'> | null {
  for (const run of runs) {
    const failed = casesOf(run).filter(({ outcome }) => outcome === 'failed')
    const named = run.cases.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)
    const trouble = troubleOf(run)
    if (failed.length === 0) continue
    const names = named.length === 0 ? '' : `; ${named.length} failing: ${named.slice(0, 3).join('; ')}${named.length > 3 ? '; ...' : ''}`
    const remedy = run.problem === undefined ? '' : `: ${run.problem}`
    return { summary: `\`${run.command}\`${trouble === null ? '' : `, ${trouble}`}${names}${remedy}`, tail: run.tail }
  }
  return null
}

function countOutcomes(outcomes: Outcomes): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const outcome of outcomes.values()) counts[outcome]++
  return counts
}
