import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../randomness/seeded-random.ts'
import { betaSample } from './beta-sample.ts'

describe('a beta variate', () => {
  it.each([[1, 1], [2, 5], [40, 3], [1, 30]] as const)('of %d and %d has the mean and the variance that it should', (a, b) => {
    const random = seededRandom('beta', a, b)
    const drawn = Array.from({ length: 20_000 }, () => betaSample(random, a, b))
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length
    const [wanted, spread] = [a / (a + b), (a * b) / ((a + b) ** 2 * (a + b + 1))]
    // Five standard errors; the variance of a variance is below that of a normal one here.
    expect(Math.abs(mean - wanted)).toBeLessThan(5 * Math.sqrt(spread / drawn.length))
    expect(Math.abs(variance / spread - 1)).toBeLessThan(0.1)
    expect(drawn.every((value) => value >= 0 && value <= 1)).toBe(true)
  })
})
