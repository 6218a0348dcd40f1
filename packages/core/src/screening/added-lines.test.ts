import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addedLines } from './added-lines.ts'

describe('added lines', () => {
  it.each([
    ['a\nb\nc', 'a\nx\nb\nc', [2]],
    ['a\nb', 'a\nb', []],
    [null, 'a\nb', [1, 2]],
    ['a\nb\nc', 'a\nc', []],
    ['a\nb\nc\n', 'c\na\nb\n', [1]],
    ['a\r\nb', 'a\nb', [1]],
  ] as const)('from %j to %j', (before, after, expected) => expect([...addedLines(before, after)]).toEqual(expected))

  it('what is not added stands in the old text, in order', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', '', 'd e'), { maxLength: 30 }).map((lines) => lines.join('\n'))
    fc.assert(fc.property(text, text, (before, after) => {
      const added = addedLines(before, after)
      const old = before.split('\n')
      let at = 0
      for (const [index, line] of after.split('\n').entries()) {
        if (added.has(index + 1)) continue
        while (at < old.length && old[at] !== line) at++
        expect(at).toBeLessThan(old.length)
        at++
      }
    }))
  })

  it('is quick on texts that have nothing in common', () => {
    const [a, b] = [1, 2].map((seed) => Array.from({ length: 20_000 }, (_, index) => `${seed} ${index}`).join('\n'))
    const start = performance.now()
    expect(addedLines(a ?? '', b ?? '').size).toBe(20_000)
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})
