import type { LaunchPair, MetricFacts } from '../evaluation/evaluation.ts'
import { medianBounds, toEffect } from './confidence-sequence.ts'
import { agrees, countVote, type CountVote } from './count-vote.ts'
import type { MetricRule } from './decision.ts'
import { isHopeless } from './is-hopeless.ts'
import { logRatios } from './log-ratios.ts'
import type { Look, LookStatus } from './look.ts'
import { lookAtPassRate } from './pass-rate.ts'
import { signEValue } from './sign-e-process.ts'

export type { Look, LookStatus } from './look.ts'

/** Level at which an upper bound below the useful effect ends the measurement. It can only end without acceptance, so it may be loose. */
const futilityAlpha = 0.1

/** Judges the pairs measured so far. Pure; valid after every pair because the e-process is. */
export function nextLook(pairs: readonly LaunchPair[], rule: MetricRule, { counts, tasks }: Pick<MetricFacts, 'counts' | 'tasks'> = {}): Look {
  if (rule.figure === 'pass-rate') return lookAtPassRate(pairs, rule, tasks ?? 0)
  if (rule.role === 'guard') return lookAtGuard(pairs, rule)
  const vote = rule.counts === 'lead' ? countVote(counts, rule) : null
  return vote?.stance === 'gain' ? lookAtCounted(pairs, rule, vote) : lookAtObjective(pairs, rule)
}

/** Whether a metric is settled in favour of the candidate, with the vote of the counts where one is asked for. */
export function isProven(facts: Pick<MetricFacts, 'pairs' | 'counts' | 'tasks'>, rule: MetricRule): boolean {
  if (nextLook(facts.pairs, rule, facts).status !== 'proven') return false
  return rule.role === 'guard' || rule.counts === undefined || agrees(countVote(facts.counts, rule))
}

/**
 * An objective whose gain the instructions show: the time has to be proven no worse than the margin, with the same alpha, and its estimate has to reach half of what the counts say. What
 * proves a gain in time by itself proves this as well, because every pair that is won also holds.
 */
function lookAtCounted(pairs: readonly LaunchPair[], rule: MetricRule, vote: CountVote): Look {
  const plain = lookAtObjective(pairs, rule)
  if (plain.status === 'proven' || plain.status === 'worse') return plain
  const values = logRatios(pairs, rule.goal)
  const bounds = medianBounds(values, rule.alpha)
  const holds = count(values, (value) => value > -Math.log1p(rule.margin))
  const eValue = signEValue(holds, values.length)
  const look = (status: LookStatus): Look => ({ status, judgement: { effect: toEffect(bounds), pairs: values.length, eValue, role: 'objective', counted: Math.exp(vote.gain) } })
  if (eValue >= 1 / rule.alpha && bounds.estimate >= vote.gain / 2) return look('proven')
  if (pairs.length >= rule.maximumPairs) return look('limit')
  return look(outOfReach(holds, values.length, rule) ? 'futile' : 'continue')
}

function lookAtObjective(pairs: readonly LaunchPair[], rule: MetricRule): Look {
  const values = logRatios(pairs, rule.goal)
  const useful = Math.log1p(rule.minimumEffect)
  const bounds = medianBounds(values, rule.alpha)
  const eValue = signEValue(count(values, (value) => value > 0), values.length)
  const look = (status: LookStatus): Look => ({ status, judgement: { effect: toEffect(bounds), pairs: values.length, eValue, role: 'objective' } })
  const threshold = 1 / rule.alpha
  if (eValue >= threshold && bounds.low > 0 && bounds.estimate >= useful) return look('proven')
  if (signEValue(count(values, (value) => value < 0), values.length) >= threshold) return look('worse')
  if (pairs.length >= rule.maximumPairs) return look('limit')
  if (isFutile(values, { rule, useful })) return look('futile')
  return look('continue')
}

function isFutile(values: readonly number[], { rule, useful }: { readonly rule: MetricRule; readonly useful: number }): boolean {
  const { high } = medianBounds(values, futilityAlpha)
  const losses = count(values, (value) => value < 0)
  // Someone waits for the answer: a likely loss is measured until it is proven, because "worse" says more than "no gain in sight".
  if (rule.patience === 'patient' && high < 0 && !outOfReach(losses, values.length, rule)) return false
  if (high < useful) return true
  if (outOfReach(count(values, (value) => value > 0), values.length, rule)) return true
  const wins = count(values, (value) => value > useful)
  return isHopeless(wins, values.length - wins, rule.patience)
}

/** Even if every remaining pair succeeded, the e-value would stay below 1/alpha. */
function outOfReach(successes: number, trials: number, rule: MetricRule): boolean {
  const left = Math.max(0, rule.maximumPairs - trials)
  return signEValue(successes + left, trials + left) < 1 / rule.alpha
}

/** Non-inferiority: the median is not worse than the margin. Equal figures count as holding. */
function lookAtGuard(pairs: readonly LaunchPair[], rule: MetricRule): Look {
  const values = logRatios(pairs, rule.goal)
  const margin = Math.log1p(rule.margin)
  const holds = count(values, (value) => value > -margin || (value === 0 && margin === 0))
  const eValue = signEValue(holds, values.length)
  const look = (status: LookStatus): Look => ({
    status,
    judgement: { effect: toEffect(medianBounds(values, rule.alpha)), pairs: values.length, eValue, role: 'guard' },
  })
  const threshold = 1 / rule.alpha
  if (eValue >= threshold) return look('proven')
  if (signEValue(values.length - holds, values.length) >= threshold) return look('worse')
  if (pairs.length >= rule.maximumPairs) return look('limit')
  if (outOfReach(holds, values.length, rule)) return look('futile')
  return look('continue')
}

function count(values: readonly number[], matches: (value: number) => boolean): number {
  let found = 0
  for (const value of values) if (matches(value)) found++
  return found
}
