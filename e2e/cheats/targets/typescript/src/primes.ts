/** All primes up to a limit, ascending. */
export function primesUpTo(limit: number): number[] {
  if (!Number.isInteger(limit)) throw new RangeError('the limit is a whole number')
  const found: number[] = []
  for (let candidate = 2; candidate <= limit; candidate++) {
    let prime = true
    for (const divisor of found) {
      if (candidate % divisor === 0) {
        prime = false
        break
      }
    }
    if (prime) found.push(candidate)
  }
  return found
}
