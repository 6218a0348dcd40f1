import assert from 'node:assert/strict'
import test from 'node:test'
import * as append from '../src/append.js'
import * as build from '../src/build.js'
import * as check from '../src/check.js'
import * as copy from '../src/copy.js'
import * as count from '../src/count.js'
import * as export_ from '../src/export_.js'
import * as find from '../src/find.js'
import * as join from '../src/join.js'
import * as merge from '../src/merge.js'
import * as move from '../src/move.js'
import * as pack from '../src/pack.js'
import * as split from '../src/split.js'

const all = { append, build, check, copy, count, export_, find, join, merge, move, pack, split }

test('refuse', () => {
  for (const command of Object.values(all)) assert.throws(() => command.run(), TypeError)
})

test('work', () => {
  for (const [name, command] of Object.entries(all)) assert.deepEqual(command.run(null), [name, null])
})
