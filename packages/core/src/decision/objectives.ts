import type { LaunchPair, MetricFacts } from '../evaluation/evaluation.ts'
import type { MetricRule } from './decision.ts'
import type { Look, LookStatus } from './look.ts'
import { logRatios } from './log-ratios.ts'
import { isProven, nextLook } from './monitor.ts'

/** What several objectives must show together. `all`: each its gain. `any`: at least one. `weighted`: their weighted sum. With the last two none may be worse than its margin. */
export type ObjectivesRule = 'all' | 'any' | 'weighted'

type Facts = Pick<MetricFacts, 'name' | 'pairs' | 'counts' | 'tasks'>
type Rules = Readonly<Record<string, MetricRule>>

export interface JointLook {
  readonly status: LookStatus
  /** Objectives whose own gain is proven. */
  readonly found: ReadonlySet<string>
  /** What the weighted sum shows; null with `any`. */
  readonly combined: Look | null
}

/** Judges all objectives together. Pure; valid after every round of pairs. */
export function jointLook(metrics: readonly Facts[], rules: Rules, how: Exclude<ObjectivesRule, 'all'>): JointLook {
  const names = Object.keys(rules).filter((name) => rules[name]?.role === 'objective')
  const objectives = names.map((name) => ({ rule: rules[name] as MetricRule, facts: metrics.find((facts) => facts.name === name) ?? { name, pairs: [] } }))
  const losses = objectives.map(({ facts, rule }) => nextLook(facts.pairs, asGuard(rule), facts).status)
  return how === 'any' ? anyLook(objectives, losses) : weightedLook(objectives, losses)
}

interface Objective {
  readonly rule: MetricRule
  readonly facts: Facts
}

/**
 * e-BH: the largest k for which k of m objectives reach an e-value of m / (k alpha), with their size and bounds at that level. Of the objectives that are called better,
 * the expected share of those that are not is at most alpha, however they depend on each other; all others have to be proven no worse than their margin.
 */
function anyLook(objectives: readonly Objective[], losses: readonly LookStatus[]): JointLook {
  const m = objectives.length
  const provenAt = (k: number): readonly Objective[] => objectives.filter(({ facts, rule }) => nextLook(facts.pairs, { ...rule, alpha: (rule.alpha * k) / m }, facts).status === 'proven')
  let best: readonly Objective[] = []
  for (let k = m; k >= 1 && best.length === 0; k--) {
    const proven = provenAt(k)
    if (proven.length >= k) best = proven
  }
  const found = new Set(best.map(({ facts }) => facts.name))
  const others = losses.filter((_, index) => !found.has(objectives[index]?.facts.name ?? ''))
  if (others.includes('worse')) return { status: 'worse', found, combined: null }
  if (found.size > 0 && others.every((status) => status === 'proven')) return { status: 'proven', found, combined: null }
  const isSettled = ({ facts, rule }: Objective, index: number): boolean =>
    found.has(facts.name) || (nextLook(facts.pairs, { ...rule, alpha: rule.alpha / m }, facts).status !== 'continue' && losses[index] !== 'continue')
  return { status: objectives.every(isSettled) ? 'futile' : 'continue', found, combined: null }
}

/** One objective whose log ratio is the weighted mean of all of theirs, pair by pair; weights are fixed in the configuration before anything is measured. */
function weightedLook(objectives: readonly Objective[], losses: readonly LookStatus[]): JointLook {
  const total = objectives.reduce((sum, { rule }) => sum + (rule.weight ?? 1), 0)
  const mean = (value: (objective: Objective) => number): number => objectives.reduce((sum, objective) => sum + ((objective.rule.weight ?? 1) / total) * value(objective), 0)
  const rounds = Math.min(...objectives.map(({ facts }) => facts.pairs.length))
  const pairs = Array.from({ length: rounds }, (_, index): LaunchPair => ({ seed: index, first: 'baseline', baseline: Math.exp(mean(({ facts, rule }) => ratioAt(facts.pairs[index], rule))), candidate: 1 }))
  const [first] = objectives
  if (first === undefined) return { status: 'limit', found: new Set(), combined: null }
  const combined = nextLook(pairs, { ...asGain(first.rule), minimumEffect: Math.expm1(mean(({ rule }) => Math.log1p(rule.minimumEffect))) })
  const statuses = [combined.status, ...losses]
  const worst = (['worse', 'futile', 'limit', 'continue'] as const).find((status) => statuses.includes(status)) ?? 'proven'
  return { status: worst, found: new Set(), combined }
}

/** A pair without a figure counts as much worse: whoever decides refuses it anyway. */
function ratioAt(pair: LaunchPair | undefined, rule: MetricRule): number {
  return (pair === undefined ? undefined : logRatios([pair], rule.goal)[0]) ?? -1
}

function asGuard({ counts: _, ...rule }: MetricRule): MetricRule {
  return { ...rule, role: 'guard' }
}

function asGain({ counts: _, figure: __, weight: ___, ...rule }: MetricRule): MetricRule {
  return { ...rule, goal: 'minimize' }
}

/** Whether everything that the rules ask for is settled in favour of the candidate. */
export function isAllProven(metrics: readonly (Facts & Pick<MetricFacts, 'problem'>)[], rules: Rules, how: ObjectivesRule): boolean {
  if (metrics.length !== Object.keys(rules).length || metrics.some(({ problem }) => problem !== null)) return false
  if (how !== 'all' && jointLook(metrics, rules, how).status !== 'proven') return false
  return metrics.every((facts) => (how !== 'all' && rules[facts.name]?.role === 'objective') || isProven(facts, rules[facts.name] as MetricRule))
}
