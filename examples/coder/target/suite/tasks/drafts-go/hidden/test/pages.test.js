import assert from 'node:assert/strict'
import test from 'node:test'
import { readdirSync } from 'node:fs'
import { pages } from '../src/pages.js'

test('no draft', () => {
  assert.deepEqual(readdirSync('pages'), ['home.md'])
})

test('no line for one', () => {
  assert.deepEqual(pages, ['home'])
})
