import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { nameRepeatedLookup } from './name-repeated-lookup.ts'

const item = fc.constantFrom<unknown>(0, -0, 1, Number.NaN, 'a', undefined, null)
const element = fc.oneof(item, fc.record({ x: item, y: item }, { requiredKeys: [] }), fc.record({ x: fc.array(item, { maxLength: 2 }), y: fc.record({ x: item }) }))
const list = fc.oneof(fc.array(element, { maxLength: 5 }), fc.sparseArray(element, { maxLength: 5 }), fc.constant('ab'), fc.constant(null))
const options = fc.oneof(fc.constantFrom<unknown>(null, undefined, {}, { p: null }), fc.record({ p: fc.record({ q: item, n: item }) }))
// The same list twice: what is seen through one name changes through the other.
const drawn = fc.oneof(fc.tuple(list, list, options), fc.tuple(list, options).map(([a, o]) => [a, a, o] as const))

const programs: Readonly<Record<string, string>> = {
  'an element in a loop of the old kind': `function subject(a, b, o) {
  var out = [];
  for (var i = 0; i < a.length; i++) {
    if (a[i].x === 1) {
      out.push(a[i].y);
    } else if (a[i].x) out.push(a[i].x, i);
  }
  return out;
}`,
  'a way of two steps': 'function subject(a, b, o) { const out = []; for (const x of a) { out.push(o.p.q + 1, o.p.q); if (o.p.q) out.push(x) } return out }',
  'up to the assignment': 'function subject(a, b, o) { for (let i = 0; i < a.length; i++) { a[i].x = [a[i].x, a[i].x]; a[i].y = a[i].x } return a }',
  'up to an assignment under another name': 'function subject(a, b, o) { const out = []; for (let i = 0; i < a.length; i++) { out.push(a[i].x, a[i].x); b[i].x = i; out.push(a[i].x, a[i].y); b[i] = o; out.push(a[i].x, a[i]) } return out }',
  'a callback, a switch and a template': "function subject(a, b, o) { return Array.from(a).map(function (e, i) { switch (b[i]) { case 1: return `${b[i]}`; default: return [b[i], e] } }) }",
  'an inner loop': 'function subject(a, b, o) { const out = []; for (let i = 0; i < a.length; i++) { const n = a[i].x.length; for (let j = 0; j < n; j++) { out.push(a[i].x[j], a[i].y) } } return out }',
  'an index that moves on': 'function subject(a, b, o) { const out = []; let i = 0; while (i < a.length) { out.push(a[i], a[i]); i++; out.push(a[i], a[i + 1]) } return out }',
  'a list that is emptied': 'function subject(a, b, o) { const out = []; for (let i = 0; i < b.length && i < 9; i++) { const e = a[i]; out.push(e, a[i], a.length); b.pop(); out.push(a[i], a[i]) } return out }',
}

describe('name-repeated-lookup', () => {
  for (const [name, program] of Object.entries(programs)) {
    it(`keeps behaviour: ${name}`, () => expect(expectSameBehaviour(nameRepeatedLookup, program, drawn).length).toBeGreaterThan(0))
  }

  it('names the element at the first statement that reads it in any case', () => {
    const before = `function subject(a, out) {
  for (var i = 0; i < a.length; i++) {
    if (out) out.push(a[i]);
    if (a[i] === 1) out.push(a[i]);
    a[i] = a[i] + 1;
    out.push(a[i]);
  }
}`
    expect(rewritesOf(nameRepeatedLookup, before)).toEqual([
      `function subject(a, out) {
  for (var i = 0; i < a.length; i++) {
    if (out) out.push(a[i]);
    const item = a[i];
    if (item === 1) out.push(item);
    a[i] = a[i] + 1;
    out.push(a[i]);
  }
}`,
    ])
  })

  it('reads what belongs to this, also in TypeScript, until something unknown is called', () => {
    const before = 'class A { subject(a: number[]): number { let n = 0; for (const x of a) { n += this.o.size * x + this.o.size; this.next(); n += this.o.size } return n } }'
    expect(rewritesOf(nameRepeatedLookup, before, 'x.ts')).toEqual([
      'class A { subject(a: number[]): number { let n = 0; for (const x of a) { const sizeHere = this.o.size;\nn += sizeHere * x + sizeHere; this.next(); n += this.o.size } return n } }',
    ])
  })

  it('evaluates arguments before the call that may change things', () => {
    expect(rewritesOf(nameRepeatedLookup, 'function subject(a, f) { for (let i = 0; i < 3; i++) { f(a[i], a[i]); } }')[0]).toContain('f(item, item)')
  })

  const refused: Readonly<Record<string, string>> = {
    'an unknown call in between': 'function subject(a, o, f) { for (const x of a) { use(o.p.q); use(o.p.q) } }',
    'a method of the program in between': 'function subject(a, o) { for (const x of a) { if (o.p.q) o.next(); if (o.p.q) return x } }',
    'an assignment to a part': 'function subject(a, o) { for (const x of a) { if (o.p.q) o.p = x; if (o.p.q) return x } }',
    'an assignment under another name': 'function subject(a, o, r) { for (const x of a) { if (o.p.q) r.q = x; if (o.p.q) return x } }',
    'a computed assignment': 'function subject(a, o, r) { for (const x of a) { if (o.p.q) r[x] = x; if (o.p.q) return x } }',
    'the index moves': 'function subject(a) { let i = 0; while (i < 9) { if (a[i++] === a[i]) return i; if (a[i] > 3) i += 2; if (a[i] < 2) i++ } }',
    'the name is assigned': 'function subject(o) { while (o) { if (o.p.q) o = o.next; if (o.p.q) o = null } }',
    'only some ways lead to it': 'function subject(a, o) { for (const x of a) { if (x) return o.p.q; else if (x > 1) return o.p.q + 1 } }',
    'it comes second in a condition': 'function subject(a, o) { for (const x of a) { if (x && o.p.q) return o.p.q } }',
    'within an optional chain': 'function subject(a, o) { for (const x of a) { if (x?.f(o.p.q)) return x; if (x?.y[o.p.q]) return 1 } }',
    'optional itself': 'function subject(a, o) { for (const x of a) { if (o?.p.q === 1) return 1; if (o?.p.q === 2) return x } }',
    'something happens before': 'function subject(a, o) { let n = 0; for (const x of a) { if (n++ + o.p.q + o.p.q) return x } return n }',
    'it waits in between': 'async function subject(a, o) { for (const x of a) { if (o.p.q) await x; if (o.p.q) return x } }',
    'it yields in between': 'function* subject(a, o) { for (const x of a) { if (o.p.q) yield x; if (o.p.q) return x } }',
    'within functions that run later': 'function subject(a, o) { for (const x of a) { later(() => o.p.q + o.p.q) } }',
    'it is called': 'function subject(a, o) { for (const x of a) { o.p.q(); o.p.q() } }',
    'within try': 'function subject(a, o) { for (const x of a) { try { if (o.p.q) return o.p.q } catch { return x } } }',
    'another object of the same name': 'function subject(a, o) { for (const x of a) { if (o.p.q) return x; { const o = x; if (o.p.q) return o } } }',
    'declared by the same statement': 'function subject(a) { for (const x of a) { const o = x.o, n = o.p.q + o.p.q; if (n) return n } }',
    'a plain property': 'function subject(a, o) { for (const x of a) { if (o.p) return o.p } }',
    'outside of loops': 'function subject(o) { if (o.p.q) return o.p.q }',
    'an inner loop changes it': 'function subject(a, o) { for (const x of a) { for (let i = 0; i < 2; i++) { if (x === o.p.q) o.p.q = i } if (o.p.q) return 1 } }',
  }
  for (const [name, program] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(nameRepeatedLookup, program)).toEqual([]))
})
