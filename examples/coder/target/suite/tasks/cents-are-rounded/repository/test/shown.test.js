import assert from 'node:assert/strict'
import test from 'node:test'
import { toCents } from '../src/money.js'

test('whole cents', () => {
  assert.equal(toCents(0.125), 13)
})

test('negative amounts', () => {
  assert.equal(toCents(-0.125), -13)
})
