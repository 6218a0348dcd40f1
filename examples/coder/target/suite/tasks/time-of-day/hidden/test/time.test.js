import assert from 'node:assert/strict'
import test from 'node:test'
import { timeOf } from '../src/time.js'

test('two digits', () => {
  assert.deepEqual([timeOf(425), timeOf(0), timeOf(1439)], ['07:05', '00:00', '23:59'])
})
