import { performance } from 'node:perf_hooks'
import { Benchmarks, type Occasion } from '../benchmark/suite-sides.ts'
import type { TaskRun } from '../benchmark/task-run.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import { pinnedSandbox } from '../sandbox/pinned-sandbox.ts'
import { agentTree } from './agent-tree.ts'
import { prepareRequest, troubleOf, type BaselineStand } from './baseline-stand.ts'
import { CountingChoice } from './counting-method.ts'
import { evaluateCandidate } from './evaluate-candidate.ts'
import { EvaluationError } from './evaluation-error.ts'
import { examineTasks } from './examine-tasks.ts'
import type { EvaluationRequest, EvaluatorOptions } from './evaluation-request.ts'
import type { BaselineTrouble, Evaluation } from './evaluation.ts'
import { prepareTree } from './prepared-tree.ts'
import { seenTimes } from './repair-patience.ts'
import { runTests } from './run-tests.ts'
import { SharedStand } from './shared-stand.ts'

/** Measures facts about one candidate; says nothing about what they mean. Several may be measured at a time, each in a lane of its own. */
export interface Evaluator extends AsyncDisposable {
  /** Rejects with EvaluationError `evaluation-aborted` when `signal` fires: a half-measured candidate leaves no facts. */
  evaluate(request: EvaluationRequest, signal: AbortSignal): Promise<Evaluation>
  /** Builds and tests the baseline, as the first evaluation would, and says what fails in it; null when all is well. */
  examineBaseline(baseline: ObjectId, signal: AbortSignal): Promise<BaselineTrouble | null>
  /** What the baseline does with some tasks of its suites; none where it has no suite. Absent: nothing here can run an agent. */
  examineTasks?(request: { readonly baseline: ObjectId; readonly occasion: Occasion }, signal: AbortSignal): Promise<readonly TaskRun[]>
}

type StandRequest = Pick<EvaluationRequest, 'baseline' | 'trusted' | 'observe'>

/** One evaluator per run; keeps the prepared baseline and its test results for as long as the baseline stays the same. */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const stands = new SharedStand()
  const counting = new CountingChoice()
  const benchmarks = options.benchmark === undefined ? null : new Benchmarks(options.benchmark)
  const withStand = <Result>(request: StandRequest, use: (stand: BaselineStand) => Promise<Result>, signal: AbortSignal): Promise<Result> => {
    const key = `${request.baseline} ${request.trusted}`
    return stands.use(key, () => makeStand(options, { ...request, key }, signal), use)
  }
  return {
    evaluate: (request, signal) => {
      const lane = request.lane ?? null
      const started = performance.now()
      const startedAt = options.clock().toISOString()
      return withStand(
        request,
        async (baseline) => {
          const facts = await evaluateCandidate({ ...options, counting, benchmarks, sandbox: pinnedSandbox(options.sandbox, lane) }, { request, baseline }, signal)
          throwIfAborted(signal)
          return {
            candidate: request.candidate,
            baseline: request.baseline,
            tier: options.sandbox.tier,
            selfTest: options.sandbox.selfTest ?? null,
            ...(baseline.version === null ? {} : { evaluatorVersion: baseline.version }),
            ...facts,
            ...(lane === null ? {} : { processors: lane }),
            startedAt,
            wallMs: Math.round(performance.now() - started),
          }
        },
        signal,
      )
    },
    examineBaseline: (baseline, signal) => withStand({ baseline, trusted: baseline, observe: () => undefined }, async (stand) => troubleOf(options.config, stand), signal),
    examineTasks: async ({ baseline, occasion }, signal) =>
      benchmarks === null ? [] : await withStand({ baseline, trusted: baseline, observe: () => undefined }, ({ prepared }) => examineTasks(benchmarks, { ...options, baseline, tree: prepared.tree, occasion, agentTree: (commit, isHidden, stop) => agentTree(options, { commit, trusted: baseline, baseline, isHidden }, stop) }, signal), signal),
    [Symbol.asyncDispose]: () => stands[Symbol.asyncDispose](),
  }
}

async function makeStand(options: EvaluatorOptions, { baseline, trusted, observe, key }: StandRequest & { readonly key: string }, signal: AbortSignal): Promise<BaselineStand> {
  observe({ stage: 'baseline' })
  const prepared = await prepareTree(options, prepareRequest(options, baseline, trusted), signal)
  try {
    // A stream of its own: whether the baseline was run for this candidate or an earlier one must not show in what follows.
    const built = prepared.build === null || prepared.build.ok
    const testRuns = built ? await runTests(options.sandbox, { config: options.config, tree: prepared.tree, random: seededRandom('baseline', key) }, signal) : []
    throwIfAborted(signal)
    return { key, prepared, testRuns, version: (await options.version?.(trusted)) ?? null, copy: null, times: seenTimes(new Map(), testRuns) }
  } catch (error) {
    await prepared[Symbol.asyncDispose]()
    throw error
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new EvaluationError('evaluation-aborted', 'the evaluation was interrupted', { cause: signal.reason })
}
