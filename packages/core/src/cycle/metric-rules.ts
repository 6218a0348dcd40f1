import type { MetricRule } from '../decision/decision.ts'
import type { Config } from '../target/config.ts'

/** What each configured metric must show when `alpha` may be spent on this judgement. */
export function metricRules(config: Config, alpha: number, patience: MetricRule['patience']): Readonly<Record<string, MetricRule>> {
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
      },
    ]),
  )
}

/** Every metric as a guard: "no worse than", for a smaller patch held against the whole one. */
export function guardRules(config: Config, alpha: number): Readonly<Record<string, MetricRule>> {
  return Object.fromEntries(
    Object.entries(metricRules(config, alpha, 'eager')).map(([name, rule]) => [
      name,
      // A part that carries less than half of the smallest useful gain is not worth its lines.
      { ...rule, role: 'guard' as const, margin: rule.role === 'objective' ? rule.minimumEffect / 2 : rule.margin },
    ]),
  )
}
