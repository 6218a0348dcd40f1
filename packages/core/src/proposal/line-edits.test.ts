import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits } from './apply-edits.ts'
import { lineEdits } from './line-edits.ts'

const text = fc.array(fc.constantFrom('a', 'b', 'c', 'é', '\n', '\r\n', '\u{1F600}\n', 'x\n', 'y\n')).map((parts) => parts.join(''))

describe('lineEdits', () => {
  it('leads from the first text to the second, whatever they are', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(applyEdits(before, lineEdits('f', { before, after }, 0))).toBe(after)
      }),
    )
  })

  it('gives every hunk a part of its own', () => {
    const edits = lineEdits('f', { before: 'a\nb\nc\nd\n', after: 'a\nB\nc\nD\n' }, 3)
    expect(edits.map(({ part, replacement }) => [part, replacement])).toEqual([[3, 'B\n'], [4, 'D\n']])
  })

  it('is empty for equal texts', () => {
    expect(lineEdits('f', { before: 'a\r\n', after: 'a\r\n' }, 0)).toEqual([])
  })
})
