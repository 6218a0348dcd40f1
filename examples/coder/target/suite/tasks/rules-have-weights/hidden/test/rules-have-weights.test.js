import assert from 'node:assert/strict'
import test from 'node:test'
import * as amber from '../src/amber.js'
import * as blue from '../src/blue.js'
import * as brown from '../src/brown.js'
import * as copper from '../src/copper.js'
import * as green from '../src/green.js'
import * as indigo from '../src/indigo.js'
import * as ivory from '../src/ivory.js'
import * as olive from '../src/olive.js'
import * as orange from '../src/orange.js'
import * as pink from '../src/pink.js'
import * as purple from '../src/purple.js'
import * as red from '../src/red.js'

const all = { amber, blue, brown, copper, green, indigo, ivory, olive, orange, pink, purple, red }

test('weights', () => {
  for (const rule of Object.values(all)) assert.equal(rule.weight, 2 * rule.level)
})
