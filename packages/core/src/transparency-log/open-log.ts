import type { StoredEvent } from '../journal/hash-chain.ts'
import { openCheckpoint, peekCheckpoint, type Checkpoint } from './checkpoint.ts'
import { logEntry } from './log-entry.ts'
import type { LogKeys } from './log-keys.ts'
import { leafHash, type Hash } from './merkle-hash.ts'
import { inclusionProof, verifyInclusion } from './merkle-proof.ts'
import { MerkleFrontier } from './merkle-tree.ts'
import { TileNodes } from './tile-nodes.ts'
import type { TileStore } from './tile-store.ts'
import { TileWriter } from './tile-writer.ts'

export interface LogRequest {
  readonly store: TileStore
  /** The checkpoint as it lies in the store; null where there is none. */
  readonly published: Uint8Array | null
  /** Null while the journal is empty. */
  readonly origin: string | null
  readonly keys: LogKeys
  /** The journal from `afterSequence` on. */
  readonly events: (afterSequence: number) => AsyncIterable<StoredEvent>
}

/** What a published log and its journal disagree in. */
export type LogConflict = { readonly ok: false; readonly problem: 'forged' | 'rolled-back' | 'forked'; readonly detail: string }

/** `writer`: goes on behind the tiles that are there; null where there are none, or not those of the checkpoint. */
export type OpenedLog = LogConflict | { readonly ok: true; readonly checkpoint: Checkpoint | null; readonly note: string; readonly writer: TileWriter | null }

/**
 * Whether the journal still begins with what was last published of it. Looks at the tiles' edge and at one event, whose hash commits to all before it; only where tiles are missing or damaged is the root
 * made anew from the journal. Writes nothing.
 */
export async function openLog({ store, published, origin, keys, events }: LogRequest): Promise<OpenedLog> {
  if (published === null) return { ok: true, checkpoint: null, note: '', writer: null }
  const note = Buffer.from(published).toString('utf8')
  const claimed = peekCheckpoint(note)
  if (claimed === null) return conflict('forged', 'the checkpoint beside the log is no checkpoint')
  if (claimed.origin !== origin) return conflict('forked', `the checkpoint beside the log is one of ${claimed.origin} with ${claimed.size} events, and the journal is ${origin === null ? 'empty' : `another one, ${origin}`}`)
  const { size } = claimed
  const [row] = await firstOf(events(size - 1))
  if (row === undefined) return conflict('rolled-back', `the journal ends before event ${size}, which its last checkpoint was signed for`)
  const signer = keys.at(size)
  const opened = signer === null ? null : openCheckpoint(note, [signer.verifier])
  if (opened === null || !opened.ok) return conflict('forged', 'the checkpoint beside the log was not signed by the key that the journal names for it')
  const { checkpoint } = opened
  const writer = openWriter(store, checkpoint, logEntry(row))
  if (writer !== null || isSame(await rootOver(events(0), size), checkpoint.root)) return { ok: true, checkpoint, note, writer }
  return conflict('forked', `the first ${size} events of the journal are not those that its last checkpoint was signed for`)
}

function conflict(problem: LogConflict['problem'], detail: string): LogConflict {
  return { ok: false, problem, detail }
}

async function firstOf(rows: AsyncIterable<StoredEvent>): Promise<readonly StoredEvent[]> {
  for await (const row of rows) return [row]
  return []
}

/** Null unless the tiles prove that the last entry of the checkpoint is this one: one that only lies in its bundle may have been put there. */
function openWriter(store: TileStore, { size, root }: Checkpoint, last: Uint8Array): TileWriter | null {
  try {
    const writer = new TileWriter(store, size)
    const isLast = isSame(writer.root(), root) && isSame(writer.lastEntry(), last)
    return isLast && verifyInclusion({ index: size - 1, size, leaf: leafHash(last), root, proof: inclusionProof(size - 1, size, new TileNodes(store, size)) }) ? writer : null
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Root over the first `size` events; null when there are fewer. */
export async function rootOver(events: AsyncIterable<StoredEvent>, size: number): Promise<Hash | null> {
  return (await rootsOver(events, new Set([size]))).get(size) ?? null
}

/** Roots by size, of those that the events reach. */
export async function rootsOver(events: AsyncIterable<StoredEvent>, sizes: ReadonlySet<number>): Promise<ReadonlyMap<number, Hash>> {
  const frontier = MerkleFrontier.empty()
  const roots = new Map<number, Hash>(sizes.has(0) ? [[0, frontier.root()]] : [])
  if (roots.size === sizes.size) return roots
  for await (const event of events) {
    frontier.append(logEntry(event))
    if (sizes.has(frontier.size)) roots.set(frontier.size, frontier.root())
    if (roots.size === sizes.size) return roots
  }
  return roots
}

function isSame(one: Uint8Array | null, other: Uint8Array): boolean {
  return one !== null && one.length === other.length && Buffer.compare(one, other) === 0
}
