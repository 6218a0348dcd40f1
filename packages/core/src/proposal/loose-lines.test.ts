import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { looseLines } from './loose-lines.ts'

const of = (...lines: readonly string[]): readonly number[] => looseLines(Buffer.from(lines.join('\n'), 'latin1')).map(({ line }) => line)
const head = ['diff --git a/f b/f', 'index 1..2 100644', '--- a/f', '+++ b/f']

describe('lines of a patch that no hunk counts', () => {
  it('are none in what git writes, whatever stands before and after it', () => {
    expect(of('From: a', ' f | 2 +-', '- not a change', ...head, '@@ -1,2 +1,2 @@ fn', ' same', '-old', '+new', '-- ', '2.50.0', '')).toEqual([])
    expect(of(...head, '@@ -1 +1 @@', '-old', '\\ No newline at end of file', '+new', '\\ No newline at end of file', '')).toEqual([])
    expect(of(...head, '@@ -1,3 +1,2 @@', ' a', '', '-b', '@@ -9,0 +9,1 @@', '+++ x', 'diff --git a/g b/g', 'old mode 100644', 'new mode 100755', '')).toEqual([])
    expect(of('diff --git a/b b/b', 'index 1..2 100644', 'GIT binary patch', 'literal 3', '-cmZQ%', '', 'literal 0', '+cmV?d', '')).toEqual([])
    expect(of(...head.map((line) => `${line}\r`), '@@ -1 +1 @@\r', '-old\r', '+new\r', '')).toEqual([])
  })

  it('are those that were added without the counts, and hunks that cannot be read', () => {
    expect(of(...head, '@@ -1,2 +1,2 @@', ' same', '-old', '+new', '+lost', '')).toEqual([9])
    expect(of(...head, '@@ -1 +1 @@', '-old', '+new', '@@ -9 +9,2 @', '-x', '+y', '')).toEqual([8, 9, 10])
    expect(of(...head, '@@ -1 +1 @@', '-old', '+new', ' context', 'diff --git a/g b/g', '')).toEqual([8])
    expect(of(...head, '@@ -1 +1 @@', '-old', '+new', '-- ', '+lost', '+lost too', '')).toEqual([8, 9, 10])
    expect(of('diff --git a/b b/b', 'GIT binary patch', 'literal 3', '-cmZQ%', '', ...head, '@@ -0,0 +1 @@', '+x', '+lost')).toEqual([12])
  })

  it('never depend on what the lines hold', () => {
    fc.assert(
      fc.property(fc.array(fc.string().map((text) => text.replaceAll(/[\n]/g, '')), { minLength: 1, maxLength: 8 }), fc.string(), (texts, extra) => {
        const hunk = [...head, `@@ -0,0 +1,${texts.length} @@`, ...texts.map((text) => `+${text}`)]
        expect(of(...hunk, '')).toEqual([])
        expect(of(...hunk, `+${extra.replaceAll('\n', '')}!`)).toEqual([hunk.length + 1])
      }),
      { seed: 1, numRuns: 100 },
    )
  })
})
