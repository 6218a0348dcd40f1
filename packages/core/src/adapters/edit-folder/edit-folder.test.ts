import { chmod, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oddFiles, openedRepository } from '../git-workspace/test-repository.ts'
import { readEditFolder, writeEditFolder } from './edit-folder.ts'

describe('the files of a change, to be edited', () => {
  let home: string
  let number = 0
  const next = (): string => path.join(home, `${++number}/tree`)
  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-edit-folder-'))
  })
  afterAll(() => rm(home, { recursive: true, force: true }))

  it('come back as they are when nobody touches them, and otherwise as they were left', async () => {
    const { workspace, head } = await openedRepository(oddFiles)
    const changed = (await workspace.revisions.entries(head.id)).map((entry) => entry.path)
    const request = { commit: head.id, changed, folder: next() }
    const { texts } = await writeEditFolder(workspace.revisions, request)
    expect(texts).not.toContain(path.join(request.folder, 'bin/data'))
    expect(await readEditFolder(workspace.revisions, request)).toEqual({ changes: [], leftOut: [] })
    await chmod(path.join(request.folder, 'lib/one.js'), 0o700)
    await writeFile(path.join(request.folder, 'new'), 'x\r\n')
    await writeFile(path.join(request.folder, '.new.swp'), 'x')
    await unlink(path.join(request.folder, 'bin/data'))
    const { changes, leftOut } = await readEditFolder(workspace.revisions, request)
    expect(changes.map(({ path: file, content, mode }) => [file, content === null ? null : mode])).toEqual([['lib/one.js', '100755'], ['new', '100644'], ['bin/data', null]])
    expect(leftOut).toEqual(['.new.swp'])
  })

  it('keep every byte, whatever the lines hold', async () => {
    const { workspace, head } = await openedRepository({ 'a.txt': 'a' })
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.constantFrom('\r\n', '\n', ''), async (bytes, end) => {
        const content = Buffer.concat([bytes, Buffer.from(end)])
        const stored = await workspace.candidates.store({ parent: head.id, changes: [{ path: 'a.txt', content }], message: 'm', ref: 'refs/ratchet/x' })
        const request = { commit: stored.commit, changed: ['a.txt'], folder: next() }
        await writeEditFolder(workspace.revisions, request)
        expect((await readEditFolder(workspace.revisions, request)).changes).toEqual([])
        await writeFile(path.join(request.folder, 'a.txt'), Buffer.concat([content, Buffer.from('!')]))
        const { changes } = await readEditFolder(workspace.revisions, request)
        const edited = await workspace.candidates.store({ parent: stored.commit, changes, message: 'm', ref: 'refs/ratchet/y' })
        const patch = await workspace.candidates.readPatch(head.id, edited.commit)
        expect(await workspace.candidates.storePatch({ base: head.id, diff: patch, message: 'm', ref: 'refs/ratchet/z' })).toMatchObject({ tree: edited.tree })
      }),
      { seed: 1, numRuns: 15 },
    )
  })

  it('are refused where they are links, another folder, or one that is there already', async () => {
    const { workspace, head } = await openedRepository({ 'a.txt': 'a', 'b.txt': 'b' })
    const request = { commit: head.id, changed: ['a.txt'], folder: next() }
    await writeEditFolder(workspace.revisions, request)
    await expect(writeEditFolder(workspace.revisions, request)).rejects.toMatchObject({ code: 'EEXIST' })
    await symlink('/etc/passwd', path.join(request.folder, 'b.txt'))
    await expect(readEditFolder(workspace.revisions, request)).rejects.toMatchObject({ code: 'unsafe-path' })
    for (const folder of [home, path.join(home, 'missing')]) await expect(readEditFolder(workspace.revisions, { ...request, folder })).rejects.toMatchObject({ code: 'unsafe-path' })
  })
})
