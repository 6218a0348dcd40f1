import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { trackGrownList } from './track-grown-list.ts'

const item = fc.constantFrom<unknown>(0, -0, 1, 2, Number.NaN, 'a', '1', undefined, null)
const list = fc.oneof(fc.array(item, { maxLength: 10 }), fc.sparseArray(item, { maxLength: 10 }))
const lists = fc.tuple(list, fc.oneof({ weight: 9, arbitrary: list }, { weight: 1, arbitrary: fc.constant(null) }))

const programs: Readonly<Record<string, string>> = {
  'ES5': 'function subject(a, b) { var out = [], i; for (i = 0; i < a.length; i++) { if (out.indexOf(a[i]) === -1) { out.push(a[i]); } } return out }',
  'two lists into one': 'function subject(a, b) { const union = []; for (const x of a) if (!union.includes(x)) union.push(x); b.forEach((x) => { if (union.indexOf(x) < 0) union.push(x, x) }); return [union, union.length] }',
  'in one expression': 'function subject(a, b) { const out = []; a.forEach((x) => out.includes(x) || out.push(x)); return out.map((x) => [x]) }',
  'a list for each round': 'function subject(a, b) { var all = []; for (const x of a) { var own = []; for (const y of b) { if (own.indexOf(y) < 0 && y !== x) own.push(y) } all.push(own) } return all }',
  'what was seen before, and how much': 'function subject(a, b) { let twice = 0; const seen = []; const last = () => seen[seen.length - 1]; for (const x of a) { if (seen.indexOf(x) !== -1) { twice++; continue } seen.push(x); if (last() === b) break } return [twice, seen.join()] }',
}

describe('track-grown-list', () => {
  for (const [name, text] of Object.entries(programs)) {
    it(`keeps behaviour: ${name}`, () => {
      for (const after of expectSameBehaviour(trackGrownList, text, lists)) expect(after).toContain('new Set()')
    })
  }

  it('writes what a person would', () => {
    expect(rewritesOf(trackGrownList, 'function f(a) {\n  const out = []\n  for (const x of a) {\n    if (!out.includes(x)) out.push(x)\n  }\n  return out\n}')).toEqual([
      'function f(a) {\n  const outSet = new Set();\n  const out = []\n  for (const x of a) {\n    if (!outSet.has(x)) outSet.add(x), out.push(x)\n  }\n  return out\n}',
    ])
    expect(rewritesOf(trackGrownList, 'function f(a: X[]) { const out: X[] = []; for (const x of a) { if (out.indexOf(x) === -1) out.push(x) } return out }', 'f.ts')).toHaveLength(1)
  })

  const loop = (body: string, start = 'const out = []', end = 'return out'): string => `function subject(a, b) { ${start}; for (const x of a) { ${body} } ${end} }`
  const usual = 'if (!out.includes(x)) out.push(x)'
  const refused: Readonly<Record<string, string>> = {
    'a list of somebody else': loop(usual, 'const out = b'),
    'a list that is not empty': loop(usual, 'const out = [1]'),
    'a list of holes': loop(usual, 'const out = [,]'),
    'a new list in between': loop(`${usual}; if (x) out = []`, 'let out = []'),
    'the list is handed on': loop(`${usual}; b(out)`),
    'a second name': loop(usual, 'const out = []; const same = out'),
    'something is taken out': loop(`${usual}; out.pop()`),
    'something is put in its place': loop(`${usual}; out[0] = x`),
    'it is cut': loop(`${usual}; out.length = 1`),
    'sorted': loop(`${usual}; out.sort()`),
    'several are added': loop(`${usual}; out.push(...b)`),
    'the value is made by a call': loop('if (!out.includes(x)) out.push(b(x))'),
    'a function that is called later adds': 'function subject(a, b) { const out = []; const add = (x) => { if (!out.includes(x)) out.push(x) }; b(add); return out }',
    'a function gives it away in the loop': loop(`${usual}; b(() => out)`),
    'a callback gets it': loop(`out.some((y, i, all) => b(all)); ${usual}`),
    'nothing repeats it': 'function subject(a) { const out = []; if (!out.includes(a)) out.push(a); return out }',
    'nothing is added': loop('if (out.includes(x)) b(x)'),
    'a start position': loop('if (!out.includes(x, 1)) out.push(x)'),
    'an optional push': loop('if (!out.includes(x)) out?.push(x)'),
    'it would call the line before': loop('b(x)\n out.includes(x) || out.push(x)').replace('includes(x)', 'indexOf(x) > -1'),
    'a Set of the program': `const Set = 1; ${loop(usual)}`,
    'eval in reach': loop(`${usual}; eval("out")`),
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(trackGrownList, text)).toEqual([]))
})
