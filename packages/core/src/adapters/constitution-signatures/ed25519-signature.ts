import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import * as z from 'zod'
import { signatureNamespace, type PublicKey, type Signer } from '../../constitution/signature.ts'

const documentSchema = z.strictObject({ version: z.literal(1), algorithm: z.literal('ed25519'), namespace: z.literal(signatureNamespace), publicKey: z.string().max(200), signature: z.string().max(200) })

/** A signer from a private key in PEM; null when it is none of Ed25519. */
export function ed25519Signer(pem: string): Signer | null {
  const key = privateKeyOf(pem)
  if (key === null) return null
  const publicKey = textOf(createPublicKey(key))
  return {
    key: publicKeyOf(publicKey),
    sign: async (bytes) => `${JSON.stringify({ version: 1, algorithm: 'ed25519', namespace: signatureNamespace, publicKey, signature: sign(null, framed(bytes), key).toString('base64') }, null, 2)}\n`,
  }
}

/** A new private key, in PEM. */
export function newEd25519Key(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** See `SignatureVerifier.signerOf`. */
export function ed25519SignerOf(bytes: Uint8Array, text: string): PublicKey | null {
  const document = readDocument(text)
  if (document === null) return null
  try {
    const key = createPublicKey({ key: Buffer.from(document.publicKey, 'base64'), format: 'der', type: 'spki' })
    if (key.asymmetricKeyType !== 'ed25519') return null
    // One spelling of one key: what is pinned is compared as text.
    return verify(null, framed(bytes), key, Buffer.from(document.signature, 'base64')) ? publicKeyOf(textOf(key)) : null
  } catch (error) {
    // Whatever is wrong with the key or the signature, nobody signed these bytes with it.
    if (error instanceof Error) return null
    throw error
  }
}

/** What is signed begins with what it is for, so that no signature on something else can stand in for it. */
function framed(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${signatureNamespace}\0v1\0`), bytes])
}

function readDocument(text: string): z.output<typeof documentSchema> | null {
  try {
    const parsed = documentSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function privateKeyOf(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'ed25519' ? key : null
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

function textOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64')
}

function publicKeyOf(publicKey: string): PublicKey {
  return { kind: 'ed25519', publicKey, keyId: `ed25519:${createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 16)}` }
}
