import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { sortToScan } from './sort-to-scan.ts'

const number = fc.constantFrom<unknown>(0, -0, 1, -1, 2, 0.5, Infinity, -Infinity)
const odd = fc.constantFrom<unknown>(Number.NaN, undefined, null, 'a', '3', 2n, true)
const numbers = fc.array(number, { maxLength: 8 })
const mixed = fc.oneof(fc.array(fc.oneof(number, odd), { maxLength: 8 }), fc.sparseArray(number, { maxLength: 8 }))
const list = fc.tuple(fc.oneof({ weight: 4, arbitrary: numbers }, { weight: 3, arbitrary: mixed }, { weight: 1, arbitrary: fc.oneof(fc.string(), fc.constantFrom(null, 3), fc.constant(new Set([3, 1, 2])), fc.constant(new Uint8Array([3, 1, 2]))) }))

const programs: Readonly<Record<string, string>> = {
  'the least of a copy': `function subject(a) { const least = [...a].sort((x, y) => x - y)[0]; return [least, a] }`,
  'ES5, the greatest': `function subject(a) { var sorted = a.slice().sort(function (x, y) { return x - y; })[a.length - 1]; return sorted }`,
  'downwards': `function subject(a) { return Array.from(a).sort((x, y) => y - x)[0] }`,
  'downwards, the last': `const subject = (a) => [...a].sort((x, y) => { return y - x }).pop()`,
  'of a new list': `function subject(a) { return 1 + a.map(x => x * 2).sort((x, y) => (x - y)).at(-1) }`,
  'of a filtered list, in a condition': `function subject(a) { if (a.filter(x => x !== 1).sort((x, y) => x - y).shift() > 0) return 'positive'; return 'else' }`,
  'toSorted': `function subject(a) { const o = { a }; return { least: o.a.toSorted((x, y) => x - y).at(0) } }`,
}

describe('sort-to-scan', () => {
  for (const [name, text] of Object.entries(programs)) it(`keeps behaviour: ${name}`, () => void expectSameBehaviour(sortToScan, text, list))

  it('sorts after all what is no list of numbers', () => {
    expect(rewritesOf(sortToScan, 'function subject(a: number[]) {\n\treturn [...a].sort((x, y) => x - y)[0];\n}', 'x.ts')).toEqual([
      "function subject(a: number[]) {\n\tlet least, isNumeric = Array.isArray(a);\n\tfor (let index = 0; isNumeric && index < a.length; index++) {\n\t\tconst item = a[index];\n\t\tif (typeof item !== 'number' || item !== item) isNumeric = false;\n\t\telse if (index === 0 || item < least) least = item;\n\t}\n\tif (!isNumeric) least = [...a].sort((x, y) => x - y)[0];\n\treturn least;\n}",
    ])
  })

  it('is not done twice', () => {
    for (const text of Object.values(programs)) expect(rewritesOf(sortToScan, rewritesOf(sortToScan, text)[0] ?? '')).toEqual([])
  })

  it('finds the same places in TypeScript', () => {
    for (const text of Object.values(programs)) expect(rewritesOf(sortToScan, text, 'subject.ts')).toEqual(rewritesOf(sortToScan, text))
  })

  const refused: Readonly<Record<string, string>> = {
    'sorting in place': 'function subject(a) { return a.sort((x, y) => x - y)[0] }',
    'no comparison given': 'function subject(a) { return [...a].sort()[0] }',
    'a comparison by a property': 'function subject(a) { return [...a].sort((x, y) => x.n - y.n)[0] }',
    'a comparison by name': 'function subject(a, f) { return [...a].sort(f)[0] }',
    'a comparison with something else': 'function subject(a, z) { return [...a].sort((x, y) => x - z)[0] }',
    'another element': 'function subject(a) { return [...a].sort((x, y) => x - y)[1] }',
    'more than one list': 'function subject(a, b) { return [...a, ...b].sort((x, y) => x - y)[0] }',
    'part of a list': 'function subject(a) { return a.slice(1).sort((x, y) => x - y)[0] }',
    'the sorted list is kept': 'function subject(a) { const s = [...a].sort((x, y) => x - y); return s[0] }',
    'the element is assigned': 'function subject(a) { [...a].sort((x, y) => x - y)[0] = 1 }',
    'the element is called': 'function subject(a) { return [...a].sort((x, y) => x - y)[0]() }',
    'an optional call': 'function subject(a) { return a?.slice().sort((x, y) => x - y)[0] }',
    'it may not run': 'function subject(a) { return a.length && [...a].sort((x, y) => x - y)[0] }',
    'the length of another list': 'function subject(a, b) { return a.slice().sort((x, y) => x - y)[b.length - 1] }',
    'an async comparison': 'function subject(a) { return [...a].sort(async (x, y) => x - y)[0] }',
    'eval in reach': 'function subject(a) { eval(""); return [...a].sort((x, y) => x - y)[0] }',
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(sortToScan, text)).toEqual([]))
})
