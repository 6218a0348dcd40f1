import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { searchToPrefix } from './search-to-prefix.ts'

const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '\n', '.', '\ud83d', '\ude00'), maxLength: 8 })
const odd = fc.oneof(fc.constantFrom<unknown>(null, undefined, 0, Number.NaN, true), fc.array(fc.constantFrom<unknown>('a', 'b', 1), { maxLength: 3 }))
const anything = fc.oneof({ weight: 6, arbitrary: text }, { weight: 1, arbitrary: odd })
const two = fc.tuple(anything, anything)

const programs: Readonly<Record<string, string>> = {
  'a prefix, ES5': `function subject(s, t) { var n = 0; if (s.indexOf(t) === 0) n++; return n }`,
  'a prefix that is not there': `const subject = (s, t) => t !== 1 && s.indexOf('a/') !== 0 ? 'no' : 'yes'`,
  'a prefix, the other way round': `function subject(s) { return 0 == s.indexOf('a') }`,
  'a prefix of a text for sure': `function subject(s, t) { return String(s).toLowerCase().indexOf(\`\${t}\`) != 0 }`,
  'a path of names': `function subject(s, t) { const o = { s: { t: s } }; return o.s.t.indexOf(t) === 0 }`,
  'the first part': `function subject(s) { return s.split('/')[0] + s.split('ab').shift().length }`,
  'the last part': `function subject(s) { var x = s.split('/').pop(); return [x, s.split("\\n").pop(), s.split('\\ud83d').pop()] }`,
  'only whether it matches': `function subject(s, t) { if (s.match(/^a.b/i)) return 1; return !t.match(/a/) || (s.match(/b$/) && t) ? 2 : 3 }`,
  'one statement after another without semicolons': `function subject(s) {\n  let n = 0\n  if (s) n = s.indexOf('b') === 0 ? 1 : 2\n  return n\n}`,
}

describe('search-to-prefix', () => {
  for (const [name, program] of Object.entries(programs)) it(`keeps behaviour: ${name}`, () => void expectSameBehaviour(searchToPrefix, program, two))

  it('guards what may be no string, and only that', () => {
    expect(rewritesOf(searchToPrefix, `if (s.indexOf('x') === 0) go()`)).toEqual([`if ((typeof s === 'string' ? s.startsWith('x') : s.indexOf('x') === 0)) go()`])
    expect(rewritesOf(searchToPrefix, `const s: string = \`\${a}\`; const b = s.split('.').pop()!`, 'x.ts')).toEqual([`const s: string = \`\${a}\`; const b = (s.slice(s.lastIndexOf('.') + 1))!`])
  })

  it('is not done twice', () => {
    for (const program of Object.values(programs)) {
      for (const after of rewritesOf(searchToPrefix, program)) expect(rewritesOf(searchToPrefix, after).length).toBeLessThan(rewritesOf(searchToPrefix, program).length)
    }
  })

  it('finds the same places in TypeScript', () => {
    for (const text of Object.values(programs)) expect(rewritesOf(searchToPrefix, text, 'subject.ts')).toEqual(rewritesOf(searchToPrefix, text))
  })

  const refused: Readonly<Record<string, string>> = {
    'the position is used': 'function subject(s, t) { return s.indexOf(t) }',
    'another position': 'function subject(s, t) { return s.indexOf(t) === 1 }',
    'a start position': 'function subject(s, t) { return s.indexOf(t, 1) === 0 }',
    'the text is made by a call': 'function subject(s, t) { return s().indexOf(t) === 0 }',
    'what is looked for is made by a call': 'function subject(s, t) { return s.indexOf(t()) === 0 }',
    'an optional call': 'function subject(s, t) { return s?.indexOf(t) === 0 }',
    'computed access': 'function subject(s, t) { return s[i++].indexOf(t) === 0 }',
    'an empty separator': `function subject(s) { return s.split('')[0] }`,
    'a separator by name': 'function subject(s, t) { return s.split(t)[0] }',
    'a pattern as separator': 'function subject(s) { return s.split(/a/)[0] }',
    'the last part of a long separator': `function subject(s) { return s.split('aa').pop() }`,
    'another part': `function subject(s) { return s.split('/')[1] }`,
    'a limit': `function subject(s) { return s.split('/', 0)[0] }`,
    'the part is assigned': `function subject(s) { s.split('/')[0] = 1 }`,
    'the matches are used': 'function subject(s) { const m = s.match(/a/); return m && m[0] }',
    'the matches come out of an or': 'function subject(s) { return s.match(/a/) || [] }',
    'all matches': 'function subject(s) { if (s.match(/a/g)) return RegExp.lastMatch }',
    'a pattern by name': 'function subject(s, re) { if (s.match(re)) return 1 }',
  }
  for (const [name, program] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(searchToPrefix, program)).toEqual([]))
})
