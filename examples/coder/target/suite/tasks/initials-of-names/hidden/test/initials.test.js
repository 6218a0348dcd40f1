import assert from 'node:assert/strict'
import test from 'node:test'
import { initials } from '../src/initials.js'

test('each word', () => {
  assert.equal(initials('ada king lovelace'), 'AKL')
})

test('one word', () => {
  assert.equal(initials('plato'), 'P')
})

test('no word', () => {
  assert.equal(initials(''), '')
})
