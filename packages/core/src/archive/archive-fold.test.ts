import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision, Verdict } from '../decision/decision.ts'
import type { EventBodies } from '../journal/event.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import { strategyNames } from '../target/config.ts'
import { createArchive, type ArchiveFold } from './archive-fold.ts'
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
})
