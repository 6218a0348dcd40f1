import assert from 'node:assert/strict'
import test from 'node:test'
import { weightOf } from '../src/weights.js'

test('pieces', () => {
  assert.ok(Math.abs(weightOf([['bababa', 3], ['babado', 2]]) - 0.79) < 1e-9)
})

test('nothing', () => {
  assert.equal(weightOf([]), 0)
})

test('unknown', () => {
  assert.throws(() => weightOf([['zzz', 1]]), RangeError)
})
