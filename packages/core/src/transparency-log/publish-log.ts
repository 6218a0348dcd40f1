import type { KeyObject } from 'node:crypto'
import { signCheckpoint, type Checkpoint } from './checkpoint.ts'
import { entryProblem, logEntry } from './log-entry.ts'
import { openLog, type LogConflict, type LogRequest } from './open-log.ts'
import { checkpointPath } from './tile-store.ts'
import { TileWriter } from './tile-writer.ts'

export interface PublishRequest extends LogRequest {
  readonly origin: string
  /** Private, of the log's current key. */
  readonly key: KeyObject
}

export type Publication = { readonly ok: true; readonly checkpoint: Checkpoint; readonly note: string } | LogConflict

/**
 * Brings the published log up to the journal and signs where it stands. A checkpoint that does not agree with an earlier one is never signed: whoever rewrites the journal can hide it from nobody
 * who kept a checkpoint. Tiles are a copy: where their edge is missing or damaged they are made anew from the journal. The checkpoint is replaced last, so that a kill in between leaves an older one, which is
 * as true as it was.
 */
export async function publishLog(request: PublishRequest): Promise<Publication> {
  const before = await openLog(request)
  if (!before.ok) return before
  const writer = before.writer ?? new TileWriter(request.store, 0)
  for await (const event of request.events(writer.size)) {
    const detail = entryProblem(event)
    if (detail !== null) return { ok: false, problem: 'forged', detail }
    writer.append(logEntry(event))
  }
  const checkpoint: Checkpoint = { origin: request.origin, size: writer.size, root: writer.root() }
  const note = signCheckpoint(checkpoint, [{ name: request.origin, key: request.key }])
  // Ed25519 signs one text in one way: the same note is the same log.
  if (before.writer !== null && note === before.note) return { ok: true, checkpoint, note }
  writer.flush()
  request.store.write(checkpointPath, Buffer.from(note), { durable: true })
  return { ok: true, checkpoint, note }
}
