import assert from 'node:assert/strict'
import test from 'node:test'
import { clamp } from '../src/clamp.js'

test('keeps what is between', () => {
  assert.equal(clamp(3, 1, 5), 3)
})

test('stops at the bounds', () => {
  assert.deepEqual([clamp(0, 1, 5), clamp(9, 1, 5), clamp(5, 1, 5)], [1, 5, 5])
})

test('refuses bounds that are upside down', () => {
  assert.throws(() => clamp(1, 5, 2), RangeError)
})
