import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../randomness/seeded-random.ts'
import { medianBounds, toEffect } from './confidence-sequence.ts'
import { signEValue } from './sign-e-process.ts'

describe('medianBounds', () => {
  it('knows nothing of nothing and of little', () => {
    expect(medianBounds([], 0.01)).toEqual({ estimate: 0, low: -Infinity, high: Infinity })
    expect(medianBounds([1, 2, 3], 0.01)).toEqual({ estimate: 2, low: -Infinity, high: Infinity })
  })

  it('excludes zero from below exactly when the sign e-process rejects', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 60 }), fc.constantFrom(0.01, 0.05, 0.2), (values, alpha) => {
        const above = values.filter((value) => value > 0).length
        expect(medianBounds(values, alpha).low > 0).toBe(values.length > 0 && signEValue(above, values.length) >= 1 / alpha)
      }),
    )
  })

  it('is the mirror image of itself', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { maxLength: 40 }), (values) => {
        const bounds = medianBounds(values, 0.05)
        const mirrored = medianBounds(values.map((value) => -value), 0.05)
        expect(mirrored.low + bounds.high === 0 || (mirrored.low === -Infinity && bounds.high === Infinity)).toBe(true)
      }),
    )
  })

  it('covers the true median at all times with the promised probability', () => {
    const random = seededRandom('coverage', 3)
    const runs = 1500
    const alpha = 0.05
    let missed = 0
    for (let run = 0; run < runs; run++) {
      const values: number[] = []
      for (let n = 1; n <= 40; n++) {
        // Heavy tails: one launch in ten is far off.
        values.push((random.next() - 0.5) * (random.next() < 0.1 ? 30 : 1))
        if (medianBounds(values, alpha).low > 0) {
          missed++
          break
        }
      }
    }
    expect(missed / runs).toBeLessThan(alpha + 4 * Math.sqrt((alpha * (1 - alpha)) / runs))
  })

  it('is finite in JSON', () => {
    expect(JSON.parse(JSON.stringify(toEffect(medianBounds([0.1], 0.01))))).toEqual({ estimate: Math.exp(0.1), low: 0, high: Number.MAX_VALUE })
  })
})
