import { describe, expect, it } from 'vitest'
import type { Verdict } from '../decision/decision.ts'
import { seededRandom } from '../randomness/seeded-random.ts'
import { createArchive, type ArchiveFold } from './archive-fold.ts'
import { teach } from './learner.ts'
import { MateChoice } from './mate-choice.ts'

const hex = (index: number): string => index.toString(16).padStart(40, '0')

function add(archive: ArchiveFold, { parent, ratio, verdict = 'accepted', mate }: { readonly parent: number; readonly ratio: number; readonly verdict?: Verdict; readonly mate?: number }): void {
  const index = archive.size
  const metrics = { m: { role: 'objective' as const, unit: 'ms', pairs: 9, eValue: 1, effect: { estimate: ratio, low: ratio, high: ratio } } }
  const proposal = { id: index.toString(16), proposer: 'genetic' as const, parent: hex(parent), ...(mate === undefined ? {} : { mate: hex(mate) }), edits: [{ path: 'a', start: 0, end: 1, replacement: 'x', part: 0 }], operator: 'o', rationale: 'r' }
  archive.add({ commit: hex(index), proposal }, { verdict, reasons: [], metrics })
}

function chosen(archive: ArchiveFold, parent: number, seed = 1): readonly [mate: number, base: number] | null {
  const mates = new MateChoice()
  teach([mates])(archive)
  const mate = mates.choose(archive, archive.at(parent), seededRandom(seed))
  return mate === null ? null : [mate.variant.index, mate.base.index]
}

describe('whom to merge', () => {
  it('is what has most that the parent lacks', () => {
    const archive = createArchive(hex(0))
    add(archive, { parent: 0, ratio: 2 })
    add(archive, { parent: 0, ratio: 1.3 })
    add(archive, { parent: 0, ratio: 1.1, verdict: 'inconclusive' })
    expect(chosen(archive, 1)).toEqual([2, 0])
    add(archive, { parent: 1, ratio: 2.1 })
    expect(chosen(archive, 4)).toEqual([2, 0])
  })

  it('is never an ancestor, a descendant, or what failed or brought nothing', () => {
    const archive = createArchive(hex(0))
    add(archive, { parent: 0, ratio: 1.5 })
    add(archive, { parent: 1, ratio: 2 })
    add(archive, { parent: 0, ratio: 3, verdict: 'rejected' })
    add(archive, { parent: 0, ratio: 1, verdict: 'inconclusive' })
    add(archive, { parent: 0, ratio: 3, verdict: 'approval-required' })
    expect([chosen(archive, 1), chosen(archive, 2), chosen(archive, 0)]).toEqual([null, null, null])
  })

  it('is given up once two merges of it were tried', () => {
    const archive = createArchive(hex(0))
    add(archive, { parent: 0, ratio: 1.5 })
    add(archive, { parent: 0, ratio: 1.4 })
    add(archive, { parent: 1, ratio: 1.5, mate: 2, verdict: 'rejected' })
    expect(chosen(archive, 1)).toEqual([2, 0])
    add(archive, { parent: 1, ratio: 1.5, mate: 2, verdict: 'rejected' })
    expect(chosen(archive, 1)).toBeNull()
  })

  it('depends on the archive and the seed alone, and stays quick among thousands', () => {
    const archive = createArchive(hex(0))
    const asked = new MateChoice()
    const catchUp = teach([asked])
    const random = seededRandom('grow')
    for (let k = 0; k < 3000; k++) {
      const parent = archive.viable(random.integer(archive.viableSize))
      add(archive, { parent: parent.index, ratio: Math.exp(parent.gain?.estimate ?? 0) * (0.9 + random.next() / 5) })
      if (k % 50 !== 0) continue
      catchUp(archive)
      asked.choose(archive, archive.best(), seededRandom(k))
    }
    catchUp(archive)
    for (let seed = 0; seed < 20; seed++) expect(asked.choose(archive, archive.best(), seededRandom(seed))?.variant.index ?? null).toEqual(chosen(archive, archive.best().index, seed)?.[0] ?? null)
  })
})
