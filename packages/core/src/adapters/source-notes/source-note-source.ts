import { findNotes } from '../../opportunity/find-notes.ts'
import { evidenceOf, type ObservationSource } from '../../opportunity/observation.ts'
import type { RevisionReader } from '../../workspace/workspace.ts'

const fileLimit = 5_000
const fileBytes = 512 * 1024
const filesAtOnce = 200

/** What people left for later in the baseline's editable files: read from git, nothing is run. */
export function createSourceNoteSource({ revisions, baseline, isEditable }: { readonly revisions: RevisionReader; readonly baseline: string; readonly isEditable: (path: string) => boolean }): ObservationSource {
  return {
    name: 'notes',
    observe: async (signal) => {
      const entries = (await revisions.entries(baseline)).filter(({ path, mode }) => mode.startsWith('100') && isEditable(path))
      const notes = []
      for (let at = 0; at < Math.min(entries.length, fileLimit); at += filesAtOnce) {
        signal.throwIfAborted()
        const some = entries.slice(at, Math.min(at + filesAtOnce, fileLimit))
        for (const [index, bytes] of (await revisions.blobs(some.map(({ id }) => id), fileBytes)).entries()) {
          const path = some[index]?.path
          if (path !== undefined && bytes !== null && !bytes.includes(0)) notes.push(...findNotes(path, Buffer.from(bytes).toString('utf8')))
        }
      }
      const sightings = notes.toSorted((a, b) => b.weight - a.weight).map((note) => ({ opportunity: { ...note, evidence: evidenceOf(note.evidence) }, evidence: evidenceOf(note.evidence) }))
      return { state: 'observed', sightings, ...(entries.length > fileLimit ? { detail: `only the first ${fileLimit} of ${entries.length} files were read` } : {}) }
    },
  }
}
