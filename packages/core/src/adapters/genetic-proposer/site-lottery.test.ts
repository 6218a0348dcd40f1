import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../randomness/seeded-random.ts'
import type { FileSites, WeighedPool } from './site-index.ts'
import { SiteLottery } from './site-lottery.ts'

function pool(weights: readonly number[]): { readonly sites: FileSites; readonly pool: WeighedPool } {
  const none = { operators: new Uint16Array(), places: new Uint32Array(), offsets: new Uint32Array() }
  const places = Uint32Array.from(weights.keys())
  return {
    sites: { file: { path: 'a.js', text: '' }, hasErrors: false, functions: [], pools: { rewrite: none, classic: none } },
    pool: { operators: new Uint16Array(weights.length), places, offsets: places, weights: Float64Array.from(weights), total: weights.reduce((sum, weight) => sum + weight, 0) },
  }
}

describe('a lottery of sites', () => {
  it('draws every site once, and then is empty', () => {
    const weights = fc.array(fc.double({ min: 1e-9, max: 10, noNaN: true }), { maxLength: 8 })
    fc.assert(
      fc.property(fc.array(weights, { maxLength: 5 }), fc.nat(), (files, seed) => {
        const pools = files.map(pool)
        const lottery = new SiteLottery(pools)
        const random = seededRandom(seed)
        const drawn = new Set<string>()
        while (!lottery.isEmpty) {
          const { sites, place } = lottery.draw(random)
          drawn.add(`${pools.findIndex((one) => one.sites === sites)} ${place}`)
        }
        expect(drawn.size).toBe(files.flat().length)
        expect(() => lottery.draw(random)).toThrow(RangeError)
      }),
    )
  })

  it('draws in proportion to the weights, across files and within one', () => {
    const pools = [pool([1, 3]), pool([4])]
    const counts = [0, 0, 0]
    for (let seed = 0; seed < 8000; seed++) {
      const { sites, place } = new SiteLottery(pools).draw(seededRandom(seed))
      const index = sites === pools[0]?.sites ? place : 2
      counts[index] = (counts[index] ?? 0) + 1
    }
    // Expected 1000, 3000, 4000; six standard deviations are 177, 260, 268.
    expect(Math.abs((counts[0] ?? 0) - 1000)).toBeLessThan(177)
    expect(Math.abs((counts[1] ?? 0) - 3000)).toBeLessThan(260)
    expect(Math.abs((counts[2] ?? 0) - 4000)).toBeLessThan(268)
  })
})
