/** E-values beyond this are reported as this: they stay finite in JSON, and no threshold is near. */
export const largestEValue = 1e280

/**
 * E-value of the sign e-process for H0 "P(success) <= 1/2 in every trial, whatever came before".
 *
 * Bets a fraction on every trial's success; the wealth under a fixed p is (2p)^k (2(1-p))^(n-k), a supermartingale under H0 for
 * every p >= 1/2. Mixing uniformly over p in (1/2, 1] has the closed form
 *
 *     E(k, n) = sum_{j<=k} C(n+1, j) / ((n+1) C(n, k)),
 *
 * so that by Ville's inequality P(E ever reaches 1/alpha) <= alpha under H0, however often one looks.
 * Source: Ville 1939; Howard, Ramdas, McAuliffe, Sekhon 2021 (mixtures); Waudby-Smith and Ramdas 2024 (betting).
 *
 * @param successes k, 0 <= k <= n
 * @param trials n >= 0
 */
export function signEValue(successes: number, trials: number): number {
  if (!Number.isInteger(successes) || !Number.isInteger(trials) || successes < 0 || successes > trials) {
    throw new RangeError(`not a number of successes in trials: ${successes} of ${trials}`)
  }
  // Terms C(n+1, j) / C(n, k) for j = k down to 0, each from the one before; all positive, so nothing cancels.
  let term = (trials + 1) / (trials + 1 - successes)
  let sum = term
  for (let j = successes; j > 0; j--) {
    term *= j / (trials + 2 - j)
    sum += term
    if (sum > largestEValue) return largestEValue
    if (term < sum * Number.EPSILON * 1e-3 && j < trials / 2) break
  }
  return Math.min(largestEValue, sum / (trials + 1))
}

/** Fewest successes in `trials` whose e-value reaches `threshold`; null when even all would not. O(n log n). */
export function successesNeeded(trials: number, threshold: number): number | null {
  if (signEValue(trials, trials) < threshold) return null
  let low = 0
  let high = trials
  while (low < high) {
    const middle = (low + high) >> 1
    if (signEValue(middle, trials) >= threshold) high = middle
    else low = middle + 1
  }
  return low
}
