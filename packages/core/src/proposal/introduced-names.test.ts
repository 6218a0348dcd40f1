import { describe, expect, it } from 'vitest'
import { doShare, introducedNames } from './introduced-names.ts'

describe('names that edits introduce', () => {
  it.each([
    ['a + b', ['let list; (list || (list = Object.keys(a))).includes(b)'], ['list']],
    ['a', ['const bSet = new Set(a)', 'bSet.has(a)'], ['bSet']],
    ['list', ['const list = 1'], []],
    ['a', ['f(...rest)', 'a.b.c', 'a ? x : y'], ['f', 'rest', 'x', 'y']],
    ['', ['for (const item of items) total += item'], ['item', 'items', 'total']],
  ] as const)('%j with %j are %j', (text, replacements, names) => {
    expect([...introducedNames(text, replacements)].sort()).toEqual([...names])
  })

  it('are shared or not', () => {
    expect(doShare(new Set(['a', 'b']), new Set(['c', 'b']))).toBe(true)
    expect(doShare(new Set(['a']), new Set())).toBe(false)
  })
})
