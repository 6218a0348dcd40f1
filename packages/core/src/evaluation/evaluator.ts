import { performance } from 'node:perf_hooks'
import type { ObjectId } from '../proposal/proposal.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import { prepareRequest, troubleOf, type BaselineStand } from './baseline-stand.ts'
import { evaluateCandidate } from './evaluate-candidate.ts'
import { EvaluationError } from './evaluation-error.ts'
import type { EvaluationRequest, EvaluatorOptions } from './evaluation-request.ts'
import type { BaselineTrouble, Evaluation } from './evaluation.ts'
import { prepareTree } from './prepared-tree.ts'
import { seenTimes } from './repair-patience.ts'
import { runTests } from './run-tests.ts'

/** Measures facts about one candidate; says nothing about what they mean. */
export interface Evaluator extends AsyncDisposable {
  /** Rejects with EvaluationError `evaluation-aborted` when `signal` fires: a half-measured candidate leaves no facts. */
  evaluate(request: EvaluationRequest, signal: AbortSignal): Promise<Evaluation>
  /** Builds and tests the baseline, as the first evaluation would, and says what fails in it; null when all is well. */
  examineBaseline(baseline: ObjectId, signal: AbortSignal): Promise<BaselineTrouble | null>
}

/** One evaluator per run; keeps the prepared baseline and its test results for as long as the baseline stays the same. */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  let stand: BaselineStand | null = null
  const release = async (): Promise<void> => {
    const held = stand
    stand = null
    await held?.copy?.[Symbol.asyncDispose]()
    await held?.prepared[Symbol.asyncDispose]()
  }
  const baselineStand = async (request: Pick<EvaluationRequest, 'baseline' | 'trusted' | 'observe'>, signal: AbortSignal): Promise<BaselineStand> => {
    const key = `${request.baseline} ${request.trusted}`
    if (stand?.key === key) return stand
    await release()
    request.observe({ stage: 'baseline' })
    const prepared = await prepareTree(options, prepareRequest(options, request.baseline, request.trusted), signal)
    try {
      // A stream of its own: whether the baseline was run for this candidate or an earlier one must not show in what follows.
      const built = prepared.build === null || prepared.build.ok
      const testRuns = built ? await runTests(options.sandbox, { config: options.config, tree: prepared.tree, random: seededRandom('baseline', key) }, signal) : []
      throwIfAborted(signal)
      stand = { key, prepared, testRuns, version: (await options.version?.(request.trusted)) ?? null, copy: null, times: seenTimes(new Map(), testRuns) }
      return stand
    } catch (error) {
      await prepared[Symbol.asyncDispose]()
      throw error
    }
  }
  return {
    async evaluate(request, signal) {
      const started = performance.now()
      const startedAt = options.clock().toISOString()
      const baseline = await baselineStand(request, signal)
      const facts = await evaluateCandidate(options, { request, baseline }, signal)
      throwIfAborted(signal)
      return {
        candidate: request.candidate,
        baseline: request.baseline,
        tier: options.sandbox.tier,
        selfTest: options.sandbox.selfTest ?? null,
        ...(baseline.version === null ? {} : { evaluatorVersion: baseline.version }),
        ...facts,
        startedAt,
        wallMs: Math.round(performance.now() - started),
      }
    },
    examineBaseline: async (baseline, signal) => troubleOf(options.config, await baselineStand({ baseline, trusted: baseline, observe: () => undefined }, signal)),
    [Symbol.asyncDispose]: release,
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new EvaluationError('evaluation-aborted', 'the evaluation was interrupted', { cause: signal.reason })
}
