import { mergeNotes, splitNotes, type CheckpointNotes } from '../../transparency-log/checkpoint-notes.ts'
import { changeNotes, readNotes, type GitNotesContext, type NotesPlace } from './git-notes.ts'

/** `git notes --ref=ratchet-checkpoint show COMMIT` shows one. A checkpoint has some 200 bytes, and a commit has few of them. */
const place: NotesPlace = { ref: 'refs/notes/ratchet-checkpoint', subject: 'checkpoint', longest: 1024 * 1024, encoding: 'utf8' }

/** Checkpoints as git notes. */
export function gitCheckpoints(context: GitNotesContext): CheckpointNotes {
  return {
    all: async () => (await readNotes(context, place)).flatMap(({ commit, text }) => splitNotes(text).map((note) => ({ commit, note }))),
    put: ({ commit, note }) => changeNotes(context, place, [{ commit, add: (before) => mergeNotes(before, note) }]),
  }
}
