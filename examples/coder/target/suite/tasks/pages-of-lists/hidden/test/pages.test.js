import assert from 'node:assert/strict'
import test from 'node:test'
import { pages } from '../src/pages.js'

test('the last page', () => {
  assert.deepEqual(pages([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]])
})

test('nothing', () => {
  assert.deepEqual(pages([], 3), [])
})

test('half a page', () => {
  assert.throws(() => pages([1], 1.5), RangeError)
  assert.throws(() => pages([1], NaN), RangeError)
})
