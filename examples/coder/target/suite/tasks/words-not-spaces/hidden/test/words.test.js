import assert from 'node:assert/strict'
import test from 'node:test'
import { countWords, longestWord } from '../src/words.js'

test('words', () => {
  assert.equal(countWords('one  two\tthree\nfour'), 4)
})

test('none', () => {
  assert.deepEqual([countWords(''), countWords('  ')], [0, 0])
})

test('the longest', () => {
  assert.equal(longestWord('a bcd ef'), 'bcd')
})
