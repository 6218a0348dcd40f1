import type { JournalHead } from '../journal/journal.ts'
import type { RunId } from '../journal/event.ts'
import type { PackedState } from './packed-state.ts'

/** A run as it stood after one event of the journal. */
export interface RunSnapshot {
  readonly head: JournalHead
  readonly state: PackedState
}

/**
 * Where a run's state is kept so that resuming does not fold a million events again. Only ever a shortcut: what is missing, damaged or of another version is no snapshot, and the
 * journal says it all. Nothing is accepted on the word of one: a winner is confirmed from zero.
 */
export interface RunSnapshots {
  load(run: RunId): Promise<RunSnapshot | null>
  save(run: RunId, snapshot: RunSnapshot): Promise<void>
  /** Of a run that has finished. */
  discard(run: RunId): Promise<void>
}

/** Raised whenever what a packed run holds, or means, is changed. */
export const snapshotVersion = 9
