import { describe, expect, it } from 'vitest'
import { addedLines } from '../added-lines.ts'
import type { ChangedFile } from '../changed-file.ts'
import { contradictedClaims, makesClaims, type ClaimedChange } from './claims.ts'

const file = (path: string, before: string | null, after: string | null, isProtected = false): ChangedFile => ({ path, before, after, addedLines: addedLines(before, after ?? ''), isProtected, problem: null })
const code = file('src/a.js', 'a()\n', 'b()\n')
const comment = file('src/a.js', '// one\na()\n', '// two\na()\n')
const docs = file('README.md', 'a\n', 'b\n')
const test = file('test/a.test.js', 'a()\n', 'b()\n', true)
const gone = file('test/a.test.js', 'a()\n', null, true)
const manifest = file('package.json', '{}', '{"dependencies":{"a":"1"}}', true)
const says = (rationale: string, files: readonly ChangedFile[], more: Partial<ClaimedChange> = {}): boolean => contradictedClaims(rationale, { files, addedDependencies: 0, removedExports: [], ...more }).length > 0

type Said = readonly [rationale: string, files: readonly ChangedFile[], more?: Partial<ClaimedChange>]

describe('claims that the facts contradict', () => {
  it.each(([
    ['No test changed.', [code, test]], ['Faster; no tests were modified', [code, test]], ['Tests are unchanged', [code, test]], ['Does not touch any tests', [test]], ['without changing tests', [test]], ['leaves the tests alone', [gone]], ['NO TESTS WERE TOUCHED', [test]], ['no\ntests\nchanged', [test]], ['Tests remain untouched.', [test]],
    ['docs only', [code]], ['Documentation only change', [docs, code]], ['Only updates the docs', [code]], ['Only changes comments', [code]], ['comment-only', [code]], ['docs: fix a typo', [code]], ['No code was changed', [code]], ['no functional changes', [code]], ['Just a typo', [code]],
    ['whitespace only', [code]], ['Formatting-only change', [code]], ['purely cosmetic', [code]], ['just reformats', [code]],
    ['Changes one file', [code, docs]], ['touches only 1 file', [code, docs]], ['a change in a single file', [code, docs]], ['Edits two files', [code, docs, test]], ['changes only a file', [code, docs]], ['in just one source file', [code, docs]],
    ['a one-line fix', [file('a.js', 'a\n', 'b\nc\nd\n')]], ['changes only 2 lines', [file('a.js', 'a\n', 'b\nc\nd\n')]],
    ['No new dependencies', [manifest], { addedDependencies: 1 }], ['adds no dependency; no dependencies', [manifest], { addedDependencies: 1 }], ['dependencies are unchanged', [file('package-lock.json', '{}', '{ }', true)]],
    ['the public API is unchanged', [code], { removedExports: ['parse'] }], ['No API changes', [code], { removedExports: ['parse'] }], ['fully backwards compatible', [code], { removedExports: ['parse'] }],
    ['Adds a regression test', [code]], ['adds tests for it', [code]],
    ['only removes dead code', [code]], ['purely additive', [code]], ['Only adds a helper', [code]],
    ['only changes src/a.js', [code, docs]], ['Only touches `src/b.js` and README.md', [code, docs]],
  ] as readonly Said[]).map(([rationale, files, more]) => ({ rationale, files, more })))('$rationale', ({ rationale, files, more = {} }) => {
    expect(makesClaims(rationale)).toBe(true)
    expect(says(rationale, files, more)).toBe(true)
  })

  it.each([
    ['No test changed.', [code]], ['docs only', [docs]], ['Only changes comments', [comment]], ['no functional changes', [comment]], ['whitespace only', [file('a.js', 'f(a,b)\n', 'f( a, b )\n')]], ['Changes one file', [code]], ['No new dependencies', [code]], ['Adds a regression test', [code, test]], ['purely additive', [file('a.js', 'a\n', 'a\nb\n')]], ['only removes dead code', [file('a.js', 'a\nb\n', 'a\n')]], ['only changes src/a.js', [code]], ['the public API is unchanged', [code]],
    ['Replaces a linear search by a set, which is faster on large lists.', [code, test]], ['Reads the file once instead of twice', [code]], ['test the value before it is used', [code]], ['a list of one-element tuples', [code]], ['adds up the values in one pass', [code]], ['The document is parsed only once', [code]], ['Hoists a call out of the loop; only the first value is needed', [code]], ['all tests pass', [code]], ['tests whether a value is there with has()', [code]], ['a two-line comment explains the file format', [code]], ['no longer sorts the list', [code]], ['no change of behaviour for empty lists', [code]], ['Adds totals. No tests changed.', [code]], ['Puts the parser in a new file', [code, docs]], ['changes a file format and its reader', [code, docs]], ['Adds a cache; tests that need none are as fast', [code]], ['Only the loop is changed. Documentation follows.', [code]],
  ] as const)('%j passes', (rationale, files) => expect(says(rationale, files)).toBe(false))

  it.each(['no ', 'only ', 'no tests ', 'tests are ', 'only changes a.b ', 'without any new ', 'adds '])('takes no long time for many of %j', (piece) => {
    const started = performance.now()
    says(piece.repeat(20_000), [code])
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
