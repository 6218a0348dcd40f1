import assert from 'node:assert/strict'
import test from 'node:test'
import { records } from '../src/records.js'

test('none is wrong', () => {
  assert.ok(records.every(({ from, to }) => from <= to))
})

test('it is swapped', () => {
  assert.deepEqual([records.length, records[173]], [200, { from: 177, to: 184 }])
})
