import type { ObjectId } from '../proposal/proposal.ts'
import { peekCheckpoint, type Checkpoint } from './checkpoint.ts'
import { rootAt } from './merkle-tree.ts'
import { rootOver, type LogRequest } from './open-log.ts'
import { TileNodes } from './tile-nodes.ts'
import type { TileStore } from './tile-store.ts'

export interface CheckpointNote {
  /** The commit that it lies on. */
  readonly commit: ObjectId
  readonly note: string
}

/** Checkpoints kept in the target's own repository, from where they travel with every clone that fetches them. */
export interface CheckpointNotes {
  all(): Promise<readonly CheckpointNote[]>
  /** The one that was written last; null where there is none, or somebody else wrote last. */
  latest(): Promise<CheckpointNote | null>
  /** Replaces the note on a commit, by compare-and-swap; false when somebody else wrote meanwhile. */
  put(note: CheckpointNote): Promise<boolean>
}

/**
 * Whether a log begins with a checkpoint that was kept in the repository; null where it does, and where that is one of another log. The log's own folder can be put back to an earlier state as a whole: what
 * lies elsewhere shows it.
 */
export function noteConflict({ commit, note }: CheckpointNote, { store, published }: { readonly store: TileStore; readonly published: Checkpoint }): string | null {
  const kept = peekCheckpoint(note)
  if (kept === null || kept.origin !== published.origin) return null
  if (kept.size > published.size) return `the checkpoint in the note on ${commit.slice(0, 10)} was signed for ${kept.size} events, and the log holds ${published.size}`
  const root = rootAt(kept.size, new TileNodes(store, published.size))
  return Buffer.compare(root, kept.root) === 0 ? null : `the first ${kept.size} events are not those that the checkpoint in the note on ${commit.slice(0, 10)} was signed for`
}

/** The same from the journal alone: every event is read once more. */
export async function journalConflict({ commit, note }: CheckpointNote, { origin, events }: Pick<LogRequest, 'origin' | 'events'>): Promise<string | null> {
  const kept = peekCheckpoint(note)
  if (kept === null || kept.origin !== origin) return null
  const root = await rootOver(events(0), kept.size)
  if (root === null) return `the checkpoint in the note on ${commit.slice(0, 10)} was signed for ${kept.size} events, and the journal holds fewer`
  return Buffer.compare(root, kept.root) === 0 ? null : `the first ${kept.size} events are not those that the checkpoint in the note on ${commit.slice(0, 10)} was signed for`
}
