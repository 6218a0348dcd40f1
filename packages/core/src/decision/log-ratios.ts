import type { LaunchPair } from '../evaluation/evaluation.ts'

/** Stands in for "infinitely better": keeps medians and JSON finite. exp(20) is a ratio of 4.9e8. */
const extreme = 20
/** "Better, but by how much cannot be said": counts for the sign, never for the size of a gain. */
const justBetter = Number.MIN_VALUE

/**
 * Natural log ratios of complete pairs, oriented so that positive means the candidate is better. Pairs in which a side has no figure
 * are left out; whoever decides must treat them as a failure, not as missing data.
 *
 * Equal figures give 0, whatever they are. Zero against a positive figure is the limit of the ratio, at an extreme. A negative figure has no
 * ratio at all: then being worse counts as extreme and being better as just better, so that -10 against -9.99 is no huge gain.
 */
export function logRatios(pairs: readonly LaunchPair[], goal: 'minimize' | 'maximize'): readonly number[] {
  return pairs.flatMap(({ baseline, candidate }): number[] => {
    if (baseline === null || candidate === null || !Number.isFinite(baseline) || !Number.isFinite(candidate)) return []
    const [worseIfLarge, betterIfLarge] = goal === 'minimize' ? [candidate, baseline] : [baseline, candidate]
    if (worseIfLarge === betterIfLarge) return [0]
    if (worseIfLarge < 0 || betterIfLarge < 0) return [betterIfLarge > worseIfLarge ? justBetter : -extreme]
    // Zero, overflow and underflow all give an infinity, which is cut; the sign of a zero must not make a number of it that is none.
    return [Math.max(-extreme, Math.min(extreme, Math.log(Math.abs(betterIfLarge) / Math.abs(worseIfLarge))))]
  })
}
