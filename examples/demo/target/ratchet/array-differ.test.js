'use strict'
const assert = require('node:assert/strict')
const { test } = require('node:test')
const differ = require('../index.js')

test('keeps what no other array holds', () => {
  assert.deepEqual(differ([2, 3, 4], [3, 50]), [2, 4])
  assert.deepEqual(differ(['a', 'b', 'c'], ['b'], ['c']), ['a'])
})

test('keeps duplicates and order', () => {
  assert.deepEqual(differ([5, 1, 5, 2], [2]), [5, 1, 5])
})

test('compares strictly', () => {
  const object = {}
  assert.deepEqual(differ([1, '1', object, {}], ['1', object]), [1, {}])
})

test('never finds NaN, as indexOf does not', () => {
  assert.deepEqual(differ([Number.NaN, 1], [Number.NaN, 1]), [Number.NaN])
})

test('without other arrays returns a copy', () => {
  const input = [1, 2]
  const result = differ(input)
  assert.deepEqual(result, [1, 2])
  assert.notEqual(result, input)
})

test('leaves its arguments alone', () => {
  const input = [1, 2, 3]
  const other = [2]
  differ(input, other)
  assert.deepEqual([input, other], [[1, 2, 3], [2]])
})
