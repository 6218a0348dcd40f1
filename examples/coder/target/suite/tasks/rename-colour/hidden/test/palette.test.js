import assert from 'node:assert/strict'
import test from 'node:test'
import { readFileSync } from 'node:fs'
import * as palette from '../src/palette.js'

test('new names', () => {
  assert.equal(palette.colour, '#123')
  assert.equal(palette.colourOf({ colour: 'red' }), 'red')
})

test('no old ones', () => {
  assert.ok(!/color/.test(readFileSync('src/palette.js', 'utf8')))
})
