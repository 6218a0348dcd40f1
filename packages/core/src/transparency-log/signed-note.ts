import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'

/** Ed25519 over the text of the note. */
const ed25519 = 1
const idBytes = 4
const signatureBytes = 64
/** Of a whole note, and of its signatures: a note comes from anywhere. */
const longestNote = 1_000_000
const mostSignatures = 100

/** A public key with the name that it signs under. */
export interface NoteVerifier {
  readonly name: string
  readonly key: KeyObject
}

export interface NoteSigner {
  readonly name: string
  /** Private. */
  readonly key: KeyObject
}

export type OpenedNote = { readonly ok: true; readonly text: string; readonly signers: readonly NoteVerifier[] } | { readonly ok: false; readonly problem: 'malformed' | 'unsigned' | 'forged' }

/**
 * A signed note (C2SP signed-note): the text, an empty line, and a line for each signature.
 *
 * @throws TypeError for a text or a name that no note can hold
 */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!isNoteText(text)) throw new TypeError('a note is text that ends with a line end and holds no control characters')
  const lines = signers.map(({ name, key }) => {
    if (!isKeyName(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a key: it may hold neither spaces nor +`)
    const signature = sign(null, Buffer.from(text), key)
    return `— ${name} ${Buffer.concat([keyId({ name, key: createPublicKey(key) }), signature]).toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}

/** The text of a note that at least one of the known keys has signed, and none of them wrongly. Signatures by others are passed over. */
export function openNote(note: string, known: readonly NoteVerifier[]): OpenedNote {
  const parsed = note.length > longestNote ? null : parseNote(note)
  if (parsed === null) return { ok: false, problem: 'malformed' }
  const signers: NoteVerifier[] = []
  for (const { name, id, signature } of parsed.signatures) {
    const verifier = known.find((one) => one.name === name && keyId(one).equals(id))
    if (verifier === undefined) continue
    if (signature.length !== signatureBytes || !verify(null, Buffer.from(parsed.text), verifier.key, signature)) return { ok: false, problem: 'forged' }
    if (!signers.includes(verifier)) signers.push(verifier)
  }
  return signers.length === 0 ? { ok: false, problem: 'unsigned' } : { ok: true, text: parsed.text, signers }
}

/** The text of a note whatever its signatures are worth; null for what is no note. */
export function noteText(note: string): string | null {
  return note.length > longestNote ? null : (parseNote(note)?.text ?? null)
}

interface NoteSignature {
  readonly name: string
  readonly id: Buffer
  readonly signature: Buffer
}

function parseNote(note: string): { readonly text: string; readonly signatures: readonly NoteSignature[] } | null {
  // The last empty line: the text may hold some of its own.
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) return null
  const text = note.slice(0, end + 1)
  const lines = note.slice(end + 2).split('\n').slice(0, -1)
  if (!isNoteText(text) || lines.length === 0 || lines.length > mostSignatures) return null
  const signatures = lines.map(parseSignature)
  return signatures.every((one) => one !== null) ? { text, signatures } : null
}

function parseSignature(line: string): NoteSignature | null {
  const [, name, encoded] = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? []
  if (name === undefined || encoded === undefined || !isKeyName(name)) return null
  const bytes = Buffer.from(encoded, 'base64')
  // One text for one signature: what decodes to the same bytes another way is no signature.
  if (bytes.toString('base64') !== encoded || bytes.length <= idBytes) return null
  return { name, id: bytes.subarray(0, idBytes), signature: bytes.subarray(idBytes) }
}

/** As others are told it: name, id, and the public key, for instance in `verify --key`. */
export function encodeVerifier(verifier: NoteVerifier): string {
  return `${verifier.name}+${keyId(verifier).toString('hex')}+${Buffer.concat([Uint8Array.of(ed25519), publicBytes(verifier.key)]).toString('base64')}`
}

/** Null for what is no such key, or has another id than its own. */
export function decodeVerifier(text: string): NoteVerifier | null {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text) ?? []
  if (name === undefined || id === undefined || encoded === undefined) return null
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length !== 1 + publicKeyBytes || bytes[0] !== ed25519 || bytes.toString('base64') !== encoded) return null
  const verifier = { name, key: createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') } }) }
  return keyId(verifier).toString('hex') === id ? verifier : null
}

const publicKeyBytes = 32

function publicBytes(key: KeyObject): Buffer {
  const { x, crv } = key.export({ format: 'jwk' })
  if (crv !== 'Ed25519' || x === undefined) throw new TypeError('only Ed25519 keys sign notes')
  return Buffer.from(x, 'base64url')
}

function keyId({ name, key }: NoteVerifier): Buffer {
  return createHash('sha256').update(`${name}\n`).update(Uint8Array.of(ed25519)).update(publicBytes(key)).digest().subarray(0, idBytes)
}

function isNoteText(text: string): boolean {
  // Lone surrogates have no UTF-8 form: the signature would cover another text.
  return text.endsWith('\n') && text.isWellFormed() && !hasControls(text.replaceAll('\n', ''))
}

export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s+]/u.test(name) && !hasControls(name)
}

function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 32) return true
  return false
}
