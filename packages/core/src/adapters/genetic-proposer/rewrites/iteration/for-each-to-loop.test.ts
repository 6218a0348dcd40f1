import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { forEachToLoop } from './for-each-to-loop.ts'

const value = fc.constantFrom<unknown>(0, -0, 1, 2, 3, Number.NaN, 'a', '', undefined, null, true)
const list = fc.oneof(fc.array(value, { maxLength: 7 }), fc.sparseArray(value, { maxLength: 7 }))
const odd = fc.oneof(fc.string(), fc.constantFrom(null, undefined, 3), fc.constant(new Uint8Array([1, 2, 255])), fc.constant(new Set([1, 2])), fc.constant(new Map([[1, 2]])))
const anyList = fc.tuple(fc.oneof({ weight: 4, arbitrary: list }, { weight: 1, arbitrary: odd }))

const programs: Readonly<Record<string, string>> = {
  'ES5, an object filled': `function subject(list) { var out = {}; list.forEach(function (x, i) { out[x] = i; }); return out }`,
  'the list grows and shrinks meanwhile': `function subject(list) { let n = 0; list.forEach(x => { n++; if (n < 3) list.push(n); if (x === 1) list.length = 2; }); return n }`,
  'elements vanish meanwhile': `function subject(list) { const out = []; list.forEach((x, i) => { out.push(x); delete list[i + 1] }); return out }`,
  'the name is assigned in the callback': `function subject(list) { let a = list; const out = []; a.forEach(function (x) { out.push(x); a = [] }); return out }`,
  'return leaves one round': `function subject(list) { const out = []; list.forEach(function (x) { if (x === 1) return; if (x === 2) return out.push('two'); switch (x) { case 3: return true } out.push(x) }); return out }`,
  'closures keep their own variables': `function subject(list) { const later = []; list.forEach(function (x, i) { var y = [x, i]; later.push(function () { i++; return [x, y, i] }) }); return later.map(f => [f(), f()]) }`,
  'the parameters are assigned': `function subject(list) { const out = []; list.forEach(function (x, i) { x = x || 'none'; i += 10; out.push(x, i) }); return out }`,
  'loops and variables within': `function subject(list) { const out = []; list.forEach(function (x) { var j, text = String(x); for (var i = 0; i < text.length; i++) { var c = text[i]; out.push(c) } for (var k in { a: 1 }) out.push(k); j = 1; out.push(j) }); return out }`,
  'one expression': `function subject(list) { const out = []; list.forEach((x) => out.push(x)); return out }`,
  'keys of an object': `function subject(list) { var n = []; Object.keys(list).forEach(function (key, i) { n.push(key, i, list[key]) }); return n }`,
  'a list by its path, tabs and no semicolons': `function subject(list) {\n\tconst o = { list }, out = []\n\to.list.forEach((x, i) => {\n\t\tout.push([x, i])\n\t})\n\treturn out\n}`,
  'patterns': `function subject(list) { const out = []; Object.entries(list).forEach(([key, value], i) => { value = typeof value; out.push(key + value + i) }); return out }`,
  'the same names inside and outside': `function subject(list) { const out = [], i = 0; [list][i].forEach(function (list, i) { out.push(list, i) }); return out }`,
  'a branch without braces': `function subject(list) { const out = []; if (list) list.forEach(x => { out.push(x) }); else out.push('none'); return out }`,
  'this and arguments of the outer function': `function subject(list) { const out = []; list.forEach(x => { out.push(arguments.length, typeof this, x) }); return out }`,
  'errors, and try': `function subject(list) { let n = 0; list.forEach(function (x) { try { if (x === 1) return; if (x === null) throw new RangeError('null') } finally { n++ } }); return n }`,
  'no parameters': `function subject(list) { let n = 0; list.forEach(function () { n++ }); return n }`,
}

describe('for-each-to-loop', () => {
  for (const [name, text] of Object.entries(programs)) it(`keeps behaviour: ${name}`, () => void expectSameBehaviour(forEachToLoop, text, anyList))

  it('writes a loop that reads the length once', () => {
    expect(rewritesOf(forEachToLoop, `function subject(o) {\n  Object.keys(o).forEach(function (key) {\n    if (key === 'a') return;\n    var v = o[key];\n    use(key, v);\n  });\n}`)).toEqual([
      `function subject(o) {
  for (let index = 0, list = Object.keys(o), count = list.length; index < count; index++) {
    const key = list[index];
    if (key === 'a') continue;
    let v = o[key];
    use(key, v);
  }
}`,
    ])
  })

  it('keeps the call for what may be no array, once', () => {
    const [after = ''] = rewritesOf(forEachToLoop, 'function subject(a: X[]) { a.forEach((x: X): void => use(x)); }', 'x.ts')
    expect(after).toContain('if (Array.isArray(a)) for (let index = 0, count = a.length;')
    expect(after).toContain('else a.forEach((x: X): void => use(x));')
    expect(rewritesOf(forEachToLoop, after, 'x.ts')).toEqual([])
  })

  it('finds the same places in TypeScript', () => {
    for (const text of Object.values(programs)) expect(rewritesOf(forEachToLoop, text, 'subject.ts')).toEqual(rewritesOf(forEachToLoop, text))
  })

  const refused: Readonly<Record<string, string>> = {
    'return within a loop': 'function subject(a) { a.forEach(function (x) { for (const y of x) if (y) return; }) }',
    'the result is used': 'function subject(a) { return a.forEach(x => { use(x) }) }',
    'an async callback': 'function subject(a) { a.forEach(async x => { await use(x) }) }',
    'a generator': 'function subject(a) { a.forEach(function* (x) { yield x }) }',
    'its own this': 'function subject(a) { a.forEach(function (x) { this.use(x) }, a) }',
    'this without a thisArg': 'function subject(a) { a.forEach(function (x) { use(this) }) }',
    'its own arguments': 'function subject(a) { a.forEach(function () { use(arguments[0]) }) }',
    'a name of its own': 'function subject(a) { a.forEach(function walk(x) { if (x) x.forEach(walk) }) }',
    'a callback given by name': 'function subject(a, f) { a.forEach(f) }',
    'an optional call': 'function subject(a) { a?.forEach(x => { use(x) }) }',
    'a var that is used outside its block': 'function subject(a) { a.forEach(function (x) { if (x) { var y = x } use(y) }) }',
    'a var that is used before': 'function subject(a) { a.forEach(function (x) { use(y); var y = x }) }',
    'a var that closures share': 'function subject(a) { a.forEach(function (x) { for (var i = 0; i < 3; i++) later(function () { return i }) }) }',
    'a var that keeps its value from round to round': 'function subject(a) { a.forEach(function (x) { for (;;) { var y; use(y); y = 1 } }) }',
    'a var with the name of a parameter': 'function subject(a) { a.forEach(function (x) { var x = x || 1; use(x) }) }',
    'a function within': 'function subject(a) { a.forEach(function (x) { go(); function go() { use(x) } }) }',
    'a directive': 'function subject(a) { a.forEach(function (x) { "use strict"; use(x) }) }',
    'a label': 'function subject(a) { a.forEach(function (x) { outer: for (;;) break outer }) }',
    'a parameter with a default': 'function subject(a) { a.forEach((x = 1) => { use(x) }) }',
    'all the rest': 'function subject(a) { a.forEach((...all) => { use(all) }) }',
    'the whole list as third parameter': 'function subject(a) { a.forEach((x, i, all) => { use(all) }) }',
    'eval in reach': 'function subject(a) { a.forEach(x => { eval("x") }) }',
    'a name that is a word outside': 'async function subject(a) { a.forEach(function (x) { var await = x; use(await) }) }',
    'a long body for what may be no array': `function subject(a) { a.forEach(x => { ${'use(x); '.repeat(80)} }) }`,
    'Array of the program': 'const Array = {}; function subject(a) { a.forEach(x => { use(x) }) }',
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(forEachToLoop, text)).toEqual([]))
})
