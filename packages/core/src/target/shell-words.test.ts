import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellWords } from './shell-words.ts'

test.each([
  ['node a.js', [['node', 'a.js']]],
  ['  node\t"a b.js"  ', [['node', 'a b.js']]],
  ["sh -c 'node a.js && node b.js'", [['sh', '-c', 'node a.js && node b.js']]],
  ['cd bench && node run.js | tee out; echo "x;y"', [['cd', 'bench'], ['node', 'run.js'], ['tee', 'out'], ['echo', 'x;y']]],
  ['node a.js <in.json >out.json', [['node', 'a.js', 'in.json', 'out.json']]],
  ['node $(cat list.txt) `cat more.txt`', [['node', '$'], ['cat', 'list.txt'], ['cat', 'more.txt']]],
  ['a\\ b c\\\nd', [['a b', 'cd']]],
  ['node a.js # not b.js\nnode c#d.js', [['node', 'a.js'], ['node', 'c#d.js']]],
  ['"a\\"b" \'a\\b\'', [['a"b', 'a\\b']]],
  ["''", [['']]],
  ['"never closed', [['never closed']]],
  ['', []],
] as const)('splits %j', (line, expected) => {
  expect(shellWords(line)).toEqual(expected)
})

test('any words come back from their single-quoted form', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (words) => {
      const line = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')
      expect(shellWords(line)).toEqual([words])
    }),
  )
})
