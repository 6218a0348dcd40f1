import type { Canary, Evaluation, LaunchCost, MetricFacts, OracleAnswers } from '../evaluation/evaluation.ts'
import { isNoticed, noticesNeeded } from '../evaluation/canary-adequacy.ts'
import type { Decision, Reason } from './decision.ts'

export interface EvidenceBounds {
  /** More than this many times as good is not believed without a person. */
  readonly plausibleGain: number
  /** Whether a gain that rests on what the candidate says of itself is believed without a person. */
  readonly trustReported: boolean
}

/** Extra memory that a gain in time may cost: twice the baseline's, and this many bytes. */
const memoryAllowance = 64 * 1024 ** 2
/** Extra wall time that a gain in CPU time may cost: half of the baseline's, and this many milliseconds. */
const wallAllowance = 100

/**
 * What stands against believing an otherwise proven gain. None of it shows that the change is bad; all of it says that the evidence is weaker than it looks, so that a
 * person has to consent.
 */
export function weighEvidence(evaluation: Evaluation, decision: Decision, bounds: EvidenceBounds): readonly Reason[] {
  return [...weakJudges(evaluation), ...blindOracle(evaluation), ...otherwiseOnInvalid(evaluation), ...implausible(evaluation, decision, bounds), ...(bounds.trustReported ? [] : saidOnly(evaluation)), ...countedOnly(evaluation, decision), ...evaluation.metrics.flatMap((facts) => paidElsewhere(facts, decision))]
}

/** Whether the judges notice what breaks the changed lines. */
export function weakJudges({ canaries, oracle, disguise, plainTests }: Evaluation): readonly Reason[] {
  const isThorough = plainTests !== null && plainTests !== undefined
  const isDisguised = disguise !== null && disguise !== undefined && (disguise.undisguised ?? []).length === 0
  if (isThorough && oracle !== null && !isDisguised) return [{ code: 'weak-evidence', message: 'the oracle gives its answers only under its own name and place: a change that tells its judges apart would not be seen' }]
  if (canaries === null || canaries === undefined) return []
  const usable = canaries.filter(isUsable)
  if (!usable.some(isNoticed)) {
    const why = usable.length === 0 ? 'none could be made that builds' : `${usable.length} were tried, for instance ${usable[0]?.description ?? ''}`
    return [{ code: 'weak-evidence', message: `no test, oracle or benchmark notices when the changed lines are broken on purpose: ${why}` }]
  }
  const message = [...Map.groupBy(canaries, ({ place }) => place ?? '')].map(([place, own]) => unwatched(place, own)).find((found) => found !== null)
  return message === undefined || message === null ? [] : [{ code: 'weak-evidence', message }]
}

/** Why the judges are not believed for one place of a change; null when they are. An oracle counts where it noticed something: elsewhere it says nothing. */
function unwatched(place: string, own: readonly Canary[]): string | null {
  const usable = own.filter(isUsable)
  const noticed = usable.filter(isNoticed).length
  const unseen = own.find((canary) => !isNoticed(canary))?.description ?? ''
  if (noticed === 0) return `no test, oracle or benchmark notices when the change is broken on purpose at ${place}: ${unseen}`
  if (noticed >= noticesNeeded(usable.length, usable.some(({ caughtBy }) => caughtBy === 'oracle'))) return null
  return `the oracle does not look at ${place === '' ? 'the change' : place}, and tests and benchmarks notice only ${noticed} of ${usable.length} changes that break it on purpose; not noticed: ${unseen}`
}

function isUsable({ caughtBy }: Canary): boolean {
  return caughtBy !== 'unusable'
}

/** An oracle whose function refuses what it is given, or always says the same, compares nothing. */
const leastAnswers = 20
const mostRefused = 0.8

function blindOracle({ oracle }: Evaluation): readonly Reason[] {
  const message = [oracle?.answers ?? []].flat().map(blindness).find((found) => found !== null)
  return message === undefined || message === null ? [] : [{ code: 'weak-evidence', message }]
}

function blindness({ asked, thrown, varies }: OracleAnswers): string | null {
  if (asked < leastAnswers) return null
  if (thrown > mostRefused * asked) return `${thrown} of ${asked} inputs of the oracle that should be answered end with an error: its generators miss what the function is for`
  return varies ? null : `the oracle says the same for all of its ${asked} inputs: it would not see a change`
}

/** Whether invalid input is anybody's business, only a person can say; in some contracts it is, in others not. */
function otherwiseOnInvalid({ oracle, disguise }: Evaluation): readonly Reason[] {
  const found = (oracle?.invalidMismatches ?? 0) + (disguise?.oracle.invalidMismatches ?? 0)
  if (found === 0) return []
  return [{ code: 'invalid-input-differs', message: `${found} cases behave differently from the baseline, all of them with input that the oracle calls invalid; \`"invalid": false\` in its spec leaves such input out` }]
}

/** Threat: the figure is printed by a process that runs the candidate's code, which can print any other. */
function saidOnly({ metrics }: Evaluation): readonly Reason[] {
  return metrics.flatMap(({ name, role, trust }): Reason[] => {
    if (role !== 'objective' || trust !== 'reported') return []
    return [{ code: 'reported-figure', message: `${name} is what the measured command says of itself, by what it prints or how it exits, and could say at will; \`accept: { trustReported: true }\` does without a person` }]
  })
}

/** Threat: the instrument that counts shares its process with the candidate, which can notice it, and forge what it says. */
function countedOnly({ metrics }: Evaluation, decision: Decision): readonly Reason[] {
  const objectives = metrics.filter(({ role }) => role === 'objective')
  if (objectives.some(({ trust, name }) => trust === 'measured' && decision.metrics[name]?.shows !== 'no-loss')) return []
  return objectives.flatMap(({ name, trust }): Reason[] => {
    if (trust !== 'instrumented') return []
    return [{ code: 'counts-only', message: `${name} is a count of instructions, and no objective that is measured from outside shows the gain: add one with \`measure: cpu-time\`` }]
  })
}

/** Of a suite every task is judged by itself, and a ratio says nothing of an agent that solved none before. */
function implausible(evaluation: Evaluation, { metrics }: Decision, { plausibleGain }: EvidenceBounds): readonly Reason[] {
  const ofSuites = new Set(evaluation.metrics.filter(({ taskRuns }) => taskRuns !== undefined).map(({ name }) => name))
  return Object.entries(metrics).flatMap(([name, { role, effect }]): Reason[] => {
    if (ofSuites.has(name)) return []
    if (role !== 'objective' || effect === null || effect.estimate <= plausibleGain) return []
    return [{ code: 'implausible-gain', message: `${name} would be ${effect.estimate > 1e6 ? 'immeasurably' : `${effect.estimate.toFixed(1)} times`} better; more than ${plausibleGain} times needs a person` }]
  })
}

/** Time bought with memory (collection switched off, everything remembered), or CPU time with waiting. */
function paidElsewhere({ name, unit, role, pairs }: MetricFacts, { metrics }: Decision): readonly Reason[] {
  if (unit !== 'ms' || role !== 'objective' || !Object.hasOwn(metrics, name)) return []
  const costs = pairs.flatMap(({ cost }) => (cost === undefined ? [] : [cost]))
  const of = (side: 'baseline' | 'candidate', figure: 1 | 2): number => median(costs.map((cost) => (cost[side] satisfies LaunchCost)[figure]))
  const [wall, memory] = [[of('baseline', 1), of('candidate', 1)], [of('baseline', 2), of('candidate', 2)]] as const
  const reasons: Reason[] = []
  if (memory[1] > 2 * memory[0] && memory[1] > memory[0] + memoryAllowance) {
    reasons.push({ code: 'resource-cost', message: `the gain in ${name} costs memory: ${mebibytes(memory[1])} instead of ${mebibytes(memory[0])}` })
  }
  if (wall[1] > 1.5 * wall[0] && wall[1] > wall[0] + wallAllowance) {
    reasons.push({ code: 'resource-cost', message: `the gain in ${name} costs time on the clock: ${wall[1].toFixed(0)} ms instead of ${wall[0].toFixed(0)} ms a launch` })
  }
  return reasons
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0)} MiB`
}
