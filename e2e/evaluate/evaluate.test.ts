import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { makeTarget, ratchet, shellTarget, type Verdict } from '../target.ts'

describe('ratchet evaluate', () => {
  it('accepts a commit that is better and right', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({ 'src/cost': '50\n' }, 'halve the cost')
    const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect(document.reasons.map((reason) => reason.code)).toEqual(['proven-gain'])
    expect([code, document.verdict]).toEqual([0, 'accepted'])
    expect(document.tests).toMatchObject({ baseline: { passed: 2, failed: 0, skipped: 0 }, candidate: { passed: 2, failed: 0, skipped: 0 }, missing: [], newlyFailing: [] })
    // Four, and three times as many once more for what would be accepted.
    expect(document.oracle).toMatchObject({ cases: 16, mismatches: 0 })
    expect(document.metrics['cost']?.effect?.estimate).toBeCloseTo(2)
    expect(document.sandbox).toEqual({ tier: 'namespace', selfTest: { testedAt: expect.any(String) as string, checks: expect.any(Number) as number } })
    expect(document.attestation).toMatch(/^[0-9a-f]{64}$/)
  })

  it('refuses a toolchain that the sandbox would hide, before anything of the target runs', async () => {
    await using target = await makeTarget({ ...shellTarget, 'ratchet.yaml': String(shellTarget['ratchet.yaml']).replace('sandbox: { ', 'sandbox: { toolchains: [/tmp/python], ') })
    await target.commit({ 'src/cost': '50\n' })
    const { code, stdout, stderr } = await target.ratchet('evaluate', 'HEAD')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/in front of \/tmp\/python.*\n.*below \/opt/)
  })

  it('tries the tier before it is used, and shows a toolchain in a home directory all the same', async () => {
    const toolchain = await mkdtemp(path.join(os.homedir(), '.ratchet-toolchain-'))
    const cache = await mkdtemp(path.join(os.tmpdir(), 'ratchet-cache-'))
    try {
      // Commands run as another user, who has to be able to look into it.
      await chmod(toolchain, 0o755)
      await writeFile(path.join(toolchain, 'there'), '')
      const config = String(shellTarget['ratchet.yaml']).replace('sandbox: { ', `sandbox: { toolchains: [${toolchain}], `)
      await using target = await makeTarget({ ...shellTarget, 'ratchet.yaml': config })
      await target.commit({ 'src/cost': '50\n' })
      const { code, stdout, stderr } = await ratchet(['evaluate', 'HEAD', '--target', target.directory, '--json'], { environment: { ...process.env, XDG_CACHE_HOME: cache } })
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('self-test') as string])
      expect((JSON.parse(stdout) as Verdict).verdict).toBe('accepted')
      expect(await readdir(path.join(cache, 'ratchet/self-tests'))).toEqual(['namespace.json'])
    } finally {
      await Promise.all([toolchain, cache].map((directory) => rm(directory, { recursive: true, force: true })))
    }
  })

  it('rejects a commit that breaks a test', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({ 'src/cost': '50\n', 'src/answer': 'echo "$(( $1 + 2 ))"\n' })
    const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect([code, document.verdict]).toEqual([3, 'rejected'])
    expect(document.reasons.map((reason) => reason.code)).toContain('tests-failed')
    expect(document.tests.newlyFailing).toContain('doubles zero')
    expect(document.tests.newlyFailing).not.toContain('doubles two')
    expect(document.metrics).toEqual({})
  })

  it('rejects a commit that differs from the baseline only in what the oracle sees', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({ 'src/cost': '50\n', 'src/answer': 'case $1 in 0|2) echo "$(( $1 * 2 ))";; *) echo 7;; esac\n' })
    const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect([code, document.verdict]).toEqual([3, 'rejected'])
    expect(document.reasons.map((reason) => reason.code)).toEqual(['oracle-mismatch'])
    expect(document.oracle.mismatches).toBeGreaterThan(0)
  })

  it('rejects a commit that deletes a test file', async () => {
    await using target = await makeTarget({ ...shellTarget, 'check/more.sh': '#!/bin/sh\n' })
    await target.commit({ 'src/cost': '50\n', 'check/test.sh': null })
    const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect([code, document.verdict]).toEqual([3, 'rejected'])
  })

  it('rejects a commit that drops one test case from a test file', async () => {
    await using target = await makeTarget(shellTarget)
    const shortened = '#!/bin/sh\necho "TAP version 13"\necho "1..1"\necho "ok 1 - doubles two"\n'
    await target.commit({ 'src/cost': '50\n', 'check/test.sh': shortened })
    const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect([code, document.verdict]).toEqual([3, 'rejected'])
    expect(document.reasons.map((reason) => reason.code)).toContain('tests-missing')
  })

  it('asks for approval when a better commit also adds a test', async () => {
    await using target = await makeTarget(shellTarget)
    const longer = `${shellTarget['check/test.sh'] as string}`.replace('1..2', '1..3').replace('exit', 'echo "ok 3 - more"\nexit')
    await target.commit({ 'src/cost': '50\n', 'check/test.sh': longer })
    const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect([code, document.verdict]).toEqual([5, 'approval-required'])
    expect(document.screening.findings.map((finding) => finding.rule)).toEqual(['protected-path'])
  })

  it('rejects a commit that edits the configuration', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({ 'src/cost': '50\n', 'ratchet.yaml': `${shellTarget['ratchet.yaml'] as string}# harmless\n` })
    const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect([code, document.verdict]).toEqual([3, 'rejected'])
  })

  it('calls an identical commit inconclusive', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({}, 'nothing')
    const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect([code, document.verdict]).toEqual([4, 'inconclusive'])
  })

  it('calls a change without effect inconclusive and a worse one rejected', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({ 'src/answer': 'echo "$(( 2 * $1 ))"\n' })
    expect((await target.ratchet('evaluate', 'HEAD')).code).toBe(4)
    await target.commit({ 'src/cost': '200\n' })
    const { code, document } = await target.json<Verdict>('evaluate', 'HEAD')
    expect([code, document.reasons[0]?.code]).toEqual([3, 'objective-worse'])
  })

  it('judges a branch that HEAD does not contain against HEAD, and a patch file as well', async () => {
    await using target = await makeTarget(shellTarget)
    await target.git('checkout', '--quiet', '-b', 'idea')
    await target.commit({ 'src/cost': '99\n' })
    await target.commit({ 'src/cost': '40\n' })
    const diff = await target.git('diff', 'main', 'idea')
    await target.git('checkout', '--quiet', 'main')
    const judged = await target.json<Verdict>('evaluate', 'idea')
    expect([judged.code, judged.document.metrics['cost']?.effect?.estimate]).toEqual([0, 2.5])
    const patch = path.join(target.directory, '../idea.patch')
    await writeFile(patch, `${diff}\n`)
    expect((await target.json<Verdict>('evaluate', patch)).document.verdict).toBe('accepted')
  })

  it('takes the configuration and the tests of the baseline, never those of the candidate or the working tree', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({ 'src/cost': '50\n', 'src/answer': 'echo 4\n' })
    await target.write({ 'check/test.sh': '#!/bin/sh\necho "1..0"\n', 'ratchet.yaml': 'nonsense' })
    expect((await target.json<Verdict>('evaluate', 'HEAD')).document.verdict).toBe('rejected')
  })

  it.each([
    ['tests', { 'src/answer': 'echo out of order >&2; exit 1\n' }, 'baseline-tests-failed', 'doubles two'],
    ['build', { 'ratchet.yaml': `build: echo no compiler here >&2; exit 9\n${shellTarget['ratchet.yaml'] as string}` }, 'baseline-build-failed', 'no compiler here'],
  ])('proves nothing on a baseline whose own %s fails, and shows what it said', async (_, files, code, said) => {
    await using target = await makeTarget({ ...shellTarget, ...files })
    await target.commit({ 'src/cost': '50\n' })
    const outcome = await target.ratchet('evaluate', 'HEAD')
    expect(outcome).toMatchObject({ code: 4, stdout: expect.stringContaining(`[${code}]`) as string })
    expect(outcome.stdout).toContain(said)
  })

  it('says what is wrong with a name that is neither a commit nor a file', async () => {
    await using target = await makeTarget(shellTarget)
    const { code, stderr } = await ratchet(['evaluate', '--target', target.directory, '--', '--upload-pack=touch /tmp/x'])
    expect(code).toBe(2)
    expect(stderr).toContain('neither a revision')
  })

  it('spends less on every further trial of the same change', async () => {
    await using target = await makeTarget(shellTarget)
    await target.commit({ 'src/cost': '50\n' })
    const first = await target.json<Verdict>('evaluate', 'HEAD')
    const second = await target.json<Verdict>('evaluate', 'HEAD')
    expect(second.document.id).toBe(first.document.id)
    expect(second.document.metrics['cost']?.pairs).toBeGreaterThan(first.document.metrics['cost']?.pairs ?? Infinity)
  })
})
