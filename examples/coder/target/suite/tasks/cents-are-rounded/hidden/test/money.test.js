import assert from 'node:assert/strict'
import test from 'node:test'
import { toCents } from '../src/money.js'

test('half away from zero', () => {
  assert.deepEqual([toCents(0.125), toCents(-0.125), toCents(0.375), toCents(-0.375)], [13, -13, 38, -38])
})

test('whole amounts', () => {
  assert.deepEqual([toCents(3), toCents(-3)], [300, -300])
})
