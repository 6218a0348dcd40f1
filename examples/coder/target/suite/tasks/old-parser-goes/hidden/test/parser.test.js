import assert from 'node:assert/strict'
import test from 'node:test'
import { existsSync } from 'node:fs'
import * as all from '../src/index.js'

test('the file is gone', () => {
  assert.ok(!existsSync('src/old-parser.js'))
})

test('one parser', () => {
  assert.deepEqual(Object.keys(all), ['parse'])
  assert.deepEqual(all.parse('a, b'), ['a', 'b'])
})
