import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { indexNestedSearch } from './index-nested-search.ts'

const id = fc.constantFrom<unknown>(0, -0, 1, 2, Number.NaN, 'a', '1', undefined, null)
const record = fc.oneof({ weight: 8, arbitrary: fc.record({ id, n: fc.nat(9) }) }, { weight: 3, arbitrary: fc.record({ n: fc.nat(9) }) })
const hostile = fc.oneof({ weight: 20, arbitrary: record }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined, 1, 'a') })
const list = fc.oneof({ weight: 4, arbitrary: fc.array(record, { maxLength: 8 }) }, { weight: 2, arbitrary: fc.array(hostile, { maxLength: 8 }) }, { weight: 1, arbitrary: fc.sparseArray(hostile, { maxLength: 8 }) })
const anything = fc.oneof({ weight: 12, arbitrary: list }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, 'ab', {}, 3) })
const pairs = fc.tuple(list, anything)

const programs: Readonly<Record<string, string>> = {
  'find in a for-of': 'function subject(a, b) { const out = []; for (const x of a) { const y = b.find(y => y.id === x.id); out.push(y) } return out.map((y) => b.indexOf(y)) }',
  'find in ES5': 'function subject(a, b) { var out = [], i; for (i = 0; i < a.length; i++) { out.push(b.find(function (y) { return a[i].id === y.id; })); } return [out, a, b] }',
  'findIndex in a callback': 'function subject(a, b) { return a.map(x => { return b.findIndex((y) => y.id === x.id) }) }',
  'some, negated, in a bare callback': 'function subject(a, b) { const missing = a.filter(x => !b.some(y => y.id === x.id)); return missing }',
  'filter for the children of each': 'function subject(a, b) { const out = []; for (const x of a) { const own = b.filter((y) => y.id === x.id); own.push(1); out.push(own) } return out }',
  'first of each kind': 'function subject(b) { var unique = b.filter(function (x, i) { return b.findIndex(function (y) { return y.id === x.id }) === i; }); return unique }',
  'an error that somebody sees': 'function subject(a, b) { let n = 0; try { a.forEach((x) => { if (b.some((y) => x.id === y.id)) n++ }) } catch (e) { return ["failed", n] } return n }',
  'a list from further out': 'const table = [{ id: 0, n: 1 }, { id: "a", n: 2 }, { n: 3 }, { id: NaN }, { id: 0, n: 4 }]; function subject(a) { const out = []; for (const x of a) out.push(table.find((y) => y.id === x.id)); return out }',
  'with a change of something else': 'function subject(a, b) { const seen = {}; for (const x of a) { const y = b.find((y) => y.id === x.id); if (y) { y.n = y.n + x.n; seen[x.id] = true } } return [seen, b] }',
  'a list that is filled before': 'function subject(a, b) { const own = []; for (const y of b) { own.push(y) } let n = 0; for (const x of a) for (const z of a) { if (own.some((y) => y.id === z.id && true) || own.some((y) => y.id === x.id)) n++ } return n }',
  'a name that is looked for': 'function subject(a, b) { let out = []; for (const { id } of a) { out.push(b.findIndex(e => e.id === id)) } return out }',
}

describe('index-nested-search', () => {
  for (const [name, text] of Object.entries(programs)) {
    it(`keeps behaviour: ${name}`, () => {
      const values = text.includes('subject(b)') ? fc.tuple(anything) : pairs
      for (const after of expectSameBehaviour(indexNestedSearch, text, values)) expect(after).toContain('new Map()')
    })
  }

  it('writes an index that the first search builds', () => {
    expect(rewritesOf(indexNestedSearch, 'function f(orders, users) {\n  for (const order of orders) {\n    order.user = users.find((user) => user.id === order.userId)\n  }\n}')[0]).toMatchInlineSnapshot(`
      "function f(orders, users) {
        let usersById;
        const indexUsersById = () => {
          if (!Array.isArray(users) || users.length === 0) return null;
          const index = new Map();
          for (let at = 0; at < users.length; at++) {
            const item = users[at];
            if (item === null || item === undefined) return null;
            const key = item.id;
            // NaN equals nothing.
            if (key !== key) continue;
            if (!index.has(key)) index.set(key, item);
          }
          return index;
        };
        for (const order of orders) {
          order.user = (usersById === undefined && (usersById = indexUsersById()), usersById ? usersById.get(order.userId) : users.find((user) => user.id === order.userId))
        }
      }"
    `)
    expect(rewritesOf(indexNestedSearch, 'function f(a: X[], b: X[]) { for (const x of a) { x.last = (b.find((y: X) => y.id === x.id)) } }', 'f.ts')).toHaveLength(1)
  })

  it('does not call what stands on the line before', () => {
    const text = 'function subject(a, b) { for (const x of a) { Boolean(x)\n b.find((y) => y.id === x.id).n++ } }'
    expect(rewritesOf(indexNestedSearch, text)).toEqual([])
    expect(rewritesOf(indexNestedSearch, text.replace('\n', ';\n'))).toHaveLength(1)
    expect(rewritesOf(indexNestedSearch, text.replace('Boolean(x)', 'if (x) { Boolean(x) }'))).toHaveLength(1)
    expect(rewritesOf(indexNestedSearch, text.replace('Boolean(x)', 'if (x) a = function () {}'))).toEqual([])
  })

  const loop = (body: string, before = ''): string => `${before}; function subject(a, b, c) { for (const x of a) { ${body} } }`
  const search = 'c.last = (b.find((y) => y.id === x.id))'
  const refused: Readonly<Record<string, string>> = {
    'an element is handed on': 'function subject(a, b) { for (const x of a) { const y = b.find((y) => y.id === x.id); rename(y) } }',
    'a method of this is called': 'class A { run(a, b) { for (const x of a) { this.see(b.find((y) => y.id === x.id)) } } }',
    'somebody who is called may have the list': 'function subject(a, b, more) { for (const x of a) { if (!b.some((y) => y.id === x.id)) more(x) } }',
    'two parameters may be one': 'function subject(a, b, c) { for (const x of a) { if (!b.some((y) => y.id === x.id)) c.push(x) } }',
    'the list was taken from a property': 'function subject(a, o) { const list = o.list; for (const x of a) { if (!list.some((y) => y.id === x.id)) o.add(x) } }',
    'the list grows in the loop': loop(`${search}; b.push(x)`),
    'the list grows in a function': 'function subject(a, b, c) { const add = (x) => b.push(x); for (const x of a) { if (!b.some((y) => y.id === x.id)) add(x) } }',
    'the list is handed on': loop(`${search}; c(b)`),
    'the name gets another list': loop(`${search}; b = c()`),
    'an element is replaced': loop(`${search}; b[0] = x`),
    'a key is assigned': loop(`${search}; x.id = 1`),
    'a key is stepped': loop(`b.find((y) => y.id === x.id).id++`),
    'a key is set by a pattern': loop(`${search}; ({ id: x.id } = c)`),
    'a key is deleted': loop(`${search}; delete x.id`),
    'a key is set by a computed name': loop(`${search}; x[c] = 1`),
    'a key is set by its name as a string': loop(`${search}; x['id'] = 1`),
    'properties are copied over': loop(`${search}; Object.assign(x, c)`),
    'another function sets keys': loop(search, 'function rename(x) { x.id = 1 }'),
    'a call of the function itself, which sets keys later': 'function subject(a, b, c) { for (const x of a) { c.last = (b.find((y) => y.id === x.id)); subject(x, b, c) } b[0].id = 1 }',
    'a pause': 'async function subject(a, b, c) { for (const x of a) { await c.last = (b.find((y) => y.id === x.id)) } }',
    'a yield': 'function* subject(a, b) { for (const x of a) { yield b.find((y) => y.id === x.id) } }',
    'nothing repeats it': 'function subject(a, b) { return b.find((y) => y.id === a.id) }',
    'the callback runs later': 'function subject(a, b) { return a.map((x) => { return () => b.find((y) => y.id === x.id) }) }',
    'the list is made in the same loop': loop('const d = x.list; c(d.find((y) => y.id === x.id))'),
    'a loose comparison': loop('c.last = (b.find((y) => y.id == x.id))'),
    'both sides of the same element': loop('c.last = (b.find((y) => y.id === y.parent))'),
    'the key of something else': loop('c.last = (b.find((y) => x.id === x.other))'),
    'the wanted value is a call': loop('c.last = (b.find((y) => y.id === x.id()))'),
    'a further condition': loop('c.last = (b.find((y) => y.id === x.id && y.n))'),
    'an optional element': loop('c.last = (b.find((y) => y?.id === x.id))'),
    'an optional list': loop('c(b?.find((y) => y.id === x.id))'),
    'the wanted value is of another this': 'class A { f(a, b) { for (const x of a) { g(b.find(function (y) { return y.id === this.id })) } } }',
    'an async test': loop('c.last = (b.find(async (y) => y.id === x.id))'),
    'a second parameter': loop('c.last = (b.find((y, i) => y.id === i))'),
    'a Map of the program': loop(search, 'class Map {}'),
    'eval in reach': loop(`${search}; eval("0")`),
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(indexNestedSearch, text)).toEqual([]))

  it('lets constructors set the key of what they make', () => {
    expect(rewritesOf(indexNestedSearch, loop(search, 'class User { constructor(id) { this.id = id } }'))).toHaveLength(1)
    expect(rewritesOf(indexNestedSearch, loop(search, 'class User { rename(id) { this.id = id } }'))).toEqual([])
  })
})
