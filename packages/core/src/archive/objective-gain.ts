import type { Decision } from '../decision/decision.ts'

/** Natural logs of how many times better than the baseline; infinite where a bound is unknown. */
export interface ObjectiveGain {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/**
 * Mean of the logs over all measured objectives: the log of the geometric mean of their ratios, so that twice as good in one and half as
 * good in another cancel out. A mean of lower bounds, each of which holds with probability 1 - alpha, is a figure to rank by, not a bound
 * with that guarantee; with one objective it is the bound itself. Null when no objective was measured.
 */
export function objectiveGain(decision: Decision): ObjectiveGain | null {
  const effects = Object.values(decision.metrics).flatMap((metric) => (metric.role === 'objective' && metric.effect !== null ? [metric.effect] : []))
  if (effects.length === 0) return null
  const mean = (logs: readonly number[]): number => logs.reduce((sum, value) => sum + value, 0) / logs.length
  return {
    estimate: mean(effects.map((effect) => Math.log(effect.estimate))),
    low: mean(effects.map((effect) => Math.log(effect.low))),
    // Number.MAX_VALUE stands for "unknown" in an effect, because JSON knows no infinity.
    high: mean(effects.map((effect) => (effect.high >= Number.MAX_VALUE ? Infinity : Math.log(effect.high)))),
  }
}
