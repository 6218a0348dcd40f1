import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { hoistLength } from './hoist-length.ts'

const item = fc.constantFrom<unknown>(0, -0, 1, Number.NaN, 'a', undefined, null)
const list = fc.oneof(fc.array(item, { maxLength: 6 }), fc.sparseArray(item, { maxLength: 6 }), fc.constantFrom<unknown>('ab', '', null, undefined, 3, { length: 2, 0: 'x' }))
const drawn = fc.tuple(list, fc.oneof(fc.constantFrom<unknown>(null, {}, { p: null }), fc.record({ p: list })))

const programs: Readonly<Record<string, string>> = {
  'let': 'function subject(a) { const out = []; for (let i = 0; i < a.length; i++) out.push(a[i]); return out }',
  'var, with more than one variable, also used afterwards': 'function subject(a) { var n = 0; for (var i = 0, j = 1; i < a.length; i++) { n += j; } return [n, i, j] }',
  'no initializer': 'function subject(a) { let i = 0; for (; i < a.length; ) { i++; } return i }',
  'an assignment': 'function subject(a) { var i, n = 0; if (n === 0) for (i = 0; i < a.length; i++) n += i; return [n, i] }',
  'two assignments': 'function subject(a) { var i, j; for (i = 0, j = 3; i < a.length && j > 0; i += 2) { j--; } return [i, j] }',
  'a way and one less': 'function subject(a, o) { const out = []; for (let i = 0; i < o.p.length - 1; ++i) { out.push(o.p[i + 1]) } return out }',
  'the length on the left': 'function subject(a) { var out = []; for (var i = 0; a.length > i; i += 1) { out.push(i) } return out }',
  'elements are replaced': 'function subject(a) { for (let i = 0; i < a.length; i++) { a[i] = [a[i]]; if (i > 9) break } return a }',
  'closures over the variables': 'function subject(a) { const out = []; for (let i = 0; i < a.length; i++) out.push(() => i); return out.map((f) => f()) }',
  'a list taken out of one that grows': 'function subject(a) { const queue = [{ next: Array.isArray(a) ? a : [] }]; let n = 0; for (let head = 0; head < queue.length && head < 9; head++) { const node = queue[head]; for (let i = 0; i < node.next.length; i++) { queue.push({ next: [1] }); n++ } } return n }',
  'beside other names for the list and its parts': 'function subject(a, o) { const c = a, [first] = o.p ?? []; let d = a; const out = []; for (let i = 0; i < a.length; i++) { out.push(c[i], d === c, first); d = [] } return out }',
  'under a label': 'function subject(a) { let n = 0; outer: for (let i = 0; i !== a.length && i < 9; i++) { for (var j = 0; j < a.length; j++) { if (j > 1) continue outer; n++ } } return n }',
}

describe('hoist-length', () => {
  for (const [name, program] of Object.entries(programs)) {
    it(`keeps behaviour: ${name}`, () => expect(expectSameBehaviour(hoistLength, program, drawn).length).toBeGreaterThan(0))
  }

  it('puts the length behind the variables of the loop', () => {
    expect(rewritesOf(hoistLength, 'function subject(a) {\n  for (var i = 0; i < a.length; i++) String(a[i])\n}')).toEqual(['function subject(a) {\n  for (var i = 0, count = a.length; i < count; i++) String(a[i])\n}'])
    expect(rewritesOf(hoistLength, 'function subject(a, i) {\n  for (i = 0; i < a.length; i++) String(a[i])\n}')).toEqual(['function subject(a, i) {\n  let count;\n  for (i = 0, count = a.length; i < count; i++) String(a[i])\n}'])
    expect(rewritesOf(hoistLength, 'function f(a: number[], i: number) { for (; i < a.length; i++) String(i) }', 'x.ts')).toEqual(['function f(a: number[], i: number) { for (let count = a.length; i < count; i++) String(i) }'])
  })

  const refused: Readonly<Record<string, string>> = {
    'it grows by a way of this': 'class A { run(start) { const queue = this.queue; for (let i = 0; i < queue.length; i++) if (i < 3) this.queue.push(i) } }',
    'it lies in a literal': 'function subject() { const todo = [1]; const state = { todo }; for (let i = 0; i < todo.length; i++) if (i < 3) state.todo.push(1); return todo }',
    'it was put into a property': 'function subject(o, a) { o.queue = a; for (let i = 0; i < a.length; i++) if (i < 3) o.queue.push(1); return a }',
    'it was put into a property, and is shortened': 'function subject(o) { const a = [1, 2]; o.queue = a; for (let i = 0; i < a.length; i++) o.queue.length = 1; return a }',
    'it was put into a list, and is reached by an element': 'function subject() { const a = [1]; const [b] = [a]; for (let i = 0; i < a.length; i++) if (i < 3) b.push(1); return a }',
    'it came with the rest of an object': 'function subject(o) { const { ...rest } = o; for (let i = 0; i < o.list.length; i++) if (i < 3) rest.list.push(1); return o }',
    'it was copied with an object': 'function subject(o) { const c = { ...o }; for (let i = 0; i < o.list.length; i++) if (i < 3) c.list.push(1); return o }',
    'a row was copied with a list': 'function subject(rows) { const c = [...rows]; for (let i = 0; i < rows[0].length; i++) if (i < 3) c[0].push(1); return rows }',
    'a parameter begins as another': 'function subject(a, b = a) { for (let i = 0; i < a.length; i++) if (i < 3) b.push(1); return a }',
    'a parameter begins as a part of another': 'function subject(o, { list } = o) { for (let i = 0; i < o.list.length; i++) if (i < 3) list.push(1); return o }',
    'a row has a name in a callback': 'function subject(rows) { rows.forEach((row) => { for (let i = 0; i < rows[0].length; i++) if (i < 3) row.push(1) }); return rows }',
    'a function called at once has another name for it': 'function subject(a) { ((b) => { for (let i = 0; i < a.length; i++) if (i < 3) b.push(1) })(a); return a }',
    'it was taken out of a map': "function subject(m) { const a = m.get('k'); for (let i = 0; i < a.length; i++) if (i < 3) m.get('k').push(1); return a }",
    'it was given by a call': 'function subject(f) { const a = f(), b = f(); for (let i = 0; i < a.length; i++) if (i < 3) b.push(1); return a }',
    'two parameters may be one': 'function subject(a, b) { for (let i = 0; i < a.length; i++) if (i < 3) b.push(1); return a }',
    'a function of the file has it': 'const all = [1]\nfunction more(x) { all.push(x) }\nfunction subject(a) { for (let i = 0; i < a.length; i++) if (i < 3) more(i) }\nsubject(all)',
    'a function of the file calls one that has it': 'function more(o) { o.list.push(1) }\nfunction next(o) { more(o) }\nfunction subject(a, o) { for (let i = 0; i < a.length; i++) if (i < 3) next(o) }',
    'it was handed on before': 'function subject(keep, more) { const a = [1]; keep(a); for (let i = 0; i < a.length; i++) if (i < 3) more() }',
    'a list of its own went into it': 'function subject(o) { const own = []; o.list = own; for (let i = 0; i <= o.list.length; i++) if (i < 3) own.push(1); return o }',
    'what looks like another list passes on what it gets': 'function subject(a) { const out = { push: (x) => a.push(x) }; for (let i = 0; i < a.length; i++) if (i < 3) out.push(i) }',
    'what looks like another object passes on what it gets': 'const all = [1]\nfunction subject(a) { const out = { set last(x) { all.push(x) } }; for (let i = 0; i < a.length; i++) if (i < 3) out[`last`] = i }\nsubject(all)',
    'it is exported': 'export const all = [1]\nexport function subject(more) { for (let i = 0; i < all.length; i++) if (i < 3) more() }',
    'it grows by another name': 'function subject(a) { const c = a; for (let i = 0; i < a.length; i++) if (i < 3) c.push(1); return a }',
    'it grows by a name assigned before': 'function subject(a, b) { let c = []; c = b || a; for (let i = 0; i < a.length; i++) if (i < 3) c.push(1); return a }',
    'it grows where it was taken from': 'function subject(o) { const list = o.list; for (let i = 0; i < list.length; i++) if (i < 3) o.list.push(1); return o }',
    'it grows by a name taken out of the same object': 'function subject(o) { const { list: [first] } = o; for (let i = 0; i < o.list[0].length; i++) if (i < 3) first.push(1); return o }',
    'a part of it grows by a name for the whole': 'function subject(o) { const c = o; for (let i = 0; i < o.list.length; i++) if (i < 3) c.list.push(1); return o }',
    'two names for one thing': 'function subject(o) { const p = o.list, q = o.list; for (let i = 0; i < p.length; i++) if (i < 3) q.push(1); return o }',
    'an element grows by the name of a loop': 'function subject(rows) { for (const row of rows) for (let i = 0; i < rows[0].length; i++) if (i < 3) row.push(1); return rows }',
    'what it was taken from is handed on': 'function subject(o) { const list = o.list; for (let i = 0; i < list.length; i++) if (i < 3) more(o); return o }\nfunction more(o) { o.list.push(1) }',
    'the list grows': 'function subject(a) { for (let i = 0; i < a.length; i++) if (a[i]) a.push(0) }',
    'the list is shortened': 'function subject(a) { for (let i = 0; i < a.length; i++) if (a[i]) a.length = 1 }',
    'the list shrinks by way of another name': 'function subject(o) { for (let i = 0; i < o.p.length; i++) { const p = o.p; p.pop() } }',
    'the list is handed on': 'function subject(a) { for (let i = 0; i < a.length; i++) change(a) }',
    'the list gets another name': 'function subject(a) { for (let i = 0; i < a.length; i++) { const b = a; b.pop() } }',
    'a closure changes the list': 'function subject() { const a = [1]; const add = () => a.push(1); for (let i = 0; i < a.length; i++) if (i < 9) add() }',
    'the name is assigned': 'function subject(a) { for (let i = 0; i < a.length; i++) a = a.slice(1) }',
    'an element elsewhere is assigned': 'function subject(a) { for (let i = 0; i < a.length; i++) if (i < 9) a[i + 1] = 0 }',
    'the counter jumps before the element is assigned': 'function subject(a) { for (let i = 0; i < a.length; i++) { if (i < 9) i += 2; a[i] = 0 } }',
    'the counter starts below 0': 'function subject(a, n) { for (let i = n; i < a.length; i++) a[i] = 0 }',
    'another counter': 'function subject(a, j) { for (let i = 0; i < a.length; i++) a[j] = 0 }',
    'an element is assigned after a shadowing': 'function subject(a) { for (let i = 0; i < a.length; i++) { let i = 7; a[i] = 0 } }',
    'the loop may run past the end': 'function subject(a, n) { for (let i = 0; i < a.length || i < n; i++) a[i] = 0 }',
    'the list depends on the counter': 'function subject(a) { for (let i = 0; i < a[i].length; i++) use(i) }',
    'the list is a variable of the loop': 'function subject(a) { for (let i = 0, b = a; i < b.length; b = b.next) use(i) }',
    'this': 'function subject() { for (let i = 0; i < this.length; i++) use(i) }',
    'an optional chain': 'function subject(a) { for (let i = 0; i < a?.length; i++) use(i) }',
    'the length comes second': 'function subject(a, f) { for (let i = 0; f(i) && i < a.length; i++) use(i) }',
    'a call comes before it': 'function subject(a, f) { for (let i = 0; f(i) < a.length; i++) use(i) }',
    'an async function': 'async function subject(a) { for (let i = 0; i < a.length; i++) await a[i] }',
    'a global': 'function subject() { for (let i = 0; i < process.argv.length; i++) use(i) }',
    'eval in reach': 'function subject(a) { for (let i = 0; i < a.length; i++) eval("a.pop()") }',
  }
  for (const [name, program] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(hoistLength, program)).toEqual([]))

  it('is still done where only what nobody else has grows, also in functions of the file', () => {
    expect(rewritesOf(hoistLength, 'class A { run() { const queue = this.queue; const out = []; for (let i = 0; i < queue.length; i++) out.push(queue[i]); return out } }')).toHaveLength(1)
    expect(rewritesOf(hoistLength, 'function twice(x) { const out = []; out.push(x, x); return out.length }\nfunction subject(a) { let n = 0; for (let i = 0; i < a.length; i++) n += twice(a[i]); return n }')).toHaveLength(1)
    expect(rewritesOf(hoistLength, 'function subject(use) { const a = [1, 2]; for (let i = 0; i < a.length; i++) use(i); return a }')).toHaveLength(1)
    expect(rewritesOf(hoistLength, 'function subject(a, b) { for (let i = 0; i < a.length; i++) b[i] = a[i]; return b }')).toHaveLength(1)
  })
})
