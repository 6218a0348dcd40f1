import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editedFiles } from './apply-edits.ts'
import { mergeEdits } from './merge-edits.ts'

const base = 'one\ntwo\nthree\nfour\nfive\nsix\n'
const file = (text: string, name = 'a.js') => [{ path: name, text }]

/** The parent's file after the merge; null for a conflict. */
function merged(ours: string, theirs: string, before = base): string | null {
  const edits = mergeEdits(file(ours), { sources: file(theirs), base: file(before) })
  if (edits === null) return null
  const [change] = editedFiles(file(ours), edits)
  return change === undefined ? ours : Buffer.from(change.content ?? []).toString('utf8')
}

/** What git says to the same three texts. */
function mergedByGit(ours: string, theirs: string, before: string): string | null {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'merge-'))
  try {
    for (const [name, text] of Object.entries({ ours, before, theirs })) writeFileSync(path.join(directory, name), text)
    return execFileSync('git', ['merge-file', '-p', 'ours', 'before', 'theirs'], { cwd: directory, stdio: ['ignore', 'pipe', 'ignore'] }).toString('utf8')
  } catch (error) {
    // Its exit status is the number of conflicts.
    if (Number((error as { readonly status?: number }).status) > 0) return null
    throw error
  } finally {
    rmSync(directory, { recursive: true })
  }
}

describe('merging a variant into another', () => {
  it('takes over what lies elsewhere, wherever the parent has moved it', () => {
    expect(merged('zero\nhalf\none\ntwo\nthree\nfour\nfive\nsix\n', 'one\ntwo\nthree\nfour\nFIVE\nsix\nseven\n')).toBe('zero\nhalf\none\ntwo\nthree\nfour\nFIVE\nsix\nseven\n')
  })

  it('refuses what both changed, and what lies line to line', () => {
    expect(merged('one\nTWO\nthree\nfour\nfive\nsix\n', 'one\nzwei\nthree\nfour\nfive\nsix\n')).toBeNull()
    expect(merged('one\nTWO\nthree\nfour\nfive\nsix\n', 'one\ntwo\nTHREE\nfour\nfive\nsix\n')).toBeNull()
  })

  it('has nothing to add where the parent did the same', () => {
    expect(mergeEdits(file('one\n2\nthree\n'), { sources: file('one\n2\nthree\n'), base: file('one\ntwo\nthree\n') })).toEqual([])
    expect(merged('one\n2\nthree\nfour\nfive\n6\n', 'one\n2\nthree\nfour\nfive\nsix\n')).toBe('one\n2\nthree\nfour\nfive\n6\n')
  })

  it('works file by file, and refuses a file that the parent does not have', () => {
    const sources = [...file('A\n'), ...file('B\n', 'b.js')]
    const before = [...file('a\n'), ...file('b\n', 'b.js')]
    expect(mergeEdits([...file('A\n'), ...file('b\n', 'b.js')], { sources, base: before })).toEqual([{ path: 'b.js', start: 0, end: 2, replacement: 'B\n', part: 0 }])
    expect(mergeEdits(file('a\n'), { sources, base: before })).toBeNull()
  })

  it('is what git makes of the same texts, line ends and a missing last one included', () => {
    // Lines that differ from each other leave only one way to see what was changed.
    const change = fc.record({ line: fc.nat(11), kind: fc.constantFrom('replace', 'delete', 'insert'), eol: fc.constantFrom('\n', '\r\n') })
    const apply = (lines: readonly string[], changes: readonly { readonly line: number; readonly kind: string; readonly eol: string }[], mark: string): string =>
      lines.map((line, at) => {
        const own = changes.find((one) => one.line === at)
        if (own === undefined) return line
        return own.kind === 'delete' ? '' : `${own.kind === 'insert' ? line : ''}${mark}${at}${own.eol}`
      }).join('')
    fc.assert(
      fc.property(fc.uniqueArray(change, { selector: ({ line }) => line, maxLength: 4 }), fc.uniqueArray(change, { selector: ({ line }) => line, maxLength: 4 }), fc.boolean(), (ours, theirs, whole) => {
        const lines = Array.from({ length: 12 }, (_, at) => `line ${at}${at === 11 && !whole ? '' : '\n'}`)
        fc.pre(whole || ![...ours, ...theirs].some(({ line }) => line === 11))
        const texts = [apply(lines, ours, 'ours'), apply(lines, theirs, 'theirs'), lines.join('')] as const
        const own = merged(...texts)
        // Git merges a few touching hunks that are refused here; never the other way round, and never to another text.
        if (own !== null) expect(own).toBe(mergedByGit(...texts))
      }),
      { numRuns: 60 },
    )
  })
})
