import { createHash, createPublicKey, sign, verify } from 'node:crypto'
import * as z from 'zod'
import { canonicalJson } from '../journal/canonical-json.ts'
import { JournalError } from '../journal/journal.ts'
import { encodeVerifier, type NoteSigner, type NoteVerifier } from '../transparency-log/signed-note.ts'

/** What the payload is, in the envelope and in what is signed: an in-toto statement in JSON. */
export const payloadType = 'application/vnd.in-toto+json'
/** Of a whole envelope: it comes from anywhere. An honest one has some 10,000 bytes. */
export const longestEnvelope = 16 * 1024 * 1024
const signatureBytes = 64

/** A payload that somebody signed (DSSE 1.0.2, https://github.com/secure-systems-lab/dsse), read and not yet believed. */
export interface Envelope {
  readonly payload: Uint8Array
  /** A hint, not signed: name and id of the key. */
  readonly keyid: string
  readonly signature: Uint8Array
}

export type OpenedEnvelope = { readonly ok: true; readonly envelope: Envelope } | { readonly ok: false; readonly problem: string }

/** The bytes that a DSSE signature covers. Lengths are those of bytes: no two pairs of type and body have the same encoding. */
export function preAuthEncoding(type: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body])
}

/** The one text of an envelope: canonical JSON and a line end. Ed25519 signs one payload in one way, so it depends on payload and key alone. */
export function sealEnvelope(payload: Uint8Array, signer: NoteSigner): string {
  const signature = sign(null, preAuthEncoding(payloadType, payload), signer.key)
  const keyid = keyHint({ name: signer.name, key: createPublicKey(signer.key) })
  return `${canonicalJson({ payload: Buffer.from(payload).toString('base64'), payloadType, signatures: [{ keyid, sig: signature.toString('base64') }] })}\n`
}

/** Name and id of a key, as `ratchet keys show` prints them before the key itself. */
export function keyHint(verifier: NoteVerifier): string {
  return encodeVerifier(verifier).split('+', 2).join('+')
}

/** Names an envelope: SHA-256 of its text, line end included, as `sha256sum` computes it of the file. */
export function envelopeDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const envelopeSchema = z.strictObject({ payload: z.string(), payloadType: z.string(), signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.string() })) })

/**
 * Reads an envelope that can only have been written by `sealEnvelope`. DSSE lets a reader pass over members that it does not know, and over all signatures but one; a record has one text for one thing, so that nothing can
 * be hidden in it, and no two readers can take it for two things.
 */
export function openEnvelope(text: string): OpenedEnvelope {
  const parsed = parseJson(text)
  if (parsed === null) return refused('it is no JSON')
  const read = envelopeSchema.safeParse(parsed.value)
  if (!read.success) return refused('it is no DSSE envelope with payload, payloadType and signatures, and nothing else')
  const { payload, payloadType: type, signatures: [first, ...others] } = read.data
  if (type !== payloadType) return refused(`its payloadType is ${JSON.stringify(type.slice(0, 100))}, not ${payloadType}`)
  if (first === undefined || others.length > 0) return refused(`it carries ${read.data.signatures.length} signatures instead of one`)
  if (!isCanonical(parsed.value, text)) return refused('it is not in canonical form: white space, one member twice, or another order of them')
  const [bytes, signature] = [Buffer.from(payload, 'base64'), Buffer.from(first.sig, 'base64')]
  if (bytes.toString('base64') !== payload || signature.toString('base64') !== first.sig || signature.length !== signatureBytes) return refused('its payload or signature is not in the one form of base64')
  return { ok: true, envelope: { payload: bytes, keyid: first.keyid, signature } }
}

export function isSignedBy({ payload, signature }: Envelope, { key }: Pick<NoteVerifier, 'key'>): boolean {
  return verify(null, preAuthEncoding(payloadType, payload), key, signature)
}

function refused(problem: string): OpenedEnvelope {
  return { ok: false, problem }
}

export function parseJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Whether this is the one text of the value: of a member that stands there twice a parser keeps only one, and then it is not. */
function isCanonical(value: unknown, text: string): boolean {
  try {
    return `${canonicalJson(value)}\n` === text
  } catch (error) {
    if (error instanceof JournalError) return false
    throw error
  }
}
