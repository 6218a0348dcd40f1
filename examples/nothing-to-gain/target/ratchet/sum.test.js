'use strict'
const assert = require('node:assert/strict')
const { test } = require('node:test')
const sum = require('../sum.js')

test('sums', () => assert.equal(sum([1, 2, 3]), 6))
test('an empty array sums to zero', () => assert.equal(sum([]), 0))
test('a single number is its own sum', () => assert.equal(sum([-4]), -4))
