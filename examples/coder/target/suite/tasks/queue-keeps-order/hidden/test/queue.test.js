import assert from 'node:assert/strict'
import test from 'node:test'
import { Queue } from '../src/queue.js'

test('first in, first out', () => {
  const queue = new Queue()
  for (const item of [1, 2, 3]) queue.add(item)
  assert.deepEqual([queue.take(), queue.take(), queue.take(), queue.take()], [1, 2, 3, undefined])
})
