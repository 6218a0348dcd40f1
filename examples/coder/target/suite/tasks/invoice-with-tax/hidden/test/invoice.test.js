import assert from 'node:assert/strict'
import test from 'node:test'
import { total } from '../src/invoice.js'

test('with tax', () => {
  assert.equal(total({ tax: 0.19, lines: [{ pieces: 3, cents: 333 }] }), 1189)
})

test('without', () => {
  assert.equal(total({ lines: [{ pieces: 2, cents: 50 }] }), 100)
})
