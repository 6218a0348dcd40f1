import { appendFile, chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { openGitWorkspace } from './git-workspace.ts'
import { bytes, gitOutput, testDirectory, testRepository, type TestRepository } from './test-repository.ts'

const ref = 'refs/heads/main'

interface Trap {
  readonly target: TestRepository
  /** A command that leaves a file of this name among the marks when it runs. */
  command(name: string): string
  marks(): Promise<readonly string[]>
}

async function trap(files: Readonly<Record<string, string>>): Promise<Trap> {
  const target = await testRepository(files)
  const home = await testDirectory()
  await mkdir(path.join(home, 'marks'))
  const script = path.join(home, 'mark')
  await writeFile(script, `#!/bin/sh\n: > '${home}/marks/'"$1"\ncat\n`)
  await chmod(script, 0o755)
  return { target, command: (name) => `${script} ${name}`, marks: () => readdir(path.join(home, 'marks')) }
}

/** Everything that a repository's own files can name as a command. */
async function arm({ target, command }: Trap): Promise<void> {
  for (const hook of ['pre-commit', 'post-commit', 'reference-transaction', 'post-checkout', 'post-merge', 'post-index-change', 'pre-auto-gc', 'fsmonitor-watchman', 'applypatch-msg', 'post-rewrite']) {
    const file = path.join(target.directory, '.git/hooks', hook)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, `#!/bin/sh\nexec ${command(hook)} < /dev/null\n`)
    await chmod(file, 0o755)
  }
  const included = path.join(target.directory, '.git/more')
  await writeFile(included, `[filter "included = odd.name"]\n\tclean = "${command('included-clean')}"\n\tsmudge = "${command('included-smudge')}"\n`)
  const settings = {
    'core.fsmonitor': command('fsmonitor'), 'core.pager': command('pager'), 'core.editor': command('editor'), 'core.sshCommand': command('ssh'), 'core.askPass': command('askpass'), 'core.alternateRefsCommand': command('alternate'),
    'filter.evil.clean': command('clean'), 'filter.evil.smudge': command('smudge'), 'filter.evil.required': 'true', 'filter.proc.process': command('process'), 'filter.proc.required': 'true',
    'diff.external': command('diff-external'), 'diff.evil.command': command('diff-command'), 'diff.evil.textconv': command('textconv'), 'diff.evil.cachetextconv': 'true', 'merge.evil.driver': command('merge'), 'merge.default': 'evil',
    'gpg.program': command('gpg'), 'gpg.ssh.program': command('gpg-ssh'), 'commit.gpgSign': 'true', 'log.showSignature': 'true', 'credential.helper': `!${command('credential')}`, 'sequence.editor': command('sequence'),
    'include.path': included, 'apply.whitespace': 'fix', 'apply.ignoreWhitespace': 'change', 'interactive.diffFilter': command('interactive'), 'alias.read-tree': `!${command('alias')}`, 'core.hooksPath': path.join(target.directory, '.git/hooks'),
    'remote.origin.promisor': 'true', 'remote.origin.url': `ext::${command('ext')}`, 'remote.origin.uploadpack': command('uploadpack'), 'protocol.ext.allow': 'always', 'protocol.allow': 'always', 'extensions.partialClone': 'origin',
  }
  for (const [key, value] of Object.entries(settings)) target.git('config', key, value)
}

describe('a repository that names commands wherever git would run one', () => {
  it('gets none of them run, whatever Ratchet does with it', { timeout: 60_000 }, async () => {
    const attributes = '*.evil filter=evil diff=evil merge=evil\n*.proc filter=proc\n*.more filter="included = odd.name"\n'
    const made = await trap({ '.gitattributes': attributes, 'a.evil': '1\n2\n3\n4\n5\n', 'b.proc': 'b\n', 'c.more': 'c\n', 'd.txt': 'd\n' })
    await arm(made)
    const { target } = made
    await using workspace = await openGitWorkspace({ directory: target.directory, environment: { ...process.env, GIT_EXTERNAL_DIFF: made.command('env-diff'), GIT_PAGER: made.command('env-pager'), GIT_SSH_COMMAND: made.command('env-ssh') } })
    const { revisions, candidates, branch, slots } = workspace
    const head = await revisions.commit('HEAD')
    const changes = ['a.evil', 'b.proc', 'c.more', 'd.txt', 'new.evil'].map((file) => ({ path: file, content: bytes(`changed ${file}\n`) }))
    const { commit, tree } = await candidates.store({ parent: head.id, changes, message: 'm', ref: 'refs/ratchet/x' })
    const patch = await candidates.storePatch({ base: head.id, diff: bytes('--- a/a.evil\n+++ b/a.evil\n@@ -1,2 +1,2 @@\n-1\n+one \n 2\n'), message: 'm', ref: 'refs/ratchet/y' })
    expect('commit' in patch && Buffer.from((await revisions.blobs([(await revisions.entries(patch.commit)).find((entry) => entry.path === 'a.evil')?.id ?? '']))[0] ?? []).toString()).toBe('one \n2\n3\n4\n5\n')
    const spaced = '--- a/d.txt\n+++ b/d.txt\n@@ -1 +1 @@\n-d \n+x\n'
    expect(await candidates.storePatch({ base: head.id, diff: bytes(spaced), message: 'm', ref: 'refs/ratchet/z' })).toHaveProperty('refused')
    expect(await revisions.diff(head.id, commit)).toContain('+changed a.evil')
    expect(await revisions.changes(head.id, commit)).toHaveLength(5)
    await using slot = await slots.materialise({ commit, baseline: head.id, isProtected: () => false })
    expect(await readdir(slot.path)).toContain('new.evil')
    if ('commit' in patch) expect(await branch.merge(head.id, commit, patch.commit)).toEqual({ kind: 'conflict', paths: ['a.evil'] })
    await branch.state('main')
    const next = await branch.writeCommit({ tree, parents: [head.id], message: 'm', date: 1 })
    expect(await branch.advance({ ref, expected: head.id, next })).toEqual({ moved: true })
    gitOutput(target.directory, ['-c', 'core.hooksPath=/dev/null', 'update-ref', 'refs/heads/other', head.id])
    expect(await branch.advance({ ref: 'refs/heads/other', expected: head.id, next })).toEqual({ moved: true })
    await expect(revisions.blobs(['1'.repeat(40)])).rejects.toMatchObject({ code: 'git-failed' })
    await expect(revisions.commit('1'.repeat(40))).rejects.toMatchObject({ code: 'unknown-revision' })
    expect(await made.marks()).toEqual([])
  })

  it('would have run them otherwise', async () => {
    const made = await trap({ '.gitattributes': '*.evil filter=evil\n', 'a.evil': 'a\n' })
    await arm(made)
    await made.target.write({ 'a.evil': 'b\n' })
    made.target.git('-c', 'core.fsmonitor=false', 'add', 'a.evil')
    expect(await made.marks()).toEqual(expect.arrayContaining(['clean', 'post-index-change']))
  })

  it('is looked at again for each move: drivers that came later, or by branch, or in one working tree only, do not run either', async () => {
    const made = await trap({ '.gitattributes': '*.evil filter=evil\n*.side filter=side\n', 'a.evil': 'a\n', 'a.side': 'a\n' })
    const { target } = made
    const workspace = await target.workspace()
    const head = await workspace.revisions.commit('HEAD')
    const linked = path.join(target.directory, '../linked')
    target.git('worktree', 'add', '--quiet', '-b', 'side', linked)
    const byBranch = path.join(target.directory, '.git/by-branch')
    await writeFile(byBranch, `[filter "evil"]\n\tsmudge = "${made.command('smudge-by-branch')}"\n`)
    target.git('config', 'includeIf.onbranch:main.path', byBranch)
    target.git('config', 'extensions.worktreeConfig', 'true')
    gitOutput(linked, ['config', '--worktree', 'filter.side.smudge', made.command('smudge-by-worktree')])
    const { commit } = await workspace.candidates.store({ parent: head.id, changes: [{ path: 'a.evil', content: bytes('b\n') }, { path: 'a.side', content: bytes('b\n') }], message: 'm', ref: 'refs/ratchet/x' })
    for (const branch of ['main', 'side']) expect(await workspace.branch.advance({ ref: `refs/heads/${branch}`, expected: head.id, next: commit })).toEqual({ moved: true })
    expect(await made.marks()).toEqual([])
  })

  it('is refused when a driver has a name that cannot be switched off', async () => {
    const { target } = await trap({ 'a.txt': 'a' })
    await appendFile(path.join(target.directory, '.git/config'), Buffer.concat([Buffer.from('[filter "'), Buffer.from([0xff]), Buffer.from('"]\n\tclean = false\n')]))
    await expect(openGitWorkspace({ directory: target.directory, environment: process.env })).rejects.toMatchObject({ code: 'git-failed', remedy: expect.stringContaining('rename') as string })
  })

  it('cannot put its own git in front of the real one', async () => {
    const made = await trap({ 'a.txt': 'a' })
    const bin = path.join(made.target.directory, 'node_modules/.bin')
    for (const folder of [bin, made.target.directory]) {
      await mkdir(folder, { recursive: true })
      await writeFile(path.join(folder, 'git'), `#!/bin/sh\nexec ${made.command('git')}\n`)
      await chmod(path.join(folder, 'git'), 0o755)
    }
    await using workspace = await openGitWorkspace({ directory: made.target.directory, environment: { PATH: `${bin}:.::${process.env['PATH']}` } })
    expect((await workspace.revisions.commit('HEAD')).subject).toBe('first')
    expect(await made.marks()).toEqual([])
  })

  it('has no replaced objects shown in place of the real ones', async () => {
    const target = await testRepository({ 'a.txt': 'real' })
    const fake = gitOutput(target.directory, ['hash-object', '-w', '--stdin'], 'fake').toString().trim()
    target.git('replace', target.git('rev-parse', 'HEAD:a.txt'), fake)
    const { revisions } = await target.workspace()
    const [entry] = await revisions.entries((await revisions.commit('HEAD')).id)
    expect(Buffer.from((await revisions.blobs([entry?.id ?? '']))[0] ?? []).toString()).toBe('real')
  })
})
