import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedLines } from './changed-lines.ts'

describe('changed lines', () => {
  it('are the new ones, and those around a gap', () => {
    expect([...changedLines('a\nb\nc\n', 'a\nB\nc\n')]).toEqual([1])
    expect([...changedLines('a\nb\nb\nc\n', 'a\nB\nc\n')]).toEqual([1])
    expect([...changedLines('a\nc\n', 'a\nb\nc\n')]).toEqual([1])
    expect([...changedLines('a\nb\nc\n', 'a\nc\n')]).toEqual([0, 1])
    expect([...changedLines(null, 'a\nb')]).toEqual([0, 1])
    expect([...changedLines('a\n', 'a\n')]).toEqual([])
  })

  it('lie within the text, and hold every line that was not there', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = after.split('\n')
        const old = new Set(before.split('\n'))
        const changed = changedLines(before, after)
        for (const line of changed) expect(line).toBeLessThan(lines.length)
        for (const [at, line] of lines.entries()) if (line !== '' && !old.has(line)) expect(changed.has(at)).toBe(true)
      }),
    )
  })
})
