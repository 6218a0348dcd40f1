import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { dedupeWithSet } from './dedupe-with-set.ts'

const item = fc.constantFrom<unknown>(0, -0, 1, 2, Number.NaN, 'a', '1', undefined, null, true)
const list = fc.oneof(fc.array(item, { maxLength: 10 }), fc.sparseArray(item, { maxLength: 10 }))
const anything = fc.tuple(fc.oneof({ weight: 6, arbitrary: list }, fc.string(), fc.constant(null), fc.uint8Array(), fc.float64Array({ maxLength: 5 })))

const programs: Readonly<Record<string, string>> = {
  'an arrow': 'function subject(a) { return a.filter((x, i) => a.indexOf(x) === i) }',
  'ES5': 'function subject(a) { return a.filter(function (value, index) { return a.indexOf(value) === index; }); }',
  'the third argument': 'function subject(a) { return a.filter((v, i, self) => self.indexOf(v) === i) }',
  'the third argument in ES5': 'function subject(a) { return a.slice(1).filter(function (v, i, arr) { return i == arr.indexOf(v) }).length }',
  'a block body': 'function subject(a) { const unique = a.filter((v, i) => { return (a.indexOf(v) === i) }); return [unique, a] }',
  'a place in an object': 'function subject(a) { const o = { list: a, run() { return this.list.filter((x, i) => this.list.indexOf(x) === i) } }; return [o.run(), o.run()] }',
  'in a condition': 'function subject(a) { for (var n = 0; n < a.filter((x, i) => a.indexOf(x) === i).length; n++) {} return n }',
}

describe('dedupe-with-set', () => {
  for (const [name, text] of Object.entries(programs)) {
    it(`keeps behaviour: ${name}`, () => {
      for (const after of expectSameBehaviour(dedupeWithSet, text, anything)) expect(after).toContain('new Set()')
    })
  }

  it('writes one expression, so that it can stand anywhere', () => {
    expect(rewritesOf(dedupeWithSet, 'const f = (a) => a.filter((x, i) => a.indexOf(x) === i)')).toEqual([
      'const f = (a) => a.filter(((seen) => (x, i) => (Array.isArray(a) ? x === x && seen.size !== seen.add(x).size : a.indexOf(x) === i))(new Set()))',
    ])
    expect(rewritesOf(dedupeWithSet, 'const f = (a: T[]) => a.filter((x: T, i: number, all: T[]) => all.indexOf(x) === i)', 'f.ts')).toHaveLength(1)
  })

  const refused: Readonly<Record<string, string>> = {
    'another array is searched': 'function subject(a, b) { return a.filter((x, i) => b.indexOf(x) === i) }',
    'a parameter has the name of the array': 'function subject(a) { return a.filter((a, i) => a.indexOf(a) === i) }',
    'an index with the name of the array': 'function subject(i) { return i.filter((x, i) => i.indexOf(x) === i) }',
    'the last occurrence': 'function subject(a) { return a.filter((x, i) => a.lastIndexOf(x) === i) }',
    'the duplicates': 'function subject(a) { return a.filter((x, i) => a.indexOf(x) !== i) }',
    'a start position': 'function subject(a) { return a.filter((x, i) => a.indexOf(x, 1) === i) }',
    'another value is searched for': 'function subject(a) { return a.filter((x, i) => a.indexOf(x.id) === i) }',
    'a further condition': 'function subject(a) { return a.filter((x, i) => i > 1 && a.indexOf(x) === i) }',
    'the array is the result of a call': 'function subject(a) { return a().filter((x, i) => a().indexOf(x) === i) }',
    'an optional call': 'function subject(a) { return a?.filter((x, i) => a.indexOf(x) === i) }',
    'an optional search': 'function subject(a) { return a.filter((x, i) => a?.indexOf(x) === i) }',
    'another this': 'class A { f() { return this.a.filter(function (x, i) { return this.a.indexOf(x) === i }) } }',
    'an async callback': 'function subject(a) { return a.filter(async (x, i) => a.indexOf(x) === i) }',
    'a generator': 'function subject(a) { return a.filter(function* (x, i) { return a.indexOf(x) === i }) }',
    'a parameter with a default': 'function subject(a) { return a.filter((x, i = 0) => a.indexOf(x) === i) }',
    'a parameter that is taken apart': 'function subject(a) { return a.filter(([x], i) => a.indexOf(x) === i) }',
    'a Set of the program': 'const Set = b; function subject(a) { return a.filter((x, i) => a.indexOf(x) === i) }',
    'a computed method': 'function subject(a) { return a["filter"]((x, i) => a.indexOf(x) === i) }',
    'something comes first': 'function subject(a) { return a.filter((x, i) => { log(x); return a.indexOf(x) === i }) }',
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(dedupeWithSet, text)).toEqual([]))
})
