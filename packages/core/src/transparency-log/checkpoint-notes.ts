import type { StoredEvent } from '../journal/hash-chain.ts'
import type { ObjectId } from '../proposal/proposal.ts'
import { openCheckpoint, peekCheckpoint, type Checkpoint } from './checkpoint.ts'
import type { Hash } from './merkle-hash.ts'
import { consistencyProof, verifyConsistency } from './merkle-proof.ts'
import { rootsOver } from './open-log.ts'
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

/** The checkpoints of a log that one of the known keys signed, the largest first. Anybody can write a note: what nobody signed is evidence of nothing. */
export function signedNotes(notes: readonly CheckpointNote[], origin: string, known: readonly NoteVerifier[]): readonly KeptNote[] {
  const signed = notes.flatMap(({ commit, note }) => {
    const opened = peekCheckpoint(note)?.origin === origin ? openCheckpoint(note, known) : null
    return opened?.ok === true ? [{ commit, checkpoint: opened.checkpoint }] : []
  })
  return signed.toSorted((a, b) => b.checkpoint.size - a.checkpoint.size)
}

export interface NotedJournal {
  readonly store: TileStore
  /** The checkpoint beside the log, which the journal was found to begin with; null where there is none. */
  readonly published: Checkpoint | null
  readonly events: (afterSequence: number) => AsyncIterable<StoredEvent>
}

/**
 * Whether a journal begins with all that was signed in notes; null where it does. The log's own folder can be put back to an earlier state, or taken away: what lies elsewhere shows it. All of them, not only the
 * largest: of two histories that were both signed, one may be the shorter. Tiles are believed as far as they prove it; where they do not, the roots are made anew from the journal, in one pass.
 */
export async function noteConflict(notes: readonly KeptNote[], { store, published, events }: NotedJournal): Promise<string | null> {
  const nodes = published === null ? null : new TileNodes(store, published.size)
  const open = notes.filter(({ checkpoint }) => published === null || nodes === null || !isProven(checkpoint, published, nodes))
  const roots = open.length === 0 ? new Map<number, Hash>() : await rootsOver(events(0), new Set(open.map(({ checkpoint }) => checkpoint.size)))
  for (const { commit, checkpoint: { size, root } } of open) {
    const place = `the checkpoint in the note on ${commit.slice(0, 10)}`
    const found = roots.get(size)
    if (found === undefined) return `${place} was signed for ${size} events, and the journal ends before that`
    if (Buffer.compare(found, root) !== 0) return `the first ${size} events are not those that ${place} was signed for`
  }
  return null
}

function isProven(older: Checkpoint, newer: Checkpoint, nodes: TileNodes): boolean {
  if (older.size > newer.size || older.size === 0) return false
  try {
    return verifyConsistency({ older: older.size, newer: newer.size, olderRoot: older.root, newerRoot: newer.root, proof: consistencyProof(older.size, newer.size, nodes) })
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
