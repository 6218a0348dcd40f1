import assert from 'node:assert/strict'
import test from 'node:test'
import { withTries } from '../src/tries.js'

test('three tries', () => {
  let count = 0
  assert.throws(() => withTries(() => { throw new Error(String(++count)) }), /^Error: 3$/)
  assert.equal(count, 3)
})

test('the second try', () => {
  let count = 0
  assert.equal(withTries(() => { if (++count < 2) throw new Error('no'); return 'yes' }), 'yes')
})
