import assert from 'node:assert/strict'
import test from 'node:test'
import { existsSync } from 'node:fs'
import { compute } from '../src/compute.js'

test('each time', () => {
  assert.deepEqual([compute(() => 1), compute(() => 5)], [2, 10])
})

test('no cache', () => {
  assert.ok(!existsSync('src/cache.js'))
})
