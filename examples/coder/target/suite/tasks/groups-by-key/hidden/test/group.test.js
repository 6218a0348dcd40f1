import assert from 'node:assert/strict'
import test from 'node:test'
import { groupBy } from '../src/group.js'

test('all of them', () => {
  assert.deepEqual([...groupBy([1, 2, 3], (n) => n % 2)], [[1, [1, 3]], [0, [2]]])
})

test('nothing', () => {
  assert.equal(groupBy([], String).size, 0)
})
