import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { privateKey } from '../../testing/signed-journal.ts'
import { signCheckpoint } from '../../transparency-log/checkpoint.ts'
import { oddFiles, openedRepository, testRepository } from './test-repository.ts'

const key = privateKey()
const signed = (origin: string, size: number, root = 0): string => signCheckpoint({ origin, size, root: new Uint8Array(32).fill(root) }, [{ name: origin, key }])
const ref = '--ref=ratchet-checkpoint'

describe('checkpoints as git notes', () => {
  it('are shown by git, and read again', async () => {
    const { target, workspace: { checkpoints }, head } = await openedRepository(oddFiles)
    expect(await checkpoints.all()).toEqual([])
    expect(await checkpoints.put({ commit: head.id, note: 'one\n' })).toBe(true)
    expect(target.git('notes', ref, 'show', head.id)).toBe('one')
    const next = target.commit()
    expect(await checkpoints.put({ commit: next, note: signed('ratchet/a', 2) })).toBe(true)
    expect(await checkpoints.put({ commit: next, note: signed('ratchet/a', 3) })).toBe(true)
    expect((await checkpoints.all()).toSorted((a, b) => (a.note < b.note ? -1 : 1))).toEqual([{ commit: head.id, note: 'one\n' }, { commit: next, note: signed('ratchet/a', 3) }])
    expect(target.git('notes', ref, 'list').split('\n')).toHaveLength(2)
    expect(target.git('status', '--porcelain')).toBe('')
  })

  it('replace smaller ones of their own log on the commit, and nothing else', async () => {
    const { target, workspace: { checkpoints }, head: { id: commit } } = await openedRepository(oddFiles)
    const put = (note: string): Promise<boolean> => checkpoints.put({ commit, note })
    const notes = async (): Promise<readonly string[]> => (await checkpoints.all()).map(({ note }) => note).toSorted()
    for (const note of [signed('ratchet/a', 5), signed('ratchet/a', 9)]) expect(await put(note)).toBe(true)
    expect(await notes()).toEqual([signed('ratchet/a', 9)])
    // Another journal, and an older copy of the first.
    for (const note of [signed('ratchet/b', 2), signed('ratchet/a', 7)]) expect(await put(note)).toBe(true)
    expect(await notes()).toEqual([signed('ratchet/a', 7), signed('ratchet/a', 9), signed('ratchet/b', 2)])
    expect(await put(signed('ratchet/a', 9, 1))).toBe(true)
    expect(await notes()).toEqual([signed('ratchet/a', 9), signed('ratchet/a', 9, 1), signed('ratchet/b', 2)].toSorted())
    const before = target.git('rev-parse', 'refs/notes/ratchet-checkpoint')
    expect(await put(signed('ratchet/a', 9, 1))).toBe(true)
    expect(target.git('rev-parse', 'refs/notes/ratchet-checkpoint')).toBe(before)
  })

  it('move nothing where they say the same', async () => {
    const { target, workspace: { checkpoints }, head } = await openedRepository(oddFiles)
    await checkpoints.put({ commit: head.id, note: 'one\n' })
    const before = target.git('rev-parse', 'refs/notes/ratchet-checkpoint')
    expect(await checkpoints.put({ commit: head.id, note: 'one\n' })).toBe(true)
    expect(target.git('rev-parse', 'refs/notes/ratchet-checkpoint')).toBe(before)
  })

  it('keep what others wrote with git, however it is laid out, and read it', async () => {
    const { target, workspace: { checkpoints }, head } = await openedRepository(oddFiles)
    const commits = [head.id, ...Array.from({ length: 5 }, () => target.commit())]
    for (const commit of commits.slice(0, 5)) target.git('notes', ref, 'add', '-m', `by hand ${commit}`, commit)
    const last = commits.at(-1) as string
    await checkpoints.put({ commit: last, note: 'ours\n' })
    expect(target.git('notes', ref, 'list').split('\n')).toHaveLength(6)
    expect(target.git('notes', ref, 'show', head.id)).toBe(`by hand ${head.id}`)
    target.git('notes', ref, 'append', '-m', 'more', last)
    expect((await checkpoints.all()).find(({ commit }) => commit === last)?.note).toBe('ours\n')
    expect((await checkpoints.all()).filter(({ commit }) => commit === last)).toEqual([{ commit: last, note: 'ours\n' }, { commit: last, note: 'more\n' }])
  })

  it('run no hook, and lose a race without a word lost', async () => {
    const target = await testRepository(oddFiles)
    const marker = path.join(target.directory, '../ran')
    await mkdir(path.join(target.directory, '.git/hooks'), { recursive: true })
    for (const hook of ['reference-transaction', 'post-rewrite', 'pre-commit', 'post-commit']) {
      const file = path.join(target.directory, '.git/hooks', hook)
      await writeFile(file, `#!/bin/sh\ntouch '${marker}'\n`)
      await chmod(file, 0o755)
    }
    const { checkpoints, revisions } = await target.workspace()
    const { id } = await revisions.commit('HEAD')
    const notes = Array.from({ length: 6 }, (_, index) => checkpoints.put({ commit: id, note: `${index}\n` }))
    const settled = await Promise.allSettled(notes)
    // Somebody wins; whoever did not is told, by false or by git's lock.
    expect(settled.filter((one) => one.status === 'fulfilled' && one.value).length).toBeGreaterThan(0)
    expect(target.git('notes', ref, 'list').split('\n')).toHaveLength(1)
    expect(await readdir(path.dirname(marker))).not.toContain('ran')
  })

  it('take nothing for a note that is none', async () => {
    const { target, workspace: { checkpoints }, head } = await openedRepository(oddFiles)
    target.git('update-ref', 'refs/notes/ratchet-checkpoint', head.id)
    expect(await checkpoints.all()).toEqual([])
    expect(await checkpoints.put({ commit: head.id, note: 'one\n' })).toBe(true)
    expect(await checkpoints.all()).toEqual([{ commit: head.id, note: 'one\n' }])
  })
})
