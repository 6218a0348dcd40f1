import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { testRepository } from '../git-workspace/test-repository.ts'
import { loadConstitution, type LoadedConstitution } from '../../constitution/load-constitution.ts'
import type { Signer } from '../../signature/signature.ts'
import { createConstitutionPins } from '../constitution-pins/constitution-pins.ts'
import { createSignatureVerifier } from './signature-verifier.ts'
import { newEd25519Key } from './ed25519-signature.ts'
import { openSigner } from './open-signer.ts'

const { signal } = new AbortController()
const text = 'version: 1\nimmutable_constraints:\n  - { id: a, statement: Files keep their mode., enforce: [unsafe-path] }\n'
const bytes = Buffer.from(text)
const namespace = 'ratchet-constitution' as const
const environment = { PATH: process.env['PATH'], HOME: '/nonexistent' }

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(os.tmpdir(), 'ratchet-keys-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

async function signerOf(kind: 'ed25519' | 'ssh'): Promise<Signer> {
  const file = path.join(await folder(), 'key')
  if (kind === 'ssh') execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'somebody', '-f', file])
  else await writeFile(file, newEd25519Key(), { mode: 0o600 })
  return openSigner(file, { namespace, environment }, signal)
}

describe.each(['ed25519', 'ssh'] as const)('a signature by %s', (kind) => {
  it('names its signer for exactly what was signed, and for nothing else', async () => {
    const signer = await signerOf(kind)
    const verifier = createSignatureVerifier({ namespace, folder: await folder(), environment })
    const signature = await signer.sign(bytes, signal)
    expect(await verifier.signerOf(bytes, signature, signal)).toEqual(signer.key)
    expect(await verifier.signerOf(Buffer.from(`${text} `), signature, signal)).toBeNull()
    expect(await verifier.signerOf(Buffer.from(text.replace('unsafe', 'Unsafe')), signature, signal)).toBeNull()
    for (const damaged of ['', '{}', signature.slice(0, -60), signature.replace(/[A-Za-z]{3}(?=[A-Za-z])/, 'AAA'), signature.split('\n').slice(1).join('\n')]) expect(await verifier.signerOf(bytes, damaged, signal)).toBeNull()
    // The same key and bytes, and another purpose: what is signed for the one is none for the other.
    const consents = createSignatureVerifier({ namespace: 'ratchet-consent', folder: await folder(), environment })
    expect(await consents.signerOf(bytes, signature, signal)).toBeNull()
    expect(await consents.signerOf(bytes, signature.replace('ratchet-constitution', 'ratchet-consent'), signal)).toBeNull()
    const other = await signerOf(kind)
    expect((await verifier.signerOf(bytes, await other.sign(bytes, signal), signal))?.publicKey).not.toBe(signer.key.publicKey)
  })
})

it('takes no SSH signature that was made for something else', async () => {
  const file = path.join(await folder(), 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  const made = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'git', '-f', file], { input: bytes, stdio: ['pipe', 'pipe', 'ignore'] }).toString()
  expect(await createSignatureVerifier({ namespace, folder: await folder(), environment }).signerOf(bytes, made, signal)).toBeNull()
})

it('never fails on what a signature file holds', async () => {
  const verifier = createSignatureVerifier({ namespace, folder: await folder(), environment })
  const piece = fc.oneof(fc.string(), fc.json(), fc.base64String().map((blob) => JSON.stringify({ version: 1, algorithm: 'ed25519', namespace: 'ratchet-constitution', publicKey: blob, signature: blob })))
  await fc.assert(fc.asyncProperty(piece, async (signature) => {
    expect(await verifier.signerOf(bytes, signature, signal)).toBeNull()
  }))
})

it('takes no key that others can read', async () => {
  const file = path.join(await folder(), 'key')
  await writeFile(file, newEd25519Key())
  await chmod(file, 0o644)
  await expect(openSigner(file, { namespace, environment }, signal)).rejects.toMatchObject({ code: 'signing-failed' })
})

it('takes no key from what is no plain file, and waits for none', async () => {
  const place = await folder()
  const [pipe, huge] = [path.join(place, 'pipe'), path.join(place, 'huge')]
  execFileSync('mkfifo', ['-m', '600', pipe])
  await writeFile(huge, newEd25519Key().padEnd(65 * 1024), { mode: 0o600 })
  for (const [file, why] of [[pipe, 'no plain file'], [place, 'no plain file'], ['/dev/zero', 'no plain file'], [huge, 'longer than']] as const) {
    await expect(openSigner(file, { namespace, environment }, signal)).rejects.toMatchObject({ code: 'signing-failed', message: expect.stringContaining(why) as string })
  }
})

interface Scene {
  readonly load: (path?: string | null) => Promise<LoadedConstitution>
  readonly commit: (files: Readonly<Record<string, string>>) => Promise<void>
  readonly user: string
  readonly pin: (signer: Signer) => Promise<void>
}

async function scene(files: Readonly<Record<string, string>>): Promise<Scene> {
  const target = await testRepository({ 'a.js': '', ...files })
  const { revisions } = await target.workspace()
  const user = await folder()
  const pins = createConstitutionPins({ folder: user, clock: () => new Date(0) })
  return {
    user,
    commit: async (changes) => {
      await target.write(changes)
      target.commit()
    },
    load: (named = 'constitution.yaml') => loadConstitution({ revisions, pins, signatures: createSignatureVerifier({ namespace, folder: user, environment }), knownChecks: new Set(['unsafe-path']) }, { target: 'x', baseline: target.git('rev-parse', 'HEAD'), path: named }, signal),
    pin: (signer) => pins.write('x', signer.key),
  }
}

describe('loading a constitution', () => {
  it('goes on without one, and with one that nobody has signed', async () => {
    expect(await (await scene({})).load(null)).toMatchObject({ state: 'none' })
    expect(await (await scene({ 'constitution.yaml': text })).load()).toMatchObject({ state: 'unsigned', constitution: { rules: [{ id: 'a' }] } })
  })

  it.each(['ed25519', 'ssh'] as const)('knows the signer from the first use on: %s', async (kind) => {
    const signer = await signerOf(kind)
    const { load, pin } = await scene({ 'constitution.yaml': text, 'constitution.yaml.sig': await signer.sign(bytes, signal) })
    expect(await load()).toMatchObject({ state: 'first-use', key: signer.key })
    await pin(signer)
    expect(await load()).toMatchObject({ state: 'signed', key: signer.key })
  })

  it('stops where it is named and missing, a link, invalid, or changed after it was signed', async () => {
    const signer = await signerOf('ed25519')
    const signature = await signer.sign(bytes, signal)
    await expect((await scene({})).load()).rejects.toMatchObject({ code: 'constitution-missing' })
    await expect((await scene({ 'constitution.yaml': 'version: 1\nrules: []\n' })).load()).rejects.toMatchObject({ code: 'constitution-invalid' })
    await expect((await scene({ 'constitution.yaml': `${text}# one more line\n`, 'constitution.yaml.sig': signature })).load()).rejects.toMatchObject({ code: 'constitution-changed' })
    await expect((await scene({ 'constitution.yaml': text, 'constitution.yaml.sig': '' })).load()).rejects.toMatchObject({ code: 'constitution-changed' })
    await expect((await scene({ 'constitution.yaml': `${text}audit_trail: { require_signature: true }\n` })).load()).rejects.toMatchObject({ code: 'constitution-unsigned' })
  })

  it('stops, once a key is known, where the signature goes, another key signs, or no constitution is named any more', async () => {
    const [signer, other] = [await signerOf('ed25519'), await signerOf('ssh')]
    const { load, commit, pin, user } = await scene({ 'constitution.yaml': text })
    await pin(signer)
    await expect(load()).rejects.toMatchObject({ code: 'constitution-unsigned' })
    await expect(load(null)).rejects.toMatchObject({ code: 'constitution-missing' })
    await commit({ 'constitution.yaml.sig': await other.sign(bytes, signal) })
    await expect(load()).rejects.toMatchObject({ code: 'constitution-other-key' })
    await writeFile(path.join(user, 'allowed_signers'), `team namespaces="git" ${other.key.publicKey}\n`)
    await expect(load()).rejects.toMatchObject({ code: 'constitution-other-key' })
    await writeFile(path.join(user, 'allowed_signers'), `team namespaces="ratchet-constitution" ${other.key.publicKey}\n`)
    expect(await load()).toMatchObject({ state: 'signed', key: other.key })
    await commit({ 'constitution.yaml.sig': await signer.sign(bytes, signal) })
    expect(await load()).toMatchObject({ state: 'signed', key: signer.key })
  })

  it('takes, where there is a list of allowed signers, only whom it names or what is pinned because it cannot', async () => {
    const [named, other, plain] = [await signerOf('ssh'), await signerOf('ssh'), await signerOf('ed25519')]
    const { load, commit, user, pin } = await scene({ 'constitution.yaml': text, 'constitution.yaml.sig': await named.sign(bytes, signal) })
    await writeFile(path.join(user, 'allowed_signers'), `team namespaces="ratchet-constitution" ${named.key.publicKey}\n`)
    expect(await load()).toMatchObject({ state: 'signed', key: named.key })
    await commit({ 'constitution.yaml.sig': await plain.sign(bytes, signal) })
    await expect(load()).rejects.toMatchObject({ code: 'constitution-other-key', remedy: expect.stringContaining(`constitution trust ${plain.key.keyId}`) })
    await pin(plain)
    expect(await load()).toMatchObject({ state: 'signed', key: plain.key })
    await pin(other)
    await commit({ 'constitution.yaml.sig': await other.sign(bytes, signal) })
    await expect(load()).rejects.toMatchObject({ code: 'constitution-other-key', remedy: expect.stringContaining('allowed_signers') })
  })

  it('stops, where there is a list of allowed signers, at an unsigned constitution and at none', async () => {
    const { load, user } = await scene({ 'constitution.yaml': text })
    await writeFile(path.join(user, 'allowed_signers'), '')
    await expect(load()).rejects.toMatchObject({ code: 'constitution-unsigned', remedy: expect.stringContaining('ratchet constitution sign') })
    await expect(load(null)).rejects.toMatchObject({ code: 'constitution-missing', remedy: expect.stringContaining('allowed_signers') })
  })

  it('stops where a list of allowed signers does not name a new one, and where the pin is damaged', async () => {
    const signer = await signerOf('ssh')
    const { load, user, pin } = await scene({ 'constitution.yaml': text, 'constitution.yaml.sig': await signer.sign(bytes, signal) })
    await writeFile(path.join(user, 'allowed_signers'), '')
    await expect(load()).rejects.toMatchObject({ code: 'constitution-other-key' })
    await rm(path.join(user, 'allowed_signers'))
    await pin(signer)
    const [name = ''] = (await import('node:fs')).readdirSync(path.join(user, 'constitutions'))
    const file = path.join(user, 'constitutions', name)
    await writeFile(file, (await readFile(file, 'utf8')).replace('"target": "x"', '"target": "y"'))
    await expect(load()).rejects.toMatchObject({ code: 'constitution-unsigned' })
  })
})
