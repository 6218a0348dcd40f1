import { performance } from 'node:perf_hooks'
import type { MetricRule } from '../decision/decision.ts'
import { nextLook } from '../decision/monitor.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import { seededRandom, type Random } from '../randomness/seeded-random.ts'
import type { Mount } from '../sandbox/sandbox.ts'
import type { Config } from '../target/config.ts'
import type { PathScope } from '../target/path-scope.ts'
import { compareTests, troubleIn } from './compare-tests.ts'
import type { BaselineTrouble, BuildFacts, Canary, Evaluation, MetricFacts, OracleComparison, TestRun, TripwireFacts } from './evaluation.ts'
import { compareHeldOut, evaluateRepair } from './evaluate-repair.ts'
import { EvaluationError } from './evaluation-error.ts'
import { measureMetrics } from './measure-metrics.ts'
import { prepareTree, tamperedPaths, type PreparedTree, type PreparePorts, type PrepareRequest } from './prepared-tree.ts'
import { loopbackHint } from './refused-socket.ts'
import { runCanaries, type CanaryPorts } from './run-canaries.ts'
import { runDisguised, runPlainTests } from './run-disguise.ts'
import { repeatOracles, runOracles } from './run-oracle.ts'
import { runTests } from './run-tests.ts'
import { findTripwire, runTripwire } from './tripwire.ts'

/** What is happening now, for whoever watches. */
export type EvaluationStage =
  | { readonly stage: 'build' | 'tests' | 'oracle' | 'disguise' | 'canaries' | 'baseline' }
  | { readonly stage: 'metric'; readonly metric: string; readonly pairs: number }

export interface EvaluationRequest {
  readonly candidate: ObjectId
  /** What the candidate is held against: usually `trusted` itself. */
  readonly baseline: ObjectId
  /** Commit that protected files come from, on both sides. */
  readonly trusted: ObjectId
  readonly rules: Readonly<Record<string, MetricRule>>
  readonly random: Random
  /** Also run the candidate's own version of protected files: it can veto, never vouch. */
  readonly checkOwnTests: boolean
  /** Before something is offered to a person: also disguise the oracle, and see whether the judges notice known-bad mutants of the change. */
  readonly thorough: boolean
  /** Whether a change is meant to mend a baseline whose tests fail; without it, it is judged by the configuration's goal. */
  readonly seeksRepair?: boolean
  readonly observe: (stage: EvaluationStage) => void
}

/** Measures facts about one candidate; says nothing about what they mean. */
export interface Evaluator extends AsyncDisposable {
  /** Rejects with EvaluationError `evaluation-aborted` when `signal` fires: a half-measured candidate leaves no facts. */
  evaluate(request: EvaluationRequest, signal: AbortSignal): Promise<Evaluation>
  /** Builds and tests the baseline, as the first evaluation would, and says what fails in it; null when all is well. */
  examineBaseline(baseline: ObjectId, signal: AbortSignal): Promise<BaselineTrouble | null>
}

export interface EvaluatorOptions extends PreparePorts {
  readonly config: Config
  readonly scope: PathScope
  readonly mounts: readonly Mount[]
  readonly clock: () => Date
  /** Without it no evaluation has canaries. */
  readonly canary?: CanaryPorts
}

interface BaselineStand {
  readonly key: string
  readonly prepared: PreparedTree
  readonly testRuns: readonly TestRun[]
}

/** One evaluator per run; keeps the prepared baseline and its test results for as long as the baseline stays the same. */
export function createEvaluator(options: EvaluatorOptions): Evaluator {
  let stand: BaselineStand | null = null
  const release = async (): Promise<void> => {
    const held = stand
    stand = null
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
      stand = { key, prepared, testRuns }
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
      const facts = await evaluateAgainst(options, { request, baseline }, signal)
      throwIfAborted(signal)
      return {
        candidate: request.candidate,
        baseline: request.baseline,
        tier: options.sandbox.tier,
        selfTest: options.sandbox.selfTest ?? null,
        ...facts,
        startedAt,
        wallMs: Math.round(performance.now() - started),
      }
    },
    examineBaseline: async (baseline, signal) => troubleOf(options.config, await baselineStand({ baseline, trusted: baseline, observe: () => undefined }, signal)),
    [Symbol.asyncDispose]: release,
  }
}

type Facts = Pick<Evaluation, 'baselineTrouble' | 'build' | 'tests' | 'testRuns' | 'ownTests' | 'oracle' | 'disguise' | 'plainTests' | 'tripwire' | 'metrics' | 'canaries' | 'repair' | 'heldOut'>

/** Cheap refusals first: a gate that fails ends the evaluation, and what was not reached stays null. */
async function evaluateAgainst(
  options: EvaluatorOptions,
  { request, baseline }: { readonly request: EvaluationRequest; readonly baseline: BaselineStand },
  signal: AbortSignal,
): Promise<Facts> {
  const { sandbox, config } = options
  const baselineTrouble = troubleOf(options.config, baseline)
  const nothing: Facts = { baselineTrouble, build: null, tests: null, testRuns: [], ownTests: null, oracle: null, disguise: null, plainTests: null, tripwire: null, metrics: [], canaries: null }
  if (baselineTrouble !== null && !isRepairable(config, baselineTrouble)) return nothing
  request.observe({ stage: 'build' })
  await using candidate = await prepareTree(options, prepareRequest(options, request.candidate, request.trusted), signal)
  const build = buildFacts(baseline.prepared, candidate)
  const facts: Facts = { ...nothing, build }
  if (build !== null && (!build.ok || build.tampered.length > 0)) return facts

  if (baselineTrouble !== null) {
    const repair = { ...request, seeksRepair: request.seeksRepair === true, prepare: (commit: ObjectId) => prepareRequest(options, commit, request.trusted) }
    const repaired = { ...facts, ...(await evaluateRepair(options, { request: repair, baseline, candidate: candidate.tree }, signal)) }
    return request.checkOwnTests ? { ...repaired, ownTests: await runOwnTests(options, { request, baseline }, signal) } : repaired
  }

  request.observe({ stage: 'tests' })
  const testRuns = await runTests(sandbox, { config, tree: candidate.tree, random: request.random }, signal)
  const tests = compareTests(baseline.testRuns, testRuns)
  const tested: Facts = { ...facts, tests, testRuns }
  if (tests.missing.length > 0 || tests.newlyFailing.length > 0) return tested

  const ownTests = request.checkOwnTests ? await runOwnTests(options, { request, baseline }, signal) : null
  if (ownTests !== null && (ownTests.missing.length > 0 || ownTests.newlyFailing.length > 0)) return { ...tested, ownTests }

  const arms = { baseline: baseline.prepared.tree, candidate: candidate.tree }
  request.observe({ stage: 'oracle' })
  const oracle = await runOracles(sandbox, { config, arms, random: request.random }, signal)
  const judged: Facts = { ...tested, ownTests, oracle }
  if (oracle !== null && isRefuted(oracle)) return judged

  if (request.thorough) request.observe({ stage: 'disguise' })
  const disguise = request.thorough ? await runDisguised(sandbox, { config, arms, random: request.random }, signal) : null
  const disguised: Facts = { ...judged, disguise }
  if (disguise !== null && isRefuted(disguise.oracle)) return disguised

  const onPair = (metric: string, pairs: number): void => request.observe({ stage: 'metric', metric, pairs })
  const metrics = await measureMetrics(sandbox, { config, rules: request.rules, arms, random: request.random, onPair }, signal)
  const measured: Facts = { ...disguised, metrics }
  // What follows is for what would be accepted; nothing else is worth its time.
  if (!request.thorough || !looksProven(metrics, request.rules)) return measured
  request.observe({ stage: 'oracle' })
  const repeated: Facts = oracle === null ? measured : { ...measured, oracle: await repeatOracles(sandbox, { config, arms, random: request.random, before: oracle }, signal) }
  if (repeated.oracle !== null && isRefuted(repeated.oracle)) return repeated
  const heldOut = await compareHeldOut(options, { trees: arms, random: request.random }, signal)
  if (heldOut !== null && (heldOut.missing.length > 0 || heldOut.newlyFailing.length > 0)) return { ...repeated, heldOut }
  const unseen: Facts = { ...repeated, heldOut }
  const plainTests = await runPlainTests(sandbox, { config, arms, random: request.random }, signal)
  if (plainTests.failing.length > 0) return { ...unseen, plainTests }
  const tripwire = await tripwireOf(options, { request, baseline }, signal)
  if (tripwire !== null && tripwire.silent.length > 0) return { ...unseen, plainTests, tripwire }
  return { ...unseen, plainTests, tripwire, canaries: await canariesOf(options, { request, baseline }, signal) }
}

/** A build that fails leaves nothing to run; whoever asks for improvements only gets no repair. */
function isRepairable(config: Config, { stage }: BaselineTrouble): boolean {
  return stage === 'tests' && config.search.goal !== 'improve'
}

async function tripwireOf(options: EvaluatorOptions, { request, baseline }: { readonly request: EvaluationRequest; readonly baseline: BaselineStand }, signal: AbortSignal): Promise<TripwireFacts | null> {
  const { canary, config, scope } = options
  if (canary === undefined || config.accept.canaries === 0) return null
  request.observe({ stage: 'canaries' })
  const wired = {
    config, baseline: request.baseline, trusted: request.trusted, testRuns: baseline.testRuns,
    prepare: (commit: ObjectId, trusted: ObjectId) => prepareRequest(options, commit, trusted),
    isProtected: (file: string) => scope.isProtected(file),
  }
  const tripwire = await findTripwire({ ...options, ...canary }, { ...wired, random: request.random }, signal)
  return tripwire === null ? null : runTripwire(options, { ...wired, candidate: request.candidate, tripwire }, signal)
}

function isRefuted({ mismatches, baselineProblem, candidateProblem, slowdowns = [] }: OracleComparison): boolean {
  return mismatches > 0 || baselineProblem !== null || candidateProblem !== null || slowdowns.length > 0
}

function looksProven(metrics: readonly MetricFacts[], rules: Readonly<Record<string, MetricRule>>): boolean {
  return metrics.length === Object.keys(rules).length && metrics.every((facts) => facts.problem === null && nextLook(facts.pairs, rules[facts.name] as MetricRule).status === 'proven')
}

async function canariesOf(options: EvaluatorOptions, { request, baseline }: { readonly request: EvaluationRequest; readonly baseline: BaselineStand }, signal: AbortSignal): Promise<readonly Canary[] | null> {
  const { canary, config, scope } = options
  if (canary === undefined || config.accept.canaries === 0) return null
  request.observe({ stage: 'canaries' })
  return runCanaries({ ...options, ...canary }, {
    config,
    candidate: request.candidate,
    baseline: { commit: request.baseline, tree: baseline.prepared.tree, testRuns: baseline.testRuns },
    prepare: (commit) => prepareRequest(options, commit, request.trusted),
    isProtected: (file) => scope.isProtected(file),
    random: request.random,
  }, signal)
}

function troubleOf(config: Config, { prepared, testRuns }: BaselineStand): BaselineTrouble | null {
  const { build } = prepared
  if (build !== null && !build.ok) return { stage: 'build', summary: `\`${config.build ?? ''}\`, ${build.ending}${build.exitCode === null ? '' : ` with status ${build.exitCode}`}`, tail: build.tail }
  const trouble = troubleIn(testRuns)
  if (trouble === null) return null
  const hint = loopbackHint(testRuns, config.sandbox.loopback)
  return { stage: 'tests', ...trouble, summary: hint === null ? trouble.summary : `${trouble.summary}; ${hint}` }
}

/** The candidate with its own tests. Its result can only forbid: a candidate that deletes a test is found here. */
async function runOwnTests(
  options: EvaluatorOptions,
  { request, baseline }: { readonly request: EvaluationRequest; readonly baseline: BaselineStand },
  signal: AbortSignal,
): Promise<Evaluation['ownTests']> {
  const own = { ...prepareRequest(options, request.candidate, request.trusted), isProtected: () => false }
  await using candidate = await prepareTree(options, own, signal)
  if (candidate.build !== null && !candidate.build.ok) return compareTests(baseline.testRuns, [])
  return compareTests(baseline.testRuns, await runTests(options.sandbox, { config: options.config, tree: candidate.tree, random: request.random }, signal))
}

function prepareRequest(options: EvaluatorOptions, commit: ObjectId, trusted: ObjectId): PrepareRequest {
  return { config: options.config, commit, trusted, isProtected: (file) => options.scope.isProtected(file), mounts: options.mounts }
}

function buildFacts(baseline: PreparedTree, candidate: PreparedTree): BuildFacts | null {
  if (candidate.build === null) return null
  return { ...candidate.build, tampered: candidate.build.ok ? tamperedPaths(baseline.protectedDigests, candidate.protectedDigests) : [] }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new EvaluationError('evaluation-aborted', 'the evaluation was interrupted', { cause: signal.reason })
}
