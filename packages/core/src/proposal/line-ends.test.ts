import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits } from './apply-edits.ts'
import { withLineEnds } from './line-ends.ts'
import type { TextEdit } from './proposal.ts'

const edit = (start: number, end: number, replacement: string): TextEdit => ({ path: 'f', start, end, replacement, part: 0 })

describe('line ends of what is inserted', () => {
  it('are those of a file in which all end as in Windows', () => {
    expect(withLineEnds('a\r\nb\r\n', [edit(0, 1, 'x\ny\r\nz')])).toEqual([edit(0, 1, 'x\r\ny\r\nz')])
  })

  it('are never taken apart', () => {
    const text = 'ab\r\ncd\r\n'
    expect(applyEdits(text, withLineEnds(text, [edit(3, 6, '')]))).toBe('ab\r\n')
    expect(applyEdits(text, withLineEnds(text, [edit(3, 3, '\nx')]))).toBe('ab\r\nx\r\ncd\r\n')
    expect(applyEdits(text, withLineEnds(text, [edit(1, 3, 'x\r')]))).toBe('ax\r\ncd\r\n')
  })

  it('stay as they are where the file has others, both, or none', () => {
    for (const text of ['a\nb\n', 'a\r\nb\n', 'a']) expect(withLineEnds(text, [edit(0, 1, 'x\ny')])).toEqual([edit(0, 1, 'x\ny')])
  })

  it('never leave a file of one kind with both', () => {
    const line = fc.stringMatching(/^[a-z ]{0,4}$/)
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 5 }), fc.array(line, { maxLength: 4 }), fc.constantFrom('\r\n', '\n'), (lines, inserted, end) => {
        const text = lines.join(end)
        const made = applyEdits(text, withLineEnds(text, [edit((lines[0] as string).length, (lines[0] as string).length, inserted.map((one) => `\n${one}`).join(''))]))
        expect(made.split(end).join('')).not.toMatch(/[\r\n]/)
      }),
    )
  })
})
