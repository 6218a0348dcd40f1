import type { BuildFacts, Evaluation, MetricFacts, OracleComparison } from '../evaluation/evaluation.ts'
import type { Decision, MetricJudgement, MetricRule, Reason, Verdict } from './decision.ts'
import { agrees, countVote } from './count-vote.ts'
import { judgeRepair } from './judge-repair.ts'
import { nextLook, type LookStatus } from './monitor.ts'
import { noiseDoubt } from './noise-gate.ts'
import { jointLook, type JointLook, type ObjectivesRule } from './objectives.ts'
import { weighEvidence, type EvidenceBounds } from './weigh-evidence.ts'

/** Which gates the configuration has; a configured gate without facts can never be passed. */
export interface Gates extends EvidenceBounds {
  /** Absent: all of them. */
  readonly objectives?: Exclude<ObjectivesRule, 'all'>
  /** Linters had to be run. Absent: none had to. */
  readonly lint?: true
  readonly build: boolean
  readonly oracle: boolean
  /** Test commands that show whether an agent can still do what agents do. Absent: there are none. */
  readonly selfTests?: readonly string[]
}

interface Refusal {
  readonly verdict: Exclude<Verdict, 'accepted'>
  readonly reasons: readonly Reason[]
}

const namesShown = 5

/**
 * From facts to a verdict: pure, total, and the same whenever it is computed again. Gates come in the order of the cycle, correctness
 * before speed; a gain never pays for a broken gate. Trouble of the baseline proves nothing and ends inconclusive; trouble of the
 * candidate ends rejected. Without objectives (a reduced patch against the whole one) it is accepted when every guard holds.
 */
export function decide(evaluation: Evaluation, rules: Readonly<Record<string, MetricRule>>, gates: Gates): Decision {
  const refusedBuild = evaluation.baselineTrouble?.stage === 'tests' ? judgeBuild(evaluation.build, gates) : null
  if (refusedBuild !== null && evaluation.build !== null) return { ...refusedBuild, metrics: {} }
  if (evaluation.repair !== null && evaluation.repair !== undefined) return judgeRepair(evaluation, evaluation.repair)
  const refusal = judgeBaseline(evaluation) ?? judgeBuild(evaluation.build, gates) ?? judgeTests(evaluation, gates) ?? judgeOracle(evaluation, gates) ?? judgeDisguise(evaluation)
  const joint = gates.objectives === undefined ? null : jointLook(evaluation.metrics, rules, gates.objectives)
  const looks = lookAtMetrics(evaluation.metrics, rules, joint)
  const metrics = Object.fromEntries(looks.map(({ facts, judgement }) => [facts.name, judgement]))
  const outcome = refusal ?? judgeFigures(evaluation.metrics) ?? judgeHeldOut(evaluation) ?? judgePlainTests(evaluation) ?? judgeTripwire(evaluation) ?? judgeLooks(looks, rules, joint)
  return weighed({ ...outcome, metrics }, evaluation, gates)
}

/** Evidence that is weaker than it looks can turn a yes into a question, never a no into anything else. */
function weighed(decision: Decision, evaluation: Evaluation, gates: Gates): Decision {
  const doubts = decision.verdict === 'accepted' ? weighEvidence(evaluation, decision, gates) : []
  return doubts.length === 0 ? decision : { ...decision, verdict: 'approval-required', reasons: [...decision.reasons, ...doubts] }
}

function judgeBaseline({ baselineTrouble }: Evaluation): Refusal | null {
  switch (baselineTrouble?.stage) {
    case undefined:
      return null
    case 'build':
      return inconclusive('baseline-build-failed', `the baseline does not build, so nothing can be proven on it: ${baselineTrouble?.summary}`)
    case 'tests':
      return inconclusive('baseline-tests-failed', `tests already fail in the baseline, so nothing can be proven on it: ${baselineTrouble?.summary}`)
  }
}

function judgeBuild(build: BuildFacts | null, gates: Gates): Refusal | null {
  if (!gates.build) return null
  if (build === null) return rejected('build-failed', 'the build was not run')
  if (!build.ok) return rejected('build-failed', `the build ended with ${build.ending}${build.exitCode === null ? '' : `, exit status ${build.exitCode}`}`)
  if (build.tampered.length > 0) return rejected('build-tampered', `the build changed protected files: ${listed(build.tampered)}`)
  return null
}

function judgeTests({ tests, testRuns }: Evaluation, { selfTests = [] }: Gates): Refusal | null {
  if (tests === null) return rejected('test-run-failed', 'the tests were not run')
  if (tests.baseline.failed > 0) return inconclusive('baseline-tests-failed', `${tests.baseline.failed} tests already fail in the baseline: nothing can be proven on it`)
  if (tests.baseline.passed === 0) return inconclusive('baseline-tests-failed', 'no test passes in the baseline: nothing can be proven on it')
  const broken = testRuns.filter(({ command, ending, exitCode }) => selfTests.includes(command) && (ending !== 'exited' || exitCode !== 0))
  const reasons: Reason[] = broken.map(({ command }) => ({ code: 'self-test-failed', message: `\`${command}\` fails: with this change the agent can no longer edit code as it must` }))
  if (testRuns.length === 0) reasons.push({ code: 'test-run-failed', message: 'no test command was run' })
  for (const run of testRuns) {
    if (run.ending !== 'exited') reasons.push({ code: 'test-run-failed', message: `\`${run.command}\` was ended: ${run.ending}` })
    else if (run.report === 'missing' || run.report === 'malformed') reasons.push({ code: 'test-run-failed', message: `\`${run.command}\` left a ${run.report} report${run.problem === undefined ? '' : `: ${run.problem}`}` })
    else if (run.exitCode !== 0) reasons.push({ code: 'test-run-failed', message: `\`${run.command}\` ended with exit status ${run.exitCode}` })
  }
  if (tests.newlyFailing.length > 0) reasons.push({ code: 'tests-failed', message: `${tests.newlyFailing.length} tests fail that pass in the baseline: ${listed(tests.newlyFailing)}` })
  if (tests.missing.length > 0) reasons.push({ code: 'tests-missing', message: `${tests.missing.length} tests that pass in the baseline were skipped or not run: ${listed(tests.missing)}` })
  return reasons.length > 0 ? { verdict: 'rejected', reasons } : null
}

function judgeOracle({ oracle }: Evaluation, gates: Gates): Refusal | null {
  if (!gates.oracle) return null
  if (oracle === null) return rejected('oracle-failed', 'the oracle was not run')
  if (oracle.baselineProblem !== null) return inconclusive('oracle-baseline-failed', `the oracle proves nothing: ${oracle.baselineProblem}`)
  if (oracle.mismatches > 0) return rejected('oracle-mismatch', `${oracle.mismatches} of ${oracle.cases} cases behave differently from the baseline`)
  if (oracle.candidateProblem !== null) return rejected('oracle-failed', `the oracle failed on the candidate: ${oracle.candidateProblem}`)
  const slower = judgeSlowdowns(oracle)
  if (slower !== null) return slower
  if (oracle.cases === 0) return inconclusive('oracle-baseline-failed', 'the oracle compared no case')
  return null
}

/** A gain on a benchmark must not be paid for by other inputs. */
function judgeSlowdowns({ slowdowns = [] }: OracleComparison): Refusal | null {
  const [slower] = slowdowns
  if (slower === undefined) return null
  const [candidate, baseline] = [slower.candidate, slower.baseline].map((all) => all.map((ms) => ms.toFixed(0)).join(', '))
  return rejected('oracle-slower', `for seed ${slower.seed} the oracle takes ${candidate} ms instead of ${baseline} ms: some inputs got much slower`)
}

/** The very inputs that it answers rightly when it is asked for answers. */
function judgeDisguise({ disguise }: Evaluation): Refusal | null {
  if (disguise === null || disguise === undefined) return null
  const { kinds, oracle, isPlainlyWrong } = disguise
  const how = kinds.join('; ')
  if (isPlainlyWrong === true) return rejected('oracle-mismatch', `on a further seed ${oracle.mismatches} of ${oracle.cases} cases behave differently from the baseline${oracle.candidateProblem === null ? '' : ` (${oracle.candidateProblem})`}`)
  if (oracle.mismatches > 0) return rejected('disguise-mismatch', `${oracle.mismatches} of ${oracle.cases} cases behave differently when the oracle runs ${how}: the change tells its judges apart`)
  if (oracle.candidateProblem !== null) return rejected('disguise-mismatch', `the oracle fails on the candidate when it runs ${how}: ${oracle.candidateProblem}`)
  return judgeSlowdowns(oracle)
}

/** What the search could not see must hold as well. */
function judgeHeldOut({ heldOut }: Evaluation): Refusal | null {
  if (heldOut === null || heldOut === undefined) return null
  if (heldOut.newlyFailing.length > 0) return rejected('tests-failed', `${heldOut.newlyFailing.length} held-out tests fail that pass in the baseline: ${listed(heldOut.newlyFailing)}`)
  if (heldOut.missing.length > 0) return rejected('tests-missing', `${heldOut.missing.length} held-out tests that pass in the baseline were skipped or not run: ${listed(heldOut.missing)}`)
  return null
}

/** Right wherever it finds the marks of an evaluation is not right. */
function judgePlainTests({ plainTests }: Evaluation): Refusal | null {
  if (plainTests === null || plainTests === undefined || plainTests.failing.length === 0) return null
  return rejected('disguise-mismatch', `run plainly, without a seed, a reporter or anything else of an evaluation, tests fail that pass on the baseline: ${listed(plainTests.failing.map((command) => `\`${command}\``))}`)
}

/** Tests that pass although they are wrong have been silenced by what they test. */
function judgeTripwire({ tripwire }: Evaluation): Refusal | null {
  if (tripwire === null || tripwire === undefined || tripwire.silent.length === 0) return null
  return rejected('tests-silenced', `made wrong on purpose (${tripwire.description}), ${tripwire.silent.length} of ${tripwire.expected} tests that fail on the baseline pass on the change: ${listed(tripwire.silent)}`)
}

/** A launch without a figure is a failure of that side, never a missing sample. */
function judgeFigures(metrics: readonly MetricFacts[]): Refusal | null {
  const differing = metrics.find((facts) => facts.outputs === 'differs')
  if (differing !== undefined) return rejected('metric-output-differs', `metric ${differing.name}: ${differing.problem?.detail ?? 'it printed something else than the baseline'}, which prints the same every time; a gain that changes results is none`)
  const unasked = metrics.find(({ problem }) => problem?.code === 'model-trouble')
  if (unasked !== undefined) return inconclusive('model-trouble', `metric ${unasked.name} could not be measured on the ${unasked.problem?.side ?? 'candidate'}: ${unasked.problem?.detail ?? ''}`)
  for (const side of ['candidate', 'baseline'] as const) {
    const failed = metrics.find((facts) => facts.problem?.side === side || facts.pairs.some((pair) => !Number.isFinite(pair[side])))
    if (failed === undefined) continue
    const message = `metric ${failed.name} gave no figure on the ${side}${failed.problem === null ? '' : `: ${failed.problem.detail}`}`
    // A pair in which the baseline failed as well says nothing about the candidate.
    const both = side === 'candidate' && failed.problem?.side === 'baseline'
    if (both) continue
    if (side === 'candidate' && failed.problem?.code === 'trajectory-incomplete') return rejected('trajectory-incomplete', message)
    return side === 'candidate' ? rejected('metric-failed', message) : inconclusive('metric-baseline-failed', message)
  }
  const unmetered = metrics.find(isBelowResolution)
  if (unmetered === undefined) return null
  return inconclusive('metric-failed', `metric ${unmetered.name} read 0 ${unmetered.unit} on the candidate: too little to be measured, not a gain; give its command more to do`)
}

/** No process runs in no time and no memory. A meter that reads zero on one side only is too coarse, and its ratio means nothing. */
function isBelowResolution({ trust, unit, pairs }: MetricFacts): boolean {
  if (trust !== 'measured' || (unit !== 'ms' && unit !== 'bytes')) return false
  return pairs.some(({ baseline, candidate }) => candidate !== null && baseline !== null && candidate <= 0 && baseline > 0)
}

interface JudgedMetric {
  readonly facts: MetricFacts
  readonly rule: MetricRule
  readonly status: LookStatus
  readonly judgement: MetricJudgement
}

function lookAtMetrics(metrics: readonly MetricFacts[], rules: Readonly<Record<string, MetricRule>>, joint: JointLook | null): readonly JudgedMetric[] {
  return metrics.flatMap((facts): JudgedMetric[] => {
    const rule = Object.hasOwn(rules, facts.name) ? rules[facts.name] : undefined
    if (rule === undefined) return []
    const { status, judgement } = nextLook(facts.pairs, rule, facts)
    const shows = joint === null || rule.role === 'guard' ? {} : { shows: joint.found.has(facts.name) ? ('gain' as const) : ('no-loss' as const) }
    return [{ facts, rule, status, judgement: { ...judgement, unit: facts.unit, ...shows } }]
  })
}

function judgeLooks(looks: readonly JudgedMetric[], rules: Readonly<Record<string, MetricRule>>, joint: JointLook | null): Omit<Decision, 'metrics'> {
  // Together, objectives answer for each other; a guard always answers for itself.
  const alone = joint === null ? looks : looks.filter(({ rule }) => rule.role === 'guard')
  const worse = alone.filter((look) => look.status === 'worse')
  if (worse.length > 0) return { verdict: 'rejected', reasons: worse.map(worseReason) }
  const together = joint === null ? null : judgeJointly(looks.filter(({ rule }) => rule.role === 'objective'), joint)
  if (together !== null) return together
  const unproven = alone.filter((look) => look.status !== 'proven')
  if (unproven.length > 0) return { verdict: 'inconclusive', reasons: unproven.map(unprovenReason) }
  const measured = new Set(looks.map((look) => look.facts.name))
  const unmeasured = Object.keys(rules).filter((name) => !measured.has(name))
  if (unmeasured.length > 0 || looks.length === 0) {
    return { verdict: 'inconclusive', reasons: [{ code: 'pair-limit', message: `not measured: ${unmeasured.join(', ') || 'any metric'}` }] }
  }
  const doubted = looks.flatMap((look) => [...noise(look), ...countDoubt(look)])
  if (doubted.length > 0) return { verdict: 'inconclusive', reasons: doubted }
  return { verdict: 'accepted', reasons: looks.map(provenReason) }
}

function noise({ facts, rule, judgement }: JudgedMetric): readonly Reason[] {
  const doubt = rule.role === 'objective' ? noiseDoubt(facts, rule, judgement) : null
  return doubt === null ? [] : [{ code: 'noise-gate', message: `${facts.name} is measured as better, but ${doubt}` }]
}

function judgeJointly(objectives: readonly JudgedMetric[], { status, combined }: JointLook): Omit<Decision, 'metrics'> | null {
  const said = objectives.map(({ facts, judgement }) => `${facts.name} ${figures(judgement)}`).join('; ')
  const whole = combined === null ? said : `the weighted sum ${figures({ ...combined.judgement, unit: '' })}; ${said}`
  switch (status) {
    case 'proven':
      return null
    case 'worse':
      return { verdict: 'rejected', reasons: [{ code: 'objective-worse', message: `the objectives together, or one of them by more than its margin, are proven worse: ${whole}` }] }
    case 'futile':
      return { verdict: 'inconclusive', reasons: [{ code: 'no-useful-gain', message: `no useful gain in the objectives is in sight: ${whole}` }] }
    case 'continue':
    case 'limit':
      return { verdict: 'inconclusive', reasons: [{ code: 'pair-limit', message: `the objectives are undecided: ${whole}` }] }
  }
}

/** A vote that was asked for and is not there, or says something else, leaves the question open. It never decides against a change: caches and memory are gains that no count shows. */
function countDoubt({ facts, rule }: JudgedMetric): readonly Reason[] {
  if (rule.role !== 'objective' || rule.counts === undefined) return []
  const vote = countVote(facts.counts, rule)
  if (agrees(vote)) return []
  const problem = facts.counts?.problem
  switch (vote.stance) {
    case 'gain':
    case 'better':
      return []
    case 'same':
    case 'worse':
      return [{ code: 'counts-disagree', message: `${facts.name} is better by the clock, and the change executes ${vote.stance === 'worse' ? 'more instructions than the baseline' : 'as many instructions as the baseline'}; a gain by caches or memory needs \`counts: off\`` }]
    case 'unsteady':
      return [{ code: 'counts-unusable', message: `the instructions of ${facts.name} do not repeat from launch to launch, so that they cannot confirm a gain` }]
    case 'missing':
      return [{ code: 'counts-unusable', message: `the instructions of ${facts.name} could not be counted${problem === null || problem === undefined ? '' : ` on the ${problem.side}: ${problem.detail}`}` }]
  }
}

function worseReason({ facts, rule, judgement }: JudgedMetric): Reason {
  const code = rule.role === 'objective' ? 'objective-worse' : 'guard-worse'
  const limit = rule.role === 'objective' ? '' : `, more than the margin of ${percent(rule.margin)}`
  return { code, message: `${facts.name} is proven worse${limit}: ${figures(judgement)}` }
}

function unprovenReason({ facts, rule, status, judgement }: JudgedMetric): Reason {
  if (rule.role === 'guard') return { code: 'guard-unproven', message: `${facts.name} could not be proven to stay within its margin of ${percent(rule.margin)}: ${figures(judgement)}` }
  if (status === 'futile') return { code: 'no-useful-gain', message: `no gain of at least ${percent(rule.minimumEffect)} in ${facts.name} in sight: ${figures(judgement)}` }
  return { code: 'pair-limit', message: `${facts.name} is undecided after ${judgement.pairs} launch pairs: ${figures(judgement)}` }
}

function provenReason({ facts, rule, judgement }: JudgedMetric): Reason {
  if (judgement.counted !== undefined) return { code: 'proven-gain', message: `${facts.name} takes ${ratio(judgement.counted)} times fewer instructions at least, for every seed, and is no more than ${percent(rule.margin)} worse by the clock: ${figures(judgement)}` }
  const what = rule.role === 'objective' && judgement.shows !== 'no-loss' ? 'is better' : `stays within its margin of ${percent(rule.margin)}`
  return { code: 'proven-gain', message: `${facts.name} ${what}: ${figures(judgement)}` }
}

function figures({ effect, pairs, eValue }: MetricJudgement): string {
  const evidence = `e-value ${eValue >= 1e4 ? eValue.toExponential(1) : eValue.toPrecision(3)} after ${pairs} launch pairs`
  if (effect === null) return evidence
  const bounds = effect.low === 0 && effect.high >= Number.MAX_VALUE ? 'too few pairs for bounds' : `between ${ratio(effect.low)} and ${ratio(effect.high)}`
  return `${ratio(effect.estimate)} as good as the baseline (${bounds}), ${evidence}`
}

function ratio(value: number): string {
  return value > 1e6 ? 'unbounded' : `${value.toFixed(3)}x`
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(3))} %`
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, namesShown).join('; ')}${names.length > namesShown ? `; and ${names.length - namesShown} more` : ''}`
}

function rejected(code: Reason['code'], message: string): Refusal {
  return { verdict: 'rejected', reasons: [{ code, message }] }
}

function inconclusive(code: Reason['code'], message: string): Refusal {
  return { verdict: 'inconclusive', reasons: [{ code, message }] }
}
