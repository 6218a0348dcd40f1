import type { LaunchPair } from '../evaluation/evaluation.ts'

/** Stands in for "infinitely better": keeps medians and JSON finite. exp(20) is a ratio of 4.9e8. */
const extreme = 20

/**
 * Natural log ratios of complete pairs, oriented so that positive means the candidate is better. Pairs in which a side has no figure
 * are left out; whoever decides must treat them as a failure, not as missing data.
 *
 * A figure of zero or below has no logarithm: equal figures give 0, otherwise the sign of the difference decides, at an extreme.
 */
export function logRatios(pairs: readonly LaunchPair[], goal: 'minimize' | 'maximize'): readonly number[] {
  return pairs.flatMap(({ baseline, candidate }): number[] => {
    if (baseline === null || candidate === null || !Number.isFinite(baseline) || !Number.isFinite(candidate)) return []
    const [worseIfLarge, betterIfLarge] = goal === 'minimize' ? [candidate, baseline] : [baseline, candidate]
    if (worseIfLarge === betterIfLarge) return [0]
    if (worseIfLarge <= 0 || betterIfLarge <= 0) return [betterIfLarge > worseIfLarge ? extreme : -extreme]
    return [Math.max(-extreme, Math.min(extreme, Math.log(betterIfLarge / worseIfLarge)))]
  })
}
