import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedParts } from './changed-parts.ts'

const path = 'src/a.js'

describe('the parts of a change', () => {
  it('are its hunks, each against the text without it', () => {
    const parts = changedParts([{ path, before: 'a\nb\nc\nd\n', after: 'A\nb\nc\nD\n' }])
    expect(parts).toEqual([
      { place: 'src/a.js:1', texts: [{ path, before: 'a\nb\nc\nD\n', after: 'A\nb\nc\nD\n' }] },
      { place: 'src/a.js:4', texts: [{ path, before: 'A\nb\nc\nd\n', after: 'A\nb\nc\nD\n' }] },
    ])
  })

  it('are one where only indented lines lie between', () => {
    const text = (a: string, b: string, between: string): string => `function f() {\n  ${a}\n${between}  ${b}\n}\n`
    const parts = (between: string): number => changedParts([{ path, before: text('a', 'b', between), after: text('A', 'B', between) }]).length
    expect([parts('  x\n    y\n'), parts('  x\n\n'), parts('}\nfunction g() {\n')]).toEqual([1, 2, 2])
    for (const method of ['  async next(x) {', '  get size() {', '  def next(self):', '  int next(int x) const {', '  static next(a, b) {']) expect([method, parts(`${method}\n`)]).toEqual([method, 2])
    for (const inner of ['  if (x) {', '  } else if (x) {', '  for (const y of x) {', '  list.forEach((x) => {', '  return f(x)', '  const x = f(y)', '  while (x) {']) expect([inner, parts(`${inner}\n`)]).toEqual([inner, 1])
  })

  it('beyond the twentieth are one that nobody can look at', () => {
    const lines = (word: string): string => Array.from({ length: 30 }, (_, index) => `${word} ${index}\n\nsame\n`).join('')
    const parts = changedParts([{ path, before: lines('old'), after: lines('new') }])
    expect([parts.length, parts.at(-1)?.texts, parts.slice(0, -1).every(({ texts }) => texts.length === 1)]).toEqual([20, [], true])
  })

  it('of a new or a deleted file are the whole file', () => {
    const changes = [{ path, before: null, after: 'x' }, { path: 'src/b.js', before: 'y', after: null }]
    expect(changedParts(changes).map(({ texts }) => texts)).toEqual(changes.map((change) => [change]))
  })

  it('are not many', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 })
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const change = { path, before: before.join('\n'), after: after.join('\n') }
        const parts = changedParts([change])
        expect(parts.length).toBeLessThanOrEqual(20)
        expect(parts.length > 0).toBe(change.before !== change.after)
      }),
    )
  })
})
