import { execFileSync } from 'node:child_process'
import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterEach, describe, expect, it } from 'vitest'
import type { FileChange } from '../../proposal/proposal.ts'
import { WorkspaceError } from '../../workspace/workspace.ts'
import { openGitWorkspace, type GitWorkspace } from './git-workspace.ts'

const open: { dispose(): Promise<void> }[] = []
afterEach(async () => {
  for (const { dispose } of open.splice(0).reverse()) await dispose()
})

interface Fixture {
  readonly directory: string
  git(...args: readonly string[]): string
  workspace(): Promise<GitWorkspace>
}

async function repository(files: Readonly<Record<string, string | Uint8Array>>, options: { readonly init?: readonly string[] } = {}): Promise<Fixture> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ratchet-git-'))
  open.push({ dispose: () => rm(home, { recursive: true, force: true }) })
  const directory = path.join(home, 'a repo\nof 漢')
  await mkdir(directory)
  const git = (...args: readonly string[]): string => execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@t', '-c', 'init.defaultBranch=main', ...args], { cwd: directory, encoding: 'utf8' }).trim()
  git('init', '--quiet', ...(options.init ?? []))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true })
    await writeFile(path.join(directory, name), content)
  }
  if (Object.keys(files).length > 0) {
    git('add', '--all')
    git('commit', '--quiet', '-m', 'first')
  }
  const workspace = async (): Promise<GitWorkspace> => {
    const opened = await openGitWorkspace({ directory, environment: process.env })
    open.push({ dispose: async () => opened[Symbol.asyncDispose]() })
    return opened
  }
  return { directory, git, workspace }
}

const bytes = (text: string): Uint8Array => Buffer.from(text)
const odd = { 'a b\n漢.txt': 'x\r\ny', 'bin/data': Uint8Array.from({ length: 300 }, (_, i) => i % 256), 'lib/one.js': '1\n', 'lib/two.js': '2\n', 'test/t.js': 't\n' }

describe('candidates', () => {
  it('are commits that differ from their parent in exactly the changed files, the same every time', async () => {
    const target = await repository(odd)
    const { revisions, candidates } = await target.workspace()
    const head = await revisions.commit('HEAD')
    const candidate = { parent: head.id, changes: [{ path: 'lib/one.js', content: bytes('new\r\n') }, { path: 'lib/deep/er.js', content: bytes('') }, { path: 'bin/data', content: null }], message: 'm\n', ref: 'refs/ratchet/r/1' }
    const first = await candidates.store(candidate)
    expect(await candidates.store(candidate)).toEqual(first)
    expect(target.git('rev-parse', 'refs/ratchet/r/1')).toBe(first.commit)
    expect(await revisions.changes(head.id, first.commit)).toEqual([
      { path: 'bin/data', status: 'deleted', oldMode: '100644', newMode: '000000' },
      { path: 'lib/deep/er.js', status: 'added', oldMode: '000000', newMode: '100644' },
      { path: 'lib/one.js', status: 'modified', oldMode: '100644', newMode: '100644' },
    ])
    expect(target.git('fsck', '--strict', '--no-dangling')).toBe('')
    expect(await revisions.diff(head.id, first.commit)).toContain('+new')
  })

  it('keep executable bits, links and submodules that they do not touch', async () => {
    const target = await repository({ 'run.sh': '#!/bin/sh\n', 'a.txt': 'a' })
    await chmod(path.join(target.directory, 'run.sh'), 0o755)
    await symlink('/etc/passwd', path.join(target.directory, 'link'))
    target.git('add', '--all')
    target.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`)
    target.git('commit', '--quiet', '-m', 'second')
    const { revisions, candidates } = await target.workspace()
    const head = await revisions.commit('HEAD')
    const { commit } = await candidates.store({ parent: head.id, changes: [{ path: 'run.sh', content: bytes('x') }, { path: 'a.txt', content: bytes('b') }], message: 'm', ref: 'refs/ratchet/x' })
    expect((await revisions.entries(commit)).map(({ path: file, mode }) => `${mode} ${file}`)).toEqual(['100644 a.txt', '120000 link', '160000 module', '100755 run.sh'])
  })

  it('never write to unsafe paths or through a link', async () => {
    const target = await repository({ 'a.txt': 'a' })
    await symlink('/tmp', path.join(target.directory, 'out'))
    target.git('add', '--all')
    target.git('commit', '--quiet', '-m', 'link')
    const { revisions, candidates } = await target.workspace()
    const parent = (await revisions.commit('HEAD')).id
    for (const file of ['../x', '/x', '.git/config', 'a/.GIT/x', 'out/x', 'a.txt/x']) {
      await expect(candidates.store({ parent, changes: [{ path: file, content: bytes('x') }], message: 'm', ref: 'refs/ratchet/x' })).rejects.toMatchObject({ code: 'unsafe-path' })
    }
    await expect(candidates.store({ parent, changes: [], message: 'm', ref: 'refs/heads/main' })).rejects.toMatchObject({ code: 'unsafe-path' })
  })

  it('come from patches that apply, and say why one does not', async () => {
    const target = await repository(odd)
    await writeFile(path.join(target.directory, 'lib/one.js'), 'changed\n')
    await writeFile(path.join(target.directory, 'a b\n漢.txt'), 'x\r\nz')
    await writeFile(path.join(target.directory, 'bin/data'), Uint8Array.from([0, 1, 2, 0]))
    const diff = execFileSync('git', ['diff', '--binary'], { cwd: target.directory })
    target.git('checkout', '--quiet', '.')
    const { revisions, candidates } = await target.workspace()
    const base = (await revisions.commit('HEAD')).id
    const stored = await candidates.storePatch({ base, diff, message: 'p', ref: 'refs/ratchet/patches/1' })
    expect('commit' in stored && (await revisions.changes(base, stored.commit)).length).toBe(3)
    for (const bad of ['', 'nonsense', 'diff --git a/../x b/../x\nnew file mode 100644\n--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n', 'diff --git a/.git/x b/.git/x\nnew file mode 100644\n--- /dev/null\n+++ b/.git/x\n@@ -0,0 +1 @@\n+x\n']) {
      expect(await candidates.storePatch({ base, diff: bytes(bad), message: 'p', ref: 'refs/ratchet/patches/2' })).toHaveProperty('refused')
    }
  })
})

describe('slots', () => {
  const never = (): boolean => false

  it('hold exactly the tree, byte for byte, and nothing of git', async () => {
    const target = await repository({ ...odd, '.gitattributes': '*.js text eol=crlf\n' })
    const { revisions, slots } = await target.workspace()
    const { id } = await revisions.commit('HEAD')
    await using slot = await slots.materialise({ commit: id, baseline: id, isProtected: never })
    expect((await readdir(slot.path)).sort()).toEqual(['.gitattributes', 'a b\n漢.txt', 'bin', 'lib', 'test'])
    for (const [name, content] of Object.entries(odd)) expect(await readFile(path.join(slot.path, name))).toEqual(Buffer.from(content as string))
  })

  it('are reused warm, and differ only where the trees do', async () => {
    const target = await repository(odd)
    const { revisions, candidates, slots } = await target.workspace()
    const { id } = await revisions.commit('HEAD')
    const { commit } = await candidates.store({ parent: id, changes: [{ path: 'lib/one.js', content: bytes('new') }, { path: 'lib/two.js', content: null }], message: 'm', ref: 'refs/ratchet/x' })
    const first = await slots.materialise({ commit: id, baseline: id, isProtected: never })
    const before = await lstat(path.join(first.path, 'test/t.js'))
    await first[Symbol.asyncDispose]()
    await using second = await slots.materialise({ commit, baseline: id, isProtected: never })
    expect(second.path).toBe(first.path)
    expect(await readdir(path.join(second.path, 'lib'))).toEqual(['one.js'])
    expect((await lstat(path.join(second.path, 'test/t.js'))).ino).toBe(before.ino)
    await using third = await slots.materialise({ commit, baseline: id, isProtected: never })
    expect(third.path).not.toBe(second.path)
  })

  it('take protected files from the baseline, whatever the candidate did to them', async () => {
    const target = await repository({ 'test/a.js': 'a', 'test/b.js': 'b', 'src/x.js': 'x' })
    const { revisions, candidates, slots } = await target.workspace()
    const { id } = await revisions.commit('HEAD')
    const isProtected = (file: string): boolean => file.startsWith('test/')
    const store = async (parent: string, changes: readonly FileChange[]): Promise<string> => (await candidates.store({ parent, changes, message: 'm', ref: 'refs/ratchet/c' })).commit
    const emptied = await store(id, [{ path: 'test/a.js', content: null }, { path: 'test/b.js', content: null }])
    const cheats = [
      await store(id, [{ path: 'test/a.js', content: bytes('weak') }, { path: 'test/b.js', content: null }, { path: 'test/c.js', content: bytes('more') }]),
      await store(emptied, [{ path: 'test', content: bytes('a file in the way') }]),
      await store(emptied, [{ path: 'test/a.js/shadow', content: bytes('x') }]),
    ]
    for (const commit of cheats) {
      await using slot = await slots.materialise({ commit, baseline: id, isProtected })
      expect(await readdir(path.join(slot.path, 'test'))).toEqual(['a.js', 'b.js'])
      expect(await readFile(path.join(slot.path, 'test/a.js'), 'utf8')).toBe('a')
    }
  })

  it('never write through a link that a candidate puts where a directory was', async () => {
    const outside = await mkdtemp(path.join(os.tmpdir(), 'ratchet-outside-'))
    open.push({ dispose: () => rm(outside, { recursive: true, force: true }) })
    const target = await repository({ 'src/x.js': 'x', 'keep.txt': 'k' })
    target.git('checkout', '--quiet', '-b', 'evil')
    await rm(path.join(target.directory, 'src'), { recursive: true })
    await symlink(outside, path.join(target.directory, 'src'))
    target.git('add', '--all')
    target.git('commit', '--quiet', '-m', 'link')
    const { revisions, slots } = await target.workspace()
    const [main, evil] = [(await revisions.commit('main')).id, (await revisions.commit('evil')).id]
    for (const commit of [main, evil, main, evil]) {
      await using slot = await slots.materialise({ commit, baseline: main, isProtected: never })
      if (commit === evil) expect(await readlink(path.join(slot.path, 'src'))).toBe(outside)
      else expect(await readFile(path.join(slot.path, 'src/x.js'), 'utf8')).toBe('x')
    }
    expect(await readdir(outside)).toEqual([])
  })
})

describe('the branch', () => {
  async function moved(files: Readonly<Record<string, string>> = { 'a.txt': 'a\n', 'b.txt': 'b\n' }) {
    const target = await repository(files)
    const workspace = await target.workspace()
    const head = await workspace.revisions.commit('HEAD')
    const { tree } = await workspace.candidates.store({ parent: head.id, changes: [{ path: 'a.txt', content: bytes('new\n') }, { path: 'added.txt', content: bytes('added\n') }], message: 'm', ref: 'refs/ratchet/x' })
    const next = await workspace.branch.writeCommit({ tree, parents: [head.id], message: 'subject\n\nTrailer: x\n', date: 1_700_000_000 })
    return { target, workspace, head, next, ref: 'refs/heads/main' }
  }

  it('moves by compare-and-swap, and the clean working tree follows', async () => {
    const { target, workspace, head, next, ref } = await moved()
    expect(await workspace.branch.state(null)).toEqual({ ref, tip: head.id, checkedOut: true, dirtyPaths: [] })
    expect(await workspace.branch.advance({ ref, expected: head.id, next })).toEqual({ moved: true })
    expect(target.git('status', '--porcelain')).toBe('')
    expect(await readFile(path.join(target.directory, 'added.txt'), 'utf8')).toBe('added\n')
    expect(target.git('log', '-1', '--format=%B%at')).toContain('Trailer: x')
    expect(await workspace.branch.advance({ ref, expected: head.id, next: head.id })).toEqual({ moved: false })
  })

  it('is not moved over uncommitted or untracked work', async () => {
    const { target, workspace, head, next, ref } = await moved()
    await writeFile(path.join(target.directory, 'b.txt'), 'edited\n')
    await expect(workspace.branch.advance({ ref, expected: head.id, next })).rejects.toMatchObject({ code: 'dirty-working-tree' })
    target.git('checkout', '--quiet', '.')
    await writeFile(path.join(target.directory, 'added.txt'), 'mine\n')
    await expect(workspace.branch.advance({ ref, expected: head.id, next })).rejects.toMatchObject({ code: 'dirty-working-tree' })
    expect(await readFile(path.join(target.directory, 'added.txt'), 'utf8')).toBe('mine\n')
    expect(target.git('rev-parse', 'main')).toBe(head.id)
  })

  it('killed between ref and working tree, is finished by the same call, also half-way', async () => {
    for (const halfWay of [false, true]) {
      const { target, workspace, head, next, ref } = await moved()
      target.git('update-ref', ref, next, head.id)
      if (halfWay) await writeFile(path.join(target.directory, 'a.txt'), 'new\n')
      expect(await workspace.branch.advance({ ref, expected: head.id, next })).toEqual({ moved: true })
      expect(target.git('status', '--porcelain')).toBe('')
    }
  })

  it('killed in between and then edited, is left alone', async () => {
    const { target, workspace, head, next, ref } = await moved()
    target.git('update-ref', ref, next, head.id)
    await writeFile(path.join(target.directory, 'b.txt'), 'precious\n')
    await expect(workspace.branch.advance({ ref, expected: head.id, next })).rejects.toMatchObject({ code: 'dirty-working-tree' })
    expect(await readFile(path.join(target.directory, 'b.txt'), 'utf8')).toBe('precious\n')
  })

  it('that is not checked out moves without touching any file, also a new one', async () => {
    const { target, workspace, head, next } = await moved()
    expect(await workspace.branch.advance({ ref: 'refs/heads/side', expected: null, next })).toEqual({ moved: true })
    expect(target.git('rev-parse', 'side')).toBe(next)
    expect(target.git('status', '--porcelain')).toBe('')
    await expect(workspace.branch.state('nowhere')).rejects.toMatchObject({ code: 'unknown-revision' })
    await expect(workspace.branch.state('-x')).rejects.toBeInstanceOf(WorkspaceError)
    target.git('checkout', '--quiet', '--detach', head.id)
    await expect(workspace.branch.state(null)).rejects.toMatchObject({ code: 'detached-head' })
  })

  it('merges three ways on any base, which is what a revert beneath later changes needs', async () => {
    const { target, workspace, head, next, ref } = await moved()
    await workspace.branch.advance({ ref, expected: head.id, next })
    await writeFile(path.join(target.directory, 'b.txt'), 'later\n')
    target.git('commit', '--quiet', '--all', '-m', 'later')
    const tip = (await workspace.revisions.commit('HEAD')).id
    const reverted = await workspace.branch.merge(next, tip, head.id)
    expect(reverted.kind).toBe('merged')
    if (reverted.kind === 'merged') expect(target.git('ls-tree', '--name-only', reverted.tree)).toBe('a.txt\nb.txt')
    await writeFile(path.join(target.directory, 'a.txt'), 'other\n')
    target.git('commit', '--quiet', '--all', '-m', 'overlap')
    expect(await workspace.branch.merge(next, (await workspace.revisions.commit('HEAD')).id, head.id)).toEqual({ kind: 'conflict', paths: ['a.txt'] })
  })
})

describe('opening', () => {
  it('refuses what is no repository and what has no commit', async () => {
    const target = await repository({})
    const { revisions } = await target.workspace()
    await expect(revisions.commit('HEAD')).rejects.toMatchObject({ code: 'unborn-head' })
    await expect(openGitWorkspace({ directory: path.join(target.directory, 'nowhere'), environment: process.env })).rejects.toMatchObject({ code: 'not-a-repository' })
    await expect(openGitWorkspace({ directory: os.tmpdir(), environment: process.env })).rejects.toMatchObject({ code: 'not-a-repository' })
    await expect(openGitWorkspace({ directory: target.directory, environment: { PATH: '/nonexistent' } })).rejects.toMatchObject({ code: 'git-missing' })
  })

  it('works from a subdirectory, a linked working tree, a bare repository and with SHA-256', async () => {
    const target = await repository(odd)
    const linked = path.join(target.directory, '../linked')
    target.git('worktree', 'add', '--quiet', linked, '-b', 'side')
    const bare = path.join(target.directory, '../bare.git')
    target.git('clone', '--quiet', '--bare', target.directory, bare)
    const hashed = await repository({ 'a.txt': 'a' }, { init: ['--object-format=sha256'] })
    for (const [directory, length] of [[path.join(target.directory, 'lib'), 40], [linked, 40], [bare, 40], [hashed.directory, 64]] as const) {
      await using workspace = await openGitWorkspace({ directory, environment: process.env })
      const head = await workspace.revisions.commit('HEAD')
      expect(head.id).toHaveLength(length)
      const { commit } = await workspace.candidates.store({ parent: head.id, changes: [{ path: 'new', content: bytes('x') }], message: 'm', ref: 'refs/ratchet/x' })
      await using slot = await workspace.slots.materialise({ commit, baseline: head.id, isProtected: () => false })
      expect(await readdir(slot.path)).toContain('new')
    }
    await using workspace = await openGitWorkspace({ directory: linked, environment: process.env })
    expect(path.dirname(workspace.stateDirectory)).toBe(target.directory)
    expect((await workspace.branch.state(null)).ref).toBe('refs/heads/side')
  })

  it('leaves no directory behind', async () => {
    const target = await repository({ 'a.txt': 'a' })
    const workspace = await openGitWorkspace({ directory: target.directory, environment: process.env })
    expect((await lstat(workspace.scratch)).isDirectory()).toBe(true)
    await workspace[Symbol.asyncDispose]()
    await expect(lstat(workspace.scratch)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
