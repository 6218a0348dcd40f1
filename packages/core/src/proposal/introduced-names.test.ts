import { describe, expect, it } from 'vitest'
import { doClash, introducedNames } from './introduced-names.ts'

describe('names that edits introduce', () => {
  it.each([
    ['a + b.includes(1)', ['let list; (list || (list = Object.keys(a))).includes(b)'], ['list']],
    ['a', ['const bSet = new Set(a)', 'bSet.has(a)'], ['bSet']],
    ['list', ['const list = 1'], []],
    ['a', ['f(...rest)', 'a.b.c', 'a ? x : y'], ['f', 'rest', 'x', 'y']],
    ['', ['for (const item of items) total += item'], ['item', 'items', 'total']],
  ] as const)('%j with %j are %j', (text, replacements, names) => {
    expect([...introducedNames(text, replacements)].sort()).toEqual([...names])
  })

  const text = 'function f(a) {\n  one(a)\n  two(a)\n}\nfunction g(a) {\n  three(a)\n}\nfour()\n'
  const at = (name: string, replacement: string) => ({ start: text.indexOf(name), end: text.indexOf(name) + name.length, replacement })
  it.each([
    ['in one function', at('one(a)', 'let list = a'), at('two(a)', 'let list = b'), true],
    ['in one function, with different names', at('one(a)', 'let list = a'), at('two(a)', 'let other = a'), false],
    ['in two functions', at('one(a)', 'let list = a'), at('three(a)', 'let list = a'), false],
    ['in two functions, the later one first', at('three(a)', 'let list = a'), at('one(a)', 'let list = a'), false],
    ['of which one is beside all functions', at('one(a)', 'let list = a'), at('four()', 'let list = 1'), true],
    ['of which one puts something beside all functions', at('one(a)', 'one(list)\n}\nlet list = []\n{'), at('three(a)', 'let list = a'), true],
  ] as const)('%s clash or not', (_, one, other, expected) => {
    expect(doClash(text, [one], [other])).toBe(expected)
  })
})
