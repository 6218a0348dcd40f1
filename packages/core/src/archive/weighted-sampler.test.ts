import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../randomness/seeded-random.ts'
import { WeightedSampler } from './weighted-sampler.ts'

const weights = fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 70 })

/** Draws exactly the given share of the total. */
const at = (share: number) => ({ ...seededRandom(1), next: () => share })

describe('a weighted sampler', () => {
  it('draws what a walk over all weights would', () => {
    fc.assert(
      fc.property(weights, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 50 })), { maxLength: 20 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (first, changes, share) => {
        const sampler = new WeightedSampler()
        const plain = [...first]
        for (const weight of first) sampler.add(weight)
        for (const [entry, weight] of changes) {
          sampler.change(entry % plain.length, weight - (plain[entry % plain.length] as number))
          plain[entry % plain.length] = weight
        }
        const total = plain.reduce((sum, weight) => sum + weight, 0)
        expect(sampler.total).toBe(total)
        if (total === 0) return
        let left = share * total
        const expected = plain.findIndex((weight) => (left -= weight) < 0)
        expect(sampler.draw(at(share))).toBe(expected)
      }),
    )
  })

  it('never draws what weighs nothing', () => {
    const sampler = new WeightedSampler()
    for (const weight of [0, 3, 0, 0, 2, 0]) sampler.add(weight)
    const random = seededRandom('zero')
    expect(new Set(Array.from({ length: 200 }, () => sampler.draw(random)))).toEqual(new Set([1, 4]))
  })

  it('has nothing to draw when it is empty', () => {
    expect(() => new WeightedSampler().draw(seededRandom(1))).toThrow(RangeError)
  })
})
