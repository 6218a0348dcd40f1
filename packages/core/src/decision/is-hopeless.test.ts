import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../randomness/seeded-random.ts'
import { isHopeless } from './is-hopeless.ts'

/** How often something that wins with probability `p` is given up within 60 tries, and after how many tries in the mean. */
function givenUp(p: number, patience: 'hasty' | 'eager'): { readonly share: number; readonly tries: number } {
  const random = seededRandom('hopeless', p * 100)
  const runs = 2000
  let [stopped, tries] = [0, 0]
  for (let run = 0; run < runs; run++) {
    for (let [wins, n] = [0, 1]; n <= 60; n++) {
      if (random.next() < p) wins++
      if (!isHopeless(wins, n - wins, patience)) continue
      stopped++
      tries += n
      break
    }
  }
  return { share: stopped / runs, tries: tries / stopped }
}

describe('isHopeless', () => {
  it('gives up a winner of four in five at most once in three, or in twelve', () => {
    expect(givenUp(0.8, 'hasty').share).toBeLessThan(1 / 3 + 0.04)
    expect(givenUp(0.8, 'eager').share).toBeLessThan(1 / 12 + 0.03)
  })

  it('gives up what wins by chance, and when hasty in two thirds of the tries at most', () => {
    const [hasty, eager] = [givenUp(0.45, 'hasty'), givenUp(0.45, 'eager')]
    expect(hasty.share).toBeGreaterThan(0.99)
    expect(eager.share).toBeGreaterThan(0.97)
    expect(hasty.tries).toBeLessThan((eager.tries * 2) / 3)
  })

  it('is never so for the patient, and the earlier the less patience there is', () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), fc.nat({ max: 500 }), (wins, losses) => {
        expect(isHopeless(wins, losses, 'patient')).toBe(false)
        if (isHopeless(wins, losses, 'eager')) expect(isHopeless(wins, losses, 'hasty')).toBe(true)
      }),
    )
  })

  it('takes two losses at the start for hopeless when hasty, three when eager', () => {
    expect([1, 2].map((losses) => isHopeless(0, losses, 'hasty'))).toEqual([false, true])
    expect([2, 3].map((losses) => isHopeless(0, losses, 'eager'))).toEqual([false, true])
  })
})
