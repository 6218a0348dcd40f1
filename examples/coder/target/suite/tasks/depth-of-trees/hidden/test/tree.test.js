import assert from 'node:assert/strict'
import test from 'node:test'
import { depth } from '../src/tree.js'

test('a leaf', () => {
  assert.equal(depth({ children: [] }), 1)
})

test('a tree', () => {
  assert.equal(depth({ children: [{ children: [] }, { children: [{ children: [] }] }] }), 3)
})
