import { execFile, execFileSync } from 'node:child_process'
import { createPublicKey, verify as verifySignature } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTarget, shellTarget, type Target, type Verdict } from '../target.ts'

interface Verified {
  readonly ok: boolean
  readonly problem?: string
  readonly detail?: string
  readonly attestations?: { readonly held: readonly { readonly attestation: string; readonly kind: string; readonly commit: string; readonly places: readonly string[] }[]; readonly due: number; readonly lost: readonly string[] }
}

interface Applied {
  readonly kind: string
  readonly commit: string
  readonly attestation: string
  readonly signedBy: string | null
}

// Each runs many commands, one after the other.
const patience = { timeout: 240_000 }

/** One target with a verdict that was accepted and applied, signed; each test leaves it as it was. */
let target: Target
let verdict: Verdict & { readonly id: string }
let applied: Applied
let [candidate, base, sshKey, keys] = ['', '', '', '']

const inState = (name: string): string => path.join(target.directory, '.ratchet', name)
const fileOf = (digest: string): string => inState(`attestations/${digest}.dsse.json`)
const beside = (name: string): string => path.join(target.directory, '..', name)
const problem = (detail: RegExp | string) => ({ code: 1, document: { ok: false, problem: 'attestation', detail: (typeof detail === 'string' ? expect.stringContaining(detail) : expect.stringMatching(detail)) as string } })

beforeAll(async () => {
  target = await makeTarget(shellTarget)
  base = await target.git('rev-parse', 'HEAD')
  await target.git('checkout', '--quiet', '-b', 'work')
  candidate = await target.commit({ 'src/cost': '50\n' })
  await target.git('checkout', '--quiet', 'main')
  verdict = (await target.json<Verdict & { readonly id: string }>('evaluate', candidate, '--baseline', base)).document
  sshKey = beside('id_ed25519')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'jane', '-f', sshKey])
  applied = (await target.json<Applied>('apply', verdict.id, '--signing-key', sshKey)).document
  keys = ((await target.json<readonly { readonly key: string }[]>('keys', 'show')).document[0] as { readonly key: string }).key
}, patience.timeout)
afterAll(async () => target[Symbol.asyncDispose]())

const verified = (...args: readonly string[]): ReturnType<typeof target.json<Verified>> => target.json<Verified>('verify', ...args)

describe('an accepted and applied change', patience, () => {
  it('is attested twice: as a file and a note, by one key, with statements that node:crypto alone can check', async () => {
    expect([verdict.verdict, verdict.attestation, applied.kind]).toEqual(['accepted', expect.stringMatching(/^[0-9a-f]{64}$/), 'applied'])
    const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(keys.replace(/^[^+]*\+[^+]*\+/, ''), 'base64').subarray(1).toString('base64url') } })
    for (const [digest, commit, kind] of [[verdict.attestation ?? '', candidate, 'verdict'], [applied.attestation, applied.commit, 'application']] as const) {
      const text = await readFile(fileOf(digest), 'utf8')
      expect(`${await target.git('notes', '--ref=ratchet-attestation', 'show', commit)}\n`).toBe(text)
      const { payload, payloadType, signatures } = JSON.parse(text) as { readonly payload: string; readonly payloadType: string; readonly signatures: readonly [{ readonly sig: string }] }
      const body = Buffer.from(payload, 'base64')
      expect(verifySignature(null, Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body]), key, Buffer.from(signatures[0].sig, 'base64'))).toBe(true)
      const statement = JSON.parse(body.toString()) as { readonly predicateType: string; readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[] }
      expect(statement).toMatchObject({ _type: 'https://in-toto.io/Statement/v1', predicateType: `urn:ratchet:${kind}:v1`, predicate: { decision: { verdict: 'accepted' }, evaluation: { sandbox: { tier: 'namespace', selfTest: { checks: expect.any(Number) as number } } } } })
      expect(statement.subject).toEqual(expect.arrayContaining([{ name: 'base', digest: { gitCommit: base } }, { name: 'candidate', digest: { gitCommit: candidate } }, { name: 'evaluator', digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string } }]))
    }
    const all = await verified()
    expect(all).toMatchObject({ code: 0, document: { ok: true, attestations: { due: 0, lost: [], held: [{ places: ['file', 'note'] }, { places: ['file', 'note'] }] } } })
    expect((await target.ratchet('status')).stdout).toContain('2 verdicts and applications')
    const shown = await target.ratchet('show', verdict.id)
    for (const digest of [verdict.attestation ?? '', applied.attestation]) expect(shown.stdout).toContain(`${digest}.dsse.json`)
    expect((await target.json<readonly Verdict[]>('proposals')).document[0]?.attestation).toBe(verdict.attestation)
  })

  it('is verified from a file by anybody, for exactly its commit and key', async () => {
    const kept = beside('kept.json')
    await copyFile(fileOf(applied.attestation), kept)
    expect(await verified('--attestation', kept, '--for', 'main', '--key', keys)).toMatchObject({ code: 0, document: { ok: true } })
    expect((await target.ratchet('verify', '--attestation', kept)).stdout).toContain(`applied as ${applied.commit}`)
    for (const other of [base, candidate]) expect(await verified('--attestation', kept, '--for', other)).toMatchObject(problem(`application as ${applied.commit}, not of ${other}`))
    expect(await target.ratchet('verify', '--for', 'main')).toMatchObject({ code: 2, stderr: expect.stringContaining('--attestation FILE') as string })
    expect((await target.ratchet('verify', '--attestation', kept, '--for', 'nowhere')).code).toBe(2)
  })

  it('was signed by the SSH key that was named, and git says so', async () => {
    expect(applied.signedBy).toMatch(/^SHA256:/)
    await writeFile(beside('allowed'), `jane ${await readFile(`${sshKey}.pub`, 'utf8')}`)
    expect(await target.git('-c', `gpg.ssh.allowedSignersFile=${beside('allowed')}`, 'log', '-1', '--format=%G? %GS', 'main')).toBe('G jane')
    await target.git('-c', `gpg.ssh.allowedSignersFile=${beside('allowed')}`, 'verify-commit', 'main')
  })
})

describe('a kept attestation', patience, () => {
  it('that was changed, or is none, is refused with what is wrong', async () => {
    const text = await readFile(fileOf(verdict.attestation ?? ''), 'utf8')
    const parsed = JSON.parse(text) as { readonly payload: string; readonly payloadType: string; readonly signatures: readonly unknown[] }
    const statement = Buffer.from(parsed.payload, 'base64').toString()
    const withStatement = (changed: string): string => `${JSON.stringify({ ...parsed, payload: Buffer.from(changed).toString('base64') })}\n`
    const table: readonly [string, RegExp][] = [
      [withStatement(statement.replace('"estimate":2', '"estimate":9')), /metrics\.cost\.effect\.estimate is 9, and 2 in the record; no key of the journal has signed it/],
      [`${JSON.stringify(parsed, null, 2)}\n`, /canonical/],
      [`${JSON.stringify({ ...parsed, signatures: [...parsed.signatures, ...parsed.signatures] })}\n`, /2 signatures/],
      [`${JSON.stringify({ ...parsed, payloadType: 'text/plain' })}\n`, /payloadType/],
      ['hello\n', /no JSON/],
    ]
    for (const [changed, detail] of table) {
      expect(changed).not.toBe(text)
      await writeFile(beside('bad.json'), changed)
      expect(await verified('--attestation', beside('bad.json'))).toMatchObject(problem(detail))
    }
  })

  it('has to be a plain file', async () => {
    const fifo = beside('fifo')
    await promisify(execFile)('mkfifo', [fifo])
    await writeFile(beside('huge'), '')
    await truncate(beside('huge'), 17 * 1024 * 1024)
    await writeFile(beside('bytes'), Buffer.from([0xff, 0xfe]))
    for (const [file, why] of [[fifo, 'no plain file'], [target.directory, 'no plain file'], ['/dev/zero', 'no plain file'], [beside('huge'), 'longer than'], [beside('bytes'), 'UTF-8'], [beside('nowhere'), 'cannot be read']] as const) {
      expect(await target.ratchet('verify', '--attestation', file)).toMatchObject({ code: 2, stderr: expect.stringContaining(why) as string })
    }
  })
})

describe('attestations that lie with a target', patience, () => {
  it('replayed, renamed or damaged are found; what people write beside them is not in the way', async () => {
    const [notes, digest] = [await target.git('rev-parse', 'refs/notes/ratchet-attestation'), verdict.attestation ?? '']
    const text = await readFile(fileOf(digest), 'utf8')
    await writeFile(beside('pretty'), `${JSON.stringify(JSON.parse(text), null, 2)}\n`)
    await target.git('notes', '--ref=ratchet-attestation', 'append', '-F', beside('pretty'), applied.commit)
    expect(await verified()).toMatchObject({ code: 0, document: { ok: true } })
    await target.git('notes', '--ref=ratchet-attestation', 'append', '-F', fileOf(digest), applied.commit)
    expect(await verified()).toMatchObject(problem(`the note on ${applied.commit.slice(0, 10)} is an attestation of a verdict on ${candidate}, not of ${applied.commit}`))
    await target.git('update-ref', 'refs/notes/ratchet-attestation', notes)
    await copyFile(fileOf(applied.attestation), fileOf(digest))
    expect(await verified()).toMatchObject(problem('named by another digest'))
    await writeFile(fileOf(digest), text.replace('"sig":"', '"sig":"AAAA'))
    expect(await verified()).toMatchObject(problem(digest))
    await rm(fileOf(digest))
    await mkdir(fileOf(digest))
    expect(await verified()).toMatchObject(problem('no JSON'))
    await rm(fileOf(digest), { recursive: true })
    // From the note alone; and made again, byte for byte.
    expect(await verified()).toMatchObject({ code: 0, document: { ok: true } })
    expect((await target.ratchet('apply', 'feed')).code).toBe(2)
    expect(await readFile(fileOf(digest), 'utf8')).toBe(text)
  })

  it('that cannot be written lose no verdict, and are written by the next command', async () => {
    await rename(inState('attestations'), beside('attestations'))
    await writeFile(inState('attestations'), 'in the way')
    const judged = await target.json<Verdict>('evaluate', await target.commit({ 'src/cost': '10\n' }))
    expect(judged).toMatchObject({ code: 0, document: { verdict: 'accepted', attestation: null }, stderr: expect.stringContaining('nothing was attested') as string })
    expect((await target.ratchet('status')).stdout).toContain('1 wait')
    await rm(inState('attestations'))
    await rename(beside('attestations'), inState('attestations'))
    expect((await target.ratchet('apply', 'feed')).code).toBe(2)
    expect(await readdir(inState('attestations'))).toHaveLength(3)
    expect(await verified()).toMatchObject({ code: 0, document: { ok: true, attestations: { due: 0 } } })
  })
})

describe('apply --sign', patience, () => {
  it('without a key says which is missing, and applies nothing', async () => {
    const tip = await target.git('rev-parse', 'main')
    await target.git('config', 'gpg.format', 'ssh')
    await target.git('config', 'user.signingKey', beside('gone.pub'))
    expect(await target.ratchet('apply', verdict.id, '--branch', 'other', '--sign')).toMatchObject({ code: 2, stderr: expect.stringContaining('gone.pub cannot be read') as string })
    await target.git('config', 'gpg.format', 'openpgp')
    expect(await target.ratchet('apply', verdict.id, '--branch', 'other', '--sign')).toMatchObject({ code: 2, stderr: expect.stringMatching(/openpgp[\s\S]*--signing-key/) as string })
    await expect(target.git('rev-parse', '--verify', '--quiet', 'other')).rejects.toThrow()
    await target.git('config', 'gpg.format', 'ssh')
    await target.git('config', 'user.signingKey', `${sshKey}.pub`)
    const { code, document } = await target.json<Applied>('apply', verdict.id, '--branch', 'other', '--sign')
    expect([code, document.kind, document.signedBy]).toEqual([0, 'applied', applied.signedBy])
    await target.git('-c', `gpg.ssh.allowedSignersFile=${beside('allowed')}`, 'verify-commit', 'other')
    expect(await target.git('rev-parse', 'main')).toBe(tip)
  })
})
