import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytes, gitOutput, openedRepository } from './test-repository.ts'

describe('the difference between two commits', () => {
  it('shows every line, whatever attributes and odd bytes say', async () => {
    const { target, workspace, head } = await openedRepository({ '.gitattributes': '* -diff\n*.bin binary\n', 'a.js': 'one()\n', 'a.bin': 'one()\n', 'nul.js': 'one()\n' })
    await mkdir(path.join(target.directory, '.git/info'), { recursive: true })
    await writeFile(path.join(target.directory, '.git/info/attributes'), '* -diff\n')
    await target.write({ 'a.js': 'two()\n', 'a.bin': 'three()\n', 'nul.js': '// \0\nfour()\n' })
    const diff = await workspace.revisions.diff(head.id, target.commit())
    for (const line of ['+two()', '+three()', '+four()']) expect(diff).toContain(line)
    expect(diff).not.toMatch(/^Binary files/m)
  })
})

describe('changes between two trees', () => {
  it('are what git diff-tree says, whatever became of files, folders, links and modes', async () => {
    const { target, workspace, head } = await openedRepository({ 'keep.txt': 'k' })
    const blobs = ['one', 'two'].map((text) => gitOutput(target.directory, ['hash-object', '-w', '--stdin'], bytes(text)).toString().trim())
    // Few names on few levels, so that a path is often a file here and a folder there.
    const name = fc.array(fc.constantFrom('a', 'b', 'a.b', 'ä'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
    const entry = fc.record({ name, id: fc.constantFrom(...blobs), mode: fc.constantFrom('100644', '100755', '120000', '160000') })
    const trees = fc.sample(fc.array(entry, { maxLength: 8 }), { numRuns: 16, seed: 3 }).map((entries) => {
      gitOutput(target.directory, ['-c', 'core.fsync=none', 'read-tree', '--empty'])
      const records = entries.map(({ mode, id, name: file }) => `${mode} ${id}\t${file}\0`).join('')
      gitOutput(target.directory, ['-c', 'core.fsync=none', 'update-index', '-z', '--replace', '--index-info'], records)
      return target.git('write-tree', '--missing-ok')
    })
    const tree = fc.constantFrom(...trees)
    await fc.assert(
      fc.asyncProperty(tree, tree, async (from, to) => {
        const raw = gitOutput(target.directory, ['diff-tree', '-r', '-z', '--raw', '--no-renames', from, to]).toString().split('\0').slice(0, -1)
        const letters = { A: 'added', D: 'deleted', M: 'modified', T: 'type-changed' } as const
        const expected = raw.flatMap((record, index) => {
          if (index % 2 === 1) return []
          const [oldMode = '', newMode, , , letter] = record.slice(1).split(' ')
          return [{ path: raw[index + 1], status: letters[letter as keyof typeof letters], oldMode, newMode }]
        })
        expect(await workspace.revisions.changes(from, to)).toEqual(expected)
      }),
      { numRuns: 40, seed: 3 },
    )
    expect(await workspace.revisions.changes(head.id, head.id)).toEqual([])
  })

  it('name what is wrong in a tree that no git would have written, instead of failing', async () => {
    const { target, workspace, head } = await openedRepository({ 'keep.txt': 'k' })
    const blob = gitOutput(target.directory, ['hash-object', '-w', '--stdin'], bytes('x')).toString().trim()
    const tree = gitOutput(target.directory, ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], Buffer.concat([Buffer.from('100644 ..\0'), Buffer.from(blob, 'hex')])).toString().trim()
    expect(await workspace.revisions.changes(head.id, tree)).toContainEqual({ path: '..', status: 'added', oldMode: '000000', newMode: '100644' })
    expect((await workspace.revisions.entries(tree)).map((entry) => entry.path)).toEqual(['..'])
  })
})

describe('blobs', () => {
  it('above the limit are passed over, and the next one is read as it is', async () => {
    const { workspace, head } = await openedRepository({ 'a-large.txt': 'x'.repeat(300_000), 'b-small.txt': 'small' })
    const ids = (await workspace.revisions.entries(head.id)).map((entry) => entry.id)
    const [large, small] = await workspace.revisions.blobs(ids, 1000)
    expect([large, Buffer.from(small ?? []).toString()]).toEqual([null, 'small'])
    expect((await workspace.revisions.blobs(ids))[0]).toHaveLength(300_000)
  })
})
