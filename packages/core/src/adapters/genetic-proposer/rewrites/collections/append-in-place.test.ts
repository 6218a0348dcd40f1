import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { appendInPlace } from './append-in-place.ts'

const scalar = fc.constantFrom<unknown>(0, -0, 1, 2, Number.NaN, 'a', '__proto__', 'length', '', undefined, null)
const nested = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.sparseArray(scalar, { maxLength: 4 }))
const list = fc.oneof(fc.array(nested, { maxLength: 6 }), fc.sparseArray(nested, { maxLength: 6 }))
const record = fc.record({ id: fc.oneof(scalar, fc.constant(['__proto__'])), v: fc.oneof(scalar, fc.constant({ a: 1 })) })
const records = fc.oneof(fc.array(record, { maxLength: 6 }), fc.array(fc.oneof(record, fc.constant(null)), { maxLength: 4 }), fc.constant('ab'), fc.constant(null))

const programs: Readonly<Record<string, readonly [string, fc.Arbitrary<readonly unknown[]>]>> = {
  'a spread in a for-of': ['function subject(a) { let acc = []; for (const x of a) acc = [...acc, x]; return acc }', fc.tuple(list)],
  'a spread of several, some of them lists': ['function subject(a) { let acc = [0]; for (const x of a) { acc = [...acc, 1, ...x, acc.length] } return acc }', fc.tuple(list)],
  'an error in the middle of a spread': ['function subject(a) { let acc = []; try { for (const x of a) { acc = [...acc, 1, ...x] } } catch (e) { return acc } return acc }', fc.tuple(list)],
  'ES5 concat of whatever': ['function subject(a) { var out = [], i; for (i = 0; i < a.length; i++) { out = out.concat(a[i]); } return out }', fc.tuple(list)],
  'concat of literals': ['function subject(a) { var out = []; for (var i = 0; i < a.length; i++) { if (a[i]) out = out.concat([a[i], i]); else out = out.concat([i]); } return out }', fc.tuple(list)],
  'concat of several in a callback': ['function subject(a) { var out = []; a.forEach(function (x, i) { out = out.concat(x, [i, , x]) }); return { out: out, n: out.length } }', fc.tuple(list)],
  'a bare arrow': ['function subject(a) { let out = []; a.forEach(x => (out = out.concat(x))); return out }', fc.tuple(list)],
  'reads in between': ['function subject(a) { let out = []; const n = () => out.length; for (const x of a) { if (out.indexOf(x) < 0 && n() < 3) out = [...out, x]; for (const y of out) if (y === 2) break } return [out, n()] }', fc.tuple(list)],
  'a list for each round, handed out at its end': ['function subject(a) { const all = []; for (const x of a) { let own = []; for (const y of a) { own = own.concat(y === x ? [] : x) } all.push(own) } return all }', fc.tuple(list)],
  'a list that is started afresh': ['function subject(a) { var out = [], n = 0; for (var i = 0; i < a.length; i++) { if (i === 2) { out = []; n++ } out = [...out, a[i]] } return [out, n] }', fc.tuple(list)],
  'an object by spread': ['function subject(a) { let map = {}; for (const x of a) { map = { ...map, [x.id]: x.v } } return [map, Object.getPrototypeOf(map) === Object.prototype, Object.keys(map)] }', fc.tuple(records)],
  'an object by assign': ['function subject(a) { var map = { z: 1 }; a.forEach(function (x) { map = Object.assign({}, map, { [x.id]: x.v }) }); return [map, map.a, Object.keys(map)] }', fc.tuple(records)],
  'known keys': ['function subject(a) { let sum = { n: 0 }; for (const x of a) { sum = { ...sum, n: sum.n + 1 }; sum = { ...sum, "v": x.v } } return sum }', fc.tuple(records)],
  'a reducer that spreads': ['function subject(a) { return a.reduce((acc, x) => [...acc, x, acc.length], []) }', fc.tuple(list)],
  'a reducer that concats': ['function subject(a) { return a.reduce(function (acc, x) { return acc.concat(x); }, []) }', fc.tuple(list)],
  'a reducer that concats, as an arrow': ['function subject(a) { return a.reduceRight((acc, x) => acc.concat(x), [1]) }', fc.tuple(list)],
  'a reducer that chooses': ['function subject(a) { return a.reduce((acc, x) => acc.includes(x) ? acc : [...acc, x], []) }', fc.tuple(list)],
  'a reducer with early returns': ['function subject(a) { return a.reduce((acc, x) => { if (!x) return acc; if (acc.some(y => y === x)) { return [...acc, ...x] } return acc.concat([x]) }, []) }', fc.tuple(list)],
  'a reducer for an index': ['function subject(a) { const r = a.reduce((acc, x) => ({ ...acc, [x.id]: x.v }), {}); return [r, Object.keys(r), Object.getPrototypeOf(r) === Object.prototype] }', fc.tuple(records)],
  'a reducer for an index, choosing': ['function subject(a) { return a.reduce((acc, x) => x.v ? { ...acc, [x.id]: x.v } : acc, {}) }', fc.tuple(records)],
  'a reducer that assigns': ['function subject(a) { const r = a.reduce((acc, x) => Object.assign({}, acc, { [x.id]: x.v }), {}); return [r, r.a, Object.keys(r)] }', fc.tuple(records)],
  'a reducer that counts': ['function subject(a) { return a.reduce((acc, x) => ({ ...acc, [x.id]: (acc[x.id] || 0) + 1 }), {}) }', fc.tuple(records)],
}

describe('append-in-place', () => {
  for (const [name, [text, values]] of Object.entries(programs)) it(`keeps behaviour: ${name}`, () => expect(expectSameBehaviour(appendInPlace, text, values)).not.toEqual([]))

  it('writes what a person would', () => {
    expect(rewritesOf(appendInPlace, 'const f = (a) => a.reduce((acc, x) => [...acc, x.id], [])')).toEqual(['const f = (a) => a.reduce((acc, x) => (acc.push(x.id), acc), [])'])
    expect(rewritesOf(appendInPlace, 'function f(a) {\n  let out = []\n  for (const x of a) out = [...out, x]\n  return out\n}')).toEqual(['function f(a) {\n  let out = []\n  for (const x of a) out.push(x);\n  return out\n}'])
    expect(rewritesOf(appendInPlace, 'function f(a) {\n  let by = {};\n  for (const x of a) {\n    by = { ...by, [x.id]: x };\n  }\n  return by;\n}')[0]).toMatchInlineSnapshot(`
      "function f(a) {
        let by = {};
        for (const x of a) {
          {
            const key = x.id;
            const value = x;
            if (typeof key !== 'object' && key !== '__proto__') by[key] = value;
            else by = { ...by, [key]: value };
          }
        }
        return by;
      }"
    `)
  })

  it('reads TypeScript', () => {
    expect(rewritesOf(appendInPlace, 'function f(a: X[]): X[] { let out: X[] = [] as X[]; for (const x of a) { out = [...out, x as X] } return out }', 'f.ts')).toHaveLength(1)
    expect(rewritesOf(appendInPlace, 'const f = (a: X[]) => a.reduce<X[]>((acc: X[], x: X) => [...acc, x], [])', 'f.ts')).toHaveLength(1)
    expect(rewritesOf(appendInPlace, 'function f(a: X[]) { let out: readonly X[] = []; for (const x of a) { out = [...out, x] } return out }', 'f.ts')).toEqual([])
  })

  const loop = (body: string, start = 'let acc = []', end = 'return acc'): string => `function subject(a, b) { ${start}; for (const x of a) { ${body} } ${end} }`
  const refused: Readonly<Record<string, string>> = {
    'a list from somewhere else': loop('acc = [...acc, x]', 'let acc = b'),
    'a parameter': 'function subject(a, acc) { for (const x of a) { acc = [...acc, x] } return acc }',
    'a seed with holes': loop('acc = [...acc, x]', 'let acc = [1, , 2]'),
    'each state is kept': loop('acc = [...acc, x]; b.push(acc)'),
    'a second name before': loop('acc = [...acc, x]', 'let acc = []; const old = acc'),
    'a second name in the loop': loop('const old = acc; acc = [...acc, x]; b.push(old.length)'),
    'a second name by `||`': loop('const old = acc || b; acc = [...acc, x]; b.push(old.length)'),
    'the first state is handed on': loop('acc = [...acc, x]', 'let acc = []; b.push(acc)'),
    'a function that gives it away in the loop': loop('b(() => acc); acc = [...acc, x]'),
    'a hoisted function gives it away': loop('acc = [...acc, x]; b.push(get())', 'let acc = []', 'return acc; function get() { return acc }'),
    'a method gets it as `this`': loop('acc.each(b); acc = [...acc, x]'),
    'a callback gets it as third argument': loop('acc.forEach((y, i, all) => b.push(all)); acc = [...acc, x]'),
    'a callback of unknown shape': loop('acc.forEach(b); acc = [...acc, x]'),
    'an element is called': loop('acc[0](); acc = [...acc, x]'),
    'an element is called in parentheses': loop('(acc[0])(); acc = [...acc, x]'),
    'walked through while it grows': 'function subject(a) { let acc = [1]; for (const x of acc) { if (x < 3) acc = [...acc, x + 1] } return acc }',
    'walked through by a callback while it grows': 'function subject(a) { let acc = [1]; acc.forEach((x) => { acc = [...acc, x + 1] }); return acc }',
    'walked through by a generator': loop('acc = [...acc, x]', 'let acc = [1]; const walk = function* () { for (const y of acc) yield y }; const steps = walk()'),
    'changed while the new one is made': loop('acc = [...acc, a.map((y) => { acc = [...acc, y]; return y })]'),
    'another function changes it': loop('acc = [...acc, add()]', 'let acc = []; const add = () => { acc = [...acc, 1]; return 2 }'),
    'a callback that calls itself': 'function subject(a) { let acc = []; a.forEach(function self(x) { acc = acc.concat(x > 0 ? self(x - 1) : x) }); return acc }',
    'an async callback': 'function subject(a, f) { let acc = []; a.forEach(async (x) => { acc = [...acc, await f(x)] }); return acc }',
    'the value of the assignment is used': loop('b.push(acc = [...acc, x])'),
    'set to something else': loop('acc = [...acc, x]; if (x) acc = b'),
    'prepended': loop('acc = [x, ...acc]'),
    'nothing repeats it': 'function subject(a) { let acc = []; acc = [...acc, a]; return acc }',
    'a variable that a jump passes by': 'function subject(a) { switch (a) { case 1: var acc = {}; default: while (a--) { acc = { ...acc, [a]: 1 } } } return acc }',
    'returned where a finally changes it again': 'function subject(a) { let acc = []; try { return acc } finally { for (const x of a) acc = [...acc, x] } }',
    'a key that sets the prototype': loop('acc = { ...acc, __proto__: x }', 'let acc = {}'),
    'an entry that gets its name': loop('acc = { ...acc, f: () => x }', 'let acc = {}'),
    'a method of the object': loop('acc.f(); acc = { ...acc, f: x }', 'let acc = {}'),
    'a seed with a getter': loop('acc = { ...acc, x }', 'let acc = { get a() { return b } }'),
    'holes kept here and filled there': loop('acc = acc.concat(x); acc = [...acc, 1]'),
    'a reducer with a seed from somewhere': 'function subject(a, b) { return a.reduce((acc, x) => [...acc, x], b) }',
    'a reducer without a seed': 'function subject(a) { return a.reduce((acc, x) => [...acc, x]) }',
    'a reducer that keeps each state': 'function subject(a, b) { return a.reduce((acc, x) => { b.push(acc); return [...acc, x] }, []) }',
    'a reducer whose state is in a function': 'function subject(a) { return a.reduce((acc, x) => [...acc, () => acc.length], []) }',
    'a reducer that puts the state in itself': 'function subject(a) { return a.reduce((acc, x) => [...acc, acc], []) }',
    'a reducer that may end without a result': 'function subject(a) { return a.reduce((acc, x) => { if (x) { return { ...acc, x } } }, {}) }',
    'a reducer that looks at its arguments': 'function subject(a, b) { return a.reduce(function (acc, x) { b.push(arguments[0]); return [...acc, x] }, []) }',
    'an async reducer': 'function subject(a) { return a.reduce(async (acc, x) => [...acc, x], []) }',
    'an Object of the program': 'const Object = b(); function subject(a) { return a.reduce((acc, x) => Object.assign({}, acc, { x }), {}) }',
    'eval in reach': loop('acc = [...acc, x]; eval("0")'),
    'a var that a function shows in a later round': 'function subject(a, b) { for (const x of a) { var acc = []; for (const y of x) { acc = [...acc, y]; b.look() } b.add(() => acc) } }',
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(appendInPlace, text)).toEqual([]))
})
