import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSameBehaviour, rewritesOf } from '../../testing/check-rewrite.ts'
import { shiftToPointer } from './shift-to-pointer.ts'

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small' }, fc.constantFrom<unknown>(null, undefined, 0, Number.NaN, 'ab'), fc.array(tie('tree'), { maxLength: 4 }), fc.sparseArray(tie('tree'), { maxLength: 4 })),
}))
const trees = fc.tuple(tree)

const programs: Readonly<Record<string, string>> = {
  'breadth first': 'function subject(a) { const out = []; const queue = [a]; while (queue.length) { const x = queue.shift(); out.push(x); if (Array.isArray(x)) for (const y of x) queue.push(y) } return out }',
  'breadth first in ES5': `function subject(a) {
  var order = [], queue = [], node, i;
  queue.push(a);
  while (queue.length > 0) {
    node = queue.shift();
    order.push(node);
    if (node && node.length) for (i = 0; i < node.length; i++) queue.push(node[i] === node ? 0 : Array.isArray(node[i]) ? node[i] : null);
  }
  return order;
}`,
  'level by level': 'function subject(a) { const sizes = []; const next = [a]; while (next.length !== 0) { sizes.push(next.length); for (let i = 0, n = next.length; i < n; i++) { const x = next.shift(); if (Array.isArray(x)) next.push(...x) } } return sizes }',
  'shift in the condition': 'function subject(a) { const todo = [a, a]; let x, n = 0; while ((x = todo.shift()) !== undefined) { n++; if (Array.isArray(x)) x.forEach((y) => todo.push(y)) } return [n, todo.length] }',
  'taken when it is empty, filled again': 'function subject(a) { const q = []; const out = []; for (const x of [1, 2, 3]) { out.push(q.shift()); out.push(q.shift()); q.push(x); q.push(a, x, x); out.push(q[0], q.length) } return out }',
  'a queue for each round, and functions on it': 'function subject(a) { const out = []; for (var n = 0; n < 3; n++) { var q = [n, a, , n]; var take = function () { return q.shift() }; do { out.push(take()); q.shift() } while (q.length); out.push(q.length, q[0]) } return out }',
  'one element is left': 'function subject(a) { const q = Array.isArray(a) ? 0 : 1, list = [...(q ? [] : a), 1]; let n = 0; for (; list.length > 1; list.shift()) n += list.length; return [n, list[0]] }',
}

describe('shift-to-pointer', () => {
  for (const [name, text] of Object.entries(programs)) {
    it(`keeps behaviour: ${name}`, () => {
      for (const after of expectSameBehaviour(shiftToPointer, text, trees)) expect(after).not.toContain('.shift()')
    })
  }

  it('writes what a person would', () => {
    expect(rewritesOf(shiftToPointer, 'function f(root) {\n  const queue = [root]\n  while (queue.length > 0) {\n    const node = queue.shift()\n    node.children.forEach(child => queue.push(child))\n  }\n}')).toEqual([
      'function f(root) {\n  let queueHead = 0;\n  const queue = [root]\n  while (queueHead < queue.length) {\n    const node = queue[queueHead++]\n    node.children.forEach(child => queue.push(child))\n  }\n}',
    ])
    expect(rewritesOf(shiftToPointer, 'function f(root: N) { const queue: N[] = [root]; while (queue.length) { const node = queue.shift()!; queue.push(...node.all) } }', 'f.ts')).toHaveLength(1)
  })

  const loop = (body: string, start = 'const q = [a]'): string => `function subject(a, b) { ${start}; while (q.length) { const x = q.shift(); ${body} } }`
  const refused: Readonly<Record<string, string>> = {
    'a queue of somebody else': loop('q.push(x)', 'const q = a'),
    'a parameter': 'function subject(q, b) { while (q.length) b(q.shift()) }',
    'a new queue': loop('if (x) q = [x]', 'let q = [a]'),
    'the queue is handed on': loop('b(q)'),
    'the queue is given back': 'function subject(a, b) { const q = [a]; while (q.length > 1) { b(q.shift()) } return q }',
    'a second name': loop('q.push(x)', 'const q = [a], r = q'),
    'kept in an object': loop('b.queue = { q }'),
    'another method': loop('q.unshift(x)'),
    'taken from the end as well': loop('q.pop()'),
    'walked through': loop('for (const y of q) b(y)'),
    'searched': loop('if (!q.includes(x)) q.push(x)'),
    'spread': loop('b(...q)'),
    'emptied': loop('q.length = 0'),
    'some element is read': loop('b(q[1])'),
    'an element is set': loop('q[0] = x'),
    'the first element is called': loop('q[0](x)'),
    'the first element is called in parentheses': loop('(q[0])(x)'),
    'the new length is used': loop('b(q.push(x))'),
    'a method that is taken out': loop('b(q.push)'),
    'an optional shift': loop('q?.shift()'),
    'a computed shift': loop('q["shift"]()'),
    'a value for shift to ignore': loop('b(q.shift(x))'),
    'a shift that is called as a function': loop('b(q.shift.call(a))'),
    'a case that a jump could pass by': 'function subject(a, b) { switch (a) { case 1: var q = [a]; default: while (q.length) b(q.shift()) } }',
    'taken only once': 'function subject(a) { const q = [...a]; return q.shift() }',
    'exported': 'const q = [1]; export { q }; while (q.length) use(q.shift())',
    'eval in reach': loop('eval("q")'),
  }
  for (const [name, text] of Object.entries(refused)) it(`is refused: ${name}`, () => expect(rewritesOf(shiftToPointer, text)).toEqual([]))
})
