import assert from 'node:assert/strict'
import test from 'node:test'
import { merge } from '../src/ranges.js'

test('touching', () => {
  assert.deepEqual(merge([[1, 2], [3, 4]]), [[1, 4]])
})

test('out of order', () => {
  assert.deepEqual(merge([[5, 6], [1, 2]]), [[1, 2], [5, 6]])
})
