import type { ObjectId } from '../proposal/proposal.ts'
import type { Random } from '../randomness/seeded-random.ts'
import type { BaselineStand } from './baseline-stand.ts'
import { compareRepair, compareTests } from './compare-tests.ts'
import type { Evaluation, TestComparison, TestRun } from './evaluation.ts'
import type { EvaluatorOptions } from './evaluation-request.ts'
import type { LaunchTree } from './launch-plan.ts'
import type { PrepareRequest } from './prepared-tree.ts'
import { impatient, seenTimes } from './repair-patience.ts'
import { runCanaries } from './run-canaries.ts'
import { runPlainRepair } from './run-plain-tests.ts'
import { runTests } from './run-tests.ts'

export interface RepairRequest {
  readonly candidate: ObjectId
  readonly baseline: ObjectId
  readonly thorough: boolean
  /** Whether a change that repairs nothing has failed. */
  readonly isSought: boolean
  readonly random: Random
  readonly observe: (stage: { readonly stage: 'tests' | 'disguise' | 'canaries' }) => void
  /** How the tree of a commit is prepared, as for the candidate itself. */
  readonly prepare: (commit: ObjectId) => PrepareRequest
}

export type RepairedFacts = Pick<Evaluation, 'tests' | 'testRuns' | 'repair' | 'heldOut' | 'plainTests' | 'canaries'>

/**
 * A candidate on a baseline whose tests fail: which of them pass now, and whether all that passed still does. Nothing is measured and no oracle is asked: a repair is meant to behave differently.
 * A thorough evaluation adds what the search never saw: tests that are held out, the tests run plainly, mutants of the changed lines, and whether the baseline fails every time.
 */
export async function evaluateRepair(
  options: EvaluatorOptions,
  { request, baseline, candidate }: { readonly request: RepairRequest; readonly baseline: Pick<BaselineStand, 'prepared' | 'testRuns' | 'times'>; readonly candidate: LaunchTree },
  signal: AbortSignal,
): Promise<RepairedFacts> {
  const { sandbox, config } = options
  const { random, thorough } = request
  request.observe({ stage: 'tests' })
  const testRuns = await runTests(sandbox, { config: thorough ? config : impatient(config, baseline.times), tree: candidate, random }, signal)
  baseline.times = seenTimes(baseline.times, testRuns)
  const { tests, ...compared } = compareRepair(baseline.testRuns, testRuns)
  const repair = { ...compared, sought: request.isSought, unsteady: null }
  const facts: RepairedFacts = { tests, testRuns, repair, heldOut: null, plainTests: null, canaries: null }
  if (!thorough || repair.unrepaired.length > 0 || tests.missing.length > 0 || tests.newlyFailing.length > 0) return facts

  const again = await runTests(sandbox, { config, tree: baseline.prepared.tree, random }, signal)
  const steady: RepairedFacts = { ...facts, repair: { ...repair, unsteady: unsteadyNames(baseline.testRuns, again) } }
  const heldOut = await compareHeldOut(options, { trees: { baseline: baseline.prepared.tree, candidate }, random }, signal)
  if (heldOut !== null && heldOut.candidate.failed > 0) return { ...steady, heldOut }
  request.observe({ stage: 'disguise' })
  const plainTests = await runPlainRepair(sandbox, { config, candidate, random }, signal)
  if (plainTests.failing.length > 0) return { ...steady, heldOut, plainTests }
  const { canary } = options
  if (canary === undefined || config.accept.canaries === 0) return { ...steady, heldOut, plainTests }
  request.observe({ stage: 'canaries' })
  const canaries = await runCanaries({ ...options, ...canary }, {
    config, candidate: request.candidate, prepare: request.prepare, isProtected: (file) => options.scope.isProtected(file), random,
    // A mutant is noticed when it differs from the repair, not from what was broken before.
    baseline: { commit: request.baseline, tree: candidate, testRuns },
  }, signal)
  return { ...steady, heldOut, plainTests, canaries }
}

/** The tests that no search sees, on both sides; null where there are none. */
export async function compareHeldOut({ sandbox, config }: EvaluatorOptions, { trees, random }: { readonly trees: { readonly baseline: LaunchTree; readonly candidate: LaunchTree }; readonly random: Random }, signal: AbortSignal): Promise<TestComparison | null> {
  if (!config.tests.some(({ heldOut }) => heldOut)) return null
  const baseline = await runTests(sandbox, { config, tree: trees.baseline, random, heldOut: true }, signal)
  const candidate = await runTests(sandbox, { config, tree: trees.candidate, random, heldOut: true }, signal)
  return compareTests(baseline, candidate)
}

function unsteadyNames(before: readonly TestRun[], again: readonly TestRun[]): readonly string[] {
  return compareRepair(before, again).repaired
}
