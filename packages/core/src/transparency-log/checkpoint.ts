import { hashBytes, type Hash } from './merkle-hash.ts'
import { noteText, openNote, signNote, type NoteSigner, type NoteVerifier, type OpenedNote } from './signed-note.ts'

/** A log at a size (C2SP tlog-checkpoint): who has it can tell whether any later one begins with the same entries. */
export interface Checkpoint {
  /** Which log: a name without spaces, the same for all checkpoints of one. */
  readonly origin: string
  readonly size: number
  readonly root: Hash
}

export type OpenedCheckpoint = { readonly ok: true; readonly checkpoint: Checkpoint; readonly signers: readonly NoteVerifier[] } | (OpenedNote & { readonly ok: false })

export function signCheckpoint({ origin, size, root }: Checkpoint, signers: readonly NoteSigner[]): string {
  if (origin === '' || /\s/u.test(origin) || !Number.isSafeInteger(size) || size < 0 || root.length !== hashBytes) throw new TypeError('this is no checkpoint')
  return signNote(`${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`, signers)
}

/** What a checkpoint says of itself, whoever signed it or nobody: to know which key to ask for, never to be believed. Null for what is no checkpoint. */
export function peekCheckpoint(note: string): Checkpoint | null {
  const text = noteText(note)
  return text === null ? null : parseCheckpoint(text)
}

/** A checkpoint of any log that a known key has signed; whether it is the log that is meant, the origin says. Lines after the third are signed too, and mean nothing here. */
export function openCheckpoint(note: string, known: readonly NoteVerifier[]): OpenedCheckpoint {
  const opened = openNote(note, known)
  if (!opened.ok) return opened
  const checkpoint = parseCheckpoint(opened.text)
  return checkpoint === null ? { ok: false, problem: 'malformed' } : { ok: true, checkpoint, signers: opened.signers }
}

function parseCheckpoint(text: string): Checkpoint | null {
  const [origin = '', size = '', root = '', ...extensions] = text.split('\n').slice(0, -1)
  const bytes = Buffer.from(root, 'base64')
  const isOne = origin !== '' && /^(?:0|[1-9]\d{0,15})$/.test(size) && Number.isSafeInteger(Number(size)) && bytes.length === hashBytes && bytes.toString('base64') === root && !extensions.includes('')
  return isOne ? { origin, size: Number(size), root: bytes } : null
}
