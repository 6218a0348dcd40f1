import type { LaunchPair } from '../evaluation/evaluation.ts'
import type { Effect, MetricRule } from './decision.ts'
import { isHopeless } from './is-hopeless.ts'
import type { Look, LookStatus } from './look.ts'
import { largestEValue, signEValue } from './sign-e-process.ts'

interface Tally {
  readonly wins: number
  readonly losses: number
  readonly both: number
  readonly differences: readonly number[]
}

/**
 * Tasks solved by either side, one launch of each a task, in random order. Only tasks that one side alone solves tell the sides apart: if the candidate is no better, such a task is its own with
 * probability at most 1/2, so that the sign e-process holds on them after every task. Each task is asked once: the same tasks again would be no new evidence.
 */
export function lookAtPassRate(pairs: readonly LaunchPair[], rule: MetricRule, tasks: number): Look {
  const tally = tallyOf(pairs)
  const left = Math.max(0, tasks - pairs.length)
  const effect = passEffect(tally, rule.alpha)
  const done = pairs.length
  const look = (status: LookStatus, eValue: number): Look => ({ status, judgement: { effect, pairs: done, eValue, role: rule.role } })
  return rule.role === 'objective' ? objective({ tally, left, effect, rule, isStopped: isStoppedAtStage(pairs, rule, tasks) }, look) : guard({ tally, left, rule }, look)
}

type Answer = (status: LookStatus, eValue: number) => Look

function objective({ tally: { wins, losses }, left, effect, rule, isStopped }: { readonly tally: Tally; readonly left: number; readonly effect: Effect; readonly rule: MetricRule; readonly isStopped: boolean }, look: Answer): Look {
  const telling = wins + losses
  const eValue = signEValue(wins, telling)
  const threshold = 1 / rule.alpha
  if (signEValue(losses, telling) >= threshold) return look('worse', eValue)
  if (isStopped) return look('futile', eValue)
  if (eValue >= threshold && effect.estimate >= 1 + rule.minimumEffect) return look('proven', eValue)
  if (left === 0) return look('limit', eValue)
  if (signEValue(wins + left, telling + left) < threshold) return look('futile', eValue)
  return look(isHopeless(wins, losses, rule.patience) ? 'futile' : 'continue', eValue)
}

function guard({ tally: { differences }, left, rule }: { readonly tally: Tally; readonly left: number; readonly rule: MetricRule }, look: Answer): Look {
  const eValue = bettingEValue(differences, rule.margin)
  const threshold = 1 / rule.alpha
  if (eValue >= threshold) return look('proven', eValue)
  if (bettingEValue(differences.map((difference) => -difference), -rule.margin) >= threshold) return look('worse', eValue)
  return look(left === 0 ? 'limit' : 'continue', eValue)
}

/**
 * Whether a search ended at a stage: more tasks are only worth their price where the candidate solves at least one of those so far, unless the baseline solves none either, and is not behind by two. To stop early can cost an acceptance and never
 * make one. What may be offered is asked everything.
 */
function isStoppedAtStage(pairs: readonly LaunchPair[], { stages = [], patience }: MetricRule, tasks: number): boolean {
  if (patience === 'patient') return false
  return stages.some((stage) => {
    if (stage >= tasks || pairs.length < stage) return false
    const { wins, losses, both } = tallyOf(pairs.slice(0, stage))
    return losses - wins >= 2 || (wins + both === 0 && losses > 0)
  })
}

/** Stakes over which the bets are spread evenly; any fixed set keeps the e-value valid. */
const stakes = Array.from({ length: 40 }, (_, index) => (index + 1) / 41)

/**
 * E-value against "the mean difference, each in [-1, 1], is at most -margin": the mean wealth of bets 1 + stake * (difference + margin), none of which can go below zero, and each
 * of which is fair at best under that hypothesis.
 */
export function bettingEValue(differences: readonly number[], margin: number): number {
  const reach = Math.max(1 - margin, 1e-9)
  let sum = 0
  for (const stake of stakes) {
    let wealth = 0
    for (const difference of differences) wealth += Math.log1p((stake / reach) * (difference + margin))
    sum += Math.exp(Math.min(wealth, Math.log(largestEValue)))
  }
  return Math.min(largestEValue, sum / stakes.length)
}

function tallyOf(pairs: readonly LaunchPair[]): Tally {
  const differences = pairs.flatMap(({ baseline, candidate }) => (baseline === null || candidate === null ? [] : [Math.sign(candidate - baseline)]))
  const count = (wanted: number): number => differences.filter((difference) => difference === wanted).length
  return { wins: count(1), losses: count(-1), both: pairs.filter(({ baseline, candidate }) => baseline === 1 && candidate === 1).length, differences }
}

/**
 * How many times as many tasks the candidate solves. The bounds are those of the share that it wins of the tasks that tell the sides apart, at any time, for the
 * number of tasks seen to be solved by both.
 */
function passEffect({ wins, losses, both }: Tally, alpha: number): Effect {
  const telling = wins + losses
  const ratio = (share: number): number => (telling === 0 && both === 0 ? 1 : Math.min(Number.MAX_VALUE, (both + telling * share) / (both + telling * (1 - share))))
  if (telling === 0) return { estimate: 1, low: 0, high: Number.MAX_VALUE }
  return { estimate: ratio(wins / telling), low: ratio(lowestShare(wins, telling, alpha)), high: ratio(1 - lowestShare(losses, telling, alpha)) }
}

/** The smallest share that an e-process with an even mixture over all shares has not rejected. */
function lowestShare(wins: number, trials: number, alpha: number): number {
  let logMixture = -Math.log(trials + 1)
  for (let k = 1; k <= wins; k++) logMixture += Math.log(k / (trials - wins + k))
  const isRejected = (share: number): boolean => share <= 0 ? wins > 0 : logMixture - wins * Math.log(share) - (trials - wins) * Math.log1p(-share) >= Math.log(1 / alpha)
  let [low, high] = [0, wins / trials]
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    if (isRejected(middle)) low = middle
    else high = middle
  }
  return low
}
