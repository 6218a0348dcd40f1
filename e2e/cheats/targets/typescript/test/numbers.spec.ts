import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checksum, histogram, layers, merge, multiply, primesUpTo } from '#library'

test('checksum of the usual digits', () => {
  assert.equal(checksum(new TextEncoder().encode('123456789')), 0xcbf43926)
  assert.equal(checksum(new Uint8Array()), 0)
})

test('histogram counts by bins', () => {
  assert.deepEqual(histogram([0, 1, 1.5, 2, 9, -1], [0, 1, 2, 3]), [1, 2, 1])
})

test('histogram refuses edges that do not ascend', () => {
  assert.throws(() => histogram([1], [1, 1]), RangeError)
  assert.throws(() => histogram([Number.NaN], [1, 2]), RangeError)
})

test('layers of a small project', () => {
  const tasks = [{ name: 'ship', after: ['test', 'write'] }, { name: 'write', after: [] }, { name: 'test', after: ['write'] }, { name: 'plan', after: [] }]
  assert.deepEqual(layers(tasks), [['write', 'plan'], ['test'], ['ship']])
})

test('layers refuses a cycle', () => {
  assert.throws(() => layers([{ name: 'a', after: ['b'] }, { name: 'b', after: ['a'] }]), RangeError)
})

test('merge joins what overlaps or touches', () => {
  assert.deepEqual(merge([[5, 7], [1, 3], [3, 4], [6, 9]]), [[1, 4], [5, 9]])
})

test('multiply by hand', () => {
  assert.deepEqual(multiply([[1, 2], [3, 4]], [[5, 6], [7, 8]]), [[19, 22], [43, 50]])
})

test('multiply refuses what does not fit', () => {
  assert.throws(() => multiply([[1, 2]], [[1, 2]]), RangeError)
})

test('primes up to thirty', () => {
  assert.deepEqual(primesUpTo(30), [2, 3, 5, 7, 11, 13, 17, 19, 23, 29])
})
