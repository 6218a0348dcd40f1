import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { spliceToCompaction } from './splice-to-compaction.ts'

const item = fc.constantFrom<unknown>(0, -0, 1, 2, 3, Number.NaN, 'a', 'bc', undefined, null)
const list = fc.oneof(fc.array(item, { maxLength: 9 }), fc.sparseArray(item, { maxLength: 9 }))
const record = fc.oneof({ weight: 9, arbitrary: fc.record({ id: item, dead: fc.boolean() }) }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined, 'abc') })
const records = fc.oneof(fc.array(record, { maxLength: 9 }), fc.sparseArray(record, { maxLength: 9 }))
const odd = fc.constantFrom<unknown>(null, 'abc', '', { length: 2 }, 5)
const lists = fc.tuple(fc.oneof({ weight: 9, arbitrary: list }, { weight: 1, arbitrary: odd }), list)
const recordLists = fc.tuple(fc.oneof({ weight: 9, arbitrary: records }, { weight: 1, arbitrary: odd }), list)

const programs: Readonly<Record<string, string>> = {
  'downwards in ES5': 'function subject(a, b) { for (var i = a.length - 1; i >= 0; i--) { if (a[i] === 1 || !a[i]) { a.splice(i, 1); } } return [a, i] }',
  'downwards without braces': 'function subject(a, b) { if (b.length > 2) for (let i = a.length - 1; i > -1; --i) if (b.indexOf(a[i]) === -1 && i !== 2) a.splice(i, 1); return a }',
  'downwards, counting in the condition': 'function subject(a, b) { for (var i = a.length; i--;) { if (b.includes(a[i])) a.splice(i, 1) } return [a, i] }',
  'while counting down': 'function subject(a, b) { var n = 1, i = a.length; while (i--) { var x = a[i]; if (b[0] === x || b.length === n) { a.splice(i, 1) } } return [a, i, x] }',
  'a property of each element, which may throw': 'function subject(a, b) { var i; try { for (i = a.length - 1; i >= 0; i -= 1) { if (a[i].dead) { a.splice(i, 1) } } } catch (e) { return [i, e.name] } return [a, i] }',
  'upwards, which may throw': 'function subject(a, b) { var i; try { for (i = 0; i < a.length; i++) { if (a[i].dead) { a.splice(i, 1); i--; } } } catch (e) { return [i, e.name] } return [a, i] }',
  'upwards, stepping back in the call': 'function subject(a, b) { for (let i = 0; i < a.length; i++) { const x = a[i], id = x && x.id; if (id === 1 || /a/.test(id)) a.splice(i--, 1); } return a }',
  'a list of an object': 'function subject(a, b) { var self = { list: a, id: 1, run: function () { for (var i = this.list.length - 1; i >= 0; i--) { if (this.list[i].id === this.id) this.list.splice(i, 1) } return [this.list, i] } }; return self.run() }',
  'the same list under two names': 'function subject(a, b) { function drop(a, b) { for (var i = a.length - 1; i >= 0; i--) { if (b.indexOf(a[i]) !== i) a.splice(i, 1) } } drop(a, a); return a }',
  'a list that cannot change': 'function subject(a, b) { if (a) Object.freeze(a); for (var i = a.length - 1; i >= 0; i--) { if (a[i] === 1) a.splice(i, 1) } return a }',
}

describe('splice-to-compaction', () => {
  for (const [name, text] of Object.entries(programs)) {
    it(`keeps behaviour: ${name}`, () => {
      for (const after of expectSameBehaviour(spliceToCompaction, text, /\.(?:dead|id)\b/.test(text) ? recordLists : lists)) expect(after).toContain('.copyWithin(')
    })
  }

  it('writes one pass', () => {
    expect(rewritesOf(spliceToCompaction, 'function f(list) {\n  for (let i = list.length - 1; i >= 0; i--) {\n    if (list[i].dead) {\n      list.splice(i, 1)\n    }\n  }\n}')[0]).toMatchInlineSnapshot(`
      "function f(list) {
        if (Array.isArray(list) && Object.isExtensible(list)) {
          let i = list.length - 1;
          let kept = list.length;
          try {
            for (; i >= 0; i--) {
              if (!(list[i].dead)) { if (i in list) list[--kept] = list[i]; else delete list[--kept]; }
            }
          } finally {
            list.copyWithin(i + 1, kept);
            list.length -= kept - i - 1;
          }
        } else for (let i = list.length - 1; i >= 0; i--) {
          if (list[i].dead) {
            list.splice(i, 1)
          }
        }
      }"
    `)
    expect(rewritesOf(spliceToCompaction, 'function f(list: X[]) { for (let i = list.length - 1; i >= 0; i--) { const x: X = list[i]!; if (x.dead) list.splice(i, 1) } }', 'f.ts')).toHaveLength(1)
  })

  const down = (body: string, before = ''): string => `${before}; function subject(a, b) { for (var i = a.length - 1; i >= 0; i--) { ${body} } }`
  const up = (body: string): string => `function subject(a, b) { for (var i = 0; i < a.length; i++) { ${body} } }`
  const refused: Readonly<Record<string, string>> = {
    'the condition calls something': down('if (b(a[i])) a.splice(i, 1)'),
    'the condition looks at a neighbour': down('if (a[i] === a[i - 1]) a.splice(i, 1)'),
    'the condition looks at the length': down('if (a.length > 3) a.splice(i, 1)'),
    'the condition searches the list': down('if (a.indexOf(a[i]) !== i) a.splice(i, 1)'),
    'the condition hands the list on': down('if (b.has(a)) a.splice(i, 1)'),
    'the condition changes something': down('if (b.n++ > a[i]) a.splice(i, 1)'),
    'the condition looks through another path': down('if (b.list[i].dead) a.splice(i, 1)'),
    'the length of another path': down('if (b.list.length > 2) a.splice(i, 1)'),
    'a regular expression with a state': down('if (/a/g.test(a[i])) a.splice(i, 1)'),
    'upwards, and the index is looked at': up('if (i === 2) { a.splice(i, 1); i-- }'),
    'upwards, and skips what comes after': up('if (a[i]) { a.splice(i, 1) }'),
    'downwards, and steps back': down('if (a[i]) { a.splice(i, 1); i-- }'),
    'only the first one': down('if (a[i] === b) { a.splice(i, 1); break }'),
    'two at a time': down('if (a[i] === b) a.splice(i, 2)'),
    'something takes its place': down('if (a[i] === b) a.splice(i, 1, 0)'),
    'the removed one is kept': down('if (a[i] === b) b.push(a.splice(i, 1))'),
    'something else happens': down('b.push(i); if (a[i]) a.splice(i, 1)'),
    'otherwise something else happens': down('if (a[i]) a.splice(i, 1); else b.push(i)'),
    'another list': down('if (a[i]) b.splice(i, 1)'),
    'not from the end': 'function subject(a, n) { for (var i = n; i >= 0; i--) { if (a[i]) a.splice(i, 1) } }',
    'not to the start': 'function subject(a) { for (var i = a.length - 1; i > 0; i--) { if (a[i]) a.splice(i, 1) } }',
    'the start is somewhere else': 'function subject(a, b) { var i = a.length; b(); while (i--) { if (a[i]) a.splice(i, 1) } }',
    'something comes after the start': 'function subject(a, b) { var i = a.length, n = b(); while (i--) { if (a[i]) a.splice(i, 1) } }',
    'an index that nobody declares': 'function subject(a) { for (i = a.length - 1; i >= 0; i--) { if (a[i]) a.splice(i, 1) } }',
    'an element that is called': down('if (a[i].isDead()) a.splice(i, 1)'),
    'an element that is called by a name': down('var dead = a[i].f; if (dead()) a.splice(i, 1)'),
    'a name that is taken apart': down('const { dead } = a[i]; if (dead) a.splice(i, 1)'),
    'the list itself by way of an element': down('if (a[i].parent.children.length > 2) a.splice(i, 1)'),
    'a collection that the loop declares': down('var c = b.list; if (c.includes(a[i])) a.splice(i, 1)'),
    'a collection that nobody declares': down('if (known.includes(a[i])) a.splice(i, 1)'),
    'the list has the place': down('if (i + 1 in a) a.splice(i, 1)'),
    'a pause': 'async function subject(a) { for (var i = a.length - 1; i >= 0; i--) { if (await a[i]) a.splice(i, 1) } }',
    'a function of the program': down('if (isNaN(a[i])) a.splice(i, 1)', 'function isNaN() { return look() }'),
    'an Object of the program': down('if (a[i]) a.splice(i, 1)', 'const Object = b'),
    'eval in reach': down('if (a[i]) a.splice(i, 1)', 'eval("0")'),
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(spliceToCompaction, text)).toEqual([]))
})
