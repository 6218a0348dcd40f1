import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTarget, ratchet, shellTarget, type Outcome, type Target } from '../target.ts'

interface Document {
  readonly id: string
  readonly verdict: string
  readonly madeFrom: string | null
  readonly coAuthors: readonly string[]
  readonly commit: string
}

const secret = (name: string): string => `${name}-${'0123456789'.repeat(3)}`
const approver = (name: string): string => `{ name: ${name}, token: "sha256:${createHash('sha256').update(secret(name)).digest('hex')}" }`
/** A reported figure: a person is asked. One of two people is enough. */
const config = `${String(shellTarget['ratchet.yaml']).replace('trustReported: true', 'trustReported: false')}consent: { approvers: [${approver('jane')}, ${approver('john')}] }\n`
const dos = 'echo one\r\necho two\r\nexit'
const blob = Uint8Array.from([0, 255, 13, 10, 0, 26])
/** Not UTF-8, and without a newline at its end. */
const latin = Uint8Array.from([0x63, 0x61, 0x66, 0xe9, 0x0d, 0x0a, 0xff])

describe('edit', { timeout: 180_000 }, () => {
  let target: Target
  let folder: string
  let first: Document

  const run = (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Outcome> => ratchet([...args, '--target', target.directory], { environment: { ...process.env, XDG_CONFIG_HOME: target.configHome, ...environment } })
  const as = (name: string): readonly string[] => ['--token-file', path.join(folder, name)]
  const edit = async (id: string, who: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<{ readonly code: number | null; readonly document: Document; readonly stderr: string }> => {
    const { code, stdout, stderr } = await run(['edit', id, '--reason', 'as it should be', '--json', ...as(who), ...args], environment)
    return { code, document: JSON.parse(stdout) as Document, stderr }
  }
  const approve = (id: string, who: string): Promise<Outcome> => run(['approve', id, '--reason', 'read it', '--yes', ...as(who)])
  const blobAt = (commit: string, name: string): Promise<string> => target.git('rev-parse', `${commit}:${name}`)
  const keptFolder = (stderr: string): string => /--tree (\S+)/.exec(stderr)?.[1] ?? ''

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'ratchet-edit-people-'))
    for (const name of ['jane', 'john']) await writeFile(path.join(folder, name), secret(name), { mode: 0o600 })
    target = await makeTarget({ ...shellTarget, 'ratchet.yaml': config, 'src/dos': 'echo one\r\nexit', 'src/old': 'stays\n', 'src/twenty': Array.from({ length: 20 }, (_, n) => `${n}\n`).join('') })
    await target.git('checkout', '--quiet', '-b', 'idea')
    await target.write({ 'src/cost': '50\n', 'src/dos': dos, 'src/blob': blob, 'src/latin': latin, 'src/tool.sh': '#!/bin/sh\n' })
    await chmod(path.join(target.directory, 'src/tool.sh'), 0o755)
    await target.commit({}, 'idea')
    await target.git('checkout', '--quiet', 'main')
    first = (await target.json<Document>('evaluate', 'idea')).document
    expect(first).toMatchObject({ verdict: 'approval-required', madeFrom: null, coAuthors: [] })
  }, 180_000)
  afterAll(async () => {
    await target[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  it('makes a new proposal of what an editor leaves, byte for byte else, which its editor cannot approve alone', async () => {
    const { code, document, stderr } = await edit(first.id, 'jane', [], { VISUAL: '', EDITOR: 'sh -c \'for f in "$@"; do case $f in */cost) echo 40 > "$f"; cp "$f" "$f~" ;; esac; done\' editor' })
    expect([code, document.verdict, document.madeFrom, document.coAuthors]).toEqual([5, 'approval-required', first.id, ['jane']])
    expect(stderr).toContain('left out')
    expect(await target.git('diff', '--name-status', first.commit, document.commit)).toBe('M\tsrc/cost')
    expect(await target.git('ls-tree', document.commit, 'src/tool.sh')).toContain('100755')
    expect(await target.git('status', '--porcelain')).toBe('')
    const old = JSON.parse((await run(['show', first.id, '--json'])).stdout) as Document
    expect(old).toMatchObject({ verdict: 'approval-required', commit: first.commit, coAuthors: [] })
    // Her own yes is one, and not enough.
    expect((await approve(document.id, 'jane')).stdout).toContain('somebody who did not')
    expect(await run(['apply', document.id])).toMatchObject({ code: 5, stdout: expect.stringContaining('who edited it') as string })
    expect((await approve(document.id, 'john')).code).toBe(0)
    await target.git('branch', 'moving')
    expect((await run(['apply', document.id])).code).toBe(0)
    expect(await target.git('log', '-1', '--format=%(trailers:key=Ratchet-Edited-By,valueonly)%(trailers:key=Ratchet-Approved-By,valueonly)')).toBe('jane\njane\njohn')

    // On a branch that has moved it is another change, and hers as much as before; brought as a mere commit it is, too.
    await target.git('checkout', '--quiet', 'moving')
    await target.commit({ 'notes.txt': 'new\n' })
    const moved = await run(['apply', document.id])
    const merged = /judged as ([0-9a-f]{12})/.exec(moved.stdout)?.[1] ?? ''
    expect([moved.code, merged]).toEqual([5, expect.stringMatching(/^[0-9a-f]{12}$/)])
    expect((await approve(merged, 'jane')).stdout).toContain('somebody who did not')
    const tree = await target.git('rev-parse', `refs/ratchet/changes/${merged}^{tree}`)
    const again = await target.git('commit-tree', tree, '-p', 'main', '-m', 'my own work')
    const laundered = await target.json<Document>('evaluate', again, '--baseline', 'moving')
    expect(laundered.document).toMatchObject({ id: merged, coAuthors: ['jane'] })
    expect((await run(['verify'])).code).toBe(0)
    await target.git('checkout', '--quiet', 'main')
  })

  it('takes a patch, whole or on top, and counts everybody who had a hand in it', async () => {
    const file = path.join(folder, 'whole.patch')
    expect((await run(['edit', first.id, '--reason', '-', '--export', file])).code).toBe(0)
    const patch = await readFile(file, 'latin1')
    expect(patch).toContain('GIT binary patch')
    await writeFile(file, patch.replace('+50\n', '+45\n').replace('diff --git a/src/dos', 'diff --git a/src/old b/src/new\nsimilarity index 100%\nrename from src/old\nrename to src/new\ndiff --git a/src/dos'), 'latin1')
    const whole = await edit(first.id, 'jane', ['--patch', file])
    expect([whole.code, whole.document.coAuthors]).toEqual([5, ['jane']])
    expect(await target.git('diff', '--name-status', '--no-renames', first.commit, whole.document.commit)).toBe('M\tsrc/cost\nA\tsrc/new\nD\tsrc/old')
    for (const name of ['src/dos', 'src/blob', 'src/latin']) expect(await blobAt(whole.document.commit, name)).toBe(await blobAt(first.commit, name))
    const more = path.join(folder, 'more.patch')
    await writeFile(more, '--- a/src/cost\n+++ b/src/cost\n@@ -1 +1 @@\n-45\n+44\n')
    const second = await edit(whole.document.id, 'john', ['--patch', more, '--on-top'])
    expect([second.document.madeFrom, second.document.coAuthors]).toEqual([whole.document.id, ['jane', 'john']])
  })

  it('loses nothing of what it cannot use, and says where it is', async () => {
    const broken = path.join(folder, 'broken.patch')
    const lines = '--- a/src/twenty\n+++ b/src/twenty\n@@ -1,2 +1,3 @@\n 0\n+between\n 1\n'
    for (const [text, why] of [['no patch', 'does not apply'], [`${lines}+lost\n`, 'line 7 of the patch belongs to no hunk']] as const) {
      await writeFile(broken, text)
      const refused = await run(['edit', first.id, '--reason', 'x', '--patch', broken, ...as('jane')])
      expect(refused, text).toMatchObject({ code: 2, stderr: expect.stringContaining(why) as string })
      expect(refused.stderr).toContain(broken)
      expect(await readFile(broken, 'utf8')).toBe(text)
    }
    // Nobody ever writes to the pipe: neither a patch nor a proof is waited for.
    const pipe = path.join(folder, 'pipe')
    execFileSync('mkfifo', ['-m', '600', pipe])
    for (const odd of [pipe, folder, '/dev/zero']) {
      expect(await run(['edit', first.id, '--reason', 'x', '--patch', odd, ...as('jane')])).toMatchObject({ code: 2, stderr: expect.stringContaining(`the patch ${odd} is no plain file`) as string })
      expect(await run(['approve', first.id, '--reason', 'x', '--yes', '--token-file', odd])).toMatchObject({ code: 2, stderr: expect.stringContaining(`the token file ${odd} is no plain file`) as string })
    }
    expect(await run(['edit', first.id, '--reason', 'x', ...as('jane')], { VISUAL: 'true' })).toMatchObject({ code: 2, stderr: expect.stringContaining('as it is') as string })
    // Without a proof of who it was there is no proposal, and the text is still there.
    const unproven = await run(['edit', first.id, '--reason', 'x'], { VISUAL: 'sh -c \'echo 30 > src/cost\'' })
    expect([unproven.code, await readFile(path.join(keptFolder(unproven.stderr), 'src/cost'), 'utf8')]).toEqual([2, '30\n'])
    const crashed = await run(['edit', first.id, '--reason', 'x', ...as('jane')], { VISUAL: 'sh -c \'echo 31 > src/cost; exit 3\'' })
    const kept = keptFolder(crashed.stderr)
    expect([crashed.code, await readFile(path.join(kept, 'src/cost'), 'utf8')]).toEqual([2, '31\n'])
    await rm(path.join(kept, 'src/dos'))
    const resumed = await edit(first.id, 'john', ['--tree', kept])
    expect([resumed.code, resumed.document.coAuthors, await target.git('diff', '--name-status', first.commit, resumed.document.commit)]).toEqual([5, ['john'], 'M\tsrc/cost\nD\tsrc/dos'])
    expect(await readFile(path.join(kept, 'src/cost'), 'utf8')).toBe('31\n')
  })
})
