import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits, editableText, editedFiles, ProposalError } from './apply-edits.ts'
import { editsDigest } from './edits-digest.ts'
import type { TextEdit } from './proposal.ts'

const edit = (start: number, end: number, replacement: string, part = 0): TextEdit => ({ path: 'f', start, end, replacement, part })

describe('applyEdits', () => {
  it('replaces, inserts and deletes by UTF-16 offsets, in any order', () => {
    expect(applyEdits('aé\u{1F600}b', [edit(4, 5, 'B'), edit(0, 0, '>'), edit(2, 4, '')])).toBe('>aéB')
  })

  it('does the same whatever the order of edits that do not touch', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.nat({ max: 40 }), { maxLength: 8 }), fc.nat(), (text, cuts, turn) => {
        const points = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
        const edits = points.slice(1).map((point, index) => edit(points[index] as number, point, `<${index}>`))
        const turned = [...edits.slice(turn % (edits.length || 1)), ...edits.slice(0, turn % (edits.length || 1))]
        expect(applyEdits(text, turned)).toBe(applyEdits(text, edits))
      }),
    )
  })

  it('refuses overlapping edits and edits outside the text', () => {
    for (const bad of [[edit(0, 2, ''), edit(1, 3, '')], [edit(0, 9, '')], [edit(-1, 0, '')], [edit(2, 1, '')], [edit(0.5, 1, '')]]) {
      expect(() => applyEdits('abcd', bad)).toThrow(ProposalError)
    }
  })
})

describe('editedFiles', () => {
  it('changes only files that really change, and only known ones', () => {
    const sources = [{ path: 'f', text: 'ab' }]
    expect(editedFiles(sources, [edit(0, 1, 'x')])).toEqual([{ path: 'f', content: Buffer.from('xb') }])
    expect(editedFiles(sources, [edit(0, 1, 'a')])).toEqual([])
    expect(() => editedFiles(sources, [{ ...edit(0, 1, 'x'), path: 'g' }])).toThrow(ProposalError)
  })
})

describe('editableText', () => {
  it('takes only what survives the way back to bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = editableText(bytes)
        if (text !== null) expect(Buffer.from(text)).toEqual(Buffer.from(bytes))
      }),
    )
    expect(editableText(Buffer.from('\uFEFFa\r\n'))).toBe('\uFEFFa\r\n')
    expect(editableText(Uint8Array.from([0xff, 0xfe]))).toBeNull()
    expect(editableText(Uint8Array.from([65, 0]))).toBeNull()
  })
})

describe('editsDigest', () => {
  it('depends on the parent and on what is edited, not on the order or on parts', () => {
    const [a, b] = [edit(0, 1, 'x'), edit(3, 4, 'y')]
    expect(editsDigest('p', [a, b])).toBe(editsDigest('p', [{ ...b, part: 4 }, a]))
    expect(editsDigest('p', [a])).not.toBe(editsDigest('q', [a]))
    expect(editsDigest('p', [a])).not.toBe(editsDigest('p', [b]))
  })
})
