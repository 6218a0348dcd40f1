import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { newEd25519Key } from '../adapters/signatures/ed25519-signature.ts'
import { openSigner } from '../adapters/signatures/open-signer.ts'
import { createSignatureVerifier } from '../adapters/signatures/signature-verifier.ts'
import type { Signer } from '../signature/signature.ts'
import { checkSignatures, keyText } from './check-signatures.ts'
import type { Consent, ConsentStatement } from './consent.ts'
import { statementDigest, statementText } from './consent-statement.ts'

const { signal } = new AbortController()
const environment = { PATH: process.env['PATH'] }
const verifier = createSignatureVerifier({ namespace: 'ratchet-consent', folder: '/nonexistent', environment })
const statement: ConsentStatement = { proposal: 'p', baseline: 'b', commit: 'c', tree: 't', evidence: 'e', constitution: null, answer: 'approved', reason: 'r', givenAt: '2026-06-01T00:00:00.000Z', expiresAt: null }

async function signer(namespace: 'ratchet-consent' | 'ratchet-constitution' = 'ratchet-consent', pem = newEd25519Key()): Promise<Signer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ratchet-keys-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(path.join(folder, 'key'), pem, { mode: 0o600 })
  return openSigner(path.join(folder, 'key'), { namespace, environment }, signal)
}

async function signed(by: Signer): Promise<Consent & { readonly by: Extract<Consent['by'], { readonly kind: 'ssh' | 'ed25519' }> }> {
  return { ...statement, digest: statementDigest(statement), by: { kind: by.key.kind, name: 'jane', key: keyText(by.key), signature: await by.sign(Buffer.from(statementText(statement)), signal) } }
}

const isGenuine = async (consent: Consent): Promise<boolean | undefined> => (await checkSignatures([consent], verifier, signal))[0]?.isGenuine

describe('a signed consent', () => {
  it('is genuine as it was signed, and not when any of it was changed, with or without a digest that fits', async () => {
    const consent = await signed(await signer())
    expect(await isGenuine(consent)).toBe(true)
    for (const change of [{ answer: 'rejected' }, { proposal: 'q' }, { reason: '' }, { evidence: 'f' }, { expiresAt: '2027-01-01T00:00:00.000Z' }, { constitution: 'k' }, { givenAt: '2026-06-02T00:00:00.000Z' }] as const) {
      const changed = { ...consent, ...change }
      expect(await isGenuine(changed)).toBe(false)
      expect(await isGenuine({ ...changed, digest: statementDigest(changed) })).toBe(false)
    }
  })

  it('is not genuine under a key that did not sign it, or with a signature that was made for something else', async () => {
    const [own, victim] = [await signer(), await signer()]
    const consent = await signed(own)
    expect(await isGenuine({ ...consent, by: { ...consent.by, key: keyText(victim.key) } })).toBe(false)
    expect(await isGenuine({ ...consent, by: { ...consent.by, signature: '' } })).toBe(false)
    expect(await isGenuine({ ...consent, by: { ...consent.by, key: 'no key' } })).toBe(false)
    const pem = newEd25519Key()
    expect(await isGenuine(await signed(await signer('ratchet-consent', pem)))).toBe(true)
    expect(await isGenuine(await signed(await signer('ratchet-constitution', pem)))).toBe(false)
  })

  it('with a token has at least the form of one', async () => {
    const digest = statementDigest(statement)
    expect(await isGenuine({ ...statement, digest, by: { kind: 'token', name: 'jane', mac: '0'.repeat(64) } })).toBe(true)
    expect(await isGenuine({ ...statement, digest, by: { kind: 'token', name: 'jane', mac: '' } })).toBe(false)
  })
})
