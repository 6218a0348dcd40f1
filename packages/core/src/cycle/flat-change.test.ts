import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openedRepository } from '../adapters/git-workspace/test-repository.ts'
import { editedFiles } from '../proposal/apply-edits.ts'
import { editsDigest } from '../proposal/edits-digest.ts'
import type { FileChange } from '../proposal/proposal.ts'
import { splitChanges, wholeFiles } from '../proposal/split-changes.ts'
import type { JournalEvent } from '../journal/event.ts'
import { configSchema } from '../target/config.ts'
import { createPathScope } from '../target/path-scope.ts'
import { flatChange, isNothing, unitsOf, withoutUnit } from './flat-change.ts'
import { createSourceReader } from './source-reader.ts'
import { DecisionCheck } from './verify-decisions.ts'

const bytes = (text: string): Buffer => Buffer.from(text)
const files = { 'src/a.js': 'one\ntwo\nthree\n', 'src/b.js': 'b\r\n', 'src/c.js': 'c\n', 'other.txt': 'o\n' }

async function opened() {
  const { workspace, head } = await openedRepository(files)
  const config = configSchema.parse({ target: { edit: ['src'] }, tests: [{ run: 'true' }], metrics: { time: { run: 'true', measure: 'cpu-time' } } })
  const readSources = createSourceReader(workspace.revisions, createPathScope(config, Object.keys(files), null, { links: new Map(), added: [] }))
  const modes = new Map((await workspace.revisions.entries(head.id)).map(({ path, mode }) => [path, mode]))
  const sources = await readSources(head.id)
  const store = (changes: readonly FileChange[], name: string) => workspace.candidates.store({ parent: head.id, changes, message: 'm', ref: `refs/ratchet/${name}` })
  return { workspace, head, readSources, modes, sources, store }
}

describe('whole files of a proposal', () => {
  it('become edits of lines where text changes, and stay whole where they are new, go, change their mode, or are no text', async () => {
    const { sources, modes } = await opened()
    const changes: FileChange[] = [
      { path: 'src/a.js', content: bytes('one\n2\nthree\nfour\n'), mode: '100644' },
      { path: 'src/b.js', content: bytes('b\r\n'), mode: '100755' },
      { path: 'src/c.js', content: null },
      { path: 'src/new.js', content: bytes('new\n') },
      { path: 'src/gone.js', content: null },
      { path: 'other.txt', content: bytes('other\n'), mode: '100644' },
    ]
    const split = splitChanges({ changes, sources, modes, firstPart: 3 })
    expect(split.edits.map(({ path, replacement, part }) => [path, replacement, part])).toEqual([['src/a.js', '2\n', 3], ['src/a.js', 'four\n', 4]])
    expect(split.files.map(({ path, content, mode }) => [path, content?.toString(), mode])).toEqual([['other.txt', 'other\n', '100644'], ['src/b.js', 'b\r\n', '100755'], ['src/c.js', undefined, undefined], ['src/new.js', 'new\n', '100644']])
    expect(splitChanges({ changes: [{ path: 'src/c.js', content: bytes('c\n') }], sources, modes, firstPart: 0 })).toEqual({ edits: [], files: [] })
    expect(splitChanges({ changes: [{ path: 'src/c.js', content: bytes('c\0') }], sources, modes, firstPart: 0 }).files).toHaveLength(1)
  })

  it('are named by path, content and mode, in any order, and only once each', () => {
    const named = wholeFiles([], [{ path: 'x', content: bytes('x') }, { path: 'y', content: null }])
    expect(named).toEqual([{ path: 'x', digest: createHash('sha256').update('x').digest('hex'), mode: '100644', bytes: 1 }, { path: 'y', digest: null, mode: null, bytes: 0 }])
    expect(editsDigest('p', [], named)).toBe(editsDigest('p', [], named.toReversed()))
    const [x] = named
    if (x === undefined) throw new TypeError('none')
    expect(new Set([editsDigest('p', []), editsDigest('p', [], named), editsDigest('p', [], [x]), editsDigest('p', [], [{ ...x, mode: '100755' }]), editsDigest('q', [], [x])]).size).toBe(5)
    expect(() => wholeFiles([{ path: 'x', start: 0, end: 0, replacement: 'y', part: 0 }], [{ path: 'x', content: null }])).toThrow(expect.objectContaining({ code: 'edits-overlap' }) as Error)
    expect(() => wholeFiles([], [{ path: 'x', content: null }, { path: 'x', content: null }])).toThrow(expect.objectContaining({ code: 'edits-overlap' }) as Error)
  })

  it('are held against the digest that names them, when the journal is verified', () => {
    const named = wholeFiles([], [{ path: 'src/new.js', content: bytes('new\n') }])
    const proposal = { id: 'aaaaaaaaaaaa', proposer: 'agent' as const, parent: 'p', edits: [], files: named, operator: 'agent-a', rationale: 'r' }
    const check = (changes: object, run: string | null = 'r1') => new DecisionCheck().add({ sequence: 7, schemaVersion: 1, at: '', previous: '', hash: '', kind: 'proposal-made', body: { run, step: 1, proposal: { ...proposal, ...changes }, commit: 'c', tree: 't', baseline: 'p', editsDigest: editsDigest('p', [], named) } } as unknown as JournalEvent)
    expect(check({})).toBeNull()
    expect(check({ files: wholeFiles([], [{ path: 'src/new.js', content: bytes('other\n') }]) })).toMatchObject({ ok: false, brokenAt: 7, problem: 'decision' })
    expect(check({ files: wholeFiles([], [{ path: 'src/new.js', content: bytes('new\n'), mode: '100755' }]) })).toMatchObject({ ok: false })
    // Journals from before there were whole files, and single changes, are named otherwise.
    expect([check({ files: undefined }), check({ files: [] }, null)]).toEqual([null, null])
  })

  it('split or whole, make the same tree; and the difference that is found again makes it from the baseline, less what is left out', async () => {
    const { workspace, head, readSources, modes, sources, store } = await opened()
    const content = fc.constantFrom<Buffer | null>(null, bytes('one\nthree\n'), bytes('\0x'), bytes(''), bytes('x\ntwo\ny\n'))
    const change = fc.record({ path: fc.constantFrom('src/a.js', 'src/b.js', 'src/c.js', 'src/n/new.js', 'src/m.js'), content, mode: fc.constantFrom<'100644' | '100755'>('100644', '100755') })
    let number = 0
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(change, { selector: ({ path }) => path, minLength: 1 }), async (changes) => {
        const whole = await store(changes, `w/${++number}`)
        const split = splitChanges({ changes, sources, modes, firstPart: 0 })
        expect((await store([...editedFiles(sources, split.edits), ...split.files], `s/${number}`)).tree).toBe(whole.tree)
        const found = await flatChange({ revisions: workspace.revisions, readSources }, { from: head.id, to: whole.commit })
        const again = await store([...editedFiles(sources, found.edits), ...found.files], `f/${number}`)
        expect([again.tree, isNothing(found)]).toEqual([whole.tree, whole.tree === (await workspace.revisions.commit('HEAD')).tree])
        for (const unit of unitsOf(found)) {
          const rest = withoutUnit(found, unit)
          expect(unitsOf(rest)).toEqual(unitsOf(found).filter((other) => other !== unit))
          expect((await store([...editedFiles(sources, rest.edits), ...rest.files], `r/${number}`)).tree).not.toBe(whole.tree)
        }
      }),
      { seed: 1, numRuns: 30 },
    )
  })
})
