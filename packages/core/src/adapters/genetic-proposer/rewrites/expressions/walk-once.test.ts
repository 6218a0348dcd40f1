import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { walkOnce } from './walk-once.ts'

const value = fc.constantFrom<unknown>(0, -0, 1, -2, 7.5, Infinity, Number.NaN, '3', '', 'a', null, undefined, true, 2n)
const part = fc.oneof(value, fc.array(value, { maxLength: 3 }), fc.sparseArray(value, { maxLength: 4 }), fc.array(fc.array(value, { maxLength: 2 }), { maxLength: 2 }))
const numbers = fc.array(fc.constantFrom<unknown>(0, -0, 3, -4, 8, '12'), { maxLength: 6 })
const list = fc.oneof({ weight: 2, arbitrary: numbers }, { weight: 4, arbitrary: fc.oneof(fc.array(part, { maxLength: 5 }), fc.sparseArray(part, { maxLength: 5 })) })
const text = fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d', '\ude00', '\u0301'), maxLength: 6 })
const anything = fc.tuple(fc.oneof({ weight: 5, arbitrary: list }, { weight: 2, arbitrary: text }, { weight: 1, arbitrary: fc.oneof(fc.constantFrom<unknown>(null, undefined, 3), fc.constant(new Set([1, 5])), fc.constant(new Uint8Array([3, 9]))) }))

const programs: Readonly<Record<string, string>> = {
  'ES5, apply': `function subject(a) { var most = Math.max.apply(null, a); return [most, 1 / Math.min.apply(Math, a)] }`,
  'spread': `function subject(a) { return Math.max(...a) - 1 }`,
  'of a list that is made for it': `const subject = (a) => Math.min(...a.map(x => x * 2))`,
  'flattening by apply': `function subject(a) { var flat = [].concat.apply([], a); return flat }`,
  'flattening by the prototype': `function subject(a) { return Array.prototype.concat.apply([], a).length }`,
  'flattening by spread': `function subject(a) { return [].concat(...a) }`,
  'reversing a text': `function subject(s) { return s === s.split('').reverse().join('') }`,
  'reversing a text for sure': `function subject(s) { const r = String(s).toLowerCase().split("").reverse().join(""); return r }`,
}

describe('walk-once', () => {
  for (const [name, program] of Object.entries(programs)) it(`keeps behaviour: ${name}`, () => void expectSameBehaviour(walkOnce, program, anything))

  it('keeps the old way for what is no list', () => {
    const [after = ''] = rewritesOf(walkOnce, 'function subject(a) {\n  return Math.max(...a);\n}', 'x.ts')
    expect(after).toBe(
      'function subject(a) {\n  let greatest = -Infinity;\n  if (Array.isArray(a)) {\n    for (let index = 0; index < a.length; index++) greatest = Math.max(greatest, a[index]);\n  } else greatest = Math.max(...a);\n  return greatest;\n}',
    )
    expect(rewritesOf(walkOnce, after, 'x.ts')).toEqual([])
  })

  it('finds the same places in TypeScript', () => {
    for (const text of Object.values(programs)) expect(rewritesOf(walkOnce, text, 'subject.ts')).toEqual(rewritesOf(walkOnce, text))
  })

  const refused: Readonly<Record<string, string>> = {
    'numbers beside the list': 'function subject(a) { return Math.max(0, ...a) }',
    'plain arguments': 'function subject(a, b) { return Math.max(a, b) }',
    'a Math of the program': 'function subject(a, Math) { return Math.max(...a) }',
    'another receiver of concat': 'function subject(a, b) { return [].concat.apply(b, a) }',
    'the prototype itself in front': 'function subject(a) { return Array.prototype.concat(...a) }',
    'another list in front': 'function subject(a, b) { return b.concat(...a) }',
    'it may not run': 'function subject(a) { return a.length ? Math.max(...a) : 0 }',
    'a loop asks again': 'function subject(a) { while (Math.max(...a) > 3) a.pop() }',
    'a call before it': 'function subject(a) { return a.pop() + Math.max(...a) }',
    'an optional call': 'function subject(s) { return s?.split("").reverse().join("") }',
    'another separator': `function subject(s) { return s.split(' ').reverse().join('') }`,
    'joined by something': `function subject(s) { return s.split('').reverse().join('-') }`,
    'something in between': `function subject(s) { return s.split('').slice(1).reverse().join('') }`,
    'two lists': 'function subject(a, b) { return Math.max(...a, ...b) }',
  }
  for (const [name, program] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(walkOnce, program)).toEqual([]))
})
