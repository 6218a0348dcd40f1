import assert from 'node:assert/strict'
import test from 'node:test'
import { partOf } from '../src/parts.js'

test('a number', () => {
  assert.equal(partOf(1007), 'baduki'.length === 6 ? partOf('1007') : null)
  assert.equal(typeof partOf(1007), 'string')
})

test('spaces', () => {
  assert.equal(partOf(' 10 07 '), partOf(1007))
  assert.equal(typeof partOf(' 10 07 '), 'string')
})

test('none', () => {
  assert.deepEqual([partOf('x'), partOf(5), partOf('toString')], [null, null, null])
})
