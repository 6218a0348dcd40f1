import assert from 'node:assert/strict'
import test from 'node:test'
import { records } from '../src/records.js'

test('all add up', () => {
  assert.ok(records.every(({ one, other, sum }) => one + other === sum))
})

test('it is corrected', () => {
  assert.deepEqual([records.length, records[151]], [190, { one: 151, other: 4, sum: 155 }])
})
