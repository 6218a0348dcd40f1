import assert from 'node:assert/strict'
import test from 'node:test'
import { readFileSync } from 'node:fs'
import { squares } from '../src/squares.js'

test('values', () => {
  assert.equal(squares.length, 900)
  assert.ok(squares.every((value, n) => value === n * n))
})

test('a literal', () => {
  assert.ok(!/[(*]|for|while/.test(readFileSync('src/squares.js', 'utf8')))
})
