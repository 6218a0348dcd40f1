import { lstat, mkdir, readFile, readdir, readlink, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import type { FileChange } from '../../proposal/proposal.ts'
import { openGitWorkspace } from './git-workspace.ts'
import { bytes, gitOutput, oddFiles, openedRepository, testDirectory, testRepository, type Opened } from './test-repository.ts'

const never = (): boolean => false

async function stored({ workspace }: Opened, parent: string, changes: readonly FileChange[]): Promise<string> {
  return (await workspace.candidates.store({ parent, changes, message: 'm', ref: 'refs/ratchet/c' })).commit
}

describe('slots', () => {
  it('hold exactly the tree, byte for byte, and nothing of git', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'
    const { workspace, head } = await openedRepository({ ...oddFiles, '.gitattributes': '*.js text eol=crlf\nbig filter=lfs\n', big: pointer })
    await using slot = await workspace.slots.materialise({ commit: head.id, baseline: head.id, isProtected: never })
    expect((await readdir(slot.path)).sort()).toEqual(['-dash', '.gitattributes', 'a b\n漢.txt', 'big', 'bin', 'lib', 'lib.js', 'test'])
    for (const [name, content] of Object.entries({ ...oddFiles, big: pointer })) expect(await readFile(path.join(slot.path, name))).toEqual(Buffer.from(content as string))
    expect((await lstat(workspace.scratch)).mode & 0o777).toBe(0o700)
    expect((await lstat(slot.path)).mode & 0o777).toBe(0o755)
  })

  it('keep modes, links and submodules, and names that are no text', async () => {
    const target = await testRepository({ 'run.sh': '#!/bin/sh\n' })
    const blob = target.git('rev-parse', 'HEAD:run.sh')
    const odd = Buffer.concat([Buffer.from(`100644 ${blob}\todd/`), Buffer.from([0xff]), Buffer.from(`\x00100644 ${blob}\todd/`), Buffer.from([0xfe]), Buffer.from('\0')])
    gitOutput(target.directory, ['update-index', '-z', '--index-info'], Buffer.concat([Buffer.from(`100755 ${blob}\trun.sh\x00120000 ${blob}\tlink\x00160000 ${'1'.repeat(40)}\tmodule\0`), odd]))
    target.git('commit', '--quiet', '-m', 'odd')
    const workspace = await target.workspace()
    const { id } = await workspace.revisions.commit('HEAD')
    await using slot = await workspace.slots.materialise({ commit: id, baseline: id, isProtected: never })
    expect((await lstat(path.join(slot.path, 'run.sh'))).mode & 0o777).toBe(0o755)
    expect(await readlink(path.join(slot.path, 'link'))).toBe('#!/bin/sh\n')
    expect(await readdir(path.join(slot.path, 'module'))).toEqual([])
    expect(await readdir(path.join(slot.path, 'odd'), { encoding: 'buffer' })).toHaveLength(2)
  })

  it('are reused warm, and differ only where the trees do', async () => {
    const opened = await openedRepository(oddFiles)
    const { slots } = opened.workspace
    const { id } = opened.head
    const commit = await stored(opened, id, [{ path: 'lib/one.js', content: bytes('new') }, { path: 'lib/two.js', content: null }, { path: 'bin/data', content: null }])
    const first = await slots.materialise({ commit: id, baseline: id, isProtected: never })
    const before = await lstat(path.join(first.path, 'test/t.js'))
    await first[Symbol.asyncDispose]()
    await using second = await slots.materialise({ commit, baseline: id, isProtected: never })
    expect(second.path).toBe(first.path)
    expect(await readdir(path.join(second.path, 'lib'))).toEqual(['one.js'])
    expect(await readdir(second.path)).not.toContain('bin')
    expect((await lstat(path.join(second.path, 'test/t.js'))).ino).toBe(before.ino)
    // A late second dispose of the first hand-out must not free what is in use again.
    await first[Symbol.asyncDispose]()
    await using third = await slots.materialise({ commit, baseline: id, isProtected: never })
    expect(third.path).not.toBe(second.path)
  })

  it('take protected files from the baseline, whatever the candidate did to them', async () => {
    const opened = await openedRepository({ 'test/a.js': 'a', 'test/b.js': 'b', 'src/x.js': 'x' })
    const { id } = opened.head
    const isProtected = (file: string): boolean => file.startsWith('test/')
    const emptied = await stored(opened, id, [{ path: 'test/a.js', content: null }, { path: 'test/b.js', content: null }])
    const cheats = [
      await stored(opened, id, [{ path: 'test/a.js', content: bytes('weak') }, { path: 'test/b.js', content: null }, { path: 'test/c.js', content: bytes('more') }]),
      await stored(opened, emptied, [{ path: 'test', content: bytes('a file in the way') }]),
      await stored(opened, emptied, [{ path: 'test/a.js/shadow', content: bytes('x') }]),
      await stored(opened, id, [{ path: 'test/a.js', content: bytes('a'), mode: '100755' }]),
    ]
    for (const commit of cheats) {
      await using slot = await opened.workspace.slots.materialise({ commit, baseline: id, isProtected })
      expect(await readdir(path.join(slot.path, 'test'))).toEqual(['a.js', 'b.js'])
      expect(await readFile(path.join(slot.path, 'test/a.js'), 'utf8')).toBe('a')
      expect((await lstat(path.join(slot.path, 'test/a.js'))).mode & 0o777).toBe(0o644)
    }
  })

  it('keep a protected file a file, also when only that one path is protected', async () => {
    const opened = await openedRepository({ 'oracle.js': 'o', 'src/x.js': 'x' })
    const { id } = opened.head
    const commit = await stored(opened, id, [{ path: 'oracle.js', content: null }, { path: 'oracle.js/index.js', content: bytes('mine') }, { path: 'oracle.js/a/b.js', content: bytes('mine') }])
    await using slot = await opened.workspace.slots.materialise({ commit, baseline: id, isProtected: (file) => file === 'oracle.js' })
    expect(await readFile(path.join(slot.path, 'oracle.js'), 'utf8')).toBe('o')
  })

  it('put a protected file where the candidate has a link in place of its folder, and never write through it', async () => {
    const outside = await testDirectory()
    const opened = await openedRepository({ 'src/x.js': 'x', 'test/deep/t.js': 't', 'keep.txt': 'k' })
    const { target, workspace, head } = opened
    target.git('checkout', '--quiet', '-b', 'evil')
    for (const folder of ['src', 'test']) {
      await rm(path.join(target.directory, folder), { recursive: true })
      await symlink(outside, path.join(target.directory, folder))
    }
    const evil = target.commit('links')
    const isProtected = (file: string): boolean => file.endsWith('/t.js')
    for (const commit of [head.id, evil, head.id, evil]) {
      await using slot = await workspace.slots.materialise({ commit, baseline: head.id, isProtected })
      expect(await readFile(path.join(slot.path, 'test/deep/t.js'), 'utf8')).toBe('t')
      if (commit === evil) expect(await readlink(path.join(slot.path, 'src'))).toBe(outside)
      else expect(await readFile(path.join(slot.path, 'src/x.js'), 'utf8')).toBe('x')
    }
    expect(await readdir(outside)).toEqual([])
  })

  it('refuse trees that only a forger writes: paths that lead out, .git, one name twice', async () => {
    const { target, workspace, head } = await openedRepository({ 'a.txt': 'a' })
    const blob = Buffer.from(target.git('rev-parse', 'HEAD:a.txt'), 'hex')
    const inner = Buffer.from(target.git('rev-parse', 'HEAD^{tree}'), 'hex')
    const forge = (...entries: readonly (readonly [string, Buffer])[]): string => {
      const tree = gitOutput(target.directory, ['hash-object', '--literally', '-t', 'tree', '-w', '--stdin'], Buffer.concat(entries.flatMap(([name, id]) => [Buffer.from(`${name}\0`), id]))).toString().trim()
      return target.git('commit-tree', '-m', 'forged', tree)
    }
    const forged = [
      forge(['100644 ../x', blob]), forge(['40000 ..', inner]), forge(['40000 .git', inner]), forge(['40000 .GIT', inner]), forge(['100644 .', blob]),
      forge(['100644 a', blob], ['100644 a', blob]), forge(['120000 a', blob], ['40000 a', inner]), forge(['100644 ', blob]),
    ]
    for (const commit of forged) {
      await expect(workspace.slots.materialise({ commit, baseline: head.id, isProtected: never })).rejects.toMatchObject({ code: 'unsafe-path' })
    }
    expect(await readdir(workspace.scratch)).toEqual([])
  })

  it('that cannot be laid out are dropped, not handed out half-done', async () => {
    const opened = await openedRepository({ 'a.txt': 'a', 'b.txt': 'b' })
    const { slots } = opened.workspace
    const { id } = opened.head
    const first = await slots.materialise({ commit: id, baseline: id, isProtected: never })
    await rm(path.join(first.path, 'a.txt'))
    await mkdir(path.join(first.path, 'a.txt'))
    await first[Symbol.asyncDispose]()
    const commit = await stored(opened, id, [{ path: 'a.txt', content: bytes('new') }])
    await expect(slots.materialise({ commit, baseline: id, isProtected: never })).rejects.toMatchObject({ code: 'slot-failed' })
    await using second = await slots.materialise({ commit, baseline: id, isProtected: never })
    expect(second.path).not.toBe(first.path)
    expect(await readFile(path.join(second.path, 'a.txt'), 'utf8')).toBe('new')
  })

  it('stop being made once the signal has fired', async () => {
    const target = await testRepository({ 'a.txt': 'a' })
    const abort = new AbortController()
    await using workspace = await openGitWorkspace({ directory: target.directory, environment: process.env, signal: abort.signal })
    const { id } = await workspace.revisions.commit('HEAD')
    abort.abort()
    await expect(workspace.slots.materialise({ commit: id, baseline: id, isProtected: never })).rejects.toThrow(abort.signal.reason as Error)
    await expect(workspace.candidates.store({ parent: id, changes: [], message: 'm', ref: 'refs/ratchet/x' })).rejects.toThrow(abort.signal.reason as Error)
  })
})
