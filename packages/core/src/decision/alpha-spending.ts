/**
 * The share of an error budget that attempt 1, 2, 3, ... may spend: alpha * 6 / (pi^2 attempt^2). The shares of all attempts together
 * are alpha, so that trying again and again never errs more often than promised (union bound; Basel series).
 */
export function attemptAlpha(alpha: number, attempt: number): number {
  if (!Number.isInteger(attempt) || attempt < 1) throw new RangeError(`attempts are counted from 1, not ${attempt}`)
  return (alpha * 6) / (Math.PI ** 2 * attempt ** 2)
}

/**
 * The level for the next of a never-ending series of judgements (e-LOND): alpha * 6 / (pi^2 t^2) * (offers + 1) for judgement t. When each accepts only at an e-value of 1/level, the
 * expected share of useless changes among all that were ever offered is at most alpha at any time, however the judgements depend on each other and on what came before; and as long as nothing
 * useful comes, so is the probability of offering anything. Each offer widens what follows, so that a long life does not starve.
 * Source: Xu and Ramdas 2024, online multiple testing with e-values.
 */
export function onlineLevel(alpha: number, { tests, offers }: { readonly tests: number; readonly offers: number }): number {
  if (!Number.isInteger(offers) || offers < 0 || offers > tests) throw new RangeError(`${offers} offers do not come from ${tests} judgements`)
  return Math.min(alpha, attemptAlpha(alpha, tests + 1) * (offers + 1))
}
