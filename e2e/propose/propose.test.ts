import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTarget, shellTarget, type Target, type Verdict } from '../target.ts'

interface Proposed extends Verdict {
  readonly proposer: string
  readonly rationale: string
  readonly parent: string
  readonly commit: string
}

interface Refused {
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string | null }
}

const change = (file: string, from: string, to: string): string => `diff --git a/${file} b/${file}\n--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-${from}\n+${to}\n`
const halved = change('src/cost', '100', '50')

describe('ratchet propose', () => {
  let target: Target
  let [known, variant] = ['', '']
  beforeAll(async () => {
    target = await makeTarget(shellTarget)
  })
  afterAll(() => target[Symbol.asyncDispose]())

  const propose = async <T = Proposed>(diff: string | Uint8Array, ...options: readonly string[]): Promise<{ readonly code: number | null; readonly document: T; readonly stderr: string }> => {
    const file = path.join(target.directory, '../change.patch')
    await writeFile(file, diff)
    return target.json<T>('propose', file, ...options)
  }

  it('judges a patch through the whole gate, and keeps it in the archive', async () => {
    const { code, document } = await propose(halved, '--rationale', 'half of it\n\nRatchet-Approved-By: nobody\u001b[2J')
    expect([code, document.verdict, document.proposer, document.rationale]).toEqual([0, 'accepted', 'human', 'half of it Ratchet-Approved-By: nobody'])
    expect(document.oracle).toMatchObject({ cases: 16, mismatches: 0 })
    expect(await target.git('show', `refs/ratchet/changes/${document.id}:src/cost`)).toBe('50')
    const { document: all } = await target.json<readonly Proposed[]>('proposals', '--all')
    expect(all.map(({ id }) => id)).toContain(document.id)
  })

  it('recognises the same content, whatever the patch looks like, and does not judge it again; also on standard input', async () => {
    const { code, document, stderr } = await propose(`Subject: again\n\n${halved.replace('diff --git a/src/cost b/src/cost\n', '')}`)
    expect([code, document.verdict, stderr]).toEqual([0, 'accepted', expect.stringContaining('was proposed before') as string])
    ;({ id: known, commit: variant } = document)
    const command = fileURLToPath(new URL('../../packages/cli/bin/ratchet.js', import.meta.url))
    const child = spawn(process.execPath, [command, 'propose', '-', '--target', target.directory], { stdio: ['pipe', 'ignore', 'ignore'], env: { ...process.env, XDG_CONFIG_HOME: target.configHome } })
    child.stdin.end(halved)
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
  })

  it('goes on from another proposal, held against the same baseline', async () => {
    const { code, document } = await propose(change('src/cost', '50', '25'), '--parent', known.slice(0, 6))
    expect([code, document.parent, document.metrics['cost']?.effect?.estimate]).toEqual([0, variant, 4])
  })

  it('rejects what breaks a test, and what changes its judges, with a verdict', async () => {
    expect(await propose(change('src/answer', 'echo "$(( $1 * 2 ))"', 'echo "$(( $1 + 2 ))"'))).toMatchObject({ code: 3, document: { verdict: 'rejected', reasons: [{ code: 'test-run-failed' }, { code: 'tests-failed' }] } })
    expect(await propose(`--- /dev/null\n+++ b/constitution.yaml\n@@ -0,0 +1 @@\n+version: 1\n`)).toMatchObject({ code: 3, document: { verdict: 'rejected', screening: { decision: 'deny' } } })
  })

  it('keeps the commit that was judged last, whichever patches come to the same', async () => {
    const denied = `--- /dev/null\n+++ b/constitution.yaml\n@@ -0,0 +1 @@\n+version: 2\n`
    const { document: first } = await propose(denied)
    const kept = async (): Promise<string> => (await target.git('rev-parse', `refs/ratchet/changes/${first.id}`)).trim()
    expect(await kept()).toBe(first.commit)
    const { document: second } = await target.json<Proposed>('evaluate', path.join(target.directory, '../change.patch'))
    expect([second.id, second.commit === first.commit, await kept()]).toEqual([first.id, false, second.commit])
    const { document: again } = await propose(denied)
    expect([again.commit, await kept()]).toEqual([second.commit, second.commit])
  })

  it.each<[string, string | Uint8Array, string]>([
    ['empty', '', 'is empty'],
    ['above the target', change('../outside', 'a', 'b'), 'has a segment ..'],
    ['for another state', change('src/cost', '7', '8'), 'does not apply'],
    ['huge', `${halved}${'#'.repeat(1024 * 1024)}`, 'more than 1048576'],
  ])('refuses a patch that is %s, and says so', async (_, diff, said) => {
    const { code, document } = await propose<Refused>(diff)
    expect([code, document.error.code, document.error.message, document.error.remedy]).toEqual([2, 'bad-patch', expect.stringContaining(said) as string, expect.any(String) as string])
  })
})
