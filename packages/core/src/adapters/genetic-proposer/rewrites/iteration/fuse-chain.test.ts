import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { fuseChain } from './fuse-chain.ts'

const value = fc.constantFrom<unknown>(0, -0, 1, 2, 3, Number.NaN, 'a', 'b1', '', undefined, null, true)
const element = fc.oneof(value, fc.record({ id: value, ok: fc.boolean(), tags: fc.array(value, { maxLength: 3 }) }))
const list = fc.oneof(fc.array(element, { maxLength: 7 }), fc.sparseArray(element, { maxLength: 7 }))
const odd = fc.oneof(fc.string(), fc.constantFrom(null, undefined, 3), fc.constant(new Uint8Array([1, 2, 255])), fc.constant({ length: 2 }))
const anyList = fc.tuple(fc.oneof({ weight: 5, arbitrary: list }, { weight: 1, arbitrary: odd }, { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d') }) }))

const programs: Readonly<Record<string, string>> = {
  'ES5, filter and map': `function subject(list) { var out = list.filter(function (x) { return x && x.ok }).map(function (x) { return x.id }); return out }`,
  'map and filter, returned': `function subject(list) { return list.map(x => x * 2).filter(x => x > 1) }`,
  'two maps keep their holes': `const subject = (list) => list.map(x => typeof x).map((t, i) => t + i)`,
  'three steps with places of their own': `function subject(list) { return list.filter((x, i) => i % 2 === 0).map((x, i) => [x, i]).filter((p, i) => p[1] !== i + 1).map((p, i) => ({ p, i })) }`,
  'a place after two filters': `function subject(list) { return list.filter((x, i) => i > 0).filter((x, i) => i > 0).map((x, i) => i) }`,
  counting: `function subject(list) { if (list.filter(x => x).length > 2) { return 'many' } return 'few' }`,
  'counting into a property': `function subject(list) { const o = {}; o.n = list.map(Number).filter(n => n === n).length; return o }`,
  joining: `function subject(list) { return '[' + list.map(x => x && x.id).join(', ') + ']' }`,
  'joining without a separator given': `function subject(list) { return list.map(String).join() }`,
  'joining what is left': `function subject(list) { return \`<\${list.filter(Boolean).map(x => x.id).join('')}>\` }`,
  'joining after a filter': `function subject(list) { return list.filter(x => x !== 1).join('-') }`,
  'joining texts': `function subject(list) { return list.map((x, i) => \`\${i}:\${typeof x}\`).join("\\n") }`,
  'a sum': `function subject(list) { return list.map(function (x) { return x.id }).reduce(function (sum, x, i) { return sum + x + i }, 0) }`,
  'a sum after a filter': `function subject(list) { const total = list.filter(x => typeof x === 'number').reduce((sum, x, i) => sum + x * i, 0); return total }`,
  'an index by key': `function subject(list) { return list.filter(x => x && x.ok).reduce((acc, { id, tags }) => { acc[id] = tags.length; return acc }, {}) }`,
  'a list filled by reduce': `function subject(list) { return list.map(x => x).reduce(function (acc, x) { acc.push(x); acc.push(1); return acc; }, []) }`,
  'patterns': `function subject(list) { return list.filter(({ ok }) => ok).map(({ id, tags: [first = 'none'] }, index) => ({ id, first, index })) }`,
  'a name that means two things': `function subject(list) { const y = 5; return list.map(x => { return x + y }).map(y => y + 1).map(x => x + y) }`,
  'an argument of a call': `function show(a, b) { return [b, a] } function subject(list) { return show('n', list.filter(x => x === x).map((x) => !x)) }`,
  'callbacks within': `function subject(list) { return list.filter(x => x.tags.some(t => t === 1)).map(x => x.tags.map(t => \`\${t}\`).join('')) }`,
  'a call before it': `function make(list) { return list } function subject(list) { const a = make(list).filter(x => x !== 2).map(x => [x]); return a }`,
  'Object.entries': `function subject(list) { return Object.entries(list).filter(([key]) => key !== '1').map(([key, value]) => key + '=' + value).join('&') }`,
  'split needs no guard': `function subject(list) { return String(list).split(',').map(s => s.trim()).filter(Boolean) }`,
  'the characters of a text': `function subject(list) { return list.split('').map(c => c === 'a' ? 'b' : c.toUpperCase()).join('') }`,
  'the characters of a text for sure': `function subject(list) { return String(list).trim().split("").filter((c, i) => i % 2).map((c, i) => c + i) }`,
  'a loop, a switch and no semicolons': `function subject(list) {
  let n = 0
  for (const x of list.filter(x => x).map(x => x.id)) n += x
  switch (list.length) {
    case 1:
      n += list.filter(x => x).length
      break
    default:
      n -= list.map(x => 1).reduce((a, b) => a + b, 1)
  }
  return n
}`,
}

describe('fuse-chain', () => {
  for (const [name, text] of Object.entries(programs)) it(`keeps behaviour: ${name}`, () => void expectSameBehaviour(fuseChain, text, anyList))

  it('writes one loop, and keeps the chain for what may be no array', () => {
    expect(rewritesOf(fuseChain, `function subject(list) {\n  return list.filter(x => x.ok).map(x => x.id);\n}`)).toEqual([
      `function subject(list) {
  let result;
  if (Array.isArray(list)) {
    result = [];
    for (let index = 0; index < list.length; index++) {
      const item = list[index];
      if (item === undefined && !(index in list)) continue;
      if (!item.ok) continue;
      result.push(item.id);
    }
  } else result = list.filter(x => x.ok).map(x => x.id);
  return result;
}`,
    ])
  })

  it('needs neither guard nor look for holes after split, and reads TypeScript', () => {
    expect(rewritesOf(fuseChain, `export const parts = (s: string): number => s.split('.').map((p: string) => p.trim()).filter((p): p is string => p !== '').length`, 'x.ts')).toEqual([
      `export const parts = (s: string): number => {
  const list = s.split('.');
  let count = 0;
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    const mapped0 = item.trim();
    if (!(mapped0 !== '')) continue;
    count++;
  }
  return count;
}`,
    ])
  })

  it('finds the same places in TypeScript', () => {
    for (const text of Object.values(programs)) expect(rewritesOf(fuseChain, text, 'subject.ts')).toEqual(rewritesOf(fuseChain, text))
  })

  const refused: Readonly<Record<string, string>> = {
    'one step only': 'function subject(a) { return a.map(x => x.id) }',
    'a callback that assigns': 'function subject(a) { let n = 0; return a.filter(x => x.ok).map(x => n++) }',
    'a callback that calls the program': 'function subject(a) { return a.filter(x => check(x)).map(x => x.id) }',
    'a callback with a state': 'const seen = new Set(); function subject(a) { return a.filter(x => seen.add(x)).map(x => x.id) }',
    'a regular expression that is shared': 'const re = /a/g; function subject(a) { return a.filter(x => re.test(x)).map(x => x.id) }',
    'a callback given by name': 'function subject(a, f) { return a.filter(f).map(x => x.id) }',
    'parseInt, which sees the place': 'function subject(a) { return a.filter(x => x).map(parseInt) }',
    'the array itself is asked for': 'function subject(a) { return a.filter((x, i, all) => all.length > 1).map(x => x.id) }',
    'this in a function': 'function subject(a) { return a.filter(function (x) { return this.ok }).map(x => x.id) }',
    'a thisArg': 'function subject(a) { return a.filter(x => x, this).map(x => x.id) }',
    'an async callback': 'function subject(a) { return a.filter(x => x).map(async x => x) }',
    'arguments of the callback': 'function subject(a) { return a.filter(function () { return arguments[1] }).map(x => x.id) }',
    'it may not run': 'function subject(a) { return a && a.filter(x => x).map(x => x.id) }',
    'an optional call': 'function subject(a) { return a?.filter(x => x).map(x => x.id) }',
    'a loop runs it again': 'function subject(a) { while (a.filter(x => x).length > 3) a.pop() }',
    'a call before it may change the list': 'function subject(a) { return [a.pop(), a.filter(x => x).map(x => 1)] }',
    'no start value': 'function subject(a) { return a.map(x => 1).reduce((x, y) => x + y) }',
    'an accumulator that others hold': 'function subject(a, o) { return a.filter(x => x.ok).reduce((acc, x) => { acc[x.id] = 1; return acc }, o) }',
    'a parameter with a default': 'function subject(a) { return a.filter((x = 1) => x).map(x => x) }',
    'Boolean of the program': 'function Boolean() {} function subject(a) { return a.filter(Boolean).map(x => x.id) }',
    'the kept chain of a rewrite': 'function subject(a) { let r; if (Array.isArray(a)) { r = 1 } else r = a.filter(x => x).map(x => x.id); return r }',
    'eval in reach': 'function subject(a) { eval("0"); return a.filter(x => x).map(x => x.id) }',
    'a braceless branch': 'function subject(a) { if (a) return a.filter(x => x).map(x => x.id) }',
    'a range that may be wrong': 'function subject(a) { return a.filter(x => x.n.toFixed(x.d)).map(x => x.id) }',
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(fuseChain, text)).toEqual([]))
})
