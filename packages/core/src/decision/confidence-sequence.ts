import type { Effect } from './decision.ts'
import { successesNeeded } from './sign-e-process.ts'

/** Bounds for the median log ratio; infinite where nothing is known yet. */
export interface MedianBounds {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/**
 * Anytime-valid bounds for the median by inverting the sign e-process at every order statistic: "median <= m" is rejected once the number
 * of values above m is worth 1/alpha. Either bound alone is wrong at any time with probability at most alpha, for any distribution.
 */
export function medianBounds(values: readonly number[], alpha: number): MedianBounds {
  const sorted = values.toSorted((a, b) => a - b)
  const n = sorted.length
  const needed = n === 0 ? null : successesNeeded(n, 1 / alpha)
  if (needed === null) return { estimate: median(sorted), low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  // With no success needed everything would be rejected; that cannot happen for 1/alpha > 1, but must not index past the ends.
  const k = Math.max(1, needed)
  return { estimate: median(sorted), low: sorted[n - k] as number, high: sorted[k - 1] as number }
}

/** Median of ascending values; 0 when there are none. */
function median(sorted: readonly number[]): number {
  const n = sorted.length
  if (n === 0) return 0
  const upper = sorted[n >> 1] as number
  return n % 2 === 1 ? upper : ((sorted[(n >> 1) - 1] as number) + upper) / 2
}

/** As ratios. Unknown bounds become 0 and Number.MAX_VALUE, because JSON knows no infinity. */
export function toEffect(bounds: MedianBounds): Effect {
  const ratio = (log: number): number => Math.min(Number.MAX_VALUE, Math.exp(log))
  return { estimate: ratio(bounds.estimate), low: ratio(bounds.low), high: ratio(bounds.high) }
}
