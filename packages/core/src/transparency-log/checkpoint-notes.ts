import type { StoredEvent } from '../journal/hash-chain.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import { openCheckpoint, peekCheckpoint, type Checkpoint } from './checkpoint.ts'
import { consistencyProof, verifyConsistency } from './merkle-proof.ts'
import { rootOver } from './open-log.ts'
import type { NoteVerifier } from './signed-note.ts'
import { TileNodes } from './tile-nodes.ts'
import type { TileStore } from './tile-store.ts'

export interface CheckpointNote {
  /** The commit that it lies on. */
  readonly commit: ObjectId
  readonly note: string
}

/** Checkpoints kept in the target's own repository, from where they travel with every clone that fetches them. */
export interface CheckpointNotes {
  /** Several may lie on one commit. What is no checkpoint is among them. */
  all(): Promise<readonly CheckpointNote[]>
  /** Adds one to what lies on a commit (see `mergeNotes`), by compare-and-swap; false when somebody else wrote meanwhile. */
  put(note: CheckpointNote): Promise<boolean>
}

/** The notes that lie in one text, with an empty line between them. An empty line within a note stands before its signatures. */
export function splitNotes(text: string): readonly string[] {
  return text.split(/(?<=\n)\n(?!— )/u).filter((part) => part.trim() !== '')
}

/** `text` with a checkpoint more: one of another log stays, and so does a larger one of the same, which is evidence. */
export function mergeNotes(text: string, note: string): string {
  const added = peekCheckpoint(note)
  const kept = splitNotes(text).filter((part) => {
    const known = peekCheckpoint(part)
    return part !== note && !(known !== null && added !== null && known.origin === added.origin && known.size < added.size)
  })
  return [...kept, note].map((part) => (part.endsWith('\n') ? part : `${part}\n`)).join('\n')
}

export interface KeptNote {
  readonly commit: ObjectId
  readonly checkpoint: Checkpoint
}

/** The largest checkpoint of a log that one of the known keys signed. Anybody can write a note: what nobody signed is evidence of nothing. */
export function newestNote(notes: readonly CheckpointNote[], origin: string, known: readonly NoteVerifier[]): KeptNote | null {
  const claims = notes.flatMap(({ commit, note }) => {
    const claimed = peekCheckpoint(note)
    return claimed?.origin === origin ? [{ commit, note, size: claimed.size }] : []
  })
  for (const { commit, note } of claims.toSorted((a, b) => b.size - a.size)) {
    const opened = openCheckpoint(note, known)
    if (opened.ok) return { commit, checkpoint: opened.checkpoint }
  }
  return null
}

export interface NotedJournal {
  readonly store: TileStore
  /** The checkpoint beside the log, which the journal was found to begin with; null where there is none. */
  readonly published: Checkpoint | null
  readonly events: (afterSequence: number) => AsyncIterable<StoredEvent>
}

/**
 * Whether a journal begins with what was signed in a note; null where it does. The log's own folder can be put back to an earlier state, or taken away: what lies elsewhere shows it. Tiles are believed as far as
 * they prove it; where they do not, the root is made anew from the journal.
 */
export async function noteConflict({ commit, checkpoint: kept }: KeptNote, { store, published, events }: NotedJournal): Promise<string | null> {
  const place = `the checkpoint in the note on ${commit.slice(0, 10)}`
  if (published !== null && isProven(kept, published, store)) return null
  const root = await rootOver(events(0), kept.size)
  if (root === null) return `${place} was signed for ${kept.size} events, and the journal ends before that`
  return Buffer.compare(root, kept.root) === 0 ? null : `the first ${kept.size} events are not those that ${place} was signed for`
}

function isProven(older: Checkpoint, newer: Checkpoint, store: TileStore): boolean {
  if (older.size > newer.size || older.size === 0) return false
  try {
    const proof = consistencyProof(older.size, newer.size, new TileNodes(store, newer.size))
    return verifyConsistency({ older: older.size, newer: newer.size, olderRoot: older.root, newerRoot: newer.root, proof })
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
