import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { hoistFreshList } from './hoist-fresh-list.ts'

const item = fc.constantFrom<unknown>(0, -0, 1, 2, Number.NaN, 'a', 'b', '', undefined, null)
const list = fc.oneof(fc.array(item, { maxLength: 6 }), fc.sparseArray(item, { maxLength: 6 }), fc.constant('ab'), fc.constant(null))
const text = fc.constantFrom<unknown>('', 'a', 'a,b', 'a,,b,a', ',', 3, null, undefined)
const table = fc.oneof(fc.constantFrom<unknown>(null, undefined, 'ab', 1), fc.dictionary(fc.constantFrom('a', 'b', '0', '__proto__'), item), list)
const drawn = fc.tuple(list, text, table)

const programs: Readonly<Record<string, string>> = {
  'the keys of an object, in a loop of the old kind': `function subject(a, s, o) {
  var out = [];
  for (var i = 0; i < a.length; i++) {
    if (Object.keys(o).indexOf(a[i]) === -1) out.push(a[i], Object.keys(o).length);
  }
  return out;
}`,
  'a text in parts, in a callback': "function subject(a, s) { return Array.from(a).filter(x => s.split(',').includes(x)) }",
  'a part of a text': "function subject(a, s) { const out = []; for (const x of a) { const parts = s.split(','); out.push(parts[0], parts.length, x, parts[9]) } return out }",
  'constants': "function subject(a, s) { return Array.from(a).map(function (x) { return ['a', 'b', 0].indexOf(x) + [s, 1, 'b'].indexOf(x) }) }",
  'the list of an inner loop': 'function subject(a, s, o) { const out = []; for (const x of a) { for (const k of Object.keys(o)) { if (k === x) continue; out.push(k, x) } } return out }',
  'the list of an inner for-in': 'function subject(a, s, o) { const out = []; for (const x of a) for (const k in o.slice(1)) out.push(k, x); return out }',
  'pairs taken apart': 'function subject(a, s, o) { const out = []; for (const x of a) { for (const [k, v] of Object.entries(o)) out.push(k, v, x) } return out }',
  'a callback inside a callback': 'function subject(a, s, o) { const out = []; Array.from(a).forEach((x) => { Object.keys(o).forEach((k) => { out.push(x, o[k]) }) }); return out }',
  'a Set': 'function subject(a, s, o) { const out = []; for (const x of a) { if (new Set(o).has(x)) out.push(new Set([1, s]).has(x)) } return out }',
  'a copy, which may be text': 'function subject(a, s, o) { const out = []; for (const x of a) { out.push(o.slice(1).length, o.slice()[0], o.slice().includes(x)) } return out }',
  'what may not run': 'function subject(a, s, o) { let n = 0; for (const x of a) { if (x === 1) n += Object.values(o).length; else if (x === 2) n += s.split(",").length } return n }',
}

describe('hoist-fresh-list', () => {
  for (const [name, program] of Object.entries(programs)) {
    it(`keeps behaviour: ${name}`, () => expect(expectSameBehaviour(hoistFreshList, program, drawn).length).toBeGreaterThan(0))
  }

  it('makes the list at its first use', () => {
    const before = `function subject(a, o) {
  for (const x of a) {
    if (Object.keys(o).includes(x)) return x
  }
}`
    expect(rewritesOf(hoistFreshList, before)).toEqual([
      `function subject(a, o) {
  let list;
  for (const x of a) {
    if ((list || (list = Object.keys(o))).includes(x)) return x
  }
}`,
    ])
  })

  it('makes constants before the loop, also in TypeScript', () => {
    const before = "function subject(a: string[]): boolean { return a.some((x: string) => ['a', 'b'].includes(x)) }"
    expect(rewritesOf(hoistFreshList, before, 'x.ts')).toEqual(["function subject(a: string[]): boolean { const list = ['a', 'b'];\nreturn a.some((x: string) => list.includes(x)) }"])
  })

  it('keeps what is made of an array, and makes it each time of what gives everything once', () => {
    const program = 'function subject(a, m) { return a.map((x) => new Set(m).has(x)) }'
    const [after = ''] = rewritesOf(hoistFreshList, program)
    expect(after).toContain('(Array.isArray(m) ? (lookup || (lookup = new Set(m))) : new Set(m)).has(x)')
    const run = (text: string): unknown => (new Function(`${text}; return subject`)() as (...values: readonly unknown[]) => unknown)([1, 2, 1], [1, 2].values())
    expect(run(after)).toEqual(run(program))
    expect(run(program)).toEqual([true, false, false])
  })

  const refused: Readonly<Record<string, string>> = {
    'two parameters may be one': 'function subject(a, m, c) { for (const x of a) { if (new Set(m).has(x)) return x; c.push(x) } }',
    'the object lies in a literal': 'function subject(a, o) { const all = { o }; for (const x of a) { if (!Object.keys(o).includes(x)) all.o[x] = 1 } }',
    'somebody who is called may have the object': 'function subject(a, o, step) { for (const x of a) { if (!Object.keys(o).includes(x)) step(x) } }',
    'the list grows by another name': 'function subject(a, m) { const c = m; for (const x of a) { if (new Set(m).has(x)) return x; c.push(x) } }',
    'the object gets a key by a name for a part of it': 'function subject(a, o) { const p = o.p; for (const x of a) { if (!Object.keys(o.p).includes(x)) p[x] = 1 } }',
    'the list gets out': 'function subject(a, o) { const out = []; for (const x of a) out.push(Object.keys(o)); return out }',
    'the list gets out by way of a name': 'function subject(a, o) { const out = []; for (const x of a) { const keys = Object.keys(o); if (keys.includes(x)) out.push(keys) } return out }',
    'the list is sorted': "function subject(a, s) { for (const x of a) use(s.split(',').sort()[0]) }",
    'the list is changed by way of a name': "function subject(a, s) { for (const x of a) { const parts = s.split(','); parts[0] = x; use(parts.length) } }",
    'a closure changes it': "function subject(a, s) { for (const x of a) { const parts = s.split(','); const add = () => parts.push(x); add(); use(parts.length) } }",
    'an element is called and gets the list as this': 'function subject(a, o) { for (const x of a) Object.values(o)[0](x) }',
    'the callback gets the list': 'function subject(a, o) { for (const x of a) Object.keys(o).forEach((k, i, keys) => keys.pop()) }',
    'the callback may get the list': 'function subject(a, o, f) { for (const x of a) Object.keys(o).forEach(f) }',
    'the callback sees its arguments': 'function subject(a, o) { for (const x of a) Object.keys(o).forEach(function () { arguments[2].pop() }) }',
    'pairs get out': 'function subject(a, o) { const out = []; for (const x of a) for (const pair of Object.entries(o)) out.push(pair); return out }',
    'a list within the list gets out': 'function subject(a) { const out = []; for (const x of a) out.push([[1], [2]][0]); return out }',
    'the object gets a key in the loop': 'function subject(a, o) { for (const x of a) { if (!Object.keys(o).includes(x)) o[x] = 1 } }',
    'the object gets a key through a function': 'function subject(a, o) { for (const x of a) { if (!Object.keys(o).includes(x)) add(o, x) } }',
    'the object gets a key by way of another name': 'function subject(a, o) { for (const x of a) { const p = o; if (!Object.keys(o).includes(x)) p[x] = 1 } }',
    'the list differs each time': 'function subject(a) { for (const x of a) if (Object.keys(x).includes("a")) return x }',
    'the text is assigned in the loop': "function subject(a, s) { for (const x of a) { if (s.split(',').includes(x)) s += x } }",
    'an element of the constants differs': 'function subject(a, s) { for (const x of a) if ([x, 1].includes(s)) return x }',
    'it is the list of the only loop': 'function subject(o) { for (const k of Object.keys(o)) use(k) }',
    'an Object of the program': 'const Object = other; function subject(a, o) { for (const x of a) if (Object.keys(o).includes(x)) return x }',
    'a pattern': 'function subject(a, b, c) { for (const x of a) { [b, c] = x; use(b, c) } for ([b] of a) use(b) }',
    'an optional call': 'function subject(a, o) { for (const x of a) if (Object.keys(o)?.includes(x)) return x }',
    'an iterator that is used up': 'function subject(a, m) { const left = m.values(); for (const x of a) if (new Set(left).has(x)) return x }',
    'an async loop': 'async function subject(a, o) { for (const x of a) { await x; if (Object.keys(o).includes(x)) return x } }',
    'this, and something unknown is called': 'function subject(a) { for (const x of a) { use(x); if (Object.keys(this).includes(x)) return x } }',
    'this, and a property is assigned': 'function subject(a, o) { for (const x of a) { if (Object.keys(this).includes(x)) o.n = x } }',
    'the result of a call': 'function subject(a, f) { for (const x of a) if (Object.keys(f()).includes(x)) return x }',
  }
  for (const [name, program] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(hoistFreshList, program)).toEqual([]))
})
