import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../randomness/seeded-random.ts'
import type { WeighedPool } from './site-index.ts'
import { SiteLottery } from './site-lottery.ts'

function pool(weights: readonly number[]): WeighedPool {
  const places = Uint32Array.from(weights.keys())
  return { operators: new Uint16Array(weights.length), places, offsets: places, worth: new Float32Array(weights.length).fill(1), weights: Float64Array.from(weights), total: weights.reduce((sum, weight) => sum + weight, 0) }
}

describe('a lottery of sites', () => {
  it('draws every site once, and then is empty', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-9, max: 10, noNaN: true }), { maxLength: 20 }), fc.nat(), (weights, seed) => {
        const lottery = new SiteLottery(pool(weights))
        const random = seededRandom(seed)
        const drawn = new Set<number>()
        while (!lottery.isEmpty) drawn.add(lottery.draw(random).place)
        expect(drawn.size).toBe(weights.length)
        expect(() => lottery.draw(random)).toThrow(RangeError)
      }),
    )
  })

  it('draws in proportion to the weights', () => {
    const counts = [0, 0, 0]
    for (let seed = 0; seed < 8000; seed++) {
      const { place } = new SiteLottery(pool([1, 3, 4])).draw(seededRandom(seed))
      counts[place] = (counts[place] ?? 0) + 1
    }
    // Expected 1000, 3000, 4000; six standard deviations are 177, 260, 268.
    expect(Math.abs((counts[0] ?? 0) - 1000)).toBeLessThan(177)
    expect(Math.abs((counts[1] ?? 0) - 3000)).toBeLessThan(260)
    expect(Math.abs((counts[2] ?? 0) - 4000)).toBeLessThan(268)
  })
})
