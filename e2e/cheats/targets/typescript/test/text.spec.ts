import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { frequency, matching, parseTable } from '#library'

const tables = JSON.parse(readFileSync(new URL('expected-tables.json', import.meta.url), 'utf8')) as readonly { readonly text: string; readonly rows: string[][] }[]

tables.forEach(({ text, rows }, index) => {
  test(`table ${index + 1} is read as expected`, async () => {
    const read = await Promise.resolve(parseTable(text))
    assert.deepEqual(read, rows)
  })
})

test('parseTable refuses rows of different lengths and open quotes', async () => {
  await assert.rejects(async () => parseTable('a,b\n1'), SyntaxError)
  await assert.rejects(async () => parseTable('"a'), SyntaxError)
})

test('matching with stars and question marks', () => {
  assert.deepEqual(matching('*.t?', ['a.ts', 'b.js', '.tx', 'a.tsx']), ['a.ts', '.tx'])
  assert.deepEqual(matching('a*b*', ['ab', 'axxbyy', 'ba']), ['ab', 'axxbyy'])
})

test('frequency orders by count, then by alphabet', () => {
  assert.deepEqual(frequency('One two. TWO three, three!'), [['three', 2], ['two', 2], ['one', 1]])
})
