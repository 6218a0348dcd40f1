import type { MetricFacts } from '../evaluation/evaluation.ts'
import { medianBounds } from './confidence-sequence.ts'
import type { MetricJudgement, MetricRule } from './decision.ts'
import { logRatios } from './log-ratios.ts'
import { signEValue } from './sign-e-process.ts'

/** Level, for either direction, at which the baseline counts as different from its own copy. It can only cost acceptances, so it may be looser than theirs. */
const gateAlpha = 0.025
/** Fewer null pairs have no median worth the name. */
const leastPairs = 3

/**
 * Why pairs of the baseline against a copy of itself speak against believing a gain: the copy is proven better or worse, so that something else than the change tells
 * the two sides apart; or their median differs by as much as is claimed. Null when nothing does. Pure, and only ever asked about what would be accepted.
 */
export function noiseDoubt({ nullPairs = [] }: Pick<MetricFacts, 'nullPairs'>, rule: MetricRule, judgement: Pick<MetricJudgement, 'effect' | 'counted'>): string | null {
  const values = logRatios(nullPairs, rule.goal)
  if (values.length < leastPairs) return null
  const wins = values.filter((value) => value > 0).length
  const losses = values.filter((value) => value < 0).length
  if (Math.max(signEValue(wins, values.length), signEValue(losses, values.length)) >= 1 / gateAlpha) {
    return `the baseline differs from a copy of itself in ${Math.max(wins, losses)} of ${values.length} launch pairs the same way`
  }
  const claim = Math.log(judgement.effect?.estimate ?? 1) + (judgement.counted === undefined ? 0 : Math.log1p(rule.margin))
  const middle = Math.abs(medianBounds(values, rule.alpha).estimate)
  if (claim <= 0 || middle < claim) return null
  return `the baseline differs from a copy of itself by ${(100 * Math.expm1(middle)).toFixed(1)} % in the median of ${values.length} launch pairs, no less than the change does`
}
