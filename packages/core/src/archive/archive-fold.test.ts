import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision, Verdict } from '../decision/decision.ts'
import type { EventBodies } from '../journal/event.ts'
import { ArchiveFold, createArchive } from './archive-fold.ts'

const hex = (index: number): string => (index + 1).toString(16).padStart(40, '0')
const root = hex(-1)

function made(index: number, parent: string): Pick<EventBodies['proposal-made'], 'proposal' | 'commit'> {
  const edits = [{ path: `src/${index % 3}.ts`, start: 0, end: 1, replacement: 'xy', part: 0 }]
  return { commit: hex(index), proposal: { id: index.toString(16).padStart(12, '0'), proposer: 'genetic', parent, edits, operator: `o${index % 5}`, rationale: 'r' } }
}

function decided(verdict: Verdict, estimate: number, low: number): Decision {
  return { verdict, reasons: [], metrics: { speed: { role: 'objective', unit: 'ms', pairs: 9, eValue: 1, effect: { estimate, low, high: 9 } } } }
}

const additions = fc.array(
  fc.record({ verdict: fc.constantFrom<Verdict>('accepted', 'rejected', 'inconclusive'), estimate: fc.double({ min: 0.1, max: 4, noNaN: true }), low: fc.double({ min: 0, max: 4, noNaN: true }), parent: fc.nat() }),
  { maxLength: 60 },
)

function filled(list: readonly { readonly verdict: Verdict; readonly estimate: number; readonly low: number; readonly parent: number }[]): ArchiveFold {
  const archive = createArchive(root)
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
    const archive = createArchive(root)
    archive.add(made(1, root), { verdict: 'inconclusive', reasons: [], metrics: {} })
    archive.add(made(2, root), { ...decided('accepted', 2, 1.5), verdict: 'approval-required' })
    expect([archive.size, archive.viableSize]).toEqual([3, 1])
  })

  it('that is asked about and followed may be a parent, and leads beside what needs nobody only where it is better, also after packing', () => {
    const archive = createArchive(root)
    archive.add(made(1, root), decided('accepted', 2, 1.5))
    archive.add(made(2, root), decided('approval-required', 1.6, 1.4), { asked: true })
    expect([archive.viableSize, archive.best().index, archive.bestAsked()]).toEqual([3, 1, null])
    archive.add(made(3, hex(2)), decided('approval-required', 3, 2.5), { asked: true })
    archive.add(made(4, root), decided('approval-required', 9, 8))
    const packed = archive.pack()
    for (const each of [archive, new ArchiveFold({ facts: packed.facts, columns: packed.columns })]) {
      expect([each.viableSize, each.best().index, each.bestAsked()?.index, each.at(3).verdict, each.at(4).verdict]).toEqual([4, 1, 3, 'asked', 'approval-required'])
      expect([each.proven('asked', 9), each.proven('accepted', 9)].map((list) => list.map(({ index }) => index))).toEqual([[3, 2], [1]])
    }
    // As it was written down before anybody was followed.
    const { bestAsked: _, bestAskedLow: __, ...older } = packed.facts as Record<string, unknown>
    expect(new ArchiveFold({ facts: older, columns: packed.columns }).bestAsked()).toBeNull()
  })

  it('knows what was merged into its parent, whose child alone it is, also after packing', () => {
    const archive = createArchive(root)
    archive.add(made(1, root), decided('accepted', 2, 1.5))
    archive.add(made(2, root), decided('accepted', 1.5, 1.2))
    const merge = made(3, hex(1))
    const child = archive.add({ ...merge, proposal: { ...merge.proposal, mate: hex(2) } }, decided('accepted', 3, 2.5))
    expect(child).toMatchObject({ parent: 1, mate: 2, depth: 2 })
    expect([0, 1, 2, 3].map((index) => archive.at(index).children)).toEqual([2, 1, 0, 0])
    const packed = archive.pack()
    const again = new ArchiveFold({ facts: packed.facts, columns: packed.columns })
    expect([0, 1, 2, 3].map((index) => again.at(index))).toEqual([0, 1, 2, 3].map((index) => archive.at(index)))
  })

  it('of an unknown mate is refused', () => {
    const merge = made(1, root)
    expect(() => createArchive(root).add({ ...merge, proposal: { ...merge.proposal, mate: hex(99) } }, decided('accepted', 2, 1.5))).toThrow(TypeError)
  })

  it('of an unknown parent is refused', () => {
    expect(() => createArchive(root).add(made(1, hex(99)), decided('accepted', 2, 1.5))).toThrow(TypeError)
  })

  it('with several objectives gains the geometric mean, so that half and double cancel out', () => {
    const one = decided('accepted', 2, 1.5).metrics['speed']
    if (one === undefined) throw new Error('no metric')
    const metrics = { speed: one, size: { ...one, effect: { estimate: 0.5, low: 0.25, high: 1 } }, guard: { ...one, role: 'guard' as const, effect: { estimate: 9, low: 9, high: 9 } } }
    const variant = createArchive(root).add(made(1, root), { verdict: 'inconclusive', reasons: [], metrics })
    expect(variant.gain?.estimate).toBeCloseTo(0)
    expect(variant.gain?.low).toBeCloseTo((Math.log(1.5) + Math.log(0.25)) / 2)
  })

  it('counts its steps and what they changed, and says what made it', () => {
    const archive = createArchive(root)
    archive.add(made(1, root), decided('accepted', 2, 1.5))
    const child = archive.add(made(2, hex(1)), decided('rejected', 1, 0.5))
    expect(child).toMatchObject({ index: 2, parent: 1, proposal: '000000000002', commit: hex(2), depth: 2, size: 6, operators: ['o2'], path: 'src/2.ts', verdict: 'rejected', children: 0 })
    expect(child.scores.map((score) => Math.exp(score))).toEqual([expect.closeTo(1)])
  })

  it('enters once', () => {
    const archive = createArchive(root)
    archive.add(made(1, root), decided('accepted', 2, 1.5))
    expect(() => archive.add(made(1, root), decided('accepted', 2, 1.5))).toThrow(TypeError)
    expect(archive.size).toBe(2)
  })
})

describe('the accepted', () => {
  it('come best first, as many as are asked for', () => {
    fc.assert(
      fc.property(additions, fc.integer({ min: 1, max: 5 }), (list, limit) => {
        const archive = filled(list)
        const all = Array.from({ length: archive.size }, (_, index) => archive.at(index)).filter(({ verdict }) => verdict === 'accepted')
        const sorted = all.sort((a, b) => (b.gain?.low ?? 0) - (a.gain?.low ?? 0) || a.index - b.index)
        expect(archive.proven('accepted', limit)).toEqual(sorted.slice(0, limit))
      }),
    )
  })
})
