import type { Benchmarks, SidesRequest, SuiteSides } from '../benchmark/suite-sides.ts'
import { isAllProven } from '../decision/objectives.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import type { Config } from '../target/config.ts'
import { agentTree } from './agent-tree.ts'
import { askHeldOut } from './ask-held-out.ts'
import { prepareRequest, troubleOf, type BaselineStand } from './baseline-stand.ts'
import { compareTests } from './compare-tests.ts'
import type { CountingChoice } from './counting-method.ts'
import { EvaluationError } from './evaluation-error.ts'
import type { EvaluationRequest, EvaluatorOptions } from './evaluation-request.ts'
import { compareHeldOut, evaluateRepair } from './evaluate-repair.ts'
import type { BaselineTrouble, BuildFacts, Evaluation, TestComparison } from './evaluation.ts'
import type { LaunchTree } from './launch-plan.ts'
import { measureMetrics } from './measure-metrics.ts'
import { runLinters } from './lint/run-linters.ts'
import { isFinal } from './oracle-comparison.ts'
import { prepareTree, tamperedPaths, type PreparedTree } from './prepared-tree.ts'
import { runCanaries, type CanaryPorts } from './run-canaries.ts'
import { runDisguised } from './run-disguise.ts'
import { repeatOracles, runOracles, type Arms } from './run-oracle.ts'
import { runPlainTests } from './run-plain-tests.ts'
import { runTests } from './run-tests.ts'
import { findTripwire, runTripwire } from './tripwire.ts'

type Facts = Pick<Evaluation, 'baselineTrouble' | 'build' | 'tests' | 'testRuns' | 'ownTests' | 'oracle' | 'disguise' | 'plainTests' | 'tripwire' | 'metrics' | 'canaries' | 'repair' | 'heldOut' | 'lint'>

const nothing: Omit<Facts, 'baselineTrouble'> = { build: null, tests: null, testRuns: [], ownTests: null, oracle: null, disguise: null, plainTests: null, tripwire: null, metrics: [], canaries: null }

interface CandidateOptions extends EvaluatorOptions {
  /** What counts instructions; one choice for a whole run. */
  readonly counting?: CountingChoice
  readonly benchmarks?: Benchmarks | null
}

interface Against {
  readonly request: EvaluationRequest
  readonly baseline: BaselineStand
}

interface Trial extends Against {
  readonly arms: Arms
  /** What is known so far. */
  readonly facts: Facts
}

/** Cheap refusals first: a gate that fails ends the evaluation, and what was not reached stays null. */
export async function evaluateCandidate(options: CandidateOptions, { request, baseline }: Against, signal: AbortSignal): Promise<Facts> {
  const baselineTrouble = troubleOf(options.config, baseline)
  const goal = request.goal ?? options.config.search.goal
  if (baselineTrouble !== null && !isRepairable(goal, baselineTrouble)) return { ...nothing, baselineTrouble }
  request.observe({ stage: 'build' })
  await using candidate = await prepareTree(options, prepareRequest(options, request.candidate, request.trusted), signal)
  const build = buildFacts(baseline.prepared, candidate)
  const facts: Facts = { ...nothing, baselineTrouble, build }
  if (build !== null && (!build.ok || build.tampered.length > 0)) return facts
  const trial = { request, baseline, arms: { baseline: baseline.prepared.tree, candidate: candidate.tree } }
  if (baselineTrouble !== null) {
    const repair = { ...request, isSought: goal === 'repair', prepare: (commit: ObjectId) => prepareRequest(options, commit, request.trusted) }
    const repaired = { ...facts, ...(await evaluateRepair(options, { request: repair, baseline, candidate: candidate.tree }, signal)) }
    const linted = { ...repaired, ...(await lintFacts(options, trial, signal)) }
    return request.checkOwnTests ? { ...linted, ownTests: await runOwnTests(options, { request, baseline }, signal) } : linted
  }
  const tested = await testCandidate(options, { ...trial, facts }, signal)
  if (isBroken(tested.tests) || isBroken(tested.ownTests)) return tested
  const measured = await measureCandidate(options, { ...trial, facts: tested }, signal)
  // What follows is for what would be accepted; nothing else is worth its time.
  // Awaited here: the candidate's tree must stay until everything that looks at it has ended.
  return request.thorough && isAllProven(measured.metrics, request.rules, options.config.accept.objectives) ? await doubtCandidate(options, { ...trial, facts: measured }, signal) : measured
}

async function testCandidate(options: EvaluatorOptions, { request, baseline, arms, facts }: Trial, signal: AbortSignal): Promise<Facts> {
  request.observe({ stage: 'tests' })
  const testRuns = await runTests(options.sandbox, { config: options.config, tree: arms.candidate, random: request.random }, signal)
  const tests = compareTests(baseline.testRuns, testRuns)
  if (isBroken(tests)) return { ...facts, tests, testRuns }
  const tested: Facts = { ...facts, tests, testRuns, ...(await lintFacts(options, { request, arms }, signal)) }
  if (!request.checkOwnTests) return tested
  return { ...tested, ownTests: await runOwnTests(options, { request, baseline }, signal) }
}

/** Only for what may be offered: a search would spend more time on it than on what it looks for. */
async function lintFacts({ sandbox, config }: Pick<CandidateOptions, 'sandbox' | 'config'>, { request, arms }: { readonly request: Pick<EvaluationRequest, 'thorough'>; readonly arms: Arms }, signal: AbortSignal): Promise<Pick<Facts, 'lint'>> {
  return config.lint.length === 0 || !(request.thorough || !config.accept.confirm) ? {} : { lint: await runLinters(sandbox, { config, arms }, signal) }
}

async function measureCandidate(options: CandidateOptions, { request, baseline, arms, facts }: Trial, signal: AbortSignal): Promise<Facts> {
  const { sandbox, config } = options
  const { random, rules, thorough, observe } = request
  observe({ stage: 'oracle' })
  const oracle = await runOracles(sandbox, { config, arms, random }, signal)
  if (oracle !== null && isFinal(oracle)) return { ...facts, oracle }
  if (thorough) observe({ stage: 'disguise' })
  const disguise = thorough ? await runDisguised(sandbox, { config, arms, random }, signal) : null
  if (disguise !== null && isFinal(disguise.oracle)) return { ...facts, oracle, disguise }
  const onPair = (metric: string, pairs: number): void => observe({ stage: 'metric', metric, pairs })
  const copy = await copyOf(options, { request, baseline }, signal)
  await using suites = sidesOf(options, { request, arms })
  const lists = options.revisions === undefined ? {} : { lists: { revisions: options.revisions, trusted: request.trusted } }
  return { ...facts, oracle, disguise, metrics: await measureMetrics(sandbox, { config, rules, arms, suites, ...lists, thorough, copy, random, onPair, ...(options.counting === undefined ? {} : { counting: options.counting }) }, signal) }
}

/** Null where no metric has a suite. */
function sidesOf(options: CandidateOptions, { request, arms }: { readonly request: EvaluationRequest; readonly arms: Arms }): SuiteSides | null {
  const { config, sandbox, scratch, benchmarks } = options
  if (!Object.keys(request.rules).some((name) => config.metrics[name]?.suite !== undefined)) return null
  const { occasion, baseline, candidate, trusted } = request
  if (benchmarks === undefined || benchmarks === null || occasion === undefined) throw new EvaluationError('setup-failed', 'a metric has a suite, and nothing here can run an agent', { remedy: 'Judge the change by `ratchet evaluate` or `ratchet run`.' })
  const layOut: SidesRequest['agentTree'] = (commit, isHidden, signal) => agentTree(options, { commit, trusted, baseline, isHidden }, signal)
  return benchmarks.sides({ config, sandbox, scratch, trusted, occasion, agentTree: layOut, arms: { baseline: { commit: baseline, tree: arms.baseline }, candidate: { commit: candidate, tree: arms.candidate } } })
}

/** What is only searched among is measured again before it is offered: null pairs are for what may be offered. */
async function copyOf(options: EvaluatorOptions, { request, baseline }: Against, signal: AbortSignal): Promise<{ readonly tree: LaunchTree; readonly every: number } | null> {
  const every = options.config.accept.nullPairs
  if (every === 0 || !request.thorough) return null
  const copy = (baseline.copy ??= prepareTree(options, prepareRequest(options, request.baseline, request.trusted), signal))
  try {
    return { tree: (await copy).tree, every }
  } catch (error) {
    baseline.copy = null
    throw error
  }
}

/** Everything that could still show that a proven gain is none. */
async function doubtCandidate(options: CandidateOptions, { request, baseline, arms, facts }: Trial, signal: AbortSignal): Promise<Facts> {
  const { sandbox, config } = options
  const { random } = request
  request.observe({ stage: 'oracle' })
  const oracle = facts.oracle === null ? null : await repeatOracles(sandbox, { config, arms, random, before: facts.oracle }, signal)
  if (oracle !== null && isFinal(oracle)) return { ...facts, oracle }
  const heldOut = await compareHeldOut(options, { trees: arms, random }, signal)
  const repeated: Facts = { ...facts, oracle, heldOut }
  if (isBroken(heldOut)) return repeated
  const plainTests = await runPlainTests(sandbox, { config, arms, random }, signal)
  if (plainTests.failing.length > 0) return { ...repeated, plainTests }
  const metrics = await withHeldOut(options, { request, arms, facts }, signal)
  if (options.canary === undefined || config.accept.canaries === 0) return { ...repeated, metrics, plainTests }
  request.observe({ stage: 'canaries' })
  return { ...repeated, metrics, plainTests, ...(await tryJudges({ ...options, canary: options.canary }, { request, baseline }, signal)) }
}

/** Tasks that no search has seen, where there are any. */
async function withHeldOut(options: CandidateOptions, { request, arms, facts }: Pick<Trial, 'request' | 'arms' | 'facts'>, signal: AbortSignal): Promise<Facts['metrics']> {
  await using suites = sidesOf(options, { request, arms })
  return suites === null ? facts.metrics : await askHeldOut(suites, { config: options.config, metrics: facts.metrics }, signal)
}

/** Whether the judges still notice what is wrong: tests made wrong, and mutants of the change. */
async function tryJudges(options: EvaluatorOptions & { readonly canary: CanaryPorts }, { request, baseline }: Against, signal: AbortSignal): Promise<Pick<Facts, 'tripwire' | 'canaries'>> {
  const { canary, config, scope } = options
  const ports = { ...options, ...canary }
  const isProtected = (file: string): boolean => scope.isProtected(file)
  const { candidate, trusted, random } = request
  const prepare = (commit: ObjectId, from: ObjectId = trusted): ReturnType<typeof prepareRequest> => prepareRequest(options, commit, from)
  const wired = { config, baseline: request.baseline, trusted, testRuns: baseline.testRuns, prepare, isProtected }
  const found = await findTripwire(ports, { ...wired, random }, signal)
  const tripwire = found === null ? null : await runTripwire(options, { ...wired, candidate, tripwire: found }, signal)
  if (tripwire !== null && tripwire.silent.length > 0) return { tripwire }
  const judges = { commit: request.baseline, tree: baseline.prepared.tree, testRuns: baseline.testRuns }
  return { tripwire, canaries: await runCanaries(ports, { config, candidate, baseline: judges, prepare: (commit) => prepare(commit), isProtected, random }, signal) }
}

function isBroken(tests: TestComparison | null): boolean {
  return tests !== null && (tests.missing.length > 0 || tests.newlyFailing.length > 0)
}

/** A build that fails leaves nothing to run; whoever asks for improvements only gets no repair. */
function isRepairable(goal: Config['search']['goal'], { stage }: BaselineTrouble): boolean {
  return stage === 'tests' && goal !== 'improve'
}

/** The candidate with its own tests. Its result can only forbid: a candidate that deletes a test is found here. */
async function runOwnTests(options: EvaluatorOptions, { request, baseline }: Against, signal: AbortSignal): Promise<TestComparison> {
  const own = { ...prepareRequest(options, request.candidate, request.trusted), isProtected: () => false }
  await using candidate = await prepareTree(options, own, signal)
  if (candidate.build !== null && !candidate.build.ok) return compareTests(baseline.testRuns, [])
  return compareTests(baseline.testRuns, await runTests(options.sandbox, { config: options.config, tree: candidate.tree, random: request.random }, signal))
}

function buildFacts(baseline: PreparedTree, candidate: PreparedTree): BuildFacts | null {
  if (candidate.build === null) return null
  return { ...candidate.build, tampered: candidate.build.ok ? tamperedPaths(baseline.protectedDigests, candidate.protectedDigests) : [] }
}
