import assert from 'node:assert/strict'
import test from 'node:test'
import { slug } from '../src/slug.js'

test('one dash between words', () => {
  assert.equal(slug('A & B'), 'a-b')
})

test('no dash at the ends', () => {
  assert.equal(slug('  Hello, world! '), 'hello-world')
})

test('nothing of nothing', () => {
  assert.equal(slug('!?'), '')
})
