import { chmod, lstat, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { bytes, existingRepository, openedRepository, testDirectory, type Opened } from './test-repository.ts'

const ref = 'refs/heads/main'

interface Moving extends Opened {
  readonly next: string
}

/** `next` changes a.txt, adds deep/added.txt and removes gone.txt. */
async function moving(files: Readonly<Record<string, string>> = {}): Promise<Moving> {
  const opened = await openedRepository({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'gone.txt': 'g\n', ...files })
  const { workspace, head } = opened
  const changes = [{ path: 'a.txt', content: bytes('new\n') }, { path: 'deep/added.txt', content: bytes('added\n') }, { path: 'gone.txt', content: null }]
  const { tree } = await workspace.candidates.store({ parent: head.id, changes, message: 'm', ref: 'refs/ratchet/x' })
  return { ...opened, next: await workspace.branch.writeCommit({ tree, parents: [head.id], message: 'subject\n\nTrailer: x', date: 1_700_000_000 }) }
}

async function content({ target }: Opened, file: string): Promise<string> {
  return readFile(path.join(target.directory, file), 'utf8')
}

describe('the branch', () => {
  it('moves by compare-and-swap, and the clean working tree follows', async () => {
    const made = await moving()
    const { target, workspace, head, next } = made
    expect(await workspace.branch.state(null)).toEqual({ ref, tip: head.id, checkedOut: true, dirtyPaths: [] })
    expect(await workspace.branch.advance({ ref, expected: head.id, next })).toEqual({ moved: true })
    expect(target.git('status', '--porcelain')).toBe('')
    expect(await content(made, 'deep/added.txt')).toBe('added\n')
    expect(target.git('reflog', '-1', '--format=%gs', 'main')).toBe('ratchet')
    expect(await workspace.branch.advance({ ref, expected: head.id, next: head.id })).toEqual({ moved: false })
    expect(target.git('rev-parse', 'main')).toBe(next)
  })

  it('is not moved when somebody else was first, nor backwards, nor when it is none', async () => {
    const { target, workspace, head, next } = await moving()
    const theirs = target.commit('theirs')
    expect(await workspace.branch.advance({ ref, expected: head.id, next })).toEqual({ moved: false })
    expect(target.git('rev-parse', 'main')).toBe(theirs)
    await expect(workspace.branch.advance({ ref, expected: theirs, next })).rejects.toMatchObject({ code: 'git-failed' })
    for (const bad of ['refs/tags/x', 'HEAD', '--stdin', 'refs/heads/a..b', 'refs/heads/HEAD', 'refs/heads/-x']) await expect(workspace.branch.advance({ ref: bad, expected: null, next })).rejects.toMatchObject({ code: 'unsafe-path' })
    await expect(workspace.branch.advance({ ref, expected: theirs, next: '-d' })).rejects.toMatchObject({ code: 'unknown-revision' })
  })

  it('is not moved over uncommitted work, staged or not', async () => {
    const made = await moving()
    const { target, workspace, head, next } = made
    await target.write({ 'b.txt': 'edited\n' })
    expect((await workspace.branch.state('main')).dirtyPaths).toEqual(['b.txt'])
    await expect(workspace.branch.advance({ ref, expected: head.id, next })).rejects.toMatchObject({ code: 'dirty-working-tree' })
    target.git('add', 'b.txt')
    await expect(workspace.branch.advance({ ref, expected: head.id, next })).rejects.toMatchObject({ code: 'dirty-working-tree' })
    expect(await content(made, 'b.txt')).toBe('edited\n')
    target.git('reset', '--quiet', '--hard')
    target.git('update-index', '--assume-unchanged', 'a.txt')
    await target.write({ 'a.txt': 'hidden edit\n' })
    await expect(workspace.branch.advance({ ref, expected: head.id, next })).rejects.toMatchObject({ code: 'dirty-working-tree' })
    expect(await content(made, 'a.txt')).toBe('hidden edit\n')
    expect(target.git('rev-parse', 'main')).toBe(head.id)
  })

  it('is not moved over untracked files, ignored ones and ones in the way of a folder included', async () => {
    const made = await moving({ '.gitignore': 'deep\nignored\n' })
    const { target, workspace, head, next } = made
    for (const file of ['deep/added.txt', 'deep', 'deep/added.txt/inside']) {
      await target.write({ [file]: 'mine\n' })
      await expect(workspace.branch.advance({ ref, expected: head.id, next })).rejects.toMatchObject({ code: 'dirty-working-tree' })
      expect(await content(made, file)).toBe('mine\n')
      expect(target.git('rev-parse', 'main')).toBe(head.id)
      await rm(path.join(target.directory, 'deep'), { recursive: true })
    }
    const outside = await testDirectory()
    await symlink(outside, path.join(target.directory, 'deep'))
    await expect(workspace.branch.advance({ ref, expected: head.id, next })).rejects.toMatchObject({ code: 'dirty-working-tree' })
    await rm(path.join(target.directory, 'deep'))
    await target.write({ 'ignored/kept': 'k' })
    expect(await workspace.branch.advance({ ref, expected: head.id, next })).toEqual({ moved: true })
    expect(await content(made, 'ignored/kept')).toBe('k')
  })

  it('is not moved while the index is locked, and says so', { timeout: 20_000 }, async () => {
    const { target, workspace, head, next } = await moving()
    const lock = path.join(target.directory, '.git/index.lock')
    await writeFile(lock, '')
    await expect(workspace.branch.advance({ ref, expected: head.id, next })).rejects.toMatchObject({ code: 'git-failed', message: expect.stringContaining('index.lock') as string })
    expect(target.git('rev-parse', 'main')).toBe(head.id)
    await rm(lock)
    expect(await workspace.branch.advance({ ref, expected: head.id, next })).toEqual({ moved: true })
  })

  it('killed between ref and working tree, is finished by the same call, however far it got', async () => {
    const arrived: ((made: Moving) => Promise<unknown>)[] = [
      async () => undefined,
      ({ target }) => target.write({ 'a.txt': 'new\n' }),
      ({ target }) => target.write({ 'deep/added.txt': 'added\n' }),
      ({ target }) => rm(path.join(target.directory, 'gone.txt')),
      ({ target }) => Promise.all([target.write({ 'a.txt': 'new\n', 'deep/added.txt': 'added\n' }), rm(path.join(target.directory, 'gone.txt'))]),
    ]
    for (const arrive of arrived) {
      const made = await moving()
      made.target.git('update-ref', ref, made.next, made.head.id)
      await arrive(made)
      const move = { ref, expected: made.head.id, next: made.next }
      expect(await made.workspace.branch.advance(move)).toEqual({ moved: true })
      expect(made.target.git('status', '--porcelain')).toBe('')
      expect(await content(made, 'deep/added.txt')).toBe('added\n')
    }
  })

  it('killed in between, is finished with line endings converted as the repository asks', async () => {
    const made = await moving({ '.gitattributes': '*.txt text eol=crlf\n' })
    made.target.git('update-ref', ref, made.next, made.head.id)
    await made.target.write({ 'a.txt': 'new\r\n' })
    expect(await made.workspace.branch.advance({ ref, expected: made.head.id, next: made.next })).toEqual({ moved: true })
    expect(await content(made, 'deep/added.txt')).toBe('added\r\n')
    expect(made.target.git('status', '--porcelain')).toBe('')
  })

  it('killed in between and then edited: other files are kept, and an edit of a changed file is never lost', async () => {
    const edits: readonly ((made: Moving) => Promise<unknown>)[] = [
      ({ target }) => target.write({ 'a.txt': 'precious\n' }),
      ({ target }) => target.write({ 'gone.txt': 'precious\n' }),
      ({ target }) => target.write({ 'deep/added.txt': 'precious\n' }),
      ({ target }) => target.write({ deep: 'precious\n' }),
      async ({ target }) => {
        await target.write({ 'a.txt': 'precious\n' })
        target.git('add', 'a.txt')
        await target.write({ 'a.txt': 'a\n' })
      },
    ]
    for (const edit of edits) {
      const made = await moving()
      const { target, workspace, head, next } = made
      target.git('update-ref', ref, next, head.id)
      await edit(made)
      const before = target.git('status', '--porcelain', '--untracked-files=all')
      await expect(workspace.branch.advance({ ref, expected: head.id, next })).rejects.toMatchObject({ code: 'dirty-working-tree' })
      expect(target.git('status', '--porcelain', '--untracked-files=all')).toBe(before)
    }
    const made = await moving()
    made.target.git('update-ref', ref, made.next, made.head.id)
    await made.target.write({ 'b.txt': 'precious\n' })
    expect(await made.workspace.branch.advance({ ref, expected: made.head.id, next: made.next })).toEqual({ moved: true })
    expect(made.target.git('status', '--porcelain')).toBe('M b.txt')
    expect(await content(made, 'a.txt')).toBe('new\n')
  })

  it('asked again after all went well, leaves later edits alone', async () => {
    const made = await moving()
    const move = { ref, expected: made.head.id, next: made.next }
    await made.workspace.branch.advance(move)
    await made.target.write({ 'a.txt': 'a\n' })
    expect(await made.workspace.branch.advance(move)).toEqual({ moved: true })
    expect(await content(made, 'a.txt')).toBe('a\n')
  })

  it('checked out in a linked working tree takes that one along, and a deleted one does not count', async () => {
    const { target, workspace, head, next } = await moving()
    const linked = path.join(target.directory, '../linked\ntree')
    target.git('worktree', 'add', '--quiet', '-b', 'side', linked)
    const side = { ref: 'refs/heads/side', expected: head.id, next }
    await writeFile(path.join(linked, 'b.txt'), 'edited\n')
    expect(await workspace.branch.state('side')).toMatchObject({ checkedOut: true, dirtyPaths: ['b.txt'] })
    await expect(workspace.branch.advance(side)).rejects.toMatchObject({ code: 'dirty-working-tree' })
    existingRepository(linked).git('checkout', '--quiet', '.')
    expect(await workspace.branch.advance(side)).toEqual({ moved: true })
    expect(await readFile(path.join(linked, 'deep/added.txt'), 'utf8')).toBe('added\n')
    expect(target.git('status', '--porcelain')).toBe('')
    await rm(linked, { recursive: true })
    expect(await workspace.branch.state('side')).toMatchObject({ tip: next, checkedOut: false })
  })

  it('that is not checked out moves without touching any file, also a new one', async () => {
    const { target, workspace, head, next } = await moving()
    expect(await workspace.branch.advance({ ref: 'refs/heads/new', expected: null, next })).toEqual({ moved: true })
    expect(target.git('rev-parse', 'new')).toBe(next)
    expect(target.git('status', '--porcelain')).toBe('')
    expect(await workspace.branch.advance({ ref: 'refs/heads/new', expected: null, next: head.id })).toEqual({ moved: false })
    await expect(workspace.branch.state('nowhere')).rejects.toMatchObject({ code: 'unknown-revision' })
    await expect(workspace.branch.state('-x')).rejects.toBeInstanceOf(WorkspaceError)
    target.git('checkout', '--quiet', '--detach', head.id)
    await expect(workspace.branch.state(null)).rejects.toMatchObject({ code: 'detached-head' })
  })

  it('brings executable bits and links to the working tree', async () => {
    const { target, workspace, head } = await openedRepository({ 'run.sh': '#!/bin/sh\n', 'd/x': 'x' })
    await chmod(path.join(target.directory, 'run.sh'), 0o755)
    await rm(path.join(target.directory, 'd'), { recursive: true })
    await symlink('run.sh', path.join(target.directory, 'd'))
    const next = target.commit('modes')
    target.git('reset', '--quiet', '--hard', head.id)
    expect(await workspace.branch.advance({ ref, expected: head.id, next })).toEqual({ moved: true })
    expect((await lstat(path.join(target.directory, 'run.sh'))).mode & 0o100).toBe(0o100)
    expect((await lstat(path.join(target.directory, 'd'))).isSymbolicLink()).toBe(true)
  })
})

describe('merges and commits', () => {
  it('merge three ways on any base, which is what a revert beneath later changes needs', async () => {
    const { target, workspace, head, next } = await moving()
    await workspace.branch.advance({ ref, expected: head.id, next })
    await target.write({ 'b.txt': 'later\n' })
    const tip = target.commit('later')
    const reverted = await workspace.branch.merge(next, tip, head.id)
    expect(reverted.kind).toBe('merged')
    if (reverted.kind === 'merged') {
      expect(target.git('ls-tree', '-r', '--name-only', reverted.tree)).toBe('a.txt\nb.txt\ngone.txt')
      const commit = await workspace.branch.writeCommit({ tree: reverted.tree, parents: [tip], message: 'revert\n', date: 1 })
      expect(await workspace.branch.advance({ ref, expected: tip, next: commit })).toEqual({ moved: true })
      expect(await readFile(path.join(target.directory, 'b.txt'), 'utf8')).toBe('later\n')
      expect(target.git('status', '--porcelain')).toBe('')
    }
    await target.write({ 'a.txt': 'other\n' })
    expect(await workspace.branch.merge(next, target.commit('overlap'), head.id)).toEqual({ kind: 'conflict', paths: ['a.txt'] })
  })

  it('write commits with the repository\'s identity, the given date and the message to the byte', async () => {
    const { target, workspace, head, next } = await moving()
    expect(target.git('log', '-1', '--format=%an <%ae> %at', next)).toBe('Ratchet <ratchet@localhost> 1700000000')
    expect(target.git('cat-file', 'commit', next).endsWith('\n\nsubject\n\nTrailer: x')).toBe(true)
    target.git('config', 'user.name', 'Zoë <x>\nparent 0')
    target.git('config', 'user.email', 'zoe@example.org')
    const commit = { tree: head.tree, parents: [head.id], message: 'm\n\n# kept\n', date: 5 }
    const id = await workspace.branch.writeCommit(commit)
    expect(await workspace.branch.writeCommit(commit)).toBe(id)
    expect(target.git('log', '-1', '--format=%an|%ae|%ct|%P|%b', id)).toBe(`Zoë xparent 0|zoe@example.org|5|${head.id}|# kept`)
    expect(target.git('fsck', '--strict', '--no-dangling')).toBe('')
    await expect(workspace.branch.writeCommit({ ...commit, tree: '1'.repeat(40) })).rejects.toMatchObject({ code: 'unknown-revision' })
  })
})
