import assert from 'node:assert/strict'
import test from 'node:test'
import { unique } from '../src/unique.js'

test('once each', () => {
  assert.deepEqual(unique([2, 1, 2, NaN, NaN, '1']), [2, 1, NaN, '1'])
})

test('a new list', () => {
  const list = [1]
  assert.notEqual(unique(list), list)
})
