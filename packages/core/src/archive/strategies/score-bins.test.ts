import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../randomness/seeded-random.ts'
import { ScoreBins } from './score-bins.ts'

const scores = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 80 })

/** The lower one of two. */
function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] as number
}

describe('scores in bins', () => {
  it('have the median and the deviation of the scores, to a bin', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const bins = new ScoreBins()
        for (const [member, value] of values.entries()) bins.add(2 * member, value, 1)
        const middle = medianOf(values)
        expect(Math.abs(bins.median() - middle)).toBeLessThanOrEqual(0.00051)
        expect(Math.abs(bins.deviation() - medianOf(values.map((value) => Math.abs(value - middle))))).toBeLessThanOrEqual(0.0021)
      }),
    )
  })

  it('are drawn by worth and weight', () => {
    const bins = new ScoreBins()
    bins.add(0, 0, 1)
    bins.add(3, 0.5, 1)
    bins.add(4, 0.5, 1)
    bins.reweigh(4, 0.5, 2)
    bins.reweigh(1, 0, 100)
    bins.reweigh(9, 0, 100)
    const random = seededRandom('bins')
    const counts = new Map<number, number>()
    for (let draw = 0; draw < 4000; draw++) {
      const member = bins.draw(random, (score) => (score > 0.25 ? 2 : 2))
      counts.set(member, (counts.get(member) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual([0, 3, 4])
    expect((counts.get(4) ?? 0) / (counts.get(3) ?? 1)).toBeGreaterThan(2.4)
    expect((counts.get(4) ?? 0) / (counts.get(3) ?? 1)).toBeLessThan(3.7)
  })

  it('beyond what is told apart count at the end', () => {
    const bins = new ScoreBins()
    bins.add(0, 600, 1)
    bins.add(1, -600, 1)
    expect([bins.median(), bins.draw(seededRandom(1), (score) => (score > 0 ? 1 : 0))]).toEqual([-4, 0])
  })
})
