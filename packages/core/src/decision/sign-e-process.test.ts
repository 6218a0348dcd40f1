import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../randomness/seeded-random.ts'
import { largestEValue, signEValue, successesNeeded } from './sign-e-process.ts'

/** Largest expected wealth over all stopping times up to `horizon` under a fair coin, by dynamic programming. */
function bestStoppedWealth(horizon: number): number {
  let value = Array.from({ length: horizon + 1 }, (_, k) => signEValue(k, horizon))
  for (let n = horizon - 1; n >= 0; n--) {
    value = Array.from({ length: n + 1 }, (_, k) => Math.max(signEValue(k, n), ((value[k] as number) + (value[k + 1] as number)) / 2))
  }
  return value[0] as number
}

describe('signEValue', () => {
  it('is 1 before anything was seen and grows with every success', () => {
    expect(signEValue(0, 0)).toBe(1)
    expect(signEValue(9, 9)).toBeCloseTo(1023 / 10)
    expect(signEValue(0, 9)).toBeCloseTo(1 / 10)
  })

  it('is a fair bet: no way to stop gains anything under a fair coin', () => {
    expect(bestStoppedWealth(60)).toBeLessThanOrEqual(1 + 1e-9)
  })

  it('agrees with numerical integration of the mixture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (k, failures) => {
        const n = k + failures
        const steps = 20_000
        let integral = 0
        for (let i = 0; i < steps; i++) {
          const p = 0.5 + ((i + 0.5) / steps) * 0.5
          integral += (2 * p) ** k * (2 * (1 - p)) ** failures
        }
        expect(signEValue(k, n) / (integral / steps)).toBeCloseTo(1, 3)
      }),
      { numRuns: 40 },
    )
  })

  it('increases in successes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), (n, raw) => {
        const k = raw % n
        expect(signEValue(k + 1, n)).toBeGreaterThanOrEqual(signEValue(k, n))
      }),
    )
  })

  it('stays finite for a hundred thousand trials', () => {
    expect(signEValue(100_000, 100_000)).toBe(largestEValue)
    expect(signEValue(50_000, 100_000)).toBeGreaterThan(0)
    expect(signEValue(50_000, 100_000)).toBeLessThan(1)
  })

  it('refuses what is no count', () => {
    for (const [k, n] of [[-1, 2], [3, 2], [0.5, 2], [Number.NaN, 1]] as const) expect(() => signEValue(k, n)).toThrow(RangeError)
  })

  it('crosses 1/alpha in at most a share alpha of useless candidates, even when watched after every pair', () => {
    const random = seededRandom('e-process', 1)
    const runs = 4000
    const alpha = 0.05
    let crossed = 0
    for (let run = 0; run < runs; run++) {
      let k = 0
      for (let n = 1; n <= 60; n++) {
        if (random.next() < 0.5) k++
        if (signEValue(k, n) >= 1 / alpha) {
          crossed++
          break
        }
      }
    }
    // alpha plus four standard deviations of the count.
    expect(crossed / runs).toBeLessThan(alpha + 4 * Math.sqrt((alpha * (1 - alpha)) / runs))
  })
})

describe('successesNeeded', () => {
  it('is the smallest number that reaches the threshold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.double({ min: 1.01, max: 1e5, noNaN: true }), (n, threshold) => {
        const needed = successesNeeded(n, threshold)
        if (needed === null) expect(signEValue(n, n)).toBeLessThan(threshold)
        else {
          expect(signEValue(needed, n)).toBeGreaterThanOrEqual(threshold)
          if (needed > 0) expect(signEValue(needed - 1, n)).toBeLessThan(threshold)
        }
      }),
    )
  })
})
