import type { MetricRule } from '../decision/decision.ts'
import type { Config } from '../target/config.ts'

/** As in the Darwin-Gödel Machine: a look whether it can do anything, a look whether it is better, and the rest. */
export const usualStages: readonly number[] = [10, 60, 200]

/** What each configured metric must show when `alpha` may be spent on this judgement. */
export function metricRules(config: Pick<Config, 'metrics' | 'accept'>, alpha: number, patience: MetricRule['patience']): Readonly<Record<string, MetricRule>> {
  return Object.fromEntries(
    Object.entries(config.metrics).map(([name, metric]) => [
      name,
      {
        role: metric.role,
        goal: metric.goal,
        minimumEffect: metric.minimumEffect,
        margin: metric.margin,
        alpha,
        maximumPairs: config.accept.maximumPairs,
        patience,
        ...(metric.measure === 'pass-rate' ? { figure: 'pass-rate' as const } : {}),
        ...(metric.suite === undefined ? {} : { stages: metric.stages ?? usualStages }),
        ...(metric.weight === 1 ? {} : { weight: metric.weight }),
        ...(metric.counts === 'off' ? {} : { counts: metric.counts }),
      },
    ]),
  )
}
