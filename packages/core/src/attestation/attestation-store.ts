import type { ObjectId } from '../proposal/proposal.ts'

/** Envelopes as files, named by their digest. Small and local: reading is synchronous. */
export interface AttestationFiles {
  /** Digests of all that lie there; what has another name is not among them. */
  names(): readonly string[]
  /** The text; null where there is none, and where it is no plain file or too long. */
  read(digest: string): string | null
  /** Whole or not at all, and on the disk when it returns. */
  write(digest: string, text: string): void
}

export interface AttestationNote {
  /** The commit that it lies on. */
  readonly commit: ObjectId
  /** With its line end. */
  readonly envelope: string
}

/** Envelopes kept in the target's own repository, from where they travel with every clone that fetches them. */
export interface AttestationNotes {
  /** What looks like an envelope, whatever it is worth. Several may lie on one commit. */
  all(): Promise<readonly AttestationNote[]>
  /** Adds to what lies on commits, by compare-and-swap; false when somebody else wrote meanwhile. */
  put(notes: readonly AttestationNote[]): Promise<boolean>
}

/**
 * The envelopes in the text of a note: lines that begin as one does. Whatever else people write there, in JSON over several lines for instance, is theirs; a line that begins as an envelope and is none was one, or was
 * meant to be taken for one, and whoever verifies has to hear of it.
 */
export function envelopesIn(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith('{"payload":')).map((line) => `${line}\n`)
}

/** `text` with an envelope more, on a line of its own; the rest stays as it is. */
export function withEnvelope(text: string, envelope: string): string {
  if (envelopesIn(text).includes(envelope)) return text
  return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${envelope}`
}
