import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LaunchPair } from '../evaluation/evaluation.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import type { MetricRule } from './decision.ts'
import { noiseDoubt } from './noise-gate.ts'

const rule: MetricRule = { role: 'objective', goal: 'minimize', minimumEffect: 0.02, margin: 0.02, alpha: 0.01, maximumPairs: 60, patience: 'patient' }
const nullPairs = (ratios: readonly number[]): { readonly nullPairs: readonly LaunchPair[] } => ({ nullPairs: ratios.map((ratio, seed) => ({ seed, first: 'baseline', baseline: 100 * ratio, candidate: 100 })) })
const claim = (estimate: number, counted?: number): Parameters<typeof noiseDoubt>[2] => ({ effect: { estimate, low: 1, high: 2 }, ...(counted === undefined ? {} : { counted }) })

describe('noiseDoubt', () => {
  it.each([
    ['no null pairs', [], 1.05],
    ['too few of them', [2, 2], 1.05],
    ['equal copies', [1, 1, 1, 1, 1, 1, 1, 1, 1], 1.05],
    ['differences in both directions', [1.2, 0.8, 1.1, 0.95, 1], 1.05],
    ['a difference smaller than the gain', [1.04, 1.04, 1.04], 1.05],
  ])('has nothing to say of %s', (_, ratios, estimate) => expect(noiseDoubt(nullPairs(ratios), rule, claim(estimate))).toBeNull())

  it('doubts a gain that two copies of the baseline show as well, in either direction', () => {
    expect(noiseDoubt(nullPairs([1.06, 1.05, 1.07]), rule, claim(1.05))).toMatch('in the median')
    expect(noiseDoubt(nullPairs([0.9, 0.9, 0.9]), rule, claim(1.05))).toMatch('in the median')
    expect(noiseDoubt(nullPairs([1.06, 1.05, 1.07]), rule, claim(1.05, 1.05))).toBeNull()
  })

  it('doubts any gain where one copy is always the faster', () => {
    expect(noiseDoubt(nullPairs(Array.from({ length: 9 }, () => 1.001)), rule, claim(3))).toMatch('9 of 9')
    expect(noiseDoubt(nullPairs(Array.from({ length: 9 }, () => 0.999)), rule, claim(3))).toMatch('9 of 9')
  })

  it('calls equal copies different at most as often as its level says, looked at after every pair', () => {
    const random = seededRandom('null', 1)
    let doubted = 0
    for (let run = 0; run < 400; run++) {
      const ratios: number[] = []
      for (let pair = 0; pair < 30; pair++) {
        ratios.push(Math.exp((random.next() - 0.5) * 0.1))
        if (noiseDoubt(nullPairs(ratios), rule, claim(100)) !== null) {
          doubted++
          break
        }
      }
    }
    expect(doubted / 400).toBeLessThanOrEqual(0.05 + 4 * Math.sqrt((0.05 * 0.95) / 400))
  })

  it('answers any figures', () => {
    const figure = fc.option(fc.oneof(fc.double(), fc.constantFrom(0, 1)), { nil: null })
    const pair = fc.record({ seed: fc.nat(), first: fc.constant('baseline' as const), baseline: figure, candidate: figure })
    fc.assert(fc.property(fc.array(pair, { maxLength: 30 }), fc.double({ min: 0, max: 100, noNaN: true }), (pairs, estimate) => void noiseDoubt({ nullPairs: pairs }, rule, claim(estimate))))
  })
})
