import assert from 'node:assert/strict'
import test from 'node:test'
import { merge } from '../src/ranges.js'

test('touching', () => {
  assert.deepEqual(merge([[1, 2], [3, 4], [6, 7]]), [[1, 4], [6, 7]])
})

test('out of order', () => {
  assert.deepEqual(merge([[3, 9], [1, 2], [4, 5]]), [[1, 9]])
})

test('what it is given stays', () => {
  const given = [[3, 4], [1, 2]]
  merge(given)
  assert.deepEqual(given, [[3, 4], [1, 2]])
})
