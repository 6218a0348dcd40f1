import { envelopesIn, withEnvelope, type AttestationNotes } from '../../attestation/attestation-store.ts'
import { longestEnvelope } from '../../attestation/dsse-envelope.ts'
import { changeNotes, readNotes, type GitNotesContext, type NotesPlace } from './git-notes.ts'
import { isObjectId } from './object-reader.ts'

/** `git notes --ref=ratchet-attestation show COMMIT` shows those of a commit, one a line. A change that is judged again and again has one for each time. */
const place: NotesPlace = { ref: 'refs/notes/ratchet-attestation', subject: 'attestation', longest: longestEnvelope, encoding: 'latin1' }

/** Attestations as git notes. */
export function gitAttestations(context: GitNotesContext): AttestationNotes {
  return {
    all: async () => (await readNotes(context, place)).flatMap(({ commit, text }) => envelopesIn(text).map((envelope) => ({ commit, envelope }))),
    // What the journal calls a commit need not be one: whoever wrote it must not come to write anywhere else than into notes.
    put: (notes) => changeNotes(context, place, notes.filter(({ commit }) => isObjectId(commit)).map(({ commit, envelope }) => ({ commit, add: (before) => withEnvelope(before, envelope) }))),
  }
}
