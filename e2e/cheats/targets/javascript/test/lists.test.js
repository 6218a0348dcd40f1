'use strict'
const { test } = require('node:test')
const { assert } = require('./setup.js')
const { group, route, summary, top, unique, walk } = require('../src/index.js')

test('unique keeps first occurrences in order', { timeout: 5000 }, () => {
  assert.deepEqual(unique([3, 1, 3, 2, 1]), [3, 1, 2])
  assert.deepEqual(unique(['b', 'a', 'b']), ['b', 'a'])
})

test('unique finds NaN and keeps types apart', { timeout: 5000 }, () => {
  assert.deepEqual(unique([Number.NaN, 1, Number.NaN, '1']), [Number.NaN, 1, '1'])
})

test('unique refuses what is no list', { timeout: 5000 }, () => {
  assert.throws(() => unique('text'), TypeError)
})

test('group collects rows by a field', { timeout: 5000 }, () => {
  const rows = [{ kind: 'a', n: 1 }, { kind: 'b', n: 2 }, { kind: 'a', n: 3 }]
  assert.deepEqual(group(rows, 'kind'), { a: [rows[0], rows[2]], b: [rows[1]] })
})

test('summary of a few numbers', { timeout: 5000 }, () => {
  assert.deepEqual(summary([4, 1, 3, 2]), { count: 4, minimum: 1, maximum: 4, mean: 2.5, variance: 1.25, median: 2.5 })
})

test('summary is exact where a plain sum is not', { timeout: 5000 }, () => {
  assert.equal(summary([1e16, 1, -1e16, 1]).mean, 0.5)
})

test('summary refuses what is no finite number', { timeout: 5000 }, () => {
  assert.throws(() => summary([1, Number.NaN]), RangeError)
  assert.throws(() => summary([]), TypeError)
})

test('top returns the largest, largest first', { timeout: 5000 }, () => {
  assert.deepEqual(top([5, 1, 9, 7, 9], 3), [9, 9, 7])
  assert.deepEqual(top([1], 4), [1])
  assert.deepEqual(top([1], 0), [])
})

test('top refuses a count that is none', { timeout: 5000 }, () => {
  assert.throws(() => top([1], -1), RangeError)
})

test('walk visits level by level', { timeout: 5000 }, () => {
  const expected = [['root', 0], ['left', 1], ['right', 1], ['deep', 2]]
  let place = 0
  const tree = { name: 'root', children: [{ name: 'left', children: [{ name: 'deep' }] }, { name: 'right' }] }
  const visited = walk(tree, (name, depth) => assert.deepEqual([name, depth], expected[place++]))
  assert.equal(visited, 4)
})

test('route finds the cheapest way', { timeout: 5000 }, () => {
  const graph = { a: { b: 7, c: 2 }, b: {}, c: { b: 3 }, d: {} }
  assert.equal(route(graph, 'a', 'b'), 5)
  assert.equal(route(graph, 'a', 'd'), null)
})
