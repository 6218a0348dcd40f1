'use strict'
const assert = require('node:assert/strict')
const { test } = require('node:test')
const { run } = require('../src/program.js')
const expected = require('./expected.json')

for (const [size, result] of expected) {
  test(`answers for ${size}`, () => assert.deepEqual(JSON.parse(JSON.stringify(run(size))), result))
}
