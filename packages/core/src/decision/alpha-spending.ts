/**
 * The share of an error budget that attempt 1, 2, 3, ... may spend: alpha * 6 / (pi^2 attempt^2). The shares of all attempts together
 * are alpha, so that trying again and again never errs more often than promised (union bound; Basel series).
 */
export function attemptAlpha(alpha: number, attempt: number): number {
  if (!Number.isInteger(attempt) || attempt < 1) throw new RangeError(`attempts are counted from 1, not ${attempt}`)
  return (alpha * 6) / (Math.PI ** 2 * attempt ** 2)
}
