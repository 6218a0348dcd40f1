import { spawn } from 'node:child_process'
import { chmod, copyFile, mkdir, readdir, stat, symlink, utimes } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FileChange } from '../../proposal/proposal.ts'
import { openOwnedDirectory } from '../../workspace/owned-directory.ts'
import { bytes, gitOutput, oddFiles, openedRepository, testRepository } from './test-repository.ts'

const message = 'm\n'

describe('candidates', () => {
  it('are commits that differ from their parent in exactly the changed files, the same every time', async () => {
    const { target, workspace, head } = await openedRepository(oddFiles)
    const changes = [{ path: 'lib/one.js', content: bytes('new\r\n') }, { path: 'lib/deep/er.js', content: bytes('') }, { path: 'bin/data', content: null }]
    const candidate = { parent: head.id, changes, message, ref: 'refs/ratchet/r/1' }
    const first = await workspace.candidates.store(candidate)
    expect(await workspace.candidates.store(candidate)).toEqual(first)
    expect(target.git('rev-parse', 'refs/ratchet/r/1')).toBe(first.commit)
    expect(await workspace.revisions.changes(head.id, first.commit)).toEqual([
      { path: 'bin/data', status: 'deleted', oldMode: '100644', newMode: '000000' },
      { path: 'lib/deep/er.js', status: 'added', oldMode: '000000', newMode: '100644' },
      { path: 'lib/one.js', status: 'modified', oldMode: '100644', newMode: '100644' },
    ])
    expect(target.git('fsck', '--strict', '--no-dangling')).toBe('')
    expect(target.git('log', '-1', '--format=%an %ae %at %cn %ct', first.commit)).toBe(`Ratchet ratchet@localhost ${target.git('log', '-1', '--format=%ct')} Ratchet ${target.git('log', '-1', '--format=%ct')}`)
    expect(await workspace.revisions.diff(head.id, first.commit)).toContain('+new')
  })

  it('hold what they were given, whether or not it was worth compressing', async () => {
    const { target, workspace, head } = await openedRepository({ 'keep.txt': 'k' })
    const sizes = [0, 1, 255, 256, 4071, 4072, 4073, 4074, 4075, 4096, 5000, 70_000]
    const changes = sizes.map((size) => ({ path: `f${size}`, content: Uint8Array.from({ length: size }, (_, at) => (at * 7919 + size) % 256) }))
    const { commit } = await workspace.candidates.store({ parent: head.id, changes, message, ref: 'refs/ratchet/r/1' })
    expect(target.git('fsck', '--strict', '--no-dangling')).toBe('')
    for (const { path: name, content } of changes) expect(gitOutput(target.directory, ['cat-file', 'blob', `${commit}:${name}`]).equals(Buffer.from(content))).toBe(true)
    target.git('gc', '--quiet')
    expect(target.git('fsck', '--strict', '--no-dangling')).toBe('')
  })

  it('are refused where git has something else under the name of what was written', async () => {
    const { target, workspace, head } = await openedRepository({ 'keep.txt': 'k' })
    const wrong = gitOutput(target.directory, ['hash-object', '-w', '--stdin'], bytes('something else')).toString().trim()
    const right = gitOutput(target.directory, ['hash-object', '--stdin'], bytes('what was meant')).toString().trim()
    const objects = path.join(target.directory, '.git/objects')
    await mkdir(path.join(objects, right.slice(0, 2)), { recursive: true })
    await copyFile(path.join(objects, wrong.slice(0, 2), wrong.slice(2)), path.join(objects, right.slice(0, 2), right.slice(2)))
    const stored = workspace.candidates.store({ parent: head.id, changes: [{ path: 'a', content: bytes('what was meant') }], message, ref: 'refs/ratchet/r/1' })
    await expect(stored).rejects.toMatchObject({ code: 'git-failed' })
    expect(target.git('for-each-ref', 'refs/ratchet/')).toBe('')
  })

  it('are the same trees that git itself would write, whatever the names', async () => {
    const { target, workspace, head } = await openedRepository({ 'keep.txt': 'k' })
    const segment = fc.constantFrom('a', 'b', 'a.b', 'a-b', 'ä', ' ', '漢\n', '-x')
    const file = fc.record({ path: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => [...parts, 'f'].join('/')), content: fc.uint8Array({ maxLength: 20 }), mode: fc.constantFrom('100644' as const, '100755' as const) })
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(file, { selector: (change) => change.path, minLength: 1, maxLength: 6 }), async (changes) => {
        const { tree } = await workspace.candidates.store({ parent: head.id, changes, message, ref: 'refs/ratchet/p' })
        const records = changes.map(({ path: name, content, mode }) => `${mode} ${gitOutput(target.directory, ['hash-object', '--stdin'], content).toString().trim()}\t${name}\0`)
        const index = ['-c', 'core.fsync=none']
        gitOutput(target.directory, [...index, 'read-tree', head.id])
        gitOutput(target.directory, [...index, 'update-index', '-z', '--index-info'], records.join(''))
        expect(tree).toBe(target.git('write-tree', '--missing-ok'))
      }),
      { numRuns: 25, seed: 1 },
    )
  })

  it('keep executable bits, links, submodules and names that are no text', async () => {
    const target = await testRepository({ 'run.sh': '#!/bin/sh\n', 'a.txt': 'a' })
    await chmod(path.join(target.directory, 'run.sh'), 0o755)
    await symlink('/etc/passwd', path.join(target.directory, 'link'))
    target.git('add', '--all')
    const raw = Buffer.concat([Buffer.from(`160000 ${'1'.repeat(40)}\tmodule\x00100644 ${target.git('rev-parse', ':a.txt')}\t`), Buffer.from([0xff, 0xfe]), Buffer.from('\0')])
    gitOutput(target.directory, ['update-index', '-z', '--index-info'], raw)
    target.git('commit', '--quiet', '-m', 'second')
    const { revisions, candidates } = await target.workspace()
    const head = await revisions.commit('HEAD')
    const { commit } = await candidates.store({ parent: head.id, changes: [{ path: 'run.sh', content: bytes('x') }, { path: 'a.txt', content: bytes('b') }], message, ref: 'refs/ratchet/x' })
    const listed = gitOutput(target.directory, ['ls-tree', '-z', commit])
    expect(listed.includes(Buffer.from([0xff, 0xfe]))).toBe(true)
    expect((await revisions.entries(commit)).map(({ path: file, mode }) => `${mode} ${file}`)).toEqual(['100644 a.txt', '120000 link', '160000 module', '100755 run.sh', '100644 \ufffd\ufffd'])
  })

  it('may put a file where a directory was emptied, and the other way round', async () => {
    const { workspace, head } = await openedRepository({ 'd/x': 'x', 'd/y': 'y', f: 'f' })
    const { commit } = await workspace.candidates.store({ parent: head.id, changes: [{ path: 'd', content: bytes('now a file') }, { path: 'd/x', content: null }, { path: 'd/y', content: null }, { path: 'f/in', content: bytes('in') }, { path: 'f', content: null }], message, ref: 'refs/ratchet/x' })
    expect((await workspace.revisions.entries(commit)).map(({ path: file }) => file)).toEqual(['d', 'f/in'])
    const emptied = await workspace.candidates.store({ parent: commit, changes: [{ path: 'd', content: null }, { path: 'f/in', content: null }], message, ref: 'refs/ratchet/y' })
    expect(await workspace.revisions.entries(emptied.commit)).toEqual([])
  })

  it('never write to unsafe paths, through a link, or over a whole directory', async () => {
    const { target, workspace, head } = await openedRepository({ 'a.txt': 'a', 'd/x': 'x' })
    await symlink('/tmp', path.join(target.directory, 'out'))
    const parent = target.commit('link')
    const refuse = (changes: readonly FileChange[], ref = 'refs/ratchet/x') => expect(workspace.candidates.store({ parent, changes, message, ref })).rejects.toMatchObject({ code: 'unsafe-path' })
    for (const file of ['../x', '/x', '.git/config', 'a/.GIT/x', 'git~1', 'out/x', 'a.txt/x', 'd']) await refuse([{ path: file, content: bytes('x') }])
    await refuse([{ path: 'd', content: null }])
    await refuse([{ path: 'n', content: bytes('x') }, { path: 'n/x', content: bytes('x') }])
    for (const ref of ['refs/heads/main', 'refs/ratchet/', 'refs/ratchet/a//b', 'refs/ratchet/a\ndelete refs/heads/main', 'refs/ratchet/../heads/main']) await refuse([], ref)
    expect(target.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main')
    expect(head.id).not.toBe(parent)
  })

  it('stored at once do not mix, and one that fails does not disturb the others', async () => {
    const { target, workspace, head } = await openedRepository(oddFiles)
    const store = (name: number, parent = head.id) => workspace.candidates.store({ parent, changes: [{ path: 'lib/one.js', content: bytes(`${name}`) }], message, ref: `refs/ratchet/c/${name}` })
    await store(0)
    const results = await Promise.allSettled([...Array.from({ length: 20 }, (_, name) => store(name)), store(90, '1'.repeat(40)), workspace.candidates.store({ parent: head.id, changes: [], message, ref: 'refs/ratchet/c/0/below' })])
    expect(results.map(({ status }) => status)).toEqual([...Array.from({ length: 20 }, () => 'fulfilled'), 'rejected', 'rejected'])
    for (let name = 0; name < 20; name++) expect(target.git('show', `refs/ratchet/c/${name}:lib/one.js`)).toBe(`${name}`)
    expect(await store(7)).toEqual((results[7] as PromiseFulfilledResult<unknown>).value)
  })

  it('renew the date of an object that is there already, so that pruning leaves it alone, and leave nothing temporary', async () => {
    const { target, workspace, head } = await openedRepository({ 'a.txt': 'a' })
    const candidate = { parent: head.id, changes: [{ path: 'a.txt', content: bytes('b') }], message, ref: 'refs/ratchet/x' }
    const { commit } = await workspace.candidates.store(candidate)
    const file = path.join(workspace.gitDirectory, 'objects', commit.slice(0, 2), commit.slice(2))
    await utimes(file, 1, 1)
    await workspace.candidates.store(candidate)
    expect((await stat(file)).mtimeMs).toBeGreaterThan(1e9)
    expect((await stat(file)).mode & 0o777).toBe(0o444)
    expect((await readdir(path.join(workspace.gitDirectory, 'objects'), { recursive: true })).filter((name) => name.includes('tmp_obj'))).toEqual([])
    target.git('gc', '--quiet', '--prune=now')
    expect(await workspace.candidates.store(candidate)).toMatchObject({ commit })
    expect((await workspace.revisions.commit(commit)).parents).toEqual([head.id])
  })
})

describe('a process killed while it stores', () => {
  it('leaves every ref naming a whole commit, and the same stores work again', async () => {
    const { target, workspace, head } = await openedRepository(oddFiles)
    const module = new URL('./git-workspace.ts', import.meta.url).href
    const program = `
      const { openGitWorkspace } = await import(${JSON.stringify(module)})
      const { candidates } = await openGitWorkspace({ directory: process.cwd(), environment: process.env })
      for (let step = 0; ; step++) {
        await Promise.all([0, 1, 2].map((lane) => candidates.store({ parent: ${JSON.stringify(head.id)}, changes: [{ path: 'lib/one.js', content: Buffer.from(step + ':' + lane) }], message: 'm', ref: 'refs/ratchet/' + lane + '/' + step })))
        process.stdout.write('.')
      }`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: target.directory, stdio: ['ignore', 'pipe', 'inherit'] })
    let written = 0
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        written += chunk.length
        if (written > 20) child.kill('SIGKILL')
      })
      child.once('close', () => resolve())
    })
    expect(child.signalCode).toBe('SIGKILL')
    expect(target.git('fsck', '--strict', '--no-dangling')).toBe('')
    const refs = target.git('for-each-ref', '--format=%(objectname) %(refname)', 'refs/ratchet').split('\n')
    expect(refs.length).toBeGreaterThanOrEqual(written * 3)
    for (const line of refs) {
      const [commit, ref = ''] = line.split(' ')
      const [, , lane, step] = ref.split('/')
      expect((await workspace.candidates.store({ parent: head.id, changes: [{ path: 'lib/one.js', content: bytes(`${step}:${lane}`) }], message: 'm', ref })).commit).toBe(commit)
    }
    await using cleared = await openOwnedDirectory()
    const dead = (await readdir(path.dirname(cleared.path))).filter((name) => name.startsWith(`ratchet-${child.pid}-`))
    expect(dead).toEqual([])
  })
})

describe('patches', () => {
  it('become candidates when they apply, byte for byte', async () => {
    const { target, workspace, head } = await openedRepository(oddFiles)
    await target.write({ 'lib/one.js': 'changed\n', 'a b\n漢.txt': 'x\r\nz', 'bin/data': Uint8Array.from([0, 1, 2, 0]), 'new ü\n': 'n\r\n' })
    target.git('add', '--all')
    const diff = gitOutput(target.directory, ['diff', '--cached', '--binary'])
    const tree = target.git('write-tree')
    target.git('reset', '--quiet', '--hard')
    const stored = await workspace.candidates.storePatch({ base: head.id, diff, message, ref: 'refs/ratchet/patches/1' })
    expect(stored).toMatchObject({ tree })
    expect(target.git('status', '--porcelain')).toBe('')
    expect(await readdir(workspace.scratch)).toEqual([])
  })

  it('that do not apply, do nothing or write where nobody may are refused with a reason', async () => {
    const { target, workspace, head } = await openedRepository(oddFiles)
    const added = (file: string): string => `diff --git a/${file} b/${file}\nnew file mode 100644\n--- /dev/null\n+++ b/${file}\n@@ -0,0 +1 @@\n+x\n`
    const link = 'diff --git a/up b/up\nnew file mode 120000\n--- /dev/null\n+++ b/up\n@@ -0,0 +1 @@\n+/tmp\n\\ No newline at end of file\n'
    const stale = 'diff --git a/lib/one.js b/lib/one.js\n--- a/lib/one.js\n+++ b/lib/one.js\n@@ -1 +1 @@\n-not there\n+x\n'
    for (const bad of ['', 'nonsense', stale, added('../x'), added('/etc/x'), added('.git/x'), added('a/.GIT/x'), added('git~1/x'), link + added('up/x')]) {
      const result = await workspace.candidates.storePatch({ base: head.id, diff: bytes(bad), message, ref: 'refs/ratchet/patches/2' })
      expect(result, bad).toHaveProperty('refused')
      expect('refused' in result && result.refused.length).toBeGreaterThan(0)
    }
    expect(target.git('for-each-ref', 'refs/ratchet')).toBe('')
  })
})
