import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits } from '../proposal/apply-edits.ts'
import { lineEdits } from '../proposal/line-edits.ts'
import type { TextEdit } from '../proposal/proposal.ts'
import { claimedSteps, type LineageEntry } from './claimed-steps.ts'
import { traced, untouched } from './traced-text.ts'

const path = 'a.py'
const text = 'def f(a):\n    n = sum(a)\n    note(n)\n    return n < 10\n\ndef g(a):\n    n = sum(a)\n    return n\n'

interface Change {
  readonly from: string
  readonly to: string
  /** Which of the places that read so, from 0. */
  readonly nth?: number
}

function editOf(before: string, { from, to, nth = 0 }: Change, part = 0): TextEdit {
  let start = -1
  for (let count = 0; count <= nth; count++) start = before.indexOf(from, start + 1)
  if (start < 0) throw new Error(`${from} is not in ${before}`)
  return { path, start, end: start + from.length, replacement: to, part }
}

/** One variant after the other, each named by what its step says. */
function line(...changes: readonly (readonly [rationale: string, change: Change])[]): { readonly lineage: readonly LineageEntry[]; readonly last: string } {
  let last = text
  const lineage = changes.map(([rationale, change], index): LineageEntry => {
    const edit = editOf(last, change)
    last = applyEdits(last, [edit])
    return { index: index + 1, parent: index, mate: null, edits: [edit], steps: [{ operator: 'o', rationale }] }
  })
  return { lineage, last }
}

/** What the steps say that hunks of the difference claim; all hunks where none are named. */
function claimed({ lineage, last }: ReturnType<typeof line>, hunks?: readonly number[]): readonly string[] {
  const patch = lineEdits(path, { before: text, after: last }, 0)
  return claimedSteps({ baseline: [{ path, text }], lineage, patch: patch.filter((_, index) => hunks === undefined || hunks.includes(index)) }).map(({ rationale }) => rationale)
}

describe('the steps that a smaller patch claims', () => {
  const three = line(['sums in f', { from: 'sum(a)', to: 'total(a)' }], ['asks less', { from: 'n < 10', to: 'n < 1' }], ['sums in g', { from: 'sum(a)', to: 'total(a)' }])

  it('are those of its hunks, not those that wrote the same elsewhere', () => {
    expect(claimed(three)).toEqual(['sums in f', 'asks less', 'sums in g'])
    expect([claimed(three, [0]), claimed(three, [1]), claimed(three, [2])]).toEqual([['sums in f'], ['asks less'], ['sums in g']])
  })

  it('are all that led to a line, also where one went on from what another wrote', () => {
    expect(claimed(line(['once', { from: 'sum(a)', to: 'total(a)' }], ['twice', { from: 'total', to: 'quick_total' }]))).toEqual(['once', 'twice'])
    expect(claimed(line(['left', { from: 'n = ', to: 'm = ' }], ['right', { from: 'sum(a)', to: 'total(a)' }]))).toEqual(['left', 'right'])
  })

  it('are all that touched a file which came as a whole, and of it nothing else is followed', () => {
    const edit = (start: number): TextEdit => ({ path: 'new.py', start, end: start, replacement: 'x', part: 0 })
    const lineage: readonly LineageEntry[] = [
      { index: 1, parent: 0, mate: null, edits: [], files: ['new.py'], steps: [{ operator: 'o', rationale: 'brings it' }] },
      { index: 2, parent: 1, mate: null, edits: [edit(700)], steps: [{ operator: 'o', rationale: 'goes on with it' }] },
      { index: 3, parent: 2, mate: null, edits: [editOf(text, { from: 'n < 10', to: 'n < 1' })], steps: [{ operator: 'o', rationale: 'elsewhere' }] },
    ]
    const hunks = lineEdits(path, { before: text, after: text.replace('n < 10', 'n < 1') }, 0)
    const told = (patch: readonly TextEdit[], files: readonly string[]): readonly string[] => claimedSteps({ baseline: [{ path, text }], lineage, patch, files }).map(({ rationale }) => rationale)
    expect([told([], ['new.py']), told(hunks, []), told(hunks, ['new.py'])]).toEqual([['brings it', 'goes on with it'], ['elsewhere'], ['brings it', 'goes on with it', 'elsewhere']])
  })

  it('are those that took something away', () => {
    expect(claimed(line(['without note', { from: '    note(n)\n', to: '' }], ['asks less', { from: 'n < 10', to: 'n < 1' }]))).toEqual(['without note', 'asks less'])
    expect(claimed(line(['no order', { from: ' < 10', to: '' }]))).toEqual(['no order'])
  })

  it('are not those of which everything was undone, beside another change of the same line', () => {
    expect(claimed(line(['there', { from: 'sum(a)', to: 'total(a)' }], ['and back', { from: 'total(a)', to: 'sum(a)' }], ['named', { from: 'n = ', to: 'm = ' }]))).toEqual(['named'])
    expect(claimed(line(['sorts', { from: '    note(n)', to: '    a.sort()\n    note(n)' }], ['sorts not', { from: '    a.sort()\n', to: '' }], ['asks less', { from: 'n < 10', to: 'n < 1' }]))).toEqual(['asks less'])
  })

  it('are still those within a place that a later step wrote again as it was', () => {
    const again = line(['sums', { from: 'sum(a)', to: 'total(a)' }], ['a function', { from: '    n = total(a)\n    note(n)\n', to: '    n = total(a)\n    log(n)\n' }])
    expect(claimed(again)).toEqual(['sums', 'a function'])
    expect(claimed(line(['a function', { from: '    n = sum(a)\n    note(n)\n', to: '    n = sum(a)\n    log(n)\n' }], ['elsewhere', { from: 'return n\n', to: 'return n + 1\n' }]), [0])).toEqual(['a function'])
  })

  it('are told apart within one proposal of several', () => {
    const changes = [{ from: 'sum(a)', to: 'total(a)' }, { from: 'n < 10', to: 'n < 1' }]
    const edits = changes.map((change, part) => editOf(text, change, part))
    const lineage = [{ index: 1, parent: 0, mate: null, edits, steps: [{ operator: 'a', rationale: 'sums' }, { operator: 'b', rationale: 'asks less' }] }]
    expect(claimed({ lineage, last: applyEdits(text, edits) }, [1])).toEqual(['asks less'])
  })

  it('are those of merged variants by what came from each, and each once', () => {
    const [sums, asks, skips] = [editOf(text, { from: 'sum(a)', to: 'total(a)' }), editOf(text, { from: 'n < 10', to: 'n < 1' }), editOf(text, { from: '    note(n)\n', to: '' })]
    const entry = (index: number, [parent, mate]: readonly [number, number?], edit: TextEdit, rationale: string): LineageEntry => ({ index, parent, mate: mate ?? null, edits: [edit], steps: [{ operator: 'o', rationale }] })
    const first = applyEdits(text, [sums])
    const second = applyEdits(text, [sums, asks])
    const merge = editOf(first, { from: '    return n < 10\n', to: '    return n < 1\n' })
    // Both did the first thing; the second brought another one besides.
    const lineage = [entry(1, [0], sums, 'sums'), entry(2, [0], sums, 'sums'), entry(3, [2], editOf(first, { from: 'n < 10', to: 'n < 1' }), 'asks less'), entry(4, [1, 3], merge, 'merges')]
    expect(claimed({ lineage, last: second })).toEqual(['sums', 'asks less'])
    const without = [entry(1, [0], sums, 'sums'), entry(2, [0], skips, 'without note'), entry(3, [1, 2], editOf(first, { from: '    note(n)\n', to: '' }), 'merges')]
    expect(claimed({ lineage: without, last: applyEdits(text, [sums, skips]) })).toEqual(['sums', 'without note'])
  })

  it('are nobody for what no step of the lineage did', () => {
    expect(claimedSteps({ baseline: [{ path, text }], lineage: three.lineage, patch: [{ path: 'b.py', start: 0, end: 0, replacement: 'a.sort()\n', part: 0 }] })).toEqual([])
  })
})

describe('a traced text', () => {
  const word = fc.constantFrom('a', 'b', ' ', '\n', 'é', '\u{1F600}')
  const words = fc.array(word, { maxLength: 12 }).map((parts) => parts.join(''))

  it('reads as edits make it, and has an origin for every character', () => {
    fc.assert(
      fc.property(words, fc.array(fc.tuple(fc.nat(), fc.nat(), words), { maxLength: 4 }), (before, drawn) => {
        let made = untouched(before)
        for (const [step, [from, to, replacement]] of drawn.entries()) {
          const [start = 0, end = 0] = [from % (made.text.length + 1), to % (made.text.length + 1)].toSorted((a, b) => a - b)
          const expected = applyEdits(made.text, [{ start, end, replacement }])
          made = traced(made, [{ start, end, replacement, step }])
          expect(made.text).toBe(expected)
          expect(made.origins).toHaveLength(expected.length)
          for (const { at } of made.gaps) expect(at).toBeLessThanOrEqual(expected.length)
        }
      }),
    )
  })
})
