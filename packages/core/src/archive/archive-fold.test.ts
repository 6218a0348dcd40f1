import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision, Verdict } from '../decision/decision.ts'
import type { EventBodies } from '../journal/event.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import { strategyNames } from '../target/config.ts'
import { createArchive, type ArchiveFold } from './archive-fold.ts'
import type { Archive } from './archive.ts'
import { strategyByName } from './strategies/strategy-by-name.ts'

function made(index: number, parent: string): EventBodies['proposal-made'] {
  const proposal = { id: `p${index}`, proposer: 'genetic' as const, parent, edits: [], operator: 'o', rationale: 'r' }
  return { run: 'r', step: index, proposal, commit: `c${index}`, tree: `t${index}`, baseline: 'root', editsDigest: `${index}` }
}

function decided(verdict: Verdict, estimate: number, low: number): Decision {
  return { verdict, reasons: [], metrics: { speed: { role: 'objective', unit: 'ms', pairs: 9, eValue: 1, effect: { estimate, low, high: 9 } } } }
}

const additions = fc.array(
  fc.record({ verdict: fc.constantFrom<Verdict>('accepted', 'rejected', 'inconclusive'), estimate: fc.double({ min: 0.1, max: 4, noNaN: true }), low: fc.double({ min: 0, max: 4, noNaN: true }), parent: fc.nat() }),
  { maxLength: 60 },
)

function filled(list: readonly { readonly verdict: Verdict; readonly estimate: number; readonly low: number; readonly parent: number }[]): ArchiveFold {
  const archive = createArchive('root')
  list.forEach(({ verdict, estimate, low, parent }, index) => archive.add(made(index + 1, archive.at(parent % archive.size).commit), decided(verdict, estimate, low)))
  return archive
}

describe('the archive', () => {
  it('keeps every variant, counts children, and lets only what passed the gates be a parent', () => {
    fc.assert(
      fc.property(additions, (list) => {
        const archive = filled(list)
        const all = Array.from({ length: archive.size }, (_, index) => archive.at(index))
        expect(archive.size).toBe(list.length + 1)
        expect(all.reduce((sum, variant) => sum + variant.children, 0)).toBe(list.length)
        const viable = Array.from({ length: archive.viableSize }, (_, k) => archive.viable(k))
        expect(viable).toEqual(all.filter((variant) => variant.verdict !== 'rejected'))
        const proven = all.filter((variant) => variant.verdict === 'accepted' && (variant.gain?.low ?? 0) > 0)
        expect(archive.best().gain?.low).toBe(Math.max(0, ...proven.map((variant) => variant.gain?.low ?? 0)))
      }),
    )
  })

  it('never takes an unproven or a rejected variant for the best', () => {
    const archive = filled([
      { verdict: 'inconclusive', estimate: 3, low: 2, parent: 0 },
      { verdict: 'rejected', estimate: 3, low: 2, parent: 0 },
      { verdict: 'accepted', estimate: 1.1, low: 1.05, parent: 0 },
    ])
    expect(archive.best().index).toBe(3)
  })
})

describe('a variant', () => {
  it('without a figure and without a verdict on the gates is no parent', () => {
    const archive = createArchive('root')
    archive.add(made(1, 'root'), { verdict: 'inconclusive', reasons: [], metrics: {} })
    archive.add(made(2, 'root'), { ...decided('accepted', 2, 1.5), verdict: 'approval-required' })
    expect([archive.size, archive.viableSize]).toEqual([3, 1])
  })

  it('of an unknown parent is refused', () => {
    expect(() => createArchive('root').add(made(1, 'elsewhere'), decided('accepted', 2, 1.5))).toThrow(TypeError)
  })

  it('with several objectives gains the geometric mean, so that half and double cancel out', () => {
    const one = decided('accepted', 2, 1.5).metrics['speed']
    if (one === undefined) throw new Error('no metric')
    const metrics = { speed: one, size: { ...one, effect: { estimate: 0.5, low: 0.25, high: 1 } }, guard: { ...one, role: 'guard' as const, effect: { estimate: 9, low: 9, high: 9 } } }
    const variant = createArchive('root').add(made(1, 'root'), { verdict: 'inconclusive', reasons: [], metrics })
    expect(variant.gain?.estimate).toBeCloseTo(0)
    expect(variant.gain?.low).toBeCloseTo((Math.log(1.5) + Math.log(0.25)) / 2)
  })

  it('is chosen with at most two questions to an archive of 100,000', () => {
    const archive = createArchive('root')
    const random = seededRandom('many')
    // Were adding linear in the size, this alone would be ten thousand million steps.
    for (let index = 1; index <= 100_000; index++) {
      archive.add(made(index, archive.viable(random.integer(archive.viableSize)).commit), decided(index % 3 === 0 ? 'accepted' : 'inconclusive', 1.2, 1 + (index % 997) / 1000))
    }
    // The earliest of those with the highest lower bound.
    expect([archive.size, archive.best().index]).toEqual([100_001, 996])
    for (const name of strategyNames) {
      let questions = 0
      const ask = <T>(answer: T): T => {
        questions++
        return answer
      }
      const counted: Archive = {
        size: archive.size,
        viableSize: archive.viableSize,
        at: (index) => ask(archive.at(index)),
        viable: (k) => ask(archive.viable(k)),
        best: () => ask(archive.best()),
      }
      strategyByName(name).selectParent(counted, random)
      expect(questions).toBeLessThanOrEqual(2)
    }
  })
})

describe.each(strategyNames)('strategy %s', (name) => {
  it('answers the same for the same archive and stream, with a viable variant', () => {
    fc.assert(
      fc.property(additions, fc.nat(), (list, seed) => {
        const archive = filled(list)
        const chosen = strategyByName(name).selectParent(archive, seededRandom(seed))
        expect(strategyByName(name).selectParent(archive, seededRandom(seed))).toBe(chosen)
        expect(archive.at(chosen.index)).toBe(chosen)
        expect(chosen.verdict).not.toBe('rejected')
      }),
    )
  })

  it('begins with the baseline', () => {
    expect(strategyByName(name).selectParent(createArchive('root'), seededRandom(1)).index).toBe(0)
  })
})

describe('the strategies differ:', () => {
  const archive = filled([
    { verdict: 'inconclusive', estimate: 3, low: 0.9, parent: 0 },
    { verdict: 'accepted', estimate: 1.3, low: 1.2, parent: 0 },
    { verdict: 'accepted', estimate: 1.9, low: 1.1, parent: 1 },
  ])

  it('greedy takes what is proven best, not what looks best', () => {
    expect(strategyByName('greedy').selectParent(archive, seededRandom(1)).index).toBe(2)
    const unproven = filled([{ verdict: 'inconclusive', estimate: 3, low: 0.9, parent: 0 }])
    expect(strategyByName('greedy').selectParent(unproven, seededRandom(1)).index).toBe(0)
  })

  it('best-of-n always starts from the baseline', () => {
    expect(strategyByName('best-of-n').selectParent(archive, seededRandom(1)).index).toBe(0)
  })

  it('random reaches every viable variant', () => {
    const random = seededRandom(1)
    const reached = new Set(Array.from({ length: 100 }, () => strategyByName('random').selectParent(archive, random).index))
    expect([...reached].sort()).toEqual([0, 1, 2, 3])
  })
})
