import type { StoredEvent } from '../journal/hash-chain.ts'
import { openCheckpoint, signCheckpoint, type Checkpoint } from './checkpoint.ts'
import { logEntry } from './log-entry.ts'
import type { Hash } from './merkle-hash.ts'
import { MerkleFrontier } from './merkle-tree.ts'
import type { NoteSigner, NoteVerifier } from './signed-note.ts'
import { checkpointPath, type TileStore } from './tile-store.ts'
import { TileWriter } from './tile-writer.ts'

export interface PublishRequest {
  readonly store: TileStore
  readonly origin: string
  /** The journal from `afterSequence` on. */
  readonly events: (afterSequence: number) => AsyncIterable<StoredEvent>
  readonly signers: readonly NoteSigner[]
  /** Whose checkpoints count as the log's own. */
  readonly known: readonly NoteVerifier[]
}

export type Publication =
  | { readonly ok: true; readonly checkpoint: Checkpoint; readonly note: string }
  /** The journal does not begin with what was signed before: nothing is signed, and the old checkpoint stays as evidence. */
  | { readonly ok: false; readonly problem: 'rewritten' | 'forged'; readonly detail: string }

/**
 * Brings the published log up to the journal and signs where it stands. A checkpoint that does not agree with an earlier one is never signed: whoever rewrites the journal can hide it from nobody
 * who kept a checkpoint. Tiles are a copy: where they are missing or damaged they are made anew from the journal.
 */
export async function publishLog(request: PublishRequest): Promise<Publication> {
  const before = readCheckpoint(request)
  if (before !== null && !before.ok) return { ok: false, problem: 'forged', detail: 'the checkpoint beside the log was signed by none of its keys, or changed since' }
  const extended = (before === null ? null : await extend(request, before.checkpoint)) ?? (await rebuild(request, before?.checkpoint ?? null))
  if (extended === null) return { ok: false, problem: 'rewritten', detail: `the journal no longer begins with the ${before?.checkpoint.size ?? 0} events that its last checkpoint was signed for` }
  extended.flush()
  const checkpoint: Checkpoint = { origin: request.origin, size: extended.size, root: extended.root() }
  const note = signCheckpoint(checkpoint, request.signers)
  request.store.write(checkpointPath, Buffer.from(note))
  return { ok: true, checkpoint, note }
}

function readCheckpoint({ store, known, origin }: PublishRequest): { readonly ok: true; readonly checkpoint: Checkpoint } | { readonly ok: false } | null {
  const bytes = store.read(checkpointPath)
  if (bytes === null) return null
  const opened = openCheckpoint(Buffer.from(bytes).toString('utf8'), known)
  return opened.ok && opened.checkpoint.origin === origin ? opened : { ok: false }
}

/** Goes on from the tiles; null when they are not those of the checkpoint, or the journal does not go on from there. */
async function extend({ store, events }: PublishRequest, { size, root }: Checkpoint): Promise<TileWriter | null> {
  const writer = openWriter(store, size)
  if (writer === null || !isSame(writer.root(), root)) return null
  const last = writer.lastEntry()
  let isContinued = last === null
  for await (const event of events(Math.max(0, size - 1))) {
    const entry = logEntry(event)
    if (isContinued) writer.append(entry)
    // The last event that was signed for must be the same still: its hash commits to all before it. Known before anything is written.
    else if (last === null || !isSame(entry, last)) return null
    else isContinued = true
  }
  return isContinued ? writer : null
}

function openWriter(store: TileStore, size: number): TileWriter | null {
  try {
    const writer = new TileWriter(store, size)
    writer.lastEntry()
    return writer
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** All tiles anew from the journal; null when it does not begin with what the checkpoint was signed for. Nothing is written before that is known: old tiles are evidence. */
async function rebuild({ store, events }: PublishRequest, before: Checkpoint | null): Promise<TileWriter | null> {
  if (before !== null && !isSame((await rootOver(events(0), before.size)) ?? new Uint8Array(), before.root)) return null
  const writer = new TileWriter(store, 0)
  for await (const event of events(0)) writer.append(logEntry(event))
  return writer
}

/** Root over the first `size` events; null when there are fewer. */
export async function rootOver(events: AsyncIterable<StoredEvent>, size: number): Promise<Hash | null> {
  const frontier = MerkleFrontier.empty()
  if (size === 0) return frontier.root()
  for await (const event of events) {
    frontier.append(logEntry(event))
    if (frontier.size === size) return frontier.root()
  }
  return null
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && Buffer.compare(one, other) === 0
}
