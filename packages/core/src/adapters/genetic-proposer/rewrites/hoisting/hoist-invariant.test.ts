import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { hoistInvariant } from './hoist-invariant.ts'

const item = fc.constantFrom<unknown>(0, -0, 1, 2, Number.NaN, 'a', 'ab', '', undefined, null)
const list = fc.oneof(fc.array(item, { maxLength: 6 }), fc.sparseArray(item, { maxLength: 6 }), fc.constant('ab'), fc.constant(null))
const text = fc.constantFrom<unknown>('', 'a', ' Ab ', 'a-b-c', 'b', 3, null, undefined)
const options = fc.constantFrom<unknown>(null, undefined, {}, { p: null }, { p: {} }, { p: { q: 1 } }, { p: { q: 'a', r: ['a', 1] } }, { p: { q: undefined, r: 'ab' } }, { p: { q: 0, r: [] } })
const drawn = fc.tuple(list, text, options)

const programs: Readonly<Record<string, string>> = {
  'a way of two steps, in a loop of the old kind': `function subject(a, s, o) {
  var out = [];
  for (var i = 0; i < a.length; i++) {
    if (a[i] === o.p.q) out.push(i, o.p.q);
  }
  return out;
}`,
  'text made ready in a callback': 'function subject(a, s) { return Array.from(a).filter(x => x === s.trim().toLowerCase()) }',
  'text with a pattern': "function subject(a, s) { const out = []; for (const x of a) { out.push(x + s.replace(/-/g, '_').length) } return out }",
  'a sum of lengths in a condition': 'function subject(a, s, o) { let n = 0; while (n < a.length && n < o.p.r.length + 1) n++; return n }',
  'what may not be evaluated': 'function subject(a, s, o) { const out = []; for (const x of a) { if (x === 1) out.push(o.p.r[0]); else if (x) out.push(o.p.q) } return out }',
  'a list that is a rest parameter': 'function subject(a, s, o) { return inner(a, s, o) }\nfunction inner(a, ...rest) { const out = []; for (const x of a) out.push(x === rest[0] || rest.includes(x) || Array.isArray(rest)); return out }',
  'Math in two loops, each its own': 'function subject(a, s, o) { const out = []; for (const x of a) { const m = x; for (let i = 0; i < 3; i++) out.push(Math.min(m, 2) + i, m + Math.max(o, 1)) } return out }',
  'a helper of the file': "var dash = function (s) { return String(s).replace(/-/g, '.') }\nfunction subject(a, s) { var out = []; Array.from(a).forEach(function (x) { if (dash(s) !== x) out.push(dash(s) + x) }); return out }",
  'a method of an element, called on what was there before': 'function subject(a, s, o) { const out = []; for (const x of a) { o.p.r.push(x); if (out.length > 3) break; out.push(x) } return out }',
  'a template and a typeof': "function subject(a, s, o) { let out = ''; for (const x of a) { out += `${s}:${typeof o.p.q}`; if (out.length > 20) return out } return out }",
  'a search with a comparison': "function subject(a, s) { let n = 0; do { if (s.indexOf('-') !== -1) n += 2; n++ } while (n < a.length); return n }",
  'this': 'function subject(a, s, o) { return inner.call(o, a) }\nfunction inner(a) { const out = []; for (const x of a) { out.push(x === this.p.q); [1].forEach((y) => { out.push(this.p.r[0] + y) }) } return out }',
  'a Map that stays': 'function subject(a, s) { const m = new Map([[s, [1]]]); const out = []; for (const x of a) { out.push(m.get(s).length, m.has(x)) } return out }',
}

describe('hoist-invariant', () => {
  for (const [name, program] of Object.entries(programs)) {
    it(`keeps behaviour: ${name}`, () => expect(expectSameBehaviour(hoistInvariant, program, drawn).length).toBeGreaterThan(0))
  }

  it('keeps the value of the first evaluation, of the outermost expression only', () => {
    const before = `function subject(a, o) {
  for (const x of a) {
    if (x === o.p.q.trim() + 1) return x
  }
}`
    expect(rewritesOf(hoistInvariant, before)).toEqual([
      `function subject(a, o) {
  let knownValue;
  for (const x of a) {
    if (x === (knownValue === undefined ? (knownValue = o.p.q.trim() + 1) : knownValue)) return x
  }
}`,
    ])
  })

  it('computes before the loop what cannot throw, also in TypeScript', () => {
    const before = 'function subject(a: unknown[], b: unknown): unknown { return a.find((x) => x === 1 && !Array.isArray(b)) }'
    expect(rewritesOf(hoistInvariant, before, 'x.ts')[0]).toContain('const knownValue = !Array.isArray(b);')
  })

  const refused: Readonly<Record<string, string>> = {
    'two parameters may be one': 'function subject(a, m, c) { for (const x of a) { a.at(m.join("-").length); c.push(x) } }',
    'it came out of a property, which grows': 'class A { run(a) { const m = this.m; for (const x of a) { a.at(m.join("-").length); this.m.push(x) } } }',
    'somebody who is called may have it': 'function subject(a, o, step) { for (const x of a) { if (x === o.p.q) return x; step() } }',
    'it is changed by another name': 'function subject(a, m) { const c = m; for (const x of a) { use(m.join("-").length, x); c.push(x) } }',
    'an element is changed by another name': 'function subject(a, m) { const c = m[0]; for (const x of a) { use(Object.keys(m[0]).length, x); c[x] = 1 } }',
    'the property is assigned in the loop': 'function subject(a, o) { for (const x of a) { if (x === o.p.q) o.p.q = 1 } }',
    'a longer way begins with what is assigned': 'function subject(a, o) { for (const x of a) { if (x === o.p.q) o.p = x } }',
    'it is assigned under another name': 'function subject(a, o) { for (const x of a) { const p = o["p"]; if (x === o.p.q) p.q = 1 } }',
    'the object gets into other hands': 'function subject(a, o) { for (const x of a) { if (x === o.p.q) change(o) } }',
    'part of the object gets into other hands': 'function subject(a, o) { for (const x of a) { if (x === o.p.q) change(o.p) } }',
    'part of the object gets another name': 'function subject(a, o) { for (const x of a) { const p = o.p || {}; use(p); if (x === o.p.q) return x } }',
    'a queue grows shorter by way of another name': 'function subject(o) { while (o.queue.length > 0) { const q = o.queue; q.shift() } }',
    'the list shrinks': 'function subject(o) { while (o.queue.length > 0) o.queue.shift() }',
    'a method of the program may change it': 'function subject(a, o) { for (const x of a) { o.step(); if (x === o.p.q) return x } }',
    'a closure assigns the name': 'function subject(a, o) { const next = () => { o = o.next }; for (const x of a) { next(); if (x === o.p.q) return x } }',
    'the loop declares the name': 'function subject(a) { for (const x of a) { if (x.p.q === 1) return x } }',
    'a shadowed name': 'function subject(a, o) { for (const x of a) { let o = x; o = o.next; if (o.p.q) return o } }',
    'random numbers': 'function subject(a) { for (const x of a) if (x > Math.random()) return x }',
    'an unknown function': 'function subject(a, f) { for (const x of a) if (x > f(1)) return x }',
    'a fresh object': 'function subject(a, s) { const out = []; for (const x of a) out.push(s.split("-")); return out }',
    'an optional chain': 'function subject(a, o) { for (const x of a) if (x === o?.p.q) return x }',
    'this, and something unknown is called': 'function subject(a) { for (const x of a) { use(x); if (x === this.p.q) return x } }',
    'this, and a property of that name is assigned': 'function subject(a) { for (const x of a) { if (x === this.p.q) return x; a.q = 1 } }',
    'this of another function': 'function subject(a) { a.forEach(function (x) { a[0] = x === this.p.q }) }',
    'the length that a for compares with': 'function subject(o) { for (let i = 0; i < o.p.length; i++) o.n = i }',
    'it is called': 'function subject(a, o) { for (const x of a) { o.p.q(x) } }',
    'it is called within parentheses': 'function subject(a, o) { for (const x of a) { (o.p.q)(x) } }',
    'it is assigned within parentheses': 'function subject(a, o) { for (const x of a) { (o.p.q) = x } }',
    'an async function': 'async function subject(a, o) { for (const x of a) { await x; if (x === o.p.q) return x } }',
    'a generator': 'function* subject(a, o) { for (const x of a) { yield x === o.p.q } }',
    'what a loop evaluates once': 'function subject(o) { for (const x of o.p.q) use(x); for (let i = o.p.q; i < 3; i++) use(i) }',
    'a plain property': 'function subject(a, o) { for (const x of a) if (x === o.p) return x }',
    'a function that runs later': 'function subject(a, o) { for (const x of a) later(() => o.p.q) }',
    'an iterator, which is used up': 'function subject(a, m) { for (const x of a) use(m.p.values(), x) }',
    'a global of unknown owner': 'function subject(a) { for (const x of a) if (x === process.env.HOME) return x }',
    'an element is replaced by way of the third parameter': 'function subject(a, o) { o.list.forEach((x, i, all) => { all[0] = x; use(o.list[0].n) }) }',
    'eval in reach': 'function subject(a, o) { for (const x of a) if (x === o.p.q) eval("o.p.q = 1") }',
    'location.replace is no text': 'function subject(a, l) { for (const x of a) use(l.replace("x")) }',
    'a bare expression': 'function subject(a, o) { for (const x of a) { o.p.q } }',
    'a field of a class': 'const o = load(); class A { all = [1].map((x) => x + o.p.q) }',
  }
  for (const [name, program] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(hoistInvariant, program)).toEqual([]))

  it('leaves names in markup and types alone', () => {
    expect(rewritesOf(hoistInvariant, 'function subject(a, o) { return a.map((x) => <o.p.Q>{x}</o.p.Q>) }', 'x.tsx')).toEqual([])
    expect(rewritesOf(hoistInvariant, 'function subject(a, o) { for (const x of a) { let y: typeof o.p.q = x; use(y) } }', 'x.ts')).toEqual([])
  })

  it('says of a template in TypeScript what it gives, since nothing is inferred for a name that a callback sets', () => {
    const program = 'function subject(a, s) { return a.filter((x) => x === `${s.slice(1)} > `) }'
    expect(rewritesOf(hoistInvariant, program, 'x.ts').join('\n')).toMatch(/let \w+: string \| undefined;/)
    expect(rewritesOf(hoistInvariant, program, 'x.js').join('\n')).toMatch(/let \w+;/)
  })
})
