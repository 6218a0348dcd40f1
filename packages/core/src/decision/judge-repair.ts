import type { Evaluation, RepairFacts } from '../evaluation/evaluation.ts'
import type { Decision, MetricJudgement, Reason } from './decision.ts'
import { weakJudges } from './weigh-evidence.ts'

/** What a repair gains, where other changes have metrics. */
export const repairMetric = 'repaired tests'

const namesShown = 5

/**
 * The verdict on a candidate whose baseline fails its tests. That the failing tests pass is what the search was driven by, so it proves nothing by itself: a patch that fits those tests
 * alone (the input of one of them compared, its answer returned) passes them as well. And nothing else can tell: a repair is meant to behave differently, so that no oracle compares it with the baseline, and no
 * tripwire that fails anyway shows whether assertions still bite. So a person always decides; held-out tests and mutants of the changed lines say how much there is to look at.
 */
export function judgeRepair(evaluation: Evaluation, repair: RepairFacts): Decision {
  const broken = brokenReasons(evaluation, repair)
  const share = repair.repaired.length / Math.max(1, repair.repaired.length + repair.unrepaired.length)
  const metrics = { [repairMetric]: judgementOf(share) }
  if (broken.length > 0) return { verdict: 'rejected', reasons: broken, metrics: {} }
  if (repair.repaired.length === 0 && !repair.sought) return { verdict: 'inconclusive', reasons: [{ code: 'baseline-tests-failed', message: `tests already fail in the baseline, so nothing can be proven on it, and this change repairs none: ${evaluation.baselineTrouble?.summary ?? listed(repair.unrepaired)}` }], metrics: {} }
  if (repair.repaired.length === 0) return { verdict: 'rejected', reasons: [{ code: 'tests-failed', message: `none of the ${repair.unrepaired.length} tests that fail on the baseline passes: ${listed(repair.unrepaired)}` }], metrics: {} }
  if (repair.unrepaired.length > 0) {
    return { verdict: 'inconclusive', reasons: [{ code: 'repair-partial', message: `${repair.repaired.length} of ${repair.repaired.length + repair.unrepaired.length} failing tests pass; not yet: ${listed(repair.unrepaired)}` }], metrics }
  }
  if (repair.unsteady !== null && repair.unsteady.length > 0) {
    return { verdict: 'inconclusive', reasons: [{ code: 'baseline-tests-failed', message: `tests fail on the baseline only now and then, so that passing proves no repair: ${listed(repair.unsteady)}` }], metrics: {} }
  }
  const repaired: Reason = { code: 'repaired', message: `all ${repair.repaired.length} tests that fail on the baseline pass, and every other test ends as it did: ${listed(repair.repaired)}` }
  const doubts = doubtsOf(evaluation, repair)
  const always: Reason = { code: 'repair-unverified', message: 'a repair changes behaviour on purpose, so that nothing here can tell a right one from one that only fits the tests: read it' }
  return { verdict: 'approval-required', reasons: [repaired, ...(doubts.length === 0 ? [always] : doubts)], metrics }
}

function brokenReasons({ tests, testRuns, heldOut, plainTests }: Evaluation, { lost }: RepairFacts): readonly Reason[] {
  if (tests === null || testRuns.length === 0) return [{ code: 'test-run-failed', message: 'the tests were not run' }]
  const reasons: Reason[] = []
  if (tests.newlyFailing.length > 0) reasons.push({ code: 'tests-failed', message: `${tests.newlyFailing.length} tests fail that pass in the baseline: ${listed(tests.newlyFailing)}` })
  if (tests.missing.length > 0) reasons.push({ code: 'tests-missing', message: `${tests.missing.length} tests that pass in the baseline were skipped or not run: ${listed(tests.missing)}` })
  if (lost.length > 0) reasons.push({ code: 'tests-missing', message: `${lost.length} tests that fail on the baseline are skipped or not run instead of passing: ${listed(lost)}` })
  if (heldOut !== null && heldOut !== undefined) {
    if (heldOut.candidate.failed > 0) reasons.push({ code: 'tests-failed', message: `${heldOut.candidate.failed} held-out tests fail, which the search did not see: the change fits the tests that it was made for` })
    if (heldOut.missing.length > 0) reasons.push({ code: 'tests-missing', message: `held-out tests that pass in the baseline were skipped or not run: ${listed(heldOut.missing)}` })
  }
  if (plainTests !== null && plainTests !== undefined && plainTests.failing.length > 0) {
    reasons.push({ code: 'disguise-mismatch', message: `run plainly, without a seed, a reporter or anything else of an evaluation, tests fail: ${listed(plainTests.failing.map((command) => `\`${command}\``))}` })
  }
  return reasons
}

/** What whoever decides should know besides. */
function doubtsOf(evaluation: Evaluation, { unsteady }: RepairFacts): readonly Reason[] {
  const { heldOut, canaries, plainTests } = evaluation
  if (unsteady === null) return [{ code: 'repair-unverified', message: 'it was looked at only as the search does: nothing beyond the failing tests speaks for it yet' }]
  const doubts: Reason[] = []
  if (heldOut === null || heldOut === undefined || heldOut.candidate.passed === 0) doubts.push({ code: 'repair-unverified', message: 'no held-out test speaks for it beyond the tests it was made for; `heldOut: true` on a test command keeps its tests from the search' })
  if (canaries === null || canaries === undefined || plainTests === null || plainTests === undefined) doubts.push({ code: 'repair-unverified', message: 'whether the tests notice mistakes in the changed lines was not tried' })
  return [...doubts, ...weakJudges(evaluation)]
}

/** The share of failing tests as a gain that an archive can compare: none is 1, all of them 2. */
function judgementOf(share: number): MetricJudgement {
  const ratio = 1 + share
  return { effect: { estimate: ratio, low: ratio, high: ratio }, unit: 'tests', pairs: 0, eValue: 1, role: 'objective' }
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, namesShown).join('; ')}${names.length > namesShown ? `; and ${names.length - namesShown} more` : ''}`
}
