import { spawnSync } from 'node:child_process'
import { chown, lstat, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { openGitWorkspace, type GitWorkspace } from './git-workspace.ts'
import { openOwnedDirectory } from '../../workspace/owned-directory.ts'
import { bytes, existingRepository, oddFiles, openedRepository, testDirectory, testRepository } from './test-repository.ts'

function open(directory: string, environment: Readonly<Record<string, string | undefined>> = process.env): Promise<GitWorkspace> {
  return openGitWorkspace({ directory, environment })
}

describe('opening', () => {
  it('refuses what is no repository and what has no commit', async () => {
    const target = await testRepository({})
    const { revisions, branch } = await target.workspace()
    await expect(revisions.commit('HEAD')).rejects.toMatchObject({ code: 'unborn-head' })
    await expect(branch.state(null)).rejects.toMatchObject({ code: 'unborn-head' })
    await expect(branch.advance({ ref: 'refs/heads/main', expected: null, next: '1'.repeat(40) })).rejects.toMatchObject({ code: 'unborn-head' })
    await expect(open(path.join(target.directory, 'nowhere'))).rejects.toMatchObject({ code: 'not-a-repository' })
    await expect(open(path.join(target.directory, '.git'))).rejects.toMatchObject({ code: 'not-a-repository' })
    await expect(open(path.join(target.directory, '.git/HEAD'))).rejects.toMatchObject({ code: 'not-a-repository' })
    await expect(open(os.tmpdir())).rejects.toMatchObject({ code: 'not-a-repository' })
    await expect(open(target.directory, { PATH: '/nonexistent' })).rejects.toMatchObject({ code: 'git-missing' })
  })

  it('works from a subdirectory, a link, a linked working tree, a bare repository and with SHA-256', async () => {
    const target = await testRepository(oddFiles)
    const [linked, bare, link] = ['../linked', '../bare.git', '../link'].map((name) => path.join(target.directory, name)) as [string, string, string]
    target.git('worktree', 'add', '--quiet', linked, '-b', 'side')
    target.git('clone', '--quiet', '--bare', target.directory, bare)
    await symlink(path.join(target.directory, 'lib'), link)
    const hashed = await testRepository({ 'a.txt': 'a' }, ['--object-format=sha256'])
    for (const [directory, length] of [[path.join(target.directory, 'lib'), 40], [link, 40], [linked, 40], [bare, 40], [hashed.directory, 64]] as const) {
      await using workspace = await open(directory)
      const head = await workspace.revisions.commit('HEAD')
      expect(head.id).toHaveLength(length)
      const { commit } = await workspace.candidates.store({ parent: head.id, changes: [{ path: 'new', content: bytes('x') }], message: 'm', ref: 'refs/ratchet/x' })
      await using slot = await workspace.slots.materialise({ commit, baseline: head.id, isProtected: () => false })
      expect(await readdir(slot.path)).toContain('new')
      const patched = await workspace.candidates.storePatch({ base: head.id, diff: bytes('--- /dev/null\n+++ b/p\n@@ -0,0 +1 @@\n+x\n'), message: 'm', ref: 'refs/ratchet/y' })
      expect(patched).toHaveProperty('commit')
      const { ref } = await workspace.branch.state(null)
      expect(await workspace.branch.advance({ ref, expected: head.id, next: commit })).toEqual({ moved: true })
      if (directory !== bare) expect(await readdir(workspace.root)).toContain('new')
      existingRepository(directory).git('fsck', '--strict', '--no-dangling')
      target.git('reset', '--quiet', '--hard', 'HEAD')
    }
    await using workspace = await open(linked)
    expect(workspace).toMatchObject({ root: linked, gitDirectory: path.join(target.directory, '.git'), stateDirectory: path.join(target.directory, '.ratchet') })
    await using bareWorkspace = await open(bare)
    expect(bareWorkspace).toMatchObject({ root: bare, gitDirectory: bare, stateDirectory: path.join(bare, '.ratchet') })
  })

  it('leaves no directory behind, and clears up after an owner that was killed, but after nobody else', async () => {
    const target = await testRepository({ 'a.txt': 'a' })
    const scratch = await testDirectory()
    const workspace = await openGitWorkspace({ directory: target.directory, environment: process.env, scratch })
    const [, pid = '', start = '', namespace = ''] = path.basename(workspace.scratch).split('-')
    expect(pid).toBe(`${process.pid}`)
    const dead = spawnSync('true').pid
    for (const [name, kept] of [[`ratchet-${dead}-1-${namespace}-a`, false], [`ratchet-${pid}-1-${namespace}-b`, false], [`ratchet-${dead}-1-99-c`, true], [`ratchet-${pid}-${start}-${namespace}-d`, true], ['ratchet-notes', true]] as const) {
      await mkdir(path.join(scratch, name, 'slot'), { recursive: true })
      await writeFile(path.join(scratch, name, 'slot/file'), '')
      await using second = await openOwnedDirectory(scratch)
      expect((await lstat(second.path)).mode & 0o777).toBe(0o700)
      expect((await readdir(scratch)).includes(name), name).toBe(kept)
    }
    await workspace[Symbol.asyncDispose]()
    await expect(lstat(workspace.scratch)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('does not follow a link that is dressed up as a leftover', async () => {
    const [scratch, outside] = [await testDirectory(), await testDirectory()]
    await writeFile(path.join(outside, 'precious'), '')
    await using first = await openOwnedDirectory(scratch)
    const namespace = path.basename(first.path).split('-')[3]
    await symlink(outside, path.join(scratch, `ratchet-1-1-${namespace}-x`))
    await using second = await openOwnedDirectory(scratch)
    expect(second.path).not.toBe(first.path)
    expect(await readdir(outside)).toEqual(['precious'])
  })

  it('refuses a submodule with uncommitted changes or at another commit, however deep', async () => {
    const [inner, middle, target] = [await testRepository({ 'i.txt': 'i' }), await testRepository({ 'm.txt': 'm' }), await testRepository({ 'a.txt': 'a' })]
    middle.git('submodule', '--quiet', 'add', inner.directory, 'inner')
    middle.commit()
    target.git('submodule', '--quiet', 'add', middle.directory, 'my module')
    target.commit()
    target.git('submodule', '--quiet', 'update', '--init', '--recursive')
    await (await open(target.directory))[Symbol.asyncDispose]()
    const module = existingRepository(path.join(target.directory, 'my module'))
    const deep = existingRepository(path.join(module.directory, 'inner'))
    for (const [repository, file] of [[module, 'm.txt'], [deep, 'i.txt']] as const) {
      await repository.write({ [file]: 'edited' })
      await expect(open(target.directory)).rejects.toMatchObject({ code: 'dirty-submodule' })
      repository.git('checkout', '--quiet', file)
    }
    await module.write({ 'm.txt': 'committed' })
    module.commit()
    await expect(open(target.directory)).rejects.toMatchObject({ code: 'dirty-submodule' })
    await using itself = await open(module.directory)
    expect(itself.root).toBe(module.directory)
    expect(await itself.branch.state(null).then((state) => state.checkedOut, (error: unknown) => (error as { code: string }).code)).not.toBe(false)
  })

  it('says of a shallow clone what is missing only when it is asked for', async () => {
    const target = await testRepository({ 'a.txt': 'a' })
    const first = target.git('rev-parse', 'HEAD')
    target.commit('second')
    const clone = path.join(target.directory, '../clone')
    target.git('clone', '--quiet', '--depth=1', `file://${target.directory}`, clone)
    await using workspace = await open(clone)
    const head = await workspace.revisions.commit('HEAD')
    expect(head.parents).toEqual([first])
    for (const missing of [first, 'HEAD~1', 'HEAD^']) {
      await expect(workspace.revisions.commit(missing)).rejects.toMatchObject({ code: 'shallow-clone', remedy: expect.stringContaining('git fetch --unshallow') as string })
    }
    await expect(workspace.revisions.commit('no-such-branch')).rejects.toMatchObject({ code: 'unknown-revision' })
  })

  it.runIf(process.getuid?.() === 0)('refuses a repository of another user, unless the user has declared it safe', async () => {
    const target = await testRepository({ 'a.txt': 'a' })
    const home = await testDirectory()
    for (const file of ['.', '.git']) await chown(path.join(target.directory, file), 12_345, 12_345)
    const environment = { ...process.env, HOME: home, XDG_CONFIG_HOME: '', SUDO_UID: undefined }
    await expect(open(target.directory, environment)).rejects.toMatchObject({ code: 'untrusted-owner', remedy: expect.stringContaining('safe.directory') as string })
    await writeFile(path.join(home, '.gitconfig'), '[safe]\n\tdirectory = /elsewhere\n\tdirectory = *\n[core]\n\tbare = true\n')
    await using workspace = await open(target.directory, environment)
    expect((await workspace.revisions.commit('HEAD')).subject).toBe('first')
  })

  it('refuses a repository that brings a journal of its own, however it is spelt', async () => {
    for (const name of ['.ratchet/journal.sqlite', '.Ratchet/x', '.ratchet']) {
      const target = await testRepository({ 'a.txt': 'a', [name]: 'forged' })
      await expect(open(target.directory), name).rejects.toMatchObject({ code: 'tracked-state' })
    }
    const target = await testRepository({ 'sub/.ratchet/x': 'not where the journal lies', '.ratchetrc': 'nor this' })
    await target.write({ '.ratchet/journal.sqlite': 'untracked' })
    await using workspace = await open(target.directory)
    expect((await workspace.revisions.commit('HEAD')).subject).toBe('first')
  })

  it('refuses a working tree that does not lead back to its repository', async () => {
    const [target, other] = [await testRepository({ 'a.txt': 'a' }), await testRepository({ 'b.txt': 'b' })]
    target.git('config', 'core.worktree', other.directory)
    await expect(open(target.directory)).rejects.toMatchObject({ code: 'not-a-repository', message: expect.stringContaining('core.worktree') as string })
  })
})

describe('revisions', () => {
  it('read names, contents, changes and diffs as they are', async () => {
    const { target, workspace, head } = await openedRepository(oddFiles)
    const entries = await workspace.revisions.entries(head.id)
    expect(entries.map((entry) => entry.path)).toEqual(Object.keys(oddFiles).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
    expect(await workspace.revisions.blobs(entries.map((entry) => entry.id))).toEqual(entries.map((entry) => Buffer.from(oddFiles[entry.path as keyof typeof oddFiles] as string)))
    await rename(path.join(target.directory, 'lib.js'), path.join(target.directory, 'moved.js'))
    await rm(path.join(target.directory, '-dash'))
    await symlink('x', path.join(target.directory, '-dash'))
    const next = target.commit()
    expect(await workspace.revisions.changes(head.id, next)).toEqual([
      { path: '-dash', status: 'type-changed', oldMode: '100644', newMode: '120000' },
      { path: 'lib.js', status: 'deleted', oldMode: '100644', newMode: '000000' },
      { path: 'moved.js', status: 'added', oldMode: '000000', newMode: '100644' },
    ])
    target.git('tag', '-a', '-m', 'note', 'v1')
    expect(await workspace.revisions.commit('v1')).toEqual(await workspace.revisions.commit(next))
    expect(await workspace.revisions.commit(target.git('rev-parse', 'v1'))).toMatchObject({ id: next, subject: 'more', parents: [head.id] })
    for (const bad of ['nowhere', '--all', 'HEAD:lib', '', '1'.repeat(40), 'a\nb']) await expect(workspace.revisions.commit(bad), bad).rejects.toMatchObject({ code: 'unknown-revision' })
    await expect(workspace.revisions.changes(head.id, '--output=/tmp/x')).rejects.toMatchObject({ code: 'unknown-revision' })
    expect(await workspace.isAncestor(head.id, next)).toBe(true)
    expect(await workspace.isAncestor(next, head.id)).toBe(false)
  })
})
